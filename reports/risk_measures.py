"""What a run measures of the risks of a plan: one number for each, over all futures, and what it was found at.

Levels follow from the cut-offs of `paper_defaults.yaml`; what a simulation cannot judge has no place here.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.document_case import of_plan
from reports.dossier_schedule import kept
from reports.paper_defaults import Level, paper_defaults
from reports.view import View

NOT_KNOWN = float("nan")


@dataclass(frozen=True)
class Measured:
    """A number (nan: not known), what it was found at in words, and a level that overrules the cut-offs."""

    value: float
    found: str = ""
    forced: Level | None = None


@dataclass(frozen=True)
class Risk:
    """A measured risk with its level; None where it could not be measured."""

    key: str
    measured: Measured
    level: Level | None


def risks(seen: View, plan: str) -> list[Risk]:
    """All risks of a plan in the order of `paper_defaults.yaml`."""
    found, once = [], seen.run.study.draws == 1
    for key, cut in paper_defaults().risk_levels.items():
        measured = MEASURES[key](seen, plan)
        if once and key in CHANCES and measured.forced is None:
            measured = Measured(NOT_KNOWN, seen.labels("t9.one_draw"))
        found.append(Risk(key, measured, measured.forced or cut.level(measured.value)))
    return found


def _futures(seen: View) -> list[str]:
    return [future.id for future in seen.run.study.futures]


def _project(seen: View, plan: str, key: str) -> str:
    return seen.of_plan(plan).name("project", key)


def _at(seen: View, future: str, what: str) -> str:
    return seen.labels("t9.at", what=what, future=seen.words.future(future))


def _most(rows: pd.DataFrame, column: str) -> dict[Hashable, Any]:
    """The row with the largest number, the first of equal ones."""
    return rows.nlargest(1, column).to_dict("records")[0]


def target(seen: View, plan: str) -> Measured:
    """Chance that some deciding clause is broken in the decision window, the worst future."""
    cells = [cell for cell in seen.table.row(plan).cells if cell.verdict not in ("not-assessed", "outlook")]
    known = [cell for cell in cells if cell.probability == cell.probability]
    if not known:
        return Measured(NOT_KNOWN)
    worst = min(known, key=lambda cell: cell.probability)
    return Measured(1.0 - worst.probability, seen.words.future(worst.future))


def late(seen: View, plan: str) -> Measured:
    """Chance of missing the promised 1 September: the worst project with a promise, the worst future."""
    worst = Measured(NOT_KNOWN)
    for one in seen.run.study.plan(plan).projects:
        for future in _futures(seen):
            chance = kept(of_plan(seen.run.tables.projects, future, plan, project=one.id), one.opens)
            if chance is not None and not worst.value >= 1.0 - chance:
                worst = Measured(1.0 - chance, _at(seen, future, _project(seen, plan, one.id)))
    return worst


def never(seen: View, plan: str) -> Measured:
    """Chance of not opening within the calendar: the worst project and future."""
    rows = seen.run.tables.projects
    rows = rows[rows["plan"] == plan]
    if rows.empty:
        return Measured(NOT_KNOWN)
    worst = _most(rows, "p_never")
    value = float(worst["p_never"])
    found = _at(seen, str(worst["future"]), _project(seen, plan, str(worst["project"]))) if value > 0 else ""
    return Measured(value, found)


def money(seen: View, plan: str) -> Measured:
    """Months lost waiting for money, 90 % quantile: the worst project, source and future."""
    causes = seen.run.tables.project_causes
    own = causes[causes["plan"] == plan]
    if own.empty:
        return Measured(NOT_KNOWN)
    own = own[(own["kind"] == "wait") & own["cause"].str.match("budget(:|$)")].dropna(subset=["months_p90"])
    if own.empty:
        return Measured(0.0)
    worst = _most(own, "months_p90")
    return Measured(
        float(worst["months_p90"]), _at(seen, str(worst["future"]), _project(seen, plan, str(worst["project"])))
    )


def _last_seats(seen: View, plan: str) -> dict[str, tuple[float, float]]:
    """Future -> unused seats over seats in the last year: mean, and with the unused seats of the 95 % quantile."""
    table = seen.run.tables.unused
    own = table[
        (table["plan"] == plan) & (table["scope"] == "county") & (table["period"] == str(seen.run.study.horizon))
    ]
    found = {}
    for future, rows in own.groupby("future"):
        by = rows.set_index("indicator")
        if {"unused", "seats"} <= set(by.index) and float(by.loc["seats", "mean"]) > 0:  # type: ignore[arg-type]
            seats = float(by.loc["seats", "mean"])  # type: ignore[arg-type]
            unused = (float(by.loc["unused", name]) for name in ("mean", "p95"))  # type: ignore[arg-type]
            mean, high = (number / seats for number in unused)
            found[str(future)] = (mean, high)
    return found


def surplus(seen: View, plan: str) -> Measured:
    """Unused seats over seats in the last year, mean of the reference future."""
    found = _last_seats(seen, plan).get(seen.run.study.reference_future)
    if found is None:
        return Measured(NOT_KNOWN)
    return Measured(found[0], seen.labels.school_year(seen.run.study.horizon))


def error_of(seen: View, plan: str) -> Measured:
    """By how much more stands empty if demand is low: 95 % quantile of the emptiest future less the reference mean."""
    found = _last_seats(seen, plan)
    reference = found.get(seen.run.study.reference_future)
    if reference is None:
        return Measured(NOT_KNOWN)
    worst = max(found, key=lambda future: found[future][1])
    return Measured(found[worst][1] - reference[0], seen.words.future(worst))


def accuracy(seen: View, plan: str) -> Measured:
    """Error of the study's own past forecasts at the longest lead; high where intervals were not held or not tested."""
    card = seen.run.study.calibration
    known = [one for one in (card.ahead if card is not None else ()) if one.wape is not None]
    told = seen.words.calibration
    if not known:
        return Measured(NOT_KNOWN, told, "high")
    last = max(known, key=lambda one: one.horizon)
    forced: Level | None = None if card is not None and card.found == "calibrated" else "high"
    ahead = seen.labels(f"backtest.ahead.{'one' if last.horizon == 1 else 'many'}", h=last.horizon)
    return Measured(float(last.wape or 0.0), ahead if forced is None else told, forced)


