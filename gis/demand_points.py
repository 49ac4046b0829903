"""Where in a unit the ways to school begin, so that travel is a distribution and not one number.

1. Points of the table `demand_points`, or of a layer of the study, with the children or people who live there.
2. Else points spread over the polygon: the representative point and a square lattice through it with spacing
   sqrt(area / n), n points wanted; those inside the polygon. Each counts the same, or as the people of a population
   raster who are nearer to it than to the others. `place: roads` moves each to the nearest road inside the unit.
Tests: tests/gis/test_demand_points.py.
"""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.arrays import FloatArray, IntArray
from gis.crs import find_way, parse_crs
from gis.files import read_raw
from gis.layers import POINTS, LayerSource, scan_layer
from gis.raster import raster_people
from gis.roads import number_of
from gis.units import Units, representative_points, study_place
from scenarios.bundle import StudyBundle
from scenarios.problems import Problem, error, warning
from scenarios.schema_travel import DemandLayer

TOUCH_M = 1.0
"""How far outside a border a point still counts as inside [m]."""


@dataclass(frozen=True)
class DemandPoints:
    """Points by unit; every unit has one at least, and its weights add up to 1."""

    xy: FloatArray
    """[point, 2] in the working CRS [m]."""
    unit: IntArray
    """[point]."""
    weight: FloatArray
    """Share of the unit's children, [point]."""
    kind: str
    """`table`, `layer`, `spread` or `roads`; told by `explain`."""


def demand_points(bundle: StudyBundle, units: Units) -> tuple[DemandPoints, list[Problem]]:
    """Demand points of a study and every problem of them; units without a given point have spread ones."""
    wanted = bundle.study.travel.demand
    spread = spread_points(units.frame, wanted.points)
    problems: list[Problem] = []
    if wanted.raster is not None:
        spread, problems = _by_raster(bundle, units, spread, wanted.raster)
    given, kind = None, "spread"
    found: list[Problem] = []
    if "demand_points" in bundle.tables:
        given, found = _of_table(bundle, units)
        kind = "table"
    elif wanted.layer is not None:
        given, found = _of_layer(bundle, units, wanted.layer)
        kind = "layer"
    problems += found
    if given is None:
        return spread, problems
    xy, unit, weight = given
    place = bundle.table_path("demand_points") if kind == "table" else str(wanted.layer.path if wanted.layer else "")
    counts = np.bincount(unit, minlength=len(units.ids))
    bare = np.flatnonzero(counts == 0)
    if len(bare):
        names = tuple(units.ids[at] for at in bare)
        problems.append(warning("GIS110", place, names, count=len(names), every=len(units.ids)))
    total = np.bincount(unit, weights=weight, minlength=len(units.ids))
    empty = np.flatnonzero((total == 0) & (counts > 0))
    if len(empty):
        problems.append(warning("GIS111", place, tuple(units.ids[at] for at in empty)))
        weight = np.where(total[unit] == 0, 1.0, weight)
        total = np.bincount(unit, weights=weight, minlength=len(units.ids))
    weight = weight / total[unit]
    filled = np.isin(spread.unit, bare)
    xy = np.concatenate([xy, spread.xy[filled]])
    unit, weight = np.concatenate([unit, spread.unit[filled]]), np.concatenate([weight, spread.weight[filled]])
    order = np.argsort(unit, kind="stable")
    return DemandPoints(xy[order], unit[order], weight[order], kind), problems


def spread_points(frame: gpd.GeoDataFrame, count: int) -> DemandPoints:
    """About `count` points in every polygon, the representative point first, all of the same weight.

    Columns of frame: `geometry` in metres.  Returned arrays: [point].
    """
    shapes = np.asarray(frame.geometry.array, dtype=object)
    shapely.prepare(shapes)
    middle = representative_points(frame)
    step = np.sqrt(shapely.area(shapes) / count)
    bounds = shapely.bounds(shapes)
    xy, unit = [], []
    for at, shape in enumerate(shapes):
        points = _lattice(shape, middle[at], float(step[at]), bounds[at]) if count > 1 else middle[at][None, :]
        xy.append(points)
        unit.append(np.full(len(points), at, dtype=np.int64))
    units = np.concatenate(unit)
    return DemandPoints(np.concatenate(xy), units, 1.0 / np.bincount(units)[units], "spread")


