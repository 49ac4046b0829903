"""Layers that hold names, layers that lie beside each other, offsets that a shifted datum explains."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import Transformer

from gis.datum import to_shifted
from gis.space import build_space, check_study_space
from scenarios.bundle import Bundle
from tests.gis.county import DEGREES, METRES, bundle, codes, grid, in_degrees, lonlat, told, write_layer

NAMES = [name for name, _ in grid(4, 4)]
# A school somewhere in each unit, spread evenly, so that a shift takes many of them across a border.
SPOTS = [(at * 0.618 % 0.9 + 0.05, at * 0.379 % 0.9 + 0.05) for at in range(16)]
ROWS = [(f"s{at:02d}", f"u{at:02d}", at % 4 + x, at // 4 + y) for at, (x, y) in enumerate(SPOTS)]
POINTS = [(name, {"type": "Point", "coordinates": list(lonlat(column, row))}) for name, _, column, row in ROWS]


def county(root: Path, **changes: Any) -> Bundle:
    """4 x 4 units with a school in each."""
    write_layer(root / "data/units.geojson", grid(4, 4))
    return bundle(root, ROWS, NAMES, **changes)


def shifted(source: Bundle, datum: str) -> None:
    """The schools of the table as a web map draws them."""
    table = source.tables["schools"]
    lon, lat = to_shifted(datum, table["lon"].to_numpy(), table["lat"].to_numpy())
    source.tables["schools"] = table.assign(lon=lon, lat=lat)


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_declared_schools_are_converted_and_the_note_says_how_far(tmp_path, datum: str) -> None:
    plain, _ = build_space(county(tmp_path))
    source = county(tmp_path, school_crs=datum)
    shifted(source, datum)
    space, problems = build_space(source)
    assert space is not None
    assert plain is not None
    assert space.school_xy == pytest.approx(plain.school_xy, abs=1e-5)
    assert codes(problems) == ["GIS042"]
    assert told(problems, "GIS042").startswith(f"study.yaml:school_crs: GIS042 note: converted from {datum}")


@pytest.mark.parametrize(("datum", "metres"), [("GCJ-02", 57), ("BD-09", 110)])
def test_undeclared_schools_are_recognised(tmp_path, datum: str, metres: int) -> None:
    source = county(tmp_path)
    shifted(source, datum)
    message = told(build_space(source)[1], "GIS033")
    assert f"lie off by the same {metres}" in message
    assert f"most likely {datum}" in message
    assert f"write school_crs: {datum} in study.yaml" in message


def test_units_from_a_web_map_are_recognised_too(tmp_path) -> None:
    features = []
    for name, shape in grid(4, 4):
        ring = np.array(in_degrees(shape)["coordinates"][0])
        moved = np.column_stack(to_shifted("GCJ-02", ring[:, 0], ring[:, 1]))
        features.append((name, {"type": "Polygon", "coordinates": [moved.tolist()]}))
    layers = {"units": {"path": "data/units.geojson", "id": "unit", "crs": DEGREES}}
    source = county(tmp_path, layers=layers)
    write_layer(tmp_path / "data/units.geojson", features, crs=None)
    message = told(build_space(source)[1], "GIS033")
    assert message.startswith("study.yaml:layers.units.crs: GIS033")
    assert "write layers.units.crs: GCJ-02" in message
    right = {"units": {"path": "data/units.geojson", "id": "unit", "crs": "GCJ-02"}}
    source = bundle(tmp_path, ROWS, NAMES, layers=right)
    space, problems = build_space(source)
    assert space is not None
    assert codes(problems) == ["GIS042"]
    assert space.school_unit == tuple(NAMES)


def test_schools_declared_as_shifted_that_are_not(tmp_path) -> None:
    message = told(build_space(county(tmp_path, school_crs="GCJ-02"))[1], "GIS033")
    assert "write school_crs: EPSG:4490" in message


def test_an_offset_that_no_datum_explains_keeps_the_old_words(tmp_path) -> None:
    rows = [(name, unit, column - 0.6, row) for name, unit, column, row in ROWS]
    write_layer(tmp_path / "data/units.geojson", grid(4, 4))
    message = told(build_space(bundle(tmp_path, rows, NAMES))[1], "GIS033")
    assert "to the west: GCJ-02, perhaps" in message
    assert "declare their CRS; nothing is shifted here" in message


def test_school_positions_declared_as_cgcs2000(tmp_path) -> None:
    space, problems = build_space(county(tmp_path, school_crs="CGCS2000"))
    assert space is not None
    assert codes(problems) == ["GIS041"]
    assert "study.yaml:school_crs: GIS041 note: CGCS2000 was read as EPSG:4490" in told(problems, "GIS041")


def test_layers_may_hold_names(tmp_path) -> None:
    source = county(tmp_path)
    named = [(f"Village {name}" if name != "u03" else name, shape) for name, shape in grid(4, 4)]
    write_layer(tmp_path / "data/units.geojson", named[::-1])
    space, problems = build_space(source)
    assert space is not None
    assert space.units == tuple(NAMES)
    assert codes(problems) == ["GIS056"]
    message = told(problems, "GIS056")
    assert "15 x name instead of an id in field 'unit', matched by the names in data/units.csv" in message


def test_a_name_of_two_units_or_of_none_is_left_for_the_comparison(tmp_path) -> None:
    # Every unit of the table is called 村 in Chinese.
    features = [("村", grid(4, 4)[0][1]), *grid(4, 4)[1:]]
    source = county(tmp_path)
    write_layer(tmp_path / "data/units.geojson", features)
    assert codes(build_space(source)[1]) == ["GIS018", "GIS017"]


def schools_layer(crs: str) -> dict[str, Any]:
    return {
        "units": {"path": "data/units.geojson", "id": "unit", "crs": METRES},
        "schools": {"path": "data/schools.geojson", "id": "code", "crs": crs},
    }


def apart(root: Path, features: list[tuple[Any, Any]], crs: str) -> str:
    source = county(root, layers=schools_layer(crs))
    write_layer(root / "data/schools.geojson", features, crs=None, field="code")
    problems = [problem for problem in build_space(source)[1] if problem.code == "GIS049"]
    assert problems == [problem for problem in check_study_space(source) if problem.code == "GIS049"]
    return told(problems, "GIS049")


def in_metres(code: str) -> list[tuple[Any, Any]]:
    to = Transformer.from_crs(DEGREES, code, always_xy=True)
    return [(name, {**point, "coordinates": list(to.transform(*point["coordinates"]))}) for name, point in POINTS]


def test_schools_in_a_zone_that_is_not_theirs(tmp_path) -> None:
    # Coordinates of the zone of 105 E, declared as that of 108 E: three degrees too far east.
    message = apart(tmp_path, in_metres("EPSG:4544"), "EPSG:4545")
    assert message.startswith("study.yaml:layers.schools.crs: GIS049 warning: 'data/schools.geojson' and")
    assert "km apart, to the east" in message
    assert "read as EPSG:4544 (central meridian 105 E), 'data/schools.geojson' would overlap" in message
    kilometres = float(message.split(" km apart")[0].rsplit(" ", 1)[1])
    assert 280 < kilometres < 310


def test_schools_of_another_county(tmp_path) -> None:
    # The county ends at 4 km, the first school stands at 20.05.
    far = [(name, {"type": "Point", "coordinates": list(lonlat(column + 20, row))}) for name, _, column, row in ROWS]
    message = apart(tmp_path, far, DEGREES)
    assert "16.1 km apart, to the east" in message
    assert "check whether it is another county's data" in message


def test_a_narrow_gap_that_a_shifted_datum_explains(tmp_path) -> None:
    # All schools in the south-eastern corner: the shift takes them out of the county.
    spots = [lonlat(3.95 + 0.01 * at, 0.1) for at in range(4)]
    lon, lat = to_shifted("BD-09", np.array([x for x, _ in spots]), np.array([y for _, y in spots]))
    places = [{"type": "Point", "coordinates": [float(x), float(y)]} for x, y in zip(lon, lat, strict=True)]
    features = [(f"s{at:02d}", place) for at, place in enumerate(places)]
    write_layer(tmp_path / "data/units.geojson", grid(4, 4))
    rows = [(f"s{at:02d}", "u03", 3.95, 0.1) for at in range(4)]
    write_layer(tmp_path / "data/schools.geojson", features, crs=None, field="code")
    problems = build_space(bundle(tmp_path, rows, NAMES, layers=schools_layer(DEGREES)))[1]
    assert "declare BD-09" in told(problems, "GIS049")


def test_latitude_and_longitude_exchanged_in_the_table(tmp_path) -> None:
    # 40 E 80 N is on the globe, so only the county can tell.
    source = county(tmp_path)
    table = source.tables["schools"]
    source.tables["schools"] = table.assign(lon=table["lat"], lat=table["lon"] - 30.0)
    assert "GIS049" in codes(build_space(source)[1])
