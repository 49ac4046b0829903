"""The sections on milestones, room left and first breaches, and the problem list, in words."""

from collections.abc import Hashable, Mapping

import pandas as pd

from reports.i18n import NOTHING, Labels
from reports.matrix import NEGLIGIBLE
from reports.sentences import MARKS, Words
from reports.study_card import PlanCard
from reports.view import View

Rows = list[tuple[str, ...]]
Row = Mapping[Hashable, object]
MOST = 25
"""Rows of the table of headroom."""
MOST_PROBLEMS = 40
"""Rows of the problem list in the report; the workbook has all."""


def _number(value: object) -> float:
    return float("nan") if value is None or pd.isna(value) else float(str(value))  # type: ignore[call-overload]


# --- milestones


def milestone_name(words: Words, key: str) -> str:
    """Name of a milestone of the scenario file, or of the year that stands for one."""
    named = next((words.labels.pick(one.name) for one in words.study.milestones if one.id == key), "")
    return named or words.labels(f"milestone.{key}")


def milestone_rows(seen: View) -> Rows:
    """Every milestone and plan: the verdict over all clauses in each future, and the schools that fail it most."""
    table, labels = seen.run.tables.milestones, seen.labels
    rows: Rows = []
    table = table[table["rule"] == "all"]
    for (year, key), same in table.groupby(["year", "milestone"]):
        for plan in seen.plans:
            own = same[same["plan"] == plan].set_index("future")
            if own.empty:
                continue
            shown = {str(row["future"]): row for row in own.reset_index().to_dict("records")}
            cells = [_ready(seen, shown[future.id]) for future in seen.run.study.futures]
            schools = str(own.loc[seen.future, "schools"]).split()[:3]
            named = labels("word.list").join(seen.words.school(one) for one in schools)
            when = f"{milestone_name(seen.words, str(key))} · {labels.school_year(float(str(year)))}"
            rows.append((when, seen.words.plan(plan), *cells, named or NOTHING))
    return rows


def _ready(seen: View, row: Row) -> str:
    labels, word = seen.labels, str(row["verdict"])
    said = f"{MARKS[word]} {labels(f'verdict.{word}')}"
    many = seen.run.study.draws > 1
    return f"{said} {labels.percent(_number(row['probability']), _number(row['required']))}" if many else said


def milestone_heads(seen: View) -> list[str]:
    """Heads of the table of milestones; one column for each future."""
    labels = seen.labels
    futures = [seen.words.future(future.id) for future in seen.run.study.futures]
    last = labels("milestone.schools", future=seen.words.future(seen.future))
    return [labels("milestone.column"), labels("column.plan"), *futures, last]


# --- headroom and first breaches


def risk_rows(seen: View) -> Rows:
    """Schools and clauses that may break under the headline plan, likeliest first."""
    run, labels = seen.run, seen.labels
    table = _case(run.tables.risks, seen)
    table = table[table["p_never"] <= 1.0 - NEGLIGIBLE].sort_values(["p_never", "entity", "rule"])
    first = _case(run.tables.first_breach, seen)
    inputs = run.tables.input_rows
    rows: Rows = []
    for row in table.head(MOST).to_dict("records"):
        same = first[(first["rule"] == row["rule"]) & (first["entity"] == row["entity"])]
        behind = inputs[(inputs["school"] == row["entity"]) & inputs["table"].isin(["enrolment", "sites"])]
        rows.append(
            (
                seen.words.school(str(row["entity"])),
                seen.words.clause(str(row["rule"])),
                labels.percent(row["p_never"], run.study.p_required) if run.study.draws > 1 else NOTHING,
                _room(labels, row["headroom_80"]),
                _room(labels, row["headroom_95"]),
                _first(labels, same) if run.study.draws > 1 else NOTHING,
                "; ".join(f"{one.file}: {one.rows}" for one in behind.itertuples()),
            )
        )
    return rows


def _case(table: pd.DataFrame, seen: View) -> pd.DataFrame:
    return table[(table["plan"] == seen.plan) & (table["future"] == seen.future)]


def _room(labels: Labels, value: object) -> str:
    number = _number(value)
    return NOTHING if number != number else labels.integer(number).replace("-", "−")


