"""Rules of admission as arrays: how each home and stage is admitted, who feeds whom, who comes first.

    zone      the zone of the home; several schools share its children by their weights
    lottery   the same, and those beyond the seats of one school are drawn by lot and go to the others of the zone
    nearest   the nearest school of today's lists that runs the grade, up to its seats, then the next
    feeder    pupils of a school of the stage before go to the school that it feeds; all others as under `zone`

A rule acts in three places, and says in `RULES` what it does there: on the zone of a home (`sim/network.py`), on
where leavers of a school apply, and as a step of the admission round (`sim/admission.py`).  Nobody need say a rule:
the default is `zone` everywhere, with migrant homes last in priority.  Tests: tests/sim/test_admission_rules.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import BoolArray, CountArray, FloatArray, IntArray
from sim.kernels_admission import FEEDER, LOTTERY, NEAREST, ZONE
from sim.kernels_rules import fill_fed, fill_lottery, fill_nearest
from sim.kernels_seats import Asking, Ground, Luck, Net

if TYPE_CHECKING:
    from sim.model import Layout


Step = Callable[[Asking, Ground, Net, Luck], CountArray]


@dataclass(frozen=True)
class Rules:
    """Rules of admission of a study or a plan."""

    rule: IntArray  # [cell, stage] `Rule.number`
    feeds: IntArray  # [school] the school that takes its leavers, -1 where none
    ranks: FloatArray  # [cell, class] cumulated shares of the classes of priority, first in priority first; last 1

    def has(self, number: int) -> bool:
        """Whether any home has a rule."""
        return bool((self.rule == number).any())

    @property
    def drawn(self) -> bool:
        """Whether lots are drawn anywhere."""
        return self.has(LOTTERY)

    @property
    def mixed(self) -> bool:
        """Whether children of one home are of several classes."""
        return bool(((self.ranks > 0.0) & (self.ranks < 1.0)).any())


@dataclass(frozen=True)
class Rule:
    """What a rule does; None: nothing in that place."""

    number: int
    zone: Callable[[FloatArray, IntArray, BoolArray], FloatArray] | None = None
    """On the zone of homes in a grade: zone [cell, slot], list [cell, rank] and usable slots [cell, slot]."""
    feed: Callable[..., None] | None = None
    """On where leavers apply, before anybody else does."""
    step: Step | None = None
    """On applicants beyond the seats, before diversion; hands back events."""


def nearest_zone(zone: FloatArray, lists: IntArray, usable: BoolArray) -> FloatArray:
    """The nearest school of the list that runs the grade as the only one of the zone; as it was where there is none.

    zone: [cell, slot].  lists: [cell, rank] slots, near first, -1 where none.  usable: [cell, slot].
    """
    out, cells = zone.copy(), np.arange(len(zone))
    fits = (lists >= 0) & usable[cells[:, None], np.maximum(lists, 0)]
    found = fits.any(axis=1)
    slot = lists[cells, fits.argmax(axis=1)]
    out[found] = 0.0
    out[cells[found], slot[found]] = 1.0
    return out


RULES: MappingProxyType[str, Rule] = MappingProxyType(
    {
        "zone": Rule(ZONE),
        "lottery": Rule(LOTTERY, step=fill_lottery),
        "nearest": Rule(NEAREST, zone=nearest_zone, step=fill_nearest),
        "feeder": Rule(FEEDER, feed=fill_fed),
    }
)
"""Every rule, by its name in `admission.rules`."""


def default_rules(layout: "Layout", stages: int) -> Rules:
    """Zones everywhere, migrant homes last in priority."""
    local = np.where(layout.migrant, 0.0, 1.0)
    ranks = np.stack([local, np.ones(len(local))], axis=1)
    return Rules(
        np.full((len(local), stages), ZONE, dtype=np.int64), np.full(len(layout.schools), -1, dtype=np.int64), ranks
    )


def zones_by_rule(zone: FloatArray, rules: Rules, stage: int, lists: IntArray, usable: BoolArray) -> FloatArray:
    """Zones of a grade [cell, slot] as the rules of the homes have them; lists: [cell, rank], usable: [cell, slot]."""
    out = zone
    for rule in RULES.values():
        mine = rules.rule[:, stage] == rule.number
        if rule.zone is not None and mine.any():
            out = np.where(mine[:, None], rule.zone(out, lists, usable), out)
    return out


def fed_slots(rules: Rules, layout: "Layout", stage: int) -> BoolArray:
    """Slots that schools of a home feed, [cell, slot]; of homes whose rule of a stage is `feeder`."""
    schools = len(layout.schools)
    out = np.zeros(layout.slot_school.shape, dtype=bool)
    for cell in np.flatnonzero(rules.rule[:, stage] == FEEDER):
        here = layout.slot_school[cell]
        real = here[(here >= 0) & (here < schools)]
        out[cell] = np.isin(here, rules.feeds[real][rules.feeds[real] >= 0])
    return out
