"""The table of drivers of a run: sums that are the run's own numbers, left out where nobody asks for it."""

import numpy as np
import pytest

from schoolplan.prepare import Options, prepare
from schoolplan.progress import silent
from schoolplan.runs import Ask, _simulate
from sim.drivers_path import pupils_today
from tests.sim import studies

DRAWS = 70  # more than are simulated for the shares


@pytest.fixture(scope="module")
def prepared():
    return prepare(studies.LOADING)


@pytest.fixture(scope="module")
def tables(prepared, tmp_path_factory):
    return simulated(prepared, tmp_path_factory.mktemp("run"), DRAWS, drivers=True)


def simulated(prepared, work, draws, **asked):
    (work / "parts").mkdir()
    return _simulate(prepared, Options(draws, 5), work, silent, Ask(workers=1, **asked), None)[0]


def rolls(prepared, tables):
    """Rows of the mean roll and its quantiles in the decision window, by future, plan, school and year."""
    first, last = prepared.assessment.window
    found = tables.schools.query("indicator == 'roll' and stage == 'all'")
    found = found[found["year"].between(first, last)]
    return found.rename(columns={"entity": "school"}).set_index(["future", "plan", "school", "year"])


def test_changes_add_up_to_the_roll_of_the_run_less_today(prepared, tables):
    found = tables.drivers[tables.drivers["part"] == "change"]
    change = found.groupby(["future", "plan", "school", "year"])["value"].sum()
    expected = rolls(prepared, tables)["mean"]
    today = dict(zip(prepared.model.layout.schools, pupils_today(prepared.model).sum(axis=1), strict=True))
    assert len(expected) > 4
    for key, mean in expected.items():
        assert change.get(key, 0.0) == pytest.approx(mean - today[key[2]], abs=1e-4)


def test_spread_adds_up_to_a_variance_that_fits_the_quantiles(prepared, tables):
    found = tables.drivers[tables.drivers["part"] == "spread"]
    spread = found.groupby(["future", "plan", "school", "year"])["value"].sum()
    quantiles = rolls(prepared, tables)
    width = (quantiles["p90"] - quantiles["p10"]) / 2.563
    both = [(spread.get(key, 0.0) ** 0.5, sd) for key, sd in width.items() if sd > 3.0]
    assert both
    ratios = np.array([a / b for a, b in both])
    assert 0.7 < np.median(ratios) < 1.5


def test_only_the_plan_with_projects_has_construction_and_only_other_futures_differ(prepared, tables):
    found = tables.drivers[tables.drivers["part"] == "change"]
    reference = prepared.bundle.study.reference_future
    built = {name for name, plan in prepared.bundle.plans.items() if plan.projects}
    assert set(found.loc[found["driver"] == "construction", "plan"]) <= built
    assert "construction" in set(found["driver"])
    of_futures = ("future_births", "urbanisation", "migration", "housing", "town_pull")
    assert reference not in set(found.loc[found["driver"].isin(of_futures), "future"])


def test_a_run_may_leave_drivers_out(prepared, tmp_path):
    assert simulated(prepared, tmp_path, 2, drivers=False).drivers.empty


def test_one_draw_has_changes_and_no_spread(prepared, tmp_path):
    assert set(simulated(prepared, tmp_path, 1).drivers["part"]) == {"change"}
