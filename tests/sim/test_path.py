"""The expected path: closed forms, limits of shrinkage, sums, explanation, and nothing from the future."""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from sim import path_districts, path_ratios, path_stack
from sim.panel import panel_from_rows
from sim.path import PIECES, TERMS, faded_share, forecast, forecasts, size_share
from sim.path_districts import MEMORIES, district_path, first_grade, log_births, memory_weights, tried_paths
from sim.path_ratios import common_ratio, faded, learn_ratios, shrunk_effect, transitions
from sim.path_stack import BANDS, MOST, PRIOR, Lesson, band_weights, pulls, robust_ridge, stacked_terms
from tests.sim.panels import GRADES, corrupted_after, noisy, panel_of, rows_of, steady, with_births

NONE = float("nan")
EVEN = np.full(len(MEMORIES), 1 / len(MEMORIES))


def test_a_steady_world_stays_steady() -> None:
    panel = steady()
    expected = np.repeat(panel.pupils[:, :, -1:], 6, axis=2)
    assert forecast(panel, 6).pupils == pytest.approx(expected)
    born = with_births(panel, np.full((2, 14), 500.0), first=1996)
    assert forecast(born, 6).pupils == pytest.approx(expected)


def test_cohorts_move_up_by_the_ratios_whatever_their_size() -> None:
    panel = steady()
    panel.pupils[0, :, -1] *= (1.5, 1.0, 1.0, 1.0)  # one large cohort enters school a
    with patch("sim.path.band_weights", lambda *_: np.zeros((len(BANDS), len(TERMS)))), patch("sim.path.KAPPA", 0.0):
        path = forecast(panel, 3).pupils
    assert path[0, 1, 0] == pytest.approx(60 * 0.95)
    assert path[0, 2, 1] == pytest.approx(60 * 0.95 * 1.02)
    assert path[0, 3, 2] == pytest.approx(60 * 0.95 * 1.02 * 0.98)


def test_the_pieces_add_up_to_the_path() -> None:
    for panel in (noisy(), noisy(births=False), steady()):
        path = forecast(panel, 5)
        assert tuple(path.pieces) == PIECES
        assert np.sum(list(path.pieces.values()), axis=0) == pytest.approx(path.log_pupils, abs=1e-12, nan_ok=True)


def test_the_pieces_say_what_moved_the_cohort() -> None:
    panel = noisy()
    path = forecast(panel, 2)
    ratios, s, d = path.ratios, 5, panel.district_of[5]
    two_up = {
        "start": np.log(panel.pupils[s, 1, -1]),
        "births": 0.0,
        "everywhere": ratios.everywhere[1:].sum(),
        "district": ratios.district[d, 1:].sum(),
        "school": 2 * ratios.school[s],
        "grade": ratios.grade[s, 1:].sum(),
    }
    assert {name: path.pieces[name][s, 3, 1] for name in two_up} == pytest.approx(two_up)
    now = np.log(panel.of_districts()[d, 0, -1])
    assert path.pieces["births"][s, 0, 1] == pytest.approx(path.district.log_pupils[d, 0, 1] - now)
    assert path.pieces["start"][s, 0, 1] == pytest.approx(np.log(faded_share(panel)[s, 0]) + now)


def test_a_school_that_ends_before_a_grade_hands_over_to_the_share_of_the_next() -> None:
    low = [[40.0] * 6, [40.0] * 6, [NONE] * 6, [NONE] * 6]
    high = [[NONE] * 6, [NONE] * 6, [20.0] * 6, [20.0] * 6]
    panel = panel_of({"a": low, "b": low, "c": high, "e": [[NONE] * 6, [NONE] * 6, [60.0] * 6, [60.0] * 6]})
    panel.pupils[0, 1, -1] = 80.0
    path = forecast(panel, 1)
    assert path.district.log_pupils[0, 2, 0] == pytest.approx(np.log(120.0))
    assert path.pieces["start"][2, 2, 0] == pytest.approx(np.log(0.25 * 80))
    assert path.pieces["district"][2, 2, 0] == pytest.approx(np.log(1.5))


# Ratios -------------------------------------------------------------------------------------------------------------


def test_transitions_leave_out_what_was_not_counted() -> None:
    before, after = transitions(np.array([[[10.0, NONE, 30], [9.0, 8, 7]]]))
    assert before[0, 0].tolist() == [10, 0]
    assert after[0, 0].tolist() == [8, 0]


