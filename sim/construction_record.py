"""What happened in a block of draws as arrays; here from the logs of the SimPy model.

Tests: tests/sim/test_construction_properties.py (both give the same).  Page: docs/science/construction.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.calendar_result import CAUSES, STATES
from sim.construction_log import APPROVAL, DEPENDENCY, DESK, LAND, RISK, SEASON, STOPPED, Log
from sim.projects import BuildPlan
from sim.yard import money_cause


@dataclass(frozen=True)
class Record:
    """Dates in months since 1 September of base_year.

    handover: [draw, project], inf if never.  began, ended: [draw, leg], nan if never.
    payments: [payment, 4] of draw, project, source, yuan, with their months `paid_at` [payment].
    waits: cause -> months, [draw, project].  struck: [draw, project, risk].
    state: place in `states_of` where a project ends otherwise than by hand-over, else -1, [draw, project].
    """

    handover: FloatArray
    began: FloatArray
    ended: FloatArray
    payments: IntArray
    paid_at: FloatArray
    waits: dict[str, FloatArray]
    struck: BoolArray
    state: IntArray


def causes_of(plan: BuildPlan) -> tuple[str, ...]:
    """Every cause for which projects of a plan can lose time; the two of `CAUSES` always first."""
    projects = plan.projects
    found = [
        *CAUSES,
        *(money_cause(name) for name in plan.sources),
        *(f"{DESK}:{name}" for name in plan.desks),
        *([DEPENDENCY] if any(one.after for one in projects) else []),
        *([LAND] if any(one.land for one in projects) else []),
        *([SEASON] if plan.breaks else []),
        *([APPROVAL] if any(one.approvals for one in projects) else []),
        *([RISK] if any(one.risks for one in projects) else []),
    ]
    return tuple(dict.fromkeys(found))


def states_of(plan: BuildPlan) -> tuple[str, ...]:
    """`STATES`, one more where projects wait for land, and one more for every risk that can stop a project."""
    stops = dict.fromkeys(f"{STOPPED}:{risk.id}" for one in plan.projects for risk in one.risks if risk.stops)
    return (*STATES, *([LAND] if any(one.land for one in plan.projects) else []), *stops)


def risks_of(plan: BuildPlan) -> tuple[str, ...]:
    """Names of all risks of a plan."""
    return tuple(dict.fromkeys(risk.id for project in plan.projects for risk in project.risks))


def record_of(plan: BuildPlan, logs: Sequence[Log]) -> Record:
    """The record of finished logs, in the order of the draws."""
    shape, causes, risks = (len(logs), len(plan.projects)), causes_of(plan), risks_of(plan)
    waits = {cause: np.zeros(shape) for cause in causes}
    states, state = states_of(plan), np.full(shape, -1, dtype=np.int64)
    struck = np.zeros((*shape, len(risks)), dtype=bool)
    for row, log in enumerate(logs):
        for (project, cause), months in log.waits.items():
            waits[cause][row, project] = months
        for project, name in log.states.items():
            state[row, project] = states.index(name)
        for project, risk in log.struck:
            struck[row, project, risks.index(risk)] = True
    payments = [
        (row, project, source, yuan) for row, log in enumerate(logs) for _, project, yuan, source in log.payments
    ]
    return Record(
        _rows([log.handover for log in logs]),
        _rows([log.began for log in logs]),
        _rows([log.ended for log in logs]),
        np.array(payments, dtype=np.int64).reshape(-1, 4),
        np.array([month for log in logs for month, *_ in log.payments], dtype=np.float64),
        waits,
        struck,
        state,
    )


def _rows(values: Sequence[Sequence[float]]) -> FloatArray:
    return np.array(values, dtype=np.float64).reshape(len(values), -1)
