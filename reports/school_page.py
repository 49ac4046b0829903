"""One page of a school in `一校一案`: what it is, what comes, what is missing, what is done, what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from reports.document import Band, Block, Cell, Column, Heading, Paragraph, Picture, Table
from reports.document_case import calendar_basis, number
from reports.document_parts import bands, simulated
from reports.dossier_read import told_years
from reports.dossier_schedule import kept, opening_rows, opening_years, owner_of
from reports.explain import explain
from reports.explain_case import Reader
from reports.figures_setting import Case
from reports.figures_small_fan import SIZE_MM, small_fan
from reports.matrix import NEGLIGIBLE, Breach, breaches
from reports.needs_words import Naming, lacking
from reports.sentences import MARKS
from reports.study_card import ProjectCard
from reports.style import to_png
from reports.view import View, size_rule
from sim.judge import wilson

DPI = 150
MOST_GAPS, MOST_TASKS, MOST_NEEDS = 4, 4, 4
"""Rows of a page; what is left is counted under the table, the problem list has all."""
NOT_TOLD = float("nan")
SAID = ("what", "fix")
"""Sentences of the explanation that a page has room for."""


@dataclass(frozen=True)
class Desk:
    """What all pages of a run share: the case, rows by school, openings of projects, one reader for each future."""

    seen: View
    plan: str
    future: str
    rows: Mapping[str, pd.DataFrame]
    """Rows of the schools table by school, this case."""
    problems: Mapping[str, pd.DataFrame]
    needs: Mapping[str, pd.DataFrame]
    openings: Mapping[str, pd.DataFrame]
    today: Mapping[str, float]
    worst: Mapping[str, Breach]
    """Likeliest breach of each school under the plan, over futures and deciding clauses."""
    readers: dict[str, Reader] = field(default_factory=dict)


def page(desk: Desk, school: str, *, charts: bool) -> list[Block]:
    """The page; charts: a fan of the roll instead of the table of years."""
    seen = desk.seen
    blocks: list[Block] = [
        Heading(1, seen.words.school(school)),
        Paragraph(_facts(desk, school)),
        _verdict(desk, school),
    ]
    fan = _fan(desk, school) if charts else None
    blocks.append(fan or years(desk, school))
    told = [table for table in (gaps(desk, school), tasks(desk, school)) if table is not None]
    return [*blocks, *told, Paragraph(_money(desk, school))]


def own_tasks(desk: Desk, school: str) -> list[ProjectCard]:
    """Projects at the school, those that take zones off it or bring it pupils: as the problem list and the plan say."""
    listed = {key for text in _part(desk.problems, school, "tasks") for key in str(text).split()}
    return [
        one
        for one in desk.seen.run.study.plan(desk.plan).projects
        if one.school == school or school in one.receivers or one.id in listed
    ]


def _part(frames: Mapping[str, pd.DataFrame], school: str, column: str) -> list[object]:
    frame = frames.get(school)
    return [] if frame is None else list(frame[column])


def _facts(desk: Desk, school: str) -> str:
    """Grades, pupils of the base year, seats, rooms and classes of the first year."""
    seen, labels, study = desk.seen, desk.seen.labels, desk.seen.run.study
    schools = seen.run.tables.school_list
    row = schools[schools["school"] == school].iloc[0]
    first = _first_year(desk, school)
    said = {name: labels.integer(first.get(name, float("nan"))) for name in ("seats", "rooms", "classes")}
    today = desk.today.get(school)
    grades = f"{row['first_grade']}–{row['last_grade']}"
    if today is None and row["opened_by"]:
        opener = seen.of_plan(desk.plan).name("project", str(row["opened_by"]))
        return labels("plans.facts_new", grades=grades, project=opener)
    pupils = labels.integer(today or 0.0)
    return labels("plans.facts" if today else "plans.facts_empty", grades=grades, pupils=pupils, **said,
                  base=labels.school_year(study.base_year), year=labels.school_year(study.base_year + 1))  # fmt: skip


def _first_year(desk: Desk, school: str) -> dict[str, float]:
    """Seats, rooms and classes (of all stages) of the first year, medians."""
    frame = desk.rows.get(school)
    if frame is None:
        return {}
    rows = frame[(frame["year"] == frame["year"].min()) & frame["indicator"].isin(["seats", "rooms", "classes"])]
    whole = rows[(rows["stage"] == "all")]
    found = {str(name): float(value) for name, value in zip(whole["indicator"], whole["p50"], strict=True)}
    if "classes" not in found and (rows["indicator"] == "classes").any():
        stages = [stage.id for stage in desk.seen.run.study.stages]
        found["classes"] = float(rows[(rows["indicator"] == "classes") & rows["stage"].isin(stages)]["p50"].sum())
    return found


def _verdict(desk: Desk, school: str) -> Block:
    """Why the likeliest breach, or that none is in question."""
    seen, breach = desk.seen, desk.worst.get(school)
    if breach is None:
        return Paragraph(seen.labels("plans.no_verdict"), "lead")
    if breach.chance < NEGLIGIBLE:
        return Paragraph(_safe(desk, breach), "lead")
    verdicts = seen.run.tables.verdicts
    row = verdicts[
        (verdicts["future"] == breach.future) & (verdicts["plan"] == breach.plan) & (verdicts["rule"] == breach.rule)
        & (verdicts["scope"] == "school") & (verdicts["stage"] == breach.stage) & (verdicts["entity"] == school)
    ].iloc[0]  # fmt: skip
    reader = desk.readers.setdefault(breach.future, Reader(seen, Case(breach.future, desk.plan)))
    told = explain(seen, {str(name): value for name, value in row.items()}, reader)
    texts = [text for text in (told.sentence(kind) for kind in SAID) if text]
    return Paragraph(("" if seen.labels.lang == "zh" else " ").join(texts), "lead")


def _safe(desk: Desk, breach: Breach) -> str:
    """That a breach is rare, or only that the draws have few: by the upper end of its 95 % interval (Wilson)."""
    labels, plan, draws = desk.seen.labels, desk.seen.words.plan(desk.plan), desk.seen.run.study.draws
    broken = round(breach.chance * draws)
    if draws == 1:
        return labels("plans.unseen_once", plan=plan)
    if float(wilson(broken, draws)[1]) < NEGLIGIBLE and breach.verdict != "undecided":
        return labels("plans.sure", plan=plan)
    return labels("plans.seldom" if broken else "plans.unseen", plan=plan, draws=labels.integer(draws), n=broken)


def _fan(desk: Desk, school: str) -> Picture | None:
    """The roll against limit and seats, reference future, this plan alone."""
    if school not in desk.rows:
        return None
    seen = desk.seen
    rule, name = size_rule(seen, school), seen.words.school(school)
    history = seen.run.tables.history
    bound = None if rule is None else seen.bound(rule)
    figure = small_fan(desk.rows[school], history[history["school"] == school], seen.setting, school, bound)
    if figure is None:
        return None
    title = seen.labels("plans.fan", school=name)
    basis = simulated(seen, desk.future, desk.plan)
    return Picture(f"plan_{school}_fan", title, title, to_png(figure, DPI), SIZE_MM[0], basis)


def years(desk: Desk, school: str) -> Table:
    """Pupils, seats, classes and the largest class by year; the base year as observed."""
    seen, labels, study = desk.seen, desk.seen.labels, desk.seen.run.study
    people, seats = labels("document.unit.people"), labels("document.unit.seats")
    columns = (
        Column("year", labels("t2.year"), "school_year"),
        Column("pupils", labels("layout.pupils"), "count", people, banded=True, people=True),
        Column("seats", labels("layout.seats"), "count", seats),
        Column("largest", labels("plans.largest"), "count", people, banded=True, people=True),
        Column("p_over", labels("plans.p_over"), "chance"),
    )
    rows: list[tuple[Cell, ...]] = [(float(study.base_year), number(desk.today.get(school)), None, None, None)]
    frame = desk.rows.get(school)
    if frame is not None:
        rolls = bands(frame[(frame["indicator"] == "roll") & (frame["stage"] == "all")], "year")
        there = bands(frame[(frame["indicator"] == "seats") & (frame["stage"] == "all")], "year")
        whole = frame[(frame["indicator"] == "largest_class") & ~frame["stage"].str.startswith("grade:")]
        top = whole.sort_values("p50").drop_duplicates("year", keep="last")
        largest = bands(top, "year")
        chances = frame[frame["p_exceed"].notna()].groupby("year")["p_exceed"].max()
        over = {int(str(year)): float(chance) for year, chance in chances.items()} if study.draws > 1 else {}
        for year in told_years(seen):
            place = there.get(year)
            rows.append((float(year), rolls.get(year), None if place is None else place.middle, largest.get(year),
                         number(over.get(year))))  # fmt: skip
    basis = simulated(seen, desk.future, desk.plan)
    return Table(
        f"plan_{school}_years", labels("plans.years", school=seen.words.school(school)), columns, tuple(rows), basis
    )


def gaps(desk: Desk, school: str) -> Table | None:
    """What is broken today or at risk, gravest first: from the problem list."""
    frame = desk.problems.get(school)
    if frame is None or frame.empty:
        return None
    seen, labels = desk.seen, desk.seen.labels
    many = seen.run.study.draws > 1
    columns = (
        Column("clause", labels("ground.column.clause")),
        Column("verdict", labels("column.verdict")),
        Column("chance", labels("plans.chance"), "chance"),
        Column("first", labels("column.first"), "school_year"),
        Column("missing", labels("plans.missing"), "count", labels("document.unit.people"), people=True),
        Column("deadline", labels("problems.column.deadline"), "school_year"),
        Column("owner", labels("t8.owner")),
    )
    decides = {rule.code for rule in seen.run.study.rules if rule.decides}
    order = frame.assign(beside=~frame["rule"].isin(decides), sure=-frame["chance"].fillna(0.0))
    order = order.sort_values(["beside", "sure", "deadline", "rule"])
    rows: list[tuple[Cell, ...]] = []
    for row in order.head(MOST_GAPS).to_dict("records"):
        verdict = str(row["verdict"])
        said = f"{MARKS[verdict]} {labels(f'verdict.{verdict}')}" if verdict else _today_only(desk, row)
        missing = number(row["missing_80"])
        rows.append((
            seen.words.clause(str(row["rule"])), said, number(row["chance"]) if verdict and many else None,
            number(row["first_year"]), missing if isinstance(missing, float) and missing > 0 else None,
            number(row["deadline"]), str(row[f"owner_{labels.lang}"]) or None,
        ))  # fmt: skip
    left = len(frame) - MOST_GAPS
    remarks = (labels("plans.more", n=left),) if left > 0 else ()
    return Table(
        f"plan_{school}_gaps",
        labels("plans.gaps", school=seen.words.school(school)),
        columns,
        tuple(rows),
        None,
        remarks,
    )


def _today_only(desk: Desk, row: Mapping[object, object]) -> str:
    """What becomes of a limit broken today that no future breaks for sure: it holds, is judged later, or never."""
    verdicts = desk.seen.run.tables.verdicts
    own = verdicts[(verdicts["plan"] == desk.plan) & (verdicts["scope"] == "school")]
    for name in ("entity", "rule", "stage"):
        own = own[own[name] == row[name]]
    found = set(own["verdict"])
    key = "open" if not found or "not-assessed" in found else "outlook" if "outlook" in found else "holds"
    return desk.seen.labels(f"plans.today_{key}")


def tasks(desk: Desk, school: str) -> Table | None:
    """Projects that concern the school: what, who, when, how sure, how much."""
    found = own_tasks(desk, school)
    if not found:
        return None
    seen, labels = desk.seen, desk.seen.labels
    many = seen.run.study.draws > 1
    columns = (
        Column("project", labels("build.project")),
        Column("kind", labels("build.kind")),
        Column("owner", labels("t8.owner")),
        Column("start", labels("t8.start")),
        Column("opens", labels("plans.opens"), "school_year", banded=True),
        Column("kept", labels("t8.kept"), "chance"),
        Column("cost", labels("t7.cost"), "money", labels("document.unit.wan")),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in found[:MOST_TASKS]:
        mine = desk.openings.get(one.id)
        opens: Cell = None
        when = {} if mine is None else opening_years(mine)
        if when.get("p50") is not None:
            opens = Band(*(NOT_TOLD if (year := when[name]) is None else year for name in ("p50", "p10", "p90")))
        rows.append((
            labels.pick(one.name), labels(f"figure.kind.{one.kind}"), owner_of(seen, desk.plan, one), one.start or None,
            opens, kept(mine, one.opens) if many and mine is not None else None, float(one.cost),
        ))  # fmt: skip
    left = len(found) - MOST_TASKS
    remarks = (labels("plans.opens_remark"), *((labels("plans.more", n=left),) if left > 0 else ()))
    basis = calendar_basis(seen, desk.future, desk.plan)
    return Table(
        f"plan_{school}_tasks",
        labels("plans.tasks", school=seen.words.school(school)),
        columns,
        tuple(rows),
        basis,
        remarks,
    )


def _money(desk: Desk, school: str) -> str:
    """Cost of the projects at the school, and what is still missing under the plan with its cost."""
    seen, labels = desk.seen, desk.seen.labels
    at_school = sum(one.cost for one in desk.seen.run.study.plan(desk.plan).projects if one.school == school)
    said = labels("plans.money", cost=labels.money(at_school)) if at_school > 0 else labels("plans.money_none")
    frame = desk.needs.get(school)
    missing = lacking(frame, seen.run.study.id) if frame is not None else None
    if missing is None or missing.empty:
        return said
    naming = Naming(labels, seen.words.school, seen.run.study.id)
    parts = [_need(naming, row) for row in missing.head(MOST_NEEDS).to_dict("records")]
    more = labels("plans.and_more", n=len(missing) - MOST_NEEDS) if len(missing) > MOST_NEEDS else ""
    cost = float(missing["cost"].sum())
    unknown = int(missing["cost"].isna().sum())
    tail = labels("plans.needs_cost", cost=labels.money(cost), unknown=unknown) if cost > 0 else ""
    share = labels.percent(float(missing["required"].iloc[0]))
    return said + labels("plans.needs", share=share, parts=labels("word.list").join(parts) + more) + tail


def _need(naming: Naming, row: Mapping[object, object]) -> str:
    labels, kind = naming.labels, str(row["kind"])
    name = labels(f"lacks.kind.{kind}") if labels.has(f"lacks.kind.{kind}") else kind
    return labels("plans.need", what=name, n=labels.integer(float(str(row["missing"]))),
                  unit=labels(f"lacks.unit.{row['unit']}"))  # fmt: skip


def desk_of(seen: View, plan: str) -> Desk:
    """Rows of a run sorted out once for all pages: reference future, the plan that is put forward."""
    study, tables = seen.run.study, seen.run.tables
    future = study.reference_future
    worst: dict[str, Breach] = {}
    for breach in breaches(seen.run):
        if breach.plan == plan:
            worst.setdefault(breach.school, breach)
    today = tables.history[tables.history["year"] == study.base_year].groupby("school")["pupils"].sum()
    problems = tables.problems[tables.problems["plan"] == plan]
    return Desk(
        seen, plan, future,
        rows=_by(_case(tables.schools, future, plan), "entity"),
        problems=_by(problems, "entity"),
        needs=_by(_case(tables.needs, future, plan), "entity"),
        openings=opening_rows(seen, plan, future),
        today={str(key): float(value) for key, value in today.items()},
        worst=worst,
    )  # fmt: skip


def _case(frame: pd.DataFrame, future: str, plan: str) -> pd.DataFrame:
    return frame[(frame["future"] == future) & (frame["plan"] == plan)]


def _by(frame: pd.DataFrame, column: str) -> dict[str, pd.DataFrame]:
    return {str(key): rows for key, rows in frame.groupby(column, sort=False)}
