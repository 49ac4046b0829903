"""Zonings of a study: that of its zones table, and that of a plan in a school year, by stage."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gis.arrays import BoolArray, FloatArray
from gis.zones import Moment, closures_of, zone_history, zones_at
from gis.zonings import Zoning, grade_shares, zone_weights
from gis.zonings_study import ZoningStudy
from scenarios.problems import Problem, warning
from scenarios.schema_plan import PlanFile


@dataclass(frozen=True)
class Zonings:
    """The zoning of the study and another one, by stage; stages of which nobody says a zone are absent."""

    before: dict[str, Zoning]
    after: dict[str, Zoning]
    year: int
    """School year of the other one."""
    problems: tuple[Problem, ...] = ()


def plan_zonings(study: ZoningStudy, plan: PlanFile, year: int | None, place: str) -> Zonings:
    """Zones of the study and those of a plan, all its projects open.

    year: default the last in which a zone changes.  place: where the plan's zones are written, for messages.
    A change counts for the grades that one of its schools has; in others the former schools stay, as in the simulation.
    """
    bundle = study.bundle
    years = [change.from_year for change in plan.zones if change.from_year is not None]
    when = year or max([*years, bundle.study.base_year + 1])
    moment = Moment(when, {project.id: when for project in plan.projects}, closures_of(plan))
    history, changed = zone_history(zones_table(study), plan), {change.stage for change in plan.zones}
    before, after, problems = base_zonings(study), {}, list[Problem]()
    for stage in (one.id for one in bundle.study.stages):
        if stage not in before and stage not in changed:
            continue
        hosts = study.hosts(stage)
        hosting = [study.points.ids[at] for at in np.flatnonzero(hosts.any(axis=1)).tolist()]
        weights = zone_weights(zones_at(history, stage, moment, hosting), study.ids, study.points.ids)
        old = base_weights(study, stage)
        same = ((weights > 0) == (old > 0)).all(axis=1)
        shares, kept = _with_former(np.where(same[:, None], old, weights), old, hosts)
        after[stage] = Zoning(stage, study.ids, study.points.ids, shares.mean(axis=2))
        if kept.any():
            names = tuple(study.ids[row] for row in np.flatnonzero(kept))
            problems.append(warning("GIS139", place, names, stage=stage, count=len(names)))
    return Zonings(before, after, when, tuple(problems))


def base_zonings(study: ZoningStudy) -> dict[str, Zoning]:
    """Zonings of the zones table, by stage."""
    table, found = zones_table(study), {}
    for stage in (one.id for one in study.bundle.study.stages):
        if (table["stage"] == stage).any():
            share = grade_shares(base_weights(study, stage), study.hosts(stage)).mean(axis=2)
            found[stage] = Zoning(stage, study.ids, study.points.ids, share)
    return found


def zones_table(study: ZoningStudy) -> pd.DataFrame:
    """Columns stage, unit, school, weight; without rows where the study has no zones."""
    empty = pd.DataFrame(columns=["stage", "unit", "school", "weight"], dtype=object)
    return study.bundle.tables.get("zones", empty)


def base_weights(study: ZoningStudy, stage: str) -> FloatArray:
    """Weights of the zones table, [unit, school]."""
    table = zones_table(study)
    return zone_weights(table[table["stage"] == stage], study.ids, study.points.ids)


def _with_former(weights: FloatArray, old: FloatArray, hosts: BoolArray) -> tuple[FloatArray, BoolArray]:
    """Shares [unit, school, grade]; where the schools of a zone lack a grade, the former ones stay; those units."""
    shares, former = grade_shares(weights, hosts), grade_shares(old, hosts)
    lacking = (shares.sum(axis=1) == 0) & (former.sum(axis=1) > 0) & (weights.sum(axis=1) > 0)[:, None]
    return np.where(lacking[:, None, :], former, shares), lacking.any(axis=1)
