"""What chapters on a plan share: the plan that is put forward, rows of one case, how their numbers were made."""

from dataclasses import replace
from typing import Any

import pandas as pd

from reports.charts import chart_png
from reports.document import Band, Basis, Cell, Picture
from reports.view import View


def put_forward(seen: View) -> str | None:
    """The plan a document asks for: the headline plan where it changes anything, else the first with projects."""
    return seen.plan if changes_something(seen, seen.plan) else next(iter(seen.built), None)


def changes_something(seen: View, plan: str) -> bool:
    """Whether a plan has projects, school buses, or zones that change by the year alone."""
    card, steps = seen.run.study.plan(plan), seen.run.tables.plan_steps
    return bool(card.projects or card.buses) or bool((steps["plan"] == plan).any())


def not_headline(seen: View, plan: str) -> str:
    """Says that the plan a document asks for is not the one its first sentence speaks of; empty where it is."""
    if plan == seen.plan:
        return ""
    return seen.labels("document.not_headline", headline=seen.words.plan(seen.plan), plan=seen.words.plan(plan))


def of_plan(frame: pd.DataFrame, future: str, plan: str, **wanted: object) -> pd.DataFrame:
    """Rows of a future and plan, and of further columns with one value each."""
    keep = (frame["future"] == future) & (frame["plan"] == plan)
    for column, value in wanted.items():
        keep &= frame[column] == value
    return frame[keep]


def band80(row: "pd.Series[Any]") -> Band:
    """Median with the 10 and 90 % quantiles."""
    return Band(float(row["p50"]), float(row["p10"]), float(row["p90"]))


def number(value: Any) -> Cell:
    """A number, or nothing where it is not known."""
    return None if value is None or pd.isna(value) else float(value)


def calendar_basis(seen: View, future: str, plan: str) -> Basis:
    """Basis of numbers of the construction calendar: brackets are 10 and 90 %."""
    return Basis(
        date=seen.labels("document.date", year=seen.run.study.base_year),
        source=seen.labels("build.source"),
        method=seen.labels("build.method", draws=seen.run.study.draws),
        future=seen.words.future(future),
        plan=seen.words.plan(plan) if plan else "",
    )


def stated(seen: View, plan: str = "") -> Basis:
    """Basis of what the files of the study say themselves."""
    return Basis(
        date=seen.labels("document.date", year=seen.run.study.base_year),
        source=seen.labels("build.source"),
        method=seen.labels("build.stated"),
        plan=seen.words.plan(plan) if plan else "",
    )


def chart(seen: View, key: str, name: str, basis: Basis, width_mm: float = 156.0) -> list[Picture]:
    """The first sheet of a chart of `reports.charts` in the future of the basis; nothing where the run has none."""
    found = chart_png(seen, name, width_mm)[:1]
    return [Picture(key, title, alt, png, width_mm, basis) for title, alt, png in found]


def in_reference(seen: View) -> View:
    """The view with the reference future as the one that is told of."""
    return replace(seen, future=seen.run.study.reference_future)