def test_faded_sums_weigh_the_last_year_most() -> None:
    assert faded(np.array([[1.0, 2.0, 4.0]]), 0.5).tolist() == [0.25 + 1.0 + 4.0]


def test_an_effect_is_the_posterior_mean_of_a_gamma_prior() -> None:
    moved, expected, k = 30.0, 20.0, 100.0
    grid = np.linspace(1e-3, 4.0, 400_000)
    posterior = np.exp((k - 1 + moved) * np.log(grid) - (k + expected) * grid + 260.0)
    mean = (grid * posterior).sum() / posterior.sum()
    assert np.exp(shrunk_effect(np.array(moved), np.array(expected), k)) == pytest.approx(mean, rel=1e-6)


def test_shrinkage_goes_from_the_own_ratio_to_the_common_one() -> None:
    panel = panel_of(
        {
            "a": [[100.0] * 6, [120.0] * 6, [NONE] * 6, [NONE] * 6],
            "b": [[100.0] * 6, [80.0] * 6, [NONE] * 6, [NONE] * 6],
        }
    )
    own = {}
    for k in (1e-9, 300.0, 1e12):
        with patch.multiple(path_ratios, K_DISTRICT=k, K_SCHOOL=k, K_GRADE=k):
            own[k] = learn_ratios(panel).total(panel.district_of)[0, 0]
    assert own[1e-9] == pytest.approx(np.log(1.2))
    assert own[1e12] == pytest.approx(np.log(1.0), abs=1e-9)
    assert own[1e12] < own[300.0] < own[1e-9]


def test_weights_say_how_far_the_own_history_was_believed() -> None:
    panel = panel_of(
        {"a": [[50.0] * 6, [50.0] * 6, [NONE] * 6, [NONE] * 6], "b": [[500.0] * 6, [500.0] * 6, [NONE] * 6, [NONE] * 6]}
    )
    ratios = learn_ratios(panel)
    seen = 50 * sum(path_ratios.MEMORY**age for age in range(5))
    assert ratios.weight_grade[0, 0] == pytest.approx(seen / (seen + path_ratios.K_GRADE))
    assert ratios.weight_school[1] == pytest.approx(10 * seen / (10 * seen + path_ratios.K_SCHOOL))
    assert ratios.weight_grade[0, 1] == 0.0


def test_a_common_ratio_without_pupils_is_one() -> None:
    assert common_ratio(np.array([[0.0, 3.0]]), np.array([[0.0, 4.0]])).tolist() == [1.0, 0.75]


# Districts ----------------------------------------------------------------------------------------------------------


def test_births_between_known_years_are_interpolated_and_the_last_held() -> None:
    panel = with_births(panel_of({"a": [[10.0] * 4] * 4}), np.array([[100.0, NONE, 400, 500]]), first=1997, delay=0)
    found = np.exp(log_births(panel, 3))[0]
    assert found.tolist() == pytest.approx([NONE, 100, 200, 400, 500, 500, 500], nan_ok=True)
    assert np.isnan(log_births(replace(panel, births=None), 3)).all()


def test_the_first_grade_follows_births_and_a_little_last_year() -> None:
    births = np.array([[100.0] * 6 + [200.0] * 6])
    panel = with_births(
        panel_of({"a": [[30.0, 30, 30, 30, 36], [30.0] * 5, [30.0] * 5, [30.0] * 5]}), births, first=1996, delay=0
    )
    last, usual, born = first_grade(panel, panel.of_districts(), 2, 0.5)[0]
    weights = np.array([1 / 16, 1 / 8, 1 / 4, 1 / 2, 1])
    level = (weights * np.log([30, 30, 30, 30, 36])).sum() / weights.sum()
    assert last == pytest.approx([np.log(36)] * 2)
    assert usual == pytest.approx([level] * 2)
    assert born == pytest.approx([level, level + np.log(2)])
    path = district_path(panel, 2, np.eye(5)[0])
    first = first_grade(panel, panel.of_districts(), 2, MEMORIES[0])[0]
    assert path.log_pupils[0, 0] == pytest.approx(0.25 * first[0] + 0.75 * first[2])
    without = district_path(replace(panel, births=None), 2, np.eye(5)[0])
    assert without.log_pupils[0, 0] == pytest.approx(0.5 * (first[0] + first[1]))


