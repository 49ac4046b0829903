"""The verdict matrix: plans down, futures across, and what decides each cell. Numbers only, `sentences` has the words.

Futures are never averaged: a row counts the futures passed and keeps its worst regret.
"""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.run_errors import RunError
from reports.run_folder import RunFolder
from reports.study_card import PlanCard, StudyCard
from reports.table_shapes import OVERALL

UNUSED_IN = 2035
"""School year in which unused seats are counted; the horizon where that comes earlier."""

NEGLIGIBLE = 0.01
"""Chances below this are printed as `<1 %`; a school below it is not in question."""

SEVERITY = ("fails", "at-risk", "undecided", "outlook", "holds", "not-assessed")
"""Verdicts from bad to good, for sorting."""


@dataclass(frozen=True)
class Breach:
    """One school under one rule in one case: how likely it breaches in the decision window, and when."""

    future: str
    plan: str
    school: str
    rule: str
    stage: str
    verdict: str
    chance: float
    """Probability of a breach anywhere in the decision window, 1 - joint probability of none."""
    first_year: int | None
    worst_year: int | None
    pupils: float


@dataclass(frozen=True)
class Spread:
    """A middle and its 90 % interval."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class Cell:
    """One plan in one future: the county verdict, its probability, and the 9-of-10-worlds counts."""

    future: str
    plan: str
    verdict: str
    probability: float
    required: float
    schools_over: float
    pupils_over: float
    worst: Breach | None
    unverified: tuple[str, ...] = ()
    """Clauses from memory (source grade M) on which the verdict rests."""
    county: Breach | None = None
    """Likeliest breach of a deciding clause on the county as a whole, which no school breaks."""
    silent: tuple[str, ...] = ()
    """Deciding clauses of which something is not known: the verdict holds only what is."""

    @property
    def tightest(self) -> Breach | None:
        """What speaks against the cell most: a school, or the county where that is likelier."""
        if self.county is None or (self.worst is not None and self.worst.chance >= self.county.chance):
            return self.worst
        return self.county


@dataclass(frozen=True)
class Row:
    """One plan over all futures; cost in 万元, regret in pupils over.

    cost: in the reference future.  costs: by future; they differ for plans that act on what is seen.
    """

    plan: str
    cells: tuple[Cell, ...]
    cost: float
    unused_seats: Spread | None
    regret: float
    costs: tuple[float, ...] = ()

    @property
    def held(self) -> int:
        """Number of futures in which the plan holds."""
        return sum(cell.verdict == "holds" for cell in self.cells)


@dataclass(frozen=True)
class Matrix:
    """All rows, in the order of the scenario file, and the plan that the first sentence speaks of."""

    futures: tuple[str, ...]
    rows: tuple[Row, ...]
    headline: str
    unused_year: int

    def row(self, plan: str) -> Row:
        """The row of a plan."""
        return next(row for row in self.rows if row.plan == plan)


def baseline_plan(study: StudyCard) -> PlanCard:
    """The plan that others are held against: the first without projects, else the first."""
    return next((plan for plan in study.plans if not plan.projects), study.plans[0])


def breaches(run: RunFolder) -> list[Breach]:
    """Every school verdict with a probability, as chances of a breach; likeliest first, then most pupils over."""
    rows = run.study.deciding(run.tables.verdicts)
    return _breaches(rows[rows["scope"] == "school"])


def county_breaches(run: RunFolder) -> list[Breach]:
    """The same of deciding clauses on the county as a whole; `school` is empty."""
    codes = [rule.code for rule in run.study.rules if rule.decides and rule.scope == "county"]
    rows = run.tables.verdicts
    return _breaches(rows[(rows["scope"] == "county") & rows["rule"].isin(codes)].assign(entity=""))


def _breaches(rows: pd.DataFrame) -> list[Breach]:
    rows = rows[rows["probability"].notna() & (rows["verdict"] != "not-assessed")]
    found = [
        Breach(
            **{name: row[name] for name in ("future", "plan", "rule", "stage", "verdict", "pupils")},
            school=row["entity"],
            chance=round(1.0 - row["probability"], 9),
            first_year=_year(row["first_year"]),
            worst_year=_year(row["worst_year"]),
        )
        for row in rows.to_dict("records")
    ]
    return sorted(found, key=lambda b: (-b.chance, -_number(b.pupils), b.future, b.plan, b.school, b.rule))


def _year(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _number(value: float) -> float:
    return 0.0 if math.isnan(value) else value


def _cell(run: RunFolder, future: str, plan: str, likeliest: list[Breach], of_county: list[Breach]) -> Cell:
    rows = run.tables.verdicts
    rows = rows[(rows["future"] == future) & (rows["plan"] == plan) & (rows["scope"] == "county")]
    overall = rows[rows["rule"] == OVERALL]
    if len(overall) != 1:
        raise RunError("RUN012", run.path / "verdicts.csv", future=future, plan=plan)
    row = overall.iloc[0]
    return Cell(
        future,
        plan,
        str(row["verdict"]),
        float(row["probability"]),
        float(row["required"]),
        float(row["schools_over_p90"]),
        float(row["pupils_over_p90"]),
        next((b for b in likeliest if (b.future, b.plan) == (future, plan)), None),
        tuple(str(row["unverified"] or "").split()),
        next((b for b in of_county if (b.future, b.plan) == (future, plan)), None),
        tuple(str(row["source"]).split()[1:]) if str(row["source"]).startswith("missing ") else (),
    )


def plan_cost(run: RunFolder, plan: str, future: str) -> float:
    """Capital spent up to the horizon, mean over draws [万元]; the planned sum where no cash flow was simulated."""
    cash = run.tables.cash
    rows = cash[(cash["plan"] == plan) & (cash["future"] == future) & (cash["kind"] == "spend")]
    whole = rows[rows["source"] == "all"]
    if rows.empty:
        return float(sum(project.cost for project in run.study.plan(plan).projects))
    return float((whole if len(whole) else rows)["mean"].sum())


def unused_seats(run: RunFolder, plan: str, future: str, year: int) -> Spread | None:
    """Unused seats of a plan in a year, median and 5-95 % range; None where the run has no such row."""
    county = run.tables.county
    rows = county[
        (county["plan"] == plan)
        & (county["future"] == future)
        & (county["year"] == year)
        & (county["indicator"] == "unused_seats")
        & (county["stage"] == "all")
    ]
    return None if rows.empty else Spread(*(float(rows.iloc[0][name]) for name in ("p50", "p05", "p95")))


def _regrets(cells: dict[str, tuple[Cell, ...]]) -> dict[str, float]:
    """Plan -> pupils over (9 of 10 worlds) above the best plan of the same future, in the worst future."""
    futures = range(len(next(iter(cells.values()))))
    best = [min(_number(row[i].pupils_over) for row in cells.values()) for i in futures]
    return {plan: max(_number(row[i].pupils_over) - best[i] for i in futures) for plan, row in cells.items()}


def _headline(study: StudyCard, rows: tuple[Row, ...]) -> str:
    """The plan the study names; else, of those with projects, the one that holds in most futures, then least regret."""
    if study.headline_plan in {row.plan for row in rows}:
        return str(study.headline_plan)
    built = [row for row in rows if study.plan(row.plan).projects] or list(rows)
    return min(built, key=lambda row: (-row.held, row.regret, row.cost)).plan


def matrix(run: RunFolder) -> Matrix:
    """The verdict matrix of a run; `RunError` RUN012 where a case has no overall county verdict."""
    study, likeliest, of_county = run.study, breaches(run), county_breaches(run)
    year = min(UNUSED_IN, study.horizon)
    cells = {
        plan.id: tuple(_cell(run, future.id, plan.id, likeliest, of_county) for future in study.futures)
        for plan in study.plans
    }
    regrets, reference = _regrets(cells), study.reference_future
    rows = tuple(
        Row(
            plan, row, plan_cost(run, plan, reference), unused_seats(run, plan, reference, year), regrets[plan],
            tuple(plan_cost(run, plan, future.id) for future in study.futures),
        )
        for plan, row in cells.items()
    )  # fmt: skip
    return Matrix(tuple(future.id for future in study.futures), rows, _headline(study, rows), year)


def deciding_schools(run: RunFolder, plan: str, count: int = 5) -> list[Breach]:
    """The schools that decide the verdict of a plan, each with its likeliest breach over futures and rules.

    Schools that breach under the plan come first, then those that would breach if nothing were done.
    """
    everything = [breach for breach in breaches(run) if breach.chance >= NEGLIGIBLE]
    chosen: dict[str, Breach] = {}
    for which in (plan, baseline_plan(run.study).id):
        for breach in everything:
            if breach.plan == which:
                chosen.setdefault(breach.school, breach)
    return list(chosen.values())[:count]


def worst_future(row: Row) -> Cell:
    """The cell that speaks against a plan most: lowest probability, then likeliest breach, then most pupils over."""
    return min(
        row.cells,
        key=lambda c: (_number(c.probability), -(c.worst.chance if c.worst else 0.0), -_number(c.pupils_over)),
    )


def worst_year(run: RunFolder, plan: str, future: str) -> int:
    """School year of the decision window with most pupils over [mean over draws]; the assessment year if none is."""
    first, last = run.study.window
    county = run.tables.county
    rows = county[
        (county["plan"] == plan)
        & (county["future"] == future)
        & (county["indicator"] == "pupils_over")
        & (county["stage"] == "all")
        & county["year"].between(first, last)
    ]
    if rows.empty or rows["mean"].max() <= 0:
        return run.study.assessment_year or last
    return int(rows.sort_values("mean", kind="stable")["year"].iloc[-1])
