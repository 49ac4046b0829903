"""Moves into estates: whole children, each counted once, of the ages expected; whichever side is smaller binds."""

from dataclasses import replace

import numpy as np
import pytest

from sim.estate_moves import expected, from_outside, town_ward_parts
from sim.housing import Estate, Lot
from sim.moves import moves, stocks
from sim.state import children, start
from sim.variates import Chance
from sim.world import World
from tests.sim import busy, studies
from tests.sim.test_estate_tables import having, phase
from tests.sim.test_moves import rates
from tests.sim.test_reference import assert_equal

DRAWS = np.arange(400)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=11))


def estate(of, by_age, name="e1", unit="u4", outside=0.0, in_town=0.0, rural=0.0):
    """An estate that takes `by_age` children a year, [age index]."""
    arrivals = np.tile(np.array(by_age, dtype=float), (len(of.model.years) + 1, 1))
    lot = Lot(f"{name}/1", 1.0, 1.0, 0.0, (0.0, 0.0, 0.0), 0.0, arrivals)
    return Estate(name, of.model.layout.cells.index(f"{unit}|local"), (lot,), outside, in_town, rural)


def first_year(of, wanted):
    base, world, *_ = World(of.model, 3, DRAWS)
    state = start(of.model, base, np.zeros((len(DRAWS), len(of.model.layout.cells)), dtype=np.int32))
    return moves(of.model, state, wanted, world, Chance(rounded=of.model.rounded)), stocks(state), world


