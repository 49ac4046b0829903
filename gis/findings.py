"""A problem that has a place on the map: what `check --out` draws for QGIS.

A finding *is* a problem (it is told, sorted and counted like every other one) and carries marks: shapes in the CRS of
the units layer, as the planner knows it, each with its area, its units and coordinates to paste into a GIS.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import shapely
from pyproj import CRS

from gis.arrays import FloatArray
from gis.crs import Way
from scenarios.problems import Problem


@dataclass(frozen=True)
class Mark:
    """One shape of a finding."""

    shape: shapely.Geometry
    at: str
    """A point of it as text, in the CRS of the layer: what a planner pastes into QGIS to go there."""
    units: tuple[str, ...] = ()
    """Units (or schools) concerned."""
    area_m2: float | None = None
    """Area of what is wrong [m2]; None for points and lines."""


@dataclass(frozen=True)
class Finding(Problem):
    """A problem with its marks; two findings are equal when they say the same."""

    marks: tuple[Mark, ...] = field(default=(), compare=False, repr=False)
    crs: CRS | None = field(default=None, compare=False, repr=False)
    """CRS of the shapes: that of the units layer; None where it is not known."""


def feature_place(place: str, feature: int, name: str) -> str:
    """Place of a feature in a message: `data/units.geojson:feature 12 (u013)`."""
    return f"{place}:feature {feature} ({name})" if name else f"{place}:feature {feature}"


def located(problem: Problem, marks: Iterable[Mark], crs: CRS | None) -> Finding:
    """The problem together with its marks."""
    return Finding(
        problem.code,
        problem.severity,
        problem.place,
        problem.found,
        problem.expected,
        problem.fix,
        problem.params,
        tuple(marks),
        crs,
    )


def mark(shape: shapely.Geometry, way: Way, names: Iterable[str] = ()) -> Mark:
    """A mark of a shape in the working CRS.

    way: from the layer's CRS to the working CRS.  names: units or schools concerned.
    """
    measured = float(shapely.area(shape))
    point = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
    return Mark(back(shape, way), way.back_text(*point.tolist()), tuple(names), measured if measured > 0 else None)


def back(shape: shapely.Geometry, way: Way) -> shapely.Geometry:
    """A shape of the working CRS in the CRS of the layer."""

    def there(xy: FloatArray) -> FloatArray:
        return np.column_stack(way.backward(xy[:, 0], xy[:, 1])).astype(np.float64)

    return shapely.transform(shape, there)
