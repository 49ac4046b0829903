"""From what happened in each draw to one calendar: money by year and source, waits, stages, ends.

Tests: tests/sim/test_construction_terms.py, tests/sim/test_construction.py.  Page: docs/science/construction.md.
"""

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.calendar_result import NEVER, Calendar, opening_year
from sim.construction_record import Record, causes_of, risks_of, states_of
from sim.fates import Fates
from sim.legs import YUAN
from sim.programme import Programme, january


def build_calendar(programme: Programme, fates: Fates, record: Record, base_year: int, horizon: int) -> Calendar:
    """The calendar of a block of draws."""
    plan = fates.plan
    years = tuple(range(base_year, horizon + 2))
    opens = opening_year(record.handover, base_year, horizon)
    yuan = _money(programme, record, base_year, len(years))
    begins, ends = stage_dates(programme, fates, record.began, record.ended)
    states = states_of(plan)
    state = np.where(opens == NEVER, states.index("late"), states.index("ok"))
    nothing = np.zeros(opens.shape)
    return Calendar(
        projects=programme.ids,
        years=years,
        opening_year=opens,
        handover_month=np.where(opens == NEVER, np.inf, record.handover),
        spend=yuan[:, :, 1:].sum(axis=3) / YUAN,
        spend_before=yuan[:, :, 0].sum(axis=2) / YUAN,
        waits={cause: record.waits.get(cause, nothing) for cause in causes_of(plan)},
        paid=np.array([job.paid for job in programme.jobs], dtype=np.int64) / YUAN,
        sources=tuple(plan.sources),
        spend_by_source=yuan[:, :, 1:] / YUAN,
        stages=tuple(fates.stages),
        stage_begin=begins,
        stage_end=ends,
        states=states,
        state=np.where(record.state >= 0, record.state, state).astype(np.int64),
        risks=risks_of(plan),
        struck=record.struck,
    )


def _money(programme: Programme, record: Record, base_year: int, years: int) -> IntArray:
    """Yuan, [draw, project, year, source]; the first year holds what was released before base_year."""
    draws, projects = record.handover.shape
    yuan = np.zeros((draws, projects, years + 1, len(programme.purses)), dtype=np.int64)
    draw, project, source, amount = record.payments.T
    first = january(base_year, base_year)
    year = np.maximum(0, (record.paid_at - first) // 12 + 1).astype(np.int64)
    np.add.at(yuan, (draw, project, year, source), amount)
    return yuan


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
