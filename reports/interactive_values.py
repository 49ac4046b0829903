"""Numbers of the interactive map as arrays: what schools and zones measure in every case, stage and school year.

The same readings as `maps_data.school_values` and `maps_data.zone_value`, for all years at once.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from gis.zones import Moment, zones_at
from reports.figures_setting import Case
from reports.maps_data import MapLayers, opening_years
from sim.arrays import FloatArray, IntArray

CHANCES = ("size_breach", "class_breach")


@dataclass(frozen=True)
class Axes:
    """Order of cases, school years and entities (schools or units) in every array."""

    cases: tuple[Case, ...]
    years: tuple[int, ...]
    entities: tuple[str, ...]


class Cubes:
    """A tidy table of a run, read as arrays [case, year, entity] by indicator, stage and column."""

    def __init__(self, table: pd.DataFrame, axes: Axes, indicators: Sequence[str]) -> None:
        """table: future, plan, year, entity, stage, indicator and columns of values; rows of grades are left out."""
        keep = table["indicator"].isin(list(indicators)) & table["year"].isin(list(axes.years))
        self._rows = table[keep & ~table["stage"].str.startswith("grade:")].reset_index(drop=True)
        self._shape = (len(axes.cases), len(axes.years), len(axes.entities))
        case = pd.MultiIndex.from_tuples([(case.future, case.plan) for case in axes.cases])
        at = case.get_indexer(pd.MultiIndex.from_frame(self._rows[["future", "plan"]]))
        year = pd.Index(axes.years).get_indexer(pd.Index(self._rows["year"]))
        entity = pd.Index(axes.entities, dtype="object").get_indexer(pd.Index(self._rows["entity"].astype("object")))
        self._at = np.stack([at, year, entity])
        self._known = np.asarray((self._at >= 0).all(axis=0))
        groups = self._rows.groupby(["indicator", "stage"], observed=True).indices
        self._groups = {tuple(map(str, key)): np.asarray(rows) for key, rows in groups.items()}  # type: ignore[call-overload]

    def stages(self, indicator: str) -> list[str]:
        """Stages (and `all`) that the table has for an indicator."""
        return [stage for of, stage in self._groups if of == indicator]

    def of(self, indicator: str, stage: str, column: str) -> FloatArray:
        """Values [case, year, entity]; NaN where the table has none."""
        cube = np.full(self._shape, np.nan)
        rows = self._groups.get((indicator, stage))
        if rows is not None:
            rows = rows[self._known[rows]]
            cube[tuple(self._at[:, rows])] = self._rows[column].to_numpy(dtype=np.float64)[rows]
        return cube

    def at(self, indicator: str, stage: str, column: str) -> FloatArray:
        """Values of the stage, else of the whole school, [case, year, entity]."""
        own = self.of(indicator, stage, column)
        return np.where(np.isnan(own), self.of(indicator, "all", column), own)


def school_cubes(schools: Cubes, stage: str) -> dict[str, FloatArray]:
    """What every school measures in a stage, [case, year, school]: roll with its range, seats, chances of a breach.

    `used` are the pupils that fill `seats`: of the stage, or of the whole school where seats are not split by stage.
    """
    roll, seats = schools.at("roll", stage, "p50"), schools.at("seats", stage, "p50")
    split = schools.of("seats", stage, "p50")
    unknown = np.full(roll.shape, np.nan)
    whole = [schools.of("roll", other, "p_exceed") for other in schools.stages("roll")]
    return {
        "pupils": roll,
        "low": schools.at("roll", stage, "p10"),
        "high": schools.at("roll", stage, "p90"),
        "seats": seats,
        "used": np.where(np.isnan(split), schools.of("roll", "all", "p50"), roll),
        "size_breach": np.fmax.reduce([unknown, *whole]),
        "class_breach": schools.at("largest_class", stage, "p_exceed"),
    }


def place_cubes(schools: Mapping[str, FloatArray], sets: Sequence[Sequence[int]]) -> dict[str, FloatArray]:
    """What zones measure, [case, year, place]: every school by itself, then every set of schools that share a zone.

    Utilisation is the sum of pupils over the sum of seats; a chance is the highest of the schools'.
    """
    places = [(school,) for school in range(schools["used"].shape[2])] + [tuple(members) for members in sets]
    known = {name: np.nan_to_num(schools[name]) for name in ("used", "seats")}
    used, seats = (
        np.stack([known[name][:, :, list(members)].sum(axis=2) for members in places], axis=2)
        for name in ("used", "seats")
    )
    filled = np.divide(used, seats, out=np.full(used.shape, np.nan), where=seats > 0)
    highest = {
        name: np.stack([np.fmax.reduce(schools[name][:, :, list(members)], axis=2) for members in places], axis=2)
        for name in CHANCES
    }
    return {"utilisation": filled, **highest}


@dataclass(frozen=True)
class Served:
    """Who serves which unit: sets of schools beyond single ones, and the place of every unit by year."""

    sets: tuple[tuple[int, ...], ...]
    place: Mapping[tuple[Case, str], IntArray]
    """(case, stage) -> place [unit, year]: a school's number, or number of schools + number of the set; -1 = none."""