def _lattice(shape: shapely.Geometry, middle: FloatArray, step: float, bounds: FloatArray) -> FloatArray:
    """The middle and the points of a lattice through it that lie inside, [point, 2]."""
    low = np.ceil((bounds[:2] - middle) / step).astype(int)
    high = np.floor((bounds[2:] - middle) / step).astype(int)
    i, j = np.meshgrid(np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1), indexing="ij")
    offsets = np.column_stack([i.ravel(), j.ravel()])
    offsets = offsets[(offsets != 0).any(axis=1)]
    xy = middle + step * offsets
    return np.concatenate([middle[None, :], xy[shapely.contains_xy(shape, xy[:, 0], xy[:, 1])]])


def onto_roads(points: DemandPoints, units: Units, corners: FloatArray) -> DemandPoints:
    """Points moved to the nearest road corner inside their unit; those of units without a road stay.

    corners: of the roads, [corner, 2]. Points that meet at one corner add up.
    """
    shapes = np.asarray(units.frame.geometry.array, dtype=object)
    tree = shapely.STRtree(np.asarray(shapely.points(corners), dtype=object))
    inside, corner = tree.query(shapes, predicate="intersects")
    xy = points.xy.copy()
    for at in np.unique(inside).tolist():
        here = np.flatnonzero(points.unit == at)
        spots = np.unique(corners[corner[inside == at]], axis=0)
        gap = np.hypot(*(points.xy[here][:, None, :] - spots[None, :, :]).transpose(2, 0, 1))
        xy[here] = spots[gap.argmin(axis=1)]
    keys = np.column_stack([points.unit, xy])
    rows, first, of = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    weight = np.bincount(of.ravel(), weights=points.weight).astype(np.float64)
    return DemandPoints(xy[first], rows[:, 0].astype(np.int64), weight, "roads")


def _by_raster(
    bundle: StudyBundle, units: Units, spread: DemandPoints, name: str
) -> tuple[DemandPoints, list[Problem]]:
    """Spread points that count as the people of a raster who are nearest to them."""
    shapes = np.asarray(units.frame.geometry.array, dtype=object)
    cells = np.empty(len(spread.xy), dtype=object)
    for at, shape in enumerate(shapes):
        here = np.flatnonzero(spread.unit == at)
        cells[here] = shape if len(here) == 1 else _nearest_cells(spread.xy[here], shape)
    people, problems = raster_people(bundle.study_root / name, name, cells, units.way.target)
    if people is None:
        return spread, problems
    total = np.bincount(spread.unit, weights=people.people, minlength=len(shapes))
    bare = np.flatnonzero(total == 0)
    if len(bare):
        problems.append(warning("GIS111", name, tuple(units.ids[at] for at in bare)))
    share = np.divide(people.people, total[spread.unit], out=spread.weight.copy(), where=total[spread.unit] > 0)
    return replace(spread, weight=share), problems


def _nearest_cells(xy: FloatArray, shape: shapely.Geometry) -> NDArray[np.object_]:
    """The part of a polygon nearest to each point, [point]."""
    cells = shapely.voronoi_polygons(shapely.multipoints(xy), extend_to=shape, ordered=True)
    return np.asarray(shapely.intersection(shapely.get_parts(cells), shape), dtype=object)


Given = tuple[FloatArray, IntArray, FloatArray]


