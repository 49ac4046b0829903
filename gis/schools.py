"""Where schools stand, in the working CRS: positions of the table or of a layer, and new schools of all plans."""

import numpy as np
from pyproj import CRS

from gis.apart import Positions, check_overlap
from gis.arrays import BoolArray, FloatArray
from gis.cgcs2000 import Box
from gis.crs import CGCS2000, Way, find_way, parse_crs
from gis.layer_crs import Evidence, settle_crs, shift_note
from gis.layers import CONTENT, POINTS, check_against_table, scan_layer
from gis.names import ids_of_names
from gis.places import SchoolPoints
from gis.units import Units, layer_source, study_place
from scenarios.bundle import Bundle, StudyBundle
from scenarios.problems import Problem, error, has_errors

_NEAR_DEGREES, _NEAR_M = 0.5, 50_000.0
"""How far around the county a school may stand and yet be meant there."""


def all_schools(bundle: Bundle, units: Units) -> tuple[SchoolPoints | None, list[Problem]]:
    """Schools of the table and new schools of the plans, sorted by id, in the working CRS."""
    here, problems = table_schools(bundle, units)
    new, found = _plan_schools(bundle, units)
    problems += found
    if here is None or new is None:
        return None, problems
    xy = np.concatenate([here.xy, new.xy])
    everyone = SchoolPoints(here.ids + new.ids, here.units + new.units, xy, here.places + new.places, here.content)
    return _sorted(everyone), problems


def _sorted(points: SchoolPoints) -> SchoolPoints:
    order = np.argsort(np.array(points.ids, dtype=object), kind="stable").tolist()
    ids, stated, places = (tuple(row[at] for at in order) for row in (points.ids, points.units, points.places))
    return SchoolPoints(ids, stated, points.xy[order], places, points.content)


def table_schools(bundle: StudyBundle, units: Units) -> tuple[SchoolPoints | None, list[Problem]]:
    """Schools of the table, where the layer of schools puts them, else the table's longitude and latitude."""
    table, written = bundle.tables["schools"], bundle.table_path("schools")
    ids = tuple(str(name) for name in table["school"])
    stated = tuple(str(name) for name in table["unit"])
    column = "lon" if bundle.study.layers.schools is None else "school"
    places = tuple(bundle.place("schools", column, name) for name in ids)
    if bundle.study.layers.schools is not None:
        xy, content, problems = _layer_schools(bundle, units, ids)
        return (None if xy is None else SchoolPoints(ids, stated, xy, places, content)), problems
    declared = study_place(bundle, "school_crs")
    lonlat = table[["lon", "lat"]].to_numpy(dtype=np.float64)
    crs, problems = _school_crs(bundle, lonlat)
    xy, found = _moved(bundle, units, lonlat, ids, places)
    if any(problem.code == "GIS058" for problem in found):
        # The same mistake, seen in all positions together.
        problems = [problem for problem in problems if problem.code != "GIS012"]
    problems += found
    if xy is None or crs is None:
        return None, problems
    if len(xy):
        problems += shift_note(crs, _box(lonlat), declared)
    problems += _apart(bundle, units, Positions(lonlat, crs, xy, written), declared)
    return SchoolPoints(ids, stated, xy, places), problems


