"""Checks of a layer as it was read: foreign, missing and invalid geometries, and more vertices than anybody needs.

Nothing is repaired here: a ring that crosses itself is told with its place, and `gis.repairs` proposes.
"""

import numpy as np
import shapely
from pyproj import CRS

from gis.findings import Mark, feature_place, located
from gis.raw import RawLayer
from scenarios.problems import Problem, error

MOST_VERTICES = 1_000_000
"""Vertices of a layer; the checks of the cover take seconds up to here (`benchmarks/geometry.py`)."""
_TOUCHES = "Ring Self-intersection"
_REASONS = {
    "Self-intersection": "@crosses_itself",
    "Hole lies outside shell": "@hole_outside",
    "Holes are nested": "@holes_nested",
    "Nested holes": "@holes_nested",
    "Nested shells": "@shells_nested",
    "Interior is disconnected": "@interior_torn",
    "Duplicate Rings": "@ring_twice",
    "Too few points in geometry component": "@too_few_points",
    "Invalid Coordinate": "@no_coordinate",
}


def check_raw_shapes(
    raw: RawLayer, ids: list[str], place: str, kinds: tuple[str, ...], crs: CRS | None
) -> list[Problem]:
    """Problems of the geometries of a layer.

    ids: of the features, in the order of the file.  place: path of the layer.  kinds: geometry types that are allowed.
    crs: of the layer, None where it is not known.
    """
    count = int(shapely.get_num_coordinates(raw.shapes).sum())
    if count > MOST_VERTICES:
        return [error("GIS070", place, count=count, most=MOST_VERTICES)]
    types = np.array([None if shape is None else shape.geom_type for shape in raw.shapes], dtype=object)
    foreign = [at for at, kind in enumerate(types) if kind is not None and kind not in kinds]
    empty = shapely.is_missing(raw.shapes) | shapely.is_empty(raw.shapes)
    missing = np.flatnonzero(empty & ~raw.broken).tolist()
    invalid = np.flatnonzero(~empty & ~shapely.is_valid(raw.shapes)).tolist()

    def where(at: int) -> str:
        return feature_place(place, at + 1, ids[at])

    return [
        *(error("GIS021", where(at), kind=types[at], kinds=kinds) for at in foreign),
        *(error("GIS020", where(at), reason="@ring_open", at="-") for at in np.flatnonzero(raw.broken).tolist()),
        *(error("GIS019", where(at)) for at in missing),
        *(_invalid(raw.shapes[at], where(at), ids[at], crs) for at in invalid),
    ]


def _invalid(shape: shapely.Geometry, where: str, name: str, crs: CRS | None) -> Problem:
    """GEOS answers `Self-intersection[107.581 26.493]`: reason and place in one text."""
    with np.errstate(all="ignore"):  # coordinates beyond all bounds
        reason, _, numbers = str(shapely.is_valid_reason(shape)).partition("[")
    at = numbers.rstrip("]") or "-"
    if reason == _TOUCHES:
        problem = error("GIS068", where, at=at)
    else:
        problem = error("GIS020", where, reason=_REASONS.get(reason, reason), at=at)
    words = at.split()
    spot = shapely.Point(float(words[0]), float(words[1])) if len(words) >= 2 else None
    marks = [] if spot is None or not np.isfinite(shapely.get_coordinates(spot)).all() else [Mark(spot, at, (name,))]
    return located(problem, marks, crs)
