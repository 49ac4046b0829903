"""Whether parcels can be what table and outlines say: areas, the county, their unit, one another."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.arrays import BoolArray, FloatArray
from gis.findings import Finding, located, mark
from gis.pieces import THIN_M, overlap_pieces
from gis.units import Units
from scenarios.problems import Problem, error, warning

Geometries = NDArray[np.object_]

MOST_APART = 0.05
"""Difference between registered and drawn area from which they contradict each other [-]."""
_LEAST_OUTSIDE = 0.01
"""Share of a parcel outside the county that is told; less is the drawing of the border [-]."""
MU_M2, HECTARE_M2 = 10_000 / 15, 10_000.0
_CAUSES = ((MU_M2, "@as_mu"), (HECTARE_M2, "@as_hectares"), (1 / MU_M2, "@as_m2_in_mu"))


@dataclass(frozen=True)
class Parcels:
    """Parcels of a study in the working CRS, in the order of the table."""

    table: pd.DataFrame
    """The table `parcels`."""
    shapes: Geometries
    """Outline, or circle of equal area, or None without a place, [parcel]."""
    drawn: BoolArray
    """Whether the shape is an outline, [parcel]."""
    area_m2: FloatArray
    """Registered area, else measured; NaN without either, [parcel]."""
    places: Sequence[str]
    """Where each parcel is written, for messages."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Parcel ids in the order of the table."""
        return tuple(str(name) for name in self.table["parcel"])

    @property
    def placed(self) -> BoolArray:
        """Parcels that lie somewhere, [parcel]."""
        return ~np.asarray(shapely.is_missing(self.shapes), dtype=bool)


def area_problems(parcels: Parcels, places: Sequence[str]) -> list[Problem]:
    """Registered and drawn areas that contradict each other. places: of the cells of the areas."""
    problems: list[Problem] = []
    written = parcels.table["area_m2"].to_numpy(dtype=np.float64)
    for at in np.flatnonzero(parcels.drawn & ~np.isnan(written)).tolist():
        drawn = float(shapely.area(parcels.shapes[at]))
        apart = abs(written[at] - drawn) / drawn
        if apart <= MOST_APART:
            continue
        near = [word for factor, word in _CAUSES if abs(written[at] * factor / drawn - 1) <= 2 * MOST_APART]
        params = {"parcel": parcels.ids[at], "drawn": f"{drawn:.0f}", "percent": f"{100 * apart:.0f}"}
        cause = near[0] if near else "@as_other_area"
        problems.append(error("GIS155", places[at], f"{written[at]:.0f}", "", **params, cause=cause))
    return problems


def county_problems(parcels: Parcels, units: Units) -> list[Problem]:
    """Parcels outside the county, partly outside, and in another unit than the table says."""
    shapes, names = np.asarray(units.frame.geometry.array, dtype=object), units.ids
    tree = shapely.STRtree(shapes)
    problems: list[Problem] = []
    for at in np.flatnonzero(parcels.placed).tolist():
        shape, parcel, place = parcels.shapes[at], parcels.ids[at], parcels.places[at]
        held = tree.query(shape, predicate="intersects")
        shared = np.asarray(shapely.area(shapely.intersection(shape, shapes[held])), dtype=np.float64)
        marks = [mark(shape, units.way, (parcel,))]
        if not held.size or shared.sum() == 0.0:
            nearest = int(tree.nearest(shape))
            metres = f"{shapely.distance(shape, shapes[nearest]):.0f}"
            problem = error("GIS156", place, parcel=parcel, unit=names[nearest], metres=metres)
            problems.append(located(problem, marks, units.way.source))
            continue
        outside = 1.0 - min(float(shared.sum() / shapely.area(shape)), 1.0)
        if outside > _LEAST_OUTSIDE:
            problem = warning("GIS157", place, parcel=parcel, percent=f"{100 * outside:.0f}")
            problems.append(located(problem, marks, units.way.source))
        mostly, said = names[int(held[int(shared.argmax())])], str(parcels.table["unit"].iloc[at])
        if mostly != said and said in names:
            problem = warning("GIS158", place, parcel=parcel, unit=mostly, table=said)
            problems.append(located(problem, marks, units.way.source))
    return problems


def overlap_problems(parcels: Parcels, units: Units) -> list[Finding]:
    """Drawn parcels that share land: an error, or a warning where they share slivers only."""
    rows = np.flatnonzero(parcels.drawn)
    shapes = parcels.shapes[rows]
    pieces = overlap_pieces(shapes, np.ones(len(shapes), dtype=bool))
    found: list[Finding] = []
    for left, right in pieces.pairs():
        mine = np.flatnonzero(pieces.of((left, right)))
        area = float(pieces.area_m2[mine].sum())
        wide = bool((pieces.width_m[mine] >= THIN_M).any())
        pair = (parcels.ids[rows[left]], parcels.ids[rows[right]])
        smaller = float(min(shapely.area(shapes[left]), shapely.area(shapes[right])))
        make, code = (error, "GIS159") if wide else (warning, "GIS160")
        params = {"a": pair[0], "b": pair[1], "area": f"{area:.0f}", "percent": f"{100 * area / smaller:.1f}"}
        problem = make(code, parcels.places[rows[left]], "", "", **params)
        found.append(located(problem, [mark(pieces.shapes[at], units.way, pair) for at in mine], units.way.source))
    return found
