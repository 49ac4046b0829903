"""Times along roads: Tobler, Naismith, vehicles, one-way roads, classes; places on roads; ways between them."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.network import main_part, tobler, travel_times, vehicle_factor, walking_metres
from gis.network_places import place_on, ways, with_legs
from scenarios.road_classes import MODES, class_of_value, road_classes, shipped_classes
from tests.gis.road_study import CLASSES, NAMES, net

KM = 1000.0
LINE = [[[0, 0], [KM, 0]]]


def minutes(network, mode: str, slope: str = "none") -> tuple[float, float]:
    times = travel_times(network, CLASSES, slope)[mode]
    return float(times.forward[0]), float(times.back[0])


def test_a_kilometre_on_the_flat() -> None:
    network = net(LINE)
    village = CLASSES[NAMES.index("village")].km_per_h
    assert village[0] == 3.6
    for number, mode in enumerate(MODES):
        assert minutes(network, mode) == pytest.approx((60 / village[number],) * 2)


def test_tobler_has_the_published_values() -> None:
    """Tobler 1993: 5.037 km/h on the flat, 6 km/h at 5 % downhill, the same at 10 % downhill as on the flat."""
    assert 6 * np.exp(-3.5 * 0.05) == pytest.approx(5.0367, abs=1e-4)
    assert tobler(np.array([0.0, -0.05, -0.10])) == pytest.approx([1.0, 6 / 5.0367, 1.0], abs=1e-4)
    up = net([[[0, 0, 500], [KM, 0, 600]]])
    there, back = minutes(up, "walk", "tobler")
    assert there == pytest.approx(60 / 3.6 * np.exp(3.5 * 0.10))
    assert back == pytest.approx(60 / 3.6)


def test_naismith_adds_an_hour_for_600_m_of_ascent() -> None:
    assert minutes(net([[[0, 0, 0], [KM, 0, 60]]]), "walk", "naismith") == pytest.approx((60 / 3.6 + 6, 60 / 3.6))
    # Up and down again: what counts is the ascent of every segment, not the difference of the ends.
    hill = net([[[0, 0, 0], [500, 0, 60], [KM, 0, 0]]])
    assert minutes(hill, "walk", "naismith") == pytest.approx((60 / 3.6 + 6,) * 2)


def test_vehicles_are_slower_on_slopes_both_ways_and_flat_where_a_height_is_missing() -> None:
    assert vehicle_factor(np.array([0.0, 0.03, -0.05, 0.2])).tolist() == [1.0, 1.0, 0.85, 0.55]
    steep = net([[[0, 0, 0], [KM, 0, 80]]])
    assert minutes(steep, "bus", "tobler") == pytest.approx((60 / 20 / 0.7,) * 2)
    assert minutes(net(LINE), "walk", "tobler") == minutes(net(LINE), "walk", "none")


def test_people_walk_a_one_way_road_both_ways() -> None:
    network = net(LINE, oneway=np.array([1]))
    times = travel_times(network, CLASSES, "none")
    assert np.isfinite(times["walk"].back).all()
    assert np.isinf(times["car"].back).all()
    against = travel_times(net(LINE, oneway=np.array([-1])), CLASSES, "none")["bus"]
    assert np.isinf(against.forward).all()
    assert np.isfinite(against.back).all()


def test_classes_and_permissions_close_roads() -> None:
    motorway = travel_times(net(LINE, kind="motorway"), CLASSES, "none")
    assert not motorway["walk"].usable.any()
    assert motorway["car"].usable.all()
    path = travel_times(net(LINE, kind="path"), CLASSES, "none")
    assert (path["walk"].usable.all(), path["bus"].usable.any()) == (True, False)
    on_foot = travel_times(net(LINE, allowed=np.array([1])), CLASSES, "none")
    assert (on_foot["walk"].usable.all(), on_foot["car"].usable.any()) == (True, False)


def test_a_road_of_its_own_speed_and_a_stated_length() -> None:
    network = net(LINE, car_km_per_h=np.array([12.0]), length_m=np.array([3000.0]))
    assert minutes(network, "car") == pytest.approx((15.0, 15.0))
    assert minutes(network, "bus") == pytest.approx((15.0, 15.0))  # never faster than the cars beside it
    assert minutes(network, "walk") == pytest.approx((50.0, 50.0))


def test_the_table_of_classes_goes_before_the_shipped_ones() -> None:
    import pandas as pd

    row = {"road_class": "mine", "values": "县道；tertiary", "crossable": True}
    table = pd.DataFrame([row | {"walk_km_per_h": 3.0, "bus_km_per_h": np.nan, "car_km_per_h": 10.0}])
    classes = road_classes(3.6, table)
    number = class_of_value(classes)
    assert number["tertiary"] == number["县道"] == number["mine"] == 0
    assert number["三级公路"] == number["county"] > 0
    assert all(entry.source_grade in "ABCM" for entry in shipped_classes().classes.values())
    values = [value.casefold() for name, one in shipped_classes().classes.items() for value in (name, *one.values)]
    assert len(values) == len(set(values))


def places(network, mode: str, xy, access_m: float = 1000.0):
    times = travel_times(network, CLASSES, "none")[mode]
    return place_on(network, times, np.asarray(xy, dtype=float), access_m)


def test_a_way_along_one_edge_is_counted_from_point_to_point() -> None:
    network = net([[[0, 0], [KM, 0], [KM, KM]]])
    placed = places(network, "walk", [[100, 0], [900, 0], [KM, 500], [500, 30]])
    cost = ways(placed, np.array([2]))[:, 0] * 60  # metres at 3.6 km/h = 60 m a minute
    assert cost == pytest.approx([1400, 600, 0, 1000], abs=1e-4)
    assert placed.leg_m == pytest.approx([0, 0, 0, 30])
    assert placed.spot[3].tolist() == [500, 0]


def test_two_places_on_a_one_way_street_go_around_the_block() -> None:
    ring = [[[0, 0], [400, 0]], [[400, 0], [400, 300]], [[400, 300], [0, 300]], [[0, 300], [0, 0]]]
    network = net(ring, oneway=np.ones(4, dtype=np.int64))
    placed = places(network, "car", [[100, 0], [200, 0]])
    per_m = 0.06 / 25
    assert ways(placed, np.array([0, 1])) == pytest.approx(np.array([[0, 100], [1300, 0]]) * per_m, abs=1e-6)


def test_a_few_metres_that_lead_nowhere_do_not_cut_a_village_off() -> None:
    lines = [[[0, 0], [5000, 0]], [[2000, 300], [2000, 310]]]
    near = places(net(lines), "walk", [[2000, 320]])
    assert near.spot[0].tolist() == [2000, 0]
    assert near.on_main.all()
    far = places(net(lines), "walk", [[2000, 320]], access_m=100.0)
    assert far.spot[0].tolist() == [2000, 310]
    assert not far.on_main.any()


def test_nobody_gets_on_halfway_along_a_motorway() -> None:
    lines = [[[0, 0], [5000, 0]], [[0, 0], [0, 800]], [[0, 800], [5000, 800]]]
    kinds = np.array([NAMES.index(name) for name in ("motorway", "village", "village")])
    placed = places(net(lines, road_class=kinds), "car", [[2500, 100]])
    assert placed.spot[0].tolist() == [2500, 800]


def test_no_edge_for_a_means_of_travel_is_refused() -> None:
    with pytest.raises(ValueError, match="no edge"):
        places(net(LINE, kind="path"), "car", [[0, 0]])


def test_ways_off_the_roads_are_taken_where_they_are_no_longer_than_the_legs() -> None:
    cost = np.array([[10.0, 1.0], [np.inf, np.inf]])
    legs = np.array([4.0, 1.0]), np.array([2.0, 1.0])
    straight = np.array([[5.0, 9.0], [9.0, 2.0]])
    assert with_legs(cost, legs, straight).tolist() == [[5.0, 6.0], [np.inf, 2.0]]


def test_the_main_part_is_the_longest_one_that_leads_back() -> None:
    lines = [[[0, 0], [100, 0]], [[0, 500], [900, 500]], [[900, 500], [2900, 500]]]
    network = net(lines, oneway=np.array([0, 0, 1]))
    times = travel_times(network, CLASSES, "none")
    main, part = main_part(network, times["car"])
    assert network.node_xy[main].tolist() == [[0, 500], [900, 500]]
    assert len(set(part.tolist())) == 3
    assert main_part(network, times["walk"])[0].sum() == 3


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_ways_are_those_of_networkx_on_random_networks(seed: int) -> None:
    chance = np.random.default_rng(seed)
    corners = chance.uniform(0, 5000, (12, 2)).round(1)
    pairs = [(a, b) for a, b in chance.integers(0, 12, (30, 2)) if a != b]
    oneway = chance.integers(-1, 2, len(pairs))
    lines = [[corners[a].tolist(), corners[b].tolist()] for a, b in pairs]
    network = net(lines, oneway=oneway)
    times = travel_times(network, CLASSES, "none")["car"]
    placed = place_on(network, times, corners, 1e9)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(12))
    for (a, b), way in zip(pairs, oneway, strict=True):
        cost = float(np.hypot(*(corners[a] - corners[b]))) * 0.06 / 25
        for tail, head, free in ((a, b, way >= 0), (b, a, way <= 0)):
            if free and cost < graph.get_edge_data(tail, head, {"weight": np.inf})["weight"]:
                graph.add_edge(tail, head, weight=cost)
    used = sorted({int(node) for pair in pairs for node in pair})
    on_road = [node for node in used if placed.leg_m[node] < 1e-6]
    truth = dict(nx.all_pairs_dijkstra_path_length(graph))
    found = ways(placed, np.arange(12))
    for tail in on_road:
        for head in on_road:
            assert found[tail, head] == pytest.approx(truth[tail].get(head, np.inf), rel=1e-6, abs=1e-6)


def test_lengths_are_the_same_both_ways() -> None:
    lengths = walking_metres(net([[[0, 0, 0], [300, 400, 90]]]), CLASSES)
    assert (lengths.forward.tolist(), lengths.back.tolist()) == ([500.0], [500.0])
