"""Roads, demand points and isochrones of a study as a GeoPackage for QGIS."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from gis.arrays import Travel
from gis.geopackage import write_package
from gis.schools import all_schools
from gis.travel import build_ways
from gis.travel_isochrones import Walk, isochrone_frame
from gis.travel_network import RoadNetwork, load_network, road_lines
from gis.units import Units, load_units
from scenarios.bundle import Bundle
from scenarios.problems import Problem, ScenarioError, has_errors
from scenarios.road_classes import MODES


def write_travel_layers(bundle: Bundle, path: Path, modes: tuple[str, ...] = ("walk",)) -> None:
    """Write the layers `roads`, `demand_points` and `isochrones` of a study with roads; same study, same bytes.

    modes: means of travel of the isochrones. Of `isochrones`, school "" is the nearest of all schools.
    Raises ScenarioError with every problem of the layers, ValueError for a study without roads.
    """
    units, problems = load_units(bundle)
    schools, found = (None, list[Problem]()) if units is None else all_schools(bundle, units)
    if units is None or schools is None or has_errors([*problems, *found]):
        raise ScenarioError([*problems, *found])
    road, more = load_network(bundle, units)
    ways, told = build_ways(bundle, units, schools)
    if has_errors([*more, *told]) or ways is None:
        raise ScenarioError([*more, *told])
    wanted = bundle.study.travel
    if road is None or wanted.network is None:
        raise ValueError("the study has no roads (travel.network)")
    walk = Walk(wanted.detour, wanted.walk_km_per_h, wanted.network.access_m)
    place = (units.way.target, np.asarray(units.frame.total_bounds, dtype=np.float64))
    bands = [isochrone_frame(road, mode, (schools.ids, schools.xy), walk, place) for mode in modes]
    layers = [
        ("roads", roads_frame(road, units)),
        ("demand_points", points_frame(ways.travel, units)),
        *((f"isochrones_{mode}", frame) for mode, frame in zip(modes, bands, strict=True)),
    ]
    write_package(path, layers, bundle.study.base_year)


def roads_frame(road: RoadNetwork, units: Units) -> gpd.GeoDataFrame:
    """Edges of the network: class, level, oneway, minutes forward by means of travel (empty: not allowed), geometry."""
    lines, names, minutes = road_lines(road)
    roads = road.network.roads
    columns: dict[str, object] = {
        "class": names,
        "level": roads.level[road.network.road],
        "oneway": roads.oneway[road.network.road],
    }
    for number, mode in enumerate(MODES):
        columns[f"{mode}_min"] = np.where(np.isfinite(minutes[number]), minutes[number].round(3), np.nan)
    return gpd.GeoDataFrame(columns, geometry=lines, crs=units.way.target)


def points_frame(travel: Travel, units: Units) -> gpd.GeoDataFrame:
    """Demand points: unit, share of its children, minutes to the nearest school by means of travel, geometry."""
    nearest = travel.point_minutes.min(axis=2)
    columns: dict[str, object] = {
        "unit": [units.ids[at] for at in travel.point_unit],
        "share": travel.point_weight.round(6),
    }
    for number, mode in enumerate(travel.modes):
        columns[f"{mode}_min"] = np.where(np.isfinite(nearest[number]), nearest[number].round(2), np.nan)
    return gpd.GeoDataFrame(columns, geometry=shapely.points(travel.point_xy), crs=units.way.target)
