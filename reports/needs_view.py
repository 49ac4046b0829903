"""The sections on what schools lack and on special rooms: rows of `needs.csv` and `room_programme.parquet` in words."""

from dataclasses import dataclass

import pandas as pd

from reports.i18n import Labels, integer
from reports.needs_words import Naming, cells, heads, lacking, number
from reports.sentences import UNVERIFIED
from reports.view import View
from scenarios.staff_words import BY_CLASSES, BY_PUPILS

MOST = 30
"""Rows of the table of the report; the rest is in the file."""


@dataclass(frozen=True)
class Part:
    """A table in words with the sentences around it."""

    said: str
    heads: list[str]
    rows: list[tuple[str, ...]]
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """Both sections; None: nothing to say."""

    lacks: Part | None
    special: Part | None


def page(seen: View) -> Page:
    """The sections for the plan and future of the headline."""
    return Page(_lacks(seen), _special(seen))


def _case(seen: View, table: pd.DataFrame) -> pd.DataFrame:
    return table[(table["future"] == seen.future) & (table["plan"] == seen.plan)]


def _lacks(seen: View) -> Part | None:
    labels, study = seen.labels, seen.run.study.id
    frame = _case(seen, seen.run.tables.needs)
    frame = frame[~frame["rule"].isin((BY_PUPILS, BY_CLASSES))]  # the section tells what counts of the two
    if frame.empty:
        return None
    naming = Naming(labels, seen.words.school, study, lambda code: seen.words.clause(code).removesuffix(UNVERIFIED))
    share = float(frame["required"].iloc[0])
    years = str(frame["years"].iloc[0])
    said = {"plan": seen.words.plan(seen.plan), "future": seen.words.future(seen.future), "years": years}
    rows = lacking(frame, study).to_dict("records")
    after = [labels("lacks.more", n=len(rows) - MOST)] if len(rows) > MOST else []
    hidden = frame[(frame["unknown"] > 0) & (frame["entity"] != study)]["entity"].unique()
    if len(hidden):
        named = [seen.words.school(str(school)) for school in hidden[:10]]
        text = labels("word.list").join(named) + (" …" if len(hidden) > len(named) else "")
        after.append(labels("lacks.unknown", n=len(hidden), schools=text))
    if rows:
        after.append(labels("lacks.cost.note"))
    if any(row["unverified"] for row in rows[:MOST]):
        codes = sorted({str(row["unverified"]) for row in rows[:MOST] if row["unverified"]})
        after.append(labels("unverified.note", clauses=labels("word.list").join(codes)))
    if not rows:
        return Part(labels("lacks.none", **said), [], [], tuple(after))
    lead = labels("lead.lacks", share=labels.percent(share), **said)
    return Part(lead, heads(labels, share), [cells(row, naming, UNVERIFIED) for row in rows[:MOST]], tuple(after))


def _special(seen: View) -> Part | None:
    """Special rooms in the first and last year of the window, schools that are short of some."""
    labels, window = seen.labels, seen.run.study.window
    every = _case(seen, seen.run.tables.room_programme)
    share = min(every["share"].unique(), key=lambda p: abs(p - seen.run.study.p_required), default=0.9)
    frame = every[(every["share"] == share) & every["year"].isin(window)]
    short = frame[frame["short"] > 0].sort_values(
        ["to_build", "kind", "entity", "year"], ascending=[False, False, True, True]
    )
    if short.empty:
        return None
    rows = [
        (
            seen.words.school(str(row["entity"])),
            _kind(labels, str(row["kind"])),
            labels.school_year(int(str(row["year"]))),
            *(number(row[name]) for name in ("needed", "there", "spare", "reused", "to_build", "cost")),
        )
        for row in short.head(MOST).to_dict("records")
    ]
    for year in dict.fromkeys(window):
        of = frame[frame["year"] == year]
        sums = [integer(float(of[name].sum())) for name in ("needed", "there")]
        built = [integer(float(of[name].sum())) for name in ("reused", "to_build", "cost")]
        rows.append((labels("special.sum"), "", labels.school_year(year), *sums, "", *built))
    said = {"plan": seen.words.plan(seen.plan), "future": seen.words.future(seen.future)}
    saved = frame[frame["year"] == window[1]]
    shared = int((saved["apart"] - saved["needed"]).sum())
    more = len(short) - MOST
    after = ((labels("special.more", n=more),) if more > 0 else ()) + (
        (labels("special.shared", n=shared),) if shared else ()
    )
    names = ("kind", "year", "needed", "there", "spare", "reused", "to_build", "cost")
    columns = [labels("column.school"), *(labels(f"special.{name}") for name in names)]
    return Part(labels("lead.special", share=labels.percent(float(share)), **said), columns, rows, after)


def _kind(labels: Labels, kind: str) -> str:
    key = f"lacks.kind.{kind}_rooms"
    return labels(key) if labels.has(key) else kind
