"""Moves that a future adds: nobody is lost, sizes are the expected ones, estates draw from where their shares say."""

from dataclasses import replace

import numpy as np
import pytest

from sim.across import VILLAGE, across, county_stream
from sim.futures import FutureRates
from sim.housing import Estate, Lot
from sim.moves import moves, stocks, take_from_pupils
from sim.state import start
from sim.variates import Chance
from sim.world import World
from tests.sim import busy, studies

DRAWS = np.arange(400)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=11))


def rates(model, urban=0.0, local=0.0, migrant=0.0, estates=()):
    years = len(model.years) + 1

    def path(value):
        return np.full(years, value)

    return FutureRates("test", path(1.0), path(urban), path(local), path(migrant), path(1.0), tuple(estates))


def estate(of, children, outside=0.0, in_town=0.0, rural=0.0, name="e1", unit="u4"):
    years = len(of.model.years) + 1
    cell = of.model.layout.cells.index(f"{unit}|local")
    ages = of.model.residents.shape[1] + of.model.pupils.shape[2]
    arrivals = np.zeros((years, ages))
    arrivals[:, :-1] = children / (ages - 1)  # every year as many of every age
    lot = Lot(f"{name}/1", 100.0, 100.0, 0.0, (0.0, 0.0, 0.0), 0.0, arrivals)
    return Estate(name, cell, (lot,), outside, in_town, rural)


def first_year(of, wanted, draws=DRAWS, model=None):
    """Moves of the first simulated year and the stocks they act on."""
    model = of.model if model is None else model
    base, world, *_ = World(model, 3, draws)
    state = start(model, base, np.zeros((len(draws), len(model.layout.cells)), dtype=np.int32))
    return moves(model, state, wanted, world, Chance(rounded=model.rounded)), stocks(state), world


def where(model, **wanted):
    layout = model.layout
    return np.array(
        [
            all(
                (value == {"urban": layout.urban, "migrant": layout.migrant}[name][c]) for name, value in wanted.items()
            )
            and layout.unit_of[c] >= 0
            for c in range(len(layout.cells))
        ]
    )


def test_no_rates_no_moves(county):
    assert first_year(county, rates(county.model))[0] is None


@pytest.mark.parametrize("urban", [0.05, -0.03])
def test_urbanisation_moves_whole_children_between_villages_and_town(county, urban):
    model = county.model
    done, have, world = first_year(county, rates(model, urban=urban))
    origin = where(model, urban=urban < 0, migrant=False)
    target = where(model, urban=urban > 0, migrant=False)
    assert not done.gone[:, ~origin].any()
    assert not done.arriving[:, ~target].any()
    np.testing.assert_array_equal(done.gone.sum(axis=1), done.arriving.sum(axis=1))
    np.testing.assert_array_equal(done.within, done.gone.sum(axis=(1, 2)))
    assert not done.gone[:, :, -1].any()  # the last grade graduates
    assert done.moved_in.sum() + done.moved_out.sum() == 0
    expected = abs(urban) * world.pace.mean() * have[0, origin, :-1].sum()
    assert done.within.mean() == pytest.approx(expected, rel=0.06)


def test_destinations_follow_attraction(county):
    layout = county.model.layout
    attraction = layout.attraction.copy()
    attraction[layout.cells.index("u1|local")] = 3.0
    model = replace(county.model, layout=replace(layout, attraction=attraction))
    done, _, _ = first_year(county, rates(model, urban=0.1), model=model)
    received = done.arriving.sum(axis=(0, 2)) / done.arriving.sum()
    towns = [f"u{i}|local" for i in range(1, 6)]
    assert received[layout.cells.index("u1|local")] == pytest.approx(3 / 7, abs=0.02)
    assert received[[layout.cells.index(t) for t in towns]].sum() == pytest.approx(1.0)


def test_without_a_town_nobody_leaves_a_village(county):
    layout = county.model.layout
    model = replace(county.model, layout=replace(layout, urban=np.zeros_like(layout.urban)))
    done, _, _ = first_year(county, rates(model, urban=0.1), model=model)
    assert not done.gone.any()
    assert not done.arriving.any()


@pytest.mark.parametrize(("local", "migrant"), [(0.04, 0.0), (-0.05, 0.1), (0.0, -0.08)])
def test_external_migration_by_group(county, local, migrant):
    model = county.model
    done, have, world = first_year(county, rates(model, local=local, migrant=migrant))
    for group, rate in ((False, local), (True, migrant)):
        cells = where(model, migrant=group)
        stock = have[0, cells, :-1].sum()
        came, left = done.arriving[:, cells].sum(axis=(1, 2)), done.gone[:, cells].sum(axis=(1, 2))
        assert (came if rate > 0 else left).mean() == pytest.approx(abs(rate) * stock * world.pace.mean(), rel=0.08)
        assert not (left if rate >= 0 else came).any()
    assert not done.within.any()
    np.testing.assert_array_equal(done.moved_in, done.arriving.sum(axis=(1, 2)))
    np.testing.assert_array_equal(done.moved_out, done.gone.sum(axis=(1, 2)))
    assert not done.arriving[:, -1].any()


