from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.space import build_space
from gis.units import representative_points
from scenarios.bundle import Bundle
from tests.gis.county import (
    DEGREES,
    METRES,
    bundle,
    codes,
    grid,
    in_degrees,
    lonlat,
    new_school,
    square,
    told,
    write_layer,
)

SCHOOLS = [("s1", "u00", 0.5, 0.5), ("s2", "u03", 1.5, 1.5)]


def county(root: Path, **changes) -> Bundle:
    """2 x 2 units and two schools, as metres."""
    write_layer(root / "data/units.geojson", grid(2, 2))
    return bundle(root, SCHOOLS, [name for name, _ in grid(2, 2)], **changes)


def test_distances_on_squared_paper(tmp_path) -> None:
    space, problems = build_space(county(tmp_path))
    assert problems == []
    assert space is not None
    assert (space.units, space.schools) == (("u00", "u01", "u02", "u03"), ("s1", "s2"))
    one, two = 1.5, 1.5 * np.sqrt(2)
    assert space.distance_km == pytest.approx(np.array([[0, two], [one, one], [one, one], [two, 0]]), abs=1e-6)
    assert space.school_distance_km == pytest.approx(np.array([[0, two], [two, 0]]), abs=1e-6)
    assert space.area_km2 == pytest.approx(np.ones(4))
    assert space.school_unit == ("u00", "u03")
    assert space.unit_xy[0] == pytest.approx([450_500, 2_930_500])


@given(order=st.permutations(range(4)))
def test_the_order_of_features_never_matters(order, tmp_path_factory) -> None:
    root = tmp_path_factory.mktemp("space")
    straight, _ = build_space(county(root))
    write_layer(root / "data/units.geojson", [grid(2, 2)[at] for at in order])
    shuffled, _ = build_space(bundle(root, SCHOOLS, [name for name, _ in grid(2, 2)]))
    assert straight is not None
    assert shuffled is not None
    assert straight.units == shuffled.units
    assert np.array_equal(straight.distance_km, shuffled.distance_km)


def test_a_layer_in_degrees_gives_the_same_space(tmp_path) -> None:
    metres, _ = build_space(county(tmp_path))
    write_layer(tmp_path / "data/units.geojson", [(name, in_degrees(shape)) for name, shape in grid(2, 2)], crs=None)
    layers = {"units": {"path": "data/units.geojson", "id": "unit", "crs": DEGREES}}
    names = [name for name, _ in grid(2, 2)]
    degrees, problems = build_space(bundle(tmp_path, SCHOOLS, names, layers=layers))
    assert problems == []
    assert metres is not None
    assert degrees is not None
    assert degrees.distance_km == pytest.approx(metres.distance_km, abs=1e-6)


def test_new_schools_of_all_plans_are_included_once(tmp_path) -> None:
    write_layer(tmp_path / "data/units.geojson", grid(2, 2))
    plans = [new_school("a", "s0", "u01", 1.5, 0.5), new_school("b", "s0", "u01", 1.5, 0.5)]
    plans.append(new_school("c", "s9", "u02", 0.5, 1.5))
    names = [name for name, _ in grid(2, 2)]
    space, problems = build_space(bundle(tmp_path, SCHOOLS, names, plans))
    assert problems == []
    assert space is not None
    assert space.schools == ("s0", "s1", "s2", "s9")
    assert space.school_unit == ("u01", "u00", "u03", "u02")


def test_a_new_school_outside_the_county_names_its_plan(tmp_path) -> None:
    write_layer(tmp_path / "data/units.geojson", grid(2, 2))
    plans = [new_school("a", "s0", "u01", 9.0, 0.5)]
    space, problems = build_space(bundle(tmp_path, SCHOOLS, [name for name, _ in grid(2, 2)], plans))
    assert space is None
    assert "plans/a.yaml:build-s0: GIS031" in told(problems, "GIS031")


