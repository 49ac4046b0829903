"""Births, ageing and entry: the cut-off of 31 August, late entry, census ages; golden tests of the domain facts."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from scenarios.schema_entry import Entry
from sim import tables
from sim.base_people import cohort, per_entrant
from sim.people import births_of_year, grow_up
from sim.variates import Chance
from sim.world import World
from tests.sim import busy, studies

EXACT = Chance(rounded=True)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=17))


def worlds(model, draws=1, seed=3):
    return list(World(model, seed, np.arange(draws)))


def test_gt5_the_intake_of_2024_is_a_third_of_the_births_of_2017_and_two_thirds_of_2018():
    """Facts, section 9: 1765 and 1523 (ten thousand) give 1604; observed were 1616.6."""
    births = np.array([[1765.0, 1523.0]])
    assert round(float(cohort(births, 2017, 2017, 1.0 / 3.0)[0])) == 1604


def test_gt5_in_the_engine_births_of_two_calendar_years_make_one_intake(county):
    """The same two numbers through the engine: registered in 2023 and 2024, they enter together."""
    model = county.model
    entry = model.grades.entry_age
    known = np.full((len(model.layout.cells), entry + 3), np.nan)
    known[:, :] = 0.0
    known[0, 0], known[0, 1] = 1765.0, 1523.0
    births = replace(model.births, known=known, autumn_share=1.0 / 3.0)
    model = replace(
        model, births=births, survival=1.0, horizon=model.base_year + entry + 2, rounded=True,
        residents=np.zeros_like(model.residents), waiting=np.zeros_like(model.waiting),
        inbound=np.zeros_like(model.inbound), entry_share=np.ones(entry + 3),
    )  # fmt: skip
    residents, waiting = np.zeros_like(model.residents)[None], np.zeros_like(model.waiting)[None]
    intake, autumn = {}, None
    for world in worlds(model):
        now, rest = births_of_year(model, np.ones(entry + 3), world, EXACT)
        if autumn is not None:
            young = grow_up(model, residents, waiting, autumn + rest, world, EXACT)
            residents, waiting = young.residents, young.waiting
            intake[world.year] = int(young.entrants[0, 0])
        autumn = now
    assert intake[model.base_year + entry + 1] in (1603, 1604)
    # January-August of 2023 had been counted before; September-December of 2024 comes a year later.
    assert intake[model.base_year + entry + 2] in (507, 508)
    assert sum(intake.values()) in (2111, 2112)


@pytest.mark.parametrize("rounded", [True, False])
def test_gt5_raising_the_entry_share_from_80_to_100_makes_a_one_off_bulge(rounded):
    """pi6 .8 until 2025, 1 from 2026 on, 100 children of every age: 100, 100, then 120, then 100 again."""
    of = studies.study(studies.TINY, "none")
    cells = len(of.model.layout.cells)
    share = np.array([0.8, 0.8, 0.8, 1.0, 1.0])
    draws = 1 if rounded else 4000
    model = replace(of.model, entry_share=share, rounded=rounded)
    residents = np.full((draws, cells, 6), 100, dtype=np.int32)
    waiting = np.full((draws, cells), 20, dtype=np.int32)
    newborns = np.full((draws, cells), 100, dtype=np.int32)
    entrants = []
    for world in worlds(model, draws)[1:]:
        young = grow_up(model, residents, waiting, newborns, world, Chance(rounded))
        residents, waiting = young.residents, young.waiting
        entrants.append(young.entrants.mean())
        assert (young.died == 0).all()
    assert entrants == pytest.approx([100, 100, 120, 100], abs=0.0 if rounded else 0.3)


def test_late_entry_waits_one_year_and_survives_it():
    of = studies.study(studies.TINY, "none")
    model = replace(of.model, entry_share=np.full(5, 0.75), survival=0.9)
    cells = len(model.layout.cells)
    residents = np.zeros((1, cells, 6), dtype=np.int32)
    residents[..., -1] = 400
    waiting = np.full((1, cells), 100, dtype=np.int32)
    young = grow_up(model, residents, waiting, np.zeros((1, cells), dtype=np.int32), worlds(model)[1], EXACT)
    # C6 = 400 x .9 = 360, of whom 270 enter; C7 = 100 x .9 = 90.
    assert young.entrants.tolist() == [[360] * cells]
    assert young.waiting.tolist() == [[90] * cells]
    assert young.died.tolist() == [[50] * cells]


def test_survival_by_age_is_that_of_each_age(county):
    of = studies.study(studies.TINY, "none")
    by_age = (0.9, 0.8, 0.7, 0.6, 0.5, 0.25)
    model = replace(of.model, survival=by_age)
    shape = (1, len(model.layout.cells))
    residents, waiting = np.full((*shape, 6), 1000, dtype=np.int32), np.full(shape, 100, dtype=np.int32)
    young = grow_up(model, residents, waiting, np.full(shape, 7, dtype=np.int32), worlds(model)[1], EXACT)
    assert young.residents[0, 0].tolist() == [7, 900, 800, 700, 600, 500]
    # The oldest, 1000 x .25, and those who wait, 100 x .25, enter.
    assert (young.entrants + young.waiting)[0, 0] == 275
    assert young.died[0, 0] == 100 + 200 + 300 + 400 + 500 + 750 + 75


def test_children_are_built_from_births_with_survival_by_age():
    assert per_entrant((0.5, 0.8), 2) == [1 / 0.4, 1 / 0.8]
    np.testing.assert_allclose(per_entrant(0.9, 3), [0.9**-3, 0.9**-2, 0.9**-1])
    np.testing.assert_allclose(per_entrant((0.9, 0.9, 0.9), 3), per_entrant(0.9, 3))


def test_census_ages_follow_births_by_month_and_another_cut_off(county):
    """By default 1/6 was born in September and October; all births in October, or a cut-off in June, say otherwise."""
    study = county.bundle.study
    autumn = [0.0] * 9 + [1.0] + [0.0] * 2
    for entry, share in (
        ({"births_by_month": autumn}, 1.0),
        ({"cut_off_month": 6}, 4 / 12),
        ({"cut_off_month": 10}, 0.0),
    ):
        changed = study.model_copy(update={"entry": Entry.model_validate(entry)})
        layout = county.model.layout
        index = {cell: i for i, cell in enumerate(layout.cells)}
        counted = tables.children(replace(county.bundle, study=changed), index, len(layout.cells))
        table = county.bundle.tables["children"].set_index(["unit", "group", "age"])["children"]
        ages = np.array([table[("u3", "local", age)] for age in range(10)])
        older = np.append(ages[1:], ages[-1])
        np.testing.assert_allclose(counted[index["u3|local"]], ages * (1 - share) + older * share)


def test_everybody_is_a_year_older(county):
    model = county.model
    world = worlds(model, 50)[1]
    residents = np.repeat(model.residents[None], 50, axis=0)
    newborns = np.full((50, len(model.layout.cells)), 7, dtype=np.int32)
    young = grow_up(model, residents, np.repeat(model.waiting[None], 50, axis=0), newborns, world, Chance())
    assert (young.residents[:, :, 0] == 7).all()
    assert (young.residents[:, :, 1:] <= residents[:, :, :-1]).all()
    before = residents.sum() + 50 * model.waiting.sum()
    after = young.residents[:, :, 1:].sum() + young.waiting.sum() + young.entrants.sum()
    assert before - after == young.died.sum()


def test_registered_births_are_taken_as_they_are_and_later_ones_follow_level_and_index(county):
    model = county.model
    rates = studies.case(county, "fast", "nothing").rates
    first, second = worlds(model, 3000)[:2]
    for world in (first, second):
        autumn, rest = births_of_year(model, rates.births_index, world, Chance())
        known = model.births.known[:, world.year - model.base_year]
        count = autumn + rest
        if world is first:
            np.testing.assert_array_equal(np.floor(known) <= count, True)
            np.testing.assert_array_equal(count <= np.ceil(known), True)
        else:
            expected = model.births.level * rates.births_index[1]
            assert count.sum(axis=1).mean() == pytest.approx(expected.sum(), rel=0.02)
        assert (autumn.sum() / count.sum()) == pytest.approx(model.births.autumn_share, abs=0.01)


def test_the_spread_of_births_is_county_and_unit_factors_around_poisson():
    """Two years ahead: AR(1) from zero, variance s2 (1 - rho^4); county, cluster and unit factors multiply."""
    of = studies.study(studies.LOADING, "study")
    draws = 20_000
    world = worlds(of.model, draws)[2]
    births, spread = of.model.births, of.bundle.study.spread
    assert births.zone_sd**2 + births.unit_sd**2 == pytest.approx(spread.births_unit_sd**2)
    total = spread.births_county_sd**2 + spread.births_unit_sd**2
    homes = {cell: i for i, cell in enumerate(of.model.layout.cells)}
    of_unit = [homes[f"{unit}|local"] for unit in ("u1", "u2", "u3")]
    logs = world.births_log[:, of_unit]
    np.testing.assert_allclose(logs.var(axis=0), total * (1 - births.rho**4), rtol=0.05)
    np.testing.assert_allclose(np.exp(logs).mean(axis=0), np.exp(-total * births.rho**4 / 2), atol=0.003)
    # u1 and u2 lie in one township, u3 in another.
    correlation = np.corrcoef(logs.T)
    assert correlation[0, 1] == pytest.approx((births.county_sd**2 + births.zone_sd**2) / total, abs=0.03)
    assert correlation[0, 2] == pytest.approx(births.county_sd**2 / total, abs=0.03)


def test_census_ages_move_to_31_august(county):
    """5/6 of age a and 1/6 of age a + 1; the oldest age stands in for the one above it."""
    bundle, layout = county.bundle, county.model.layout
    index = {cell: i for i, cell in enumerate(layout.cells)}
    table = bundle.tables["children"].set_index(["unit", "group", "age"])["children"]
    counted = tables.children(bundle, index, len(layout.cells))
    ages = [table[("u3", "local", age)] for age in range(10)]
    expected = [5 / 6 * a + b / 6 for a, b in pairwise([*ages, ages[-1]])]
    np.testing.assert_allclose(counted[index["u3|local"]], expected)


def test_cohorts_need_both_calendar_years():
    births = np.array([[30.0, 60.0, 90.0]])
    assert cohort(births, 2020, 2020, 0.25)[0] == 0.25 * 30 + 0.75 * 60
    assert cohort(births, 2020, 2022, 0.25) is None
    assert cohort(births, 2020, 2019, 0.25) is None


def test_children_of_a_unit_are_more_or_fewer_than_its_registered_births(county):
    """One factor for the county: residents aged 0-2 over the births of the same birth years."""
    model, bundle = county.model, county.bundle
    births = bundle.tables["births"].pivot_table(index="unit", columns="year", values="births")
    share = model.births.autumn_share
    born = sum(float((share * births[2022 - a] + (1 - share) * births[2023 - a]).sum()) for a in range(3))
    factor = model.residents[:, :3].sum() / born
    units = [layout_cell.split("|")[0] for layout_cell in model.layout.cells[:-1]]
    level = {unit: sum(model.births.level[i] for i, u in enumerate(units) if u == unit) for unit in set(units)}
    for unit, value in level.items():
        assert value == pytest.approx(factor * births.loc[unit, [2021, 2022, 2023]].mean())
