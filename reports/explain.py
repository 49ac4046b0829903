"""Why a verdict is what it is, in plain words: `explain(seen, row)`, `explanations(seen, plan, future)`.

A paragraph has three to six sentences: what the verdict is, since when, why, which children, the cheapest remedy among
the plans of the run, how sure.  Every number carries the cells it comes from (`explain_model.read_back`); what no table
says is not said.  Guide: docs/guide/explain.md.
"""

from collections.abc import Mapping

import pandas as pd

from reports.explain_case import Reader, Subject, number
from reports.explain_children import children
from reports.explain_fix import fix
from reports.explain_model import Explanation, Key
from reports.explain_sure import sure
from reports.explain_what import what, when
from reports.explain_why import why
from reports.figures_setting import Case
from reports.matrix import SEVERITY
from reports.table_shapes import OVERALL
from reports.view import View

PARTS = (what, when, why, children, fix, sure)
"""The sentences in their order; each is a function of the verdict that may have nothing to say."""
MOST = 10


def explain(seen: View, row: Mapping[str, object], reader: Reader | None = None) -> Explanation:
    """The explanation of one row of `verdicts.csv` (a mapping, or a Series) in the language of the view.

    reader: of the row's case, so that many rows share its tables.  KeyError where the row lacks a column of the table.
    """
    return _explained(reader or Reader(seen, Case(str(row["future"]), str(row["plan"]))), dict(row))


def explanations(
    seen: View, plan: str, future: str, most: int | None = MOST, *, school: str = "", rule: str = ""
) -> list[Explanation]:
    """Explanations of the verdicts of a case that matter, those that fail first, then by chance and pupils.

    most: how many, None for all.  school, rule: only its rows, those that hold too; without either, the overall verdict
    comes first, clauses that decide before the others, and rows of the county only where no school breaks the clause.
    """
    reader = Reader(seen, Case(future, plan))
    return [_explained(reader, row) for row in chosen(reader, school, rule)[:most]]


def _explained(reader: Reader, row: Mapping[str, object]) -> Explanation:
    subject = Subject(reader, Key.of(row), {str(name): value for name, value in row.items()})
    labels, key = subject.labels, subject.key
    named = {"place": _whose(subject), "clause": subject.clause}
    title = labels("explain.title", **named)
    if key.stage != "all" and subject.rule is not None and not subject.rule.stages:
        title = labels("explain.title.stage", stage=subject.seen.words.stage(key.stage), **named)
    names = {"plan": subject.plan(key.plan), "future": subject.seen.words.future(key.future)}
    case = labels("explain.case", **names)
    sentences = tuple(one for part in PARTS for one in part(subject))
    return Explanation(key, labels.lang, title, case, str(row["verdict"]), sentences)


def _whose(subject: Subject) -> str:
    """Who stands in the title; it begins with a capital."""
    return subject.place[:1].upper() + subject.place[1:]


def chosen(reader: Reader, school: str, rule: str) -> list[dict[str, object]]:
    """Rows to explain, in their order."""
    study = reader.seen.run.study
    rows = reader.table("verdicts")
    if school:
        rows = rows[(rows["scope"] == "school") & (rows["entity"] == school)]
    if rule:
        rows = rows[rows["rule"] == rule]
    if not school and not rule:
        alone = {one.code for one in study.rules if one.scope == "county"} | {OVERALL}
        rows = rows[(rows["scope"] == "school") | rows["rule"].isin(alone)]
    if not rule:
        rows = rows[rows["verdict"] != "not-assessed"]
    decides = {one.code for one in study.rules if one.decides} | {OVERALL}
    order = pd.DataFrame(
        {
            "overall": rows["rule"] != OVERALL,
            "aside": ~rows["rule"].isin(decides),
            "rank": rows["verdict"].map({word: place for place, word in enumerate(SEVERITY)}),
            "held": rows["probability"].fillna(-1.0),
            "pupils": -rows["pupils"].map(number).fillna(0.0),
        }
    )
    at = order.sort_values(list(order.columns), kind="stable").index
    return [{str(name): value for name, value in row.items()} for row in rows.loc[at].to_dict("records")]
