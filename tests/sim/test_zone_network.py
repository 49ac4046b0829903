"""Zones for early warnings are those of the networks that the simulation works out, in every year and draw."""

import numpy as np
import pytest

from sim.alert_zones import parts_of, zone_links
from sim.model import NEVER
from sim.network import Leaning, plan_network, regimes
from sim.zone_network import zone_networks
from tests.sim import busy, studies

OPENINGS = np.array(
    [
        [NEVER, NEVER, NEVER, NEVER, NEVER],
        [2025, 2026, NEVER, NEVER, 2027],
        [2026, 2025, 2026, 2026, NEVER],
        [2026, 2026, 2027, 2028, 2026],
        [2025, 2026, NEVER, NEVER, 2027],
    ]
)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("zones"), seed=1))


def test_zones_are_those_of_the_networks_of_the_simulation(county):
    model = county.model
    network = plan_network(county.bundle, county.bundle.plans["everything"], model.layout, model.grades.stages)
    grades = tuple(model.grades.first_of(stage) for stage in range(len(model.grades.stages)))
    book, kept, seen = {}, {}, set()
    for year in range(model.base_year + 1, model.base_year + 9):
        wanted, index = regimes(model, network, OPENINGS, year, Leaning(), book)
        found, own = zone_networks(model, network, OPENINGS, year, grades, kept)
        assert own.tolist() == index.tolist()
        assert len(found) == len(wanted)
        for one, regime in zip(found, wanted, strict=True):
            assert (one.runs == regime.runs).all()
            for grade in grades:
                parts = parts_of(zone_links(regime, model.layout, grade))
                assert one.parts[grade].count == parts.count
                assert (one.parts[grade].unit == parts.unit).all()
                assert (one.parts[grade].school == parts.school).all()
                seen.add(parts.school.tobytes())
    assert len(seen) > 2  # the plan does change zones
