"""A county table of the population census: one place, its age bands, and the counties it consists of.

Only the rows of the place are understood; a yearbook lists thousands. Nothing is corrected: where a total differs from
the sum of its parts both numbers are told, and the parts count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from scenarios.census_heads import NAMES, Band, Heads, find_heads, ladder_faults
from scenarios.grid import Grid
from scenarios.grid_read import read_grids
from scenarios.problems import Problem, error, has_errors, nearest, note, warning
from scenarios.spelling import folded
from scenarios.table_values import PLAIN, number

SPLIT_TO = 25
"""Bands must be five years or narrower below this age: single ages up to 14 rest on their neighbours [years]."""
MOST_PEOPLE = 2_000_000_000
"""A greater number is no number of people."""
SUMMED = ("total", "male", "female", "urban", "rural", "households", "from_county", "from_province", "from_elsewhere")


@dataclass(frozen=True)
class CensusRow:
    """One county, or one city."""

    code: str
    name: str
    province: str
    city: str
    place: str
    """Where it stands in the file, for messages."""
    people: Mapping[str, int]
    """Numbers by the names of `SUMMED`; a missing one is not known."""
    bands: Mapping[str, tuple[int, ...]]
    """Residents by sex and band."""

    @property
    def by_band(self) -> tuple[int, ...]:
        """Residents by band, both sexes together."""
        return tuple(sum(column) for column in zip(*self.bands.values(), strict=True))

    @property
    def residents(self) -> int:
        """All residents: the sum of the bands."""
        return sum(self.by_band)

    def share(self, *names: str) -> float | None:
        """Part of the residents that the named numbers make up, None if one is not known."""
        if any(name not in self.people for name in names) or self.residents == 0:
            return None
        return sum(self.people[name] for name in names) / self.residents


@dataclass(frozen=True)
class Census:
    """A place and its parts: the counties of a city, or the county itself."""

    whole: CensusRow
    parts: tuple[CensusRow, ...]
    ladder: tuple[Band, ...]

    @property
    def edges(self) -> tuple[int, ...]:
        """Lower age of each band, and the end of the last."""
        return (*(low for low, _ in self.ladder), self.ladder[-1][1])


def read_census(path: Path, shown: str, place: str) -> tuple[Census | None, list[Problem]]:
    """The rows of one place.

    shown: the path as problems name it.  place: code (`522635`, a city `430200`) or name.  None if an error stops it.
    """
    grids, problems = read_grids(path, shown)
    if not grids:
        return None, problems
    found = find_heads(grids)
    if found is None:
        columns = (NAMES["code"][0], NAMES["name"][0], "0岁（男）")
        return None, [*problems, error("CEN001", shown, tuple(grid.sheet or shown for grid in grids), columns=columns)]
    grid, heads = found
    problems += _missing_columns(grid, heads)
    if has_errors(problems):
        return None, problems
    wanted, faults = _wanted(grid, heads, place)
    problems += faults
    if not wanted:
        return None, problems
    own, parts, faults = _rows(grid, heads, wanted)
    problems += faults
    if has_errors(problems):
        return None, problems
    whole = own or added(parts, wanted, parts[0].city or wanted)
    census = Census(whole, parts or (whole,), heads.ladder(heads.sexes[0]))
    return census, [*problems, *_against_parts(census)]


def _missing_columns(grid: Grid, heads: Heads) -> list[Problem]:
    """Everything that is needed and not there, at once; then what is only useful."""
    place = grid.place(heads.row, 0)
    lacking = [NAMES[name][0] for name in ("code", "name") if name not in heads.columns]
    ladders = [heads.ladder(sex) for sex in heads.sexes]
    faults = [f"{fault}岁" for fault in ladder_faults(ladders[0], SPLIT_TO)]
    if len(ladders) == 2 and ladders[0] != ladders[1]:
        odd = sorted(set(ladders[0]) ^ set(ladders[1]))
        faults += [f"{low}-{high - 1}岁" for low, high in odd]
    problems = [error("CEN002", place, tuple(lacking))] if lacking else []
    problems += [error("CEN003", place, tuple(dict.fromkeys(faults)))] if faults else []
    useful = {"urban": "urban", "rural": "urban", "from_province": "migrants", "from_elsewhere": "migrants"}
    absent = sorted({f"@census_{word}" for name, word in useful.items() if name not in heads.columns})
    return [*problems, *([warning("CEN004", place, tuple(absent))] if absent and not problems else [])]


def _code(text: str) -> str:
    """`210903.0` and `210903000000` are 210903."""
    bare = folded(text).removesuffix(".0").removesuffix(".00")
    return bare[:6] if len(bare) in (9, 12) and bare.isdigit() else bare


def place_code(grid: Grid, heads: Heads, row: int) -> str:
    """Code of the place in a row of the grid."""
    return _code(_cell(grid, row, heads.columns["code"]))


def _cell(grid: Grid, row: int, column: int) -> str:
    cells = grid.rows[row]
    return cells[column].strip() if column < len(cells) else ""


def _wanted(grid: Grid, heads: Heads, place: str) -> tuple[str, list[Problem]]:
    """Code of the place that is asked for by code or name; empty if the table does not hold it."""
    rows = range(heads.row + 1, len(grid.rows))
    codes = [place_code(grid, heads, row) for row in rows]
    names = [_cell(grid, row, heads.columns["name"]) for row in rows]
    known = [text for pair in zip(codes, names, strict=True) for text in pair if text]
    code = _code(place)
    if code.isdigit():
        if any(own == code or is_part(own, code) for own in codes):
            return code, []
        return "", [error("CEN005", grid.file, place, near=nearest(code, known), count=len(codes))]
    found = sorted({own for own, name in zip(codes, names, strict=True) if own and folded(name) == folded(place)})
    if len(found) == 1:
        return found[0], []
    if found:
        return "", [error("CEN006", grid.file, place, codes=tuple(found))]
    return "", [error("CEN005", grid.file, place, near=nearest(place.strip(), known), count=len(codes))]


def _rows(grid: Grid, heads: Heads, wanted: str) -> tuple["CensusRow | None", tuple["CensusRow", ...], list[Problem]]:
    """The row of the place if it has one, the rows of its parts, and all that is wrong with them."""
    problems: list[Problem] = []
    found: dict[str, CensusRow] = {}
    for at in range(heads.row + 1, len(grid.rows)):
        code = place_code(grid, heads, at)
        if code != wanted and not is_part(code, wanted):
            continue
        if code in found:
            problems.append(error("CEN007", grid.place(at, heads.columns["code"], "区划代码"), code))
            continue
        found[code], told = _row(grid, heads, at)
        problems += told or list(_sums(found[code]))
    own = found.pop(wanted, None)
    if own is None:
        problems.append(note("CEN008", grid.file, wanted, parts=len(found)))
    return own, tuple(found.values()), problems


def is_part(code: str, whole: str) -> bool:
    """Whether a code is a county of a city or province (`430203` of `430200`)."""
    stem = whole
    while stem.endswith("00"):
        stem = stem[:-2]
    return stem != whole and code != whole and code.startswith(stem) and not code.endswith("00")


def _row(grid: Grid, heads: Heads, row: int) -> tuple[CensusRow, list[Problem]]:
    problems: list[Problem] = []

    def count(column: int, needed: bool) -> int | None:
        cell = _cell(grid, row, column)
        text = number(cell, "people", Fraction(1)).text
        value = float(text) if PLAIN.fullmatch(text) else None
        if value is not None and 0 <= value <= MOST_PEOPLE and value == int(value):
            return int(value)
        if needed or text:
            problems.append(error("CEN009", grid.place(row, column, _cell(grid, heads.row, column)), cell))
        return None

    people = {name: count(heads.columns[name], False) for name in SUMMED if name in heads.columns}
    bands = {sex: tuple(count(heads.bands[sex, band], True) or 0 for band in heads.ladder(sex)) for sex in heads.sexes}
    texts = {name: _cell(grid, row, heads.columns[name]) if name in heads.columns else "" for name in NAMES}
    place = grid.place(row, heads.columns["code"], _cell(grid, heads.row, heads.columns["code"]))
    known = {name: value for name, value in people.items() if value is not None}
    code = place_code(grid, heads, row)
    return CensusRow(code, texts["name"], texts["province"], texts["city"], place, known, bands), problems


def added(rows: Sequence[CensusRow], code: str, name: str) -> CensusRow:
    """Rows added up, as far as all of them know a number."""
    first = rows[0]
    common = [key for key in SUMMED if all(key in row.people for row in rows)]
    people = {key: sum(row.people[key] for row in rows) for key in common}
    bands = {sex: tuple(map(sum, zip(*(row.bands[sex] for row in rows), strict=True))) for sex in first.bands}
    return CensusRow(code, name, first.province, first.city, first.place, people, bands)


def _sums(row: CensusRow) -> Iterable[Problem]:
    """A total beside parts that add to something else."""
    have, sums = row.people, {"@census_bands": row.residents}
    for name, pair in (("@census_sexes", ("male", "female")), ("@census_urban_rural", ("urban", "rural"))):
        if all(part in have for part in pair):
            sums[name] = sum(have[part] for part in pair)
    for name, value in sums.items():
        if "total" in have and value != have["total"]:
            yield warning("CEN010", row.place, have["total"], name=row.name, parts=name, sum=value)


def _against_parts(census: Census) -> list[Problem]:
    """A city beside the sum of its counties, for the residents and for each band."""
    if census.whole in census.parts:
        return []
    pairs = [("@census_residents", census.whole.residents, sum(part.residents for part in census.parts))]
    for i, (low, high) in enumerate(census.ladder):
        label = f"{low}-{high - 1}" if high - low > 1 else str(low)
        pairs.append((label, census.whole.by_band[i], sum(part.by_band[i] for part in census.parts)))
    where = census.whole
    return [
        warning("CEN011", where.place, ours, name=where.name, what=what, sum=theirs, count=len(census.parts))
        for what, ours, theirs in pairs
        if ours != theirs
    ]
