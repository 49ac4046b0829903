"""Classes: fixed, of equal counts, even around zero; told apart by the colour-blind and in grey print."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from reports.atlas_places import ISOCHRONES, SHORT, UNUSED
from reports.atlas_scale import CHANCE, MINUTES, REACH, USED, Look, around_zero, equal_counts
from reports.i18n import Labels

# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
DEUTAN = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
PROTAN = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
GREY = [[0.2126, 0.7152, 0.0722]] * 3
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.95047, 1.0, 1.08883])
SEEN_APART = 7.0
"""Least distance of two colours in CIE Lab; just noticeable is about 2."""
LOOKS = {
    "used": USED,
    "chance": CHANCE,
    "minutes": MINUTES,
    "reach": REACH,
    "isochrones": ISOCHRONES,
    "difference": around_zero((0.05, 0.15, 0.3)),
    "counts": equal_counts(np.arange(100.0)),
}


def lab(color: str, matrix: list[list[float]]) -> np.ndarray:
    parts = np.array(to_rgb(color))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(np.array(matrix) @ linear, 0, 1) / WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one: str, other: str, matrix: list[list[float]]) -> float:
    return float(np.linalg.norm(lab(one, matrix) - lab(other, matrix)))


@pytest.mark.parametrize("matrix", [DEUTAN, PROTAN, GREY], ids=["deuteranopia", "protanopia", "grey"])
@pytest.mark.parametrize("name", LOOKS)
def test_every_pair_of_classes_is_told_apart(name: str, matrix: list[list[float]]) -> None:
    look = LOOKS[name]
    classes = list(zip(look.scale.colors, look.hatches, strict=True))
    for one, other in combinations(classes, 2):
        assert one[1] != other[1] or apart(one[0], other[0], matrix) > SEEN_APART, (one, other)
    for one, other in pairwise(classes):  # side by side on the map
        assert one[1] != other[1] or apart(one[0], other[0], matrix) > SEEN_APART + 2, (one, other)


@pytest.mark.parametrize("matrix", [DEUTAN, PROTAN, GREY], ids=["deuteranopia", "protanopia", "grey"])
def test_missing_and_unused_seats_are_told_apart(matrix: list[list[float]]) -> None:
    assert SHORT[1] != UNUSED[1]
    assert apart(SHORT[0], UNUSED[0], matrix) > SEEN_APART


def test_the_check_of_colours_can_fail() -> None:
    assert apart("#d7191c", "#1a9641", DEUTAN) < apart("#d7191c", "#1a9641", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]) / 2
    assert apart("#998ec3", "#9b9b9b", GREY) < SEEN_APART


def test_a_value_at_a_limit_belongs_to_the_lower_class_and_none_to_none() -> None:
    assert USED.steps([0.6, 0.61, 1.0, 1.2, np.nan, np.inf]).tolist() == [0, 1, 3, 5, -1, 5]


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=200))
def test_classes_of_equal_counts_are_in_order_and_none_is_empty_at_the_top(values: list[float]) -> None:
    look = equal_counts(values)
    breaks = look.scale.breaks
    assert list(breaks) == sorted(set(breaks))
    assert len(look.scale.colors) == len(look.hatches) == len(breaks) + 1 <= 5
    assert look.steps(values).max() == len(breaks)


def test_classes_of_equal_counts_hold_equal_counts() -> None:
    look = equal_counts(np.arange(1.0, 1001.0))
    assert look.scale.breaks == (200.0, 400.0, 600.0, 800.0)
    assert np.bincount(look.steps(np.arange(1.0, 1001.0))).tolist() == [200] * 5


def test_the_legend_says_every_limit_with_its_sign_and_unit() -> None:
    zh, en = Labels("zh"), Labels("en")
    assert [key.label for key in USED.keys(zh)][:2] == ["不高于 60%", "60%–80%"]
    labels = [key.label for key in around_zero((0.05, 0.15, 0.3), percent=True).keys(zh)]
    assert labels[0] == "不高于 −30%"
    assert labels[3] == "−5% 至 +5%"
    assert labels[-1] == "高于 +30%"
    assert [key.label for key in MINUTES.keys(en, (3, "no way"))][-1] == "no way (3 units)"
    assert [key.label for key in equal_counts([5.0, 5.0]).keys(en)] == ["the same in all units"]
    assert isinstance(equal_counts([]), Look)
