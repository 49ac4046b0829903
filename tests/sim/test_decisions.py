"""Overcrowding foreseen: areas, precision and recall by hand, capacities that depend on nothing but names."""

import numpy as np
import pandas as pd
import pytest

from sim.decisions import area_under_curve, capacities, foreseen, over_capacity

P = np.array([0.9, 0.8, 0.7, 0.4, 0.2, 0.1])
CAME = np.array([True, True, False, True, False, False])


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    assert area_under_curve(P, CAME) == pytest.approx(8 / 9)
    assert area_under_curve(np.full(6, 0.3), CAME) == 0.5
    assert np.isnan(area_under_curve(P, np.zeros(6, dtype=bool)))


def test_precision_recall_and_brier_by_hand() -> None:
    found = foreseen(P, CAME)
    assert (found.cases, found.events) == (6, 3)
    assert found.recall_at_half == 1.0
    assert found.precision_at_half == pytest.approx(0.75)
    assert found.precision_30 == pytest.approx(0.75)
    assert found.recall_30 == 1.0
    brier = np.mean([0.01, 0.04, 0.49, 0.36, 0.04, 0.01])
    assert found.brier_skill == pytest.approx(1 - brier / 0.25)
    assert sum(cases for _, _, cases in found.reliability) == 6


def test_warnings_that_are_mostly_wrong_have_no_recall_at_half() -> None:
    found = foreseen(np.array([0.9, 0.8, 0.7]), np.array([False, False, True]))
    assert found.recall_at_half == 0.0
    assert np.isnan(found.precision_at_half)


def test_capacities_have_the_utilisation_they_say_and_depend_on_names_only() -> None:
    names = [f"s{i}" for i in range(4000)]
    found = capacities(np.full(4000, 100.0), names, np.full(4000, 2010))
    use = np.log(100.0 / found)
    assert np.median(use) == pytest.approx(np.log(0.92), abs=0.01)
    assert use.std() == pytest.approx(0.15, abs=0.005)
    assert capacities(np.array([100.0]), ["s7"], np.array([2010]))[0] == found[7]
    assert capacities(np.array([100.0]), ["s7"], np.array([2011]))[0] != found[7]


def test_an_event_is_more_pupils_than_places() -> None:
    rows = pd.DataFrame(
        {
            "level": ["school", "school", "school", "school-grade"],
            "horizon": [3, 3, 1, 3],
            "actual": [120.0, 80.0, 200.0, 9.0],
            "capacity": [100.0, 100.0, 100.0, np.nan],
            "over": [0.8, 0.1, 0.9, np.nan],
        }
    )
    found = over_capacity(rows, 3)
    assert (found.cases, found.events, found.auc) == (2, 1, 1.0)
