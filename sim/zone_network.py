"""The network of a year as early warnings need it: which schools admit to a grade, and which units they belong with.

`sim.network.regimes` works out where newcomers of every home and grade apply; zones ask for less: the zone schools of
the first grades of some stages, whatever newcomers lean to.  Draws with the same open projects share one network, and
years in which nothing changes any more share it, too.  Tests: tests/sim/test_zone_network.py (against `regimes`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.admission_zones import ruled_zones, with_fed
from sim.alert_zones import Parts, links_of, parts_of
from sim.arrays import BoolArray, IntArray
from sim.model import NEVER, Model
from sim.network import PlanNetwork, project_sets, settled, usable_split
from sim.network_grades import taught
from sim.network_zones import zones_in_force


@dataclass(frozen=True)
class ZoneNetwork:
    """Zones in one year for one set of open projects."""

    runs: BoolArray  # [school + pseudo, grade] the school admits to the grade this year
    parts: Mapping[int, Parts]  # by grade


ZoneBook = dict[tuple[int, bytes], ZoneNetwork]
"""Networks of one plan that are worked out already."""


def zone_networks(
    model: Model, network: PlanNetwork, opening: IntArray, year: int, grades: tuple[int, ...], book: ZoneBook
) -> tuple[list[ZoneNetwork], IntArray]:
    """The networks of a year and which one each draw is in; opening: [draw, project]; grades: those asked for."""
    sets, index = project_sets(network, opening, year)
    found = []
    for since in sets:
        key = min(year, settled(model, network, since)), since.tobytes()
        if key not in book:
            book[key] = _network(model, network, since, year, grades)
        found.append(book[key])
    return found, index


def _network(model: Model, network: PlanNetwork, since: IntArray, year: int, grades: tuple[int, ...]) -> ZoneNetwork:
    """since: year of opening of each project, as of `sim.network.project_sets`."""
    done = [(project, int(start)) for project, start in zip(network.projects, since, strict=True) if start != NEVER]
    admits, _ = taught(model, done, year)
    zone = zones_in_force(model, network, since, year, admits, grades)
    zone = ruled_zones(model, network.policy, zone, admits)
    in_zone = np.zeros(zone.shape, dtype=bool)
    for grade in grades:
        in_zone[:, grade] = usable_split(model, zone[:, grade], admits, grade)[0] > 0.0
    in_zone = with_fed(model, network.policy, in_zone, admits)
    return ZoneNetwork(admits, {grade: parts_of(links_of(in_zone[:, grade], model.layout)) for grade in grades})
