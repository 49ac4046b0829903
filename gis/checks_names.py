"""Names used twice: two units of one township, or two schools, that nobody could tell apart in a report."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from gis.crs import Way
from gis.findings import Finding, located, mark
from gis.pieces import Geometries
from gis.places import SchoolPoints
from scenarios.bundle import StudyBundle
from scenarios.problems import warning


@dataclass(frozen=True)
class NamedPlaces:
    """Places with names, for `same_names`: units or schools."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    groups: tuple[str, ...]
    """Names must differ within a group: the township of a unit; one group for all schools."""
    shapes: Geometries
    places: tuple[str, ...]
    """Where each is written, for messages."""


def unit_names_twice(bundle: StudyBundle, units: gpd.GeoDataFrame, way: Way) -> list[Finding]:
    """Units of one township with the same Chinese name. units: columns `id`, `geometry` (working CRS)."""
    table = bundle.tables["units"]
    ids, names, towns = (tuple(table[column].astype(str)) for column in ("unit", "name_zh", "township"))
    shapes = units.set_index("id").geometry.loc[list(ids)].to_numpy()
    places = tuple(bundle.place("units", "name_zh", name) for name in ids)
    return _same_names("GIS062", NamedPlaces(ids, names, towns, shapes, places), way)


def school_names_twice(bundle: StudyBundle, schools: SchoolPoints, way: Way) -> list[Finding]:
    """Schools of the table with the same Chinese name; those of plans are named by the plan."""
    table = bundle.tables["schools"]
    at = {name: row for row, name in enumerate(schools.ids)}
    ids, names = tuple(table["school"].astype(str)), tuple(table["name_zh"].astype(str))
    dots = np.asarray(shapely.points(schools.xy[[at[name] for name in ids]]), dtype=object)
    places = tuple(bundle.place("schools", "name_zh", name) for name in ids)
    return _same_names("GIS063", NamedPlaces(ids, names, ("",) * len(ids), dots, places), way)


def _same_names(code: str, named: NamedPlaces, way: Way) -> list[Finding]:
    rows_of: dict[tuple[str, str], list[int]] = {}
    for row, key in enumerate(zip(named.groups, named.names, strict=True)):
        if key[1]:
            rows_of.setdefault(key, []).append(row)
    return [_finding(code, named, rows, way) for rows in rows_of.values() if len(rows) > 1]


def _finding(code: str, named: NamedPlaces, rows: list[int], way: Way) -> Finding:
    ids = tuple(named.ids[row] for row in rows)
    marks = [mark(shapely.point_on_surface(named.shapes[row]), way, (named.ids[row],)) for row in rows]
    name, group = named.names[rows[0]], named.groups[rows[0]]
    params: dict[str, object] = {"count": len(ids), "name": name, "township": group, "ids": ids, "at": marks[1].at}
    return located(warning(code, named.places[rows[1]], name, "", **params), marks, way.source)
