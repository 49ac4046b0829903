"""Inverse sizing: the addition is the smallest one, in a year and over a window, for one school and for all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sim.sizing import Gap, Need, addition, gap_of, holds, least, rank_of, together, units_up

GAPS = hnp.arrays(
    float, st.tuples(st.integers(1, 40), st.integers(1, 4)), elements=st.floats(-50, 50, allow_nan=False, width=32)
)
SHARES = st.sampled_from([0.05, 0.5, 0.8, 0.9, 0.95, 1.0])


def plain(missing):
    return Gap(np.zeros_like(missing), np.zeros_like(missing), missing)


@given(missing=GAPS, share=SHARES)
def test_one_unit_less_does_not_do_and_the_addition_does(missing, share):
    gap = plain(missing)
    added = addition(gap, share)
    assert (holds(gap, added) >= share - 1e-12).all()
    more = added > 0
    assert (holds(gap, added - 1.0)[more] < share).all()
    assert (added == np.floor(added)).all()


@given(missing=GAPS, share=SHARES)
def test_together_all_hold_in_the_share_of_draws_and_at_one_rank_less_they_do_not(missing, share):
    gap = plain(missing)
    added = together(gap, share)
    both = (missing <= added + 1e-6).all(axis=1)
    assert both.mean() >= share - 1e-12
    assert (added >= addition(gap, share)).all()  # each by itself asks for no more than all together
    ordered = np.sort(missing, axis=0)
    ranks = [r for r in range(1, len(missing) + 1) if (units_up(ordered[r - 1]) < added).any()]
    for rank in ranks:
        fewer = (missing <= units_up(ordered[rank - 1]) + 1e-6).all(axis=1)
        assert fewer.mean() < share


def test_the_order_statistic_is_no_interpolation():
    values = np.arange(10.0)[:, None]
    assert [float(least(values, p)[0]) for p in (0.5, 0.51, 0.9, 0.901, 1.0)] == [4, 5, 8, 9, 9]
    assert rank_of(0.9, 1000) == 900  # not 901: .9 x 1000 is no more than 900
    assert rank_of(0.0, 7) == 1


def test_a_window_asks_for_the_worst_year_of_each_draw():
    needed = np.array([[[10.0], [30.0], [20.0]], [[40.0], [5.0], [5.0]]])  # [draw, year, school]
    there = np.array([[[12.0], [12.0], [32.0]], [[12.0], [12.0], [32.0]]])  # a project opens in the third year
    need = Need("L4", "primary", "teaching_area_m2", "m2", needed, there)
    window = gap_of(need, slice(0, 3))
    assert window.missing[:, 0].tolist() == [18.0, 28.0]
    assert window.needed[:, 0].tolist() == [30.0, 40.0]
    assert window.there[:, 0].tolist() == [12.0, 12.0]
    assert gap_of(need, slice(2, 3)).missing[:, 0].tolist() == [-12.0, -27.0]
    assert addition(window, 0.5).tolist() == [18.0]
    assert addition(window, 0.9).tolist() == [28.0]


def test_years_without_the_clause_ask_for_nothing_and_unknown_stocks_stay_unknown():
    needed = np.array([[[10.0, np.nan, 5.0]], [[np.nan, np.nan, 5.0]]])
    there = np.array([[[4.0, 4.0, np.nan]], [[4.0, 4.0, 9.0]]])
    gap = gap_of(Need("G3", "all", "music_rooms", "rooms", needed, there), slice(0, 1))
    assert addition(gap, 0.5).tolist()[0] == 0.0  # in one draw of two it is not asked for
    assert addition(gap, 0.9).tolist()[0] == 6.0
    assert np.isnan(addition(gap, 0.9)[1:]).all()
    assert np.isnan(holds(gap, np.zeros(3))[1:]).all()
    found = together(gap, 0.9)
    assert found[0] == 6.0
    assert np.isnan(found[1:]).all()


@pytest.mark.parametrize(("gap", "units"), [(351.2, 352), (352.0, 352), (352.0000001, 352), (-3.0, 0), (0.0, 0)])
def test_units_are_whole(gap, units):
    assert units_up(np.array([gap]))[0] == units
