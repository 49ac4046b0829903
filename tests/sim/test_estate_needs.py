"""Schools that new housing needs: clauses by hand, phases as they cross a threshold, what a plan gives and when."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scenarios.packs import read_shipped
from scenarios.schema_pack import Demand, Facility
from sim.estate_needs import NEED_COLUMNS, estate_needs, facilities_needed, needed
from tests.sim import busy, studies
from tests.sim.test_estate_tables import phase

NAN = float("nan")


def shipped(name):
    pack, problems = read_shipped(name)
    assert not problems
    return pack


ZHUZHOU, HUNAN = shipped("cn-zhuzhou-2010-housing"), shipped("cn-hunan-2019-housing")


def clause(code):
    packs = (ZHUZHOU, HUNAN, shipped("cn-living-circles-2018"))
    return next(one for pack in packs for one in pack.facilities if one.code == code)


def sizes(residents=0.0, area=NAN, dwellings=0.0):
    return {"residents": residents, "floor_area_m2": area, "dwellings": dwellings}


@pytest.mark.parametrize(
    ("at_least", "up_to", "size", "count"),
    [
        (10_000, None, 9_999, 0), (10_000, None, 10_000, 1), (10_000, None, 19_999, 1), (10_000, None, 20_000, 2),
        (30_000, 50_000, 29_999, 0), (30_000, 50_000, 30_000, 1), (30_000, 50_000, 50_000, 1),
        (30_000, 50_000, 50_001, 2), (30_000, 50_000, 101_000, 3),
    ],
)  # fmt: skip
def test_facilities_by_threshold(at_least, up_to, size, count):
    assert facilities_needed(Demand(measure="residents", at_least=at_least, up_to=up_to), size) == count


def test_zhuzhou_by_hand():
    """10 000 residents or 300 000 m2: one primary school of at least 18 classes; the larger of the two counts holds."""
    assert needed(clause("ZZ.primary"), sizes(12_000, 200_000)) == (18.0, 1.0, "")
    assert needed(clause("ZZ.primary"), sizes(12_000, 650_000)) == (36.0, 2.0, "")
    assert needed(clause("ZZ.primary"), sizes(12_000)) == (18.0, 1.0, "floor_area_m2")
    assert needed(clause("ZZ.junior"), sizes(60_000, 400_000)) == (48.0, 2.0, "")
    amount, count, unknown = needed(clause("ZZ.kindergarten"), sizes(area=90_000))
    assert np.isnan(amount)
    assert (count, unknown) == (1.0, "")


def test_seats_per_thousand_begin_at_the_threshold():
    assert needed(clause("PT.primary"), sizes(3_200)) == (128.0, 0.0, "")
    assert needed(clause("PT.primary"), sizes(999)) == (0.0, 0.0, "")


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=7))


def having(of, facilities, phases, **facts):
    pack = ZHUZHOU.model_copy(update={"facilities": tuple(facilities)})
    estates = of.bundle.tables["estates"].assign(**facts)
    tables = {**of.bundle.tables, "estates": estates, "estate_phases": pd.DataFrame(list(phases))}
    return replace(of.bundle, tables=tables, facility_packs=(pack,))


def one_per(residents, amount=None, stage="primary", **more):
    """A clause: one school for so many residents."""
    text = {"zh": "条款", "en": "clause"}
    return Facility.model_validate(
        {"code": "T.one", "clause": text, "facility": stage, "when": [{"measure": "residents", "at_least": residents}],
         "amount": amount, "valid_from": "2020-01-01", "source": text, "source_grade": "M"} | more,
        strict=False,
    )  # fmt: skip


PHASES = (
    phase("e1", "1", 2024, 100, "under_construction"),
    phase("e1", "2", 2025, 100, "approved", month=10.0),
    phase("e1", "3", 2027, 100, "planned"),
)


def needs(bundle, plan="everything", **opening):
    found = estate_needs(bundle, {"everything": {"new-p4": 2025.0, "more-new": 2026.0, **opening}, "nothing": {}})
    return found[(found["plan"] == plan) & (found["estate"] == "e1")].reset_index(drop=True)


def test_the_school_is_needed_with_the_phase_that_crosses_the_threshold(county):
    bundle = having(county, [one_per(500.0, 4.0)], PHASES, residents_per_dwelling=2.5)
    found = needs(bundle)
    assert found[["phase", "year", "measured", "schools", "required"]].to_numpy().tolist() == [
        ["2", 2026, 500.0, 1.0, 4.0]
    ]
    assert list(found.columns) == list(NEED_COLUMNS)
    assert found.loc[0, ["clause", "facility", "unit", "source_grade"]].tolist() == ["T.one", "primary", "classes", "M"]


def test_needs_of_the_phases_add_up_to_those_of_the_estate(county):
    clauses = [one_per(200.0, 3.0), one_per(1.0, 40.0, code="T.seats", unit="seats", per="thousand")]
    bundle = having(county, clauses, PHASES, residents_per_dwelling=2.5)
    found = needs(bundle, "nothing").groupby("clause")[["schools", "required"]].sum()
    assert found.loc["T.one"].tolist() == [3.0, 9.0]  # 750 residents
    assert found.loc["T.seats"].tolist() == [0.0, pytest.approx(30.0)]


def test_what_a_plan_gives_is_used_once_and_late_is_said(county):
    """u4 has new-p4 (4 rooms, 2025) by place and by zone, then more-new (3 rooms, 2026)."""
    bundle = having(county, [one_per(250.0, 3.0)], PHASES, residents_per_dwelling=2.5)
    found = needs(bundle)
    assert found[["phase", "year", "provided", "status", "by"]].to_numpy().tolist() == [
        ["1", 2024, 3.0, "late", "new-p4"],
        ["2", 2026, 3.0, "in_time", "new-p4 more-new"],
        ["3", 2027, 1.0, "part", "more-new"],
    ]
    assert found["opens"].tolist() == [2025.0, 2026.0, 2026.0]
    assert (needs(bundle, "nothing")["status"] == "none").all()
    never = needs(bundle, **{"new-p4": NAN, "more-new": NAN})
    assert (never["status"] == "none").all()
    assert never["opens"].isna().all()


def test_stages_beyond_the_study_and_unknown_measures_are_said(county):
    area = {"when": [{"measure": "floor_area_m2", "at_least": 1000.0}], "code": "T.area"}
    bundle = having(county, [one_per(500.0, stage="kindergarten"), one_per(1.0, **area)], PHASES)
    found = needs(bundle)
    assert set(found.loc[found["clause"] == "T.one", "status"]) == {"not_in_study"}
    unknown = found[found["clause"] == "T.area"]
    assert unknown["status"].tolist() == ["unknown"] * 3
    assert set(unknown["unknown"]) == {"floor_area_m2"}
    given = needs(having(county, [one_per(1.0, **area)], PHASES, floor_area_m2=3000.0, dwellings=300))
    assert given["schools"].tolist() == [1.0, 1.0, 1.0]


def test_a_clause_without_a_size_is_met_by_a_school_of_any_size(county):
    bundle = having(county, [one_per(750.0)], PHASES, residents_per_dwelling=2.5)
    found = needs(bundle)
    assert found[["phase", "status", "by"]].to_numpy().tolist() == [["3", "in_time", "new-p4"]]
    assert found["required"].isna().all()


def test_a_clause_holds_from_its_first_to_its_last_day(county):
    for dates in ({"valid_from": "2027-01-01"}, {"valid_from": "2020-01-01", "valid_to": "2024-12-31"}):
        found = needs(having(county, [one_per(250.0, **dates)], PHASES, residents_per_dwelling=2.5), "nothing")
        assert found["phase"].tolist() == (["3"] if "valid_to" not in dates else ["1"])


def test_without_standards_there_are_no_needs(county):
    found = estate_needs(county.bundle, {})
    assert list(found.columns) == list(NEED_COLUMNS)
    assert found.empty
