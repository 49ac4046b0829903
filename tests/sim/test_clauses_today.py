"""Clauses of the base year: facts by plain arithmetic, by the judge of the draws, nothing where nothing is known."""

from dataclasses import replace

import numpy as np
import pytest

from sim.balance_inputs import Target
from sim.bounds import bounds
from sim.clauses_today import base_case, today_of_clauses
from sim.details import details_of
from sim.imported import Imported
from sim.ladders import class_ladder, whole
from sim.summary import Assessment
from tests.sim import studies

AREA = "teaching_area_m2"


@pytest.fixture(scope="module")
def study():
    of = studies.study(studies.LOADING)
    model = whole(of.model)
    return of, details_of(of.bundle, model), Assessment(tuple(bounds(of.bundle, model)), (2025, 2028), 0.9)


def with_area(details, model, **areas):
    schools = model.layout.schools
    base = {**details.stocks.base, AREA: np.array([areas.get(name, np.nan) for name in schools])}
    return replace(details, stocks=replace(details.stocks, base=base))


def facts(study, details, rule):
    of, _, assessment = study
    return {f.entity: f for f in today_of_clauses(of.model, details, assessment, "x") if f.rule == rule}


def test_an_area_below_the_bound_today_is_a_fact_with_its_value_and_the_pupils_beyond(study):
    of, details, _ = study
    pupils = int(class_ladder(of.model).rolls[of.model.layout.schools.index("a")].sum())
    for area, broken in ((4.5 * pupils, False), (4.5 * pupils - 9.0, True)):
        found = facts(study, with_area(details, of.model, a=area), "L4.primary")
        assert set(found) == ({"a"} if broken else set())
        if broken:
            fact = found["a"]
            assert fact.value == pytest.approx(area / pupils)
            assert (fact.scope, fact.stage, fact.limit, fact.over) == ("school", "primary", 4.5, 2)


def test_what_is_not_known_is_no_fact(study):
    of, details, _ = study
    assert facts(study, with_area(details, of.model), "L4.primary") == {}


def test_a_school_that_a_plan_builds_has_no_facts_today(study):
    of, details, assessment = study
    zero = dict.fromkeys(of.model.layout.schools, 0.0)
    found = today_of_clauses(of.model, with_area(details, of.model, **zero), assessment, "x")
    new = {name for name, there in zip(of.model.layout.schools, of.model.exists, strict=True) if not there}
    assert new
    assert not new & {fact.entity for fact in found}
    assert {fact.entity for fact in found if fact.rule == "L4.primary"}


def test_coefficients_and_targets_of_the_county_are_facts(study):
    of, details, assessment = study
    schools = of.model.layout.schools
    names = details.balance.resources
    values = {(name, ""): np.full(len(schools), 1000.0) for name in names}
    values[names[0], ""] = np.array([1000.0 if i % 2 else 3000.0 for i in range(len(schools))])
    given = replace(details, imported=Imported(values, {}, there=True))
    strict = tuple(
        replace(bound, limit=-0.1)  # one school a stage: its coefficient is 0
        for bound in details.balance.coefficients
    )
    target = (Target(1.0, "all", None), Target(1.0, "public", 2026))
    given = replace(given, balance=replace(details.balance, coefficients=strict, targets=target))
    one = base_case(of.model, given, assessment, "x")
    found = [f for f in today_of_clauses(of.model, given, assessment, "x") if f.scope == "county"]
    for judged in one.coefficients:
        largest = max(float(np.nan_to_num(part.weighted[0, 0])) for part in judged.parts.values() if part is not None)
        told = [f for f in found if f.rule == judged.bound.code]
        assert [round(f.value, 9) for f in told] == [round(largest, 9)]
    assert any(f.rule.startswith("CV") for f in found)
    assert {f.entity for f in found} == {"x"}
    assert not [f for f in found if f.rule.startswith("SS.public")]  # a target of a later year is none today
    standard = one.standard
    missed = (standard.met | standard.unknown).sum() < standard.counted.sum()
    assert [f.limit for f in found if f.rule == "SS.all"] == ([1.0] if missed else [])
