"""The construction of a block of draws, advanced step by step: a compiled block behind `adaptive.Sites`.

A plan whose triggers all fire at once is built as without triggers, to the last byte: the same loop, the same fates.
A plan in which nothing that is seen acts on construction needs no yards: its calendar is made before (`Known`).
Tests: tests/sim/test_adaptive_sites.py.  Page: docs/science/adaptive.md.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.calendar_build import build_calendar
from sim.calendar_result import Calendar, rows
from sim.construction_block import Block
from sim.durations import Spread
from sim.fates import draw_fates
from sim.programme import Job, Programme, prepare
from sim.projects import BuildPlan


@dataclass(frozen=True)
class Works:
    """How the projects of a plan are built: makes the sites of a block of draws."""

    plan: BuildPlan
    crews: int
    base_year: int
    horizon: int
    spread: Spread
    closings: frozenset[str] = frozenset()
    """Projects whose followers wait until they take effect (`close`), not for their hand-over."""

    def __call__(self, seed: int, draws: IntArray) -> "YardSites":
        """The sites of some draws, at the beginning of their time; draws: [draw]."""
        return YardSites(self, seed, draws)


class YardSites:
    """See `sim.adaptive.Sites`."""

    def __init__(self, works: Works, seed: int, draws: IntArray) -> None:
        self._works = works
        programme = prepare(works.plan, works.crews, works.base_year, works.horizon)
        self._programme = _waiting_for(programme, works.closings)
        self._fates = draw_fates(works.plan, seed, draws, works.spread)
        self._block = Block(self._programme, self._fates)

    def start(self, draw: int, project: int, month: float) -> None:
        """Decide a project that waits; month: since 1 September of the base year, not before the one advanced to."""
        self._block.start(draw, project, month)

    def cancel(self, draw: int, project: int) -> bool:
        """Give a project up, at the month that its draw has come to; False if it is too late."""
        return self._block.cancel(draw, project)

    def close(self, draw: int, project: int) -> None:
        """A project of `Works.closings` takes effect, at the month that its draw has come to."""
        self._block.announce(draw, _closing_day(self._programme.ids[project]))

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


@dataclass(frozen=True)
class Known:
    """Construction on which nothing acts that is seen: its calendar, of all draws of the run."""

    whole: Calendar

    def __call__(self, seed: int, draws: IntArray) -> "KnownSites":
        """The sites of some draws; draws: [draw].  The calendar was made with its own seed, that of the run."""
        return KnownSites(rows(self.whole, draws))


class KnownSites:
    """See `sim.adaptive.Sites`; what happens was known before, whatever month has come."""

    def __init__(self, found: Calendar) -> None:
        self._found = found

    def start(self, draw: int, project: int, month: float) -> None:
        """Raises ValueError: nothing waits for a decision."""
        raise ValueError(f"project {self._found.projects[project]} does not wait to be started")

    def cancel(self, draw: int, project: int) -> bool:
        """Raises ValueError: nothing is given up."""
        raise ValueError(f"project {self._found.projects[project]} is not given up when something is seen")

    def close(self, draw: int, project: int) -> None:
        """Raises ValueError: nothing waits for a closure."""
        raise ValueError(f"nothing waits for {self._found.projects[project]} to take effect")

    def advance(self, month: float) -> None:
        """Nothing is left to do."""

    def advance_draw(self, draw: int, month: float) -> None:
        """Nothing is left to do."""

    def handover(self) -> FloatArray:
        """Months of hand-over, inf where there is none, [draw, project]; later ones than now are said, too."""
        return self._found.handover_month

    def calendar(self) -> Calendar:
        """What became of the projects."""
        return self._found


def _waiting_for(programme: Programme, closings: Collection[str]) -> Programme:
    """The programme whose jobs wait for the day on which these projects take effect, where they wait for them."""
    if not closings:
        return programme

    def of(job: Job) -> Job:
        legs = [
            replace(leg, after=tuple(_closing_day(one) if one in closings else one for one in leg.after))
            for leg in job.legs
        ]
        return replace(job, legs=tuple(legs))

    return replace(programme, jobs=tuple(of(job) for job in programme.jobs))


def _closing_day(project: str) -> str:
    """Name of what followers wait for; no project can be called so."""
    return f"~{project}"
