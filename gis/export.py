"""Writing the units layer for a run folder: GeoJSON in the working CRS, sorted by id, rounded to 0.1 m."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gis.units import Units, load_units
from scenarios.bundle import Bundle
from scenarios.problems import ScenarioError

GRID_M = 0.1
"""Coordinates are snapped to this grid [m]; shared borders stay shared."""


def export_units(bundle: Bundle, path: Path) -> None:
    """Write the units of a study as GeoJSON: properties unit, name_zh, name_en, township, urban, area_m2.

    Same study, same bytes. Raises ScenarioError if the layer has errors.
    """
    units, problems = load_units(bundle)
    if units is None:
        raise ScenarioError(problems)
    path.write_text("\n".join(_lines(bundle, units)) + "\n", encoding="utf-8", newline="\n")


def _lines(bundle: Bundle, units: Units) -> Iterator[str]:
    # The CRS member is the older GeoJSON form: every reader honours it, and the present one knows degrees only.
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{units.way.target.to_epsg()}"}}
    yield f'{{"type": "FeatureCollection", "crs": {json.dumps(crs)}, "features": ['
    snapped = shapely.set_precision(np.asarray(units.frame.geometry.array, dtype=object), GRID_M)
    shapes = np.asarray(shapely.orient_polygons(shapely.normalize(snapped)), dtype=object)
    table = bundle.tables["units"].set_index("unit").loc[list(units.ids)]
    last = len(units.ids) - 1
    for at, (name, row) in enumerate(table.iterrows()):
        properties = {
            "unit": str(name),
            "name_zh": str(row["name_zh"]),
            "name_en": str(row["name_en"]),
            "township": str(row["township"]),
            "urban": int(row["urban"]),
            "area_m2": round(float(units.frame.geometry.iloc[at].area)),
        }
        geometry = json.loads(shapely.to_geojson(shapes[at]))
        geometry["coordinates"] = _rounded(geometry["coordinates"])
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        yield json.dumps(feature, ensure_ascii=False) + ("" if at == last else ",")
    yield "]}"


def _rounded(numbers: Any) -> Any:
    """Nested coordinates with one decimal."""
    return round(numbers, 1) if isinstance(numbers, (int, float)) else [_rounded(item) for item in numbers]
