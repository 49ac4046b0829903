"""Layers that do not overlap: how far apart they are, and which mistake in a declaration would explain it.

Each explanation is tried: the positions are read as another datum, in another zone or with x and y exchanged, and it is
named only if they then overlap the units.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pyproj import CRS

from gis.arrays import FloatArray
from gis.cgcs2000 import ZONES, zone_of_code
from gis.crs import DEGREES, find_way, shift_of, shifted_crs
from gis.datum import SHIFTS
from gis.places import compass
from scenarios.problems import Problem, warning


@dataclass(frozen=True)
class Positions:
    """Positions as they were given, and where they came out."""

    given: FloatArray
    """In their own CRS, [n, 2]."""
    crs: CRS
    """The CRS in which they were read."""
    moved: FloatArray
    """In the working CRS [m], [n, 2]."""
    shown: str
    """The file they come from, for messages."""


def check_overlap(bounds: FloatArray, layer: str, working: CRS, other: Positions, place: str) -> list[Problem]:
    """A warning if the extents of the units and of other positions do not even touch; one position has its own.

    bounds: extent of the units in the working CRS [m], [4].  layer: the units' file.  place: where the CRS of the other
    positions is declared.
    """
    if len(other.moved) < 2 or not np.isfinite(other.moved).all():
        return []
    box = _extent(other.moved)
    gap = np.maximum(0.0, np.maximum(bounds[:2] - box[2:], box[:2] - bounds[2:]))
    metres = float(np.hypot(*gap))
    if metres == 0.0:
        return []
    away = (box[:2] + box[2:] - bounds[:2] - bounds[2:]) / 2
    cause = next((found for found in _causes(bounds, working, other)), {"cause": "@as_unknown"})
    km = f"{metres / 1000:.1f}" if metres < 100_000 else f"{metres / 1000:.0f}"
    params = {"other": other.shown, "layer": layer, "km": km, "direction": compass(float(away[0]), float(away[1]))}
    return [warning("GIS049", place, **params, **cause)]


def _extent(xy: FloatArray) -> FloatArray:
    return np.concatenate([xy.min(axis=0), xy.max(axis=0)])


def _causes(bounds: FloatArray, working: CRS, other: Positions) -> Iterator[dict[str, object]]:
    """Readings of the same numbers that would overlap the units, the likeliest first."""
    for words, crs, given in _readings(bounds, working, other):
        way, _ = find_way(crs, working, "")
        moved = None if way is None else way.points(given)
        if moved is None or not np.isfinite(moved).all():
            continue
        box = _extent(moved)
        if (box[:2] <= bounds[2:]).all() and (bounds[:2] <= box[2:]).all():
            yield words


def _readings(
    bounds: FloatArray, working: CRS, other: Positions
) -> Iterator[tuple[dict[str, object], CRS, FloatArray]]:
    if other.crs.is_geographic:
        for datum, word in zip(SHIFTS, ("@as_gcj", "@as_bd"), strict=True):
            if shift_of(other.crs) != datum:
                yield {"cause": word}, shifted_crs(datum), other.given
    yield {"cause": "@as_swapped"}, other.crs, other.given[:, ::-1]
    declared = zone_of_code(other.crs.to_epsg(min_confidence=70))
    if declared is None or declared.number:
        return
    # Eastings without a number fit every zone: the one nearest to the units is tried first.
    to_degrees, _ = find_way(working, DEGREES, "")
    middle = np.array([(bounds[:2] + bounds[2:]) / 2])
    lon = declared.meridian if to_degrees is None else float(to_degrees.points(middle)[0, 0])
    plain = [zone for zone in ZONES if not zone.number and zone != declared]
    for zone in sorted(plain, key=lambda zone: (abs(zone.meridian - lon), zone.width)):
        words: dict[str, object] = {"cause": "@as_zone", "right": zone.name, "meridian": zone.meridian}
        yield words, CRS.from_epsg(zone.code), other.given