def test_more_births_make_more_children_when_they_enter() -> None:
    count = np.full((2, 14), 500.0)
    count[:, -2:] = 1000.0  # 2008 and 2009, that is entrants of 2013 and later
    panel = with_births(steady(12), count, first=1996)
    path = district_path(panel, 4, EVEN)
    expected = np.log(panel.of_districts()[:, 0, -1])
    assert path.log_pupils[:, 0, 0] == pytest.approx(expected + 0.75 * np.log(2))
    assert panel.years[-1] == 2012
    assert panel.births.of_entry(np.array([2012, 2013])).tolist() == [[500, 1000], [500, 1000]]


def test_after_a_change_the_short_memory_wins() -> None:
    years = 12
    grid = np.full((4, years), 100.0)
    for t in range(1, years):
        grid[1:, t] = grid[:-1, t - 1] * (1.0 if t < 8 else 0.8)
    panel = panel_of({"a": grid.tolist()})
    tried = {int(year): tried_paths(panel.cut(year), 3) for year in panel.years[3:-1]}
    weights = memory_weights(panel, tried)
    assert weights.sum() == pytest.approx(1.0)
    assert weights.argmax() == 0
    assert memory_weights(panel, {}).tolist() == [0, 0, 1, 0, 0]
    later = {year: paths for year, paths in tried.items() if year >= 2012}
    assert memory_weights(panel, later).tolist() == [0, 0, 1, 0, 0]


def test_a_district_grade_that_is_not_taught_has_no_path() -> None:
    panel = panel_of({"a": [[10.0] * 5, [10.0] * 5, [NONE] * 5, [NONE] * 5]})
    assert np.isnan(district_path(panel, 2, EVEN).log_pupils[0]).all(axis=1).tolist() == [False, False, True, True]


def test_full_reconciliation_adds_up_to_the_district_and_half_closes_half_the_gap() -> None:
    panel = noisy()
    gaps = {}
    for kappa in (0.0, 0.5, 1.0):
        with patch("sim.path.KAPPA", kappa), patch("sim.path.stacked_terms", lambda pull, _: np.zeros(pull.shape)):
            path = forecast(panel, 4)
        sums = np.zeros(path.district.log_pupils.shape)
        np.add.at(sums, panel.district_of, np.nan_to_num(path.pupils))
        gaps[kappa] = path.district.log_pupils - np.log(sums)
    near = np.abs(gaps[0.0]) < 0.15
    assert near.mean() > 0.8
    assert np.abs(gaps[0.0][near]).max() > 0.01
    assert gaps[1.0][near] == pytest.approx(0.0, abs=1e-12)
    assert gaps[0.5][near] == pytest.approx(0.5 * gaps[0.0][near], abs=1e-12)


# Stack --------------------------------------------------------------------------------------------------------------


def test_pulls_are_differences_of_logs_within_limits() -> None:
    own = np.log(np.array([[[20.0, 20.0, NONE]]]))
    found = pulls(own, [np.array([[[30.0, 1000.0, 5.0]]]), np.array([[[NONE, 20.0, 5.0]]])])
    assert found[0, 0, :, 0] == pytest.approx([np.log(30.5 / 20.5), 0.5, 0.0])
    assert found[0, 0, :, 1] == pytest.approx([0.0, 0.0, 0.0])


def test_the_ridge_finds_true_weights_and_shrugs_off_wild_cells() -> None:
    random = np.random.default_rng(4)
    true = np.array([0.3, -0.1, 0.5, 0.2])
    x = random.normal(0.0, 0.4, (4000, 4))
    y = x @ true + random.normal(0.0, 0.05, 4000)
    y[::20] += np.sign(x[::20, 0])  # wild where the first pull is large: least squares would be misled
    weight = random.uniform(1.0, 50.0, 4000)
    plain = np.linalg.lstsq(x * weight[:, None] ** 0.5, y * weight**0.5, rcond=None)[0]
    assert abs(plain[0] - true[0]) > 0.06
    assert robust_ridge(x, y, weight, PRIOR) == pytest.approx(true, abs=0.03)


def test_without_lessons_the_weights_are_the_prior_and_bands_inherit() -> None:
    known = np.ones((2, 3, 4), dtype=bool)
    assert band_weights({}, np.ones((2, 3, 4)), known, 2001, 10).tolist() == [PRIOR.tolist()] * len(BANDS)
    random = np.random.default_rng(6)
    log_pupils = np.log(random.uniform(20, 60, (40, 3, 10)))
    x = random.normal(0.0, 0.2, (40, 3, 10, len(TERMS)))
    seen = np.exp(log_pupils[:, :, 0] + 0.6 * x[:, :, 0, 0])[:, :, None]
    pupils = np.concatenate([np.ones((40, 3, 3)), seen], axis=2)
    found = band_weights({2003: Lesson(log_pupils, x)}, pupils, pupils > 0, 2001, 10)
    assert found[0, 0] == pytest.approx(0.6, abs=0.1)
    assert (found[1:] == found[0]).all()


