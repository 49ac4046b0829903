"""The births of a future on a study: three ways that agree where they say the same, women of the table, shocks."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scenarios.fertility import load_fertility
from scenarios.schema_births import Births, Fertility
from scenarios.women import AGES, fertility_shape, women_count
from sim.future_births import births_factor, county_births, registered_births
from sim.people import births_of_year
from sim.variates import Chance
from sim.world import World
from tests.sim import studies

BASE, HORIZON = 2023, 2030


def females(rows):
    return pd.DataFrame(
        [
            {"unit": unit, "as_of": day, "sex": sex, "group": group, "age_from": float(low), "age_to": float(high),
             "people": float(people)}
            for unit, day, sex, group, low, high, people in rows
        ]
    )  # fmt: skip


@pytest.fixture(scope="module")
def county():
    """The loading study: registered births 2018-2023, and forty women at every age in each unit on 1 July 2020."""
    of = studies.study(studies.LOADING, "study")
    women = females(
        (unit, "2020-07-01", "female", "", low, low + 4, 200) for unit in ("u1", "u2", "u3") for low in range(0, 50, 5)
    )
    fertility = Fertility(women_survival={0: 1.0}, sex_ratio_at_birth=100.0)
    study = of.bundle.study.model_copy(update={"fertility": fertility})
    bundle = replace(of.bundle, tables={**of.bundle.tables, "population": women}, study=study)
    return replace(of, bundle=bundle)


def future(county, **births):
    base = county.bundle.futures["baseline"]
    return base.model_copy(update={"births": Births.model_validate(births)})


def factor(county, **births):
    return births_factor(county.bundle, county.model, future(county, **births))


def test_an_index_is_the_factor_itself(county):
    np.testing.assert_array_equal(factor(county, index={BASE: 1.0, HORIZON: 0.3}), np.linspace(1.0, 0.3, 8))


def test_a_count_over_the_last_three_registered_years_is_the_same_index(county):
    level = registered_births(county.bundle, county.model).level
    table = county.bundle.tables["births"]
    assert level == table[table["year"] >= BASE - 2]["births"].sum() / 3
    by_count = factor(county, count={BASE: 1.2 * level, HORIZON: 0.6 * level})
    np.testing.assert_allclose(by_count, factor(county, index={BASE: 1.2, HORIZON: 0.6}))


def test_a_rate_times_women_is_an_index_when_so_constructed(county):
    """As many women at every fertile age in every year: births = rate x 120, whatever the schedule."""
    level = registered_births(county.bundle, county.model).level
    rate = {BASE: level / 120, HORIZON: 0.8 * level / 120}
    expected = factor(county, index={BASE: 1.0, HORIZON: 0.8})
    for schedule in ({15: 1.0}, {20: 5.0, 30: 2.0, 40: 0.0}):
        by_rate = factor(county, tfr=rate, schedule=schedule)
        np.testing.assert_allclose(by_rate[1:], expected[1:])  # births of the base year are registered


def test_births_of_the_county_are_the_registered_ones_then_the_path(county):
    births = county.bundle.tables["births"].groupby("year")["births"].sum()
    path = county_births(county.bundle, county.model, future(county, count={BASE: 40, HORIZON: 54}))
    assert list(path.years) == list(range(2018, HORIZON + 1))
    np.testing.assert_array_equal(path.births[:6], births.to_numpy())
    np.testing.assert_allclose(path.births[6:], np.linspace(42, 54, 7))
    assert np.isnan(path.registered[6:]).all()
    assert path.tfr is None
    by_rate = county_births(county.bundle, county.model, future(county, tfr={BASE: 1.0, HORIZON: 1.0}))
    assert list(by_rate.years) == list(range(2020, HORIZON + 1))
    np.testing.assert_allclose(by_rate.tfr[:4], births.loc[2020:2023] / 120)
    np.testing.assert_allclose(by_rate.tfr[4:], 1.0)


def test_the_engine_brings_the_count_to_the_homes(county):
    """The mean of many draws: a third of the children of the study's three units come from each home as before."""
    rates = studies.case(county, "baseline", "do-nothing").rates
    level = registered_births(county.bundle, county.model).level
    rates = replace(rates, births_index=factor(county, count={BASE: 2 * level, HORIZON: 2 * level}))
    model = county.model
    world = list(World(model, 5, np.arange(4000)))[2]
    autumn, rest = births_of_year(model, rates.births_index, world, Chance())
    np.testing.assert_allclose((autumn + rest).mean(axis=0), 2 * model.births.level, rtol=0.03)


