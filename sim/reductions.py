"""The tables that one finished case is reduced to: one function and one row of `REDUCTIONS` each.

A reduction reads draws and writes tidy rows without the columns `future` and `plan`, which are added for it.  A new
table is a new file with its function, a row here, and a shape in `reports/`.
"""

from collections.abc import Callable
from types import MappingProxyType

import numpy as np
import pandas as pd

from sim.admission_shares import admission_share_rows, admission_verdicts
from sim.alerts import alert_rows
from sim.balance_rows import coefficient_rows, coefficient_table, coefficient_verdicts
from sim.boarding_rows import bed_verdict_rows, boarding_rows
from sim.classes_rows import temporary_rows
from sim.clauses_verdicts import clause_verdict_rows, indicator_rows
from sim.cliff import cliff_rows
from sim.county_draws import county_draw_rows
from sim.fairness import fairness_rows
from sim.group_indicators import group_indicator_rows
from sim.guards_rows import guard_rows
from sim.imported_verdicts import imported_rows
from sim.milestones import milestone_rows
from sim.money import money_rows, plan_cost_rows
from sim.placements import placement_rows
from sim.project_seats import project_seat_rows
from sim.reduced import Reduced as Reduced
from sim.risks import first_breach_rows, risk_rows
from sim.room_programme import programme_rows
from sim.room_seats import seat_rows
from sim.school_groups import Counts, group_rows
from sim.school_standard_rows import resource_rows, resource_verdicts, share_rows, standard_rows, target_verdicts
from sim.seats_ready import seats_ready_rows
from sim.sizing_rows import need_rows
from sim.staff import county_staff_rows, staff_rows
from sim.summary import county_rows, school_rows, verdict_rows, zone_rows
from sim.triggers_rows import trigger_rows
from sim.unused import unused_rows

Reduction = Callable[[Reduced], pd.DataFrame]


def _together(first: pd.DataFrame, *more: pd.DataFrame) -> pd.DataFrame:
    """Rows of several functions in one table."""
    there = [frame for frame in more if len(frame)]
    return pd.concat([first, *there], ignore_index=True) if there else first


def _groups(one: Reduced) -> pd.DataFrame:
    """Rows of school groups and of schools that share teachers."""
    now, found = one.now, one.details.groups
    broken = np.logical_or.reduce([breach.broken for breach in now.headline])
    counts = Counts(now.result.rolls, now.result.classes, now.seats, now.result.beyond, broken)
    return _together(group_rows(found, counts, one.model, one.case.network.plan), group_indicator_rows(one))


REDUCTIONS: MappingProxyType[str, Reduction] = MappingProxyType(
    {
        "schools": lambda one: _together(
            school_rows(one.now, one.model, one.assessment),
            indicator_rows(one),
            resource_rows(one),
            standard_rows(one),
            staff_rows(one),
            seat_rows(one),
            temporary_rows(one),
        ),
        "zones": lambda one: zone_rows(one.now, one.model),
        "county": lambda one: _together(
            county_rows(one.now, one.model, one.study, one.reference),
            coefficient_rows(one),
            share_rows(one),
            county_staff_rows(one),
            admission_share_rows(one),
        ),
        "verdicts": lambda one: _together(
            verdict_rows(one.now, one.model, one.assessment, one.study),
            clause_verdict_rows(one),
            bed_verdict_rows(one),
            coefficient_verdicts(one),
            admission_verdicts(one),
            resource_verdicts(one),
            imported_rows(one),
            target_verdicts(one),
        ),
        "coefficients": coefficient_table,
        "risks": risk_rows,
        "first_breach": first_breach_rows,
        "milestones": milestone_rows,
        "alerts": alert_rows,
        "fairness": fairness_rows,
        "boarding": boarding_rows,
        "placements": placement_rows,
        "needs": need_rows,
        "room_programme": programme_rows,
        "groups": _groups,
        "cliffs": cliff_rows,
        "project_seats": project_seat_rows,
        "unused": unused_rows,
        "seats_ready": seats_ready_rows,
        "triggers": trigger_rows,
        "guards": guard_rows,
        "money": money_rows,
        "plan_costs": plan_cost_rows,
        "county_draws": county_draw_rows,
    }
)
