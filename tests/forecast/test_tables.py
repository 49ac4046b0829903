"""What is told about the tables of a forecast: one mistake in each test, and what becomes of it."""

from pathlib import Path

import pandas as pd
import pytest

from scenarios.forecast_specs import FORECAST_TABLES, entry_age, forecast_spec, forecast_words
from scenarios.forecast_tables import ForecastTables, read_forecast_tables
from scenarios.problems import Problem, ScenarioError, render
from scenarios.reference_tables import table_reference
from tests.forecast.made import births, rows, write


@pytest.fixture
def read(tmp_path: Path):
    """Read tables given as frames; `told` collects the problems also where they stop the forecast."""

    def call(history: pd.DataFrame, born: pd.DataFrame | None = None, events: pd.DataFrame | None = None):
        files = [
            None if frame is None else write(frame, tmp_path / name)
            for frame, name in ((history, "history.csv"), (born, "births.csv"), (events, "events.csv"))
        ]
        assert files[0] is not None
        try:
            tables = read_forecast_tables(files[0], files[1], files[2])
        except ScenarioError as stopped:
            return None, list(stopped.problems)
        return tables, list(tables.problems)

    return call


def one(problems: list[Problem], code: str) -> Problem:
    """The one problem of a code, said in both languages without a hole."""
    found = [problem for problem in problems if problem.code == code]
    assert len(found) == 1, [render(problem, "en") for problem in problems]
    for lang in ("zh", "en"):
        assert "{" not in render(found[0], lang)
    return found[0]


def event(**cells: object) -> pd.DataFrame:
    return pd.DataFrame([{"event": "e1", "year": 2016, "kind": "", "school": "", "to_school": "", "unit": ""} | cells])


def test_a_sound_table_is_read_without_a_word(read) -> None:
    tables, problems = read(rows(), births())
    assert problems == []
    assert tables is not None
    assert len(tables.history) == len(rows())
    assert tables.grades == ("1", "2", "3", "4")
    assert entry_age(tables.grades) == 6
    assert set(tables.births["district"]) == {"north", "south"}


def test_without_a_district_the_table_is_one_county(read) -> None:
    tables, problems = read(rows().drop(columns="district"))
    assert one(problems, "FOR011").severity == "note"
    assert set(tables.history["district"]) == {""}


@pytest.mark.parametrize("years", [1, 2])
def test_a_history_of_one_or_two_years_is_an_error(read, years: int) -> None:
    tables, problems = read(rows().query(f"year < {2012 + years}"))
    assert tables is None
    problem = one(problems, "FOR001")
    assert problem.severity == "error"
    assert problem.params["found"] == tuple(range(2012, 2012 + years))


def test_a_table_of_nothing_but_zeros_has_no_history(read) -> None:
    tables, problems = read(rows().assign(pupils=0))
    assert tables is None
    assert one(problems, "FOR001").params["count"] == 0


def test_a_grade_without_a_place_is_an_error_with_its_rows(read) -> None:
    frame = rows()
    frame.loc[[3, 7], "grade"] = "ungraded"
    tables, problems = read(frame)
    assert tables is None
    problem = one(problems, "FOR002")
    assert problem.place.endswith("history.csv:5:grade")
    assert problem.params["again"] == (5, 9)


def test_a_year_that_is_missing_for_all_is_told_and_not_filled_in(read) -> None:
    tables, problems = read(rows().query("year != 2015"))
    assert one(problems, "FOR003").params["found"] == (2015,)
    assert 2015 not in set(tables.history["year"])


def test_a_school_of_nothing_but_zeros_is_told(read) -> None:
    frame = rows()
    frame.loc[frame["school"] == "a2", "pupils"] = 0
    _, problems = read(frame)
    problem = one(problems, "FOR004")
    assert (problem.found, problem.severity) == ("a2", "warning")
    assert problem.params["rows"] == (38, 39, 40, 41, 42)


def test_a_gap_of_a_school_is_not_filled_in(read) -> None:
    frame = rows()
    frame.loc[(frame["school"] == "b1") & (frame["year"] == 2014), "pupils"] = 0
    tables, problems = read(frame.query("school != 'b1' or year != 2015"))
    problem = one(problems, "FOR005")
    assert problem.params["found"] == (2014, 2015)
    assert problem.params["zeros"] == 4
    assert len(tables.history) == len(frame) - 4


