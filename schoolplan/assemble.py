"""The parts of a run folder that are not simulated: calendar and cash tables, lists, today's facts, the study card."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from gis.zones import zone_history
from scenarios.bundle import Bundle
from scenarios.schema_base import Names
from scenarios.schema_plan import PlanFile
from schoolplan.prepare import Options, Prepared
from sim.bounds import ROOMS_RULE
from sim.calendar_result import NEVER, Calendar
from sim.judge import today_facts
from sim.tables import history as history_array

ROOMS_CLAUSE = {
    "zh": "每个有学生的年级至少有一间普通教室(本软件的检查)",
    "en": "Every grade with pupils has a general classroom (a check of this program)",
}


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
            months = {cause: float(waits[:, i].mean()) for cause, waits in calendar.waits.items()}
            longest = max(months, key=lambda cause: months[cause])
            school = project.new.school if project.new is not None else project.school
            rows += [
                {
                    "plan": plan, "project": name, "kind": project.kind, "school": school, "year": year,
                    "p_open": float((opens <= year).mean()), "p10": when[0], "p50": when[1], "p90": when[2],
                    "p_never": float(never.mean()),
                    "waits_for": longest if months[longest] >= 0.5 else "nothing",
                }
                for year in prepared.model.years
            ]
    return _for_futures(prepared.bundle, rows, PROJECT_COLUMNS)


PROJECT_COLUMNS = (
    "future", "plan", "project", "kind", "school", "year", "p_open", "p10", "p50", "p90", "p_never", "waits_for",
)
CASH_COLUMNS = ("future", "plan", "year", "source", "kind", "mean", "p10", "p50", "p90", "unit")


def cash_rows(prepared: Prepared, built: dict[str, Calendar]) -> pd.DataFrame:
    """Spending by project and in all, and the budget, 万元 by calendar year; payments before the base year stand in it."""
    rows = []
    for plan, calendar in built.items():
        spend = calendar.spend.copy()
        if spend.size:
            spend[:, :, 0] += calendar.spend_before
        parts = [(name, spend[:, i]) for i, name in enumerate(calendar.projects)] + [("all", spend.sum(axis=1))]
        budget = prepared.bundle.plans[plan].budget
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
    return _for_futures(prepared.bundle, rows, CASH_COLUMNS)


def _for_futures(bundle: Bundle, rows: list[dict[str, object]], columns: Iterable[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[c for c in columns if c != "future"])
    return pd.concat([frame.assign(future=name) for name in bundle.futures], ignore_index=True)[list(columns)]


def history_rows(prepared: Prepared) -> pd.DataFrame:
    """Enrolment on record, suppressed cells left out."""
    model = prepared.model
    pupils, years = history_array(prepared.bundle, model.layout.schools, model.grades)
    school, grade, year = np.nonzero(~np.isnan(pupils))
    return pd.DataFrame(
        {
            "school": np.array(model.layout.schools, dtype=object)[school],
            "grade": np.array(model.grades.names, dtype=object)[grade],
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
    frames = [zone_history(bundle.tables["zones"], plan).assign(plan=name) for name, plan in bundle.plans.items()]
    return pd.concat(frames, ignore_index=True).drop_duplicates()


def today_rows(prepared: Prepared) -> pd.DataFrame:
    """Limits broken in the base year: facts, not probabilities."""
    model = prepared.model
    rows = [
        (bound.code, scope, stage, model.layout.schools[school], value, limit, over)
        for bound, scope, stage, school, value, limit, over in today_facts(model, prepared.assessment.bounds)
    ]
    return pd.DataFrame(rows, columns=["rule", "scope", "stage", "entity", "value", "bound", "pupils_over"])


def study_card(prepared: Prepared, chosen: Options) -> dict[str, object]:
    """`study.json`: what was simulated, with the names and clauses a reader needs."""
    bundle, study, rule_list = prepared.bundle, prepared.bundle.study, prepared.assessment.bounds
    limits = {bound.code for bound in rule_list}
    rules: list[dict[str, object]] = [
        {"code": rule.code, "clause": _both(rule.clause), "indicator": rule.indicator, "stages": list(rule.stages),
         "scope": rule.scope, "bound": rule.bound, "unit": rule.unit, "valid_from": str(rule.valid_from),
         "source": rule.source.zh, "source_grade": rule.source_grade}
        for rule in bundle.pack.rules if rule.code in limits
    ]  # fmt: skip
    rules.append({"code": ROOMS_RULE, "clause": ROOMS_CLAUSE, "indicator": "rooms", "stages": [s.id for s in study.stages],
                  "scope": "school", "bound": 0, "unit": "grades", "source": "schoolplan", "source_grade": ""})  # fmt: skip
    return {
        "schema_version": 1, "id": study.id, "name": _both(study.name), "synthetic": study.synthetic,
        "note": _both(study.note), "language": study.language, "base_year": study.base_year, "horizon": study.horizon,
        "window": list(prepared.assessment.window), "assessment_year": bundle.scenario.tests.assessment_year,
        "draws": chosen.draws, "seed": chosen.seed, "crs": study.crs, "calibrated": False,
        "p_required": prepared.assessment.required, "standards": bundle.pack.id, "reference_future": study.reference_future,
        "stages": [{"id": s.id, "name": _both(s.name), "grades": list(s.grades), "planned_class_size": s.planned_class_size}
                   for s in study.stages],
        "futures": [{"id": f.id, "name": _both(f.name), "note": _both(f.note), "sources": _sources(f.sources)}
                    for f in bundle.futures.values()],
        "plans": [_plan_card(plan) for plan in bundle.plans.values()],
        "rules": rules, "sources": _sources(study.sources),
    }  # fmt: skip


def _plan_card(plan: PlanFile) -> dict[str, object]:
    projects = [
        {"id": p.id, "name": _both(p.name), "kind": p.kind, "cost": p.cost, "start": p.start,
         "school": (p.new.school if p.new is not None else p.school) or ""}
        for p in plan.projects
    ]  # fmt: skip
    return {"id": plan.id, "name": _both(plan.name), "note": _both(plan.note),
            "budget": dict(plan.budget), "projects": projects}  # fmt: skip


def _both(names: Names | None) -> dict[str, str]:
    return {} if names is None else {"zh": names.zh, "en": names.en}


def _sources(sources: Iterable[object]) -> list[dict[str, str]]:
    return [{"item": s.item.zh, "source": s.source.zh} for s in sources]  # type: ignore[attr-defined]
