"""Charts by name: what a run gives, what it leaves out and says so, files that are the same on every run."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import pytest
from PIL import Image

from reports import charts
from reports.album import Album
from reports.charts import CHARTS, Chart, chart_png, made_for, scaled, write_charts
from reports.figures_base import wrap
from reports.figures_frontier import efficient
from reports.i18n import LANGUAGES, Labels
from reports.pictures_breach import first, ridge
from reports.pictures_plans import plan_frontier, plan_points, regret
from reports.run_folder import RunFolder
from reports.shapes_adaptive import REGRET
from reports.table_shapes import SHAPES
from reports.view import View, view
from tests.reports import factory_numbers as f

NINE = {"fan", "heat", "first", "seats", "ridge", "gantt", "cash", "frontier", "regret"}
CHEAP = ("first", "gantt", "cash", "regret")


def richer(run: RunFolder) -> RunFolder:
    """The synthetic run with first breaches and regret, which it keeps no rows of."""
    years = [year for year in f.YEARS if year >= f.WINDOW[0]]
    breaches = [
        {"future": future, "plan": plan, "rule": "G4.primary", "stage": "all", "entity": "ps-01", "year": year,
         "p_first": 0.1 if year == 2028 else 0.02, "p_by": 0.02 * (place + 1) + (0.08 if year >= 2028 else 0.0),
         "in_window": int(year <= f.WINDOW[1])}
        for future in f.FUTURES for plan in f.PLANS for place, year in enumerate(years)
    ]  # fmt: skip
    regrets = [
        {"future": future, "plan": plan, "measure": "short", "unit": "pupil-years", "value": 10.0 * place,
         "best": 0.0, "regret": 10.0 * place}
        for future in f.FUTURES for place, plan in enumerate(f.PLANS)
    ]  # fmt: skip
    tables = replace(
        run.tables,
        first_breach=pd.DataFrame(breaches, columns=list(SHAPES["first_breach"].names)),
        regret=pd.DataFrame(regrets, columns=list(REGRET.names)),
    )
    return replace(run, tables=tables)


@pytest.fixture(scope="module")
def seen(run: RunFolder) -> View:
    return view(richer(run), "en")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only some charts: drawing all takes long."""
    monkeypatch.setattr(charts, "CHARTS", MappingProxyType({name: CHARTS[name] for name in CHEAP}))


def test_the_nine_charts_have_names_questions_and_reasons_in_both_languages() -> None:
    assert set(CHARTS) >= NINE
    for lang in LANGUAGES:
        labels = Labels(lang)
        said = [(chart.title(labels), chart.question(labels), chart.reason(labels)) for chart in CHARTS.values()]
        assert all(all(words) for words in said)
        assert len({title for title, _, _ in said}) == len(CHARTS)


def test_the_registry_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        CHARTS["mine"] = Chart("mine", list)  # type: ignore[index]


@pytest.mark.parametrize("name", [name for name in CHARTS if name not in ("demand", "seats", "heat", "classes", "fan")])
def test_what_is_drawn_has_a_finding_and_a_text(seen: View, name: str) -> None:
    for drawn in CHARTS[name].sheets(seen):
        assert drawn.title
        assert drawn.alt.startswith(drawn.title.replace("“", '"').replace("”", '"')[:40])
        assert len(drawn.alt) > len(drawn.title) + 20  # what is drawn, not only the finding
        assert not drawn.figure.get_suptitle()


def test_keys_of_sheets_are_one_of_a_kind_and_fit_for_files(seen: View) -> None:
    for chart in CHARTS.values():
        keys = [key for key, _ in chart.collect(seen)]
        assert len(set(keys)) == len(keys)
        assert all("/" not in key and " " not in key for key in keys)


def test_a_run_without_rows_has_none_of_some_charts(run: RunFolder) -> None:
    bare = view(run, "zh")
    assert [name for name in ("first", "gantt", "regret") if CHARTS[name].collect(bare)] == []
    album = Album()
    assert first(bare, album) is None
    assert regret(bare, album) is None
    assert ridge(bare, album) == 0
    assert plan_frontier(bare, album) == 1


