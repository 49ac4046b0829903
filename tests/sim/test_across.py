"""Across the county line: signs, age profiles, small migrant homes; equal futures cross nothing."""

import numpy as np
import pytest

from sim.across import MIGRANT, TOWN, VILLAGE, across, age_factors, county_stream, flat, kind_of, of_cells
from sim.od import movable
from tests.sim import busy, studies

YEARS = 3


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=11))


def test_positive_terms_come_and_negative_ones_leave_and_are_not_set_off():
    ones = np.ones(4)
    one, other = np.array([0.0, 0.02, -0.03]), np.array([0.0, -0.05, 0.01])
    rates = across([((TOWN, VILLAGE), one[:, None] * ones), ((VILLAGE,), other[:, None] * 2 * ones)])
    np.testing.assert_allclose(rates.coming[1], np.array([[0.02], [0.02], [0.0]]) * ones)
    np.testing.assert_allclose(rates.leaving[1], np.array([[0.0], [0.10], [0.0]]) * ones)
    np.testing.assert_allclose(rates.coming[2], np.array([[0.0], [0.02], [0.0]]) * ones)
    np.testing.assert_allclose(rates.leaving[2], np.array([[0.03], [0.03], [0.0]]) * ones)
    assert [rates.acts(i) for i in range(YEARS)] == [False, True, True]


def test_rounding_errors_of_equal_paths_move_nobody():
    rates = flat(np.array([0.1 + 0.2 - 0.3, 0.0]), np.array([1e-17, 0.0]), 5)
    assert not rates.acts(0)


def test_rates_go_to_their_kind_of_home(county):
    model = county.model
    values = np.array([[1.0] * 10, [2.0] * 10, [3.0] * 10])
    by_cell = of_cells(values, model)
    layout = model.layout
    for cell, name in enumerate(layout.cells):
        inside = layout.unit_of[cell] >= 0
        want = 0.0 if not inside else 3.0 if layout.migrant[cell] else 1.0 if layout.urban[cell] else 2.0
        assert (by_cell[cell] == want).all(), name


def test_without_a_profile_every_age_is_alike(county):
    assert (age_factors(None, county.bundle.study, county.model, (TOWN,)) == 1.0).all()


def test_a_profile_gives_each_band_its_share_of_the_stream(county):
    """Stage ids and ages, in any order; the total rate stays what it was."""
    model, study = county.model, county.bundle.study
    profile = {"primary": 0.5, "0-3": 0.3, "junior": 0.2}
    factor = age_factors(profile, study, model, (TOWN, VILLAGE))
    have = movable(model)[np.isin(kind_of(model), (TOWN, VILLAGE))].sum(axis=0)
    stream = factor * have
    assert stream.sum() == pytest.approx(have.sum())
    shares = [stream[a].sum() / stream.sum() for a in (slice(0, 4), slice(4, 8), slice(8, 10))]
    assert shares == pytest.approx([0.3, 0.5, 0.2])
    turned = age_factors(dict(reversed(profile.items())), study, model, (TOWN, VILLAGE))
    np.testing.assert_array_equal(factor, turned)


def test_a_band_without_children_is_refused(county):
    with pytest.raises(ValueError, match="9"):
        age_factors({"0-8": 0.9, "9": 0.1}, county.bundle.study, county.model, (MIGRANT,))


def test_small_migrant_homes_share_one_stream(county):
    model = county.model
    have = movable(model).sum(axis=1)
    homes = np.flatnonzero(kind_of(model) == MIGRANT)
    stream = county_stream(model, have[homes].max() + 1)
    np.testing.assert_array_equal(stream.target, homes)
    assert stream.origin.tolist() == [len(model.layout.cells) - 1]
    np.testing.assert_allclose(stream.shares[0], have[homes] / have[homes].sum())
    assert county_stream(model, have[homes].max()) is None  # one home alone is its own stream
    assert county_stream(model, 0.0) is None
