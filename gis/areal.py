"""People of source polygons (census areas) to target units, by area or by dwellings; nobody is lost.

x[target] = sum over sources of people[source] w[source, target] / sum over targets of w[source, .], where w is the
area that both share, or the dwellings in it: d[target] a[source, target] / a[target], with areas a [m2] in the working
CRS and dwellings d. Page: docs/science/people.md.
Test: tests/gis/test_areal.py.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.arrays import FloatArray, IntArray

Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Shares:
    """How the people of each source are divided."""

    share: FloatArray
    """Part of the source that goes to the target [source, target]; a row sums to 1, or to 0 if nothing fits."""
    covered: FloatArray
    """Part of the source's own weight that lies in any target [source], 0-1: its area, or 1 for other weights."""

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


def shares_by_area(pieces: Pieces, sources: Geometries, targets: int) -> Shares:
    """Areal weighting: people are spread evenly over their source polygon [source], metre CRS."""
    return shares_of_pieces(pieces, _areas(pieces.shapes), _areas(sources), targets)


def shares_by_dwellings(pieces: Pieces, targets: Geometries, dwellings: FloatArray, sources: int) -> Shares:
    """Dwelling weighting: people live where the dwellings are; those of a target stand evenly over its area.

    targets: polygons [target] in a metre CRS.  dwellings: number in each of them [target].
    """
    part = _areas(pieces.shapes) / _areas(targets)[pieces.target]
    return shares_of_pieces(pieces, dwellings[pieces.target] * part, np.ones(sources), len(targets))


def _areas(shapes: Geometries) -> FloatArray:
    return np.asarray(shapely.area(shapes), dtype=np.float64)
