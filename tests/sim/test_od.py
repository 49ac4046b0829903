"""Moves from home to home: balanced shares, exact totals, nobody lost, nothing that depends on order."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.od import TOLERANCE, Taken, Ways, movable, od_shares, place, ways
from sim.variates import Chance
from sim.world import World
from tests.sim import busy, studies

DRAWS = np.arange(300)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=11))


def a_county(seed, origins=14, destinations=6, size=40.0):
    rng = np.random.default_rng(seed)
    home, town = rng.random((origins, 2)) * size, rng.random((destinations, 2)) * size
    distance = np.hypot(*(home[:, None] - town[None]).transpose(2, 0, 1))
    return rng.lognormal(3, 1, origins), rng.lognormal(0, 1, destinations), distance


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1.0, 3.0, 15.0, 200.0, np.inf]))
def test_rows_and_columns_are_both_kept(seed, decay_km):
    origins, attraction, distance = a_county(seed)
    shares = od_shares(origins, attraction, distance, decay_km)
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-12)
    received = origins @ shares / origins.sum()
    np.testing.assert_allclose(received, attraction / attraction.sum(), rtol=2 * TOLERANCE)


def test_two_villages_and_two_towns_by_hand():
    """Equal totals, each village next to its own town: the odds of the near one are exp((far - near) / L)."""
    near, far, decay = 2.0, 12.0, 10.0
    shares = od_shares(np.array([5.0, 5.0]), np.array([1.0, 1.0]), np.array([[near, far], [far, near]]), decay)
    odds = np.exp((far - near) / decay)
    np.testing.assert_allclose(shares, np.array([[odds, 1.0], [1.0, odds]]) / (1.0 + odds))


def test_an_infinite_decay_is_attraction_alone():
    origins, attraction, distance = a_county(3)
    shares = od_shares(origins, attraction, distance, np.inf)
    np.testing.assert_allclose(shares, np.tile(attraction / attraction.sum(), (len(origins), 1)))


def test_a_shorter_decay_sends_movers_nearer():
    origins, attraction, distance = a_county(5)
    km = [(origins @ (od_shares(origins, attraction, distance, L) * distance)).sum() for L in (2.0, 8.0, 40.0, np.inf)]
    assert all(nearer < wider for nearer, wider in pairwise(km))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_is_irrelevant(seed, shuffle):
    origins, attraction, distance = a_county(seed)
    i, j = list(range(len(origins))), list(range(len(attraction)))
    shuffle.shuffle(i)
    shuffle.shuffle(j)
    turned = od_shares(origins[i], attraction[j], distance[np.ix_(i, j)], 9.0)
    np.testing.assert_allclose(turned, od_shares(origins, attraction, distance, 9.0)[np.ix_(i, j)], rtol=1e-7)


def test_an_empty_village_has_the_row_its_first_mover_would_meet():
    origins, attraction, distance = a_county(8)
    full = od_shares(origins, attraction, distance, 7.0)
    row = np.r_[origins, 0.0]
    with_empty = od_shares(row, attraction, np.vstack([distance, distance[2]]), 7.0)
    np.testing.assert_allclose(with_empty[:-1], full, rtol=1e-7)
    np.testing.assert_allclose(with_empty[-1], full[2], rtol=1e-7)


def test_a_destination_that_attracts_nobody_gets_nobody():
    origins, attraction, distance = a_county(9)
    attraction[[0, 5]] = 0.0
    shares = od_shares(origins, attraction, distance, 7.0)
    assert not shares[:, [0, 5]].any()
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ({"attraction": np.zeros(6)}, "attracts"),
        ({"decay_km": 0.5}, "decay"),
        ({"decay_km": np.nan}, "decay"),
        ({"origins": np.full(14, -1.0)}, "origins"),
        ({"distance_km": np.full((14, 6), np.nan)}, "distance_km"),
        ({"distance_km": np.ones((6, 14))}, "shape"),
    ],
)
def test_bad_input_is_refused(what, says):
    origins, attraction, distance = a_county(1)
    given_ = {"origins": origins, "attraction": attraction, "distance_km": distance, "decay_km": 5.0} | what
    with pytest.raises(ValueError, match=says):
        od_shares(**given_)


def first_year(of, draws=DRAWS):
    _, world, *_ = World(of.model, 3, draws)
    return world


def movers_of(model, rng, draws=DRAWS, most=4):
    way = ways(model, True, 3.0)
    movers = np.zeros((len(draws), len(model.layout.cells), movable(model).shape[1]), dtype=np.int32)
    movers[:, way.origin, :-1] = rng.integers(0, most, (len(draws), len(way.origin), movers.shape[2] - 1))
    return movers, way


def takes(model, cells, parts):
    """Homes that take the same parts of the movers of every age."""
    return Taken(cells, np.tile(parts, (len(DRAWS), movable(model).shape[1], 1)))


NOBODY_FIRST = Taken([], np.zeros((len(DRAWS), 100, 0)))  # of any age


@pytest.mark.parametrize("rounded", [False, True])
def test_every_mover_arrives_in_every_draw_and_at_its_age(county, rounded):
    movers, way = movers_of(county.model, np.random.default_rng(4))
    arriving = place(movers, way, NOBODY_FIRST, first_year(county), Chance(rounded))
    np.testing.assert_array_equal(arriving.sum(axis=1), movers.sum(axis=1))
    assert not np.delete(arriving, way.target, axis=1).any()


def test_expected_destinations_are_the_shares(county):
    movers, way = movers_of(county.model, np.random.default_rng(5))
    arriving = place(movers, way, NOBODY_FIRST, first_year(county), Chance())
    expected = np.einsum("doa,ot->t", movers[:, way.origin].astype(float), way.shares)
    found = arriving[:, way.target].sum(axis=(0, 2))
    assert np.abs(found - expected).max() < 4 * np.sqrt(expected.max())


def test_rounded_movers_of_a_home_are_within_one_of_their_shares(county):
    way = ways(county.model, True, 3.0)
    movers, _ = movers_of(county.model, np.random.default_rng(6), most=60)
    movers[:, way.origin[1:]] = 0
    arriving = place(movers, way, NOBODY_FIRST, first_year(county), Chance(rounded=True))
    expected = movers[:, way.origin[0], None, :] * way.shares[0][None, :, None]
    assert (np.abs(arriving[:, way.target] - expected) < 1.0 + 1e-9).all()


def test_one_more_mover_changes_nobody_elses_destination(county):
    movers, way = movers_of(county.model, np.random.default_rng(7))
    world = first_year(county)
    before = place(movers, way, NOBODY_FIRST, world, Chance())
    movers[:, way.origin[2], 3] += 1
    added = place(movers, way, NOBODY_FIRST, world, Chance()) - before
    assert (added >= 0).all()
    np.testing.assert_array_equal(added.sum(axis=(1, 2)), 1)


def test_homes_that_take_parts_of_the_flow_come_first(county):
    movers, way = movers_of(county.model, np.random.default_rng(8))
    taken = takes(county.model, [int(way.target[1]), int(way.target[3])], [0.15, 0.5])
    arriving = place(movers, way, taken, first_year(county), Chance())
    np.testing.assert_array_equal(arriving.sum(axis=1), movers.sum(axis=1))
    share = arriving.sum(axis=(0, 2)) / movers.sum()
    rest = np.einsum("doa,ot->t", movers[:, way.origin].astype(float), way.shares) / movers.sum() * 0.35
    expected = np.zeros(len(share))
    expected[way.target] = rest
    expected[taken.cells] += [0.15, 0.5]
    np.testing.assert_allclose(share, expected, atol=0.01)


def test_the_whole_flow_may_be_taken(county):
    movers, way = movers_of(county.model, np.random.default_rng(9))
    taken = takes(county.model, [int(way.target[0])], [1.0])
    arriving = place(movers, way, taken, first_year(county), Chance())
    np.testing.assert_array_equal(arriving[:, way.target[0]], movers.sum(axis=1))


def test_the_model_knows_the_distances_between_its_units(county):
    layout, xy = county.model.layout, county.space.unit_xy
    assert layout.unit_km[2, 7] == pytest.approx(np.hypot(*(xy[2] - xy[7])) / 1000)
    np.testing.assert_array_equal(layout.unit_km, layout.unit_km.T)
    way = ways(county.model, True, 3.0)
    assert isinstance(way, Ways)
    far = ways(replace(county.model, layout=replace(layout, unit_km=None)), True, 3.0)
    assert (np.ptp(far.shares, axis=0) < 1e-9).all()
    assert not (np.ptp(way.shares, axis=0) < 1e-9).all()
    np.testing.assert_allclose(way.of_cells(len(layout.cells)).sum(axis=1)[way.origin], 1.0)


def test_without_a_town_or_without_villages_there_is_no_way(county):
    layout = county.model.layout
    for urban in (np.zeros_like(layout.urban), np.ones_like(layout.urban)):
        model = replace(county.model, layout=replace(layout, urban=urban))
        assert ways(model, True, 3.0) is None
        assert ways(model, False, 3.0) is None