def test_all_pulls_together_stay_within_their_limit() -> None:
    pull = np.full((1, 1, 10, len(TERMS)), 0.5)
    terms = stacked_terms(pull, np.ones((len(BANDS), len(TERMS))))
    assert terms.sum(axis=-1) == pytest.approx(MOST)
    small = stacked_terms(0.1 * pull, np.full((len(BANDS), len(TERMS)), 0.5))
    assert small == pytest.approx(0.025)


def test_shares_by_hand() -> None:
    panel = panel_of({"a": [[10.0, 30]] * 4, "b": [[30.0, 30]] * 3 + [[NONE, NONE]]})
    share = faded_share(panel)
    assert share[0, 0] == pytest.approx((0.75 * 10 + 30) / (0.75 * 40 + 60))
    assert np.isnan(share[1, 3])
    assert size_share(panel).tolist() == pytest.approx([120 / 210, 0.5])


# What may not matter, and what may not be known ---------------------------------------------------------------------


@pytest.mark.parametrize("births", [True, False])
def test_nothing_after_the_origin_moves_a_bit_of_the_forecast(births: bool) -> None:
    panel = noisy(births=births)
    for origin in (2004, 2007, 2009):
        clean = forecasts(panel, range(2004, origin + 1), 5)
        dirty = forecasts(corrupted_after(panel, origin), range(2004, origin + 1), 5)
        for year in clean:
            assert clean[year].log_pupils.tobytes() == dirty[year].log_pupils.tobytes()
        alone = forecast(panel.cut(origin), 5)
        assert alone.log_pupils.tobytes() == clean[origin].log_pupils.tobytes()


def test_the_order_of_rows_does_not_matter() -> None:
    panel = noisy(births=False)
    rows = rows_of({name: panel.pupils[i].tolist() for i, name in enumerate(panel.schools)})
    shuffled = rows.sample(frac=1.0, random_state=9)
    one, other = (forecast(panel_from_rows(table, grades=GRADES), 4) for table in (rows, shuffled))
    assert one.log_pupils.tobytes() == other.log_pupils.tobytes()


def test_only_what_is_offered_at_the_origin_is_forecast() -> None:
    panel = noisy()
    path = forecast(panel, 3)
    assert (~np.isnan(path.log_pupils).any(axis=2) == panel.hosts[:, :, -1]).all()
    assert not panel.hosts[1, :, -1].any()


def test_a_suppressed_count_at_the_origin_is_bridged_by_the_usual_share() -> None:
    panel = panel_of({"a": [[8.0] * 6] * 4, "b": [[200.0] * 6] * 4})
    panel.pupils[0, 0, -1] = NONE  # and so missing from the district's total, which is short by 4 %
    path = forecast(panel, 1)
    assert path.pieces["start"][0, 1, 0] == pytest.approx(np.log(8 / 208 * 208))
    assert path.pupils[0, 1, 0] == pytest.approx(8.0, rel=0.05)


def test_a_year_without_counts_is_no_origin_and_does_no_harm() -> None:
    panel = noisy().masked([2006])
    with pytest.raises(ValueError, match="no pupils are known in 2006"):
        forecasts(panel, [2006], 2)
    path = forecast(panel, 3)
    assert not np.isnan(path.log_pupils[panel.hosts[:, :, -1]]).any()


def test_one_year_of_history_gives_the_county_and_no_more() -> None:
    panel = noisy(births=False).cut(2001)
    path = forecast(panel, 2)
    assert path.stack_weights.tolist() == [PRIOR.tolist()] * len(BANDS)
    assert path.ratios.everywhere.tolist() == [0.0] * 3
    assert not np.isnan(path.log_pupils[panel.hosts[:, :, -1]]).any()


def test_constants_are_those_the_pages_name() -> None:
    assert (path_ratios.MEMORY, path_ratios.K_DISTRICT, path_ratios.K_SCHOOL, path_ratios.K_GRADE) == (
        0.8,
        300,
        1000,
        300,
    )
    assert (path_districts.LAST_PART, path_districts.K_TOTAL, path_stack.RIDGE) == (0.25, 100, 0.05)
