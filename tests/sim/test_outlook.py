"""What a study adds to a bare table: its learning window, the grades it may teach, the growth of its catchments."""

from dataclasses import replace

import numpy as np
import pytest

from sim.outlook import offering, windowed
from sim.panel import Intake
from sim.path import forecast
from tests.sim import studies
from tests.sim.panels import steady


def test_older_years_than_the_window_are_left_out():
    panel = steady(8)
    cut = windowed(panel, 3)
    assert cut.years.tolist() == panel.years[-4:].tolist()
    np.testing.assert_array_equal(cut.pupils, panel.pupils[:, :, -4:])
    assert windowed(panel, 30).years.tolist() == panel.years.tolist()


def test_a_school_offers_the_grades_of_its_span_though_nobody_is_there():
    panel = steady(6)
    hosts = panel.hosts.copy()
    pupils = panel.pupils.copy()
    hosts[0, 0, -1], pupils[0, 0, -1] = False, np.nan
    small = replace(panel, hosts=hosts, pupils=pupils)
    span = np.ones((len(panel.schools), len(panel.grades)), dtype=bool)
    found = offering(small, panel.schools, span)
    assert found.hosts[0, 0, -1]
    assert found.pupils[0, 0, -1] == 0.0
    assert not found.hosts[0, 0, :-1].all() or found.hosts[0, 0, -1]
    path = forecast(found, 3)
    assert not np.isnan(path.log_pupils[0, 0]).any()
    assert np.isnan(forecast(small, 3).log_pupils[0, 0]).all()


def test_first_graders_follow_the_children_of_the_catchments():
    """Twice the children in one catchment, as many as today in the others: that school grows, nobody is pulled back."""
    panel = steady(8)
    grades = len(panel.grades)
    children = np.repeat(panel.pupils[:, :1, -1:], grades, axis=1) * np.ones(6)
    children[0, 0, 1:] *= 2.0
    path = forecast(replace(panel, intake=Intake(panel.schools, children)), 5)
    today = np.nan_to_num(panel.pupils[:, 0, -1])
    whole = children[:, 0].sum(axis=0)
    np.testing.assert_allclose(path.pupils[:, 0].sum(axis=0), today.sum() * whole[1:] / whole[0], rtol=0.06)
    growth = np.log(path.pupils[:, 0] / today[:, None])
    assert (growth[0] > 0.5).all()
    assert (growth[0] > growth[1:] + 0.4).all()
    pieces = path.pieces["zone"][:, 0]
    np.testing.assert_allclose(pieces[0], np.log(2.0) - np.log(whole[1:] / whole[0]))


def test_earlier_origins_know_nothing_of_the_children_counted_now():
    panel = steady(8)
    children = np.ones((len(panel.schools), len(panel.grades), 6))
    with_intake = replace(panel, intake=Intake(panel.schools, children))
    assert with_intake.cut(int(panel.years[-2])).intake is None
    assert with_intake.cut(int(panel.years[-1])).intake is not None


def test_the_outlook_of_a_study_ends_in_its_base_year_and_reaches_its_horizon():
    of = studies.study(studies.TINY)
    outlook = of.model.outlook
    assert int(outlook.panel.years[-1]) == of.model.base_year
    assert outlook.path.log_pupils.shape[2] == of.model.horizon - of.model.base_year
    assert 0.0 < outlook.gross <= 0.2


def test_a_model_without_a_forecast_says_so():
    of = studies.study(studies.TINY)
    with pytest.raises(ValueError, match="no forecast"):
        _ = replace(of.model, forecast=None).outlook
