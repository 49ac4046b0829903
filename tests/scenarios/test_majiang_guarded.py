"""The shipped example of guard-rails: one closure waits for its receiver in some draws, one sets a guard aside."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenarios.examples.majiang import make
from scenarios.loader import check, load
from schoolplan.prepare import calendars, options, prepare
from schoolplan.runs import job_of
from sim import ensemble
from sim.adaptive import Course
from sim.guards import REGISTRY

GUARDED = Path(make.__file__).parent / "guarded.yaml"
DRAWS = 40
FIRST = 2024  # year 0 of what guards said


def test_it_is_clean_and_tells_what_is_set_aside() -> None:
    found = check(GUARDED)
    assert {one.severity for one in found} == {"note"}
    assert [one.found for one in found if one.code == "SCN789"] == ["travel"]
    plans = load(GUARDED).plans
    plan = plans["guarded"]
    assert {one.id for one in plan.projects} == {*(one.id for one in plans["compact"].projects), "heba"}
    assert sum(plan.capital.values()) >= sum(project.cost for project in plan.projects)
    assert [project.guards is not None for project in plan.projects if project.kind == "closure"] == [True, True]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[str, ...], Course]:
    """Projects, and what became of them in the reference future."""
    prepared = prepare(GUARDED)
    chosen = options(prepared.bundle, DRAWS)
    parts = tmp_path_factory.mktemp("guarded")
    job = job_of(prepared, chosen, parts, calendars(prepared, chosen))
    mine = tuple(case for case in job.cases if case.adaptive is not None and case.rates.future == "baseline")
    job = replace(job, cases=mine, pair_years=())
    ensemble.simulate_only(job, 1, lambda what, done, of: None)
    found = ensemble.finished(job, 0).now.result.course
    assert found is not None
    return found.calendar.projects, found


def test_a_closure_waits_for_its_receiver_in_some_draws(course: tuple[tuple[str, ...], Course]) -> None:
    projects, built = course
    opens = built.calendar.opening_year
    heba, closes = (opens[:, projects.index(one)] for one in ("heba", "close-longshan-9"))
    assert set(heba) == {2025, 2026}
    assert (closes == heba).all()
    assert built.stopped is not None
    said = built.stopped.by[:, :, 1]  # the second closure of the plan
    assert (said[:, 2025 - FIRST, list(REGISTRY).index("built_first")] == (heba == 2026)).all()
    assert said.sum() == (heba == 2026).sum()


def test_a_guard_that_is_set_aside_goes_on_speaking(course: tuple[tuple[str, ...], Course]) -> None:
    projects, built = course
    assert set(built.calendar.opening_year[:, projects.index("close-xianchang-6")]) == {2025}
    assert built.stopped is not None
    travel = np.zeros((2038 - FIRST + 1, len(REGISTRY)), dtype=bool)
    travel[2025 - FIRST, list(REGISTRY).index("travel")] = True
    assert (built.stopped.by[:, :, 0] == travel).all()
