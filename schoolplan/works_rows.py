"""Rows of a run folder on the building of projects: stages, causes, money by source, work of each year."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from scenarios.construction_defaults import load_defaults
from schoolplan.prepare import Prepared
from sim.arrays import FloatArray
from sim.calendar_result import Calendar
from sim.legs import YUAN, payments_left
from sim.plan_projects import build_plan, ground_of
from sim.programme import prepare as programme_of
from sim.projects import BuildPlan, ProjectSpec
from sim.work_plan import WORK_COLUMNS, work_rows
from sim.works import CAUSE_COLUMNS, FUND_COLUMNS, STAGE_COLUMNS, cause_rows, fund_rows, stage_rows


def _for_futures(prepared: Prepared, frames: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    """The same rows in every future."""
    names = ["future", "plan", *columns]
    there = [frame for frame in frames if len(frame)]
    if not there:
        return pd.DataFrame(columns=names)
    every = pd.concat(there, ignore_index=True)
    return pd.concat([every.assign(future=name) for name in prepared.bundle.futures], ignore_index=True)[names]


def _plan(prepared: Prepared, plan: str) -> BuildPlan:
    base = prepared.model.base_year
    return build_plan(prepared.bundle.plans[plan], ground_of(prepared.bundle, plan, load_defaults(), base))


def _done(spec: ProjectSpec) -> frozenset[str]:
    return frozenset() if spec.progress is None else frozenset(spec.progress.done)


def _stages(prepared: Prepared, plan: str, calendar: Calendar) -> pd.DataFrame:
    specs = _plan(prepared, plan).projects
    passed = {spec.id: tuple(spec.durations) for spec in specs}
    return stage_rows(calendar, passed, {spec.id: _done(spec) for spec in specs}, prepared.model.base_year)


def stages_table(prepared: Prepared, built: Mapping[str, Calendar]) -> pd.DataFrame:
    """Rows of the table `stages`."""
    frames = [_stages(prepared, plan, calendar).assign(plan=plan) for plan, calendar in built.items()]
    return _for_futures(prepared, frames, STAGE_COLUMNS)


def causes_table(prepared: Prepared, built: Mapping[str, Calendar]) -> pd.DataFrame:
    """Rows of the table `project_causes`."""
    frames = [cause_rows(calendar).assign(plan=plan) for plan, calendar in built.items()]
    return _for_futures(prepared, frames, CAUSE_COLUMNS)


def work_table(prepared: Prepared, built: Mapping[str, Calendar]) -> pd.DataFrame:
    """Rows of the table `work_plan`: calendar years from that of the base year to that of the horizon."""
    bureaus = {one.stage: one.bureau for one in load_defaults().charge}
    model, frames = prepared.model, []
    for plan, calendar in built.items():
        specs = _plan(prepared, plan).projects
        due = {spec.id: {stage: yuan / YUAN for stage, yuan in payments_left(spec)[0].items()} for spec in specs}
        rows = work_rows(_stages(prepared, plan, calendar), due, bureaus, (model.base_year, model.horizon))
        frames.append(rows.assign(plan=plan))
    return _for_futures(prepared, frames, WORK_COLUMNS)


def fund_table(prepared: Prepared, built: Mapping[str, Calendar]) -> pd.DataFrame:
    """Rows of the table `cash` by source of capital, of plans that have any."""
    base, frames = prepared.model.base_year, []
    for name, calendar in built.items():
        plan = _plan(prepared, name)
        if not any(fund.years for fund in plan.sources.values()):
            continue
        crews = prepared.bundle.study_in_plan(name).construction.crews
        purses = programme_of(plan, crews, base, prepared.model.horizon).purses
        frames.append(fund_rows(calendar, plan.sources, purses, _shares(plan), base).assign(plan=name))
    return _for_futures(prepared, frames, FUND_COLUMNS)


def _shares(plan: BuildPlan) -> FloatArray:
    """What each project takes from each source, [project, source]."""
    sources = tuple(plan.sources)
    found = np.zeros((len(plan.projects), len(sources)))
    for number, spec in enumerate(plan.projects):
        for source, share in (spec.funding or {sources[0]: 1.0}).items():
            found[number, sources.index(source)] = share
    return found
