"""When projects open: stages, money, crews and all else that projects wait for, draw by draw.

Time runs in months from 1 September of base_year. Each draw is a function of (plan, crews, seed, draw number) alone.
Equations, choices and limits: docs/science/construction.md.  Tests: tests/sim/test_construction.py.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from sim.arrays import IntArray
from sim.calendar_build import build_calendar
from sim.calendar_result import Calendar, join
from sim.construction_block import Block
from sim.construction_log import Log
from sim.construction_record import Record
from sim.durations import Spread
from sim.fates import Fates, draw_fates
from sim.programme import Programme, prepare
from sim.projects import BuildPlan
from sim.yard import Yard

_TOGETHER = 1000  # draws that a thread runs at a time; what they need stays small


def yards(programme: Programme, fates: Fates) -> list[Yard]:
    """One yard per draw of a block, at the beginning of its time."""
    return [Yard(programme, fates.fate(row)) for row in range(len(fates.draws))]


def record(programme: Programme, fates: Fates) -> Record:
    """What happens in every draw of a block, by the compiled loop."""
    return Block(programme, fates).record()


def simulate(programme: Programme, fates: Fates) -> list[Log]:
    """Run every draw of a block to the end of the programme."""
    return [Yard(programme, fates.fate(row)).finish() for row in range(len(fates.draws))]


def opening_years(
    plan: BuildPlan,
    crews: int,
    base_year: int,
    horizon: int,
    seed: int,
    draws: int | IntArray,
    spread: Spread = "study",
    workers: int = 1,
) -> Calendar:
    """Simulate the projects of a plan in every draw.

    crews: contractor crews, >= 1.  base_year, horizon: first and last school year (year t starts 1 September t).
    draws: number of draws, or the draw numbers of one block, [draw]; blocks joined by `calendar_result.join` equal one
    run.
    spread: "study" draws the durations; "none" takes the likely ones (every draw the same, so ask for one).
    workers: threads that share the draws of a long simulation; the result does not depend on them.
    """
    numbers = np.arange(draws, dtype=np.int64) if isinstance(draws, int) else draws
    programme = prepare(plan, crews, base_year, horizon)
    block = partial(_block, plan, programme, (base_year, horizon), seed, spread)
    blocks = np.array_split(numbers, max(1, -(-len(numbers) // _TOGETHER)))
    if workers == 1 or len(blocks) == 1:
        return join([block(numbers) for numbers in blocks])
    with ThreadPoolExecutor(workers) as pool:  # compiled loops and most of numpy run side by side
        return join(list(pool.map(block, blocks)))


def _block(
    plan: BuildPlan, programme: Programme, span: tuple[int, int], seed: int, spread: Spread, draws: IntArray
) -> Calendar:
    fates = draw_fates(plan, seed, draws, spread)
    return build_calendar(programme, fates, record(programme, fates), *span)
