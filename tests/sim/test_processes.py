"""Sizes of the forces: borrowed, learnt from made errors of known size, shrunk with few origins."""

from dataclasses import replace

import numpy as np
import pytest

from sim.draws import joint_draws
from sim.panel import panel_from_rows
from sim.path import forecasts
from sim.processes import MEASURED, Chance, Processes, Scales, Walk, borrowed
from sim.processes_fit import fit_walk, grades_below, learnt, past_errors, shrunk_fit
from tests.sim.panels import corrupted_after, noisy, rows_of

TRUE = Processes(
    year=Walk(0.0),
    district=Walk(0.0),
    level=Walk(0.0),
    drift=Walk(0.0),
    flow=Walk(1.2, 0.1),
    entry=0.0,
    chance=Chance(here=0.15, moved=0.15, new=0.9, fed=1.0, own_here=0.0, own_moved=0.0),
)


@pytest.fixture(scope="module")
def made():
    """A panel and paths whose targets are one draw from TRUE: errors of exactly known make."""
    random = np.random.default_rng(3)
    size = {f"s{i:03d}": [[float(n)] * 14] * 4 for i, n in enumerate(random.integers(15, 90, 250))}
    panel = panel_from_rows(rows_of(size), grades=("K", "1", "2", "3"))
    origins = list(range(2004, 2013))
    paths = forecasts(panel, origins, 3)
    return panel, paths


def errors_of(made, processes):
    """Past errors whose actual numbers are replaced by draws, origin by origin."""
    panel, paths = made
    errors = past_errors(panel, paths, (1, 2, 3))
    value = np.zeros(errors.origin.size)
    for origin, path in paths.items():
        drawn = joint_draws(path, panel, processes, origin, 1)[0]
        here = errors.origin == origin
        value[here] = drawn[errors.school[here], errors.grade[here], errors.ahead[here] - 1]
    return replace(errors, log_error=np.log((value + 0.5) / (errors.expected + 0.5)))


def learnt_from(errors, prior, monkeypatch, panel):
    monkeypatch.setattr("sim.processes_fit.past_errors", lambda *_: errors)
    return learnt(panel, {}, prior)


def test_known_sizes_are_found_again(made, monkeypatch) -> None:
    errors = errors_of(made, TRUE)
    found = learnt_from(errors, borrowed(), monkeypatch, made[0])
    h = np.array([1.0, 3.0])
    assert found.drift_variance(h, np.array(200.0)) == pytest.approx(TRUE.drift_variance(h, np.array(200.0)), rel=0.25)
    # squares are cut, which calibration makes good: the size is low by a tenth or two where chance is all t(4)
    assert found.chance.here + found.chance.moved == pytest.approx(0.27, abs=0.05)
    assert found.chance.new + found.chance.here == pytest.approx(1.05, rel=0.15)
    assert found.year.step < 0.01
    assert found.origins == 9


def test_with_common_years_the_year_walk_is_found_and_not_the_drift(made, monkeypatch) -> None:
    common = replace(TRUE, year=Walk(0.03), flow=Walk(0.0))
    found = learnt_from(errors_of(made, common), borrowed(), monkeypatch, made[0])
    assert 0.017 < found.year.step < 0.045
    assert float(found.drift_variance(np.array(1.0), np.array(200.0))) < 0.015**2


def test_few_errors_leave_the_borrowed_sizes_and_many_replace_them(made, monkeypatch) -> None:
    restless = replace(borrowed(), flow=Walk(6.0), drift=Walk(0.0))
    errors = errors_of(made, TRUE)
    few = errors.where((errors.school < 3) & (errors.origin == 2005))
    size, h = np.array(200.0), np.array(1.0)
    variances = [
        float(learnt_from(some, restless, monkeypatch, made[0]).drift_variance(h, size)) for some in (few, errors)
    ]
    prior, true = float(restless.drift_variance(h, size)), float(TRUE.drift_variance(h, size))
    assert variances[0] > 0.6 * prior
    assert variances[1] < true + 0.1 * (prior - true)


def test_without_past_errors_all_is_borrowed() -> None:
    panel = noisy()
    assert learnt(panel, {}, borrowed()) == borrowed()


def test_only_targets_up_to_the_origin_teach() -> None:
    panel, origin = noisy(), 2008
    paths = forecasts(panel, [2004, 2005, 2006, 2007], 5)
    clean = learnt(panel.cut(origin), paths, borrowed())
    assert clean == learnt(corrupted_after(panel, origin).cut(origin), paths, borrowed())
    assert clean != learnt(panel, paths, borrowed())
    assert past_errors(panel.cut(origin), paths).origin.max() + 1 <= origin
    errors = past_errors(panel.cut(origin), paths)
    assert (errors.origin + errors.ahead <= origin).all()


def test_a_panel_is_left_out_of_what_is_borrowed() -> None:
    assert set(MEASURED) == {"vermont", "baltimore", "eau_claire"}
    without = borrowed("baltimore")
    assert without.flow.step == pytest.approx(
        np.sqrt((MEASURED["vermont"].flow.step ** 2 + MEASURED["eau_claire"].flow.step ** 2) / 2)
    )
    assert without.flow.step < borrowed().flow.step
    assert borrowed("vermont").chance.fed > borrowed("baltimore").chance.fed


def test_a_walk_is_fitted_by_its_growth_and_shrunk_by_origins() -> None:
    h = np.array([1.0, 2.0, 3.0, 5.0])
    true = Walk(0.02, 0.5)
    parts = {int(a): (float(v), 500) for a, v in zip(h, true.variance(h), strict=True)}
    found = fit_walk(parts, Walk(0.01, 0.0))
    assert found.variance(h) == pytest.approx(true.variance(h), rel=0.1)
    lonely = fit_walk({1: (true.variance(h)[0], 1)}, Walk(0.01, 0.0))
    assert 0.01 <= lonely.step < 0.014
    assert fit_walk({1: (float("nan"), 3)}, Walk(0.01)) == Walk(0.01)


def test_the_fit_never_goes_below_zero() -> None:
    rows, found = np.eye(2), np.array([-5.0, 2.0])
    assert shrunk_fit(rows, found, np.ones(2), np.zeros(2), 1e-9) == pytest.approx([0.0, 2.0])


def test_grades_below_count_without_a_break() -> None:
    hosts = np.array([[True, True, False, True, True], [False, True, True, True, False]])
    assert grades_below(hosts).tolist() == [[0, 1, 0, 0, 1], [0, 0, 1, 2, 0]]


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        replace(borrowed(), entry=-0.1)
    with pytest.raises(ValueError, match="carry above 1"):
        replace(borrowed(), chance=replace(borrowed().chance, carry=1.2))


def test_scales_go_by_the_size_of_the_school_and_volatile_ones_by_name() -> None:
    scales = Scales((100.0,), (0.5, 2.0), (1.0, 3.0))
    sizes = replace(borrowed(), scales=scales, volatile={"b": 4.0})
    drift, chance = sizes.school_factors(("a", "b"), np.array([50.0, 100.0]))
    assert drift.tolist() == [0.5, 8.0]
    assert chance.tolist() == [1.0, 6.0]


def test_a_drift_splits_into_what_lasts_and_what_is_new() -> None:
    sizes = replace(TRUE, drift=Walk(0.02, 0.75), flow=Walk(1.0, 0.25))
    held, fresh = sizes.drift_parts(np.array([100.0]))
    assert held[0] == pytest.approx(0.75 * 0.0004 + 0.25 / 100)
    assert held[0] + fresh[0] == pytest.approx(float(sizes.drift_variance(np.array(1.0), np.array(100.0))))
