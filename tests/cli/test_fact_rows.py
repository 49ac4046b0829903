"""Facts and sites of the shipped examples as the run folder keeps them, against their input files read by `csv`."""

import csv
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reports.shapes_facts import (
    BIRTHS,
    PARCEL_CHECKS,
    PARCELS,
    PROJECT_FACTS,
    SCHOOL_FACTS,
    SITE_DEMAND,
    STAGE_FACTS,
)
from reports.table_shapes import Shape, conform
from scenarios.shipped import FOLDER
from schoolplan.fact_rows import fact_rows
from schoolplan.prepare import Prepared, prepare
from schoolplan.site_rows import NO_PARCELS, site_rows
from sim.details import details_of
from sim.ladders import whole

SHAPES: dict[str, Shape] = {
    "school_facts": SCHOOL_FACTS,
    "stage_facts": STAGE_FACTS,
    "project_facts": PROJECT_FACTS,
    "registered_births": BIRTHS,
    "parcels": PARCELS,
    "parcel_checks": PARCEL_CHECKS,
    "site_demand": SITE_DEMAND,
}


def read(example: str, table: str) -> list[dict[str, str]]:
    with (FOLDER / example / "data" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def tables(prepared: Prepared) -> dict[str, pd.DataFrame]:
    made = fact_rows(prepared, details_of(prepared.bundle, whole(prepared.model))) | site_rows(prepared)
    return {name: conform(frame, SHAPES[name]) for name, frame in made.items()}


@pytest.fixture(scope="module")
def majiang() -> tuple[Prepared, dict[str, pd.DataFrame]]:
    prepared = prepare(Path(FOLDER) / "majiang" / "approval.yaml")
    return prepared, tables(prepared)


@pytest.fixture(scope="module")
def jinyun() -> tuple[Prepared, dict[str, pd.DataFrame]]:
    prepared = prepare(Path(FOLDER) / "jinyun" / "approval.yaml")
    return prepared, tables(prepared)


def test_schools_are_as_given(majiang: tuple[Prepared, dict[str, pd.DataFrame]]) -> None:
    facts = majiang[1]["school_facts"].set_index("school")
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for row in read("majiang", "sites"):
        for name in ("rooms", "beds", "land_m2", "floor_area_m2", "teaching_area_m2", "sports_area_m2"):
            sums[row["school"], name] += float(row[name])
    schools = {row["school"]: row for row in read("majiang", "schools")}
    units = {row["unit"]: row for row in read("majiang", "units")}
    assert set(facts.index) == set(schools)
    for (school, name), value in sums.items():
        assert facts.loc[school, name] == value
    for school, row in schools.items():
        assert str(facts.loc[school, "built"]) == row["built"]
        assert facts.loc[school, "township"] == units[row["unit"]]["township"]
        assert facts.loc[school, "urban"] == int(units[row["unit"]]["urban"])
        assert facts.loc[school, "flags"].split() == [flag for flag in row["flags"].split(";") if flag]
        first, last = int(row["first_grade"]), int(row["last_grade"])
        sizes = [45 if grade <= 6 else 50 for grade in range(first, last + 1)]
        assert facts.loc[school, "seats"] == math.floor(sums[school, "rooms"] * sum(sizes) / len(sizes) + 1e-9)


def test_pupils_and_boarders_of_the_base_year(majiang: tuple[Prepared, dict[str, pd.DataFrame]]) -> None:
    facts = majiang[1]["stage_facts"]
    pupils: dict[tuple[str, str], float] = defaultdict(float)
    for row in read("majiang", "enrolment"):
        if row["year"] == "2023" and row["pupils"]:
            pupils[row["school"], "primary" if int(row["grade"]) <= 6 else "junior"] += float(row["pupils"])
    board = {(row["school"], row["stage"]): float(row["boarders"]) for row in read("majiang", "boarders")}
    found = {(row.school, row.stage): row for row in facts.itertuples()}
    assert {key: row.pupils for key, row in found.items()} == {key: n for key, n in pupils.items() if n}
    for key, row in found.items():
        assert math.isnan(row.boarders) if key not in board else row.boarders == board[key]


def test_births_on_record(majiang: tuple[Prepared, dict[str, pd.DataFrame]]) -> None:
    births: dict[int, float] = defaultdict(float)
    for row in read("majiang", "births"):
        births[int(row["year"])] += float(row["births"])
    found = majiang[1]["registered_births"].set_index("year")
    assert found["births"].to_dict() == {year: number for year, number in births.items() if year <= 2023}
    assert set(found["units"]) == {len(read("majiang", "units"))}


def test_projects_bring_what_their_plan_says(majiang: tuple[Prepared, dict[str, pd.DataFrame]]) -> None:
    prepared, made = majiang
    facts = made["project_facts"].set_index(["plan", "project"])
    names = ["rooms", "land_m2", "floor_area_m2", "teaching_area_m2"]
    assert facts.loc[("county-plan", "no4-primary"), names].tolist() == [36, 28_700, 11_020, 7_380]
    assert math.isnan(facts.loc[("county-plan", "gonghe"), "floor_area_m2"])  # its plan does not say
    assert math.isnan(facts.loc[("county-plan", "no4-primary"), "art_rooms"])
    assert facts.loc[("county-plan", "no2-extension"), "land_m2"] == 0.0
    builds = {
        (plan.id, one.id) for plan in prepared.bundle.plans.values() for one in plan.projects if one.new or one.adds
    }
    assert set(facts.index) == builds
    assert ("compact", "close-longshan-9") not in builds


def test_a_study_without_parcels_lists_what_is_open(majiang: tuple[Prepared, dict[str, pd.DataFrame]]) -> None:
    prepared, made = majiang
    assert made["parcels"].empty
    checks = made["parcel_checks"]
    assert set(checks["parcel"]) == {NO_PARCELS}
    assert set(checks["code"]) == {each.code for each in prepared.bundle.pack.clearances}
    assert set(checks["checked"]) == {0}
    assert checks["nearest_m"].isna().all()


def test_who_lives_near_a_site(majiang: tuple[Prepared, dict[str, pd.DataFrame]]) -> None:
    """By hand: every demand point holds its share of the pupils whom the base year has in its unit."""
    prepared, made = majiang
    space, travel, model = prepared.space, prepared.space.travel, prepared.model
    assert travel is not None
    at = space.schools.index("ps-04")
    x, y = space.school_xy[at]
    wanted = {"m500": 0.0, "m1000": 0.0, "walk30": 0.0}
    for point in range(len(travel.point_unit)):
        unit = space.units[travel.point_unit[point]]
        lives = 0.0
        for cell, name in enumerate(model.layout.cells):
            if name.split("|")[0] == unit:
                lives += float(model.pupils[cell, :, :6].sum())
        share = lives * travel.point_weight[point]
        away = math.hypot(travel.point_xy[point, 0] - x, travel.point_xy[point, 1] - y)
        wanted["m500"] += share if away <= 500 else 0.0
        wanted["m1000"] += share if away <= 1000 else 0.0
        wanted["walk30"] += share if travel.point_minutes[0, point, at] <= 30 else 0.0
    rows = made["site_demand"]
    mine = rows[(rows["site"] == "ps-04") & (rows["stage"] == "primary")].set_index("within")["pupils"]
    assert mine.to_dict() == pytest.approx(wanted, abs=1e-3)
    assert wanted["walk30"] > 0


def test_parcels_are_those_of_the_land_table(jinyun: tuple[Prepared, dict[str, pd.DataFrame]]) -> None:
    prepared, made = jinyun
    given = {row["parcel"]: row for row in read("jinyun", "parcels")}
    parcels = made["parcels"].set_index("parcel")
    assert set(parcels.index) == set(given)
    for name, row in given.items():
        assert parcels.loc[name, "area_m2"] == float(row["area_m2"])
        told = ("status", "ownership", "planned_use")
        assert [parcels.loc[name, column] for column in told] == [row[column] for column in told]
        assert parcels.loc[name, "locked"] == int(row["locked"])
    checks = made["parcel_checks"]
    layers = set(prepared.bundle.study.layers.constraints)
    assert set(checks.loc[checks["checked"] == 1, "code"]) == layers
    assert len(checks) == len(given) * len(prepared.bundle.pack.clearances)
    assert checks.loc[checks["checked"] == 0, ["nearest_m", "lost"]].isna().all(axis=None)
    # What the checks of forbidding clearances take is what the usable area lacks.
    lost = checks[(checks["rule"] == "forbidden") & (checks["lost"] > 0)].groupby("parcel")["lost"].sum()
    short = 1.0 - parcels["usable_m2"] / parcels["area_m2"]
    assert set(lost.index) == set(short.index[short > 1e-6])
    assert np.allclose(lost, short[lost.index], atol=2e-3)
    near = made["site_demand"]
    assert set(near.loc[near["kind"] == "parcel", "site"]) == set(given)
    wide = near[near["kind"] == "parcel"].pivot_table(index=["site", "stage"], columns="within", values="pupils")
    assert (wide["m500"] <= wide["m1000"]).all()
