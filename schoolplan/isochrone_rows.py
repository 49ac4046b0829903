"""`inputs/isochrones.geojson` of a run on roads: areas from which a school is reached on foot in so many minutes.

One set of areas for each stage and each set of schools that are open together; `when` lists the cases and years that
share it as `future/plan/year`. A school is open where its median roll of the stage is above nothing.
Test: tests/cli/test_isochrone_rows.py.
"""

import json
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gis.travel_isochrones import Walk, field
from gis.travel_network import RoadNetwork, load_network
from gis.units import Units, load_units
from schoolplan.prepare import Prepared

CELLS = 60_000
"""Cells of the grid, about: as fine as an A3 sheet of a county shows."""
FINEST_M = 50.0
Key = tuple[str, tuple[str, ...]]


def open_sets(schools: pd.DataFrame, stages: tuple[str, ...], years: tuple[int, ...]) -> dict[Key, list[str]]:
    """Stage and schools that are open together -> the `future/plan/year` of which that is so."""
    rolls = schools[(schools["indicator"] == "roll") & schools["stage"].isin(stages) & schools["year"].isin(years)]
    there = rolls[rolls["p50"] > 0].sort_values("entity", kind="stable")
    found: dict[Key, list[str]] = {}
    for (future, plan, year, stage), rows in there.groupby(["future", "plan", "year", "stage"], sort=True):
        found.setdefault((str(stage), tuple(rows["entity"].astype(str))), []).append(f"{future}/{plan}/{year}")
    return found


def isochrone_document(prepared: Prepared, schools: pd.DataFrame, years: tuple[int, ...]) -> str | None:
    """The document as text, None for a study without roads.

    schools: table of the run.  years: school years that it is wanted for.
    """
    wanted = prepared.bundle.study.travel
    if wanted.network is None:
        return None
    units, _ = load_units(prepared.bundle)
    if units is None:
        raise AssertionError("units were read before")
    road, _ = load_network(prepared.bundle, units)
    if road is None or not road.times["walk"].usable.any():
        return None
    walk = Walk(wanted.detour, wanted.walk_km_per_h, wanted.network.access_m)
    sets = open_sets(schools, tuple(prepared.model.grades.stages), years)
    made = {"type": "FeatureCollection", "features": _features(prepared, units, (road, walk), sets)}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def _features(
    prepared: Prepared, units: Units, ways: tuple[RoadNetwork, Walk], sets: dict[Key, list[str]]
) -> list[dict[str, Any]]:
    box = np.asarray(units.frame.total_bounds, dtype=np.float64)
    step = max(FINEST_M, float(np.sqrt((box[2] - box[0]) * (box[3] - box[1]) / CELLS)))
    grid = field(ways[0], "walk", ways[1], box, step)
    points = prepared.space.school_xy
    at = {school: row for row, school in enumerate(prepared.space.schools)}
    features = []
    for (stage, names), when in sets.items():
        for minutes, area in grid.areas(points[[at[name] for name in names]]):
            shape: Any = shapely.transform(shapely.simplify(area, step / 5), lambda xy: xy.round(1))
            about = {"stage": stage, "minutes": minutes, "when": " ".join(when)}
            features.append({"type": "Feature", "properties": about, "geometry": shapely.geometry.mapping(shape)})
    return features