def test_schools_from_a_layer(tmp_path) -> None:
    features = [(name, {"type": "Point", "coordinates": list(lonlat(column, row))}) for name, _, column, row in SCHOOLS]
    write_layer(tmp_path / "data/schools.geojson", features[::-1], crs=None, field="code")
    layers = {
        "units": {"path": "data/units.geojson", "id": "unit", "crs": METRES},
        "schools": {"path": "data/schools.geojson", "id": "code", "crs": DEGREES},
    }
    from_table, _ = build_space(county(tmp_path))
    from_layer, problems = build_space(county(tmp_path, layers=layers))
    assert problems == []
    assert from_table is not None
    assert from_layer is not None
    assert from_layer.distance_km == pytest.approx(from_table.distance_km)
    write_layer(tmp_path / "data/schools.geojson", features[:1], crs=None, field="code")
    space, problems = build_space(county(tmp_path, layers=layers))
    assert space is None
    assert "'s2' is in the table and has no feature in data/schools.geojson" in told(problems, "GIS018")


def test_wrong_declarations_name_the_key_of_the_study(tmp_path) -> None:
    for change, code, place in (
        ({"crs": DEGREES}, "GIS008", "study.yaml:crs"),
        ({"crs": "EPSG:3857"}, "GIS009", "study.yaml:crs"),
        ({"school_crs": "EPSG:99999"}, "GIS004", "study.yaml:school_crs"),
    ):
        space, problems = build_space(county(tmp_path, **change))
        assert space is None
        assert told(problems, code).startswith(f"{place}: ")


def test_ids_of_layer_and_table(tmp_path) -> None:
    write_layer(tmp_path / "data/units.geojson", grid(2, 2))
    space, problems = build_space(bundle(tmp_path, SCHOOLS, ["u00", "u01", "u02", "u3"]))
    assert space is None
    assert codes(problems) == ["GIS018", "GIS017"]


def test_an_impossible_position(tmp_path) -> None:
    source = county(tmp_path)
    source.tables["schools"].loc[0, "lat"] = 260.0
    space, problems = build_space(source)
    assert space is None
    assert "data/schools.csv:s1: GIS039" in told(problems, "GIS039")


def test_shifted_schools_are_suspected_of_gcj02(tmp_path) -> None:
    units = grid(4, 4)
    write_layer(tmp_path / "data/units.geojson", units)
    rows = [(f"s{at:02d}", f"u{at:02d}", at % 4 + 0.5 + 0.52, at // 4 + 0.5 - 0.18) for at in range(16)]
    space, problems = build_space(bundle(tmp_path, rows, [name for name, _ in units]))
    assert space is None
    assert {"GIS031", "GIS032", "GIS033"} == set(codes(problems))
    message = told(problems, "GIS033")
    assert "most likely GCJ-02, the datum of Chinese web maps: converted, 16 of them stand in their units" in message
    assert "write school_crs: GCJ-02 in study.yaml" in message


def test_a_unit_shaped_like_a_hook_has_its_point_inside(tmp_path) -> None:
    hook = [[0, 0], [3, 0], [3, 3], [0, 3], [0, 2.9], [2.9, 2.9], [2.9, 0.1], [0, 0.1], [0, 0]]
    ring = [[450_000 + 1000 * x, 2_930_000 + 1000 * y] for x, y in hook]
    write_layer(tmp_path / "data/units.geojson", [("u00", {"type": "Polygon", "coordinates": [ring]})])
    space, problems = build_space(bundle(tmp_path, [("s1", "u00", 2.95, 1.0)], ["u00"]))
    assert problems == []
    assert space is not None
    assert space.unit_xy[0, 0] != pytest.approx(451_500, abs=200)


def test_representative_points_lie_in_the_middle_of_plain_shapes(tmp_path) -> None:
    from gis.layers import read_layer

    frame = read_layer(write_layer(tmp_path / "u.geojson", [("a", square(0, 0, 2, 1))]), METRES, "unit")
    assert representative_points(frame).tolist() == [[451_000.0, 2_930_500.0]]
