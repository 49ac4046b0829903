"""The nine studies as specifications of the shared generator. Names of streets, towns and schools are placeholders.

甲, 乙, 丙, 丁 (first to fourth) stand for townships in the order of their size; no real one is meant.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from scenarios.examples.generator import JUNIOR, PRIMARY, History, People, Place, School, Spec, Township
from scenarios.examples.zhuzhou.census import FIGURES, bands, births, kept

BASE_YEAR = 2022


@dataclass(frozen=True)
class Part:
    """A township: code, names, seat as a share of the box, units, weights of its children (town, villages)."""

    code: str
    zh: str
    en: str
    at: tuple[float, float]
    communities: int = 1
    villages: int = 0
    town: float = 0.0
    rural: float = 0.0
    estates: tuple[tuple[str, str], ...] = ()


def _spec(member: str, parts: tuple[Part, ...], schools: tuple[School, ...], out: tuple[float, float],
          history: History) -> Spec:  # fmt: skip
    figures = FIGURES[member]
    west, south, east, north = figures.box
    townships = tuple(
        Township(
            part.code,
            part.zh,
            part.en,
            (round(west + part.at[0] * (east - west), 4), round(south + part.at[1] * (north - south), 4)),
            villages=part.villages,
            communities=part.communities,
            estates=part.estates,
            # Younger children live in town a little more often than older ones.
            town=(part.town * 1.05, part.town * 0.95),
            rural=(part.rural * 0.9, part.rural * 1.1),
        )
        for part in parts
    )
    people = People(BASE_YEAR, 2020, bands(figures), births(figures), kept(figures), migrant_share=(0.10, 0.02))
    stages = (replace(PRIMARY, out={"other_county": out[0]}), replace(JUNIOR, out={"other_county": out[1]}))
    return Spec(
        f"zhuzhou-{member}-1", Place(figures.box, figures.area_km2, townships), people, stages, schools, history
    )


def _primary(
    school: str, zh: str, en: str, unit: str, rooms: int, zone: str, kind: str = "town", **more: object
) -> School:
    return School(school, zh, en, "1", "6", unit, kind, rooms, zone=zone, **more)  # type: ignore[arg-type]


def _junior(
    school: str, zh: str, en: str, unit: str, rooms: int, zone: str, kind: str = "junior", **more: object
) -> School:
    return School(school, zh, en, "7", "9", unit, kind, rooms, zone=zone, **more)  # type: ignore[arg-type]


TOWN = History(2010, to_town=(0.05, 0.08), up_to_town=0.05, in_town=0.06)
DISTRICT = History(2010, to_town=(0.03, 0.05), up_to_town=0.03, in_town=0.05)

HETANG = _spec(
    "hetang",
    (
        Part("ja", "甲街道", "First Street", (0.45, 0.35), 4, 0, 0.46),
        Part("yi", "乙街道", "Second Street", (0.55, 0.60), 3, 0, 0.36),
        Part("bi", "丙镇", "Third Town", (0.62, 0.82), 1, 2, 0.09, 0.09),
    ),
    (
        _primary("ps-01", "甲街道第一小学", "First Street No. 1 Primary", "ja-c1", 32,
                 "ja-c1 ja-c2 ja-c3 ja-c4:0.2", pull=1.0, built=1996),
        _primary("ps-02", "甲街道第二小学", "First Street No. 2 Primary", "ja-c4", 10, "ja-c4:0.8", built=2003),
        _primary("ps-03", "乙街道小学", "Second Street Primary", "yi-c2", 26, "@yi", built=2006),
        _primary("cp-bi", "丙镇中心小学", "Third Town Central Primary", "bi-c1", 12, "bi-c1 bi-v01", "central",
                 reach="township"),
        _primary("vp-bi", "丙镇第2村小学", "Third Town Village 2 Primary", "bi-v02", 6, "bi-v02", "village",
                 built=1988, flags="weak", teaching=0.7, sports=0.7),
        _junior("js-01", "荷塘甲中学", "Hetang Junior A", "ja-c2", 16, "@ja", "town_junior", pull=1.0),
        _junior("js-02", "荷塘乙中学", "Hetang Junior B", "yi-c3", 15, "@yi @bi", "town_junior"),
    ),
    (0.01, 0.01),
    DISTRICT,
)  # fmt: skip

LUSONG = _spec(
    "lusong",
    (
        Part("ja", "甲街道", "First Street", (0.30, 0.50), 4, 0, 0.45),
        Part("yi", "乙街道", "Second Street", (0.48, 0.55), 3, 0, 0.35),
        Part("bi", "丙镇", "Third Town", (0.75, 0.50), 1, 2, 0.10, 0.10),
    ),
    (
        _primary("ps-01", "甲街道第一小学", "First Street No. 1 Primary", "ja-c1", 18, "ja-c1 ja-c2", pull=1.0,
                 built=1994),
        _primary("ps-02", "甲街道第二小学", "First Street No. 2 Primary", "ja-c3", 16, "ja-c3 ja-c4", built=2001),
        _primary("ps-03", "乙街道小学", "Second Street Primary", "yi-c1", 24, "@yi", built=2007),
        _primary("cp-bi", "丙镇中心小学", "Third Town Central Primary", "bi-c1", 13, "bi-c1 bi-v01 bi-v02:0.4",
                 "central", reach="township"),
        _primary("vp-bi", "丙镇第2村小学", "Third Town Village 2 Primary", "bi-v02", 6, "bi-v02:0.6", "village",
                 built=1986, flags="weak", teaching=0.7, sports=0.7),
        _junior("js-01", "芦淞甲中学", "Lusong Junior A", "ja-c2", 14, "@ja", "town_junior", pull=1.0),
        _junior("js-02", "芦淞乙中学", "Lusong Junior B", "yi-c2", 13, "@yi @bi", "town_junior", flags="weak",
                 teaching=0.8, built=1992),
    ),
    (0.01, 0.01),
    DISTRICT,
)  # fmt: skip

SHIFENG = _spec(
    "shifeng",
    (
        Part("ja", "甲街道", "First Street", (0.45, 0.35), 4, 0, 0.50),
        Part("yi", "乙街道", "Second Street", (0.60, 0.62), 3, 0, 0.38),
        Part("bi", "丙镇", "Third Town", (0.42, 0.75), 1, 1, 0.06, 0.06),
    ),
    (
        _primary("ps-01", "甲街道第一小学", "First Street No. 1 Primary", "ja-c1", 17, "ja-c1 ja-c2", pull=0.5,
                 built=1990),
        _primary("ps-02", "甲街道第二小学", "First Street No. 2 Primary", "ja-c3", 14, "ja-c3 ja-c4", built=1998),
        _primary("ps-03", "乙街道小学", "Second Street Primary", "yi-c1", 23, "@yi", built=2004, pull=0.5),
        _primary("cp-bi", "丙镇小学", "Third Town Primary", "bi-c1", 9, "@bi", "central", reach="township",
                 built=1985, flags="weak", teaching=0.75),
        _junior("js-01", "石峰甲中学", "Shifeng Junior A", "ja-c2", 12, "@ja", "town_junior", pull=1.0),
        _junior("js-02", "石峰乙中学", "Shifeng Junior B", "yi-c2", 10, "@yi @bi", "town_junior"),
    ),
    (0.02, 0.02),
    DISTRICT,
)  # fmt: skip

TIANYUAN = _spec(
    "tianyuan",
    (
        Part("ja", "甲街道", "First Street", (0.55, 0.75), 4, 0, 0.42, 0.0, (("甲街道新城", "First Street new town"),)),
        Part("yi", "乙街道", "Second Street", (0.45, 0.58), 3, 0, 0.36),
        Part("bi", "丙镇", "Third Town", (0.50, 0.28), 1, 2, 0.11, 0.11),
    ),
    (
        _primary("ps-01", "甲街道第一小学", "First Street No. 1 Primary", "ja-c1", 44, "@ja yi-c1", pull=1.0,
                 built=2013),
        _primary("ps-02", "乙街道小学", "Second Street Primary", "yi-c2", 28, "yi-c2 yi-c3", built=2012),
        _primary("cp-bi", "丙镇中心小学", "Third Town Central Primary", "bi-c1", 20, "bi-c1 bi-v01", "central",
                 reach="township"),
        _primary("vp-bi", "丙镇第2村小学", "Third Town Village 2 Primary", "bi-v02", 6, "bi-v02", "village",
                 built=1987, flags="weak", teaching=0.7, sports=0.7),
        _junior("js-01", "天元甲中学", "Tianyuan Junior A", "ja-c2", 34, "@ja @yi", "town_junior", pull=1.0),
        _junior("js-02", "天元丙中学", "Tianyuan Junior C", "bi-c1", 9, "@bi", "junior"),
    ),
    (0.01, 0.01),
    DISTRICT,
)  # fmt: skip

LUKOU = _spec(
    "lukou",
    (
        Part("ja", "甲镇", "First Town", (0.50, 0.62), 3, 1, 0.46, 0.06),
        Part("yi", "乙镇", "Second Town", (0.45, 0.42), 1, 2, 0.10, 0.15),
        Part("bi", "丙镇", "Third Town", (0.60, 0.25), 1, 2, 0.08, 0.15),
    ),
    (
        _primary("ps-01", "甲镇第一小学", "First Town No. 1 Primary", "ja-c1", 20, "ja-c1 ja-c2", pull=1.0,
                 built=1999),
        _primary("ps-02", "甲镇第二小学", "First Town No. 2 Primary", "ja-c3", 10, "ja-c3 ja-v01", built=1993,
                 flags="weak", teaching=0.8),
        _primary("cp-yi", "乙镇中心小学", "Second Town Central Primary", "yi-c1", 10, "yi-c1 yi-v01 yi-v02:0.3",
                 "central", reach="township", beds=40),
        _primary("vp-yi", "乙镇第2村小学", "Second Town Village 2 Primary", "yi-v02", 6, "yi-v02:0.7", "village",
                 built=1989, flags="weak", teaching=0.7, sports=0.7),
        _primary("cp-bi", "丙镇中心小学", "Third Town Central Primary", "bi-c1", 11, "@bi", "central",
                 reach="township", beds=60),
        _junior("js-01", "渌口甲中学", "Lukou Junior A", "ja-c2", 14, "@ja", "town_junior", pull=1.0),
        _junior("js-02", "渌口乙中学", "Lukou Junior B", "yi-c1", 10, "@yi @bi", "junior", beds=250),
    ),
    (0.03, 0.06),
    TOWN,
)  # fmt: skip

LILING = _spec(
    "liling",
    (
        Part("ja", "甲街道", "First Street", (0.50, 0.52), 4, 1, 0.44, 0.03,
             (("甲街道新城", "First Street new town"),)),
        Part("yi", "乙镇", "Second Town", (0.40, 0.75), 1, 2, 0.10, 0.10),
        Part("bi", "丙镇", "Third Town", (0.62, 0.30), 1, 2, 0.08, 0.11),
        Part("di", "丁镇", "Fourth Town", (0.70, 0.66), 1, 1, 0.05, 0.09),
    ),
    (
        _primary("ps-01", "甲街道第一小学", "First Street No. 1 Primary", "ja-c1", 46,
                 "ja-c1 ja-c2 ja-e1 ja-c3:0.7", pull=1.0, built=2012),
        _primary("ps-02", "甲街道第二小学", "First Street No. 2 Primary", "ja-c4", 34, "ja-c3:0.3 ja-c4 ja-v01",
                 pull=0.4, built=2005),
        _primary("cp-yi", "乙镇中心小学", "Second Town Central Primary", "yi-c1", 32, "yi-c1 yi-v01 yi-v02:0.4",
                 "central", reach="township", beds=60),
        _primary("vp-yi", "乙镇第2村小学", "Second Town Village 2 Primary", "yi-v02", 8, "yi-v02:0.6", "village",
                 built=1990, flags="weak", teaching=0.75, sports=0.7),
        _primary("cp-bi", "丙镇中心小学", "Third Town Central Primary", "bi-c1", 31, "bi-c1 bi-v01 bi-v02:0.5",
                 "central", reach="township", beds=80),
        _primary("vp-bi", "丙镇第2村小学", "Third Town Village 2 Primary", "bi-v02", 8, "bi-v02:0.5", "village",
                 built=1988, flags="weak", teaching=0.75, sports=0.7),
        _primary("cp-di", "丁镇中心小学", "Fourth Town Central Primary", "di-c1", 24, "@di", "central",
                 reach="township", built=1991, flags="weak", teaching=0.85),
        _junior("js-01", "醴陵甲中学", "Liling Junior A", "ja-c2", 48, "@ja di-c1", "town_junior", pull=1.0, beds=300),
        _junior("js-02", "醴陵乙中学", "Liling Junior B", "yi-c1", 17, "@yi", "junior", beds=400),
        _junior("js-03", "醴陵丙中学", "Liling Junior C", "bi-c1", 23, "@bi di-v01", "junior", beds=500),
    ),
    (0.015, 0.04),
    TOWN,
)  # fmt: skip

YOUXIAN = _spec(
    "youxian",
    (
        Part("ja", "甲街道", "First Street", (0.45, 0.48), 4, 1, 0.44, 0.04),
        Part("yi", "乙镇", "Second Town", (0.36, 0.72), 1, 2, 0.09, 0.11),
        Part("bi", "丙镇", "Third Town", (0.62, 0.30), 1, 2, 0.08, 0.11),
        Part("di", "丁乡", "Fourth Township", (0.72, 0.62), 0, 2, 0.0, 0.13),
    ),
    (
        _primary("ps-01", "甲街道第一小学", "First Street No. 1 Primary", "ja-c1", 50,
                 "ja-c1 ja-c2 ja-c3 ja-c4:0.3", pull=1.0, built=2014),
        _primary("ps-02", "甲街道第二小学", "First Street No. 2 Primary", "ja-c4", 14, "ja-c4:0.7 ja-v01",
                 built=2002, flags="weak", teaching=0.8),
        _primary("cp-yi", "乙镇中心小学", "Second Town Central Primary", "yi-c1", 28, "@yi", "central",
                 reach="township", beds=80),
        _primary("cp-bi", "丙镇中心小学", "Third Town Central Primary", "bi-c1", 24, "bi-c1 bi-v01 bi-v02:0.5",
                 "central", reach="township", beds=80),
        _primary("vp-bi", "丙镇第2村小学", "Third Town Village 2 Primary", "bi-v02", 7, "bi-v02:0.5", "village",
                 built=1990, flags="weak", teaching=0.7, sports=0.7),
        _primary("cp-di", "丁乡中心小学", "Fourth Township Central Primary", "di-v01", 17, "@di", "central",
                 reach="township", built=1992, flags="weak", teaching=0.8, beds=60),
        _junior("js-01", "攸县甲中学", "Youxian Junior A", "ja-c2", 48, "@ja @di yi-c1:0.8 bi-c1:0.8",
                 "town_junior", pull=1.0, beds=600, built=2011),
        _junior("js-02", "攸县乙中学", "Youxian Junior B", "yi-c1", 12, "yi-c1:0.2 yi-v01 yi-v02", "junior", beds=450),
        _junior("js-03", "攸县丙中学", "Youxian Junior C", "bi-c1", 9, "bi-c1:0.2 bi-v01 bi-v02", "junior", beds=300),
    ),
    (0.02, 0.05),
    TOWN,
)  # fmt: skip

CHALING = _spec(
    "chaling",
    (
        Part("ja", "甲街道", "First Street", (0.47, 0.52), 4, 1, 0.42, 0.04),
        Part("yi", "乙镇", "Second Town", (0.36, 0.72), 1, 2, 0.10, 0.12),
        Part("bi", "丙镇", "Third Town", (0.58, 0.28), 1, 2, 0.08, 0.11),
        Part("di", "丁乡", "Fourth Township", (0.68, 0.66), 0, 2, 0.0, 0.13),
    ),
    (
        _primary("ps-01", "甲街道第一小学", "First Street No. 1 Primary", "ja-c1", 50,
                 "ja-c1 ja-c2 ja-c3 ja-c4:0.2", pull=1.0, built=2012),
        _primary("ps-02", "甲街道第二小学", "First Street No. 2 Primary", "ja-c4", 16, "ja-c4:0.8 ja-v01", built=2008),
        _primary("cp-yi", "乙镇中心小学", "Second Town Central Primary", "yi-c1", 24, "yi-c1 yi-v01 yi-v02:0.4",
                 "central", reach="township", beds=60),
        _primary("vp-yi", "乙镇第2村小学", "Second Town Village 2 Primary", "yi-v02", 8, "yi-v02:0.6", "village",
                 built=1987, flags="weak", teaching=0.7, sports=0.7),
        _primary("cp-bi", "丙镇中心小学", "Third Town Central Primary", "bi-c1", 24, "@bi", "central",
                 reach="township", beds=120),
        _primary("cp-di", "丁乡中心小学", "Fourth Township Central Primary", "di-v01", 16, "@di", "central",
                 reach="township", built=1990, flags="weak", teaching=0.8, beds=60),
        _junior("js-01", "茶陵甲中学", "Chaling Junior A", "ja-c2", 44, "@ja @di yi-c1:0.6", "town_junior",
                 pull=1.0, beds=500),
        _junior("js-02", "茶陵乙中学", "Chaling Junior B", "yi-c1", 11, "yi-c1:0.4 yi-v01 yi-v02", "junior", beds=400),
        _junior("js-03", "茶陵丙中学", "Chaling Junior C", "bi-c1", 11, "@bi", "junior", beds=400),
    ),
    (0.03, 0.06),
    TOWN,
)  # fmt: skip

YANLING = _spec(
    "yanling",
    (
        Part("ja", "甲镇", "First Town", (0.42, 0.60), 3, 1, 0.46, 0.05),
        Part("yi", "乙镇", "Second Town", (0.40, 0.36), 1, 2, 0.09, 0.15),
        Part("bi", "丙乡", "Third Township", (0.62, 0.62), 0, 2, 0.0, 0.25),
    ),
    (
        _primary("ps-01", "甲镇第一小学", "First Town No. 1 Primary", "ja-c1", 18, "ja-c1 ja-c2 ja-c3:0.4 ja-v01",
                 pull=1.0, built=1998),
        _primary("ps-02", "甲镇第二小学", "First Town No. 2 Primary", "ja-c3", 9, "ja-c3:0.6", built=2006),
        _primary("cp-yi", "乙镇中心小学", "Second Town Central Primary", "yi-c1", 8, "yi-c1 yi-v01 yi-v02:0.6",
                 "central", reach="township", beds=40),
        _primary("vp-yi", "乙镇第2村小学", "Second Town Village 2 Primary", "yi-v02", 6, "yi-v02:0.4", "village",
                 built=1986, flags="weak", teaching=0.7, sports=0.7),
        _primary("cp-bi", "丙乡中心小学", "Third Township Central Primary", "bi-v01", 8, "bi-v01 bi-v02:0.5",
                 "central", reach="township", built=1991, flags="weak", teaching=0.8, beds=40),
        School("tp-bi", "丙乡第2村教学点", "Third Township Village 2 Teaching Point", "1", "3", "bi-v02", "point",
                 3, zone="bi-v02:0.5", then="cp-bi", built=1985),
        _junior("js-01", "炎陵甲中学", "Yanling Junior A", "ja-c2", 12, "@ja yi-c1:0.5", "town_junior", pull=1.0,
                 beds=200),
        _junior("js-02", "炎陵乙中学", "Yanling Junior B", "yi-c1", 6, "yi-c1:0.5 yi-v01 yi-v02 @bi", "junior",
                 beds=240),
    ),
    (0.02, 0.05),
    TOWN,
)  # fmt: skip

SPECS: dict[str, Spec] = {
    "hetang": HETANG, "lusong": LUSONG, "shifeng": SHIFENG, "tianyuan": TIANYUAN, "lukou": LUKOU,
    "liling": LILING, "youxian": YOUXIAN, "chaling": CHALING, "yanling": YANLING,
}  # fmt: skip
"""Member -> specification, in the order of the codes of the census, the city's districts first."""
