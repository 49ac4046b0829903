"""Writes the Yangjiang-like example, byte for byte: `python scenarios/examples/yangjiang/make.py OUTDIR`.

Real (domain facts 5; census row 441702, Jiangcheng, 1 November 2020): the seat near 111.983 E 21.857 N; residents aged
0 7 469, 1-4 44 144, 5-9 59 055, 10-14 52 157, 15-19 36 929; 136 531 + 42 857 of 814 688 residents registered outside
the district; 16 800 births of the whole city in 2023, of which the district has the part of its infants in the census,
7 469 of 26 395.  The example holds a twelfth of these children: a study small enough to read.  Names of streets and
schools, every line, enrolment, estates, costs and futures are made up.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from scenarios.examples.generator import (
    JUNIOR,
    KINDERGARTEN,
    PRIMARY,
    SENIOR,
    Estate,
    History,
    People,
    Phase,
    Place,
    School,
    Spec,
    Township,
    contents,
    units,
)
from scenarios.examples.generator.history import enrolment
from scenarios.examples.generator.indicators import indicators_csv
from scenarios.examples.generator.land import Frame
from scenarios.examples.generator.maker import write_files
from scenarios.examples.generator.texts import table

HERE = Path(__file__).resolve().parent
LOG = "data/parcel_log.csv"

PART = 12
"""The example has one child for every twelve of the census."""
CENSUS_2020 = {(0, 0): 7469, (1, 4): 44144, (5, 9): 59055, (10, 14): 52157, (15, 19): 36929}
CITY_BIRTHS = {
    2020: 25400,
    2021: 22000,
    2022: 19000,
    2023: 16800,
}  # 2023 published; others synthetic
DISTRICT = 7469 / 26395  # its part of the infants of the city in the census

PLACE = Place(
    box=(111.925, 21.805, 112.060, 21.925),
    area_km2=110,
    townships=(
        Township("ja", "甲街道", "Street A", (111.975, 21.858), communities=5, town=(0.40, 0.42)),
        Township("jb", "乙街道", "Street B", (112.010, 21.872), communities=2,
                 estates=(("东湖新区", "East Lake"), ("学府花园", "College Garden"), ("滨江新城", "Riverside")),
                 town=(0.30, 0.24)),
        Township("jc", "丙镇", "Town C", (111.962, 21.885), communities=1, villages=4, town=(0.06, 0.06),
                 rural=(0.09, 0.11), core_km=0.5),
        Township("jd", "丁镇", "Town D", (112.022, 21.840), communities=1, villages=4, town=(0.06, 0.06),
                 rural=(0.09, 0.11), core_km=0.5),
    ),
    attraction={"jb-e1": 1.0, "jb-e2": 1.0, "jb-e3": 1.0},
)  # fmt: skip

PEOPLE = People(
    base_year=2023,
    census_year=2020,
    bands={band: round(count / PART) for band, count in CENSUS_2020.items()},
    births={year: round(count * DISTRICT / PART) for year, count in CITY_BIRTHS.items()},
    migrant_share=(0.24, 0.08),  # 179 388 of 814 688 residents registered elsewhere: 22 %; town and village synthetic
    small=("jb-e2", "jb-e3"),
)


def _kindergarten(number: int, unit: str, rooms: int, zone: str, private: bool = False) -> School:
    kind_zh, kind_en = ("民办", "private") if private else ("公办", "public")
    return School(
        f"kg-{number:02d}", f"第{number}幼儿园（{kind_zh}）", f"Kindergarten {number} ({kind_en})", "K1", "K3", unit,
        "kindergarten", rooms, zone, built=2012, ownership="private" if private else "public",
    )  # fmt: skip


SCHOOLS = (
    _kindergarten(1, "ja-c1", 15, "ja-c1 ja-c2"),
    _kindergarten(2, "ja-c3", 15, "ja-c3 ja-c4", private=True),
    _kindergarten(3, "ja-c5", 10, "ja-c5", private=True),
    _kindergarten(4, "jb-c1", 12, "jb-c1 jb-e2 jb-e3"),
    _kindergarten(5, "jb-c2", 10, "jb-c2 jb-e1", private=True),
    _kindergarten(6, "jc-c1", 15, "@jc"),
    _kindergarten(7, "jd-c1", 15, "@jd"),
    School("ps-01", "第一小学", "No. 1 Primary", "1", "6", "ja-c1", "town", 36, "ja-c1 ja-c2", reach="county",
           built=1998, pull=1.0),
    School("ps-02", "第二小学", "No. 2 Primary", "1", "6", "ja-c4", "town", 26, "ja-c3 ja-c4 ja-c5", built=2001),
    School("ps-03", "第三小学", "No. 3 Primary", "1", "6", "jb-c1", "town", 26, "@jb", built=2010),
    School("cp-c", "丙镇中心小学", "Town C Central Primary", "1", "6", "jc-c1", "central", 17, "@jc", reach="township"),
    School("ns-d", "丁镇九年一贯制学校", "Town D Nine-Year School", "1", "9", "jd-c1", "nine_year", 27,
           zones={"primary": "@jd", "junior": "@jd"}, built=2008),
    School("js-01", "第一初级中学", "No. 1 Junior", "7", "9", "ja-c2", "town_junior", 28, "@ja", built=2003),
    School("js-c", "丙镇中学", "Town C Junior", "7", "9", "jc-c1", "junior", 11, "@jc", built=2000, beds=180),
    School("ms-01", "东城完全中学", "East Middle School", "7", "12", "jb-c2", "twelve_year", 25,
           zones={"junior": "@jb", "senior": "*:0.4"}, built=2011, beds=300),
    School("ss-01", "市第一高级中学", "No. 1 Senior", "10", "12", "ja-c5", "senior", 18, "*:0.6", reach="county",
           built=1996, beds=600),
)  # fmt: skip

SPEC = Spec(
    salt="yangjiang-1",
    place=PLACE,
    people=PEOPLE,
    stages=(
        KINDERGARTEN,
        replace(PRIMARY, out={"private": 0.14, "other_county": 0.01}),  # private schools: synthetic
        replace(JUNIOR, out={"private": 0.16, "other_county": 0.02}),
        SENIOR,
    ),
    schools=SCHOOLS,
    history=History(2009, trait_sd=0.03, entry_phi=1.6, progression_phi=1.1),
    estates=(
        Estate("east-lake", "jb-e1", 2026, 3600, 0.55, (0.45, 0.30, 0.25), 4, "commercial",
               (Phase(2026, 6, 2000, "under_construction"), Phase(2027, 6, 1600, "approved"))),
        Estate("college-garden", "jb-e2", 2026, 2000, 0.60, (0.45, 0.30, 0.25), 4, "commercial",
               (Phase(2026, 6, 2000, "under_construction"),)),
        Estate("riverside", "jb-e3", 2028, 1500, 0.55, (0.40, 0.30, 0.30), 4, "commercial",
               (Phase(2028, 6, 1500, "planned"),)),
    ),
)  # fmt: skip

PARCELS = (
    # parcel, unit, m2, east and north of the middle of the unit [km], status, use, locked
    ("A33-01", "jb-e1", 7200, (0.10, 0.05), "allocated", "kindergarten", True),
    ("A33-02", "jb-e1", 34500, (-0.15, 0.10), "allocated", "primary", True),
    ("A33-03", "jb-e2", 6500, (0.05, 0.05), "reserved", "kindergarten", True),
    ("A33-04", "jb-c2", 36000, (0.20, -0.15), "reserved", "junior", True),
    ("A33-05", "ja-c5", 21000, (-0.20, -0.10), "planned", "senior", False),
    ("A33-06", "jd-c1", 9000, (0.10, 0.10), "planned", "primary", False),
)
"""Land for schools (S2-1), all synthetic; the last one is small: 24 classes at most."""
COLUMNS = "parcel,unit,area_m2,status,ownership,planned_use,stage,locked,locked_by,locked_on,lock_reason,lon,lat,source"


def parcels() -> str:
    """The table of reserved parcels."""
    frame, seeds = Frame.of(PLACE), {unit.unit: unit.seed for unit in units(SPEC)}
    rows = []
    for parcel, unit, area, (east, north), status, use, locked in PARCELS:
        lon, lat = frame.to_lonlat(seeds[unit][0] + east, seeds[unit][1] + north)
        lock = ("市自然资源局", "2023-11-20", "教育用地专项规划（合成）") if locked else ("", "", "")
        owner = "collective" if unit == "jd-c1" else "state"
        place = (f"{lon:.6f}", f"{lat:.6f}", "教育用地专项规划（合成）")
        rows.append((parcel, unit, area, status, owner, use, use, int(locked), *lock, *place))
    return table(COLUMNS, rows)


def indicators() -> str:
    """Imported indicators of schools with compulsory grades (synthetic)."""
    town = {unit.unit: unit.urban for unit in units(SPEC)}
    rolls = enrolment(SPEC, units(SPEC))
    places = {s.school: town[s.unit] for s in SCHOOLS if s.first in "17"}
    posts: dict[str, float] = dict.fromkeys(places, 0.0)
    for (school, grade, year), pupils in rolls.items():
        if school in posts and year == PEOPLE.base_year:
            posts[school] += pupils / (19.0 if int(grade) < 7 else 13.5 if int(grade) < 10 else 12.5)
    teachers = {school: round(count) for school, count in posts.items()}
    return indicators_csv("yangjiang-1", PEOPLE.base_year, places, ("js-e1", "ps-e1"), teachers, 2026)


CLASSES = (
    # unit, group, class of priority, share
    ("*", "local", "house_and_hukou", 0.7),
    ("*", "local", "hukou", 0.3),
    ("*", "migrant", "points", 0.4),
    ("*", "migrant", "migrant", 0.6),
    *((estate, "local", name, share) for estate in ("jb-e1", "jb-e2", "jb-e3")
      for name, share in (("house_and_hukou", 0.9), ("hukou", 0.1))),
)  # fmt: skip
"""Classes of admission priority, all synthetic: who moves into new homes owns them."""


def admission_classes() -> str:
    """The table of the shares of the classes of priority."""
    return table("unit,group,class,share", CLASSES)


def everything() -> dict[str, bytes]:
    """Every file of the example by its relative path."""
    files = contents(HERE, SPEC)
    files["data/admission_classes.csv"] = admission_classes().encode("utf-8-sig")
    files["data/indicators.csv"] = indicators().encode("utf-8-sig")
    files["data/parcels.csv"] = parcels().encode("utf-8-sig")
    files[LOG] = (HERE / LOG).read_bytes()  # written by `schoolplan land --record`
    return files


def main(arguments: list[str]) -> int:
    """Command line: one argument, the folder to write."""
    if len(arguments) != 1:
        print("usage: python scenarios/examples/yangjiang/make.py OUTDIR", file=sys.stderr)
        return 2
    write_files(everything(), Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
