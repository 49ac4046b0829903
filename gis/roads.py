"""Roads as they were delivered: lines of the working CRS with class, direction and level. Reads and judges nothing.

One row of `xy` is a corner of a road; the corners of road r are `first[r] .. first[r + 1]`. Readers: `gis.roads_layer`
(GeoPackage, Shapefile, GeoJSON, OpenStreetMap), `gis.roads_text` (tables, plain text). Where roads meet:
`gis.network_noding`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.arrays import BoolArray, FloatArray, IntArray
from gis.crs import Way

ON_FOOT, VEHICLES = 1, 2
"""Bits of `Roads.allowed`."""


@dataclass(frozen=True)
class Roads:
    """Roads of one source."""

    xy: FloatArray
    """Corners of all roads [m], [corner, 2]."""
    z: FloatArray
    """Height of the corners [m], NaN where it is not known, [corner]."""
    first: IntArray
    """First corner of each road, and the number of all corners, [road + 1]."""
    road_class: IntArray
    """Number of the class in force, [road]."""
    oneway: IntArray
    """Vehicles: 1 along the line only, -1 against it only, 0 both ways, [road]."""
    level: IntArray
    """0 on the ground, 1 a bridge, -1 a tunnel, [road]."""
    length_m: FloatArray
    """Length that the source states, NaN where it states none, [road]."""
    car_km_per_h: FloatArray
    """Car speed that the source states, NaN where the class says it, [road]."""
    feature: IntArray
    """Number of the feature or row in the source, [road]."""
    allowed: IntArray
    """Who may use it, whatever its class: 1 on foot, 2 vehicles, 3 both, [road]."""
    node: IntArray | None = None
    """Numbers of both ends where the source itself says which roads meet, [road, 2]; None: corners tell it."""

    @property
    def count(self) -> int:
        """Number of roads."""
        return len(self.first) - 1

    @property
    def road_of(self) -> IntArray:
        """Road of each corner, [corner]."""
        return np.repeat(np.arange(self.count), np.diff(self.first))


def measured(roads: Roads) -> FloatArray:
    """Length of the drawn lines [m], [road]."""
    step = np.zeros(len(roads.xy))
    step[:-1] = np.hypot(*np.diff(roads.xy, axis=0).T)
    step[roads.first[1:] - 1] = 0.0
    result: FloatArray = np.bincount(roads.road_of, weights=step, minlength=roads.count).astype(np.float64)
    return result


def chosen(roads: Roads, keep: BoolArray) -> Roads:
    """The roads that are kept, in their order; keep: [road]."""
    corners = np.repeat(keep, np.diff(roads.first))
    counts = np.diff(roads.first)[keep]
    return replace(
        roads,
        xy=roads.xy[corners],
        z=roads.z[corners],
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        road_class=roads.road_class[keep],
        oneway=roads.oneway[keep],
        level=roads.level[keep],
        length_m=roads.length_m[keep],
        car_km_per_h=roads.car_km_per_h[keep],
        feature=roads.feature[keep],
        allowed=roads.allowed[keep],
        node=None if roads.node is None else roads.node[keep],
    )


def lines_of(roads: Roads, way: Way | None = None) -> NDArray[np.object_]:
    """The roads as lines [road]; way: taken back into its source CRS."""
    xy = roads.xy if way is None else np.column_stack(way.backward(roads.xy[:, 0], roads.xy[:, 1]))
    if roads.count == 0:
        return np.empty(0, dtype=object)
    return np.asarray(shapely.linestrings(xy, indices=roads.road_of), dtype=object)


@dataclass(frozen=True)
class Attributes:
    """What a reader knows of each part of a feature, [part]."""

    road_class: IntArray
    oneway: IntArray
    level: IntArray
    car_km_per_h: FloatArray
    feature: IntArray
    allowed: IntArray


def from_lines(lines: NDArray[np.object_], known: Attributes, way: Way) -> Roads:
    """Roads from lines of a layer in its own CRS, one a road [road], moved to the working CRS."""
    xyz = shapely.get_coordinates(lines, include_z=True)
    counts = shapely.get_num_coordinates(lines)
    return Roads(
        way.points(np.ascontiguousarray(xyz[:, :2])),
        np.asarray(xyz[:, 2], dtype=np.float64),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        known.road_class,
        known.oneway,
        known.level,
        np.full(len(lines), np.nan),
        known.car_km_per_h,
        known.feature,
        known.allowed,
    )


_ALONG = frozenset(("1", "yes", "true", "y", "f", "t+", "ft", "是", "单行", "顺向", "b+"))
_AGAINST = frozenset(("-1", "reverse", "t", "tf", "逆向"))
_BOTH = frozenset(("", "0", "no", "false", "n", "b", "否", "双向", "none"))


def oneway_of(values: Iterable[object]) -> tuple[IntArray, BoolArray]:
    """Directions from attribute values, and which of them nobody understands (taken as both ways), [road] each.

    1, yes, F, 是, 单行: along the line; -1, T: against it (F and T as in the layers of map makers).
    """
    texts = [_text(value).casefold() for value in values]
    found = np.array([1 if text in _ALONG else -1 if text in _AGAINST else 0 for text in texts], dtype=np.int64)
    unknown = np.array([text not in _ALONG | _AGAINST | _BOTH for text in texts], dtype=bool)
    return found, unknown


def number_of(values: Iterable[object]) -> FloatArray:
    """Numbers from attribute values, NaN where there is none, [road]."""
    found = []
    for value in values:
        try:
            found.append(float(_text(value)))
        except ValueError:
            found.append(np.nan)
    return np.array(found, dtype=np.float64)


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value).strip()


def text_of(values: Iterable[object]) -> list[str]:
    """Attribute values as text, "" where there is none; 3.0 is "3"."""
    return [_text(value) for value in values]
