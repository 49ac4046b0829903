"""The section on empty and missing seats and on money: plans, projects, running costs, the floor of the budget."""

from dataclasses import dataclass

import pandas as pd

from reports.album import Album
from reports.figures_setting import Caption
from reports.figures_unused import unused_and_short
from reports.i18n import NOTHING, decimal
from reports.section_table import Rows, Table
from reports.view import MOST_PLANS, View

TOTALS = (
    "capital", "operating_change", "net_present", "net_present_change", "seats_added", "cost_per_seat",
    "cost_per_used_seat_year", "breaches_avoided", "cost_per_breach_avoided",
)  # fmt: skip
"""Totals of a plan, in the order of the table."""
PARTS = ("posts", "pupils", "boarders", "classes", "schools", "measures", "buses")


@dataclass(frozen=True)
class Page:
    """What the template of the section names."""

    lead: str
    picture: int
    tables: list[Table]


def page(seen: View, album: Album) -> Page | None:
    """The section in the future of the headline; None for a run that kept no such table."""
    tables = seen.run.tables
    if tables.unused.empty:
        return None
    cases = seen.cases(seen.future, seen.plans, MOST_PLANS)
    own = tables.unused[(tables.unused["future"] == seen.future) & (tables.unused["scope"] == "county")]
    picture = album.add(unused_and_short, _finding(seen, own), own, seen.setting, cases=cases)
    lead = seen.labels("money.lead", future=seen.words.future(seen.future))
    shown = [_plans(seen), _totals(seen), _projects(seen), _running(seen), _floor(seen)]
    return Page(lead, picture, [table for table in shown if table.rows])


def _of(frame: pd.DataFrame, future: str, **wanted: str) -> pd.DataFrame:
    keep = frame["future"] == future
    for column, value in wanted.items():
        keep &= frame[column] == value
    return frame[keep]


def _range(seen: View, row: pd.Series, digits: int = 0) -> str:
    """Mean with the 5-95 % range, or the mean alone where there is none."""
    mean, low, high = (decimal(row[name], digits) for name in ("mean", "p05", "p95"))
    if pd.isna(row["p05"]) or low == high:
        return mean
    return seen.labels("money.range", mean=mean, low=low, high=high)


def _cell(seen: View, table: pd.DataFrame, at: tuple[str, ...], digits: int = 0) -> str:
    """The row of a key as mean and range; a dash where there is none."""
    return _range(seen, pd.Series(table.loc[at]), digits) if at in table.index else NOTHING  # type: ignore[index]


def _finding(seen: View, county: pd.DataFrame) -> Caption:
    """Pupil-years without a seat and empty seat-years of every plan, all years."""
    found = county[county["period"] == "all"].set_index(["plan", "indicator"])["mean"]
    parts = [
        seen.labels(
            "finding.unused_part",
            plan=seen.words.plan(plan),
            short=seen.labels.integer(found[(plan, "short")]),
            unused=seen.labels.integer(found[(plan, "unused")]),
        )
        for plan in seen.plans[:MOST_PLANS]
    ]
    return Caption(seen.labels("finding.unused", parts=seen.labels("word.clauses").join(parts)))


def _plans(seen: View) -> Table:
    """Pupil-years without a seat and empty seat-years of every plan by period."""
    county = _of(seen.run.tables.unused, seen.future, scope="county")
    found = county.set_index(["plan", "period", "indicator"])
    rows: Rows = []
    for plan in seen.plans:
        sides = [(plan, period, indicator) for indicator in ("short", "unused") for period in ("window", "outlook")]
        rows.append((seen.words.plan(plan), *(_cell(seen, found, at) for at in sides)))
    heads = ("plan", "short_window", "short_outlook", "unused_window", "unused_outlook")
    return Table(seen.labels("money.plans"), _heads(seen, heads), rows)


