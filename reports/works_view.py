"""The section on the building of projects: calendar, money by source, a page for each project, work plan, seats."""

from dataclasses import dataclass

import pandas as pd

from reports.album import Album
from reports.figures_funds import fund_flow
from reports.figures_gantt import Works, gantt, handover_order
from reports.figures_setting import Caption, Case
from reports.i18n import NOTHING, decimal, integer
from reports.pictures import Choice, Switch, sheets_of_projects
from reports.view import View
from reports.works_card import WorksCard
from reports.works_pages import ProjectPage, project_pages
from reports.works_words import source_name

Rows = list[tuple[str, ...]]
WORK_HEADS = ("bureau", "project", "stage", "act", "begin", "end", "latest", "money")
READY = ("nominal", "new", "safe", "demand", "short")
READY_HEADS = ("stage", "year", *READY)
YEARS_SHOWN = 6
"""Calendar years of work told in the report; the workbook has all."""


@dataclass(frozen=True)
class WorkYear:
    """Work of one calendar year."""

    title: str
    rows: Rows


@dataclass(frozen=True)
class Page:
    """What the template of the section names."""

    lead: str
    calendar: Switch
    money: Switch | None
    projects_title: str
    projects: list[ProjectPage]
    work_title: str
    work_lead: str
    work_heads: list[str]
    work: list[WorkYear]
    ready_title: str
    ready_heads: list[str]
    ready: Rows


def page(seen: View, album: Album) -> Page | None:
    """The section in the future of the headline; None for plans without projects and for earlier run folders."""
    card, tables = seen.run.study.works, seen.run.tables
    if card is None or tables.stages.empty or not seen.built:
        return None
    plan = seen.plan if seen.plan in seen.built else seen.built[0]
    name, labels = seen.words.plan(plan), seen.labels
    plans = sorted(seen.built, key=lambda one: one != plan)
    grades = sorted({stage.source_grade for stage in card.stages.values()})
    return Page(
        lead=labels("works.lead", future=seen.words.future(seen.future)),
        calendar=_calendar(seen, album, plans, card),
        money=_money(seen, album, plans, card),
        projects_title=labels("works.projects", plan=name),
        projects=project_pages(seen, card, plan),
        work_title=labels("works.plan", plan=name),
        work_lead=labels("works.plan_lead", grades="/".join(grades)),
        work_heads=[labels(f"works.column.{head}") for head in WORK_HEADS],
        work=_work(seen, plan, card),
        ready_title=labels("works.ready", plan=name),
        ready_heads=[labels(f"works.ready.{head}") for head in READY_HEADS],
        ready=ready_rows(seen, plan),
    )


def calendar(seen: View, album: Album) -> Switch | None:
    """The calendar of the stages of projects, the headline plan first; None as for `page`."""
    card = seen.run.study.works
    if card is None or seen.run.tables.stages.empty or not seen.built:
        return None
    return _calendar(seen, album, sorted(seen.built, key=lambda plan: plan != seen.plan), card)


def _calendar(seen: View, album: Album, plans: list[str], card: WorksCard) -> Switch:
    shown = tuple(Choice(seen.words.plan(plan), _gantt(seen, album, plan, card)) for plan in plans)
    return Switch("gantt", seen.labels("switch.plan"), shown)


def _own(frame: pd.DataFrame, future: str, plan: str) -> pd.DataFrame:
    return frame[(frame["future"] == future) & (frame["plan"] == plan)]


def _gantt(seen: View, album: Album, plan: str, card: WorksCard) -> tuple[int, ...]:
    groups, labels = tuple(card.groups), seen.labels
    works = Works(
        group_of={stage: groups.index(one.group) for stage, one in card.stages.items()},
        groups=tuple(labels.pick(card.groups[group]) for group in groups),
        promised={one.id: one.opens for one in seen.run.study.plan(plan).projects if one.opens is not None},
        seasons=tuple((labels.pick(one.name), one.months) for one in card.seasons),
    )
    own = _own(seen.run.tables.stages, seen.future, plan)
    caption = _finding(seen, plan, own)
    return tuple(
        album.add(gantt, caption, own[own["project"].isin(part)], setting, case=Case(seen.future, plan), works=works)
        for part, setting in sheets_of_projects(seen, plan, handover_order(own, seen.setting.base_year))
    )


