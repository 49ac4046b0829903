"""Closed forms: shifted cohorts, a stable population, a geometric path; exact without chance, in the mean with it."""

from dataclasses import replace

import numpy as np
import pytest

from sim.engine import simulate
from tests.sim import studies


def with_ratio(model, ratio, phi=0.0):
    """The model with one ratio everywhere."""
    known = model.ratios
    same = {name: np.full_like(getattr(known, name), ratio) for name in ("school", "pooled", "county")}
    return replace(model, ratios=replace(known, **same, phi=np.full_like(known.phi, phi)))


def plain(of):
    """No chance, ratio 1, nobody dies or waits: only time passes."""
    model = with_ratio(of.model, 1.0)
    share = np.ones_like(model.entry_share)
    waiting = np.zeros_like(model.waiting)
    return replace(
        of, model=replace(model, survival=1.0, entry_share=share, waiting=waiting, inbound=0.0 * model.inbound)
    )


@pytest.fixture(scope="module")
def loading():
    return plain(studies.study(studies.LOADING, "none"))


@pytest.mark.parametrize("plan", ["do-nothing", "build"])
def test_with_ratio_one_every_cohort_moves_up_whole(loading, plan):
    model = loading.model
    entry_age, grades = model.grades.entry_age, len(model.grades.names)
    by_home = np.concatenate([model.residents, model.pupils.sum(axis=1)], axis=1)
    one = studies.case(loading, "baseline", plan)
    for before, after, _ in studies.walk(loading, one, np.array([0])):
        all_before = np.concatenate([before.residents, before.pupils.sum(axis=1)], axis=2)
        all_after = np.concatenate([after.residents, after.pupils.sum(axis=1)], axis=2)
        np.testing.assert_array_equal(all_after[:, :, 1:], all_before[:, :, :-1])
    years = len(model.years)
    top = np.array([by_home[:, entry_age + grades - 1 - years].sum()])
    assert after.pupils[..., -1].sum() == top


def test_the_roll_of_a_grade_is_the_roll_of_the_grade_below_a_year_before(loading):
    result = studies.run(loading, "baseline", "do-nothing")
    county, stage = studies.county(result), loading.model.grades.stage_of
    outside = loading.model.pupils[:, loading.model.layout.pseudo].sum(axis=(0, 1))
    inside_a_stage = np.flatnonzero(stage[1:] == stage[:-1])
    np.testing.assert_array_equal(county[:, 1:, inside_a_stage + 1], county[:, :-1, inside_a_stage])
    # Between the stages, too: who is in a public school stays in one.
    assert (county[:, 1:, 6] == county[:, :-1, 5]).all()
    assert outside.sum() > 0


def test_a_stable_population_stays_stable():
    """Every cohort the same size, births that renew it: nothing ever changes."""
    of = plain(studies.study(studies.TINY, "none"))
    model = of.model
    inside = (model.layout.unit_of >= 0)[:, None]
    known = np.where(np.isnan(model.births.known), np.nan, 40.0 * inside)
    births = replace(model.births, known=known, level=40.0 * inside[:, 0], autumn_share=0.25)
    pupils = (model.pupils > 0) * 40
    model = replace(
        model, residents=40 * inside * np.ones_like(model.residents), pupils=pupils.astype(np.int32), births=births
    )
    of = studies.until(replace(of, model=replace(model, residents=model.residents.astype(np.int32))), 2027)
    result = studies.run(of, "steady", "do-nothing")
    np.testing.assert_array_equal(result.rolls, np.broadcast_to(result.rolls[:, :1], result.rolls.shape))
    assert (result.residents == 240).all()
    assert (result.pupils == 200).all()
    assert result.rolls[0, 0].sum() == 600


@pytest.mark.slow
@pytest.mark.parametrize("ratio", [1.0, 0.94, 1.05])
def test_with_chance_the_mean_follows_the_ratio_and_the_variance_the_dispersion(ratio):
    """A year later a grade of N has mean r N and variance phi N (level shocks off), whatever a plan does to schools."""
    of = studies.study(studies.TINY, "study")
    model = with_ratio(of.model, ratio, phi=0.6)
    quiet = replace(model.spread, county_year=0.0, cluster_year=0.0, unit_lasting=0.0, entry_phi=0.0)
    model = studies.until(replace(of, model=replace(model, spread=quiet)), 2025).model
    draws = 6000
    result = simulate(model, [studies.case(of, "steady", "build", draws)], 3, np.arange(draws))[0]
    county = studies.county(result)[:, 0]
    before = model.pupils.sum(axis=(0, 1))[:-1]
    error = np.sqrt(0.6 * before / draws)
    assert (np.abs(county[:, 1:].mean(axis=0) - ratio * before) < 4 * error).all()
    np.testing.assert_allclose(county[:, 1:].var(axis=0), 0.6 * before, rtol=0.1)


@pytest.mark.slow
def test_level_shocks_leave_the_mean_alone():
    """Shocks are log-normal with mean one: the mean of many worlds is the deterministic run."""
    of = studies.until(plain(studies.study(studies.TINY, "study")), 2026)
    loud = replace(of.model.spread, county_year=0.05, cluster_year=0.04, unit_lasting=0.05, entry_phi=0.0)
    of = replace(of, model=replace(of.model, spread=loud))
    draws = 8000
    county = studies.county(studies.run(of, "steady", "do-nothing", draws))
    calm = studies.county(
        studies.run(studies.until(plain(studies.study(studies.TINY, "none")), 2026), "steady", "do-nothing")
    )
    error = county.std(axis=0) / np.sqrt(draws)
    assert (np.abs(county.mean(axis=0) - calm[0])[0] < 4.5 * error[0] + 1e-9).all()


def test_the_reference_path_equals_the_county_ratios():
    """First year, no chance: public pupils of a grade are those of the grade below times the ratio of the history."""
    of = studies.study(studies.LOADING, "none")
    model = of.model
    public = model.pupils[:, model.layout.real].sum(axis=(0, 1))
    county = studies.county(studies.run(of, "baseline", "do-nothing"))[0, 0]
    expected = public[:-1] * model.ratios.county
    assert (np.abs(county[1:] - expected) <= 2.0).all()


@pytest.mark.slow
def test_the_reference_path_of_majiang_equals_the_county_ratios():
    of = studies.study(studies.MAJIANG, "none")
    model = of.model
    public = model.pupils[:, model.layout.real].sum(axis=(0, 1))
    county = studies.county(studies.run(of, "baseline", "do-nothing"))[0, 0]
    np.testing.assert_allclose(county[1:], public[:-1] * model.ratios.county, rtol=0.01)
