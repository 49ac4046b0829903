"""Runs for the tests of chapters on plans and of documents: closures, buses, zones; one draw; a kindergarten."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

import pandas as pd

from reports.document import Band, Table
from reports.run_folder import RunFolder
from reports.study_card import GuardCard, OverrideCard, ProjectCard
from reports.table_shapes import SHAPES
from tests.reports import factory_numbers as f

FUTURE, PLAN = "baseline", "county-plan"
ODD = "“引号” <b>&'\" 😀 {x}"
"""A name that every writer must print as it is."""
CLOSED = ProjectCard(
    id="close-ps-07", name={"zh": "撤并坝芒教学点", "en": "Closure of Bamang"}, kind="closure", school="ps-07",
    cost=20.0, start="2024-09", receivers=("ps-05",), opens=2026, owner={"zh": "教育局", "en": "Bureau"},
    funding={"upper": 1.0},
)  # fmt: skip
SEATS = {"baseline": (400.0, 600.0, 1000.0), "fast": (300.0, 700.0, 1000.0)}
"""Future -> unused seats of the last year: mean and 95 % quantile, and seats."""
CAUSE = {"project": CLOSED.id, "kind": "wait", "cause": "budget", "probability": 0.5, "months": 4.0, "months_p90": 13.0}


def _frame(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(SHAPES[name].names))


def _cases(run: RunFolder, rows: Callable[[str], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [{"future": one.id, "plan": PLAN, **row} for one in run.study.futures for row in rows(one.id)]


def _steps(_: str) -> list[dict[str, Any]]:
    moved = {"p10": 2026, "p50": 2026, "p90": 2027, "years": 0, "moves": 0.0, "parts": "", "gains": "", "to": ""}
    primary = "1 2 3 4 5 6"
    return [
        {"order": 0, "what": "closes", "project": CLOSED.id, "school": "ps-07", "grades": primary, "units": "",
         "pupils": 85, **moved, "to": "ps-05"},
        {"order": 1, "what": "rezones", "project": "no4-primary", "school": "ps-04", "grades": primary,
         "units": "u09 u10 u14", "pupils": 300, **moved},
        {"order": 2, "what": "rezones", "project": "", "school": "ps-03 ps-05", "grades": primary, "units": "u14",
         "pupils": 40, **moved},
    ]  # fmt: skip


def _guards(future: str) -> list[dict[str, Any]]:
    chance = 0.6 if future == "fast" else 0.2
    return [
        {"project": CLOSED.id, "guard": guard, "year": 2025, "p": chance, "p_by": chance, "set_aside": 0}
        for guard in ("any", "travel")
    ]


def _beds(_: str) -> list[dict[str, Any]]:
    rest = {"diners": 100.0, "canteen_m2": 1.0, "dormitory_m2": 1.0, "life_teachers": 1.0}
    return [
        {"year": year, "school": "ny-01", "stage": stage, "pupils": 900.0, "boarders": 300.0, "p10": 250.0,
         "p50": 300.0, "p90": 360.0, "beds": beds, "p_short": 0.25, "short": 2.0, **rest}
        for year in (2026, f.WINDOW[1])
        for stage, beds in (("all", 320.0), ("primary", float("nan")))
    ]  # fmt: skip


def _buses(_: str) -> list[dict[str, Any]]:
    return [
        {"year": f.WINDOW[1], "bus": "b1", "school": "ps-05", "kind": "daily", "children": 12.5, "runs": 2, "km": 7.8,
         "minutes_walk": 84.0, "minutes_bus": 18.0, "saved": 66.0, "still_far": 0.0, "cost_per_year": 3.65}
    ]  # fmt: skip


def _unused(run: RunFolder) -> list[dict[str, Any]]:
    rows = []
    for future, (mean, high, seats) in SEATS.items():
        for indicator, numbers in (("unused", (mean, high)), ("seats", (seats, seats))):
            rows.append({"future": future, "plan": PLAN, "scope": "county", "entity": run.study.id,
                         "period": str(run.study.horizon), "indicator": indicator, "unit": "seat-years",
                         "mean": numbers[0], "p05": numbers[0], "p50": numbers[0], "p95": numbers[1]})  # fmt: skip
    return rows


def eventful(built: RunFolder, *, odd: str = "") -> RunFolder:
    """The run with building whose county plan closes a school, changes zones, runs a bus; odd: name of a school too."""
    closed = CLOSED.model_copy(update={"name": {"zh": odd, "en": odd}}) if odd else CLOSED
    cards = tuple(
        one.model_copy(update={
            "projects": (*(p.model_copy(update={"opens": 2026}) for p in one.projects), closed),
            "guards": (GuardCard(project=CLOSED.id, school="ps-07"),),
            "buses": {"b1": {"zh": "一号线", "en": "Line 1"}},
            "owner": {"zh": "县教育局", "en": "County bureau"},
        }) if one.id == PLAN else one
        for one in built.study.plans
    )  # fmt: skip
    tables = built.tables
    names = tables.school_list
    if odd:
        names = names.assign(name_zh=names["name_zh"].where(names["school"] != "ps-01", odd))
    causes = _cases(built, lambda _: [dict(CAUSE)])
    changed = replace(
        tables,
        school_list=names,
        plan_steps=_frame("plan_steps", _cases(built, _steps)),
        guards=_frame("guards", _cases(built, _guards)),
        boarding=_frame("boarding", _cases(built, _beds)),
        buses=_frame("buses", _cases(built, _buses)),
        unused=_frame("unused", _unused(built)),
        project_causes=pd.concat([tables.project_causes, _frame("project_causes", causes)], ignore_index=True),
    )
    overrides = (
        OverrideCard.model_validate({"name": {"zh": "改值", "en": "Changed"}, "set": {"a.b": "2"}, "from": 2025}),
    )
    study = built.study.model_copy(update={"plans": cards, "overrides": overrides})
    return replace(built, study=study, tables=changed)


def without_projects(run: RunFolder) -> RunFolder:
    """The run with its first plan alone, which builds nothing."""
    first = run.study.plans[0].model_copy(update={"projects": ()})
    study = run.study.model_copy(update={"plans": (first,), "headline_plan": None})
    return replace(run, study=study, tables=_rows(run, lambda frame: frame[frame["plan"] == first.id], "plan"))


def never_opening(run: RunFolder, project: str, chance: float) -> RunFolder:
    """The run in which a project does not open in so many draws; quantiles stay those of the draws in which it does."""
    projects = run.tables.projects
    never = projects["p_never"].where(projects["project"] != project, chance)
    return replace(run, tables=replace(run.tables, projects=projects.assign(p_never=never)))


def with_plan(run: RunFolder, plan: str, **changes: object) -> RunFolder:
    """The run in which the card of a plan says something else."""
    plans = tuple(one.model_copy(update=changes) if one.id == plan else one for one in run.study.plans)
    return replace(run, study=run.study.model_copy(update={"plans": plans}))


def with_headline(run: RunFolder, plan: str) -> RunFolder:
    """The run whose study names its headline plan."""
    return replace(run, study=run.study.model_copy(update={"headline_plan": plan}))


def one_draw(run: RunFolder) -> RunFolder:
    """The run as if it had been simulated once."""
    return replace(run, study=run.study.model_copy(update={"draws": 1}))


def kindergarten(run: RunFolder) -> RunFolder:
    """The run with a kindergarten in the place of its primary stage."""
    here = {"primary": "kindergarten"}
    stages = tuple(
        one.model_copy(update={"id": "kindergarten", "name": {"zh": "幼儿园", "en": "Kindergarten"}})
        if one.id == "primary" else one
        for one in run.study.stages
    )  # fmt: skip
    rules = tuple(
        one.model_copy(update={"stages": tuple(here.get(stage, stage) for stage in one.stages)})
        for one in run.study.rules
    )
    study = run.study.model_copy(update={"stages": stages, "rules": rules})
    return replace(
        run, study=study, tables=_rows(run, lambda frame: frame.assign(stage=frame["stage"].replace(here)), "stage")
    )


def _rows(run: RunFolder, change: Callable[[pd.DataFrame], pd.DataFrame], column: str) -> Any:
    frames = {one.name: getattr(run.tables, one.name) for one in fields(run.tables)}
    return replace(
        run.tables, **{name: change(frame) if column in frame.columns else frame for name, frame in frames.items()}
    )


def records(table: Table) -> list[dict[str, Any]]:
    """Rows by the keys of the columns."""
    return [dict(zip((column.key for column in table.columns), row, strict=True)) for row in table.rows]


def close_to(cell: object, row: Mapping[str, Any], names: tuple[str, str, str]) -> bool:
    """Whether a band holds the three numbers of a row."""
    return isinstance(cell, Band) and (cell.middle, cell.low, cell.high) == tuple(float(row[name]) for name in names)
