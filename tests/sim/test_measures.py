"""Temporary classes and shifts: rooms for some years only, in the engine, the plain reference and the tables."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.schema_classes import Classes, CompositeClasses, Measure
from sim.classes import taught
from sim.measures import TemporaryRooms, temporary_in, temporary_rooms
from tests.sim import busy, studies
from tests.sim.test_reference import assert_equal

NOTHING = "nothing"


def with_measures(of, plan, *given):
    """The study with measures in one of its plans."""
    plans = {**of.bundle.plans, plan: of.bundle.plans[plan].model_copy(update={"measures": given})}
    return replace(of, bundle=replace(of.bundle, plans=plans))


def measure(school, first, last, **amount):
    kind = "shift" if "factor" in amount else "temporary_classes"
    return Measure.model_validate(
        {"id": f"{kind}-{school}", "kind": kind, "school": school, "from": first, "to": last} | amount
    )


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("measures"), 5))


def test_rooms_of_a_year_and_only_of_schools_that_are_open():
    both = (TemporaryRooms("x", 1, 3, 2025, 2026), TemporaryRooms("y", 1, 2, 2026, 2027))
    assert [temporary_in(both, year, 2).tolist() for year in range(2024, 2029)] == [
        [0, 0], [0, 3], [0, 5], [0, 2], [0, 0]
    ]  # fmt: skip
    opened = np.array([[[True, True], [True, False]]])
    assert temporary_rooms(both, range(2025, 2027), opened).tolist() == [[[0, 3], [0, 0]]]
    assert temporary_rooms((), range(2025, 2027), opened).tolist() == [[[0, 0], [0, 0]]]


def test_rooms_come_and_go_with_the_years_and_nothing_before_them_changes(county):
    school = county.model.layout.schools[0]
    first = county.model.base_year + 2
    more = with_measures(county, NOTHING, measure(school, first, first + 1, rooms=3))
    with_them, without = (studies.run(of, "fast", NOTHING, draws=3, seed=5) for of in (more, county))
    added = with_them.rooms - without.rooms
    assert (added[:, 1:3, 0] == 3).all()
    assert added.sum() == 3 * 2 * 3
    np.testing.assert_array_equal(with_them.rolls[:, :1], without.rolls[:, :1])
    assert (with_them.beyond[:, 1] <= without.beyond[:, 1]).all()


def test_a_shift_counts_for_the_rooms_on_record(county):
    school = county.model.layout.schools[0]
    year = county.model.base_year + 1
    more = with_measures(county, NOTHING, measure(school, year, year, factor=1.5))
    rooms = studies.run(more, "fast", NOTHING, draws=1, seed=5).rooms[0, :, 0]
    assert rooms[0] == county.model.rooms[0] + county.model.rooms[0] // 2
    assert rooms[1] == county.model.rooms[0]


@pytest.mark.parametrize("plan", [NOTHING, "everything"])
def test_the_engine_equals_the_plain_reference(county, plan):
    base, schools = county.model.base_year, county.model.layout.schools
    given = (measure(schools[0], base + 1, base + 3, rooms=2), measure(schools[1], base + 2, base + 9, factor=2.0))
    assert_equal(with_measures(county, plan, *given), "fast", plan, [0, 1], seed=5)


def with_classes(of, **rules):
    study = of.bundle.study.model_copy(update={"classes": Classes(**rules)})
    return studies.made_of(replace(of.bundle, study=study), of.space)


def test_sticky_cohorts_change_classes_and_no_pupil(county):
    a, b = (
        studies.run(of, "fast", "everything", draws=2, seed=5)
        for of in (county, with_classes(county, formation="sticky"))
    )
    np.testing.assert_array_equal(a.rolls, b.rolls)
    assert (b.classes.sum(axis=3) >= a.classes.sum(axis=3)).all()
    assert b.classes.sum() > a.classes.sum()


def test_composite_classes_make_fewer_classes_and_lose_no_pupil(county):
    rule = CompositeClasses(pupils_below=10_000, grades_per_class=2, max_size=30)
    other = with_classes(county, formation="sticky", composite=rule)
    a, b = (studies.run(of, "fast", "everything", draws=2, seed=5) for of in (county, other))
    np.testing.assert_array_equal(a.rolls[:, :1].sum(axis=2), b.rolls[:, :1].sum(axis=2))
    assert b.classes.sum() < a.classes.sum()
    np.testing.assert_array_equal(taught(b.rolls, b.classes).sum(axis=3), b.rolls.sum(axis=3))
