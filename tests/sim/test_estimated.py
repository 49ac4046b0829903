"""Estimated counts of the base year: mean-neutral, equal in every case, exact without a spread, as wide as theory."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.estimated import WITHHELD_PUPILS, WITHHELD_SD, estimated_counts, pupils_of_draws, young_of_draws
from sim.model import Estimated, Model
from sim.tables import children_sd
from sim.world import World, YearWorld
from tests.sim import busy, studies

DRAWS = np.arange(4000)
SD = 0.2


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """The busy county with children of log sd .2 (every second unit .1) and a few withheld rolls."""
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), 4, estimated=SD))


def base_world(model: Model, draws=DRAWS, seed=3) -> YearWorld:
    return next(iter(World(model, seed, draws)))


def of(model: Model, sd: float, common: float) -> Estimated:
    """Every count estimated with one log sd."""
    ages = model.grades.entry_age + 1
    none = np.zeros((len(model.layout.schools), len(model.grades.names)), dtype=bool)
    return Estimated(np.full((len(model.layout.cells), ages), sd), common, none)


def test_numbers_that_were_counted_stay_exactly(county):
    model = county.model
    residents, waiting = young_of_draws(model, of(model, 0.0, 0.5), base_world(model))
    assert (residents == model.residents).all()
    assert (waiting == model.waiting).all()
    untouched = replace(model, estimated=None)
    assert estimated_counts(np.zeros((3, 9)), np.zeros((2, 2), dtype=bool), 0.5, 4) is None
    assert (studies.run(replace(county, model=untouched), "baseline", "nothing", 3).flows >= 0).all()


def test_a_run_without_spread_has_exactly_the_given_numbers(county):
    assert county.model.estimated is not None
    assert studies.made_of(studies.with_spread(county.bundle, "none"), county.space).model.estimated is None


def test_the_mean_is_the_given_number_and_the_spread_the_declared_one(county):
    model = replace(county.model, residents=np.full_like(county.model.residents, 200))
    residents, _ = young_of_draws(model, of(model, SD, 0.5), base_world(model))
    n = residents.shape[0]
    ratio = residents / 200.0
    # One cell has n draws: the error of its mean is sd / sqrt(n); five of them never happen by chance.
    assert np.abs(ratio.mean(axis=0) - 1.0).max() < 5 * SD / np.sqrt(n)
    declared = np.sqrt(np.exp(SD**2) - 1.0)
    assert np.abs(ratio.std(axis=0) / declared - 1.0).max() < 5 / np.sqrt(n)


@pytest.mark.parametrize("common", [0.0, 0.5, 1.0])
def test_units_share_the_declared_part_of_the_error_at_an_age_and_ages_share_none(county, common):
    model = replace(county.model, residents=np.full_like(county.model.residents, 500))
    residents, _ = young_of_draws(model, of(model, SD, common), base_world(model))
    logs = np.log(residents)
    between_homes = np.corrcoef(logs[:, :, 1].T)[np.triu_indices(logs.shape[1], 1)]
    between_ages = np.corrcoef(logs[:, 0, :].T)[np.triu_indices(logs.shape[2], 1)]
    assert np.abs(between_homes - common).max() < 5 / np.sqrt(len(logs))
    assert np.abs(between_ages).max() < 5 / np.sqrt(len(logs))


def test_children_are_the_same_in_every_future_and_plan_and_in_any_block(county):
    model, estimated = county.model, county.model.estimated
    whole = young_of_draws(model, estimated, base_world(model, np.arange(10)))[0]
    parts = [young_of_draws(model, estimated, base_world(model, np.arange(a, b)))[0] for a, b in ((0, 3), (3, 10))]
    assert (whole == np.concatenate(parts)).all()
    base, fast = (studies.run(county, future, "nothing", 20) for future in ("baseline", "fast"))
    built = studies.run(county, "baseline", "everything", 20)
    assert (base.entrants == built.entrants).all()
    assert (base.residents == built.residents).all()
    # A future moves some of them, from the same start: the two counties stay within its moves of the first year.
    moved = fast.flows[:, 0, 5:8].sum(axis=1)
    assert (np.abs(base.residents[:, 0].sum(axis=1) - fast.residents[:, 0].sum(axis=1)) <= moved).all()


def test_a_count_reaches_the_entry_cohort_of_its_year(county):
    model = county.model
    sd = np.zeros((len(model.layout.cells), model.grades.entry_age + 1))
    sd[:, 1] = 0.5
    only = replace(model, estimated=Estimated(sd, 0.0, np.zeros_like(model.estimated.withheld)))
    none = replace(model, estimated=None)
    a, b = (studies.run(replace(county, model=m), "baseline", "nothing", 30).entrants for m in (only, none))
    # Aged 1 in the base year and 4 at entry: three years ahead, and the late ones of that cohort a year after.
    differs = (a != b).any(axis=(0, 2))
    entry = model.grades.entry_age - 1 - 1
    assert differs.nonzero()[0].min() == entry
    assert differs[entry]
    assert set(differs.nonzero()[0].tolist()) <= {entry, entry + 1}


def test_pupils_on_record_are_untouched_and_withheld_rolls_are_one_to_nine(county):
    model, estimated = county.model, county.model.estimated
    assert estimated.withheld.any()
    pupils = pupils_of_draws(model, estimated, base_world(model))
    schools = len(model.layout.schools)
    rolls = np.zeros((len(DRAWS), schools, len(model.grades.names)), dtype=int)
    given = np.zeros((schools, len(model.grades.names)), dtype=int)
    for school in range(schools):
        cell, slot = np.nonzero(model.layout.slot_school == school)
        rolls[:, school] = pupils[:, slot, cell].sum(axis=1)
        given[school] = model.pupils[cell, slot].sum(axis=0)
    counted = ~estimated.withheld
    assert (rolls[:, counted] == given[counted]).all()
    hidden = rolls[:, estimated.withheld]
    assert set(np.unique(hidden)) == set(range(1, 10))
    assert (given[estimated.withheld] == WITHHELD_PUPILS).all()
    assert np.abs(hidden.mean(axis=0) - WITHHELD_PUPILS).max() < 5 * WITHHELD_SD / np.sqrt(len(DRAWS))
    assert np.abs(hidden.std(axis=0) / WITHHELD_SD - 1).max() < 0.05
    untouched = pupils[..., ~estimated.withheld.any(axis=0)]
    assert (untouched == model.pupils.transpose(1, 0, 2)[None][..., ~estimated.withheld.any(axis=0)]).all()


def test_conservation_holds_whatever_the_start(county):
    one = studies.case(county, "fast", "everything", 8)
    for before, after, end in studies.walk(county, one, np.arange(8)):
        total = [
            s.residents.sum(axis=(1, 2)) + s.waiting.sum(axis=1) + s.pupils.sum(axis=(1, 2, 3)) for s in (before, after)
        ]
        assert (total[1] - total[0] == end.flows.net).all()


def test_the_errors_of_two_census_ages_that_make_one_are_weighted_by_children(county):
    table = pd.DataFrame(
        {"unit": "u1", "group": "local", "age": [0, 1, 2], "children": [10, 20, 30], "estimated_sd": [0.1, 0.0, 0.4]}
    )
    bundle = replace(county.bundle, tables={**county.bundle.tables, "children": table})
    assert str(bundle.study.children_as_of) == "2023-11-01"
    sd = children_sd(bundle, {"u1|local": 0}, 2)
    # Age 0 on 31 August: 5/6 of 10 with .1 and 1/6 of 20 with 0; age 1: 5/6 of 20 with 0 and 1/6 of 30 with .4.
    expected = [50 / 6 * 0.1 / (50 / 6 + 20 / 6), 30 / 6 * 0.4 / (100 / 6 + 30 / 6), 0.4]
    np.testing.assert_allclose(sd[0], expected, rtol=1e-12)
    assert (sd[1] == 0).all()
    on_the_day = bundle.study.model_copy(update={"children_as_of": None})
    assert children_sd(replace(bundle, study=on_the_day), {"u1|local": 0}, 2)[0].tolist() == [0.1, 0.0, 0.4]


def entry_sd(study, estimated, draws, year):
    """Relative sd of the county's entrants of one year [-], and their mean."""
    model = replace(study.model, estimated=estimated, horizon=study.model.base_year + year)
    entrants = (
        studies.run(replace(study, model=model), "baseline", "do-nothing", draws).entrants[:, year - 1].sum(axis=1)
    )
    return entrants.std() / entrants.mean(), entrants.mean()


