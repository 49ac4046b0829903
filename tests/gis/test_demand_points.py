"""Demand points: spread, weighed by a raster, moved to roads, from a table and from a layer."""

import json

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from gis.demand_points import demand_points, onto_roads, spread_points
from gis.units import load_units
from scenarios.bundle import Bundle
from tests.gis.county import DEGREES, EAST, METRES, NORTH, bundle, grid, lonlat, told, write_layer


def county(root, demand=None, **changes) -> tuple[Bundle, object]:
    write_layer(root / "data/units.geojson", grid(2, 1))
    source = bundle(root, [("s1", "u00", 0.5, 0.5)], ["u00", "u01"], travel={"demand": demand or {}}, **changes)
    units, problems = load_units(source)
    assert problems == []
    assert units is not None
    return source, units


def test_points_are_spread_over_the_polygon_around_its_middle(tmp_path) -> None:
    _, units = county(tmp_path)
    points = spread_points(units.frame, 9)
    assert points.unit.tolist() == [0] * 9 + [1] * 9
    assert points.weight == pytest.approx(np.full(18, 1 / 9))
    assert points.xy[0].tolist() == [EAST + 500, NORTH + 500]
    assert points.xy[:9].mean(axis=0) == pytest.approx([EAST + 500, NORTH + 500])
    assert len(np.unique(points.xy[:9], axis=0)) == 9
    one = spread_points(units.frame, 1)
    assert one.xy.tolist() == [[EAST + 500, NORTH + 500], [EAST + 1500, NORTH + 500]]


def test_points_are_moved_to_roads_of_their_own_unit(tmp_path) -> None:
    _, units = county(tmp_path)
    corners = np.array([[EAST + 100.0, NORTH + 100], [EAST + 900, NORTH + 900]])
    moved = onto_roads(spread_points(units.frame, 9), units, corners)
    here = moved.unit == 0
    assert moved.xy[here].tolist() == corners.tolist()
    assert moved.weight[here].sum() == pytest.approx(1.0)
    # The second unit has no road: its points stay.
    assert (moved.unit == 1).sum() == 9


def write_raster(path, people) -> None:
    high, wide = people.shape
    transform = rasterio.Affine(2000 / wide, 0, EAST, 0, -1000 / high, NORTH + 1000)
    with rasterio.open(
        path, "w", driver="GTiff", height=high, width=wide, count=1, dtype="float64", crs=METRES, transform=transform
    ) as file:
        file.write(people, 1)


def test_a_raster_weighs_the_points(tmp_path) -> None:
    people = np.zeros((10, 20))
    people[0, 0] = 30.0  # north-western corner of the first unit
    people[9, 9] = 10.0  # its south-eastern corner
    write_raster(tmp_path / "people.tif", people)
    source, units = county(tmp_path, {"points": 9, "raster": "people.tif"})
    points, problems = demand_points(source, units)
    assert "nobody lives at the points of these units, so their points count the same: u01" in told(problems, "GIS111")
    first = points.unit == 0
    corner = points.xy[first][np.argmax(points.weight[first])]
    assert points.weight[first].max() == pytest.approx(0.75)
    assert corner[0] < EAST + 400
    assert corner[1] > NORTH + 600
    assert points.weight[~first] == pytest.approx(np.full(9, 1 / 9))


def table(rows) -> pd.DataFrame:
    places = [lonlat(column, row) for _, _, column, row, _ in rows]
    return pd.DataFrame(
        {
            "point": [row[0] for row in rows],
            "unit": [row[1] for row in rows],
            "name": "",
            "lon": [place[0] for place in places],
            "lat": [place[1] for place in places],
            "weight": [float(row[4]) for row in rows],
        }
    )


def test_points_of_a_table(tmp_path) -> None:
    source, units = county(tmp_path, {"points": 4})
    source.tables["demand_points"] = table([("b", "u00", 0.9, 0.9, 3), ("a", "u00", 0.1, 0.1, 1)])
    points, problems = demand_points(source, units)
    assert points.kind == "table"
    assert points.weight[:2].tolist() == [0.75, 0.25]
    assert points.xy[0] == pytest.approx([EAST + 900, NORTH + 900], abs=0.01)
    assert "1 of 2 units have no demand point: u01" in told(problems, "GIS110")
    assert points.weight[points.unit == 1].sum() == pytest.approx(1.0)


def test_points_outside_their_unit_and_points_where_nobody_lives(tmp_path) -> None:
    source, units = county(tmp_path)
    source.tables["demand_points"] = table([("a", "u00", 1.4, 0.5, 1), ("b", "u01", 1.5, 0.5, 1)])
    message = told(demand_points(source, units)[1], "GIS112")
    assert "demand point 'a' is not in unit u00: 400 m off" in message
    source.tables["demand_points"] = table(
        [("a", "u00", 0.4, 0.5, 0), ("c", "u00", 0.6, 0.5, 0), ("b", "u01", 1.5, 0.5, 1)]
    )
    points, problems = demand_points(source, units)
    assert "u00" in told(problems, "GIS111")
    assert points.weight.tolist() == [0.5, 0.5, 1.0]


def layer(root, rows) -> dict[str, object]:
    features = [
        {"type": "Feature", "properties": {"id": name, "people": people},
         "geometry": {"type": "Point", "coordinates": list(lonlat(column, row))}}
        for name, column, row, people in rows
    ]  # fmt: skip
    (root / "data").mkdir(exist_ok=True)
    (root / "data/homes.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return {"layer": {"path": "data/homes.geojson", "id": "id", "crs": DEGREES, "weight": "people"}}


def test_points_of_a_layer(tmp_path) -> None:
    rows = [("p1", 0.2, 0.2, 30), ("p2", 0.8, 0.2, 10), ("p3", 1.5, 0.5, 7), ("p9", 9.0, 9.0, 1)]
    source, units = county(tmp_path, layer(tmp_path, rows))
    points, problems = demand_points(source, units)
    assert "1 of 4 demand points are in no unit and are left out: p9" in told(problems, "GIS113")
    assert (points.kind, points.unit.tolist()) == ("layer", [0, 0, 1])
    assert points.weight.tolist() == [0.75, 0.25, 1.0]


def test_weights_of_a_layer_that_are_none(tmp_path) -> None:
    source, units = county(tmp_path, layer(tmp_path, [("p1", 0.2, 0.2, 30), ("p2", 1.2, 0.2, -4)]))
    message = told(demand_points(source, units)[1], "GIS114")
    assert message.startswith("data/homes.geojson:p2: GIS114 error: '-4' is no number of people")
    demand = layer(tmp_path, [("p1", 0.2, 0.2, 30)])
    demand["layer"]["weight"] = "peple"  # type: ignore[index]
    source, units = county(tmp_path, demand)
    assert "travel.demand.layer.weight" in told(demand_points(source, units)[1], "GIS095")


def test_a_point_lies_in_each_polygon_however_odd(tmp_path) -> None:
    write_layer(tmp_path / "data/units.geojson", grid(1, 1))
    ring = shapely.Point(EAST, NORTH).buffer(1000) - shapely.Point(EAST, NORTH).buffer(950)
    import geopandas as gpd

    frame = gpd.GeoDataFrame({"id": ["ring"], "feature": [1]}, geometry=[ring], crs=METRES)
    points = spread_points(frame, 10)
    assert shapely.covers(ring, shapely.points(points.xy)).all()
    assert points.weight.sum() == pytest.approx(1.0)
