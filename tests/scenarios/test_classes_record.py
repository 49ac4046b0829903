"""Classes on record that a study learns from: what cannot be, what is unusual, and how the record was read."""

from pathlib import Path

import pytest

from scenarios.loader import check
from scenarios.problems import Problem, render
from tests.scenarios.test_registers import study


def found(folder: Path, *pairs: tuple[str, str], formation: str = "learnt") -> dict[str, Problem]:
    """Problems of the record by code, with the base study's enrolment changed."""
    file = study(folder)
    text = file.with_name("study.yaml")
    text.write_text(text.read_text(encoding="utf-8") + f"classes: {{formation: {formation}}}\n", encoding="utf-8")
    table = folder / "data" / "enrolment.csv"
    rows = table.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in rows
        rows = rows.replace(old, new)
    table.write_text(rows, encoding="utf-8")
    problems = [one for one in check(file) if "SCN670" <= one.code <= "SCN684"]
    assert len(problems) == len({one.code for one in problems})
    return {one.code: one for one in problems}


def test_a_study_that_does_not_ask_is_told_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, ("a,1,2020,68,2,0", "a,1,2020,0,2,0"), formation="free") == {}


def test_how_the_record_was_read_is_said(tmp_path: Path) -> None:
    told = found(tmp_path)
    assert set(told) == {"SCN675", "SCN676"}
    assert all(one.severity == "note" for one in told.values())
    assert "2020-2023" in render(told["SCN675"], "en")
    assert "10" in render(told["SCN676"], "zh")


@pytest.mark.parametrize(
    ("old", "new", "code", "severity"),
    [
        ("a,1,2020,68,2,0", "a,1,2020,0,2,0", "SCN671", "error"),
        ("a,1,2020,68,2,0", "a,1,2020,2,68,0", "SCN672", "error"),
        ("a,1,2020,68,2,0", "a,1,2020,68,0,0", "SCN673", "warning"),
        ("a,1,2020,68,2,0", "a,1,2020,198,2,0", "SCN674", "warning"),
    ],
)
def test_impossible_and_unusual_rows_are_found_where_they_stand(
    tmp_path: Path, old: str, new: str, code: str, severity: str
) -> None:
    told = found(tmp_path, (old, new))
    assert told[code].severity == severity
    assert "enrolment.csv:2:" in told[code].place
    assert set(told) == {code, "SCN675", "SCN676"}


def test_a_record_without_classes_cannot_be_learnt_from(tmp_path: Path) -> None:
    told = found(tmp_path, ("school,grade,year,pupils,sections,suppressed", "school,grade,year,pupils,note,suppressed"))
    assert told["SCN670"].severity == "error"
    assert "study.yaml" in told["SCN670"].place


def test_schools_without_a_record_large_habits_and_gaps_of_the_base_year_are_said(tmp_path: Path) -> None:
    file = study(tmp_path)
    rows = (file.parent / "data" / "enrolment.csv").read_text(encoding="utf-8").splitlines()
    schools = sorted({row.split(",")[0] for row in rows[1:]})
    assert len(schools) > 1
    last = schools[-1]
    pairs = []
    for row in rows[1:]:
        school, grade, year, pupils, _, flag = row.split(",")
        if school == last:
            pairs.append((row, ",".join((school, grade, year, pupils, "", flag))))
        elif school == schools[0] and grade == "1":
            pairs.append((row, ",".join((school, grade, year, pupils, "1", flag))))
    told = found(tmp_path, *pairs)
    assert told["SCN677"].severity == "note"
    assert last in render(told["SCN677"], "en")
    assert told["SCN678"].severity == "warning"
    assert schools[0] in render(told["SCN678"], "zh")
    assert told["SCN679"].severity == "note"
