"""Coordinate reference systems: what the study declares, what a file says, and the way between them.

Traps this module exists for (tried, PROJ 9.5): Beijing 1954 and Xian 1980 "transform" to CGCS2000 with unchanged
coordinates; GDAL reads an unknown CRS in a GeoJSON file as WGS 84. GCJ-02 and BD-09 are shifts that PROJ does not know:
here they are CRSs of a datum of their own, so that PROJ refuses them and only `find_way` converts them.
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
from gis.datum import SHIFTS, from_shifted, to_shifted
from scenarios.problems import Problem, error, note, warning

Geometries = NDArray[np.object_]

CGCS2000 = "CGCS2000"
"""What a study declares where the coordinates shall tell which CRS of CGCS2000 they are in."""
DEGREES = CRS("EPSG:4490")
"""CGCS2000 longitude and latitude: where shifted positions are converted to."""
_SHIFTED = {
    "GCJ-02": re.compile(r"gcj-?_?0?2?|火星(坐标系?)?|高德(坐标系?)?|mars", re.IGNORECASE),
    "BD-09": re.compile(r"bd-?_?0?9(ll)?|百度(坐标系?)?", re.IGNORECASE),
}
_SHIFTED_WKT = (
    'GEOGCRS["{name}",DATUM["{name}",ELLIPSOID["CGCS2000",6378137,298.257222101]],CS[ellipsoidal,2],'
    'AXIS["longitude",east],AXIS["latitude",north],ANGLEUNIT["degree",0.0174532925199433]]'
)
_EPSG_LIKE = re.compile(r"^\s*(?:epsg|srid|ogc)?\D{0,3}(\d{4,6})\s*$", re.IGNORECASE)
# Datums whose way to CGCS2000 PROJ does not know: it would return the coordinates unchanged and say nothing.
_REFUSED_DATUMS = ("Beijing 1954", "Xian 1980", "New Beijing")
# The same datum to a few centimetres: PROJ knows no operation between them, and here "unchanged" is right.
_TWIN_DATUMS = ("World Geodetic System 1984 ensemble", "World Geodetic System 1984", "China 2000")
_SCALE_WARNING, _SCALE_ERROR = 0.001, 0.01


def parse_crs(text: str | None, place: str) -> tuple[CRS | None, list[Problem]]:
    """CRS that the study declares, or the reason why it is none.

    text: as written, e.g. `EPSG:4490` or `GCJ-02`.  place: where it was written, for the message. `CGCS2000` alone is
    refused (GIS040): `gis.layer_crs.settle_crs` asks the coordinates too.
    """
    written = (text or "").strip()
    if not written:
        return None, [error("GIS003", place)]
    if written.upper() == CGCS2000:
        return None, [error("GIS040", place)]
    if shifted_name(written):
        return shifted_crs(shifted_name(written)), []
    try:
        crs = CRS.from_user_input(written)
    except CRSError:
        number = _EPSG_LIKE.match(written)
        return None, [error("GIS004", place, crs=written, guess=f"EPSG:{number[1]}" if number else "EPSG:4490")]
    if datum_name(crs).startswith(_REFUSED_DATUMS):
        return None, [error("GIS006", place, crs=written, datum=datum_name(crs))]
    return crs, []


def shifted_name(text: str) -> str:
    """The shifted datum that a text names, `GCJ-02` or `BD-09`; empty if it names none."""
    return next((name for name, pattern in _SHIFTED.items() if pattern.fullmatch(text.strip())), "")


def shifted_crs(name: str) -> CRS:
    """A shifted datum (a key of `gis.datum.SHIFTS`) as a CRS of its own, in degrees, longitude first."""
    return CRS.from_wkt(_SHIFTED_WKT.format(name=name))


def shift_of(crs: CRS) -> str:
    """The shifted datum of a CRS made by `shifted_crs` (or written by it to a file), empty for any other."""
    name = datum_name(crs).removeprefix("D_")
    return name if name in SHIFTS else ""


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
    found = own_crs(own)
    if found is None:
        return [error("GIS036", place, own=own, crs=label(declared))]
    if _same(declared, found):
        return []
    if shift_of(declared) and found.is_geographic and not shift_of(found):
        # No file format has a name for a shifted datum, so nearly all such layers say WGS 84 of themselves.
        return [note("GIS044", place, own=label(found), crs=label(declared))]
    if declared.is_geographic and found.is_geographic and _twins(declared, found):
        return [warning("GIS037", place, own=label(found), crs=label(declared))]
    return [error("GIS007", place, own=label(found), crs=label(declared))]


def own_crs(own: str) -> CRS | None:
    """The CRS that a file names, None if nobody knows it."""
    if shifted_name(own.rsplit(":", 1)[-1]):
        return shifted_crs(shifted_name(own.rsplit(":", 1)[-1]))
    try:
        return CRS.from_user_input(own)
    except CRSError:
        return None


def label(crs: CRS) -> str:
    """Short name for messages: `EPSG:4490 (China Geodetic Coordinate System 2000)`, `GCJ-02`."""
    if shift_of(crs):
        return shift_of(crs)
    code = crs.to_authority(min_confidence=70)
    return f"{':'.join(code)} ({crs.name})" if code else str(crs.name)


def _same(a: CRS, b: CRS) -> bool:
    if shift_of(a) or shift_of(b):
        return shift_of(a) == shift_of(b)
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
    """Transformation between two CRSs; refused where PROJ would only pass the coordinates through.

    A source in GCJ-02 or BD-09 is converted to CGCS2000 degrees first, and last on the way back.
    """
    shift = shift_of(source)
    if shift:
        onward, problems = find_way(DEGREES, target, place)
        return (None if onward is None else _shifted_way(shift, source, onward)), problems
    try:
        there = Transformer.from_crs(source, target, always_xy=True, allow_ballpark=_twins(source, target))
        back = Transformer.from_crs(target, source, always_xy=True, allow_ballpark=_twins(source, target))
    except ProjError:
        return None, [error("GIS011", place, source=label(source), target=label(target))]
    return Way(source, target, there.transform, back.transform), []


def _shifted_way(shift: str, source: CRS, onward: Way) -> Way:
    def there(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        return onward.forward(*from_shifted(shift, x, y))

    def back(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        return to_shifted(shift, *onward.backward(x, y))

    return Way(source, onward.target, there, back)


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
