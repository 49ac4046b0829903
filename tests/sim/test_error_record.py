"""The record of scored forecasts: what it says, what is left out, and that it widens and narrows."""

import numpy as np
import pandas as pd
import pytest

from sim.backtest_draws import learn_at, paths_of
from sim.calibration import calibrated, shrunk
from sim.draws import joint_draws
from sim.error_record import CELLS, FEW, SCHOOLS, SHARED, Found, Record, nothing_recorded
from sim.path import forecast
from sim.processes import borrowed
from tests.sim.panels import noisy

LEVELS = ("school-grade", "school", "county-grade")


def record(stretch: float, origins: tuple[int, ...], n: int = 200, levels=LEVELS) -> Record:
    rows = [(o, o + h, level, n, stretch) for o in origins for h in (1, 2) for level in levels]
    return Record(pd.DataFrame(rows, columns=["origin", "year", "level", "n", "stretch"]))


def widths(panel, known: Record | None) -> np.ndarray:
    """Mean width of 80 % intervals of school totals and of cells of a panel too short to test itself."""
    path = forecast(panel, 3)
    drawn = joint_draws(path, panel, calibrated(panel, {}, borrowed(), known), 1, 400)
    schools = drawn.sum(axis=2)
    return np.array([np.diff(np.quantile(one, (0.1, 0.9), axis=0), axis=0).mean() for one in (schools, drawn)])


def test_what_is_found_by_hand() -> None:
    rows = [(2010, 2011, "school", 30, 2.0), (2010, 2012, "school", 30, 2.0), (2011, 2012, "school", 60, 0.5)]
    found = Record(pd.DataFrame(rows, columns=["origin", "year", "level", "n", "stretch"])).found(SCHOOLS)
    assert found.weight == pytest.approx(2 * 60 / (60 + FEW))
    assert found.stretch == pytest.approx(1.0)
    assert Record(pd.DataFrame(rows, columns=["origin", "year", "level", "n", "stretch"])).found(CELLS) == Found()


def test_two_forecasts_of_one_origin_and_year_count_once() -> None:
    one, two = record(1.5, (2010,)), record(1.5, (2010,))
    both = Record(pd.concat([one.rows, two.rows], ignore_index=True))
    assert both.found(SCHOOLS) == one.found(SCHOOLS)


def test_districts_speak_of_what_is_shared_before_the_county_does() -> None:
    rows = pd.concat(
        [record(2.0, (2010,), levels=["county-grade"]).rows, record(0.5, (2010,), levels=["district-grade"]).rows]
    )
    assert Record(rows).found(SHARED).stretch == pytest.approx(0.5)


def test_origins_tested_elsewhere_and_years_to_come_are_left_out() -> None:
    known = record(2.0, (2008, 2009, 2010)).usable([2009], 2011)
    assert known.origins == (2008, 2010)
    assert known.rows["year"].max() == 2011
    empty = record(float("nan"), (2008,)).usable([], 2020)
    assert empty.rows.empty


def test_a_record_is_shrunk_like_any_past() -> None:
    assert shrunk(1.0, 0.0, Found()) == 1.0
    assert shrunk(1.0, 0.0, Found(2.0, 3.0)) == pytest.approx(1.5)
    assert shrunk(2.0, 3.0, Found()) == pytest.approx(1.5)
    assert shrunk(2.0, 2.0, Found(1.0, 2.0)) == pytest.approx(1.0 + 0.5 * 4 / 7)


def test_large_errors_widen_and_small_ones_narrow_where_the_panel_has_no_past() -> None:
    panel = noisy(12, 3)
    years = (1995, 1996, 1997, 1998)
    usual, wide, narrow = (widths(panel, one) for one in (None, record(2.0, years), record(0.5, years)))
    assert (wide > 1.15 * usual).all()
    assert (narrow < 0.9 * usual).all()


def test_an_empty_record_changes_nothing() -> None:
    panel = noisy(12, 9)
    paths = paths_of(panel, 5)
    assert calibrated(panel, paths, borrowed(), nothing_recorded()) == calibrated(panel, paths, borrowed())
    short = noisy(12, 3)
    assert calibrated(short, {}, borrowed(), nothing_recorded()) == calibrated(short, {}, borrowed())


def test_origins_of_the_panel_itself_are_never_counted_twice() -> None:
    panel = noisy(12, 9)
    paths = paths_of(panel, 5)
    own = learn_at(panel, paths, 2009)
    again = calibrated(panel, paths, borrowed(), record(3.0, tuple(paths)))
    assert again == own
    other = calibrated(panel, paths, borrowed(), record(3.0, (1995, 1996)))
    assert min(np.array(other.scales.drift) / np.array(own.scales.drift)) > 1.0
    assert min(np.array(other.scales.chance) / np.array(own.scales.chance)) > 1.0
    assert other.scales.shared > own.scales.shared
