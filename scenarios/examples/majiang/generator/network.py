"""The schools, their sites and their zones: 38 schools and teaching points of a Majiang-like county.

Real (domain facts 5.1 and requirements S0): that a first, second and third county primary, Xuanwei junior, the chains
Leping and Heba, and the primaries Gonghe, Bamang, Longshan and Xiaobao exist; the third primary was built in 2020.
Synthetic: everything else, first of all rooms, beds, areas, years, positions, zones and all schools named by a number.
The largest schools of the town are given a year after 2010, so that 2000 pupils bind and not the relaxed 2400.
"""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.examples.majiang.generator.drawing import Point, to_lonlat
from scenarios.examples.majiang.generator.places import Unit


@dataclass(frozen=True)
class School:
    """One school with its only site; areas follow from its rooms by AREAS."""

    school: str
    name_zh: str
    name_en: str
    grades: tuple[int, int]
    unit: str
    reach: str
    built: int
    rooms: int  # general classrooms
    beds: int = 0
    flags: str = ""
    zone: str = ""  # primary zone: units by name
    junior_zone: str = ""
    crowded: float = 1.0  # factor on the teaching area, below 1 where S0-13 names a lack

    @property
    def kind(self) -> str:
        """The row of AREAS: primary, junior, nine_year or point."""
        first, last = self.grades
        if first == 7:
            return "junior"
        return "nine_year" if last == 9 else "primary" if last == 6 else "point"


# m2 per general classroom: teaching and ancillary, sports, land; L4 and L5 are met at 45 / 50 pupils (facts 1.1, 2.3)
AREAS = {
    "primary": (205, 345, 1150),
    "junior": (300, 520, 1500),
    "nine_year": (245, 410, 1350),
    "point": (150, 300, 900),
}
FLOOR_OF_TEACHING = 1.5  # offices, halls and kitchen on top of the teaching area; synthetic
FLOOR_OF_BED = 8.0  # m2 of dormitory and canteen for a bed; synthetic
SHIFT_KM: Point = (0.35, -0.25)  # a second school of the same unit stands this far from the first

