"""Which births count: series, vintages, partial years, groups; months, survival and cut-off of the study's entry."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from scenarios.births_in_force import births_in_force, in_force
from scenarios.schema_births import Births
from scenarios.schema_entry import Entry
from scenarios.schema_study import StudyFile
from scenarios.table_specs import SPECS
from scenarios.tables import Table, read_table
from tests.scenarios.test_schema import STUDY


def table(tmp_path: Path, text: str) -> Table:
    file = tmp_path / "births.csv"
    file.write_text(text, encoding="utf-8")
    read, problems = read_table(file, "births.csv", SPECS["births"])
    assert read is not None
    assert [problem for problem in problems if problem.severity == "error"] == []
    return read


def chosen(tmp_path: Path, text: str, **entry: object) -> tuple[list[tuple[object, ...]], list[str]]:
    """(unit, year, births) of the rows in force, and the codes told; the base year is 2023."""
    study = StudyFile.model_validate(STUDY | {"entry": entry})
    read = table(tmp_path, text)
    frame = in_force(read, study).frame
    rows = [
        (unit, int(year), int(n)) for unit, year, n in zip(frame["unit"], frame["year"], frame["births"], strict=True)
    ]
    return rows, [problem.code for problem in births_in_force(read, study).problems]


def test_a_plain_table_is_in_force_as_it_stands(tmp_path: Path) -> None:
    rows, codes = chosen(tmp_path, "unit,year,births\nu1,2022,5\nu1,2023,4\n")
    assert rows == [("u1", 2022, 5), ("u1", 2023, 4)]
    assert codes == []


def test_the_latest_count_by_the_end_of_the_base_school_year_is_used(tmp_path: Path) -> None:
    text = "unit,year,births,as_of\n" + "".join(
        f"u1,2022,{n},{day}\n" for n, day in ((50, ""), (51, "2023-03-01"), (52, "2024-08-31"), (53, "2024-09-01"))
    )
    assert chosen(tmp_path, text) == ([("u1", 2022, 52)], ["SCN390"])
    # Only later ones: the first of them, and it is told.
    later = "unit,year,births,as_of\nu1,2022,60,2026-01-01\nu1,2022,55,2025-01-01\n"
    assert chosen(tmp_path, later) == ([("u1", 2022, 55)], ["SCN390", "SCN391"])


def test_a_later_whole_count_makes_up_for_an_earlier_partial_one(tmp_path: Path) -> None:
    text = "unit,year,births,as_of\nu1,2023,20,2023-09-30\nu1,2023,31,2024-02-01\n"
    text += "u2,2023,9,2023-12-31\nu2,2022,8,2022-12-30\n"
    assert chosen(tmp_path, text) == ([("u1", 2023, 31), ("u2", 2023, 9)], ["SCN390", "SCN392"])


def test_one_series_is_chosen_and_never_mixed(tmp_path: Path) -> None:
    text = "单元编号,年份,出生人数,版本\nu1,2022,50,初报\nu1,2022,57,修订\nu1,2023,40,初报\nu1,2023,44,修订\n"
    assert chosen(tmp_path, text, births_series="revised") == ([("u1", 2022, 57), ("u1", 2023, 44)], [])
    assert chosen(tmp_path, text, births_series="original") == ([("u1", 2022, 50), ("u1", 2023, 40)], [])
    assert chosen(tmp_path, text)[1] == ["SCN389"]
    unnamed = text.replace("44,修订", "44,")
    assert chosen(tmp_path, unnamed, births_series="revised")[1] == ["SCN389"]
    alone = "unit,year,births,series\nu1,2022,50,original\n"
    assert chosen(tmp_path, alone)[1] == []
    assert chosen(tmp_path, alone, births_series="revised")[1] == ["SCN389"]


def test_a_whole_stands_for_its_groups_and_must_agree_with_them(tmp_path: Path) -> None:
    head = "unit,year,births,group\n"
    both = "u1,2022,7,local\nu1,2022,3,migrant\n"
    assert chosen(tmp_path, head + both) == ([("u1", 2022, 7), ("u1", 2022, 3)], [])
    assert chosen(tmp_path, head + "u1,2022,10,\n" + both) == ([("u1", 2022, 10)], [])
    assert chosen(tmp_path, head + "u1,2022,10,\nu1,2022,7,local\n") == ([("u1", 2022, 10)], [])
    assert chosen(tmp_path, head + "u1,2022,6,\nu1,2022,7,local\n")[1] == ["SCN397"]
    assert chosen(tmp_path, head + "u1,2022,11,\n" + both)[1] == ["SCN397"]


def test_births_by_month_give_the_share_after_any_cut_off() -> None:
    assert Entry().autumn_births_share == 0.3333
    assert Entry.model_validate({"cut_off_month": 6}).autumn_births_share == 0.5
    months = [10, 10, 10, 10, 10, 10, 10, 10, 20, 20, 20, 20]
    assert Entry.model_validate({"births_by_month": months}).autumn_births_share == 0.5
    assert Entry.model_validate({"births_by_month": months, "cut_off_month": 12}).autumn_births_share == 0.0
    assert Entry.model_validate({"births_by_month": months, "cut_off_month": 10}).autumn_births_share == 0.25
    assert Entry.model_validate({"autumn_births_share": 0.4, "cut_off_month": 6}).autumn_births_share == 0.4
    assert Entry().born_before_census() == (2.0, 12.0)
    assert Entry.model_validate({"births_by_month": months}).born_before_census() == (40.0, 160.0)


def test_survival_is_one_number_a_list_or_a_life_table() -> None:
    assert Entry.model_validate({"survival_per_year": 0.99}).survival_per_year == 0.99
    by_age = Entry.model_validate({"survival_per_year": [0.99, 1]}).survival_per_year
    assert by_age == (0.99, 1.0)
    # l(0) = 1000, l(1) = 990, l(2) = 986, l(3) = 984: who is 0 has lived 995, who is 1 988, who is 2 985.
    from_table = Entry.model_validate({"survivors": [1000, 990, 986, 984]}).survival_per_year
    assert from_table == pytest.approx((988 / 995, 985 / 988))


@pytest.mark.parametrize("value", [0, 1.2, "0.99", True, [], [0.9, None]])
def test_survival_that_cannot_be_is_refused(value: object) -> None:
    with pytest.raises(ValidationError, match="survival above 0"):
        Entry.model_validate({"survival_per_year": value})


@pytest.mark.parametrize(
    "births",
    [
        {},
        {"shocks": []},
        {"index": {2023: 1.0}, "women_migration": {2023: 0.0}},
        {"count": {2023: 10.0}, "tfr": {2023: 1.0}},
    ],
)
def test_births_are_given_in_one_way(births: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="one of index, count and tfr"):
        Births.model_validate(births)
    assert Births.model_validate({"count": {2030: 9.0, 2023: 10.0}}).paths() == {
        ("births", "count"): {2023: 10, 2030: 9}
    }
