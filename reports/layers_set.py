"""The layers of a run, in its working CRS: what every format (GeoPackage, Shapefile, GeoJSON, a database) is made from.

`units`; `zones` (dissolved, one row per plan, stage, school and start); `catchments <plan>` (zones that stand for some
years, with what they measure); `schools <plan>` (one point per future, year and school); `pupils <plan> <future>`
(units with one column of pupils per year); `alerts <plan> <future>` (zones with their level of early warning); `about`
(what must be known).
"""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from reports.layers_alerts import alert_layer
from reports.layers_zones import Melted, catchment_layer
from reports.matrix import SEVERITY
from reports.run_folder import RunFolder

_ROLLS = {"p05": "roll_p05", "p50": "roll_p50", "p95": "roll_p95", "p_exceed": "p_over_size"}
_SEATS = ("seats", "safe_seats", "rooms", "classes")
_SHOWN = ("roll", "largest_class", *_SEATS)


@dataclass(frozen=True)
class Layer:
    """One layer of a run; `about` has no shapes."""

    name: str
    frame: pd.DataFrame
    kind: str
    """units, zones, catchments, schools, pupils, alerts, about."""
    plan: str = ""
    future: str = ""

    @property
    def shape(self) -> str:
        """Type of its geometry, also where it has no row; empty: it has none."""
        return {"about": "", "schools": "Point"}.get(self.kind, "MultiPolygon")

    @property
    def empty(self) -> bool:
        """Whether it has no row."""
        return not len(self.frame)


def layer_set(run: RunFolder) -> list[Layer]:
    """All layers of a run, in the order in which they are written."""
    units, alerts = run.units(), bool(len(run.tables.alerts))
    layers = [Layer("units", units, "units"), Layer("zones", zone_layer(run, units), "zones")]
    table = run.tables.schools
    table = table[table["indicator"].isin(_SHOWN) & ~table["stage"].str.startswith("grade:")]
    own = {plan.id: table[table["plan"] == plan.id] for plan in run.study.plans}
    melted: Melted = {}
    for plan, rows in own.items():
        layers.append(Layer(f"catchments {plan}", catchment_layer(run, units, plan, rows, melted), "catchments", plan))
    layers += [Layer(f"schools {plan}", school_layer(run, plan, rows), "schools", plan) for plan, rows in own.items()]
    for future, plan in run.cases:
        layers.append(Layer(f"pupils {plan} {future}", pupil_layer(run, units, future, plan), "pupils", plan, future))
    for future, plan in run.cases if alerts else ():
        layers.append(Layer(f"alerts {plan} {future}", alert_layer(run, units, future, plan), "alerts", plan, future))
    return [*layers, Layer("about", about_table(run), "about")]


