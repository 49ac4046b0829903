"""A made-up run in memory, shaped like a run folder: 12 schools, 2 futures, 3 plans, 15 years, 20 units (or many more).

Numbers come from closed formulas, so that a test can tell what a picture must show. No file is read or written.
"""

from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import Polygon

from reports.figures_setting import Case, Setting
from reports.i18n import Labels, Lang

BASE, HORIZON = 2023, 2038
YEARS = tuple(range(BASE + 1, HORIZON + 1))
FUTURES = ("baseline", "fast-urban")
PLANS = ("do-nothing", "county-plan", "late-plan")
STAGES = {"primary": ("1", "2", "3", "4", "5", "6"), "junior": ("7", "8", "9")}
PLANNED = {"primary": 45, "junior": 50}
QUANTILES = {"p05": -1.645, "p10": -1.2816, "p25": -0.6745, "p50": 0.0, "p75": 0.6745, "p90": 1.2816, "p95": 1.645}
CRS = "EPSG:4545"
CENTRE = (475_000.0, 2_930_000.0)

SCHOOLS = (  # id, zh, en, stage(s), rolls at base, yearly growth, rooms
    ("ps-01", "示例县第一小学", "Sample County No. 1 Primary School", "primary", 1830, 0.016, 40),
    ("ps-02", "示例县第二小学", "Sample County No. 2 Primary School", "primary", 1410, 0.010, 34),
    ("ps-03", "杏山街道中心小学", "Xingshan Central Primary School", "primary", 1120, -0.002, 30),
    ("ps-05", "宣河镇中心小学", "Xuanhe Town Central Primary School", "primary", 640, -0.022, 18),
    ("ps-06", "龙坡镇中心小学", "Longpo Town Central Primary School", "primary", 520, -0.03, 18),
    ("ps-07", "贤溪乡小学", "Xianxi Primary School", "primary", 210, -0.04, 8),
    ("ps-08", "碧潭教学点", "Bitan Teaching Point", "primary", 46, -0.06, 6),
    ("js-01", "示例县第一中学（初中部）", "Sample County No. 1 Middle School (Junior)", "junior", 1680, 0.02, 34),
    ("js-02", "示例县民族中学", "Sample County Minorities Middle School", "junior", 1210, 0.004, 26),
    ("js-03", "龙坡镇初级中学", "Longpo Junior Secondary School", "junior", 430, -0.025, 12),
    ("ny-01", "宣河九年一贯制学校", "Xuanhe Nine-year School", "primary junior", 1520, 0.012, 36),
)
NEW = ("ps-04", "示例县第四小学", "Sample County No. 4 Primary School", "primary", 980, 0.01, 36)


@dataclass(frozen=True)
class Sample:
    """Frames of a run folder and the layers under it."""

    schools: pd.DataFrame
    county: pd.DataFrame
    projects: pd.DataFrame
    cash: pd.DataFrame
    history: pd.DataFrame
    units: gpd.GeoDataFrame
    places: pd.DataFrame
    zones: pd.DataFrame


def words(lang: Lang = "zh") -> Setting:
    """The setting of the sample in one language."""
    pick = 0 if lang == "zh" else 1
    names = {("school", row[0]): row[1 + pick] for row in (*SCHOOLS, NEW)}
    names |= {("stage", "primary"): ("小学", "Primary")[pick], ("stage", "junior"): ("初中", "Junior")[pick]}
    names |= {
        ("future", "baseline"): ("基准", "Baseline")[pick],
        ("future", "fast-urban"): ("快速城镇化", "Fast urbanisation")[pick],
    }
    plans = (("维持现状", "Do nothing"), ("县方案", "County plan"), ("县方案推迟一年", "County plan, one year later"))
    names |= {("plan", key): name[pick] for key, name in zip(PLANS, plans, strict=True)}
    projects = {
        "no4-primary": ("新建第四小学", "Build No. 4 Primary"),
        "no1-junior-ext": ("扩建第一中学初中部", "Extend No. 1 Middle (Junior)"),
        "bitan-close": ("撤并碧潭教学点", "Close Bitan Teaching Point"),
        "no2-primary-ext": ("扩建第二小学", "Extend No. 2 Primary"),
    }
    names |= {("project", key): name[pick] for key, name in projects.items()}
    source = ("示例县 · 运行 3f9a12c4 · schoolplan 0.1.0", "Sample County · run 3f9a12c4 · schoolplan 0.1.0")[pick]
    return Setting(Labels(lang), BASE, HORIZON, (2025, 2029), STAGES, names, True, False, source)


