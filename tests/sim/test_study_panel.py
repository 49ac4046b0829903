"""A study as a panel: its schools, years, grades and births, as the tables have them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.bundle import StudyBundle
from scenarios.loader import load, load_study
from sim.path import forecast
from sim.study_panel import county_births, panel_of_study
from sim.tables import grades_of, history, school_table
from tests.sim.studies import ROOT

TINY, MAJIANG = (ROOT / place / "study.yaml" for place in ("tests/tiny", "scenarios/examples/majiang"))


def with_table(bundle: StudyBundle, name: str, rows: pd.DataFrame) -> StudyBundle:
    return replace(bundle, tables={**bundle.tables, name: rows})


def test_the_tiny_study_by_hand() -> None:
    panel = panel_of_study(load_study(TINY))
    assert panel.schools == ("a", "b")
    assert panel.grades == ("1", "2", "3", "4", "5")
    assert panel.years.tolist() == list(range(2015, 2024))
    assert panel.districts == ("county",)
    assert panel.pupils[0, :2, -3].tolist() == [92, 88]
    assert np.isnan(panel.pupils[0, 3:]).all()
    assert not panel.hosts[0, 3:].any()
    assert panel.births is None  # of 2020 to 2023: nobody born then has entered by 2023


@pytest.mark.parametrize("study", [TINY, MAJIANG])
def test_counts_are_those_of_the_history_of_the_simulation(study: Path) -> None:
    bundle = load(study.with_name("approval.yaml"))
    grades = grades_of(bundle)
    schools = school_table(bundle, grades).ids
    counts, years = history(bundle, schools, grades)
    panel = panel_of_study(bundle)
    assert panel.grades == grades.names
    assert panel.years.tolist() == years.tolist()
    with_history = np.isin(schools, bundle.tables["enrolment"]["school"])
    assert panel.schools == tuple(np.array(schools)[with_history])
    counts = counts[with_history]
    assert np.array_equal(np.where(panel.known, panel.pupils, 0.0), np.nan_to_num(counts))


def test_births_are_the_county_by_calendar_year_and_entry_by_school_year() -> None:
    bundle = load_study(MAJIANG)
    panel = panel_of_study(bundle)
    births, table = panel.births, bundle.tables["births"]
    assert births is not None
    assert births.entry_age == 6
    assert births.delay == 0
    assert births.first == 2010
    assert births.count[0].tolist() == table.groupby("year")["births"].sum().tolist()
    share = bundle.study.entry.autumn_births_share
    expected = share * births.count[0, 2014 - 2010] + (1 - share) * births.count[0, 2015 - 2010]
    assert births.of_entry(np.array([2021]))[0, 0] == pytest.approx(expected)
    assert np.isfinite(forecast(panel, 5).district.first[0, 2]).all()


def test_births_that_end_early_come_late_at_every_origin() -> None:
    bundle = load_study(MAJIANG)
    table = bundle.tables["births"]
    births = panel_of_study(with_table(bundle, "births", table[table["year"] <= 2021])).births
    assert births is not None
    assert births.delay == 2
    assert births.first + births.known_at(2020).count.shape[1] - 1 == 2018


def test_a_year_of_births_without_one_of_the_units_is_not_known() -> None:
    rows = pd.DataFrame({"unit": ["u", "v", "u"], "year": [2020, 2020, 2021], "births": [3, 4, 5]})
    assert county_births(rows)["births"].tolist()[0] == 7
    assert np.isnan(county_births(rows)["births"].tolist()[1])


def test_withheld_counts_are_offered_and_not_known_and_later_years_are_left_out() -> None:
    bundle = load_study(TINY)
    rows = bundle.tables["enrolment"].copy()
    chosen = (rows["school"] == "a") & (rows["grade"] == "1") & (rows["year"] == 2022)
    rows.loc[chosen, "pupils"], rows.loc[chosen, "suppressed"] = np.nan, True
    later = rows[rows["year"] == 2023].assign(year=2024)
    panel = panel_of_study(with_table(bundle, "enrolment", pd.concat([rows, later], ignore_index=True)))
    assert panel.years.tolist() == list(range(2015, 2024))
    assert panel.hosts[0, 0, -2]
    assert not panel.known[0, 0, -2]


def test_without_enrolment_there_is_no_panel() -> None:
    bundle = load_study(TINY)
    with pytest.raises(ValueError, match="no enrolment"):
        panel_of_study(with_table(bundle, "enrolment", bundle.tables["enrolment"].iloc[:0]))
