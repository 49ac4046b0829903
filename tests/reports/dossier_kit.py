"""Runs and readers for the tests of the dossier's tables T1 to T6."""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from reports import dossier_demand, dossier_gap, dossier_options, dossier_sites, dossier_size, dossier_state
from reports.document import Band, Block, Cell, Paragraph, Table
from reports.run_folder import RunFolder
from reports.table_shapes import SHAPES, RunTables
from reports.view import View, view
from tests.reports import factory, factory_facts

CHAPTERS: Mapping[str, Callable[[View], list[Block]]] = {
    "state": dossier_state.chapter,
    "demand": dossier_demand.chapter,
    "gap": dossier_gap.chapter,
    "size": dossier_size.chapter,
    "options": dossier_options.chapter,
    "sites": dossier_sites.chapter,
}


def table_of(blocks: Iterable[Block], key: str) -> Table:
    """The table of a chapter by its key."""
    return next(block for block in blocks if isinstance(block, Table) and block.key == key)


def tables_of(seen: View) -> dict[str, Table]:
    """All tables of the six chapters by key."""
    blocks = [block for chapter in CHAPTERS.values() for block in chapter(seen)]
    found = [block for block in blocks if isinstance(block, Table)]
    assert len({table.key for table in found}) == len(found)
    return {table.key: table for table in found}


def lead(run: RunFolder, name: str, lang: str = "zh") -> str:
    """The finding at the head of a chapter."""
    blocks = CHAPTERS[name](view(run, lang))
    return next(block.text for block in blocks if isinstance(block, Paragraph) and block.style == "lead")


def number(cell: Cell) -> float | None:
    """A cell as a number: the middle of a band."""
    if isinstance(cell, Band):
        return cell.middle
    return None if cell is None or isinstance(cell, str) else float(cell)  # type: ignore[arg-type]


def records(table: Table) -> list[dict[str, Any]]:
    """Rows by the keys of the columns."""
    return [dict(zip((column.key for column in table.columns), row, strict=True)) for row in table.rows]


def sized(tables: Mapping[str, Table]) -> dict[str, dict[str, Any]]:
    """Rows of both parts of T4 by the project: what it brings, and its school afterwards; the totals of the first."""
    uses = {row["project"]: row for row in records(tables["t4_use"])}
    return {str(row["project"]): {**row, **uses.get(row["project"], {})} for row in records(tables["t4"])}


def file_of(run: RunFolder, name: str) -> pd.DataFrame:
    """A table of a run folder as any other program reads it."""
    path = run.path / name
    return pd.read_csv(path, encoding="utf-8-sig") if path.suffix == ".csv" else pd.read_parquet(path)


def earlier(target: Path) -> RunFolder:
    """A run folder without the tables of facts, as earlier versions wrote it."""
    made = factory_facts.tables()
    names = (
        "school_facts",
        "stage_facts",
        "classes_today",
        "project_facts",
        "registered_births",
        "parcels",
        "parcel_checks",
        "site_demand",
    )
    run = factory_facts.make(target, made)
    for name in names:
        (run.path / SHAPES[name].file).unlink()
    return RunFolder.read(run.path)


def csv_rows(run: RunFolder, name: str) -> list[dict[str, str]]:
    """A csv file of the run as text."""
    with (run.path / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def cells(run: RunFolder, table: str, indicator: str, plan: str, future: str = "baseline") -> pd.DataFrame:
    frame = file_of(run, f"{table}.parquet")
    kept = frame[(frame["indicator"] == indicator) & (frame["plan"] == plan) & (frame["future"] == future)]
    return kept.set_index(["entity", "stage", "year"])


def names(run: RunFolder) -> dict[str, str]:
    """Chinese name -> id of a school."""
    return {row["name_zh"]: row["school"] for row in csv_rows(run, "inputs/schools.csv")}


def _only(made: RunTables, column: str, wanted: tuple[str, ...]) -> RunTables:
    """Tables with the rows of some plans or futures alone."""
    changed = {}
    for name, frame in vars(made).items():
        kept = frame
        for each in {"plan": ("plan", "plan_a", "plan_b"), "future": ("future",)}[column]:
            if each in kept.columns:
                kept = kept[kept[each].isin(wanted)]
        changed[name] = kept
    return replace(made, **changed)


def one_plan(target: Path) -> RunFolder:
    """A run of doing nothing alone, without projects."""
    card = factory.study()
    plans = [plan for plan in card["plans"] if plan["id"] == "do-nothing"]  # type: ignore[attr-defined]
    made = _only(factory_facts.tables(), "plan", ("do-nothing",))
    schools = made.school_list[made.school_list["opened_by"] == ""]
    return factory_facts.make(target, replace(made, school_list=schools), plans=plans)


def all_built(target: Path) -> RunFolder:
    """A run of two plans that both build; the first one is what the other is held against."""
    card = factory.study()
    plans = [plan for plan in card["plans"] if plan["id"] != "do-nothing"]  # type: ignore[attr-defined]
    made = _only(factory_facts.tables(), "plan", ("county-plan", "compact"))
    return factory_facts.make(target, made, plans=plans)


def one_future(target: Path) -> RunFolder:
    """A run of the reference future alone."""
    card = factory.study()
    futures = [future for future in card["futures"] if future["id"] == "baseline"]  # type: ignore[attr-defined]
    return factory_facts.make(target, _only(factory_facts.tables(), "future", ("baseline",)), futures=futures)


def hostile(target: Path) -> RunFolder:
    """Names with quotes, angle brackets, a formula and an emoji; a stage of kindergarten that has no pupils."""
    made = factory_facts.tables()
    schools = made.school_list.assign(name_zh='=1+1 "第一" <b>🏫</b>', name_en='O\'Neil & Sons / "A" 🏫')
    stages = [
        {"id": "kindergarten", "name": {"zh": "幼儿园", "en": "Kindergarten"}, "grades": ["K1", "K2"]},
        *factory.study()["stages"],  # type: ignore[misc]
    ]
    return factory_facts.make(target, replace(made, school_list=schools), stages=stages)


def without_zones(target: Path) -> RunFolder:
    """A run without early warning, townships and ways to school."""
    made = factory_facts.tables()
    empty = {name: getattr(made, name).iloc[:0] for name in ("alerts", "access", "zone_list", "parcels", "site_demand")}
    checks = factory_facts.parcel_checks(("~none",))
    return factory_facts.make(target, replace(made, **empty, parcel_checks=checks), alerts=None)


VARIANTS: Mapping[str, Callable[[Path], RunFolder]] = {
    "facts": factory_facts.make,
    "earlier": earlier,
    "one_plan": one_plan,
    "one_future": one_future,
    "hostile": hostile,
    "without_zones": without_zones,
}
"""Runs that every chapter must stand."""
