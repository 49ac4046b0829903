"""Dossier chapter on money: table T7 (投资估算), sources of capital by year, spending by year against the budget."""

from typing import Any

import pandas as pd

from reports.document import Block, Cell, Column, Heading, Paragraph, Table
from reports.document_case import band80, calendar_basis, chart, not_headline, of_plan, put_forward, stated
from reports.i18n import decimal
from reports.matrix import plan_cost
from reports.paper_defaults import paper_defaults
from reports.study_card import ProjectCard
from reports.view import View
from reports.works_words import source_name

YUAN_OF_WAN = 10_000.0
PARTS = ("works", "other", "contingency")


def chapter(seen: View) -> list[Block]:
    """Cost of the plan that is put forward; nothing for a run without projects."""
    plan = put_forward(seen)
    if plan is None or plan not in seen.built:
        return []
    shown = [estimate(seen, plan), split(seen, plan), funds(seen, plan), cash(seen, plan)]
    tables = [table for table in shown if table is not None and table.rows]
    return [
        Heading(1, seen.labels("dossier.chapter.money")),
        Paragraph(_lead(seen, plan)),
        *([Paragraph(told, "note")] if (told := not_headline(seen, plan)) else []),
        Paragraph(seen.labels("t7.prices"), "note"),
        *tables,
        *chart(seen, "t7_chart", "cash", calendar_basis(seen, seen.run.study.reference_future, "")),
    ]


def _lead(seen: View, plan: str) -> str:
    """Cost as planned, spending as simulated, and the money of all years."""
    labels, card, future = seen.labels, seen.run.study.plan(plan), seen.run.study.reference_future
    planned, given = sum(one.cost for one in card.projects), sum(card.budget.values())
    key = "t7.lead" if card.budget else "t7.lead_unfunded"
    return labels(
        key,
        plan=seen.words.plan(plan),
        n=labels.count("project", len(card.projects)),
        cost=labels.money(planned),
        spent=labels.money(plan_cost(seen.run, plan, future)),
        future=seen.words.future(future),
        given=labels.money(given),
        gap=gap_words(seen, given, planned),
    )


def gap_words(seen: View, given: float, planned: float) -> str:
    """By how much the money of a plan is less or more than its cost, as printed: 0.0 is neither."""
    shown = seen.labels.money(abs(given - planned))
    if shown == seen.labels.money(0.0):
        return seen.labels("t7.even")
    return seen.labels("t7.short" if given < planned else "t7.left", amount=shown)


def _sources(seen: View, plan: str) -> dict[str, str]:
    """Sources of capital of a plan with their names; empty where the run names none."""
    card = seen.run.study.works
    known = [] if card is None else list(card.funds.get(plan, {}))
    used = [source for one in seen.run.study.plan(plan).projects for source in one.funding]
    cash_rows = of_plan(seen.run.tables.cash, seen.run.study.reference_future, plan, kind="fund_budget")
    found = dict.fromkeys([*known, *used, *map(str, cash_rows["source"])])
    return {} if card is None else {source: source_name(seen.labels, card, plan, source) for source in found}


def shares(project: ProjectCard, sources: list[str]) -> dict[str, float]:
    """Share of the cost of a project by source; all from the first one where it names none."""
    if project.funding:
        return {source: float(project.funding.get(source, 0.0)) for source in sources}
    return {source: 1.0 if place == 0 else 0.0 for place, source in enumerate(sources)}


def _total(seen: View, rows: list[tuple[Cell, ...]], first: int) -> tuple[Cell, ...]:
    """The row of sums of columns from `first` on; columns before it are words."""
    columns = zip(*(row[first:] for row in rows), strict=True)
    sums = [sum(cell for cell in column if isinstance(cell, float)) for column in columns]
    return (seen.labels("build.total"), *([""] * (first - 1)), *sums)


