"""The county of the example: what is real stands with its source, everything else is synthetic.

Real (domain facts 5, census row 331122 of 2020): the seat near 120.079 E 28.654 N; residents aged 0 3089, 1-4 18 003,
5-9 22 157, 10-14 25 137; 34 849 of 405 318 residents registered outside the county; 2 457 births registered in 2023
(children of the household register, 5.28 per thousand). The example holds a sixth of these children on a sixth of
the land of 1 499 km2: a study small enough to read. Names of townships and schools, and every line, are made up.
"""

from __future__ import annotations

from scenarios.examples.generator import JUNIOR, PRIMARY, Estate, History, People, Phase, Place, School, Site, Spec
from scenarios.examples.generator import Township as Town

PART = 6
"""The example has one child for every six of the census."""
CENSUS_2020 = {(0, 0): 3089, (1, 4): 18003, (5, 9): 22157, (10, 14): 25137}
BIRTHS = {2020: 3100, 2021: 2800, 2022: 2620, 2023: 2457}  # 2023 registered; before: synthetic

PLACE = Place(
    box=(119.975, 28.565, 120.190, 28.735),
    area_km2=250,
    townships=(
        Town("cc", "县城街道", "County seat", (120.079, 28.654), 3, 5,
             (("城南安置小区", "South resettlement estate"), ("溪滨新区", "Riverside new estate")), (0.47, 0.385),
             (0.07, 0.085), 0.7),
        Town("ja", "甲镇", "Town A", (120.140, 28.685), 4, 1, (), (0.065, 0.055), (0.085, 0.105), 0.5),
        Town("jb", "乙镇", "Town B", (120.030, 28.610), 4, 1, (), (0.06, 0.05), (0.085, 0.105), 0.5),
        Town("jc", "丙乡", "Township C", (120.150, 28.620), 5, 0, (), (0.0, 0.0), (0.07, 0.09)),
        Town("jd", "丁乡", "Township D", (120.035, 28.700), 4, 0, (), (0.0, 0.0), (0.05, 0.065)),
        Town("je", "戊乡", "Township E", (120.095, 28.595), 4, 0, (), (0.0, 0.0), (0.045, 0.06)),
    ),
    attraction={"cc-e1": 1.0, "cc-e2": 0.6},
)  # fmt: skip

PEOPLE = People(
    base_year=2023,
    census_year=2020,
    bands={band: round(count / PART) for band, count in CENSUS_2020.items()},
    births={year: round(count / PART) for year, count in BIRTHS.items()},
    migrant_share=(0.13, 0.03),  # 8.6 % of all residents, see above; town and village synthetic
    small=("cc-e2",),
)

