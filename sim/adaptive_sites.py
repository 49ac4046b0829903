"""The construction of a block of draws, advanced step by step: a compiled block behind `adaptive.Sites`.

A plan whose triggers all fire at once is built as without triggers, to the last byte: the same loop, the same fates.
Tests: tests/sim/test_adaptive_sites.py.  Page: docs/science/adaptive.md.
"""

from dataclasses import dataclass

import numpy as np

from sim.calendar_build import build_calendar
from sim.calendar_result import Calendar
from sim.construction_block import Block
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
        self._block = Block(self._programme, self._fates)

    def start(self, draw: int, project: int, month: float) -> None:
        """Decide a project that waits; month: since 1 September of the base year, not before the one advanced to."""
        self._block.start(draw, project, month)

    def cancel(self, draw: int, project: int) -> bool:
        """Give a project up, at the month that its draw has come to; False if it is too late."""
        return self._block.cancel(draw, project)

    def advance(self, month: float) -> None:
        """Go on to a month in all draws."""
        self._block.advance(month)

    def advance_draw(self, draw: int, month: float) -> None:
        """Go on to a month in one draw."""
        self._block.advance(month, np.array([draw]))

    def handover(self) -> FloatArray:
        """Months of hand-over so far, inf where there was none, [draw, project]."""
        return self._block.handover()

    def calendar(self) -> Calendar:
        """Finish all draws and say what became of the projects."""
        return build_calendar(
            self._programme, self._fates, self._block.record(), self._works.base_year, self._works.horizon
        )
