"""From a study to arrays: units, schools of today and of all plans, all distances. Start reading here."""

from collections.abc import Sequence

import numpy as np

from gis.arrays import FloatArray, Space
from gis.checks_names import school_names_twice
from gis.checks_zones import schools_outside, torn_zones, zones_of
from gis.crs import find_way, parse_crs
from gis.distance import distance_matrix_km
from gis.findings import Finding
from gis.layers import POINTS, check_against_table, scan_layer
from gis.places import SchoolPoints, common_offset, locate, offset_problem
from gis.units import Units, layer_source, load_units, representative_points, study_place
from scenarios.bundle import Bundle, StudyBundle
from scenarios.problems import Problem, error, has_errors, in_order

_CHINA = (73.0, 18.0, 136.0, 54.0)


def build_space(bundle: Bundle) -> tuple[Space | None, list[Problem]]:
    """Space of a study, None if a problem stops it, and every problem of its layers and positions.

    New schools of all plans are included, so that all plans share one geography.
    """
    units, problems = load_units(bundle)
    if units is None:
        return None, in_order(problems)
    points, found = _all_schools(bundle, units)
    problems += found
    if points is None:
        return None, in_order(problems)
    held, found = _positions(bundle, units, points)
    problems += found
    if has_errors(problems):
        return None, in_order(problems)
    return _space(units, points, held, bundle.study.travel.detour), in_order(problems)


def check_study_space(bundle: StudyBundle) -> list[Problem]:
    """Every problem of the layers of a study alone, and of its schools where it has some already."""
    units, problems = load_units(bundle)
    if units is not None and "schools" in bundle.tables:
        points, found = _table_schools(bundle, units)
        problems += found
        if points is not None:
            problems += _positions(bundle, units, points)[1]
    return in_order(problems)


def _positions(bundle: StudyBundle, units: Units, points: SchoolPoints) -> tuple[tuple[str, ...], list[Problem]]:
    """The unit that holds each school, and every school that does not stand where the tables say."""
    held, found = locate(points, units.frame, units.way)
    problems: list[Problem] = [*found]
    offset = common_offset(points, units.frame)
    if offset is not None:
        problems.append(offset_problem(offset, study_place(bundle, "school_crs"), _in_china(units)))
    problems += _zone_findings(bundle, units, points, held)
    return held, [*problems, *school_names_twice(bundle, points, units.way)]


def _zone_findings(bundle: StudyBundle, units: Units, points: SchoolPoints, held: tuple[str, ...]) -> Sequence[Finding]:
    """Schools outside their zone and zones in parts, where the study has zones already."""
    if "zones" not in bundle.tables:
        return ()
    zones = zones_of(bundle.tables["zones"], units.ids)
    outside = schools_outside(zones, points, held, units.frame, units.way)
    return outside + torn_zones(zones, units.frame, bundle.table_path("zones"), units.way)


def _space(units: Units, points: SchoolPoints, held: tuple[str, ...], detour: float) -> Space:
    unit_xy = representative_points(units.frame)
    return Space(
        units=units.ids,
        schools=points.ids,
        unit_xy=unit_xy,
        school_xy=points.xy,
        distance_km=distance_matrix_km(unit_xy, points.xy, detour),
        school_distance_km=distance_matrix_km(points.xy, points.xy, detour),
        area_km2=np.asarray(units.frame.geometry.area, dtype=np.float64) / 1e6,
        school_unit=held,
    )


def _in_china(units: Units) -> bool:
    west, south, east, north = _CHINA
    geodetic = units.way.target.geodetic_crs
    way, _ = (None, []) if geodetic is None else find_way(units.way.target, geodetic, "")
    if way is None:
        return False
    lon, lat = way.points(representative_points(units.frame)).mean(axis=0)
    return bool(west <= lon <= east and south <= lat <= north)


