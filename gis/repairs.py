"""Repairs of the units layer, as a proposal: shapes rebuilt, spikes cut off, borders snapped.

Invalid shapes are rebuilt from their own rings. Thin overlaps and gaps (mean width below 5 m) go to the neighbour with
the longest common border. A wide overlap or a wide gap is a question of whose land it is: both are held fixed while the
borders around them are snapped, and stay as they are. Shapes and lengths are in the working CRS [m].
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from gis.arrays import BoolArray, FloatArray
from gis.pieces import NOISE_M2, THIN_M, Geometries, gap_pieces, mean_width_m, overlap_pieces, polygons_of, suspects
from gis.spikes import spikes, without_spikes

REBUILT, CUT, SNAPPED = "FIX001", "FIX002", "FIX003"
LEAST_M2 = 0.05
"""Area moved below which a unit only gained corners on a border that it shares [m2]."""
_PASSES = 3


@dataclass(frozen=True)
class ShapeChange:
    """What was done to one shape."""

    code: str
    """`FIX001` rebuilt, `FIX002` spikes cut off, `FIX003` borders snapped."""
    row: int
    before_m2: float
    after_m2: float
    gained_m2: float
    lost_m2: float


@dataclass(frozen=True)
class Mended:
    """Shapes after a step, and what changed."""

    shapes: Geometries
    changes: tuple[ShapeChange, ...]


def mend(shapes: Geometries) -> Mended:
    """All repairs, in this order: invalid shapes, spikes, borders. shapes: polygons or None, [unit]."""
    rebuilt = rebuild(shapes)
    cut = cut_spikes(rebuilt.shapes)
    snapped = snap(cut.shapes)
    return Mended(snapped.shapes, rebuilt.changes + cut.changes + snapped.changes)


def rebuild(shapes: Geometries) -> Mended:
    """Invalid polygons made valid, polygons only; one that would vanish stays as it is. [unit]."""
    result, changes = shapes.copy(), []
    for row in np.flatnonzero(_usable(shapes) & ~shapely.is_valid(shapes)).tolist():
        valid = polygons_of(shapely.make_valid(shapes[row], method="structure", keep_collapsed=False))
        before, after = abs(float(shapely.area(shapes[row]))), float(shapely.area(valid))
        if after > 0:
            result[row] = valid
            changes.append(ShapeChange(REBUILT, row, before, after, max(after - before, 0.0), max(before - after, 0.0)))
    return Mended(result, tuple(changes))


def cut_spikes(shapes: Geometries) -> Mended:
    """Spikes of valid polygons cut off (`gis.spikes`), [unit]."""
    result = shapes.copy()
    sound = np.flatnonzero(_polygons(shapes))
    for row in np.unique(sound[spikes(shapes[sound]).owner]).tolist():
        result[row] = without_spikes(shapes[row])
    return Mended(result, _changes(CUT, shapes, result))


def snap(shapes: Geometries) -> Mended:
    """Thin overlaps and gaps given to a neighbour, so that neighbours share one line; wide ones stay. [unit].

    Only valid polygons take part. Without a thin piece nothing changes, not even a corner. A unit never vanishes.
    """
    sound = np.flatnonzero(_polygons(shapes))
    result = shapes.copy()
    for _ in range(_PASSES):
        part = result[sound]
        if not has_thin_pieces(part):
            break
        cleaned = _snapped(part)
        kept = shapely.area(cleaned) > 0
        result[sound[kept]] = cleaned[kept]
    same = shapely.equals_exact(shapely.normalize(shapes), shapely.normalize(result), 0.0)
    result[same] = shapes[same]
    return Mended(result, _changes(SNAPPED, shapes, result))


def has_thin_pieces(shapes: Geometries) -> bool:
    """Whether valid polygons leave thin gaps or overlap thinly, [unit]."""
    suspect = suspects(shapes)
    thin = (overlap_pieces(shapes, suspect).width_m < THIN_M).any()
    return bool(thin or (mean_width_m(gap_pieces(shapes, suspect)) < THIN_M).any())


def _snapped(shapes: Geometries) -> Geometries:
    """One pass of cleaning over the units without their wide overlaps, these overlaps, and the wide gaps."""
    suspect = suspects(shapes)
    pieces, gaps = overlap_pieces(shapes, suspect), gap_pieces(shapes, suspect)
    faces, owners = _faces(shapes, pieces.shapes[pieces.width_m >= THIN_M])
    rest = shapes.copy()
    shared = sorted({row for rows in owners for row in rows})
    if shared:
        rest[shared] = [polygons_of(shape) for shape in shapely.difference(shapes[shared], shapely.union_all(faces))]
    present = np.flatnonzero(~shapely.is_empty(rest))
    wide = mean_width_m(gaps) >= THIN_M
    elements = np.concatenate([rest[present], faces, gaps[wide]])
    # The type stubs of shapely are one release behind.
    cleaned = shapely.coverage_clean(elements, gap_width=_widest(gaps[~wide]))  # type: ignore[attr-defined]
    parts: list[list[shapely.Geometry]] = [[] for _ in shapes]
    for row, shape in zip(present.tolist(), cleaned, strict=False):
        parts[row].append(shape)
    for rows, face in zip(owners, cleaned[len(present) :], strict=False):
        for row in rows:
            parts[row].append(face)
    whole = [polygons_of(part[0] if len(part) == 1 else shapely.union_all(part)) for part in parts]
    return _array([_without_crumbs(shape, before) for shape, before in zip(whole, shapes, strict=True)])


def _without_crumbs(shape: shapely.Geometry, before: shapely.Geometry) -> shapely.Geometry:
    """Parts below 1 m2 that a cut left over go; parts that the unit had before stay."""
    more = int(shapely.get_num_geometries(shape)) - int(shapely.get_num_geometries(before))
    if more <= 0:
        return shape
    parts = shapely.get_parts(shape)
    order = np.argsort(shapely.area(parts), kind="stable")
    crumbs = {int(at) for at in order[:more] if shapely.area(parts[at]) < NOISE_M2}
    return polygons_of(shapely.multipolygons([part for at, part in enumerate(parts) if at not in crumbs]))


def _faces(shapes: Geometries, wide: Geometries) -> tuple[Geometries, list[tuple[int, ...]]]:
    """Wide overlaps as faces that do not overlap each other, and the units that each belongs to (two or more)."""
    if not len(wide):
        return _array([]), []
    lines = shapely.union_all(shapely.boundary(wide))
    faces = np.asarray(shapely.get_parts(shapely.polygonize([lines])), dtype=object)
    tree = shapely.STRtree(shapes)
    face, unit = tree.query(shapely.point_on_surface(faces), predicate="within")
    owners = [tuple(sorted(unit[face == at].tolist())) for at in range(len(faces))]
    shared = [at for at, rows in enumerate(owners) if len(rows) > 1 and shapely.area(faces[at]) >= NOISE_M2]
    return faces[shared], [owners[at] for at in shared]


def _widest(gaps: Geometries) -> float:
    """Width up to which gaps are closed: that of the widest thin one, so that all of them are [m]."""
    if not len(gaps):
        return 0.0
    radius = [float(shapely.length(shapely.maximum_inscribed_circle(gap, tolerance=0.1))) for gap in gaps]
    return 2.2 * max(radius) + 0.2


def _changes(code: str, before: Geometries, after: Geometries) -> tuple[ShapeChange, ...]:
    """Shapes of which any area moved."""
    found = []
    for row in [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old is not new]:
        gained, lost = _moved(before[row], after[row])
        if gained + lost >= LEAST_M2:
            areas = float(shapely.area(before[row])), float(shapely.area(after[row]))
            found.append(ShapeChange(code, row, *areas, gained, lost))
    return tuple(found)


def _moved(before: shapely.Geometry, after: shapely.Geometry) -> tuple[float, float]:
    """Area gained and lost [m2]."""
    return float(shapely.area(shapely.difference(after, before))), float(
        shapely.area(shapely.difference(before, after))
    )


def _usable(shapes: Geometries) -> BoolArray:
    """Polygons that are there, valid or not."""
    kinds = shapely.get_type_id(shapes)
    polygon = (kinds == shapely.GeometryType.POLYGON) | (kinds == shapely.GeometryType.MULTIPOLYGON)
    usable: BoolArray = polygon & ~shapely.is_empty(shapes)
    return usable


def _polygons(shapes: Geometries) -> BoolArray:
    valid: BoolArray = _usable(shapes) & shapely.is_valid(shapes)
    return valid


def _array(shapes: Sequence[shapely.Geometry]) -> Geometries:
    """Geometries as an array of objects, never as an array of coordinates, [n]."""
    result = np.empty(len(shapes), dtype=object)
    result[:] = shapes
    return result


def areas(shapes: Geometries) -> FloatArray:
    """Area of each shape [m2], 0 where there is none, [unit]."""
    return np.asarray(np.nan_to_num(shapely.area(shapes)), dtype=np.float64)
