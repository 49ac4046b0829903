"""Where roads meet: hand-made crossings, bridges, gaps and short ends; orders and directions never matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.network import metres
from gis.network_noding import crossings
from tests.gis.road_study import net, roads, shape_of

PLUS = [[[0, 0], [100, 0]], [[50, -50], [50, 50]]]


def test_roads_that_share_a_corner_meet_there() -> None:
    network = net([[[0, 0], [50, 0], [100, 0]], [[50, 0], [50, 80]]])
    assert shape_of(network) == (4, 3, 180.0)


def test_a_crossing_is_a_junction_only_where_asked_for() -> None:
    assert shape_of(net(PLUS)) == (4, 2, 200.0)
    assert shape_of(net(PLUS, crossings=True)) == (5, 4, 200.0)
    at, where, spots = crossings(roads(PLUS))
    assert at.tolist() == [0, 2]
    assert where.tolist() == [0.5, 0.5]
    assert spots.tolist() == [[50, 0], [50, 0]]


def test_a_bridge_does_not_meet_the_road_below() -> None:
    assert shape_of(net(PLUS, crossings=True, level=[0, 1])) == (4, 2, 200.0)
    # Not even where both have a corner at the same place.
    both = [[[0, 0], [50, 0], [100, 0]], [[50, -50], [50, 0], [50, 50]]]
    assert shape_of(net(both)) == (5, 4, 200.0)
    assert shape_of(net(both, level=[0, 1])) == (4, 2, 200.0)


def test_a_bridge_meets_the_road_it_ends_on() -> None:
    ends = [[[0, 0], [50, 0], [100, 0]], [[50, 0], [50, 80]]]
    assert shape_of(net(ends, level=[0, 1])) == (4, 3, 180.0)
    assert shape_of(net([[[0, 0], [50, 0]], [[50, 0], [100, 0]]], level=[1, 0])) == (3, 2, 100.0)


def test_ends_are_snapped_within_the_distance_and_not_beyond() -> None:
    gap = [[[0, 0], [50, 0]], [[50.6, 0], [100, 0]]]
    assert shape_of(net(gap, snap_m=1.0))[:2] == (3, 2)
    assert shape_of(net(gap, snap_m=0.5))[:2] == (4, 2)


def test_an_end_on_a_road_becomes_its_corner() -> None:
    short = [[[0, 0], [100, 0]], [[40, 0.7], [40, 60]]]
    assert shape_of(net(short, snap_m=1.0))[:2] == (4, 3)
    assert shape_of(net(short, snap_m=0.5))[:2] == (4, 2)
    assert shape_of(net(short, snap_m=1.0, level=[0, 1]))[:2] == (4, 2)


def test_a_road_that_crosses_itself_and_a_loop() -> None:
    eight = [[[0, 0], [100, 100], [100, 0], [0, 100]]]
    assert shape_of(net(eight, crossings=True))[:2] == (3, 3)
    loop = [[[0, 0], [100, 0], [100, 100], [0, 0]]]
    network = net(loop)
    assert (network.nodes, network.edges) == (1, 1)
    assert float(metres(network).sum()) == pytest.approx(200 + 100 * np.sqrt(2))


def test_heights_of_new_corners_lie_between_those_beside_them() -> None:
    network = net([[[0, 0, 100], [100, 0, 200]], [[25, -50], [25, 50]]], crossings=True)
    here = (network.xy == [25, 0]).all(axis=1)
    assert set(network.z[here & np.isfinite(network.z)]) == {125.0}


@given(order=st.permutations(range(6)), turned=st.lists(st.booleans(), min_size=6, max_size=6))
def test_orders_and_directions_never_matter(order, turned) -> None:
    lines = [
        [[0, 0], [100, 0]],
        [[100.4, 0], [200, 0]],
        [[50, -50], [50, 50]],
        [[150, 0.3], [150, 90]],
        [[0, 20], [200, 21]],
        [[0, 0], [0, 20]],
    ]
    plain = net(lines, crossings=True)
    mixed = net(
        [lines[at][::-1] if turn else lines[at] for at, turn in zip(order, turned, strict=True)], crossings=True
    )
    assert shape_of(plain) == shape_of(mixed)
    assert np.array_equal(plain.node_xy, mixed.node_xy)
