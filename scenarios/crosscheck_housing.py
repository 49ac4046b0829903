"""Cross-checks of housing: phases, curves and past completions, and the estates that futures build."""

from collections.abc import Iterator

import numpy as np

from scenarios.bundle import years_in_ratios
from scenarios.draft import Draft, Read
from scenarios.housing_defaults import curve_problems
from scenarios.problems import Problem, error, note, warning
from scenarios.schema_future import FutureFile
from scenarios.table_cells import cell_problems
from scenarios.table_text import capped
from scenarios.tables import Table

_AUGUST = 8
_DELAYS = ["delay_low", "delay_likely", "delay_high"]


def housing_problems(draft: Draft) -> list[Problem]:
    """Problems of the tables of housing and of what futures list of it."""
    problems = _phases(draft)
    curves = draft.tables.get("estate_curves")
    if curves is not None:
        problems += curve_problems(curves)
    problems += _completions(draft)
    for future in draft.futures:
        problems += _listed(draft, future)
    return problems


def _phases(draft: Draft) -> list[Problem]:
    table = draft.tables.get("estate_phases")
    if table is None:
        return []
    problems: list[Problem] = []
    known = draft.ids.get("estate")
    if known is not None:
        cells = table.frame["estate"]
        bad = (~cells.isin(known) & (cells != "")).to_numpy()
        problems += cell_problems(table.text, "estate", bad, "SCN432", known=known)
    return [*problems, *_sums(draft, table), *_due(draft, table), *_delays(table)]


def _sums(draft: Draft, table: Table) -> list[Problem]:
    """Phases against the dwellings of their estate."""
    estates = draft.tables.get("estates")
    if estates is None:
        return []
    whole = dict(zip(estates.frame["estate"], estates.frame["dwellings"], strict=True))
    problems: list[Problem] = []
    for name, rows in table.frame.groupby("estate"):
        dwellings = whole.get(name, np.nan)
        total = float(rows["dwellings"].sum(skipna=False))
        if np.isnan(total) or np.isnan(dwellings) or total == dwellings:
            continue
        place, whole_of, rest = table.place(int(rows.index[-1]), "dwellings"), int(dwellings), int(dwellings - total)
        make, code = (error, "SCN433") if total > dwellings else (warning, "SCN434")
        problems.append(make(code, place, int(total), estate=name, dwellings=whole_of, rest=rest))
    return capped(problems, "dwellings")


def _due(draft: Draft, table: Table) -> list[Problem]:
    """Phases that should be there by now and are not."""
    if draft.study is None:
        return []
    base = draft.study.model.base_year
    problems: list[Problem] = []
    columns = (table.frame[name] for name in ("completion", "completion_month", "status", "phase"))
    for index, (year, month, status, phase) in enumerate(zip(*columns, strict=True)):
        if status not in ("", "completed") and not np.isnan(year) and _by(year, month, base):
            when = f"{int(year)}" if np.isnan(month) else f"{int(year)}-{int(month):02d}"
            place = table.place(index, "completion")
            problems.append(error("SCN431", place, when, base_year=base, status=status, phase=phase))
    return capped(problems, "completion")


def _by(year: float, month: float, base: int) -> bool:
    """Whether a completion lies before 1 September of the base year; a month that is not known is June."""
    return year < base or (year == base and (np.isnan(month) or month <= _AUGUST))


def _delays(table: Table) -> list[Problem]:
    given = table.frame[_DELAYS].to_numpy(dtype=float)
    some = ~np.isnan(given).all(axis=1)
    # A comparison with an empty cell is false, so that two of three are told, too.
    fine = (given[:, 0] <= given[:, 1]) & (given[:, 1] <= given[:, 2])
    problems: list[Problem] = []
    for index in np.flatnonzero(some & ~fine).tolist():
        shown = ", ".join("-" if np.isnan(value) else f"{value:g}" for value in given[index])
        problems.append(error("SCN441", table.place(index, "delay_low"), shown))
    return capped(problems, "delay_low")


def _completions(draft: Draft) -> list[Problem]:
    """Every year of the ratios; what of it counts as the usual pace is told."""
    table, rolls = draft.tables.get("completions"), draft.tables.get("enrolment")
    if table is None or rolls is None or draft.study is None:
        return []
    window = years_in_ratios(draft.study.model, rolls.frame["year"].dropna())
    if not window:
        return []
    there = table.frame.dropna(subset=["year"])
    missing = tuple(year for year in window if year not in set(there["year"].astype(int)))
    if missing:
        return [error("SCN435", table.file, missing, first=window[0], last=window[-1])]
    mean = float(there[there["year"].isin(window)]["dwellings"].mean())
    return [note("SCN436", table.file, f"{mean:.0f}", first=window[0], last=window[-1])]


def _listed(draft: Draft, future: Read[FutureFile]) -> list[Problem]:
    """Estates of a future that are over, too late or empty; those of the reference future that it leaves out."""
    table = draft.tables.get("estates")
    if table is None or draft.study is None:
        return []
    base, horizon = draft.study.model.base_year, draft.study.model.horizon
    problems: list[Problem] = []
    for number, name in enumerate(future.model.estates):
        place = future.place("estates", number)
        dates = list(_dates(draft, table, name))
        if dates and all(_by(year, month, base) for year, month in dates):
            problems.append(error("SCN430", place, name, base_year=base))
        elif dates and not any(_by(year, month, horizon) for year, month in dates):
            problems.append(warning("SCN442", place, name, horizon=horizon))
        rows = table.frame[table.frame["estate"] == name]
        if len(rows) and (rows["dwellings"] == 0).all():
            problems.append(error("SCN443", place, name))
    held = () if draft.reference is None else draft.reference.estates
    left_out = [name for name in held if name not in future.model.estates]
    return [*problems, *(warning("SCN437", future.place(), name) for name in left_out)]


def _dates(draft: Draft, estates: Table, name: str) -> Iterator[tuple[float, float]]:
    """Year and month of completion of every phase; of the estate where it has no phases."""
    phases = draft.tables.get("estate_phases")
    rows = None if phases is None else phases.frame[phases.frame["estate"] == name]
    if rows is None or not len(rows):
        whole = estates.frame[estates.frame["estate"] == name]
        yield from ((float(year), np.nan) for year in whole["completion"].dropna())
        return
    for year, month in zip(rows["completion"], rows["completion_month"], strict=True):
        if not np.isnan(year):
            yield float(year), float(month)
