"""Layers of `study.yaml` that say where a school must not, or should not, be built."""

from typing import Annotated

from scenarios.schema_base import FROM_LIST, FileModel, Id, LayerCrs, Text


class ConstraintLayer(FileModel):
    """Points, lines or areas that a school keeps a distance from; which distance, the standards pack says."""

    path: Text
    """File, relative to `study.yaml`: .geojson, .gpkg or .shp; or `postgis:NAME` for the database of that name."""
    layer: Text | None = None
    """Layer of a GeoPackage that holds several, or table (`schema.table`) of a database."""
    crs: LayerCrs
    """Its coordinate system: an EPSG code, `CGCS2000`, or `GCJ-02` / `BD-09`."""
    field: Text | None = None
    """Attribute that chooses features, where a layer holds several kinds (all voltages); null: all features."""
    values: Annotated[tuple[Text, ...], FROM_LIST] = ()
    """Values of `field` that belong to this kind, in quotes: `["110kV", "110"]`."""


Constraints = dict[Id, ConstraintLayer]
"""Layers by the code of a clearance of the standards pack: `farmland`, `petrol`, ..."""
