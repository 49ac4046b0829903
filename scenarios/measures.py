"""Units that planners write (人, 间, 亩, 万元, %) and how they become the unit of a column.

Factors are exact fractions: 15 亩 are one hectare, so one 亩 is 10000/15 = 666.6667 m2.
"""

from dataclasses import dataclass
from fractions import Fraction

from scenarios.spelling import folded


@dataclass(frozen=True)
class Measure:
    """A unit: what it measures, and how many base units it is (m2, yuan, m, one)."""

    dimension: str
    factor: Fraction


_COUNTED = ("people", "classes", "rooms", "beds", "dwellings", "places", "things")
_SCALED = (*_COUNTED, "area", "money", "length")
"""Dimensions in which a bare 万 or 亿 has a meaning."""

_WORDS: dict[str, tuple[str, object]] = {
    "人 名 位 人次 people persons person pupils students children": ("people", 1),
    "千人": ("people", 1000),
    "万人": ("people", 10_000),
    "亿人": ("people", 10**8),
    "个 处 项 count": ("things", 1),
    "间 室 rooms room": ("rooms", 1),
    "班 个班 个教学班 classes class sections": ("classes", 1),
    "张 床 床位 beds bed": ("beds", 1),
    "套 户 dwellings dwelling households": ("dwellings", 1),
    "万套 万户": ("dwellings", 10_000),
    "座 学位 个学位 seats places": ("places", 1),
    "m2 m^2 sqm 平方米 平米 平方": ("area", 1),
    "万平方米 万m2 万平米": ("area", 10_000),
    "亩 市亩 mu": ("area", Fraction(10_000, 15)),
    "万亩": ("area", Fraction(10**8, 15)),
    "公顷 ha hectares": ("area", 10_000),
    "平方公里 平方千米 km2 km^2": ("area", 10**6),
    "m 米": ("length", 1),
    "km 公里 千米": ("length", 1000),
    "km/h 公里/小时 千米/小时 公里/时 千米/时": ("speed", 1),
    "元 人民币元 yuan rmb cny": ("money", 1),
    "千元": ("money", 1000),
    "万元 人民币万元": ("money", 10_000),
    "百万元": ("money", 10**6),
    "千万元": ("money", 10**7),
    "亿元": ("money", 10**8),
    "元/m2 元/平方米 元/平米 yuan/m2": ("money/area", 1),
    "% 百分比 percent 个百分点": ("share", Fraction(1, 100)),
    "‰ permille": ("share", Fraction(1, 1000)),
    "年 years": ("years", 1),
    "岁 周岁": ("years", 1),
    "月 个月 months": ("months", 1),
    "天 日 days": ("days", 1),
    "度 °": ("degrees", 1),
    "人/套 人/户 children/dwelling": ("people/dwelling", 1),
    "千": ("scale", 1000),
    "万": ("scale", 10_000),
    "亿": ("scale", 10**8),
}

MEASURES: dict[str, Measure] = {
    folded(word): Measure(dimension, Fraction(factor))  # type: ignore[call-overload]
    for words, (dimension, factor) in _WORDS.items()
    for word in words.split()
}
"""Every unit by its `folded` word."""

CANONICAL: dict[str, Measure] = {
    "pupils": Measure("people", Fraction(1)),
    "children": Measure("people", Fraction(1)),
    "people": Measure("people", Fraction(1)),
    "persons": Measure("people", Fraction(1)),
    "residents": Measure("people", Fraction(1)),
    "teachers": Measure("people", Fraction(1)),
    "classes": Measure("classes", Fraction(1)),
    "rooms": Measure("rooms", Fraction(1)),
    "beds": Measure("beds", Fraction(1)),
    "dwellings": Measure("dwellings", Fraction(1)),
    "households": Measure("dwellings", Fraction(1)),
    "places": Measure("places", Fraction(1)),
    "seats": Measure("places", Fraction(1)),
    "m2": Measure("area", Fraction(1)),
    "ha": Measure("area", Fraction(10_000)),
    "km2": Measure("area", Fraction(10**6)),
    "m": Measure("length", Fraction(1)),
    "km": Measure("length", Fraction(1000)),
    "km/h": Measure("speed", Fraction(1)),
    "yuan": Measure("money", Fraction(1)),
    "yuan/m2": Measure("money/area", Fraction(1)),
    "-": Measure("share", Fraction(1)),
    "%": Measure("share", Fraction(1, 100)),
    "years": Measure("years", Fraction(1)),
    "months": Measure("months", Fraction(1)),
    "days": Measure("days", Fraction(1)),
    "degrees or m": Measure("degrees", Fraction(1)),
    "children/dwelling": Measure("people/dwelling", Fraction(1)),
    "people/dwelling": Measure("people/dwelling", Fraction(1)),
    "year": Measure("calendar", Fraction(1)),
    "school year": Measure("calendar", Fraction(1)),
    "as stated": Measure("any", Fraction(1)),
}
"""The units of the data dictionary."""

ADDITIVE = frozenset((*_COUNTED, "area", "money"))
"""Dimensions whose sums mean something."""


def is_unit(text: str) -> bool:
    """Whether a text is the word of a unit."""
    return folded(text) in MEASURES


def factor(word: str, canonical: str) -> Fraction | None:
    """How many units of the column one of `word` is; None if it measures something else. word: a known unit.

    In a column whose unit is stated row by row, shares are per cent and everything else is in base units.
    """
    unit, target = MEASURES[folded(word)], CANONICAL.get(canonical)
    if target is None:
        return None
    if target.dimension == "any":
        return unit.factor * 100 if unit.dimension == "share" else unit.factor
    same = unit.dimension == target.dimension
    counted = unit.dimension == "things" and target.dimension in _COUNTED
    scaled = unit.dimension == "scale" and target.dimension in _SCALED
    metres = target.dimension == "degrees" and unit.dimension == "length"
    return unit.factor / target.factor if same or counted or scaled or metres else None


def is_additive(canonical: str) -> bool:
    """Whether numbers in this unit may be summed over rows."""
    return canonical in CANONICAL and CANONICAL[canonical].dimension in ADDITIVE
