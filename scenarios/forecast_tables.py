"""The tables of `forecast` and `backtest` read and checked together: history, births, events."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.forecast_checks import counted_rows, history_problems, known_rows
from scenarios.forecast_events import PARTED, Events, read_events, with_events
from scenarios.forecast_specs import GRADES, entry_age, forecast_spec, forecast_words
from scenarios.problems import Problem, ScenarioError, error, has_errors, note, warning
from scenarios.spelling import folded
from scenarios.table_text import capped
from scenarios.tables import Table, read_table


@dataclass(frozen=True)
class ForecastTables:
    """What a forecast starts from; every row that is not here was told.

    history: school, grade, year, pupils (NaN = withheld), district, suppressed.  births: district, year, births (NaN
    where the year is incomplete), or None.  names: display names of schools and districts that have one.
    """

    history: pd.DataFrame
    births: pd.DataFrame | None
    events: Events
    names: Mapping[str, str]
    problems: tuple[Problem, ...]
    files: tuple[Path, ...]

    @property
    def grades(self) -> tuple[str, ...]:
        """Grades that somebody teaches, the lowest first."""
        found = set(self.history["grade"])
        return tuple(grade for grade in GRADES if grade in found)

    def name(self, key: str) -> str:
        """Display name of a school, or of the part of its series before an event; the id where it has none."""
        school, parted, year = key.partition(PARTED)
        found = self.names.get(school, school)
        return f"{found} (<{year})" if parted and year.isdigit() else found


def read_forecast_tables(history: Path, births: Path | None = None, events: Path | None = None) -> ForecastTables:
    """Read everything and check it together. Raises ScenarioError with all problems if one is an error."""
    table, problems = read_table(history, history.as_posix(), forecast_spec("history"), words=forecast_words())
    if table is None:
        raise ScenarioError(problems)
    problems = problems + history_problems(table)
    rows = _rows(table)
    names = _names(table)
    register, born = Events(), None
    if events is not None:
        register, found = read_events(events, events.as_posix(), table)
        problems += found
    if births is not None:
        born, found = _read_births(births, table, rows, names)
        problems += found
    if has_errors(problems):
        raise ScenarioError(problems)
    files = tuple(path for path in (history, births, events) if path is not None)
    return ForecastTables(with_events(rows, register), born, register, names, tuple(problems), files)


def _rows(table: Table) -> pd.DataFrame:
    frame = counted_rows(known_rows(table))
    withheld = frame["suppressed"] == 1
    kept = pd.DataFrame(
        {
            "school": frame["school"],
            "grade": frame["grade"],
            "year": frame["year"].astype(np.int64),
            "pupils": frame["pupils"].where(~withheld),
            "district": frame["district"],
            "suppressed": withheld,
        }
    )
    return kept.sort_values(["school", "grade", "year"], kind="stable", ignore_index=True)


def _names(table: Table) -> dict[str, str]:
    """Last name of each school and district; names that several share say nothing."""
    found: dict[str, str] = {}
    for column in ("school", "district"):
        for cells in table.text.second.get(column, {}).values():
            latest = {key: name for key, name in zip(table.frame[column], cells, strict=True) if key and name}
            counts = pd.Series(list(latest.values()), dtype=object).value_counts()
            found |= {key: name for key, name in latest.items() if counts[name] == 1}
    return found


def _read_births(
    path: Path, history: Table, rows: pd.DataFrame, names: Mapping[str, str]
) -> tuple[pd.DataFrame | None, list[Problem]]:
    table, problems = read_table(path, path.as_posix(), forecast_spec("births"), words=forecast_words())
    if table is None:
        return None, problems
    frame = table.frame.assign(district=table.frame["district"].astype(str))
    problems = problems + _two_kinds(table, frame)
    partial = frame["partial"] == 1
    if bool(partial.any()):
        years = tuple(sorted(frame.loc[partial, "year"].dropna().astype(int).unique().tolist()))
        problems.append(note("FOR017", table.place(int(np.flatnonzero(partial)[0]), "partial"), years))
    places, found = _matched(table, frame, sorted(rows["district"].unique().tolist()), names)
    problems += found
    meant = list(places.values())
    twice = tuple(place for place, key in places.items() if meant.count(key) > 1)
    if twice:
        problems.append(error("FOR024", table.file, twice))
    if has_errors(problems) or not places:
        return None, problems
    frame = frame[frame["district"].isin(list(places)) & frame["year"].notna()]
    born = pd.DataFrame(
        {
            "district": frame["district"].map(dict(places)),
            "year": frame["year"].astype(np.int64),
            "births": frame["births"].where(~(frame["partial"] == 1)),
        }
    )
    return born.sort_values(["district", "year"], ignore_index=True), problems + _reach(table, born, rows)


def _two_kinds(table: Table, frame: pd.DataFrame) -> list[Problem]:
    """Original and revised births are two series: never both for one district and year, nor one after the other."""
    kind = frame["series"] + " " + frame["as_of"]
    problems: list[Problem] = []
    for _, part in frame.assign(kind=kind).groupby(["district", "year"], sort=False):
        found = tuple(text.strip() or "-" for text in part["kind"].unique().tolist())
        if len(found) > 1:
            place = table.place(int(part.index[1]), "births")
            district, year = (part.iloc[0][name] for name in ("district", "year"))
            problems.append(error("FOR013", place, found, district=district or "-", year=int(year)))
    mixed = tuple(text or "-" for text in frame["series"].unique().tolist())
    if not problems and len(mixed) > 1:
        second = int(np.flatnonzero((frame["series"] != mixed[0]).to_numpy())[0])
        problems.append(warning("FOR014", table.place(second, "series"), mixed))
    return capped(problems, "births")


def _matched(
    table: Table, frame: pd.DataFrame, districts: list[str], names: Mapping[str, str]
) -> tuple[dict[str, str], list[Problem]]:
    """Place of the births -> district of the history: by id, by name, or because each has only one."""
    by_name = {folded(text): key for key in districts for text in (names.get(key, key), key)}
    given = frame["district"].unique().tolist()
    places = {place: by_name[folded(place)] for place in given if folded(place) in by_name}
    problems: list[Problem] = []
    if not places and len(districts) == 1 and len(given) == 1:
        places = {given[0]: districts[0]}
    other = {place: key for place, key in places.items() if place != key and place}
    if other:
        problems.append(note("FOR016", table.file, tuple(f"{place} = {key or '*'}" for place, key in other.items())))
    foreign = tuple(place or "-" for place in given if place not in places)
    if foreign:
        problems.append(warning("FOR015", table.file, foreign, known=tuple(districts), kept=len(places)))
    without = tuple(key for key in districts if key not in places.values())
    if without and places:
        problems.append(warning("FOR021", table.file, without))
    return places, problems


def _reach(table: Table, born: pd.DataFrame, rows: pd.DataFrame) -> list[Problem]:
    """Births that end before the last count can say nothing of entrants to come."""
    last = int(born.loc[born["births"].notna(), "year"].max()) if born["births"].notna().any() else 0
    base = int(rows["year"].max())
    ahead = last + entry_age(set(rows["grade"])) - base
    return [warning("FOR022", table.file, last, base=base)] if ahead <= 0 else []
