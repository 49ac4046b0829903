"""Plans side by side, in one run or over several: verdicts, worlds, money, seats, differences with their intervals.

Differences are paired (same draw, same world) and carry the interval of `plan_differences.parquet`; those between runs
are in `compare_pairs`.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pandas as pd

from reports.compare_pairs import Place, kept_difference
from reports.matrix import Cell, Matrix, Row, baseline_plan, matrix, plan_cost, unused_seats, worst_year
from reports.run_errors import RunError
from reports.run_folder import RunFolder
from scenarios.problems import Problem, note, warning

MEASURES = ("pupils_over", "schools_over")
"""County indicators whose differences are shown."""
COLUMNS = (
    "run", "plan", "future", "verdict", "probability", "required", "unverified", "schools_over_p90",
    "pupils_over_p90", "cost", "unused_year", "unused_seats_p50", "unused_seats_p05", "unused_seats_p95", "regret",
    "worst_school", "worst_rule", "worst_chance", "worst_from", "against", "difference_year", "pairing",
    *(f"{measure}_difference{end}" for measure in MEASURES for end in ("", "_p05", "_p95")),
)  # fmt: skip


def check_runs(runs: Sequence[RunFolder]) -> None:
    """`RunError` where runs cannot be put side by side: other study, other base year, the same name twice."""
    if not runs:
        raise ValueError("no run to compare")
    place = ", ".join(str(run.path) for run in runs)
    studies = sorted({run.study.id for run in runs})
    if len(studies) > 1:
        raise RunError("RUN009", place, found=", ".join(studies))
    years = sorted({run.study.base_year for run in runs})
    if len(years) > 1:
        raise RunError("RUN010", place, found=", ".join(map(str, years)))
    names = [run.name for run in runs]
    double = sorted({name for name in names if names.count(name) > 1})
    if double:
        raise RunError("RUN011", place, found=", ".join(double))


def _difference(run: RunFolder, key: tuple[str, str, str, int], measure: str) -> dict[str, float]:
    """Paired difference of a plan against the baseline plan; key: future, baseline, plan, year."""
    future, against, plan, year = key
    found = kept_difference(Place(run, against, future), Place(run, plan, future), measure, year)
    ends = {"": "mean", "_p05": "p05", "_p95": "p95"}
    return {f"{measure}_difference{end}": found[name] for end, name in ends.items()} if found else {}


def _row(run: RunFolder, table: Matrix, row: Row, cell: Cell) -> dict[str, object]:
    against, worst = baseline_plan(run.study).id, cell.worst
    unused = unused_seats(run, row.plan, cell.future, table.unused_year)
    said: dict[str, object] = {
        "run": run.name,
        "plan": row.plan,
        "future": cell.future,
        "verdict": cell.verdict,
        "probability": cell.probability,
        "required": cell.required,
        "unverified": " ".join(cell.unverified),
        "schools_over_p90": cell.schools_over,
        "pupils_over_p90": cell.pupils_over,
        "cost": round(plan_cost(run, row.plan, cell.future), 3),
        "unused_year": table.unused_year,
        "regret": row.regret,
    }
    if unused is not None:
        ends = {"p50": unused.middle, "p05": unused.low, "p95": unused.high}
        said |= {f"unused_seats_{name}": value for name, value in ends.items()}
    if worst is not None and worst.chance > 0:
        first = worst.first_year if worst.first_year is not None else worst.worst_year
        said |= {
            "worst_school": worst.school,
            "worst_rule": worst.rule,
            "worst_chance": worst.chance,
            "worst_from": first,
        }
    if row.plan != against:
        year = worst_year(run, against, cell.future)
        said |= {"against": against, "difference_year": year, "pairing": "paired"}
        for measure in MEASURES:
            said |= _difference(run, (cell.future, against, row.plan, year), measure)
    return said


def check_target(runs: Sequence[RunFolder], target: Path) -> None:
    """`RunError` RUN129 where the comparison would be written into one of the runs."""
    place = target.resolve()
    for run in runs:
        if place.is_relative_to(run.path.resolve()):
            raise RunError("RUN129", target, found=run.name)


def compare(runs: Sequence[RunFolder]) -> pd.DataFrame:
    """One row per run, plan and future, in the order of the scenario files; columns `COLUMNS`.

    Differences are against the baseline plan of the same run, in the year of the window that is worst under that plan.
    """
    check_runs(runs)
    rows = []
    for run in runs:
        table = matrix(run)
        rows += [_row(run, table, row, cell) for row in table.rows for cell in row.cells]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    whole = ["unused_year", "worst_from", "difference_year"]
    return frame.astype(dict.fromkeys(whole, "Int64"))


def cautions(runs: Sequence[RunFolder]) -> list[str]:
    """Labels of what must be said above a comparison of several runs: other seeds, draws, windows or horizons."""
    keys = []
    if len({(run.study.seed, run.study.draws) for run in runs}) > 1:
        keys.append("compare.unpaired")
    if len({run.study.window for run in runs}) > 1:
        keys.append("compare.windows")
    return keys


def remarks(runs: Sequence[RunFolder]) -> list[Problem]:
    """How runs are read: no draws kept (RUN125), cases without a partner (RUN126), scores of other parts (RUN127)."""
    found = []
    old = [run for run in runs if run.tables.county_draws.empty]
    if old:
        found.append(note("RUN125", str(old[0].path), found=", ".join(run.name for run in old)))
    for first, second in pairwise(runs):
        alone = [
            f"{run.name}: {plan} / {future}"
            for run, other in ((first, second), (second, first))
            for future, plan in run.cases
            if (future, plan) not in other.cases
        ]
        if alone:
            found.append(note("RUN126", f"{first.name}, {second.name}", found="; ".join(alone)))
    known = {run.name: bool(len(run.tables.money)) for run in runs}
    if len(set(known.values())) > 1:
        without = ", ".join(name for name, there in known.items() if not there)
        found.append(warning("RUN127", ", ".join(known), found=without))
    return found
