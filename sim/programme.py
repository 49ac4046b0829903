"""A plan made ready to simulate: jobs with their legs, dated money in whole yuan, crews and desks.

Time runs in months from 1 September of base_year.
Equations, choices and limits: docs/science/construction.md.  Tests: tests/sim/test_construction_money.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sim.construction_log import LAND
from sim.legs import YUAN, Leg, legs, payments_left, repeatable, stage_alone
from sim.project_terms import Fund
from sim.projects import BuildPlan, ProjectSpec

_JANUARY = 4  # months from 1 September to 1 January


@dataclass(frozen=True)
class Job:
    """A project ready to simulate.  columns: place of each leg in the row of months.  rank: order of ids.

    cost: 万元.  shares: (source, share of every payment).  final: yuan asked for before hand-over.  ended: month in
    which a stage that is done ended.  begun: month in which the first leg began, None if it has not.  paid: yuan paid
    already.  handed: month of hand-over of a project that is finished already.  again: what a stage that may be passed
    again holds, and its column (-1: it was passed before the simulation).  known: its progress is.
    """

    legs: tuple[Leg, ...]
    columns: tuple[int, ...]
    start: float
    priority: int
    rank: int
    cost: float = 0.0
    shares: tuple[tuple[int, float], ...] = ((0, 1.0),)
    final: int = 0
    ended: Mapping[str, float] = field(default_factory=dict)
    begun: float | None = None
    paid: int = 0
    handed: float | None = None
    stopped: bool = False
    triggered: bool = False
    again: Mapping[str, tuple[Leg, int]] = field(default_factory=dict)
    known: bool = False


@dataclass(frozen=True)
class Purse:
    """One source of capital, in whole yuan.  released: there at `begin`.  refills: (month, yuan) of later 1 Januaries.

    kept: share of what is left that stays on each of these days; 1 = all.
    """

    name: str
    released: int
    refills: tuple[tuple[float, int], ...]
    kept: float = 1.0


@dataclass(frozen=True)
class Programme:
    """A plan ready to simulate; times in months, money in whole yuan.  risks: (project, risk) -> its column.

    land: the quota of land in ten-thousandths of a mu, None where land is not short.
    """

    jobs: tuple[Job, ...]
    purses: tuple[Purse, ...]
    crews: int
    begin: float
    end: float
    desks: Mapping[str, int] = field(default_factory=dict)
    risks: Mapping[tuple[int, str], int] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    land: Purse | None = None


def january(year: int, base_year: int) -> int:
    """Months from 1 September of base_year to 1 January of `year`."""
    return (year - base_year - 1) * 12 + _JANUARY


def calendar_year(month: float, base_year: int) -> int:
    """Calendar year in which a month since 1 September of base_year falls."""
    return base_year + int((month + 12 - _JANUARY) // 12)


def prepare(plan: BuildPlan, crews: int, base_year: int, horizon: int) -> Programme:
    """Turn a plan into jobs and dated refills.

    The simulation begins on 1 September of base_year, or with the first project if that is earlier; what a source
    gives for that calendar year and for earlier years is there from the first moment. It ends with year horizon + 1.
    """
    if crews < 1:
        raise ValueError(f"crews must be >= 1, found {crews}")
    begin = float(min([0, *(_arrival(project) for project in plan.projects if not project.triggered)]))
    end = float(january(horizon + 2, base_year))
    ranks = {name: rank for rank, name in enumerate(sorted(project.id for project in plan.projects))}
    places = {name: place for place, name in enumerate(plan.sources)}
    jobs: list[Job] = []
    column = 0
    for project in plan.projects:
        parts = legs(project, plan.breaks)
        columns = tuple(range(column, column + len(parts)))
        job = _job(project, parts, columns, ranks[project.id], places)
        jobs.append(replace(job, again=_again(project, plan, parts, columns)))
        column += len(parts)
    purses = tuple(_purse(name, fund, (begin, end), base_year) for name, fund in plan.sources.items())
    return Programme(
        tuple(jobs),
        purses,
        crews,
        begin,
        end,
        dict(plan.desks),
        risk_places(plan),
        tuple(project.id for project in plan.projects),
        None if plan.land is None else _purse(LAND, plan.land, (begin, end), base_year),
    )


def risk_places(plan: BuildPlan) -> dict[tuple[int, str], int]:
    """Column of each risk, by (place of the project, risk)."""
    pairs = [(place, risk.id) for place, project in enumerate(plan.projects) for risk in project.risks]
    return {pair: column for column, pair in enumerate(pairs)}


def _arrival(project: ProjectSpec) -> float:
    """When a project that has not begun is decided, or when the state of one that may have begun was seen."""
    progress = project.progress
    if progress is None:
        return project.start_month
    return progress.as_of if progress.under_way else max(project.start_month, progress.as_of)


def _job(
    project: ProjectSpec, parts: tuple[Leg, ...], columns: tuple[int, ...], rank: int, places: Mapping[str, int]
) -> Job:
    shares = tuple((places[name], share) for name, share in project.funding.items() if share > 0) or ((0, 1.0),)
    progress = project.progress
    job = Job(parts, columns, _arrival(project), project.priority, rank, project.cost, shares)
    job = replace(job, triggered=project.triggered)
    if progress is None:
        return job
    return replace(
        job,
        final=payments_left(project)[1] if parts else 0,
        ended=dict(progress.done),
        begun=progress.under_way[1] if progress.under_way else None,
        paid=round(progress.paid * YUAN),
        handed=None if parts else max(progress.done.values()),
        stopped=progress.stopped,
        known=True,
    )


def _again(
    project: ProjectSpec, plan: BuildPlan, parts: tuple[Leg, ...], columns: tuple[int, ...]
) -> dict[str, tuple[Leg, int]]:
    # A stage that may be passed again is a leg of its own, so its name finds its column.
    found = {leg.stages: column for leg, column in zip(parts, columns, strict=True)}
    return {
        stage: (stage_alone(project, stage, plan.breaks), found.get((stage,), -1))
        for stage in project.durations
        if stage in repeatable(project)
    }


def _purse(name: str, fund: Fund, span: tuple[float, float], base_year: int) -> Purse:
    begin, end = span
    dated = {float(january(year, base_year)): round(amount * YUAN) for year, amount in sorted(fund.years.items())}
    early = [month for month in dated if month <= begin]
    released = 0
    if early:
        month = early[0]
        while month <= begin:
            released = int(released * fund.share) + dated.get(month, 0)
            month += 12
    if fund.share == 1.0:  # nothing happens on a 1 January that brings no money
        return Purse(name, released, tuple((m, yuan) for m, yuan in dated.items() if begin < m < end and yuan > 0))
    first = float(january(calendar_year(begin, base_year) + 1, base_year))
    months = [first + 12 * i for i in range(int((end - first) // 12) + 1)]
    return Purse(name, released, tuple((m, dated.get(m, 0)) for m in months if m < end), fund.share)
