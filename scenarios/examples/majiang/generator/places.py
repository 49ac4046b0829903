"""The units: 63 villages, 7 communities and 5 estates of seven townships, with names.

Real (domain facts 5.1): the townships and their codes, 63 villages and 7 communities, two communities in Xingshan and
three in Jinzhu, the village names of the two streets as the source spells them (Latin letters; in Chinese only 小堡).
Synthetic: which polygon carries which name, every other village name (a number), how the other villages and the two
remaining communities are spread over the five outer townships, and the estates.
"""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.examples.majiang.generator.drawing import Point, to_lonlat
from scenarios.examples.majiang.generator.tessellate import Cell, tessellate


@dataclass(frozen=True)
class Township:
    """A street, town or township."""

    name_zh: str
    name_en: str
    suffix_zh: str
    seat: Point  # [km from the county seat]; direction synthetic, distance from facts 5.1


@dataclass(frozen=True)
class Unit:
    """A village, community or estate."""

    unit: str
    name_zh: str
    name_en: str
    township: str  # short code: xs, jz, gd, xw, ls, xc, bm
    kind: str  # village | community | estate
    attraction: float  # weight of arrivals from the villages; synthetic
    cell: Cell

    @property
    def urban(self) -> bool:
        """Communities and estates are urban."""
        return self.kind != "village"

    @property
    def lonlat(self) -> Point:
        """A point inside [degrees]."""
        return to_lonlat(*self.cell.seed)


TOWNSHIPS = {  # codes 522635001, 002, 101, 103, 105, 106, 203 (facts 5.1)
    "xs": Township("杏山", "Xingshan", "街道", (0.0, 0.0)),
    "jz": Township("金竹", "Jinzhu", "街道", (0.0, 0.0)),
    "gd": Township("谷硐", "Gudong", "镇", (-18.0, -1.0)),  # 27 km by road
    "xw": Township("宣威", "Xuanwei", "镇", (7.5, -9.0)),
    "ls": Township("龙山", "Longshan", "镇", (13.2, 1.5)),  # 20 km by road
    "xc": Township("贤昌", "Xianchang", "镇", (-6.5, 4.5)),
    "bm": Township("坝芒", "Bamang", "布依族乡", (-15.5, -13.7)),  # 31 km by road
}

CELLS = {  # units per drawn area; the streets 7 and 6 villages, 2 and 3 communities are facts, the rest is synthetic
    "xs": 7, "jz": 6, "gd": 12, "xw": 14, "ls": 9, "xc": 7, "bm": 8,
    "xs-core": 3, "jz-core": 5, "jz-new": 1, "gd-core": 1, "xw-core": 2,
}  # fmt: skip

STREET_VILLAGES = {  # names: facts 5.1 [K1]; order (nearest to the seat first): synthetic
    "xs": ["Chengguan", "Xingshan", "Xiaobao", "Qingshan", "Liangtian", "Guyang", "Dianchong"],
    "jz": ["Liubao", "Zhongba", "Xianba", "Longchang", "Xingping", "Heshan"],
}

# Kind of each cell of a core, by distance from the township seat, with its weight for arrivals (synthetic).
CORE_KINDS: dict[str, list[tuple[str, float]]] = {
    "xs-core": [("community", 1.0), ("community", 1.0), ("estate", 1.5)],
    "jz-core": [("community", 1.0), ("community", 1.0), ("estate", 2.0), ("community", 1.0), ("estate", 2.0)],
    "jz-new": [("estate", 1.0)],
    "gd-core": [("community", 0.4)],
    "xw-core": [("community", 0.4), ("estate", 0.8)],
}

ESTATE_NAMES = {  # synthetic
    "xs-e1": ("杏山安置小区", "Xingshan resettlement estate"),
    "jz-e1": ("金竹小区甲", "Jinzhu estate A"),
    "jz-e2": ("金竹小区乙", "Jinzhu estate B"),
    "jz-e3": ("金竹新区", "Jinzhu new town"),
    "xw-e1": ("宣威安置小区", "Xuanwei resettlement estate"),
}


def units() -> list[Unit]:
    """All units, sorted by id; villages and communities numbered outward from the seat of their township."""
    found: list[Unit] = []
    counted: dict[str, int] = {}
    cells = sorted(tessellate(CELLS), key=_order)
    ranks: dict[str, int] = {}
    for cell in cells:
        township = cell.area.split("-")[0]
        rank = ranks.get(cell.area, 0)
        ranks[cell.area] = rank + 1
        kind, attraction = CORE_KINDS[cell.area][rank] if "-" in cell.area else ("village", 0.0)
        letter = f"{township}-{kind[0]}"
        counted[letter] = counted.get(letter, 0) + 1
        found.append(_named(township, kind, counted[letter], attraction, cell))
    return sorted(found, key=lambda unit: unit.unit)


def _order(cell: Cell) -> tuple[str, float]:
    seat = TOWNSHIPS[cell.area.split("-")[0]].seat
    away = (cell.seed[0] - seat[0]) ** 2 + (cell.seed[1] - seat[1]) ** 2
    return cell.area, round(away, 6)


def _named(code: str, kind: str, number: int, attraction: float, cell: Cell) -> Unit:
    township = TOWNSHIPS[code]
    full = township.name_zh + township.suffix_zh
    name = f"{code}-{kind[0]}{number}" if kind != "village" else f"{code}-v{number:02d}"
    if kind == "estate":
        zh, en = ESTATE_NAMES[name]
    elif kind == "community":
        zh, en = f"{full}第{number}社区", f"{township.name_en} community {number}"
    elif code in STREET_VILLAGES:
        en = f"{STREET_VILLAGES[code][number - 1]} village"
        zh = "小堡村" if en.startswith("Xiaobao") else f"{full}第{number}村({STREET_VILLAGES[code][number - 1]})"
    else:
        zh, en = f"{full}第{number}村", f"{township.name_en} village {number}"
    return Unit(name, zh, en, code, kind, attraction, cell)