SCHOOLS = [
    School("ps-01", "麻江县第一小学", "Majiang No. 1 Primary", (1, 6), "xs-c1", "county", 2012, 48,
           zone="xs-c1 xs-c2 xs-e1 xs-v01"),
    School("ps-02", "麻江县第二小学", "Majiang No. 2 Primary", (1, 6), "jz-c2", "county", 2006, 24,
           zone="jz-c1 jz-c2 jz-v01"),
    School("ps-03", "麻江县第三小学", "Majiang No. 3 Primary", (1, 6), "jz-e2", "county", 2020, 37,
           zone="jz-e1 jz-e2 jz-e3 jz-v02 jz-v03"),
    School("js-01", "麻江县第一中学", "Majiang No. 1 Junior", (7, 9), "xs-c2", "county", 2013, 39, 1300,
           junior_zone="xs-c1 xs-c2 xs-e1 xs-v01 xs-v02 xs-v03 xs-v04 xs-v05 xs-v06 xs-v07 jz-c1 jz-v02"),
    School("js-02", "麻江县第二中学", "Majiang No. 2 Junior", (7, 9), "jz-c3", "county", 2011, 23, 800,
           junior_zone="jz-c2 jz-c3 jz-e1 jz-e2 jz-e3 jz-v01 jz-v03 jz-v04 jz-v05 jz-v06"),
    School("ps-xb", "小堡小学", "Xiaobao Primary", (1, 6), "xs-v03", "zone", 2004, 6, 60, "weak",
           zone="xs-v03", crowded=0.85),
    School("vp-xs1", "杏山街道第5村小学", "Liangtian Village Primary", (1, 6), "xs-v05", "zone", 2003, 14, 140,
           zone="xs-v02 xs-v05 xs-v07"),
    School("vp-xs2", "杏山街道第4村小学", "Qingshan Village Primary", (1, 6), "xs-v04", "zone", 2005, 11, 100,
           zone="xs-v04 xs-v06"),
    School("vp-jz1", "金竹街道第5村小学", "Xingping Village Primary", (1, 6), "jz-v05", "zone", 2007, 12, 130,
           zone="jz-v04 jz-v05 jz-v06"),
    School("cp-gd", "谷硐小学", "Gudong Primary", (1, 6), "gd-c1", "township", 2001, 26, 580,
           zone="gd-c1 gd-v01 gd-v02 gd-v04 gd-v05"),
    School("vp-gd1", "谷硐镇第3村小学", "Gudong Village 3 Primary", (1, 6), "gd-v03", "zone", 2002, 14, 130,
           zone="gd-v03 gd-v12"),
    School("vp-gd2", "谷硐镇第6村小学", "Gudong Village 6 Primary", (1, 6), "gd-v06", "zone", 2004, 12, 110,
           zone="gd-v06 gd-v07"),
    School("vp-gd3", "谷硐镇第10村小学", "Gudong Village 10 Primary", (1, 6), "gd-v10", "zone", 2006, 8, 80,
           zone="gd-v10"),
    School("tp-gd1", "谷硐镇第8村教学点", "Gudong Village 8 Teaching Point", (1, 3), "gd-v08", "zone", 1999, 3,
           zone="gd-v08"),
    School("tp-gd2", "谷硐镇第11村教学点", "Gudong Village 11 Teaching Point", (1, 3), "gd-v11", "zone", 1997, 3,
           zone="gd-v11"),
    School("tp-gd3", "谷硐镇第9村教学点", "Gudong Village 9 Teaching Point", (1, 3), "gd-v09", "zone", 2000, 3,
           zone="gd-v09"),
    School("js-gd", "谷硐中学", "Gudong Junior", (7, 9), "gd-c1", "township", 2000, 21, 800,
           junior_zone="gd-c1 gd-v01 gd-v02 gd-v03 gd-v04 gd-v05 gd-v06 gd-v07 gd-v08 gd-v09 gd-v10 gd-v11 gd-v12"),
    School("cp-xw", "宣威小学", "Xuanwei Primary", (1, 6), "xw-c1", "township", 2003, 30, 610,
           zone="xw-c1 xw-e1 xw-v01 xw-v02 xw-v03 xw-v04"),
    School("vp-xw1", "宣威镇第6村小学", "Xuanwei Village 6 Primary", (1, 6), "xw-v06", "zone", 2002, 8, 100,
           zone="xw-v06 xw-v07"),
    School("vp-xw2", "宣威镇第10村小学", "Xuanwei Village 10 Primary", (1, 6), "xw-v10", "zone", 2005, 13, 130,
           zone="xw-v05 xw-v10 xw-v12"),
    School("vp-xw3", "宣威镇第11村小学", "Xuanwei Village 11 Primary", (1, 6), "xw-v11", "zone", 2008, 15, 140,
           zone="xw-v08 xw-v11 xw-v13"),
    School("tp-xw1", "宣威镇第14村教学点", "Xuanwei Village 14 Teaching Point", (1, 3), "xw-v14", "zone", 1996, 3,
           flags="protected", zone="xw-v14"),
    School("tp-xw2", "宣威镇第9村教学点", "Xuanwei Village 9 Teaching Point", (1, 3), "xw-v09", "zone", 1998, 3,
           zone="xw-v09"),
    School("js-xw", "宣威中学", "Xuanwei Junior", (7, 9), "xw-c1", "township", 2002, 16, 700,
           junior_zone="xw-c1 xw-e1 xw-v01 xw-v02 xw-v03 xw-v04 xw-v05 xw-v06 xw-v07 xw-v08 xw-v09 xw-v10 xw-v11 "
                       "xw-v12 xw-v13 xw-v14", crowded=0.9),
    School("cp-ls", "龙山小学", "Longshan Primary", (1, 6), "ls-v01", "township", 2004, 12, 220,
           zone="ls-v01 ls-v02", crowded=0.8),
    School("ps-gh", "共和小学", "Gonghe Primary", (1, 6), "ls-v04", "zone", 2003, 13, 140,
           zone="ls-v04 ls-v05 ls-v06"),
    School("vp-ls1", "龙山镇第3村小学", "Longshan Village 3 Primary", (1, 6), "ls-v03", "zone", 2001, 6, 60,
           zone="ls-v03"),
    School("ns-hb", "河坝小幼连贯九年制学校", "Heba Nine-Year School", (1, 9), "ls-v07", "zone", 2006, 18, 320,
           zone="ls-v07 ls-v08", junior_zone="ls-v05 ls-v07 ls-v08 ls-v09"),
    School("tp-ls1", "龙山镇第9村教学点", "Longshan Village 9 Teaching Point", (1, 3), "ls-v09", "zone", 1997, 3,
           zone="ls-v09"),
    School("js-ls", "龙山中学", "Longshan Junior", (7, 9), "ls-v01", "township", 2001, 10, 320,
           junior_zone="ls-v01 ls-v02 ls-v03 ls-v04 ls-v06"),
    School("cp-xc", "贤昌小学", "Xianchang Primary", (1, 6), "xc-v01", "township", 2002, 14, 260,
           zone="xc-v01 xc-v02 xc-v07"),
    School("vp-xc1", "贤昌镇第4村小学", "Xianchang Village 4 Primary", (1, 6), "xc-v04", "zone", 2004, 6, 50,
           zone="xc-v04"),
    School("vp-xc2", "贤昌镇第5村小学", "Xianchang Village 5 Primary", (1, 6), "xc-v05", "zone", 2000, 8, 80,
           zone="xc-v03 xc-v05"),
    School("tp-xc1", "贤昌镇第6村教学点", "Xianchang Village 6 Teaching Point", (1, 3), "xc-v06", "zone", 1995, 3,
           zone="xc-v06"),
    School("js-xc", "贤昌中学", "Xianchang Junior", (7, 9), "xc-v01", "township", 2003, 9, 320,
           junior_zone="xc-v01 xc-v02 xc-v03 xc-v04 xc-v05 xc-v06 xc-v07"),
    School("cp-bm", "坝芒小学", "Bamang Primary", (1, 6), "bm-v01", "township", 2005, 14, 270, "ethnic",
           zone="bm-v01 bm-v02 bm-v05", crowded=0.8),
    School("ns-lp", "乐坪小幼连贯九年制学校", "Leping Nine-Year School", (1, 9), "bm-v04", "township", 2007, 27, 520,
           "ethnic", zone="bm-v03 bm-v04 bm-v06 bm-v08",
           junior_zone="bm-v01 bm-v02 bm-v03 bm-v04 bm-v05 bm-v06 bm-v07 bm-v08"),
    School("tp-bm1", "坝芒乡第7村教学点", "Bamang Village 7 Teaching Point", (1, 3), "bm-v07", "zone", 1998, 3,
           flags="ethnic;protected", zone="bm-v07"),
]  # fmt: skip

