"""Coordinate reference systems: what the study declares, what a file says, and the way between them.

Traps this module exists for (tried, PROJ 9.5): Beijing 1954 and Xian 1980 "transform" to CGCS2000 with unchanged
coordinates; GCJ-02 and BD-09 are datum shifts, not CRSs; GDAL reads an unknown CRS in a GeoJSON file as WGS 84.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Proj, Transformer
from pyproj.exceptions import CRSError, ProjError

from gis.arrays import FloatArray
from scenarios.problems import Problem, error, warning

Geometries = NDArray[np.object_]

_SHIFTED = re.compile(r"gcj|bd-?0?9|火星|百度|高德|mars", re.IGNORECASE)
_EPSG_LIKE = re.compile(r"^\s*(?:epsg|srid|ogc)?\D{0,3}(\d{4,6})\s*$", re.IGNORECASE)
# Datums whose way to CGCS2000 PROJ does not know: it would return the coordinates unchanged and say nothing.
_REFUSED_DATUMS = ("Beijing 1954", "Xian 1980", "New Beijing")
# The same datum to a few centimetres: PROJ knows no operation between them, and here "unchanged" is right.
_TWIN_DATUMS = ("World Geodetic System 1984 ensemble", "World Geodetic System 1984", "China 2000")
_SCALE_WARNING, _SCALE_ERROR = 0.001, 0.01


def parse_crs(text: str | None, place: str) -> tuple[CRS | None, list[Problem]]:
    """CRS that the study declares, or the reason why it is none.

    text: as written, e.g. `EPSG:4490`.  place: where it was written, for the message.
    """
    written = (text or "").strip()
    if not written:
        return None, [error("GIS003", place)]
    if _SHIFTED.search(written):
        return None, [error("GIS005", place, crs=written)]
    try:
        crs = CRS.from_user_input(written)
    except CRSError:
        number = _EPSG_LIKE.match(written)
        return None, [error("GIS004", place, crs=written, guess=f"EPSG:{number[1]}" if number else "EPSG:4490")]
    if datum_name(crs).startswith(_REFUSED_DATUMS):
        return None, [error("GIS006", place, crs=written, datum=datum_name(crs))]
    return crs, []


def datum_name(crs: CRS) -> str:
    """Name of the datum below a CRS, "" if it has none."""
    base = crs.geodetic_crs
    return base.datum.name if base is not None and base.datum is not None else ""


def parse_working_crs(text: str | None, place: str) -> tuple[CRS | None, list[Problem]]:
    """Working CRS of a study: projected, both axes in metres."""
    crs, problems = parse_crs(text, place)
    if crs is None:
        return None, problems
    units = sorted({axis.unit_name for axis in crs.axis_info})
    if not crs.is_projected or units != ["metre"]:
        return None, [error("GIS008", place, crs=str(text), name=crs.name, units=", ".join(units))]
    return crs, []


def check_own_crs(declared: CRS, own: str | None, place: str) -> list[Problem]:
    """Problems between the declared CRS and the one that the file carries (None: the file says nothing)."""
    if own is None:
        return []
    try:
        found = CRS.from_user_input(own)
    except CRSError:
        return [error("GIS036", place, own=own, crs=label(declared))]
    if _same(declared, found):
        return []
    if declared.is_geographic and found.is_geographic and _twins(declared, found):
        return [warning("GIS037", place, own=label(found), crs=label(declared))]
    return [error("GIS007", place, own=label(found), crs=label(declared))]


def label(crs: CRS) -> str:
    """Short name for messages: `EPSG:4490 (China Geodetic Coordinate System 2000)`."""
    code = crs.to_authority(min_confidence=70)
    return f"{':'.join(code)} ({crs.name})" if code else str(crs.name)


def _same(a: CRS, b: CRS) -> bool:
    if a.equals(b, ignore_axis_order=True):
        return True
    codes = [crs.to_epsg(min_confidence=70) for crs in (a, b)]
    return codes[0] is not None and codes[0] == codes[1]


def _twins(a: CRS, b: CRS) -> bool:
    return datum_name(a) in _TWIN_DATUMS and datum_name(b) in _TWIN_DATUMS


@dataclass(frozen=True)
class Way:
    """A tried way from one CRS to another, x before y on both sides."""

    source: CRS
    target: CRS
    forward: Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]
    backward: Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]

    def geometries(self, shapes: Geometries) -> Geometries:
        """Geometries in the target CRS, heights left out; missing ones stay missing."""
        moved: Geometries = shapely.transform(shapely.force_2d(shapes), self.points)
        return moved

    def points(self, xy: FloatArray) -> FloatArray:
        """Points in the target CRS, [n, 2]; inf where the source coordinates are impossible."""
        x, y = self.forward(xy[:, 0], xy[:, 1])
        return np.column_stack([x, y]).astype(np.float64)

    def back_text(self, x: float, y: float) -> str:
        """A point of the target CRS as text in the source CRS: what a planner types into a GIS to go there."""
        bx, by = self.backward(np.array([x]), np.array([y]))
        digits = 6 if self.source.is_geographic else 1
        return f"{bx[0]:.{digits}f}, {by[0]:.{digits}f}"


def find_way(source: CRS, target: CRS, place: str) -> tuple[Way | None, list[Problem]]:
    """Transformation between two CRSs; refused where PROJ would only pass the coordinates through."""
    try:
        there = Transformer.from_crs(source, target, always_xy=True, allow_ballpark=_twins(source, target))
        back = Transformer.from_crs(target, source, always_xy=True, allow_ballpark=_twins(source, target))
    except ProjError:
        return None, [error("GIS011", place, source=label(source), target=label(target))]
    return Way(source, target, there.transform, back.transform), []


def stretch(crs: CRS, x: float, y: float) -> float:
    """Relative error of lengths in a projected CRS at a point [m], e.g. 0.0002; inf outside its reach."""
    base = crs.geodetic_crs
    if base is None:
        return float("inf")
    lon, lat = Transformer.from_crs(crs, base, always_xy=True).transform(x, y)
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return float("inf")
    factors = Proj(crs).get_factors(lon, lat)
    return max(abs(factors.meridional_scale - 1.0), abs(factors.parallel_scale - 1.0))


def check_stretch(crs: CRS, x: float, y: float, place: str) -> list[Problem]:
    """Warning above 0.1 %, error above 1 %: the working CRS was made for another part of the world (or web maps)."""
    share = stretch(crs, x, y)
    if share < _SCALE_WARNING:
        return []
    params = {"crs": label(crs), "percent": f"{100 * share:.1f}"}
    return [error("GIS009", place, **params) if share > _SCALE_ERROR else warning("GIS010", place, **params)]
