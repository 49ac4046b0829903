"""Children behind the intake: sums over homes, growth of catchments, what is not known of births and counts."""

from dataclasses import replace

import numpy as np
import pytest

from sim.intake import expected_births, expected_entrants, intake_draws, intake_of
from sim.network import reference_regime
from sim.panel import Intake
from sim.people import births_of_year, grow_up
from sim.variates import Chance
from sim.world import World
from tests.sim import busy, studies


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=31))


def test_entrants_of_the_tiny_study_by_hand():
    model = studies.study(studies.TINY, "none").model
    intake = intake_of(model, model.outlook.births_index)
    a, b = (intake.schools.index(school) for school in "ab")
    # docs/science/tiny-study.md: 100 first graders today, then the entrants of all units; b takes grade 3 of a.
    np.testing.assert_allclose(intake.children[a, 0], [100, 104, 108, 112, 117], rtol=1e-6)
    np.testing.assert_allclose(intake.children[b, 3], [88, 92, 96, 100, 104], rtol=1e-6)


def test_expected_entrants_are_the_mean_of_those_of_the_simulation(county):
    model = county.model
    draws = np.arange(1500)
    worlds = list(
        World(replace(model, births=replace(model.births, county_sd=0.0, zone_sd=0.0, unit_sd=0.0)), 1, draws)
    )
    index, chance = model.outlook.births_index, Chance()
    residents = np.repeat(model.residents[None], len(draws), axis=0)
    waiting = np.repeat(model.waiting[None], len(draws), axis=0)
    found, autumn = [], None
    for world in worlds:
        now, rest = births_of_year(model, index, world, chance)
        if autumn is not None:
            young = grow_up(model, residents, waiting, autumn + rest, world, chance)
            residents, waiting = young.residents, young.waiting
            found.append(young.entrants.sum(axis=1))
        autumn = now
    born = expected_births(model, index)[None]
    expected = expected_entrants(model, model.residents[None].astype(float), model.waiting[None].astype(float), born)
    means, errors = np.mean(found, axis=1), np.std(found, axis=1) / np.sqrt(len(draws))
    own = expected[0, :-1].sum(axis=0)
    assert (np.abs(means - own) < 4.5 * errors + 1e-6).all()


def test_intake_adds_up_to_the_public_children_of_all_homes(county):
    model = county.model
    intake, shares = intake_of(model, model.outlook.births_index), reference_regime(model).shares
    public = shares[:, 0, model.layout.real].sum(axis=1)
    today = (model.pupils[:, :, 0].sum(axis=1) * public).sum()
    assert intake.children[:, 0, 0].sum() == pytest.approx(today)


def test_growth_of_a_catchment_and_of_all():
    children = np.zeros((2, 1, 3))
    children[0, 0], children[1, 0] = (100, 110, 50), (0, 20, 40)
    own, everywhere = Intake(("a", "b"), children).growth(("b", "a"), 3)
    np.testing.assert_allclose(everywhere[0], np.log([1.3, 0.9, 0.9]))
    np.testing.assert_allclose(own[1, 0], np.log([1.1, 0.5, 0.5]))
    # Nobody lived there: it grows as all do.
    np.testing.assert_allclose(own[0, 0], everywhere[0])


def test_where_more_children_are_born_more_enter(county):
    """Zero while births are registered; then the county's factor, the same numbers as the births of the simulation."""
    births = replace(county.model.births, county_sd=0.1, zone_sd=0.0, unit_sd=0.0)
    model, draws = replace(county.model, births=births, estimated=None), np.arange(50)
    x = intake_draws(model, model.outlook.births_index, 9, draws)
    registered = int((~np.isnan(births.known).any(axis=0)).sum()) - 1  # years after the base year
    safe = registered + model.grades.entry_age
    assert not x[:, :, 0, :safe].any()
    later = x[:, :, 0, safe + 1 :]
    assert later.any()
    worlds = list(World(model, 9, draws))
    year = model.base_year + safe + 2 - model.grades.entry_age
    share = births.autumn_share
    logs = [worlds[y - model.base_year].births_log[:, 0] for y in (year - 1, year)]
    expected = np.log(share * np.exp(logs[0]) + (1 - share) * np.exp(logs[1]))
    whole = np.nanmax(np.abs(x[:, :, 0, safe + 1]), axis=1)
    np.testing.assert_allclose(whole, np.abs(expected), atol=0.02)


def test_estimated_children_widen_the_intake_of_their_schools(tmp_path):
    of = studies.study(busy.write(tmp_path, 8, estimated=0.2))
    draws = np.arange(400)
    x = intake_draws(of.model, of.model.outlook.births_index, 1, draws)
    assert x[:, :, 0, 0].std(axis=0).max() > 0.05
    counted = intake_draws(replace(of.model, estimated=None), of.model.outlook.births_index, 1, draws)
    assert not counted[:, :, 0, 0].any()
