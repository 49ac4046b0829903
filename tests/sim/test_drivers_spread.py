"""Where spread comes from: exact sums, all to the one force that is left, nothing to those at rest."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.drivers_spread import (
    CAUSES,
    FORCES,
    Causes,
    alike_of,
    case_parts,
    forces_of,
    only,
    pace_of,
    rolls_by_draw,
    variance_parts,
)
from sim.engine import simulate
from sim.model import NEVER
from sim.processes import Shock
from sim.reference_rolls import forecast_rolls
from sim.shapley import exact
from tests.sim import busy, studies

DRAWS = np.arange(40)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=21, estimated=0.2))


def test_forces_add_up_to_the_draw(county):
    parts = forces_of(county.model, 3, DRAWS)
    assert set(parts) == set(FORCES)
    none = rolls_by_draw(only(county.model, frozenset()), 3, DRAWS)
    whole = forecast_rolls(county.model, 3, DRAWS).sum(axis=3)
    np.testing.assert_allclose(sum(parts.values()), whole - none, atol=1e-9)
    # A school with a grade that fills from below has a rounding of its own; the others stand still without forces.
    assert (none.std(axis=0) < 1.0).all()
    assert all(part.std() > 0.0 for part in parts.values())


@pytest.mark.parametrize("force", FORCES)
def test_one_force_alone_gets_all(county, force):
    model = only(county.model, frozenset({force}))
    parts = forces_of(model, 3, DRAWS)
    for other in set(FORCES) - {force}:
        np.testing.assert_allclose(parts[other], 0.0, atol=1e-9)
    assert parts[force].std() > 0.0


def causes(n, years=2, schools=1, **changes):
    """Causes of a school without forces of its own, in draws 0 .. n - 1."""
    still = {name: np.zeros((n, years, schools)) for name in FORCES}
    none = Causes(still, np.ones(n), np.zeros((n, 0), dtype=np.int64), np.zeros(0, dtype=bool), np.eye(schools) < 0)
    return replace(none, **changes)


def test_shares_of_variance_add_up_exactly_and_are_scaled_to_all_draws(county):
    forces = forces_of(county.model, 3, DRAWS)
    forecast = rolls_by_draw(county.model, 3, DRAWS)
    case = studies.case(county, "fast", "everything", len(DRAWS), 3)
    rolls = simulate(county.model, [case], 3, DRAWS)[0].rolls.sum(axis=3).astype(float)
    gradual = np.array([p.kind == "new_school" and not p.all_grades for p in case.network.projects])
    acting = Causes(forces, pace_of(county.model, 3, DRAWS), case.opening_year, gradual, alike_of(county.model))
    parts = case_parts(rolls - forecast, acting, list(enumerate(county.model.years)))
    assert set(parts) == set(CAUSES)
    known = 1.1 * rolls.var(axis=0)
    found = variance_parts({name: part + forces.get(name, 0.0) for name, part in parts.items()}, rolls, known)
    np.testing.assert_allclose(sum(found.values()), known, atol=1e-6)


def test_pace_and_delay_are_found_by_their_draws():
    """A case that differs by 50 x pace and by 30 once a school is open: both come back, homes keep the rest."""
    rng = np.random.default_rng(2)
    n = 400
    pace, opening = rng.lognormal(0, 0.3, n), np.where(rng.uniform(size=n) < 0.7, 2025, NEVER)[:, None]
    luck = rng.normal(0, 2.0, (n, 2, 1))
    beyond = 50.0 * pace[:, None, None] + luck
    beyond[:, 1, 0] -= 30.0 * (opening[:, 0] <= 2025)
    acting = causes(n, pace=pace, opening=opening, gradual=np.array([False]))
    parts = case_parts(beyond, acting, list(enumerate(range(2024, 2026))))
    np.testing.assert_allclose(parts["pace"].std(axis=0)[:, 0], 50.0 * pace.std(), rtol=0.03)
    assert not parts["construction"][:, 0].any()
    assert parts["construction"][:, 1].std() == pytest.approx(30.0 * (opening == 2025).std(), rel=0.03)
    np.testing.assert_allclose(sum(parts.values()), beyond - beyond.mean(axis=0), atol=1e-9)
    assert parts["homes"].std() == pytest.approx(2.0, rel=0.1)


def test_schools_that_grow_count_how_long_they_are_open():
    rng = np.random.default_rng(5)
    opening = rng.choice([2025, 2026, 2027, NEVER], 400)[:, None]
    beyond = 40.0 * np.where(opening <= 2027, 2027 - np.minimum(opening, 2027), 0)[:, :, None].astype(float)
    acting = causes(400, 1, opening=opening, gradual=np.array([True]))
    parts = case_parts(beyond, acting, [(0, 2027)])
    np.testing.assert_allclose(parts["construction"], beyond - beyond.mean(axis=0), atol=1e-6)


def test_a_new_school_has_the_forces_of_the_schools_its_pupils_come_from():
    """School 1 takes a third of the pupils of school 0: its spread is theirs, not that of the homes."""
    rng = np.random.default_rng(7)
    n = 200
    forces = {name: np.zeros((n, 1, 2)) for name in FORCES}
    forces["county"][:, 0, 0], forces["school"][:, 0, 0] = rng.normal(0, 20.0, n), rng.normal(0, 30.0, n)
    whole = forces["county"] + forces["school"]
    beyond = np.concatenate([-whole[:, :, :1] / 3.0, whole[:, :, :1] / 3.0], axis=2)
    parts = case_parts(beyond, causes(n, 1, 2, forces=forces, alike=~np.eye(2, dtype=bool)), [(0, 2025)])
    np.testing.assert_allclose(parts["county"][:, 0, 1], (whole - forces["school"])[:, 0, 0] / 3.0, atol=5.0)
    np.testing.assert_allclose(parts["homes"], 0.0, atol=1e-6)
    both = {name: part + forces.get(name, 0.0) for name, part in parts.items()}
    found = variance_parts(both, whole + beyond, (whole + beyond).var(axis=0))
    assert found["school"][0, 1] > found["county"][0, 1] > 0.0


def test_too_few_draws_teach_no_slopes():
    parts = case_parts(np.arange(6.0).reshape(6, 1, 1), causes(6, 1, pace=np.arange(6.0)), [(0, 2025)])
    assert not parts["pace"].any()
    assert parts["homes"].any()


@given(seed=st.integers(0, 99))
def test_variance_of_a_sum_by_covariance(seed):
    """The Shapley value of the variance of a sum of parts is their covariance with it, whether or not they are tied."""
    rng = np.random.default_rng(seed)
    parts = dict(zip("abc", rng.normal(size=(3, 30)) + rng.normal(size=30), strict=True))
    roll = sum(parts.values())
    weights = exact(tuple("abc"))
    worth = {some: np.array(np.var(sum((parts[name] for name in some), np.zeros(30)))) for some in weights.coalitions}
    found = variance_parts({**parts, "homes": np.zeros(30)}, roll, roll.var())
    for name, share in weights.shares(worth).items():
        assert float(share) == pytest.approx(float(found[name]), abs=1e-9)


def test_where_the_draws_used_do_not_vary_all_is_homes():
    still = {"homes": np.zeros((5, 1)), "chance": np.zeros((5, 1))}
    found = variance_parts(still, np.full((5, 1), 7.0), np.array([2.0]))
    assert found["homes"][0] == 2.0


def test_a_declared_break_belongs_to_the_county(county):
    sizes = county.model.outlook.processes.with_shock(Shock("test", 0.5, 0.1, 0.1))
    model = replace(county.model, forecast=replace(county.model.outlook, processes=sizes))
    assert only(model, frozenset({"school"})).outlook.processes.shock is None
    assert only(model, frozenset({"county"})).outlook.processes.shock is not None
