"""The sections on flows and on schools that new housing needs: rows of `flows.csv` and `estate_needs.csv` in words."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from math import ceil, isnan

import pandas as pd

from reports.by_future import by_future, usual
from reports.i18n import NOTHING, Labels, decimal, integer, signed
from reports.view import View

STATUSES = ("in_time", "late", "part", "none", "unknown", "not_in_study")
STREAMS = (
    "to_town",
    "leaving_with_parents",
    "left_behind",
    "returning",
    "external_local",
    "external_migrant",
    "migrants_leaving",
)
"""In reading order: inside the county, families, across its line."""


@dataclass(frozen=True)
class FlowRow:
    """One stream of one future in the first, the middle and the last year: stated (beyond the forecast)."""

    future: str
    stream: str
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Flows:
    """The section on flows."""

    years: tuple[str, ...] = ()
    rows: list[FlowRow] = field(default_factory=list)


@dataclass(frozen=True)
class NeedRow:
    """What one phase needs by one clause under the headline plan."""

    phase: str
    year: str
    clause: str
    source: str
    needs: str
    status: str
    by: str


@dataclass(frozen=True)
class Needs:
    """The section on schools that new housing needs."""

    said: list[str] = field(default_factory=list)
    rows: list[NeedRow] = field(default_factory=list)


def flows(seen: View) -> Flows:
    """All streams that a future mentions."""
    table, labels = seen.run.tables.flows, seen.labels
    if table.empty:
        return Flows()
    years = sorted(set(table["year"]))
    shown = list(dict.fromkeys((years[0], years[len(years) // 2], years[-1])))
    at = {(row["future"], row["stream"], row["year"]): row for row in table.to_dict("records")}
    rows = []
    for future in (one.id for one in seen.run.study.futures):
        for stream in (one for one in STREAMS if (future, one, years[0]) in at):
            cells = [at[future, stream, year] for year in shown]
            numbers = tuple(
                labels("flow.cell", stated=decimal(cell["stated"], 0).replace("-", "−"), acting=signed(cell["acting"]))
                for cell in cells
            )
            rows.append(FlowRow(seen.words.future(future), labels(f"flow.{stream}"), numbers))
    return Flows(tuple(labels.school_year(year) for year in shown), rows)


def needs(seen: View) -> Needs:
    """One sentence a plan, and the rows of the headline plan in order of year."""
    table, labels = seen.run.tables.estate_needs, seen.labels
    if table.empty:
        return Needs([labels("needs.nothing")])
    said = []
    for plan, mine in ((plan, table[table["plan"] == plan]) for plan in seen.plans):
        counts = mine.groupby("future", as_index=False).agg(status=("status", list))
        parts = by_future(seen, counts, lambda row: _counted(labels, row["status"]))
        said.append(labels("needs.said", plan=seen.words.plan(plan), n=len(usual(seen, mine)), parts=parts))
    own = table[table["plan"] == seen.plan]
    rows = usual(seen, own).sort_values(["year", "estate", "phase", "clause"]).to_dict("records")
    keys = ("estate", "phase", "clause")
    return Needs(said, [_need(seen, row, own[(own[list(keys)] == [row[k] for k in keys]).all(axis=1)]) for row in rows])


def _counted(labels: Labels, statuses: list[str]) -> str:
    """How many requirements are met in time, late, in part and so on."""
    count = Counter(statuses)
    parts = [labels(f"needs.count.{status}", n=count[status]) for status in STATUSES if count[status]]
    return labels("word.list").join(parts)


def _graded(source: str, grade: str, labels: Labels) -> str:
    """A source with its grade: where it names it itself, `[M]`, in full there, else in brackets after it."""
    named = f"[{grade}]"
    return source.replace(named, f"[{labels.grade(grade)}]") if named in source else f"{source} ({labels.grade(grade)})"


def _need(seen: View, row: Mapping[Hashable, object], everywhere: pd.DataFrame) -> NeedRow:
    """A requirement in words; everywhere: the same in every future, in some of which it may be met otherwise."""
    labels, lang = seen.labels, seen.labels.lang
    required = float(str(row["required"]))
    # Part of a seat or class is asked for as a whole one.
    whole = NOTHING if isnan(required) else integer(ceil(round(required, 6)))
    size = NOTHING if isnan(required) else labels(f"needs.unit.{row['unit']}", n=whole)
    source, grade = str(row[f"source_{lang}"]), str(row["source_grade"])
    phase = str(row["estate"]) if row["phase"] == "all" else f"{row['estate']} / {row['phase']}"
    return NeedRow(
        phase,
        labels.school_year(float(str(row["year"]))),
        str(row[f"clause_{lang}"]),
        _graded(source, grade, labels),
        size,
        by_future(seen, everywhere, lambda one: labels(f"needs.status.{one['status']}")),
        by_future(seen, everywhere, lambda one: _met_by(seen, one)),
    )


def _met_by(seen: View, row: Mapping[Hashable, object]) -> str:
    """The projects that meet a requirement, and when the last of them opens."""
    labels = seen.labels
    projects = {one.id: labels.pick(one.name) for one in seen.run.study.plan(seen.plan).projects}
    by = [projects.get(name, name) for name in str(row["by"]).split()]
    if not by:
        return NOTHING
    opens = float(str(row["opens"]))
    return labels("word.list").join(by) + labels("needs.opens", year=labels.school_year(opens))
