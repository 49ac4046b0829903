"""Zones of a plan with what they measure, for layers: one row per future, stage, zone and years in which it stands.

The measures are those of the maps (`maps_data`), one column per school year: `use_2029`, `size_2029`, `class_2029`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.arrays import BoolArray, FloatArray
from gis.zones import Moment, zones_at
from reports.figures_setting import Case
from reports.maps_data import opening_years, stage_schools
from reports.run_folder import RunFolder

MEASURES = ("use", "size", "class")
"""Pupils over seats; highest chance that a school, or a class, is too large."""
KEYS = ("future", "stage", "zone", "from_year")
Melted = dict[tuple[str, ...], shapely.Geometry]
_Zone = tuple[str, ...]


def years_of(run: RunFolder) -> tuple[int, ...]:
    """School years that were simulated."""
    return tuple(range(run.study.base_year + 1, run.study.horizon + 1))


def catchment_layer(
    run: RunFolder, units: gpd.GeoDataFrame, plan: str, schools: pd.DataFrame, melted: Melted | None = None
) -> gpd.GeoDataFrame:
    """Catchments of a plan in every future: future, stage, zone, names, years, units, measures by year, geometry.

    schools: rows of the table `schools` of this plan that `measured` needs.  A value is empty in a year in which the
    zone does not stand, and where it is not known.  melted: units of a zone -> its shape, shared by several plans.
    """
    melted = {} if melted is None else melted
    years, shapes = years_of(run), dict(zip(units["unit"], units.geometry, strict=True))
    parts = []
    for future in (card.id for card in run.study.futures):
        own = schools[schools["future"] == future]
        for stage in run.study.stages:
            standing = list(_standing(run, Case(future, plan), stage.id, years))
            table = measured(own, stage.id, years)
            rows = [_row(table, future, stage.id, one, years) for one in standing]
            for _, members, _, _ in standing:
                if members not in melted:
                    melted[members] = shapely.union_all([shapes[unit] for unit in members])
            frame = pd.DataFrame(rows)
            frame["geometry"] = np.array([melted[members] for _, members, _, _ in standing], dtype=object)
            parts.append(frame)
    whole = (
        pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else _none(years)
    )
    frame = gpd.GeoDataFrame(_named(run, whole), geometry="geometry", crs=units.crs)
    return frame.sort_values(list(KEYS), ignore_index=True)


@dataclass(frozen=True)
class Measured:
    """What schools measure in a stage, [school, year]; NaN where it is not known."""

    place: Mapping[str, int]
    """School -> row."""
    used: FloatArray
    seats: FloatArray
    size: FloatArray
    classes: FloatArray


def measured(schools: pd.DataFrame, stage: str, years: Sequence[int]) -> Measured:
    """The same as `maps_data.school_values`, for all years at once.  schools: rows of one future and plan."""
    stages, indicators = (schools[name].to_numpy(dtype=object) for name in ("stage", "indicator"))
    rolls, every, largest = (indicators == name for name in ("roll", "seats", "largest_class"))
    here, all_stages = stages == stage, stages == "all"
    whole = here | all_stages | ~schools["stage"].str.startswith("grade:").to_numpy(dtype=bool)
    found = pd.unique(schools["entity"].to_numpy(dtype=object)[rolls & (here | all_stages)])
    place = {str(school): row for row, school in enumerate(found)}
    row = schools["entity"].map(place).fillna(-1).to_numpy(dtype=np.int64)
    column_of = schools["year"].to_numpy(dtype=np.int64) - years[0]
    usable = (row >= 0) & (column_of >= 0) & (column_of < len(years))
    values = {name: schools[name].to_numpy(dtype=np.float64) for name in ("p50", "p_exceed")}

    def grid(wanted: BoolArray, column: str) -> FloatArray:
        rows = wanted & usable
        filled = np.full((len(place), len(years)), np.nan)
        np.fmax.at(filled, (row[rows], column_of[rows]), values[column][rows])
        return filled

    def own_or_whole(kind: BoolArray, column: str) -> FloatArray:
        own = grid(kind & here, column)
        return np.where(np.isnan(own), grid(kind & all_stages, column), own)

    split = grid(every & here, "p50")
    used = np.where(np.isnan(split), grid(rolls & all_stages, "p50"), own_or_whole(rolls, "p50"))
    size = grid(rolls & whole, "p_exceed")
    return Measured(place, used, own_or_whole(every, "p50"), size, own_or_whole(largest, "p_exceed"))


def closures(run: RunFolder, plan: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Closed school -> (project, schools that receive its zones)."""
    projects = run.study.plan(plan).projects
    return {p.school: (p.id, p.receivers) for p in projects if p.kind == "closure" and p.receivers}


