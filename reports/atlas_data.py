"""The numbers behind the printed maps, each read from a table of the run; nothing is made up beside it.

| measure | of | table |
| --- | --- | --- |
| utilisation, size_breach, class_breach | zone | `schools.parquet`: pupils over seats (medians), `p_exceed` |
| pupils, minutes, nearest, access | unit | `access_units.parquet` (means), measure `minutes` |
| roll, short, unused | school | `schools.parquet`: medians of `roll` and `seats` |
| flows | unit and school | pupils of `access_units.parquet`, school of `inputs/zones.csv` in force |
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from reports.figures_setting import Case, of_case
from reports.maps_data import MapLayers, school_values, stage_schools, zone_value, zones_in_force
from reports.study_card import StudyCard
from reports.view import View

ZONE_MEASURES = ("utilisation", "size_breach", "class_breach")
UNIT_MEASURES = {"pupils": "pupils", "minutes": "mean", "nearest": "nearest", "access": "access"}
"""Measure -> column of the table of units."""

INDICATORS = ("roll", "seats", "largest_class")


@dataclass(frozen=True)
class Scene:
    """A stage in a school year of a case."""

    case: Case
    stage: str
    year: int

    def of(self, **changes: Any) -> "Scene":
        """The same with another case, stage or year."""
        return replace(self, **changes)


@dataclass(frozen=True, eq=False)
class Lean(View):
    """A view with only those rows that maps read, which remembers what it was asked: scenes come up on many pages."""

    known: dict[tuple[str, Scene], Any] = field(default_factory=dict)

    def once(self, what: str, scene: Scene, read: Callable[[View, Scene], Any]) -> Any:
        """What is read of a scene, read only once; nobody changes it."""
        if (what, scene) not in self.known:
            self.known[what, scene] = read(self, scene)
        return self.known[what, scene]


def lean(seen: View) -> Lean:
    """The view with only those rows of its tables that maps read: its future, the headline and the baseline plan."""
    tables = seen.run.tables
    plans = [seen.plan, seen.baseline]
    schools, ways = tables.schools, tables.access_units
    schools = schools[(schools["future"] == seen.future) & schools["plan"].isin(plans)]
    schools = schools[schools["indicator"].isin(INDICATORS) & ~schools["stage"].str.startswith("grade:")]
    ways = ways[(ways["future"] == seen.future) & ways["plan"].isin(plans) & (ways["measure"] == "minutes")]
    run = replace(seen.run, tables=replace(tables, schools=schools, access_units=ways))
    parts = {part.name: getattr(seen, part.name) for part in fields(View)}
    return Lean(**{**parts, "run": run})


def closures(study: StudyCard) -> dict[str, dict[str, tuple[str, tuple[str, ...]]]]:
    """Plan -> closed school -> (project, schools that receive its zones)."""
    return {
        plan.id: {p.school: (p.id, p.receivers) for p in plan.projects if p.kind == "closure" and p.receivers}
        for plan in study.plans
    }


def layers_of(seen: View) -> MapLayers:
    """Layers of the run as zones are made of them."""
    tables = seen.run.tables
    return MapLayers(seen.units, tables.school_list, tables.zone_list, tables.projects, closures(seen.run.study))


def _hosts(seen: View, stage: str) -> pd.DataFrame:
    return stage_schools(seen.run.tables.school_list, stage, seen.setting.stages)


def served(seen: View, scene: Scene) -> dict[str, tuple[str, ...]]:
    """Unit -> schools of its zone in that year; units without a zone are absent."""
    found: dict[str, tuple[str, ...]] = (
        seen.once("served", scene, _served) if isinstance(seen, Lean) else _served(seen, scene)
    )
    return found


def _served(seen: View, scene: Scene) -> dict[str, tuple[str, ...]]:
    hosting = _hosts(seen, scene.stage)["school"].tolist()
    pairs = zones_in_force(layers_of(seen), scene.case, scene.stage, scene.year, hosting)
    found: dict[str, list[str]] = {}
    for unit, school in zip(pairs["unit"], pairs["school"], strict=True):
        found.setdefault(str(unit), []).append(str(school))
    return {unit: tuple(schools) for unit, schools in found.items()}


def _values(seen: View, scene: Scene) -> pd.DataFrame:
    found: pd.DataFrame = (
        seen.once("values", scene, _read_values) if isinstance(seen, Lean) else _read_values(seen, scene)
    )
    return found


def _read_values(seen: View, scene: Scene) -> pd.DataFrame:
    return school_values(_whole(seen.run.tables.schools), scene.case, scene.stage, scene.year)


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    return table[~table["stage"].str.startswith("grade:")]


def by_zone(seen: View, scene: Scene, measure: str) -> pd.Series:
    """A measure of `ZONE_MEASURES` by unit, that of its zone; NaN without a zone or a value."""
    values, zones = _values(seen, scene), served(seen, scene)
    known = {zone: zone_value(values, zone, measure) for zone in set(zones.values())}
    units = seen.units["unit"].astype(str)
    return pd.Series([known.get(zones.get(unit, ()), np.nan) for unit in units], index=units.to_numpy(), dtype=float)


def by_unit(seen: View, scene: Scene, measure: str) -> pd.Series:
    """A measure of `UNIT_MEASURES` by unit; NaN where the table has no row or no value, and without pupils."""
    table = seen.run.tables.access_units
    rows = of_case(table, scene.case, stage=scene.stage, year=scene.year, measure="minutes").set_index("unit")
    units = seen.units["unit"].astype(str).to_numpy()
    found = rows[UNIT_MEASURES[measure]].astype(float)
    if measure != "pupils":
        found = found.where(rows["pupils"] > 0)
    return found.reindex(units)


def years_of_units(seen: View) -> list[int]:
    """School years of the table of units."""
    return sorted(int(year) for year in seen.run.tables.access_units["year"].unique())


def change_by_unit(seen: View, scene: Scene, since: int) -> pd.Series:
    """Pupils of a unit against an earlier year, as a share of those then; NaN where nobody lived there then."""
    now, then = by_unit(seen, scene, "pupils"), by_unit(seen, scene.of(year=since), "pupils")
    return (now - then) / then.where(then > 0)


def schools_at(seen: View, scene: Scene) -> pd.DataFrame:
    """Schools with pupils of the stage: school, x, y, opened_by, roll, utilisation, short, unused (medians).

    Short and unused seats are those of the stage where seats are split by stage, else of the whole school.
    """
    values, hosts = _values(seen, scene), _hosts(seen, scene.stage)
    there = hosts[hosts["school"].isin(values.index[values["roll"] > 0])]
    own = values.reindex(there["school"])
    gap = (own["used"] - own["seats"]).to_numpy(dtype=float)
    seats = own["seats"].where(own["seats"] > 0)
    found = there[["school", "x", "y", "opened_by"]].reset_index(drop=True)
    return found.assign(
        roll=own["roll"].to_numpy(dtype=float),
        utilisation=(own["used"] / seats).to_numpy(dtype=float),
        short=np.clip(gap, 0, None),
        unused=np.clip(-gap, 0, None),
    )


def flows(seen: View, scene: Scene) -> pd.DataFrame:
    """Children from each unit to the school of its zone: unit, school, x, y (of the school), pupils.

    pupils is NaN where the zone has several schools: the run does not say how many go to each.
    """
    pupils, zones = by_unit(seen, scene, "pupils"), served(seen, scene)
    places = seen.run.tables.school_list.set_index("school")
    rows = [
        (unit, school, float(places["x"][school]), float(places["y"][school]),
         float(pupils.get(unit, np.nan)) if len(zone) == 1 else float("nan"))
        for unit, zone in sorted(zones.items()) for school in zone if school in places.index
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["unit", "school", "x", "y", "pupils"])
