"""One project of one draw as a SimPy process: what it waits for, what it holds, what befalls it.

Order at the start of a leg: risks are judged and what they bring is passed; other projects are waited for; money is
asked for; approvals that have lapsed are passed again; then a desk and a crew.  A land stage ends when its parcel is
there and the quota covers it.
Equations, choices and limits: docs/science/construction.md.  Tests: tests/sim/test_construction_terms.py.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from simpy import Environment, Event, Interrupt, Process

from sim.construction_log import APPROVAL, CREW, DEPENDENCY, DESK, LAND, RISK, SEASON, STOPPED, Log
from sim.fates import Fate
from sim.legs import YUAN, Leg
from sim.programme import Job
from sim.project_terms import Risk
from sim.queues import Key, Line, Money, Places, Request
from sim.work_calendar import end_of_work

EPSILON = 1e-9  # months: what happens on a day belongs to the day, whatever the rounding

Steps = Generator[Event, Any, None]


@dataclass
class Ground:
    """What the projects of a draw share.  causes: wait for each source.  handed: event of each hand-over, by id."""

    env: Environment
    money: Money
    desks: Places
    crews: Places
    log: Log
    fate: Fate
    causes: Sequence[str]
    risks: dict[tuple[int, str], int]
    handed: dict[str, Event]
    land: Money


class Site:
    """A project.  index: its place in the plan.  name: its id."""

    def __init__(self, ground: Ground, job: Job, index: int, name: str) -> None:
        self.ground, self.job, self.index, self.name = ground, job, index, name
        self.process: Process | None = None
        self.start = float("inf")
        self.lapsing = False  # an approval has lapsed since the last leg
        self._owed = job.final  # yuan asked for with the next payment, or before hand-over
        self._ended = dict(job.ended)  # last end of the stages that an approval may rest on
        self._passed: dict[str, int] = {}
        self._held: list[tuple[Places, str]] = []
        self._asked: tuple[Line, Request] | None = None

    def begin(self, month: float) -> None:
        """Let the project begin at `month`, now or later."""
        self.start = month
        self.process = self.ground.env.process(self._build(month))

    def give_up(self) -> None:
        """Stop the process where it stands and give back what it holds."""
        if self.process is not None and self.process.is_alive:
            self.process.interrupt()
            log = self.ground.log
            if self.index in log.waiting:
                log.go_on(self.index, self.ground.env.now)
                if self._asked is not None and self._asked[1] in self._asked[0].waiting:
                    self._asked[0].withdraw(self._asked[1])
            self._leave()

    def _build(self, start: float) -> Steps:
        job, env, log = self.job, self.ground.env, self.ground.log
        try:
            yield env.timeout(start - env.now)
            if job.stopped:
                log.states[self.index] = STOPPED
                return
            for leg, column in zip(job.legs, job.columns, strict=True):
                months = self.ground.fate.months[column]
                if job.begun is not None and column == job.columns[0]:
                    yield from self._carry_on(job.begun, leg, column, months)
                    continue
                if leg.risks or leg.after:
                    months += yield from self._fall_due(leg)
                    if self.index in log.states:
                        return
                if leg.yuan:
                    yield self._claim(leg.yuan)
                    self._note_payment()
                if leg.crew or leg.desk is not None or leg.approvals:
                    yield from self._equip(leg) if leg.approvals else self._hold(leg)
                log.began[column] = env.now
                yield env.timeout(months if leg.pace is None else self._slowed(leg, months))
                yield from self._take_land(leg)
                log.ended[column] = self._ended[leg.stages[-1]] = env.now
                if self._held:
                    self._leave()
            if self._owed:
                yield self._claim(0)
                self._note_payment()
            log.handover[self.index] = env.now if job.handed is None else job.handed
            if self.name in self.ground.handed:
                self.ground.handed[self.name].succeed()
        except Interrupt:  # `give_up` has seen to the rest
            return

    def _carry_on(self, begun: float, leg: Leg, column: int, months: float) -> Steps:
        """The stage under way: it holds what it needs, whether or not that was free."""
        env, log = self.ground.env, self.ground.log
        log.began[column] = begun
        for places, name in self._needs(leg):
            places.seize(name)
            self._held.append((places, name))
        end = max(end_of_work(begun, months, leg.pace), self.job.start)
        log.add(self.index, SEASON, end - begun - months if leg.pace else 0.0)
        yield env.timeout(max(0.0, end - env.now))
        yield from self._take_land(leg)
        log.ended[column] = self._ended[leg.stages[-1]] = env.now
        self._leave()

    def _take_land(self, leg: Leg) -> Steps:
        """Wait for the parcel, then for the quota of the year, where a stage needs it; no desk is held meanwhile."""
        if leg.land is None:
            return
        env, log = self.ground.env, self.ground.log
        month, wanted = leg.land
        self._leave()
        if month > env.now:
            log.wait(self.index, LAND, env.now)
            yield env.timeout(month - env.now)
            log.go_on(self.index, env.now)
        if wanted:
            log.wait(self.index, LAND, env.now)
            yield self._ask(self.ground.land, [(0, wanted)])
            log.go_on(self.index, env.now)

    def _fall_due(self, leg: Leg) -> Generator[Event, Any, float]:
        """Judge the risks, then wait for other projects; months by which the stage becomes longer."""
        env, log, longer = self.ground.env, self.ground.log, 0.0
        struck, columns = self.ground.fate.struck, self.ground.risks
        for risk in leg.risks:
            column = columns[self.index, risk.id]
            if column in struck:
                longer += yield from self._judge(risk, struck[column])
                if self.index in log.states:
                    return longer
        for other in leg.after:
            log.wait(self.index, DEPENDENCY, env.now)
            yield self.ground.handed[other]
            log.go_on(self.index, env.now)
        return longer

    def _judge(self, risk: Risk, longer: float) -> Generator[Event, Any, float]:
        """What a risk brings that strikes; months by which the stage becomes longer; a stop is noted in the log."""
        log = self.ground.log
        log.struck.append((self.index, risk.id))
        if risk.stops:
            log.states[self.index] = f"{STOPPED}:{risk.id}"
            return 0.0
        self._owed += round(risk.cost_share * self.job.cost * YUAN)
        log.add(self.index, RISK, longer)
        for stage in self.job.again:  # in the order of the project
            if stage in risk.repeats:
                yield from self._again(stage, RISK)
        return longer

    def _again(self, stage: str, cause: str) -> Steps:
        """Pass a stage once more: no money, no risks, but the desk, the crew and the seasons as the first time."""
        env, log = self.ground.env, self.ground.log
        leg, column = self.job.again[stage]
        self._passed[stage] = self._passed.get(stage, 0) + 1
        months = self.ground.fate.again(self.index, stage, self._passed[stage])
        yield from self._hold(leg)
        log.add(self.index, cause, months)
        yield env.timeout(months if leg.pace is None else self._slowed(leg, months))
        self._ended[stage] = env.now
        if column >= 0:
            log.ended[column] = env.now
        self._leave()

    def _claim(self, yuan: int) -> Request:
        """Stand in line for a payment and all that is owed."""
        parts = split(self.job.shares, yuan + self._owed)
        self._owed = 0
        self.ground.log.wait(self.index, self.ground.causes[parts[0][0]], self.ground.env.now)
        return self._ask(self.ground.money, parts)

    def _note_payment(self) -> None:
        now, log = self.ground.env.now, self.ground.log
        log.go_on(self.index, now)
        if self._asked is not None:
            parts: Sequence[tuple[int, int]] = self._asked[1].wants  # type: ignore[assignment]
            log.payments.extend([(now, self.index, part, source) for source, part in parts])

    def _equip(self, leg: Leg) -> Steps:
        """Valid approvals, a desk and a crew, all at the same moment."""
        while True:
            lapsed = self._lapsed(leg)
            if not lapsed:
                yield from self._hold(leg)
                lapsed = self._lapsed(leg)
                if not lapsed:
                    self.lapsing = False
                    return
                self._leave()
            self.lapsing = True
            for stage in lapsed:
                yield from self._again(stage, APPROVAL)

    def _lapsed(self, leg: Leg) -> list[str]:
        now = self.ground.env.now
        return [stage for stage, months in leg.approvals if now - self._ended[stage] > months + EPSILON]

    def _needs(self, leg: Leg) -> list[tuple[Places, str]]:
        desk = [] if leg.desk is None else [(self.ground.desks, leg.desk)]
        return [*desk, (self.ground.crews, CREW)] if leg.crew else desk

    def _hold(self, leg: Leg) -> Steps:
        env, log = self.ground.env, self.ground.log
        for places, name in self._needs(leg):
            log.wait(self.index, CREW if name == CREW and places is self.ground.crews else f"{DESK}:{name}", env.now)
            yield self._ask(places, name)
            log.go_on(self.index, env.now)
            self._held.append((places, name))

    def _ask(self, line: Line, wants: Sequence[tuple[int, int]] | str) -> Request:
        key: Key = (self.job.priority, self.ground.env.now, self.job.rank)
        request = Request(self.ground.env, key, wants, self.index)
        self._asked = (line, request)
        return line.ask(request)

    def _slowed(self, leg: Leg, months: float) -> float:
        now = self.ground.env.now
        length = end_of_work(now, months, leg.pace) - now
        self.ground.log.add(self.index, SEASON, length - months)
        return length

    def _leave(self) -> None:
        for places, name in self._held:
            places.release(name)
        self._held.clear()


def split(shares: Sequence[tuple[int, float]], yuan: int) -> list[tuple[int, int]]:
    """Whole yuan of every source that has a part in a payment; they add up to `yuan`."""
    if len(shares) == 1:
        return [(shares[0][0], yuan)]
    parts, before, share = [], 0, 0.0
    for source, part in shares[:-1]:
        share += part
        upto = min(yuan, round(yuan * share))
        parts.append((source, upto - before))
        before = upto
    parts.append((shares[-1][0], yuan - before))
    return [part for part in parts if part[1] > 0]