# Where a teaching point's pupils go for grade 4, in general the nearest complete primary; some enter there at once.
AFTER_POINT = {
    "tp-gd1": "vp-gd1", "tp-gd2": "vp-gd3", "tp-gd3": "cp-gd", "tp-xw1": "vp-jz1", "tp-xw2": "vp-xw3",
    "tp-ls1": "ns-hb", "tp-xc1": "vp-xc1", "tp-bm1": "cp-bm",
}  # fmt: skip


ENTER_THERE = 0.1  # weight beside 1 for the teaching point
LOTTERY = ("jz-c3", {"ps-02": 0.25, "ps-03": 0.75})  # a unit between two county primaries: both, by lottery (多校划片)


def zones() -> list[tuple[str, str, str, float]]:
    """Rows (stage, unit, school, weight) of the base year."""
    rows = [("primary", unit, school.school, 1.0) for school in SCHOOLS for unit in school.zone.split()]
    rows += [("junior", unit, school.school, 1.0) for school in SCHOOLS for unit in school.junior_zone.split()]
    points = [school for school in SCHOOLS if school.kind == "point"]
    rows += [("primary", unit, AFTER_POINT[s.school], ENTER_THERE) for s in points for unit in s.zone.split()]
    rows += [("primary", LOTTERY[0], school, weight) for school, weight in LOTTERY[1].items()]
    return sorted(rows)


def position_km(school: School, seeds: dict[str, Point]) -> Point:
    """Place [km from the seat]; a junior school beside a primary in the same unit stands a little apart."""
    x, y = seeds[school.unit]
    others = [other.school for other in SCHOOLS if other.unit == school.unit]
    steps = others.index(school.school)
    return x + SHIFT_KM[0] * steps, y + SHIFT_KM[1] * steps


def position(school: School, units: dict[str, Unit]) -> Point:
    """Longitude and latitude [degrees]."""
    return to_lonlat(*position_km(school, {school.unit: units[school.unit].cell.seed}))


def site(school: School) -> tuple[int, int, int, int, int, int]:
    """Rooms, beds, teaching area, sports area, land and floor area [m2] of a school."""
    each, sports, land = AREAS[school.kind]
    teaching = round(each * school.rooms * school.crowded)
    floor = round(FLOOR_OF_TEACHING * teaching + FLOOR_OF_BED * school.beds)
    return school.rooms, school.beds, teaching, sports * school.rooms, land * school.rooms, floor