AGES = (0.0, 6.0, 2.0, 0.0, 4.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@pytest.mark.parametrize("side", ["outside", "in_town"])
def test_children_are_of_the_ages_expected(county, side):
    new = estate(county, AGES, **{side: 1.0})
    done, _, world = first_year(county, rates(county.model, estates=[new]))
    came = done.arriving[:, new.cell].mean(axis=0)
    np.testing.assert_allclose(came, np.array(AGES) * world.pace.mean(), atol=0.35)


def test_children_from_villages_are_of_the_ages_expected(county):
    """All village children leave: of those whom no estate takes the home of the estate draws its usual share."""
    new = estate(county, AGES, rural=1.0)
    done, _, world = first_year(county, rates(county.model, urban=1.0, estates=[new]))
    without, _, _ = first_year(county, rates(county.model, urban=1.0))
    usual, flow = (n.mean(axis=0) for n in (without.arriving[:, new.cell], done.gone.sum(axis=1)))
    np.testing.assert_array_equal(done.gone, without.gone)
    taken = np.array(AGES) * world.pace.mean()
    expected_here = taken + usual * (1.0 - taken / np.maximum(flow, 1.0))
    np.testing.assert_allclose(done.arriving[:, new.cell].mean(axis=0), expected_here, atol=0.45)


def test_children_of_the_county_are_only_moved_and_those_from_outside_are_added_once(county):
    """Closed form: county after = county before + Poisson from outside, whatever the shares; by age, in every draw."""
    two = [
        estate(county, AGES, "e1", "u4", outside=0.5, in_town=0.2, rural=0.3),
        estate(county, AGES, "e2", "u2", outside=0.1, in_town=0.6, rural=0.3),
    ]
    done, have, world = first_year(county, rates(county.model, urban=0.1, estates=two))
    after = have - done.gone + done.arriving
    assert (have - done.gone >= 0).all()
    np.testing.assert_array_equal(after.sum(axis=(1, 2)), have.sum(axis=(1, 2)) + done.moved_in)
    outside = from_outside(rates(county.model, estates=two), 1, have.shape, world, Chance())
    np.testing.assert_array_equal(done.arriving.sum(axis=1) - done.gone.sum(axis=1), outside.sum(axis=1))
    np.testing.assert_array_equal(done.moved_in, outside.sum(axis=(1, 2)))
    assert done.moved_in.mean() == pytest.approx(0.6 * sum(AGES) * world.pace.mean(), rel=0.05)


def test_in_town_children_who_are_not_there_do_not_come(county):
    huge = estate(county, [1e6] * 9 + [0.0], in_town=1.0)
    done, have, _ = first_year(county, rates(county.model, estates=[huge]))
    layout = county.model.layout
    town = (layout.unit_of >= 0) & layout.urban & ~layout.migrant
    town[huge.cell] = False
    np.testing.assert_array_equal(done.gone[:, town, :-1], have[:, town, :-1])
    np.testing.assert_array_equal(done.arriving[:, huge.cell].sum(axis=1), have[:, town, :-1].sum(axis=(1, 2)))
    assert done.moved_in.sum() == 0


def test_estates_that_want_more_than_the_flow_share_it_in_proportion(county):
    two = [estate(county, AGES, "e1", rural=1.0), estate(county, np.array(AGES) * 3, "e2", "u2", rural=1.0)]
    wanted = rates(county.model, urban=0.1, estates=two)
    _, world, *_ = World(county.model, 3, DRAWS)
    flow = np.full((len(DRAWS), 10), 4)
    parts = town_ward_parts(wanted, 1, flow, world)
    assert parts.shape == (len(DRAWS), 10, 2)
    assert (parts.sum(axis=2) <= 1 + 1e-12).all()
    scarce = expected(two[0], 1, world) * 4 > 4
    np.testing.assert_allclose(parts[scarce], np.tile([0.25, 0.75], (int(scarce.sum()), 1)))
    plenty = town_ward_parts(wanted, 1, flow * 1000, world)
    np.testing.assert_allclose(plenty[:, :, 0] * 4000, expected(two[0], 1, world))
    assert not town_ward_parts(rates(county.model, urban=-0.1, estates=two), 1, flow, world).any()


def test_an_estate_is_late_in_the_same_draws_in_every_future_and_with_every_plan(county):
    phases = [phase("e1", "1", 2025, 30, "planned"), phase("e1", "2", 2026, 30, "planned")]
    bundle = having(county, phases)
    of = studies.made_of(bundle, county.space)
    draws = np.arange(50)
    seen = []
    for future in ("fast", "slow"):
        one = studies.case(of, future, "nothing", 50, seed=4)
        mine = next(estate for estate in one.rates.estates if estate.id == "e1")
        seen.append([mine.expected(i, 4, draws) for i in range(7)])
    np.testing.assert_array_equal(seen[0], seen[1])
    assert len({tuple(row.sum(axis=1) > 0) for row in seen[0]}) > 2


@pytest.mark.parametrize("spread", ["study", "none"])
def test_the_engine_equals_the_plain_reference_with_phases_that_are_late_or_never_come(county, spread):
    phases = [
        phase("e1", "1", 2024, 30, "stalled", delay=(0.0, 2.0, 40.0), p_never=0.3),
        phase("e1", "2", 2025, 30, "under_construction", month=10.0),
        phase("e2", "1", 2026, 40, "planned", kind="rental"),
    ]
    bundle = studies.with_spread(having(county, phases), spread)
    of = studies.made_of(bundle, county.space)
    assert_equal(of, "fast", "everything", [0] if spread == "none" else [0, 1, 4], seed=5)


def test_children_of_the_county_are_conserved_over_the_years(county):
    """Estates that take from town and villages alone: births, deaths and flows explain every child, every year."""
    phases = [phase("e1", "1", 2025, 600, "planned"), phase("e2", "1", 2026, 300, "approved")]
    bundle = having(county, phases)
    tables = bundle.tables | {
        "estates": bundle.tables["estates"].assign(outside_share=0.0, in_town_share=0.5, rural_share=0.5)
    }
    of = studies.made_of(replace(bundle, tables=tables), county.space)
    one = studies.case(of, "fast", "nothing", 20, seed=2)
    alone = rates(of.model, urban=0.05, estates=one.rates.estates)
    moved = 0
    for before, after, end in studies.walk(of, replace(one, rates=alone), np.arange(20), seed=2):
        flows = end.flows
        assert not flows.moved_in.any()
        assert not flows.moved_out.any()
        np.testing.assert_array_equal(children(after) - children(before), flows.net)
        moved += int(flows.moved_within.sum())
    assert moved > 0
