"""Layers of land in the working CRS: outlines of parcels, and what a school keeps a distance from.

A constraint layer needs no ids; a feature is named by its number. A layer that lies far from the county is an error:
it would find every parcel free, because it is somewhere else.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis.apart import Positions, check_overlap
from gis.arrays import FloatArray
from gis.checks_raw import check_raw_shapes
from gis.crs import find_way
from gis.files import read_raw
from gis.layer_crs import Evidence, settle_crs
from gis.layers import POLYGONS, scan_layer
from gis.raw import RawLayer
from gis.units import Units, layer_source, study_place
from scenarios.bundle import StudyBundle
from scenarios.pack_space import clearances
from scenarios.problems import Problem, error, has_errors, nearest
from scenarios.schema_land import ConstraintLayer
from scenarios.schema_space import Clearance

Geometries = NDArray[np.object_]
KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", *POLYGONS)


@dataclass(frozen=True)
class Constraint:
    """Features of one kind in the working CRS."""

    clearance: Clearance
    shapes: Geometries
    """[feature]"""


def read_outlines(bundle: StudyBundle, units: Units) -> tuple[gpd.GeoDataFrame | None, list[Problem]]:
    """Outlines of parcels: columns `id`, `feature`, `geometry` (working CRS), by id; None without a sound layer."""
    layer = bundle.study.layers.parcels
    if layer is None:
        return None, []
    frame, problems = scan_layer(layer_source(bundle, layer, "parcels", POLYGONS))
    if frame is None:
        return None, problems
    way, found = find_way(frame.crs, units.way.target, study_place(bundle, "layers.parcels.crs"))
    if way is None:
        return None, [*problems, *found]
    shapes = way.geometries(np.asarray(frame.geometry.array, dtype=object))
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=units.way.target)), problems


def read_constraints(bundle: StudyBundle, units: Units) -> tuple[list[Constraint], list[Problem]]:
    """Constraint layers of a study that can be used, in the order of the pack; and every problem of all of them."""
    known, problems = clearances(bundle.pack), []
    made: dict[str, Constraint] = {}
    for code, layer in bundle.study.layers.constraints.items():
        key = f"layers.constraints.{code}"
        if code not in known:
            place = study_place(bundle, key)
            near = nearest(code, known)
            problems.append(error("GIS152", place, code, near, pack=bundle.pack.id, known=tuple(known)))
            continue
        shapes, found = _read(bundle, units, code, layer)
        problems += found
        if shapes is not None:
            made[code] = Constraint(known[code], shapes)
    return [made[code] for code in known if code in made], problems


def _read(
    bundle: StudyBundle, units: Units, code: str, layer: ConstraintLayer
) -> tuple[Geometries | None, list[Problem]]:
    place = study_place(bundle, f"layers.constraints.{code}.crs")
    raw, problems = read_raw(bundle.study_root / layer.path, layer.field or "", layer.path, layer.layer)
    if raw is None:
        return None, problems
    if len(raw.shapes) == 0:
        return None, [*problems, error("GIS013", layer.path)]
    usable = raw.shapes[~(shapely.is_missing(raw.shapes) | shapely.is_empty(raw.shapes))]
    box = tuple(float(value) for value in shapely.total_bounds(usable)) if usable.size else None
    evidence = Evidence(box, raw.own_crs, bundle.study.crs)  # type: ignore[arg-type]
    crs, found = settle_crs(layer.crs, evidence, layer.path, place)
    names = [str(at) for at in range(1, len(raw.shapes) + 1)]
    problems = [*problems, *found, *check_raw_shapes(raw, names, layer.path, KINDS, crs)]
    chosen = _chosen(raw, layer)
    if not chosen.any():
        where = study_place(bundle, f"layers.constraints.{code}.field")
        said = {"field": str(layer.field), "values": layer.values, "fields": raw.fields}
        problems.append(error("GIS165", where, "", "", kind=code, **said))
    if crs is None or has_errors(problems):
        return None, problems
    far = _Far(code, place, layer.path, bundle.study.layers.units.path)
    shapes, found = _moved(raw.shapes[chosen], crs, units, far)
    return shapes, [*problems, *found]


def _chosen(raw: RawLayer, layer: ConstraintLayer) -> NDArray[np.bool_]:
    """Features that belong to the kind, [feature]; all where the study names no field."""
    if layer.field is None:
        return np.ones(len(raw.shapes), dtype=bool)
    if raw.values is None:
        return np.zeros(len(raw.shapes), dtype=bool)
    wanted = {value.strip() for value in layer.values}
    return np.array([_text(value) in wanted for value in raw.values], dtype=bool)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


@dataclass(frozen=True)
class _Far:
    """Words for a layer that lies elsewhere: its code, place, path, and the path of the units."""

    kind: str
    place: str
    path: str
    units: str


def _moved(shapes: Geometries, crs: CRS, units: Units, said: _Far) -> tuple[Geometries | None, list[Problem]]:
    """Features in the working CRS; refused where they lie elsewhere than the county."""
    way, problems = find_way(crs, units.way.target, said.place)
    if way is None:
        return None, problems
    moved = way.geometries(shapes)
    corners = _corners(np.asarray(units.frame.geometry.array, dtype=object))
    back = np.column_stack(units.way.backward(corners[:, 0], corners[:, 1])).astype(np.float64)
    here = Positions(back, units.way.source, corners, said.units)
    given = _corners(shapes)
    far = check_overlap(here, units.way, Positions(given, crs, way.points(given), said.path), said.place)
    if not far:
        return moved, problems
    return None, [*problems, error("GIS164", said.place, "", "", kind=said.kind, **far[0].params)]


def _corners(shapes: Geometries) -> FloatArray:
    """The two corners of the extent, [2, 2]."""
    west, south, east, north = (float(value) for value in shapely.total_bounds(shapes))
    return np.array([[west, south], [east, north]])
