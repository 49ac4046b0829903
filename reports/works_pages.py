"""A page for each project: what it is, when it may open, what it waits for, what strikes it, how its seats are used."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from reports.i18n import decimal, integer
from reports.study_card import ProjectCard
from reports.view import View
from reports.works_card import WorksCard
from reports.works_words import end_words, risk_words, source_name, wait_words

MOST_WAITS = 4


@dataclass(frozen=True)
class ProjectPage:
    """One project: a line that says when it opens, and its facts as (what, text)."""

    title: str
    facts: list[tuple[str, str]]


def project_pages(seen: View, card: WorksCard, plan: str) -> list[ProjectPage]:
    """Pages of all projects of a plan, in the order of the plan."""
    return [_page(seen, card, plan, one) for one in seen.run.study.plan(plan).projects]


def _rows(seen: View, name: str, plan: str, project: str) -> pd.DataFrame:
    frame: pd.DataFrame = getattr(seen.run.tables, name)
    return frame[(frame["future"] == seen.future) & (frame["plan"] == plan) & (frame["project"] == project)]


def _page(seen: View, card: WorksCard, plan: str, one: ProjectCard) -> ProjectPage:
    opening = _rows(seen, "projects", plan, one.id).sort_values("year")
    said = {
        "what": _what(seen, one),
        "cost": _cost(seen, card, plan, one),
        "owner": seen.labels.pick(one.owner),
        "ledger": _ledger(seen, card, plan, one),
        "opens": _distribution(seen, opening),
        "promise": _promise(seen, opening, one),
        "waits": _waits(seen, card, plan, one),
        "risks": _risks(seen, card, plan, one),
        "never": _ends(seen, card, plan, one),
        "seats": _seats(seen, plan, one),
        "use": _use(seen, plan, one),
        "need": seen.labels("works.need"),
    }
    title = seen.labels("works.summary", project=seen.labels.pick(one.name), when=_when(seen, opening))
    return ProjectPage(title, [(seen.labels(f"works.fact.{key}"), text) for key, text in said.items() if text])


def _join(seen: View, parts: Iterator[str] | list[str]) -> str:
    return seen.labels("works.then").join(parts)


def _when(seen: View, opening: pd.DataFrame) -> str:
    row = opening.iloc[0]
    if pd.isna(row["p50"]) or float(row["p_never"]) >= 0.5:
        return seen.labels("works.never")
    low, middle, high = (seen.labels.school_year(float(row[name])) for name in ("p10", "p50", "p90"))
    return seen.labels("works.opens" if low == high else "works.opens_range", year=middle, low=low, high=high)


def _what(seen: View, one: ProjectCard) -> str:
    kind = seen.labels(f"figure.kind.{one.kind}")
    return seen.labels("works.what", kind=kind, school=seen.words.school(one.school)) if one.school else kind


def _cost(seen: View, card: WorksCard, plan: str, one: ProjectCard) -> str:
    if one.cost <= 0:
        return ""
    labels, cost = seen.labels, seen.labels.money(one.cost)
    parts = [
        labels("works.part", source=source_name(labels, card, plan, source), share=labels.percent(share))
        for source, share in one.funding.items()
        if share > 0
    ]
    return labels("works.cost", cost=cost, parts=labels("word.list").join(parts)) if parts else cost


def _ledger(seen: View, card: WorksCard, plan: str, one: ProjectCard) -> str:
    if not one.ledger:
        return ""
    stages = _rows(seen, "stages", plan, one.id).sort_values("order")
    labels = seen.labels
    done = stages[(stages["begin_p90"] == "") & (stages["p_ends"] == 1.0)]["stage"]
    names = labels("word.list").join(labels.pick(card.stages[str(stage)].name) for stage in done)
    state = labels("works.ledger_done", stages=names) if names else labels("works.ledger_none")
    return labels("works.ledger", row=one.ledger, day=card.ledger_as_of, state=state)


def _distribution(seen: View, opening: pd.DataFrame) -> str:
    """Chance of opening in each year; a year of less than one percent is left out."""
    labels, before, parts = seen.labels, 0.0, []
    for year, until in zip(opening["year"], opening["p_open"], strict=True):
        if until - before >= 0.005:
            chance = labels.percent(float(until - before))
            parts.append(labels("works.chance_in", year=labels.school_year(int(year)), chance=chance))
        before = max(before, float(until))
    never = float(opening["p_never"].iloc[0])
    if never >= 0.005:
        parts.append(labels("works.chance_never", chance=labels.percent(never)))
    return labels("word.list").join(parts)


def _promise(seen: View, opening: pd.DataFrame, one: ProjectCard) -> str:
    at = opening[opening["year"] == one.opens]
    if at.empty:
        return ""
    chance = seen.labels.percent(float(at["p_open"].iloc[0]))
    return seen.labels("works.promise_kept", year=one.opens, chance=chance)


def _waits(seen: View, card: WorksCard, plan: str, one: ProjectCard) -> str:
    rows = _rows(seen, "project_causes", plan, one.id)
    waits = rows[rows["kind"] == "wait"].nlargest(MOST_WAITS, "months")
    parts = [
        seen.labels(
            "works.wait",
            cause=wait_words(seen.labels, card, plan, str(row["cause"])),
            chance=seen.labels.percent(float(row["probability"])),
            months=decimal(float(row["months"]), 1),
            late=decimal(float(row["months_p90"]), 1),
        )
        for row in waits.to_dict("records")
    ]
    return _join(seen, parts) if parts else seen.labels("works.no_wait")


def _risks(seen: View, card: WorksCard, plan: str, one: ProjectCard) -> str:
    rows = _rows(seen, "project_causes", plan, one.id)
    parts = [
        seen.labels(
            "works.risk",
            risk=risk_words(seen.labels, card, plan, str(row["cause"])),
            chance=seen.labels.percent(float(row["probability"])),
        )
        for row in rows[rows["kind"] == "risk"].nlargest(len(rows), "probability").to_dict("records")
    ]
    if parts:
        return _join(seen, parts)
    return seen.labels("works.risk_none") if card.risks.get(plan) else ""


def _ends(seen: View, card: WorksCard, plan: str, one: ProjectCard) -> str:
    """Why it never opens, in draws in which it does not."""
    rows = _rows(seen, "project_causes", plan, one.id)
    ends = rows[(rows["kind"] == "end") & (rows["cause"] != "ok")].nlargest(len(rows), "probability")
    return _join(
        seen,
        [
            seen.labels(
                "works.end",
                reason=end_words(seen.labels, card, plan, str(row["cause"])),
                chance=seen.labels.percent(float(row["probability"])),
            )
            for row in ends.to_dict("records")
        ],
    )


def _seats(seen: View, plan: str, one: ProjectCard) -> str:
    """Seats that it adds in the first year in which it is more likely open than not."""
    rows = _rows(seen, "project_seats", plan, one.id).sort_values("year")
    likely = rows[rows["p_open"] >= 0.5]
    if likely.empty:
        return ""
    row = likely.iloc[0]
    return seen.labels(
        "works.seats",
        year=seen.labels.school_year(int(row["year"])),
        nominal=integer(float(row["nominal"])),
        safe=integer(float(row["safe"])),
    )


def _use(seen: View, plan: str, one: ProjectCard) -> str:
    table = seen.run.tables.unused
    own = table[
        (table["future"] == seen.future) & (table["plan"] == plan) & (table["scope"] == "project")
        & (table["entity"] == one.id) & (table["period"] == "all")
    ].set_index("indicator")["mean"]  # fmt: skip
    if not {"added", "used", "stranded"} <= set(own.index) or own["added"] <= 0:
        return ""
    share = seen.labels.percent(float(own["used"] / own["added"]))
    return seen.labels("works.use", share=share, empty=integer(float(own["stranded"])))
