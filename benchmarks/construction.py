"""Time of the construction calendar: SimPy against a plain heap with the same results, in one process.

Usage: python benchmarks/construction.py [--quick]. Prints a table; the ratio is what to compare between machines.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import numpy as np
from simpy import Environment

from sim.construction import leg_months, opening_years, prepare, simulate_draw
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
BASE_YEAR, HORIZON, CREWS, SEED, ROUNDS = 2023, 2038, 3, 20230901, 5


@dataclass(frozen=True)
class Timing:
    """CPU milliseconds per draw of each part, best of several rounds."""

    durations: float
    simpy: float
    heap: float
    whole: float


def plan(projects: int) -> BuildPlan:
    """Projects that compete: three priorities, decisions within six months, money slower than demand."""
    specs = tuple(
        ProjectSpec(f"p{i:02d}", "new_school", i % 6, 4000.0 + 100 * i, 1 + i % 3, STAGES, True, SHARES)
        for i in range(projects)
    )
    return BuildPlan(specs, dict.fromkeys(range(BASE_YEAR, BASE_YEAR + 12), 600.0 * projects))


def best(work: Callable[[], object]) -> float:
    """CPU milliseconds of the fastest round."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1000.0


class CountingEnvironment(Environment):
    """SimPy's environment, counting what it schedules."""

    events = 0

    def schedule(self, *args: Any, **kwargs: Any) -> None:
        """Count, then schedule."""
        CountingEnvironment.events += 1
        super().schedule(*args, **kwargs)


def check_equal(months: Sequence[Sequence[float]], projects: int) -> tuple[float, float]:
    """Both programs agree in every draw; returns the events per draw of SimPy and of the heap."""
    programme = prepare(plan(projects), CREWS, BASE_YEAR, HORIZON)
    events, CountingEnvironment.events = 0, 0
    with patch("sim.construction.Environment", CountingEnvironment):
        for row in months:
            one, other = simulate_draw(programme, row), run(programme, row)
            if one.handover != other.handover or one.waits != other.waits:
                raise SystemExit("SimPy and the reference disagree")
            events += other.events
    return CountingEnvironment.events / len(months), events / len(months)


def measure(projects: int, draws: int) -> tuple[Timing, tuple[float, float]]:
    """Timings and events per draw for one number of projects."""
    build, numbers = plan(projects), np.arange(draws)
    programme = prepare(build, CREWS, BASE_YEAR, HORIZON)
    months = leg_months(build, SEED, numbers, "study").tolist()
    events = check_equal(months, projects)
    timing = Timing(
        durations=best(lambda: leg_months(build, SEED, numbers, "study")) / draws,
        simpy=best(lambda: [simulate_draw(programme, row) for row in months]) / draws,
        heap=best(lambda: [run(programme, row) for row in months]) / draws,
        whole=best(lambda: opening_years(build, CREWS, BASE_YEAR, HORIZON, SEED, draws)) / draws,
    )
    return timing, events


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="100 draws instead of 1000")
    draws = 100 if parser.parse_args().quick else 1000
    head = ("projects", "draws", "durations", "SimPy", "heap", "whole", "ratio", "SimPy", "heap")
    units = ("", "", *["ms/draw"] * 4, "SimPy/heap", "k events/s", "k events/s")
    for line in (head, units):
        print(("{:>11}" * len(line)).format(*line))
    for projects in (5, 10, 20):
        timing, (simpy_events, heap_events) = measure(projects, draws)
        values = (timing.durations, timing.simpy, timing.heap, timing.whole, timing.simpy / timing.heap)
        rates = (simpy_events / timing.simpy, heap_events / timing.heap)
        numbers = "".join(f"{value:>11.3f}" for value in values) + "".join(f"{rate:>11.0f}" for rate in rates)
        print(f"{projects:>11}{draws:>11}{numbers}")


if __name__ == "__main__":
    main()
