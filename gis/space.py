"""From a study to arrays: units, schools of today and of all plans, all distances. Start reading here."""

from collections.abc import Sequence

import numpy as np

from gis.admission_checks import limit_problems
from gis.arrays import Space
from gis.checks_names import school_names_twice
from gis.checks_zones import schools_outside, torn_zones, zones_of
from gis.crs import find_way, shift_of, shifted_name
from gis.datum_hint import Declared, datum_hint
from gis.distance import distance_matrix_km
from gis.findings import Finding
from gis.places import SchoolPoints, common_offset, locate, offset_problem
from gis.schools import all_schools, table_schools
from gis.travel import Ways, build_ways
from gis.units import Units, load_units, representative_points, study_place
from scenarios.bundle import Bundle, StudyBundle
from scenarios.problems import Problem, has_errors, in_order

_CHINA = (73.0, 18.0, 136.0, 54.0)


def build_space(bundle: Bundle) -> tuple[Space | None, list[Problem]]:
    """Space of a study, None if a problem stops it, and every problem of its layers and positions.

    New schools of all plans are included, so that all plans share one geography.
    """
    units, problems = load_units(bundle)
    if units is None:
        return None, in_order(problems)
    points, found = all_schools(bundle, units)
    problems += found
    if points is None:
        return None, in_order(problems)
    held, found = _positions(bundle, units, points)
    problems += found
    ways, found = build_ways(bundle, units, points)
    problems += found
    if ways is None or has_errors(problems):
        return None, in_order(problems)
    space = _space(bundle, units, (points, held), ways)
    return space, in_order([*problems, *limit_problems(bundle, space)])


def check_study_space(bundle: StudyBundle) -> list[Problem]:
    """Every problem of the layers of a study alone, and of its schools where it has some already."""
    units, problems = load_units(bundle)
    if units is not None and "schools" in bundle.tables:
        points, found = table_schools(bundle, units)
        problems += found
        if points is not None:
            problems += [*_positions(bundle, units, points)[1], *build_ways(bundle, units, points)[1]]
    return in_order(problems)


def _positions(bundle: StudyBundle, units: Units, points: SchoolPoints) -> tuple[tuple[str, ...], list[Problem]]:
    """The unit that holds each school, and every school that does not stand where the tables say."""
    held, found = locate(points, units.frame, units.way)
    problems: list[Problem] = [*found]
    problems += _offset(bundle, units, points)
    problems += _zone_findings(bundle, units, points, held)
    return held, [*problems, *school_names_twice(bundle, points, units.way)]


def _offset(bundle: StudyBundle, units: Units, points: SchoolPoints) -> list[Problem]:
    """One shift that explains most of the misplaced schools: a shifted datum by name, else its length and direction."""
    layer = bundle.study.layers.schools
    key, said = ("school_crs", bundle.study.school_crs) if layer is None else ("layers.schools.crs", layer.crs)
    offset = common_offset(points, units.frame)
    declared = Declared(shifted_name(said), shift_of(units.way.source), key)
    hint = datum_hint(points, units.frame, declared, bundle.study_file, 0 if offset is None else offset.explained)
    if hint is not None:
        return [hint]
    return [] if offset is None else [offset_problem(offset, study_place(bundle, key), _in_china(units))]


def _zone_findings(bundle: StudyBundle, units: Units, points: SchoolPoints, held: tuple[str, ...]) -> Sequence[Finding]:
    """Schools outside their zone and zones in parts, where the study has zones already."""
    if "zones" not in bundle.tables:
        return ()
    zones = zones_of(bundle.tables["zones"], units.ids)
    outside = schools_outside(zones, points, held, units.frame, units.way)
    return outside + torn_zones(zones, units.frame, bundle.table_path("zones"), units.way)


def _space(bundle: Bundle, units: Units, schools: tuple[SchoolPoints, tuple[str, ...]], ways: Ways) -> Space:
    (points, held), detour = schools, bundle.study.travel.detour
    unit_xy = representative_points(units.frame)
    distance, between = ways.distance_km, ways.school_distance_km
    if distance is None or between is None:
        distance = distance_matrix_km(unit_xy, points.xy, detour)
        between = distance_matrix_km(points.xy, points.xy, detour)
    databases = {"units": units.content, "schools": points.content}
    return Space(
        units=units.ids,
        schools=points.ids,
        unit_xy=unit_xy,
        school_xy=points.xy,
        distance_km=distance,
        school_distance_km=between,
        area_km2=np.asarray(units.frame.geometry.area, dtype=np.float64) / 1e6,
        school_unit=held,
        databases=tuple((f"layers.{name}", content) for name, content in databases.items() if content),
        travel=ways.travel,
    )


def _in_china(units: Units) -> bool:
    west, south, east, north = _CHINA
    geodetic = units.way.target.geodetic_crs
    way, _ = (None, []) if geodetic is None else find_way(units.way.target, geodetic, "")
    if way is None:
        return False
    lon, lat = way.points(representative_points(units.frame)).mean(axis=0)
    return bool(west <= lon <= east and south <= lat <= north)
