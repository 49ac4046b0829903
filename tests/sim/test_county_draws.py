"""The county by draw against plain loops, against the tables of quantiles, and the base year as it was counted."""

import numpy as np
import pytest

from sim.county_draws import COLUMNS, WHOLE, county_draw_rows
from sim.ladders import base_rolls
from sim.money import capital
from sim.summary import county_rows
from sim.unused import unused_rows
from tests.sim.money_study import DRAWS, pair


@pytest.fixture(scope="module")
def one():
    return pair()[0]


@pytest.fixture(scope="module")
def table(one):
    return county_draw_rows(one)


def test_one_row_for_every_year_and_draw_and_one_for_the_base_year(one, table) -> None:
    assert tuple(table.columns) == COLUMNS
    later = table[table["year"] > one.model.base_year]
    assert [tuple(row) for row in later[["year", "draw"]].to_numpy()] == [
        (year, draw) for year in one.model.years for draw in range(DRAWS)
    ]
    assert table[table["year"] == one.model.base_year]["draw"].tolist() == [0]


def test_every_figure_against_plain_loops(one, table) -> None:
    now, years = one.now, list(one.model.years)
    found = table.set_index(["year", "draw"])
    money = capital(one)
    for t, year in enumerate(years):
        for d in range(0, DRAWS, 7):
            wanted = dict.fromkeys(WHOLE, 0)
            for s in range(len(one.model.layout.schools)):
                pupils, seats = int(now.result.rolls[d, t, s].sum()), int(now.seats[d, t, s])
                wanted["pupils"] += pupils
                wanted["seats"] += seats
                wanted["unused"] += max(seats - pupils, 0)
                wanted["short"] += max(pupils - seats, 0)
                wanted["classes"] += int(now.result.classes[d, t, s].sum())
                wanted["schools_over"] += any(bool(b.broken[d, t, s]) for b in now.headline)
                wanted["pupils_over"] += max(int(b.over[d, t, s]) for b in now.headline)
                wanted["classes_over"] += too_large(one, d, t, s)
            row = found.loc[(year, d)]
            assert {name: int(row[name]) for name in WHOLE} == wanted
            assert row["capital"] == pytest.approx(money[d, : year - one.model.base_year + 1].sum())


def too_large(one, d: int, t: int, s: int) -> int:
    """Classes of a school beyond the limit, class by class: pupils of a grade are spread as evenly as they go."""
    count = 0
    for bound in one.assessment.bounds:
        if bound.indicator != "class_size" or np.isnan(bound.limit[s]):
            continue
        for grade, stage in enumerate(one.model.grades.stage_of):
            if one.model.grades.stages[stage] not in bound.stages:
                continue
            pupils, classes = int(one.now.result.rolls[d, t, s, grade]), int(one.now.result.classes[d, t, s, grade])
            sizes = [pupils // classes + (i < pupils % classes) for i in range(classes)] if classes else []
            count += sum(size > bound.limit[s] for size in sizes)
    return count


def test_means_are_those_of_the_county_table(one, table) -> None:
    county = county_rows(one.now, one.model, one.study, None)
    county = county[county["stage"] == "all"].set_index(["indicator", "year"])["mean"]
    seats = unused_rows(one)
    seats = seats[seats["scope"] == "county"].set_index(["indicator", "period"])["mean"]
    means = table.groupby("year")[list(WHOLE)].mean()
    names = {"pupils": "roll", "seats": "seats", "unused": "unused_seats", "schools_over": "schools_over",
             "pupils_over": "pupils_over"}  # fmt: skip
    for year in one.model.years:
        for own, other in names.items():
            assert means.loc[year, own] == pytest.approx(county[other, year])
        assert means.loc[year, "short"] == pytest.approx(seats["short", str(year)])


def test_the_base_year_is_as_counted(one, table) -> None:
    row = table[table["year"] == one.model.base_year].iloc[0]
    rolls = base_rolls(one.model)
    assert row["pupils"] == rolls.sum()
    sizes = (one.model.hosts[: len(rolls)] * one.model.grades.planned_size).sum(axis=1)
    each = sizes / np.maximum(one.model.hosts[: len(rolls)].sum(axis=1), 1)
    seats = np.floor(np.where(one.model.exists, one.model.rooms, 0) * each + 1e-9)
    assert row["seats"] == seats.sum()
    assert row["unused"] == np.maximum(seats - rolls.sum(axis=1), 0).sum()
    assert row["short"] == np.maximum(rolls.sum(axis=1) - seats, 0).sum()
    assert row["capital"] == 0.0


def test_the_plan_without_projects_spends_nothing() -> None:
    assert (county_draw_rows(pair()[1])["capital"] == 0).all()
    assert county_draw_rows(pair()[0])["capital"].max() > 0
