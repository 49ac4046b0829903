"""What members of a programme have in common: as much as was said, and nothing of an ordinary run changes."""

import pickle

import numpy as np
import pytest
from scipy import stats

from sim.kin import COMMON, MemberSeed, member_seed
from sim.model import Model
from sim.streams import entities, normal, uniform
from sim.world import World
from tests.sim import studies

DRAWS = np.arange(20_000)
COUNTY = entities(["county"])
# Of 20 000 draws a correlation is known to about .007, an sd to .005: five of them.
NEAR_R, NEAR_SD = 0.036, 0.025


def factor(member: str, share: float, name: str = "births/county", year: int = 2030) -> np.ndarray:
    return normal(member_seed(7, member, share), name, year, COUNTY, DRAWS)[:, 0]


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.9])
@pytest.mark.parametrize("name", sorted(COMMON))
def test_two_members_correlate_by_the_share_and_each_is_standard_normal(share: float, name: str) -> None:
    a, b = factor("a", share, name), factor("b", share, name)
    assert abs(np.corrcoef(a, b)[0, 1] - share) < NEAR_R
    for one in (a, b):
        assert abs(one.mean()) < NEAR_SD * 1.5
        assert abs(one.std() - 1.0) < NEAR_SD
        assert stats.kstest(one, "norm").pvalue > 1e-4


def test_a_share_of_one_is_the_ordinary_run_and_none_is_independence() -> None:
    ordinary = normal(7, "pace", 0, COUNTY, DRAWS)[:, 0]
    np.testing.assert_array_equal(factor("a", 1.0, "pace", 0), ordinary)
    assert abs(np.corrcoef(factor("a", 0.0, "pace", 0), ordinary)[0, 1]) < NEAR_R


def test_streams_of_homes_and_schools_have_nothing_in_common_though_their_ids_are_equal() -> None:
    homes = entities(["u1|local", "u2|local"])
    a, b = (uniform(member_seed(7, one, 1.0), "births", 2030, homes, DRAWS) for one in "ab")
    assert abs(np.corrcoef(a[:, 0], b[:, 0])[0, 1]) < NEAR_R
    np.testing.assert_array_equal(a, uniform(int(member_seed(7, "a", 1.0)), "births", 2030, homes, DRAWS))


def test_uniform_numbers_of_a_shared_stream_are_uniform() -> None:
    u = uniform(member_seed(7, "a", 0.5), "forecast/shock", 2030, COUNTY, DRAWS)[:, 0]
    assert 0.0 < u.min() < u.max() < 1.0
    assert stats.kstest(u, "uniform").pvalue > 1e-4


def test_a_member_seed_is_a_number_that_workers_can_be_sent() -> None:
    seed = member_seed(7, "a", 0.5)
    again = pickle.loads(pickle.dumps(seed))
    assert isinstance(again, MemberSeed)
    assert (int(again), again.common, again.share) == (int(seed), 7, 0.5)
    assert int(seed) not in (7, int(member_seed(7, "b", 0.5)), int(member_seed(8, "a", 0.5)))


def births_of(seed: int, draws: int = 6000) -> tuple[np.ndarray, Model]:
    """Log factor on the births of the first home in the last simulated year, [draw]."""
    model = studies.study(studies.LOADING).model
    last = list(World(model, seed, np.arange(draws)))[-1]
    return last.births_log[:, 0], model


def test_births_of_homes_of_two_members_share_the_county_factor_alone_and_spread_as_they_did() -> None:
    share = 0.8
    (a, model), (b, _), (ordinary, _) = (
        births_of(x) for x in (member_seed(7, "a", share), member_seed(7, "b", share), 7)
    )
    births = model.births
    variance = births.county_sd**2 + births.zone_sd**2 + births.unit_sd**2
    years = model.horizon - model.base_year
    grown = 1.0 - births.rho ** (2 * years)  # the factors start at zero in the base year
    for one in (a, b, ordinary):
        assert one.std() == pytest.approx(np.sqrt(variance * grown), rel=0.04)
    # Standard error of a correlation of 6000 draws: .013.
    assert np.corrcoef(a, b)[0, 1] == pytest.approx(share * births.county_sd**2 / variance, abs=0.052)