def closures(seen: View, plan: str) -> Measured:
    """Chance that guard-rails stop a closure in some year, the worst closure and future."""
    card = seen.run.study.plan(plan)
    closing = [one for one in card.projects if one.kind == "closure"]
    if not closing:
        return Measured(NOT_KNOWN, seen.labels("t9.no_closure"), "low")
    if any(one.despite for one in card.guards):
        return Measured(NOT_KNOWN, seen.labels("t9.set_aside"), "high")
    table = seen.run.tables.guards
    own = table[(table["plan"] == plan) & (table["guard"] == "any")]
    guarded = {one.project for one in card.guards}
    alone = {one.id for one in closing} - guarded
    if own.empty or alone:
        return Measured(NOT_KNOWN, seen.labels("t9.unguarded", n=len(alone)))
    worst = _most(own, "p_by")
    return Measured(float(worst["p_by"]), _at(seen, str(worst["future"]), _project(seen, plan, str(worst["project"]))))


def ways(seen: View, plan: str) -> Measured:
    """More pupils beyond the limit of their way than under the baseline plan: last year of the window, worst stage."""
    table, study = seen.run.tables.access, seen.run.study
    stages = [stage.id for stage in study.stages]
    rows = table[(table["year"] == study.window[1]) & table["stage"].isin(stages) & table["beyond_share"].notna()]
    keys = ["future", "stage", "measure"]
    both = rows[rows["plan"] == plan].merge(rows[rows["plan"] == seen.baseline], on=keys, suffixes=("", "_base"))
    if both.empty:
        return Measured(NOT_KNOWN)
    worst = _most(both.assign(more=both["beyond_share"] - both["beyond_share_base"]), "more")
    return Measured(
        max(float(worst["more"]), 0.0), _at(seen, str(worst["future"]), seen.words.stage(str(worst["stage"])))
    )


def zones(seen: View, plan: str) -> Measured:
    """Pupils who live where a zone changes, over pupils of the base year; a home that changes twice counts twice."""
    steps = of_plan(seen.run.tables.plan_steps, seen.run.study.reference_future, plan, what="rezones")
    history = seen.run.tables.history
    pupils = float(history.loc[history["year"] == seen.run.study.base_year, "pupils"].sum())
    if pupils <= 0:
        return Measured(NOT_KNOWN)
    if steps.empty:
        return Measured(0.0, seen.labels("t9.no_zones"))
    moved = moved_pupils(seen, plan, "rezones")
    return Measured(moved / pupils, seen.labels("t9.zones_found", n=len(steps), pupils=seen.labels.integer(moved)))


Measure = Callable[[View, str], Measured]
MEASURES: Mapping[str, Measure] = {
    "target": target,
    "late": late,
    "never": never,
    "money": money,
    "surplus": surplus,
    "error": error_of,
    "accuracy": accuracy,
    "closures": closures,
    "ways": ways,
    "zones": zones,
}
"""Risk -> how it is measured; the same keys as `risk_levels` of `paper_defaults.yaml`."""
CHANCES = frozenset({"target", "late", "never", "closures"})
"""Risks whose numbers are simulated probabilities; those of `MONTHS` are months, all others shares."""
MONTHS = frozenset({"money"})


def moved_pupils(seen: View, plan: str, what: str) -> float:
    """Pupils concerned by the steps of one kind (rezones, ...) of a plan in the reference future."""
    return _pupils(of_plan(seen.run.tables.plan_steps, seen.run.study.reference_future, plan, what=what))


def closed_pupils(seen: View, plan: str) -> float:
    """Pupils of today at schools that close, at once or grade by grade; conversions end grades, but close no school."""
    closures = [one.id for one in seen.run.study.plan(plan).projects if one.kind == "closure"]
    steps = of_plan(seen.run.tables.plan_steps, seen.run.study.reference_future, plan)
    return _pupils(steps[steps["project"].isin(closures) & steps["what"].isin(["closes", "phases_out"])])


def _pupils(steps: pd.DataFrame) -> float:
    return float(pd.to_numeric(steps["pupils"]).fillna(0.0).sum())