def _finding(seen: View, plan: str, stages: pd.DataFrame) -> Caption:
    """The last hand-over by the median, and how many come by the first 1 September after the base year's window."""
    labels, name = seen.labels, seen.words.plan(plan)
    ends = stages.sort_values("order").groupby("project")["end_p50"].last()
    known = ends[ends != ""]
    if known.empty:
        return Caption(labels("works.finding_none", plan=name))
    last, year = str(known.idxmax()), seen.run.study.window[1]
    values = {"n": labels.count("project", len(ends)), "late": seen.of_plan(plan).name("project", last)}
    done = labels.count("project", int((known <= f"{year}-09-01").sum()))
    return Caption(labels("works.finding", plan=name, month=str(known.max())[:7], year=year, open=done, **values))


def _money(seen: View, album: Album, plans: list[str], card: WorksCard) -> Switch | None:
    """Spending by source, of plans with several sources that spend (one source is the picture of the cash flow)."""
    choices = []
    for plan in plans:
        own = _own(seen.run.tables.cash, seen.future, plan)
        spent = own[own["kind"] == "fund_spend"].groupby("source", sort=False)["mean"].sum()
        spent = spent[spent > 0]
        if len(spent) < 2:
            continue
        labels = seen.labels
        names = {str(source): source_name(labels, card, plan, str(source)) for source in spent.index}
        parts = [
            labels("works.funds_part", source=names[str(source)], amount=labels.money(amount))
            for source, amount in spent.items()
        ]
        said = labels("works.funds_finding", plan=seen.words.plan(plan), total=labels.money(spent.sum()),
                      parts=labels("word.list").join(parts))  # fmt: skip
        picture = album.add(fund_flow, Caption(said), own, seen.setting, case=Case(seen.future, plan), names=names)
        choices.append(Choice(seen.words.plan(plan), (picture,)))
    return Switch("funds", seen.labels("switch.plan"), tuple(choices)) if choices else None


def work_cells(seen: View, plan: str, card: WorksCard, rows: pd.DataFrame) -> list[tuple[str | float, ...]]:
    """Rows of the table `work_plan` in words, columns `WORK_HEADS`; money as a number, nan for none."""
    labels, setting = seen.labels, seen.of_plan(plan)
    rank = {bureau: place for place, bureau in enumerate(card.bureaus)}
    by = ["rank", "begin", "project", "order"]
    return [
        (
            labels.pick(card.bureaus.get(str(row["bureau"]), str(row["bureau"]))),
            setting.name("project", str(row["project"])),
            labels.pick(card.stages[str(row["stage"])].name),
            labels(f"works.act.{row['act']}"),
            str(row["begin"]),
            str(row["end"]) or labels("works.later"),
            str(row["end_p90"]) or labels("works.later"),
            float(row["money"]) if row["money"] > 0 else float("nan"),
        )
        for row in rows.assign(rank=rows["bureau"].map(rank)).sort_values(by, kind="stable").to_dict("records")
    ]


def _work(seen: View, plan: str, card: WorksCard) -> list[WorkYear]:
    own = _own(seen.run.tables.work_plan, seen.future, plan)
    found = []
    for year in sorted(set(own["year"]))[:YEARS_SHOWN]:
        rows = own[own["year"] == year]
        cells = work_cells(seen, plan, card, rows)
        texts = [(*row[:-1], NOTHING if row[-1] != row[-1] else decimal(float(row[-1]), 1)) for row in cells]
        money, count = float(rows["money"].sum()), integer(len(rows))
        key = "works.year" if money > 0 else "works.year_free"
        title = seen.labels(key, year=int(year), n=count, money=seen.labels.money(money))
        found.append(WorkYear(title, [tuple(str(cell) for cell in row) for row in texts]))
    return found


def ready_rows(seen: View, plan: str) -> Rows:
    """Seats in use on every 1 September by stage, medians with 10-90 %."""
    own = _own(seen.run.tables.seats_ready, seen.future, plan)
    keys = zip(own["stage"], own["year"], own["indicator"], strict=True)
    found = dict(zip(keys, own[["p10", "p50", "p90"]].to_numpy(dtype=float).tolist(), strict=True))
    there = set(own["stage"])
    stages = [stage.id for stage in seen.run.study.stages if stage.id in there]
    rows: Rows = []
    for stage in stages if len(stages) == 1 else [*stages, "all"]:
        for year in sorted(set(own["year"])):
            cells = [_range(seen, found[stage, year, indicator]) for indicator in READY]
            rows.append((seen.setting.name("stage", stage), str(year), *cells))
    return rows


def _range(seen: View, quantiles: list[float]) -> str:
    low, middle, high = (integer(value) for value in quantiles)
    return middle if low == high else seen.labels("money.range", mean=middle, low=low, high=high)
