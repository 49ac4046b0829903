"""What holds in every county, whatever its rules of admission, plans, measures and formation of classes say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scenarios.schema_classes import Classes, CompositeClasses
from sim.admission_rules import RULES, Rules, default_rules
from sim.classes import taught
from sim.classes_formation import Composite, Formation
from sim.judge import Bound, measure
from sim.state import children
from tests.sim import gradual, ruled, studies
from tests.sim import random_counties as counties
from tests.sim.test_admission import PLANNED, admitted, town
from tests.sim.test_reference import assert_equal

DRAWS = np.arange(3)
SLOW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FUTURE = "fast"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("counties")


def run(of):
    return studies.run(of, FUTURE, counties.PLAN, len(DRAWS), 5)


# All of u6 stay on at nine-year school n1, whose junior grades end: who left the county are its only choosers.
ENDING = counties.Inputs(
    5, {"rules": {}, "unit_rules": {}, "feeders": {}, "divert_at": "norm"}, Classes(), (gradual.LESS_N1,), ()
)


@SLOW
@given(counties.INPUTS)
@example(ENDING)
def test_no_child_is_lost_or_doubled(folder, inputs):
    """Stocks change by the flows alone; every pupil sits in one class; homes have the children of any other plan."""
    of = counties.made(folder, inputs)
    real = of.model.layout.real
    for before, after, end in studies.walk(of, studies.case(of, FUTURE, counties.PLAN, len(DRAWS), 5), DRAWS, 5):
        np.testing.assert_array_equal(children(after) - children(before), end.flows.net)
        assert (after.pupils >= 0).all()
        np.testing.assert_array_equal(end.rolls.sum(axis=(1, 2)), after.pupils[:, real].sum(axis=(1, 2, 3)))
    result, usual = run(of), studies.run(of, FUTURE, "nothing", len(DRAWS), 5)
    for name in ("residents", "pupils", "entrants"):
        np.testing.assert_array_equal(getattr(result, name), getattr(usual, name), err_msg=name)
    seated = taught(result.rolls, result.classes)
    np.testing.assert_array_equal(seated.sum(axis=3), result.rolls.sum(axis=3))
    assert (result.classes[seated > 0] > 0).all()
    assert (result.classes[seated == 0] == 0).all()
    assert (result.beyond >= 0).all()
    assert (result.beyond <= result.rolls.sum(axis=3)).all()


@SLOW
@given(counties.INPUTS)
def test_the_order_of_rows_is_irrelevant(folder, inputs):
    usual = run(counties.made(folder, inputs))
    measures = inputs.measures[::-1]
    turned = run(counties.made(folder, inputs, turned=True, measures=measures))
    for name in ("rolls", "classes", "rooms", "beyond", "diverted_in", "events", "residents", "flows"):
        np.testing.assert_array_equal(getattr(usual, name), getattr(turned, name), err_msg=name)


@SLOW
@given(counties.INPUTS, st.integers(10, 45), st.integers(0, 15), st.sampled_from(["class_size", "school_size"]))
def test_at_fixed_rolls_a_looser_cap_never_fails_more(folder, inputs, cap, more, indicator):
    of = counties.made(folder, inputs)
    result, schools = run(of), len(of.model.layout.schools)
    size = 6 if indicator == "school_size" else 1
    tight, loose = (
        measure(
            result, Bound("C", indicator, ("primary",), np.full(schools, float(size * limit))), of.model.grades
        )
        for limit in (cap, cap + more)
    )  # fmt: skip
    assert not (loose.broken & ~tight.broken).any()
    assert (loose.over <= tight.over).all()
    assert (loose.over.sum() == 0) == (not loose.broken.any())


@SLOW
@given(counties.INPUTS, st.sampled_from(counties.SCHOOLS), st.integers(1, 4))
def test_where_nobody_is_sent_on_rooms_of_a_school_concern_nobody_else(folder, inputs, school, rooms):
    """Without diversion a school shares its rooms with nobody: pupils stay as they are, and classes of the others."""
    rules = {**inputs.rules, "divert_at": "never", "rules": {}, "unit_rules": {}, "feeders": {}}
    inputs = replace(inputs, rules=rules, projects=tuple(p for p in inputs.projects if "becomes" not in p))
    of = counties.made(folder, inputs, measures=())
    more = counties.made(
        folder, inputs, measures=(counties.measure_of(0, "temporary_classes", school, 2024, 9, rooms),)
    )
    before, after = run(of), run(more)
    np.testing.assert_array_equal(before.rolls, after.rolls)
    others = [i for i, name in enumerate(of.model.layout.schools) if name != school]
    np.testing.assert_array_equal(before.classes[:, :, others], after.classes[:, :, others])
    np.testing.assert_array_equal(before.rooms[:, :, others], after.rooms[:, :, others])


@SLOW
@given(counties.INPUTS, st.integers(5, 40))
def test_a_school_forms_its_classes_without_regard_to_others(folder, inputs, size):
    """Grades may share classes at other schools or not: nobody being sent on, this one's classes stay."""
    inputs = replace(inputs, rules={**inputs.rules, "divert_at": "never", "rules": {}, "unit_rules": {}, "feeders": {}})
    one = CompositeClasses(schools=("t1",), grades_per_class=2, max_size=size)
    without, with_it = (
        run(counties.made(folder, inputs, classes=Classes(formation="sticky", composite=rule))) for rule in (None, one)
    )
    np.testing.assert_array_equal(without.rolls, with_it.rolls)
    at = counties.county(folder, inputs.seed).model.layout.schools.index("t1")
    np.testing.assert_array_equal(np.delete(without.classes, at, 2), np.delete(with_it.classes, at, 2))
    assert (with_it.classes[:, :, at].sum(axis=2) <= without.classes[:, :, at].sum(axis=2)).all()


