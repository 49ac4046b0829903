"""The record of errors that `score` keeps: it widens or narrows later forecasts, and no year counts twice."""

import json
from pathlib import Path

import pandas as pd
import pytest

import schoolplan
from scenarios.problems import Problem, ScenarioError
from schoolplan.error_record import COLUMNS
from tests.forecast.made import rows, write

FEW = {"draws": 200, "years": 2}


def until(last: int) -> pd.DataFrame:
    every = rows()
    return every[every["year"] <= last]


def record(
    folder: Path,
    stretch: float,
    origins: tuple[int, ...] = (2005, 2006, 2007),
    changed: dict[str, object] | None = None,
) -> Path:
    found = [
        ("0" * 16, "1" * 64, o, o + 1, 1, level, 300, stretch)
        for o in origins
        for level in ("school-grade", "school", "county-grade")
    ]
    frame = pd.DataFrame(found, columns=list(COLUMNS)).assign(**(changed or {}))
    return write(frame, folder / f"errors-{stretch}-{origins[0]}.csv")


def told(problems: tuple[Problem, ...], code: str) -> Problem:
    return next(one for one in problems if one.code == code)


def width(frame: pd.DataFrame, level: str) -> float:
    part = frame[frame["level"] == level]
    return float((part["p90"] - part["p10"]).mean())


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return write(until(2014), tmp_path / "history.csv")


def test_large_errors_widen_the_forecast_and_small_ones_narrow_it(table: Path, tmp_path: Path) -> None:
    plain = schoolplan.forecast(table, tmp_path / "plain", **FEW)
    wide, narrow = (
        schoolplan.forecast(table, tmp_path / name, errors=record(tmp_path, stretch), **FEW)
        for name, stretch in (("wide", 2.0), ("narrow", 0.5))
    )
    for level in ("school-grade", "school"):
        assert width(narrow.rows, level) < 0.92 * width(plain.rows, level) < 0.8 * width(wide.rows, level)
    problem = told(wide.problems, "FOR060")
    assert (problem.params["rows"], problem.params["origins"], problem.params["covered"]) == (9, 3, 0)
    made = json.loads((wide.path / "manifest.json").read_text(encoding="utf-8"))
    assert any(name.startswith("errors-2.0") for name in made["inputs"])


def test_an_empty_record_changes_no_byte(table: Path, tmp_path: Path) -> None:
    empty = write(pd.DataFrame(columns=list(COLUMNS)), tmp_path / "errors.csv")
    done = [
        schoolplan.forecast(table, tmp_path / name, errors=errors, **FEW)
        for name, errors in (("without", None), ("with", empty))
    ]
    for file in ("forecast.csv", "manifest.json"):
        assert (done[0].path / file).read_bytes() == (done[1].path / file).read_bytes()
    assert {one.code for one in done[1].problems} == {one.code for one in done[0].problems}


def test_origins_that_the_history_tests_and_years_to_come_are_not_counted(tmp_path: Path) -> None:
    table = write(rows(), tmp_path / "history.csv")
    plain = schoolplan.forecast(table, tmp_path / "plain", **FEW)
    done = schoolplan.forecast(table, tmp_path / "f", errors=record(tmp_path, 3.0, (2016, 2017, 2025)), **FEW)
    problem = told(done.problems, "FOR061")
    assert (problem.params["covered"], problem.params["later"], problem.params["other"]) == (6, 3, 0)
    assert done.rows.equals(plain.rows)


def test_the_loop_of_the_years_finds_the_record_beside_the_snapshots(table: Path, tmp_path: Path) -> None:
    locked = schoolplan.snapshot(table, **FEW)
    schoolplan.score(locked.path, write(until(2015), tmp_path / "register.csv"), lang="en")
    write(until(2015), table)
    done = schoolplan.snapshot(table, **FEW)
    problem = told(done.problems, "FOR060")
    assert problem.params["origins"] == 1
    made = json.loads((done.path / "manifest.json").read_text(encoding="utf-8"))
    assert "errors.csv" in made["inputs"]
    other = schoolplan.forecast(write(until(2015), tmp_path / "elsewhere.csv"), **FEW)
    assert told(other.problems, "FOR061").params["other"] > 0
    assert not other.rows.equals(done.rows)


def test_a_file_that_is_no_record_or_says_nonsense_is_refused_with_its_rows(table: Path, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="SCO017"):
        schoolplan.forecast(table, tmp_path / "a", errors=table, **FEW)
    for wrong in ({"stretch": -1.0}, {"stretch": "wide"}, {"horizon": 2}, {"level": "town"}, {"n": 0}):
        with pytest.raises(ScenarioError) as stopped:
            schoolplan.forecast(table, tmp_path / "b", errors=record(tmp_path, 1.0, (2005,), wrong), **FEW)
        problem = told(tuple(stopped.value.problems), "FOR062")
        assert problem.params["rows"] == (2, 3, 4)
