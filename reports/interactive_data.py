"""The JSON document behind the interactive map: one study in one language, as `templates/imap_model.js` reads it.

Whole numbers only: pupils and seats as they are, shares and chances in thousandths. What one place measures over the
years is a short list of differences, kept once however many cases share it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reports import interactive_legend as legend
from reports.figures_setting import Case, Setting
from reports.interactive_shapes import Topology, areas_km2, topology
from reports.interactive_values import (
    CHANCES,
    Axes,
    Cubes,
    Pool,
    Served,
    place_cubes,
    school_cubes,
    served_units,
    whole,
)
from reports.maps_data import CLASS_BREACH, SIZE_BREACH, UTILISATION, MapLayers, stage_schools
from sim.arrays import FloatArray

FORMAT = 1
SCHOOL_FIELDS = ("pupils", "low", "high", "seats")
RARE, SURE = 0.01, 0.99
"""A chance below `RARE` is printed as `<1 %`, above `SURE` as `>99 %`: rounding does not cross these either."""
_UNSAFE = re.compile("[<>&\x7f-\x9f\u2028\u2029\ud800-\udfff]")
Json = dict[str, object]


@dataclass(frozen=True)
class Source:
    """What the map is made of: layers in the working CRS [m], tidy tables of a run, cases by futures and plans."""

    layers: MapLayers
    schools: pd.DataFrame
    """Tidy table of schools."""
    homes: pd.DataFrame
    """Tidy table of units (`pupils` by home)."""
    futures: tuple[str, ...]
    plans: tuple[str, ...]
    one_draw: bool = False
    """A single draw has no chances."""

    @property
    def cases(self) -> tuple[Case, ...]:
        """All cases, futures outermost."""
        return tuple(Case(future, plan) for future in self.futures for plan in self.plans)


@dataclass(frozen=True)
class Start:
    """What the map shows first: two plans, or one where there is only one."""

    future: str
    plans: tuple[str, ...]
    stage: str
    year: int


def document(source: Source, setting: Setting, start: Start) -> Json:
    """Everything the map shows; docs/guide/maps-interactive.md says what is where."""
    layers, labels = source.layers, setting.labels
    units = layers.units.reset_index(drop=True)
    ground, area = topology(units), areas_km2(units.geometry.to_numpy())
    at = _axes(source)
    keys = tuple(units["unit"].astype(str))
    hosts = {stage: stage_schools(layers.schools, stage, setting.stages)["school"].tolist() for stage in setting.stages}
    served, pool = served_units(layers, at, keys, hosts), Pool()
    living = Cubes(source.homes, Axes(at.cases, at.years, keys), ("pupils",))
    homes = {stage: living.at("pupils", stage, "p50") for stage in hosts}
    density = np.stack([cube / np.maximum(area, 1e-9) for cube in homes.values()])
    shares = (UTILISATION,) if source.one_draw else (UTILISATION, SIZE_BREACH, CLASS_BREACH)
    zoned = set(layers.zones["stage"].astype(str))
    return {
        "format": FORMAT,
        "years": list(at.years),
        "year_names": [labels.school_year(year) for year in at.years],
        "futures": [[key, setting.name("future", key)] for key in source.futures],
        "plans": [[key, setting.name("plan", key)] for key in source.plans],
        "stages": [[key, setting.name("stage", key), key in zoned] for key in hosts],
        "measures": [
            *(legend.share(measure, labels) for measure in shares),
            legend.homes(legend.round_breaks(density), labels),
        ],
        "start": _start(source, start, at, list(hosts)),
        "ground": _ground(ground),
        "units": {"names": [setting.name("unit", key) for key in keys], "area": [_short(a) for a in area]},
        "schools": _schools(layers.schools, setting, ground),
        "sets": [list(members) for members in served.sets],
        "zones": [[pool.add(_numbered(served.place[case, stage])) for stage in hosts] for case in at.cases],
        "values": _values(source, at, served, hosts, pool),
        "homes": [[pool.add(whole(homes[stage][case], 1)) for stage in hosts] for case in range(len(at.cases))],
        "series": pool.series(),
    }


def to_json(made: Mapping[str, object]) -> str:
    """JSON that is safe inside a `script` element, whatever the names hold: no markup, no line ends."""
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _axes(source: Source) -> Axes:
    rolls = source.schools.loc[source.schools["indicator"] == "roll", "year"]
    years = tuple(sorted(int(year) for year in rolls.unique()))
    return Axes(source.cases, years, tuple(source.layers.schools["school"].astype(str)))


def _start(source: Source, start: Start, at: Axes, stages: Sequence[str]) -> Json:
    """Numbers of what is shown first."""
    return {
        "future": source.futures.index(start.future),
        "plans": [source.plans.index(plan) for plan in start.plans],
        "stage": stages.index(start.stage),
        "year": at.years.index(start.year) if start.year in at.years else 0,
        "measure": 0,
    }


def _ground(ground: Topology) -> Json:
    """Grid, lines and rings."""
    grid = ground.grid
    return {
        "step": _short(grid.step),
        "wide": grid.wide,
        "high": grid.high,
        "lines": [list(line) for line in ground.lines],
        "rings": [[list(ring) for ring in own] for own in ground.rings],
    }


def _schools(schools: pd.DataFrame, setting: Setting, ground: Topology) -> Json:
    """Ids, names, places in grid steps (null where a school has none) and whether a project opens the school."""
    xy = schools[["x", "y"]].to_numpy(dtype=np.float64)
    known = np.isfinite(xy).all(axis=1)
    counted = ground.grid.count(np.where(known[:, None], xy, 0.0)).tolist()
    ids = schools["school"].astype(str).tolist()
    return {
        "ids": ids,
        "names": [setting.name("school", key) for key in ids],
        "at": [place if here else None for place, here in zip(counted, known, strict=True)],
        "opened": [int(bool(project)) for project in schools["opened_by"].fillna("")],
    }


def _values(source: Source, at: Axes, served: Served, hosts: Mapping[str, Sequence[str]], pool: Pool) -> Json:
    """Field -> case -> stage -> numbers of series: of every school, and for what zones measure of every set too."""
    tidy = Cubes(source.schools, at, ("roll", "seats", "largest_class"))
    fields = (*SCHOOL_FIELDS, "utilisation", *(() if source.one_draw else CHANCES))
    made: dict[str, list[list[list[int]]]] = {field: [[] for _ in at.cases] for field in fields}
    for stage, hosting in hosts.items():
        here = np.isin(np.array(at.entities, dtype=object), list(hosting))
        cubes = {name: np.where(here, cube, np.nan) for name, cube in school_cubes(tidy, stage).items()}
        cubes |= place_cubes(cubes, served.sets)
        for field in fields:
            numbers = _rounded(field, cubes[field])
            for case, by_year in zip(made[field], numbers, strict=True):
                case.append(pool.add(by_year))
    return dict(made)


def _rounded(field: str, values: FloatArray) -> FloatArray:
    """Values as sent: pupils whole (a school with pupils keeps one), shares in thousandths on their side of breaks."""
    if field in SCHOOL_FIELDS:
        return whole(values, 1, (0.0,))
    if field == UTILISATION.key:
        return whole(values, legend.TIMES, UTILISATION.scale.breaks)
    rounded = whole(values, legend.TIMES, (*SIZE_BREACH.scale.breaks, SURE))
    return np.where((values < RARE) & (rounded >= RARE * legend.TIMES), RARE * legend.TIMES - 1, rounded)


def _numbered(place: np.ndarray) -> FloatArray:
    """Places [unit, year] as series [year, unit]."""
    return np.asarray(place.T, dtype=np.float64)


def _short(number: float) -> float:
    """Five digits: more than a map can show."""
    return float(f"{number:.5g}")
