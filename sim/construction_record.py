"""What happened in a block of draws as arrays, from the logs of the SimPy model or from the compiled loop.

Tests: tests/sim/test_construction_properties.py (both give the same).  Page: docs/science/construction.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.calendar_result import CAUSES, STATES, BoolArray
from sim.construction_log import APPROVAL, DEPENDENCY, DESK, LAND, MONEY, NOT_STARTED, RISK, SEASON, STOPPED, Log
from sim.fates import Fates
from sim.kernels_construction import FOR_MONEY, Dates, Plain, run_plain
from sim.programme import Programme
from sim.projects import BuildPlan
from sim.streams import FloatArray, IntArray
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


def is_plain(programme: Programme) -> bool:
    """Whether the compiled loop can run a programme: stages, one source that is carried over, and crews."""
    jobs = programme.jobs
    if programme.land is not None or any(leg.land for job in jobs for leg in job.legs):
        return False  # only the SimPy model knows land
    return (
        len(programme.purses) == 1
        and programme.purses[0].kept == 1.0
        and all(leg.plain for job in jobs for leg in job.legs)
        and not any(job.triggered or job.known for job in jobs)
    )


def run_compiled(programme: Programme, fates: Fates) -> Record:
    """Every draw of a plain programme (`is_plain`) by the compiled loop."""
    plan, months = fates.plan, np.ascontiguousarray(fates.months)
    plain = _plain(programme)
    draws, projects = len(months), len(programme.jobs)
    dates = Dates(
        handover=np.full((draws, projects), np.inf),
        began=np.full(months.shape, np.nan),
        ended=np.full(months.shape, np.nan),
        paid=np.full(months.shape, np.nan),
        waits=np.zeros((draws, len(CAUSES), projects)),
    )
    doing = np.zeros((draws, projects), dtype=np.int64)
    run_plain(plain, months, dates, doing)
    states = states_of(plan)
    state = np.where(doing == FOR_MONEY, states.index(MONEY), -1)
    state[:, plain.start >= programme.end] = states.index(NOT_STARTED)
    draw, leg = np.nonzero(~np.isnan(dates.paid))
    project = np.searchsorted(plain.first, leg, side="right") - 1
    payments = np.stack([draw, project, np.zeros_like(draw), plain.yuan[leg]], axis=1)
    return Record(
        dates.handover,
        dates.began,
        dates.ended,
        payments,
        dates.paid[draw, leg],
        {money_cause(programme.purses[0].name): dates.waits[:, 0], CAUSES[1]: dates.waits[:, 1]},
        np.zeros((draws, projects, 0), dtype=bool),
        state,
    )


def _plain(programme: Programme) -> Plain:
    jobs, purse = programme.jobs, programme.purses[0]
    legs = [leg for job in jobs for leg in job.legs]
    return Plain(
        first=np.cumsum([0, *(len(job.legs) for job in jobs)]),
        # What SimPy adds to its clock is a length of time: the last bit must agree.
        start=np.array([programme.begin + (job.start - programme.begin) for job in jobs], dtype=np.float64),
        priority=np.array([job.priority for job in jobs], dtype=np.int64),
        rank=np.array([job.rank for job in jobs], dtype=np.int64),
        yuan=np.array([leg.yuan for leg in legs], dtype=np.int64),
        crew=np.array([leg.crew for leg in legs], dtype=bool),
        refill_month=np.array([month for month, _ in purse.refills], dtype=np.float64),
        refill_yuan=np.array([yuan for _, yuan in purse.refills], dtype=np.int64),
        released=purse.released,
        crews=programme.crews,
        end=programme.end,
    )
