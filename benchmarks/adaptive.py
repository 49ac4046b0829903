"""CPU time of a county case with triggers against the same case without, in one process.

Usage: python benchmarks/adaptive.py [--quick]. The case is the county plan of the shipped example majiang with every
project decided by a trigger that always holds, so that it builds the same; the goal is less than twice the time. The
calendar of the plain case, which is made before the simulation, is counted with it.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from scenarios.schema_triggers import When
from scenarios.shipped import FOLDER
from schoolplan.prepare import Options, Prepared, calendars, cases, prepare
from sim.engine import simulate

SEED, PLAN = 20230901, "county-plan"
SEEN = (
    {"signal": "entry_pressure", "above": 0.0},
    {"signal": "utilisation", "above": 0.0},
    {"signal": "pupils", "above": 0.0},
    {"signal": "large_classes", "below": 1.5},
)


def watching(prepared: Prepared) -> Prepared:
    """The scenario with that plan alone, each of its projects behind a trigger that always holds."""
    file = prepared.bundle.plans[PLAN]
    whens = [
        When.model_validate({**SEEN[i % len(SEEN)], "at": {"stage": "primary"}}) for i in range(len(file.projects))
    ]
    projects = tuple(
        project.model_copy(update={"when": when, "ledger": None})
        for project, when in zip(file.projects, whens, strict=True)
    )
    return _only(prepared, file.model_copy(update={"projects": projects}))


def _only(prepared: Prepared, plan: object) -> Prepared:
    return replace(prepared, bundle=replace(prepared.bundle, plans={PLAN: plan}))  # type: ignore[dict-item]


def best(work: Callable[[], object]) -> float:
    """Least CPU seconds of three rounds."""
    seconds = []
    for _ in range(3):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer draws")
    draws = 25 if parser.parse_args().quick else 125
    prepared, numbers = prepare(FOLDER / "majiang" / "approval.yaml"), np.arange(draws)
    plain = _only(prepared, prepared.bundle.plans[PLAN])

    def work(of: Prepared) -> Callable[[], object]:
        def once() -> object:
            made = [one for one in cases(of, calendars(of, Options(draws, SEED))) if one.rates.future == "baseline"]
            return simulate(of.model, made, SEED, numbers)

        return once

    work(plain)(), work(watching(prepared))()  # compiles
    fixed, seen = best(work(plain)), best(work(watching(prepared)))
    print(f"fixed dates    {fixed * 1e3 / draws:8.2f} ms a draw")
    print(f"with triggers  {seen * 1e3 / draws:8.2f} ms a draw, x {seen / fixed:.2f} (goal: less than x 2)")


if __name__ == "__main__":
    main()
