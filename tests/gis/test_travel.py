"""Ways to school of a study: closed forms on squared paper, the fallback, and everything that can be wrong."""

import numpy as np
import pytest

from gis.arrays import BUS, CAR, WALK, weighted
from gis.space import build_space
from scenarios.problems import render
from tests.gis.county import bundle, codes, grid, told, write_layer
from tests.gis.road_study import CROSS, road_layer, study

QUIET = {"GIS107", "GIS118"}


def built(source, also: set[str] = frozenset()):
    space, problems = build_space(source)
    assert {one.code for one in problems} <= QUIET | also, [one.code for one in problems]
    assert space is not None
    assert space.travel is not None
    return space, space.travel


def test_ways_on_roads_have_closed_forms(tmp_path) -> None:
    """Points in the middle of the units: two on the road, two half a kilometre from the one that goes north."""
    space, travel = built(study(tmp_path))
    assert (travel.source, travel.modes) == ("network", ("walk", "bus", "car"))
    assert travel.roads[0] == "data/roads.geojson"
    # 0.5 and 1.5 km along the road; from the north 0.5 km off the road x 1.5 and 2 km on roads.
    assert space.distance_km == pytest.approx(np.array([[0.5, 1.5], [1.5, 0.5], [2.75, 2.75], [2.75, 2.75]]), abs=1e-6)
    assert travel.minutes[WALK] == pytest.approx(space.distance_km * 60 / 3.6, abs=1e-4)
    leg = 0.75 * 60 / 3.6
    assert travel.minutes[CAR, 2] == pytest.approx([leg + 2 * 60 / 25] * 2, abs=1e-4)
    assert travel.minutes[BUS, 0] == pytest.approx([0.5 * 60 / 20, 1.5 * 60 / 20], abs=1e-4)
    assert space.school_distance_km == pytest.approx(np.array([[0, 2], [2, 0]]), abs=1e-6)
    assert travel.school_minutes[WALK, 0, 1] == pytest.approx(2 * 60 / 3.6, abs=1e-4)
    assert travel.within[WALK].tolist() == [[1, 1], [1, 1], [0, 0], [0, 0]]
    assert travel.reached.all()


def test_without_roads_ways_are_straight_lines_times_the_detour(tmp_path) -> None:
    write_layer(tmp_path / "data/units.geojson", grid(2, 2))
    names = [name for name, _ in grid(2, 2)]
    travel = {"detour": 1.5, "walk_km_per_h": 4.0, "demand": {"points": 1}}
    space, found = built(bundle(tmp_path, [("s1", "u00", 0.5, 0.5)], names, travel=travel))
    assert (found.source, found.roads) == ("detour", ())
    assert found.minutes[WALK, :, 0] == pytest.approx(space.distance_km[:, 0] * 15, abs=1e-6)
    assert found.minutes[CAR, 1, 0] == pytest.approx(1.5 * 60 / 35, abs=1e-6)


def test_travel_is_a_distribution_over_the_children_of_a_unit(tmp_path) -> None:
    write_layer(tmp_path / "data/units.geojson", [("u00", grid(1, 1)[0][1])])
    travel = {"detour": 1.0, "walk_km_per_h": 1.0, "demand": {"points": 81}, "limit_min": {"walk": 30}}
    space, found = built(bundle(tmp_path, [("s1", "u00", 0.5, 0.5)], ["u00"], travel=travel))
    near = found.point_minutes[WALK, :, 0] <= 30
    assert len(near) == 81
    assert found.within[WALK, 0, 0] == pytest.approx(near.mean())
    assert found.within[WALK, 0, 0] == pytest.approx(69 / 81)  # Gauss: 69 points of a lattice within 4.5 of one of them
    i, j = np.meshgrid(np.arange(-4, 5), np.arange(-4, 5))
    assert found.minutes[WALK, 0, 0] == pytest.approx(60 * np.hypot(i, j).mean() / 9)
    assert space.distance_km[0, 0] == pytest.approx(0.0, abs=1e-6)


def test_sums_by_unit_take_points_in_any_order() -> None:
    values = np.array([[1.0], [10.0], [100.0]])
    found = weighted(values, np.array([2, 0, 2]), np.array([0.5, 1.0, 0.5]), 4)
    assert found[:, 0].tolist() == [10.0, 0.0, 50.5, 0.0]


def test_the_order_of_roads_never_matters(tmp_path) -> None:
    one, _ = built(study(tmp_path / "a"))
    other, _ = built(study(tmp_path / "b", [line[::-1] for line in CROSS[::-1]]))
    assert np.allclose(one.distance_km, other.distance_km, rtol=0, atol=1e-9)


def test_roads_as_tables(tmp_path) -> None:
    import pandas as pd

    source = study(tmp_path, network={"path": None, "class_field": None})
    at = {"w": (0.0, 0.5), "m": (1.0, 0.5), "e": (2.0, 0.5), "n": (1.0, 1.5)}
    rows = [
        {"node": name, "x": 450_000 + 1000 * x, "y": 2_930_000 + 1000 * y, "z": np.nan} for name, (x, y) in at.items()
    ]
    source.tables["road_nodes"] = pd.DataFrame(rows)
    edges = [("w", "m", 2000.0), ("m", "e", np.nan), ("m", "n", np.nan)]
    table = pd.DataFrame(edges, columns=["from_node", "to_node", "length_m"])
    source.tables["road_edges"] = table.assign(edge="", road_class="village", oneway=0, car_km_per_h=np.nan)
    space, _ = built(source)
    assert space.distance_km[0] == pytest.approx([1.0, 2.0], abs=1e-6)  # w-m is twice as long as it is drawn
    source.tables["road_edges"]["length_m"] = [2.0, 1.0, 1.0]
    assert "0.001 times the straight lines" in told(build_space(source)[1], "GIS103")


