"""Access as tables: a county of three villages worked out by hand, demand points, grades, places without a way."""

import numpy as np
import pandas as pd
import pytest

from gis.access_table import COLUMNS, UNIT_COLUMNS, Homes, Moment, access_table, access_units, unit_homes
from gis.inequality import gini
from scenarios.packs import read_shipped

PACK = read_shipped("cn-2017-quality-balance")[0]
assert PACK is not None
UNITS = ("town", "near", "far")
URBAN = np.array([True, False, False])
# Walking at 3.6 km/h a kilometre takes 1000 / 60 minutes.
KM = np.array([[0.4, 5.0], [1.5, 4.0], [6.0, 2.5]])
MINUTES = KM / 3.6 * 60
GRADES = ("1", "4")
# Grade 1: town 50 at a, near 20 at a, far 10 at a and 6 at b.  Grade 4: town 40 at a, near 20 at b, far 10 at b.
PUPILS = np.array([[[50.0, 0], [20, 0], [10, 6]], [[40, 0], [0, 20], [0, 10]]])
SEATS = np.array([120.0, 60.0])


def moment(pupils=PUPILS, seats=SEATS, stage: str = "primary", grades: tuple[str, ...] = GRADES) -> Moment:
    return Moment("baseline", "county-plan", 2030, stage, grades, pupils, seats)


def table(homes: Homes, *moments: Moment, reach: float = 4.5) -> pd.DataFrame:
    return access_table(homes, moments, PACK, {"primary": reach}).set_index("stage")


def km() -> Homes:
    return unit_homes(UNITS, URBAN, KM, "km")


def test_a_county_by_hand_in_kilometres() -> None:
    found = table(km(), moment())
    assert list(found.index) == ["primary", "grade:1", "grade:4"]
    row = found.loc["primary"]
    assert row["pupils"] == 156
    # 90 at 0.4, 20 at 1.5, 16 at 2.5, 20 at 4.0, 10 at 6.0 km
    assert row["mean"] == pytest.approx((90 * 0.4 + 20 * 1.5 + 16 * 2.5 + 20 * 4.0 + 10 * 6.0) / 156)
    assert row[["p10", "p50", "p60", "p70", "p80", "p90", "p95"]].tolist() == [0.4, 0.4, 1.5, 1.5, 2.5, 4.0, 6.0]
    assert np.isnan(row["over_30"])  # half an hour is counted in minutes alone
    # Radii: 500 m in town holds all 90; 2 km in the country holds the 40 of near and not the 26 of far.
    assert row["covered_share"] == pytest.approx(130 / 156)
    # The pack bounds the way in minutes: in kilometres there is no clause, and no number.
    assert np.isnan(row["beyond"])
    assert np.isnan(row["beyond_share"])
    assert row["unreachable"] == 0


def test_thirty_minutes_hold_for_the_lower_grades_only() -> None:
    """1.8 km in 30 minutes: the 16 children of grade 1 in far are beyond; grade 4 has no clause."""
    found = table(unit_homes(UNITS, URBAN, MINUTES, "minutes"), moment(), reach=75.0)
    assert found.loc["grade:1", ["beyond", "beyond_share"]].tolist() == pytest.approx([16, 16 / 86])
    assert np.isnan(found.loc["grade:4", "beyond"])
    assert found.loc["primary", ["beyond", "beyond_share"]].tolist() == pytest.approx([16, 16 / 86])
    assert np.isnan(found.loc["primary", "covered_share"])
    # Beyond half an hour, clause or not: 16 at 2.5 km, 20 at 4 km and 10 at 6 km, of both grades.
    assert found["over_30"].tolist() == [46, 16, 30]


def test_places_within_reach_by_hand() -> None:
    """Rings of 1.5, 3 and 4.5 km. a: town and near at weight 1. b: near at .22, far at .68."""
    row = table(km(), moment()).loc["primary"]
    ratio_a, ratio_b = 120 / 130, 60 / (40 * 0.22 + 26 * 0.68)
    access = np.array([ratio_a, ratio_a + 0.22 * ratio_b, 0.68 * ratio_b])
    assert row["access_mean"] == pytest.approx(180 / 156)
    assert row["access_gini"] == pytest.approx(gini(access, np.array([90.0, 40, 26])))
    assert 0 < row["theil_between"] < row["access_theil"]
    assert row["unreached_seats"] == 0
    units = access_units(km(), [moment()], PACK, {"primary": 4.5}).set_index("unit")
    assert units.loc[list(UNITS), "access"].tolist() == pytest.approx(access.tolist())