ALLIANCE = "实验小学教共体"
"""A town school with the schools of one township (S4-7 asks for such alliances); which ones is synthetic."""
SCHOOLS = (
    # The school group: one legal school on two sites.
    School("ps-01", "实验小学（集团，两个校区）", "Experimental Primary (group of two sites)", "1", "6", "cc-c1",
           "town", 31,
           "cc-c1 cc-c2 cc-e1", reach="county", built=2009, pull=1.0, group=ALLIANCE,
           sites=(Site(24, 0, 4920, 8280, 24000), Site(7, 0, 1435, 2415, 8050))),
    School("ps-02", "第二小学", "No. 2 Primary", "1", "6", "cc-c4", "town", 28,
           "cc-c3 cc-c4 cc-c5 cc-e2 cc-v01 cc-v02 cc-v03",
           reach="county", built=2006, pull=0.8),
    School("cp-a", "甲镇中心小学", "Town A Central Primary", "1", "6", "ja-c1", "central", 14, "ja-c1 ja-v01 ja-v02",
           reach="township", beds=90),
    School("vp-a", "甲镇第4村小学", "Town A Village 4 Primary", "1", "6", "ja-v04", "village", 6, "ja-v04"),
    School("tp-a", "甲镇第3村教学点", "Town A Village 3 Teaching Point", "1", "3", "ja-v03", "point", 3, "ja-v03",
           then="cp-a"),
    School("cp-b", "乙镇中心小学", "Town B Central Primary", "1", "6", "jb-c1", "central", 15, "jb-c1 jb-v01 jb-v02",
           reach="township", beds=90),
    School("vp-b", "乙镇第4村小学", "Town B Village 4 Primary", "1", "6", "jb-v04", "village", 7, "jb-v04"),
    School("tp-b", "乙镇第3村教学点", "Town B Village 3 Teaching Point", "1", "3", "jb-v03", "point", 3, "jb-v03",
           then="cp-b"),
    School("ns-c", "丙乡九年一贯制学校", "Township C Nine-Year School", "1", "9", "jc-v01", "nine_year", 14,
           zones={"primary": "jc-v01 jc-v02 jc-v03", "junior": "@jc"}, beds=140, flags="weak"),
    School("vp-c", "丙乡第4村小学", "Township C Village 4 Primary", "1", "6", "jc-v04", "village", 6, "jc-v04",
           flags="weak"),
    School("tp-c", "丙乡第5村教学点", "Township C Village 5 Teaching Point", "1", "3", "jc-v05", "point", 3, "jc-v05",
           then="ns-c"),
    School("cp-d", "丁乡中心小学", "Township D Central Primary", "1", "6", "jd-v01", "central", 10,
           "jd-v01 jd-v02 jd-v03",
           reach="township", beds=60, group=ALLIANCE),
    School("tp-d", "丁乡第4村教学点", "Township D Village 4 Teaching Point", "1", "3", "jd-v04", "point", 3, "jd-v04",
           then="cp-d",
           flags="protected", group=ALLIANCE),
    School("cp-e", "戊乡中心小学", "Township E Central Primary", "1", "6", "je-v01", "central", 8, "je-v01 je-v03",
           reach="township", beds=60),
    School("vp-e", "戊乡第4村小学", "Township E Village 4 Primary", "1", "6", "je-v04", "village", 8, "je-v04 je-v02"),
    School("js-01", "县第一初级中学", "No. 1 Junior", "7", "9", "cc-c3", "town_junior", 22,
           "cc-c1 cc-c2 cc-c3 cc-e1 cc-v01 cc-v02 cc-v03 @jd",
           reach="county", built=2010, beds=320, pull=1.0),
    School("js-02", "县第二初级中学", "No. 2 Junior", "7", "9", "cc-c5", "town_junior", 12, "cc-c4 cc-c5 cc-e2",
           reach="county", built=2004, beds=200, pull=0.6),
    School("js-a", "甲镇中学", "Town A Junior", "7", "9", "ja-c1", "junior", 9, "@ja", reach="township", beds=240),
    School("js-b", "乙镇中学", "Town B Junior", "7", "9", "jb-c1", "junior", 9, "@jb", reach="township", beds=240),
    School("js-e", "戊乡中学", "Township E Junior", "7", "9", "je-v01", "junior", 3, "@je", beds=60, flags="weak"),
)  # fmt: skip

SPEC = Spec(
    salt="jinyun-1",
    place=PLACE,
    people=PEOPLE,
    stages=(PRIMARY, JUNIOR),
    schools=SCHOOLS,
    history=History(first_year=2008, to_town=(0.06, 0.11), up_to_town=0.09, in_town=0.12, trait_sd=0.03, entry_phi=1.3,
           progression_phi=0.8),
    estates=(
        Estate("south-resettlement", "cc-e1", 2018, 240, 0.75, (0.05, 0.15, 0.80), 2, "resettlement"),
        Estate("riverside", "cc-e2", 2026, 900, 0.55, (0.25, 0.30, 0.45), 5, "commercial",
               (Phase(2026, 6, 500, "under_construction"), Phase(2028, 6, 400, "approved"))),
    ),
)  # fmt: skip
