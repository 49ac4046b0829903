"""Distances: straight line x detour, and the nearest places.

Straight lines need a CRS in metres; the detour factor stands for the road network (section `travel` of the study).
"""

import numpy as np
from numpy.typing import NDArray

from gis.arrays import FloatArray, IntArray


def distance_matrix_km(origins: FloatArray, targets: FloatArray, detour: float) -> FloatArray:
    """Distance from every origin to every target [km], [origin, target].

    origins, targets: points in a metre CRS [m], [n, 2].  detour: road length / straight line, >= 1.
    Formula: detour x |origin - target| / 1000.
    """
    if detour < 1.0:
        raise ValueError(f"detour must be >= 1 (a road is never shorter than the straight line), found {detour}")
    gap = origins[:, None, :] - targets[None, :, :]
    result: FloatArray = np.hypot(gap[..., 0], gap[..., 1]) * (detour / 1000.0)
    return result


def nearest(distance: FloatArray, allowed: NDArray[np.bool_] | None = None) -> IntArray:
    """Targets of each origin from near to far, [origin, target]; ties keep the order of the targets.

    distance: [origin, target].  allowed: targets that count, [target]; the others come last, marked -1.
    """
    count = distance.shape[1]
    usable = np.ones(count, dtype=bool) if allowed is None else allowed
    masked = np.where(usable[None, :], distance, np.inf)
    order: IntArray = np.argsort(masked, axis=1, kind="stable").astype(np.int64)
    return np.where(np.isfinite(np.take_along_axis(masked, order, axis=1)), order, -1)


def within(distance: FloatArray, limit: float) -> NDArray[np.bool_]:
    """Whether a target lies within the limit, both ends included, [origin, target]; same unit as `distance`."""
    result: NDArray[np.bool_] = distance <= limit
    return result