def test_a_school_that_goes_on_under_another_id_is_a_pair(read) -> None:
    frame = rows()
    frame.loc[(frame["school"] == "b1") & (frame["year"] >= 2017), "school"] = "b9"
    _, problems = read(frame)
    problem = one(problems, "FOR006")
    assert (problem.found, problem.params["other"], problem.params["last"]) == ("b1", "b9", 2016)


def test_a_grade_that_appears_later_is_told(read) -> None:
    _, problems = read(rows().query("school != 'a1' or grade != '4' or year >= 2016"))
    problem = one(problems, "FOR007")
    assert problem.params["found"] == ("4",)
    assert problem.params["year"] == 2016


def test_a_row_without_its_district_is_an_error(read) -> None:
    frame = rows()
    frame.loc[5, "district"] = ""
    tables, problems = read(frame)
    assert tables is None
    assert one(problems, "FOR008").place.endswith("history.csv:7:district")


def test_a_school_in_two_districts_is_an_error(read) -> None:
    frame = rows()
    frame.loc[5, "district"] = "south"
    tables, problems = read(frame)
    assert tables is None
    assert one(problems, "FOR009").params["found"] == ("north", "south")


def test_pre_kindergarten_is_left_out_and_counted(read) -> None:
    extra = rows().query("grade == '1'").assign(grade="PK")
    tables, problems = read(pd.concat([rows(), extra]))
    assert one(problems, "FOR010").params["count"] == len(extra)
    assert "PK" not in tables.grades


def test_two_names_of_one_id_are_told_and_the_last_name_is_shown(read) -> None:
    frame = rows().assign(school_name=lambda f: "School " + f["school"])
    frame.loc[(frame["school"] == "a1") & (frame["year"] == 2020), "school_name"] = "New name"
    tables, problems = read(frame)
    assert one(problems, "FOR012").params["found"] == ("School a1", "New name")
    assert (tables.name("a1"), tables.name("b2")) == ("New name", "School b2")


def test_births_of_two_kinds_for_one_year_are_an_error(read) -> None:
    both = pd.concat([births().assign(series="original"), births(2019).assign(series="revised", births=90)])
    tables, problems = read(rows(), both)
    assert tables is None
    found = [problem for problem in problems if problem.code == "FOR013"]
    assert [problem.params["district"] for problem in found] == ["north", "south"]
    assert found[0].params["found"] == ("original", "revised")


def test_births_of_two_kinds_in_turn_are_a_warning(read) -> None:
    frame = births().assign(series=lambda f: f["year"].map(lambda year: "revised" if year > 2010 else "original"))
    _, problems = read(rows(), frame)
    assert one(problems, "FOR014").severity == "warning"


def test_births_of_foreign_places_are_told_and_so_are_districts_without(read) -> None:
    frame = births().replace({"district": {"south": "elsewhere"}})
    tables, problems = read(rows(), frame)
    assert one(problems, "FOR015").params["found"] == ("elsewhere",)
    assert one(problems, "FOR021").params["found"] == ("south",)
    assert set(tables.births["district"]) == {"north"}


def test_districts_of_births_are_matched_by_their_spelling(read) -> None:
    tables, problems = read(rows(), births().replace({"district": {"north": "North"}}))
    assert one(problems, "FOR016").severity == "note"
    assert set(tables.births["district"]) == {"north", "south"}


def test_one_district_under_two_spellings_is_an_error(read) -> None:
    extra = births(2019).query("district == 'north'").assign(district="North")
    tables, problems = read(rows(), pd.concat([births(2004, 2018), extra]))
    assert tables is None
    assert one(problems, "FOR024").params["found"] == ("north", "North")


def test_partial_years_of_births_are_not_used(read) -> None:
    tables, problems = read(rows(), births().assign(partial=lambda f: (f["year"] == 2010).astype(int)))
    assert one(problems, "FOR017").params["found"] == (2010,)
    assert tables.births.loc[tables.births["year"] == 2010, "births"].isna().all()


def test_births_that_end_too_early_are_told(read) -> None:
    _, problems = read(rows(), births(2000, 2014))
    assert one(problems, "FOR022").params["base"] == 2020


@pytest.mark.parametrize(("column", "code"), [("pupils", "SCN224"), ("births", "SCN224")])
def test_negative_numbers_are_errors_with_their_row(read, column: str, code: str) -> None:
    history, born = rows(), births()
    (history if column == "pupils" else born).loc[4, column] = -1
    tables, problems = read(history, born)
    assert tables is None
    assert one(problems, code).place.endswith(f":6:{column}")


