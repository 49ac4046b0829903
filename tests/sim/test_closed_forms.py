"""Closed forms: shifted cohorts, a stable population, the path without chance and the mean with it."""

from dataclasses import replace

import numpy as np
import pytest

from sim.reference_rolls import forecast_rolls
from tests.sim import studies


def with_table(of, name, change):
    """The study with one table changed, built anew."""
    tables = dict(of.bundle.tables)
    tables[name] = change(tables[name].copy())
    return studies.made_of(replace(of.bundle, tables=tables), of.space)


def constant(column, value):
    """A table whose column holds one value."""
    return lambda table: table.assign(**{column: value})


@pytest.mark.parametrize("plan", ["do-nothing", "build"])
def test_with_ratio_one_every_cohort_moves_up_whole(plan):
    """The tiny study has ratio 1, nobody dies or waits: only time passes, whatever is built."""
    of = studies.study(studies.TINY, "none")
    one = studies.case(of, "steady", plan)
    for before, after, _ in studies.walk(of, one, np.array([0])):
        all_before = np.concatenate([before.residents, before.pupils.sum(axis=1)], axis=2)
        all_after = np.concatenate([after.residents, after.pupils.sum(axis=1)], axis=2)
        np.testing.assert_array_equal(all_after[:, :, 1:], all_before[:, :, :-1])


def test_a_stable_population_stays_stable():
    """Every cohort the same size, in the record and among the young, births that renew it: nothing ever changes."""
    of = studies.study(studies.TINY, "none")
    of = with_table(of, "enrolment", constant("pupils", 120))
    of = with_table(of, "children", constant("children", 40))
    of = with_table(of, "births", constant("births", 40))
    result = studies.run(of, "steady", "do-nothing")
    assert (result.rolls[result.rolls > 0] == 120).all()
    np.testing.assert_array_equal(result.rolls, np.broadcast_to(result.rolls[:, :1], result.rolls.shape))
    assert (result.residents == 240).all()
    assert (result.pupils == 200).all()


def test_a_county_that_always_lost_a_twentieth_goes_on_losing_it():
    """Ratio .95 in every grade and year: the forecast of a grade is .95 of the grade below a year before."""
    of = studies.study(studies.TINY, "none")

    def shrinking(table):
        grade = table["grade"].astype(int)
        return table.assign(pupils=np.rint(400 * 0.95 ** (grade - 1)))

    of = with_table(of, "enrolment", shrinking)
    county = studies.county(studies.run(of, "steady", "do-nothing"))[0]
    np.testing.assert_allclose(county[1:, 1:], 0.95 * county[:-1, :-1], rtol=0.01)


@pytest.mark.slow
def test_the_mean_of_many_worlds_is_the_deterministic_run():
    """Forces have median 0, so a mean lies a little above the path: by half their variance, a percent or two here."""
    of, calm = studies.study(studies.TINY, "study"), studies.study(studies.TINY, "none")
    draws = 4000
    many = forecast_rolls(of.model, 5, np.arange(draws)).sum(axis=2)
    one = forecast_rolls(calm.model, 5, np.array([0])).sum(axis=2)[0]
    error = many.std(axis=0) / np.sqrt(draws)
    half = 0.5 * (many.std(axis=0) / many.mean(axis=0)) ** 2 * one
    assert (np.abs(many.mean(axis=0) - one) < half + 4.5 * error + 0.5).all()


def test_the_forecast_of_the_loading_study_starts_from_the_ratios_of_its_history():
    """First year, no chance: public pupils of a grade are near those of the grade below times the learnt ratio."""
    of = studies.study(studies.LOADING, "none")
    model = of.model
    public = model.pupils[:, model.layout.real].sum(axis=(0, 1))
    county = studies.county(studies.run(of, "baseline", "do-nothing"))[0, 0]
    ratios = np.exp(model.outlook.path.district.log_ratio[0])
    np.testing.assert_allclose(county[1:], public[:-1] * ratios, rtol=0.04)