def test_points_are_the_costs_and_the_pupils_over_of_one_year(seen: View) -> None:
    points = plan_points(seen, "fast").set_index("plan")
    assert set(points.index) == set(f.PLANS)
    county = seen.run.tables.county
    own = county[(county["future"] == "fast") & (county["indicator"] == "pupils_over") & (county["stage"] == "all")]
    worst = own[(own["plan"] == "do-nothing") & own["year"].between(*f.WINDOW)].sort_values("mean").iloc[-1]
    there = own[own["year"] == worst["year"]].set_index("plan")
    assert points["over"].to_dict() == there["mean"].loc[list(points.index)].to_dict()
    assert points["over_high"].to_dict() == there["p95"].loc[list(points.index)].to_dict()
    cash = seen.run.tables.cash
    spent = cash[(cash["future"] == "fast") & (cash["kind"] == "spend") & (cash["source"] == "all")]
    assert points["cost"].to_dict() == pytest.approx(
        {plan: spent.loc[spent["plan"] == plan, "mean"].sum() for plan in points.index}
    )
    assert points["cost_low"].isna().all()
    assert "do-nothing" in efficient(points.reset_index())


def test_pictures_are_as_wide_as_asked_and_narrower_pages_hold_fewer_plans(seen: View) -> None:
    for width, dpi in ((156.0, 100), (250.0, 100)):
        for _, alt, png in chart_png(seen, "cash", width, dpi):
            with Image.open(io.BytesIO(png)) as picture:
                assert picture.width <= width / 25.4 * dpi + 1
                assert picture.info["dpi"][0] == pytest.approx(dpi, abs=1)
            assert alt
    assert made_for(seen, 156.0).abreast == 2
    assert made_for(seen, 250.0).abreast == 3
    with pytest.raises(ValueError, match="above 0"):
        made_for(seen, 0.0)
    with pytest.raises(KeyError):
        chart_png(seen, "pie", 156.0)


def test_a_chart_too_wide_for_the_page_is_scaled_down(seen: View) -> None:
    (drawn, *_) = CHARTS["cash"].sheets(seen)
    inches = drawn.figure.get_figwidth()
    assert scaled(drawn.figure, inches * 25.4 / 2, 200) == 100
    assert scaled(drawn.figure, inches * 25.4 * 2, 200) == 200


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_files_and_their_list(run: RunFolder, tmp_path: Path, lang: str) -> None:
    files = write_charts(richer(run), lang, tmp_path)
    assert files == [path for path in files if path.is_file() and path.parent == tmp_path / "charts"]
    assert {path.suffix for path in files} == {".png", ".svg", ".csv"}
    listed = list(csv.DictReader(io.StringIO(files[-1].read_bytes().decode("utf-8-sig"))))
    drawn = [row for row in listed if row["file"]]
    assert {row["file"] for row in drawn} == {path.name for path in files if path.suffix == ".png"}
    assert all(row["finding"] and row["text"] and row["question"] and not row["left_out"] for row in drawn)
    left = {row["chart"]: row["left_out"] for row in listed if not row["file"]}
    assert left == {"gantt": CHARTS["gantt"].reason(Labels(lang))}
    for path in files:
        if path.suffix == ".svg":
            text = path.read_text(encoding="utf-8")
            assert "<svg" in text
            assert "<text" not in text  # outlines: no font is needed


@pytest.mark.usefixtures("few")
def test_the_same_run_gives_the_same_bytes_and_old_files_go(run: RunFolder, tmp_path: Path) -> None:
    one = write_charts(richer(run), "zh", tmp_path / "one")
    (tmp_path / "one" / "charts" / "old.png").write_bytes(b"")
    again = write_charts(richer(run), "zh", tmp_path / "one", workers=2)
    assert [path.name for path in one] == [path.name for path in again]
    assert not (tmp_path / "one" / "charts" / "old.png").exists()
    other = write_charts(richer(run), "zh", tmp_path / "two")
    assert {path.name: path.read_bytes() for path in again} == {path.name: path.read_bytes() for path in other}
    assert not list((tmp_path / "one" / "charts").glob(".*"))


def test_a_number_is_not_broken_at_its_thousands() -> None:
    for width in range(40, 200, 7):
        lines = wrap("most in 2024: 8\u00a0789.4\u00a0万元, less in 2025", 12.0, float(width))
        assert any("8\u00a0789.4" in line for line in lines)
