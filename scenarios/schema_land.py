"""Land: layers of `study.yaml` that say where no school must be built; section `land` of a plan, when land is there."""

from typing import Annotated

from pydantic import Field

from scenarios.schema_base import FROM_LIST, FileModel, Id, LayerCrs, Month, Names, Share, Sources, Text
from scenarios.schema_projects import Amounts


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


class LandQuota(FileModel):
    """The county's yearly quota of new construction land (新增建设用地计划指标) as far as schools may use it."""

    by_year: Annotated[Amounts, Field(min_length=1)]
    """Quota by calendar year [mu]."""
    carry_over: Share
    """Part of what is left on 31 December that may be used in the next year [0-1]: 1 all, 0 nothing."""
    note: Names | None = None
    """On what ground, and which part of the county's quota schools have."""


class LandSupply(FileModel):
    """When the land of projects is there; a land stage ends when its parcel is, and when the quota covers it."""

    parcels: dict[Text, Month] = Field(default={})
    """Month from which a parcel can be handed to a school (cleared, requisitioned); parcels not named are there."""
    quota: LandQuota | None = None
    """New construction land that may be used in a year; without it land is not rationed."""
    sources: Sources = ()
    """Where dates and quotas come from."""
