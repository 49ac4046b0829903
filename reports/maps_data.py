"""What a catchment map shows, as plain tables: zones of a plan and year, what they measure, the schools on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.zones import Moment, zones_at
from reports.figures_cells import Scale
from reports.figures_setting import Case, of_case
from reports.style import RISK, SPARE_TO_SHORT

LIKELY = 0.5
TOWN_SHARE, SMALL_SHARE, SMALLEST_M, FEWEST = 1 / 3, 0.35, 800.0, 3
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class MapLayers:
    """Layers of a run, all in the study's working CRS [m]."""

    units: gpd.GeoDataFrame
    """unit, geometry (polygons)."""
    schools: pd.DataFrame
    """school, x, y [m], first_grade, last_grade, opened_by (project id or "")."""
    zones: pd.DataFrame
    """plan, stage, unit, school, from_year, with_project (project id or "")."""
    projects: pd.DataFrame
    """Projects table of the run: a zone that comes with a project is drawn once that is more likely open than not."""
    closures: Mapping[str, Mapping[str, tuple[str, tuple[str, ...]]]] = field(default_factory=dict)
    """Plan -> closed school -> (project, schools that receive its zones), where known."""


@dataclass(frozen=True)
class Measure:
    """What colours a zone: fixed steps, the same for all plans and years, and the hatching of each step ("" = none)."""

    key: str
    scale: Scale
    hatches: tuple[str, ...]


# In black and white purple and orange are the same grey: dots say "nearly full", lines "too few seats".
UTILISATION = Measure(
    "utilisation", Scale((0.60, 0.80, 0.95, 1.00, 1.10), SPARE_TO_SHORT), ("", "", "", "..", "///", "xxx")
)
_CHANCE = Scale((0.01, 0.10, 0.50, 0.90), RISK)
SIZE_BREACH = Measure("size_breach", _CHANCE, ("", "", "", "///", "xxx"))
CLASS_BREACH = Measure("class_breach", _CHANCE, ("", "", "", "///", "xxx"))
NO_DATA = "--"
"""Hatching of a zone without a value."""
MEASURES: Mapping[str, Measure] = {measure.key: measure for measure in (UTILISATION, SIZE_BREACH, CLASS_BREACH)}


def opening_years(projects: pd.DataFrame, case: Case) -> dict[str, int]:
    """Project -> first school year in which it is more likely open than not; those that never are, are left out."""
    rows = of_case(projects, case)
    first = rows[rows["p_open"] >= LIKELY].groupby("project")["year"].min()
    return {str(key): int(year) for key, year in first.items()}


def zones_in_force(layers: MapLayers, case: Case, stage: str, year: int, hosting: Sequence[str]) -> pd.DataFrame:
    """Columns unit, school: the schools that serve each unit in a school year; `hosting` are those with the stage."""
    moment = Moment(year, opening_years(layers.projects, case), layers.closures.get(case.plan, {}))
    own = layers.zones[layers.zones["plan"] == case.plan]
    return zones_at(own, stage, moment, hosting)


def _at(schools: pd.DataFrame, indicator: str, stage: str, column: str) -> pd.Series:
    """Value by school: of the stage, else of the whole school."""
    found = schools[schools["indicator"] == indicator]
    whole = found[found["stage"] == "all"].set_index("entity")[column]
    return found[found["stage"] == stage].set_index("entity")[column].combine_first(whole)


def school_values(schools: pd.DataFrame, case: Case, stage: str, year: int) -> pd.DataFrame:
    """Roll of the stage and the three measures by school in one year; index school.

    Utilisation is roll / seats, both of the stage, or both of the whole school where seats are not split by stage.
    """
    now = of_case(schools, case, year=year)
    seats = now[now["indicator"] == "seats"]
    split = set(seats.loc[seats["stage"] == stage, "entity"])
    roll, whole = _at(now, "roll", stage, "p50"), _at(now, "roll", "all", "p50")
    used = roll.where(roll.index.isin(list(split)), whole.reindex(roll.index))
    top = now[(now["indicator"] == "roll") & ~now["stage"].str.startswith("grade:")]
    return pd.DataFrame(
        {
            "roll": roll,
            "used": used,
            "seats": _at(now, "seats", stage, "p50").reindex(roll.index),
            "size_breach": top.groupby("entity")["p_exceed"].max().reindex(roll.index),
            "class_breach": _at(now, "largest_class", stage, "p_exceed").reindex(roll.index),
        }
    )


def zone_value(values: pd.DataFrame, schools: Sequence[str], measure: str) -> float:
    """Measure of a zone: its schools' pupils over their seats, or the highest chance of a breach; NaN where unknown."""
    own = values.reindex(list(schools))
    if measure != UTILISATION.key:
        return float(own[measure].max())
    seats = float(own["seats"].sum())
    return float(own["used"].sum()) / seats if seats > 0 else float("nan")


def stage_schools(schools: pd.DataFrame, stage: str, stages: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Schools whose grade span meets the stage; grades in the order of the study's stages."""
    order = {grade: place for place, grade in enumerate(grade for grades in stages.values() for grade in grades)}
    wanted = [order[grade] for grade in stages[stage]]
    first, last = (schools[name].astype(str).map(order) for name in ("first_grade", "last_grade"))
    return schools[(first <= max(wanted)) & (last >= min(wanted))]


def worst_year(schools: pd.DataFrame, case: Case, window: tuple[int, int] | None) -> int | None:
    """Year of the window with the most expected breaches (sum of chances, size and class); the first of equals."""
    found = of_case(schools, case)
    found = found[found["indicator"].isin(["roll", "largest_class"]) & ~found["stage"].str.startswith("grade:")]
    if window is not None:
        found = found[found["year"].between(*window)]
    total = found.groupby("year")["p_exceed"].sum()
    return int(total.index[int(total.to_numpy().argmax())]) if len(total) else None


def busy_extent(schools: pd.DataFrame, rolls: pd.Series, bounds: Sequence[float]) -> Bounds | None:
    """The smallest square around a school that holds a third of the pupils [m], a little widened: the town.

    None where the square is not small against the county (a map of it would say nothing new) or holds hardly a school.
    """
    here = schools[schools["school"].isin(rolls.index[rolls > 0])]
    if len(here) < FEWEST:
        return None
    points, pupils = here[["x", "y"]].to_numpy(dtype=float), rolls.reindex(here["school"]).to_numpy(dtype=float)
    far = np.abs(points[:, None, :] - points[None, :, :]).max(axis=2)
    order = far.argsort(axis=1, kind="stable")
    enough = (pupils[order].cumsum(axis=1) >= pupils.sum() * TOWN_SHARE).argmax(axis=1)
    reach = np.take_along_axis(far, np.take_along_axis(order, enough[:, None], axis=1), axis=1)[:, 0]
    centre = int(reach.argmin())
    half = max(float(reach[centre]) * 1.3, SMALLEST_M)
    longest = max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    if 2 * half > longest * SMALL_SHARE or int((far[centre] <= half).sum()) < FEWEST:
        return None
    x, y = points[centre]
    return float(x - half), float(y - half), float(x + half), float(y + half)
