"""Repairs of a published layer in GCJ-02: the two invalid counties of prefecture 522600 are found and rebuilt."""

import json
from pathlib import Path

import pytest
import shapely

from gis.findings import Finding
from gis.layer_rewrite import rewrite_layer
from gis.layers import LayerSource, scan_layer, scan_raw
from gis.problem_layer import problem_frames

WORKING = "EPSG:4545"
INVALID = ("522623", "522627")


def source(path: Path) -> LayerSource:
    return LayerSource(path, path.name, "adcode", "GCJ-02")


def test_two_shapes_are_invalid_and_drawn_where_they_are(china_data: Path) -> None:
    frame, problems = scan_layer(source(china_data / "city_522600_gcj02.geojson"))
    assert frame is None
    found = [problem for problem in problems if isinstance(problem, Finding)]
    assert [(one.code, one.marks[0].units) for one in found] == [("GIS020", (name,)) for name in INVALID]
    drawn = problem_frames(problems)["problem_points"]
    assert drawn.geometry[0].distance(shapely.Point(107.945126, 27.160277)) < 1e-6
    assert drawn.crs is not None
    assert "GCJ-02" in drawn.crs.name


def test_they_are_rebuilt_in_a_copy_and_nothing_else_changes(china_data: Path, tmp_path: Path) -> None:
    path = china_data / "city_522600_gcj02.geojson"
    rewritten = rewrite_layer(source(path), WORKING, None)
    assert rewritten is not None
    assert [change.problem.code for change in rewritten.changes] == ["FIX001", "FIX001"]
    assert tuple(unit.unit for unit in rewritten.units) == INVALID
    for unit in rewritten.units:
        assert unit.after_m2 == pytest.approx(unit.before_m2, rel=1e-6)
    copy = tmp_path / "units.geojson"
    copy.write_text(rewritten.text, encoding="utf-8")
    frame, problems = scan_layer(source(copy))
    assert frame is not None
    assert {problem.severity for problem in problems} <= {"note"}
    before = json.loads(path.read_text(encoding="utf-8"))["features"]
    after = json.loads(copy.read_text(encoding="utf-8"))["features"]
    assert [one["properties"] for one in after] == [one["properties"] for one in before]
    kept, _ = scan_raw(source(path))
    again, _ = scan_raw(source(copy))
    assert kept is not None
    assert again is not None
    same = [new.equals_exact(old, 0) for new, old in zip(again.raw.shapes, kept.raw.shapes, strict=True)]
    assert [name for name, untouched in zip(kept.ids, same, strict=True) if not untouched] == list(INVALID)


def test_the_other_places_have_nothing_to_repair(china_data: Path) -> None:
    for name in ("city_430200", "city_441700", "county_210903", "county_331122", "county_522635"):
        assert rewrite_layer(source(china_data / f"{name}_gcj02.geojson"), WORKING, None) is None
