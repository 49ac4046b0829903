"""The one-page briefing for the standing committee: conclusion, numbers, one table, one chart, decisions asked for."""

import math
from dataclasses import replace

from reports.charts import chart_png
from reports.document import Band, Basis, Block, Cell, Column, Document, Items, Paragraph, Picture, Table
from reports.document_case import not_headline, of_plan, put_forward
from reports.document_parts import bands, document, simulated
from reports.dossier_gap import zones
from reports.dossier_money import gap_words
from reports.dossier_read import observed_grades
from reports.layout_network import warned
from reports.matrix import Row
from reports.pictures import stages_by_need
from reports.png_size import png_size
from reports.sentences import MARKS, headline, marks
from reports.view import View

MOST_PLANS = 4
"""Plans in the table: the headline plan, the baseline, and the next ones of the scenario file."""
MOST_YEARS = 5
"""Calendar years of money named in the decisions; what is left is told in one sum."""
CHART_MM, TALLEST_MM, LOWEST_MM = 150.0, 85.0, 40.0
"""Width of the chart, and between which heights it takes what is left of the page; with less room it is left out."""
PAGE_MM, HEAD_MM, TABLE_MM, ROW_MM, CAPTION_MM = 259.0, 22.0, 19.0, 6.0, 14.0
"""Text block of a short paper, and what title, table and caption take of it."""
LINE = {"zh": (6.2, 39.0), "en": (5.1, 49.0)}
"""Pitch of lines [mm] and room of a line [em]."""
FULL_WIDTH = 0x2E7F
"""Signs beyond are as wide as high (CJK), others about half as wide."""


def briefing(seen: View) -> Document:
    """One page A4 in either language."""
    labels = seen.labels
    plan = put_forward(seen)
    told, asked = tuple(numbers(seen, plan or seen.plan)), tuple(decisions(seen, plan))
    table, lead = plans_table(seen), headline(seen.table, seen.words)
    beside = not_headline(seen, plan) if plan is not None else ""
    blocks: list[Block] = [
        Paragraph(lead, "lead"),
        *([Paragraph(beside)] if beside else []),
        Paragraph(labels("briefing.numbers")),
        Items(told),
        table,
        *_chart(seen, chart_room(seen, (lead, beside, *told, *asked, *table.remarks), len(table.rows))),
        Paragraph(labels("briefing.decisions")),
        Items(asked),
    ]
    titles = (labels("briefing.title", study=labels.pick(seen.run.study.name)), labels("briefing.subtitle"))
    return document("briefing", seen, titles, blocks, cover=False)


def numbers(seen: View, plan: str) -> list[str]:
    """Pupils, places missing, assurance, money: one sentence each, in the reference future unless it says otherwise."""
    said = [_pupils(seen), _places(seen, plan), _assurance(seen, plan), _money(seen, plan)]
    return [text for text in said if text]


def _pupils(seen: View) -> str:
    """Pupils of the base year, of the year with most, and of the last year; the peak may be today, or the end."""
    labels, study = seen.labels, seen.run.study
    county = of_plan(seen.run.tables.county, study.reference_future, seen.baseline, indicator="roll", stage="all")
    by = bands(county, "year")
    if not by:
        return ""
    today = sum(observed_grades(seen.run).values())
    peak, end = max(by, key=lambda year: by[year].middle), max(by, key=lambda year: int(str(year)))
    top, last = by[peak], by[end]
    way = "fall" if top.middle <= today else "rise" if peak == end else "peak"
    return labels(
        f"briefing.pupils_{way}",
        today=labels.integer(today),
        peak=labels.school_year(int(str(peak))),
        top=labels.interval(top.middle, top.low, top.high),
        horizon=labels.school_year(int(str(end))),
        last=labels.interval(last.middle, last.low, last.high),
    )


def _places(seen: View, plan: str) -> str:
    """Places missing in the worst year of the window, zone by zone: without and with the plan, and of which grades."""
    labels, study = seen.labels, seen.run.study
    gaps, by = {}, "_schools"
    for which in (seen.baseline, plan):
        years: dict[int, float] = {}
        found = zones(seen, which)
        by = "" if warned(found) else by
        for (_, _, year), zone in found.items():
            if study.window[0] <= year <= study.window[1]:
                years[year] = years.get(year, 0.0) + max(zone.gap, 0.0)
        if not years:
            return ""
        gaps[which] = max(years.items(), key=lambda pair: pair[1])
    year, missing = gaps[seen.baseline]
    said = {"year": labels.school_year(year), "n": labels.integer(missing)}
    if plan == seen.baseline:
        return labels(f"briefing.places_alone{by}", **said)
    names = {"base": seen.words.plan(seen.baseline), "plan": seen.words.plan(plan)}
    return labels(f"briefing.places{by}", left=labels.integer(gaps[plan][1]), **names, **said)


def _assurance(seen: View, plan: str) -> str:
    """Probability that the standards are kept in the worst future, without and with the plan."""
    labels, study = seen.labels, seen.run.study
    if study.draws == 1:
        return ""
    found = []
    for which in dict.fromkeys((seen.baseline, plan)):
        cell = min(seen.table.row(which).cells, key=lambda one: one.probability if one.probability >= 0 else 2.0)
        if cell.probability != cell.probability:
            return ""
        chance, future = labels.percent(cell.probability, cell.required), seen.words.future(cell.future)
        found.append(labels("briefing.chance", plan=seen.words.plan(which), chance=chance, future=future))
    return labels("briefing.assurance", parts=labels("word.list").join(found), share=labels.percent(study.p_required))


