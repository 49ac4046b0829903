"""School buses by hand: who rides, how long, how many runs, what it costs."""

import numpy as np
import pytest

from sim.buses import Terms, Ways, carried, far, runs, yearly_cost

INF = np.inf
WAYS = Ways(
    walk=np.array([20.0, 40.0, 60.0, INF]),
    ride=np.array([5.0, 10.0, 35.0, 20.0]),
    km=np.array([1.2, 2.4, 3.6, 9.0]),
    limit=30.0,
    ride_limit=30.0,
)
PUPILS, CHANCE = np.array([10.0, 20.0, 30.0, 4.0]), np.array([0.0, 0.5, 0.9, 0.25])


def test_day_pupils_beyond_the_limit_ride() -> None:
    assert far(WAYS, PUPILS, CHANCE).tolist() == pytest.approx([0.0, 10.0, 3.0, 3.0])


def test_what_a_bus_does() -> None:
    one = carried(WAYS, far(WAYS, PUPILS, CHANCE))
    assert one.children == pytest.approx(16.0)
    assert one.walk == pytest.approx((10 * 40 + 3 * 60) / 13)  # 3 children have no way on foot
    assert one.ride == pytest.approx((10 * 10 + 3 * 35) / 13)
    assert one.still == pytest.approx(3.0)
    assert one.km == 9.0
    assert one.mean_km == pytest.approx((10 * 2.4 + 3 * 3.6 + 3 * 9.0) / 16)


def test_nobody_rides() -> None:
    one = carried(WAYS, np.zeros(4))
    assert (one.children, one.still, one.km) == (0.0, 0.0, 0.0)
    assert np.isnan(one.walk)
    assert np.isnan(one.ride)


@pytest.mark.parametrize(("children", "expected"), [(0.0, 0), (0.2, 1), (19.0, 1), (19.0 + 1e-12, 1), (19.1, 2)])
def test_runs(children, expected) -> None:
    assert runs(children, 19) == expected


def test_a_year_costs_four_legs_a_day_and_run() -> None:
    # 40 children, 19 seats: 3 runs x 4 x 6 km x 195 days x 6 yuan = 84 240 yuan
    assert yearly_cost(40.0, 6.0, Terms(19, 195.0, 6.0)) == pytest.approx(8.424)
    assert yearly_cost(0.0, 6.0, Terms(19, 195.0, 6.0)) == 0.0
