"""Views of the made-up run with another layer of units under it: one unit, or thousands."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from reports.i18n import Lang
from reports.run_folder import RunFolder
from reports.view import View, view
from tests.reports.sample import county_units

STAGES = ("primary", "junior")
SEED = 20230901


def layer(run: RunFolder, count: int) -> gpd.GeoDataFrame:
    """Units of an oval county of so many units around the schools of the run."""
    units = county_units(count)
    west, south, east, north = units.total_bounds
    box = run.units().total_bounds
    moved = units.geometry.affine_transform(
        [(box[2] - box[0]) / (east - west), 0, 0, (box[3] - box[1]) / (north - south),
         box[0] - west * (box[2] - box[0]) / (east - west), box[1] - south * (box[3] - box[1]) / (north - south)]
    )  # fmt: skip
    return gpd.GeoDataFrame({"unit": units["unit"]}, geometry=moved, crs=run.study.crs)


def many(run: RunFolder, lang: Lang, count: int) -> View:
    """The view of the run with so many units; zones by the nearest school, pupils and ways by a fixed seed."""
    seen = view(run, lang)
    units = layer(run, count)
    schools = run.tables.school_list
    xy = shapely.get_coordinates(shapely.point_on_surface(units.geometry.to_numpy()))
    rng = np.random.default_rng(SEED)
    zones, ways = [], []
    for stage in STAGES:
        old = run.tables.zone_list.query("stage == @stage and with_project == ''")["school"].unique()
        hosts = schools[schools["school"].isin(old)]
        far = np.hypot(*(hosts[["x", "y"]].to_numpy()[:, None, :] - xy).transpose(2, 0, 1))
        near = hosts["school"].to_numpy()[far.argmin(axis=0)]
        zones += [
            pd.DataFrame({"plan": plan.id, "stage": stage, "unit": units["unit"], "school": near, "from_year": 0,
                          "with_project": "", "order": np.arange(count)}) for plan in run.study.plans
        ]  # fmt: skip
        pupils = rng.gamma(2.0, 20.0, count).round(2)
        ways += [
            pd.DataFrame({"future": future, "plan": plan, "year": year, "stage": stage, "measure": "minutes",
                          "unit": units["unit"], "pupils": pupils * (1 + 0.01 * (year - run.study.base_year)),
                          "mean": far.min(axis=0) / 60, "nearest": far.min(axis=0) / 70, "beyond": np.nan,
                          "unreachable": 0.0, "covered_share": np.nan, "access": rng.gamma(4.0, 0.3, count)})
            for future, plan in run.cases for year in (run.study.base_year, seen.year, run.study.horizon)
        ]  # fmt: skip
    tables = replace(
        run.tables, zone_list=pd.concat(zones, ignore_index=True), access_units=pd.concat(ways, ignore_index=True)
    )
    return replace(seen, run=replace(run, tables=tables), units=units)
