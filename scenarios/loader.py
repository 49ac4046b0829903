"""Reading a scenario: every file it names, every check, all problems at once. Start reading here.

`load` gives the checked bundle or raises ScenarioError with all problems; `check` gives the problems and never raises
for bad input. Nothing is repaired: what is wrong is told, with its place and how to mend it.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from scenarios.attendance_defaults import beyond_zone
from scenarios.births_in_force import in_force
from scenarios.boarding_defaults import load_boarding
from scenarios.bundle import Bundle, StudyBundle
from scenarios.closure_defaults import guard_values
from scenarios.crosscheck import cross_problems
from scenarios.crosscheck_alerts import alert_rules
from scenarios.draft import Draft
from scenarios.fertility import load_fertility
from scenarios.housing_defaults import housing_of
from scenarios.money_defaults import money_of
from scenarios.problems import Problem, ScenarioError, has_errors, in_order
from scenarios.reader import Reader, is_study
from scenarios.room_norms import room_norms, rooms_pack_file
from scenarios.staff_defaults import staff_of
from scenarios.table_said import said_of_tables
from scenarios.tables import typed

_PLACED = (
    *(("units", "name_zh"), ("schools", "school"), ("schools", "name_zh"), ("schools", "lon")),
    ("demand_points", "point"),
    *(("parcels", "parcel"), ("parcels", "area_m2"), ("parcel_log", "entry")),
)
"""Columns whose cells the gis room names in its messages."""


def load(path: Path) -> Bundle:
    """Read and check a scenario file and everything it names. Raises ScenarioError with all problems at once."""
    bundle, problems = read(path)
    if bundle is None:
        raise ScenarioError(problems)
    return bundle


def read(path: Path) -> tuple[Bundle | None, list[Problem]]:
    """A checked scenario (None if an error stops it) and all problems, in file order."""
    draft, problems = read_draft(path)
    return (None if has_errors(problems) else _bundle(draft, problems)), problems


def read_any(path: Path) -> tuple[Draft, list[Problem]]:
    """What can be read of a scenario file or of a study file alone, and all problems."""
    return read_study_draft(path) if is_study(path) else read_draft(path)


def bundle_of(draft: Draft, problems: list[Problem]) -> StudyBundle | None:
    """The checked scenario (a `Bundle`) or study of a draft, None if an error stops it."""
    if has_errors(problems):
        return None
    return _study_bundle(draft, problems) if draft.alone else _bundle(draft, problems)


def units_only(draft: Draft, problems: list[Problem]) -> StudyBundle | None:
    """A study that an error stops, as far as its units go, so that the layer can be checked all the same.

    None if the study, its standards or its units table have a mistake themselves.
    """
    table = draft.tables.get("units")
    if draft.study is None or draft.pack is None or table is None:
        return None
    own = (table.file, draft.study.source.file)
    if any(problem.severity == "error" and problem.place.startswith(own) for problem in problems):
        return None
    return _study_bundle(replace(draft, tables={"units": table}), problems)


def load_study(path: Path) -> StudyBundle:
    """Read and check a study file alone and what it names. Raises ScenarioError with all problems at once."""
    study, problems = read_study(path)
    if study is None:
        raise ScenarioError(problems)
    return study


def read_study(path: Path) -> tuple[StudyBundle | None, list[Problem]]:
    """A checked study without a scenario (None if an error stops it) and all problems, in file order."""
    draft, problems = read_study_draft(path)
    return (None if has_errors(problems) else _study_bundle(draft, problems)), problems


def check(path: Path) -> list[Problem]:
    """Errors, warnings and notes of a scenario, or of a study alone, in file order; empty if nothing is to be said."""
    return read_any(path)[1]


def read_draft(path: Path) -> tuple[Draft, list[Problem]]:
    """Everything that can be read of a scenario, and all problems."""
    reader = Reader(path)
    draft = reader.draft()
    return draft, in_order([*reader.problems, *_between_tables(draft)])


def read_study_draft(path: Path) -> tuple[Draft, list[Problem]]:
    """Everything that can be read of a study file alone, and all problems; what only a run needs is a warning."""
    reader = Reader(path)
    draft = reader.study_draft()
    return draft, in_order([*reader.problems, *_between_tables(draft)])


def _between_tables(draft: Draft) -> list[Problem]:
    return said_of_tables(cross_problems(draft), {table.file: table.text.spec for table in draft.tables.values()})


def _study_bundle(draft: Draft, warnings: Iterable[Problem]) -> StudyBundle:
    if draft.study is None or draft.pack is None:
        raise AssertionError("a draft without errors is whole")
    return StudyBundle(
        root=draft.root,
        study=draft.study.model,
        study_file=draft.study.source.file,
        study_root=draft.study_root,
        pack=draft.pack,
        tables={name: typed(in_force(table, draft.study.model)) for name, table in draft.tables.items()},
        files=(*draft.files, rooms_pack_file()) if "rooms" in draft.tables else draft.files,
        warnings=tuple(warnings),
        places={
            f"{name}.{column}": draft.tables[name].places(column) for name, column in _PLACED if name in draft.tables
        },
        school_rows={
            name: (table.file, table.rows_by("school"))
            for name, table in draft.tables.items()
            if "school" in table.frame.columns
        },
        rooms=room_norms(draft.study.model, draft.pack),
        boarding=load_boarding(),
        staff=staff_of(draft.study.model.staff),
        money=money_of(draft.study.model.money),
        beyond=beyond_zone(draft.study.model.admission.beyond_zone),
        closures=guard_values(draft.study.model.closures),
        fertility=load_fertility(),
        housing=housing_of({name: table.frame for name, table in draft.tables.items()}),
        facility_packs=draft.facility_packs,
        alerts=alert_rules(draft.study.model, draft.alert_pack),
        alert_pack=draft.alert_pack,
    )


def _bundle(draft: Draft, warnings: Iterable[Problem]) -> Bundle:
    if draft.scenario is None:
        raise AssertionError("a draft without errors is whole")
    places = {
        read.model.id: {one.id: read.place("projects", i) for i, one in enumerate(read.model.projects)}
        for read in draft.plans
    }
    return Bundle(
        **{**vars(_study_bundle(draft, warnings)), "project_places": places},
        scenario=draft.scenario.model,
        futures={read.model.id: read.model for read in draft.futures},
        plans={read.model.id: read.model for read in draft.plans},
        in_force=draft.in_force,
    )
