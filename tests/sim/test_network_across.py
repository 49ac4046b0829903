"""Conversions between kindergarten and school: one opening in both ladders, rooms that move and never count twice."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.problems import render
from schoolplan.prepare import calendars, cases, check, options, prepare
from sim.calendar_result import NEVER
from sim.engine import simulate
from sim.ladders import early_view
from tests.sim import four_stages, studies
from tests.sim.test_reference import assert_equal

DRAWS = 12
PLAN = """schema_version: 1
id: everything
name: {zh: 潮汐, en: tide}
budget: {2023: 9000}
projects:
  - {id: down, name: {zh: 改园, en: To kindergarten}, kind: conversion, start: 2024-03, cost: 20, school: p3,
     receivers: [p1], durations: {hearing: [1, 2, 9]}, transition_years: STAY,
     becomes: {first_grade: "K1", last_grade: "K2", opening: OPENING}}
  - {id: up, name: {zh: 改校, en: To school}, kind: conversion, start: 2024-10, cost: 30, school: k2,
     receivers: [k1], transition_years: STAY, becomes: {first_grade: "1", last_grade: "4", opening: OPENING}}
  - {id: more-p3, name: {zh: 扩, en: More}, kind: extension, start: 2025-09, cost: 10, school: p3, adds: {rooms: 3}}
zones:
  - {stage: kindergarten, units: [u7, u8], schools: [p3], with: down}
  - {stage: primary, units: [u3, u4], schools: [k2], with: up}