@pytest.mark.slow
@pytest.mark.parametrize("common", [0.0, 0.5, 1.0])
def test_entry_cohorts_widen_as_the_closed_form_says(common):
    study, draws = studies.study(studies.LOADING), 6000
    model = study.model
    for year in (1, 3, 5):
        counted, mean = entry_sd(study, None, draws, year)
        made, mean_made = entry_sd(study, of(model, 0.08, common), draws, year)
        cohort = model.residents[:, model.grades.entry_age - year]
        weight = cohort / cohort.sum()
        county = (np.exp(0.08**2) - 1) * (common + (1 - common) * (weight**2).sum())
        # Whole children: floor(x + u) adds the variance f (1 - f) of a home, 1/6 on average over the fraction f.
        rounding = (cohort > 0).sum() / 6 / mean**2
        ratio, expected = made / counted, np.sqrt(1 + (county + rounding) / counted**2)
        print(f"common {common}, year +{year}: wider by {ratio:.3f}, closed form {expected:.3f}")
        # Each sd has the relative error 1 / sqrt(2 draws), their ratio at most 1 / sqrt(draws); two and a half of them.
        assert abs(ratio / expected - 1) < 2.5 / np.sqrt(draws)
        assert ratio > 1 + 0.5 * (expected - 1)
        assert abs(mean_made / mean - 1) < 5 * made / np.sqrt(draws)
