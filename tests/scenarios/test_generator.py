"""The shared generator of the examples: one small county from kindergarten to senior school, and one of 5+4 grades."""

import csv
import io
import json
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import pytest
from shapely import coverage_is_valid, unary_union
from shapely.geometry import Point, shape

from scenarios.examples.generator import (
    JUNIOR,
    JUNIOR_4,
    KINDERGARTEN,
    PRIMARY,
    PRIMARY_5,
    SENIOR,
    Estate,
    History,
    People,
    Phase,
    Place,
    School,
    Site,
    Spec,
    Township,
    tables,
)
from scenarios.examples.generator.history import Record, enrolment
from scenarios.examples.generator.land import Frame, units
from scenarios.examples.generator.network import zones
from scenarios.examples.generator.people import county_children, residents, single_ages
from scenarios.examples.generator.spec import Stage

BANDS = {(0, 0): 1000, (1, 4): 4600, (5, 9): 6200, (10, 14): 6000, (15, 19): 5000}
PLACE = Place(
    box=(111.0, 21.5, 111.3, 21.75), area_km2=560,
    townships=(
        Township("aa", "甲街道", "Jia", (111.15, 21.62), communities=3, villages=2, estates=(("新城", "New town"),),
                 town=(0.5, 0.4), rural=(0.1, 0.12)),
        Township("bb", "乙镇", "Yi", (111.22, 21.68), communities=1, villages=5, town=(0.1, 0.1), rural=(0.2, 0.25)),
        Township("cc", "丙镇", "Bing", (111.07, 21.58), villages=4, rural=(0.1, 0.13)),
    ),
    names={"aa-c1": ("中山社区", "Zhongshan")}, attraction={"bb-c1": 0.4},
)  # fmt: skip
WHOLE = Spec(
    salt="test-1",
    place=PLACE,
    people=People(2023, 2020, BANDS, {2020: 980, 2021: 900, 2022: 850, 2023: 800}),
    stages=(KINDERGARTEN, PRIMARY, JUNIOR, SENIOR),
    schools=(
        School("k-1", "中心幼儿园", "Central kindergarten", "K1", "K3", "aa-c1", "kindergarten", 70, zone="@aa @cc"),
        School("k-2", "乙镇幼儿园", "Yi kindergarten", "K1", "K3", "bb-c1", "kindergarten", 40, zone="@bb"),
        School("k-3", "民办幼儿园", "Private kindergarten", "K1", "K3", "aa-c2", "kindergarten", 20, pull=1.0,
               reach="county", ownership="private"),
        School("p-1", "第一小学", "No. 1", "1", "6", "aa-c1", "town", 90, zone="@aa", pull=1.0),
        School("p-2", "第二小学", "No. 2", "1", "6", "aa-e1", "town", 30, zone="aa-e1 aa-c2:0.5", opened=2019,
               before={"p-1": 1.0}, sites=(Site(20, 0, 4000, 7000, 20000), Site(10, 0, 2000, 3000, 9000))),
        School("n-1", "乙镇学校", "Yi nine-year", "1", "9", "bb-c1", "nine_year", 80,
               zones={"primary": "@bb", "junior": "@bb"}),
        School("p-3", "丙镇小学", "Bing primary", "1", "6", "cc-v01", "village", 20, zone="cc-v01 cc-v02 cc-v04"),
        School("t-1", "教学点", "Point", "1", "3", "cc-v03", "point", 3, zone="cc-v03", then="p-3"),
        School("j-1", "第一中学", "No. 1 Junior", "7", "9", "aa-c3", "town_junior", 60, zone="@aa @cc", pull=1.0),
        School("s-1", "县高中", "Senior", "10", "12", "aa-c1", "senior", 50, zone="*", reach="county"),
    ),
    history=History(2012),
    estates=(
        Estate("e-1", "aa-e1", 2025, 800, phases=(Phase(2025, 6, 400, "approved"), Phase(2027, 6, 400, "planned"))),
    ),
)  # fmt: skip
FIVE_FOUR = replace(
    WHOLE, stages=(PRIMARY_5, JUNIOR_4), estates=(), schools=(
        School("p-1", "小学", "Primary", "1", "5", "aa-c1", "town", 99, zone="*"),
        School("j-1", "中学", "Junior", "6", "9", "aa-c1", "junior", 99, zone="*"),
    ),
)  # fmt: skip


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("spec", [WHOLE, FIVE_FOUR])
def test_the_schools_of_every_year_add_up_to_the_county(spec: Spec) -> None:
    land = units(spec)
    record = Record(spec, land)
    by_grade: dict[tuple[str, int], int] = defaultdict(int)
    for (_, grade, year), pupils in enrolment(spec, land).items():
        by_grade[grade, year] += pupils
    assert set(by_grade) == {(grade, year) for grade in spec.grades for year in range(2012, 2024)}
    for (grade, year), pupils in by_grade.items():
        assert pupils == record.county_pupils(grade, year)
        inside = residents(spec.people, spec.age(grade), year) * (1 - sum(spec.stage_of(grade).out.values()))
        assert pupils == pytest.approx(inside, rel=0.08)


