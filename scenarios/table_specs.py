"""One declarative spec per table: column, type, ranges, unit, words in zh and en, aliases.

Reading, checking, the guide and (later) the Excel template all follow from these rows; nothing else knows the columns.
Hard range: outside is impossible (error). Usual range: outside is unusual (warning).
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["id", "text", "grade", "choice", "whole", "number", "year", "flag", "date"]
YEARS = (1900.0, 2200.0)


@dataclass(frozen=True)
class Column:
    """One column. low/high: hard range; usual: (low, high); default: value of a missing column or empty cell.

    A default of None keeps an empty number as NaN and an empty text as an empty text. missing: code of the problem
    when a required cell is empty (`SCN206` in general).
    """

    name: str
    kind: Kind
    zh: str
    en: str
    required: bool = False
    unit: str = ""
    low: float | None = None
    high: float | None = None
    usual: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()
    default: str | float | None = None
    aliases: tuple[str, ...] = ()
    missing: str = "SCN206"


@dataclass(frozen=True)
class TableSpec:
    """One table; `key` columns identify a row and give the order of rows in memory."""

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        return {column.name: column for column in self.columns}[name]


def _id(name: str, zh: str, en: str, *aliases: str, missing: str = "SCN206") -> Column:
    return Column(name, "id", zh, en, required=True, aliases=aliases, missing=missing)


_UNIT = _id("unit", "单元编号", "id of the unit", "单元", "村居编号")
_STAGE = _id("stage", "学段", "id of the stage, as in study.yaml", "学段编号")
_GROUP = ("local", "migrant")
_ENGLISH = Column("name_en", "text", "英文名称", "English name", required=True, aliases=("英文名",))


def _names(*aliases: str) -> tuple[Column, Column]:
    return Column("name_zh", "text", "中文名称", "Chinese name", required=True, aliases=aliases), _ENGLISH


_AREAS = (
    Column("teaching_area_m2", "number", "教学及辅助用房面积", "teaching and ancillary rooms without indoor sports",
           unit="m2", low=0, usual=(0, 60_000), aliases=("教学及辅助用房面积",)),
    Column("sports_area_m2", "number", "体育运动场馆面积", "sports grounds and halls",
           unit="m2", low=0, usual=(0, 60_000), aliases=("体育运动场馆面积",)),
    Column("land_m2", "number", "占地面积", "land", unit="m2", low=0, usual=(0, 300_000), aliases=("占地面积",)),
)  # fmt: skip

UNITS = TableSpec("units", "单元（村、社区、小区）", "units: villages, communities, estates", ("unit",), (
    _UNIT,
    *_names("名称", "单元名称"),
    Column("township", "text", "乡镇、街道", "township or street it belongs to", required=True,
           aliases=("乡镇", "街道")),
    Column("urban", "flag", "是否城镇", "1 urban, 0 rural", required=True, aliases=("城镇", "城乡")),
    Column("cluster", "text", "生源片区，默认取乡镇", "home cluster, shares level shocks; default: the township",
           aliases=("片区",)),
    Column("attraction", "number", "迁入吸引力权重，默认城镇1、农村0", "weight of arrivals; default 1 urban, 0 rural",
           unit="-", low=0, usual=(0, 100), aliases=("吸引力",)),
))  # fmt: skip

SCHOOLS = TableSpec("schools", "学校", "schools of the base year", ("school",), (
    _id("school", "学校编号", "id of the school", "school_id", "学校", "学校代码", "学校标识码"),
    *_names("名称", "学校名称"),
    Column("first_grade", "grade", "最低年级", "lowest grade", required=True, aliases=("起始年级",)),
    Column("last_grade", "grade", "最高年级", "highest grade", required=True, aliases=("终止年级",)),
    _id("unit", "所在单元", "unit where it stands", "单元", "所在单元"),
    Column("lon", "number", "经度（或横坐标）", "east coordinate in school_crs", required=True, unit="degrees or m",
           aliases=("x", "longitude", "经度")),
    Column("lat", "number", "纬度（或纵坐标）", "north coordinate in school_crs", required=True, unit="degrees or m",
           aliases=("y", "latitude", "纬度")),
    Column("reach", "choice", "学区外招生范围", "where it draws pupils from beyond its zone", required=True,
           choices=("zone", "township", "county"), aliases=("招生范围",)),
    Column("ownership", "choice", "办学性质", "ownership", choices=("public", "private"), default="public",
           aliases=("办学性质",)),
    Column("built", "year", "建成年份", "year built", unit="year", low=1700, high=2200, usual=(1900, 2100),
           aliases=("建成年份",)),
    Column("flags", "text", "标记，用分号隔开：weak、ethnic、protected",
           "marks, with semicolons: weak, ethnic, protected", default="", aliases=("标记",)),
))  # fmt: skip

SITES = TableSpec("sites", "校址（一所学校可有多处）", "sites; a school may stand on several", ("site",), (
    _id("site", "校址编号", "id of the site", "校址"),
    _id("school", "学校编号", "school that uses it", "school_id", "学校"),
    Column("rooms", "whole", "普通教室", "general classrooms", required=True, unit="rooms", low=0, high=1000,
           usual=(0, 120), aliases=("普通教室", "教室数")),
    Column("beds", "whole", "寄宿床位", "boarding beds", unit="beds", low=0, usual=(0, 3000), default=0,
           aliases=("床位",)),
    *_AREAS,
))  # fmt: skip

ZONES = TableSpec("zones", "学区划片", "zones of the base year", ("stage", "unit", "school"), (
    _STAGE,
    _UNIT,
    _id("school", "对应学校；同一学段同一单元可有多行（多校划片）",
        "school of the zone; several rows = multi-school zone", "school_id", "学校", missing="SCN220"),
    Column("weight", "number", "多校划片的权重", "weight in a multi-school zone", unit="-", low=0, default=1.0,
           aliases=("权重",)),
))  # fmt: skip

CHILDREN = TableSpec("children", "常住儿童", "resident children", ("unit", "group", "age"), (
    _UNIT,
    Column("group", "choice", "户籍或随迁", "local or migrant", required=True, choices=_GROUP, aliases=("类别",)),
    Column("age", "whole", "满周岁", "completed years of age", required=True, unit="years", low=0, high=14,
           aliases=("年龄", "周岁")),
    Column("children", "whole", "儿童人数", "children", required=True, unit="children", low=0, usual=(0, 5000),
           aliases=("人数", "儿童数"), missing="SCN222"),
))  # fmt: skip

BIRTHS = TableSpec("births", "登记出生", "registered births", ("unit", "year", "group"), (
    _UNIT,
    Column("year", "year", "日历年", "calendar year", required=True, unit="year", low=YEARS[0], high=YEARS[1],
           aliases=("年份", "年度")),
    Column("births", "whole", "出生人数", "births", required=True, unit="children", low=0, usual=(0, 5000),
           aliases=("出生人数",), missing="SCN222"),
    Column("group", "choice", "户籍或随迁，空为合计", "local or migrant; empty: both together",
           choices=("", *_GROUP), default="", aliases=("类别",)),
))  # fmt: skip

ENROLMENT = TableSpec("enrolment", "在校生历史", "enrolment history", ("school", "grade", "year"), (
    _id("school", "学校编号", "id of the school", "school_id", "学校", "学校代码"),
    Column("grade", "grade", "年级", "grade, as in the stages", required=True, aliases=("年级",)),
    Column("year", "year", "学年（9月1日）", "school year, counted on 1 September", required=True, unit="school year",
           low=YEARS[0], high=YEARS[1], aliases=("学年", "年份")),
    Column("pupils", "whole", "在校生数", "pupils", required=True, unit="pupils", low=0, usual=(0, 1500),
           aliases=("n", "在校生数", "学生数", "人数"), missing="SCN221"),
    Column("sections", "whole", "班数", "classes", unit="classes", low=0, high=200, usual=(0, 40),
           aliases=("班数", "班级数")),
    Column("suppressed", "flag", "人数保密", "1: the number is withheld and `pupils` is empty", default=0,
           aliases=("保密",)),
))  # fmt: skip

ATTENDANCE = TableSpec(
    "attendance", "外出就读", "resident children who attend elsewhere", ("township", "stage", "destination"), (
    Column("township", "text", "乡镇，* 表示全县", "township, or * for the county", required=True,
           aliases=("乡镇", "街道")),
    _STAGE,
    Column("destination", "choice", "去向", "where they attend", required=True,
           choices=("private", "other_county", "not_enrolled"), aliases=("去向",)),
    Column("pupils", "whole", "基年人数", "resident children there in the base year", required=True, unit="children",
           low=0, usual=(0, 20_000), aliases=("n", "人数"), missing="SCN222"),
))  # fmt: skip

ESTATES = TableSpec("estates", "住宅小区", "housing estates", ("estate",), (
    _id("estate", "小区编号", "id of the estate", "小区"),
    _UNIT,
    Column("completion", "year", "交付学年", "school year of completion", required=True, unit="school year",
           low=YEARS[0], high=YEARS[1], aliases=("交付年份",)),
    Column("dwellings", "whole", "住宅套数", "dwellings", required=True, unit="dwellings", low=0, usual=(1, 20_000),
           aliases=("套数",)),
    Column("yield_per_dwelling", "number", "每套入住住宅的0-14岁儿童", "children aged 0-14 per occupied dwelling",
           required=True, unit="children/dwelling", low=0, high=5, usual=(0.05, 1.2), aliases=("户均儿童",)),
    Column("outside_share", "number", "来自县外的比例", "share from outside the county", required=True, unit="-",
           low=0, high=1),
    Column("in_town_share", "number", "来自县城的比例", "share from old town units", required=True, unit="-",
           low=0, high=1),
    Column("rural_share", "number", "来自本县农村的比例", "share from rural units", required=True, unit="-",
           low=0, high=1),
    Column("ramp_years", "number", "入住期", "years until fully occupied", unit="years", low=0, high=30, usual=(1, 10),
           default=4.0, aliases=("入住年数",)),
))  # fmt: skip

SPECS: MappingProxyType[str, TableSpec] = MappingProxyType({
    spec.name: spec
    for spec in (UNITS, SCHOOLS, SITES, ZONES, CHILDREN, BIRTHS, ENROLMENT, ATTENDANCE, ESTATES)
})  # fmt: skip
"""All tables by name, in the order in which they are read."""

SCHOOL_FLAGS = ("weak", "ethnic", "protected")
