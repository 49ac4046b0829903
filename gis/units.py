"""The units of a study in its working CRS: the layer, checked against the units table and as a cover of the county."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from gis.arrays import FloatArray
from gis.checks import check_cover
from gis.checks_names import unit_names_twice
from gis.crs import Way, check_stretch, find_way, parse_working_crs
from gis.layers import CONTENT, POLYGONS, LayerSource, check_against_table, frame_of, scan_layer, scan_raw
from gis.names import ids_of_names
from gis.repairs import rebuild
from scenarios.bundle import StudyBundle
from scenarios.problems import Problem, has_errors
from scenarios.schema_study import Layer

INVALID = frozenset({"GIS020", "GIS068"})
"""Codes of shapes that can be rebuilt."""


@dataclass(frozen=True)
class Units:
    """Units of a study: columns `id`, `feature`, `geometry` in the working CRS, sorted by id; and the way they came."""

    frame: gpd.GeoDataFrame
    way: Way
    content: str = ""
    """Hash of what was read from a database, empty for a file."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Unit ids, sorted."""
        return tuple(str(name) for name in self.frame["id"])


def study_place(bundle: StudyBundle, key: str) -> str:
    """Place of a key of the study file in messages: `study.yaml:layers.units.crs`."""
    return f"{bundle.study_file}:{key}"


def layer_source(bundle: StudyBundle, layer: Layer, key: str, kinds: tuple[str, ...]) -> LayerSource:
    """A layer of the study as the readers want it; key: `units` or `schools`."""
    place = study_place(bundle, f"layers.{key}.crs")
    path = bundle.study_root / layer.path
    return LayerSource(path, layer.path, layer.id, layer.crs, kinds, place, layer.layer, bundle.study.crs)


def load_units(bundle: StudyBundle) -> tuple[Units | None, list[Problem]]:
    """Units of a study, checked as a cover of the county too; None if the layer itself cannot be used.

    Units that overlap are an error among the problems, and yet schools and zones can be checked against them. Where
    invalid shapes stop the layer, its cover is checked with these shapes rebuilt: all mistakes are told at once.
    """
    units, problems = read_units(bundle)
    place = bundle.study.layers.units.path
    if units is not None:
        problems += check_cover(units.frame, place, units.way)
        problems += unit_names_twice(bundle, units.frame, units.way)
    elif {problem.code for problem in problems if problem.severity == "error"} <= INVALID:
        mended = _mended(bundle)
        problems += [] if mended is None else check_cover(mended.frame, place, mended.way)
    return units, problems


def _mended(bundle: StudyBundle) -> Units | None:
    """The units with invalid shapes rebuilt; None if one of them cannot be."""
    working, _ = parse_working_crs(bundle.study.crs, "")
    source = units_source(bundle)
    scanned, _ = scan_raw(source)
    if scanned is None or scanned.crs is None or working is None or scanned.raw.broken.any():
        return None
    way, _ = find_way(scanned.crs, working, "")
    shapes = rebuild(scanned.raw.shapes).shapes
    if way is None or not shapely.is_valid(shapes).all():
        return None
    frame = frame_of(scanned, shapes, scanned.crs)
    moved = gpd.GeoSeries(way.geometries(frame.geometry.to_numpy()), index=frame.index, crs=working)
    return Units(frame.set_geometry(moved), way)


def units_source(bundle: StudyBundle) -> LayerSource:
    """The units layer as the readers want it."""
    return layer_source(bundle, bundle.study.layers.units, "units", POLYGONS)


def read_units(bundle: StudyBundle) -> tuple[Units | None, list[Problem]]:
    """Units layer of a study in the working CRS, None if a problem stops it; every problem found on the way."""
    study = bundle.study
    working, problems = parse_working_crs(study.crs, study_place(bundle, "crs"))
    source = units_source(bundle)
    raw, found = scan_layer(source)
    problems += found
    if raw is None or working is None:
        return None, problems
    content, places = str(raw.attrs.get(CONTENT, "")), (source.place, bundle.table_path("units"))
    raw, found = ids_of_names(raw, bundle.tables["units"], "unit", source.id_field, places)
    problems += found
    problems += check_against_table(raw["id"], bundle.tables["units"]["unit"], source.place, bundle.table_path("units"))
    way, found = find_way(raw.crs, working, source.crs_place)
    problems += found
    if way is None:
        return None, problems
    shapes = way.geometries(np.asarray(raw.geometry.array, dtype=object))
    frame = raw.set_geometry(gpd.GeoSeries(shapes, index=raw.index, crs=working))
    problems += _check_corners(shapely.total_bounds(shapes), way, study_place(bundle, "crs"))
    return (None if has_errors(problems) else Units(frame, way, content)), problems


def _check_corners(bounds: FloatArray, way: Way, place: str) -> list[Problem]:
    """The worst length error at the four corners of the county; one problem at most."""
    west, south, east, north = (float(value) for value in bounds)
    corners = [(west, south), (west, north), (east, south), (east, north)]
    found = [item for x, y in corners for item in check_stretch(way.target, x, y, place)]
    worst = sorted(found, key=lambda item: (item.code, -float(str(item.params["percent"]))))
    return worst[:1]


def representative_points(frame: gpd.GeoDataFrame) -> FloatArray:
    """One point for each unit [m], [unit, 2]: its centroid, or a point on the surface where that lies outside."""
    shapes = np.asarray(frame.geometry.array, dtype=object)
    centre = np.asarray(shapely.centroid(shapes), dtype=object)
    points = np.where(shapely.contains(shapes, centre), centre, shapely.point_on_surface(shapes))
    return np.asarray(shapely.get_coordinates(points), dtype=np.float64)
