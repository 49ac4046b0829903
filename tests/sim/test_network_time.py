"""Plans that take years: what fills up, runs out or follows, held to plain loops, conservation and yesterday's bytes."""

import numpy as np
import pytest

from sim.model import NEVER
from sim.network import Leaning, plan_network, regimes
from tests.sim import gradual, studies
from tests.sim.test_reference import assert_equal

DRAWS = np.arange(8)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return gradual.county(tmp_path_factory.mktemp("busy"), 5, gradual.plan())


@pytest.mark.parametrize(("future", "spread"), [("fast", "study"), ("baseline", "study"), ("fast", "none")])
def test_plans_that_take_years_equal_the_plain_reference(tmp_path, future, spread):
    of = gradual.county(tmp_path, 5, gradual.plan(), spread=spread)
    assert_equal(of, future, "gradual", [0] if spread == "none" else [0, 1], seed=5)
