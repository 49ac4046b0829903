"""The problem list (问题清单): what is broken today or at risk under a plan, with task, cost, owner and deadline.

One row per plan, school and clause.  A problem is a limit broken in the base year, or a verdict other than `holds` in
some future; the future in which the plan does worst there is told.  What is broken today holds later only where every
future says so: a clause that is not judged in some future has that as its verdict.  Tasks are the projects of the plan
at the school that add to what the clause asks for, or that take zones off it; for teachers, equipment and other figures
of a bureau, which building does not move, there are none.  Test: tests/reports/test_problem_list.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from reports.shapes_problems import PROBLEMS
from reports.study_card import PlanCard, ProjectCard, StudyCard
from reports.table_shapes import RunTables
from scenarios.balance_words import COUNTED
from scenarios.pack_rules import JUDGED_INDICATORS
from scenarios.staff_words import BY_CLASSES, BY_PUPILS, NEEDED

WORSE = ("fails", "at-risk", "undecided")
"""Verdicts that make a problem, worst first."""
UNJUDGED = ("not-assessed", "outlook")
"""Verdicts that say nothing of later: what is broken today does not hold by them."""
SIZE = "school_size"
TEACHERS = (NEEDED, BY_PUPILS, BY_CLASSES)
_STOCKS = {"class_size": "rooms", "rooms": "rooms", "beds": "beds"}
"""Stocks of indicators that no clause of a pack judges by `JUDGED_INDICATORS`."""
_KEY = ["entity", "rule", "stage"]


def with_problems(tables: RunTables, study: StudyCard) -> RunTables:
    """The tables of a run with its problem list."""
    return replace(tables, problems=problem_rows(study, tables))


def problem_rows(study: StudyCard, tables: RunTables) -> pd.DataFrame:
    """Rows of `problems.csv`, every plan."""
    today = tables.today[tables.today["scope"] != "county"].set_index(_KEY)  # a problem has a school
    rows = []
    for plan in study.plans:
        own = tables.verdicts[tables.verdicts["plan"] == plan.id]
        ahead, unjudged = _worst(own, WORSE), _worst(own, UNJUDGED)
        judged = set(own.loc[own["scope"] == "school", _KEY].itertuples(index=False, name=None))
        known = sorted(set(ahead.index) | set(today.index))
        opened = _openings(tables.projects, plan.id, study.reference_future)
        for key in known:
            row = {"plan": plan.id, **dict(zip(_KEY, key, strict=True))}
            row |= _now(today.loc[key] if key in today.index else None)
            later = next((found.loc[key] for found in (ahead, unjudged) if key in found.index), None)
            row |= _ahead(later, "" if key in judged else UNJUDGED[0])
            row |= _missing(tables.risks, plan.id, row)
            concerned = _concerned(plan, str(row["entity"]), tables.zone_list)
            row |= _tasks(plan, _serving(study, str(row["rule"]), concerned), opened)
            row["deadline"] = _deadline(study, row)
            if pd.isna(row["pupils"]):
                row["pupils"] = row.pop("_over")
            rows.append({name: row[name] for name in PROBLEMS.names})
    return pd.DataFrame(rows, columns=list(PROBLEMS.names))


def _worst(verdicts: pd.DataFrame, words: Sequence[str]) -> pd.DataFrame:
    """The row of the future in which a school does worst under a clause, with the earliest year of risk of all.

    words: verdicts that are looked at, worst first.
    """
    found = verdicts[(verdicts["scope"] == "school") & verdicts["verdict"].isin(words)].copy()
    found["rank"] = found["verdict"].map({word: i for i, word in enumerate(words)})
    found["earliest"] = found.groupby(_KEY)["first_year"].transform("min")
    found = found.sort_values(["rank", "probability", "future"], kind="stable").drop_duplicates(_KEY)
    return found.set_index(_KEY)


def _now(fact: "pd.Series | pd.DataFrame | None") -> dict[str, object]:
    if fact is None:
        return {"today": float("nan"), "bound": float("nan"), "_over": float("nan")}
    one = fact.iloc[0] if isinstance(fact, pd.DataFrame) else fact
    return {"today": one["value"], "bound": one["bound"], "_over": one["pupils_over"]}


def _ahead(found: "pd.Series | pd.DataFrame | None", otherwise: str) -> dict[str, object]:
    """What the worst future says; otherwise: the verdict where none is bad: empty, or that there is no verdict."""
    empty: dict[str, object] = dict.fromkeys(("chance", "first_year", "pupils"), float("nan"))
    if found is None:
        return {"future": "", "verdict": otherwise, "unverified": "", **empty}
    one = found.iloc[0] if isinstance(found, pd.DataFrame) else found
    if one["verdict"] in UNJUDGED:
        return {"future": one["future"], "verdict": one["verdict"], "unverified": one["unverified"], **empty}
    return {
        "future": one["future"],
        "verdict": one["verdict"],
        "chance": 1.0 - one["probability"],
        "first_year": one["earliest"],
        "pupils": one["pupils"],
        "unverified": one["unverified"],
    }


def _missing(risks: pd.DataFrame, plan: str, row: Mapping[str, object]) -> dict[str, object]:
    same = (risks["plan"] == plan) & (risks["future"] == row["future"])
    for name in _KEY:
        same &= risks[name] == row[name]
    found = risks[same & risks["headroom_80"].notna()]
    if found.empty:
        return {"missing_80": float("nan"), "unit": ""}
    return {"missing_80": max(-float(found["headroom_80"].iloc[0]), 0.0), "unit": found["unit"].iloc[0]}


def _deadline(study: StudyCard, row: Mapping[str, object]) -> object:
    """First year of risk; what is broken today or fails for good: next year; what is only not sure: with the window."""
    if pd.notna(row["first_year"]):  # type: ignore[call-overload]
        return row["first_year"]
    now = pd.notna(row["today"]) or row["verdict"] == "fails"  # type: ignore[call-overload]
    return study.base_year + 1 if now else study.window[0]


def _openings(projects: pd.DataFrame, plan: str, future: str) -> dict[str, float]:
    """Median opening of the projects of a plan; nan: never."""
    own = projects[(projects["plan"] == plan) & (projects["future"] == future)].drop_duplicates("project")
    never = own["p_never"].astype(float) > 0.5
    return dict(zip(own["project"], own["p50"].astype(float).mask(never), strict=True))


def _concerned(plan: PlanCard, school: str, zones: pd.DataFrame) -> list[ProjectCard]:
    """Projects at a school, and those whose opening takes units out of its zone."""
    own = zones[zones["plan"] == plan.id]
    base = own[(own["from_year"] == 0) & (own["with_project"] == "")]
    mine = set(
        zip(base.loc[base["school"] == school, "stage"], base.loc[base["school"] == school, "unit"], strict=True)
    )
    moved = own[(own["with_project"] != "") & (own["school"] != school)]
    relief = {str(row.with_project) for row in moved.itertuples() if (row.stage, row.unit) in mine}
    return [one for one in plan.projects if one.school == school or one.id in relief]


def concerned_by(study: StudyCard, plan: PlanCard, school: str, rule: str, zones: pd.DataFrame) -> list[ProjectCard]:
    """Projects of a plan that change what a clause looks at, at a school: its stock, or who goes there."""
    return _serving(study, rule, _concerned(plan, school, zones))


def _serving(study: StudyCard, rule: str, concerned: list[ProjectCard]) -> list[ProjectCard]:
    """Those of the projects that change what a clause looks at: its stock, or the pupils of the school."""
    if rule in TEACHERS:
        return []
    indicator = next((card.indicator for card in study.rules if card.code == rule), "")
    stock = _STOCKS.get(indicator) or JUDGED_INDICATORS.get(indicator)
    if stock is not None:
        return [one for one in concerned if one.kind != "extension" or one.adds is None or stock in one.adds]
    return concerned if indicator in ("", SIZE, *COUNTED) else []


def _tasks(plan: PlanCard, concerned: list[ProjectCard], opened: Mapping[str, float]) -> dict[str, object]:
    years = [opened.get(one.id, float("nan")) for one in concerned]
    whole = bool(years) and all(year == year for year in years)
    return {
        "tasks": " ".join(one.id for one in concerned),
        "cost": float(sum(one.cost for one in concerned)) if concerned else float("nan"),
        "opens": max(years) if whole else float("nan"),
        "owner_zh": _owners(plan, concerned, "zh"),
        "owner_en": _owners(plan, concerned, "en"),
    }


def _owners(plan: PlanCard, concerned: Iterable[ProjectCard], lang: str) -> str:
    """Owners of the projects, the plan's own where none is named."""
    named = [one.owner.get(lang) or plan.owner.get(lang, "") for one in concerned] or [plan.owner.get(lang, "")]
    return ("、" if lang == "zh" else ", ").join(dict.fromkeys(name for name in named if name))
