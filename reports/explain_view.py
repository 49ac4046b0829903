"""The section of the report that says why: the overall verdict, then a folded paragraph for each deciding school."""

from dataclasses import dataclass

import pandas as pd

from reports.explain import explain
from reports.explain_model import Explanation
from reports.matrix import Breach
from reports.sentences import MARKS
from reports.table_shapes import OVERALL
from reports.view import View


@dataclass(frozen=True)
class Paragraph:
    """One explanation as the page shows it."""

    title: str
    verdict: str
    word: str
    mark: str
    text: str


def page(seen: View) -> dict[str, object]:
    """What the template names: the headline plan as a whole, and the deciding schools; empty without a verdict."""
    rows = [row for row in (_overall(seen), *(_row(seen, breach) for breach in seen.deciding)) if row is not None]
    told = [_paragraph(seen, explain(seen, row)) for row in rows]
    if not told:
        return {}
    return {"overall": told[0], "schools": told[1:]}


def _overall(seen: View) -> dict[str, object] | None:
    rows = seen.run.tables.verdicts
    own = (rows["future"] == seen.future) & (rows["plan"] == seen.plan)
    return _first(rows[own & (rows["scope"] == "county") & (rows["rule"] == OVERALL)])


def _row(seen: View, breach: Breach) -> dict[str, object] | None:
    """The verdict of a deciding school: the future and plan of its likeliest breach."""
    rows = seen.run.tables.verdicts
    own = (rows["future"] == breach.future) & (rows["plan"] == breach.plan) & (rows["scope"] == "school")
    own &= (rows["entity"] == breach.school) & (rows["rule"] == breach.rule) & (rows["stage"] == breach.stage)
    return _first(rows[own])


def _first(rows: pd.DataFrame) -> dict[str, object] | None:
    return {str(name): value for name, value in rows.iloc[0].to_dict().items()} if len(rows) else None


def _paragraph(seen: View, told: Explanation) -> Paragraph:
    word = seen.labels(f"verdict.{told.verdict}")
    return Paragraph(told.title, told.verdict, word, MARKS[told.verdict], told.text)
