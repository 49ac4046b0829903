"""What a plan changes when, at which school, for which children: a row per project that moves anybody, and per zone."""

import numpy as np
import pandas as pd

from reports.shapes_groups import PLAN_STEPS
from scenarios.schema_plan import PlanFile, Project, ZoneChange
from schoolplan.prepare import Prepared
from sim.calendar_result import NEVER, Calendar
from sim.ladders import base_rolls, whole
from sim.model import Model
from sim.network_plan import lags
from sim.tables import ladder_order

Row = dict[str, object]


def step_rows(prepared: Prepared, built: dict[str, Calendar]) -> pd.DataFrame:
    """Rows of every plan in one future; columns of `PLAN_STEPS` but `future`."""
    rows: list[Row] = []
    for name, calendar in built.items():
        plan = prepared.bundle.plans[name]
        opens = {project: calendar.opening_year[:, i] for i, project in enumerate(calendar.projects)}
        steps = [_of_project(prepared, plan, project) | _when(opens[project.id]) for project in plan.projects
                 if project.adds is None]  # fmt: skip
        steps += [_of_zone(prepared, change) | _since(change, opens) for change in plan.zones]
        rows += [{**step, "plan": name, "order": order} for order, step in enumerate(steps)]
    return pd.DataFrame(rows, columns=[name for name in PLAN_STEPS.names if name != "future"])


def _when(opens: np.ndarray) -> Row:
    """Quantiles of the year in which something opens; empty where it does not before the horizon."""
    years = np.quantile(opens, [0.1, 0.5, 0.9], method="nearest")
    return {name: None if year == NEVER else int(year) for name, year in zip(("p10", "p50", "p90"), years, strict=True)}


def _since(change: ZoneChange, opens: dict[str, np.ndarray]) -> Row:
    if change.with_project is not None:
        return _when(opens[change.with_project])
    return dict.fromkeys(("p10", "p50", "p90"), change.from_year)


def _of_project(prepared: Prepared, plan: PlanFile, project: Project) -> Row:
    if project.new is not None:
        return _opening(prepared, plan, project)
    model = whole(prepared.model)
    school = model.layout.schools.index(str(project.school))
    own = model.hosts[school]
    span, becomes = own, project.becomes
    if becomes is not None:
        order = ladder_order(prepared.bundle)
        first, last = order[becomes.first_grade], order[becomes.last_grade]
        span = np.array([first <= order[name] <= last for name in model.grades.names])
    ends = own if becomes is None else own & ~span
    gains = np.zeros_like(own) if becomes is None else span & ~own
    stays = project.transition_years > 0
    grown = 0 if becomes is None or becomes.opening == "all_grades" else int(lags(gains).max())
    return {
        "what": "converts" if becomes is not None else "phases_out" if stays else "closes",
        "project": project.id,
        "school": project.school,
        "grades": _names(model, ends),
        "gains": _names(model, gains),
        "units": "",
        "years": max(min(project.transition_years, int(lags(ends).max())), grown),
        "parts": "",
        "moves": 0.0 if stays else 1.0,
        "to": _heirs(project) if ends.any() else "",
        "pupils": int(base_rolls(prepared.model)[school, ends].sum()),
    }


def _heirs(project: Project) -> str:
    leak = [] if project.leak is None else [f"{school}:{project.leak.share:g}" for school in project.leak.schools]
    return " ".join(["~nearest"] if project.to_nearest else [*project.receivers, *leak])


def _opening(prepared: Prepared, plan: PlanFile, project: Project) -> Row:
    new, model = project.new, whole(prepared.model)
    assert new is not None
    hosted = model.hosts[model.layout.schools.index(new.school)]
    zones = [change for change in plan.zones if change.with_project == project.id and new.school in change.schools]
    every = new.opening == "all_grades"
    return {
        "what": "opens",
        "project": project.id,
        "school": new.school,
        "grades": _names(model, hosted),
        "gains": "",
        "units": " ".join(dict.fromkeys(unit for change in zones for unit in change.units)),
        "years": max(len(new.fill) - 1, 0 if every else int(lags(hosted).max())),
        "parts": " ".join(f"{part:g}" for part in new.fill),
        "moves": new.transfer_share if every else 0.0,
        "to": "",
        "pupils": sum(_pupils(prepared, change, hosted) for change in zones),
    }


def _of_zone(prepared: Prepared, change: ZoneChange) -> Row:
    model, siblings = whole(prepared.model), change.siblings
    grades = model.grades.stage_of == model.grades.stages.index(change.stage)
    return {
        "what": "rezones",
        "project": change.with_project or "",
        "school": " ".join(change.schools),
        "grades": _names(model, grades),
        "gains": "",
        "units": " ".join(change.units),
        "years": 0 if siblings is None else siblings.years,
        "parts": "" if siblings is None else f"{siblings.share:g}",
        "moves": 0.0,
        "to": "",
        "pupils": _pupils(prepared, change, grades),
    }


def _names(model: Model, grades: np.ndarray) -> str:
    return " ".join(name for name, chosen in zip(model.grades.names, grades, strict=True) if chosen)


def _pupils(prepared: Prepared, change: ZoneChange, grades: np.ndarray) -> int:
    """Pupils of today who live in the units of a zone change and are in some grades of its stage."""
    model, found = prepared.model, whole(prepared.model).grades
    of_stage = found.stage_of == found.stages.index(change.stage)
    early = model.early is not None and change.stage in model.early.grades.stages
    ladder = model.early if early and model.early is not None else model
    cells = np.isin(ladder.layout.unit_of, [ladder.layout.units.index(unit) for unit in change.units])
    names = [name for name, chosen in zip(found.names, grades & of_stage, strict=True) if chosen]
    chosen = np.isin(ladder.grades.names, names)
    return int(ladder.pupils[cells][:, ladder.layout.real][:, :, chosen].sum())
