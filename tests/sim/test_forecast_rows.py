"""Rows of a forecast: sums in every draw, closures, pieces that multiply to the path."""

import numpy as np
import pytest

from sim.draws import joint_draws
from sim.forecast_pieces import COLUMNS, FACTORS, WEIGHTS, piece_rows
from sim.forecast_rows import LEVELS, QUANTILES, STATISTICS, Closing, forecast_rows, with_closings
from sim.path import forecast
from sim.processes import borrowed
from tests.sim.panels import noisy, steady

PANEL = noisy()
PATH = forecast(PANEL, 4)
OFFERED = ~np.isnan(PATH.log_pupils).any(axis=2)
DRAWS = joint_draws(PATH, PANEL, borrowed(), seed=3, draws=40)


def moved(*closings: Closing):
    return with_closings(DRAWS, OFFERED, PANEL.district_of, closings)


def test_every_level_is_a_sum_of_the_same_draws() -> None:
    rows = forecast_rows(PANEL, moved(), PATH.origin)
    assert tuple(rows["level"].unique()) == tuple(dict.fromkeys(["school-grade", "school", *LEVELS[2:]]))
    whole = np.where(OFFERED[None, :, :, None], DRAWS, 0).sum(axis=(1, 2))
    county = rows[rows["level"] == "county"]
    assert np.array_equal(county["year"], PATH.origin + np.arange(1, 5))
    assert np.allclose(county["mean"], whole.mean(axis=0))
    for q in QUANTILES:
        assert np.allclose(county[f"p{q:02d}"], np.quantile(whole, q / 100, axis=0))
    for level in LEVELS[:-1]:
        assert np.allclose(rows[rows["level"] == level].groupby("year")["mean"].sum(), whole.mean(axis=0))


def test_a_path_alone_has_no_quantiles() -> None:
    alone = with_closings(np.nan_to_num(PATH.pupils)[None], OFFERED, PANEL.district_of, ())
    rows = forecast_rows(PANEL, alone, PATH.origin, intervals=False)
    assert rows[list(STATISTICS[1:])].isna().all().all()
    assert rows["mean"].notna().all()


def test_one_district_has_no_levels_of_its_own() -> None:
    panel = steady()
    panel = type(panel)(**{**vars(panel), "district_of": np.zeros(3, dtype=np.int64), "districts": ("d",)})
    path = forecast(panel, 2)
    offered = ~np.isnan(path.log_pupils).any(axis=2)
    rows = forecast_rows(panel, with_closings(path.pupils[None], offered, panel.district_of, ()), path.origin, False)
    assert set(rows["level"]) == {"school-grade", "school", "county-grade", "county"}


def test_pupils_of_a_closed_school_go_to_its_receiver_from_that_year() -> None:
    found = moved(Closing(3, 2, 4))
    assert np.array_equal(found.pupils[:, 3, :, 0], DRAWS[:, 3, :, 0])
    assert not found.pupils[:, 3, :, 1:].any()
    assert not found.offered[3, :, 1:].any()
    assert np.array_equal(found.pupils[:, 4, :, 1:], DRAWS[:, 3, :, 1:] + DRAWS[:, 4, :, 1:])
    assert not found.unplaced.any()


def test_without_a_receiver_they_stay_in_the_district_and_in_no_school() -> None:
    found = moved(Closing(3, 2, -1))
    home = PANEL.district_of[3]
    assert np.array_equal(found.unplaced[:, home, :, 1:], DRAWS[:, 3, :, 1:])
    before, after = (forecast_rows(PANEL, one, PATH.origin) for one in (moved(), found))
    for level in ("district", "district-grade", "county"):
        assert (
            before[before["level"] == level]
            .reset_index(drop=True)
            .equals(after[after["level"] == level].reset_index(drop=True))
        )
    assert set(after.loc[after["school"] == "s03", "year"]) == {PATH.origin + 1}


def test_a_receiver_that_closes_later_hands_everybody_on() -> None:
    found = moved(Closing(4, 3, 5), Closing(3, 2, 4))
    total = DRAWS[:, 3:6, :, 2:].sum(axis=1)
    assert np.array_equal(found.pupils[:, 5, :, 2:], total)
    assert np.array_equal(found.pupils.sum(axis=(1, 2)), DRAWS.sum(axis=(1, 2)))


def test_the_draws_given_are_not_changed() -> None:
    before = DRAWS.copy()
    moved(Closing(3, 1, 4), Closing(5, 1, -1))
    assert np.array_equal(DRAWS, before)


def test_pieces_multiply_to_the_path() -> None:
    rows = piece_rows(PANEL, PATH)
    assert tuple(rows.columns) == COLUMNS
    assert len(rows) == OFFERED.sum() * 4
    product = rows["start"] * rows[list(FACTORS)].prod(axis=1)
    assert np.allclose(product, rows["path"], rtol=1e-12)
    assert rows.loc[rows["grade"] == "K", "ratio"].isna().all()
    first = rows[(rows["school"] == "s05") & (rows["grade"] == "2")].iloc[0]
    s, g = PANEL.schools.index("s05"), 2
    assert first["ratio"] == pytest.approx(np.exp(PATH.ratios.total(PANEL.district_of)[s, g - 1]))
    assert all(0.0 < first[name] < 1.0 for name in WEIGHTS)
