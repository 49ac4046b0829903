"""Layers as they were read: reasons in both languages, marks to find them by, a bound on the number of vertices."""

import time

import numpy as np
import pytest
import shapely
from pyproj import CRS

from gis.checks_raw import MOST_VERTICES, check_raw_shapes
from gis.findings import Finding
from gis.layers import POLYGONS
from gis.raw import RawLayer
from scenarios.problems import Problem, render
from tests.gis.county import DEGREES, codes, told

PLACE = "data/units.geojson"


def check(*shapes: shapely.Geometry | None) -> list[Problem]:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    raw = RawLayer(("unit",), (), array, np.zeros(len(shapes), dtype=bool), None)
    return check_raw_shapes(raw, [f"u{at}" for at in range(len(shapes))], PLACE, POLYGONS, CRS(DEGREES))


@pytest.mark.parametrize(("ring", "english", "chinese"), [
    ([(0, 0), (2, 2), (2, 0), (0, 2), (0, 0)], "Self-intersection (at 1 1)", "边界自相交（位置 1 1）"),
    ([(0, 0), (1, 0), (0.5, 0), (0, 0)], "fewer than three points|Self-intersection", "不到三个|自相交"),
])  # fmt: skip
def test_an_invalid_shape_says_why_in_both_languages(ring, english: str, chinese: str) -> None:
    (problem,) = check(shapely.Polygon(ring))
    assert any(word in told([problem], "GIS020") for word in english.split("|"))
    assert any(word in render(problem, "zh") for word in chinese.split("|"))


def test_a_hole_outside_its_shell_and_nested_holes_are_named() -> None:
    square = shapely.box(0, 0, 10, 10).exterior
    outside = shapely.Polygon(square, [shapely.box(20, 20, 21, 21).exterior])
    nested = shapely.Polygon(square, [shapely.box(1, 1, 9, 9).exterior, shapely.box(2, 2, 3, 3).exterior])
    torn = shapely.Polygon(square, [[(0, 5), (5, 10), (10, 5), (5, 0), (0, 5)]])
    words = ("lies outside its shell", "holes are nested", "cut the shape apart")
    texts = [told([problem], "GIS020") for problem in check(outside, nested, torn)]
    assert [word in text for word, text in zip(words, texts, strict=True)] == [True, True, True]


def test_a_ring_that_touches_itself_has_a_mark_where_it_does() -> None:
    ring = [(0, 0), (10, 0), (10, 10), (5, 10), (6, 5), (4, 5), (5, 10), (0, 10), (0, 0)]
    (problem,) = check(shapely.Polygon(ring))
    assert "the border touches itself (at 5 10)" in told([problem], "GIS068")
    assert isinstance(problem, Finding)
    (mark,) = problem.marks
    assert (mark.at, mark.units) == ("5 10", ("u0",))
    assert mark.shape.equals(shapely.Point(5, 10))
    assert problem.crs is not None
    assert problem.crs.to_epsg() == 4490


def test_more_than_a_million_vertices_are_refused_at_once() -> None:
    angle = np.linspace(0, 2 * np.pi, MOST_VERTICES + 2)
    heavy = shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]))
    start = time.process_time()
    problems = check(heavy)
    assert time.process_time() - start < 5
    assert codes(problems) == ["GIS070"]
    assert f"the layer has {shapely.get_num_coordinates(heavy)} vertices" in told(problems, "GIS070")


def test_foreign_and_missing_shapes_are_told_beside() -> None:
    assert codes(check(shapely.Point(0, 0), None, shapely.Polygon())) == ["GIS021", "GIS019", "GIS019"]
