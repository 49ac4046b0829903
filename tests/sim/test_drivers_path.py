"""What changes a school in the reference future: parts that add up, and parts that go where they belong."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.drivers_path import CHANGES, log_mean, path_parts, pupils_today
from sim.reference_rolls import forecast_rolls
from tests.sim import busy, studies


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=21))


def mean_of(model, draws=8):
    return forecast_rolls(model, 3, np.arange(draws)).mean(axis=0)


def test_parts_add_up_to_forecast_less_today(county):
    mean = mean_of(county.model)
    parts = path_parts(county.model, mean)
    assert tuple(parts) == CHANGES
    change = mean.sum(axis=2) - pupils_today(county.model).sum(axis=1)
    np.testing.assert_allclose(sum(parts.values()), change, atol=1e-8)
    assert np.abs(parts["mean_of_draws"]).max() < 0.2 * mean.sum(axis=2).max()


def with_pieces(model, wanted):
    """The model with a path of these pieces; the others are 0."""
    path = model.outlook.path
    gone = np.isnan(path.log_pupils)
    pieces = {name: np.where(gone, np.nan, wanted.get(name, 0.0)) for name in path.pieces}
    pieces["start"] = path.pieces["start"]
    made = replace(path, pieces=pieces, log_pupils=np.sum(list(pieces.values()), axis=0))
    return replace(model, forecast=replace(model.outlook, path=made))


@pytest.mark.parametrize(
    ("piece", "driver"),
    [("births", "births"), ("zone", "catchment"), ("everywhere", "progression"), ("reconciled", "adjustment")],
)
def test_one_piece_alone_is_all_of_the_change_beside_turnover(county, piece, driver):
    model = with_pieces(county.model, {piece: 0.1})
    mean = mean_of(model)
    parts = path_parts(model, mean)
    still = path_parts(with_pieces(county.model, {}), mean)["turnover"]
    np.testing.assert_allclose(parts["turnover"], still)
    assert (parts[driver] > 0.0).any()
    for other in set(CHANGES) - {driver, "turnover", "mean_of_draws"}:
        np.testing.assert_array_equal(parts[other], 0.0)


def test_a_steady_school_whose_cohorts_are_alike_has_no_turnover(county):
    model = with_pieces(county.model, {})
    school = model.layout.schools.index(model.outlook.panel.schools[0])
    today = pupils_today(model)
    first = path_parts(model, mean_of(model))["turnover"][0, school]
    hosted = np.flatnonzero(~np.isnan(model.outlook.path.log_pupils[0, :, 0]))
    start = np.exp(model.outlook.path.pieces["start"][0, hosted, 0])
    assert first == pytest.approx(start.sum() - today[school].sum())


@given(a=st.floats(1e-3, 1e6), b=st.floats(1e-3, 1e6))
def test_the_log_mean_turns_logs_into_pupils(a, b):
    value = float(log_mean(np.array(a), np.array(b)))
    assert value * (np.log(a) - np.log(b)) == pytest.approx(a - b, rel=1e-5, abs=1e-6)
    assert min(a, b) * (1 - 1e-6) <= value <= max(a, b) * (1 + 1e-6)


def test_the_share_of_a_piece_is_the_mean_of_what_it_adds_along_the_way():
    """The integral of x exp(start + t sum x) over t from 0 to 1, in small steps."""
    start, x, y = np.log(80.0), 0.3, -0.5
    t = (np.arange(20000) + 0.5) / 20000
    along = (x * np.exp(start + t * (x + y))).mean()
    middle = float(log_mean(np.array(np.exp(start + x + y)), np.array(80.0)))
    assert x * middle == pytest.approx(along, rel=1e-8)
