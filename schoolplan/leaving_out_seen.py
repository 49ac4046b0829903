"""What `necessity` knows of projects that are begun or given up when something is seen.

Only in draws in which such a project opens does it spare anything, and only there is it paid for.
"""

from dataclasses import dataclass

import numpy as np

from scenarios.schema_plan import PlanFile
from schoolplan.triggers_card import waiting_projects
from sim.arrays import BoolArray
from sim.calendar_result import NEVER
from sim.reduced import Reduced


@dataclass(frozen=True)
class Seen:
    """What became of such a project over the draws."""

    opens: BoolArray  # [draw]
    spent: float  # capital, mean over all draws [10 000 yuan]
    months: float  # from the decision to the 1 September of its opening, median of draws in which it opens


def watched(plan: PlanFile) -> frozenset[str]:
    """Projects of a plan that are begun or given up when something is seen, and those that come after them."""
    return waiting_projects(plan) | {project.id for project in plan.projects if project.cancel_when is not None}


def seen_of(whole: Reduced, number: int) -> Seen:
    """What became of a project of a finished case whose plan acts on what is seen; number: of the project."""
    course, adaptive, calendar = whole.now.result.course, whole.case.adaptive, whole.case.calendar
    if course is None or adaptive is None or calendar is None:
        raise ValueError(f"the plan {whole.case.network.plan} does not act on what is seen")
    opening = whole.case.opening_year[:, number]
    opens: BoolArray = opening != NEVER
    spent = calendar.spend[:, number].sum(axis=1) + calendar.spend_before[:, number]
    decided = np.full(len(opening), float(adaptive.earliest[number]))
    base = whole.model.base_year
    for rule in adaptive.rules:
        if rule.project == number and rule.act == "start":
            decided = np.maximum(12.0 * (course.fired.start[:, number] - base) + rule.lag, decided)
    months = 12.0 * (opening - base) - decided
    middle = float(np.quantile(months[opens], 0.5, method="nearest")) if opens.any() else np.nan
    return Seen(opens, float(spent.mean()), middle)
