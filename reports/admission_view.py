"""The section on admission: who had no seat in the school they asked, why, where they went and how far."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import pandas as pd

from reports.i18n import NOTHING, decimal, integer, signed
from reports.ranking_view import Part
from reports.shapes_placements import REASONS
from reports.view import View

Row = Mapping[Hashable, object]
MOST, LEAST = 8, 0.5
"""Schools that are listed, and children a year below which nothing is."""
HEADS = ("stage", "reason", "worst_year_of", "children_without", "way_joined", "way_extra")
SCHOOL_HEADS = ("school", "stage", "reason", "worst_year_of", "children_without", "way_joined")
SHARES = ("zone_share", "migrants_in_public_share")
_SENT = REASONS[:2]


@dataclass(frozen=True)
class Page:
    """What the template of the section names."""

    lead: str
    shares: list[str]
    heads: list[str]
    parts: list[Part]
    school_heads: list[str]
    schools: Part


def page(seen: View) -> Page | None:
    """The section; None where every child had a seat in the school it asked."""
    labels, table = seen.labels, seen.run.tables.placements
    table = table[(table["future"] == seen.future) & (table["mean"] >= LEAST)]
    if table.empty:
        return None
    plans = tuple(dict.fromkeys((seen.baseline, seen.plan)))
    return Page(
        labels("admission.lead", future=seen.words.future(seen.future)),
        [said for plan in plans if (said := _shares(seen, plan))],
        [labels(f"column.{name}") for name in HEADS],
        [_part(seen, table, plan) for plan in plans],
        [labels(f"column.{name}") for name in SCHOOL_HEADS],
        _schools(seen, table, seen.plan),
    )


def _worst(table: pd.DataFrame, by: list[str]) -> list[Row]:
    """The year with most children of every group."""
    if table.empty:
        return []
    at = table.groupby(by, sort=False)["mean"].idxmax()
    return list(table.loc[at.to_numpy()].to_dict("records"))


def _part(seen: View, table: pd.DataFrame, plan: str) -> Part:
    labels = seen.labels
    rows = _worst(table[(table["plan"] == plan) & (table["scope"] == "county")], ["stage", "reason"])
    stages = [stage.id for stage in seen.run.study.stages]
    rows.sort(key=lambda row: (stages.index(str(row["stage"])), REASONS.index(str(row["reason"]))))
    title, said = labels("admission.plan", plan=seen.words.plan(plan)), "" if rows else labels("admission.none")
    shown = [(*_what(seen, row), *_count(seen, row), _way(seen, row), _extra(seen, row)) for row in rows]
    return Part(said, shown, title=title)


def _schools(seen: View, table: pd.DataFrame, plan: str) -> Part:
    """Schools with most children without a seat under the headline plan."""
    labels = seen.labels
    own = table[(table["plan"] == plan) & (table["scope"] == "school")]
    rows = sorted(_worst(own, ["entity", "stage", "reason"]), key=lambda row: -float(str(row["mean"])))
    shown = [
        (seen.words.school(str(row["entity"])), *_what(seen, row), *_count(seen, row), _way(seen, row))
        for row in rows[:MOST]
    ]
    rest = labels("admission.rest", n=len(rows) - MOST) if len(rows) > MOST else ""
    return Part("", shown, rest, labels("admission.schools", plan=seen.words.plan(plan)))


def _what(seen: View, row: Row) -> list[str]:
    return [seen.words.stage(str(row["stage"])), seen.labels(f"admission.reason.{row['reason']}")]


def _count(seen: View, row: Row) -> list[str]:
    """Year, and children on average with the number that nine in ten draws do not exceed."""
    mean, high = float(str(row["mean"])), float(str(row["p90"]))
    return [seen.labels.school_year(float(str(row["year"]))), f"{decimal(mean, 1)} ({integer(round(high))})"]


def _way(seen: View, row: Row) -> str:
    if row["reason"] not in _SENT:
        return NOTHING
    unit = seen.labels(f"admission.{row['measure']}")
    return f"{decimal(float(str(row['way'])), 1)} ({decimal(float(str(row['way_p90'])), 1)}) {unit}"


def _extra(seen: View, row: Row) -> str:
    if row["reason"] not in _SENT:
        return NOTHING
    more = float(str(row["extra"]))
    return f"{signed(more, 1)} {seen.labels('admission.' + str(row['measure']))}"


def _shares(seen: View, plan: str) -> str:
    """Entrants in their zone, and migrant pupils in public places, in the first and the last year of the window."""
    labels, county = seen.labels, seen.run.tables.county
    first, last = seen.run.study.window
    own = county[(county["future"] == seen.future) & (county["plan"] == plan) & county["indicator"].isin(SHARES)]
    found = []
    for name in SHARES:
        for stage in ("all",) if name == SHARES[1] else tuple(one.id for one in seen.run.study.stages):
            rows = own[(own["indicator"] == name) & (own["stage"] == stage)].set_index("year")["mean"]
            if first in rows.index and last in rows.index:
                what = labels(f"admission.{name}", stage="" if stage == "all" else seen.words.stage(stage))
                found.append(
                    labels("admission.from_to", what=what, first=_percent(seen, rows[first]),
                           last=_percent(seen, rows[last]))
                )  # fmt: skip
    if not found:
        return ""
    said = labels("admission.semicolon").join(found)
    return labels("admission.shares", plan=seen.words.plan(plan), said=said, first=first, last=last)


def _percent(seen: View, share: float) -> str:
    return f"{decimal(100 * share, 1)}{seen.labels('number.percent')}"
