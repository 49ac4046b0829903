"""The room inventory: what is not known or does not count is said, once for the table."""

from pathlib import Path

import pytest

from scenarios.loader import check, load
from scenarios.problems import Problem, render
from tests.scenarios.test_registers import study

HEAD = "site,room_type,room,count,net_area_m2,multimedia,built\n"
WHOLE = HEAD + "a-1,general,,12,67,12,2005\na-1,music,,1,96,1,2005\nb-1,general,,9,70,9,2012\nb-1,art,,1,90,1,2020\n"


def notes(folder: Path, rows: str) -> dict[str, Problem]:
    found = [one for one in check(study(folder, rooms=rows)) if one.code.startswith("SCN58")]
    assert all(one.severity == "note" for one in found)
    assert len(found) == len({one.code for one in found})
    return {one.code: one for one in found}


def test_a_whole_inventory_says_nothing(tmp_path: Path) -> None:
    assert notes(tmp_path, WHOLE) == {}


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        (
            "a-1,general,,12,67,",
            "a-1,general,,12,,",
            "SCN581",
            ("1 row(s) of rooms have no net area (sites a-1)", "不详"),
        ),
        ("b-1,art,,1,90,1,2020\n", "", "SCN583", ("1 school(s)", "(b)")),
        ("b-1,general,,9,70,9,2012", "b-1,general,,9,70,9,", "SCN585", ("1 row(s)", "year of the school")),
        ("b-1,art,,1,90,1,2020", "b-1,art,,2,89,1,2020", "SCN584", ("2 special room(s)", "b-1 art 89 < 90 m2")),
        ("a-1,music,,1,96,1,2005", "a-1,music,,1,72,1,2005", "SCN584", ("1 special room(s)", "a-1 music 72 < 73 m2")),
    ],
)
def test_each_gap_is_told_once(tmp_path: Path, old: str, new: str, code: str, said: tuple[str, ...]) -> None:
    rows = WHOLE.replace(old, new)
    assert rows != WHOLE
    if code == "SCN583":
        rows = rows.replace("b-1,general,,9,70,9,2012\n", "")
    found = notes(tmp_path, rows)
    assert list(found) == [code]
    text = render(found[code], "en") + render(found[code], "zh")
    assert all(words in text for words in said)


def test_areas_of_rooms_that_no_clause_is_about_may_stay_open(tmp_path: Path) -> None:
    assert notes(tmp_path, WHOLE + "a-1,dormitory,,30,,,\na-1,office,,4,,,\n") == {}


def test_norms_of_rooms_come_from_the_shipped_pack_and_costs_from_the_study(tmp_path: Path) -> None:
    file = study(tmp_path, rooms=WHOLE)
    rooms = load(file).rooms
    assert rooms is not None
    assert rooms.seat_m2 == {"primary": 1.36, "junior": 1.39}
    assert rooms.seat_clauses == ("R.classroom.primary", "R.classroom.secondary")
    assert {name: (price.yuan, price.source) for name, price in rooms.prices.items()} == {
        "building": (4000.0, "construction-defaults")
    }
    inner = file.with_name("study.yaml")
    more = "construction: {crews: 2, building_yuan_per_m2: 3700, land_yuan_per_m2: 300}"
    inner.write_text(inner.read_text(encoding="utf-8").replace("construction: {crews: 2}", more), encoding="utf-8")
    rooms = load(file).rooms
    assert rooms is not None
    assert {name: (price.yuan, price.source) for name, price in rooms.prices.items()} == {
        "building": (3700.0, "study"),
        "land": (300.0, "study"),
    }
    assert any(path.name == "cn-gb50099-2011-rooms.yaml" for path in load(file).files)
