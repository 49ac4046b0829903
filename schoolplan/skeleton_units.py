"""Units of a study skeleton: the counties themselves, or a finer layer over which their people are spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis.areal import Pieces, Shares, common_pieces, shares_by_area, shares_by_dwellings, shares_of_pieces
from gis.boundary import Boundary, working_way
from gis.cgcs2000 import Zone
from gis.raster import raster_people
from scenarios.census_dwellings import Dwellings
from scenarios.problems import Problem, error, has_errors, note, warning
from sim.arrays import FloatArray
from sim.census_cells import AREA_SD, DWELLINGS_SD, RASTER_SD, urban_by_density

Geometries = NDArray[np.object_]

URBAN_FROM = 0.5
"""Urban share from which a county as a whole counts as urban."""
SHOWN = 10
"""Units named in a message."""
WELL_COVERED = 0.99
"""Part of a county's area that its units should cover; the rest is drawing noise."""


@dataclass(frozen=True)
class Units:
    """Units with the share of every county that lives in them."""

    layer: Boundary
    """Shapes as delivered, one for each unit."""
    townships: tuple[str, ...]
    urban: tuple[bool, ...]
    weights: FloatArray
    """[part, unit]; a row sums to 1."""
    sd: float
    """Log sd of a unit's people; 0 where the census counted them."""
    how: str
    """`counted`, `area`, `dwellings` or `raster`."""


def same_units(boundary: Boundary, names: Sequence[str], urban: Sequence[float | None]) -> Units:
    """Every county is a unit; urban share by county, None where it is not known (rural)."""
    layer = Boundary(boundary.place, boundary.ids, tuple(names), boundary.shapes, boundary.crs)
    flags = tuple(share is not None and share >= URBAN_FROM for share in urban)
    return Units(layer, tuple(names), flags, np.eye(len(names)), 0.0, "counted")


def finer_units(
    boundary: Boundary,
    layer: Boundary,
    zone: Zone,
    names: Sequence[str],
    urban: Sequence[float | None],
    by: Path | Dwellings | None,
) -> tuple[Units | None, list[Problem]]:
    """Units of a finer layer, None if an error stops it. by: raster or dwellings that share the people, None: area."""
    counties, small = _metres(boundary, zone), _metres(layer, zone)
    pieces = common_pieces(counties, small)
    by_area = shares_by_area(pieces, counties, len(small))
    problems = _told_area(by_area, names, layer.place)
    shares, found = _weighted(by, by_area, pieces, small, zone, layer)
    problems += found
    if shares is None:
        return None, problems
    place = by.place if isinstance(by, Dwellings) else str(by or layer.place)
    empty = [name for name, share in zip(names, shares.share, strict=True) if not share.any()]
    problems += [error("CEN044", place, name) for name in empty]
    if has_errors(problems):
        return None, problems
    inside = np.flatnonzero(by_area.share.any(axis=0))
    outside = [layer.ids[i] for i in range(len(small)) if i not in set(inside.tolist())]
    problems += [warning("CEN032", layer.place, tuple(outside))] if outside else []
    weights = shares.share[:, inside]
    nobody = [layer.ids[i] for i, people in zip(inside.tolist(), weights.sum(axis=0), strict=True) if people <= 0.0]
    problems += [warning("CEN045", layer.place, tuple(nobody))] if nobody else []
    how, sd = _how(by)
    problems.append(note("CEN048", layer.place, sd, how=f"@units_by_{how}"))
    home = by_area.share[:, inside].argmax(axis=0)
    flags = _urban(weights, shapely.area(small[inside]), home, urban, how)
    kept = layer.chosen(inside.tolist())
    return Units(kept, tuple(names[i] for i in home), flags, weights, sd, how), problems


def _how(by: Path | Dwellings | None) -> tuple[str, float]:
    if isinstance(by, Dwellings):
        return "dwellings", DWELLINGS_SD
    return ("area", AREA_SD) if by is None else ("raster", RASTER_SD)


def _weighted(
    by: Path | Dwellings | None, by_area: Shares, pieces: Pieces, small: Geometries, zone: Zone, layer: Boundary
) -> tuple[Shares | None, list[Problem]]:
    if by is None:
        return by_area, []
    if isinstance(by, Dwellings):
        return _by_dwellings(pieces, by, len(by_area.share), small, layer)
    return _by_raster(pieces, by, zone, len(by_area.share), len(small), layer)


def _by_dwellings(
    pieces: Pieces, by: Dwellings, counties: int, small: Geometries, layer: Boundary
) -> tuple[Shares | None, list[Problem]]:
    lacking = [layer.ids[i] for i in sorted(set(pieces.target.tolist())) if layer.ids[i] not in by.by_unit]
    if lacking:
        return None, [error("CEN055", by.place, tuple(lacking[:SHOWN]), count=len(lacking))]
    dwellings = np.array([by.by_unit.get(unit, 0.0) for unit in layer.ids])
    return shares_by_dwellings(pieces, small, dwellings, counties), []


def _metres(layer: Boundary, zone: Zone) -> Geometries:
    """Shapes in the working CRS, made valid: for measuring only, what is written stays as delivered."""
    moved = working_way(layer, zone).geometries(layer.shapes)
    return np.asarray(shapely.make_valid(moved), dtype=object)


def _told_area(shares: Shares, names: Sequence[str], place: str) -> list[Problem]:
    return [
        warning("CEN046", place, name, percent=f"{100 * (1 - covered):.1f}")
        for name, covered in zip(names, shares.covered.tolist(), strict=True)
        if 0.0 < covered < WELL_COVERED
    ]


def _by_raster(
    pieces: Pieces, raster: Path, zone: Zone, counties: int, units: int, layer: Boundary
) -> tuple[Shares | None, list[Problem]]:
    found, problems = raster_people(raster, str(raster), pieces.shapes, CRS.from_epsg(zone.code))
    if found is None:
        return None, problems
    area = np.asarray(shapely.area(pieces.shapes), dtype=np.float64)
    lost = np.bincount(pieces.target, weights=found.outside * area, minlength=units)
    whole = np.bincount(pieces.target, weights=area, minlength=units)
    for unit in np.flatnonzero(lost > 0.001 * whole).tolist():
        percent = f"{100 * lost[unit] / whole[unit]:.1f}"
        problems.append(warning("CEN043", str(raster), percent, unit=layer.ids[unit]))
    return shares_of_pieces(pieces, found.people, np.ones(counties), units), problems


def _urban(
    weights: FloatArray, area: FloatArray, home: NDArray[np.int64], urban: Sequence[float | None], how: str
) -> tuple[bool, ...]:
    """Urban units: by density within each county where weights tell it, else as the county."""
    out = np.zeros(weights.shape[1], dtype=bool)
    for part, share in enumerate(urban):
        mine = np.flatnonzero(home == part)
        if share is None:
            continue
        if how != "area":
            out[mine] = urban_by_density(weights[part, mine], area[mine], share)
        else:
            out[mine] = share >= URBAN_FROM
    return tuple(out.tolist())
