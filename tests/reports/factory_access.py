"""Tables of access of the synthetic run: from every unit to every school in a straight line, shares by nearness."""

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.access_table import Moment, access_table, access_units, unit_homes
from scenarios.packs import read_shipped
from tests.reports import factory_numbers as f

YEARS = (f.BASE, *range(f.WINDOW[0], f.WINDOW[1] + 1), f.HORIZON)
SEATS, PUPILS = 900.0, 120.0


def access_tables(units: gpd.GeoDataFrame, schools: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Stages and units; plans with new schools have shorter ways."""
    pack, _ = read_shipped("cn-2017-quality-balance")
    assert pack is not None
    points = units.geometry.representative_point()
    gap = np.hypot(
        np.subtract.outer(points.x.to_numpy(), schools["x"].to_numpy()),
        np.subtract.outer(points.y.to_numpy(), schools["y"].to_numpy()),
    )
    km = 1.5 * gap / 1000.0
    moments = [
        _moment(case, km, schools, (year, stage))
        for case in ((future, plan) for future in f.FUTURES for plan in f.PLANS)
        for year in YEARS
        for stage in f.STAGES
    ]
    names, urban = tuple(units["unit"]), units["urban"].to_numpy(dtype=bool)
    homes = (unit_homes(names, urban, km, "km"), unit_homes(names, urban, km / 3.6 * 60.0, "minutes"))
    reach = ({"primary": 4.0, "junior": 15.0}, {"primary": 4.0 / 0.06, "junior": 15.0 / 0.06})
    both = list(zip(homes, reach, strict=True))
    return (
        pd.concat([access_table(home, moments, pack, size) for home, size in both], ignore_index=True),
        pd.concat([access_units(home, moments, pack, size) for home, size in both], ignore_index=True),
    )


def _moment(case: tuple[str, str], km: np.ndarray, schools: pd.DataFrame, at: tuple[int, str]) -> Moment:
    (future, plan), (year, stage) = case, at
    grades = f.STAGES[stage]
    teaches = np.array(
        [
            stage in school.stages and (not school.opened_by or school.opened_by in f.OPENS[plan])
            for school in (next(s for s in f.SCHOOLS if s.key == key) for key in schools["school"])
        ]
    )
    weight = np.where(teaches, np.exp(-km), 0.0)
    pupils = PUPILS * weight / weight.sum(axis=1, keepdims=True)
    seats = np.where(teaches, SEATS, 0.0)
    return Moment(future, plan, year, stage, tuple(grades), np.repeat(pupils[None], len(grades), axis=0), seats)
