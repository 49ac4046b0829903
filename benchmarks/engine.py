"""Time of the yearly engine on the shipped county against the plain reference with the same results, in one process.

Usage: python benchmarks/engine.py [--quick] [--run]. Prints CPU milliseconds per draw and year of one case and the
ratio, which is what to compare between machines; --run also times the whole job (4 futures x 3 plans x 1000 draws x
15 years, tables, maps and report) on the wall clock.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from scenarios.shipped import FOLDER
from schoolplan.prepare import Options, Prepared, calendars, cases, prepare
from schoolplan.runs import Ask, run
from sim.engine import CasePlan, simulate
from verification import reference

SEED = 20230901


def engine_ms(prepared: Prepared, chosen: list[CasePlan], draws: int) -> float:
    """CPU milliseconds per draw, year and case, best of three rounds after one that compiles."""
    numbers = np.arange(draws)
    simulate(prepared.model, chosen[:1], SEED, numbers[:2])
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        simulate(prepared.model, chosen, SEED, numbers)
        best = min(best, time.process_time() - start)
    return best * 1e3 / (draws * len(prepared.model.years) * len(chosen))


def reference_ms(prepared: Prepared, one: CasePlan) -> float:
    """CPU milliseconds per year of one draw in plain loops."""
    start = time.process_time()
    reference.simulate_draw(prepared.model, one.rates, one.network, one.opening_year[0], SEED, 0)
    return (time.process_time() - start) * 1e3 / len(prepared.model.years)


def whole_job() -> dict[str, float]:
    """Wall seconds of the main job as a planner runs it."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        run(FOLDER / "majiang" / "approval.yaml", Ask(out=Path(folder) / "run"))
        return {"whole": time.perf_counter() - start}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer draws")
    parser.add_argument("--run", action="store_true", help="also time the whole job")
    asked = parser.parse_args()
    prepared = prepare(FOLDER / "majiang" / "approval.yaml")
    draws = 25 if asked.quick else 125
    every = list(cases(prepared, calendars(prepared, Options(draws, SEED))))
    picked = [c for c in every if c.rates.future in {"baseline", "fast-urbanisation"}]
    fast, plain = engine_ms(prepared, picked, draws), reference_ms(prepared, picked[0])
    print(f"{'':28s}{'ms per draw and year':>22s}{'ratio':>10s}")
    print(f"{'plain reference':28s}{plain:22.2f}{1.0:10.1f}")
    print(f"{f'engine, {draws} draws a block':28s}{fast:22.3f}{plain / fast:10.1f}")
    if asked.run:
        print(f"whole job: {whole_job()['whole']:.1f} s on the wall")


if __name__ == "__main__":
    main()
