"""Cases x draws in fixed blocks, in one or several processes; the same bytes whatever the number of workers.

A block of draws is simulated for all cases at once (they share the random world) and written as part files; then each
future is reduced to tables.  Parts of an interrupted run are used again by `resume`.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.adaptive import Course, joined, packed, unpacked
from sim.deciding import decided
from sim.details import Details
from sim.engine import ARRAYS, CasePlan, CaseResult, as_built, case_sizes, simulate
from sim.ladders import whole
from sim.model import Model
from sim.pairs import tally
from sim.reductions import REDUCTIONS, Reduced
from sim.regret import Outcome, option_rows, outcome_of, regret_rows
from sim.rollup import Kept
from sim.rollup_keep import kept_of
from sim.summary import Assessment, Measured, difference_rows, measured

BLOCK = 125  # draws per block; fixed, so that part files never depend on the number of workers

DIFFERENCE_COLUMNS = (
    "future",
    "plan_a",
    "plan_b",
    "year",
    "entity",
    "stage",
    "indicator",
    "unit",
    "mean",
    "p05",
    "p50",
    "p95",
)

T = TypeVar("T")
R = TypeVar("R")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Job:
    """Everything a worker needs: plain arrays, no open files."""

    model: Model
    cases: tuple[CasePlan, ...]
    assessment: Assessment
    details: Details
    study: str
    reference: str
    seed: int
    draws: int
    parts: Path
    pair_years: tuple[int, ...] = ()
    """School years whose pupils by home and school are kept for `pairs_of`, rising."""

    @property
    def blocks(self) -> int:
        """Number of blocks of draws."""
        return -(-self.draws // BLOCK)

    def part(self, block: int, case: int) -> Path:
        """Part file of a block and case."""
        return self.parts / f"block-{block:05d}-case-{case:03d}.npz"


PAIRS = "pairs"  # name of the tally in a part file
TABLES = (*REDUCTIONS, "plan_differences", "regret", "plan_options")


def run(job: Job, workers: int, progress: Progress) -> dict[str, pd.DataFrame]:
    """Simulate and reduce; returns the tables of `TABLES` with future and plan columns."""
    todo = [b for b in range(job.blocks) if not all(job.part(b, c).exists() for c in range(len(job.cases)))]
    done = job.blocks - len(todo)
    futures = list(dict.fromkeys(case.rates.future for case in job.cases))
    pieces: list[dict[str, pd.DataFrame]] = []
    with _pool(workers if max(len(todo), len(futures)) > 1 else 1) as pool:
        for count, _ in enumerate(_map(_simulate_block, job, todo, pool), start=1):
            progress("simulate", done + count, job.blocks)
        for count, piece in enumerate(_map(_reduce_future, job, futures, pool), start=1):
            pieces.append(piece)
            progress("reduce", count, len(futures))
    return {name: pd.concat([piece[name] for piece in pieces], ignore_index=True) for name in TABLES}


def simulate_only(job: Job, workers: int, progress: Progress) -> None:
    """Write the part files of a job without reducing them; those that are there already are kept."""
    todo = [b for b in range(job.blocks) if not all(job.part(b, c).exists() for c in range(len(job.cases)))]
    with _pool(workers if len(todo) > 1 else 1) as pool:
        for count, _ in enumerate(_map(_simulate_block, job, todo, pool), start=1):
            progress("simulate", job.blocks - len(todo) + count, job.blocks)


def array_of(job: Job, case: int, name: str) -> NDArray[np.generic]:
    """One array of a finished case, all draws, [draw, ...] as in `CaseResult`."""
    found = []
    for block in range(job.blocks):
        with np.load(job.part(block, case)) as part:
            found.append(part[name])
    return np.concatenate(found)


def kept_cases(job: Job) -> dict[tuple[str, str], Kept]:
    """What is kept of every finished case for a roll-up, by future and plan."""
    model = whole(job.model)
    return {
        (case.rates.future, case.network.plan): kept_of(_reduced(job, number, model, None).now, model, job.assessment)
        for number, case in enumerate(job.cases)
    }


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor | None]:
    """Fresh processes (spawn: equal on every system) for the whole run; None means this process alone."""
    if workers <= 1:
        yield None
        return
    pool = ProcessPoolExecutor(workers, get_context("spawn"))
    try:
        yield pool
    except BaseException:
        # Whoever interrupts a run wants it to stop now; finished parts are on the disk.
        pool.shutdown(wait=False, cancel_futures=True)
        for child in active_children():
            child.terminate()
        raise
    pool.shutdown()


def _map(task: Callable[[Job, T], R], job: Job, items: list[T], pool: ProcessPoolExecutor | None) -> Iterator[R]:
    """Results in the order of the items."""
    if pool is None:
        yield from (task(job, item) for item in items)
    else:
        yield from pool.map(partial(task, job), items)


def _simulate_block(job: Job, block: int) -> int:
    draws = np.arange(block * BLOCK, min((block + 1) * BLOCK, job.draws))
    pairs = tally(job.model, len(job.cases), job.pair_years)
    for number, result in enumerate(simulate(job.model, list(job.cases), job.seed, draws, pairs)):
        target = job.part(block, number)
        arrays = {name: getattr(result, name) for name in ARRAYS}
        arrays[PAIRS] = pairs.total[number]
        if result.course is not None:
            arrays |= packed(result.course)
        # Written beside and moved in, so that a killed run leaves no half part.
        beside = target.with_suffix(".tmp.npz")
        np.savez(beside, **arrays)
        beside.replace(target)
    return block


def _load(job: Job, case: int) -> CaseResult:
    blocks = [np.load(job.part(block, case)) for block in range(job.blocks)]
    arrays = {name: np.concatenate([block[name] for block in blocks]) for name in ARRAYS}
    return CaseResult(**arrays, course=_course(job, case))


def _course(job: Job, case: int) -> Course | None:
    """What construction did in all draws of a finished case with triggers; None: the calendar was made before."""
    if job.cases[case].adaptive is None:
        return None
    parts = []
    for block in range(job.blocks):
        with np.load(job.part(block, case)) as part:
            parts.append(unpacked(part))
    return joined(parts)


def built(job: Job) -> Job:
    """A finished job in which every case says when its projects opened, also those of plans with triggers."""
    return replace(job, cases=tuple(as_built(case, _course(job, number)) for number, case in enumerate(job.cases)))


@dataclass(frozen=True)
class Homes:
    """Sums over all draws of a case, for the years of `Job.pair_years`."""

    pupils: NDArray[np.int64]
    """By home and slot, [year, slot, cell, grade]; see `sim.pairs`."""
    rooms: NDArray[np.int64]
    """General classrooms of schools that are open, [year, school]."""


def pairs_of(job: Job, case: int) -> Homes:
    """Pupils by home and school and rooms of a finished case, added over its blocks."""
    model, schools = whole(job.model), len(job.model.layout.schools)
    pupils = tally(job.model, 1, job.pair_years).total[0]
    rooms = np.zeros((len(job.pair_years), schools), dtype=np.int64)
    for block in range(job.blocks):
        with np.load(job.part(block, case)) as part:
            pupils += part[PAIRS]
            there = part["rooms"].astype(np.int64) * part["open"]  # [draw, year, school]
            for at, year in enumerate(job.pair_years):
                if year > model.base_year:
                    rooms[at] += there[:, year - model.base_year - 1].sum(axis=0)
                else:
                    rooms[at] += len(there) * np.where(model.exists, model.rooms, 0)
    return Homes(pupils, rooms)


def _reduced(job: Job, number: int, model: Model, reference: NDArray[np.int64] | None) -> Reduced:
    """A finished case, ready for the reductions; model: with all its stages; reference: as of `Reduced`."""
    case = as_built(job.cases[number], _course(job, number))
    now = measured(_load(job, number), model, job.assessment, case_sizes(job.model, case))
    return decided(Reduced(now, model, case, job.assessment, job.study, job.details, reference, job.model))


def finished(job: Job, number: int) -> Reduced:
    """A finished case of a job, all draws, ready to be read; without the rolls of the reference future."""
    return _reduced(job, number, whole(job.model), None)


def _reduce_future(job: Job, future: str) -> dict[str, pd.DataFrame]:
    """Tables of all plans under one future; plans of a future are compared draw by draw."""
    model = whole(job.model)
    tables: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    cases: dict[str, Measured] = {}
    outcomes: dict[str, Outcome] = {}
    numbers = [number for number, case in enumerate(job.cases) if case.rates.future == future]
    empty_plans = [number for number in numbers if not job.cases[number].network.projects]
    first = (empty_plans or numbers)[0]  # the plan that others are held against, as in `reports.matrix.baseline_plan`
    base = _reduced(job, first, model, _reference_rolls(job, job.cases[first].network.plan))
    for number in numbers:
        plan = job.cases[number].network.plan
        one = base
        if number != first:
            one = replace(_reduced(job, number, model, _reference_rolls(job, plan)), base=base)
        cases[plan], outcomes[plan] = one.now, outcome_of(one)
        for name, reduce in REDUCTIONS.items():
            tables[name].append(reduce(one).assign(future=future, plan=plan))
    for a, b in combinations(cases, 2):
        frame = difference_rows(cases[a], cases[b], model, job.study)
        tables["plan_differences"].append(frame.assign(future=future, plan_a=a, plan_b=b))
    tables["regret"].append(regret_rows(outcomes).assign(future=future))
    tables["plan_options"].append(option_rows(outcomes).assign(future=future))
    empty = pd.DataFrame(columns=DIFFERENCE_COLUMNS)
    return {name: pd.concat(frames, ignore_index=True) if frames else empty for name, frames in tables.items()}


def _reference_rolls(job: Job, plan: str) -> NDArray[np.int64] | None:
    for number, case in enumerate(job.cases):
        if case.rates.future == job.reference and case.network.plan == plan:
            blocks = [np.load(job.part(b, number))["rolls"].sum(axis=2, dtype=np.int64) for b in range(job.blocks)]
            return np.concatenate(blocks)
    return None
