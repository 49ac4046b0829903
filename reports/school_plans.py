"""One plan per school (一校一案): a list of all schools, then a page each, those that decide first."""

from reports.document import Block, Cell, Column, Document, PageBreak, Paragraph, Table
from reports.document_case import not_headline, number, put_forward
from reports.document_parts import document, simulated
from reports.layout_network import action_of
from reports.paper_defaults import paper_defaults
from reports.school_page import Desk, desk_of, own_tasks, page
from reports.sentences import MARKS
from reports.view import View


def school_plans(seen: View) -> Document:
    """The document of the plan that is put forward, of the headline plan where none has projects."""
    labels, plan = seen.labels, put_forward(seen) or seen.plan
    desk = desk_of(seen, plan)
    schools = in_order(desk)
    most = paper_defaults().schools_with_charts
    charts = len(schools) <= most
    said = labels("plans.lead", n=labels.count("school", len(schools)), plan=seen.words.plan(plan),
                  future=seen.words.future(desk.future))  # fmt: skip
    blocks: list[Block] = [Paragraph(said + not_headline(seen, plan))]
    if not charts:
        blocks.append(Paragraph(labels("plans.no_charts", n=len(schools), most=most), "note"))
    blocks.append(listing(desk, schools))
    for school in schools:
        blocks += [PageBreak(), *page(desk, school, charts=charts)]
    titles = (labels("plans.title", study=labels.pick(seen.run.study.name)), labels("plans.subtitle"))
    return document("schools", seen, titles, blocks, cover=False)


def in_order(desk: Desk) -> list[str]:
    """Schools of the plan: those that decide its verdict, then by the chance of their likeliest breach, then by id."""
    study = desk.seen.run.study
    own = {one.id for one in study.plan(desk.plan).projects}
    every = desk.seen.run.tables.school_list
    there = [str(s) for s, by in zip(every["school"], every["opened_by"], strict=True) if not by or by in own]
    first = [breach.school for breach in desk.seen.deciding if breach.school in there]

    def rank(school: str) -> tuple[float, str]:
        breach = desk.worst.get(school)
        return (0.0 if breach is None else -breach.chance, school)

    return list(dict.fromkeys((*first, *sorted(there, key=rank))))


def listing(desk: Desk, schools: list[str]) -> Table:
    """All schools in the order of their pages: pupils, the worst clause, problems, what becomes of it, cost."""
    seen, labels = desk.seen, desk.seen.labels
    many = seen.run.study.draws > 1
    people = labels("document.unit.people")
    columns = (
        Column("school", labels("column.school")),
        Column("pupils", labels("layout.pupils"), "count", people, people=True),
        Column("clause", labels("plans.worst")),
        Column("verdict", labels("column.verdict")),
        Column("chance", labels("plans.chance"), "chance"),
        Column("problems", labels("plans.problems"), "count"),
        Column("action", labels("layout.action")),
        Column("tasks", labels("plans.n_tasks"), "count"),
        Column("cost", labels("t7.cost"), "money", labels("document.unit.wan")),
    )
    rows: list[tuple[Cell, ...]] = []
    for school in schools:
        breach, problems = desk.worst.get(school), desk.problems.get(school)
        verdict = None if breach is None else f"{MARKS[breach.verdict]} {labels(f'verdict.{breach.verdict}')}"
        cost = sum(one.cost for one in seen.run.study.plan(desk.plan).projects if one.school == school)
        rows.append((
            seen.words.school(school),
            number(desk.today.get(school)),
            None if breach is None else seen.words.clause(breach.rule),
            verdict,
            None if breach is None or not many else breach.chance,
            float(0 if problems is None else len(problems)),
            action_of(seen, desk.plan, school)[0],
            float(len(own_tasks(desk, school))),
            cost if cost > 0 else None,
        ))  # fmt: skip
    basis = simulated(seen, desk.future, desk.plan)
    remarks = (labels("plans.list_remark"),)
    return Table("schools_list", labels("plans.list"), columns, tuple(rows), basis, remarks, wide=True)
