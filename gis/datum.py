"""GCJ-02 and BD-09, the shifted datums of Chinese web maps: there by the published formula, back by iteration.

A shifted position is where a web map draws a true one: 300-700 m off (GCJ-02) or about 1 km off (BD-09), by an amount
that changes slowly with place. True means CGCS2000 or WGS 84, equal to a few centimetres. Longitude before latitude, in
degrees. Outside the box in which the formula is defined positions stay as they are. Formula, source and accuracy:
docs/science/geography.md.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from gis.arrays import FloatArray

Shift = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]

BOX = (72.004, 0.8293, 137.8347, 55.8271)
"""Where the shift is defined: west, south, east, north [degree], borders included."""
_A, _EE = 6378245.0, 0.00669342162296594323  # ellipsoid of the formula: semi-major axis [m], first eccentricity squared
_X_PI = np.pi * 3000.0 / 180.0
# A step leaves less than 0.01 of the error, so eight leave nothing but rounding. The number is fixed, not a stopping
# rule: a point must come out the same whatever stands beside it in the array.
_STEPS = 8
# A position on the border of the box must be found again in spite of rounding [degree], 0.1 mm.
_BORDER = 1e-9


def to_shifted(datum: str, lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """True positions as the datum draws them, [n] each [degree].

    datum: a key of SHIFTS. Positions outside the box stay as they are. Raises KeyError for another datum.
    """
    lon, lat = _numbers(lon), _numbers(lat)
    x, y = SHIFTS[datum](lon, lat)
    inside = in_box(lon, lat)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def from_shifted(datum: str, lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """True positions behind shifted ones, [n] each [degree]: the inverse of `to_shifted`, by fixed-point iteration.

    Within one shift of the border of the box a position may have two true ones, or none: the one inside the box is
    taken, and without one the position stays as it is. Raises KeyError for a datum that is not a key of SHIFTS.
    """
    lon, lat = _numbers(lon), _numbers(lat)
    forward = SHIFTS[datum]
    x, y = lon, lat
    # Far away from the box the formula may overflow; those positions are not taken.
    with np.errstate(all="ignore"):
        for _ in range(_STEPS):
            ahead_x, ahead_y = forward(x, y)
            x, y = x - (ahead_x - lon), y - (ahead_y - lat)
        inside = in_box(x, y, _BORDER)
    west, south, east, north = BOX
    x, y = np.clip(x, west, east), np.clip(y, south, north)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def in_box(lon: FloatArray, lat: FloatArray, beyond: float = 0.0) -> NDArray[np.bool_]:
    """Whether true positions lie where the shift is defined, [n]; beyond: so far outside counts too [degree]."""
    west, south, east, north = BOX
    across = (lon >= west - beyond) & (lon <= east + beyond)
    return np.asarray(across & (lat >= south - beyond) & (lat <= north + beyond), dtype=bool)


def _numbers(values: FloatArray) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def _gcj(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """GCJ-02 of true positions, box or not."""
    x, y = lon - 105.0, lat - 35.0
    root, product = np.sqrt(np.abs(x)), x * y
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * product + 0.2 * root
    north += (2.0 / 3.0) * (ripple + _waves(y, 20.0, 40.0, 160.0, 320.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * product + 0.1 * root
    east += (2.0 / 3.0) * (ripple + _waves(x, 20.0, 40.0, 150.0, 300.0))
    phi = np.deg2rad(lat)
    squared = 1.0 - _EE * np.sin(phi) ** 2
    meridian, parallel = _A * (1.0 - _EE) / squared**1.5, _A / np.sqrt(squared) * np.cos(phi)
    return lon + np.rad2deg(east / parallel), lat + np.rad2deg(north / meridian)


def _waves(at: FloatArray, *heights: float) -> FloatArray:
    """Sum of the long waves along one axis: periods of 2, 6, 24 and 60 degrees [m]."""
    periods = (1.0, 3.0, 12.0, 30.0)
    return np.asarray(sum(h * np.sin(np.pi * at / p) for h, p in zip(heights, periods, strict=True)))


def _bd(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """BD-09 of true positions: a second shift on top of GCJ-02, in polar form around the origin."""
    x, y = _gcj(lon, lat)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _X_PI)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _X_PI)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


SHIFTS: Mapping[str, Shift] = MappingProxyType({"GCJ-02": _gcj, "BD-09": _bd})
"""The shifted datums by the name that a study declares; each function ignores the box."""
