"""Groups are sums over their members; schools that share need at most the teachers that they need apart."""

import dataclasses

import numpy as np
import pytest

from scenarios.schema_plan import SharedTeachers
from sim.school_groups import Counts, SchoolGroups, Shared, group_rows, school_groups, teachers_needed
from tests.sim import busy, studies


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), 5))


def counts_of(of, plan="everything", draws=6):
    result = studies.run(of, "fast", plan, draws, 5)
    broken = result.rolls.sum(axis=3) > 60
    return Counts(result.rolls, result.classes, result.rooms.astype(np.int64) * 20, result.beyond, broken)


def value(rows, indicator, year, stage="all"):
    chosen = rows[(rows["indicator"] == indicator) & (rows["year"] == year) & (rows["stage"] == stage)]
    assert len(chosen) == 1
    return float(chosen["mean"].iloc[0])


def test_a_group_is_the_sum_of_its_schools(county):
    counts, schools = counts_of(county), np.array([1, 4])
    rows = group_rows(SchoolGroups({"one": schools}), counts, county.model, "everything")
    assert set(rows["kind"]) == {"group"}
    assert set(rows["members"]) == {" ".join(county.model.layout.schools[i] for i in schools)}
    for i, year in enumerate(county.model.years):
        here = counts.rolls[:, i, schools]
        assert value(rows, "roll", year) == pytest.approx(here.sum(axis=(1, 2)).mean())
        assert value(rows, "classes", year) == pytest.approx(counts.classes[:, i, schools].sum(axis=(1, 2)).mean())
        assert value(rows, "seats", year) == pytest.approx(counts.seats[:, i, schools].sum(axis=1).mean())
        assert value(rows, "schools_over", year) == pytest.approx(counts.broken[:, i, schools].sum(axis=1).mean())
        stages = [value(rows, "roll", year, stage) for stage in county.model.grades.stages]
        assert sum(stages) == pytest.approx(value(rows, "roll", year))


def test_groups_and_sharing_are_read_from_the_table_and_the_plan(county):
    table = county.bundle.tables["schools"].assign(group=["g" if s in ("p1", "j1") else "" for s in
                                                          county.bundle.tables["schools"]["school"]])  # fmt: skip
    plan = county.bundle.plans["nothing"].model_copy(
        update={"shares": (SharedTeachers(schools=("p3", "n1"), teachers=2, classes_per_teacher=6),)}
    )
    bundle = dataclasses.replace(
        county.bundle,
        tables={**county.bundle.tables, "schools": table},
        plans={**county.bundle.plans, "nothing": plan},
    )
    found, names = school_groups(bundle, county.model), county.model.layout.schools
    assert {name: [names[i] for i in schools] for name, schools in found.groups.items()} == {"g": ["j1", "p1"]}
    assert [names[i] for i in found.shares["nothing"][0].schools] == ["p3", "n1"]
    assert set(found.shares) == {"nothing"}
    rows = group_rows(found, counts_of(county), county.model, "nothing")
    assert set(rows["entity"]) == {"g", "p3+n1"}
    other = group_rows(found, counts_of(county), county.model, "everything")
    assert set(other["kind"]) == {"group"}


@pytest.mark.parametrize(("per_pupil", "apart", "together"), [(None, 4, 3), (20.0, 6, 5)])
def test_teachers_apart_and_together_by_hand(per_pupil, apart, together):
    """7 and 9 classes at 6 a teacher: 2 + 2 apart, 3 together; 50 and 45 pupils at 20: 3 + 3 and 5."""
    one = Shared(np.array([0, 1]), 2.0, 6.0, per_pupil)
    pupils, classes = np.array([50, 45]), np.array([7, 9])
    assert teachers_needed(pupils, classes, one).sum() == apart
    assert teachers_needed(pupils.sum(), classes.sum(), one) == together


def test_sharing_never_needs_more_teachers(county):
    shared = Shared(np.array([2, 3, 5]), 3.0, 5.0, 17.0)
    rows = group_rows(SchoolGroups({}, {"everything": (shared,)}), counts_of(county), county.model, "everything")
    saved = rows[rows["indicator"] == "teachers_saved"]
    assert (saved["p05"] >= 0).all()
    assert (saved["mean"] > 0).any()


def test_a_study_without_groups_has_no_rows(county):
    rows = group_rows(SchoolGroups(), counts_of(county), county.model, "everything")
    assert rows.empty


def test_a_full_number_of_classes_or_pupils_asks_for_no_teacher_more():
    one = Shared(np.array([0, 1]), 1.0, 2.0, 30.0)
    assert teachers_needed(np.array([90, 91, 30]), np.array([4, 4, 7]), one).tolist() == [3, 4, 4]
    assert teachers_needed(np.array([0]), np.array([6]), one).tolist() == [3]
