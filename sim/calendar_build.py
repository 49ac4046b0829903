"""From the logs of draws to one calendar: money by year and source, waits by cause, stages, how every project ends.

Tests: tests/sim/test_calendar_build.py, tests/sim/test_construction.py.  Page: docs/science/construction.md.
"""

from collections.abc import Sequence

import numpy as np

from sim.calendar_result import CAUSES, NEVER, STATES, BoolArray, Calendar, opening_year
from sim.construction_log import APPROVAL, DEPENDENCY, DESK, RISK, SEASON, STOPPED, Log
from sim.fates import Fates
from sim.legs import YUAN
from sim.programme import Programme, january
from sim.projects import BuildPlan
from sim.streams import FloatArray, IntArray
from sim.yard import money_cause


def causes_of(plan: BuildPlan) -> tuple[str, ...]:
    """Every cause for which projects of a plan can lose time; the two of `CAUSES` always first."""
    projects = plan.projects
    found = [
        *CAUSES,
        *(money_cause(name) for name in plan.sources),
        *(f"{DESK}:{name}" for name in plan.desks),
        *([DEPENDENCY] if any(one.after for one in projects) else []),
        *([SEASON] if plan.breaks else []),
        *([APPROVAL] if any(one.approvals for one in projects) else []),
        *([RISK] if any(one.risks for one in projects) else []),
    ]
    return tuple(dict.fromkeys(found))


def states_of(plan: BuildPlan) -> tuple[str, ...]:
    """`STATES` and one more for every risk that can stop a project."""
    stops = dict.fromkeys(f"{STOPPED}:{risk.id}" for one in plan.projects for risk in one.risks if risk.stops)
    return (*STATES, *stops)


def build_calendar(programme: Programme, fates: Fates, logs: Sequence[Log], base_year: int, horizon: int) -> Calendar:
    """The calendar of a block of draws from their finished logs, in the order of the draws."""
    plan = fates.plan
    years = tuple(range(base_year, horizon + 2))
    handover = np.array([log.handover for log in logs], dtype=np.float64).reshape(len(logs), len(plan.projects))
    opens = opening_year(handover, base_year, horizon)
    yuan = _money(programme, logs, base_year, len(years))
    began, ended = (
        np.array([getattr(log, name) for log in logs], dtype=np.float64).reshape(len(logs), -1)
        for name in ("began", "ended")
    )
    stages = tuple(fates.stages)
    begins, ends = stage_dates(programme, fates, began, ended)
    risks = tuple(dict.fromkeys(risk.id for project in plan.projects for risk in project.risks))
    states = states_of(plan)
    return Calendar(
        projects=programme.ids,
        years=years,
        opening_year=opens,
        handover_month=np.where(opens == NEVER, np.inf, handover),
        spend=yuan[:, :, 1:].sum(axis=3) / YUAN,
        spend_before=yuan[:, :, 0].sum(axis=2) / YUAN,
        waits=_waits(plan, logs),
        paid=np.array([job.paid for job in programme.jobs], dtype=np.int64) / YUAN,
        sources=tuple(plan.sources),
        spend_by_source=yuan[:, :, 1:] / YUAN,
        stages=stages,
        stage_begin=begins,
        stage_end=ends,
        states=states,
        state=_state(programme, logs, opens, states),
        risks=risks,
        struck=_struck(logs, len(plan.projects), risks),
    )


def _money(programme: Programme, logs: Sequence[Log], base_year: int, years: int) -> IntArray:
    """Yuan, [draw, project, year, source]; the first year holds what was released before base_year."""
    yuan = np.zeros((len(logs), len(programme.jobs), years + 1, len(programme.purses)), dtype=np.int64)
    rows = np.repeat(np.arange(len(logs)), [len(log.payments) for log in logs])
    if len(rows):
        month, project, amount, source = np.array([payment for log in logs for payment in log.payments]).T
        first = january(base_year, base_year)
        year = np.maximum(0, (month - first) // 12 + 1).astype(np.int64)
        at = (rows, project.astype(np.int64), year, source.astype(np.int64))
        np.add.at(yuan, at, amount.astype(np.int64))
    return yuan


def _waits(plan: BuildPlan, logs: Sequence[Log]) -> dict[str, FloatArray]:
    waits = {cause: np.zeros((len(logs), len(plan.projects))) for cause in causes_of(plan)}
    for row, log in enumerate(logs):
        for (project, cause), months in log.waits.items():
            waits[cause][row, project] = months
    return waits


def stage_dates(
    programme: Programme, fates: Fates, began: FloatArray, ended: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """First begin and last end of every stage, [draw, project, stage], from those of the legs, [draw, leg]."""
    shape = (len(began), len(programme.jobs), len(fates.stages))
    begins, ends = np.full(shape, np.nan), np.full(shape, np.nan)
    places = {stage: place for place, stage in enumerate(fates.stages)}
    for index, job in enumerate(programme.jobs):
        for stage, month in job.ended.items():
            ends[:, index, places[stage]] = month
        for leg, column in zip(job.legs, job.columns, strict=True):
            now = began[:, column]
            for stage in leg.stages:
                begins[:, index, places[stage]] = now
                now = now + fates.stages[stage][:, index]
                ends[:, index, places[stage]] = ended[:, column] if stage == leg.stages[-1] else now
    return tuple(np.where(months < programme.end, months, np.nan) for months in (begins, ends))  # type: ignore[return-value]


def _state(programme: Programme, logs: Sequence[Log], opens: IntArray, states: tuple[str, ...]) -> IntArray:
    code = {name: place for place, name in enumerate(states)}
    state = np.where(opens == NEVER, code["late"], code["ok"]).astype(np.int64)
    for row, log in enumerate(logs):
        for project, name in log.states.items():
            state[row, project] = code[name]
    return state


def _struck(logs: Sequence[Log], projects: int, risks: tuple[str, ...]) -> BoolArray:
    struck = np.zeros((len(logs), projects, len(risks)), dtype=bool)
    place = {name: i for i, name in enumerate(risks)}
    for row, log in enumerate(logs):
        for project, risk in log.struck:
            struck[row, project, place[risk]] = True
    return struck