"""
EARLY = 2  # grades of the kindergarten, the first of the results


def county(folder, stay=0, opening="entry_grades", more=""):
    scenario = four_stages.write(folder)
    text = PLAN.replace("STAY", str(stay)).replace("OPENING", opening) + more
    (folder / "everything.yaml").write_text(text, encoding="utf-8")
    return scenario


def results(of):
    """Results of both plans in the baseline, and the opening years of the conversions."""
    plans = ("everything", "nothing")
    made = [studies.case(of, "baseline", plan, DRAWS) for plan in plans]
    return simulate(of.model, made, 1, np.arange(DRAWS)), made[0]


@pytest.fixture(scope="module")
def at_once(tmp_path_factory):
    of = studies.study(county(tmp_path_factory.mktemp("once"), opening="all_grades"))
    return of, *results(of)


@pytest.fixture(scope="module")
def by_grade(tmp_path_factory):
    of = studies.study(county(tmp_path_factory.mktemp("grade"), stay=3))
    return of, *results(of)


def place(of, school):
    return of.model.layout.schools.index(school)


def test_the_building_changes_its_ladder_in_one_year_of_each_draw(at_once):
    of, (acting, idle), case = at_once
    years = np.array(list(of.model.years))
    for project, name, then in ((0, "p3", slice(0, EARLY)), (1, "k2", slice(EARLY, EARLY + 4))):
        school = place(of, name)
        there = case.opening_year[:, project, None] <= years
        assert there.any()
        assert not there.all()
        pupils = acting.rolls[:, :, school]
        own = pupils[..., then].sum(axis=-1)
        other = pupils.sum(axis=-1) - own
        assert (own[~there] == 0).all()
        assert (other[there] == 0).all()
        assert (own[there].mean()) > 5.0
        assert (idle.rolls[:, :, school][..., then] == 0).all()
    np.testing.assert_array_equal(case.opening_year, case.early.opening_year)
    assert len(np.unique(case.opening_year[:, 0])) > 1


def test_rooms_are_those_of_the_building_in_every_year(at_once, by_grade):
    for of, (acting, idle), case in (at_once, by_grade):
        years = np.array(list(of.model.years))
        for name, rooms in (("p3", 4), ("k2", 6)):
            school = place(of, name)
            assert (idle.rooms[:, :, school] == rooms).all()
            more = 3 * (case.opening_year[:, 2, None] <= years) if name == "p3" else 0
            np.testing.assert_array_equal(
                acting.rooms[:, :, school], rooms + np.broadcast_to(more, idle.rooms.shape[:2])
            )


def test_rooms_move_grade_by_grade(by_grade):
    """p3: 4 rooms. It teaches 1-4, then K1 with 2-4, then K1-K2 with 3-4 and 4; of K1 among four grades: one room."""
    _, _, case = by_grade
    young, old = (one.network.projects[0].across for one in (case.early, case))
    assert young.lower
    assert not old.lower
    np.testing.assert_array_equal(young.grades[:5], [[1, 3], [2, 2], [2, 1], [2, 0], [2, 0]])
    np.testing.assert_array_equal(young.grades, old.grades)
    assert [young.part(4, k) for k in range(4)] == [1, 2, 3, 4]
    assert [young.part(7, k) + old.part(7, k) for k in range(9)] == [7] * 9
    up = case.early.network.projects[1].across
    np.testing.assert_array_equal(up.grades[:5], [[1, 1], [0, 2], [0, 3], [0, 4], [0, 4]])


def test_pupils_of_the_old_stage_stay_until_they_leave(by_grade):
    of, (acting, _), case = by_grade
    years, school = np.array(list(of.model.years)), place(of, "p3")
    for draw in range(DRAWS):
        opens = case.opening_year[draw, 0]
        if opens == NEVER or opens + 4 > years[-1]:
            continue
        taught = [acting.rolls[draw, list(years).index(opens + k), school] > 0 for k in range(4)]
        assert not taught[0][[1, 2]].any()  # K2 and grade 1
        assert taught[0][[0, 3, 4, 5]].all()  # K1 and 2-4
        assert not taught[1][[2, 3]].any()
        assert taught[1][[0, 1, 4, 5]].all()
        assert not taught[3][2:].any()


def test_nobody_is_lost_in_either_ladder(at_once, by_grade):
    """Children of the county are the same with and without the plan: they are counted once, as residents."""
    for _, (acting, idle), _ in (at_once, by_grade):
        np.testing.assert_array_equal(acting.residents, idle.residents)


@pytest.mark.parametrize("future", ["baseline", "slow"])
def test_both_ladders_equal_the_plain_reference(at_once, by_grade, future):
    for of, *_ in (at_once, by_grade):
        assert_equal(replace(of, model=replace(of.model, early=None)), future, "everything", [1], seed=5)
        early = studies.Study(early_view(of.bundle), of.space, of.model.early)
        assert_equal(early, future, "everything", [1], seed=5)


def test_the_report_and_the_money_of_a_building_that_changes(tmp_path):
    """The whole way from the files: same draws, capital released once, seats of the grades that it teaches."""
    prepared = prepare(county(tmp_path, opening="all_grades"))
    chosen = options(prepared.bundle, draws=6)
    built = calendars(prepared, chosen)
    (case,) = [
        one for one in cases(prepared, built) if (one.rates.future, one.network.plan) == ("baseline", "everything")
    ]
    assert case.early is not None
    np.testing.assert_array_equal(case.opening_year, case.early.opening_year)
    spent = built["everything"].spend[:, :2].sum(axis=2) + built["everything"].spend_before[:, :2]
    np.testing.assert_allclose(spent, [[20.0, 30.0]] * 6)


def test_a_conversion_across_the_ladders_is_sound_and_its_measures_are_not(tmp_path):
    sound = check(county(tmp_path / "a"))
    assert not [problem.code for problem in sound if problem.severity == "error"]
    measure = "measures:\n  - {id: shift, kind: temporary_classes, school: p3, rooms: 2, from: 2025, to: 2026}\n"
    (found,) = [one for one in check(county(tmp_path / "b", more=measure)) if one.code == "SCN766"]
    assert found.place.startswith("everything.yaml:")
    assert "which the conversion down turns between kindergarten and school" in render(found, "en")


def test_children_of_an_ended_kindergarten_need_a_receiver(tmp_path):
    scenario = county(tmp_path)
    path = tmp_path / "everything.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(" receivers: [k1],", ""), encoding="utf-8")
    assert "SCN613" in {problem.code for problem in check(scenario)}
