"""Identity: the simulator in the reference future without projects is the forecast, draw for draw."""

from dataclasses import replace

import numpy as np
import pytest

from sim.draws import joint_draws
from sim.engine import simulate
from sim.intake import intake_draws
from sim.reference_rolls import forecast_rolls
from sim.reference_world import ReferenceWorld
from sim.variates import Chance
from sim.world import World
from tests.sim import busy, studies

DRAWS = np.arange(12)


def never_diverted(of):
    return replace(of, model=replace(of.model, divert_at=float("inf")))


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=21))


def assert_identity(of, future, plan, draws=DRAWS, seed=3):
    of = never_diverted(of)
    result = simulate(of.model, [studies.case(of, future, plan, len(draws), seed)], seed, draws)[0]
    forecast = forecast_rolls(of.model, seed, draws)
    np.testing.assert_array_equal(result.rolls, forecast)
    assert forecast.sum() > 0
    return forecast


@pytest.mark.parametrize("spread", ["study", "none"])
def test_the_simulator_is_the_forecast(county, spread):
    tiny, loading = (studies.study(path, spread) for path in (studies.TINY, studies.LOADING))
    draws = DRAWS if spread == "study" else DRAWS[:1]
    assert_identity(tiny, "steady", "do-nothing", draws)
    assert_identity(loading, "baseline", "do-nothing", draws)
    if spread == "study":
        assert_identity(county, "baseline", "nothing")


@pytest.mark.slow
def test_the_simulator_is_the_forecast_in_majiang():
    assert_identity(studies.study(studies.MAJIANG, "study"), "baseline", "do-nothing", np.arange(4))


def test_the_forecast_is_that_of_the_joint_draws(county):
    """Not another one: path, forces and intake of the study through the code of `schoolplan forecast`."""
    model, outlook = county.model, county.model.outlook
    rows = [model.layout.schools.index(school) for school in outlook.panel.schools]
    intake = intake_draws(model, outlook.births_index, 3, DRAWS)[:, rows]
    draws = joint_draws(outlook.path, outlook.panel, outlook.processes, 3, DRAWS, intake)
    rolls = np.moveaxis(forecast_rolls(model, 3, DRAWS), 1, 3)[:, rows]
    offered = ~np.isnan(outlook.path.log_pupils).any(axis=2)
    np.testing.assert_array_equal(rolls[:, offered], draws[:, offered])


def test_diversion_only_moves_children_between_schools(county):
    """Full schools send children on: as many in every home, and schools that divert nobody hold the forecast."""
    of = county
    result = studies.run(of, "baseline", "nothing", len(DRAWS), seed=3)
    free = studies.run(never_diverted(of), "baseline", "nothing", len(DRAWS), seed=3)
    assert result.diverted_in.any()
    np.testing.assert_array_equal(result.pupils, free.pupils)
    np.testing.assert_array_equal(result.flows, free.flows)
    np.testing.assert_array_equal(result.rolls.sum(axis=2), free.rolls.sum(axis=2))


def walk(model, seed=3, draws=DRAWS):
    reference = ReferenceWorld(model, seed, draws, Chance(rounded=model.rounded))
    for world in World(model, seed, draws):
        if world.year == model.base_year:
            yield reference.begin(world), None
        else:
            guide = reference.step(world)
            yield reference.state, guide


def test_private_pupils_and_those_of_other_counties_are_no_part_of_the_forecast(county):
    model = county.model
    pseudo, before = model.layout.pseudo, None
    for state, guide in walk(model):
        if guide is not None:
            np.testing.assert_array_equal(state.pupils[:, pseudo, :, 1:], before.pupils[:, pseudo, :, :-1])
            assert (state.pupils[:, pseudo, :, 0] <= guide.entrants[:, None]).all()
        before = state
    assert before.pupils[:, pseudo].any()


@pytest.mark.slow
def test_a_share_of_the_homes_of_a_school_has_chance_of_its_own(tmp_path):
    """Of n pupils the homes of one unit change by more than their share of the school's change: by the gross flow."""
    of = studies.study(busy.write(tmp_path, seed=21))
    model, draws = of.model, np.arange(3000)
    (start, _), (after, _) = [pair for pair, _ in zip(walk(model, 1, draws), range(2), strict=False)]
    school = model.layout.schools.index("p1")
    cell, slot = np.nonzero(model.layout.slot_school == school)
    was, now = (state.pupils[:, slot, cell] for state in (start, after))
    largest = int(was[0, :, 1].argmax())
    n = was[0, largest, 1]
    change = now[:, largest, 2] - n
    school_ratio = now[:, :, 2].sum(axis=1) / was[:, :, 1].sum(axis=1)
    own = change - (school_ratio - 1.0) * n
    gross = model.outlook.gross
    # Leavers n q (1 - q) and as many arrivals, less what the school's own total takes with it.
    share = n / was[0, :, 1].sum()
    expected = 2.0 * gross * n * (1.0 - share)
    print(f"variance beside the school's own: {own.var():.2f}, 2 q n (1 - share) = {expected:.2f}")
    assert 0.4 * expected < own.var() < 1.3 * expected


def test_a_grade_without_a_past_fills_from_the_grade_below(county):
    """A school that may teach grades it never had pupils in: they arrive a year after the grade below."""
    model = county.model
    school, grade = next(
        (s, g)
        for s, g in zip(*np.nonzero(model.hosts[: len(model.layout.schools)]), strict=True)
        if g > 0 and model.hosts[s, g - 1] and model.exists[s]
    )
    path = model.outlook.path
    row = model.outlook.panel.schools.index(model.layout.schools[school])
    log_pupils = path.log_pupils.copy()
    log_pupils[row, grade] = np.nan
    changed = replace(model, forecast=replace(model.outlook, path=replace(path, log_pupils=log_pupils)))
    rolls = forecast_rolls(changed, 3, DRAWS)
    ratio = np.exp(path.ratios.everywhere[grade - 1])
    below = rolls[:, :-1, school, grade - 1]
    assert np.abs(rolls[:, 1:, school, grade] - below * ratio).max() <= 1.0
    assert rolls[:, :, school, grade].any()


def test_a_year_before_the_beginning_is_refused(county):
    with pytest.raises(ValueError, match="not begun"):
        ReferenceWorld(county.model, 1, DRAWS, Chance()).step(next(iter(World(county.model, 1, DRAWS))))
