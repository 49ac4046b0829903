"""The construction of a block of draws, advanced step by step: one `sim.yard.Yard` per draw behind `adaptive.Sites`.

A plan whose triggers all fire at once is built as without triggers, to the last byte: the same yards, the same fates.
Tests: tests/sim/test_adaptive_sites.py.  Page: docs/science/adaptive.md.
"""

from dataclasses import dataclass

import numpy as np

from sim.calendar_build import build_calendar
from sim.calendar_result import Calendar
from sim.construction import yards
from sim.construction_record import record_of
from sim.durations import Spread
from sim.fates import draw_fates
from sim.programme import prepare
from sim.projects import BuildPlan
from sim.streams import FloatArray, IntArray


@dataclass(frozen=True)
class Works:
    """How the projects of a plan are built: makes the sites of a block of draws."""

    plan: BuildPlan
    crews: int
    base_year: int
    horizon: int
    spread: Spread

    def __call__(self, seed: int, draws: IntArray) -> "YardSites":
        """The sites of some draws, at the beginning of their time; draws: [draw]."""
        return YardSites(self, seed, draws)


class YardSites:
    """See `sim.adaptive.Sites`."""

    def __init__(self, works: Works, seed: int, draws: IntArray) -> None:
        self._works = works
        self._programme = prepare(works.plan, works.crews, works.base_year, works.horizon)
        self._fates = draw_fates(works.plan, seed, draws, works.spread)
        self._yards = yards(self._programme, self._fates)

    def start(self, draw: int, project: int, month: float) -> None:
        """Decide a project that waits; month: since 1 September of the base year, not before the one advanced to."""
        self._yards[draw].start(project, month)

    def cancel(self, draw: int, project: int) -> bool:
        """Give a project up, at the month that its draw has come to; False if it is too late."""
        return self._yards[draw].cancel(project)

    def advance(self, month: float) -> None:
        """Go on to a month in all draws."""
        for yard in self._yards:
            yard.advance(month)

    def advance_draw(self, draw: int, month: float) -> None:
        """Go on to a month in one draw."""
        self._yards[draw].advance(month)

    def handover(self) -> FloatArray:
        """Months of hand-over so far, inf where there was none, [draw, project]."""
        shape = (len(self._yards), len(self._works.plan.projects))
        return np.array([yard.log.handover for yard in self._yards], dtype=np.float64).reshape(shape)

    def calendar(self) -> Calendar:
        """Finish all draws and say what became of the projects."""
        record = record_of(self._works.plan, [yard.finish() for yard in self._yards])
        return build_calendar(self._programme, self._fates, record, self._works.base_year, self._works.horizon)
