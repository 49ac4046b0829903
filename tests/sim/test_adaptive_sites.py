"""Construction that is advanced step by step, against construction that is run at once."""

from dataclasses import replace

import numpy as np

from sim.adaptive_sites import Works
from sim.calendar_result import NEVER
from sim.construction import opening_years
from sim.project_terms import After
from sim.projects import BuildPlan, ProjectSpec

BASE, HORIZON, DRAWS = 2023, 2032, np.arange(40)
STAGES = {"design": (3.0, 5.0, 9.0), "construction": (8.0, 12.0, 20.0)}


def project(name: str, start: int, **more) -> ProjectSpec:
    payments = {"design": 0.2, "construction": 0.8}
    return ProjectSpec(name, "new_school", start, 1000.0, 1, STAGES, True, payments, **more)


PLAN = BuildPlan(
    (project("a", 2), project("b", 14), project("c", 0, after=(After("a", "construction"),))),
    {2023: 900.0, 2025: 1500.0, 2027: 400.0},
)


def sites(plan: BuildPlan = PLAN):
    waiting = replace(plan, projects=tuple(replace(one, triggered=True) for one in plan.projects))
    return Works(waiting, 1, BASE, HORIZON, "study")(5, DRAWS)


def test_what_is_started_on_its_date_is_built_as_without_triggers():
    at_once = opening_years(PLAN, 1, BASE, HORIZON, 5, DRAWS)
    stepped = sites()
    for draw in DRAWS:
        for number, spec in enumerate(PLAN.projects):
            stepped.start(int(draw), number, float(spec.start_month))
    for month in (12, 24, 36, 61.5, 84):
        stepped.advance(month)
        built = stepped.handover()
        assert (built[np.isfinite(built)] <= month + 1e-6).all()
    found = stepped.calendar()
    assert (found.opening_year < NEVER).any()
    assert (found.opening_year == NEVER).any(), "money must bind"
    assert np.array_equal(found.opening_year, at_once.opening_year)
    assert np.array_equal(found.handover_month, at_once.handover_month)
    assert np.array_equal(found.spend_by_source, at_once.spend_by_source)


def test_money_of_a_project_that_is_given_up_is_left_to_the_others():
    one, other = sites(), sites()
    for draw in DRAWS:
        for here in (one, other):
            here.start(int(draw), 0, 2.0)
            here.start(int(draw), 1, 2.0)
        other.advance_draw(int(draw), 3.0)
        assert other.cancel(int(draw), 0)
    kept, freed = one.calendar(), other.calendar()
    assert (freed.opening_year[:, 0] == NEVER).all()
    assert (freed.opening_year[:, 1] <= kept.opening_year[:, 1]).all()
    assert (freed.opening_year[:, 1] < kept.opening_year[:, 1]).any()
    assert np.allclose(freed.spend[:, 0].sum(axis=1), 200.0)  # design was paid before it was given up
