"""Repairs on random counties with a planted mistake: found with its area, mended, nobody lost, the county kept."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.ops import substring

from gis.pieces import THIN_M, gap_pieces, mean_width_m, overlap_pieces
from gis.repairs import CUT, REBUILT, SNAPPED, cut_spikes, has_thin_pieces, mend, rebuild, snap
from gis.spikes import spikes

SIDE = 6_000.0
COUNTY = shapely.box(0, 0, SIDE, SIDE)
SEEDS = st.integers(0, 10_000)
WIDTHS = st.floats(0.5, 3.5)


def county(seed: int, units: int = 14) -> np.ndarray:
    """A random tessellation of a square of 6 km whose neighbours share their corners."""
    xy = np.random.default_rng(seed).uniform(0.03 * SIDE, 0.97 * SIDE, (units, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(xy), extend_to=COUNTY))
    cells = shapely.coverage_clean(shapely.intersection(cells, COUNTY))
    return np.array(sorted(cells, key=lambda cell: cell.centroid.x), dtype=object)


def border(shapes: np.ndarray) -> tuple[int, int, shapely.Geometry]:
    """Two neighbours and the longest line that two units of the county share."""
    pairs = [(a, b) for a in range(len(shapes)) for b in range(a + 1, len(shapes))]
    lines = [shapely.intersection(shapes[a].exterior, shapes[b].exterior) for a, b in pairs]
    longest = int(np.argmax(shapely.length(lines)))
    return (*pairs[longest], shapely.line_merge(lines[longest]))


def middle(line: shapely.Geometry, width: float) -> shapely.Geometry:
    """A strip along the middle half of a line, to both sides."""
    return shapely.buffer(substring(line, 0.25, 0.75, normalized=True), width, cap_style="flat")


def total(shapes: np.ndarray) -> float:
    return float(shapely.area(shapely.union_all(shapes)))


def thin(shapes: np.ndarray) -> float:
    """Area of all thin overlaps and gaps [m2]."""
    pieces, gaps = overlap_pieces(shapes), gap_pieces(shapes)
    narrow = mean_width_m(gaps) < THIN_M
    return float(pieces.area_m2[pieces.width_m < THIN_M].sum() + shapely.area(gaps[narrow]).sum())


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, width=WIDTHS)
def test_a_planted_thin_overlap_is_found_and_snapped(seed: int, width: float) -> None:
    shapes = county(seed)
    a, b, line = border(shapes)
    assume(line.length > 400)
    planted = shapely.intersection(middle(line, width), shapes[b])
    shapes[a] = shapely.union(shapes[a], planted)
    assert thin(shapes) == pytest.approx(planted.area, rel=1e-3, abs=1)
    mended = snap(shapes)
    assert thin(mended.shapes) == 0
    assert total(mended.shapes) == pytest.approx(SIDE**2, abs=planted.area)
    assert {change.row for change in mended.changes} <= {a, b}
    assert {change.code for change in mended.changes} == {SNAPPED}
    assert sum(change.lost_m2 for change in mended.changes) == pytest.approx(planted.area, rel=1e-3, abs=1)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, width=WIDTHS)
def test_a_planted_thin_gap_is_found_and_closed(seed: int, width: float) -> None:
    shapes = county(seed)
    a, b, line = border(shapes)
    assume(line.length > 400)
    planted = shapely.intersection(middle(line, width), shapes[b])
    shapes[b] = shapely.difference(shapes[b], planted)
    assert thin(shapes) == pytest.approx(planted.area, rel=1e-3, abs=1)
    mended = snap(shapes)
    assert thin(mended.shapes) == 0
    assert total(mended.shapes) == pytest.approx(SIDE**2, abs=1)
    assert {change.row for change in mended.changes} <= {a, b}
    assert sum(change.gained_m2 for change in mended.changes) == pytest.approx(planted.area, rel=1e-3, abs=1)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, height=st.floats(60, 400), base=st.floats(0.5, 4))
def test_a_planted_spike_is_found_and_cut_off(seed: int, height: float, base: float) -> None:
    """A spike out of the west side of the county, where nobody lives."""
    shapes = county(seed)
    first = int(
        np.argmax(
            [shapely.intersection(cell.exterior, shapely.LineString([(0, 0), (0, SIDE)])).length for cell in shapes]
        )
    )
    _, south, _, north = shapely.intersection(shapes[first].exterior, shapely.LineString([(0, 0), (0, SIDE)])).bounds
    assume(north - south > 50)
    at = (south + north) / 2
    spike = shapely.Polygon([(0, at - base / 2), (-height, at), (0, at + base / 2)])
    shapes[first] = shapely.union(shapes[first], spike)
    found = spikes(shapes)
    assert found.owner.tolist() == [first]
    assert found.area_m2 == pytest.approx([spike.area], rel=1e-3)
    assert found.tip[0] == pytest.approx([-height, at])
    mended = cut_spikes(shapes)
    assert [(change.code, change.row) for change in mended.changes] == [(CUT, first)]
    assert mended.changes[0].lost_m2 == pytest.approx(spike.area, rel=1e-3)
    assert not spikes(mended.shapes).tip.size
    assert total(mended.shapes) == pytest.approx(SIDE**2, abs=1)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, width=st.floats(15, 60), sliver=WIDTHS)
def test_a_wide_overlap_and_a_wide_gap_are_left_as_they_are(seed: int, width: float, sliver: float) -> None:
    shapes = county(seed)
    a, b, line = border(shapes)
    assume(line.length > 600)
    shared = shapely.intersection(middle(line, width), shapes[b])
    shapes[a] = shapely.union(shapes[a], shared)
    hole = shapely.box(*shapely.buffer(shapely.point_on_surface(shapes[-1]), 12).bounds)
    assume(shapes[-1].contains_properly(hole) and len(shapes) - 1 not in (a, b))
    shapes[-1] = shapely.difference(shapes[-1], hole)
    before = shapes.copy()
    shapes[0] = shapely.buffer(shapes[0], sliver, join_style="mitre").intersection(COUNTY)
    mended = snap(shapes).shapes
    assert thin(mended) == 0
    kept = overlap_pieces(mended)
    assert (a, b) in kept.pairs()
    assert kept.area_m2.sum() == pytest.approx(overlap_pieces(before).area_m2.sum(), rel=0.1)
    assert shapely.area(gap_pieces(mended)) == pytest.approx([hole.area], rel=1e-6)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, distance=st.floats(-2, -0.1) | st.floats(0.1, 2))
def test_no_unit_is_ever_lost_and_every_repair_is_stable(seed: int, distance: float) -> None:
    """Every unit drawn a little too large or too small: many overlaps and gaps at once."""
    shapes = shapely.buffer(county(seed), distance, join_style="mitre")
    mended = mend(shapes)
    assert (shapely.area(mended.shapes) > 0).all()
    assert shapely.is_valid(mended.shapes).all()
    assert thin(mended.shapes) == 0
    assert mend(mended.shapes).changes == ()


@given(seed=SEEDS)
@settings(max_examples=10, deadline=None)
def test_a_clean_county_stays_as_it_is(seed: int) -> None:
    shapes = county(seed)
    assert not has_thin_pieces(shapes)
    mended = mend(shapes)
    assert mended.changes == ()
    assert all(new is old for new, old in zip(mended.shapes, shapes, strict=True))


def test_a_rebuilt_shape_says_what_it_gained_and_lost() -> None:
    bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100), (0, 0)])
    touching = shapely.Polygon(
        [(200, 0), (300, 0), (300, 100), (250, 100), (260, 50), (240, 50), (250, 100), (200, 100)]
    )
    shapes = np.array([bow, touching, shapely.box(400, 0, 500, 100), None], dtype=object)
    mended = rebuild(shapes)
    assert shapely.is_valid(mended.shapes[:3]).all()
    assert [(change.code, change.row) for change in mended.changes] == [(REBUILT, 0), (REBUILT, 1)]
    crossed, touched = mended.changes
    assert (crossed.before_m2, crossed.after_m2, crossed.gained_m2) == pytest.approx((0, 5000, 5000))
    assert (touched.gained_m2, touched.lost_m2) == pytest.approx((0, 0), abs=1e-6)
    assert mended.shapes[2] is shapes[2]
    assert mended.shapes[3] is None


def test_lines_that_a_repair_leaves_over_go_and_a_shape_without_area_stays() -> None:
    lollipop = shapely.Polygon([(0, 0), (100, 0), (100, 50), (180, 50), (100, 50), (100, 100), (0, 100)])
    flat = shapely.Polygon([(0, 0), (100, 0), (50, 0), (0, 0)])
    mended = rebuild(np.array([lollipop, flat], dtype=object))
    assert mended.shapes[0].equals(shapely.box(0, 0, 100, 100))
    assert mended.shapes[1] is flat
    assert [change.row for change in mended.changes] == [0]


def test_parts_of_a_unit_stay_its_parts() -> None:
    isles = shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(300, 0, 400, 100)])
    between = shapely.box(98, 0, 300, 100)
    mended = snap(np.array([isles, between], dtype=object)).shapes
    assert len(mended[0].geoms) == 2
    assert thin(mended) == 0


def test_three_units_that_share_one_piece_keep_sharing_it() -> None:
    shapes = np.array(
        [shapely.box(0, 0, 100, 100), shapely.box(60, 0, 160, 100), shapely.box(40, 0, 120, 102)], dtype=object
    )
    mended = snap(np.append(shapes, [shapely.box(159, 0, 260, 100)])).shapes
    assert thin(mended) == 0
    assert shapely.area(mended[:3]) == pytest.approx(shapely.area(shapes), abs=101)
    assert overlap_pieces(mended).pairs() == [(0, 1), (0, 2), (1, 2)]


def test_a_unit_within_another_and_the_same_unit_twice_are_not_decided() -> None:
    outer, inner = shapely.box(0, 0, 1000, 1000), shapely.box(200, 200, 300, 300)
    sliver = shapely.box(999, 0, 1500, 1000)
    mended = snap(np.array([outer, inner, outer, sliver], dtype=object)).shapes
    assert shapely.area(mended) == pytest.approx([1e6, 1e4, 1e6, 501_000], abs=1001)
    assert (0, 2) in overlap_pieces(mended).pairs()
    assert thin(mended) == 0
