import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.arrays import Space
from gis.distance import distance_matrix_km, nearest, within

POINTS = arrays(np.float64, st.tuples(st.integers(1, 6), st.just(2)), elements=st.floats(-1e6, 1e6))


def test_three_four_five() -> None:
    distance = distance_matrix_km(np.array([[0.0, 0.0]]), np.array([[3000.0, 4000.0], [0.0, 0.0]]), 1.4)
    assert distance == pytest.approx(np.array([[7.0, 0.0]]))


def test_a_detour_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="detour must be >= 1"):
        distance_matrix_km(np.zeros((1, 2)), np.zeros((1, 2)), 0.9)


@given(origins=POINTS, targets=POINTS, detour=st.floats(1.0, 2.0))
def test_distances_swap_and_obey_the_triangle(origins, targets, detour) -> None:
    there, back = distance_matrix_km(origins, targets, detour), distance_matrix_km(targets, origins, detour)
    assert np.array_equal(there, back.T)
    assert (there >= 0).all()
    among = distance_matrix_km(targets, targets, detour)
    assert (there[:, :, None] <= there[:, None, :] + among.T[None] + 1e-6).all()


@given(origins=POINTS, targets=POINTS, factor=st.floats(1.0, 3.0))
def test_the_detour_only_scales(origins, targets, factor) -> None:
    straight = distance_matrix_km(origins, targets, 1.0)
    assert distance_matrix_km(origins, targets, factor) == pytest.approx(straight * factor)


@given(distance=arrays(np.float64, (3, 5), elements=st.floats(0, 100)), allowed=arrays(np.bool_, 5))
def test_nearest_lists_are_sorted_and_hold_allowed_targets_only(distance, allowed) -> None:
    order = nearest(distance, allowed)
    for row, listed in zip(distance, order, strict=True):
        chosen = listed[listed >= 0]
        assert sorted(chosen) == np.flatnonzero(allowed).tolist()
        assert (np.diff(row[chosen]) >= 0).all()


def test_ties_keep_the_order_of_the_targets() -> None:
    assert nearest(np.array([[2.0, 1.0, 1.0, 2.0]])).tolist() == [[1, 2, 0, 3]]
    assert within(np.array([[1.0, 2.0]]), 1.0).tolist() == [[True, False]]


def test_a_space_of_the_wrong_shape_is_refused() -> None:
    parts = {"unit_xy": np.zeros((2, 2)), "school_xy": np.zeros((1, 2)), "distance_km": np.zeros((1, 2))}
    rest = {"school_distance_km": np.zeros((1, 1)), "area_km2": np.zeros(2), "school_unit": ()}
    with pytest.raises(ValueError, match="wrong shape of distance_km, school_unit for 2 units and 1 schools"):
        Space(units=("a", "b"), schools=("s",), **parts, **rest)


@pytest.mark.parametrize("module", ["gis.arrays", "gis.distance"])
def test_arrays_load_no_geometry_library(module: str, repository: Path) -> None:
    code = f"import {module}, sys; print(sorted({{'geopandas', 'shapely', 'pandas', 'pyproj'}} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
