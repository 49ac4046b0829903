"""Space as plain arrays: what the simulation sees of geography.

numpy only: `sim` imports this module and nothing else of `gis`, so that it never loads geopandas.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

WALK, BUS, CAR = 0, 1, 2
"""Numbers of the means of travel in every array [mode, ...]; their names: `scenarios.road_classes.MODES`."""


@dataclass(frozen=True)
class Travel:
    """Ways to school from where the children of a unit live. A pair without any way has inf minutes, and was told."""

    source: str
    """`network`: on roads; `detour`: straight line x detour factor at a speed of the study."""
    modes: tuple[str, ...]
    """Means of travel: walk, bus, car."""
    limit_min: FloatArray
    """Longest way that counts as near, by means of travel [min], [mode]."""
    minutes: FloatArray
    """Mean over the children of the unit who have a way [min], inf where nobody has one, [mode, unit, school]."""
    within: FloatArray
    """Share of the children of the unit whose way is within the limit [0-1], [mode, unit, school]."""
    reached: FloatArray
    """Share of the children of the unit who have a way at all [0-1], [mode, unit, school]."""
    school_minutes: FloatArray
    """From school to school [min], [mode, school, school]."""
    point_unit: IntArray
    """Unit of each demand point, [point]."""
    point_xy: FloatArray
    """Demand points in the working CRS [m], [point, 2]."""
    point_weight: FloatArray
    """Share of the unit's children who live at each point; 1 in all of a unit, [point]."""
    point_minutes: FloatArray
    """[mode, point, school] in minutes."""
    point_km: FloatArray
    """Length of the way on foot from each point [km], [point, school]; straight x detour where there is none."""
    roads: tuple[str, ...] = ()
    """What the network is, for `explain`: number of roads, km, source of heights; empty without one."""


def weighted(values: FloatArray, unit: IntArray, weight: FloatArray, units: int) -> FloatArray:
    """Sums of values [point, school] by unit, times the weight of each point [point]; [unit, school]."""
    order = np.argsort(unit, kind="stable")
    found = np.zeros((units, values.shape[1]))
    present, first = np.unique(unit[order], return_index=True)
    if len(present):
        found[present] = np.add.reduceat(values[order] * weight[order, None], first, axis=0)
    return found


@dataclass(frozen=True)
class Space:
    """Units and schools of a study in the working CRS; `schools` = the existing ones and the new ones of all plans."""

    units: tuple[str, ...]
    """Unit ids, sorted."""
    schools: tuple[str, ...]
    """School ids, sorted."""
    unit_xy: FloatArray
    """Representative point of each unit [m], [unit, 2]."""
    school_xy: FloatArray
    """Place of each school [m], [school, 2]."""
    distance_km: FloatArray
    """Way from unit to school [km], [unit, school]: on roads the mean of its demand points, else straight x detour."""
    school_distance_km: FloatArray
    """The same between schools [km], [school, school]."""
    area_km2: FloatArray
    """Area of each unit [km2], [unit]."""
    school_unit: tuple[str, ...]
    """Unit whose polygon holds the school, "" if none, [school]."""
    databases: tuple[tuple[str, str], ...] = ()
    """Key of each layer that came from a database and the hash of what was read; files are hashed where they lie."""
    travel: Travel | None = None
    """Ways to school by means of travel; always there in a space that `gis.space` built."""

    @property
    def unit_distance_km(self) -> FloatArray:
        """Straight line between units [km], [unit, unit]."""
        gap = self.unit_xy[:, None, :] - self.unit_xy[None, :, :]
        result: FloatArray = np.hypot(gap[..., 0], gap[..., 1]) / 1000.0
        return result

    def __post_init__(self) -> None:
        units, schools = len(self.units), len(self.schools)
        shapes = {
            "unit_xy": (units, 2),
            "school_xy": (schools, 2),
            "distance_km": (units, schools),
            "school_distance_km": (schools, schools),
            "area_km2": (units,),
        }
        wrong = [name for name, shape in shapes.items() if getattr(self, name).shape != shape]
        if len(self.school_unit) != schools:
            wrong.append("school_unit")
        if wrong:
            raise ValueError(f"Space: wrong shape of {', '.join(wrong)} for {units} units and {schools} schools")