def _money(seen: View, plan: str) -> str:
    labels, card = seen.labels, seen.run.study.plan(plan)
    if not card.projects:
        return ""
    cost, given = sum(one.cost for one in card.projects), sum(card.budget.values())
    key = "briefing.money" if card.budget else "briefing.money_unfunded"
    count = labels.count("project", len(card.projects))
    gap = gap_words(seen, given, cost)
    return labels(key, n=count, cost=labels.money(cost), given=labels.money(given), gap=gap)


def plans_table(seen: View) -> Table:
    """Plans side by side: futures held, the worst future, cost, unused seats."""
    labels, table = seen.labels, seen.table
    futures, year = len(seen.run.study.futures), labels.school_year(table.unused_year)
    shown = tuple(dict.fromkeys((seen.plan, seen.baseline, *(row.plan for row in table.rows))))[:MOST_PLANS]
    columns = (
        Column("plan", labels("column.plan")),
        Column("held", labels("briefing.held", n=futures), "count"),
        Column("worst", labels("briefing.worst")),
        Column("cost", labels("briefing.cost"), "money", labels("document.unit.wan")),
        Column("unused", labels("briefing.unused", year=year), "count", banded=True),
    )
    rows = tuple(_row(seen, table.row(plan)) for plan in shown)
    reference = seen.run.study.reference_future
    basis = simulated(seen, reference)
    basis = Basis(basis.date, "", basis.method, labels("t9.all_futures", n=futures))
    remark = labels("briefing.remark", future=seen.words.future(reference))
    return Table("briefing", labels("briefing.table"), columns, rows, basis, (remark,))


def _row(seen: View, row: Row) -> tuple[Cell, ...]:
    bad = min(row.cells, key=lambda one: one.probability if one.probability >= 0 else 2.0)
    worst = f"{MARKS[bad.verdict]} {seen.labels(f'verdict.{bad.verdict}')}"
    if seen.run.study.draws > 1 and bad.probability == bad.probability:
        worst = f"{worst} {seen.labels.percent(bad.probability, bad.required)}"
    unused = None
    if row.unused_seats is not None:
        unused = Band(row.unused_seats.middle, row.unused_seats.low, row.unused_seats.high)
    return seen.words.plan(row.plan), float(row.held), worst, row.cost, unused


def chart_room(seen: View, texts: tuple[str, ...], rows: int) -> float:
    """Height that texts, marks and the table leave to the chart [mm]; estimated by letters, so that the page holds."""
    pitch, room = LINE[seen.labels.lang]
    lines = [*texts, *marks(seen.words)]
    wide = [sum(1.0 if ord(sign) > FULL_WIDTH else 0.5 for sign in text) + 4.0 for text in lines]
    taken = pitch * (2 + sum(math.ceil(one / room) for one in wide))
    return PAGE_MM - HEAD_MM - TABLE_MM - ROW_MM * rows - CAPTION_MM - taken


def _chart(seen: View, room: float) -> list[Block]:
    """Seats against pupils of the stage in need, under the baseline and the headline plan, as high as there is room."""
    if room < LOWEST_MM:
        return []
    study, stage = seen.run.study, stages_by_need(seen)[0]
    kept = tuple(card for card in study.plans if card.id in (seen.baseline, seen.plan))
    small = replace(
        seen,
        run=replace(seen.run, study=study.model_copy(update={"plans": kept})),
        setting=replace(seen.setting, stages={stage: seen.setting.stages[stage]}),
    )
    blocks: list[Block] = []
    for title, alt, png in chart_png(small, "seats", CHART_MM)[:1]:
        wide, high = png_size(png)
        blocks.append(Picture("briefing_chart", title, alt, png, min(CHART_MM, min(TALLEST_MM, room) * wide / high)))
    return blocks


def decisions(seen: View, plan: str | None) -> list[str]:
    """What the committee is asked to decide; where no plan has projects, that one be made."""
    labels, study = seen.labels, seen.run.study
    if plan is None:
        return [labels("briefing.ask.plan"), labels("briefing.ask.review")]
    card = study.plan(plan)
    key = "briefing.ask.approve" if card.projects else "briefing.ask.plain"
    asked = [labels(key, plan=seen.words.plan(plan), n=labels.count("project", len(card.projects)))]
    years = sorted(year for year, amount in card.budget.items() if amount > 0)
    if years:
        told, rest = years[:MOST_YEARS], sum(card.budget[year] for year in years[MOST_YEARS:])
        parts = [labels("briefing.year", year=year, amount=labels.money(card.budget[year])) for year in told]
        parts += [labels("briefing.rest", amount=labels.money(rest))] if rest else []
        asked.append(labels("briefing.ask.money", parts=labels("word.list").join(parts)))
    steps = of_plan(seen.run.tables.plan_steps, study.reference_future, plan)
    zoned, closed = int((steps["what"] == "rezones").sum()), sum(one.kind == "closure" for one in card.projects)
    if zoned or closed:
        asked.append(labels("briefing.ask.change", zones=zoned, closures=closed))
    asked.append(labels("briefing.ask.review"))
    return asked
