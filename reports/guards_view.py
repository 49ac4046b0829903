"""The section on closures that cannot take place, because a guard-rail stops them."""

from collections.abc import Mapping

import pandas as pd

from reports.section_table import Rows, Table
from reports.study_card import GuardCard, PlanCard
from reports.view import View

ANY = "any"


def page(seen: View) -> list[Table] | None:
    """One table for each plan with guarded closures; None for a run without."""
    return [_plan(seen, plan) for plan in seen.run.study.plans if plan.guards] or None


def _plan(seen: View, plan: PlanCard) -> Table:
    labels, table = seen.labels, seen.run.tables.guards
    futures = [future.id for future in seen.run.study.futures]
    names = {project.id: labels.pick(project.name) for project in plan.projects}
    rows: Rows = []
    for card in plan.guards:
        mine = table[(table["plan"] == plan.id) & (table["project"] == card.project)]
        whose = (names[card.project], seen.words.school(card.school))
        for guard in dict.fromkeys(mine["guard"]):
            said = mine[mine["guard"] == guard]
            cells = [_said(seen, said[said["future"] == future]) for future in futures]
            rows.append((*whose, _guard(seen, str(guard), said), *cells))
            whose = ("", "")  # told once, in the first row of a closure
    heads = [labels(f"column.{key}") for key in ("project", "school", "because")]
    aside = tuple(_reason(seen, card, names, guard) for card in plan.guards for guard in card.despite)
    title = labels("guards.plan", plan=labels.pick(plan.name))
    return Table(title, [*heads, *(seen.words.future(future) for future in futures)], rows, remarks=aside)


def _guard(seen: View, guard: str, rows: pd.DataFrame) -> str:
    name = seen.labels(f"guards.name.{guard}")
    return seen.labels("guards.aside", guard=name) if rows["set_aside"].any() else name


def _said(seen: View, rows: pd.DataFrame) -> str:
    """Share of draws in which a guard was against it in some year, and the years."""
    some = rows[rows["p"] > 0]
    if some.empty:
        return seen.labels("guards.no")
    ever = float(rows["p_by"].max())
    share = seen.labels("guards.every") if ever >= 1.0 else seen.labels.percent(ever)
    first, last = int(some["year"].min()), int(some["year"].max())
    if first == last:
        return seen.labels("guards.cell_year", share=share, first=first)
    return seen.labels("guards.cell", share=share, first=first, last=last)


def _reason(seen: View, card: GuardCard, names: Mapping[str, str], guard: str) -> str:
    labels = seen.labels
    guard_name, reason = labels(f"guards.name.{guard}"), labels.pick(card.despite[guard])
    return labels("guards.reason", project=names[card.project], guard=guard_name, reason=reason)
