"""Titles of pictures: each says what the picture shows to be true, from the numbers it is drawn from."""

from collections.abc import Sequence

import pandas as pd

from reports.figures_heat import breach_chance
from reports.figures_setting import Caption, Case, of_case
from reports.study_card import RuleCard
from reports.view import View


def _joined(seen: View, parts: list[str]) -> str:
    return seen.labels("word.list").join(parts)


def _median(seen: View, case: Case, indicator: str) -> dict[int, float]:
    """Median of a county indicator by school year."""
    rows = of_case(seen.run.tables.county, case, indicator=indicator, stage="all")
    return dict(zip(rows["year"].astype(int).tolist(), rows["p50"].astype(float).tolist(), strict=True))


def _sum_by(rows: pd.DataFrame, key: str, value: str) -> dict[int, float]:
    return {int(year): float(part[value].sum()) for year, part in rows.groupby(rows[key].astype(int))}


def map_finding(seen: View, year: int, plans: Sequence[str]) -> Caption:
    """How many schools are over a limit in that year under each of the plans (median over draws)."""
    labels, parts = seen.labels, []
    for plan in plans:
        over = _median(seen, Case(seen.future, plan), "schools_over")
        if year in over:
            parts.append(labels("finding.map_part", plan=seen.words.plan(plan), n=labels.integer(over[year])))
    where = {"year": labels.school_year(year), "future": seen.words.future(seen.future)}
    if not parts:
        return Caption(labels("finding.map_none", **where))
    return Caption(labels("finding.map", **where, parts=_joined(seen, parts)))


def demand_finding(seen: View) -> Caption:
    """When the county's roll peaks and where it goes, in the reference future under the headline plan."""
    labels = seen.labels
    roll = _median(seen, Case(seen.run.study.reference_future, seen.plan), "roll")
    if not roll:
        return Caption(labels("section.children"))
    peak, first, last = max(roll, key=lambda year: roll[year]), min(roll), max(roll)
    key = "rise" if peak == last else "fall" if peak == first else "peak"
    values = {
        "peak": labels.school_year(peak),
        "most": labels.integer(roll[peak]),
        "first": labels.school_year(first),
        "start": labels.integer(roll[first]),
        "last": labels.school_year(last),
        "end": labels.integer(roll[last]),
    }
    return Caption(labels(f"finding.demand_{key}", **values))


def chance_finding(seen: View, school: str, rule: RuleCard | None, future: str) -> Caption:
    """Chance of a breach of one rule by one school in the decision window, plan by plan."""
    labels, verdicts = seen.labels, seen.run.tables.verdicts
    name = seen.words.school(school)
    if rule is None:
        return Caption(name)
    rows = verdicts[(verdicts["scope"] == "school") & (verdicts["entity"] == school) & (verdicts["rule"] == rule.code)]
    rows = rows[(rows["future"] == future) & rows["probability"].notna()]
    holds = {str(plan): float(part["probability"].min()) for plan, part in rows.groupby("plan")}
    parts = []
    for plan in seen.plans:
        if plan in holds:
            one_draw = seen.run.study.draws == 1
            said = (
                labels(f"word.{'no' if holds[plan] == 1 else 'yes'}") if one_draw else labels.percent(1 - holds[plan])
            )
            parts.append(labels("finding.chance_part", plan=seen.words.plan(plan), chance=said))
    kind = rule.indicator if rule.indicator in ("school_size", "class_size") else "other"
    what = labels(
        f"finding.{kind}", bound=f"{rule.bound:g}{seen.words.doubt(rule.code)}", clause=seen.words.clause(rule.code)
    )
    return Caption(labels("finding.chance", school=name, what=what, parts=_joined(seen, parts)))


def heat_finding(seen: View, case: Case) -> Caption:
    """How many schools are as likely as not to break a limit in some year of the decision window."""
    first, last = seen.run.study.window
    over: set[str] = set()
    for indicator in ("roll", "largest_class"):
        table = breach_chance(seen.run.tables.schools, case, indicator)
        inside = table[[year for year in table.columns if first <= int(year) <= last]]
        over |= set(inside.index[(inside >= 0.5).any(axis=1)])
    labels = seen.labels
    return Caption(
        labels(
            "finding.heat" if over else "finding.heat_none",
            plan=seen.words.plan(case.plan),
            future=seen.words.future(case.future),
            schools=labels.count("school", len(over)),
        )
    )


def timeline_finding(seen: View, case: Case) -> Caption:
    """How many projects, which one opens last, and in which year (median)."""
    labels, plan = seen.labels, seen.run.study.plan(case.plan)
    rows = of_case(seen.run.tables.projects, case).drop_duplicates("project").set_index("project")
    values = {"plan": seen.words.plan(case.plan), "n": labels.count("project", len(plan.projects))}
    late = rows["p50"].dropna()
    if late.empty:
        return Caption(labels("finding.timeline_none", **values))
    last = str(late.idxmax())
    values |= {"project": seen.of_plan(case.plan).name("project", last), "year": labels.school_year(float(late[last]))}
    return Caption(labels("finding.timeline", **values))


def cash_finding(seen: View) -> Caption:
    """What the headline plan costs in all and in its dearest year."""
    labels, case = seen.labels, Case(seen.run.study.reference_future, seen.plan)
    rows = of_case(seen.run.tables.cash, case, kind="spend")
    yearly = _sum_by(rows[rows["source"] == "all"], "year", "mean")
    if sum(yearly.values()) <= 0:
        return Caption(labels("section.cash"))
    top = max(yearly, key=lambda year: yearly[year])
    values = {"total": labels.money(sum(yearly.values())), "year": top, "most": labels.money(yearly[top])}
    return Caption(labels("finding.cash", plan=seen.words.plan(seen.plan), **values))


def seats_finding(seen: View) -> Caption:
    """Unused seats after the peak, plan by plan."""
    labels, parts = seen.labels, []
    for plan in seen.plans:
        unused = seen.table.row(plan).unused_seats
        if unused is not None:
            said = labels.interval(unused.middle, unused.low, unused.high)
            parts.append(labels("finding.seats_part", plan=seen.words.plan(plan), seats=said))
    if not parts:
        return Caption(labels("section.after"))
    return Caption(labels("finding.seats", year=labels.school_year(seen.table.unused_year), parts=_joined(seen, parts)))