def test_a_stage_without_a_catchment_size_has_no_access() -> None:
    found = access_table(km(), [moment(stage="junior")], PACK, {"primary": 4.5})
    assert found["access_gini"].isna().all()
    assert list(found.columns) == list(COLUMNS)


def test_a_school_that_closes_changes_coverage_and_access_at_once() -> None:
    closed = table(km(), moment(seats=np.array([0.0, 60.0]))).loc["primary"]
    # Only b is left: nobody in town or near lives within its radius, and far not either (2.5 km).
    assert closed["covered_share"] == 0.0
    assert closed["access_mean"] == pytest.approx(60 / 156)


def test_points_of_a_unit_have_ways_of_their_own() -> None:
    """Half of far lives across the river: 1.9 km from b instead of 2.5."""
    cost = np.vstack([KM, [6.0, 1.9]])
    homes = Homes(UNITS, URBAN, np.array([0, 1, 2, 2]), np.array([1.0, 1.0, 0.5, 0.5]), cost, "km")
    row = table(homes, moment()).loc["primary"]
    assert row["pupils"] == 156
    assert row["covered_share"] == pytest.approx((130 + 13) / 156)
    units = access_units(homes, [moment()], PACK, {}).set_index("unit")
    assert units.loc["far", "covered_share"] == pytest.approx(0.5)
    assert units.loc["far", "nearest"] == pytest.approx(2.2)
    assert units.loc["far", "mean"] == pytest.approx((10 * 6 + 16 * 2.2) / 26)
    assert list(access_units(homes, [moment()], PACK, {}).columns) == list(UNIT_COLUMNS)


def test_children_without_a_way_are_counted_and_not_in_the_mean() -> None:
    cost = MINUTES.copy()
    cost[2] = np.inf
    row = table(unit_homes(UNITS, URBAN, cost, "minutes"), moment(), reach=75.0).loc["primary"]
    assert row["unreachable"] == 26
    assert row["beyond"] == 16
    assert row["over_30"] == 46  # a child without a way is beyond every limit
    assert np.isfinite(row["mean"])
    assert row["p90"] == np.inf
    units = access_units(unit_homes(UNITS, URBAN, cost, "minutes"), [moment()], PACK, {}).set_index("unit")
    assert units.loc["far", "nearest"] == np.inf
    assert units.loc["far", "beyond"] == 16


def test_a_stage_without_pupils_says_nothing() -> None:
    row = table(km(), moment(pupils=np.zeros_like(PUPILS))).loc["primary"]
    assert row["pupils"] == 0
    assert row[["mean", "p50", "covered_share", "access_gini"]].isna().all()


def test_clauses_hold_from_their_day() -> None:
    early = Moment("baseline", "county-plan", 2017, "primary", GRADES, PUPILS, SEATS)
    found = table(unit_homes(UNITS, URBAN, MINUTES, "minutes"), early, reach=75.0)
    assert found["beyond"].isna().all()


def test_moments_keep_their_order_and_tables_may_be_empty() -> None:
    both = table(km(), moment(), moment(grades=GRADES, pupils=PUPILS * 2))
    assert both["pupils"].tolist()[::3] == [156, 312]
    assert access_table(km(), [], PACK, {}).empty
    assert access_units(km(), [], PACK, {}).empty


@pytest.mark.parametrize(
    ("change", "words"),
    [({"share": np.array([1.0, 1.0, 0.9])}, "add up to 1"), ({"urban": np.array([True])}, "shapes of"),
     ({"cost": np.full((3, 2), np.nan)}, "use inf where there is no way")],
)  # fmt: skip
def test_homes_that_cannot_be(change: dict, words: str) -> None:
    given = {"units": UNITS, "urban": URBAN, "unit_of": np.arange(3), "share": np.ones(3), "cost": KM, "measure": "km"}
    with pytest.raises(ValueError, match=words):
        Homes(**(given | change))


def test_pupils_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected \(2, 3, 2\)"):
        access_table(km(), [moment(pupils=PUPILS[:1])], PACK, {})
