"""Heads of a census table by county, as the yearbooks of 2010 and 2020 and their copies write them.

Age bands are `男_0岁`, `女_1到4岁`, `1-4岁（女）`, `85岁及以上（男）`; `15-49岁育龄妇女` and `0-14岁（%）` are none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from scenarios.grid import Grid
from scenarios.spelling import folded

OPEN_END = 120
"""End of the open band at the top [years]; nothing is computed from it."""
HEAD_ROWS = 20
"""Rows at the top of a sheet among which the head is looked for."""

NAMES = {
    "code": ("区划代码", "行政区划代码", "地区代码", "行政区划", "代码", "adcode", "code"),
    "name": ("区县", "地区", "县市区", "县(市、区)", "区(县)", "地区名称", "名称", "name"),
    "province": ("省", "省份", "省级"),
    "city": ("市", "地市", "市州", "市级"),
    "total": ("人口数合计", "合计", "常住人口", "总人口", "总计"),
    "male": ("人口数男", "男"),
    "female": ("人口数女", "女"),
    "urban": ("城镇人口", "城镇"),
    "rural": ("乡村人口", "乡村"),
    "households": ("家庭户数", "户数", "家庭户户数"),
}
"""Heads of the columns beside the bands, in one spelling (`folded`); the first one that is there counts."""

_MOVED = re.compile(r"(?:户口登记地在外|迁入人口).*?(本县|本省其他|省外|外省)")
_MOVED_FROM = {"本县": "from_county", "本省其他": "from_province", "省外": "from_elsewhere", "外省": "from_elsewhere"}
_AGE = r"(?P<low>\d{1,3})(?:(?:-|到)(?P<high>\d{1,3}))?岁?(?P<open>及?以上)?岁?"
_SEX = r"(?P<sex>男|女|合计|小计)"
_BAND = (
    re.compile(rf"(?:年龄)?{_SEX}[-:]?{_AGE}"),
    re.compile(rf"{_AGE}[-:]?\(?{_SEX}?\)?"),
)
_SEXES = {"男": "male", "女": "female", "合计": "", "小计": "", None: ""}

Band = tuple[int, int]
"""Lowest age, and the age at which the next band begins."""


@dataclass(frozen=True)
class Heads:
    """Where each column stands in a grid, counted from 0."""

    row: int
    columns: dict[str, int]
    """By the names of `NAMES` and `from_county`, `from_province`, `from_elsewhere`."""
    bands: dict[tuple[str, Band], int]
    """By sex (`male`, `female`, or an empty text for both together) and band."""

    @property
    def sexes(self) -> tuple[str, ...]:
        """The sexes that are told apart, or one empty text."""
        found = {sex for sex, _ in self.bands}
        return ("male", "female") if {"male", "female"} <= found else tuple(sorted(found))[:1]

    def ladder(self, sex: str) -> tuple[Band, ...]:
        """The bands of one sex, youngest first."""
        return tuple(sorted(band for own, band in self.bands if own == sex))


def find_heads(grids: Sequence[Grid]) -> tuple[Grid, Heads] | None:
    """The first sheet, and in it the first row, with a place and an age band; None if there is none."""
    for grid in grids:
        for row, cells in enumerate(grid.rows[:HEAD_ROWS]):
            heads = _heads(row, cells)
            if heads.bands and ("code" in heads.columns or "name" in heads.columns):
                return grid, heads
    return None


def _heads(row: int, cells: Sequence[str]) -> Heads:
    keys = [folded(cell) for cell in cells]
    columns: dict[str, int] = {}
    for name, spellings in NAMES.items():
        places = [keys.index(spelling) for spelling in spellings if spelling in keys]
        if places:
            columns[name] = places[0]
    bands: dict[tuple[str, Band], int] = {}
    for column, key in enumerate(keys):
        moved = _MOVED.match(key)
        if moved is not None:
            columns.setdefault(_MOVED_FROM[moved[1]], column)
        band = read_band(key)
        if band is not None:
            bands.setdefault(band, column)
    return Heads(row, columns, bands)


def read_band(head: str) -> tuple[str, Band] | None:
    """Sex and band of a head, None if it names no age band."""
    key = folded(head)
    found = next((match for pattern in _BAND if (match := pattern.fullmatch(key))), None)
    if found is None or ("岁" not in key and not found["sex"]):
        return None
    low = int(found["low"])
    high = int(found["high"]) + 1 if found["high"] else low + 1
    if found["open"]:
        high = OPEN_END
    return (_SEXES[found["sex"]], (low, high)) if low < high <= OPEN_END else None


def ladder_faults(bands: Sequence[Band], needed: int) -> list[str]:
    """Bands that are missing, overlap or cross a multiple of five below an age; empty if they can be split."""
    if not bands or bands[0][0] != 0:
        return [f"0-{bands[0][0] - 1}" if bands else "0-4"]
    faults = [
        f"{high}-{low - 1}" if high < low else f"{low}-{high - 1}"
        for (_, high), (low, _) in pairwise(bands)
        if high != low
    ]
    wide = [f"{low}-{high - 1}" for low, high in bands if low < needed and low // 5 != (high - 1) // 5]
    short = [f"{bands[-1][1]}-{needed - 1}"] if bands[-1][1] < needed else []
    return faults + wide + short
