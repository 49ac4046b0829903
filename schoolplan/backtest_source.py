"""What `backtest` is given: a bare table, or a study with its enrolment, births and seats."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.forecast_tables import read_forecast_tables
from scenarios.loader import bundle_of, read_any
from scenarios.problems import Problem, ScenarioError, error, note
from schoolplan.forecast_panel import panel_of
from sim.panel import Panel
from sim.study_panel import panel_of_study, planned_seats

STUDY = {".yaml", ".yml"}


@dataclass(frozen=True)
class Source:
    """A history to be tested, where it comes from, and what was told on the way."""

    title: str
    place: str
    """File as problems name it."""
    files: tuple[Path, ...]
    panel: Panel
    problems: tuple[Problem, ...]
    seats: Mapping[str, float] = field(default_factory=dict)
    """Planned seats by school; empty where nothing says them."""
    synthetic: bool = False
    """Whether the study says that its data are made up; a table alone cannot."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Name of the study by language; empty for a table."""


def is_study(path: Path) -> bool:
    """Whether a file is that of a study or scenario, not a table."""
    return path.suffix in STUDY


def of_table(file: Path, births: Path | None, events: Path | None, masked: Collection[int]) -> Source:
    """A table as of `forecast`. Raises ScenarioError."""
    tables = read_forecast_tables(file, births, events)
    start = panel_of(tables, masked)
    place, problems = tables.files[0].as_posix(), (*tables.problems, *start.problems)
    return Source(tables.files[0].stem, place, tables.files, start.panel, problems)


def of_study(file: Path, births: Path | None, events: Path | None, masked: Collection[int]) -> Source:
    """A study.yaml, or a scenario file, whose study is taken. Raises ScenarioError (FOR053: tables given beside it)."""
    beside = tuple(f"--{name}" for name, path in (("births", births), ("events", events)) if path is not None)
    if beside:
        raise ScenarioError([error("FOR053", file.as_posix(), beside)])
    draft, problems = read_any(file)
    bundle = bundle_of(draft, problems)
    if bundle is None:
        raise ScenarioError(problems)
    table = bundle.tables.get("enrolment")
    if table is None or not (table["year"] <= bundle.study.base_year).any():
        raise ScenarioError([*problems, error("FOR054", bundle.study_file, base=bundle.study.base_year)])
    panel = panel_of_study(bundle)
    years = tuple(int(year) for year in panel.years)
    foreign = tuple(sorted(set(masked) - set(years)))
    if foreign:
        raise ScenarioError([*problems, error("FOR030", file.as_posix(), foreign, known=years)])
    seats = {school: count for school, count in planned_seats(bundle).items() if count > 0.0}
    told = [note("FOR033", file.as_posix(), tuple(sorted(masked)))] if masked else []
    told.append(note("FOR055", bundle.study_file, bundle.study.id, schools=len(panel.schools), seats=len(seats)))
    if masked:
        panel = panel.masked(sorted(masked))
    about = (bundle.study.synthetic, {"zh": bundle.study.name.zh, "en": bundle.study.name.en})
    return Source(bundle.study.id, bundle.study_file, bundle.files, panel, (*problems, *told), seats, *about)


def source_of(path: Path, births: Path | None, events: Path | None, masked: Collection[int]) -> Source:
    """A table or a study, by the name of its file. Raises ScenarioError."""
    return (of_study if is_study(path) else of_table)(path, births, events, masked)
