"""Two sources about the same children: the right ages meet, totals are not counted twice, far units are named."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.sources import comparisons
from tests.sim import studies

UNITS = ("v1", "v2", "v3")


@pytest.fixture(scope="module")
def loading():
    return studies.study(studies.LOADING).bundle


def county(bundle, **tables):
    """The study with other tables; None takes one away."""
    kept = {**bundle.tables, **tables}
    return replace(bundle, tables={name: table for name, table in kept.items() if table is not None})


def children(units, by_age):
    """A children table with the same ages in every unit."""
    rows = [(unit, "local", age, n, 0.0) for unit in units for age, n in enumerate(by_age)]
    return pd.DataFrame(rows, columns=["unit", "group", "age", "children", "estimated_sd"])


def of_kind(bundle, kind):
    return {row.about: row for row in comparisons(bundle) if row.kind == kind}


def test_births_meet_the_children_of_their_birth_school_year(loading):
    units = sorted(loading.tables["units"]["unit"])
    base, autumn = loading.study.base_year, loading.study.entry.autumn_births_share
    births = pd.DataFrame(
        [(unit, year, 100 + 30 * (year - base)) for unit in units for year in range(base - 3, base + 1)],
        columns=["unit", "year", "births"],
    )
    found = of_kind(county(loading, births=births, children=children(units, [90] * 15)), "births")
    assert sorted(found) == [str(base - 3), str(base - 2), str(base - 1)]
    newest = found[str(base - 1)]
    assert newest.first == pytest.approx(len(units) * (autumn * 70 + (1 - autumn) * 100))
    assert newest.second == 90 * len(units)
    assert not newest.unusual
    assert found[str(base - 3)].unusual


def test_an_immunisation_year_is_two_ages_and_a_total_is_not_counted_with_its_parts(loading):
    units = sorted(loading.tables["units"]["unit"])
    base, autumn = loading.study.base_year, loading.study.entry.autumn_births_share
    rows = [(unit, base - 2, f"{base}-06-30", "", 7) for unit in units]
    rows += [(unit, base - 2, f"{base}-12-31", group, 40) for unit in units for group in ("local", "migrant")]
    rows += [(units[0], base - 2, f"{base}-12-31", "", 80)]
    table = pd.DataFrame(rows, columns=["unit", "birth_year", "as_of", "group", "children"])
    ages = [50, 60, 90, *[70] * 12]
    (found,) = of_kind(county(loading, immunisation=table, children=children(units, ages)), "immunisation").values()
    assert found.about == str(base - 2)
    assert found.first == 80 * len(units)
    assert found.second == pytest.approx(len(units) * ((1 - autumn) * 90 + autumn * 60))


def test_kindergartens_of_the_base_year_are_held_against_children_of_three_and_more(loading):
    units, base = sorted(loading.tables["units"]["unit"]), loading.study.base_year
    rows = [(units[0], base, 4, "a", 30), (units[0], base, 4, "b", 20), (units[0], base - 1, 4, "a", 99),
            (units[0], base, 2, "a", 5)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["unit", "year", "age", "kindergarten", "children"])
    found = of_kind(county(loading, preschool=table, children=children(units, [60] * 15)), "preschool")
    assert list(found) == ["4"]
    assert (found["4"].first, found["4"].second) == (60 * len(units), 50)


def test_census_bands_of_the_same_day_must_agree(loading):
    units, day = sorted(loading.tables["units"]["unit"]), str(loading.study.children_as_of)
    rows = [(unit, day, sex, "", low, high, 25 * (high - low + 1)) for unit in units for sex in ("male", "female")
            for low, high in ((0, 4), (5, 9), (15, 19))]  # fmt: skip
    rows += [(unit, "2010-11-01", "", "", 0, 4, 9999) for unit in units]
    table = pd.DataFrame(rows, columns=["unit", "as_of", "sex", "group", "age_from", "age_to", "people"])
    found = of_kind(county(loading, population=table, children=children(units, [50] * 15)), "population")
    assert list(found) == ["0-4", "5-9"]
    assert found["0-4"].first == found["0-4"].second == 250 * len(units)
    assert not found["0-4"].unusual
    other = of_kind(county(loading, population=table, children=children(units, [53] * 15)), "population")
    assert other["0-4"].unusual


def test_pupils_of_a_stage_and_children_of_its_ages(loading):
    found = of_kind(loading, "stage")
    assert list(found) == ["primary", "junior"]
    table = loading.tables["enrolment"]
    now = table[table["year"] == loading.study.base_year]
    away = loading.tables["attendance"]
    primary = (
        now.loc[now["grade"].astype(int) <= 6, "pupils"].sum() + away.loc[away["stage"] == "primary", "pupils"].sum()
    )
    assert found["primary"].second == primary
    ages = loading.tables["children"]
    assert found["primary"].first == ages.loc[ages["age"].between(6, 11), "children"].sum()


def test_units_far_from_the_ratio_of_the_county_are_named_the_worst_first(loading):
    units, base = sorted(loading.tables["units"]["unit"]), loading.study.base_year
    births = pd.DataFrame(
        [(unit, year, 100) for unit in units for year in (base - 1, base)], columns=["unit", "year", "births"]
    )
    table = children(units, [100] * 15)
    table.loc[(table["unit"] == units[1]) & (table["age"] == 0), "children"] = 10
    (found,) = of_kind(county(loading, births=births, children=table), "births").values()
    assert found.worst[0] == (units[1], 100.0, 10.0)
    assert len(found.worst) == 1


def test_without_a_children_table_nothing_is_compared(loading):
    assert comparisons(county(loading, children=None)) == ()
    assert np.isfinite([row.first for row in comparisons(loading)]).all()
