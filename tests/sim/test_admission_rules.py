"""Rules of admission: lots, the nearest school with seats, feeders, classes of priority; engine and plain reference."""

from dataclasses import replace

import numpy as np
import pytest

from tests.sim import busy, ruled, studies
from tests.sim.test_reference import assert_equal

LOTS = {"rules": {"primary": "lottery"}}
NEAREST = {"rules": {"primary": "nearest", "junior": "nearest"}}
FEEDER = {"rules": {"junior": "feeder"}, "feeders": {"p1": "j2", "p2": "j1", "p3": "n1"}}
RANKS = {"priority": ruled.PRIORITY, "classes": ruled.CLASSES}
MIXED = {
    "rules": {"primary": "lottery", "junior": "feeder"},
    "unit_rules": {"primary": {"u1": "nearest", "u3": "nearest", "u6": "zone"}, "junior": {"u4": "nearest"}},
    "feeders": FEEDER["feeders"],
    **RANKS,
}


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=5), "study")


@pytest.mark.parametrize("rules", [LOTS, NEAREST, FEEDER, RANKS, MIXED], ids=["lots", "near", "feed", "ranks", "mixed"])
def test_the_engine_equals_the_plain_reference(county, rules):
    of = ruled.with_rules(county, **rules)
    assert_equal(of, "fast", "everything", [1], seed=5)


def test_the_engine_equals_the_plain_reference_where_a_plan_has_rules_of_its_own(county):
    of = ruled.with_rules(county, plans={"everything": {**NEAREST, "unit_rules": {"primary": {"u2": "lottery"}}}})
    assert_equal(of, "baseline", "everything", [0, 3], seed=5)
