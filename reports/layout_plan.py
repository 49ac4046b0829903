"""The layout plan (布局规划): demand and places by zone, schools, zones, sequence, boarding, guards, maps, verdicts."""

from dataclasses import replace

import pandas as pd

from reports import guards_view
from reports.document import Basis, Block, Cell, Column, Document, Heading, PageBreak, Paragraph, Table
from reports.document_case import not_headline, number, of_plan, put_forward
from reports.document_maps import use_maps
from reports.document_parts import document, signatures, simulated
from reports.dossier_gap import county_table, plans, zone_name, zones
from reports.dossier_schedule import openings
from reports.layout_network import constraint, counted, kept_zones, network, warned, zone_changes
from reports.sentences import MARKS, headline
from reports.view import View

MOST_NAMED = 10
"""Zones that are short, named in the text; the table has all."""


def layout(seen: View) -> Document:
    """The document of the plan that is put forward, of the headline plan where none has projects."""
    plan = put_forward(seen) or seen.plan
    labels = seen.labels
    chapters = (_summary, _demand, _network, _zones, _sequence, _boarding, _guards, _maps, _verdicts)
    blocks = [block for chapter in chapters for block in chapter(seen, plan)]
    titles = (
        labels("layout.title", study=labels.pick(seen.run.study.name)),
        labels("layout.subtitle", plan=seen.words.plan(plan)),
    )
    return document("layout", seen, titles, [*blocks, PageBreak(), signatures(seen)])


def _chapter(seen: View, key: str, *blocks: Block) -> list[Block]:
    return [Heading(1, seen.labels(f"layout.chapter.{key}")), *blocks]


def _summary(seen: View, plan: str) -> list[Block]:
    """The verdict first, then the county by year without and with the plan."""
    labels = seen.labels
    done = counted(network(seen, plan))
    parts = [labels("layout.counted", action=action, n=labels.count("school", n)) for action, n in done.items()]
    told = labels("layout.summary", plan=seen.words.plan(plan), parts=labels("word.list").join(parts))
    county = county_table(seen, {one: zones(seen, one) for one in plans(seen)})
    lead = Paragraph(headline(seen.table, seen.words), "lead")
    told += not_headline(seen, plan)
    return _chapter(seen, "summary", lead, Paragraph(told), replace(county, key="layout_county"))


def _demand(seen: View, plan: str) -> list[Block]:
    """Demand and places of every zone in every year of the window, and whether they suffice."""
    labels, kept = seen.labels, kept_zones(seen, plan)
    if not kept:
        return []
    count = sum(len(one.years) for one in kept)
    said = {
        "n": count,
        "held": count - sum(len(one.short) for one in kept),
        "sure": count - sum(len(one.unsure) for one in kept),
    }
    short = [
        labels("layout.short_zone", zone=zone_name(seen, one.zone), years=labels("word.list").join(map(str, one.short)))
        for one in kept
        if one.short
    ]
    key = "layout.constraint" if warned((one.stage,) for one in kept) else "layout.constraint_schools"
    blocks: list[Block] = [Paragraph(labels(key, plan=seen.words.plan(plan), **said))]
    if short:
        told = labels("word.clauses").join(short[:MOST_NAMED]) + (" …" if len(short) > MOST_NAMED else "")
        blocks.append(Paragraph(labels("layout.constraint_short", zones=told), "warning"))
    table = constraint(seen, plan)
    return _chapter(seen, "demand", *blocks, table)


def _network(seen: View, plan: str) -> list[Block]:
    return _chapter(seen, "network", network(seen, plan))


def _zones(seen: View, plan: str) -> list[Block]:
    table = zone_changes(seen, plan)
    said = seen.labels("layout.zones" if table.rows else "layout.zones_none", n=len(table.rows))
    return _chapter(seen, "zones", Paragraph(said), *([table] if table.rows else []))


def _sequence(seen: View, plan: str) -> list[Block]:
    """Projects in the order in which they open."""
    if not seen.run.study.plan(plan).projects:
        return []
    table = openings(seen, plan)
    at = [column.key for column in table.columns].index("opens_p50")
    rows = sorted(table.rows, key=lambda row: _opening(row[at]))
    title = seen.labels("layout.title.sequence")
    return _chapter(seen, "sequence", replace(table, key="layout_sequence", title=title, rows=tuple(rows)))


def _opening(cell: Cell) -> float:
    return cell if isinstance(cell, float) else float("inf")


def _boarding(seen: View, plan: str) -> list[Block]:
    """Boarders against beds at the end of the window, and school buses of the plan."""
    future, last = seen.run.study.reference_future, seen.run.study.window[1]
    tables = seen.run.tables
    beds = of_plan(tables.boarding, future, plan, year=last, stage="all")
    buses = of_plan(tables.buses, future, plan, year=last)
    blocks: list[Block] = []
    basis = simulated(seen, future, plan)
    if len(beds):
        blocks.append(_beds_table(seen, beds, basis))
    if len(buses):
        blocks.append(_buses_table(seen, plan, buses, basis))
    return _chapter(seen, "boarding", *blocks) if blocks else []


