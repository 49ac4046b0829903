"""`schoolplan yearly RUN --last LAST`: the yearly analysis report, from this year's run and last year's papers."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from reports.i18n import Labels, language
from reports.run_errors import RunError
from reports.run_folder import RunFolder
from reports.score_view import ScoreView
from reports.view import view
from reports.yearly import yearly as make
from reports.yearly_data import Scored, Yearly
from scenarios.problems import Problem
from scenarios.score_tables import Register
from schoolplan.document_order import write_documents
from schoolplan.score_cases import Said, meet
from schoolplan.score_said import said_of, said_of_run
from schoolplan.score_verdicts import settled_verdicts
from schoolplan.snapshots import locked_manifest
from sim.register_scores import largest_misses, score_rows

MISSES = 10


@dataclass(frozen=True)
class Ask:
    """What the report is made from beside this year's run, and how it is written."""

    last: Path | None = None
    """Last year's run folder."""
    snapshot: Path | None = None
    """Folder of `snapshot` (or `forecast`) of last year."""
    plan: str | None = None
    """Plan of last year's run whose rolls are scored; default the one without projects."""
    formats: tuple[str, ...] = ("html",)
    out: Path | None = None
    lang: str = "zh"
    options: dict[str, object] = field(default_factory=dict)
    """What else the writers take, as `schoolplan.paper_formats.Order`."""


def yearly(run: Path | str, ask: Ask, told: list[Problem]) -> list[Path]:
    """Write the report; returns the files. told: takes what was left out and why.

    Raises RunError (a folder that is no run, RUN009 another study, RUN130 not an earlier year) or ScenarioError (SCO005
    and others where last year's forecast cannot be held to this year's register).
    """
    folder = RunFolder.read(run)
    made = gathered(folder, ask, told)
    name = ask.lang if ask.options.get("public") is None else f"{ask.lang}-public"
    place = ask.out if ask.out is not None else folder.path / "papers" / name
    return write_documents([make(made)], ask.formats, place, told, **ask.options)


def gathered(run: RunFolder, ask: Ask, told: list[Problem]) -> Yearly:
    """Everything the report tells of."""
    last = None if ask.last is None else RunFolder.read(ask.last)
    if last is not None:
        _check(run, last)
    scores = _scores(run, last, ask, told)
    origins = [last.study.base_year] if last is not None else [one.view.origin for one in scores]
    before = min(origins, default=run.study.base_year - 1)
    return Yearly(view(run, ask.lang), last, tuple(scores), before)


def _check(run: RunFolder, last: RunFolder) -> None:
    if last.study.id != run.study.id:
        raise RunError("RUN009", last.path, found=f"{last.study.id}, {run.study.id}")
    if last.study.base_year >= run.study.base_year:
        raise RunError("RUN130", last.path, last=last.study.base_year, now=run.study.base_year)


def _scores(run: RunFolder, last: RunFolder | None, ask: Ask, told: list[Problem]) -> list[Scored]:
    register = register_of(run, ask.lang)
    found = []
    if ask.snapshot is not None:
        said, _ = said_of(ask.snapshot, register)
        found.append(_scored("snapshot", ask.snapshot, said, register, pd.DataFrame(), ask, told))
    if last is not None:
        said, chosen = said_of_run(last, ask.plan)
        verdicts = settled_verdicts(last, chosen, register)
        found.append(_scored("run", last.path, said, register, verdicts, ask, told))
    return found


def register_of(run: RunFolder, lang: str) -> Register:
    """What this year's run has on record up to its base year, as a register."""
    rows = run.tables.history
    rows = rows[rows["year"] <= run.study.base_year].assign(district="", suppressed=False)
    kept = rows[["school", "grade", "year", "pupils", "district", "suppressed"]].astype({"year": "int64"})
    return Register(kept.reset_index(drop=True), run.school_names(lang), (), run.path)


def _scored(
    kind: str, folder: Path, said: Said, register: Register, verdicts: pd.DataFrame, ask: Ask, told: list[Problem]
) -> Scored:
    year = int(register.rows["year"].max())
    if year not in set(said.rows["year"]):
        bounds = {"first": int(said.rows["year"].min()), "last": int(said.rows["year"].max())}
        raise RunError("SCO007", folder, found=str(year), **bounds)
    met = meet(said, register, [year])
    if met.cases.empty:
        known = tuple(said.rows.loc[said.rows["school"] != "", "school"].unique()[:3].tolist())
        raise RunError("SCO015", folder, known=known)
    told.extend(met.problems)
    level = "school" if (met.cases["level"] == "school").any() else "school-grade"
    shown = ScoreView(
        title=folder.resolve().name,
        register=register.file.name,
        origin=said.origin,
        table=score_rows(met.cases),
        misses=largest_misses(met.cases[met.cases["level"] == level], MISSES),
        verdicts=verdicts,
        vanished=met.vanished,
        appeared=met.appeared,
        names=register.names,
        labels=Labels(language(ask.lang)),
        locked=bool(locked_manifest(folder)),
        run=kind == "run",
    )
    return Scored(kind, shown, met.cases)
