"""Plans side by side, in one run or over several: verdicts, worlds, money, seats, differences with their intervals.

Inside a run differences are paired (same draw, same world) and carry the interval of `plan_differences.parquet`.
Between runs only means can be set against each other; every row says whether the worlds are the same (seed and draws).
"""

from collections.abc import Sequence
from itertools import combinations

import pandas as pd

from reports.matrix import Cell, Matrix, Row, baseline_plan, matrix, plan_cost, unused_seats, worst_year
from reports.run_errors import RunError
from reports.run_folder import RunFolder

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


def same_worlds(first: RunFolder, second: RunFolder) -> bool:
    """Whether draw n is the same random world in both runs: same seed, same number of draws."""
    return (first.study.seed, first.study.draws) == (second.study.seed, second.study.draws)


def _difference(run: RunFolder, key: tuple[str, str, str, int], measure: str) -> dict[str, float]:
    """Paired difference of a plan against the baseline plan; key: future, baseline, plan, year."""
    future, against, plan, year = key
    rows = run.tables.plan_differences
    rows = rows[(rows["future"] == future) & (rows["year"] == year) & (rows["indicator"] == measure)]
    rows = rows[(rows["stage"] == "all") & (rows["entity"] == run.study.id)]
    for sign, a, b in ((1.0, against, plan), (-1.0, plan, against)):
        found = rows[(rows["plan_a"] == a) & (rows["plan_b"] == b)]
        if len(found):
            row = found.iloc[0]
            ends = sorted((sign * float(row["p05"]), sign * float(row["p95"])))
            names = (f"{measure}_difference{end}" for end in ("", "_p05", "_p95"))
            return dict(zip(names, (sign * float(row["mean"]) + 0.0, *ends), strict=True))
    return {}


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


def between(runs: Sequence[RunFolder]) -> pd.DataFrame:
    """The same plan and future in two runs: difference of the means (b - a), without interval.

    The year is the one of the window in which pupils over differ most; cases without any difference have no row.

    pairing: `same-worlds` (same seed and draws) or `unpaired` (chance differs as well, read with care).
    """
    check_runs(runs)
    rows = []
    for first, second in combinations(runs, 2):
        pairing = "same-worlds" if same_worlds(first, second) else "unpaired"
        for future, plan in first.cases:
            if (future, plan) in second.cases:
                year = _most_different(first, second, plan, future)
                if year is None:
                    continue
                for measure in MEASURES:
                    means = [_mean(run, future, plan, year, measure) for run in (first, second)]
                    if None not in means:
                        change = round(float(means[1] or 0) - float(means[0] or 0), 3)
                        rows.append((first.name, second.name, plan, future, year, measure, change, pairing))
    return pd.DataFrame(
        rows, columns=["run_a", "run_b", "plan", "future", "year", "indicator", "difference_of_means", "pairing"]
    )


def _most_different(first: RunFolder, second: RunFolder, plan: str, future: str) -> int | None:
    """Year of the window in which pupils over (then schools over) differ most; None where nothing differs."""
    start, end = first.study.window
    for measure in MEASURES:
        found: dict[int, float] = {}
        for year in range(start, end + 1):
            means = [_mean(run, future, plan, year, measure) for run in (first, second)]
            if means[0] is not None and means[1] is not None:
                found[year] = abs(means[1] - means[0])
        if found and max(found.values()) > 0.0:
            return max(found, key=lambda year: found[year])
    return None


def _mean(run: RunFolder, future: str, plan: str, year: int, measure: str) -> float | None:
    rows = run.tables.county
    rows = rows[(rows["future"] == future) & (rows["plan"] == plan) & (rows["year"] == year)]
    rows = rows[(rows["indicator"] == measure) & (rows["stage"] == "all")]
    return None if rows.empty else float(rows["mean"].iloc[0])


def cautions(runs: Sequence[RunFolder]) -> list[str]:
    """Labels of what must be said above a comparison of several runs: other seeds, draws, windows or horizons."""
    keys = []
    if len({(run.study.seed, run.study.draws) for run in runs}) > 1:
        keys.append("compare.unpaired")
    if len({run.study.window for run in runs}) > 1:
        keys.append("compare.windows")
    return keys