def _totals(seen: View) -> Table:
    """What plans cost; indicators as rows, plans as columns."""
    costs = _of(seen.run.tables.plan_costs, seen.future).set_index(["indicator", "plan"])
    rows: Rows = []
    for indicator in TOTALS:
        digits = 1 if indicator.startswith("cost_per") else 0
        cells = [_cell(seen, costs, (indicator, plan), digits) for plan in seen.plans]
        if any(cell != NOTHING for cell in cells):
            rows.append((seen.labels(f"money.total.{indicator}"), *cells))
    heads = [seen.labels("column.item"), *(seen.words.plan(plan) for plan in seen.plans)]
    return Table(seen.labels("money.totals"), heads, rows, remarks=(seen.labels("money.totals_remark"),))


def _projects(seen: View) -> Table:
    """Projects of the headline plan that add rooms: how much of what they add is used, and what stands empty."""
    own = _of(seen.run.tables.unused, seen.future, scope="project", plan=seen.plan, period="all")
    found = own.set_index(["entity", "indicator"])
    rows: Rows = []
    for project in dict.fromkeys(own["entity"]):
        added, used, stranded = (found.loc[(project, name)] for name in ("added", "used", "stranded"))
        share = used["mean"] / added["mean"] if added["mean"] > 0 else float("nan")
        cost = found.loc[(project, "stranded_cost")] if (project, "stranded_cost") in found.index else None
        rows.append(
            (
                seen.of_plan(seen.plan).name("project", str(project)),
                _range(seen, added),
                seen.labels.percent(share) if added["mean"] > 0 else NOTHING,
                _range(seen, stranded),
                NOTHING if cost is None else _range(seen, cost),
            )
        )
    heads = ("project", "added_seat_years", "used_share", "stranded_seat_years", "stranded_cost")
    return Table(seen.labels("money.projects", plan=seen.words.plan(seen.plan)), _heads(seen, heads), rows)


def _running(seen: View) -> Table:
    """Capital and running costs of the headline plan by year."""
    own = _of(seen.run.tables.money, seen.future, plan=seen.plan)
    found = own.set_index(["year", "item"])
    parts = [part for part in PARTS if (own["item"] == part).any()]
    columns = ("capital", "operating", *parts)
    rows: Rows = []
    for year in sorted(set(own["year"])):
        cells = [found.loc[(year, item)] if (year, item) in found.index else None for item in columns]
        if any(cell is not None and cell["mean"] > 0 for cell in cells):
            rows.append((str(year), *(NOTHING if cell is None else _range(seen, cell) for cell in cells)))
    heads = [seen.labels("column.calendar_year"), *(seen.labels(f"money.item.{item}") for item in columns)]
    title = seen.labels("money.running", plan=seen.words.plan(seen.plan))
    return Table(title, heads, rows, remarks=(seen.labels("money.running_remark"),))


def _floor(seen: View) -> Table:
    """The education budget against its floor, in sum and per pupil."""
    own = _of(seen.run.tables.money, seen.future, plan=seen.plan).set_index(["year", "item"])
    rows: Rows = []
    for year in sorted({year for year, item in own.index if item == "budget_per_pupil"}):
        per = own.loc[(year, "budget_per_pupil")]
        total = own.loc[(year, "budget_sum")] if (year, "budget_sum") in own.index else None
        rows.append(
            (
                str(year),
                NOTHING if total is None else seen.labels.integer(total["mean"]),
                NOTHING if total is None else seen.labels("money.holds" if total["p_holds"] == 1.0 else "money.falls"),
                _range(seen, per),
                NOTHING if pd.isna(per["p_holds"]) else seen.labels.percent(per["p_holds"]),
            )
        )
    heads = ("calendar_year", "budget_sum", "budget_sum_floor", "budget_per_pupil", "budget_per_pupil_floor")
    return Table(seen.labels("money.floor"), _heads(seen, heads), rows)


def _heads(seen: View, keys: tuple[str, ...]) -> list[str]:
    return [seen.labels(f"column.{key}") for key in keys]
