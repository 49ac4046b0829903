"""When projects open: stages, capital budget and contractor crews, simulated with SimPy, one Environment per draw.

Time runs in months from 1 September of base_year. Each draw is a function of (plan, crews, seed, draw number) alone.
Equations, choices and limits: docs/science/construction.md.  Tests: tests/sim/test_construction.py.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

import numpy as np
from simpy import Environment, Event

from sim.calendar_result import CAUSES, NEVER, Calendar, opening_year
from sim.durations import Spread, stage_months
from sim.projects import YUAN, BuildPlan, Leg, legs
from sim.queues import Budget, Crews, Key
from sim.streams import FloatArray, IntArray

_JANUARY = 4  # months from 1 September to 1 January


@dataclass(frozen=True)
class Job:
    """A project ready to simulate.  columns: place of each leg in the row of months.  rank: order of ids."""

    legs: tuple[Leg, ...]
    columns: tuple[int, ...]
    start: float
    priority: int
    rank: int


@dataclass(frozen=True)
class Programme:
    """A plan ready to simulate; times in months, money in whole yuan.

    released: available at `begin`.  refills: (month, yuan) of every later 1 January before `end`.
    """

    jobs: tuple[Job, ...]
    released: int
    refills: tuple[tuple[float, int], ...]
    crews: int
    begin: float
    end: float


@dataclass
class Log:
    """What happened in one draw, projects by their place in the plan.

    handover: month of each project, inf if never.  payments: (month, project, yuan).
    waits: months by (project, cause).  waiting: open waits, project -> (cause, since).
    """

    handover: list[float]
    payments: list[tuple[float, int, int]] = field(default_factory=list)
    waits: dict[tuple[int, str], float] = field(default_factory=dict)
    waiting: dict[int, tuple[str, float]] = field(default_factory=dict)

    def wait(self, project: int, cause: str, now: float) -> None:
        """The project starts to wait."""
        self.waiting[project] = (cause, now)

    def go_on(self, project: int, now: float) -> None:
        """The wait of the project ends."""
        cause, since = self.waiting.pop(project)
        if now > since:
            self.waits[project, cause] = self.waits.get((project, cause), 0.0) + now - since


def january(year: int, base_year: int) -> int:
    """Months from 1 September of base_year to 1 January of `year`."""
    return (year - base_year - 1) * 12 + _JANUARY


def calendar_year(month: float, base_year: int) -> int:
    """Calendar year in which a month since 1 September of base_year falls."""
    return base_year + int((month + 12 - _JANUARY) // 12)


def prepare(plan: BuildPlan, crews: int, base_year: int, horizon: int) -> Programme:
    """Turn a plan into jobs and dated refills.

    The simulation begins on 1 September of base_year, or with the first project if that is earlier; what the budget
    gives for that calendar year and for earlier years is there from the first moment. It ends with year horizon + 1.
    """
    if crews < 1:
        raise ValueError(f"crews must be >= 1, found {crews}")
    begin = min([0, *(project.start_month for project in plan.projects)])
    end = january(horizon + 2, base_year)
    ranks = {name: rank for rank, name in enumerate(sorted(project.id for project in plan.projects))}
    jobs, column = [], 0
    for project in plan.projects:
        parts = legs(project)
        columns = tuple(range(column, column + len(parts)))
        jobs.append(Job(parts, columns, project.start_month, project.priority, ranks[project.id]))
        column += len(parts)
    dated = [(float(january(year, base_year)), round(amount * YUAN)) for year, amount in sorted(plan.budget.items())]
    released = sum(yuan for month, yuan in dated if month <= begin)
    refills = tuple((month, yuan) for month, yuan in dated if begin < month < end and yuan > 0)
    return Programme(tuple(jobs), released, refills, crews, begin, end)


def leg_months(plan: BuildPlan, seed: int, draws: IntArray, spread: Spread) -> FloatArray:
    """Months of every leg of every project, [draw, leg], legs in the order of the columns of `prepare`."""
    stages = dict.fromkeys(stage for project in plan.projects for stage in project.durations)
    drawn: dict[tuple[str, str], FloatArray] = {}
    for stage in stages:
        projects = [project for project in plan.projects if stage in project.durations]
        months = stage_months(projects, stage, seed, draws, spread)
        drawn.update({(project.id, stage): months[:, i] for i, project in enumerate(projects)})
    # Summed in the project's own order of stages: another project must not change even the last bit.
    columns = [
        sum((drawn[project.id, stage] for stage in leg.stages), np.zeros(len(draws)))
        for project in plan.projects
        for leg in legs(project)
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((len(draws), 0))


def _refill(env: Environment, budget: Budget, refills: Sequence[tuple[float, int]]) -> Generator[Event, None, None]:
    for month, yuan in refills:
        yield env.timeout(month - env.now)
        budget.refill(yuan)


def _build(
    env: Environment, index: int, job: Job, months: Sequence[float], budget: Budget, crews: Crews, log: Log
) -> Generator[Event, None, None]:
    yield env.timeout(job.start - env.now)
    for leg, column in zip(job.legs, job.columns, strict=True):
        if leg.yuan:
            log.wait(index, "budget", env.now)
            yield budget.get(leg.yuan, key=_key(job, env.now))
            log.go_on(index, env.now)
            log.payments.append((env.now, index, leg.yuan))
        if leg.crew:
            log.wait(index, "crew", env.now)
            with crews.request(key=_key(job, env.now)) as crew:
                yield crew
                log.go_on(index, env.now)
                yield env.timeout(months[column])
        else:
            yield env.timeout(months[column])
    log.handover[index] = env.now


def _key(job: Job, now: float) -> Key:
    return (job.priority, now, job.rank)


def simulate_draw(programme: Programme, months: Sequence[float]) -> Log:
    """Run one draw to the end of the programme.  months: of every leg, as `leg_months` gives them."""
    env = Environment(initial_time=programme.begin)
    budget = Budget(env, programme.released, to_come=sum(yuan for _, yuan in programme.refills))
    crews = Crews(env, programme.crews)
    log = Log(handover=[float("inf")] * len(programme.jobs))
    env.process(_refill(env, budget, programme.refills))
    for index, job in enumerate(programme.jobs):
        env.process(_build(env, index, job, months, budget, crews, log))
    env.run(until=programme.end)
    for project in tuple(log.waiting):
        log.go_on(project, programme.end)
    return log


def opening_years(
    plan: BuildPlan,
    crews: int,
    base_year: int,
    horizon: int,
    seed: int,
    draws: int | IntArray,
    spread: Spread = "study",
) -> Calendar:
    """Simulate the projects of a plan in every draw.

    crews: contractor crews, >= 1.  base_year, horizon: first and last school year (year t starts 1 September t).
    draws: number of draws, or the draw numbers of one block, [draw]; blocks joined by `calendar_result.join` equal one
    run.
    spread: "study" draws the durations; "none" takes the likely ones (every draw the same, so ask for one).
    """
    numbers = np.arange(draws, dtype=np.int64) if isinstance(draws, int) else draws
    programme = prepare(plan, crews, base_year, horizon)
    years = range(base_year, horizon + 2)
    shape = (len(numbers), len(plan.projects))
    handover = np.full(shape, np.inf)
    waits = {cause: np.zeros(shape) for cause in CAUSES}
    yuan = np.zeros((*shape, len(years) + 1), dtype=np.int64)  # column 0 holds what was paid before base_year
    for row, months in enumerate(leg_months(plan, seed, numbers, spread).tolist()):
        log = simulate_draw(programme, months)
        handover[row] = log.handover
        for month, project, amount in log.payments:
            yuan[row, project, max(0, calendar_year(month, base_year) - base_year + 1)] += amount
        for (project, cause), length in log.waits.items():
            waits[cause][row, project] = length
    opens = opening_year(handover, base_year, horizon)
    return Calendar(
        projects=tuple(project.id for project in plan.projects),
        years=tuple(years),
        opening_year=opens,
        handover_month=np.where(opens == NEVER, np.inf, handover),
        spend=yuan[:, :, 1:] / YUAN,
        spend_before=yuan[:, :, 0] / YUAN,
        waits=waits,
    )
