"""Who is affected by a plan: homes that go to another school, ways that change, pupils who change school on the way.

Against the plan without projects of the same run, in the last year of its decision window, in which zones of projects
that open later do not count yet. A way has changed where the mean of a home differs by at least `MINUTES`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from reports import atlas_data
from reports.atlas_data import Scene
from reports.figures_setting import Case
from reports.view import View

MINUTES = 5.0
"""Smallest change of a mean way on foot that counts [min]; the second step of the maps of differences."""
UNIT_COLUMNS = (
    "run", "future", "plan", "stage", "year", "unit", "pupils", "schools_before", "schools_after", "minutes_before",
    "minutes_after",
)  # fmt: skip
COLUMNS = (
    "run", "future", "plan", "stage", "year", "rezoned_units", "rezoned_pupils", "longer_units", "longer_pupils",
    "shorter_units", "shorter_pupils", "moved", "moved_again",
)  # fmt: skip


@dataclass(frozen=True)
class Affected:
    """Totals by plan and stage, and the homes behind them."""

    totals: pd.DataFrame
    units: pd.DataFrame


def affected(views: Sequence[View]) -> Affected:
    """Totals `COLUMNS` and homes `UNIT_COLUMNS` (zone or way changes) of every run, future, plan and stage."""
    totals, homes = [], []
    for seen in views:
        study = seen.run.study
        for future in study.futures:
            for plan in study.plans:
                for stage in study.stages if plan.id != seen.baseline else ():
                    scene = Scene(Case(future.id, plan.id), stage.id, study.window[1])
                    units = _homes(seen, scene)
                    homes.append(units)
                    totals.append(_totals(seen, scene, units))
    units = pd.concat(homes, ignore_index=True) if homes else pd.DataFrame(columns=list(UNIT_COLUMNS))
    return Affected(pd.DataFrame(totals, columns=list(COLUMNS)), units)


def _homes(seen: View, scene: Scene) -> pd.DataFrame:
    """Homes whose zone or way a plan changes."""
    before = scene.of(case=Case(scene.case.future, seen.baseline))
    zones = [atlas_data.served(seen, one) for one in (before, scene)]
    ways = [atlas_data.by_unit(seen, one, "minutes") for one in (before, scene)]
    pupils = [atlas_data.by_unit(seen, one, "pupils") for one in (before, scene)]
    rows = []
    for unit in seen.units["unit"].astype(str):
        schools = [set(zone.get(unit, ())) for zone in zones]
        way = [float(one[unit]) for one in ways]
        if schools[0] == schools[1] and not abs(way[1] - way[0]) >= MINUTES:
            continue
        there = pupils[1][unit] if pd.notna(pupils[1][unit]) else pupils[0][unit]
        rows.append(
            (seen.run.name, scene.case.future, scene.case.plan, scene.stage, scene.year, unit,
             0.0 if pd.isna(there) else float(there), *(" ".join(sorted(one)) for one in schools), *way)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(UNIT_COLUMNS))


def _totals(seen: View, scene: Scene, units: pd.DataFrame) -> tuple[object, ...]:
    rezoned = units[units["schools_before"] != units["schools_after"]]
    gap = units["minutes_after"] - units["minutes_before"]
    parts = [rezoned, units[gap >= MINUTES], units[gap <= -MINUTES]]
    counts = [number for part in parts for number in (len(part), float(part["pupils"].sum()))]
    head = (seen.run.name, scene.case.future, scene.case.plan, scene.stage, scene.year)
    return (*head, *counts, *_moved(seen, scene))


def _moved(seen: View, scene: Scene) -> Iterator[float]:
    """Pupils who must change school within their stage up to the year, and those not for the first time; means."""
    table = seen.run.tables.fairness
    rows = table[(table["future"] == scene.case.future) & (table["plan"] == scene.case.plan)]
    rows = rows[(rows["stage"] == scene.stage) & (rows["split"] == "all") & (rows["year"] <= scene.year)]
    for name in ("moved", "moved_again"):
        own = rows[rows["indicator"] == name]
        yield float(own["mean"].sum()) if len(own) else float("nan")
