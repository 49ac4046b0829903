"""Section `travel` of `study.yaml`: from straight lines to ways on roads, and where in a unit the ways begin."""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema_base import FileModel, LayerCrs, Text

Speed = Annotated[float, Field(gt=0, le=150)]
Minutes = Annotated[float, Field(gt=0, le=600)]


class Network(FileModel):
    """Roads that ways are found on."""

    path: Text | None = None
    """Roads, relative to `study.yaml`: .geojson, .gpkg, .shp, .zip, .osm.pbf, or .txt (nodes, then roads with length
    and speed); null: the tables `road_nodes` and `road_edges`."""
    layer: Text | None = None
    """Layer of a GeoPackage that holds several."""
    crs: LayerCrs
    """Coordinate system of the roads; OpenStreetMap: EPSG:4326."""
    class_field: Text | None = None
    """Attribute that holds the class of a road; OpenStreetMap: `highway`, without being said."""
    all_class: Text | None = None
    """Class of all roads where the layer has no such attribute."""
    oneway_field: Text | None = None
    """Attribute of one-way roads: 1, yes, F, 是 along the drawn line; -1, T against it; anything empty: both ways."""
    level_field: Text | None = None
    """Attribute of the level: 0 on the ground, 1 a bridge, -1 a tunnel; roads of two levels that cross do not meet."""
    speed_field: Text | None = None
    """Attribute of a road's own car speed [km/h]; where it is empty, the class says it."""
    noding: Literal["shared", "crossings"] = "shared"
    """Where roads meet: `shared`, at corners they have in common and where one ends on another; `crossings`, also where
    two of one level cross without a common corner."""
    snap_m: Annotated[float, Field(ge=0, le=50)] = 1.0
    """Ends that are nearer than this to another end or road meet it [m]; not for OpenStreetMap and tables."""
    access_m: Annotated[float, Field(gt=0, le=20000)] = 1000.0
    """Farthest that a school may stand from a road, as the crow flies [m]."""
    slope: Literal["tobler", "naismith", "none"] = "tobler"
    """How slope changes the time on foot, where the roads have heights. Source: Tobler 1993; Naismith 1892."""


class DemandLayer(FileModel):
    """Points where children live: villages, quarters, buildings."""

    path: Text
    """File of points, relative to `study.yaml`: .geojson, .gpkg or .shp."""
    layer: Text | None = None
    """Layer of a GeoPackage that holds several."""
    id: Text
    """Attribute that holds the id of a point."""
    crs: LayerCrs
    """Its coordinate system."""
    weight: Text | None = None
    """Attribute of the children or people who live there; null: all points count the same."""


class Demand(FileModel):
    """Where in a unit the ways to school begin; the table `demand_points` or a layer wins over spread points."""

    points: Annotated[int, Field(ge=1, le=200)] = 10
    """Points that are spread over a unit [-], about; 1: its representative point alone."""
    place: Literal["even", "roads"] = "even"
    """`even`: spread evenly over the polygon; `roads`: each of them moved to the nearest road inside the unit."""
    layer: DemandLayer | None = None
    """A layer of points instead of spread points."""
    raster: Text | None = None
    """Population raster (GeoTIFF, extra `raster`), relative to `study.yaml`, that weighs spread points."""


class Limits(FileModel):
    """Longest way to school that still counts as near, by means of travel."""

    walk: Minutes = 30.0
    """On foot [min]."""
    bus: Minutes = 30.0
    """By school bus [min]."""
    car: Minutes = 30.0
    """By car [min]."""


class Travel(FileModel):
    """From straight lines to ways."""

    detour: Annotated[float, Field(ge=1, le=5)] = 1.5
    """Way length / straight line off the roads, and where there are none [-]. Hilly county: 1.4-1.8, from memory."""
    walk_km_per_h: Annotated[float, Field(gt=0, le=10)] = 3.6
    """Walking speed on the flat [km/h]. Source: 60 m a minute, the usual planning figure."""
    bus_km_per_h: Speed = 25.0
    """Speed of a school bus where no roads are given [km/h]. Assumption."""
    car_km_per_h: Speed = 35.0
    """Speed of a car where no roads are given [km/h]. Assumption."""
    limit_min: Limits = Limits()
    """Longest way that still counts as near [min]. Source: 30 minutes, the usual closure guard."""
    network: Network | None = None
    """Roads; null: straight line x detour."""
    demand: Demand = Demand()
    """Where in a unit the ways begin."""
