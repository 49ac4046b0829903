"""Imported indicators: the latest value up to the base year, units, facts without a probability."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scenarios.indicator_units import FACTORS, units_for
from sim.balance_inputs import BalanceInputs, CountyBound, balance_inputs
from sim.imported import Imported, imported_of
from sim.imported_verdicts import imported_rows
from sim.ladders import whole
from tests.sim import studies
from tests.sim.balance_worlds import county, primary
from tests.sim.clause_worlds import bound

COLUMNS = ["school", "year", "indicator", "stage", "value", "value_unit"]


def read(*rows) -> Imported:
    """Rows of the table in the base study (schools a and b; the plan `build` opens c)."""
    of = studies.study(studies.LOADING)
    frame = pd.DataFrame([*rows], columns=COLUMNS)
    bundle = replace(of.bundle, tables={**of.bundle.tables, "indicators": frame})
    return imported_of(bundle, whole(of.model))


def test_the_latest_value_up_to_the_base_year_holds_whatever_the_order_of_rows():
    rows = [("a", year, "books_per_pupil", "", value, "count") for year, value in ((2023, 31), (2020, 25), (2024, 99))]
    for given in (rows, rows[::-1]):
        assert read(*given).of("books_per_pupil", "primary").tolist()[0] == 31


def test_of_a_school_that_a_plan_opens_the_planned_value_holds():
    found = read(("c", 2026, "books_per_pupil", "", 30, "count"), ("a", 2023, "books_per_pupil", "", 20, "count"))
    schools = studies.study(studies.LOADING).model.layout.schools
    values = dict(zip(schools, found.of("books_per_pupil", "primary").tolist(), strict=True))
    assert (values["a"], values["c"]) == (20, 30)
    assert np.isnan(values["b"])


def test_a_value_of_a_stage_goes_before_one_of_the_whole_school():
    found = read(
        ("a", 2023, "backbone_teachers_per100", "", 1.0, "per_100"),
        ("a", 2022, "backbone_teachers_per100", "primary", 1.4, "per_100"),
        ("b", 2023, "backbone_teachers_per100", "", 0.8, "per_100"),
    )
    assert found.of("backbone_teachers_per100", "primary")[:2].tolist() == [1.4, 0.8]
    assert found.of("backbone_teachers_per100", "junior")[:2].tolist() == [1.0, 0.8]
    assert found.of("computers_per100", "junior") is None


def test_values_are_turned_into_the_unit_of_their_clause():
    found = read(
        ("", 2023, "junior_retention", "junior", 100.17, "percent"),
        ("a", 2023, "equipment_value_per_pupil", "", 0.24, "wan_yuan"),
        ("", 2023, "zz_own", "", 12.5, "percent"),
    )
    assert found.of_county("junior_retention", "junior") == pytest.approx(1.0017)
    assert found.of("equipment_value_per_pupil", "primary")[0] == pytest.approx(2400)
    assert found.of_county("zz_own", "") == 12.5  # no clause: as given
    assert np.isnan(found.of_county("social_recognition", ""))


def test_every_unit_of_an_imported_clause_can_be_written_in_the_table():
    pack = studies.study(studies.LOADING).bundle.pack
    wanted = {one.unit for one in pack.clauses if one.assessed == "imported" and one.bound is not None}
    assert all(units_for(unit) for unit in wanted)
    assert FACTORS["percent", "share"] == 0.01


def test_facts_hold_or_fail_without_a_probability():
    clause = bound(4.2, "primary", "degree", 3, code="L1.primary")
    share = CountyBound("Q1", "junior_retention", "junior", True, 0.95, True)
    doubtful = CountyBound("D.recognition", "social_recognition", "", True, 0.85, False)
    inputs = BalanceInputs(imported=(clause,), county=(share, doubtful))
    figures = {("junior_retention", "junior"): 0.95, ("social_recognition", ""): 0.8}
    one = county(primary(300, 300, 300), values={("degree", ""): [4.2, 4.1, np.nan]}, figures=figures, balance=inputs)
    rows = imported_rows(one).set_index(["rule", "entity"])
    told = rows["verdict"].to_dict()
    assert told == {
        ("L1.primary", "s0"): "holds",
        ("L1.primary", "s1"): "fails",
        ("L1.primary", "s2"): "not-assessed",
        ("L1.primary", "county"): "fails",
        ("Q1", "county"): "holds",
        ("D.recognition", "county"): "fails",
    }
    assert rows["probability"].isna().all()
    assert rows.loc[("L1.primary", "s2"), "source"] == "missing degree"
    assert rows.loc[("L1.primary", "s0"), "source"] == "imported"
    assert rows.loc[("D.recognition", "county"), "unverified"] == "D.recognition"


def test_a_county_whose_unknown_schools_decide_is_not_assessed():
    clause = bound(4.2, "primary", "degree", 2, code="L1.primary")
    one = county(primary(300, 300), values={("degree", ""): [4.2, np.nan]}, balance=BalanceInputs(imported=(clause,)))
    assert imported_rows(one)["verdict"].tolist() == ["holds", "not-assessed", "not-assessed"]


def test_a_clause_without_any_value_has_one_row_and_a_study_without_the_table_none():
    clause = bound(4.2, "primary", "degree", 2, code="L1.primary")
    inputs = BalanceInputs(imported=(clause,))
    some = county(primary(300, 300), values={("other", ""): [1.0, 1.0]}, balance=inputs)
    assert imported_rows(some)[["scope", "verdict"]].values.tolist() == [["county", "not-assessed"]]
    assert imported_rows(county(primary(300, 300), balance=inputs)).empty


def test_inputs_of_the_pack_of_2017():
    of = studies.study(studies.LOADING)
    found = balance_inputs(of.bundle, whole(of.model))
    assert len(found.resources) == 7
    assert len(found.thresholds) == 14
    assert {one.stage: one.limit for one in found.coefficients} == {"primary": 0.5, "junior": 0.45}
    assert {(one.stage, one.limit) for one in found.met} == {("primary", 6.0), ("junior", 6.0)}
    assert found.standard == ("LS", "G4", "G5")
    assert found.mode == "each"
    small = [when.pupils_below for one in found.coefficients for when in one.unless]
    assert set(small) == {50}
