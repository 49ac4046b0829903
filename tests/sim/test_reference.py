"""The engine equals the plain reference, number for number: every roll, class, diversion and flow of a draw."""

import numpy as np
import pytest

from sim.engine import FLOWS, simulate
from sim.placements import REASONS
from tests.sim import busy, studies
from verification.reference import simulate_draw


def assert_same_events(rows, plain, where):
    """Children without a seat by year, home, grade, school, school joined and reason."""
    found = {}
    for _, year, cell, grade, here, there, reason, n in rows.tolist():
        at = (year, (cell, grade, here, there, REASONS[reason]))
        found[at] = found.get(at, 0) + n
    assert found == {(year, event): n for year, events in enumerate(plain) for event, n in events.items()}, where


def assert_equal(of, future, plan, draws, seed=1, but=()):
    """Engine and reference on the same draws; but: what the reference does not make."""
    one = studies.case(of, future, plan, max(draws) + 1, seed)
    result = simulate(of.model, [one], seed, np.array(draws))[0]
    unit_of, units = of.model.layout.unit_of, range(len(of.model.layout.units))
    for row, draw in enumerate(draws):
        plain = simulate_draw(of.model, one.rates, one.network, one.opening_year[draw], seed, draw)
        where = f"{future}, {plan}, draw {draw}"
        for name, engine in (
            ("flows", result.flows[row]),
            ("rolls", result.rolls[row]),
            ("classes", result.classes[row]),
            ("beyond", result.beyond[row]),
            ("diverted", result.diverted_in[row]),
        ):
            if name in but:
                continue
            expected = getattr(plain, name)
            if name == "flows":
                expected = [[flows[flow] for flow in FLOWS] for flows in expected]
            np.testing.assert_array_equal(engine, np.array(expected), err_msg=f"{name}: {where}")
        assert_same_events(result.events[result.events[:, 0] == draw], plain.events, where)
        for name in ("residents", "entrants"):
            homes = np.array(getattr(plain, name))
            expected = np.stack([homes[:, unit_of == unit].sum(axis=1) for unit in units], axis=1)
            np.testing.assert_array_equal(getattr(result, name)[row], expected, err_msg=f"{name}: {where}")


@pytest.mark.parametrize("plan", ["do-nothing", "build"])
@pytest.mark.parametrize("spread", ["study", "none"])
def test_tiny_study(plan, spread):
    draws = [0] if spread == "none" else [0, 1, 5]
    assert_equal(studies.study(studies.TINY, spread), "steady", plan, draws, seed=7)


@pytest.mark.parametrize("future", ["baseline", "high"])
@pytest.mark.parametrize("plan", ["do-nothing", "build"])
@pytest.mark.parametrize("spread", ["study", "none"])
def test_loading_study(future, plan, spread):
    draws = [0] if spread == "none" else [0, 3, 11]
    assert_equal(studies.study(studies.LOADING, spread), future, plan, draws)


@pytest.mark.slow
@pytest.mark.parametrize(("future", "plan"), [("fast-urbanisation", "compact"), ("low", "county-plan")])
def test_majiang(future, plan):
    of = studies.study(studies.MAJIANG, "study")
    assert_equal(studies.until(of, 2028), future, plan, [0, 7])


@pytest.fixture(scope="module")
def busy_county(tmp_path_factory):
    return busy.write(tmp_path_factory.mktemp("busy"), seed=5)


@pytest.mark.parametrize(
    ("future", "plan", "spread"),
    [
        ("fast", "everything", "study"),
        ("slow", "everything", "study"),
        ("baseline", "nothing", "study"),
        ("fast", "everything", "none"),
    ],
)
def test_busy_county(busy_county, future, plan, spread):
    of = studies.study(busy_county, spread)
    assert_equal(of, future, plan, [0] if spread == "none" else [1], seed=5)


@pytest.mark.parametrize(("future", "plan"), [("baseline", "nothing"), ("fast", "everything")])
def test_busy_county_of_estimated_counts(tmp_path, future, plan):
    of = studies.study(busy.write(tmp_path, 8, estimated=0.2))
    assert of.model.estimated is not None
    assert of.model.estimated.withheld.any()
    assert_equal(of, future, plan, [0, 2], seed=8)


def test_a_study_whose_children_are_built_from_births(tmp_path):
    of = studies.study(busy.without_children(busy.write(tmp_path, 3)))
    assert of.model.estimated is not None
    assert (of.model.estimated.children_sd == 0.05).all()
    assert_equal(of, "baseline", "nothing", [0, 1], seed=3)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_busy_counties(tmp_path, seed):
    of = studies.study(busy.write(tmp_path, seed, divert_at=("norm", "1.1", "never")[seed % 3]), "study")
    for future in busy.FUTURES:
        for plan in busy.PLANS:
            assert_equal(of, future, plan, [0, 3], seed=seed)
