"""The table of flows: what the engine moves in its first year on average, nothing of what nobody mentions."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.schema_migration import ExternalMigration, Families
from sim.expected_flows import STREAMS, expected_flows
from sim.future_flows import stated
from sim.futures import future_rates
from sim.moves import moves
from sim.state import start
from sim.variates import Chance
from sim.world import World
from tests.sim import busy, studies

DRAWS = np.arange(400)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    of = studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=11))
    families = Families(
        parents_leaving={2023: 0.0, 2024: 80.0, 2029: 80.0},
        left_behind_share={2023: 0.5, 2029: 0.5},
        returning={2023: 0.0, 2024: 60.0, 2029: 60.0},
    )
    outside = ExternalMigration(local={2023: 0.0, 2024: 20.0, 2029: 20.0})
    made = of.bundle.futures["baseline"].model_copy(
        update={"id": "made", "families": families, "external_migration": outside, "estates": ()}
    )
    return replace(of, bundle=replace(of.bundle, futures={**of.bundle.futures, "made": made}))


def flows_of(county, future):
    return {row.stream: row for row in expected_flows(county.bundle, county.model) if row.future == future}


def test_expected_flows_are_what_the_engine_moves_in_its_first_year(county):
    model = county.model
    base, world, *_ = World(model, 3, DRAWS)
    state = start(model, base, np.zeros((len(DRAWS), len(model.layout.cells)), dtype=np.int32))
    rates = future_rates(county.bundle, model, county.bundle.futures["made"])
    done = moves(model, state, rates, world, Chance())
    rows = flows_of(county, "made")
    coming = rows["external_local"].acting[0] + rows["returning"].acting[0]
    assert done.moved_in.mean() == pytest.approx(coming * world.pace.mean(), rel=0.05)
    assert done.moved_out.mean() == pytest.approx(rows["leaving_with_parents"].acting[0] * world.pace.mean(), rel=0.05)
    assert rows["left_behind"].stated[0] == pytest.approx(rows["leaving_with_parents"].stated[0])


def test_the_reference_future_states_flows_and_adds_none(county):
    rows = flows_of(county, "baseline")
    assert rows["to_town"].stated.any()
    assert not any(row.acting.any() for row in rows.values())


def test_streams_that_no_future_mentions_are_left_out(county):
    named = set(flows_of(county, "made"))
    assert "migrants_leaving" not in named
    assert named <= set(STREAMS)
    assert named == set(flows_of(county, "baseline"))


def test_every_year_that_is_simulated_has_a_number(county):
    row = flows_of(county, "made")["returning"]
    assert len(row.stated) == len(county.model.years)
    assert len(stated(county.bundle, county.model, county.bundle.futures["made"]).staying) == len(row.stated) + 1
