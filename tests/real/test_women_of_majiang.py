"""Women of Majiang in the census of 2020: what their births imply, and births that follow the number of mothers."""

import csv

import numpy as np
import pytest

from scenarios.fertility import load_fertility
from scenarios.women import AGES, by_single_age, fertility_shape
from sim import births as br
from sim.ages import Bands, split_sprague

BIRTHS_OF_2020 = 1850  # residents aged 0 on census day: 1851


@pytest.fixture(scope="module")
def bands(china_data):
    """Women by age band, 0, 1-4, 5-9 .. 50-54."""
    with (china_data / "census_2020_selected_counties.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["区划代码"].startswith("522635"))
    return {0: float(row["女_0岁"]), 1: float(row["女_1到4岁"])} | {
        low: float(row[f"女_{low}到{low + 4}岁"]) for low in range(5, 55, 5)
    }


def women_of(counted):
    table = load_fertility()
    survival = by_single_age(table.women_survival)
    count = br.on_first_of_july(counted, survival, -123 / 365.25)
    return br.Women(2020, count, survival, fertility_shape(table.schedule), 100 / 211.3)


def even(bands):
    ends = [*list(bands)[1:], 55]
    return np.concatenate([np.full(end - low, bands[low] / (end - low)) for low, end in zip(bands, ends, strict=True)])


def test_births_and_women_of_2020_imply_the_rate_of_a_county_of_guizhou(bands):
    """2.6 children per woman; the province had 2.12 in this census, the nation 1.30."""
    women = women_of(even(bands)[:AGES])
    rate = br.implied_rates(women.count[None], women.shape, np.array([BIRTHS_OF_2020]))
    assert rate[0] == pytest.approx(2.6, abs=0.1)


def test_at_the_same_rate_births_follow_the_women_and_the_split_of_bands_hardly_matters(bands):
    """At the rate of 2020 births would fall by a tenth until 2026 and rise again with the girls of 1-14; two ways to
    divide the bands differ by less than two per cent, so ages are spread evenly in them."""
    by_sprague = split_sprague(Bands((*bands, 55), np.array([list(bands.values())])), 50).ages[0]
    years, paths = 19, []
    for counted in (even(bands)[:AGES], by_sprague):
        women = women_of(counted)
        rate = float(br.implied_rates(women.count[None], women.shape, np.array([BIRTHS_OF_2020]))[0])
        births, _ = br.cohort_births(
            women, np.full(years, rate), np.full(years, np.nan), np.ones(years), np.zeros(years)
        )
        paths.append(births / births[0])
    evenly, sprague = paths
    np.testing.assert_allclose(evenly, sprague, atol=0.02)
    assert evenly[6] == pytest.approx(0.90, abs=0.01)  # 2026
    assert evenly[18] == pytest.approx(1.12, abs=0.02)  # 2038


def test_the_fall_since_2020_is_fewer_children_per_woman(bands):
    """Registered births (facts and rates of the province) of 2020-2023 over the women of those years."""
    women = women_of(even(bands)[:AGES])
    registered = np.array([BIRTHS_OF_2020, 1590.0, 1430.0, 1320.0])
    births, count = br.cohort_births(women, np.full(4, np.nan), registered, np.ones(4), np.zeros(4))
    rates = br.implied_rates(count, women.shape, births)
    assert rates[3] == pytest.approx(1.94, abs=0.01)
    assert (np.diff(rates) < 0).all()