def test_school_on_no_road(tmp_path) -> None:
    space, problems = build_space(study(tmp_path, schools=[("s1", "u00", 0.2, 0.9)], network={"access_m": 300}))
    assert space is None
    message = told(problems, "GIS109")
    assert message.startswith("data/schools.csv:s1: GIS109 error: school 's1' is 400 m from the nearest road")
    assert "at most 300 m" in message


def test_homes_far_from_every_road(tmp_path) -> None:
    _, problems = build_space(study(tmp_path, CROSS[:1], network={"access_m": 600}))
    assert "in 2 of 4 units homes are more than 600 m from any road (the farthest 1000 m): u02, u03" in told(
        problems, "GIS115"
    )


def test_places_cut_off_are_named_and_never_infinite_in_silence(tmp_path) -> None:
    island = [[[0, 0.5], [0.9, 0.5]], [[1.1, 0.5], [2, 0.5]]]
    source = study(tmp_path, island, network={"access_m": 100}, travel={})
    space, problems = build_space(source)
    assert space is not None
    assert space.travel is not None
    gaps = [one for one in problems if one.code == "GIS116"]
    assert len(gaps) == 3  # one for each means of travel
    assert "no way on foot: 4 pairs of unit and school" in told(gaps[:1], "GIS116")
    assert "无路可达" in render(gaps[0], "zh")
    assert "GIS108" in codes(problems)
    assert "1 pieces of 0.9 km in all (50.0%)" in told(problems, "GIS108")
    cut = ~np.isfinite(space.travel.minutes[WALK])
    assert cut.sum() == 4
    assert (space.travel.reached[WALK][cut] == 0).all()
    assert (space.travel.within[WALK][cut] == 0).all()
    # The engine's distance falls back on the straight line, as the message says.
    assert np.isfinite(space.distance_km).all()
    assert space.distance_km[0, 1] == pytest.approx(1.5 * 1.5, abs=1e-6)


def test_a_limit_nobody_can_meet(tmp_path) -> None:
    source = study(tmp_path, travel={"limit_min": {"walk": 5}})
    message = told(build_space(source)[1], "GIS117")
    assert message.startswith("study.yaml:travel.limit_min.walk: GIS117 warning: no child of the county reaches any")
    assert "within 5 minutes on foot (the fastest takes 8)" in message


def test_a_county_without_roads_for_buses(tmp_path) -> None:
    properties = [{"class": "footway"}] * 2
    source = study(tmp_path)
    road_layer(tmp_path / "data/roads.geojson", CROSS, properties)
    space, problems = build_space(source)
    assert [one.code for one in problems if one.severity == "warning"] == ["GIS119", "GIS119"]
    assert "no road may be used by school bus" in told([one for one in problems if one.code == "GIS119"][:1], "GIS119")
    assert space is not None
    assert space.travel is not None
    assert space.travel.minutes[BUS, 0, 1] == pytest.approx(1.5 * 1.5 * 60 / 25, abs=1e-6)


def test_roads_far_from_the_county_and_what_would_explain_it(tmp_path) -> None:
    far = [[[x + 300, y + 40] for x, y in line] for line in CROSS]
    space, problems = build_space(study(tmp_path, far))
    assert space is None
    message = told(problems, "GIS105")
    assert "the roads data/roads.geojson and the units data/units.geojson do not overlap" in message
    assert "the roads lie 300 km to the east" in message


def test_crossings_that_are_no_junctions_are_counted(tmp_path) -> None:
    lines = [[[0, 0.5], [2, 0.5]], [[1, 0], [1, 1.5]]]
    message = told(build_space(study(tmp_path, lines))[1], "GIS106")
    assert "in 1 places" in message
    assert "451000.0, 2930500.0" in message
    _, travel = built(study(tmp_path, lines, network={"noding": "crossings"}))
    assert travel.reached.all()


def test_heights_are_used_where_the_roads_have_them(tmp_path) -> None:
    lines = [[[0, 0.5, 100], [1, 0.5, 200], [2, 0.5, 100]], [[1, 0.5, 200], [1, 1.5, 200]]]
    _, hilly = built(study(tmp_path, lines, network={"slope": "tobler"}))
    space, flat = built(study(tmp_path, lines))
    assert (hilly.minutes[WALK, 0, 1] - flat.minutes[WALK, 0, 1]) > 3
    assert np.allclose(space.distance_km[0, 1], 1.5)
    _, problems = build_space(study(tmp_path, CROSS, network={"slope": "tobler"}))
    assert "the roads have no heights" in told(problems, "GIS118")
    assert "2 roads, 3 km, 4 nodes, 3 edges" in told(problems, "GIS107")
