"""Cross-checks of the births of futures: women for a rate, shocks after the register, levels that fit it; survival."""

from scenarios.births_in_force import births_in_force
from scenarios.draft import Draft, Read
from scenarios.fertility import load_fertility
from scenarios.problems import Problem, error, has_errors, warning
from scenarios.schema_base import path_value
from scenarios.schema_births import Births
from scenarios.schema_future import FutureFile
from scenarios.schema_study import StudyFile
from scenarios.women import WomenCount, fertility_shape, women_count

_LEVEL_YEARS = 3
_JUMP_OF_RATE = 1.5
_JUMP_OF_COUNT = 3.0


def survival_problems(draft: Draft) -> list[Problem]:
    """Survival by age must have a number for each age below school."""
    study = draft.study
    if study is None or study.model.school_age is None:
        return []
    entry, ages = study.model.entry, study.model.school_age
    if not isinstance(entry.survival_per_year, tuple) or len(entry.survival_per_year) == ages:
        return []
    key = "survival_per_year" if entry.survivors is None else "survivors"
    found = len(entry.survival_per_year) if entry.survivors is None else len(entry.survivors)
    place = study.place("entry", key)
    return [error("SCN386", place, found, key=f"entry.{key}", needed=ages, oldest=ages - 1, column=ages + 2)]


def births_path_problems(draft: Draft) -> list[Problem]:
    """Problems of the births of every future against the registered ones and the women of the study."""
    if draft.study is None:
        return []
    study, known = draft.study.model, registered(draft)
    if known is None:  # the births table has mistakes that come first
        return []
    women = _women(draft, study)
    told, problems = False, []
    for future in draft.futures:
        births = future.model.births
        problems += _shocks(future, max(known, default=study.base_year - 1))
        if births.count is not None and known:
            problems += _count(future, births.count, known, study)
        if births.tfr is None:
            continue
        if women is None:
            found = "@no_population" if draft.tables.get("population") is None else "@no_women"
            place = future.place("births", "tfr")
            problems.append(error("SCN387", place, found, future=future.model.id, base_year=study.base_year))
            continue
        if women.gaps and not told:
            problems.append(_gaps(draft, women))
            told = True
        problems += _rates(future, births, women, known, study)
    return problems


def registered(draft: Draft) -> dict[int, float] | None:
    """Registered births of the county by calendar year; empty without a table, None where the table has mistakes."""
    table = draft.tables.get("births")
    if table is None or draft.study is None:
        return {}
    force = births_in_force(table, draft.study.model)
    if has_errors(force.problems):
        return None
    frame = table.frame[force.rows].dropna(subset=["year"])
    return {int(float(str(year))): float(births) for year, births in frame.groupby("year")["births"].sum().items()}


def _women(draft: Draft, study: StudyFile) -> WomenCount | None:
    population = draft.tables.get("population")
    return None if population is None else women_count(population.frame, _units(draft), study.base_year)


def _units(draft: Draft) -> tuple[str, ...]:
    return tuple(sorted(draft.ids.get("unit", frozenset())))


def _gaps(draft: Draft, women: WomenCount) -> Problem:
    table = draft.tables["population"]
    units = tuple(women.gaps)
    ages = women.gaps[units[0]]
    return error("SCN388", table.file, units, day=str(women.day), ages=ages)


def _shocks(future: Read[FutureFile], last: int) -> list[Problem]:
    problems, seen = [], set()
    for number, shock in enumerate(future.model.births.shocks):
        at = ("births", "shocks", number)
        if shock.from_year <= last:
            problems.append(error("SCN384", future.place(*at, "from"), shock.from_year, shock=shock.id, last=last))
        if shock.id in seen:
            problems.append(error("SCN385", future.place(*at, "id"), shock.id))
        seen.add(shock.id)
    return problems


def _first_unknown(known: dict[int, float], study: StudyFile) -> int:
    """First simulated calendar year without registered births."""
    return max(max(known, default=study.base_year - 1) + 1, study.base_year)


def _count(
    future: Read[FutureFile], path: dict[int, float], known: dict[int, float], study: StudyFile
) -> list[Problem]:
    recent = [known[year] for year in sorted(known)[-_LEVEL_YEARS:]]
    level = sum(recent) / len(recent)
    for year in range(_first_unknown(known, study), study.horizon + 1):
        if not min(path) <= year <= max(path):
            continue
        count = path_value(path, year)
        if not level / _JUMP_OF_COUNT <= count <= level * _JUMP_OF_COUNT:
            place = future.place("births", "count")
            name = future.model.id
            return [warning("SCN398", place, round(count, 1), future=name, year=year, level=round(level, 1))]
    return []


def _rates(
    future: Read[FutureFile], births: Births, women: WomenCount, known: dict[int, float], study: StudyFile
) -> list[Problem]:
    path = births.tfr or {}
    counted, start = women.day.year, min(path)
    schedule = births.schedule or study.fertility.schedule or load_fertility().schedule
    # Girls born before the rates begin are mothers of the horizon once they reach the first fertile age.
    youngest = min(schedule)
    needed = [year for year in range(counted, start) if year not in known and year + youngest <= study.horizon]
    place = future.place("births", "tfr")
    if needed:
        return [error("SCN399", place, start, missing=tuple(needed), needed=needed[0])]
    year = _first_unknown(known, study)
    near = min(known, key=lambda one: (abs(one - counted), one), default=None)
    if near is None or women.gaps or not start <= year <= max(path):
        return []
    mothers = float((fertility_shape(schedule) * women.count).sum())
    implied, rate = known[near] / max(mothers, 1e-9), path_value(path, year)
    if implied / _JUMP_OF_RATE <= rate <= implied * _JUMP_OF_RATE:
        return []
    name, shown = future.model.id, round(implied, 2)
    return [warning("SCN396", place, round(rate, 2), future=name, year=year, last=near, implied=shown)]
