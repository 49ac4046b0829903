"""Time of the construction calendar: the compiled loop, the SimPy model and a plain heap, all with the same results.

Usage: python benchmarks/construction.py [--quick]. First CPU milliseconds a draw of one process, plain and with
everything a plan can say; the ratios are what to compare between machines. Then wall time, and CPU time (half of it is
the wall time of two free processors), of the two cases that the program must reach: 10 000 draws of 20 projects with 7
stages that share money and crews (under 4 s on 2 processors), and the same with risks, seasons, approvals, two sources,
desks and four projects that are started on the way, year by year (under 10 s on 2). The time that numba takes to
compile, once on a machine, is told apart.
"""

import argparse
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sim.adaptive_sites import Works
from sim.arrays import IntArray
from sim.construction import opening_years, simulate
from sim.construction_block import Block
from sim.fates import draw_fates
from sim.programme import prepare
from sim.project_terms import Approval, Break, Fund, Risk
from sim.projects import BuildPlan, ProjectSpec
from verification.construction_reference import run

STAGES = {
    "initiation": (0.5, 1.0, 2.0),
    "feasibility": (1.0, 2.0, 4.0),
    "land": (1.5, 3.0, 6.0),
    "design": (2.5, 3.5, 5.0),
    "tender": (1.5, 2.0, 3.0),
    "construction": (11.0, 13.0, 20.0),
    "acceptance": (1.0, 2.0, 3.0),
}
SHARES = {"design": 0.123, "construction": 0.786, "acceptance": 0.091}
BASE_YEAR, HORIZON, CREWS, SEED, ROUNDS = 2023, 2038, 3, 20230901, 3
TRIGGERED = 4  # of the projects of the full case, started year by year


@dataclass(frozen=True)
class Timing:
    """CPU milliseconds per draw of each part, best of several rounds."""

    chance: float
    compiled: float
    simpy: float
    heap: float


def plan(projects: int) -> BuildPlan:
    """Projects that compete: three priorities, decisions within six months, money slower than demand."""
    specs = tuple(
        ProjectSpec(f"p{i:02d}", "new_school", i % 6, 4000.0 + 100 * i, 1 + i % 3, STAGES, True, SHARES)
        for i in range(projects)
    )
    return BuildPlan(specs, dict.fromkeys(range(BASE_YEAR, BASE_YEAR + 12), 600.0 * projects))


def full_plan(projects: int) -> BuildPlan:
    """The same with everything a plan can say; synthetic numbers, chosen so that each of them happens often."""
    risks = (
        Risk("land_dispute", "land", 0.1, (2, 4, 12)),
        Risk("tender_again", "tender", 0.1, repeats=("tender",)),
        Risk("contractor", "construction", 0.05, (3, 6, 12), 0.05),
    )
    approvals = (Approval("feasibility", 36, "construction"), Approval("land", 36, "construction"))
    specs = tuple(
        replace(
            spec,
            risks=risks,
            approvals=approvals,
            funding={"budget": 0.7, "upper": 0.3},
            desks={"tender": "review"},
            triggered=i >= projects - TRIGGERED,
        )
        for i, spec in enumerate(plan(projects).projects)
    )
    upper = Fund(dict.fromkeys(range(BASE_YEAR, BASE_YEAR + 12), 200.0 * projects), 0.5)
    winter = Break(("construction",), (12, 1, 2), 0.3)
    return BuildPlan(specs, plan(projects).budget, {"upper": upper}, {"review": 4}, (winter,))


def best(work: Callable[[], object]) -> float:
    """CPU milliseconds of the fastest round."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1000.0


def measure(build: BuildPlan, draws: int) -> Timing:
    """Timings for one plan; the three programs must agree in every draw."""
    numbers = np.arange(draws)
    programme, fates = prepare(build, CREWS, BASE_YEAR, HORIZON), draw_fates(build, SEED, numbers, "study")
    found = Block(programme, fates).record().handover.tolist()
    one = [log.handover for log in simulate(programme, fates)]
    other = [run(programme, fates.fate(row)).handover for row in range(draws)]
    if not found == one == other:
        raise SystemExit("the programs disagree")
    return Timing(
        chance=best(lambda: draw_fates(build, SEED, numbers, "study")) / draws,
        compiled=best(lambda: Block(programme, fates).record()) / draws,
        simpy=best(lambda: simulate(programme, fates)) / draws,
        heap=best(lambda: [run(programme, fates.fate(row)) for row in range(draws)]) / draws,
    )


def at_once(build: BuildPlan, draws: int, workers: int) -> None:
    """A whole calendar."""
    opening_years(build, CREWS, BASE_YEAR, HORIZON, SEED, draws, workers=workers)


def year_by_year(build: BuildPlan, draws: int, workers: int) -> None:
    """A whole calendar whose triggered projects are started one by one, from the second year on."""
    waiting = [place for place, project in enumerate(build.projects) if project.triggered]

    def block(numbers: IntArray) -> None:
        sites = Works(build, CREWS, BASE_YEAR, HORIZON, "study")(SEED, numbers)
        for year in range(HORIZON - BASE_YEAR + 1):
            sites.advance(12.0 * year)
            for project in waiting[year - 1 : year] if year else []:
                for draw in range(len(numbers)):
                    sites.start(draw, project, 12.0 * year + 3)
        if not sites.calendar().stage_begin[:, waiting].min() > 0:
            raise SystemExit("a triggered project has not begun")

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(block, np.array_split(np.arange(draws), max(1, draws // 1000))))


def timed(work: Callable[[], None]) -> tuple[float, float]:
    """Wall and CPU seconds, those of all threads."""
    start, before = time.perf_counter(), sum(os.times()[:2])
    work()
    return time.perf_counter() - start, sum(os.times()[:2]) - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="a tenth of the draws")
    tenth = 10 if parser.parse_args().quick else 1
    print(f"compiled, or read from disk, in {timed(lambda: at_once(plan(2), 1, 1))[1]:.1f} s of processors")
    print("".join(f"{name:>11}" for name in ("projects", "draws", "chance", "compiled", "SimPy", "heap", "SimPy")))
    print("".join(f"{unit:>11}" for unit in ("", "", *["ms/draw"] * 4, "/compiled")))
    draws = 500 // tenth
    for projects, made in ((5, plan), (10, plan), (20, plan), (20, full_plan)):
        one = measure(made(projects), draws)
        values = (one.chance, one.compiled, one.simpy, one.heap, one.simpy / one.compiled)
        print(f"{projects:>11}{draws:>11}" + "".join(f"{value:>11.3f}" for value in values))
    workers, draws = min(2, os.cpu_count() or 1), 10_000 // tenth
    for name, build, work in (("bare", plan(20), at_once), ("with everything", full_plan(20), year_by_year)):
        seconds, used = timed(partial(work, build, draws, workers))
        print(f"{name}: {draws} draws x 20 projects x 7 stages in {seconds:.1f} s, {used:.1f} s of processors")


if __name__ == "__main__":
    main()
