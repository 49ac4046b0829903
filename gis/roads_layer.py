"""Roads from a GIS layer or an OpenStreetMap extract: lines, classes, directions, levels; every reason why not.

Nothing is dropped in silence: features that are no lines, classes that nobody knows, lines of no length and what the
map calls no road (under construction, platforms) are told with their number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS

from gis.arrays import BoolArray, IntArray
from gis.crs import Way, find_way
from gis.files import read_raw
from gis.layer_crs import Evidence, settle_crs
from gis.raw import RawLayer, from_wkb
from gis.roads import ON_FOOT, VEHICLES, Attributes, Roads, from_lines, number_of, oneway_of, text_of
from scenarios.problems import Problem, error, has_errors, nearest, note, warning
from scenarios.road_classes import RoadClass, class_of_value, shipped_classes
from scenarios.schema_travel import Network

MOST_CORNERS = 4_000_000
"""Corners of all roads; a county has 0.1-1 million."""
OSM = (".pbf", ".osm")
_LINES = ("LineString", "MultiLineString")


@dataclass(frozen=True)
class Source:
    """Where roads come from, for messages."""

    path: Path
    shown: str
    """The path as the planner wrote it."""
    place: str
    """The section of the study file: `study.yaml:travel.network`."""
    network: Network
    working: str | None = None
    """Working CRS of the study: the zone of `CGCS2000` eastings without a number."""


@dataclass(frozen=True)
class _Layer:
    """Lines of a file with the attributes that are asked for."""

    shapes: NDArray[np.object_]
    own_crs: str | None
    values: Mapping[str, list[object]]


def read_roads(
    source: Source, classes: tuple[RoadClass, ...], working: CRS
) -> tuple[Roads | None, Way | None, list[Problem]]:
    """Roads of a file in the working CRS, the way they came, and every problem; None if an error stops them.

    classes: in force.
    """
    layer, problems = _read_osm(source) if source.path.suffix.lower() in OSM else _read_file(source)
    if layer is None:
        return None, None, problems
    count = int(shapely.get_num_coordinates(layer.shapes).sum())
    if count > MOST_CORNERS:
        return None, None, [*problems, error("GIS093", source.shown, count=count, most=MOST_CORNERS)]
    box = shapely.total_bounds(layer.shapes) if len(layer.shapes) else None
    extent = None
    if box is not None and np.isfinite(box).all():
        extent = (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
    evidence = Evidence(extent, layer.own_crs, source.working)
    crs, found = settle_crs(source.network.crs, evidence, source.shown, f"{source.place}.crs")
    problems += found
    if crs is None or has_errors(problems):
        return None, None, problems
    way, found = find_way(crs, working, f"{source.place}.crs")
    problems += found
    if way is None:
        return None, None, problems
    lines, known, found = _attributes(layer, source, classes)
    problems += found
    if not len(lines):
        return None, None, [*problems, error("GIS094", source.shown)]
    return (None if has_errors(problems) else from_lines(lines, known, way)), way, problems


def _read_file(source: Source) -> tuple[_Layer | None, list[Problem]]:
    """A layer of GDAL: one reading for each attribute, because the reader keeps one of them."""
    network = source.network
    wanted = {
        key: field
        for key in ("class_field", "oneway_field", "level_field", "speed_field")
        if (field := getattr(network, key)) is not None
    }
    raw: RawLayer | None = None
    problems: list[Problem] = []
    values: dict[str, list[object]] = {}
    for key, field in wanted.items() or {"": ""}.items():
        raw, found = read_raw(source.path, field, source.shown, network.layer)
        problems += [one for one in found if one not in problems]
        if raw is None:
            return None, problems
        if raw.values is not None:
            values[key] = list(raw.values)
        elif field:
            near = nearest(field, raw.fields)
            problems.append(error("GIS095", f"{source.place}.{key}", field, near=near, fields=raw.fields))
    if network.class_field is None and network.all_class is None and raw is not None:
        problems.append(error("GIS096", source.place, fields=raw.fields))
    return (None, problems) if raw is None else (_Layer(raw.shapes, raw.own_crs, values), problems)


def _read_osm(source: Source) -> tuple[_Layer | None, list[Problem]]:
    """The layer `lines` of an OpenStreetMap extract; roads are what carries `highway`."""
    if not source.path.is_file():
        return None, [error("GIS001", source.shown, reason="@no_such_file")]
    try:
        columns = ["highway", "other_tags"]
        _, _, wkb, data = pyogrio.raw.read(source.path, layer="lines", columns=columns, where="highway IS NOT NULL")
    except (DataSourceError, DataLayerError, ValueError, OSError) as fault:
        reason = str(fault).replace(str(source.path), source.path.name)
        return None, [error("GIS001", source.shown, reason=reason)]
    shapes, _ = from_wkb(list(wkb))
    tags = [_tags(text) for text in data[1].tolist()]
    values: dict[str, list[object]] = {
        "class_field": list(data[0].tolist()),
        "oneway_field": [_osm_oneway(one) for one in tags],
        "level_field": [_osm_level(one) for one in tags],
        "allowed": [_osm_allowed(one) for one in tags],
    }
    return _Layer(shapes, None, values), []


def _tags(text: object) -> dict[str, str]:
    """Tags of `"key"=>"value","key"=>"value"`."""
    if not isinstance(text, str) or len(text) < 2:
        return {}
    parts = (part.partition('"=>"') for part in text[1:-1].split('","'))
    return {key: value for key, _, value in parts}


def _osm_oneway(tags: Mapping[str, str]) -> str:
    """`oneway`, and roundabouts, which run one way without saying so."""
    said = tags.get("oneway", "")
    return "yes" if not said and tags.get("junction") in ("roundabout", "circular") else said


def _osm_allowed(tags: Mapping[str, str]) -> int:
    """Who may use a way: `access=no` closes it, `foot` and `motor_vehicle` open and close it for theirs."""
    closed = tags.get("access", "") == "no"
    on_foot = tags.get("foot", "no" if closed else "yes") != "no"
    vehicles = tags.get("motor_vehicle", "no" if closed else "yes") != "no"
    return ON_FOOT * on_foot + VEHICLES * vehicles


def _osm_level(tags: Mapping[str, str]) -> float:
    try:
        return float(tags.get("layer", "0"))
    except ValueError:
        return 0.0


def _attributes(
    layer: _Layer, source: Source, classes: tuple[RoadClass, ...]
) -> tuple[NDArray[np.object_], Attributes, list[Problem]]:
    """Single lines with their attributes, and what had to be left out."""
    count = len(layer.shapes)
    problems: list[Problem] = []
    kinds = np.array(["" if shape is None else shape.geom_type for shape in layer.shapes], dtype=object)
    empty = shapely.is_missing(layer.shapes) | shapely.is_empty(layer.shapes)
    foreign = ~np.isin(kinds.astype(str), _LINES) & ~empty
    if foreign.any():
        at = int(np.flatnonzero(foreign)[0])
        place = f"{source.shown}:feature {at + 1}"
        problems.append(error("GIS097", place, str(kinds[at]), count=int(foreign.sum())))
    if empty.any():
        bare = tuple(int(at) + 1 for at in np.flatnonzero(empty))
        problems.append(warning("GIS098", source.shown, count=len(bare), features=bare))
    number, found = _classes(layer, source, classes, ~empty & ~foreign)
    problems += found
    oneway, unknown = oneway_of(layer.values.get("oneway_field", [""] * count))
    odd = unknown & (number >= 0)
    if odd.any() and source.path.suffix.lower() not in OSM:
        values = tuple(sorted({text_of([layer.values["oneway_field"][at]])[0] for at in np.flatnonzero(odd)}))
        problems.append(warning("GIS099", f"{source.place}.oneway_field", values, count=int(odd.sum())))
    level = np.nan_to_num(number_of(layer.values.get("level_field", [0.0] * count))).astype(np.int64)
    speed = number_of(layer.values.get("speed_field", [""] * count))
    speed[~(speed > 0)] = np.nan
    kept = np.flatnonzero((number >= 0) & ~foreign & ~empty)
    parts, index = shapely.get_parts(layer.shapes[kept], return_index=True)
    rows = kept[index]
    return (
        parts,
        Attributes(number[rows], oneway[rows], level[rows], speed[rows], rows + 1, _allowed(layer)[rows]),
        problems,
    )


def _classes(
    layer: _Layer, source: Source, classes: tuple[RoadClass, ...], sound: BoolArray
) -> tuple[IntArray, list[Problem]]:
    """Number of the class of each feature, -1 where it is left out, [feature]; what was left out and why."""
    known, place = class_of_value(classes), source.shown
    if "class_field" not in layer.values:
        named = source.network.all_class or ""
        only = known.get(named.casefold(), -1)
        problems: list[Problem] = []
        if source.network.all_class is not None and only < 0:
            near = nearest(named, known)
            problems = [error("GIS092", f"{source.place}.all_class", named, near=near, known=tuple(known))]
        return np.full(len(layer.shapes), only, dtype=np.int64), problems
    texts = [text.casefold() for text in text_of(layer.values["class_field"])]
    number = np.array([known.get(text, -1) for text in texts], dtype=np.int64)
    closed = (_allowed(layer) == 0) & (number >= 0)
    number[closed] = -1
    no_roads = {value.casefold() for value in shipped_classes().not_roads}
    left = {text: np.array([one == text for one in texts]) & sound for text in set(texts) if text not in known}
    problems = []
    meant = {text: int(at.sum()) for text, at in left.items() if text in no_roads and at.any()}
    if closed.any():
        meant["access=no"] = int(closed.sum())
    if meant:
        problems.append(note("GIS100", place, tuple(sorted(meant)), count=sum(meant.values())))
    strange = {text: int(at.sum()) for text, at in left.items() if text not in no_roads and at.any()}
    if strange:
        near = next((found for text in sorted(strange) if text and (found := nearest(text, known))), "")
        shown = tuple(text or "@nothing" for text in sorted(strange))
        problems.append(warning("GIS101", place, shown, near=near, count=sum(strange.values()), every=int(sound.sum())))
    return number, problems


def _allowed(layer: _Layer) -> IntArray:
    """Who may use each feature, whatever its class, [feature]."""
    return np.array(layer.values.get("allowed", [ON_FOOT + VEHICLES] * len(layer.shapes)), dtype=np.int64)
