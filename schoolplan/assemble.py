"""The parts of a run folder that are not simulated: calendar and cash tables, lists, today's facts."""

from collections.abc import Iterable
from dataclasses import astuple

import numpy as np
import pandas as pd

from gis.zones import zone_history
from scenarios.bundle import Bundle
from schoolplan.prepare import Prepared
from sim.calendar_result import NEVER, Calendar
from sim.clauses_today import today_of_clauses
from sim.details import Details
from sim.estate_needs import estate_needs
from sim.expected_flows import expected_flows
from sim.judge import today_facts
from sim.ladders import whole
from sim.tables import history as history_array


def project_rows(prepared: Prepared, built: dict[str, Calendar]) -> pd.DataFrame:
    """Opening of every project by year; the same in every future."""
    rows = []
    for plan, calendar in built.items():
        projects = {p.id: p for p in prepared.bundle.plans[plan].projects}
        for i, name in enumerate(calendar.projects):
            project = projects[name]
            opens = calendar.opening_year[:, i]
            never = opens == NEVER
            when = np.quantile(opens[~never], [0.1, 0.5, 0.9], method="nearest") if (~never).any() else [np.nan] * 3
            causes = dict.fromkeys(cause.split(":")[0] for cause in calendar.waits)
            months = {cause: float(calendar.waited(cause)[:, i].mean()) for cause in causes}
            longest = max(months, key=lambda cause: months[cause])
            school = project.new.school if project.new is not None else project.school
            last = NEVER if project.until is None else project.until
            rows += [
                {
                    "plan": plan,
                    "project": name,
                    "kind": project.kind,
                    "school": school,
                    "year": year,
                    "p_open": float((opens <= year).mean()) if year <= last else 0.0,
                    "p10": when[0],
                    "p50": when[1],
                    "p90": when[2],
                    "p_never": float(never.mean()),
                    "waits_for": longest if months[longest] >= 0.5 else "nothing",
                }
                for year in prepared.model.years
            ]
    return _for_futures(prepared.bundle, rows, PROJECT_COLUMNS)


PROJECT_COLUMNS = (
    "future",
    "plan",
    "project",
    "kind",
    "school",
    "year",
    "p_open",
    "p10",
    "p50",
    "p90",
    "p_never",
    "waits_for",
)
CASH_COLUMNS = ("future", "plan", "year", "source", "kind", "mean", "p10", "p50", "p90", "unit")


def cash_rows(prepared: Prepared, built: dict[str, Calendar]) -> pd.DataFrame:
    """Spending by project and in all, and the budget, 万元 by calendar year; earlier payments in the base year."""
    rows = []
    for plan, calendar in built.items():
        spend = calendar.spend.copy()
        if spend.size:
            spend[:, :, 0] += calendar.spend_before
        parts = [(name, spend[:, i]) for i, name in enumerate(calendar.projects)] + [("all", spend.sum(axis=1))]
        budget = prepared.bundle.plans[plan].capital
        for j, year in enumerate(calendar.years):
            for name, values in parts:
                p10, p50, p90 = np.quantile(values[:, j], [0.1, 0.5, 0.9]) if values.size else (0.0, 0.0, 0.0)
                mean = float(values[:, j].mean()) if values.size else 0.0
                rows.append(
                    {"plan": plan, "year": year, "source": name, "kind": "spend", "mean": mean,
                     "p10": p10, "p50": p50, "p90": p90, "unit": "万元"}
                )  # fmt: skip
            money = float(budget.get(year, 0.0))
            rows.append(
                {"plan": plan, "year": year, "source": "all", "kind": "budget", "mean": money,
                 "p10": money, "p50": money, "p90": money, "unit": "万元"}
            )  # fmt: skip
        rows += _measure_costs(prepared.bundle, plan)
    return _for_futures(prepared.bundle, rows, CASH_COLUMNS)


def _measure_costs(bundle: Bundle, plan: str) -> list[dict[str, object]]:
    """Costs of the dated measures of a plan, in the calendar year of the September of their school year."""
    spent = [(year, one) for one in bundle.plans[plan].measures for year in range(one.first, one.last + 1) if one.cost]
    figures, same = ("mean", "p10", "p50", "p90"), {"plan": plan, "kind": "measure", "unit": "万元"}
    return [{**same, "year": year, "source": one.id, **dict.fromkeys(figures, one.cost)} for year, one in spent]


