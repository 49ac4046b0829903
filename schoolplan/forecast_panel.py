"""From the tables of a forecast to the arrays that the simulation works on."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from scenarios.forecast_specs import entry_age, stages_of
from scenarios.forecast_tables import ForecastTables
from scenarios.problems import Problem, ScenarioError, error, note, tell, warning
from sim.forecast_rows import Closing
from sim.panel import Panel, births_from_rows, panel_from_rows


@dataclass(frozen=True)
class Start:
    """A panel, and what was told on the way to it."""

    panel: Panel
    problems: tuple[Problem, ...]


def panel_of(tables: ForecastTables, masked: Collection[int] = ()) -> Start:
    """The history as a panel, births included. Raises ScenarioError for a year of `masked` that is not there."""
    file = tables.files[0].as_posix()
    years = tuple(sorted(int(year) for year in tables.history["year"].unique()))
    foreign = tuple(sorted(set(masked) - set(years)))
    if foreign:
        raise ScenarioError([*tables.problems, error("FOR030", file, foreign, known=years)])
    panel = panel_from_rows(tables.history, tables.grades, sorted(masked))
    panel = replace(panel, stages=stages_of(tables.grades))
    if tables.births is not None:
        age = entry_age(tables.grades)
        panel = replace(panel, births=births_from_rows(tables.births, panel.districts, age))
    told = [note("FOR033", file, tuple(sorted(masked)))] if masked else []
    return Start(panel, tuple(told))


def gone_schools(tables: ForecastTables, panel: Panel) -> Sequence[Problem]:
    """A warning that names the schools without pupils in the last year; parts of parted series are none."""
    last: list[bool] = np.asarray(panel.hosts[:, :, -1].any(axis=1)).tolist()
    ever: list[bool] = np.asarray(panel.hosts.any(axis=(1, 2))).tolist()
    gone = [school for school, here, was in zip(panel.schools, last, ever, strict=True) if was and not here]
    named = tuple(tables.name(school) for school in gone if "~" not in school)
    if not named:
        return []
    place = tables.files[0].as_posix()
    return [warning("FOR023", place, named, count=len(named), last=int(panel.years[-1]))]


def bare_place(place: str, files: Sequence[Path]) -> str:
    """A place without the folder of its file: papers are read elsewhere."""
    whole = next((path for path in files if place.startswith(path.as_posix())), None)
    return place if whole is None else whole.name + place[len(whole.as_posix()) :]


def told_of(problems: Iterable[Problem], files: Sequence[Path], lang: str) -> tuple[tuple[str, str, str], ...]:
    """Problems as papers show them: severity, bare place, what is told."""
    return tuple((one.severity, bare_place(one.place, files), tell(one, lang).what) for one in problems)


def closings_of(tables: ForecastTables, panel: Panel) -> list[Closing]:
    """Closures to come, by place in the panel; schools that are not in it any more are left out."""
    place = {school: number for number, school in enumerate(panel.schools)}
    origin = int(panel.years[-1])
    return [
        Closing(place[one.school], one.year - origin, place.get(one.receiver, -1))
        for one in tables.events.closings
        if one.school in place
    ]
