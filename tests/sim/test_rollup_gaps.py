"""Gaps between members: by hand, and within each draw."""

import numpy as np
import pytest

from sim.rollup import Clause, Kept, Key
from sim.rollup_gaps import CV, GAP, distance, gap_rows

SEATS, ROLL, BEYOND = Key("seats", "all", "seats"), Key("roll", "all", "pupils"), Key("beyond_seats", "all", "pupils")
PRIMARY, CLASSES, OVER = Key("roll", "p", "pupils"), Key("classes", "p", "classes"), Key("classes_over", "p", "classes")


def member(pupils: list[int], classes: list[int], over: list[int]) -> Kept:
    """A member in one year, by draw."""

    def column(values: list[int]) -> np.ndarray:
        return np.array(values)[:, None]

    nothing = np.zeros((len(pupils), 1), dtype=np.int64)
    series = {ROLL: column(pupils), PRIMARY: column(pupils), CLASSES: column(classes), OVER: column(over)}
    series |= {SEATS: column([100] * len(pupils)), BEYOND: nothing}
    clause = Clause("all", nothing[:, 0], nothing[:, 0], nothing > 0, nothing)
    return Kept((2025,), (2025, 2025), 0.9, series, {"all": clause})


def test_gaps_are_taken_within_each_draw() -> None:
    # Who is ahead changes with the draw: the mean gap is 10, the gap of the means is 0.
    parts = {"a": member([40, 30], [1, 1], [0, 0]), "b": member([30, 40], [1, 1], [0, 0])}
    rows = gap_rows(parts, [2025]).set_index(["measure", "entity"])["mean"]
    assert rows["mean_class", "a"] == rows["mean_class", "b"] == 35.0
    assert rows["mean_class", GAP] == 10.0
    assert rows["use", GAP] == pytest.approx(0.1)


def test_the_coefficient_of_variation_by_hand() -> None:
    values, weights = np.array([[40.0], [30.0], [20.0]]), np.array([[100.0], [200.0], [100.0]])
    gap, cv = distance(values, weights)
    assert gap[0] == 20.0
    assert cv[0] == pytest.approx(np.sqrt((100 * 10**2 + 100 * 10**2) / 400) / 30.0)


def test_a_member_without_classes_is_left_out_and_one_member_has_no_gap() -> None:
    parts = {"a": member([40], [1], [1]), "b": member([0], [0], [0])}
    rows = gap_rows(parts, [2025]).set_index(["measure", "entity"])["mean"]
    assert rows["over_share", "a"] == 1.0
    assert np.isnan(rows["over_share", "b"])
    assert np.isnan(rows["mean_class", GAP])
    assert np.isnan(rows["mean_class", CV])
    alone = gap_rows({"a": parts["a"]}, [2025]).set_index(["measure", "entity"])["mean"]
    assert np.isnan(alone["use", GAP])