def test_duplicate_rows_are_errors(read) -> None:
    tables, problems = read(pd.concat([rows(), rows().iloc[[10]]]))
    assert tables is None
    assert one(problems, "SCN225").params["first"] == 12


def test_a_total_that_contradicts_its_parts_is_told(read, tmp_path: Path) -> None:
    wide = rows().query("year == 2020").pivot_table(index="school", columns="grade", values="pupils").astype(int)
    text = "学校,学年,一年级,二年级,三年级,四年级,合计\n"
    for year in (2018, 2019, 2020):
        for school, cells in wide.iterrows():
            total = cells.sum() + (7 if (year, school) == (2019, "a1") else 0)
            text += f"{school},{year},{','.join(map(str, cells))},{total}\n"
    file = tmp_path / "wide.csv"
    file.write_bytes(text.encode("gb18030"))
    tables = read_forecast_tables(file)
    problem = one(list(tables.problems), "SCN288")
    assert problem.place.endswith("wide.csv:6:合计")
    assert tables.history["pupils"].sum() == 3 * wide.to_numpy().sum()


def test_withheld_numbers_are_known_to_be_there(read) -> None:
    frame = rows().assign(suppressed=0)
    frame["pupils"] = frame["pupils"].astype(object)
    frame.loc[8, ["pupils", "suppressed"]] = ["", 1]
    tables, problems = read(frame)
    assert problems == []
    assert tables.history["suppressed"].sum() == 1
    frame.loc[8, "pupils"] = 12
    assert [problem.code for problem in read(frame)[1]] == ["SCN223"]


def test_a_renamed_school_has_one_history(read) -> None:
    frame = rows()
    frame.loc[(frame["school"] == "b1") & (frame["year"] >= 2017), "school"] = "b9"
    tables, problems = read(frame, None, event(kind="renaming", school="b1", to_school="b9", year=2017))
    assert one(problems, "FOR018").params["renamed"] == 1
    history = tables.history
    assert set(history["school"]) == {"a1", "a2", "b9", "b2"}
    assert history.query("school == 'b9'")["year"].nunique() == 9


def test_a_merger_parts_the_series_of_the_receiver(read) -> None:
    frame = rows().query("school != 'a1' or year < 2016")
    tables, problems = read(frame, None, event(kind="merger", school="a1", to_school="a2"))
    assert one(problems, "FOR018").params["breaks"] == 1
    parts = tables.history.groupby("school")["year"].agg(["min", "max"])
    assert parts.loc["a2~2016"].tolist() == [2012, 2015]
    assert parts.loc["a2"].tolist() == [2016, 2020]
    assert tables.name("a2~2016") == "a2 (<2016)"


def test_closures_to_come_are_kept_and_other_events_only_listed(read) -> None:
    events = pd.concat(
        [
            event(kind="closure", school="a1", year=2022),
            event(event="e2", kind="opening", school="a2", year=2012),
        ]
    )
    tables, problems = read(rows(), None, events)
    assert one(problems, "FOR020").params["found"] == ("a1",)
    assert one(problems, "FOR019").found == "1"
    assert [(one_.school, one_.year, one_.receiver) for one_ in tables.events.closings] == [("a1", 2022, "")]


def test_events_that_contradict_the_rolls_stop_the_forecast(read) -> None:
    tables, problems = read(rows(), None, event(kind="closure", school="a1", year=2016))
    assert tables is None
    assert "SCN234" in {problem.code for problem in problems}


def test_the_tables_of_a_forecast_have_specs_and_words() -> None:
    assert [forecast_spec(name).name for name in (*FORECAST_TABLES, "events")] == ["history", "births", "events"]
    with pytest.raises(KeyError):
        forecast_spec("teachers")
    words = forecast_words()
    meant = {"初一": "7", "高三": "12", "一年级": "1", "KG": "K", "Pre-K": "PK", "02": "2"}
    assert {text: words.grade(text) for text in meant} == meant


def test_tables_without_names_show_ids(read) -> None:
    tables, _ = read(rows())
    assert isinstance(tables, ForecastTables)
    assert tables.name("a1") == "a1"


@pytest.mark.parametrize("name", FORECAST_TABLES)
def test_the_guide_holds_every_column_as_it_is_read(name: str, repository: Path) -> None:
    text = (repository / "docs" / "guide" / "forecast.md").read_text(encoding="utf-8")
    assert table_reference(forecast_spec(name)).replace("## ", "### ", 1) in text