def _for_futures(bundle: Bundle, rows: list[dict[str, object]], columns: Iterable[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[c for c in columns if c != "future"])
    return pd.concat([frame.assign(future=name) for name in bundle.futures], ignore_index=True)[list(columns)]


def history_rows(prepared: Prepared) -> pd.DataFrame:
    """Enrolment on record, suppressed cells left out."""
    model = prepared.model
    grades = whole(model).grades
    pupils, years = history_array(prepared.bundle, model.layout.schools, grades)
    school, grade, year = np.nonzero(~np.isnan(pupils))
    return pd.DataFrame(
        {
            "school": np.array(model.layout.schools, dtype=object)[school],
            "grade": np.array(grades.names, dtype=object)[grade],
            "year": years[year],
            "pupils": pupils[school, grade, year],
        }
    )


def school_list(prepared: Prepared) -> pd.DataFrame:
    """Schools with places; new schools carry the project that opens them."""
    space, names = prepared.space, _school_names(prepared.bundle)
    rows = []
    for i, school in enumerate(space.schools):
        zh, en, first, last, opened_by = names[school]
        x, y = space.school_xy[i]
        rows.append((school, zh, en, round(float(x), 1), round(float(y), 1), first, last, opened_by))
    columns = ["school", "name_zh", "name_en", "x", "y", "first_grade", "last_grade", "opened_by"]
    return pd.DataFrame(rows, columns=columns)


def _school_names(bundle: Bundle) -> dict[str, tuple[str, str, str, str, str]]:
    out = {
        str(row.school): (str(row.name_zh), str(row.name_en), str(row.first_grade), str(row.last_grade), "")
        for row in bundle.tables["schools"].itertuples()
    }
    for plan in bundle.plans.values():
        for project in plan.projects:
            new = project.new
            if new is not None and new.school not in out:
                out[new.school] = (project.name.zh, project.name.en, new.first_grade, new.last_grade, project.id)
    return out


def zone_list(bundle: Bundle) -> pd.DataFrame:
    """Zones of every plan: those of the base year and every change."""
    frames = []
    for name, plan in bundle.plans.items():
        rows = zone_history(bundle.tables["zones"], plan).drop_duplicates()
        frames.append(rows.assign(plan=name, order=np.arange(len(rows))))
    return pd.concat(frames, ignore_index=True)


def need_rows(prepared: Prepared, built: dict[str, Calendar]) -> pd.DataFrame:
    """Schools that new housing needs by the clauses in force, and whether each plan builds them in time in a future."""
    opening: dict[str, dict[str, float]] = {}
    for plan, calendar in built.items():
        opening[plan] = {}
        for i, name in enumerate(calendar.projects):
            half = float(np.quantile(calendar.opening_year[:, i], 0.5, method="nearest"))
            opening[plan][name] = float("nan") if half == NEVER else half
    return estate_needs(prepared.bundle, opening)


FLOW_COLUMNS = ("future", "stream", "year", "stated", "acting", "unit")


def flow_rows(prepared: Prepared) -> pd.DataFrame:
    """Children a year of every stream of every future, on the children of the base year."""
    rows = [
        (flow.future, flow.stream, year, float(stated), float(acting), "children")
        for flow in expected_flows(prepared.bundle, prepared.model)
        for year, stated, acting in zip(prepared.model.years, flow.stated, flow.acting, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(FLOW_COLUMNS))


def today_rows(prepared: Prepared, details: Details) -> pd.DataFrame:
    """Limits broken in the base year: facts, not probabilities; of rules, then of clauses."""
    model, study = prepared.model, prepared.bundle.study.id
    rows: list[tuple[object, ...]] = [
        (bound.code, scope, stage, model.layout.schools[school], value, limit, over)
        for bound, scope, stage, school, value, limit, over in today_facts(model, prepared.assessment.bounds)
    ]
    rows += [astuple(fact) for fact in today_of_clauses(model, details, prepared.assessment, study)]
    return pd.DataFrame(rows, columns=["rule", "scope", "stage", "entity", "value", "bound", "pupils_over"])
