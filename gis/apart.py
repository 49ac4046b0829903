"""Layers that do not overlap: how far apart they are, and which mistake in a declaration would explain it.

Each explanation is tried: the positions are read as another datum, in another zone or with x and y exchanged, and it is
named only if they then overlap the units.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pyproj import CRS

from gis.arrays import FloatArray
from gis.cgcs2000 import ZONES, zone_of_code
from gis.crs import DEGREES, Way, find_way, shift_of, shifted_crs
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


def check_overlap(units: Positions, way: Way, other: Positions, place: str) -> list[Problem]:
    """A warning if the extents of the units and of other positions do not even touch; one position has its own.

    units: corners of the units.  way: from the CRS of the units layer to the working CRS.  place: where the CRS of the
    other positions is declared.
    """
    if len(other.moved) < 2 or not np.isfinite(other.moved).all():
        return []
    here, there = _extent(units.moved), _extent(other.moved)
    metres = float(np.hypot(*np.maximum(0.0, np.maximum(here[:2] - there[2:], there[:2] - here[2:]))))
    if metres == 0.0:
        return []
    away = (there[:2] + there[2:] - here[:2] - here[2:]) / 2
    # The units are asked second: one layer declared wrongly is as likely as the other, and the schools are fewer.
    found = itertools.chain(_causes(here, way.target, other), _causes(there, way.target, units))
    cause = next(found, {"cause": "@as_unknown"})
    km = f"{metres / 1000:.1f}" if metres < 100_000 else f"{metres / 1000:.0f}"
    params = {
        "other": other.shown,
        "layer": units.shown,
        "km": km,
        "direction": compass(float(away[0]), float(away[1])),
    }
    return [warning("GIS049", place, **params, **cause)]


def _extent(xy: FloatArray) -> FloatArray:
    return np.concatenate([xy.min(axis=0), xy.max(axis=0)])


def _causes(wanted: FloatArray, working: CRS, whose: Positions) -> Iterator[dict[str, object]]:
    """Readings of the same numbers that would overlap the extent that is wanted, the likeliest first."""
    for words, crs, given in _readings(wanted, working, whose):
        way, _ = find_way(crs, working, "")
        moved = None if way is None else way.points(given)
        if moved is None or not np.isfinite(moved).all():
            continue
        box = _extent(moved)
        if (box[:2] <= wanted[2:]).all() and (wanted[:2] <= box[2:]).all():
            yield {**words, "whose": whose.shown}


def _readings(
    wanted: FloatArray, working: CRS, whose: Positions
) -> Iterator[tuple[dict[str, object], CRS, FloatArray]]:
    if whose.crs.is_geographic:
        for datum, word in zip(SHIFTS, ("@as_gcj", "@as_bd"), strict=True):
            if shift_of(whose.crs) != datum:
                yield {"cause": word}, shifted_crs(datum), whose.given
    yield {"cause": "@as_swapped"}, whose.crs, whose.given[:, ::-1]
    declared = zone_of_code(whose.crs.to_epsg(min_confidence=70))
    if declared is None or declared.number:
        return
    # Eastings without a number fit every zone: the one nearest to the place is tried first.
    to_degrees, _ = find_way(working, DEGREES, "")
    middle = np.array([(wanted[:2] + wanted[2:]) / 2])
    lon = declared.meridian if to_degrees is None else float(to_degrees.points(middle)[0, 0])
    plain = [zone for zone in ZONES if not zone.number and zone != declared]
    for zone in sorted(plain, key=lambda zone: (abs(zone.meridian - lon), zone.width)):
        words: dict[str, object] = {"cause": "@as_zone", "right": zone.name, "meridian": zone.meridian}
        yield words, CRS.from_epsg(zone.code), whose.given
