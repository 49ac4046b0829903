"""Drivers of a case: one that acts alone gets all, parts add up in every draw, few paired draws are enough."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.drivers import OF_FUTURE, REST, games_of, means, players_of, rolls_of, same, shares
from sim.engine import simulate
from sim.futures import FutureRates
from sim.reference_rolls import forecast_rolls
from tests.sim import busy, studies

SEED = 3


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=21))


def rates_of(of, future):
    return studies.case(of, future, "nothing").rates


def forecast(of, draws):
    return forecast_rolls(of.model, SEED, draws).sum(axis=3).astype(float)


def with_only(case, reference, player):
    """The case with one force of its future."""
    taken = {name: getattr(case.rates, name) for name in OF_FUTURE[player]}
    return replace(case, rates=replace(reference, future=case.rates.future, **taken))


def test_every_part_of_a_future_belongs_to_one_driver():
    """A new rate of futures must be given to a driver, or changes would be nobody's."""
    owned = [name for names in OF_FUTURE.values() for name in names]
    assert sorted(owned) == sorted(one.name for one in fields(FutureRates) if one.name != "future")


def test_players_are_those_that_differ_from_the_reference_future(county):
    reference = rates_of(county, "baseline")
    assert players_of(county.model, studies.case(county, "baseline", "nothing"), reference) == ()
    assert players_of(county.model, studies.case(county, "baseline", "everything"), reference) == (
        "construction",
        "zoning",
    )
    fast = studies.case(county, "fast", "nothing")
    assert "urbanisation" in players_of(county.model, fast, reference)
    for player in players_of(county.model, fast, reference):
        assert players_of(county.model, with_only(fast, reference, player), reference) == (player,)


def test_births_too_late_to_reach_school_are_no_player(county):
    reference = rates_of(county, "baseline")
    base, age = county.model.base_year, county.model.grades.entry_age
    index = reference.births_index.copy()
    index[2:] *= 1.5
    case = replace(studies.case(county, "baseline", "nothing"), rates=replace(reference, births_index=index))
    assert players_of(replace(county.model, horizon=base + age + 1), case, reference) == ()
    assert players_of(replace(county.model, horizon=base + age + 2), case, reference) == ("future_births",)


def test_one_driver_alone_gets_all(county):
    """A study where only one thing acts: its driver holds the whole difference, to the last pupil."""
    draws = np.arange(4)
    reference = rates_of(county, "baseline")
    fast = studies.case(county, "fast", "nothing", len(draws))
    for player in players_of(county.model, fast, reference):
        case = with_only(fast, reference, player)
        games = games_of(county.model, [case], reference, SEED)
        worth = rolls_of(county.model, games.cases, SEED, draws, 1)
        found = shares(games.games[0], worth, forecast(county, draws))
        assert set(found) == {"diversion", player}
        np.testing.assert_array_equal(found[player], worth[1] - worth[0])
    built = studies.case(county, "baseline", "everything", len(draws))
    only = replace(built, network=replace(built.network, edits=tuple(e for e in built.network.edits if e.project >= 0)))
    games = games_of(county.model, [only], reference, SEED)
    assert games.games[0].weights.players == ("construction",)


def test_shares_add_up_to_the_case_in_every_draw_and_cases_share_coalitions(county):
    draws, of = np.arange(5), county
    cases = [studies.case(of, f, p, len(draws)) for f in busy.FUTURES for p in busy.PLANS]
    reference = rates_of(of, "baseline")
    games = games_of(of.model, cases, reference, SEED)
    alone = sum(len(games_of(of.model, [case], reference, SEED).cases) for case in cases)
    assert len(games.cases) < alone
    worth = rolls_of(of.model, games.cases, SEED, draws, 1)
    f = forecast(of, draws)
    for case, game, result in zip(cases, games.games, simulate(of.model, cases, SEED, draws), strict=True):
        found = shares(game, worth, f)
        np.testing.assert_allclose(sum(found.values()), result.rolls.sum(axis=3) - f, atol=1e-9)
        assert set(found) == {"diversion", *players_of(of.model, case, reference)}
    # The coalitions without anything are one, and it is the reference future without projects.
    np.testing.assert_array_equal(worth[0], simulate(of.model, cases[:1], SEED, draws)[0].rolls.sum(axis=3))


def test_processes_and_blocks_change_nothing(county, monkeypatch):
    draws = np.arange(5)
    cases = [studies.case(county, "fast", "everything", len(draws))]
    whole = rolls_of(county.model, cases, SEED, draws, 1)
    monkeypatch.setattr("sim.drivers.BLOCK", 2)
    np.testing.assert_array_equal(rolls_of(county.model, cases, SEED, draws, 1), whole)
    monkeypatch.setattr("sim.drivers.WORTH_A_POOL", 0)
    np.testing.assert_array_equal(rolls_of(county.model, cases, SEED, draws, 2), whole)


@given(seed=st.integers(0, 999), n=st.integers(1, 9))
def test_means_add_up_to_what_all_draws_say(seed, n):
    rng = np.random.default_rng(seed)
    parts = {name: rng.normal(size=(n, 2, 3)) for name in "abc"}
    known = rng.normal(size=(2, 3))
    found, errors = means(parts, known)
    np.testing.assert_allclose(sum(found.values()), known, atol=1e-9)
    if n > 1:
        np.testing.assert_allclose(found[REST], 0.0, atol=1e-9)
    assert min(float(error.min()) for error in errors.values()) >= 0.0


def test_the_known_sum_makes_few_draws_more_exact():
    """A part that varies much and one that does not: the noise goes where it comes from."""
    rng = np.random.default_rng(1)
    plain, mended = [], []
    for _ in range(300):
        big, small = rng.normal(100.0, 40.0, (24, 1)), rng.normal(-10.0, 4.0, (24, 1))
        found, errors = means({"big": big, "small": small}, np.array([90.0]))
        plain.append(big.mean())
        mended.append(float(found["big"][0]))
    assert np.std(mended) < 0.2 * np.std(plain)
    assert abs(np.mean(mended) - 100.0) < 0.5
    assert 0.3 < errors["big"][0] / np.std(mended) < 3.0


def test_what_no_draw_has_met_is_said():
    found, _ = means({"a": np.zeros((5, 1))}, np.array([0.4]))
    assert found[REST][0] == 0.4
    assert found["a"][0] == 0.0


def test_paired_draws_leave_little_noise(county):
    """The same draws with and without: the spread of a difference is far below that of the roll."""
    draws = np.arange(24)
    case = with_only(studies.case(county, "fast", "nothing", len(draws)), rates_of(county, "baseline"), "town_pull")
    games = games_of(county.model, [case], rates_of(county, "baseline"), SEED)
    worth = rolls_of(county.model, games.cases, SEED, draws, 1)
    moved = (worth[1] - worth[0]).std(axis=0)
    assert moved.sum() < 0.5 * worth[1].std(axis=0).sum()
    assert moved.any()


def test_parts_of_futures_are_compared_by_value():
    a = np.array([1.0, 2.0])
    assert same(a, a.copy())
    assert not same(a, a + 1)
    assert not same(a, None)
    assert same((a, 1), (a.copy(), 1))
    assert not same((a,), (a, a))
