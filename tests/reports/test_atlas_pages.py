"""Printed pages: paper, furniture, no word over another or off the page, nothing below 6 points, no tofu."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from reports import atlas_pieces as pieces
from reports.atlas import DPI, Printer, pages, printer, write_maps
from reports.atlas_layers import Names, Plate
from reports.atlas_page import METRES_PER_PT, MapPage, framed, scale_length
from reports.atlas_sheet import MM, PAPERS, grid
from reports.fonts import missing_characters
from reports.i18n import Lang
from reports.maps_labels import overlaps
from reports.run_folder import RunFolder
from tests.reports.boxes import words_of

SOME = ("utilisation-primary", "pupils-primary", "schools-seats-junior", "flows-junior", "compare-minutes-primary",
        "years-utilisation-junior", "not-drawn")  # fmt: skip


@pytest.fixture(scope="module")
def made(run: RunFolder) -> dict[Lang, Printer]:
    return {"zh": printer(run, "zh"), "en": printer(run, "en", "A3")}


@pytest.fixture(scope="module")
def drawn(made: dict[Lang, Printer]) -> dict[tuple[Lang, str], tuple[MapPage, Figure]]:
    """Some pages of every kind in both languages, A4 in Chinese and A3 in English."""
    return {
        (lang, page.name.split("-", 1)[1]): (page, one.figure(page))
        for lang, one in made.items()
        for page in pages(one.seen)
        if page.name.split("-", 1)[1] in SOME
    }


def said(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]


def test_all_were_drawn(drawn: dict[tuple[Lang, str], tuple[MapPage, Figure]]) -> None:
    assert {name for _, name in drawn} == set(SOME)
    assert len(drawn) == 2 * len(SOME)


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words_stand_clear_and_are_large_enough(
    drawn: dict[tuple[Lang, str], tuple[MapPage, Figure]], lang: Lang, name: str
) -> None:
    _, figure = drawn[lang, name]
    words = words_of(figure)
    assert words.collisions() == []
    assert words.cut_off() == []
    assert min(text.get_fontsize() for text in said(figure)) >= 6.0
    assert missing_characters("".join(words.texts)) == ""
    paper = {"zh": "A4", "en": "A3"}[lang]
    size = sorted(round(side * 25.4) for side in figure.get_size_inches())
    assert size == sorted(round(side / MM) for side in PAPERS[paper])


@pytest.mark.parametrize("name", SOME)
def test_every_page_has_what_a_map_must_have(drawn: dict[tuple[Lang, str], tuple[MapPage, Figure]], name: str) -> None:
    page, figure = drawn["zh", name]
    text = "".join(text.get_text() for text in said(figure))
    for wanted in (
        "合成数据",
        "内部用图 未送审",
        "示意，不作为划界依据",
        "EPSG:4545",
        "审图号：（待送审）",
        "推演清单",
        "9月1日",
    ):
        assert wanted in text
    if page.panes:
        assert text.count("km") == text.count("≈ 1 : ") == text.count("北") == len(page.panes)
    for group in page.groups:
        assert group.heading.replace(" ", "") in text.replace(" ", "")


def test_english_says_the_same(drawn: dict[tuple[Lang, str], tuple[MapPage, Figure]]) -> None:
    text = " ".join(text.get_text() for text in said(drawn["en", "utilisation-primary"][1]))
    for wanted in ("Synthetic", "internal use, not reviewed", "not a basis for boundaries", "to be applied for"):
        assert wanted in text


def test_a_scale_bar_is_as_long_as_it_says() -> None:
    extent, scale = framed((0.0, 0.0, 40_000.0, 10_000.0), (400.0, 300.0))
    assert extent[2] - extent[0] == pytest.approx(400 * scale)
    assert scale == pytest.approx(1.05 * 100)
    length = scale_length(0.3 * 400 * scale)
    assert length == 10_000.0
    assert length / scale * METRES_PER_PT / METRES_PER_PT <= 120


def test_maps_get_as_large_as_the_room_allows() -> None:
    assert grid(1, 1.0, (500, 541))[1] == (500, 500)
    columns, size = grid(3, 0.5, (600, 300))
    assert columns == 2  # 295 wide instead of 193
    assert size[0] == pytest.approx(295)
    assert grid(3, 2.0, (600, 300))[0] == 3
    with pytest.raises(ValueError, match="no room"):
        grid(4, 1.0, (500, 30))


def test_many_circles_are_smaller_and_cover_no_more_together() -> None:
    assert pieces.largest(0) == pieces.largest(40) == pieces.LARGEST_PT
    assert 160 * pieces.largest(160) ** 2 == pytest.approx(40 * pieces.LARGEST_PT**2)
    assert pieces.radius(np.array([100.0, 25.0, 0.0]), 100.0, 8.0) == pytest.approx([8.0, 4.0, pieces.SMALLEST_PT])
    assert pieces.samples(1874.0) == [1900.0, 660.0, 190.0]
    assert pieces.samples(0.0) == []


def test_names_never_touch_and_those_without_room_are_counted(made: dict[Lang, Printer]) -> None:
    places = pd.DataFrame({"x": np.linspace(0, 100, 60), "y": 50.0, "radius": 2.0, "text": "很长的学校名称" * 3,
                           "weight": np.arange(60.0)})  # fmt: skip
    figure = Figure()
    axes = figure.add_subplot(xlim=(0, 100), ylim=(0, 100))
    units = made["zh"].plates.units.iloc[:0]
    lost = Names(places).draw(axes, Plate(units, (0.0, 0.0, 100.0, 100.0), 0.25))
    boxes = [text.get_position() for text in axes.texts]
    assert len(boxes) + lost == 60
    assert lost > 0
    high, wide = 6.4 * 1.3 * 0.25, 21 * 6.4 * 0.25 * 0.95
    assert overlaps([(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2) for x, y in boxes]) == 0


def test_names_left_out_are_told_on_the_page(made: dict[Lang, Printer]) -> None:
    one = made["zh"]
    page = pages(one.seen, ("desire",))[0]
    crowd = pd.DataFrame({"x": one.plates.bounds[0] + 100.0, "y": one.plates.bounds[1] + 100.0, "radius": 2.0,
                          "text": "学校", "weight": 1.0}, index=range(50))  # fmt: skip
    pane = replace(page.panes[0], layers=(*page.panes[0].layers[:-1], Names(crowd)))
    figure = one.figure(replace(page, panes=(pane,)))
    written = sum(text.get_gid() == "label" for text in figure.findobj(Text))
    assert f"（未标注名称 {50 - written} 个）" in "".join(text.get_text() for text in said(figure))


def test_files_are_pictures_of_300_dpi_and_one_book(
    run: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = pages
    monkeypatch.setattr("reports.atlas.pages", lambda seen: every(seen, ("desire",)))
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "01-old.png").write_bytes(b"old")
    (tmp_path / "maps" / "mine.txt").write_text("mine", encoding="utf-8")
    files = write_maps(run, "zh", tmp_path)
    assert [path.name for path in files] == ["01-flows-junior.png", "02-flows-primary.png", "maps.pdf"]
    assert {path.name for path in (tmp_path / "maps").iterdir()} == {*(path.name for path in files[:2]), "mine.txt"}
    assert {path.name for path in tmp_path.iterdir()} == {"maps", "maps.pdf"}
    first = files[0].read_bytes(), files[-1].read_bytes()
    with Image.open(files[0]) as picture:
        assert sorted(picture.size) == pytest.approx(sorted(side / 25.4 * DPI for side in (297, 210)), abs=2)
        assert math.isclose(picture.info["dpi"][0], DPI, abs_tol=0.5)
    assert first[1].count(b"/Type /Page\n") + first[1].count(b"/Type /Page ") == 2
    write_maps(run, "zh", tmp_path)
    assert (files[0].read_bytes(), files[-1].read_bytes()) == first
