"""The units layer for a run folder: in the working CRS, sorted by id, with names; as a frame and as GeoJSON (0.1 m)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gis.units import read_units
from scenarios.bundle import Bundle
from scenarios.problems import ScenarioError

GRID_M = 0.1
"""Coordinates are snapped to this grid [m]; shared borders stay shared."""


def units_frame(bundle: Bundle) -> gpd.GeoDataFrame:
    """Units with unit, name_zh, name_en, township, urban, area_m2, geometry; working CRS, sorted by unit.

    Raises ScenarioError if the layer has errors (the cover itself is not checked again).
    """
    units, problems = read_units(bundle)
    if units is None:
        raise ScenarioError(problems)
    named = bundle.tables["units"].set_index("unit").loc[list(units.ids), ["name_zh", "name_en", "township", "urban"]]
    frame = gpd.GeoDataFrame(named.reset_index(), geometry=units.frame.geometry.to_numpy(), crs=units.way.target)
    frame["urban"] = frame["urban"].astype(np.int64)
    frame.insert(5, "area_m2", frame.geometry.area.round().astype(np.int64))
    return frame


def export_units(bundle: Bundle, path: Path) -> None:
    """Write `units_frame` as GeoJSON. Same study, same bytes. Raises ScenarioError if the layer has errors."""
    path.write_text("\n".join(_lines(units_frame(bundle))) + "\n", encoding="utf-8", newline="\n")


def _lines(units: gpd.GeoDataFrame) -> Iterator[str]:
    # The CRS member is the older GeoJSON form: every reader honours it, and the present one knows degrees only.
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{units.crs.to_epsg()}"}}
    yield f'{{"type": "FeatureCollection", "crs": {json.dumps(crs)}, "features": ['
    snapped = shapely.set_precision(np.asarray(units.geometry.array, dtype=object), GRID_M)
    shapes = np.asarray(shapely.orient_polygons(shapely.normalize(snapped)), dtype=object)
    rows = units.drop(columns="geometry").to_dict("records")
    last = len(rows) - 1
    for at, properties in enumerate(rows):
        geometry = json.loads(shapely.to_geojson(shapes[at]))
        geometry["coordinates"] = _rounded(geometry["coordinates"])
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        yield json.dumps(feature, ensure_ascii=False) + ("" if at == last else ",")
    yield "]}"


def _rounded(numbers: Any) -> Any:
    """Nested coordinates with one decimal."""
    return round(numbers, 1) if isinstance(numbers, (int, float)) else [_rounded(item) for item in numbers]