def test_returning_children_come_at_their_ages_and_leavers_are_not_set_off(county):
    model = county.model
    wanted = rates(model)
    ages = stocks_of(model).shape[1]
    by_age = np.zeros((len(wanted.local), ages))
    by_age[:, 5:8] = 0.3
    line = across([((VILLAGE,), by_age), ((VILLAGE,), np.full_like(by_age, -0.1))])
    done, have, world = first_year(county, replace(wanted, lines=line))
    villages = where(model, urban=False, migrant=False)
    assert not done.gone[:, ~villages].any()
    assert not done.arriving[:, ~villages].any()
    came, left = (flow[:, villages].sum(axis=1).mean(axis=0) for flow in (done.arriving, done.gone))
    stock = have[0, villages].sum(axis=0)
    assert not np.delete(came, [5, 6, 7]).any()
    np.testing.assert_allclose(came[5:8], 0.3 * world.pace.mean() * stock[5:8], rtol=0.12)
    np.testing.assert_allclose(left[:-1], 0.1 * world.pace.mean() * stock[:-1], rtol=0.2)
    assert left[-1] == 0


def stocks_of(model):
    return np.concatenate([model.residents, model.pupils.sum(axis=1)], axis=1)


@pytest.mark.parametrize("rounded", [False, True])
def test_small_migrant_homes_are_joined_in_one_stream(county, rounded):
    model = replace(county.model, rounded=rounded)
    stream = county_stream(model, 10_000)
    one, other = rates(model, migrant=0.2), replace(rates(model, migrant=0.2), stream=stream)
    (alone, have, world), (together, *_) = (first_year(county, wanted, model=model) for wanted in (one, other))
    homes = where(model, migrant=True)
    assert not together.arriving[:, ~homes].any()
    np.testing.assert_array_equal(together.arriving.sum(axis=(1, 2)), together.moved_in)
    expected = 0.2 * world.pace.mean() * have[0, homes, :-1].sum()
    assert together.moved_in.mean() == pytest.approx(expected, rel=0.05)
    assert alone.moved_in.mean() == pytest.approx(expected, rel=0.05)
    share = together.arriving[:, stream.target].sum(axis=(0, 2)) / together.moved_in.sum()
    np.testing.assert_allclose(share, stream.shares[0], atol=0.03)


def test_an_age_without_migrant_children_is_joined_only_through_the_stream(county):
    pupils, residents = county.model.pupils.copy(), county.model.residents.copy()
    homes = np.flatnonzero(where(county.model, migrant=True))
    residents[homes[0], 2] = 0
    model = replace(county.model, residents=residents, pupils=pupils)
    wanted = rates(model, migrant=0.3)
    alone = first_year(county, wanted, model=model)[0]
    assert not alone.arriving[:, homes[0], 2].any()
    together = first_year(county, replace(wanted, stream=county_stream(model, 10_000)), model=model)[0]
    assert together.arriving[:, homes[0], 2].any()


def test_an_estate_fills_from_outside_town_and_villages_by_its_shares(county):
    model = county.model
    new = estate(county, 60, outside=0.25, in_town=0.35, rural=0.4)
    done, have, world = first_year(county, rates(model, urban=0.2, estates=[new]))
    arriving = done.arriving[:, new.cell].sum(axis=1)
    others = where(model, urban=True, migrant=False)
    others[new.cell] = False
    pace = world.pace.mean()
    assert done.moved_in.mean() == pytest.approx(0.25 * 60 * pace, rel=0.06)
    assert done.gone[:, others].sum() / len(DRAWS) == pytest.approx(0.35 * 60 * pace, rel=0.06)
    # The rural part comes out of the town-ward flow; the rest of that flow still knows the estate by its attraction.
    rural = arriving.mean() - done.moved_in.mean() - done.gone[:, others].sum() / len(DRAWS)
    flow = done.gone[:, where(model, urban=False, migrant=False)].sum() / len(DRAWS)
    assert rural == pytest.approx(0.4 * 60 * pace + (flow - 0.4 * 60 * pace) / 5, rel=0.1)
    assert flow == pytest.approx(0.2 * pace * have[0, where(model, urban=False, migrant=False), :-1].sum(), rel=0.06)


def test_an_estate_takes_at_most_the_whole_town_ward_flow(county):
    huge = estate(county, 100_000, rural=1.0)
    done, _, _ = first_year(county, rates(county.model, urban=0.05, estates=[huge]))
    assert done.arriving[:, huge.cell].sum() == done.gone.sum() > 0


def test_a_flow_back_to_the_villages_fills_no_estate(county):
    new = estate(county, 50, rural=1.0)
    done, _, _ = first_year(county, rates(county.model, urban=-0.05, estates=[new]))
    assert not done.arriving[:, new.cell].any()
    assert done.within.sum() > 0


def test_leaving_pupils_come_evenly_from_their_schools():
    rng = np.random.default_rng(2)
    pupils = rng.integers(0, 40, (50, 4, 3, 2)).astype(np.int32)  # [draw, slot, cell, grade]
    gone = rng.integers(0, pupils.sum(axis=1) + 1).astype(np.int32)
    left = take_from_pupils(pupils, gone, rng.random((50, 3, 2)))
    assert (left >= 0).all()
    np.testing.assert_array_equal(pupils.sum(axis=1) - left.sum(axis=1), gone)
    share = pupils * (gone / np.maximum(pupils.sum(axis=1), 1))[:, None]
    assert (np.abs(pupils - left - share) < 1 + 1e-9).all()
