"""The roll-up of a programme as a document: verdicts, ranked risk list, numbers, projects, quotas, who is missing."""

from dataclasses import replace

from reports.document import (
    Band,
    Basis,
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Signatures,
    Table,
)
from reports.document_parts import ROLES
from reports.programme_risk_tables import basis, risk_tables
from reports.programme_view import ProgrammeView, cases, headline, whole_row
from reports.programme_words import assumptions, facts, marks, told

MOST = 30
NUMBERS = ("roll", "seats", "beyond_seats", "schools_over")


def programme_document(view: ProgrammeView) -> Document:
    """The roll-up in the language of the view."""
    words, card = view.labels, view.card
    blocks: list[Block] = [Paragraph(headline(view), "lead"), Paragraph(facts(view))]
    blocks += [Paragraph(text, "warning") for text in told(view)]
    blocks += _chapter(view, "cases", [verdict_table(view)])
    blocks += _chapter(view, "risk", list(risk_tables(view)), words("programme.risk.order", **_front(view)))
    blocks += _chapter(view, "numbers", [number_table(view)])
    blocks += _chapter(view, "projects", project_tables(view))
    blocks += _chapter(view, "quotas", quota_tables(view))
    blocks += _chapter(view, "broken", broken_tables(view))
    blocks += [Heading(1, words("programme.section.how")), Items(tuple(assumptions(view)))]
    blocks += [PageBreak(), Signatures(tuple(words(f"document.role.{role}") for role in ROLES))]
    window = f"{words.school_year(card['window'][0])} – {words.school_year(card['window'][1])}"
    draws = words("document.cover.draws_value", draws=card["draws"], seed=card["seed"])
    cover = {
        "study": view.title,
        "base_year": words.school_year(card["years"][0] - 1),
        "window": window,
        "draws": draws,
        "version": f"schoolplan {card['version']}",
    }
    return Document(
        key="programme",
        lang=words.lang,
        title=words("programme.title", name=view.title),
        subtitle=words("programme.risk.subtitle", member=view.level("member")),
        cover=tuple((words(f"document.cover.{name}"), value) for name, value in cover.items()),
        blocks=tuple(blocks),
        marks=tuple(marks(view)),
        stamp=words("document.stamp", study=view.title, version=card["version"], digest=str(card["code"])[:8]),
    )


def _chapter(view: ProgrammeView, name: str, tables: list[Table], lead: str = "") -> list[Block]:
    """A chapter with its tables; nothing where it has none."""
    if not tables:
        return []
    heading = Heading(1, view.labels(f"programme.section.{name}"))
    return [heading, *([Paragraph(lead)] if lead else []), *tables]


def _front(view: ProgrammeView) -> dict[str, str]:
    return {"future": view.name("futures", view.first_future), "plan": view.name("plans", view.plan)}


def verdict_table(view: ProgrammeView) -> Table:
    """`p_cases`: the whole in every case: verdict, chance, schools and members over a limit in 9 of 10 worlds."""
    words = view.labels
    rows: list[tuple[Cell, ...]] = []
    for future, plan in cases(view):
        row = whole_row(view, future, plan)
        counts = [float(row[name]) for name in ("schools_over_p90", "members_over_p90", "pupils_over_p90")]
        said = words(f"verdict.{row['verdict']}")
        rows.append((view.name("futures", future), view.name("plans", plan), said, float(row["probability"]), *counts))
    group = words("programme.risk.nine")
    columns = (
        Column("future", words("programme.column.future")),
        Column("plan", words("programme.column.plan")),
        Column("verdict", words("programme.risk.verdict")),
        Column("chance", words("programme.risk.holds"), "chance"),
        Column("schools", words("programme.column.schools_over"), "count", group=group),
        Column("members", view.level("member"), "count", group=group),
        Column("pupils", words("programme.column.pupils_over"), "count", words("document.unit.people"), group=group),
    )
    return Table("p_cases", words("programme.section.cases"), columns, tuple(rows), _all_cases(view))


def _all_cases(view: ProgrammeView) -> Basis:
    """Basis of a table that names future and plan in its rows."""
    return replace(basis(view), future="", plan="")


