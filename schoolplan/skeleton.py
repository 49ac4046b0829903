"""A study skeleton from a census table and a boundary: what `schoolplan new DIR --census ...` makes.

Here the parts are put together: which counties have a polygon, how their people become ages, groups and units. Reading
is done by `scenarios` and `gis`, arithmetic by `sim`, writing by `skeleton_files`. Everything that was estimated, left
out or understood is told.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gis.boundary import Boundary, read_boundary, working_zone
from gis.cgcs2000 import Zone
from scenarios.census import Census, CensusRow, added, read_census
from scenarios.census_births import BirthSeries, read_births
from scenarios.census_dwellings import read_dwellings
from scenarios.problems import Problem, ScenarioError, error, has_errors, note, warning
from scenarios.schema_study import Entry
from schoolplan.skeleton_units import Units, finer_units, same_units
from sim.ages import MOST_SD, ONE_SPLIT_SD, Bands
from sim.arrays import IntArray
from sim.census_cells import AGES, MIGRANT_SD, Cells, PartAges, cells_of_part, people_of_part, split_ages
from sim.raking import RakingError

_YEAR = re.compile(r"(?<!\d)(20[0-9]0)(?!\d)")


@dataclass(frozen=True)
class Ask:
    """What the planner gives. Layers come with the CRS they were delivered in (`GCJ-02`, `EPSG:4490`, ...)."""

    census: Path
    place: str
    boundary: Path
    boundary_crs: str
    boundary_id: str | None = None
    births: Path | None = None
    raster: Path | None = None
    dwellings: Path | None = None
    units: Path | None = None
    units_crs: str | None = None
    units_id: str | None = None
    merge: tuple[str, ...] = ()
    census_year: int | None = None


@dataclass(frozen=True)
class Skeleton:
    """Everything that is written, before it is written."""

    ask: Ask
    year: int
    census: Census
    parts: tuple[CensusRow, ...]
    """Counties with a polygon, others merged in."""
    left: tuple[CensusRow, ...]
    """Counties without one."""
    merged: tuple[tuple[CensusRow, CensusRow], ...]
    zone: Zone
    births: BirthSeries | None
    ages: PartAges
    units: Units
    cells: tuple[Cells, ...]
    """By part, over all units [unit, age, group]."""
    residents: tuple[IntArray, ...]
    """By part [unit, sex, band]."""
    migrants: tuple[float | None, ...]
    """Share of residents registered outside the county, by part."""
    problems: tuple[Problem, ...]

    @property
    def children(self) -> IntArray:
        """Children of all units [unit, age, group]."""
        return np.asarray(sum(cells.children for cells in self.cells))


def gather(ask: Ask) -> Skeleton:
    """Read everything and divide it. Raises ScenarioError with all problems at once."""
    told: list[Problem] = []
    census, problems = read_census(ask.census, str(ask.census), ask.place)
    told += problems
    boundary, problems = read_boundary(ask.boundary, str(ask.boundary), ask.boundary_crs, ask.boundary_id)
    told += problems
    year, problems = _year(ask)
    told += problems
    births = None
    if ask.births is not None and census is not None:
        row = census.whole
        births, problems = read_births(ask.births, str(ask.births), row.code, row.province)
        told += problems
    if census is None or boundary is None or year is None or has_errors(told):
        raise ScenarioError(told)
    parts, left, merged, problems = _matched(census, boundary, ask)
    told += problems
    if has_errors(told):
        raise ScenarioError(told)
    boundary = boundary.chosen([boundary.ids.index(part.code) for part in parts])
    zone = working_zone(float(boundary.lonlat()[0]))
    units, problems = _units(ask, parts, boundary, zone)
    told += problems
    if units is None or has_errors(told):
        raise ScenarioError(told)
    bands = Bands(census.edges, np.array([part.by_band for part in parts], dtype=np.float64))
    ages = split_ages(bands, None if births is None else births.births, year, Entry().survival_per_year)
    migrants = tuple(part.share("from_province", "from_elsewhere") for part in parts)
    told += _told_ages(ages, parts, census, births, year, ask)
    told += _told_migrants(migrants, ask)
    cells, residents = _divided(parts, ages, migrants, units)
    return Skeleton(
        ask, year, census, parts, left, merged, zone, births, ages, units, cells, residents, migrants, tuple(told)
    )


def _divided(
    parts: Sequence[CensusRow], ages: PartAges, migrants: Sequence[float | None], units: Units
) -> tuple[tuple[Cells, ...], tuple[IntArray, ...]]:
    """Children and residents of every county on the units."""
    cells, residents = [], []
    try:
        for i, part in enumerate(parts):
            weights = units.weights[i]
            cells.append(cells_of_part(ages.whole[i], ages.sd[i], migrants[i], weights, units.sd))
            residents.append(people_of_part(np.array(list(part.bands.values())), weights))
    except RakingError as stuck:
        raise ScenarioError(raking_problems(stuck)) from stuck
    return tuple(cells), tuple(residents)


def raking_problems(stuck: RakingError) -> list[Problem]:
    """Totals that cannot be met, as messages."""
    return [error(one.code, one.margin, one.found, "", **one.params) for one in stuck.faults]


def _year(ask: Ask) -> tuple[int | None, list[Problem]]:
    """Year of the census: as asked, else from the name of the file."""
    if ask.census_year is not None:
        return ask.census_year, []
    found = _YEAR.findall(ask.census.name)
    if len(set(found)) != 1:
        return None, [error("CEN012", str(ask.census), ask.census.name)]
    return int(found[0]), [note("CEN013", str(ask.census), found[0])]


Matched = tuple[tuple[CensusRow, ...], tuple[CensusRow, ...], tuple[tuple[CensusRow, CensusRow], ...], list[Problem]]


def _matched(census: Census, boundary: Boundary, ask: Ask) -> Matched:
    """Counties with a polygon, those without, and those that were merged into another."""
    place, drawn = str(ask.boundary), set(boundary.ids)
    rows = {part.code: part for part in census.parts}
    if not drawn & set(rows) and census.whole.code in drawn:
        rows = {census.whole.code: census.whole}
    have = {code: row for code, row in rows.items() if code in drawn}
    if not have:
        return (), (), (), [error("CEN033", place, boundary.ids, codes=tuple(rows))]
    problems: list[Problem] = []
    foreign = tuple(name for name in boundary.ids if name not in rows)
    problems += [warning("CEN032", place, foreign)] if foreign else []
    left = {code: row for code, row in rows.items() if code not in drawn}
    merged: list[tuple[CensusRow, CensusRow]] = []
    for wish in ask.merge:
        child, _, into = (text.strip() for text in wish.partition("="))
        reason = "" if child in left else "@merge_child"
        reason = reason or ("" if into in have else "@merge_into")
        if reason:
            problems.append(error("CEN035", "--merge", wish, reason=reason))
            continue
        row = left.pop(child)
        merged.append((row, have[into]))
        name = f"{have[into].name}（{into}）"
        problems.append(note("CEN036", row.place, row.residents, name=row.name, county=child, into=name))
        have[into] = added((have[into], row), into, have[into].name)
    total, units = census.whole.residents, sum(row.residents for row in have.values())
    for row in left.values():
        children = sum(row.by_band[: census.edges.index(AGES)])
        told = warning(
            "CEN031",
            row.place,
            row.residents,
            name=row.name,
            county=row.code,
            children=children,
            units=units,
            total=total,
        )
        problems.append(told)
    return tuple(have.values()), tuple(left.values()), tuple(merged), problems


def _units(ask: Ask, parts: Sequence[CensusRow], boundary: Boundary, zone: Zone) -> tuple[Units | None, list[Problem]]:
    urban = [part.share("urban") for part in parts]
    given = [file for file in (ask.raster, ask.dwellings) if file is not None]
    if ask.units is None:
        told = [warning("CEN047", str(file), file.name) for file in given]
        return same_units(boundary, [part.name for part in parts], urban), list(told)
    layer, problems = read_boundary(ask.units, str(ask.units), ask.units_crs or "", ask.units_id)
    if len(given) > 1:
        problems.append(error("CEN049", str(ask.dwellings)))
    dwellings = None
    if layer is not None and ask.dwellings is not None:
        dwellings, found = read_dwellings(ask.dwellings, str(ask.dwellings), layer.ids, layer.names)
        problems += found
    if layer is None or has_errors(problems):
        return None, problems
    units, found = finer_units(boundary, layer, zone, [part.name for part in parts], urban, dwellings or ask.raster)
    return units, problems + found


def _told_ages(
    ages: PartAges, parts: Sequence[CensusRow], census: Census, births: BirthSeries | None, year: int, ask: Ask
) -> list[Problem]:
    place = str(ask.census)
    labels = [f"{low}-{high - 1}" for low, high in census.ladder]
    problems = [
        note("CEN026", parts[part].place, f"{people:.1f}", name=parts[part].name, bands=labels[band])
        for part, band, people in ages.shifted
    ]
    if births is None:
        return [*problems, warning("CEN024", place, ONE_SPLIT_SD)]
    for part, row in enumerate(parts):
        for band, (low, high) in enumerate(census.ladder):
            if high <= AGES and high - low > 1 and ages.known[band] and ages.sd[part, low] >= MOST_SD:
                problems.append(warning("CEN028", row.place, labels[band], name=row.name, sd=MOST_SD))
    lacking = tuple(labels[band] for band in np.flatnonzero(~ages.known).tolist())
    if lacking:
        ladder = [census.ladder[band] for band in np.flatnonzero(~ages.known).tolist()]
        needed = {year - age - more for low, high in ladder for age in range(low, high) for more in (0, 1)}
        missing = tuple(str(one) for one in sorted(needed - set(births.births)))
        problems.append(warning("CEN025", str(ask.births), missing, bands=lacking))
    return problems


def _told_migrants(migrants: Sequence[float | None], ask: Ask) -> list[Problem]:
    known = [100 * share for share in migrants if share is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    span = f"{low:.1f} %" if len(known) == 1 else f"{low:.1f}-{high:.1f} %"
    return [note("CEN027", str(ask.census), span, sd=MIGRANT_SD)]