def cases(future: str = "baseline", plans: int = 3) -> list[Case]:
    """The first plans of one future."""
    return [Case(future, plan) for plan in PLANS[:plans]]


def _opens(plan: str, year: int) -> float:
    """Chance that the new school is open by 1 September of a year."""
    first = {"do-nothing": 9999, "county-plan": 2026, "late-plan": 2027}[plan]
    return float(np.clip(0.35 + 0.5 * (year - first), 0, 1)) if year >= first else 0.0


def _roll(school: tuple, future: str, plan: str, year: int) -> float:
    step = year - BASE
    growth = school[5] + (0.012 if future == "fast-urban" and school[5] > 0 else 0)
    roll = school[4] * (1 + growth) ** min(step, 8) * (1 - 0.025) ** max(step - 8, 0)
    opened = _opens(plan, year)
    if school[0] == "ps-04":
        return opened * school[4] * min(1.0, 0.3 + 0.15 * max(0, year - 2026))
    if school[0] in {"ps-01", "ps-02"}:
        roll -= opened * 300
    return roll if school[0] != "ps-08" or plan == "do-nothing" or year < 2027 else 0.0


def _row(
    case: Case, year: int, entity: str, stage: str, indicator: str, middle: float, spread: float, over: float = np.nan
) -> tuple:
    values = [max(0.0, round(middle + z * spread)) for z in QUANTILES.values()]
    return (case.future, case.plan, year, entity, stage, indicator, "pupils", max(0.0, middle), *values, over)


def _chance(middle: float, spread: float, bound: float) -> float:
    return float(1 / (1 + np.exp(np.clip(-1.7 * (middle - bound) / max(spread, 0.5), -30, 30))))


def _school_rows(school: tuple, case: Case, year: int) -> list[tuple]:
    key, stages = school[0], school[3].split()
    roll = _roll(school, case.future, case.plan, year)
    spread = 0.02 * roll * np.sqrt(year - BASE) * (0.5 if roll == 0 else 1)
    if key == "ps-04" and 0 < _opens(case.plan, year) < 1:
        spread = 0.4 * roll
    rooms = school[6] if key != "ps-04" else school[6] * (_opens(case.plan, year) > 0.5)
    bound = 2500 if len(stages) > 1 else 2000
    found = [_row(case, year, key, "all", "roll", roll, spread, _chance(roll, spread, bound) if roll else np.nan)]
    if roll == 0:
        return []  # a school that is not open in any draw has no rows
    seats = rooms * np.mean([PLANNED[stage] for stage in stages])
    found += [
        _row(case, year, key, "all", "rooms", rooms, 0),
        _row(case, year, key, "all", "seats", seats, 0),
        _row(case, year, key, "all", "safe_seats", seats * 0.86, 0),
        _row(case, year, key, "all", "beyond_seats", max(0.0, roll - seats), 0),
    ]
    grades = [(stage, grade) for stage in stages for grade in STAGES[stage]]
    for stage in stages:
        share = len(STAGES[stage]) / len(grades)
        per_grade, size = roll * share / len(STAGES[stage]), PLANNED[stage]
        wanted = max(1, np.ceil(per_grade / size)) * len(STAGES[stage])
        classes = min(wanted, max(len(STAGES[stage]), rooms * share)) // 1 if roll else 0
        largest = roll * share / classes + 3 if classes else 0
        wide = 1.2 + 0.15 * (year - BASE)
        over = _chance(largest, wide, size) if classes else np.nan
        found += [
            _row(case, year, key, stage, "roll", roll * share, spread * share),
            _row(case, year, key, stage, "classes", classes, 0.6),
            _row(case, year, key, stage, "largest_class", largest, wide, over),
            _row(case, year, key, stage, "mean_class", largest - 3, 1),
        ]
        for place, grade in enumerate(STAGES[stage]):
            big = largest - 2 + (place * 7 + year) % 5 if classes else 0
            found.append(
                _row(
                    case,
                    year,
                    key,
                    f"grade:{grade}",
                    "largest_class",
                    big,
                    wide,
                    _chance(big, wide, size) if classes else np.nan,
                )
            )
            found.append(_row(case, year, key, f"grade:{grade}", "roll", per_grade, spread / 6))
    return found


