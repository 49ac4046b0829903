"""Pictures that choose between plans: cost against pupils over, and regret by future."""

import numpy as np
import pandas as pd

from reports.adaptive_view import MEASURES
from reports.album import Album
from reports.figures_frontier import COLUMNS, efficient, frontier
from reports.figures_regret import measures_of, regret_dots, steadiest
from reports.figures_setting import Caption
from reports.matrix import plan_cost, worst_year
from reports.view import View

MOST_FUTURES = 4
"""Futures side by side in the picture of cost and pupils over."""
NET = "net_present_change"


def _cost(seen: View, plan: str, future: str) -> tuple[float, float, float]:
    """Mean and 90 % range of net present cost against the baseline plan; in other studies capital, without a range."""
    table = seen.run.tables.plan_costs
    if not len(table):
        return plan_cost(seen.run, plan, future), float("nan"), float("nan")
    own = table[(table["plan"] == plan) & (table["future"] == future) & (table["indicator"] == NET)]
    if own.empty:
        return (0.0 if plan == seen.baseline else float("nan"), float("nan"), float("nan"))
    low, middle, high = (float(own.iloc[0][name]) for name in ("p05", "mean", "p95"))
    return middle, low, high


def plan_points(seen: View, future: str) -> pd.DataFrame:
    """Cost and pupils over of every plan in the year that is worst if nothing is done: `figures_frontier.COLUMNS`.

    One year for all plans, so that a plan is not judged by years in which none of its projects could stand. Plans whose
    cost is not known are left out.
    """
    county, year = seen.run.tables.county, worst_year(seen.run, seen.baseline, future)
    own = county[
        (county["future"] == future) & (county["year"] == year) & (county["indicator"] == "pupils_over")
        & (county["stage"] == "all")
    ]  # fmt: skip
    over = {str(row["plan"]): [float(row[name]) for name in ("mean", "p05", "p95")] for row in own.to_dict("records")}
    rows = []
    for plan in seen.plans:
        cost = _cost(seen, plan, future)
        if plan in over and np.isfinite(cost[0]):
            rows.append((plan, *cost, *over[plan]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def plan_frontier(seen: View, album: Album) -> int | None:
    """Cost against pupils over by future, the future of the headline first; None for a run of one plan."""
    labels, futures = seen.labels, [future.id for future in seen.run.study.futures]
    futures = list(dict.fromkeys((*reversed(seen.futures), *futures)))
    points = {future: plan_points(seen, future) for future in futures[:MOST_FUTURES]}
    points = {future: table for future, table in points.items() if len(table) > 1}
    if not points:
        return None
    titles = {
        labels(
            "figure.frontier.panel",
            future=seen.words.future(future),
            year=labels.school_year(worst_year(seen.run, seen.baseline, future)),
        ): table
        for future, table in points.items()
    }
    kind = "net" if len(seen.run.tables.plan_costs) else "capital"
    axis = labels(f"figure.frontier.{kind}", base=seen.words.plan(seen.baseline))
    left = len(futures) - len(points)
    notes = [labels("figure.frontier.left_out", n=left)] if left else []
    first = next(iter(points))
    return album.add(
        frontier, _frontier_finding(seen, first, points[first]), titles, seen.setting, axis=axis, notes=notes
    )


def _frontier_finding(seen: View, future: str, points: pd.DataFrame) -> Caption:
    """Plans that nobody beats, cheapest first, with what they cost and leave; then those that are beaten."""
    labels, best = seen.labels, efficient(points)
    own = {str(row["plan"]): row for row in points.to_dict("records")}
    parts = [
        labels(
            "finding.frontier_part",
            plan=seen.words.plan(plan),
            cost=labels.money(float(own[plan]["cost"])),
            over=labels.integer(float(own[plan]["over"])),
        )
        for plan in best
    ]
    said = labels("finding.frontier", future=seen.words.future(future), parts=labels("word.clauses").join(parts))
    beaten = [seen.words.plan(str(plan)) for plan in points["plan"] if plan not in best]
    if beaten:
        said += labels("finding.frontier_beaten", plans=labels("word.list").join(beaten))
    return Caption(said)


def regret(seen: View, album: Album) -> int | None:
    """Regret of every plan in every future, outcome by outcome; None where no plan does worse than another."""
    table, labels = seen.run.tables.regret, seen.labels
    shown = measures_of(table, MEASURES)
    plans = [plan for plan in seen.plans if (table["plan"] == plan).any()]
    if not shown or len(plans) < 2:
        return None
    parts = [
        labels(
            "finding.regret_part",
            measure=labels(f"figure.regret.name.{measure}"),
            plans=labels("word.list").join(seen.words.plan(p) for p in plans if p in steadiest(table, measure)),
        )
        for measure in shown
    ]
    one = len({tuple(steadiest(table, measure)) for measure in shown}) == 1
    said = labels("finding.regret_one" if one else "finding.regret", parts=labels("finding.regret_glue").join(parts))
    return album.add(
        regret_dots,
        Caption(said),
        table,
        seen.setting,
        plans=plans,
        futures=[future.id for future in seen.run.study.futures],
        measures={measure: labels(f"figure.regret.{measure}") for measure in shown},
    )