def _summed(count: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    return ((count, tuple(range(count))),)


def estimate(seen: View, plan: str) -> Table:
    """T7: cost of every project as the plan says, by source of capital."""
    labels, sources = seen.labels, _sources(seen, plan)
    wan = labels("document.unit.wan")
    columns = (
        Column("project", labels("build.project")),
        Column("kind", labels("build.kind")),
        Column("school", labels("column.school")),
        Column("cost", labels("t7.cost"), "money", wan, sum_of=tuple(f"fund_{source}" for source in sources)),
        *(Column(f"fund_{key}", name, "money", wan, labels("t7.of_it")) for key, name in sources.items()),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in seen.run.study.plan(plan).projects:
        part = shares(one, list(sources))
        school = seen.words.school(one.school) if one.school else None
        money = (float(one.cost), *(float(one.cost) * part[source] for source in sources))
        rows.append((labels.pick(one.name), labels(f"figure.kind.{one.kind}"), school, *money))
    table = [*rows, _total(seen, rows, 3)]
    floors = _floors(seen, plan)
    remarks: tuple[str, ...] = ()
    if floors:
        columns += (
            Column("floor_area_m2", labels("t4.floor_planned"), "area", labels("dossier.unit.m2")),
            Column("unit_cost", labels("t7.unit_cost"), "count", labels("t7.unit.unit_cost")),
        )
        ids = [one.id for one in seen.run.study.plan(plan).projects]
        table = [(*row, *floors.get(name, (None, None))) for row, name in zip(table, [*ids, ""], strict=True)]
        remarks = (labels("t7.unit_cost_remark"),)
    return Table("t7", labels("t7.title"), columns, tuple(table), stated(seen, plan), remarks, _summed(len(rows)))


def _floors(seen: View, plan: str) -> dict[str, tuple[Cell, Cell]]:
    """Project -> the floor area that it builds [m2] and its cost by it [yuan/m2]; projects without one are left out."""
    facts = seen.run.tables.project_facts
    mine = facts[(facts["plan"] == plan) & (facts["floor_area_m2"] > 0)]
    areas = {str(name): float(area) for name, area in zip(mine["project"], mine["floor_area_m2"], strict=True)}
    cards = {one.id: one for one in seen.run.study.plan(plan).projects}
    return {name: (area, float(cards[name].cost) * YUAN_OF_WAN / area) for name, area in areas.items()}


def split(seen: View, plan: str) -> Table | None:
    """The cost of building works by kind of cost, at the shares of one real project: an example, and it says so."""
    labels, example = seen.labels, paper_defaults().investment_split
    built = [one for one in seen.run.study.plan(plan).projects if one.kind in example.kinds and one.cost > 0]
    if not built:
        return None
    wan = labels("document.unit.wan")
    columns = (
        Column("project", labels("build.project")),
        *(Column(part, labels(f"t7.part.{part}"), "money", wan) for part in PARTS),
        Column("cost", labels("t7.cost"), "money", wan, sum_of=PARTS),
    )
    rows: list[tuple[Cell, ...]] = [
        (labels.pick(one.name), *(float(one.cost) * share for share in example.shares), float(one.cost))
        for one in built
    ]
    told = [decimal(100.0 * share, 1) + labels("number.percent") for share in example.shares]
    remark = labels(
        "t7.split_remark",
        works=told[0], other=told[1], contingency=told[2],
        source=labels.pick(example.source), grade=labels.grade(example.source_grade),
    )  # fmt: skip
    left = len(seen.run.study.plan(plan).projects) - len(built)
    remarks = (remark, *((labels("t7.split_left", n=labels.count("project", left)),) if left else ()))
    title, table = labels("t7.split_title"), (*rows, _total(seen, rows, 1))
    return Table("t7_split", title, columns, table, stated(seen, plan), remarks, _summed(len(rows)))


def funds(seen: View, plan: str) -> Table | None:
    """Money of every source by year: given, at hand with what was carried over, spent."""
    labels, future, sources = seen.labels, seen.run.study.reference_future, _sources(seen, plan)
    own = of_plan(seen.run.tables.cash, future, plan)
    own = own[own["kind"].isin(["fund_budget", "fund_at_hand", "fund_spend"])]
    if own.empty or not sources:
        return None
    wan = labels("document.unit.wan")
    columns = [Column("year", labels("column.calendar_year"), "calendar_year")]
    for key, name in sources.items():
        columns += [
            Column(f"given_{key}", labels("t7.given"), "money", wan, name),
            Column(f"at_hand_{key}", labels("t7.at_hand"), "money", wan, name),
            Column(f"spent_{key}", labels("t7.spent"), "money", wan, name, banded=True),
        ]
    by = own.set_index(["year", "source", "kind"]).sort_index()
    rows: list[tuple[Cell, ...]] = []
    for year in _moving(own, ("fund_budget", "fund_spend")):
        cells: list[Cell] = [float(year)]
        for source in sources:
            given, hand, spent = (
                _row(by, (year, source, kind)) for kind in ("fund_budget", "fund_at_hand", "fund_spend")
            )
            cells += [None if one is None else float(one["mean"]) for one in (given, hand)]
            cells.append(None if spent is None else band80(spent))
        rows.append(tuple(cells))
    return Table("t7_funds", labels("t7.funds_title"), tuple(columns), tuple(rows), calendar_basis(seen, future, plan),
                 (labels("t7.funds_remark"),), wide=len(sources) > 1)  # fmt: skip


def _moving(own: pd.DataFrame, kinds: tuple[str, ...]) -> list[int]:
    """Calendar years in which money is given or spent."""
    some = own[own["kind"].isin(kinds) & ((own["mean"] > 0) | (own["p90"] > 0))]
    return sorted({int(year) for year in some["year"]})


def _row(by: pd.DataFrame, key: tuple[int, str, str]) -> "pd.Series[Any] | None":
    return by.loc[key] if key in by.index else None  # type: ignore[index]


def cash(seen: View, plan: str) -> Table:
    """Spending of all projects by year against the money of the year, and what has been spent by then."""
    labels, future = seen.labels, seen.run.study.reference_future
    own = of_plan(seen.run.tables.cash, future, plan, source="all")
    wan = labels("document.unit.wan")
    columns = (
        Column("year", labels("column.calendar_year"), "calendar_year"),
        Column("budget", labels("t7.budget"), "money", wan),
        Column("spend", labels("t7.spend_mean"), "money", wan),
        Column("spend_range", labels("t7.spend_range"), "money", wan, banded=True),
        Column("budget_by_then", labels("t7.budget"), "money", wan, labels("t7.by_then")),
        Column("spend_by_then", labels("t7.spend_mean"), "money", wan, labels("t7.by_then")),
    )
    by = own.set_index(["year", "source", "kind"]).sort_index()
    given = spent = 0.0
    rows: list[tuple[Cell, ...]] = []
    for year in _moving(own, ("budget", "spend")):
        budget, spend = _row(by, (year, "all", "budget")), _row(by, (year, "all", "spend"))
        now = (0.0 if budget is None else float(budget["mean"]), 0.0 if spend is None else float(spend["mean"]))
        given, spent = given + now[0], spent + now[1]
        rows.append((float(year), *now, None if spend is None else band80(spend), given, spent))
    if not rows:
        return Table("t7_cash", labels("t7.cash_title"), columns, (), None)
    whole: tuple[Cell, ...] = (labels("build.total"), given, spent, None, None, None)
    return Table("t7_cash", labels("t7.cash_title"), columns, (*rows, whole), calendar_basis(seen, future, plan),
                 (labels("t7.cash_remark"),), _summed(len(rows)))  # fmt: skip
