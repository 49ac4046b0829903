"""The section on boarding and school buses: rows in order, both languages, nothing where nothing is to be said."""

from dataclasses import replace

import pandas as pd
import pytest

from reports.boarding_view import page
from reports.html_report import environment
from reports.run_folder import RunFolder
from reports.shapes_boarding import BOARDING, BUSES, OPTIONS
from reports.table_shapes import conform
from reports.view import View, view
from tests.reports import factory

BIG, SMALL = "ps-01", "ps-02"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return factory.make(tmp_path_factory.mktemp("boarding") / "run")


def filled(run: RunFolder, lang: str) -> View:
    """The run with two schools, a bus under the headline plan, and three answers of one school."""
    seen = view(run, lang)
    last, plans = run.study.window[1], dict.fromkeys((seen.baseline, seen.plan))
    beds, zeros = {BIG: 100.0, SMALL: 50.0}, dict.fromkeys(("canteen_m2", "dormitory_m2", "life_teachers"), 0.0)
    boarding = [
        {"future": seen.future, "plan": plan, "year": last, "school": school, "stage": "all", "pupils": 400.0,
         "boarders": boarders, "p10": boarders - 9, "p50": boarders, "p90": boarders + 9, "beds": beds[school],
         "p_short": p, "short": short, "diners": 400.0} | zeros | {"canteen_m2": 1000.0}
        for plan in plans for school, boarders, p, short in ((SMALL, 40.0, 0.0, 0.0), (BIG, 120.0, 1.0, 20.0))
    ]  # fmt: skip
    head = {"future": seen.future, "plan": seen.plan, "year": last, "school": BIG}
    bus = head | {"bus": "line-1", "kind": "daily", "children": 17.4, "runs": 1, "km": 7.8, "minutes_walk": 84.4,
                  "minutes_bus": 18.1, "saved": 66.3, "still_far": 2.0, "cost_per_year": 3.66}  # fmt: skip
    answers = [
        head | {"option": option, "children": 30.0, "minutes": minutes, "still_far": far, "beds": bed,
                "capital": bed * 2.64, "cost_per_year": cost}
        for option, minutes, far, bed, cost in
        (("walk", 60.0, 30.0, 0.0, 0.0), ("bus", 15.0, 4.0, 0.0, 7.5), ("board", 3.0, 12.0, 18.0, 0.8))
    ]  # fmt: skip
    tables = replace(
        run.tables,
        boarding=conform(pd.DataFrame(boarding), BOARDING),
        buses=conform(pd.DataFrame([bus]), BUSES),
        boarding_options=conform(pd.DataFrame(answers), OPTIONS),
    )
    return replace(seen, run=replace(run, tables=tables))


def test_schools_short_of_beds_stand_first(run: RunFolder) -> None:
    seen = filled(run, "en")
    found = page(seen)
    assert found.any
    assert [row[0].split(" · ")[0] for row in found.beds] == [seen.words.school(BIG), seen.words.school(SMALL)]
    assert found.beds[0][1:] == ("400", "120 (111-129)", "100", seen.labels.percent(1.0), "20", "400", "1\u00a0000")
    assert "160 boarders, schools likely short of beds: 1" in found.lead


def test_buses_and_the_three_answers(run: RunFolder) -> None:
    found = page(filled(run, "en"))
    assert found.buses[0][1] == "line-1"
    assert found.buses[0][3:] == ("daily", "17", "1", "84 → 18", "2", "3.7")
    assert [row[2] for row in found.choices] == ["walk", "bus", "board"]
    assert found.choices[2][1:] == ("30", "board", "3", "12", "18", "48", "0.8")


def test_beds_that_are_not_known_are_said_to_be_so(run: RunFolder) -> None:
    seen = filled(run, "en")
    boarding = seen.run.tables.boarding.assign(beds=float("nan"), p_short=float("nan"), short=float("nan"))
    blank = replace(seen, run=replace(seen.run, tables=replace(seen.run.tables, boarding=boarding)))
    assert {row[3] for row in page(blank).beds} == {"–"}


@pytest.mark.parametrize(("lang", "words"), [("zh", ("寄宿生约", "缺床位", "每天接送", "住校")),
                                             ("en", ("boarders", "Beds missing", "daily", "board"))])  # fmt: skip
def test_the_section_in_both_languages(run: RunFolder, lang: str, words: tuple[str, ...]) -> None:
    seen = filled(run, lang)
    text = environment(seen.labels).get_template("part_boarding.html.j2").render(boarding=page(seen))
    assert all(word in text for word in words)


def test_a_run_without_boarding_has_no_section(run: RunFolder) -> None:
    seen = view(run, "zh")
    text = environment(seen.labels).get_template("part_boarding.html.j2").render(boarding=page(seen))
    assert not page(seen).any
    assert text.strip() == ""
