"""Seats in use on each 1 September against plain loops over draws, years and schools."""

import math

import numpy as np
import pytest

from sim.judge import crowd_size, safe_seats
from sim.seats_ready import seats_ready_rows, usable_seats
from sim.unused import added
from tests.sim.money_study import for_some_years, pair


@pytest.fixture(scope="module")
def one():
    return pair()[0]


@pytest.fixture(scope="module")
def table(one):
    return seats_ready_rows(one).set_index(["stage", "indicator", "year"])


def test_all_stages_together_are_sums_over_schools(one, table) -> None:
    seats, rolls = one.now.seats * one.now.result.open, one.now.result.rolls.sum(axis=3)
    for t, year in enumerate(one.model.years):
        totals = {"nominal": seats[:, t].sum(axis=1), "demand": rolls[:, t].sum(axis=1)}
        totals["short"] = np.maximum(rolls[:, t] - seats[:, t], 0).sum(axis=1)
        for indicator, values in totals.items():
            row = table.loc[("all", indicator, year)]
            assert row["mean"] == pytest.approx(values.mean())
            assert row[["p10", "p50", "p90"]].tolist() == pytest.approx(np.quantile(values, [0.1, 0.5, 0.9]).tolist())


def test_new_seats_are_those_of_the_projects_that_are_open(one, table) -> None:
    projects = one.case.network.projects
    schools = [project.school for project in projects if project.rooms > 0]
    assert len(schools) == len(set(schools)) > 0, "one project at a school: what they add, adds up"
    expected = sum(added(one, number).seats for number, project in enumerate(projects) if project.rooms > 0)
    found = [table.loc[("all", "new", year), "mean"] for year in one.model.years]
    assert found == pytest.approx(expected.mean(axis=0).tolist())
    assert max(found) > 0


def test_temporary_classrooms_are_new_seats_as_long_as_they_stand(one, table) -> None:
    until = int(one.case.opening_year[:, 1].min()) + 1
    found = seats_ready_rows(for_some_years(one, 1, until)).set_index(["stage", "indicator", "year"])
    other = added(one, 0).seats
    for t, year in enumerate(one.model.years):
        before = table.loc[("all", "new", year), "mean"]
        assert found.loc[("all", "new", year), "mean"] == pytest.approx(before if year <= until else other[:, t].mean())


def test_stages_share_a_school_as_their_pupils_do(one, table) -> None:
    grades, rolls = one.model.grades, one.now.result.rolls
    seats = one.now.seats * one.now.result.open
    hosts = one.model.may_host
    for k, stage in enumerate(grades.stages):
        mine = grades.stage_of == k
        for t, year in enumerate(one.model.years):
            totals = []
            for d in range(len(rolls)):
                total = 0.0
                for s in range(rolls.shape[2]):
                    pupils = int(rolls[d, t, s].sum())
                    part = rolls[d, t, s, mine].sum() / pupils if pupils else hosts[s, mine].sum() / hosts[s].sum()
                    total += int(seats[d, t, s]) * part
                totals.append(round(total))
            assert table.loc[(stage, "nominal", year), "mean"] == pytest.approx(np.mean(totals))


def test_safe_seats_of_a_draw_are_those_whose_quantile_a_school_has(one, table) -> None:
    now, usable = one.now, usable_seats(one)
    sizes = np.broadcast_to(now.planned, now.result.rolls.shape[1:])
    expected = safe_seats(now.result.rolls, now.result.rooms, sizes, 0.9)
    low = np.sort(usable, axis=0)[math.floor((len(usable) - 1) * (1 - 0.9))]
    always = now.result.open.all(axis=0)
    assert always.any()
    np.testing.assert_array_equal(low[always], expected[always])
    crowd = np.floor(crowd_size(now.result.rolls, now.result.rooms, sizes)) * now.result.open
    for t, year in enumerate(one.model.years):
        assert table.loc[("all", "safe", year), "p50"] == pytest.approx(np.quantile(crowd[:, t].sum(axis=1), 0.5))
