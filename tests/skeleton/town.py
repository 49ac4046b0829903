"""A made-up city of two counties for skeletons: its census table, boundary, villages, births."""

import json
from pathlib import Path

BANDS = ("0", "1到4", *(f"{low}到{low + 4}" for low in range(5, 85, 5)), "85岁以上")
LON, LAT = 107.5, 26.4


def census(folder: Path, name: str = "census_2020.csv", *, moved: bool = True, extra: str = "") -> Path:
    """Counties 990121 (rural, west) and 990122 (urban, east) of the city 990100; 990123 has no polygon."""
    ages = [
        f"{sex}_{band.removesuffix('岁以上')}岁{'以上' if '以上' in band else ''}" for band in BANDS for sex in "男女"
    ]
    away = [f"户口登记地在外乡镇街道人口_{where}" for where in ("本县", "本省其他县", "省外")] if moved else []
    head = ["区划代码", "省", "市", "区县", "人口数_合计", "城镇人口", "乡村人口", "家庭户数", *ages, *away]
    rows = [head]
    for code, county, size, urban in (
        ("990121", "子县", 20, 0.3),
        ("990122", "丑区", 30, 0.8),
        ("990123", "寅示范区", 10, 0.9),
    ):
        counts = [
            size * (30 - i + (i % 3)) * (1, 4)[i] // 5 if i < 2 else size * (30 - i + (i % 3))
            for i, _ in enumerate(BANDS)
            for _ in "男女"
        ]
        total = sum(counts)
        people = [total, round(total * urban), total - round(total * urban), total // 3]
        rows.append(
            [
                code,
                "某省",
                "甲市",
                county,
                *map(str, people),
                *map(str, counts),
                *(["5", str(total // 20), str(total // 20)] if moved else []),
            ]
        )
    rows.insert(
        1, ["990100", "某省", "甲市", "甲市", *(str(sum(int(row[i]) for row in rows[1:])) for i in range(4, len(head)))]
    )
    path = folder / name
    path.write_text("\n".join(",".join(row) for row in rows) + extra, encoding="gbk")
    return path


def births(folder: Path, first: int = 2000) -> Path:
    path = folder / f"births-{first}.csv"
    lines = [f"990000,某省,{year},{60 - (year - 2000) % 7}" for year in range(first, 2020)]
    path.write_text("\n".join(["province_code,province,year,births_10k_derived", *lines]), encoding="utf-8")
    return path


def square(west: float, south: float, width: float, height: float) -> list:
    east, north = west + width, south + height
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def layer(folder: Path, name: str, *features: tuple[dict, list]) -> Path:
    shapes = [
        {"type": "Feature", "properties": fields, "geometry": {"type": "Polygon", "coordinates": rings}}
        for fields, rings in features
    ]
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": shapes}, ensure_ascii=False), encoding="utf-8")
    return path


def boundary(folder: Path) -> Path:
    return layer(
        folder,
        "b.geojson",
        ({"adcode": 990121, "name": "子县"}, square(LON, LAT, 0.1, 0.1)),
        ({"adcode": 990122, "name": "丑区"}, square(LON + 0.1, LAT, 0.1, 0.1)),
    )


def dwellings(folder: Path, *rows: str, head: str = "村居代码,户数") -> Path:
    """Households by village: 300 in v3, 100 in v7, 50 in every other one; `rows` are added."""
    counts = [f"v{i},{ {3: 300, 7: 100}.get(i, 50) }" for i in range(1, 9)]
    path = folder / "households.csv"
    path.write_text("\n".join([head, *counts, *rows]), encoding="gbk")
    return path


def villages(folder: Path, *more: tuple[dict, list], rows: int = 2, height: float = 0.05) -> Path:
    """Two columns and `rows` rows of villages in each county, with ids v1, v2, ..."""
    at = [(column, row) for column in range(4) for row in range(rows)]
    cells = [
        ({"code": f"v{i + 1}", "name": f"村{i + 1}"}, square(LON + 0.05 * column, LAT + height * row, 0.05, height))
        for i, (column, row) in enumerate(at)
    ]
    return layer(folder, f"v{rows}.geojson", *cells, *more)
