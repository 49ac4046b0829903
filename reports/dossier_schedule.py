"""Dossier chapter on time: table T8 (进度): openings against promises, stages, departments, seats by 1 September."""

import pandas as pd

from reports.document import Block, Cell, Column, Heading, Paragraph, Table
from reports.document_case import band80, calendar_basis, chart, in_reference, number, of_plan, put_forward
from reports.study_card import ProjectCard
from reports.view import View
from reports.works_card import WorksCard
from reports.works_view import READY
from reports.works_words import end_words, wait_words

DAYS = ("begin_p50", "end_p10", "end_p50", "end_p90")
OPENINGS = {"p10": 0.9, "p50": 0.5, "p90": 0.1}
"""Quantile of the opening year -> chance of never opening beyond which it is not told."""
EPS = 1e-9


def chapter(seen: View) -> list[Block]:
    """Dates of the plan that is put forward, in the reference future; nothing for a run without projects."""
    plan = put_forward(seen)
    if plan is None or plan not in seen.built:
        return []
    shown = [openings(seen, plan), stages(seen, plan), seats(seen, plan)]
    tables = [table for table in shown if table is not None and table.rows]
    pictures = chart(in_reference(seen), "t8_chart", "gantt", tables[0].basis) if tables and tables[0].basis else []
    return [Heading(1, seen.labels("dossier.chapter.schedule")), Paragraph(_lead(seen, plan)), *tables, *pictures]


def opening_rows(seen: View, plan: str, future: str) -> dict[str, pd.DataFrame]:
    """Rows of the projects table by project, by year."""
    own = of_plan(seen.run.tables.projects, future, plan)
    return {str(key): rows.sort_values("year") for key, rows in own.groupby("project")}


def kept(rows: pd.DataFrame, promise: int | None) -> float | None:
    """Probability of being open by 1 September of the promised year; None without a promise within the calendar."""
    at = rows[rows["year"] == promise]
    return None if at.empty else float(at["p_open"].iloc[0])


def opening_years(rows: pd.DataFrame) -> dict[str, float | None]:
    """Early, median and late opening; None where the project does not open in so many draws.

    The table counts draws in which it opens; a median is no median where more than half of all draws are left out.
    """
    first = rows.iloc[0]
    never = float(first["p_never"])
    years = {name: number(first[name]) for name in OPENINGS}
    return {
        name: year if isinstance(year, float) and never <= OPENINGS[name] + EPS else None
        for name, year in years.items()
    }


def owner_of(seen: View, plan: str, one: ProjectCard) -> str | None:
    """Who answers for a project: its own owner, or that of the plan."""
    return seen.labels.pick(one.owner) or seen.labels.pick(seen.run.study.plan(plan).owner) or None


def _lead(seen: View, plan: str) -> str:
    labels, future = seen.labels, seen.run.study.reference_future
    projects = seen.run.study.plan(plan).projects
    found = opening_rows(seen, plan, future)
    promised = [one for one in projects if one.id in found and kept(found[one.id], one.opens) is not None]
    sure = [one for one in promised if (kept(found[one.id], one.opens) or 0.0) >= seen.run.study.p_required]
    first, last = labels("t8.lead", plan=seen.words.plan(plan), n=labels.count("project", len(projects)),
                         future=seen.words.future(future)), labels("t8.lead_none")  # fmt: skip
    if promised:
        share = labels.percent(seen.run.study.p_required)
        key = "t8.lead_promised" if seen.run.study.draws > 1 else "t8.lead_promised_once"
        last = labels(key, n=labels.count("project", len(promised)), sure=len(sure), share=share)
    return first + last


