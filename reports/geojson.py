"""The unit polygons kept in a run folder: GeoJSON in the working CRS, the same bytes for the same polygons."""

from typing import Any

import geopandas as gpd
import shapely

COLUMNS = ("unit", "name_zh", "name_en", "township", "urban")
CENTIMETRE = 0.01


def units_document(units: gpd.GeoDataFrame) -> dict[str, Any]:
    """`inputs/units.geojson` as a plain document: sorted by unit, coordinates [m] to a centimetre, CRS named.

    Holds the columns of `COLUMNS` that the frame has; `unit` must be one of them, and the frame must have a CRS.
    """
    if units.crs is None:
        raise ValueError("units without a coordinate reference system")
    features = []
    for _, row in units.sort_values("unit", kind="stable").iterrows():
        properties = {name: _plain(row[name]) for name in COLUMNS if name in units.columns}
        shape = shapely.set_precision(row.geometry, CENTIMETRE)
        features.append({"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)})
    authority = units.crs.to_authority()
    name = f"urn:ogc:def:crs:{authority[0]}::{authority[1]}" if authority else units.crs.to_wkt()
    crs = {"type": "name", "properties": {"name": name}}
    return {"type": "FeatureCollection", "crs": crs, "features": features}


def _plain(value: object) -> object:
    item = getattr(value, "item", None)
    return item() if callable(item) else value
