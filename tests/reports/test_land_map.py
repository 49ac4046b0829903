"""The map of parcels: every parcel once, lost land hatched, words that cover nothing, sheets of nine."""

from pathlib import Path

import pytest

from gis.land_study import read_land
from reports.i18n import Labels, language
from reports.land_map import COLOURS, PER_SHEET, finding, land_sheets
from reports.land_view import LandView
from scenarios.loader import load_study
from tests.gis.parcels import box, county, line, point
from tests.reports.boxes import words_of

USES = ("primary", "junior", "nine_year", "senior")


def view(folder: Path, count: int, lang: str) -> LandView:
    """So many parcels of 100 x 80 m: farmland over the first, a line beside the second, a station at the third."""
    rows = "".join(f"p{at:02d},u1,8000,reserved,{USES[at % 4]},state,0,,,,,\n" for at in range(count))
    rows += "p99,u1,5000,planned,primary,,0,,,,,\n"
    outlines = {f"p{at:02d}": box(160 * (at % 5), 150 * (at // 5), 100, 80) for at in range(count)}
    against = {
        "farmland": [box(-50, -50, 90, 200)],
        "power_500": [line((265, -50), (265, 130))],
        "petrol": [point(450, 40)],
        "main_road": [line((-200, -30), (900, -30))],
    }
    bundle = load_study(county(folder, rows, outlines or None, against))
    land, _ = read_land(bundle)
    assert land is not None
    names = {"u1": "甲社区", "u2": "乙社区", "u3": "丙村"}
    return LandView(land, bundle.pack, Labels(language(lang)), "三单元县", names, bundle.study.synthetic)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_parcel_is_drawn_once_and_words_cover_nothing(tmp_path: Path, lang: str) -> None:
    seen = view(tmp_path, 11, lang)
    sheets = land_sheets(seen)
    assert len(sheets) == 2
    drawn = [
        one.get_gid()[7:]
        for sheet in sheets for axes in sheet.axes for one in axes.collections
        if str(one.get_gid()).startswith("parcel:")
    ]  # fmt: skip
    assert drawn == [f"p{at:02d}" for at in range(11)]
    assert len(sheets[0].axes) == 1 + PER_SHEET
    for sheet in sheets:
        words = words_of(sheet)
        # Names that stand on the map of the county may meet where parcels lie close: they are numbers of dots.
        numbers = {str(at) for at in range(1, 12)}
        assert not [pair for pair in words.collisions() if not set(pair) <= numbers]
        assert not words.cut_off()


def test_colours_and_hatches_say_what_the_table_says(tmp_path: Path) -> None:
    seen = view(tmp_path, 3, "en")
    (sheet,) = land_sheets(seen)
    gids = {str(one.get_gid()) for axes in sheet.axes for one in axes.collections}
    lost = {f"{each.clearance.rule}:{seen.land.parcels.ids[at]}" for each in seen.land.found
            for at in range(3) if each.share[at] > 0}  # fmt: skip
    assert {gid for gid in gids if gid.startswith(("forbidden:", "mitigable:"))} == lost
    assert lost >= {"forbidden:p00", "forbidden:p01", "forbidden:p02", "mitigable:p00"}
    texts = words_of(sheet).texts
    assert any("not checked (no layer): geological hazard area" in text for text in texts)
    assert any("without a place, not on the map: p99" in text for text in texts)
    assert set(seen.land.result["fit"]) <= set(COLOURS)


def test_the_finding_counts_every_parcel(tmp_path: Path) -> None:
    seen = view(tmp_path, 3, "zh")
    fits = seen.land.result["fit"].value_counts()
    assert finding(seen).startswith("4个地块：")
    assert f"位置不明 {fits['unknown']}" in finding(seen)


def test_without_any_place_there_is_no_map(tmp_path: Path) -> None:
    assert land_sheets(view(tmp_path, 0, "zh")) == []
