"""The CRS of one layer: what the study declares, what the file says and what the coordinates can be, held together.

`CGCS2000` is settled by the coordinates and told in a note; a declared code that the coordinates contradict is an error
that names the right one. Positions in GCJ-02 and BD-09 keep their CRS here and are converted on the way to the working
CRS (`gis.crs.find_way`); a note says how far.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import CRS

from gis.arrays import FloatArray
from gis.cgcs2000 import Box, Zone, look, sibling, turned, zone_number, zone_of_code, zone_of_number
from gis.crs import CGCS2000, DEGREES, check_own_crs, datum_name, label, own_crs, parse_crs, shift_of
from gis.datum import from_shifted, in_box
from scenarios.problems import Problem, error, has_errors, note, warning

_DATUM_2000 = "China 2000"
# Swapped degrees are looked for where China is meant: these datums, in the box of China.
_CHINESE_DEGREES = (_DATUM_2000, "World Geodetic System 1984 ensemble", "World Geodetic System 1984")
_FAR_M = 500_000.0
"""Eastings farther than this from the false easting of their zone belong to another zone [m]."""


@dataclass(frozen=True)
class Evidence:
    """What is known of the coordinates of a layer, or of a column of positions, beside the declared CRS."""

    box: Box | None
    """Their extent, None without any."""
    own: str | None = None
    """CRS that the file itself names."""
    working: str | None = None
    """Working CRS of the study: the zone of eastings without a number."""


def settle_crs(
    declared: str | None, evidence: Evidence, place: str, declared_place: str
) -> tuple[CRS | None, list[Problem]]:
    """CRS of a layer, None if no name leads to one; every contradiction between name, file and coordinates.

    place: the layer, declared_place: where the CRS is declared, both for messages.
    """
    if (declared or "").strip().upper() == CGCS2000:
        crs, problems = _settle_2000(evidence, place, declared_place)
    else:
        crs, problems = parse_crs(declared, declared_place)
    if crs is None:
        return None, problems
    problems += check_own_crs(crs, evidence.own, place)
    problems += _check_box(crs, evidence.box, place)
    return crs, problems if has_errors(problems) else [*problems, *shift_note(crs, evidence.box, declared_place)]


def _settle_2000(evidence: Evidence, place: str, declared_place: str) -> tuple[CRS | None, list[Problem]]:
    """The CRS of CGCS2000 that the file names, or that the coordinates are in."""
    own = None if evidence.own is None else own_crs(evidence.own)
    if own is not None and datum_name(own) == _DATUM_2000:
        return own, [note("GIS041", declared_place, crs=label(own), why="@why_file")]
    if evidence.box is None:
        return None, [error("GIS040", declared_place)]
    shape = look(evidence.box)
    if shape in ("degrees", "degrees_swapped"):
        return DEGREES, [note("GIS041", declared_place, crs=label(DEGREES), why="@why_degrees")]
    box = turned(evidence.box) if shape == "metres_swapped" else evidence.box
    zone, why = _zone(box, evidence.working)
    if zone is None:
        code = "GIS045" if look(box) == "plain" else "GIS048"
        return None, [error(code, place, box=_shown(evidence.box), working=evidence.working or "-")]
    crs = CRS.from_epsg(zone.code)
    params: dict[str, Any] = {"number": zone.number, "meridian": zone.meridian, "width": zone.width}
    return crs, [note("GIS041", declared_place, crs=label(crs), why=why, **params)]


def _zone(box: Box, working: str | None) -> tuple[Zone | None, str]:
    """The zone of eastings, and why: their number, or the working CRS of the study."""
    shape = look(box)
    if shape == "numbered":
        return zone_of_number(zone_number(box)), "@why_number"
    ours = _zone_of(own_crs(working)) if working else None
    if shape == "plain" and ours is not None and ours.width == 3:
        return (sibling(ours) if ours.number else ours), "@why_working"
    return None, ""


def _zone_of(crs: CRS | None) -> Zone | None:
    return None if crs is None else zone_of_code(crs.to_epsg(min_confidence=70))


def _check_box(crs: CRS, box: Box | None, place: str) -> list[Problem]:
    """Coordinates that cannot be what the CRS says: the wrong unit, swapped axes, another zone."""
    if box is None or not np.isfinite(box).all():
        return []
    west, south, east, north = box
    params = {"crs": label(crs), "box": _shown(box)}
    in_degrees = max(-west, east) <= 180 and max(-south, north) <= 90
    chinese = bool(shift_of(crs)) or datum_name(crs) in _CHINESE_DEGREES
    if crs.is_geographic and chinese and look(box) == "degrees_swapped":
        return [error("GIS012", place, **params)]
    if in_degrees != crs.is_geographic:
        swapped = crs.is_geographic and max(-west, east) <= 90 and max(-south, north) <= 180
        return [error("GIS012" if swapped else "GIS038", place, **params)]
    return [] if crs.is_geographic else _check_metres(crs, box, place)


def _check_metres(crs: CRS, box: Box, place: str) -> list[Problem]:
    """Eastings and northings of a transverse Mercator CRS: exchanged, or of another zone than declared."""
    operation = crs.coordinate_operation
    terms = {} if operation is None else {param.name: float(param.value) for param in operation.params}
    origin = terms.get("False easting")
    if origin is None or operation is None or "Transverse Mercator" not in operation.method_name:
        return []
    params = {"crs": label(crs), "box": _shown(box)}
    declared = _zone_of(crs)
    turned_fits = _far(box, origin) and not _far(turned(box), origin)
    if turned_fits or (declared is not None and look(box) == "metres_swapped"):
        return [error("GIS047", place, **params)]
    if declared is None or not _far(box, origin):
        return []
    right = zone_of_number(zone_number(box)) if look(box) == "numbered" else None
    if right is None and look(box) == "plain":
        right = sibling(declared) if declared.number else declared
    if right is None:
        return [error("GIS048", place, **params)]
    return [error("GIS046", place, **params, right=right.name, meridian=right.meridian, width=right.width)]


def _far(box: Box, origin: float) -> bool:
    return max(abs(box[0] - origin), abs(box[2] - origin)) > _FAR_M


def shift_note(crs: CRS, box: Box | None, place: str) -> list[Problem]:
    """How far positions in a shifted datum are moved, or that they lie where it is not defined."""
    datum = shift_of(crs)
    if not datum or box is None or not np.isfinite(box).all():
        return []
    corners = np.array([[box[0], box[1]], [box[0], box[3]], [box[2], box[1]], [box[2], box[3]]])
    x, y = from_shifted(datum, corners[:, 0], corners[:, 1])
    if not in_box(x, y).all():
        return [warning("GIS043", place, datum=datum, box=_shown(box))]
    middle = corners.mean(axis=0)[None, :]
    return [note("GIS042", place, datum=datum, metres=f"{shift_m(datum, middle)[0]:.0f}")]


def shift_m(datum: str, lonlat: FloatArray) -> FloatArray:
    """Length of the shift at shifted positions [m], [n]; lonlat [n, 2] in the shifted datum."""
    lon, lat = from_shifted(datum, lonlat[:, 0], lonlat[:, 1])
    geod = DEGREES.get_geod()
    if geod is None:
        raise AssertionError("CGCS2000 has an ellipsoid")
    return np.asarray(geod.inv(lon, lat, lonlat[:, 0], lonlat[:, 1])[2], dtype=np.float64)


def _shown(box: Box) -> str:
    """An extent as `x 107.3..107.8, y 26.28..26.58`."""
    west, south, east, north = box
    digits = 5 if max(abs(value) for value in box) <= 360 else 9
    return f"x {west:.{digits}g}..{east:.{digits}g}, y {south:.{digits}g}..{north:.{digits}g}"
