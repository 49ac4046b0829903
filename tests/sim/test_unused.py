"""Empty seats and missing seats against plain loops over draws, years and schools."""

import numpy as np
import pytest

from sim.money_inputs import annuity
from sim.unused import added, unused_rows
from tests.sim.money_study import for_some_years, pair


def figure(table, scope, entity, period, indicator, column="mean"):
    of = {"scope": scope, "entity": entity, "period": period, "indicator": indicator}
    found = table[np.logical_and.reduce([table[k] == v for k, v in of.items()])]
    assert len(found) == 1
    return found[column].iloc[0]


@pytest.fixture(scope="module")
def one():
    return pair()[0]


@pytest.fixture(scope="module")
def table(one):
    return unused_rows(one)


def test_unused_and_short_are_sums_over_schools_and_years(one, table) -> None:
    result, years = one.now.result, list(one.model.years)
    spans = {"window": range(2025, 2029), "outlook": range(2029, 2031), "all": years, "2026": [2026]}
    for period, chosen in spans.items():
        unused, short = np.zeros(len(result.rolls)), np.zeros(len(result.rolls))
        for d in range(len(result.rolls)):
            for year in chosen:
                for s in range(len(one.model.layout.schools)):
                    t = years.index(year)
                    gap = int(one.now.seats[d, t, s]) - int(result.rolls[d, t, s].sum())
                    unused[d] += max(gap, 0)
                    short[d] += max(-gap, 0)
        assert figure(table, "county", "tiny", period, "unused") == pytest.approx(unused.mean())
        assert figure(table, "county", "tiny", period, "short", "p95") == pytest.approx(np.quantile(short, 0.95))


def test_schools_add_up_to_the_county(one, table) -> None:
    for indicator in ("unused", "short", "seats"):
        own = table[(table["scope"] == "school") & (table["period"] == "all") & (table["indicator"] == indicator)]
        assert own["mean"].sum() == pytest.approx(figure(table, "county", "tiny", "all", indicator))


def test_what_a_project_adds_is_used_or_stranded(one, table) -> None:
    for number, (name, seats) in enumerate((("new-c", 540), ("more-b", 300))):
        of = added(one, number)
        there = one.case.opening_year[:, number, None] <= np.array(list(one.model.years))
        assert np.array_equal(of.seats, seats * there)
        assert (of.used <= of.seats).all()
        assert (of.used >= 0).all()
        parts = [figure(table, "project", name, "all", what) for what in ("added", "used", "stranded")]
        assert parts[0] == pytest.approx(parts[1] + parts[2])
    # A new school has no seats but those the project adds: whoever sits there uses them.
    school = one.model.layout.schools.index("c")
    pupils = one.now.result.rolls[:, :, school].sum(axis=2)
    assert np.array_equal(added(one, 0).used, np.minimum(pupils, added(one, 0).seats))


def test_what_stands_empty_costs_its_part_of_the_yearly_charge(one, table) -> None:
    of = added(one, 1)
    share = np.where(of.seats > 0, (of.seats - of.used) / np.maximum(of.seats, 1), 0.0)
    cost = 1500.0 * annuity(0.05, 40) * share.sum(axis=1)
    assert figure(table, "project", "more-b", "all", "stranded_cost") == pytest.approx(cost.mean())


def test_temporary_classrooms_add_no_seats_once_they_are_gone(one) -> None:
    years = np.array(list(one.model.years))
    opened = one.case.opening_year[:, 1, None] <= years
    until = int(one.case.opening_year[:, 1].min()) + 1
    found = added(for_some_years(one, 1, until), 1)
    assert np.array_equal(found.seats, 300 * (opened & (years <= until)))
    assert found.seats.any()
    assert not found.used[:, years > until].any()
    assert np.array_equal(found.used[:, years <= until], added(one, 1).used[:, years <= until])


def test_without_money_there_is_no_cost_of_empty_seats() -> None:
    found = unused_rows(pair(section=False)[0])
    assert "stranded_cost" not in set(found["indicator"])
    assert "stranded" in set(found["indicator"])