def openings(seen: View, plan: str) -> Table:
    """T8: when every project opens: early, median, late; whether the promise is kept; what it waits for longest."""
    labels, future, many = seen.labels, seen.run.study.reference_future, seen.run.study.draws > 1
    found = opening_rows(seen, plan, future)
    columns = (
        Column("project", labels("build.project")),
        Column("owner", labels("t8.owner")),
        Column("start", labels("t8.start")),
        Column("promised", labels("t8.promised"), "school_year"),
        *(Column(f"opens_{name}", labels(f"t8.{name}"), "school_year", group=labels("t8.opens")) for name in OPENINGS),
        Column("kept", labels("t8.kept"), "chance"),
        Column("never", labels("t8.never"), "chance"),
        Column("waits_for", labels("t8.waits")),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in seen.run.study.plan(plan).projects:
        mine = found.get(one.id)
        promise = None if one.opens is None else float(one.opens)
        head = (labels.pick(one.name), owner_of(seen, plan, one), one.start or None, promise)
        if mine is None:
            rows.append((*head, *([None] * 6)))
            continue
        first = mine.iloc[0]
        chances = (kept(mine, one.opens), float(first["p_never"])) if many else (None, None)
        rows.append((*head, *opening_years(mine).values(), *chances, _waits(seen, plan, one.id)))
    remarks = (labels("t8.remark"),)
    return Table("t8", labels("t8.title"), columns, tuple(rows), calendar_basis(seen, future, plan), remarks, wide=True)


def _waits(seen: View, plan: str, project: str) -> str | None:
    """The wait that costs most months, and how it ends where it does not open."""
    card, labels = seen.run.study.works, seen.labels
    own = of_plan(seen.run.tables.project_causes, seen.run.study.reference_future, plan, project=project)
    if card is None or own.empty:
        return None
    waits = own[(own["kind"] == "wait") & (own["months"] > 0)].nlargest(1, "months")
    told = [
        labels("t8.wait", cause=wait_words(labels, card, plan, str(row["cause"])), months=f"{row['months']:.1f}")
        for row in waits.to_dict("records")
    ]
    ends = own[(own["kind"] == "end") & (own["cause"] != "ok") & (own["probability"] > 0)]
    told += [end_words(labels, card, plan, str(cause)) for cause in ends.nlargest(1, "probability")["cause"]]
    return labels("word.clauses").join(told) or None


def stages(seen: View, plan: str) -> Table | None:
    """Every stage of every project: who is in charge, median begin, early, median and late end."""
    card, labels, future = seen.run.study.works, seen.labels, seen.run.study.reference_future
    own = of_plan(seen.run.tables.stages, future, plan)
    if card is None or own.empty:
        return None
    columns = (
        Column("project", labels("build.project")),
        Column("stage", labels("t8.stage")),
        Column("bureau", labels("t8.bureau")),
        Column("begin_p50", labels("t8.begin")),
        *(Column(name, labels(f"t8.{name.removeprefix('end_')}"), group=labels("t8.end")) for name in DAYS[1:]),
    )
    rows = [
        (
            labels.pick(one.name) if place == 0 else "",
            labels.pick(card.stages[str(row["stage"])].name),
            _bureau(seen, card, str(row["stage"])),
            *_days(seen, row),
        )
        for one in seen.run.study.plan(plan).projects
        for place, row in enumerate(own[own["project"] == one.id].sort_values("order").to_dict("records"))
    ]
    grades = "/".join(sorted({stage.source_grade for stage in card.stages.values() if stage.source_grade}))
    remarks = (labels("t8.stages_remark", grades=grades),)
    title, basis = labels("t8.stages_title"), calendar_basis(seen, future, plan)
    return Table("t8_stages", title, columns, tuple(rows), basis, remarks)


def _bureau(seen: View, card: WorksCard, stage: str) -> str:
    bureau = card.stages[stage].bureau
    return seen.labels.pick(card.bureaus.get(bureau, bureau))


def _days(seen: View, row: "dict[object, object]") -> tuple[str, ...]:
    """Dates of a stage: done or begun before the calendar, or later than it, said in words."""
    labels = seen.labels
    sure = float(str(row["p_ends"])) >= 1.0
    done = sure and not row["end_p50"]
    begin = str(row["begin_p50"]) or labels("t8.before" if sure or row["end_p10"] else "works.later")
    ends = (str(row[name]) or labels("t8.done" if done else "works.later") for name in DAYS[1:])
    return (begin, *ends)


def seats(seen: View, plan: str) -> Table | None:
    """Seats in use on every 1 September by stage, those of projects among them, pupils, pupils without a seat."""
    labels, future = seen.labels, seen.run.study.reference_future
    own = of_plan(seen.run.tables.seats_ready, future, plan)
    if own.empty:
        return None
    units = {"short": "people", "demand": "people"}
    columns = (
        Column("stage", labels("works.ready.stage")),
        Column("year", labels("t8.september"), "calendar_year"),
        *(
            Column(name, labels(f"works.ready.{name}"), "count", labels(f"document.unit.{units.get(name, 'seats')}"),
                   banded=True)
            for name in READY
        ),
    )  # fmt: skip
    by = own.set_index(["stage", "year", "indicator"]).sort_index()
    there = set(own["stage"])
    order = [stage.id for stage in seen.run.study.stages if stage.id in there]
    rows = [
        (seen.setting.name("stage", stage), float(year), *(_ready(by, (stage, year, name)) for name in READY))
        for stage in (order if len(order) == 1 else [*order, "all"])
        for year in sorted(set(own["year"]))
    ]
    title, basis = labels("t8.seats_title"), calendar_basis(seen, future, plan)
    return Table("t8_seats", title, columns, tuple(rows), basis)


def _ready(by: pd.DataFrame, key: tuple[str, int, str]) -> Cell:
    return band80(by.loc[key]) if key in by.index else None  # type: ignore[index]