def test_children_and_births_add_up_to_the_county() -> None:
    files = tables(WHOLE)
    ages: dict[int, int] = defaultdict(int)
    for row in rows(files["data/children.csv"]):
        ages[int(row["age"])] += int(row["children"])
    assert dict(ages) == county_children(WHOLE.people)
    born: dict[int, int] = defaultdict(int)
    for row in rows(files["data/births.csv"]):
        born[int(row["year"])] += int(row["births"])
    assert (born[2020], born[2023]) == (980, 800)
    assert ages[5] == pytest.approx((born[2017] / 3 + born[2018] * 2 / 3) * 0.99, rel=0.02)


def test_the_same_specification_gives_the_same_bytes_and_another_salt_does_not() -> None:
    assert tables(WHOLE) == tables(replace(WHOLE))
    other = tables(replace(WHOLE, salt="test-2"))
    drawn = ("units.geojson", "schools.csv", "children.csv", "births.csv", "enrolment.csv")
    assert [name for name in drawn if other[f"data/{name}"] == tables(WHOLE)[f"data/{name}"]] == []


def test_units_cover_the_outline_without_gaps_and_schools_stand_in_them() -> None:
    files = tables(WHOLE)
    layer = {f["properties"]["unit"]: shape(f["geometry"]) for f in json.loads(files["data/units.geojson"])["features"]}
    assert coverage_is_valid(list(layer.values()))
    county = unary_union(list(layer.values()))
    assert (county.geom_type, len(county.interiors), len(layer)) == ("Polygon", 0, 16)
    east, north = Frame.of(PLACE).km
    assert county.area * east * north == pytest.approx(PLACE.area_km2, rel=0.03)
    for row in rows(files["data/schools.csv"]):
        assert layer[row["unit"]].contains(Point(float(row["lon"]), float(row["lat"]))), row
    named = {row["unit"]: row for row in rows(files["data/units.csv"])}
    assert (named["aa-c1"]["name_zh"], named["bb-c1"]["attraction"]) == ("中山社区", "0.4")


def test_every_salt_can_be_drawn() -> None:
    for salt in range(15):
        assert len(units(replace(WHOLE, salt=str(salt)))) == 16


def test_a_new_school_takes_over_its_zone_and_a_teaching_point_passes_its_pupils_on() -> None:
    rolls = enrolment(WHOLE, units(WHOLE))
    assert min(year for school, _, year in rolls if school == "p-2") == 2019
    assert {grade for school, grade, year in rolls if (school, year) == ("p-2", 2019)} == set(PRIMARY.grades)
    whole = {year: sum(n for (s, _, y), n in rolls.items() if (s, y) == ("p-1", year)) for year in (2018, 2019)}
    assert whole[2019] < 0.85 * whole[2018]
    assert {grade for school, grade, _ in rolls if school == "t-1"} == {"1", "2", "3"}
    arriving = rolls["p-3", "3", 2019] + rolls["t-1", "3", 2019]
    assert rolls["p-3", "4", 2020] == pytest.approx(arriving, rel=0.1)
    assert ("primary", "cc-v03", "p-3", 0.1) in zones(WHOLE, units(WHOLE))
    assert len(rows(tables(WHOLE)["data/estate_phases.csv"])) == 2
    assert [row["rooms"] for row in rows(tables(WHOLE)["data/sites.csv"]) if row["school"] == "p-2"] == ["20", "10"]


def test_bands_are_split_smoothly_and_exactly() -> None:
    ages = single_ages(BANDS)
    assert [ages[0], sum(ages[1:5]), sum(ages[5:10]), sum(ages[10:15]), sum(ages[15:20])] == list(BANDS.values())
    assert max(abs(b - a) for a, b in pairwise(ages)) < 120


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: replace(s, place=replace(s.place, area_km2=900)), "does not fit into the box"),
        (
            lambda s: replace(s, place=replace(s.place, townships=(Township("x", "x", "x", (111.0, 21.5), 1),))),
            "outside",
        ),
        (lambda s: replace(s, people=replace(s.people, bands={(0, 0): 5, (2, 4): 9})), "follow each other"),
        (lambda s: replace(s, people=replace(s.people, births={2020: 1, 2023: 1})), "births of 202[12] are not given"),
        (lambda s: replace(s, schools=s.schools[1:]), "no kindergarten school serves"),
        (lambda s: replace(s, schools=(replace(s.schools[0], zone="@zz"), *s.schools[1:])), "'@zz'"),
        (lambda s: replace(s, schools=tuple(replace(x, then="") for x in s.schools)), "t-1 ends before its stage"),
        (lambda s: replace(s, schools=tuple(replace(x, rooms=9) for x in s.schools)), "rooms of the sites of p-2"),
    ],
)
def test_a_specification_that_cannot_be_drawn_says_so(change, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        tables(change(WHOLE))


def test_stages_are_data() -> None:
    assert (WHOLE.age("K1"), WHOLE.age("1"), WHOLE.age("7"), WHOLE.age("12")) == (3, 6, 12, 17)
    assert (FIVE_FOUR.age("6"), FIVE_FOUR.age("9")) == (11, 14)
    twelve = Stage("all", tuple(str(n) for n in range(1, 13)), 45, "residents", 7)
    assert replace(WHOLE, stages=(twelve,)).age("12") == 18
