"""The run of one draw: projects on one SimPy clock, which can be started, cancelled and advanced.

Equations, choices and limits: docs/science/construction.md.
Tests: tests/sim/test_construction.py, tests/sim/test_yard.py.
"""

from collections.abc import Generator
from typing import Any

from simpy import Environment, Event

from sim.building import EPSILON, Ground, Site
from sim.construction_log import APPROVAL, CANCELLED, CREW, DEPENDENCY, LAND, MONEY, NOT_STARTED, Log
from sim.fates import Fate
from sim.programme import Programme
from sim.project_terms import BUDGET
from sim.projects import CREW_STAGE
from sim.queues import CREWS_SETTLE, DESKS_SETTLE, LAND_SETTLES, Money, Places


class Yard:
    """One draw of a plan.  `advance` it month by month, or `finish` it at once; the result is its `log`."""

    def __init__(self, programme: Programme, fate: Fate) -> None:
        jobs, self._end = programme.jobs, programme.end
        legs = sum(len(job.legs) for job in jobs)
        self._env = env = Environment(initial_time=programme.begin)
        self.log = Log([float("inf")] * len(jobs), [float("nan")] * legs, [float("nan")] * legs)
        self._causes = [money_cause(purse.name) for purse in programme.purses]
        self._money = Money(env, programme.purses, self._lacking)
        self._awaited = {other: Event(env) for job in jobs for leg in job.legs for other in leg.after}
        ground = Ground(
            env,
            self._money,
            Places(env, programme.desks, DESKS_SETTLE),
            Places(env, {CREW: programme.crews}, CREWS_SETTLE),
            self.log,
            fate,
            self._causes,
            dict(programme.risks),
            self._awaited,
            Money(env, [] if programme.land is None else [programme.land], self._lacking, LAND_SETTLES),
        )
        for source, purse in enumerate(programme.purses):
            env.process(self._refill(self._money, source, purse.refills))
        if programme.land is not None:
            env.process(self._refill(ground.land, 0, programme.land.refills))
        self._sites = [
            Site(ground, job, i, name) for i, (job, name) in enumerate(zip(jobs, programme.ids, strict=True))
        ]
        for site in self._sites:
            if not site.job.triggered:
                # What is under way began before, or begins in the first moment.
                site.begin(site.job.start if site.job.begun is None else max(site.job.begun, programme.begin))

    def start(self, project: int, month: float) -> None:
        """Decide a project that waits for a trigger.  Raises ValueError if that was done or `month` is past."""
        site = self._sites[project]
        if site.process is not None or project in self.log.states:
            raise ValueError(f"project {site.name} was started or cancelled before")
        if month < self._env.now - EPSILON:
            raise ValueError(f"project {site.name}: month {month} is past, it is month {self._env.now}")
        site.begin(max(month, self._env.now))

    def cancel(self, project: int) -> bool:
        """Give up a project, now; False if it is too late: its construction has begun, or it has ended.

        Money not yet released stays where it is; what was released is spent.
        """
        log, job = self.log, self._sites[project].job
        works = [column for leg, column in zip(job.legs, job.columns, strict=True) if CREW_STAGE in leg.stages]
        begun = CREW_STAGE in job.ended or any(log.began[column] == log.began[column] for column in works)
        if begun or project in log.states or log.handover[project] < float("inf"):
            return False
        log.states[project] = CANCELLED
        self._sites[project].give_up()
        return True

    def announce(self, name: str) -> None:
        """What some projects wait for happens now, though it is no hand-over; names: `Leg.after`."""
        self._awaited[name].succeed()

    def advance(self, month: float) -> None:
        """All that happens up to `month`, that day included; nothing at or after the end of the programme."""
        until = min(month, self._end)
        if until > self._env.now:
            self._env.run(until=until)
        while self._env.peek() <= month + EPSILON and self._env.peek() < self._end:
            self._env.step()

    def finish(self) -> Log:
        """Run to the end of the programme and close the waits that are open then."""
        log = self.log
        if self._env.now < self._end:
            self._env.run(until=self._end)
        for project in tuple(log.waiting):
            cause, _ = log.waiting[project]
            if cause in (DEPENDENCY, LAND) or cause.startswith(BUDGET):
                log.states[project] = MONEY if cause.startswith(BUDGET) else cause
            log.go_on(project, self._end)
        for site in self._sites:
            if site.lapsing:
                log.states.setdefault(site.index, APPROVAL)
            if site.process is None or site.start >= self._end:
                log.states.setdefault(site.index, NOT_STARTED)
        return log

    def _refill(self, line: Money, source: int, refills: tuple[tuple[float, int], ...]) -> Generator[Event, Any, None]:
        for month, _ in refills:
            yield self._env.timeout(month - self._env.now)
            line.refill(source)

    def _lacking(self, project: int, source: int) -> None:
        """A project waits for another source than before."""
        self.log.go_on(project, self._env.now)
        self.log.wait(project, self._causes[source], self._env.now)


def money_cause(source: str) -> str:
    """Name of the wait for a source of capital."""
    return BUDGET if source == BUDGET else f"{BUDGET}:{source}"
