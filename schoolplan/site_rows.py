"""Sites as the run folder keeps them for papers: parcels with what stands against them, and who lives near a site.

Near: straight line from the demand points of the units to a school or the middle of a parcel, and for schools the way
on foot.  Each point holds its share of the pupils of the base year who live in the unit.
Test: tests/cli/test_fact_rows.py.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
import shapely

from gis.arrays import WALK, FloatArray
from gis.land_study import Land, read_land
from reports.shapes_facts import PARCEL_CHECKS, PARCELS, SITE_DEMAND
from scenarios.bundle import Bundle
from schoolplan.prepare import Prepared
from sim.model import Model

NEAR_M: Mapping[str, float] = {"m500": 500.0, "m1000": 1000.0}
WALK_MIN = 30.0
NO_PARCELS = "~none"


def site_rows(prepared: Prepared) -> dict[str, pd.DataFrame]:
    """Tables of sites by the name of their field of `RunTables`."""
    land = read_land(prepared.bundle)[0] if "parcels" in prepared.bundle.tables else None
    return {
        "parcels": pd.DataFrame([] if land is None else list(parcel_rows(land)), columns=list(PARCELS.names)),
        "parcel_checks": pd.DataFrame(list(check_rows(prepared.bundle, land)), columns=list(PARCEL_CHECKS.names)),
        "site_demand": pd.DataFrame(list(demand_rows(prepared, land)), columns=list(SITE_DEMAND.names)),
    }


def _middle(shape: shapely.Geometry | None) -> tuple[float, float] | None:
    if shape is None:
        return None
    point = shapely.centroid(shape)
    return round(float(shapely.get_x(point)), 1), round(float(shapely.get_y(point)), 1)


def parcel_rows(land: Land) -> Iterator[tuple[object, ...]]:
    """Rows of `PARCELS`, in the order of the table."""
    for at, row in enumerate(land.result.to_dict("records")):
        numbers = {name: _given(row[name]) for name in ("area_m2", "usable_m2", "pupils_max", "classes_max")}
        yield (
            row["parcel"],
            row["unit"],
            *(_middle(land.parcels.shapes[at]) or ("", "")),
            numbers["area_m2"],
            numbers["usable_m2"],
            *(row[name] for name in ("status", "ownership", "planned_use")),
            int(bool(row["locked"])),
            row["outline"],
            numbers["pupils_max"],
            numbers["classes_max"],
            int(bool(row["more"])),
            *(row[name] for name in ("norm", "fit", "source")),
        )


def _given(value: object) -> object:
    return "" if pd.isna(float(str(value))) else float(str(value))


def check_rows(bundle: Bundle, land: Land | None) -> Iterator[tuple[object, ...]]:
    """Rows of `PARCEL_CHECKS`: every clearance of the pack for every parcel, checked or not."""
    found = {} if land is None else {each.clearance.code: each for each in land.found}
    parcels = (NO_PARCELS,) if land is None else land.parcels.ids
    for at, parcel in enumerate(parcels):
        for each in bundle.pack.clearances:
            against = found.get(each.code)
            near = "" if against is None or not np.isfinite(against.distance_m[at]) else float(against.distance_m[at])
            lost = "" if against is None else _given(against.share[at])
            yield (
                parcel,
                each.code,
                each.name.zh,
                each.name.en,
                each.rule,
                float(each.distance_m),
                int(against is not None),
                near,
                lost,
                each.source.zh,
                each.source.en,
                each.source_grade,
            )


def pupils_by_home(model: Model, units: Sequence[str]) -> dict[str, FloatArray]:
    """Stage -> pupils of the base year by unit, [unit], of both ladders; pupils from outside the county left out."""
    found = {} if model.early is None else pupils_by_home(model.early, units)
    homes = model.layout.unit_of
    inside = homes >= 0
    by_cell = model.pupils.sum(axis=1)  # [cell, grade]
    for number, stage in enumerate(model.grades.stages):
        counts = by_cell[:, model.grades.stage_of == number].sum(axis=1)
        by_unit = np.bincount(homes[inside], counts[inside], len(model.layout.units))
        own = dict(zip(model.layout.units, by_unit, strict=True))
        found[stage] = np.array([float(own.get(unit, 0.0)) for unit in units])
    return found


def demand_rows(prepared: Prepared, land: Land | None) -> Iterator[tuple[object, ...]]:
    """Rows of `SITE_DEMAND` for the schools of projects and for parcels with a place."""
    space, travel = prepared.space, prepared.space.travel
    if travel is None:
        return
    homes = pupils_by_home(prepared.model, space.units)
    points = {stage: counts[travel.point_unit] * travel.point_weight for stage, counts in homes.items()}
    projects = [project for plan in prepared.bundle.plans.values() for project in plan.projects]
    named = {str(one.school) if one.new is None else one.new.school for one in projects}
    for at, school in enumerate(space.schools):
        if school in named:
            near = _near(travel.point_xy, space.school_xy[at])
            near["walk30"] = travel.point_minutes[WALK, :, at] <= WALK_MIN
            yield from _sums("school", school, points, near)
    if land is not None:
        for parcel, shape in zip(land.parcels.ids, land.parcels.shapes, strict=True):
            middle = _middle(shape)
            if middle is not None:
                yield from _sums("parcel", parcel, points, _near(travel.point_xy, np.array(middle)))


def _near(points: FloatArray, place: FloatArray) -> dict[str, np.ndarray]:
    away = np.hypot(*(points - place).T)
    return {name: away <= metres for name, metres in NEAR_M.items()}


def _sums(
    kind: str, site: str, points: Mapping[str, FloatArray], near: Mapping[str, np.ndarray]
) -> Iterator[tuple[object, ...]]:
    for stage, pupils in points.items():
        for within, inside in near.items():
            yield kind, site, stage, within, round(float(pupils[inside].sum()), 3)
