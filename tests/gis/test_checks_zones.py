"""Schools outside their zone, zones in parts, names used twice; on squared paper, so that distances are known."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from gis.checks_zones import schools_outside, torn_zones, zones_of
from gis.crs import find_way
from gis.places import SchoolPoints, locate
from gis.space import build_space
from tests.gis.county import EAST, METRES, NORTH, SIDE, bundle, codes, grid, square, told, write_layer

WAY, _ = find_way(CRS(METRES), CRS(METRES), "")
assert WAY is not None
PLACE = "data/zones.csv"


def county(columns: int, rows: int, hair: float = 0.0) -> gpd.GeoDataFrame:
    """Squared paper; hair: width of a gap east of every unit [km]."""
    cells = [square(at % columns, at // columns, 1 - hair) for at in range(columns * rows)]
    names = [name for name, _ in grid(columns, rows)]
    shapes = [shapely.geometry.shape(cell) for cell in cells]
    return gpd.GeoDataFrame({"id": names, "feature": range(1, len(names) + 1)}, geometry=shapes, crs=METRES)


def table(*rows: tuple[str, str]) -> pd.DataFrame:
    """Rows (unit, school) of the primary stage."""
    return pd.DataFrame([("primary", unit, school) for unit, school in rows], columns=["stage", "unit", "school"])


def school(name: str, unit: str, column: float, row: float) -> SchoolPoints:
    return SchoolPoints((name,), (unit,), np.array([(EAST + column * SIDE, NORTH + row * SIDE)]), (f"s.csv:{name}",))


def outside(rows: pd.DataFrame, points: SchoolPoints):
    units = county(4, 1)
    held, _ = locate(points, units, WAY)
    return schools_outside(zones_of(rows, list(units["id"])), points, held, units, WAY)


@given(column=st.floats(2.05, 2.95))
def test_the_distance_to_the_zone_is_told(column: float) -> None:
    (finding,) = outside(table(("u00", "s"), ("u01", "s")), school("s", "u02", column, 0.5))
    assert (finding.code, finding.severity, finding.place) == ("GIS060", "warning", "s.csv:s")
    assert f"outside its own zone of stage 'primary', {(column - 2) * 1000:.0f} m from it" in told([finding], "GIS060")
    (mark,) = finding.marks
    assert mark.shape.length == pytest.approx((column - 2) * 1000, abs=1e-6)
    assert mark.units == ("s", "u01")


def test_a_school_in_its_zone_or_on_its_border_is_fine() -> None:
    rows = table(("u00", "s"), ("u01", "s"))
    assert outside(rows, school("s", "u01", 1.5, 0.5)) == []
    assert outside(rows, school("s", "u02", 2.0005, 0.5)) == []


def test_a_school_in_no_unit_or_without_a_zone_is_told_elsewhere() -> None:
    assert outside(table(("u00", "s")), school("s", "u03", 4.5, 0.5)) == []
    assert outside(table(("u00", "other")), school("s", "u03", 3.5, 0.5)) == []


def torn(rows: pd.DataFrame, units: gpd.GeoDataFrame):
    return torn_zones(zones_of(rows, list(units["id"])), units, PLACE, WAY)


def test_a_zone_in_parts_is_told_with_parts_and_distance() -> None:
    (finding,) = torn(table(("u00", "s"), ("u01", "s"), ("u03", "s")), county(4, 1))
    assert (finding.code, finding.severity, finding.place) == ("GIS061", "warning", f"{PLACE}:s")
    message = told([finding], "GIS061")
    assert "falls into 2 parts; apart from the main one: u03, up to 1000 m away (at 453500.0, 2930500.0)" in message
    assert [(mark.units, mark.area_m2) for mark in finding.marks] == [(("u03",), pytest.approx(1e6))]


def test_schools_that_share_a_zone_are_told_together() -> None:
    rows = [(unit, name) for unit in ("u00", "u02") for name in ("s", "t")]
    (finding,) = torn(table(*rows), county(4, 1))
    assert "the zone of school s, t" in told([finding], "GIS061")


def test_a_corner_or_a_thin_gap_does_not_tear_a_zone() -> None:
    assert torn(table(("u00", "s"), ("u03", "s")), county(2, 2)) == []
    assert torn(table(("u00", "s"), ("u01", "s")), county(2, 1, hair=0.004)) == []
    assert codes(torn(table(("u00", "s"), ("u01", "s")), county(2, 1, hair=0.006))) == ["GIS061"]


@given(order=st.permutations(range(6)))
def test_the_order_of_rows_never_matters(order: list[int]) -> None:
    rows = [("u00", "s"), ("u02", "s"), ("u05", "s"), ("u01", "t"), ("u03", "t"), ("u11", "t")]
    assert torn(table(*(rows[at] for at in order)), county(4, 3)) == torn(table(*rows), county(4, 3))


def test_all_of_it_is_told_for_a_study(tmp_path) -> None:
    features = grid(4, 1)
    write_layer(tmp_path / "data" / "units.geojson", features)
    study = bundle(tmp_path, [("s1", "u02", 2.5, 0.5), ("s2", "u03", 3.5, 0.5)], [name for name, _ in features])
    study.tables["zones"] = table(("u00", "s1"), ("u03", "s1"), ("u02", "s2"))
    study.tables["schools"]["name_zh"] = "一小"
    study.tables["units"].loc[1, "name_zh"] = "u00村"
    _, problems = build_space(study)
    assert sorted(codes(problems)) == ["GIS060", "GIS060", "GIS061", "GIS062", "GIS063"]
    assert "all called 'u00村': u00, u01" in told(problems, "GIS062")
    assert "2 schools are all called '一小': s1, s2" in told(problems, "GIS063")
    assert {problem.severity for problem in problems} == {"warning"}


def test_units_of_different_townships_may_share_a_name(tmp_path) -> None:
    features = grid(2, 1)
    write_layer(tmp_path / "data" / "units.geojson", features)
    study = bundle(tmp_path, [("s1", "u00", 0.5, 0.5)], [name for name, _ in features])
    study.tables["units"]["name_zh"] = "新村"
    study.tables["units"].loc[1, "township"] = "t2"
    assert build_space(study)[1] == []


def test_a_school_stays_checked_when_units_overlap(tmp_path) -> None:
    """All mistakes at once: an overlap does not hide a school that stands in no unit."""
    write_layer(tmp_path / "data" / "units.geojson", [("u00", square(0, 0)), ("u01", square(0.5, 0))])
    space, problems = build_space(bundle(tmp_path, [("s1", "u00", 5.5, 0.5)], ["u00", "u01"]))
    assert space is None
    assert codes(problems) == ["GIS031", "GIS023"]
