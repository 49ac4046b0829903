"""Layers of early warnings for `map.gpkg`: zones as areas with their level, one layer for each plan and future."""

import geopandas as gpd

from reports.run_folder import RunFolder

NOTICE = "预警名单不能作为划片依据 / no evidence of zones"
COLUMNS = ("year", "stage", "zone", "schools", "demand_mean", "places", "ratio_mean", "level", "cautious", "notice")


def alert_layer(run: RunFolder, units: gpd.GeoDataFrame, future: str, plan: str) -> gpd.GeoDataFrame:
    """Zones of one case in the years for which levels are published, sorted by year, stage and zone."""
    table = run.tables.alerts
    own = table[(table["future"] == future) & (table["plan"] == plan) & (table["published"] == 1)]
    keys = ["year", "stage", "zone"]
    parts = own.assign(unit=own["units"].str.split()).explode("unit")
    joined = units[["unit", "geometry"]].merge(parts[[*keys, "unit"]], on="unit")
    areas = gpd.GeoDataFrame(joined, crs=units.crs).dissolve(by=keys, as_index=False)[[*keys, "geometry"]]
    zones = areas.merge(own, on=keys).assign(notice=NOTICE)
    return zones[[*COLUMNS, "geometry"]].sort_values(keys, ignore_index=True)
