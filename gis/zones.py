"""Zones on the map: which schools serve a unit in a year under a plan, and the polygons that follow.

The zone of a unit is the latest set of rows that is in force; a school that has closed is replaced by its receivers.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
import shapely

from scenarios.schema_plan import PlanFile

COLUMNS = ("stage", "unit", "school", "from_year", "with_project")


@dataclass(frozen=True)
class Moment:
    """What has happened when a map is drawn."""

    year: int
    """School year."""
    opening: Mapping[str, int] = field(default_factory=dict)
    """School year in which a project takes effect; one that is not named has not happened."""
    closures: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """Closed school -> (project that closes it, schools that receive its zones)."""


def zone_history(zones: pd.DataFrame, plan: PlanFile) -> pd.DataFrame:
    """All zone rows of a plan: those of the base year and each change, in the order of the plan.

    zones: columns stage, unit, school.  Result: stage, unit, school, from_year (0 = from the beginning or with a
    project), with_project ("" = none).
    """
    base = zones[["stage", "unit", "school"]].assign(from_year=0, with_project="")
    changes = [
        (change.stage, unit, school, change.from_year or 0, change.with_project or "")
        for change in plan.zones
        for unit in change.units
        for school in change.schools
    ]
    return pd.concat([base, pd.DataFrame(changes, columns=list(COLUMNS))], ignore_index=True)


def closures_of(plan: PlanFile) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Closed school -> (project, receivers), for `Moment`."""
    return {
        project.school: (project.id, project.receivers)
        for project in plan.projects
        if project.kind == "closure" and project.school is not None
    }


def zones_at(history: pd.DataFrame, stage: str, moment: Moment, hosting: Collection[str] | None = None) -> pd.DataFrame:
    """Columns unit, school: the schools that serve each unit, sorted.

    history: as from `zone_history`.  Among the changes in force the latest wins, among equals the later row.
    hosting: schools that host the stage; receivers outside it get no zone.  None: every receiver does.
    """
    rows = history[history["stage"] == stage].reset_index(drop=True)
    project = rows["with_project"].fillna("")
    opening = project.map(dict(moment.opening))
    since = rows["from_year"].where(project == "", opening).astype("float64")
    rows = rows.assign(since=since, project=project, row=rows.index)[since <= moment.year]
    # The last row of the latest change names the change; all its rows belong to the zone.
    last = rows.sort_values(["since", "row"], kind="stable").groupby("unit").tail(1)
    chosen = rows.merge(last[["unit", "since", "project", "from_year"]], on=["unit", "since", "project", "from_year"])
    served = {
        (str(unit), heir)
        for unit, school in zip(chosen["unit"], chosen["school"], strict=True)
        for heir in _heirs(str(school), moment, hosting, frozenset())
    }
    return pd.DataFrame(sorted(served), columns=["unit", "school"])


def _heirs(school: str, moment: Moment, hosting: Collection[str] | None, seen: frozenset[str]) -> tuple[str, ...]:
    """The school itself, or who receives its zones once it has closed (receivers may close too)."""
    project, receivers = moment.closures.get(school, ("", ()))
    closed = moment.opening.get(project, moment.year + 1) <= moment.year
    if not closed or school in seen:
        return (school,)
    taking = [name for name in receivers if hosting is None or name in hosting]
    return tuple(heir for name in taking for heir in _heirs(name, moment, hosting, seen | {school}))


def dissolve(units: gpd.GeoDataFrame, served: pd.DataFrame) -> gpd.GeoDataFrame:
    """Zone polygons: units that share the same schools become one shape.

    units: columns `id`, `geometry`.  served: columns unit, school.
    Result: zone (its schools joined by +), schools, units (tuples), geometry; sorted by zone, CRS of the units.
    """
    shapes = dict(zip(units["id"].astype(str), units.geometry, strict=True))
    schools = {str(unit): tuple(sorted(set(rows["school"]))) for unit, rows in served.groupby("unit")}
    members: dict[tuple[str, ...], list[str]] = {}
    for unit in sorted(schools.keys() & shapes.keys()):
        members.setdefault(schools[unit], []).append(unit)
    keys = sorted(members)
    table = {
        "zone": ["+".join(key) for key in keys],
        "schools": pd.Series(keys, dtype=object),
        "units": pd.Series([tuple(members[key]) for key in keys], dtype=object),
    }
    polygons = [shapely.union_all([shapes[unit] for unit in members[key]]) for key in keys]
    return gpd.GeoDataFrame(table, geometry=polygons, crs=units.crs)