def _standing(
    run: RunFolder, case: Case, stage: str, years: Sequence[int]
) -> Iterator[tuple[_Zone, tuple[str, ...], int, int]]:
    """Schools, units, first and last school year of every zone that stands for a while."""
    tables = run.tables
    own = tables.zone_list[(tables.zone_list["plan"] == case.plan) & (tables.zone_list["stage"] == stage)]
    hosting = set(
        stage_schools(tables.school_list, stage, {card.id: card.grades for card in run.study.stages})["school"]
    )
    opening, gone = opening_years(tables.projects, case), closures(run, case.plan)
    turns = {years[0], *own["from_year"], *opening.values()}
    open_zones: dict[tuple[_Zone, tuple[str, ...]], int] = {}
    for year in sorted(turn for turn in turns if years[0] <= turn <= years[-1]):
        now = _zones(zones_at(own, stage, Moment(year, opening, gone), hosting))
        for ended in [zone for zone in open_zones if zone not in now]:
            yield (*ended, open_zones.pop(ended), year - 1)
        open_zones = {zone: open_zones.get(zone, year) for zone in now}
    for zone, first in open_zones.items():
        yield (*zone, first, years[-1])


def _zones(served: pd.DataFrame) -> list[tuple[_Zone, tuple[str, ...]]]:
    """Schools and units of each zone: units that share the same schools."""
    by_unit: dict[str, list[str]] = {}
    for unit, school in zip(served["unit"], served["school"], strict=True):
        by_unit.setdefault(str(unit), []).append(str(school))
    members: dict[_Zone, list[str]] = {}
    for unit in sorted(by_unit):
        members.setdefault(tuple(sorted(by_unit[unit])), []).append(unit)
    return [(zone, tuple(members[zone])) for zone in sorted(members)]


def _row(
    table: Measured, future: str, stage: str, one: tuple[_Zone, tuple[str, ...], int, int], years: Sequence[int]
) -> dict[str, object]:
    zone, members, first, last = one
    at = [table.place[school] for school in zone if school in table.place]
    places = np.nansum(table.seats[at], axis=0)
    share = np.divide(np.nansum(table.used[at], axis=0), places, out=np.full(len(years), np.nan), where=places > 0)
    standing = (np.array(years) >= first) & (np.array(years) <= last)
    none = np.full((1, len(years)), np.nan)  # the highest of nothing is not known
    values = {"use": share}
    values |= {
        name: np.fmax.reduce(np.vstack([none, grid[at]]), axis=0)
        for name, grid in (("size", table.size), ("class", table.classes))
    }
    row: dict[str, object] = {"future": future, "stage": stage, "zone": "+".join(zone), "units": len(members)}
    row |= {"from_year": first, "to_year": last}
    for name in MEASURES:
        shown = np.where(standing, values[name], np.nan).round(6)
        row |= {f"{name}_{year}": value for year, value in zip(years, shown, strict=True)}
    return row


def _none(years: Sequence[int]) -> pd.DataFrame:
    """The table of a plan without zones."""
    kinds: dict[str, str] = {"future": "str", "stage": "str", "zone": "str"}
    kinds |= dict.fromkeys(("units", "from_year", "to_year"), "int64")
    kinds |= {f"{name}_{year}": "float64" for name in MEASURES for year in years}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()}).assign(geometry=None)


def _named(run: RunFolder, frame: pd.DataFrame) -> pd.DataFrame:
    """Names of the schools of each zone behind its id."""
    at = cast(int, frame.columns.get_loc("zone")) + 1
    for lang in ("en", "zh"):
        names = run.school_names(lang)
        said = [" + ".join(names.get(part, part) for part in str(zone).split("+")) for zone in frame["zone"]]
        frame.insert(at, f"name_{lang}", pd.Series(said, dtype="str", index=frame.index))
    return frame
