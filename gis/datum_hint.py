"""Schools and units that lie off by exactly what a shifted datum would do: which key of the study to change.

Only the difference of the two can be seen. If converting the schools brings them into their units, the schools are
shifted or the units were converted by mistake; the declared CRSs tell which of the two it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from gis.arrays import FloatArray
from gis.crs import DEGREES, Way, find_way
from gis.datum import SHIFTS, from_shifted, to_shifted
from gis.places import OFFSET_COUNT, OFFSET_SHARE, TOUCH_M, SchoolPoints, compass
from scenarios.problems import Problem, warning

_WORDS = {"GCJ-02": "@read_gcj", "BD-09": "@read_bd"}


@dataclass(frozen=True)
class Declared:
    """What the study says of both sides: the shifted datum, or "" for none; and the keys that say so."""

    schools: str
    units: str
    schools_key: str
    """`school_crs`, or `layers.schools.crs`."""


def datum_hint(
    points: SchoolPoints, units: gpd.GeoDataFrame, declared: Declared, study_file: str, least: int = 0
) -> Problem | None:
    """The warning that names the datum and the key to write it to, or None if no shifted datum explains the offset.

    units: columns `id`, `geometry` (working CRS).  least: so many schools another explanation brings into their units.
    """
    shapes = dict(zip(units["id"], units.geometry, strict=True))
    known = [at for at, unit in enumerate(points.units) if unit in shapes]
    way, _ = (None, []) if len(known) < OFFSET_COUNT else find_way(DEGREES, CRS(units.crs), "")
    if way is None:
        return None
    homes, xy = np.array([shapes[points.units[at]] for at in known], dtype=object), points.xy[known]
    misplaced = len(known) - _fits(homes, xy)
    best: tuple[int, str, str, str, FloatArray] | None = None
    for datum, key, value, moved in _readings(way, xy, declared):
        gain = _fits(homes, moved) - (len(known) - misplaced)
        if gain >= max(OFFSET_COUNT, OFFSET_SHARE * misplaced, least) and (best is None or gain > best[0]):
            best = gain, datum, key, value, moved
    return None if best is None else _warning(best, xy, misplaced, study_file)


def _warning(best: tuple[int, str, str, str, FloatArray], xy: FloatArray, misplaced: int, study_file: str) -> Problem:
    gain, datum, key, value, moved = best
    east, north = (float(part) for part in (xy - moved).mean(axis=0))
    cause = {"cause": _WORDS[datum], "fits": gain, "remedy": "@declare", "key": key, "datum": value}
    counts = {"explained": gain, "misplaced": misplaced, "metres": f"{np.hypot(east, north):.0f}"}
    return warning("GIS033", f"{study_file}:{key}", "", "", direction=compass(east, north), **counts, **cause)


def _fits(homes: np.ndarray, xy: FloatArray) -> int:
    return int(np.asarray(shapely.dwithin(homes, shapely.points(xy), TOUCH_M)).sum())


def _readings(way: Way, xy: FloatArray, declared: Declared) -> Iterator[tuple[str, str, str, FloatArray]]:
    """Datum, key and value to declare, and where the schools would then stand relative to the units."""
    lon, lat = way.backward(xy[:, 0], xy[:, 1])
    for datum in SHIFTS:
        undone = np.column_stack(way.forward(*from_shifted(datum, lon, lat)))
        done = np.column_stack(way.forward(*to_shifted(datum, lon, lat)))
        if declared.units == datum:
            yield datum, "layers.units.crs", "EPSG:4490", undone
        elif not declared.schools:
            yield datum, declared.schools_key, datum, undone
        if declared.schools == datum:
            yield datum, declared.schools_key, "EPSG:4490", done
        elif not declared.units:
            yield datum, "layers.units.crs", datum, done
