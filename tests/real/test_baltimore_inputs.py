"""A real place: the study is made from the published files, loads, checks without errors and has a geography."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gis.export import units_frame
from gis.space import build_space
from reports.geojson import units_document
from reports.run_folder import document_bytes
from scenarios.bundle import Bundle
from scenarios.loader import check, load
from scenarios.problems import has_errors
from tests.real.baltimore import tables
from tests.real.baltimore.prepare import prepare

YEARS = (2017, 2018)


@pytest.fixture(scope="module")
def scenario_files(baltimore_data, tmp_path_factory) -> dict[int, Path]:
    return {year: prepare(baltimore_data, tmp_path_factory.mktemp(f"b{year}"), year) for year in YEARS}


@pytest.fixture(scope="module", params=YEARS)
def bundle(request, scenario_files) -> Bundle:
    return load(scenario_files[request.param])


@pytest.fixture(scope="module")
def published(baltimore_data) -> pd.DataFrame:
    rows = pd.read_csv(baltimore_data / "enrolment.csv", dtype={"school_id": str, "grade": str})
    return rows[rows["grade"].isin(tables.GRADES)].set_index(["school_id", "grade", "year"])


@pytest.mark.parametrize("year", YEARS)
def test_the_study_checks_without_errors(year: int, scenario_files) -> None:
    problems = check(scenario_files[year])
    assert not has_errors(problems), [problem for problem in problems if problem.severity == "error"]


def test_the_zones_are_read_where_they_lie(bundle, baltimore_data) -> None:
    assert not list(bundle.root.rglob("*.geojson"))
    assert bundle.layer_path("units").resolve() == (baltimore_data / "es_zones_SY2021_wgs84.geojson").resolve()


def test_the_geography_is_that_of_the_city(bundle) -> None:
    space, problems = build_space(bundle)
    # GIS060: schools that stand beside the zone they serve; the city has some.
    assert {problem.code for problem in problems} == {"GIS024", "GIS060"}
    assert space is not None
    assert len(space.units) == 96
    assert space.area_km2.sum() == pytest.approx(238, abs=1)
    assert space.distance_km.max() < 30
    schools = bundle.tables["schools"].set_index("school")
    assert list(space.school_unit) == schools.loc[list(space.schools), "unit"].tolist()
    assert np.array_equal(space.school_distance_km, space.school_distance_km.T)


def test_every_zone_has_a_school_near_it(bundle) -> None:
    space, _ = build_space(bundle)
    assert space is not None
    rows = bundle.tables["zones"]
    far = [
        space.distance_km[space.units.index(unit), space.schools.index(school)]
        for unit, school in zip(rows["unit"], rows["school"], strict=True)
    ]
    assert max(far) < 6
    assert rows.groupby("stage")["unit"].nunique().to_dict() == {"elementary": 96, "middle": 96}


def test_pupils_are_those_published(bundle, published) -> None:
    ours = bundle.tables["enrolment"].set_index(["school", "grade", "year"])
    theirs = published.loc[ours.index]
    assert np.array_equal(ours["pupils"], theirs["n"], equal_nan=True)
    assert (ours["suppressed"] == theirs["suppressed"]).all()
    year = bundle.study.base_year
    now, all_now = ours.xs(year, level="year"), published.xs(year, level="year")
    assert now["pupils"].sum() > 0.93 * all_now["n"].sum()
    assert not ours.index.get_level_values("year").max() > year


def test_sixth_graders_come_from_beyond_the_zone_and_every_school_may_take_them(bundle) -> None:
    rows = bundle.tables["enrolment"].set_index(["school", "grade", "year"])["pupils"]
    assert rows["300233", "6", 2017] > 1.5 * rows["300233", "5", 2016]
    assert set(bundle.tables["schools"]["reach"]) == {"county"}


def test_births_of_the_city_are_shared_out_completely(bundle, baltimore_data) -> None:
    births = bundle.tables["births"]
    city = births.groupby("year")["births"].sum()
    assert city.loc[2016] == (8602 + 8236) // 2
    assert city.loc[2009] == round((9861 + (9861 + 8951) / 2) / 2)
    assert city.index.max() == bundle.study.base_year
    assert births["births"].min() >= 0


def test_rooms_are_the_declared_proxy(bundle) -> None:
    rows = bundle.tables["enrolment"]
    school = rows[rows["school"] == "300233"]
    planned = school["grade"].map(lambda grade: 25 if grade in tables.ELEMENTARY else 28)
    peak = (school["pupils"] / planned).groupby(school["year"]).sum().max()
    sites = bundle.tables["sites"].set_index("school")
    assert sites.loc["300233", "rooms"] == math.ceil(1.05 * peak)
    schools = bundle.tables["schools"].set_index("school")
    span = [
        tables.GRADES.index(last) - tables.GRADES.index(first) + 1
        for first, last in zip(schools["first_grade"], schools["last_grade"], strict=True)
    ]
    assert (sites.loc[schools.index, "rooms"].to_numpy() >= span).all()
    assert "1.05 x the past peak" in bundle.study.note.en


def test_middle_grades_belong_to_the_own_school_or_the_nearest(bundle) -> None:
    schools = bundle.tables["schools"].set_index("school")
    middle = bundle.tables["zones"].query("stage == 'middle'").set_index("unit")["school"]
    for unit, school in middle.items():
        own = f"30{int(unit):04d}"
        first, last = (tables.GRADES.index(schools.loc[school, key]) for key in ("first_grade", "last_grade"))
        assert first <= tables.GRADES.index("6") <= last
        if own in schools.index and tables.GRADES.index(schools.loc[own, "last_grade"]) >= tables.GRADES.index("6"):
            assert school == own


def test_a_zone_school_that_starts_above_kindergarten_shares_its_zone(scenario_files) -> None:
    rows = load(scenario_files[2018]).tables["zones"].query("stage == 'elementary' and unit == '159'")
    assert rows["school"].tolist() == ["300159", "300164"]


def test_preparing_again_gives_the_same_bytes(baltimore_data, scenario_files, tmp_path) -> None:
    again = prepare(baltimore_data, tmp_path, 2017).parent / "data"
    first = scenario_files[2017].parent / "data"
    for table in sorted(first.glob("*.csv")):
        assert (again / table.name).read_bytes() == table.read_bytes()


def test_units_are_written_to_the_run_folder(bundle) -> None:
    document = units_document(units_frame(bundle))
    assert [feature["properties"]["unit"] for feature in document["features"]] == sorted(bundle.tables["units"]["unit"])
    assert len(document_bytes(document)) < 5_000_000


def test_whole_numbers_are_shared_out_without_loss() -> None:
    assert tables.shared_out(10, [1, 1, 1]) == [4, 3, 3]
    assert tables.shared_out(7, [0, 5, 2]) == [0, 5, 2]
