"""Maps of runs that are empty, tiny, huge, oddly named, without roads or schools: a page, or a problem with a code."""

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from reports.atlas import Printer, every_page, pages, printer, write_maps
from reports.atlas_data import Scene
from reports.atlas_kinds import KINDS
from reports.atlas_layers import Fill
from reports.atlas_page import MapPage, Plates
from reports.figures_setting import Case
from reports.i18n import Lang
from reports.run_errors import RunError
from reports.run_folder import ISOCHRONES, UNITS, RunFolder
from reports.view import View, view
from scenarios.problems import render
from tests.reports.atlas_county import many
from tests.reports.boxes import words_of


def printing(seen: View) -> Printer:
    return Printer(seen, Plates(seen.units), "A4", every_page(seen))


def drawn(seen: View, *names: str) -> list[tuple[MapPage, Figure]]:
    """Pages of some kinds, as figures."""
    made = printing(seen)
    return [(page, made.figure(page)) for page in pages(seen, names)]


def test_an_empty_layer_of_units_is_a_problem_with_a_code(copied: Path) -> None:
    (copied / UNITS).write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    with pytest.raises(RunError, match="RUN110") as caught:
        write_maps(RunFolder.read(copied), "zh", copied / "papers")
    assert "空间单元图层是空的" in render(caught.value.problems[0], "zh")
    assert not (copied / "papers").exists()


def test_a_layer_that_cannot_be_read_is_a_problem_with_a_code(copied: Path) -> None:
    (copied / ISOCHRONES).write_text("nothing", encoding="utf-8")
    with pytest.raises(RunError, match="RUN007"):
        write_maps(RunFolder.read(copied), "en", copied / "papers")


def test_no_units_at_all_say_so_on_the_page(run: RunFolder) -> None:
    seen = view(run, "zh")
    none = replace(seen, units=seen.units.iloc[:0])
    page = pages(seen, ("years",))[0]
    figure = Printer(none, Plates(none.units), "A4", ()).figure(page)
    assert any("无可绘内容" in text for text in words_of(figure).texts)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_unit(run: RunFolder, lang: Lang) -> None:
    found = drawn(many(run, lang, 1), "symbols", "desire", "years")
    assert len(found) == 2 * 4
    for page, figure in found:
        assert page.reason == ""
        assert words_of(figure).collisions() == []
        assert words_of(figure).cut_off() == []


def test_three_thousand_units_are_drawn_in_seconds(run: RunFolder) -> None:
    seen = many(run, "zh", 3000)
    start = time.process_time()
    page = pages(seen, ("years",))[0]
    figure = printing(seen).figure(page)
    taken = time.process_time() - start
    fill = next(layer for layer in page.panes[0].layers if isinstance(layer, Fill))
    assert len(fill.values) == 3000
    assert words_of(figure).collisions() == []
    assert taken < 20  # six maps; about 4 s on an idle processor


def test_names_of_forty_characters(run: RunFolder) -> None:
    schools = run.tables.school_list
    long = schools.assign(name_zh=["很长很长的学校名称" * 4 + f"甲乙丙{at:02d}"[:4] for at in range(len(schools))])
    assert long["name_zh"].str.len().eq(40).all()
    seen = view(replace(run, tables=replace(run.tables, school_list=long)), "zh")
    for _, figure in drawn(seen, "desire"):
        words = words_of(figure)
        assert words.collisions() == []
        assert words.cut_off() == []
        assert any("…" in text for text in words.texts)


def test_a_stage_without_schools_is_listed_with_its_reason(run: RunFolder) -> None:
    rows = run.tables.schools
    none = rows[~rows["entity"].str.startswith(("js-", "ny-"))]
    seen = view(replace(run, tables=replace(run.tables, schools=none)), "zh")
    found = pages(seen)
    assert not any(page.name.endswith("-junior") for page in found)
    assert "本学段没有学校" in found[-1].caption.subtitle
    case = Scene(Case(seen.future, seen.plan), "junior", seen.year)
    assert all(page.reason for kind in KINDS.values() for page in kind(seen, case))
    assert words_of(printing(seen).figure(found[-1])).cut_off() == []


def test_a_stage_without_zones_has_circles_but_no_coloured_zones(run: RunFolder) -> None:
    zones = run.tables.zone_list
    seen = view(replace(run, tables=replace(run.tables, zone_list=zones[zones["stage"] != "junior"])), "en")
    names = {page.name.split("-", 1)[1] for page in pages(seen)}
    assert "schools-roll-junior" in names
    assert not names & {"utilisation-junior", "flows-junior", "compare-utilisation-junior", "years-utilisation-junior"}


def test_without_roads_isochrones_are_not_known_and_with_them_they_are_drawn(run: RunFolder, copied: Path) -> None:
    seen = view(run, "en")
    assert "the run has no isochrones" in pages(seen, ("isochrones",))[-1].caption.subtitle
    x, y = run.tables.school_list.loc[0, ["x", "y"]]
    features = [
        {"type": "Feature",
         "properties": {"stage": stage, "minutes": minutes, "when": f"{seen.future}/{seen.plan}/{seen.year} a/b/2025"},
         "geometry": {"type": "Polygon", "coordinates": [[[x - r, y - r], [x + r, y - r], [x, y + r], [x - r, y - r]]]}}
        for stage in ("primary", "junior") for minutes, r in ((10.0, 600), (15.0, 900), (30.0, 1800))
    ]  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (copied / ISOCHRONES).write_text(text, encoding="utf-8")
    again = view(RunFolder.read(copied), "en")
    (page, figure), _ = drawn(again, "isochrones")
    bands = [one.get_gid() for one in figure.axes[1].collections if str(one.get_gid()).startswith("band:")]
    assert bands == ["band:30", "band:15", "band:10"]
    assert page.reason == ""
    other = Scene(Case(seen.future, seen.baseline), "primary", seen.year)
    assert KINDS["isochrones"](again, other)[0].reason


def test_a_folder_that_cannot_be_written_to_stays_as_it_is(run: RunFolder, tmp_path: Path) -> None:
    (tmp_path / "maps").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        write_maps(run, "zh", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["maps"]


def test_another_paper_is_refused(run: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_maps(run, "zh", tmp_path, "A5")


def test_values_beyond_all_classes_are_drawn(run: RunFolder) -> None:
    made = printer(run, "zh")
    page = next(page for page in pages(made.seen, ("choropleth",)) if "minutes-primary" in page.name)
    fill = next(layer for layer in page.panes[0].layers if isinstance(layer, Fill))
    wild = fill.values.copy()
    wild.iloc[:3] = [np.inf, np.nan, -5.0]
    pane = replace(page.panes[0], layers=(replace(fill, values=wild),))
    figure = made.figure(replace(page, panes=(pane,)))
    classes = {one.get_gid() for one in figure.axes[1].collections if str(one.get_gid()).startswith("class:")}
    assert {"class:-1", "class:0", "class:5"} <= classes
