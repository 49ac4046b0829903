"""Plans with triggers in a study with a stage before school: kindergartens open as was decided for schools."""

import numpy as np
import pytest

from sim.calendar_result import NEVER
from sim.engine import simulate
from tests.sim import adaptive_cases as cases
from tests.sim import four_stages, studies

DRAWS = 6


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(four_stages.write(tmp_path_factory.mktemp("early") / "county"))


def run(of, one):
    return simulate(of.model, [one], 2, np.arange(DRAWS))[0]


def test_a_kindergarten_opens_when_its_trigger_has_fired(county):
    crowd = {"signal": "births", "at": {"units": ["u2"]}, "above": 26.0}
    made = cases.with_triggers(county, "everything", new_k={"when": {**crowd, "from": 2025}})
    result = run(county, cases.case(made, plan="everything", draws=DRAWS, seed=2))
    ids = result.course.calendar.projects
    opening = result.course.calendar.opening_year[:, ids.index("new-k")]
    assert len(np.unique(opening)) > 1, "the test needs draws that differ"
    years = np.array(list(county.model.years))
    k9 = county.model.layout.schools.index("k9")
    assert np.array_equal(result.open[:, :, k9], years >= opening[:, None])
    kindergarten = result.rolls[:, :, k9].sum(axis=2)
    assert (kindergarten[~result.open[:, :, k9]] == 0).all()
    assert kindergarten.sum() > 0


def test_always_true_builds_both_ladders_as_without_triggers(county):
    plan = county.bundle.plans["everything"]
    late = {project.id.replace("-", "_"): {"when": cases.ALWAYS} for project in plan.projects
            if project.start >= "2023-09"}  # fmt: skip
    made = cases.with_triggers(county, "everything", **late)
    found = run(county, cases.case(made, plan="everything", draws=DRAWS, seed=2))
    plain = run(county, studies.case(county, "baseline", "everything", DRAWS, 2))
    assert (found.course.calendar.opening_year < NEVER).any()
    assert np.array_equal(found.rolls, plain.rolls)
    assert np.array_equal(found.rooms, plain.rooms)
