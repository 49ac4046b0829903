"""Panels: what counts as offered, missing, masked; what is known at an origin; bad tables."""

import numpy as np
import pandas as pd
import pytest

from sim.panel import births_from_rows, grade_order, panel_from_rows, quotient
from tests.sim.panels import GRADES, corrupted_after, noisy, panel_of, rows_of, with_births

NONE = float("nan")


def test_a_zero_between_grades_is_offered_and_a_zero_at_the_edge_is_not() -> None:
    panel = panel_of({"a": [[5], [0], [7], [0]], "b": [[0], [0], [0], [0]]})
    assert panel.hosts[0, :, 0].tolist() == [True, True, True, False]
    assert panel.pupils[0, 1, 0] == 0.0
    assert np.isnan(panel.pupils[0, 3, 0])
    assert not panel.hosts[1].any()


def test_a_suppressed_count_is_offered_but_not_known() -> None:
    rows = rows_of({"a": [[12, 11], [9, 9], [14, 15], [NONE, NONE]]})
    rows["suppressed"] = rows["grade"] == "1"
    panel = panel_from_rows(rows, grades=GRADES)
    assert panel.hosts[0, 1].all()
    assert np.isnan(panel.pupils[0, 1]).all()
    assert not panel.known[0, 1].any()
    assert panel.of_districts()[0, :3, 1].tolist() == pytest.approx([11, NONE, 15], nan_ok=True)


def test_a_school_without_a_count_between_two_years_is_a_gap_and_no_closure() -> None:
    panel = panel_of({"a": [[5, NONE, 6, 5]] * 4, "b": [[5, 5, 5, NONE]] * 4})
    assert panel.gap.tolist() == [[False, True, False, False], [False] * 4]
    assert panel.of_districts()[0, 0].tolist() == pytest.approx([10, NONE, 11, 5], nan_ok=True)


def test_a_masked_year_is_missing_for_every_school() -> None:
    panel = panel_of({"a": [[5, 6, 7]] * 4}).masked([2002])
    assert np.isnan(panel.pupils[:, :, 1]).all()
    assert not panel.known[:, :, 1].any()
    assert panel.known[:, :, 2].all()
    assert np.isnan(panel.of_districts()[:, :, 1]).all()


def test_a_year_without_rows_becomes_a_missing_year() -> None:
    rows = rows_of({"a": [[5, 6, 7]] * 4})
    panel = panel_from_rows(rows[rows["year"] != 2002], grades=GRADES)
    assert panel.years.tolist() == [2001, 2002, 2003]
    assert panel.gap[0].tolist() == [False, True, False]


def test_the_order_of_rows_does_not_matter() -> None:
    panel = noisy()
    rows = rows_of({name: panel.pupils[i].tolist() for i, name in enumerate(panel.schools)})
    one, other = (panel_from_rows(table, grades=GRADES) for table in (rows, rows.sample(frac=1.0, random_state=3)))
    assert np.array_equal(one.pupils, other.pupils, equal_nan=True)
    assert one.schools == other.schools


def test_a_cut_holds_nothing_that_became_known_later() -> None:
    panel = noisy()
    for origin in (2004, 2009):
        one, other = panel.cut(origin), corrupted_after(panel, origin).cut(origin)
        assert one.pupils.tobytes() == other.pupils.tobytes()
        assert one.hosts.tobytes() == other.hosts.tobytes()
        assert one.births.count.tobytes() == other.births.count.tobytes()
        assert one.years[-1] == origin
        assert one.pupils.base is None or one.pupils.base is not panel.pupils
        assert not np.shares_memory(one.pupils, panel.pupils)


def test_a_cut_outside_the_years_is_refused() -> None:
    with pytest.raises(ValueError, match="1999 is not one of the years 2001-2010"):
        noisy().cut(1999)


def test_births_are_known_after_their_delay_and_enter_at_their_age() -> None:
    panel = with_births(panel_of({"a": [[5, 6, 7]] * 4}), np.array([[10.0, 11, 12, 13, 14, 15, 16, 17]]), first=1996)
    births = panel.births
    assert births.of_entry(np.array([2000, 2001, 2008, 2009])).tolist() == [
        pytest.approx([NONE, 10, 17, NONE], nan_ok=True)
    ]
    assert panel.cut(2002).births.count.tolist() == [[10, 11, 12, 13, 14, 15]]
    assert births.known_at(1990).count.shape == (1, 0)


def test_births_come_from_rows_by_district() -> None:
    rows = pd.DataFrame({"district": ["x", "y", "x", "z"], "year": [2000, 2001, 2001, 2000], "births": [7, 8, NONE, 1]})
    births = births_from_rows(rows, ["x", "y"])
    assert births.count.tolist() == [pytest.approx([7, NONE], nan_ok=True), pytest.approx([NONE, 8], nan_ok=True)]
    with pytest.raises(ValueError, match="two rows of one district"):
        births_from_rows(pd.concat([rows, rows]), ["x"])
    with pytest.raises(ValueError, match="negative"):
        births_from_rows(rows.assign(births=-1), ["x"])


def test_bad_tables_are_refused_with_the_row() -> None:
    rows = rows_of({"a": [[5, 6]] * 4})
    with pytest.raises(ValueError, match="two rows of school a, grade K, year 2001"):
        panel_from_rows(pd.concat([rows, rows]), grades=GRADES)
    with pytest.raises(ValueError, match="negative"):
        panel_from_rows(rows.assign(pupils=-1), grades=GRADES)
    with pytest.raises(ValueError, match="school a lies in two districts"):
        panel_from_rows(rows.assign(district=rows["grade"]), grades=GRADES)


def test_grades_have_an_order_or_are_asked_for() -> None:
    assert grade_order(["10", "K", "2", "PK"]) == ("PK", "K", "2", "10")
    with pytest.raises(ValueError, match="without an order: 高一"):
        grade_order(["1", "高一"])
    named = rows_of({"a": [[5], [6], [7], [8]]}).replace({"grade": {"K": "高一"}})
    assert panel_from_rows(named, grades=("1", "2", "3", "高一")).pupils[0, :, 0].tolist() == [6, 7, 8, 5]
    assert panel_from_rows(named, grades=("1", "2")).grades == ("1", "2")


def test_a_quotient_by_nothing_is_not_known() -> None:
    assert quotient(np.array([6.0, 1.0]), np.array([3.0, 0.0])).tolist() == pytest.approx([2.0, NONE], nan_ok=True)
