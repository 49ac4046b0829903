"""`map.gpkg`: units, zones and schools of a run for QGIS and its kin, in the working CRS, the same bytes every time.

Layers: `units`; `zones` (dissolved, one row per plan, stage, school and start); `schools <plan>` (one point per future,
year and school); `pupils <plan> <future>` (units with one column of pupils per year); `alerts <plan> <future>`
(zones with their level of early warning); `about` (what must be known).
"""

import os
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from gis.geopackage import fixed_date
from reports.layers_alerts import alert_layer
from reports.run_folder import RunFolder

LAYERS = ("units", "zones", "about")
_ROLLS = {"p05": "roll_p05", "p50": "roll_p50", "p95": "roll_p95", "p_exceed": "p_over_size"}
_SEATS = ("seats", "safe_seats", "rooms", "classes")


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


def school_layer(run: RunFolder, plan: str) -> gpd.GeoDataFrame:
    """Schools of one plan as points: a row per future, year and school, with roll, seats, classes and chances."""
    table = run.tables.schools[run.tables.schools["plan"] == plan]
    parts = [_pick(table, "roll", _ROLLS), _largest(table)]
    parts += [_pick(table, name, {"p50": name}) for name in _SEATS]
    joined = pd.concat(parts, axis=1).reset_index().rename(columns={"entity": "school"})
    places = run.tables.school_list[["school", "name_zh", "name_en", "x", "y", "opened_by"]]
    joined = joined.merge(places, on="school", how="inner")
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


def write_layers(run: RunFolder, target: Path | str) -> Path:
    """Write the GeoPackage (to a temporary name first); returns its path. An existing file is replaced."""
    path = Path(target)
    building = path.with_name(f".{path.stem}.{os.getpid()}.unfinished.gpkg")
    building.unlink(missing_ok=True)
    units = run.units()
    layers: list[tuple[str, pd.DataFrame]] = [("units", units), ("zones", zone_layer(run, units))]
    layers += [(f"schools {plan.id}", school_layer(run, plan.id)) for plan in run.study.plans]
    layers += [(f"pupils {plan} {future}", pupil_layer(run, units, future, plan)) for future, plan in run.cases]
    if len(run.tables.alerts):
        layers += [(f"alerts {plan} {future}", alert_layer(run, units, future, plan)) for future, plan in run.cases]
    layers.append(("about", about_table(run)))
    try:
        with fixed_date(run.study.base_year):
            for name, frame in layers:
                pyogrio.write_dataframe(frame, building, layer=name, driver="GPKG", append=building.exists())
        building.replace(path)
    finally:
        building.unlink(missing_ok=True)
    return path
