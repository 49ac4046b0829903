"""The CRSs in which layers are handed over: CGCS2000 in China, degrees and metres, whatever the study works in."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from pyproj import CRS

from gis.cgcs2000 import ZONES, Zone, in_china, zone_of_code
from gis.crs import DEGREES, Way, find_way
from scenarios.problems import Problem, ScenarioError, note

WORLD = CRS("EPSG:4326")


@dataclass(frozen=True)
class Target:
    """One CRS, and the way to it from the study's."""

    name: str
    """`EPSG_4490`: a folder, or a part of the name of a column."""
    way: Way

    @property
    def crs(self) -> CRS:
        """The CRS."""
        return self.way.target

    def moved(self, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """The layer in this CRS."""
        shapes = self.way.geometries(np.asarray(frame.geometry.array, dtype=object))
        return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=self.crs))


def way_to(source: CRS, target: CRS, place: str) -> Way:
    """The way between two CRSs; ScenarioError where there is none (GIS011)."""
    way, problems = find_way(source, target, place)
    if way is None:
        raise ScenarioError(problems)
    return way


def targets(source: CRS, middle: tuple[float, float], place: str) -> tuple[tuple[Target, ...], list[Problem]]:
    """Degrees and metres for a study that works in `source`; middle: a point of it, in that CRS.

    In China EPSG:4490 and the study's own zone of CGCS2000, or the 3-degree zone of the middle (without its number)
    where the study works in something else. Elsewhere EPSG:4326 and the study's CRS, with note GIS200.
    """
    # Which part of the world it is: degrees of the study's own datum tell.
    own = way_to(source, source.geodetic_crs or DEGREES, place)
    lon, lat = (float(value[0]) for value in own.forward(np.array([middle[0]]), np.array([middle[1]])))
    if not in_china((lon, lat, lon, lat)):
        found = (way_to(source, WORLD, place), way_to(source, source, place))
        told = [note("GIS200", place, crs=_name(source))]
    else:
        zone = zone_of_code(source.to_epsg()) or zone_of(lon)
        found = (way_to(source, DEGREES, place), way_to(source, CRS(zone.name), place))
        told = []
    kept = found[:1] if source.is_geographic and found[1].target == source else found
    return tuple(Target(_name(way.target).replace(":", "_"), way) for way in kept), told


def zone_of(lon: float) -> Zone:
    """The 3-degree zone of a longitude [degree], eastings without number."""
    plain = [zone for zone in ZONES if zone.width == 3 and not zone.number]
    return min(plain, key=lambda zone: abs(zone.meridian - lon))


def _name(crs: CRS) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code is not None else crs.name.replace(" ", "_")