COLUMNS = ["future", "plan", "year", "entity", "stage", "indicator", "unit", "mean", *QUANTILES, "p_exceed"]


def _county_rows(schools: pd.DataFrame) -> pd.DataFrame:
    rolls = schools[(schools["indicator"] == "roll") & schools["stage"].isin([*STAGES, "all"])]
    keys = ["future", "plan", "year", "stage", "indicator", "unit"]
    total = rolls.groupby(keys, as_index=False)[["mean", *QUANTILES]].sum()
    parts = [total]
    after = total["year"] - BASE
    born = (0.14 * after).where(after <= 6, 0.84 - 0.08 * (after - 6)).clip(0)
    shares = {"demand_enrolled": 1 - 0.16 * after, "demand_born": born, "demand_arrivals": 0.01 + 0.008 * after}
    for indicator, share in ((name, value.clip(0, 0.9)) for name, value in shares.items()):
        parts.append(total.assign(indicator=indicator, **{name: total[name] * share for name in ["mean", *QUANTILES]}))
    known = sum(part["mean"].to_numpy() for part in parts[1:])
    rest = np.clip(total["mean"].to_numpy() - known, 0, None)
    parts.append(total.assign(indicator="demand_unborn", **dict.fromkeys(["mean", *QUANTILES], rest)))
    return pd.concat(parts, ignore_index=True).assign(entity="sample", p_exceed=np.nan)[COLUMNS]


def _project_rows() -> pd.DataFrame:
    facts = (
        ("no4-primary", "new_school", "ps-04", 2026, 2026, 2028, 0.0, "budget"),
        ("no1-junior-ext", "extension", "js-01", 2025, 2025, 2026, 0.0, "nothing"),
        ("bitan-close", "closure", "ps-08", 2026, 2027, 2027, 0.0, "nothing"),
        ("no2-primary-ext", "extension", "ps-02", 2029, 2033, 9999, 0.18, "crew"),
    )
    found = []
    for future in FUTURES:
        for late, plan in enumerate(PLANS[1:]):
            for key, kind, school, p10, p50, p90, never, waits in facts:
                low, middle, high = (float(y + late) if y < 9999 else np.nan for y in (p10, p50, p90))
                end = high if high == high else HORIZON + 6
                for year in YEARS:
                    known = np.interp(year, [low - 1, low, middle + 0.2, end + 0.3], [0.0, 0.1, 0.5, 0.92])
                    chance = float(min(known + (0.1 if year > end else 0.0), 1 - never))
                    found.append((future, plan, key, kind, school, year, chance, low, middle, high, never, waits))
    names = [
        "future",
        "plan",
        "project",
        "kind",
        "school",
        "year",
        "p_open",
        "p10",
        "p50",
        "p90",
        "p_never",
        "waits_for",
    ]
    return pd.DataFrame(found, columns=names)


def _cash_rows() -> pd.DataFrame:
    found = []
    budget = {2023: 1500.0, 2024: 3000.0, 2025: 4000.0, 2026: 2500.0, 2027: 800.0}
    spends = {
        "no4-primary": (0, 400, 2600, 2200, 300, 0),
        "no1-junior-ext": (200, 1600, 700, 0, 0, 0),
        "no2-primary-ext": (0, 0, 0, 300, 700, 500),
    }
    for future in FUTURES:
        for plan in PLANS[1:]:
            for source, amounts in spends.items():
                for year, mean in enumerate(amounts, start=BASE):
                    found.append((future, plan, year, source, "spend", mean, mean * 0.7, mean, mean * 1.3, "万元"))
            for year in range(BASE, BASE + 6):
                total = sum(amounts[year - BASE] for amounts in spends.values())
                found.append((future, plan, year, "all", "spend", total, total * 0.8, total, total * 1.2, "万元"))
                limit = budget.get(year, 0.0)
                found.append((future, plan, year, "all", "budget", limit, limit, limit, limit, "万元"))
    return pd.DataFrame(
        found, columns=["future", "plan", "year", "source", "kind", "mean", "p10", "p50", "p90", "unit"]
    )


