"""Signals against numbers worked out by hand, in a county of three units with one zone for each stage."""

from dataclasses import replace

import numpy as np
import pytest

from sim.network import reference_regime
from sim.signals import SIGNALS, Place, Snapshot
from tests.sim import adaptive_cases

PRIMARY, JUNIOR = 0, 1


@pytest.fixture(scope="module")
def now():
    """Two draws; schools a (grades 1-6, 13 rooms), b (7-9, 6 rooms) and c, which is not built; units u1, u2, u3."""
    model = adaptive_cases.study().model
    assert model.layout.schools == ("a", "b", "c")
    rolls = np.zeros((2, 3, 9), dtype=np.int32)
    rolls[:, 0, :6] = [[90, 91, 45, 46, 80, 80], [10] * 6]
    rolls[:, 1, 6:] = [[120, 100, 100], [50, 51, 20]]
    classes = np.zeros((2, 3, 9), dtype=np.int64)
    classes[:, 0, :6] = [[2, 2, 1, 1, 2, 2], [1] * 6]
    classes[:, 1, 6:] = [[2, 2, 2], [1, 1, 1]]
    demand = np.zeros((2, 3, 2), dtype=np.int32)
    demand[:, :, PRIMARY] = [[40, 30, 20], [4, 3, 3]]
    demand[:, :, JUNIOR] = [[60, 40, 20], [30, 10, 10]]
    by_home = np.zeros((2, 3, 9), dtype=np.int32)
    by_home[:, 1] = [[5] * 9, [1] * 9]
    return Snapshot(
        model=model,
        year=2025,
        rolls=rolls,
        rooms=np.array([[13, 6, 0]] * 2),
        classes=classes,
        planned=np.broadcast_to(model.grades.planned_size, (3, 9)),
        demand=demand,
        by_home=by_home,
        aged_one=np.array([[20, 12, 8], [2, 1, 0]], dtype=np.int32),
        networks=(reference_regime(model),),
        network_of=np.zeros(2, dtype=np.int64),
    )


def value(now, signal, **place):
    return SIGNALS[signal](now, Place(**place)).tolist()


def test_entry_pressure_is_demand_over_whole_classes_in_every_grade(now):
    # 13 rooms for 6 grades: two entry classes of 45 places; 6 rooms for 3 grades: two of 50.
    assert value(now, "entry_pressure", stage=PRIMARY) == [90 / 90, 10 / 90]
    assert value(now, "entry_pressure", stage=JUNIOR, schools=(1,)) == [120 / 100, 50 / 100]
    # One unit stands for the zone it belongs to, which is the county here.
    assert value(now, "entry_pressure", stage=PRIMARY, units=(1,)) == [90 / 90, 10 / 90]


def test_utilisation_and_pupils_beyond_seats(now):
    # Seats: 13 x 45 = 585 and 6 x 50 = 300; school c has none and is not counted.
    assert value(now, "utilisation") == [(432 + 320) / 885, (60 + 121) / 885]
    assert value(now, "utilisation", schools=(1,)) == [320 / 300, 121 / 300]
    assert value(now, "utilisation", units=(0,), stage=PRIMARY) == [432 / 585, 60 / 585]
    assert value(now, "beyond_seats") == [20.0, 0.0]
    assert value(now, "beyond_seats", schools=(0,)) == [0.0, 0.0]


def test_what_is_not_there_is_not_known(now):
    assert np.isnan(value(now, "utilisation", schools=(2,))).all()
    assert np.isnan(value(now, "large_classes", schools=(2,))).all()
    closed = replace(now, rooms=np.zeros((2, 3), dtype=np.int64), zones={})
    assert np.isnan(value(closed, "entry_pressure", stage=PRIMARY)).all()


def test_a_school_in_nobodys_zone_stands_for_itself_alone(now):
    # b and c start primary grades and are in no zone of the stage; 12 rooms of c for 6 grades: two classes of 45.
    regime = now.networks[0]
    runs = regime.runs.copy()
    runs[1:3, 0] = True
    of = replace(now, networks=(replace(regime, runs=runs),), rooms=np.array([[13, 6, 12]] * 2), zones={})
    assert value(of, "entry_pressure", stage=PRIMARY, schools=(0, 2)) == [90 / 180, 10 / 180]
    assert value(of, "entry_pressure", stage=PRIMARY, schools=(2,)) == [0.0, 0.0]
    # Two networks: c takes children in draw 1 alone.
    runs = runs.copy()
    runs[1, 0] = False
    both = replace(of, networks=(regime, replace(regime, runs=runs)), network_of=np.array([0, 1]), zones={})
    assert value(both, "entry_pressure", stage=PRIMARY) == [90 / 90, 10 / 180]
    without = replace(of, rooms=np.array([[13, 6, 0]] * 2), zones={})
    assert np.isnan(value(without, "entry_pressure", stage=PRIMARY, schools=(2,))).all()


def test_seats_of_a_school_that_changes_grades_are_of_the_grades_with_pupils(now):
    # Junior grades are added to a: none has pupils in draw 1, one has in draw 0 (six grades of 45 and one of 50).
    gains, hosts = np.zeros((3, 9), dtype=bool), now.model.hosts.copy()
    gains[0, 6:], hosts[0, :] = True, True
    rolls = now.rolls.copy()
    rolls[0, 0, 6] = 30
    of = replace(now, model=replace(now.model, gains=gains, hosts=hosts), rolls=rolls, zones={})
    assert of.seats[:, 0].tolist() == [int(13 * (6 * 45 + 50) / 7), 13 * 45]
    assert of.seats[:, 1].tolist() == [300, 300]


def test_pupils_of_schools_of_a_stage_and_of_homes(now):
    assert value(now, "pupils") == [752.0, 181.0]
    assert value(now, "pupils", stage=JUNIOR) == [320.0, 121.0]
    assert value(now, "pupils", schools=(0,)) == [432.0, 60.0]
    assert value(now, "pupils", units=(1,)) == [45.0, 9.0]
    assert value(now, "pupils", units=(1,), stage=JUNIOR) == [15.0, 3.0]


def test_births_are_the_children_aged_one(now):
    assert value(now, "births") == [40.0, 3.0]
    assert value(now, "births", units=(0, 2)) == [28.0, 2.0]
    assert value(now, "births", schools=(1,), stage=JUNIOR) == [40.0, 3.0]


def test_large_classes_are_counted_one_by_one(now):
    # Draw 0, primary (45 a class): 91 in two classes make one of 46, 46 in one class make one: 2 of 10.
    # Junior (50): 120 in two classes of 60 make two: 2 of 6.  Draw 1: 51 in one class: 1 of 9.
    assert value(now, "large_classes", stage=PRIMARY) == [2 / 10, 0.0]
    assert value(now, "large_classes", stage=JUNIOR) == [2 / 6, 1 / 3]
    assert value(now, "large_classes") == [4 / 16, 1 / 9]


def test_zones_need_a_stage(now):
    with pytest.raises(ValueError, match="stage"):
        value(now, "entry_pressure")
    with pytest.raises(ValueError, match="stage"):
        value(now, "utilisation", units=(0,))
