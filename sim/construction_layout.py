"""From a programme to the arrays of the compiled loop of construction, and the first moment of every draw.

Tests: tests/sim/test_construction_properties.py.  Page: docs/science/construction.md, section Speed.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from sim.calendar_result import CAUSES
from sim.construction_arrays import (
    APPROVAL_PLAN,
    BEGIN,
    CLOCK,
    CLOCK_STATE,
    LEG_PLAN,
    LEG_STATE,
    NOTHING,
    PROJECT,
    PURSE_PLAN,
    PURSE_STATE,
    REFILL,
    RISK_PLAN,
    RISK_STATE,
    SHARE_PLAN,
    SITE,
    SLOT_PLAN,
    SLOT_STATE,
    Plan,
    Records,
    State,
)
from sim.construction_log import APPROVAL, DEPENDENCY, DESK, LAND, RISK, SEASON, STOPPED
from sim.construction_record import causes_of, states_of
from sim.fates import Fates
from sim.legs import YUAN, Leg
from sim.programme import Programme, Purse
from sim.projects import BuildPlan
from sim.work_calendar import Pace
from sim.yard import money_cause

_NO_LAND = Purse(LAND, 0, ())


class Layout:
    """The places of things in the arrays.

    slots: (project, stage) of every stage that may be passed again, [slot].  events: names of what legs wait for.
    causes: of waits.
    """

    def __init__(self, programme: Programme, plan: BuildPlan) -> None:
        self.programme, self.build = programme, plan
        self.purses = (*programme.purses, programme.land or _NO_LAND)
        self.causes, self._states = causes_of(plan), states_of(plan)
        self.slots = [(i, stage) for i, job in enumerate(programme.jobs) for stage in job.again]
        self._slot = {pair: place for place, pair in enumerate(self.slots)}
        self.events = list(dict.fromkeys(name for job in programme.jobs for leg in job.legs for name in leg.after))
        self._desks = {name: place for place, name in enumerate(programme.desks)}
        self._paces: dict[Pace, int] = {}
        self._legs = [(i, leg) for i, job in enumerate(programme.jobs) for leg in job.legs]

    def plan(self) -> Plan:
        """The programme as arrays."""
        again = [job.again[stage] for job in self.programme.jobs for stage in job.again]
        slots = [(self._desk(leg), self._pace(leg), column, leg.crew) for leg, column in again]
        legs, (risks, repeats) = self._leg_plans(), self._risk_plans()
        places = {name: place for place, name in enumerate(self.causes)}
        return Plan(
            projects=_records(PROJECT, self._projects()),
            legs=_records(LEG_PLAN, legs),
            slots=_records(SLOT_PLAN, slots or [(-1, -1, -1, False)]),
            risks=_records(RISK_PLAN, risks),
            repeats=np.array(repeats, dtype=np.int64),
            after=np.array([self.events.index(n) for _, leg in self._legs for n in leg.after], dtype=np.int64),
            approvals=_records(
                APPROVAL_PLAN, [(self._slot[i, s], months) for i, leg in self._legs for s, months in leg.approvals]
            ),
            shares=_records(SHARE_PLAN, [share for job in self.programme.jobs for share in job.shares]),
            purses=_records(PURSE_PLAN, self._purse_plans(places)),
            refills=_records(REFILL, [(yuan, month) for purse in self.purses for month, yuan in self._dated(purse)]),
            places=np.array([places[name] for name in (*(f"{DESK}:{n}" for n in self._desks), CAUSES[1])]),
            paces=np.array(list(self._paces), dtype=np.float64).reshape(-1, 12),
            end=self.programme.end,
            dependency=places.get(DEPENDENCY, -1),
            land=places.get(LAND, -1),
            season=places.get(SEASON, -1),
            approval=places.get(APPROVAL, -1),
            risk=places.get(RISK, -1),
        )

    def _projects(self) -> list[tuple[object, ...]]:
        jobs = self.programme.jobs
        first = np.cumsum([0, *(len(job.legs) for job in jobs)]).tolist()
        share = np.cumsum([0, *(len(job.shares) for job in jobs)]).tolist()
        stopped = self._states.index(STOPPED)
        return [
            (first[i], first[i + 1], job.priority, job.rank, stopped if job.stopped else -1, share[i], share[i + 1],
             self.events.index(name) if name in self.events else -1, job.start, _number(job.begun), _number(job.handed))
            for i, (job, name) in enumerate(zip(jobs, self.programme.ids, strict=True))
        ]  # fmt: skip

    def _leg_plans(self) -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []
        risk = after = approval = 0
        for i, leg in self._legs:
            ends = risk + len(leg.risks), after + len(leg.after), approval + len(leg.approvals)
            parcel, units = leg.land or (-np.inf, 0)
            slot = self._slot.get((i, leg.stages[-1]), -1)
            asked = leg.yuan, self._desk(leg), self._pace(leg), slot, units
            links = risk, ends[0], after, ends[1], approval, ends[2]
            found.append((*asked, *links, parcel, leg.crew, leg.land is not None))
            risk, after, approval = ends
        return found

    def _risk_plans(self) -> tuple[list[tuple[object, ...]], list[int]]:
        found: list[tuple[object, ...]] = []
        repeats: list[int] = []
        for i, leg in self._legs:
            job = self.programme.jobs[i]
            for risk in leg.risks:
                first = len(repeats)
                repeats += [self._slot[i, stage] for stage in job.again if stage in risk.repeats]
                stop = self._states.index(f"{STOPPED}:{risk.id}") if risk.stops else -1
                yuan = round(risk.cost_share * job.cost * YUAN)
                found.append((self.programme.risks[i, risk.id], stop, yuan, first, len(repeats)))
        return found, repeats

    def _purse_plans(self, places: dict[str, int]) -> list[tuple[object, ...]]:
        first = np.cumsum([0, *(len(purse.refills) for purse in self.purses)]).tolist()
        causes = [*(places[money_cause(purse.name)] for purse in self.programme.purses), places.get(LAND, -1)]
        return [(first[i], first[i + 1], causes[i], purse.kept) for i, purse in enumerate(self.purses)]

    def _dated(self, purse: Purse) -> Iterable[tuple[float, int]]:
        # What SimPy adds to its clock is a length of time, one after another: the last bit must agree.
        now = self.programme.begin
        for month, yuan in purse.refills:
            now += month - now
            yield now, yuan

    def _desk(self, leg: Leg) -> int:
        return -1 if leg.desk is None else self._desks[leg.desk]

    def _pace(self, leg: Leg) -> int:
        return -1 if leg.pace is None else self._paces.setdefault(leg.pace, len(self._paces))

    def state(self, fates: Fates) -> State:
        """The first moment of every draw of a block: what does not wait for a trigger is decided."""
        jobs, begin, draws = self.programme.jobs, self.programme.begin, len(fates.draws)
        legs = len(self._legs)
        return State(
            sites=np.broadcast_to(self._first_sites(), (draws, len(jobs))).copy(),
            legs=_columns(LEG_STATE, (draws, legs), months=fates.months, began=np.nan, ended=np.nan),
            slots=_columns(SLOT_STATE, (draws, max(1, len(self.slots))), ended=self._first_ends()),
            risks=_columns(RISK_STATE, fates.struck.shape, longer=fates.longer, strikes=fates.struck),
            purses=_columns(
                PURSE_STATE,
                (draws, len(self.purses)),
                level=[purse.released for purse in self.purses],
                to_come=[sum(yuan for _, yuan in purse.refills) for purse in self.purses],
                next=np.cumsum([0, *(len(purse.refills) for purse in self.purses)])[:-1],
            ),
            clock=_columns(CLOCK_STATE, (draws, 1), now=begin),
            told=np.zeros((draws, len(self.events)), dtype=np.bool_),
            due=np.zeros((draws, sum(len(leg.approvals) for _, leg in self._legs)), dtype=np.bool_),
            free=np.tile(np.array([*self.programme.desks.values(), self.programme.crews]), (draws, 1)),
            paid=np.full((draws, legs + len(jobs)), np.nan),
            parts=np.zeros((draws, legs + len(jobs), len(self.programme.purses)), dtype=np.int64),
            waits=np.zeros((draws, len(jobs), len(self.causes))),
        )

    def _first_sites(self) -> Records:
        jobs, begin = self.programme.jobs, self.programme.begin
        starts = np.array(
            [np.inf if job.triggered else job.start if job.begun is None else max(job.begun, begin) for job in jobs]
        )
        return _columns(
            SITE,
            (len(jobs),),
            step=BEGIN,
            waits=np.where(starts < np.inf, CLOCK, NOTHING),
            leg=np.cumsum([0, *(len(job.legs) for job in jobs)])[:-1],
            slot=-1,
            owed=[job.final for job in jobs],
            cause=-1,
            state=-1,
            desk=-1,
            until=begin + (starts - begin),  # as above
            start=starts,
            handover=np.inf,
        )

    def _first_ends(self) -> Sequence[float]:
        return [self.programme.jobs[i].ended.get(stage, np.nan) for i, stage in self.slots] or [np.nan]


def _number(month: float | None) -> float:
    return np.nan if month is None else month


def _records(kind: np.dtype[np.void], rows: Sequence[tuple[object, ...]]) -> Records:
    return np.array(rows, dtype=kind)


def _columns(kind: np.dtype[np.void], shape: tuple[int, ...], **values: object) -> Records:
    """Records of a shape; what is not named is 0."""
    made = np.zeros(shape, dtype=kind)
    for name, value in values.items():
        made[name] = value
    return made
