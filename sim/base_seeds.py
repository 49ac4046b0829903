"""What the base-year fit starts from: how many children of a home attend beyond their zone, and where.

The share beyond the zone is one number of the study, whatever the number of schools that reach a home; it falls with
how much further than the own school the nearest of them is, and is split over them by roll and way (Huff 1964).  The
scale of ways is that of the study: how far the next school is.  Page: docs/science/base-year.md.  Test:
tests/sim/test_base_seeds.py.
"""

import numpy as np

from sim.arrays import BoolArray, FloatArray


def grade_seed(
    zone: FloatArray, open_to: BoolArray, distance_km: FloatArray, rolls: FloatArray, scale_km: float, share: float
) -> FloatArray:
    """Seed of one grade [cell, school]: the zone split (sum 1) beside the schools beyond it (sum <= odds of `share`).

    zone: [cell, school], rows sum to 1 or 0.  open_to: schools with the grade that draw from the cell, [cell, school].
    distance_km: [cell, school].  rolls: pupils of the grade, [school].  share: of a home's children, where a school
    beyond the zone is as near as the own one.  A home without a zone has all its children at the schools open to it.
    """
    inside = zone > 0.0
    beyond = open_to & ~inside & (rolls > 0.0) & np.isfinite(distance_km)
    near = np.where(beyond, distance_km, np.inf).min(axis=1, initial=np.inf)
    some = np.isfinite(near)
    # Ways are counted from the nearest of them: the split is the same and never underflows as a whole.
    past = np.where(beyond, distance_km - np.where(some, near, 0.0)[:, None], 0.0)
    weight = np.where(beyond, rolls * np.exp(-_in_scales(past, scale_km)), 0.0)
    total = weight.sum(axis=1, keepdims=True)
    split = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0.0)
    own = np.where(inside, zone * np.where(inside, distance_km, 0.0), 0.0).sum(axis=1)
    further = np.maximum(np.where(some, near, 0.0) - own, 0.0)
    odds = share / (1.0 - share) * np.exp(-_in_scales(further, scale_km))
    beside = np.where(inside.any(axis=1), odds, 1.0)
    seed: FloatArray = zone + split * beside[:, None]
    return seed


def scale_of_ways(zone: FloatArray, hosts: BoolArray, distance_km: FloatArray, weight: FloatArray) -> float:
    """Mean way of the children to the nearest school of a grade beyond their zone, km; 0 where there is none.

    zone, distance_km: [cell, school].  hosts: schools with the grade, [school].  weight: children by home, [cell].
    """
    others = hosts[None, :] & (zone <= 0.0) & np.isfinite(distance_km)
    near = np.where(others, distance_km, np.inf).min(axis=1, initial=np.inf)
    counted = np.isfinite(near) & (weight > 0.0)
    if not counted.any():
        return 0.0
    return float(np.average(near[counted], weights=weight[counted]))


def _in_scales(way: FloatArray, scale_km: float) -> FloatArray:
    """Ways in units of the scale; a study all in one place has no scale, and every way in it is short."""
    return way / scale_km if scale_km > 0.0 else np.zeros_like(way)