def test_all_inputs_at_once_equal_the_plain_reference(folder):
    rules = {"rules": {"primary": "lottery", "junior": "feeder"}, "unit_rules": {"primary": {"u1": "nearest"}},
             "feeders": {"p1": "j2", "p2": "j1"}, "priority": ruled.PRIORITY, "classes": ruled.CLASSES}  # fmt: skip
    composite = CompositeClasses(schools=("t1", "t2"), grades_per_class=2, max_size=14)
    measures = (counties.measure_of(0, "shift", "p1", 2025, 2, 2),)
    inputs = counties.Inputs(5, rules, Classes(formation="sticky", composite=composite), counties.PROJECTS, measures)
    assert_equal(counties.made(folder, inputs), FUTURE, counties.PLAN, [0], seed=5, but=("classes",))


def test_who_loses_a_nine_year_school_equals_the_plain_reference(folder):
    assert_equal(counties.made(folder, ENDING), FUTURE, counties.PLAN, [0, 1], seed=5)


COUNT = st.integers(0, 30)
COMPOSITES = st.builds(lambda below, cap: (below, cap), st.sampled_from([float("inf"), 30.0]), st.integers(4, 14))


@st.composite
def rounds(draw):
    """One admission round: homes, ways, who applies and stays, rooms, a rule, priority, composite schools."""
    homes, schools = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    numbers = draw(st.permutations(range(1, homes * schools + 1)))
    km = np.array(numbers, dtype=float).reshape(homes, schools)
    zone = [int(near) for near in np.argmin(km, axis=1)]
    applying = {(home, zone[home]): [draw(COUNT), draw(st.integers(0, 6))] for home in range(homes)}
    staying = {(home, zone[home]): [0, draw(COUNT)] for home in range(homes)}
    rooms = [draw(st.integers(0, 5)) for _ in range(schools)]
    first = [draw(st.sampled_from([0.0, 0.5, 1.0])) for _ in range(homes)]
    below, cap = draw(COMPOSITES)
    mine = np.array([draw(st.booleans()) for _ in range(schools)])
    place = _place(km, draw(st.sampled_from([4.0, 99.0])), draw(st.sampled_from(["nearest", "zone"])), first)
    return (
        replace(place, formation=Formation(composite=Composite(mine, (), below, 2, cap))),
        zone,
        applying,
        staying,
        rooms,
    )


def _place(km, limit, rule, first):
    place = town(*km.shape, km, limit)
    own = default_rules(place.layout, 1)
    ranks = np.cumsum(np.array([[part, 1.0 - part] for part in first]), axis=1)
    return replace(place, rules=Rules(np.full_like(own.rule, RULES[rule].number), own.feeds, ranks))


@settings(max_examples=150, deadline=None)
@given(rounds(), st.integers(0, 2), st.integers(1, 3))
def test_more_seats_never_leave_more_children_beyond_in_one_round(one, where, more):
    place, zone, applying, staying, rooms = one
    wider = [n + more * (i == where % len(rooms)) for i, n in enumerate(rooms)]
    before, after = (admitted(place, r, zone, applying, staying) for r in (rooms, wider))
    assert after.beyond.sum() <= before.beyond.sum()
    for done in (before, after):
        assert done.pupils.sum() == sum(sum(n) for part in (applying, staying) for n in part.values())
        assert (done.pupils >= 0).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(COUNT, min_size=6, max_size=6), st.integers(0, 4), st.integers(0, 4), st.integers(4, 14))
def test_schools_that_share_no_home_within_the_limit_do_not_notice(counts, rooms, other, cap):
    """Two places 50 km apart: rooms, applicants and composite classes of one are nothing to the other."""
    near = np.array([[1.0, 2.0], [2.5, 1.5], [1.2, 3.0]])
    km = np.full((6, 4), 50.0)
    km[:3, :2], km[3:, 2:] = near, near
    zone = [int(at) for at in np.argmin(km, axis=1)]
    place = _place(km, 9.0, "nearest", [1.0] * 6)
    shares = Composite(np.array([False, False, True, True]), (), float("inf"), 2, cap)

    def far(first, formation, here):
        applying = {(home, zone[home]): [counts[home] if home >= 3 else first, 3] for home in range(6)}
        return admitted(replace(place, formation=formation), [here, 1, 2, rooms], zone, applying)

    both = replace(shares, schools=np.ones(4, dtype=bool))
    a, b = far(13, Formation(composite=shares), 1), far(25, Formation(composite=both), other)
    np.testing.assert_array_equal(a.rolls[:, 2:], b.rolls[:, 2:])
    np.testing.assert_array_equal(a.beyond[:, 2:], b.beyond[:, 2:])
    assert PLANNED.tolist() == [10, 10]