def _first(labels: Labels, table: pd.DataFrame) -> str:
    """The years in which the first breach may come, the three likeliest in order of time."""
    likely = table[table["p_first"] >= NEGLIGIBLE].nlargest(3, "p_first").sort_values("year")
    said = [
        labels("risks.year", year=year, chance=labels.percent(float(chance)))
        for year, chance in zip(likely["year"], likely["p_first"], strict=True)
    ]
    return labels("word.list").join(said) or NOTHING


RISK_HEADS = (
    "column.school", "column.rule", "problems.column.never", "problems.column.headroom_80",
    "problems.column.headroom_95", "problems.column.first_breach", "risks.inputs",
)  # fmt: skip


# --- problem list

PROBLEM_HEADS = (
    "problems.column.number", "column.school", "problems.column.problem", "problems.column.worst_future",
    "column.verdict", "problems.column.chance", "column.first", "column.pupils", "problems.column.missing",
    "problems.column.task", "column.cost_wan", "problems.column.ready", "problems.column.deadline",
    "problems.column.owner",
)  # fmt: skip


def problem_rows(words: Words, table: pd.DataFrame, plan: str) -> Rows:
    """The problem list of a plan: clauses that decide first, what is broken now, then by year of risk and pupils."""
    own = table[table["plan"] == plan].copy()
    decides = {rule.code for rule in words.study.rules if rule.decides}
    own["beside"] = ~own["rule"].isin(decides)
    own["later"] = own["today"].isna()
    order = ["beside", "later", "deadline", "pupils", "entity", "rule"]
    own = own.sort_values(order, ascending=[True, True, True, False, True, True])
    card = words.study.plan(plan)
    return [(str(n), *_problem(words, row, card)) for n, row in enumerate(own.to_dict("records"), start=1)]


def _problem(words: Words, row: Row, plan: PlanCard) -> tuple[str, ...]:
    labels, verdict = words.labels, str(row["verdict"])
    named = {one.id: labels.pick(one.name) for one in plan.projects}
    tasks = [named.get(key, key) for key in str(row["tasks"]).split()]
    today = _number(row["today"])
    problem = words.clause(str(row["rule"]))
    if today == today:
        told = labels("problems.today", value=labels.integer(today), bound=f"{_number(row['bound']):g}")
        problem = f"{problem}{labels('word.colon')}{told}"
    opens, missing = _number(row["opens"]), _number(row["missing_80"])
    ready = labels.school_year(opens) if opens == opens else labels("problems.never") if tasks else NOTHING
    return (
        words.school(str(row["entity"])),
        problem,
        words.future(str(row["future"])) if row["future"] else NOTHING,
        f"{MARKS[verdict]} {labels(f'verdict.{verdict}')}" if verdict else labels("problems.today_only"),
        labels.percent(_number(row["chance"])) if verdict and words.study.draws > 1 else NOTHING,
        labels.school_year(_number(row["first_year"])),
        labels.integer(_number(row["pupils"])),
        labels("problems.missing", n=labels.integer(missing)) if missing > 0 else NOTHING,
        labels("word.list").join(tasks) or labels("problems.no_task"),
        labels.integer(_number(row["cost"])),
        ready,
        labels.school_year(_number(row["deadline"])),
        str(row[f"owner_{labels.lang}"]) or labels("problems.no_owner"),
    )


def page(seen: View) -> dict[str, object]:
    """What the template of the sections names."""
    labels, plan = seen.labels, seen.words.plan(seen.plan)
    problems = problem_rows(seen.words, seen.run.tables.problems, seen.plan)
    left = len(problems) - MOST_PROBLEMS
    risky = risk_rows(seen)

    return {
        "milestones": milestone_rows(seen),
        "milestone_heads": milestone_heads(seen),
        "risks": risky,
        "risk_heads": [labels(key) for key in RISK_HEADS],
        "risks_lead": labels("lead.risks", plan=plan, future=seen.words.future(seen.future)),
        "problems": problems[:MOST_PROBLEMS],
        "problems_rest": labels("problems.rest", n=left) if left > 0 else "",
        "problem_heads": [labels(key) for key in PROBLEM_HEADS],
        "problems_lead": labels("lead.problems" if problems else "problems.none", plan=plan),
    }
