"""The shipped example majiang: made by its generator, true to the census, a map without gaps, a plausible history."""

import csv
import io
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from shapely import Polygon, coverage_is_valid, unary_union
from shapely.geometry import Point, shape

from scenarios.examples.majiang import make
from scenarios.examples.majiang.generator import people
from scenarios.examples.majiang.generator.chance import apportion, normal, uniform
from scenarios.examples.majiang.generator.places import units as generated_units
from scenarios.loader import check, load

HERE = Path(make.__file__).parent
TOWN = ("ps-01", "ps-02", "ps-03")


def rows(name: str) -> list[dict[str, str]]:
    text = (HERE / "data" / name).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def rolls() -> dict[tuple[str, int, int], int]:
    return {(r["school"], int(r["grade"]), int(r["year"])): int(r["pupils"]) for r in rows("enrolment.csv")}


@pytest.fixture(scope="module")
def layer() -> dict[str, Polygon]:
    data = json.loads((HERE / "data" / "units.geojson").read_text(encoding="utf-8"))
    return {f["properties"]["unit"]: shape(f["geometry"]) for f in data["features"]}


def test_the_generator_reproduces_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(HERE / "make.py"), str(tmp_path)], capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(HERE.parents[2])},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    made = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert set(made) >= {"study.yaml", "approval.yaml", "README.md", "data/units.geojson", "plans/compact.yaml"}
    different = [name for name, data in made.items() if (HERE / name).read_bytes() != data]
    assert different == []
    kept = {p.relative_to(HERE).as_posix() for p in HERE.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")}
    assert kept == set(made)


def test_the_generator_asks_for_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert make.main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_tables_carry_the_mark_that_spreadsheets_need() -> None:
    for path in (HERE / "data").glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path.name
        assert b"\r" not in path.read_bytes(), path.name


def test_the_example_is_clean_and_says_that_it_is_synthetic() -> None:
    # what the county's plan says of its music and art rooms (S0-13); durations that the ledger teaches, by kind;
    # what the buses of the compact plan cost by their timetable
    assert [(one.code, one.severity) for one in check(HERE / "approval.yaml")] == [
        ("SCN690", "note"),
        ("SCN584", "note"),
        *[("SCN763", "note")] * 2,
        *[("SCN731", "note")] * 2,
    ]
    bundle = load(HERE / "approval.yaml")
    assert bundle.study.synthetic
    assert bundle.study.note is not None
    assert "合成" in bundle.study.note.zh
    assert "Synthetic" in bundle.study.note.en
    assert (len(bundle.futures), len(bundle.plans)) == (4, 4)
    for plan in bundle.plans.values():
        assert sum(plan.capital.values()) >= sum(project.cost for project in plan.projects), plan.id


def test_named_projects_of_the_plan_are_all_there() -> None:
    projects = {p.id for p in load(HERE / "approval.yaml").plans["county-plan"].projects}
    assert projects == {
        "no2-extension", "no4-primary", "no3-junior",
        "xuanwei-junior", "leping", "gonghe", "bamang", "longshan", "heba", "xiaobao",
    }  # fmt: skip


def test_census_bands_are_those_of_majiang() -> None:
    """County row 522635 of the 2020 census: 0, 1-4, 5-9, 10-14."""
    ages = people.CENSUS_2020
    assert (ages[0], sum(ages[1:5]), sum(ages[5:10]), sum(ages[10:15])) == (1851, 8276, 10592, 9031)
    # The figures the facts give for the age groups of school come from an even split of the bands.
    assert sum(ages[6:12]) == pytest.approx(12_100, rel=0.015)
    assert sum(ages[12:15]) == pytest.approx(5_400, rel=0.02)


def test_children_of_2023_are_the_census_carried_on() -> None:
    by_age: dict[int, int] = defaultdict(int)
    for row in rows("children.csv"):
        by_age[int(row["age"])] += int(row["children"])
    assert set(by_age) == set(range(15))
    assert dict(by_age) == people.county_children()
    survivors = sum(by_age[age] for age in range(3, 15))
    counted = sum(people.census_on_31_august_2020(age) for age in range(12))
    assert 0.990 < survivors / counted < 0.996
    migrants = sum(int(r["children"]) for r in rows("children.csv") if r["group"] == "migrant")
    assert 0.01 < migrants / sum(by_age.values()) < 0.09


def test_births_agree_with_the_facts_and_with_the_children() -> None:
    by_year: dict[int, int] = defaultdict(int)
    for row in rows("births.csv"):
        by_year[int(row["year"])] += int(row["births"])
    assert set(by_year) == set(range(2010, 2024))
    assert (by_year[2020], by_year[2023]) == (1850, 1320)
    assert by_year[2020] > by_year[2021] > by_year[2022] > by_year[2023]
    children = people.county_children()
    for age in range(12):
        born = by_year[2022 - age] / 3.0 + by_year[2023 - age] * 2.0 / 3.0
        assert children[age] / born == pytest.approx(0.985, abs=0.02), age


def test_units_cover_the_county_without_gaps_or_overlaps(layer: dict[str, Polygon]) -> None:
    shapes = list(layer.values())
    assert all(s.geom_type == "Polygon" and s.is_valid for s in shapes)
    assert coverage_is_valid(shapes)
    county = unary_union(shapes)
    assert county.geom_type == "Polygon"
    assert len(county.interiors) == 0
    assert county.bounds == pytest.approx((107.299, 26.280, 107.849, 26.579), abs=0.001)
    area = county.area * 99.74 * 110.79
    assert area == pytest.approx(958, rel=0.01)


def test_units_are_those_of_the_facts(layer: dict[str, Polygon]) -> None:
    units = rows("units.csv")
    assert {row["unit"] for row in units} == set(layer)
    names = [row["name_zh"] for row in units]
    assert len(set(names)) == len(names) == 75
    assert sum("-v" in row["unit"] for row in units) == 63
    assert sum("-c" in row["unit"] for row in units) == 7
    assert len({row["township"] for row in units}) == 7
    area: dict[str, float] = defaultdict(float)
    for row in units:
        area[row["township"]] += layer[row["unit"]].area * 99.74 * 110.79
    assert area["宣威镇"] == pytest.approx(222, rel=0.05)
    assert area["坝芒布依族乡"] == pytest.approx(121, rel=0.05)
    assert area["杏山街道"] + area["金竹街道"] == pytest.approx(211.5, rel=0.05)


def test_schools_stand_in_their_units(layer: dict[str, Polygon]) -> None:
    schools = rows("schools.csv")
    assert 30 <= len(schools) <= 40
    for row in schools:
        assert layer[row["unit"]].contains(Point(float(row["lon"]), float(row["lat"]))), row["school"]
    for plan in load(HERE / "approval.yaml").plans.values():
        for project in plan.projects:
            if project.new is not None:
                assert layer[project.new.unit].contains(Point(project.new.lon, project.new.lat)), project.id


def test_enrolment_agrees_with_residents_less_those_elsewhere(rolls: dict[tuple[str, int, int], int]) -> None:
    outside: dict[str, int] = defaultdict(int)
    for row in rows("attendance.csv"):
        outside[row["stage"]] += int(row["pupils"])
    children = people.county_children()
    for stage, grades in (("primary", range(1, 7)), ("junior", range(7, 10))):
        enrolled = sum(n for (_, grade, year), n in rolls.items() if year == 2023 and grade in grades)
        expected = sum(children[grade + 5] for grade in grades) - outside[stage]
        assert enrolled / expected == pytest.approx(1.0, abs=0.01), stage
    # And three years before, with the census itself.
    enrolled = sum(n for (_, grade, year), n in rolls.items() if year == 2020 and grade <= 6)
    assert 0.93 < enrolled / sum(people.census_on_31_august_2020(age) for age in range(6, 12)) < 0.99


def _ratio(rolls: dict[tuple[str, int, int], int], schools: set[str]) -> float:
    """Pupils of grades 2, 3, 5, 6 of 2021-2023 over the grade below a year earlier (4 takes the teaching points)."""
    steps = [key for key in rolls if key[0] in schools and key[2] > 2020 and key[1] in (2, 3, 5, 6)]
    before = sum(rolls[school, grade - 1, year - 1] for school, grade, year in steps)
    return sum(rolls[key] for key in steps) / before


def test_progression_is_that_of_villages_and_of_a_county_town(rolls: dict[tuple[str, int, int], int]) -> None:
    """Facts 4.3: villages .93-.98, county town 1.01-1.06, sixth to seventh grade .97-1.00."""
    assert {year for _, _, year in rolls} == set(range(2010, 2024))
    villages = {school for school, _, _ in rolls if school.startswith(("vp-", "tp-"))}
    assert 0.93 < _ratio(rolls, villages) < 0.985
    assert 1.005 < _ratio(rolls, set(TOWN)) < 1.05

    def county(grade: int, year: int) -> int:
        return sum(n for (_, g, y), n in rolls.items() if g == grade and y == year)

    last = sum(county(7, year) for year in range(2018, 2024)) / sum(county(6, year) for year in range(2017, 2023))
    assert 0.97 < last < 1.0


def test_village_schools_lose_pupils_to_the_county_town(rolls: dict[tuple[str, int, int], int]) -> None:
    def total(schools: tuple[str, ...], year: int) -> int:
        primary = [key for key in rolls if key[2] == year and key[1] <= 6 and key[0].startswith(schools)]
        return sum(rolls[key] for key in primary)

    assert total(TOWN, 2023) > 1.15 * total(TOWN, 2017)
    assert total(("tp-",), 2023) < total(("tp-",), 2017)


def test_the_third_primary_opens_in_2020_and_relieves_large_classes(rolls: dict[tuple[str, int, int], int]) -> None:
    assert min(year for school, _, year in rolls if school == "ps-03") == 2020
    classes = {(r["school"], int(r["grade"]), int(r["year"])): int(r["sections"]) for r in rows("enrolment.csv")}

    def largest(school: str, year: int) -> float:
        return max(rolls[school, g, year] / classes[school, g, year] for g in range(1, 7))

    assert largest("ps-02", 2019) > 56
    assert largest("ps-02", 2020) < 56
    assert largest("ps-01", 2023) <= 45


def test_in_the_base_year_two_limits_are_broken(rolls: dict[tuple[str, int, int], int]) -> None:
    crowded = set()
    for row in rows("enrolment.csv"):
        if row["year"] == "2023" and int(row["pupils"]) > 0:
            limit = 45 if int(row["grade"]) <= 6 else 50
            if -(-int(row["pupils"]) // int(row["sections"])) > limit:
                crowded.add(row["school"])
    assert crowded == {"ps-02", "cp-bm"}
    size: dict[str, int] = defaultdict(int)
    for (school, _, year), pupils in rolls.items():
        size[school] += pupils if year == 2023 else 0
    assert max(size.values()) < 2000


def test_chance_is_a_function_of_the_key_alone() -> None:
    assert uniform("a", 1) == uniform("a", 1)
    assert uniform("a", 1) != uniform("a", 2)
    assert 0.0 < uniform("a") < 1.0
    assert abs(normal("a")) <= 3.0
    draws = [normal("sample", i) for i in range(2000)]
    assert abs(sum(draws) / 2000) < 0.1
    assert apportion(7, {"a": 1.0, "b": 0.0, "c": 1.0}) == {"a": 4, "b": 0, "c": 3}
    with pytest.raises(ValueError, match="positive sum"):
        apportion(1, {"a": 0.0})


def test_every_unit_is_named_once_in_both_languages() -> None:
    units = generated_units()
    assert len({unit.name_en for unit in units}) == len(units)
    assert all(unit.name_zh and unit.lonlat for unit in units)


def test_roads_lead_to_every_school_and_are_half_as_long_again_as_the_straight_line() -> None:
    from gis.space import build_space

    space, problems = build_space(load(HERE / "approval.yaml"))
    assert {problem.code for problem in problems} == {"GIS107"}
    assert space is not None
    assert space.travel is not None
    assert space.travel.source == "network"
    assert space.travel.reached.all()
    straight = np.hypot(*(space.unit_xy[:, None] - space.school_xy[None]).transpose(2, 0, 1)) / 1000
    assert 1.3 < np.median(space.distance_km[straight > 3] / straight[straight > 3]) < 1.6
    # Car is faster than bus, and both than walking, wherever the way is long enough to be driven.
    far = straight > 5
    walk, bus, car = space.travel.minutes
    assert (car[far] < bus[far]).all()
    assert (bus[far] < walk[far]).all()
