"""Scales learnt from past errors: right sizes stay, wrong ones are put right, with few origins only half believed."""

from dataclasses import replace

import numpy as np
import pytest

from sim.calibration import (
    BOUNDS,
    LEVELS,
    calibrated,
    cell_cases,
    chance_variance,
    corrections,
    expected_quantiles,
    school_cases,
    spread,
)
from sim.path import forecasts
from sim.processes import Scales, Walk, borrowed
from sim.processes_fit import past_errors
from tests.sim.panels import corrupted_after, noisy
from tests.sim.test_processes import TRUE, errors_of, made  # noqa: F401

USUAL = np.ones(250)


def test_errors_of_the_right_size_need_no_correction(made) -> None:  # noqa: F811
    scales = corrections(errors_of(made, TRUE), TRUE, USUAL)
    used = [band for band, bound in enumerate(BOUNDS) if 75 <= bound <= 300]
    assert [scales.drift[band] for band in used] == pytest.approx([1.0] * len(used), abs=0.12)
    assert [scales.chance[band] for band in used] == pytest.approx([1.0] * len(used), abs=0.1)


def test_sizes_twice_too_large_are_brought_down(made) -> None:  # noqa: F811
    errors = errors_of(made, TRUE)
    large = replace(TRUE, flow=Walk(2.0 * TRUE.flow.step, TRUE.flow.lasting))
    before = school_cases(errors, large, USUAL)
    scales = corrections(errors, large, USUAL)
    assert spread(before, before.band == 2) < 0.75
    assert scales.drift[2] == pytest.approx(0.6, abs=0.12)
    chance = replace(TRUE, chance=replace(TRUE.chance, here=0.6, moved=0.6, new=3.6))
    assert corrections(errors, chance, USUAL).chance[2] == pytest.approx(0.6, abs=0.12)


def test_a_correction_is_believed_by_the_number_of_origins(made) -> None:  # noqa: F811
    errors = errors_of(made, replace(TRUE, flow=Walk(3.0)))
    one = errors.where((errors.origin == 2005) & (errors.ahead == 1))
    found = [school_cases(some, TRUE, USUAL) for some in (one, errors)]
    wide = [spread(cases, cases.band == 2) for cases in found]
    assert 1.1 < wide[0] < 1.0 + 0.4 * (wide[1] - 1.0) / 0.7
    assert spread(found[0], np.zeros(found[0].z.size, dtype=bool)) == 1.0


def test_standardised_errors_have_spread_one_and_no_trend_with_size(made) -> None:  # noqa: F811
    errors = errors_of(made, TRUE)
    cells, schools = cell_cases(errors, TRUE, USUAL), school_cases(errors, TRUE, USUAL)
    for cases in (cells, schools):
        assert cases.z.std() == pytest.approx(1.0, abs=0.08)
        for h in (1, 2, 3):
            assert cases.z[cases.ahead == h].std() == pytest.approx(1.0, abs=0.1)
    small = errors.expected < 30
    assert cells.z[small].std() == pytest.approx(cells.z[~small].std(), abs=0.08)


def test_expected_quantiles_are_those_of_the_normal_and_of_t(made) -> None:  # noqa: F811
    found = expected_quantiles(np.array([0.0, 1.0, 1.0]), np.array([1, 1, 5]))
    assert found[LEVELS.index(0.8), 0] == pytest.approx(1.2816, abs=0.02)
    assert found[LEVELS.index(0.8), 1] == pytest.approx(1.0454 * 1.5332 / np.sqrt(2.0), abs=0.02)
    assert found[0, 1] < found[0, 2] < found[0, 0]


def test_the_chance_of_a_cell_is_that_of_the_draws(made) -> None:  # noqa: F811
    """The closed form of the recursion in the draws, where cohorts keep their size."""
    panel, paths = made
    errors = past_errors(panel, paths, (3,))
    chance, keep = TRUE.chance, TRUE.chance.carry**2
    variance = chance_variance(errors, TRUE)
    stayed = ~errors.entered
    assert variance[stayed] == pytest.approx(chance.here + chance.moved * (1 + keep + keep**2))
    second = errors.lowest & (errors.moves == 2)
    assert variance[second] == pytest.approx(chance.here + chance.moved * (1 + keep) + chance.new * keep**2)


def test_calibration_uses_only_what_was_known() -> None:
    panel, origin = noisy(), 2008
    paths = forecasts(panel, [2003, 2004, 2005, 2006, 2007], 5)
    clean = calibrated(panel.cut(origin), paths, borrowed())
    assert clean == calibrated(corrupted_after(panel, origin).cut(origin), paths, borrowed())
    assert clean.scales != Scales()
    assert clean.volatile
    assert clean.origins == 5
    assert clean.scales.shared == pytest.approx(np.sqrt(1.0 + 0.5 / 5))


def test_without_a_past_sizes_are_borrowed_as_they_are() -> None:
    assert calibrated(noisy().cut(2003), {}, borrowed()) == borrowed()