def _all_schools(bundle: Bundle, units: Units) -> tuple[SchoolPoints | None, list[Problem]]:
    """Schools of the table and new schools of the plans, sorted by id, in the working CRS."""
    here, problems = _table_schools(bundle, units)
    new, found = _plan_schools(bundle, units)
    problems += found
    if here is None or new is None:
        return None, problems
    everyone = SchoolPoints(
        here.ids + new.ids, here.units + new.units, np.concatenate([here.xy, new.xy]), here.places + new.places
    )
    return _sorted(everyone), problems


def _sorted(points: SchoolPoints) -> SchoolPoints:
    order = np.argsort(np.array(points.ids, dtype=object), kind="stable").tolist()
    ids, stated, places = (tuple(row[at] for at in order) for row in (points.ids, points.units, points.places))
    return SchoolPoints(ids, stated, points.xy[order], places)


def _table_schools(bundle: StudyBundle, units: Units) -> tuple[SchoolPoints | None, list[Problem]]:
    table, written = bundle.tables["schools"], bundle.table_path("schools")
    ids = tuple(str(name) for name in table["school"])
    stated = tuple(str(name) for name in table["unit"])
    places = tuple(f"{written}:{name}" for name in ids)
    if bundle.study.layers.schools is None:
        lonlat = table[["lon", "lat"]].to_numpy(dtype=np.float64)
        xy, problems = _moved(bundle, units, lonlat, ids, places)
    else:
        xy, problems = _layer_schools(bundle, units, ids)
    return (None if xy is None else SchoolPoints(ids, stated, xy, places)), problems


def _layer_schools(bundle: StudyBundle, units: Units, ids: tuple[str, ...]) -> tuple[FloatArray | None, list[Problem]]:
    """Positions from the layer of schools, in the order of the table."""
    layer = bundle.study.layers.schools
    if layer is None:
        return None, []
    source = layer_source(bundle, layer, "schools", POINTS)
    frame, problems = scan_layer(source)
    if frame is None:
        return None, problems
    problems += check_against_table(frame["id"], ids, source.place, bundle.table_path("schools"))
    way, found = find_way(frame.crs, units.way.target, source.crs_place)
    problems += found
    if way is None or has_errors(problems):
        return None, problems
    chosen = frame.set_index("id").loc[list(ids)]
    return way.points(np.column_stack([chosen.geometry.x, chosen.geometry.y])), problems


def _plan_schools(bundle: Bundle, units: Units) -> tuple[SchoolPoints | None, list[Problem]]:
    """New schools of all plans, each once; in the order in which they are first named."""
    new, places = [], []
    for written, plan in zip(bundle.scenario.plans, bundle.plans.values(), strict=True):
        for project in plan.projects:
            if project.new is not None:
                new.append(project.new)
                places.append(f"{written}:{project.id}")
    ids = tuple(item.school for item in new)
    lonlat = np.array([(item.lon, item.lat) for item in new], dtype=np.float64).reshape(-1, 2)
    xy, problems = _moved(bundle, units, lonlat, ids, tuple(places))
    if xy is None:
        return None, problems
    # Files in which one id stands at two places are refused when they are read.
    first = {name: at for at, name in reversed(list(enumerate(ids)))}
    keep = sorted(first.values())
    kept = tuple(ids[at] for at in keep)
    return SchoolPoints(kept, tuple(new[at].unit for at in keep), xy[keep], tuple(places[at] for at in keep)), problems


def _moved(
    bundle: StudyBundle, units: Units, lonlat: FloatArray, ids: tuple[str, ...], places: tuple[str, ...]
) -> tuple[FloatArray | None, list[Problem]]:
    """Positions in `school_crs` -> working CRS [m], [n, 2]."""
    declared = study_place(bundle, "school_crs")
    crs, problems = parse_crs(bundle.study.school_crs, declared)
    if crs is None:
        return None, problems
    way, problems = find_way(crs, units.way.target, declared)
    if way is None:
        return None, problems
    xy = way.points(lonlat)
    for at in np.flatnonzero(~np.isfinite(xy).all(axis=1)).tolist():
        shown = f"{lonlat[at, 0]:g}, {lonlat[at, 1]:g}"
        problems.append(error("GIS039", places[at], shown, school=ids[at], crs=bundle.study.school_crs))
    return (None if problems else xy), problems
