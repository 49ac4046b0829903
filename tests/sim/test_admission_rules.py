"""Rules of admission: lots, the nearest school with seats, feeders, classes of priority; engine and plain reference."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from sim.admission_rules import RULES, Rules, default_rules
from sim.placements import REASONS
from tests.sim import busy, ruled, studies
from tests.sim.test_admission import admitted, town
from tests.sim.test_reference import assert_equal

LOTS = {"rules": {"primary": "lottery"}}
NEAREST = {"rules": {"primary": "nearest", "junior": "nearest"}}
FEEDER = {"rules": {"junior": "feeder"}, "feeders": {"p1": "j2", "p2": "j1", "p3": "n1"}}
RANKS = {"priority": ruled.PRIORITY, "classes": ruled.CLASSES}
MIXED = {
    "rules": {"primary": "lottery", "junior": "feeder"},
    "unit_rules": {"primary": {"u1": "nearest", "u3": "nearest", "u6": "zone"}, "junior": {"u4": "nearest"}},
    "feeders": FEEDER["feeders"],
    **RANKS,
}


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=5), "study")


@pytest.mark.parametrize("rules", [LOTS, NEAREST, FEEDER, RANKS, MIXED], ids=["lots", "near", "feed", "ranks", "mixed"])
def test_the_engine_equals_the_plain_reference(county, rules):
    assert_equal(ruled.with_rules(county, **rules), "fast", "everything", [1], seed=5)


def test_the_engine_equals_the_plain_reference_where_a_plan_has_rules_of_its_own(county):
    of = ruled.with_rules(county, plans={"everything": {**NEAREST, "unit_rules": {"primary": {"u2": "lottery"}}}})
    assert_equal(of, "baseline", "everything", [0, 3], seed=5)


def test_every_rule_changes_something_and_rows_in_another_order_nothing(county):
    usual = studies.run(county, "fast", "everything", 20, seed=5)
    made = ruled.with_rules(county, **MIXED)
    rolls = studies.run(made, "fast", "everything", 20, seed=5)
    assert (rolls.rolls != usual.rolls).any()
    assert set(np.array(REASONS)[rolls.events[:, 6]]) >= {"diverted", "lottery", "no_seat"}
    turned = {key: dict(reversed(MIXED[key].items())) for key in ("rules", "unit_rules", "feeders")}
    other = ruled.with_rules(county, **{**MIXED, **turned, "classes": MIXED["classes"][::-1]})
    again = studies.run(other, "fast", "everything", 20, seed=5)
    np.testing.assert_array_equal(again.rolls, rolls.rolls)
    np.testing.assert_array_equal(again.events, rolls.events)


def test_leavers_go_to_the_school_that_theirs_feeds(county):
    """p1 feeds j2, which a part of its homes would never ask: with all primary schools feeding it j2 takes them all."""
    usual = studies.run(county, "baseline", "nothing", 20, seed=5)
    every = {"rules": {"junior": "feeder"}, "feeders": dict.fromkeys(("p1", "p2", "p3"), "j2"), "divert_at": "never"}
    made = studies.run(ruled.with_rules(county, **every), "baseline", "nothing", 20, seed=5)
    schools = county.model.layout.schools
    j1, j2 = schools.index("j1"), schools.index("j2")
    assert made.rolls[:, :, j2, 4].mean() > 1.3 * usual.rolls[:, :, j2, 4].mean()
    assert made.rolls[:, :, j1, 4].mean() < 0.6 * usual.rolls[:, :, j1, 4].mean()


def placed(homes, schools, km, rooms, applying, limit=9.0, rule="nearest", ranks=None, zone=None):
    """One round in one draw under one rule; the zone of a home is its nearest school unless it is given."""
    place = town(homes, schools, km, limit)
    own = default_rules(place.layout, 1)
    shares = own.ranks if ranks is None else np.cumsum(np.array(ranks, dtype=float), axis=1)
    place = replace(place, rules=Rules(np.full_like(own.rule, RULES[rule].number), own.feeds, shares))
    return admitted(place, rooms, np.argmin(km, axis=1).tolist() if zone is None else zone, applying)


def test_losers_of_the_lot_go_to_the_other_school_of_the_zone_evenly():
    km = np.array([[1.0, 2.0], [3.0, 1.0]])
    applying = {(0, 0): [14, 0], (1, 0): [7, 0]}
    done = placed(2, 2, km, [1, 2], applying, rule="lottery", zone=[[0, 1], [0, 1]], limit=0.1)
    assert done.rolls[0, :, 0].tolist() == [10, 11]
    lost = done.pupils[0, 1, :2, 0]
    assert lost.sum() == 11
    assert abs(lost[0] - 11 * 14 / 21) < 1  # whoever lives near has no better chance
    assert set(done.events[:, 5]) == {REASONS.index("lottery")}


def test_the_nearest_school_keeps_who_is_first_in_priority_and_then_who_lives_near():
    km = np.array([[1.0, 2.0], [0.5, 3.0]])
    applying = {(0, 0): [8, 0], (1, 0): [8, 0]}
    done = placed(2, 2, km, [1, 2], applying)
    assert done.pupils[0, 0, :2, 0].tolist() == [2, 8]
    done = placed(2, 2, km, [1, 2], applying, ranks=[[1.0, 0.0], [0.0, 1.0]])
    assert done.pupils[0, 0, :2, 0].tolist() == [8, 2]


def test_the_last_in_priority_are_sent_on_first_across_homes():
    """Half of home 0, which lives near, is of the last class: all of it goes before anybody of the first class."""
    km = np.array([[1.0, 5.0], [2.0, 6.0]])
    applying = {(0, 0): [8, 0], (1, 0): [8, 0]}
    done = placed(2, 2, km, [1, 9], applying, rule="zone", ranks=[[0.5, 0.5], [0.75, 0.25]])
    assert done.pupils[0, 1, :2, 0].tolist() == [4, 2]
    assert done.rolls[0, 0, 0] == 10


sizes = st.integers(0, 25)


@st.composite
def counties(draw):
    homes, schools = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    numbers = draw(st.permutations(range(1, homes * schools + 1)))  # no two ways alike
    km = np.array(numbers, dtype=float).reshape(homes, schools)
    applying = {(home, int(np.argmin(km[home]))): [draw(sizes), 0] for home in range(homes)}
    rooms = [draw(st.integers(0, 4)) for _ in range(schools)]
    first = [draw(st.sampled_from([0.0, 0.5, 1.0])) for _ in range(homes)]
    return km, applying, rooms, [[part, 1.0 - part] for part in first], draw(st.sampled_from([4.0, 99.0]))


@settings(max_examples=60, deadline=None)
@given(counties())
def test_nobody_envies_a_child_behind_it_and_nobody_is_lost(case):
    """Stable: whoever sits farther than it could finds the nearer school full of children that are before it."""
    km, applying, rooms, _, limit = case
    done = placed(*km.shape, km, rooms, applying, limit)
    for (home, _), (n, _) in applying.items():
        assert sum(done.pupils[0, s, home, 0] for s in range(km.shape[1])) == n
    assert done.rolls.sum() == sum(n for n, _ in applying.values())
    for home in range(len(km)):
        for here, there in np.argwhere(km[home][:, None] > km[home][None, :]):
            if done.pupils[0, here, home, 0] and km[home, there] <= limit:
                behind = [c for c in range(len(km)) if km[c, there] > km[home, there] and done.pupils[0, there, c, 0]]
                behind = [c for c in behind if there != np.argmin(km[c])]  # who stays beyond the seats sits nowhere
                assert behind == []
                assert done.rolls[0, there, 0] >= 10 * rooms[there]


@settings(max_examples=60, deadline=None)
@given(counties(), st.sampled_from(["nearest", "lottery", "zone"]), st.integers(0, 2))
def test_more_seats_never_leave_more_children_beyond_under_any_rule(case, rule, where):
    km, applying, rooms, ranks, limit = case
    zone = [[int(s) for s in np.argsort(row)[:2]] for row in km] if rule == "lottery" else None
    more = list(rooms)
    more[where % len(rooms)] += 1
    before, after = (placed(*km.shape, km, r, applying, limit, rule, ranks, zone) for r in (rooms, more))
    assert after.beyond.sum() <= before.beyond.sum()
    for done in (before, after):
        assert done.pupils.sum() == sum(n for n, _ in applying.values())
        stays = done.events[done.events[:, 4] == -1]
        assert stays[:, 6].sum() == done.beyond.sum()


@pytest.mark.parametrize("rule", ["nearest", "lottery", "zone"])
def test_schools_out_of_reach_do_not_notice(rule):
    rng = np.random.default_rng(3)
    near = rng.uniform(1, 4, (3, 2))
    km = np.full((6, 4), 50.0)
    km[:3, :2], km[3:, 2:] = near, rng.uniform(1, 4, (3, 2))
    zone = [[0, 1]] * 3 + [[2, 3]] * 3 if rule == "lottery" else None
    applying = {(home, 0 if home < 3 else 2): [13, 0] for home in range(6)}
    if rule != "lottery":
        applying = {(home, int(np.argmin(km[home]))): [13, 0] for home in range(6)}
    before, after = (placed(6, 4, km, [r, 2, 1, 2], applying, rule=rule, zone=zone) for r in (1, 3))
    assert (before.pupils[0, :2] != after.pupils[0, :2]).any()
    np.testing.assert_array_equal(before.pupils[0, 2:4], after.pupils[0, 2:4])


def test_the_nearest_rule_against_the_shortest_ways_that_are_possible():
    """Deferred acceptance is no shortest way in all, but not far from it: 1.3 % longer in these towns, 11 % at most."""
    rng, ratios = np.random.default_rng(8), []
    for _ in range(40):
        homes, schools = 8, 4
        at, to = rng.uniform(0, 5, (homes, 2)), rng.uniform(0, 5, (schools, 2))
        km = np.linalg.norm(at[:, None] - to[None], axis=2)
        counts = rng.integers(2, 10, homes)
        rooms = rng.multinomial(-(-int(counts.sum()) // 10), np.full(schools, 1 / schools)) + 1
        applying = {(h, int(np.argmin(km[h]))): [int(n), 0] for h, n in enumerate(counts)}
        done = placed(homes, schools, km, rooms.tolist(), applying, limit=99.0)
        assert done.beyond.sum() == 0
        total = float((done.pupils[0, :schools, :, 0].T * km).sum())
        cost = np.repeat(np.repeat(km, counts, axis=0), 10 * rooms, axis=1)
        rows, columns = linear_sum_assignment(cost)
        best = float(cost[rows, columns].sum())
        assert total >= best - 1e-9
        ratios.append(total / best)
    assert 1.0 < np.mean(ratios) < 1.02
    assert max(ratios) < 1.12
