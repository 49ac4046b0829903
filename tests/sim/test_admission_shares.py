"""Shares of entrants in their zone and of migrant pupils in public places, and the clauses on them, by hand."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.admission_inputs import MIGRANTS, NEARBY, AdmissionInputs, admission_inputs
from sim.admission_shares import admission_share_rows, admission_verdicts, migrant_share, zone_share
from sim.ladders import whole
from tests.sim import studies

STAGES = ("primary", "junior")


def seen(zoned, migrants, bought=0.0, private=(False, False)):
    """What the shares read: two draws, one year, two schools, two stages."""
    inputs = AdmissionInputs(private=np.array(private), purchased={"p": bought})
    return SimpleNamespace(
        now=SimpleNamespace(result=SimpleNamespace(zoned=np.array(zoned), migrants=np.array(migrants))),
        model=SimpleNamespace(grades=SimpleNamespace(stages=STAGES), years=range(2024, 2025)),
        details=SimpleNamespace(admission=inputs, clauses=SimpleNamespace(compulsory=STAGES)),
        case=SimpleNamespace(network=SimpleNamespace(plan="p")),
        study="here",
    )


# [draw][year][school][stage][in their zone, all]
ZONED = [[[[[8, 10], [5, 5]], [[0, 10], [0, 0]]]], [[[[10, 10], [0, 0]], [[10, 10], [0, 0]]]]]
MIGRANT = [[[[30, 10], [5, 15]]], [[[0, 0], [0, 0]]]]


def test_zone_share_counts_public_schools_and_says_nothing_where_nobody_enters():
    one = seen(ZONED, MIGRANT)
    np.testing.assert_allclose(zone_share(one, "primary"), [[0.4], [1.0]])
    np.testing.assert_allclose(zone_share(one, "junior"), [[1.0], [np.nan]])
    np.testing.assert_allclose(zone_share(seen(ZONED, MIGRANT, private=(False, True)), "primary"), [[0.8], [1.0]])
    np.testing.assert_allclose(zone_share(one, "primary", np.array([False, True])), [[0.0], [1.0]])


@pytest.mark.parametrize(("bought", "share"), [(0.0, 35 / 60), (0.4, 45 / 60), (1.0, 1.0)])
def test_purchased_places_count_as_public(bought, share):
    one = seen(ZONED, MIGRANT, bought)
    np.testing.assert_allclose(migrant_share(one, STAGES), [[share], [np.nan]])
    np.testing.assert_allclose(migrant_share(one, ("primary",))[0], [(30 + bought * 10) / 40])


def test_rows_hold_every_stage_and_the_bounds_of_the_pack():
    of = studies.study(studies.LOADING, "study")
    inputs = admission_inputs(of.bundle, whole(of.model))
    assert [(bound.code, bound.stage, bound.limit) for bound in inputs.bounds] == [
        ("G13.primary", "primary", 1.0),
        ("G13.junior", "junior", 0.95),
        ("G15.migrant", "all", 0.85),
    ]
    assert {bound.indicator for bound in inputs.bounds} == {NEARBY, MIGRANTS}
    rows = admission_share_rows(seen(ZONED, MIGRANT))
    assert set(zip(rows["indicator"], rows["stage"], strict=True)) == {
        ("zone_share", "primary"), ("zone_share", "junior"), ("migrants_in_public_share", "all"),
        ("migrants_in_public_share", "primary"), ("migrants_in_public_share", "junior"),
    }  # fmt: skip


@pytest.mark.parametrize(("limit", "verdict", "probability"), [(0.5, "holds", 1.0), (0.6, "fails", 0.0)])
def test_the_bound_of_the_pack_decides_over_the_window(limit, verdict, probability):
    of = studies.study(studies.LOADING, "study")
    bound = replace(admission_inputs(of.bundle, whole(of.model)).bounds[2], limit=limit)
    migrants = np.tile(np.array([[[[30, 10], [5, 15]]]]), (40, 2, 1, 1))
    one = seen(ZONED, migrants)
    one.details.admission = replace(one.details.admission, bounds=(bound,))
    one.model.years, one.model.base_year, one.model.horizon = range(2024, 2026), 2023, 2025
    one.assessment = SimpleNamespace(window=(2024, 2025), required=0.9)
    row = admission_verdicts(one).iloc[0]
    assert (row["rule"], row["scope"], row["verdict"]) == ("G15.migrant", "county", verdict)
    assert row["probability"] == probability
    nobody = replace_migrants(one, migrants * 0)
    assert admission_verdicts(nobody).iloc[0]["verdict"] == "not-assessed"


def replace_migrants(one, migrants):
    one.now.result.migrants = migrants
    return one
