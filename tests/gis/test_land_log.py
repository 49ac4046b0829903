"""The log of locked parcels: a change without an entry is found, and so is a log that was not only added to."""

from pathlib import Path

import pandas as pd
import pytest
import shapely

from gis.land_log import COLUMNS, Log, fingerprint, lock_problems, log_problems, new_entries, replayed
from gis.land_study import land_problems, read_land
from scenarios.loader import load_study
from scenarios.problems import Problem, render
from tests.gis.parcels import LOG, box, county

ROW = "p1,u1,15000,reserved,primary,state,1,land bureau,2023-06-30,decision 12,,\n"
OUTLINE = {"p1": box(0, 0, 150, 100)}


def entered(folder: Path, rows: str = ROW) -> str:
    """The log as `--record` makes it of a parcel that is locked now, as text below the head."""
    land, _ = read_land(load_study(county(folder, rows, OUTLINE, None, "")))
    assert land is not None
    empty = pd.DataFrame([], columns=list(COLUMNS))
    made = new_entries(land.state, empty, "2023-06-30", "land bureau", "decision 12")
    return str(made.to_csv(index=False, header=False))


def told(folder: Path, rows: str, log: str, outline=OUTLINE) -> list[Problem]:
    return [p for p in land_problems(load_study(county(folder, rows, outline, None, log))) if p.severity != "note"]


def test_what_is_entered_first_is_everything_that_is_protected(tmp_path: Path) -> None:
    log = entered(tmp_path)
    lines = [line.split(",") for line in log.splitlines()]
    assert [line[3] for line in lines] == ["locked", "unit", "area_m2", "status", "planned_use", "ownership", "outline"]
    assert [line[5] for line in lines][:6] == ["1", "u1", "15000", "reserved", "primary", "state"]
    assert len(lines[6][5]) == 12
    assert told(tmp_path, ROW, log) == []


@pytest.mark.parametrize(
    ("old", "new", "column", "found"),
    [("15000", "14800", "area_m2", "14800"), ("reserved", "released", "status", "released"),
     ("primary,state", "junior,state", "planned_use", "junior"), (",1,land", ",0,land", "locked", "0")],
)  # fmt: skip
def test_a_locked_parcel_that_was_changed(tmp_path: Path, old: str, new: str, column: str, found: str) -> None:
    problems = told(tmp_path, ROW.replace(old, new), entered(tmp_path))
    assert [(problem.code, problem.found) for problem in problems] == [("GIS166", found)]
    assert problems[0].params["column"] == column
    assert problems[0].place == "data/parcels.csv:2:parcel"
    assert "变更记录中没有这一条" in render(problems[0], "zh")
    assert "without an entry in the log" in render(problems[0], "en")


def test_a_locked_outline_that_was_redrawn(tmp_path: Path) -> None:
    """The same area, 10 m farther east."""
    problems = told(tmp_path, ROW, entered(tmp_path), {"p1": box(10, 0, 150, 100)})
    assert [(problem.code, problem.params["column"]) for problem in problems] == [("GIS166", "outline")]


def test_a_locked_parcel_that_is_gone(tmp_path: Path) -> None:
    rows = ROW.replace("p1", "p2").replace(",1,land bureau,2023-06-30,decision 12", ",0,,,")
    problems = told(tmp_path, rows, entered(tmp_path), {"p2": box(0, 0, 150, 100)})
    assert [problem.code for problem in problems] == ["GIS167"]
    assert "从表中消失" in render(problems[0], "zh")
    assert "is gone from the table" in render(problems[0], "en")


def test_a_change_with_its_entry_is_in_order(tmp_path: Path) -> None:
    log = entered(tmp_path) + "8,2024-03-01,p1,area_m2,15000,14800,land bureau,survey\n"
    assert told(tmp_path, ROW.replace("15000", "14800"), log) == []


def test_a_parcel_given_up_by_an_entry_may_change(tmp_path: Path) -> None:
    log = entered(tmp_path) + "8,2024-03-01,p1,locked,1,0,land bureau,given up\n"
    rows = ROW.replace(",1,land bureau,2023-06-30,decision 12", ",0,,,").replace("reserved", "released")
    assert told(tmp_path, rows, log) == []


@pytest.mark.parametrize(
    ("mend", "code", "zh", "en"),
    [
        (lambda log: log.replace("3,2023-06-30,p1,area_m2,,15000,land bureau,decision 12\n", ""), "GIS173",
         "序号应为 3", "entry 3 of the log should stand here"),
        (lambda log: log + "8,2024-03-01,p1,status,planned,reserved,x,y\n", "GIS168",
         "写原值“planned”", "says 'planned' was there before; the entries above say 'reserved'"),
        (lambda log: log + "8,2022-03-01,p1,locked,1,1,x,y\n", "GIS174", "早于上一条", "earlier than the one above"),
        (lambda log: log + "8,2024-03-01,p1,aera_m2,,1,x,y\n", "GIS172",
         "变更记录中的“aera_m2”不是地块表的列", "knows no 'aera_m2'"),
    ],
)  # fmt: skip
def test_a_log_that_was_not_only_added_to(tmp_path: Path, mend, code: str, zh: str, en: str) -> None:
    problems = told(tmp_path, ROW, mend(entered(tmp_path)))
    assert [problem.code for problem in problems] == [code]
    assert problems[0].place.startswith("data/parcel-log.csv:")
    assert zh in render(problems[0], "zh")
    assert en in render(problems[0], "en")


def test_only_differences_are_entered(tmp_path: Path) -> None:
    log = entered(tmp_path)
    file = county(tmp_path, ROW.replace("15000", "14800"), OUTLINE, None, log)
    bundle = load_study(file)
    land, _ = read_land(bundle)
    assert land is not None
    rows = new_entries(land.state, bundle.tables["parcel_log"], "2024-03-01", "land bureau", "survey")
    assert rows.to_numpy().tolist() == [[8, "2024-03-01", "p1", "area_m2", "15000", "14800", "land bureau", "survey"]]
    said = pd.concat([bundle.tables["parcel_log"], rows], ignore_index=True)
    assert replayed(said)["p1"]["area_m2"] == "14800"
    assert lock_problems(land.state, None, {})[0].code == "GIS169"
    assert log_problems(Log(said, "log.csv", {})) == []


def test_parcels_that_were_never_locked_are_not_entered(tmp_path: Path) -> None:
    assert entered(tmp_path, ROW.replace(",1,land bureau,2023-06-30,decision 12", ",0,,,")) == ""


def test_a_fingerprint_is_of_the_shape_and_not_of_the_file() -> None:
    shape = shapely.box(0, 0, 100, 50)
    turned = shapely.Polygon([(100, 50), (0, 50), (0, 0), (100, 0)])
    assert fingerprint(shape) == fingerprint(turned) == fingerprint(shapely.transform(shape, lambda xy: xy + 0.01))
    assert fingerprint(shape) != fingerprint(shapely.box(0, 0, 100, 51))
    assert fingerprint(None) == ""
    assert LOG.strip().split(",") == list(COLUMNS)
