"""Small worlds of schools for the tests of the forecast."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sim.panel import Births, Panel, panel_from_rows

GRADES = ("K", "1", "2", "3")


def rows_of(
    pupils: Mapping[str, Sequence[Sequence[float]]], first: int = 2001, district: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """A tidy table from school -> [grade][year]; NaN makes no row."""
    rows = [
        (school, GRADES[g], first + t, count, (district or {}).get(school, "d"))
        for school, grades in pupils.items()
        for g, years in enumerate(grades)
        for t, count in enumerate(years)
        if not np.isnan(count)
    ]
    return pd.DataFrame(rows, columns=["school", "grade", "year", "pupils", "district"])


def panel_of(pupils, first=2001, district=None) -> Panel:
    return panel_from_rows(rows_of(pupils, first, district), grades=GRADES)


def steady(years: int = 8, ratios: Sequence[float] = (0.95, 1.02, 0.98)) -> Panel:
    """Three schools of two districts; every cohort grows by the same ratios, 40, 60 and 80 children enter each year."""
    chain = np.concatenate([[1.0], np.cumprod(ratios)])
    size = {"a": 40.0, "b": 60.0, "c": 80.0}
    pupils = {name: [[entry * step] * years for step in chain] for name, entry in size.items()}
    return panel_of(pupils, district={"a": "north", "b": "north", "c": "south"})


def noisy(schools: int = 12, years: int = 10, seed: int = 5, births: bool = True) -> Panel:
    """Schools of three districts with Poisson entries and moves, a school that closes and one that opens."""
    random = np.random.default_rng(seed)
    pupils: dict[str, list[list[float]]] = {}
    for s in range(schools):
        grid = np.zeros((len(GRADES), years))
        grid[:, 0] = random.poisson(30 + 5 * s, len(GRADES))
        for t in range(1, years):
            grid[0, t] = random.poisson(30 + 5 * s - t)
            grid[1:, t] = random.poisson(grid[:-1, t - 1] * (0.97 + 0.01 * (s % 4)))
        if s == 1:
            grid[:, years - 3 :] = np.nan
        if s == 2:
            grid[:, :4] = np.nan
        pupils[f"s{s:02d}"] = grid.tolist()
    panel = panel_of(pupils, district={name: f"d{i % 3}" for i, name in enumerate(pupils)})
    if not births:
        return panel
    count = random.poisson(200, (3, years + 6)).astype(float)
    return with_births(panel, count, first=2001 - 5)


def with_births(panel: Panel, count: np.ndarray, first: int, delay: int = 1) -> Panel:
    return replace(panel, births=Births(count=count, first=first, entry_age=5, delay=delay))


def corrupted_after(panel: Panel, origin: int) -> Panel:
    """Everything that became known after the origin replaced by nonsense: counts, spans, births."""
    later = panel.years > origin
    random = np.random.default_rng(1)
    pupils, hosts = panel.pupils.copy(), panel.hosts.copy()
    pupils[:, :, later] = random.uniform(0, 900, pupils[:, :, later].shape)
    hosts[:, :, later] = random.random(hosts[:, :, later].shape) < 0.5
    births = panel.births
    if births is not None:
        years = births.first + np.arange(births.count.shape[1])
        count = births.count.copy()
        count[:, years > origin - births.delay] = 9999.0
        births = replace(births, count=count)
    return replace(panel, pupils=pupils, hosts=hosts, births=births)