def served_units(layers: MapLayers, axes: Axes, units: Sequence[str], hosts: Mapping[str, Sequence[str]]) -> Served:
    """Places of all units in all cases, stages and years; zones are worked out once for each change.

    axes: cases, years and schools.  hosts: stage -> schools that have it.
    """
    school = {key: number for number, key in enumerate(axes.entities)}
    row = {key: number for number, key in enumerate(units)}
    sets: dict[tuple[int, ...], int] = {}

    @cache
    def column(plan: str, stage: str, opened: frozenset[tuple[str, int]], year: int) -> IntArray:
        moment = Moment(year, dict(opened), layers.closures.get(plan, {}))
        rows = zones_at(layers.zones[layers.zones["plan"] == plan], stage, moment, list(hosts[stage]))
        found = np.full(len(units), -1, dtype=np.int64)
        for unit, own in rows.groupby("unit")["school"]:
            members = tuple(sorted({school[key] for key in own if key in school}))
            if members and unit in row:
                many = len(members) > 1
                found[row[str(unit)]] = len(school) + sets.setdefault(members, len(sets)) if many else members[0]
        return found

    place = {}
    for case in axes.cases:
        opening, dated = opening_years(layers.projects, case), _dates(layers, case.plan)
        for stage in hosts:
            columns = []
            for year in axes.years:
                opened = frozenset((key, since) for key, since in opening.items() if since <= year)
                # The year itself matters only through the dated changes that have come: take the last of them.
                last = max((since for since in dated if since <= year), default=0)
                last = max([last, *(since for _, since in opened)])
                columns.append(column(case.plan, stage, opened, last))
            place[case, stage] = np.stack(columns, axis=1)
    return Served(tuple(sets), place)


def _dates(layers: MapLayers, plan: str) -> list[int]:
    """Years in which zones of a plan change by themselves."""
    return sorted({int(year) for year in layers.zones.loc[layers.zones["plan"] == plan, "from_year"]})


def whole(values: FloatArray, times: float, keep: Sequence[float] = ()) -> FloatArray:
    """`times` x values as whole numbers that stay on their side of every border in `keep`; NaN stays NaN.

    A value at a border belongs below it, as in `Scale.step`: rounding never moves a zone to another colour.
    """
    rounded = np.rint(values * times)
    for border in keep:
        edge = round(border * times)
        rounded = np.where((values > border) & (rounded <= edge), edge + 1, rounded)
    return rounded


class Pool:
    """Series over the years, each kept once: differences from the last known number, null = no number."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def add(self, values: FloatArray) -> list[int]:
        """Numbers of the series of each entity; values: [year, entity], whole or NaN."""
        return [self._numbers.setdefault(_steps(series), len(self._numbers)) for series in values.T.tolist()]

    def series(self) -> list[list[int | None]]:
        """All series in the order of their numbers."""
        return [list(series) for series in self._numbers]  # type: ignore[call-overload]


def _steps(series: Sequence[float]) -> tuple[int | None, ...]:
    """Differences along a series; equal numbers at its end are left out."""
    steps: list[int | None] = []
    last = 0
    for value in series:
        if value != value:
            steps.append(None)
            continue
        steps.append(int(value) - last)
        last = int(value)
    while len(steps) > 1 and steps[-1] == 0 and steps[-2] is not None:
        steps.pop()
    return tuple(steps)
