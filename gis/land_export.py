"""`parcels.gpkg`: parcels, the land that they lose and what stands against them, with the styles QGIS opens them in."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import geopandas as gpd
import numpy as np
import shapely

from gis.geopackage import write_package
from gis.land_study import Land
from gis.qml import Class, Shape, Symbol, categorised, document, labels, single

_YEAR = 2000  # the date inside the file: a constant, so that the same land gives the same bytes
FIT_COLOURS = {
    "free": "0,114,178",
    "measures": "86,180,233",
    "reduced": "230,159,0",
    "unfit": "213,94,0",
    "unknown": "150,150,150",
}
"""Colours of what a parcel is fit for, apart for colour-blind readers too."""
LOST, GIVEN = "120,40,20", "90,90,90"
_KINDS = ("constraint_points", "constraint_lines", "constraint_areas")
_SHAPES: Mapping[str, Shape] = {"constraint_points": "marker", "constraint_lines": "line"}


def land_layers(land: Land, names: Mapping[str, str]) -> list[tuple[str, gpd.GeoDataFrame]]:
    """Layers by name, in the working CRS: parcels, lost_land, and constraints as points, lines and areas.

    names: of the clearances, by code.  A layer without features is left out.
    """
    crs, ids = land.units.way.target, np.array(land.parcels.ids, dtype=object)
    placed = land.parcels.placed
    table = land.result[placed].reset_index(drop=True)
    shapes = np.array([_multi(shape) for shape in land.parcels.shapes[placed]], dtype=object)
    layers = [("parcels", gpd.GeoDataFrame(table, geometry=shapes, crs=crs))]
    lost: list[dict[str, object]] = []
    for each in land.found:
        rows = np.flatnonzero(np.asarray(shapely.area(each.lost)) > 0)
        code, said = each.clearance.code, names[each.clearance.code]
        lost += [
            {"parcel": ids[at], "code": code, "what": said, "rule": each.clearance.rule,
             "lost_m2": round(float(each.lost[at].area), 1), "geometry": _multi(each.lost[at])}
            for at in rows
        ]  # fmt: skip
    layers += [("lost_land", gpd.GeoDataFrame(lost, geometry="geometry", crs=crs))] if lost else []
    given: dict[str, list[dict[str, object]]] = {kind: [] for kind in _KINDS}
    for one in land.constraints:
        code = one.clearance.code
        for shape in one.shapes:
            row = {"code": code, "what": names[code], "distance_m": one.clearance.distance_m, "geometry": _multi(shape)}
            given[_KINDS[int(shapely.get_dimensions(shape))]].append(row)
    layers += [(kind, gpd.GeoDataFrame(rows, geometry="geometry", crs=crs)) for kind, rows in given.items() if rows]
    return [layer for layer in layers if len(layer[1])]


def write_land(land: Land, path: Path, names: Mapping[str, str], fits: Mapping[str, str]) -> bool:
    """Write the layers with their styles to a new GeoPackage; False (and no file) where no parcel has a place.

    names: of the clearances, by code.  fits: words of `gis.land_table.FITS`.
    """
    layers = land_layers(land, names)
    if not layers or layers[0][0] != "parcels":
        return False
    write_package(path, layers, _YEAR, {name: land_style(name, fits) for name, _ in layers})
    return True


def land_style(layer: str, fits: Mapping[str, str]) -> str:
    """QML of a layer: parcels by what they are fit for and with their ids, lost land hatched, constraints grey."""
    if layer == "parcels":
        classes = [Class(fit, fits[fit], _symbol("fill", colour, "solid")) for fit, colour in FIT_COLOURS.items()]
        return document([categorised("fit", classes), labels("parcel")])
    colour, brush = (LOST, "b_diagonal") if layer == "lost_land" else (GIVEN, "f_diagonal")
    return document([single(_symbol(_SHAPES.get(layer, "fill"), colour, brush))])


def _symbol(shape: Shape, colour: str, brush: str) -> Symbol:
    solid = f"{colour},255"
    options = {
        "marker": {"name": "diamond", "color": solid, "outline_color": "255,255,255,255", "size": "3"},
        "line": {"line_color": solid, "line_width": "0.6", "line_width_unit": "MM", "line_style": "solid"},
        "fill": {"color": f"{colour},150", "style": brush, "outline_color": solid, "outline_style": "solid",
                 "outline_width": "0.4", "outline_width_unit": "MM"},
    }  # fmt: skip
    return Symbol(shape, (options[shape],))


def _multi(shape: shapely.Geometry) -> shapely.Geometry:
    """A shape of several parts, so that a layer has one type."""
    makers = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
    return cast("shapely.Geometry", makers[int(shapely.get_dimensions(shape))](shapely.get_parts(shape)))
