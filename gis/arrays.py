"""Space as plain arrays: what the simulation sees of geography.

numpy only: `sim` imports this module and nothing else of `gis`, so that it never loads geopandas.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


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
    """Straight line x detour from unit to school [km], [unit, school]."""
    school_distance_km: FloatArray
    """Straight line x detour between schools [km], [school, school]."""
    area_km2: FloatArray
    """Area of each unit [km2], [unit]."""
    school_unit: tuple[str, ...]
    """Unit whose polygon holds the school, "" if none, [school]."""
    databases: tuple[tuple[str, str], ...] = ()
    """Key of each layer that came from a database and the hash of what was read; files are hashed where they lie."""

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
