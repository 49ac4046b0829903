"""A synthetic run folder for the report tests: 12 schools, 2 futures, 3 plans, 15 years, 20 units."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Polygon

from reports.geojson import units_document
from reports.problem_list import with_problems
from reports.ranking import with_ranking
from reports.run_folder import RunFolder, write_run
from reports.study_card import StudyCard
from reports.table_shapes import SHAPES, RunTables
from tests.reports import factory_flows
from tests.reports import factory_numbers as f
from tests.reports.factory_access import access_tables
from tests.reports.factory_study import BUDGET, COST, CRS, KIND, study
from tests.reports.factory_verdicts import classes_of, overs, verdict_rows

TOWN = ("u08", "u09", "u13")


def units() -> gpd.GeoDataFrame:
    """20 villages and communities on a bent grid of 5 x 4, about 4 km wide."""
    rng = np.random.default_rng(5)
    corner = {
        (i, j): (470_000 + 4000 * i + rng.uniform(-900, 900), 2_930_000 + 4000 * j + rng.uniform(-900, 900))
        for i in range(6)
        for j in range(5)
    }
    rows = []
    for j in range(4):
        for i in range(5):
            key = f"u{5 * j + i + 1:02d}"
            ring = [corner[i, j], corner[i + 1, j], corner[i + 1, j + 1], corner[i, j + 1]]
            rows.append(
                {"unit": key, "name_zh": f"{'社区' if key in TOWN else '村'}{key[1:]}",
                 "name_en": f"{'Community' if key in TOWN else 'Village'} {key[1:]}",
                 "township": f"t{i % 3 + 1}", "urban": int(key in TOWN), "geometry": Polygon(ring)}
            )  # fmt: skip
    return gpd.GeoDataFrame(rows, crs=CRS)


_PLACES = ("u08", "u09", "u13", "u01", "u08", "u13", "u05", "u09", "u17", "u20", "u11", "u03")
_HOME = dict(zip(f.KEYS, _PLACES, strict=True))


def school_list() -> pd.DataFrame:
    places = units().set_index("unit").geometry.representative_point()
    nudge = {"js-01": 700.0, "js-02": -600.0, "ps-02": -700.0}
    rows = []
    for s in f.SCHOOLS:
        x, y = places[_HOME[s.key]].x + nudge.get(s.key, 0.0), places[_HOME[s.key]].y
        rows.append((s.key, *s.names, x, y, f.grades(s)[0], f.grades(s)[-1], s.opened_by))
    return pd.DataFrame(rows, columns=SHAPES["school_list"].names)


def zone_list() -> pd.DataFrame:
    frame, places = units(), school_list().set_index("school")
    points = frame.set_index("unit").geometry.representative_point()
    rows = []
    for plan in f.PLANS:
        for stage in f.STAGES:
            today = [s for s in f.SCHOOLS if stage in s.stages and not s.opened_by]
            for unit, point in points.items():
                near = min(today, key=lambda s: (places.x[s.key] - point.x) ** 2 + (places.y[s.key] - point.y) ** 2)
                rows.append((plan, stage, unit, near.key, f.BASE, ""))
    for stage, school, project, part in (("primary", "ps-04", "no4-primary", ("u09", "u10", "u14")),
                                         ("junior", "js-03", "no3-junior", ("u13", "u14", "u18"))):  # fmt: skip
        rows.extend(("county-plan", stage, unit, school, f.BASE + 1, project) for unit in part)
    frame = pd.DataFrame(rows, columns=["plan", "stage", "unit", "school", "from_year", "with_project"])
    return frame.assign(order=frame.groupby("plan").cumcount())


Add = Callable[..., None]


def _adder(tidy: f.Tidy, case: f.Case, entity: str) -> Add:
    def add(indicator: str, unit: str, stage: str, draws: np.ndarray, exceed: np.ndarray | None = None) -> None:
        tidy.add((case.future, case.plan, entity, stage, indicator, unit), draws, exceed)

    return add


def _school_stage(add: Add, school: f.School, rolls: np.ndarray, largest: np.ndarray, classes: np.ndarray) -> None:
    for stage in school.stages:
        mine = [k for k, g in enumerate(f.grades(school)) if f.stage_of(g) == stage]
        top = largest[:, :, mine].max(axis=2)
        add("largest_class", "pupils", stage, top, top > f.SIZE[stage])
        roll, number = rolls[:, :, mine].sum(axis=2), classes[:, :, mine].sum(axis=2)
        add("mean_class", "pupils", stage, roll / np.maximum(number, 1))
        add("roll", "pupils", stage, roll)
        add("classes", "classes", stage, number)


def school_rows(cases: list[f.Case]) -> pd.DataFrame:
    tidy = f.Tidy()
    for case in cases:
        for i, school in enumerate(f.SCHOOLS):
            rolls, rooms = case.by_grade[school.key], case.rooms[:, :, i]
            add = _adder(tidy, case, school.key)
            largest, classes = classes_of(rolls, f.grades(school), rooms)
            total, seats = rolls.sum(axis=2), rooms * (45 if "primary" in school.stages else 50)
            add("roll", "pupils", "all", total, total > f.size_bound(school)[1])
            add("seats", "seats", "all", seats)
            add("safe_seats", "seats", "all", np.round(seats * 0.85))
            add("rooms", "rooms", "all", rooms)
            add("classes", "classes", "all", classes.sum(axis=2))
            add("beyond_seats", "pupils", "all", np.maximum(total - seats, 0))
            add("diverted_in", "pupils", "all", np.zeros_like(seats))
            _school_stage(add, school, rolls, largest, classes)
            for k, grade in enumerate(f.grades(school)):
                over = largest[:, :, k] > f.SIZE[f.stage_of(grade)]
                add("roll", "pupils", f"grade:{grade}", rolls[:, :, k])
                add("largest_class", "pupils", f"grade:{grade}", largest[:, :, k], over)
                add("classes", "classes", f"grade:{grade}", classes[:, :, k])
    return tidy.frame()


def county_rows(cases: list[f.Case]) -> pd.DataFrame:
    tidy = f.Tidy()
    t = np.arange(1, len(f.YEARS) + 1)
    parts = {"enrolled": np.clip(1 - t / 7, 0, 1), "born": np.clip(1 - np.abs(t - 6) / 7, 0, None) * 0.62,
             "arrivals": np.minimum(t, 10) * 0.012}  # fmt: skip
    parts["unborn"] = np.clip(1 - sum(parts.values()), 0, None)
    for case in cases:
        add = _adder(tidy, case, "test-county")
        total = sum(rolls.sum(axis=2) for rolls in case.by_grade.values())
        add("roll", "pupils", "all", total)
        for stage, grades in f.STAGES.items():
            mine = [(s, [k for k, g in enumerate(f.grades(s)) if g in grades]) for s in f.SCHOOLS if stage in s.stages]
            add("roll", "pupils", stage, sum(case.by_grade[s.key][:, :, at].sum(axis=2) for s, at in mine))
        for name, share in parts.items():
            add(f"demand_{name}", "pupils", "all", total * (share / sum(parts.values())))
        seats = sum(case.rooms[:, :, i] * 45 for i in range(len(f.SCHOOLS)))
        add("unused_seats", "seats", "all", np.maximum(seats - total, 0))
        schools_over, pupils_over = overs(case)
        add("schools_over", "schools", "all", schools_over)
        add("pupils_over", "pupils", "all", pupils_over)
        for name, value in (("births", 1900 - 40 * t), ("left", 60 + t), ("arrived", 75 + t)):
            add(name, "children", "all", value)
    return tidy.frame()


def zone_rows(cases: list[f.Case]) -> pd.DataFrame:
    tidy = f.Tidy()
    for case in cases:
        total = sum(rolls.sum(axis=2) for rolls in case.by_grade.values())
        for i in range(20):
            unit = f"u{i + 1:02d}"
            share = 0.13 if unit in TOWN else 0.61 / 17 * (0.6 + 0.04 * i)
            add = _adder(tidy, case, unit)
            for stage, part in (("all", 1.0), ("primary", 0.67), ("junior", 0.33)):
                for indicator, factor in (("pupils", 1.0), ("entrants", 0.15), ("children", 0.5)):
                    add(indicator, "children", stage, np.round(total * share * part * factor))
    return tidy.frame()


def projects() -> pd.DataFrame:
    rows = []
    for future in f.FUTURES:
        for plan in f.PLANS:
            for project in f.OPENS[plan]:
                years = f.opening(plan, project)
                built = years[years < f.NEVER]
                low, mid, high = np.quantile(built, [0.1, 0.5, 0.9], method="nearest")
                wait = "budget" if project == "no3-junior" else "nothing"
                same = (low, mid, high, (years == f.NEVER).mean(), wait)
                rows += [(future, plan, project, *KIND[project], y, (years <= y).mean(), *same) for y in f.YEARS]
    return pd.DataFrame(rows, columns=SHAPES["projects"].names)


def cash() -> pd.DataFrame:
    rows = []
    for future in f.FUTURES:
        for plan in f.PLANS:
            years = range(f.BASE, f.BASE + 6)
            total = dict.fromkeys(years, 0.0)
            for project in f.OPENS[plan]:
                first = f.OPENS[plan][project][0] - 2
                for year, share in ((first, 0.35), (first + 1, 0.65)):
                    total[year] += COST[project] * share
                    spent = COST[project] * share
                    rows.append((future, plan, year, project, "spend", spent, spent * 0.7, spent, spent * 1.2, "万元"))
            for year in years:
                case, all_in = (future, plan, year, "all"), total[year]
                rows.append((*case, "spend", all_in, all_in * 0.8, all_in, all_in * 1.1, "万元"))
                rows.append((*case, "budget", *[BUDGET.get(year, 0.0) if f.OPENS[plan] else 0.0] * 4, "万元"))
    return pd.DataFrame(rows, columns=SHAPES["cash"].names)


def plan_differences() -> pd.DataFrame:
    rows = []
    for future in f.FUTURES:
        draws = {plan: overs(f.case(future, plan)) for plan in f.PLANS}
        for a, b in ((a, b) for i, a in enumerate(f.PLANS) for b in f.PLANS[i + 1 :]):
            for which, (indicator, unit) in enumerate((("schools_over", "schools"), ("pupils_over", "pupils"))):
                gap = draws[b][which] - draws[a][which]
                for k, year in enumerate(f.YEARS):
                    key = (future, a, b, year, "test-county", "all", indicator, unit)
                    rows.append((*key, gap[:, k].mean(), *np.quantile(gap[:, k], [0.05, 0.5, 0.95])))
    return pd.DataFrame(rows, columns=SHAPES["plan_differences"].names)


def today() -> pd.DataFrame:
    rows = [
        ("G5.primary", "class", "primary", "ps-01", 53, 45, 21),
        ("G5.junior", "class", "junior", "js-01", 56, 50, 18),
    ]
    return pd.DataFrame(rows, columns=["rule", "scope", "stage", "entity", "value", "bound", "pupils_over"])


def history() -> pd.DataFrame:
    rows = []
    for school in (s for s in f.SCHOOLS if s.roll):
        for year in range(f.BASE - 5, f.BASE + 1):
            for k, grade in enumerate(f.grades(school)):
                mean = school.roll / len(f.grades(school)) * np.exp(school.drift * (year - f.BASE))
                pupils = mean * (1 + 0.02 * np.sin(k + year))
                rows.append((school.key, grade, year, round(pupils)))
    return pd.DataFrame(rows, columns=["school", "grade", "year", "pupils"])


def estimation() -> pd.DataFrame:
    """Intervals that widen by a quarter in the county and by a half at the school that widens most."""
    rows = []
    for ahead in (1, 3, 5):
        for entity, stage, middle, ratio in (
            ("test-county", "grade:1", 1200, 1.25),
            ("test-county", "all", 9000, 1.1),
            ("ps-02", "all", 1400, 1.5),
        ):
            half = 0.05 * middle
            ends = (middle - half, middle + half, middle - ratio * half, middle + ratio * half)
            rows.append((f.BASE + ahead, entity, stage, "roll", "pupils", *ends, ratio, 0.04, 250))
    return pd.DataFrame(rows, columns=SHAPES["estimation"].names)


def driver_rows() -> pd.DataFrame:
    """Half of every change comes from cohorts, the rest from births and, under a plan, construction."""
    first, last = f.WINDOW
    rolls = school_rows([f.case(future, plan) for future in f.FUTURES for plan in f.PLANS])
    rolls = rolls[(rolls["indicator"] == "roll") & (rolls["stage"] == "all") & rolls["year"].between(first, last)]
    before = history()
    today = before[before["year"] == f.BASE].groupby("school")["pupils"].sum()
    rows = []
    for row in rolls.to_dict("records"):
        change = row["mean"] - float(today.get(row["entity"], 0.0))
        rest = "births" if row["plan"] == "do-nothing" else "construction"
        key = (row["future"], row["plan"], row["entity"], row["year"])
        rows += [(*key, "change", driver, change / 2, 0.0, "pupils") for driver in ("turnover", rest)]
        rows += [(*key, "spread", driver, 100.0, 0.0, "pupils^2") for driver in ("school", "county", "chance")]
    return pd.DataFrame(rows, columns=SHAPES["drivers"].names)


def quotas() -> pd.DataFrame:
    """Two extensions promised by 2026, of which the second is often late."""
    rows = [
        ("county-plan", "extensions", 2025, pd.NA, 2, 0.6, 0.0, 1.0, 1.0, np.nan, np.nan),
        ("county-plan", "extensions", 2026, 2, 2, 1.4, 1.0, 1.0, 2.0, 0.4, 0.6),
    ]
    every = [(future, *row) for future in f.FUTURES for row in rows]
    return pd.DataFrame(every, columns=SHAPES["quotas"].names)


def tables() -> RunTables:
    cases = [f.case(future, plan) for future in f.FUTURES for plan in f.PLANS]
    access, access_units = access_tables(units(), school_list())
    empty = {name: pd.DataFrame(columns=list(SHAPES[name].names)) for name in ("ranking", "plan_changes")}
    made = RunTables(
        verdicts=pd.concat([verdict_rows(case) for case in cases]),
        schools=school_rows(cases),
        zones=zone_rows(cases),
        county=county_rows(cases),
        projects=projects(),
        cash=cash(),
        plan_differences=plan_differences(),
        today=today(),
        history=history(),
        school_list=school_list(),
        zone_list=zone_list(),
        estimation=estimation(),
        estate_needs=factory_flows.estate_needs(),
        flows=factory_flows.flows(),
        drivers=driver_rows(),
        access=access,
        access_units=access_units,
        quotas=quotas(),
        **empty,
    )
    card = StudyCard.model_validate(study())
    return with_problems(with_ranking(made, card), card)


def documents(**changes: object) -> dict[str, object]:
    manifest = {"schema_version": 1, "schoolplan": "0.1.0", "seed": 20230901,
                "inputs": {"study.yaml": "sha256:" + "0" * 64}, "libraries": {"numpy": "2.4.6"}}  # fmt: skip
    return {"study.json": study(**changes), "manifest.json": manifest, "inputs/units.geojson": units_document(units())}


def make(target: Path, **changes: object) -> RunFolder:
    """Write the synthetic run to `target`; `changes` replace keys of study.json."""
    return write_run(target, tables(), documents(**changes))
