"""Moving up: mean and variance of the gross flow, each school its own ratio, who stays, who looks for a school."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.progression import ladder, move_up, share_that_leaves
from sim.state import start
from sim.variates import Chance
from sim.world import World
from tests.sim import busy, studies
from verification.reference import leaving_share

DRAWS = np.arange(4000)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=13))


def first_year(model, draws=DRAWS, rounded=False):
    base, world, *_ = World(model, 5, draws)
    state = start(model, base, np.zeros((len(draws), len(model.layout.cells)), dtype=np.int32))
    return move_up(model, ladder(model), state.pupils, world, Chance(rounded=rounded)), state.pupils


def quiet(model):
    spread = replace(model.spread, county_year=0.0, cluster_year=0.0, unit_lasting=0.0)
    return replace(model, spread=spread)


@given(st.floats(0.3, 1.8), st.floats(0.0, 1.5))
def test_the_gross_flow_has_the_ratio_as_mean_and_the_dispersion_as_variance(ratio, phi):
    leave = float(share_that_leaves(np.array([ratio]), phi)[0])
    arrive = ratio - 1 + leave
    assert 0.0 <= leave <= 1.0
    assert arrive >= -1e-12
    assert leave == pytest.approx(leaving_share(ratio, phi), abs=1e-12)
    if max(ratio * (1 - ratio), ratio - 1) <= phi <= ratio:
        assert leave * (1 - leave) + arrive == pytest.approx(phi)


def test_without_dispersion_only_the_net_difference_moves():
    assert share_that_leaves(np.array([1.0, 0.9, 1.2]), 0.0).tolist() == pytest.approx([0.0, 0.1, 0.0])


def test_means_by_home_are_the_ratio_of_the_home_and_by_school_near_its_own(county):
    model = quiet(county.model)
    moved, pupils = first_year(model)
    real = model.layout.real
    count = model.pupils[:, real, :-1].sum(axis=1)
    ratio = np.divide(
        (model.pupils[:, real, :-1].transpose(1, 0, 2) * model.ratios.school[model.layout.slot_school[:, real].T]).sum(
            axis=0
        ),
        count,
        out=np.ones(count.shape),
        where=count > 0,
    )
    after = moved.staying[:, real, :, 1:].sum(axis=1) + moved.pool[:, :, 1:]
    error = np.sqrt(np.maximum(model.ratios.phi * count, 0.05) / len(DRAWS))
    assert (np.abs(after.mean(axis=0) - ratio * count) < 5 * error + 1e-9).all()
    # A school with a ratio above one gains, one below one loses, when a home attends both.
    assert (moved.left - moved.arrived == pupils[..., :-1].sum(axis=(1, 2, 3)) - after.sum(axis=(1, 2))
            - moved.staying[:, model.layout.pseudo].sum(axis=(1, 2, 3))).all()  # fmt: skip


def test_each_school_has_its_own_expected_ratio():
    """One home, two schools: .9 and 1.1 in history give .9 and 1.1 in the mean."""
    of = studies.study(studies.TINY, "study")
    model = quiet(of.model)
    cell = model.layout.cells.index("u2|local")
    row = model.layout.slot_school[cell].tolist()
    slots = [row.index(model.layout.schools.index(name)) for name in ("a", "c")]
    pupils = np.zeros_like(model.pupils)
    pupils[cell, slots, 0] = 200
    ratio = model.ratios.school.copy()
    ratio[model.layout.slot_school[cell, slots], 0] = (0.9, 1.1)
    model = replace(model, pupils=pupils, ratios=replace(model.ratios, school=ratio, phi=np.full(4, 0.4)))
    moved, _ = first_year(model)
    np.testing.assert_allclose(moved.staying[:, slots, cell, 1].mean(axis=0), [180, 220], atol=1.0)


def test_pseudo_schools_move_up_as_they_are_and_stay_what_they_are(county):
    model = county.model
    moved, pupils = first_year(model, DRAWS[:5])
    pseudo = model.layout.pseudo
    np.testing.assert_array_equal(moved.staying[:, pseudo, :, 1:], pupils[:, pseudo, :, :-1])


def test_who_cannot_stay_looks_for_a_school(county):
    """Grade 3 after a teaching point, grade 5 after a primary school; the nine-year school keeps its pupils."""
    model = replace(quiet(county.model), rounded=True)
    same = np.ones_like(model.ratios.school)
    model = replace(model, ratios=replace(model.ratios, school=same, county=np.ones_like(model.ratios.county)))
    moved, pupils = first_year(model, DRAWS[:1], rounded=True)
    grades, schools = model.grades.names, model.layout.schools
    school = model.layout.slot_school
    ends = {"t1": "2", "t2": "2", "p1": "4", "p2": "4", "p3": "4", "n1": "6"}
    expected = np.zeros_like(moved.pool)
    for name, last in ends.items():
        grade = grades.index(last)
        if grade + 1 < len(grades):
            cell, slot = np.nonzero(school == schools.index(name))
            np.add.at(expected[0], (cell, grade + 1), pupils[0, slot, cell, grade])
    np.testing.assert_array_equal(moved.pool, expected)
    assert moved.staying[..., 0].sum() == 0
    assert (moved.left == 0).all()
    assert (moved.arrived == 0).all()


def test_graduates_are_the_last_grade(county):
    moved, pupils = first_year(county.model, DRAWS[:3])
    np.testing.assert_array_equal(moved.graduated, pupils[..., -1].sum(axis=(1, 2)))


def test_homes_without_pupils_stay_empty(county):
    model = replace(county.model, pupils=np.zeros_like(county.model.pupils))
    moved, _ = first_year(model, DRAWS[:5])
    assert not moved.staying.any()
    assert not moved.pool.any()