def number_table(view: ProgrammeView) -> Table:
    """`p_numbers`: the whole in the last year of the window."""
    words, year = view.labels, view.card["window"][1]
    rows = view.tables["county"]
    whole = rows[(rows["level"] == "whole") & (rows["year"] == year) & (rows["stage"] == "all")]
    cells: list[tuple[Cell, ...]] = []
    for future, plan in cases(view):
        own = whole[(whole["future"] == future) & (whole["plan"] == plan)].set_index("indicator")
        bands = [Band(*(float(own.loc[name, column]) for column in ("p50", "p05", "p95"))) for name in NUMBERS]
        cells.append((view.name("futures", future), view.name("plans", plan), *bands))
    columns = (
        Column("future", words("programme.column.future")),
        Column("plan", words("programme.column.plan")),
        *(Column(name, words(f"programme.column.{name}"), "count", banded=True) for name in NUMBERS),
    )
    title = words("programme.risk.numbers", year=words.school_year(year))
    return Table("p_numbers", title, columns, tuple(cells), _all_cases(view))


def project_tables(view: ProgrammeView) -> list[Table]:
    """`p_projects`: projects of all members that relieve most per money, in the case in front."""
    words, rows = view.labels, view.tables["projects"]
    own = rows[(rows["future"] == view.first_future) & (rows["plan"] == view.plan)].sort_values("rank").head(MOST)
    if own.empty:
        return []
    cells: tuple[tuple[Cell, ...], ...] = tuple(
        (float(row["rank"]), row[f"name_{words.lang}"] or row["project"], view.name("members", row["member"]),
         float(row["p_before"]), float(row["p_after"]), float(row["over_before"]), float(row["cost"]))
        for row in own.to_dict("records")
    )  # fmt: skip
    columns = (
        Column("rank", words("programme.column.rank"), "count"),
        Column("project", words("programme.column.project")),
        Column("member", view.level("member")),
        Column("p_before", words("programme.column.p_before"), "chance"),
        Column("p_after", words("programme.column.p_after"), "chance"),
        Column("over_before", words("programme.column.over_before"), "count", words("document.unit.people")),
        Column("cost", words("programme.column.cost"), "money", words("programme.risk.money")),
    )
    note = words("programme.note.projects", most=MOST, **_front(view))
    return [Table("p_projects", words("programme.section.projects"), columns, cells, basis(view), (note,), wide=True)]


def quota_tables(view: ProgrammeView) -> list[Table]:
    """`p_quotas`: quotas in the years that have a target, in the future in front."""
    words, rows = view.labels, view.tables["quotas"]
    own = rows[rows["target"].notna() & (rows["future"] == view.first_future)]
    if own.empty:
        return []
    cells: tuple[tuple[Cell, ...], ...] = tuple(
        (view.name("quotas", row["quota"]), view.name("plans", row["plan"]), float(row["year"]), float(row["target"]),
         float(row["mean"]), float(row["p_met"]))
        for row in own.to_dict("records")
    )  # fmt: skip
    columns = (
        Column("quota", words("programme.column.quota")),
        Column("plan", words("programme.column.plan")),
        Column("year", words("programme.column.year"), "school_year"),
        Column("target", words("programme.column.target"), "count"),
        Column("reached", words("programme.column.reached"), "tenth"),
        Column("p_met", words("programme.column.p_met"), "chance"),
    )
    return [Table("p_quotas", words("programme.section.quotas"), columns, cells, basis(view))]


def broken_tables(view: ProgrammeView) -> list[Table]:
    """`p_broken`: members that could not run, with their errors."""
    words = view.labels
    found = [one for one in view.card["members"] if one["status"] != "done"]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (view.name("members", one["id"]), *(problem[words.lang][name] for name in ("code", "place", "message")))
        for one in found
        for problem in one["problems"]
    )
    if not found:
        return []
    columns = tuple(Column(name, words(f"programme.column.{name}")) for name in ("member", "code", "place", "what"))
    remark = words("programme.note.broken")
    return [Table("p_broken", words("programme.section.broken"), columns, rows, remarks=(remark,))]
