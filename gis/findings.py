"""A problem that has a place on the map: what `check --out` draws for QGIS.

A finding *is* a problem (it is told, sorted and counted like every other one) and carries marks: shapes in metres or in
the layer's own CRS, each with its area, its units and coordinates that can be pasted into a GIS.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import shapely
from pyproj import CRS

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
    """CRS of the shapes; None where the layer's CRS is not known."""


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


def mark(shape: shapely.Geometry, way: Way, units: Iterable[str] = (), area: bool = True) -> Mark:
    """A mark of a shape in the working CRS. way: from the layer's CRS to the working CRS."""
    measured = float(shapely.area(shape))
    return Mark(shape, place_of(shape, way), tuple(units), measured if area and measured > 0 else None)


def place_of(shape: shapely.Geometry, way: Way) -> str:
    """A point on a shape of the working CRS as text in the CRS of the layer."""
    point = shapely.point_on_surface(shape)
    return way.back_text(float(shapely.get_x(point)), float(shapely.get_y(point)))
