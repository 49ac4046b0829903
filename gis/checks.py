"""Checks of the units layer as a cover of the county: overlaps, the same unit twice, nested units, gaps, slivers.

Thin overlaps and gaps (`gis.pieces`) are pooled in one warning; a wide overlap is an error, a wide gap a warning of its
own. Nothing is repaired here (`gis.repairs` proposes). Checks of single shapes stand in `gis.checks_shapes`.
"""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gis.checks_shapes import check_shapes
from gis.crs import Way
from gis.findings import Finding, Mark, feature_place, located, mark
from gis.pieces import THIN_M, Geometries, Pieces, gap_pieces, mean_width_m, overlap_pieces, suspects
from scenarios.problems import error, warning

SAME_SHARE = 0.999
"""Share of a unit that another one covers from which it counts as lying inside it, or as being the same."""


def check_cover(units: gpd.GeoDataFrame, place: str, way: Way) -> list[Finding]:
    """All findings of the units as a cover and of their shapes.

    units: columns `id`, `feature`, `geometry` (working CRS, valid polygons).  place: path of the layer.
    way: from the layer's CRS to the working CRS.
    """
    shapes = np.asarray(units.geometry.array, dtype=object)
    suspect = suspects(shapes)
    overlaps = overlap_pieces(shapes, suspect)
    covered = _covered_units(overlaps, shapes)
    inside = np.array([(a, b) in covered for a, b in zip(overlaps.first, overlaps.second, strict=True)], dtype=bool)
    thin = (overlaps.width_m < THIN_M) & ~inside
    gaps = gap_pieces(shapes, suspect)
    thin_gaps = mean_width_m(gaps) < THIN_M
    return [
        *_covered_findings(units, overlaps, covered, place, way),
        *_overlap_findings(units, overlaps, ~thin & ~inside, place, way),
        *_gap_findings(units, gaps[~thin_gaps], place, way),
        *_sliver_findings(units, overlaps, thin, gaps[thin_gaps], place, way),
        *check_shapes(units, place, way),
    ]


def _covered_units(overlaps: Pieces, shapes: Geometries) -> dict[tuple[int, int], bool]:
    """Pairs of which one lies inside the other; True where they are the same polygon."""
    area = np.asarray(shapely.area(shapes), dtype=np.float64)
    covered = {}
    for pair in overlaps.pairs():
        shared = float(overlaps.area_m2[overlaps.of(pair)].sum())
        smaller, larger = sorted(area[list(pair)])
        if shared >= SAME_SHARE * smaller:
            covered[pair] = shared >= SAME_SHARE * larger
    return covered


def _covered_findings(
    units: gpd.GeoDataFrame, overlaps: Pieces, covered: dict[tuple[int, int], bool], place: str, way: Way
) -> list[Finding]:
    """The same polygon under two ids, and units that lie inside another one."""
    names, shapes = units["id"].to_numpy(), units.geometry.to_numpy()
    found = []
    for (left, right), same in covered.items():
        inner, outer = (right, left) if same or shapes[right].area <= shapes[left].area else (left, right)
        where = feature_place(place, int(units["feature"].iloc[inner]), str(names[inner]))
        marked = mark(shapes[inner], way, (str(names[inner]), str(names[outer])))
        params = {"a": names[inner], "b": names[outer], "area": f"{shapes[inner].area:.0f}", "at": marked.at}
        found.append(located(error("GIS067" if same else "GIS066", where, **params), [marked], way.source))
    return found


def _overlap_findings(
    units: gpd.GeoDataFrame, overlaps: Pieces, wide: NDArray[np.bool_], place: str, way: Way
) -> list[Finding]:
    names, features = units["id"].to_numpy(), units["feature"].to_numpy()
    found = []
    for left, right in overlaps.pairs():
        mine = np.flatnonzero(overlaps.of((left, right)) & wide)
        if not mine.size:
            continue
        mine = mine[np.argsort(-overlaps.area_m2[mine], kind="stable")]
        where = feature_place(place, int(features[left]), str(names[left]))
        area = float(overlaps.area_m2[mine].sum())
        share = 100 * area / min(float(units.geometry.iloc[left].area), float(units.geometry.iloc[right].area))
        pair = (str(names[left]), str(names[right]))
        marks = [mark(overlaps.shapes[at], way, pair) for at in mine]
        params = {"a": pair[0], "b": pair[1], "area": f"{area:.0f}", "percent": f"{share:.1f}", "at": marks[0].at}
        found.append(located(error("GIS023", where, **params), marks, way.source))
    return found


def _beside(units: gpd.GeoDataFrame, gaps: Geometries) -> list[tuple[str, ...]]:
    """Units along each gap, [gap]."""
    tree, names = shapely.STRtree(units.geometry.array), units["id"].to_numpy()
    return [tuple(sorted(str(names[at]) for at in tree.query(gap, predicate="intersects"))) for gap in gaps]


def _gap_findings(units: gpd.GeoDataFrame, gaps: Geometries, place: str, way: Way) -> list[Finding]:
    found = []
    for gap, beside in zip(gaps, _beside(units, gaps), strict=True):
        marked = mark(gap, way, beside)
        problem = warning("GIS025", place, area=f"{gap.area:.0f}", at=marked.at, units=beside)
        found.append(located(problem, [marked], way.source))
    return found


def _sliver_findings(
    units: gpd.GeoDataFrame, overlaps: Pieces, thin: NDArray[np.bool_], gaps: Geometries, place: str, way: Way
) -> list[Finding]:
    """One warning for all of them; every one has its mark, the largest first."""
    names = units["id"].to_numpy()
    rows = np.flatnonzero(thin)
    marks: list[Mark] = [
        mark(overlaps.shapes[at], way, (str(names[overlaps.first[at]]), str(names[overlaps.second[at]]))) for at in rows
    ]
    marks += [mark(gap, way, beside) for gap, beside in zip(gaps, _beside(units, gaps), strict=True)]
    if not marks:
        return []
    marks.sort(key=lambda item: (-(item.area_m2 or 0.0), item.at))
    params: dict[str, str | int] = {
        "overlaps": int(thin.sum()),
        "gaps": len(gaps),
        "area": f"{sum(item.area_m2 or 0.0 for item in marks):.0f}",
        "largest": f"{marks[0].area_m2:.0f}",
        "width": f"{THIN_M:.0f}",
    }
    return [located(warning("GIS024", place, "", "", **params, at=marks[0].at), marks, way.source)]