@pytest.mark.parametrize("way", [{"index": {BASE: 1.0, HORIZON: 1.0}}, {"tfr": {BASE: 1.0, HORIZON: 1.0}}])
def test_shocks_multiply_births_and_each_other(county, way):
    policy = {"id": "three-child", "name": {"zh": "三孩", "en": "Three-child"}, "from": 2025, "effect": [1.1]}
    other = {**policy, "id": "leave", "from": 2027, "effect": [1.5, 1.2], "fade_years": 2}
    plain, shocked = factor(county, **way), factor(county, **way, shocks=[policy, other])
    expected = [1, 1, 1.1, 1.1, 1.1 * 1.5, 1.1 * 1.2, 1.1 * 1.2 ** (0.5**0.5), 1.1 * 1.2**0.5]
    np.testing.assert_allclose(shocked / plain, expected)


def test_fewer_girls_are_born_where_more_boys_are_and_only_long_horizons_feel_it(county):
    model = replace(county.model, horizon=2045)
    rate = future(county, tfr={BASE: 1.5, 2045: 1.5})

    def births(ratio):
        fertility = Fertility(women_survival={0: 1.0}, sex_ratio_at_birth=ratio)
        study = county.bundle.study.model_copy(update={"fertility": fertility})
        return births_factor(replace(county.bundle, study=study), model, rate)

    many, few = births(100.0), births(125.0)
    young = 2020 + min(load_fertility().schedule) + 1 - BASE  # nobody born after the count is a mother before
    np.testing.assert_allclose(few[: young - 1], many[: young - 1])
    assert (few[young + 1 :] < many[young + 1 :]).all()
    assert few[-1] / many[-1] > 200 / 225


def test_a_study_and_a_future_replace_the_shipped_schedule(county):
    old = {40: 1.0}
    own = county.bundle.study.model_copy(update={"fertility": Fertility(schedule=old, women_survival={0: 1.0})})
    uneven = county.bundle.tables["population"].assign(people=lambda t: t["people"] * (1 + (t["age_from"] == 40)))
    bundle = replace(county.bundle, tables={**county.bundle.tables, "population": uneven})
    rate = {"tfr": {BASE: 1.0, HORIZON: 1.0}}
    by_study = births_factor(replace(bundle, study=own), county.model, future(county, **rate))
    by_future = births_factor(bundle, county.model, future(county, **rate, schedule=old))
    shipped = births_factor(bundle, county.model, future(county, **rate))
    np.testing.assert_allclose(by_study[1:], by_future[1:])
    assert by_study[1] > 1.1 * shipped[1]


def test_women_are_those_of_the_latest_count_and_nobody_is_counted_twice():
    rows = [
        ("u1", "2010-11-01", "female", "", 0, 49, 5000),
        ("u1", "2020-11-01", "female", "", 0, 49, 1000),
        ("u1", "2020-11-01", "female", "migrant", 0, 49, 300),
        ("u1", "2020-11-01", "male", "", 0, 49, 1100),
        ("u2", "2020-11-01", "female", "local", 0, 24, 500),
        ("u2", "2020-11-01", "female", "migrant", 0, 24, 250),
        ("u2", "2020-11-01", "female", "local", 25, 59, 700),
        ("u1", "2024-11-01", "female", "", 0, 49, 9),
    ]
    found = women_count(females(rows), ("u1", "u2"), BASE)
    assert str(found.day) == "2020-11-01"
    np.testing.assert_allclose(found.count[:25], 1000 / 50 + 750 / 25)
    np.testing.assert_allclose(found.count[25:], 1000 / 50 + 700 / 35)
    assert found.gaps == {}
    open_ended = females(
        [("u1", "2020-11-01", "female", "", 0, 39, 400), ("u1", "2020-11-01", "female", "", 40, np.nan, 90)]
    )
    assert women_count(open_ended, ("u1", "u2"), BASE).gaps == {"u1": tuple(range(40, AGES)), "u2": tuple(range(AGES))}
    assert women_count(females(rows[3:4]), ("u1",), BASE) is None


def test_the_shape_of_the_shipped_schedule_has_its_peak_in_the_late_twenties():
    shape = fertility_shape(load_fertility().schedule)
    assert set(np.flatnonzero(shape == shape.max())) == set(range(25, 30))
