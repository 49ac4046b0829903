"""Rules of a plan: class sizes by year and school, diversion, travel limits; equal to the plain reference."""

from dataclasses import replace

import numpy as np
import pytest

from sim import estate_needs
from sim.drivers import games_of, players_of, rolls_of
from sim.engine import case_sizes, simulate
from sim.futures import future_rates
from sim.policy import of_year, planned_sizes, policy_of, within
from sim.summary import Assessment, measured
from tests.sim import busy, studies
from tests.sim.test_reference import assert_equal

RULES = """schema_version: 1
id: rules
name: {zh: 小班, en: Small classes}
extends: everything
overrides:
  - name: {zh: 提前分流, en: Divert later}
    set: {admission.divert_at: 1.2, admission.limit_km.primary: LIMIT}
  - name: {zh: 小班, en: Small}
    set: {stages.primary.planned_class_size: 16}
  - name: {zh: 两所更小, en: Two smaller still}
    set: {stages.primary.planned_class_size: 11}
    schools: [SCHOOLS]
    from: 2026
    replaces: Small
"""


def with_rules(folder, limit, schools="p1, p2", seed=5):
    """The busy county with a third plan."""
    path = busy.write(folder, seed)
    plan = RULES.replace("LIMIT", str(limit)).replace("SCHOOLS", schools)
    named = next(file for file in folder.rglob("everything.yaml"))
    named.with_name("rules.yaml").write_text(plan, encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    shown = named.relative_to(folder).as_posix()
    path.write_text(text.replace(shown, f"{shown}, {shown.replace('everything', 'rules')}"), encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=[3.0, 40.0], ids=["near", "far"])
def county(request, tmp_path_factory):
    schools = [row["school"] for row in busy.rows("schools")][:2]
    return studies.study(with_rules(tmp_path_factory.mktemp("rules"), request.param, ", ".join(schools)))


def test_class_sizes_of_a_plan_stand_by_year_and_school(county):
    model = county.model
    policy = policy_of(county.bundle, "rules", model)
    two = np.isin(model.layout.schools, [row["school"] for row in busy.rows("schools")][:2])
    primary = model.grades.stage_of == model.grades.stages.index("primary")
    years = np.array(list(model.years))
    assert (policy.planned_size[years < 2026][:, :, primary] == 16).all()
    assert (policy.planned_size[years >= 2026][:, ~two][:, :, primary] == 16).all()
    assert (policy.planned_size[years >= 2026][:, two][:, :, primary] == 11).all()
    assert (policy.planned_size[:, :, ~primary] == model.grades.planned_size[~primary]).all()
    assert policy.divert_at == 1.2
    assert policy_of(county.bundle, "everything", model) is None


@pytest.mark.parametrize("plan", ["rules", "everything"])
def test_the_engine_equals_the_plain_reference(county, plan):
    assert_equal(county, "fast", plan, [0, 1], seed=5)


def test_a_plan_without_rules_does_not_notice_those_of_another(tmp_path):
    """Lists for the widest limit of all plans change nothing where the limit is the study's."""
    with_other = studies.study(with_rules(tmp_path / "two", 40.0))
    alone = studies.study(busy.write(tmp_path / "one", 5))
    for plan in busy.PLANS:
        first, second = (studies.run(of, "fast", plan, draws=3, seed=5) for of in (with_other, alone))
        np.testing.assert_array_equal(first.rolls, second.rolls)
        np.testing.assert_array_equal(first.classes, second.classes)
        np.testing.assert_array_equal(first.diverted_in, second.diverted_in)


def test_lists_of_another_limit_are_those_a_study_with_that_limit_has(tmp_path):
    far = studies.study(with_rules(tmp_path / "two", 3.0))
    study = far.bundle.study
    admission = study.admission.model_copy(update={"limit_km": {**study.admission.limit_km, "primary": 3.0}})
    bundle = replace(far.bundle, study=study.model_copy(update={"admission": admission}), in_force=None)
    near = studies.made_of(bundle, far.space)
    limits = np.array([admission.limit_for(stage) for stage in far.model.grades.stages])
    cells = range(len(far.model.layout.cells))

    def named(of, lists):
        slots = of.model.layout.slot_school
        return [[[slots[c, s] for s in row if s >= 0] for row in lists[c]] for c in cells]

    assert named(far, within(far.model, limits)) == named(near, near.model.attendance.divert)


def test_smaller_classes_make_more_of_them_and_fewer_seats(county):
    cases = [replace(studies.case(county, "fast", plan, 20, 5)) for plan in ("everything", "rules")]
    usual, small = simulate(county.model, cases, 5, np.arange(20))
    primary = county.model.grades.stage_of == county.model.grades.stages.index("primary")
    assert small.classes[..., primary].sum() > usual.classes[..., primary].sum()
    assessment = Assessment((), (2024, 2026), 0.9)
    seats = [
        measured(result, county.model, assessment, case_sizes(county.model, case)).seats.sum()
        for result, case in zip((usual, small), cases, strict=True)
    ]
    assert seats[1] < seats[0]


def test_rules_of_a_year_are_those_of_the_study_where_a_plan_has_none(county):
    model = county.model
    rules = of_year(model, None, model.base_year + 1)
    assert rules.divert is model.attendance.divert
    assert rules.divert_at == model.divert_at
    assert (rules.planned_size == model.grades.planned_size).all()
    assert planned_sizes(model, None).shape == (len(model.years), len(model.layout.schools), len(model.grades.names))


def test_rules_of_a_plan_are_a_driver_of_their_own(county):
    """Shares of construction, zoning and rules add up to what the plan does, school by school."""
    model = replace(county.model, horizon=county.model.base_year + 3)
    reference = future_rates(county.bundle, county.model, county.bundle.futures["baseline"])
    case = studies.case(county, "baseline", "rules", 12, 5)
    assert players_of(model, case, reference) == ("construction", "rules", "zoning")
    games = games_of(model, [case], reference, 5)
    worth = rolls_of(model, games.cases, 5, np.arange(12), 1)
    full = worth[games.games[0].at[frozenset(("construction", "rules", "zoning"))]]
    direct = simulate(model, [case], 5, np.arange(12))[0].rolls.sum(axis=3)
    np.testing.assert_array_equal(full, direct)
    alone = worth[games.games[0].at[frozenset(("rules",))]]
    assert (alone != worth[0]).any()


@pytest.mark.parametrize(("size", "status"), [(45, "in_time"), (30, "part")])
def test_seats_that_housing_needs_are_classes_of_the_size_of_the_plan(size, status):
    """Ten new classes are 450 seats at 45 and 300 at 30."""
    study = studies.study(studies.LOADING).bundle.study
    stages = (study.stages[0].model_copy(update={"planned_class_size": size}), *study.stages[1:])
    need = {"facility": "primary", "schools": 1.0, "required": 450.0, "unit": "seats", "home": "u1", "year": 2026}
    supply = estate_needs._Supply("p", 10.0, 2025.0, frozenset({"u1"}))
    found = estate_needs._provided(study.model_copy(update={"stages": stages}), [supply], need)
    assert (found["provided"], found["status"]) == (10.0 * size, status)