def zone_layer(run: RunFolder, units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Zones as areas: the units of one plan, stage, school and start, dissolved; sorted by these keys."""
    keys = ["plan", "stage", "school", "from_year", "with_project"]
    joined = units[["unit", "geometry"]].merge(run.tables.zone_list, on="unit", how="inner")
    zones = gpd.GeoDataFrame(joined, crs=units.crs).dissolve(by=keys, aggfunc={"unit": "count"}, as_index=False)
    return _named(run, zones.rename(columns={"unit": "units"}).sort_values(keys, ignore_index=True))


def _named(run: RunFolder, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    for lang in ("zh", "en"):
        frame[f"name_{lang}"] = frame["school"].map(run.school_names(lang))
    return frame


def _pick(table: pd.DataFrame, indicator: str, columns: dict[str, str]) -> pd.DataFrame:
    """Values of whole schools; where only stages are given they are summed (medians of a sum: near enough on a map)."""
    keys = ["future", "year", "entity"]
    rows = table[(table["indicator"] == indicator) & ~table["stage"].str.startswith("grade:")]
    whole = rows[rows["stage"] == "all"].set_index(keys)[list(columns)]
    summed = rows[rows["stage"] != "all"].groupby(keys)[list(columns)].sum(min_count=1)
    return whole.combine_first(summed).rename(columns=columns)


def _largest(table: pd.DataFrame) -> pd.DataFrame:
    """Largest class over the stages of a school, and the highest chance that one of them is too large."""
    stages = ~table["stage"].str.startswith("grade:") & (table["indicator"] == "largest_class")
    rows = table[stages].groupby(["future", "year", "entity"])[["p50", "p_exceed"]].max()
    return rows.rename(columns={"p50": "largest_class_p50", "p_exceed": "p_over_class"})


def school_verdicts(run: RunFolder, plan: str) -> pd.DataFrame:
    """Worst verdict of each school under the rules that decide: columns future, school, verdict."""
    every = run.tables.verdicts
    own = run.study.deciding(every[(every["plan"] == plan) & (every["scope"] == "school")])
    rank = own["verdict"].map({verdict: place for place, verdict in enumerate(SEVERITY)})
    worst = own.assign(rank=rank).groupby(["future", "entity"], as_index=False)["rank"].min()
    verdict = worst["rank"].map(dict(enumerate(SEVERITY))).astype("str")
    return pd.DataFrame({"future": worst["future"], "school": worst["entity"], "verdict": verdict})


def school_layer(run: RunFolder, plan: str, rows: pd.DataFrame | None = None) -> gpd.GeoDataFrame:
    """Schools of one plan as points: a row per future, year and school, with roll, seats, classes, chances, verdict.

    rows: of the table `schools` of this plan, where they have been taken out before.
    """
    table = run.tables.schools[run.tables.schools["plan"] == plan] if rows is None else rows
    parts = [_pick(table, "roll", _ROLLS), _largest(table)]
    parts += [_pick(table, name, {"p50": name}) for name in _SEATS]
    joined = pd.concat(parts, axis=1).reset_index().rename(columns={"entity": "school"})
    places = run.tables.school_list[["school", "name_zh", "name_en", "x", "y", "opened_by"]]
    joined = joined.merge(places, on="school", how="inner")
    joined = joined.merge(school_verdicts(run, plan), on=["future", "school"], how="left")
    joined["verdict"] = joined["verdict"].fillna("not-assessed").astype("str")
    joined = joined.sort_values(["future", "year", "school"], ignore_index=True)
    points = gpd.points_from_xy(joined.pop("x"), joined.pop("y"))
    return gpd.GeoDataFrame(joined, geometry=points, crs=run.study.crs)


def pupil_layer(run: RunFolder, units: gpd.GeoDataFrame, future: str, plan: str) -> gpd.GeoDataFrame:
    """Units with their pupils (median) in one column per school year, `y2024` …"""
    zones = run.tables.zones
    rows = zones[
        (zones["future"] == future)
        & (zones["plan"] == plan)
        & (zones["indicator"] == "pupils")
        & (zones["stage"] == "all")
    ]
    wide = rows.pivot_table(index="entity", columns="year", values="p50").add_prefix("y")
    return units.merge(wide, left_on="unit", right_index=True, how="left").sort_values("unit", ignore_index=True)


def about_table(run: RunFolder) -> pd.DataFrame:
    """What a reader of the layers must know: study, synthetic, calibrated, CRS, draws, seed."""
    study = run.study
    facts = {
        "study": study.id,
        "name_zh": study.name.get("zh", ""),
        "name_en": study.name.get("en", ""),
        "synthetic": study.synthetic,
        "calibrated": study.calibrated,
        "crs": study.crs,
        "draws": study.draws,
        "seed": study.seed,
        "base_year": study.base_year,
        "horizon": study.horizon,
        "use": "示意，不作为划界依据 / for illustration, not a legal boundary",
    }
    return pd.DataFrame({"key": list(facts), "value": [str(value) for value in facts.values()]})
