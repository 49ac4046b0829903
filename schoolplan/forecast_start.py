"""What a forecast starts from, a table or a study, in one form; and the start from a bare table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.forecast_tables import ForecastTables, read_forecast_tables
from scenarios.problems import Problem, ScenarioError, error
from schoolplan.error_record import Recorded, recorded_for
from schoolplan.forecast_panel import closings_of, gone_schools, panel_of
from schoolplan.manifest import hashes
from schoolplan.progress import Progress
from sim.births_ahead import entrants_ahead
from sim.draws import joint_draws
from sim.forecast_rows import Closing, forecast_rows, with_closings
from sim.learning import learn
from sim.panel import Panel
from sim.path import Path as Forecast

YEARS, DRAWS, SEED = 5, 500, 1
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Ask:
    """What the caller may choose; None = the default of a table, or what the scenario of a study says."""

    years: int | None = None
    births: Path | None = None
    events: Path | None = None
    out: Path | None = None
    draws: int | None = None
    seed: int | None = None
    masked: tuple[int, ...] = ()
    errors: Path | None = None
    """Record of errors of scored forecasts; none = that of `scores/` beside the table, if its forecasts are there."""
    lang: str = "zh"


@dataclass(frozen=True)
class Chosen:
    """What is drawn: years ahead, joint draws, seed."""

    years: int = YEARS
    draws: int = DRAWS
    seed: int = SEED


@dataclass(frozen=True)
class Predicted:
    """The path from the last year, and the rows drawn around it."""

    path: Forecast
    rows: pd.DataFrame


@dataclass(frozen=True)
class Outset:
    """A past that is known and how it is forecast.

    history: school, grade, year, pupils (NaN = withheld), district.  panel: the same as arrays; `tested`: the panel
    that tells how far to trust it, where it is another.  problems: everything told on the way.  inputs: hashes by name.
    base: the table or the study's folder without suffix, beside which `scores/` lies.  about: of the manifest.
    """

    title: str
    base: Path
    files: tuple[Path, ...]
    inputs: Mapping[str, str]
    history: pd.DataFrame
    name: Callable[[str], str]
    panel: Panel
    problems: tuple[Problem, ...]
    ask: Ask
    chosen: Chosen
    predict: Callable[[Progress], Predicted]
    tested: Panel | None = None
    stages: Names = field(default_factory=dict)
    about: Mapping[str, object] = field(default_factory=dict)
    synthetic: bool = False
    """Whether the study says that its data are made up; a table alone cannot."""


def of_table(file: Path, ask: Ask) -> Outset:
    """A table with optional births and events. Raises ScenarioError (also FOR025, FOR034: no pupils to start from)."""
    tables = read_forecast_tables(file, ask.births, ask.events)
    start = panel_of(tables, ask.masked)
    base = file.with_suffix("")
    recorded = recorded_for(base, start.panel, ask.errors)
    problems = (*tables.problems, *start.problems, *gone_schools(tables, start.panel), *recorded.problems)
    chosen = Chosen(ask.years or YEARS, ask.draws or DRAWS, SEED if ask.seed is None else ask.seed)
    _check_start(start.panel, tables, ask)
    closings = closings_of(tables, start.panel)
    files = (*tables.files, *recorded.files)
    return Outset(
        title=tables.files[0].stem,
        base=base,
        files=files,
        inputs=hashes(files),
        history=tables.history,
        name=tables.name,
        panel=start.panel,
        problems=problems,
        ask=ask,
        chosen=chosen,
        predict=lambda say: predicted(start.panel, chosen, recorded, say, closings),
    )


def _check_start(panel: Panel, tables: ForecastTables, ask: Ask) -> None:
    last = int(panel.years[-1])
    if not panel.known[:, :, -1].any():
        code = "FOR034" if last in ask.masked else "FOR025"
        raise ScenarioError([*tables.problems, error(code, tables.files[0].as_posix(), last)])


def predicted(
    panel: Panel,
    chosen: Chosen,
    recorded: Recorded,
    say: Progress,
    closings: list[Closing] | None = None,
    stages: tuple[str, ...] = (),
) -> Predicted:
    """The path from the last year of a panel, and the rows drawn around it; stages: of each grade, for rows of them."""
    path, processes = learn(panel, chosen.years, recorded.record)
    offered = np.asarray(~np.isnan(path.log_pupils).any(axis=2))
    say("draws", 0, 1)
    intake = entrants_ahead(panel, chosen.years, chosen.seed, chosen.draws)
    pupils = joint_draws(path, panel, processes, chosen.seed, chosen.draws, intake)
    say("draws", 1, 1)
    moved = with_closings(pupils, offered, panel.district_of, closings or [])
    return Predicted(path, forecast_rows(panel, moved, path.origin, stages=stages))
