"""Triggers of a plan file as rules: indices, months, defaults, and which projects wait to be started."""

import numpy as np

from scenarios.schema_triggers import When
from sim.signals import Place
from sim.triggers_build import acts_on_signals, place_of, rules_of
from tests.sim import adaptive_cases as cases


def test_every_trigger_becomes_a_rule_in_file_order():
    of = cases.study()
    seen = {"signal": "utilisation", "at": {"schools": ["b"], "stage": "junior"}, "above": 0.8, "from": 2025}
    more = {"when": seen, "phase_of": "new-c", "defer_when": {**cases.ALWAYS, "months": 6, "lag_months": 2}}
    made = cases.with_triggers(of, "build", new_c={"cancel_when": cases.ALWAYS}, more_b=more)
    rules = rules_of(made.bundle.plans["build"], of.model)
    assert [(rule.project, rule.act, rule.after) for rule in rules] == [
        (0, "cancel", -1),
        (1, "start", 0),
        (1, "defer", -1),
    ]
    assert rules[1].place == Place(schools=(1,), stage=1)
    assert (rules[1].above, rules[1].below, rules[1].first, rules[1].last) == (0.8, None, 2025, 2030)
    assert (rules[2].months, rules[2].lag, rules[2].first) == (6, 2, of.model.base_year)


def test_projects_wait_that_have_a_trigger_or_may_be_put_off():
    of = cases.study()
    later = {"defer_when": {**cases.ALWAYS, "months": 6}}
    waiting = cases.case(cases.with_triggers(of, "build", new_c={"when": cases.ALWAYS}, more_b=later)).adaptive
    assert waiting.waits.tolist() == [True, True]
    assert waiting.earliest.tolist() == [1, 6]  # October 2023, March 2024
    free = cases.case(cases.with_triggers(of, "build", new_c={"cancel_when": cases.ALWAYS})).adaptive
    assert free.waits.tolist() == [False, False]
    assert cases.case(of).adaptive is None
    assert not acts_on_signals(of.bundle.plans["build"])


def test_the_only_stage_need_not_be_named():
    model = cases.study().model
    whole = When.model_validate(cases.ALWAYS)
    assert place_of(whole, model).stage is None
    one = np.zeros_like(model.grades.stage_of)
    from dataclasses import replace

    single = replace(model, grades=replace(model.grades, stages=("primary",), stage_of=one))
    assert place_of(whole, single).stage == 0