def _of_table(bundle: StudyBundle, units: Units) -> tuple[Given | None, list[Problem]]:
    """Positions, units and weights of the table; points outside their unit are told and left out."""
    table: pd.DataFrame = bundle.tables["demand_points"]
    declared = study_place(bundle, "school_crs")
    crs, problems = parse_crs(bundle.study.school_crs, declared)
    way = None
    if crs is not None:
        way, found = find_way(crs, units.way.target, declared)
        problems += found
    if way is None:
        return None, problems
    xy = way.points(table[["lon", "lat"]].to_numpy(dtype=np.float64))
    row = {name: at for at, name in enumerate(units.ids)}
    unit = np.array([row[name] for name in table["unit"]], dtype=np.int64)
    shapes = np.asarray(units.frame.geometry.array, dtype=object)[unit]
    sound = np.atleast_1d(np.isfinite(xy).all(axis=1))
    dots = np.asarray(shapely.points(np.where(sound[:, None], xy, 0.0)), dtype=object).reshape(-1)
    off = ~sound | ~np.atleast_1d(shapely.dwithin(shapes, dots, TOUCH_M))
    for at in np.flatnonzero(off).tolist():
        name = str(table["point"].iloc[at])
        metres = f"{float(shapely.distance(shapes[at], dots[at])):.0f}" if sound[at] else "-"
        place = bundle.place("demand_points", "point", name)
        problems.append(error("GIS112", place, name, unit=units.ids[unit[at]], metres=metres))
    weight = table["weight"].to_numpy(dtype=np.float64)
    return (None if off.any() else (xy, unit, weight)), problems


def _of_layer(bundle: StudyBundle, units: Units, layer: DemandLayer) -> tuple[Given | None, list[Problem]]:
    """Positions, units and weights of a layer; the unit is the one that holds the point."""
    place = study_place(bundle, "travel.demand.layer.crs")
    path = bundle.study_root / layer.path
    source = LayerSource(path, layer.path, layer.id, layer.crs, POINTS, place, layer.layer, bundle.study.crs)
    frame, problems = scan_layer(source)
    if frame is None:
        return None, problems
    way, found = find_way(frame.crs, units.way.target, place)
    problems += found
    if way is None:
        return None, problems
    dots = way.geometries(np.asarray(frame.geometry.array, dtype=object))
    weight, found = _weights(bundle, layer, frame)
    problems += found
    tree = shapely.STRtree(np.asarray(units.frame.geometry.array, dtype=object))
    who, where = tree.query(dots, predicate="dwithin", distance=TOUCH_M)
    first = np.unique(who, return_index=True)[1]
    outside = np.setdiff1d(np.arange(len(dots)), who)
    if len(outside):
        names = tuple(str(frame["id"].iloc[at]) for at in outside)
        problems.append(warning("GIS113", layer.path, names, count=len(names), every=len(dots)))
    if not len(who) or weight is None:
        return None, problems
    return (shapely.get_coordinates(dots[who[first]]), where[first].astype(np.int64), weight[who[first]]), problems


def _weights(
    bundle: StudyBundle, layer: DemandLayer, frame: gpd.GeoDataFrame
) -> tuple[FloatArray | None, list[Problem]]:
    """Weights of the points in the order of the frame; each must be a number from 0."""
    if layer.weight is None:
        return np.ones(len(frame)), []
    raw, problems = read_raw(bundle.study_root / layer.path, layer.weight, layer.path, layer.layer)
    if raw is None or raw.values is None:
        fields = () if raw is None else raw.fields
        key = study_place(bundle, "travel.demand.layer.weight")
        return None, [*problems, error("GIS095", key, layer.weight, fields=fields)]
    weight = number_of(raw.values)[np.asarray(frame["feature"], dtype=np.int64) - 1]
    bad = ~(np.isfinite(weight) & (weight >= 0))
    for at in np.flatnonzero(bad)[:20].tolist():
        found = str(raw.values[int(frame["feature"].iloc[at]) - 1])
        problems.append(error("GIS114", f"{layer.path}:{frame['id'].iloc[at]}", found, field=layer.weight))
    return (None if bad.any() else weight), problems
