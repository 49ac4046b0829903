"""People of source polygons (census areas) to target units, by area or by dwellings; nobody is lost.

x[target] = sum over sources of people[source] w[source, target] / sum over targets of w[source, .], where w is the
area that both share, or the dwellings in it. Areas are taken in the working CRS. Page: docs/science/people.md.
Test: tests/gis/test_areal.py.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.arrays import FloatArray

Geometries = NDArray[np.object_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Shares:
    """How the people of each source are divided."""

    share: FloatArray
    """Part of the source that goes to the target [source, target]; a row sums to 1, or to 0 if nothing fits."""
    covered: FloatArray
    """Part of the source's own weight (area, dwellings) that lies in any target [source], 0-1."""

    def spread(self, people: FloatArray) -> FloatArray:
        """People [source, ...] on targets [target, ...]: every source with a share keeps its total."""
        out: FloatArray = np.tensordot(self.share, people, axes=(0, 0))
        return out


@dataclass(frozen=True)
class Pieces:
    """What sources and targets share, piece by piece."""

    source: IntArray  # [piece]
    target: IntArray  # [piece]
    shapes: Geometries  # [piece]


def common_pieces(sources: Geometries, targets: Geometries) -> Pieces:
    """Intersections with an area of two sets of valid polygons in one metre CRS, [piece]."""
    source, target = shapely.STRtree(targets).query(sources, predicate="intersects")
    order = np.lexsort((target, source))
    source, target = source[order], target[order]
    shapes = np.asarray(shapely.intersection(sources[source], targets[target]), dtype=object)
    real = shapely.area(shapes) > 0.0
    return Pieces(source[real], target[real], shapes[real])


def shares_of_pieces(pieces: Pieces, weights: FloatArray, own: FloatArray, targets: int) -> Shares:
    """Shares from the weight of each piece [piece]; own: weight of each source as a whole [source]."""
    table = np.zeros((len(own), targets))
    np.add.at(table, (pieces.source, pieces.target), weights)
    held = table.sum(axis=1)
    share = np.divide(table, held[:, None], out=np.zeros_like(table), where=held[:, None] > 0.0)
    covered = np.divide(held, own, out=np.zeros_like(held), where=own > 0.0)
    return Shares(share, np.minimum(covered, 1.0))


def shares_by_area(sources: Geometries, targets: Geometries) -> Shares:
    """Areal weighting: people are spread evenly over their source polygon; shapes [source] and [target], metre CRS."""
    pieces = common_pieces(sources, targets)
    area = np.asarray(shapely.area(pieces.shapes), dtype=np.float64)
    return shares_of_pieces(pieces, area, np.asarray(shapely.area(sources), dtype=np.float64), len(targets))


def shares_by_points(sources: Geometries, targets: Geometries, xy: FloatArray, weights: FloatArray) -> Shares:
    """Dwelling weighting: people live where the dwellings are.

    xy: points [point, 2] in the CRS of the shapes [source] and [target].  weights: dwellings at each point [point].
    A point on the border of two polygons belongs to the first of them.
    """
    points = np.asarray(shapely.points(xy), dtype=object)
    home, unit = _holder(sources, points), _holder(targets, points)
    own = np.bincount(home[home >= 0], weights=weights[home >= 0], minlength=len(sources)).astype(np.float64)
    both = (home >= 0) & (unit >= 0)
    pieces = Pieces(home[both], unit[both], points[both])
    return shares_of_pieces(pieces, weights[both], own, len(targets))


def _holder(shapes: Geometries, points: Geometries) -> IntArray:
    """First polygon that holds (or touches) each point, -1 if none does, [point]."""
    point, shape = shapely.STRtree(shapes).query(points, predicate="intersects")
    out = np.full(len(points), len(shapes), dtype=np.int64)
    np.minimum.at(out, point, shape)
    return np.where(out == len(shapes), -1, out)
