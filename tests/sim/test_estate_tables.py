"""Tables of housing become estates: phases, risk by status, the usual pace of building taken off once."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scenarios.housing_defaults import housing_of, load_housing
from sim.estate_tables import counted, estates_of, housing_in_force, normal_pace, phase_rows, risk_of
from tests.sim import busy, studies

NAN = float("nan")


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=7))


def phase(estate, number, year, dwellings, status="approved", month=NAN, p_never=NAN, delay=(NAN,) * 3, kind=""):
    return {
        "estate": estate, "phase": number, "completion": year, "completion_month": month, "dwellings": dwellings,
        "dwelling_type": kind, "status": status, "delay_low": delay[0], "delay_likely": delay[1],
        "delay_high": delay[2], "p_never": p_never,
    }  # fmt: skip


def windowed(bundle, years):
    """The bundle with a learning window of so many years."""
    window = bundle.study.learning_window.model_copy(update={"years": years})
    return replace(bundle, study=bundle.study.model_copy(update={"learning_window": window}))


def having(of, phases=(), completions=None):
    """The bundle with these phases and past completions by year."""
    tables = dict(of.bundle.tables)
    if phases:
        tables["estate_phases"] = pd.DataFrame(list(phases))
    if completions is not None:
        tables["completions"] = pd.DataFrame({"year": list(completions), "dwellings": list(completions.values())})
    return replace(of.bundle, tables=tables)


def test_an_estate_without_phases_is_one_phase_without_risk(county):
    rows = phase_rows(county.bundle)
    assert rows[["estate", "phase", "year", "status"]].to_numpy().tolist() == [
        ["e1", "all", 2025, ""],
        ["e2", "all", 2026, ""],
    ]
    (e1,) = estates_of(county.bundle, county.model, ["e1"], [])
    assert (e1.lots[0].delay, e1.lots[0].p_never, e1.lots[0].dwellings) == ((0.0, 0.0, 0.0), 0.0, 60.0)
    assert (e1.outside, e1.in_town, e1.rural) == (0.3, 0.3, 0.4)


def test_phases_replace_the_row_of_their_estate_and_inherit_its_type(county):
    bundle = having(county, [phase("e1", "2", 2027, 20, month=10.0), phase("e1", "1", 2026, 40, kind="rental")])
    rows = phase_rows(bundle)
    assert rows["estate"].tolist() == ["e1", "e1", "e2"]
    assert rows["year"].tolist() == [2026, 2028, 2026]
    assert rows["dwelling_type"].tolist() == ["rental", "commercial", "commercial"]
    (e1,) = estates_of(bundle, county.model, ["e1"], [])
    assert [lot.id for lot in e1.lots] == ["e1/1", "e1/2"]
    assert [lot.p_never for lot in e1.lots] == [0.08, 0.08]


def test_a_phase_completed_before_the_base_year_is_in_the_stocks_already(county):
    bundle = having(county, [phase("e1", "1", 2022, 40, "completed"), phase("e1", "2", 2025, 20)])
    (e1,) = estates_of(bundle, county.model, ["e1"], [])
    assert [lot.id for lot in e1.lots] == ["e1/2"]


def test_risk_is_ones_own_else_that_of_the_status_else_none():
    housing = load_housing()
    planned = housing.delivery["planned"]
    assert risk_of(phase("e", "1", 2026, 1, "planned"), housing) == (planned.delay, planned.p_never)
    assert risk_of(phase("e", "1", 2026, 1, "planned", p_never=0.5), housing) == (planned.delay, 0.5)
    own = phase("e", "1", 2026, 1, "planned", delay=(1.0, 2.0, 3.0))
    assert risk_of(own, housing) == ((1.0, 2.0, 3.0), planned.p_never)
    assert risk_of(phase("e", "1", 2026, 1, ""), housing) == ((0.0, 0.0, 0.0), 0.0)


def test_a_deterministic_run_is_as_late_as_is_likely(county):
    rounded = replace(county.model, rounded=True)
    phases = [phase("e1", "1", 2025, 40, "planned"), phase("e1", "2", 2025, 20, "stalled", p_never=0.6)]
    (e1,) = estates_of(having(county, phases), rounded, ["e1"], [])
    assert [lot.delay for lot in e1.lots] == [(12.0, 12.0, 12.0), (36.0, 36.0, 36.0)]
    assert [lot.p_never for lot in e1.lots] == [0.0, 1.0]


def test_only_what_lies_above_the_usual_pace_counts():
    rows = pd.DataFrame({"estate": ["a", "b", "c"], "year": [2025, 2025, 2026], "dwellings": [300, 100, 50]})
    np.testing.assert_allclose(counted(rows, ["a", "b", "c"], 100.0), [225, 75, 0])
    np.testing.assert_allclose(counted(rows, ["b", "c"], 100.0), [0, 0, 0])
    np.testing.assert_allclose(counted(rows, ["a"], 0.0), [300, 0, 0])
    for pace in (0.0, 40.0, 1000.0):  # what counts and what is taken off are all that is listed
        kept = counted(rows, ["a", "b", "c"], pace)
        assert kept.sum() == pytest.approx(max(400 - pace, 0) + max(50 - pace, 0))


def test_the_pace_is_the_mean_of_the_learning_window(county):
    assert normal_pace(county.bundle) == 0.0
    past = {2017: 700, 2018: 900, 2019: 10, 2020: 20, 2021: 30, 2022: 40, 2023: 50}
    assert normal_pace(having(county, completions=past)) == 30.0  # five years, 2019-2023
    # Rolls begin in 2018: no ratio of the years up to it is known, however long the window.
    assert normal_pace(windowed(having(county, completions=past), 30)) == 30.0
    assert normal_pace(windowed(having(county, completions=past), 2)) == 45.0


def test_the_pace_is_taken_off_once_for_all_phases_of_a_year(county):
    bundle = having(county, [phase("e1", "1", 2026, 60, "completed")], dict.fromkeys(range(2019, 2024), 25))
    e1, e2 = estates_of(bundle, county.model, ["e1", "e2"], [])
    assert e1.lots[0].counted + e2.lots[0].counted == pytest.approx(100 - 25)
    assert e1.lots[0].counted == pytest.approx(60 * 0.75)
    assert e1.lots[0].arrivals.sum() / e2.lots[0].arrivals.sum() == pytest.approx(1.5, rel=0.1)  # ramps differ
    assert estates_of(having(county, completions=dict.fromkeys(range(2019, 2024), 500)), county.model, ["e1"], []) == ()


def test_estates_of_the_reference_future_are_in_the_ratios(county):
    assert estates_of(county.bundle, county.model, ["e1"], ["e1"]) == ()
    (e2,) = estates_of(county.bundle, county.model, ["e1", "e2"], ["e1"])
    assert e2.id == "e2"
    # Above the pace both futures build; what the reference holds of it is taken off.
    bundle = having(county, [phase("e1", "1", 2026, 60, "completed")], dict.fromkeys(range(2019, 2024), 30))
    both = estates_of(bundle, county.model, ["e1", "e2"], ["e1"])
    assert sum(lot.counted for estate in both for lot in estate.lots) == pytest.approx((100 - 30) - (60 - 30))


def test_curves_of_a_study_stand_in_for_the_shipped_ones():
    frame = pd.DataFrame({"dwelling_type": "rental", "curve": "occupancy", "step": [1, 0, 2], "value": [0.7, 0.4, 0.9]})
    housing = housing_of({"estate_curves": frame})
    assert housing.types["rental"].occupancy.values == (0.4, 0.7, 0.9)
    assert housing.types["rental"].ages == load_housing().types["rental"].ages
    assert housing.types["commercial"] == load_housing().types["commercial"]


def test_a_bundle_without_curves_is_refused(county):
    with pytest.raises(ValueError, match="no curves of housing"):
        housing_in_force(replace(county.bundle, housing=None))
