"""The base year: margins met, nothing hidden, whole pupils that add to every roll."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.base_attendance import zone_of_grade
from sim.base_fit import fit_grade, whole_pupils
from sim.build import _catchments
from sim.layout import homes
from sim.seats import gather, school_totals
from sim.tables import grades_of, school_table
from tests.sim import busy, studies

OTHER = 3  # index of the pseudo-school for the unexplained, in fits of 2 schools + 3 pseudo-schools


def fit(seed, children, rolls):
    return fit_grade(
        np.array(seed, dtype=float),
        None if children is None else np.array(children, dtype=float),
        np.array(rolls, dtype=float),
        OTHER,
    )


def test_margins_that_agree_are_met():
    found = fit([[1, 0.2, 0, 0, 0], [0.1, 1, 0, 0, 0]], [60, 40], [50, 50, 0, 0, 0])
    np.testing.assert_allclose(found.matrix[:, :2].sum(axis=0), [50, 50], atol=1e-3)
    np.testing.assert_allclose(found.matrix.sum(axis=1), [60, 40], atol=1e-3)
    assert found.inbound.sum() < 1e-3
    # Biproportional: the odds ratio of the seed is kept.
    odds = found.matrix[0, 0] * found.matrix[1, 1] / (found.matrix[0, 1] * found.matrix[1, 0])
    assert odds == pytest.approx(1 / 0.02, rel=1e-3)


def test_pupils_whom_no_home_explains_come_from_outside_the_county():
    found = fit([[1, 0, 0, 0, 0], [1, 0, 0, 0, 0]], [30, 20], [70, 0, 0, 0, 0])
    np.testing.assert_allclose(found.inbound[0], 20, atol=0.1)
    np.testing.assert_allclose(found.matrix[:, 0], [30, 20], atol=0.1)


def test_children_whom_no_roll_explains_are_in_another_county_and_said():
    found = fit([[1, 0, 0, 0, 0], [0, 1, 0, 0, 0]], [30, 20], [30, 12, 0, 0, 0])
    np.testing.assert_allclose(found.unexplained, [0, 8], atol=0.1)
    np.testing.assert_allclose(found.matrix[:, OTHER], [0, 8], atol=0.1)


def test_declared_pseudo_schools_are_columns_like_others():
    found = fit([[1, 0, 0.1, 0, 0], [1, 0, 0, 0, 0]], [40, 40], [76, 0, 4, 0, 0])
    np.testing.assert_allclose(found.matrix[:, 2], [4, 0], atol=0.05)


def test_without_a_count_of_children_rolls_alone_decide():
    found = fit([[2, 0, 0, 0, 0], [1, 0, 0, 0, 0]], None, [90, 0, 0, 0, 0])
    np.testing.assert_allclose(found.matrix[:, 0], [60, 30], atol=0.01)


@given(
    st.lists(st.integers(1, 200), min_size=2, max_size=5),
    st.lists(st.integers(0, 200), min_size=2, max_size=2),
    st.data(),
)
def test_whole_pupils_add_to_the_rolls(children, rolls, data):
    cell = st.floats(0.0, 1.0)
    seed = [[data.draw(cell), data.draw(cell), 0, 0, 0] for _ in children]
    found = fit(seed, children, [*rolls, 0, 0, 0])
    whole = whole_pupils(found, np.array(rolls, dtype=float), 2)
    assert whole.min() >= 0
    assert whole[:, :2].sum(axis=0).tolist() == rolls
    assert np.abs(whole[:-1] - found.matrix).max() < 1.5


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=23))


def test_the_zone_of_a_grade_is_the_zone_schools_that_have_it_else_the_nearest(county):
    bundle, space = county.bundle, county.space
    grades = grades_of(bundle)
    schools = school_table(bundle, grades)
    where = homes(bundle)
    catchments = _catchments(bundle, space, where, schools, grades)
    second, third = (zone_of_grade(catchments, 0, g) for g in (1, 2))
    u8, u2 = where.index["u8|local"], where.index["u2|local"]
    named = schools.ids.index
    assert second[u8, named("t1")] == 1.0
    assert third[u8, named("p3")] == 1.0
    assert second[u2, named("p1")] == pytest.approx(2 / 3)
    np.testing.assert_allclose(third[:-1].sum(axis=1), 1.0)


def test_children_of_school_age_are_at_a_school_or_pseudo_school(county):
    """Pupils by home of a grade are its children (late entrants a grade lower), but for a pupil or two of rounding."""
    model, bundle = county.model, county.bundle
    table = bundle.tables["children"].set_index(["unit", "group", "age"])["children"]
    share, entry = 0.8, model.grades.entry_age
    for cell, name in enumerate(model.layout.cells[:-1]):
        counted = np.array([table[(*name.split("|"), age)] for age in range(10)], dtype=float)
        age = np.append(counted, counted[-1])
        august = 5 / 6 * age[:-1] + 1 / 6 * age[1:]
        older = np.append(august[1:], august[-1])
        for grade in range(6):
            expected = share * august[entry + grade] + (1 - share) * older[entry + grade]
            assert model.pupils[cell, :, grade].sum() == pytest.approx(expected, abs=3.5)


def test_nobody_is_counted_twice_who_enters_late(county):
    """Waiting children are those of entry age who have not entered; they are not pupils, too."""
    model = county.model
    tables_children = county.bundle.tables["children"]["children"].sum()
    everybody = model.residents.sum() + model.waiting.sum() + model.pupils[:-1].sum()
    assert everybody == pytest.approx(tables_children, rel=0.03)


def test_the_rolls_of_the_base_year_are_exact(county):
    model = county.model
    rolls = school_totals(model.pupils.transpose(1, 0, 2)[None], gather(model), model)[0]
    for row in county.bundle.tables["enrolment"].query("year == 2023").itertuples():
        assert rolls[model.layout.schools.index(row.school), model.grades.names.index(row.grade)] == row.pupils