def _history_rows() -> pd.DataFrame:
    found = []
    for school in SCHOOLS:
        grades = [grade for stage in school[3].split() for grade in STAGES[stage]]
        for year in range(BASE - 7, BASE + 1):
            roll = school[4] * (1 + school[5]) ** (year - BASE) * (1 + 0.01 * ((year * 7) % 3 - 1) * (year < BASE))
            found += [(school[0], grade, year, float(round(roll / len(grades)))) for grade in grades]
    return pd.DataFrame(found, columns=["school", "grade", "year", "pupils"])


def county_units(count: int = 20) -> gpd.GeoDataFrame:
    """Units of an oval county in the working CRS [m], smaller towards the town; columns unit, geometry."""
    turn = np.arange(count) * 2.399963
    radius = 16_000 * ((np.arange(count) + 0.5) / count) ** 0.75
    points = shapely.points(CENTRE[0] + 1.25 * radius * np.cos(turn), CENTRE[1] + radius * np.sin(turn))
    edge = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    wobble = 17_500 * (1 + 0.08 * np.sin(3 * edge) + 0.05 * np.cos(5 * edge))
    border = Polygon(np.column_stack([CENTRE[0] + 1.3 * wobble * np.cos(edge), CENTRE[1] + wobble * np.sin(edge)]))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=border, ordered=True))
    ids = [f"u{number:04d}" for number in range(count)]
    return gpd.GeoDataFrame({"unit": ids}, geometry=shapely.intersection(cells, border), crs=CRS)


def _places() -> pd.DataFrame:
    spots = (
        (0.4, 0.6), (-1.1, 0.1), (0.9, -1.0), (-9, 5), (10, -6), (-6, -9), (14, 4),
        (0.1, -0.3), (-0.8, 1.2), (9.5, -6.9), (-9.4, 4.1), (1.9, 1.3),
    )  # fmt: skip
    found = []
    for school, (east, north) in zip((*SCHOOLS, NEW), spots, strict=True):
        grades = [grade for stage in school[3].split() for grade in STAGES[stage]]
        place = (CENTRE[0] + 1000 * east, CENTRE[1] + 1000 * north)
        found.append((*school[:3], *place, grades[0], grades[-1], "no4-primary" if school is NEW else ""))
    names = ["school", "name_zh", "name_en", "x", "y", "first_grade", "last_grade", "opened_by"]
    return pd.DataFrame(found, columns=names)


def _zone_rows(units: gpd.GeoDataFrame, places: pd.DataFrame) -> pd.DataFrame:
    found = []
    centres = shapely.get_coordinates(shapely.point_on_surface(units.geometry.to_numpy()))
    for plan in PLANS:
        for stage, grades in STAGES.items():
            hosts = places[
                [f <= grades[0] <= t for f, t in zip(places["first_grade"], places["last_grade"], strict=True)]
            ]
            old = hosts[hosts["opened_by"] == ""]
            far = np.hypot(*(old[["x", "y"]].to_numpy()[:, None, :] - centres).transpose(2, 0, 1))
            near = old["school"].to_numpy()[far.argmin(axis=0)]
            found += [(plan, stage, unit, school, BASE, "") for unit, school in zip(units["unit"], near, strict=True)]
            if plan != "do-nothing" and len(hosts) > len(old):
                new = hosts.loc[hosts["opened_by"] != "", ["x", "y"]].to_numpy()
                inside = np.hypot(*(centres - new).T) < 2_500
                found += [(plan, stage, unit, "ps-04", BASE, "no4-primary") for unit in units["unit"][inside]]
    return pd.DataFrame(found, columns=["plan", "stage", "unit", "school", "from_year", "with_project"])


@lru_cache(maxsize=4)
def sample(units: int = 20) -> Sample:
    """The whole sample; cached, so do not change its frames."""
    every = [Case(future, plan) for future in FUTURES for plan in PLANS]
    school_rows = [
        row
        for case in every
        for school in (*SCHOOLS, NEW)
        for year in YEARS
        for row in _school_rows(school, case, year)
    ]
    schools = pd.DataFrame(school_rows, columns=COLUMNS)
    layer, places = county_units(units), _places()
    zones = _zone_rows(layer, places)
    return Sample(schools, _county_rows(schools), _project_rows(), _cash_rows(), _history_rows(), layer, places, zones)