def _layer_schools(
    bundle: StudyBundle, units: Units, ids: tuple[str, ...]
) -> tuple[FloatArray | None, str, list[Problem]]:
    """Positions from the layer of schools, in the order of the table; and the hash of what a database gave."""
    layer = bundle.study.layers.schools
    if layer is None:
        return None, "", []
    source = layer_source(bundle, layer, "schools", POINTS)
    frame, problems = scan_layer(source)
    if frame is None:
        return None, "", problems
    content, places = str(frame.attrs.get(CONTENT, "")), (source.place, bundle.table_path("schools"))
    frame, found = ids_of_names(frame, bundle.tables["schools"], "school", source.id_field, places)
    problems += found
    problems += check_against_table(frame["id"], ids, source.place, bundle.table_path("schools"))
    way, found = find_way(frame.crs, units.way.target, source.crs_place)
    problems += found
    if way is None or has_errors(problems):
        return None, "", problems
    chosen = frame.set_index("id").loc[list(ids)]
    given = np.column_stack([chosen.geometry.x, chosen.geometry.y])
    xy = way.points(given)
    problems += _apart(bundle, units, Positions(given, frame.crs, xy, source.place), source.crs_place)
    return xy, content, problems


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
    """Positions in `school_crs` -> working CRS [m], [n, 2]; every position that has no place there."""
    declared = study_place(bundle, "school_crs")
    crs, found = _school_crs(bundle, lonlat)
    if crs is None:
        # Without a position there is nothing to tell the zone of CGCS2000 by, and nothing to move.
        undecided = bundle.study.school_crs == CGCS2000 and not len(lonlat)
        return (lonlat, []) if undecided else (None, found)
    way, problems = find_way(crs, units.way.target, declared)
    if way is None:
        return None, problems
    xy = way.points(lonlat)
    swapped = _swapped(units, way, lonlat)
    problems += _swap_problem(lonlat, swapped, ids, places)
    for at in np.flatnonzero(~np.isfinite(xy).all(axis=1) & ~swapped).tolist():
        shown = f"{lonlat[at, 0]:g}, {lonlat[at, 1]:g}"
        problems.append(error("GIS039", places[at], shown, school=ids[at], crs=bundle.study.school_crs))
    return (None if problems else xy), problems


def _swapped(units: Units, way: Way, lonlat: FloatArray) -> BoolArray:
    """Positions that are far from the county as they stand and near it with their numbers exchanged, [n]."""
    west, south, east, north = (float(value) for value in units.frame.total_bounds)
    corners = np.column_stack(way.backward(np.array([west, west, east, east]), np.array([south, north, south, north])))
    margin = _NEAR_DEGREES if way.source.is_geographic else _NEAR_M
    low, high = corners.min(axis=0) - margin, corners.max(axis=0) + margin

    def near(xy: FloatArray) -> BoolArray:
        return np.asarray(((xy >= low) & (xy <= high)).all(axis=1), dtype=bool)

    return near(lonlat[:, ::-1]) & ~near(lonlat)


def _swap_problem(
    lonlat: FloatArray, swapped: BoolArray, ids: tuple[str, ...], places: tuple[str, ...]
) -> list[Problem]:
    """One problem for all swapped positions, at the first of them."""
    rows = np.flatnonzero(swapped).tolist()
    if not rows:
        return []
    lon, lat = lonlat[rows[0]].tolist()
    schools, meant = tuple(ids[at] for at in rows), f"{lat:g}, {lon:g}"
    found = f"{lon:g}, {lat:g}"
    return [error("GIS058", places[rows[0]], found, meant=meant, count=len(rows), every=len(ids), schools=schools)]


def _school_crs(bundle: StudyBundle, lonlat: FloatArray) -> tuple[CRS | None, list[Problem]]:
    """CRS of the columns lon and lat; `CGCS2000` is settled by their numbers."""
    declared, said = study_place(bundle, "school_crs"), bundle.study.school_crs
    if said != CGCS2000:
        return parse_crs(said, declared)
    evidence = Evidence(_box(lonlat) if len(lonlat) else None, None, bundle.study.crs)
    return settle_crs(said, evidence, declared, declared)


def _apart(bundle: StudyBundle, units: Units, other: Positions, place: str) -> list[Problem]:
    west, south, east, north = (float(value) for value in units.frame.total_bounds)
    corners = np.array([[west, south], [west, north], [east, south], [east, north]])
    given = np.column_stack(units.way.backward(corners[:, 0], corners[:, 1]))
    county = Positions(given, units.way.source, corners, bundle.study.layers.units.path)
    return check_overlap(county, units.way, other, place)


def _box(xy: FloatArray) -> Box:
    low, high = xy.min(axis=0), xy.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