def _beds_table(seen: View, beds: pd.DataFrame, basis: Basis) -> Table:
    labels, people = seen.labels, seen.labels("document.unit.people")
    many = seen.run.study.draws > 1
    columns = (
        Column("school", labels("column.school")),
        Column("pupils", labels("layout.pupils"), "count", people, people=True),
        Column("boarders", labels("layout.boarders"), "count", people, people=True),
        Column("boarders_p90", labels("layout.boarders_p90"), "count", people, people=True),
        Column("beds", labels("layout.beds"), "count"),
        Column("p_short", labels("layout.p_short"), "chance"),
    )
    names = ("pupils", "boarders", "p90", "beds", "p_short")
    rows = tuple(
        (seen.words.school(str(row["school"])), *(_cell(row[name], many or name != "p_short") for name in names))
        for row in beds.to_dict("records")
    )
    title = labels("layout.title.boarding", year=labels.school_year(seen.run.study.window[1]))
    return Table("layout_boarding", title, columns, rows, basis, (labels("layout.remark.boarding"),))


def _buses_table(seen: View, plan: str, buses: pd.DataFrame, basis: Basis) -> Table:
    labels, called = seen.labels, seen.run.study.plan(plan).buses
    columns = (
        Column("bus", labels("layout.bus")),
        Column("school", labels("column.school")),
        Column("children", labels("layout.children"), "tenth", labels("document.unit.people"), people=True),
        Column("runs", labels("layout.runs"), "count"),
        Column("km", labels("layout.km"), "tenth", "km"),
        Column("minutes_walk", labels("layout.walk"), "count", "min"),
        Column("minutes_bus", labels("layout.by_bus"), "count", "min"),
        Column("cost_per_year", labels("layout.cost_year"), "money", labels("document.unit.wan")),
    )
    numbers = ("children", "runs", "km", "minutes_walk", "minutes_bus", "cost_per_year")
    rows = tuple(
        (
            labels.pick(called[str(row["bus"])]) if str(row["bus"]) in called else str(row["bus"]),
            seen.words.school(str(row["school"])),
            *(number(row[name]) for name in numbers),
        )
        for row in buses.to_dict("records")
    )
    return Table("layout_buses", labels("layout.title.buses"), columns, rows, basis)


def _cell(value: object, wanted: bool) -> Cell:
    return number(value) if wanted else None


def _guards(seen: View, plan: str) -> list[Block]:
    """Guard-rails of closures of this plan, as the report tells them."""
    guarded = [card.id for card in seen.run.study.plans if card.guards]
    if plan not in guarded:
        return []
    told = (guards_view.page(seen) or [])[guarded.index(plan)]
    columns = tuple(Column(f"c{place}", head) for place, head in enumerate(told.heads))
    basis = replace(simulated(seen, seen.run.study.reference_future, plan), future="")
    table = Table("layout_guards", told.title, columns, tuple(told.rows), basis, told.remarks)
    return _chapter(seen, "guards", table)


def _maps(seen: View, plan: str) -> list[Block]:
    """Use of seats today and at the end of the window with the plan, for each stage."""
    blocks = use_maps(seen, plan, "layout")
    return _chapter(seen, "maps", Paragraph(seen.labels("layout.maps"), "note"), *blocks) if blocks else []


def _verdicts(seen: View, plan: str) -> list[Block]:
    """Deciding clauses and the verdict on each in every future: the county row."""
    labels, study = seen.labels, seen.run.study
    table = seen.run.tables.verdicts
    own = table[(table["plan"] == plan) & (table["scope"] == "county")]
    said = {(row["rule"], row["future"]): row for row in own.to_dict("records")}
    columns = (
        Column("code", labels("ground.column.code")),
        Column("clause", labels("ground.column.clause")),
        *(Column(f"in_{future.id}", labels.pick(future.name)) for future in study.futures),
        Column("source", labels("ground.column.source")),
        Column("grade", labels("ground.column.grade")),
    )
    rows: list[tuple[Cell, ...]] = []
    for rule in study.rules:
        if rule.decides and any((rule.code, future.id) in said for future in study.futures):
            cells = (_verdict(seen, said.get((rule.code, future.id))) for future in study.futures)
            grade = labels.grade(rule.source_grade) or None
            rows.append((rule.code, seen.words.clause(rule.code), *cells, labels.pick(rule.source) or None, grade))
    whole = (_verdict(seen, said.get(("all", future.id))) for future in study.futures)
    rows.append((labels("layout.all"), labels("word.all_rules"), *whole, None, None))
    basis = simulated(seen, study.reference_future, plan)
    basis = replace(basis, future=labels("t9.all_futures", n=len(study.futures)))
    remarks = (labels("layout.remark.verdicts", share=labels.percent(study.p_required)),)
    title = labels("layout.title.verdicts", first=labels.school_year(study.window[0]),
                   last=labels.school_year(study.window[1]))  # fmt: skip
    return _chapter(seen, "verdicts", Table("layout_verdicts", title, columns, tuple(rows), basis, remarks, wide=True))


def _verdict(seen: View, row: "dict[object, object] | None") -> str | None:
    """Sign, word and probability of a verdict."""
    if row is None:
        return None
    word, chance = str(row["verdict"]), float(str(row["probability"]))
    said = f"{MARKS[word]} {seen.labels(f'verdict.{word}')}"
    if chance != chance or seen.run.study.draws == 1 or word == "not-assessed":
        return said
    return f"{said} {seen.labels.percent(chance, float(str(row['required'])))}"
