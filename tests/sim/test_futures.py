"""Futures are differences from the reference future: it adds exactly nothing, and returns keep their size."""

from dataclasses import replace

import numpy as np
import pytest

from sim.future_flows import urban_path, urban_rates
from sim.futures import extra_rates, future_rates
from tests.sim import busy, studies
from tests.sim.test_pairing import assert_same


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=7))


def rates(of, future):
    return future_rates(of.bundle, of.model, of.bundle.futures[future])


def test_the_reference_future_adds_exactly_nothing(county):
    base = rates(county, "baseline")
    assert not base.urban.any()
    assert not base.local.any()
    assert not base.migrant.any()
    assert (base.pull == 1.0).all()
    assert base.estates == ()
    assert not any(base.moves(i) for i in range(len(base.urban)))


def test_scaling_the_paths_of_all_futures_alike_changes_no_byte(county):
    """Urbanisation, migration and pull of the reference and of its copy change together: the same rolls."""
    paths = {
        "urban_share": {2023: 0.3, 2029: 0.8},
        "external_migration": county.bundle.futures["fast"].external_migration,
        "town_pull": {2023: 1.0, 2029: 2.0},
        "estates": ("e1",),
    }
    base = county.bundle.futures["baseline"]
    turned = replace(county.bundle, futures={"baseline": base.model_copy(update=paths)})
    other = studies.made_of(turned, county.space)
    one, two = (studies.run(of, "baseline", "everything", 6) for of in (county, other))
    assert_same(one, two)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_the_models_own_share_follows_the_official_path_on_the_logit_scale(share):
    official = np.array([0.42, 0.46, 0.52, 0.56])
    path = urban_path(official, share)
    assert path[0] == pytest.approx(share)
    logit = np.log(path / (1 - path)) - np.log(official / (1 - official))
    np.testing.assert_allclose(logit, logit[0])


def test_rates_of_leaving_villages_give_the_path_back():
    path = urban_path(np.linspace(0.4, 0.6, 11), 0.35)
    town, village = path[0], 1 - path[0]
    for rate, expected in zip(urban_rates(path)[1:], path[1:], strict=True):
        town, village = town + rate * village, village * (1 - rate)
        assert town == pytest.approx(expected)


def test_a_slower_future_sends_back_as_many_as_it_should():
    """Moves of the reference are in the ratios: they and the extra rates together must give the future's own path."""
    reference, slow = (urban_path(np.array(path), 0.3) for path in ([0.4, 0.5, 0.6], [0.4, 0.42, 0.43]))
    implied, extra = urban_rates(reference), extra_rates(slow, urban_rates(reference))
    town, village = 0.3, 0.7
    for i in (1, 2):
        assert extra[i] < 0
        moving = implied[i] * village + extra[i] * town
        town, village = town + moving, village - moving
        assert town == pytest.approx(slow[i])
    faster = extra_rates(reference, urban_rates(slow))
    assert (faster[1:] > 0).all()
    np.testing.assert_allclose(faster, urban_rates(reference) - urban_rates(slow))


def test_migration_is_per_thousand_and_a_difference(county):
    fast = rates(county, "fast")
    assert fast.local[0] == pytest.approx(-0.020)
    assert fast.local[-1] == pytest.approx(0.010)
    assert fast.migrant[-1] == pytest.approx(-0.040)
    assert fast.pull[-1] == pytest.approx(1.8)


def test_estates_come_in_the_order_of_their_names_after_their_completion(county):
    fast = rates(county, "fast")
    assert [estate.id for estate in fast.estates] == ["e1", "e2"]
    assert [[estate.brings(i) for i in range(7)] for estate in fast.estates] == [
        [i >= 2 for i in range(7)],
        [i >= 3 for i in range(7)],
    ]
    assert county.model.layout.cells[fast.estates[1].cell] == "u2|local"


def test_births_follow_the_index(county):
    assert rates(county, "fast").births_index[[0, -1]].tolist() == [1.0, 1.2]
