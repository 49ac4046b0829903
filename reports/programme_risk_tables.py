"""The risk list of a programme as tables: members, schools, zones; the case in front, first places first."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from reports.document import Basis, Cell, Column, Table
from reports.programme_risks import SCOPES
from reports.programme_view import ProgrammeView
from reports.sentences import doubt_word

MOST = 30
"""Places shown; `risks.csv` holds all."""


def risk_tables(view: ProgrammeView, most: int = MOST) -> list[Table]:
    """`p_risk_member`, `p_risk_school`, `p_risk_zone`: those that have rows."""
    rows = view.tables["risks"]
    own = rows[(rows["future"] == view.first_future) & (rows["plan"] == view.plan)]
    return [_table(view, scope, own[own["scope"] == scope], most) for scope in SCOPES if (own["scope"] == scope).any()]


def basis(view: ProgrammeView, method: str = "programme.method.added") -> Basis:
    """Basis of numbers of the roll-up in the case in front."""
    words = view.labels
    return Basis(
        date=words("document.date", year=view.card["years"][0] - 1),
        source=words("programme.source.members"),
        method=words(method, draws=words.integer(view.card["draws"])),
        future=view.name("futures", view.first_future),
        plan=view.name("plans", view.plan),
    )


def _table(view: ProgrammeView, scope: str, rows: pd.DataFrame, most: int) -> Table:
    words = view.labels
    shown = rows.sort_values("rank").head(most)
    cells = tuple(_cells(view, scope, row) for row in shown.to_dict("records"))
    left = len(rows) - len(shown)
    remarks = [words(f"programme.risk.note.{scope}", member=view.level("member"))]
    remarks += [words("programme.risk.more", n=words.integer(left))] if left else []
    title = words(f"programme.section.risk_{scope}")
    return Table(f"p_risk_{scope}", title, _columns(view, scope), cells, basis(view), tuple(remarks), wide=True)


def _columns(view: ProgrammeView, scope: str) -> tuple[Column, ...]:
    words = view.labels
    people = words("document.unit.people")
    over = words("programme.risk.beyond" if scope == "zone" else "programme.risk.pupils")
    what = () if scope == "member" else (Column("name", words(f"programme.risk.{scope}")),)
    clause = (Column("clause", words("programme.risk.clause")),) if scope == "school" else ()
    fix = () if scope == "zone" else (
        Column("fix", words("programme.risk.fix")),
        Column("cost", words("programme.column.cost"), "money", words("programme.risk.money")),
    )  # fmt: skip
    return (
        Column("rank", words("programme.column.rank"), "count"),
        *what,
        Column("member", view.level("member")),
        *clause,
        Column("verdict", words("programme.risk.level" if scope == "zone" else "programme.risk.verdict")),
        Column("chance", words("programme.risk.warned" if scope == "zone" else "programme.risk.chance"), "chance"),
        Column("first_year", words("programme.risk.first"), "school_year"),
        Column("pupils", over, "tenth", people, people=scope != "member"),
        *fix,
        Column("calibrated", words("programme.risk.calibrated")),
    )


def _cells(view: ProgrammeView, scope: str, row: Mapping[Hashable, Any]) -> tuple[Cell, ...]:
    words = view.labels
    member = view.name("members", row["member"])
    name = row[f"name_{words.lang}"] or row["name_zh"] or row["name_en"] or row["entity"]
    verdict = words(f"verdict.{row['verdict']}") if scope != "zone" else words(f"alerts.level.{row['verdict']}")
    said = verdict + doubt_word(bool(row["unverified"]), words)
    first = None if pd.isna(row["first_year"]) else float(row["first_year"])
    return (
        float(row["rank"]),
        *(() if scope == "member" else (name,)),
        member,
        *((_clause(view, row),) if scope == "school" else ()),
        said,
        float(row["chance"]),
        first,
        float(row["pupils"]),
        *(() if scope == "zone" else (_fix(view, row), None if pd.isna(row["fix_cost"]) else float(row["fix_cost"]))),
        words("programme.risk.yes" if row["calibrated"] else "programme.risk.no"),
    )


def _clause(view: ProgrammeView, row: Mapping[Hashable, Any]) -> str:
    """Text of the clause in the words of the member's card; its code where the card has none."""
    texts = view.card.get("clauses", {})
    return view.labels.pick(texts[row["rule"]]) if row["rule"] in texts else str(row["rule"])


def _fix(view: ProgrammeView, row: Mapping[Hashable, Any]) -> str:
    words = view.labels
    if row["fix"] == "needs":
        kind = f"lacks.kind.{row['fix_what']}"
        what = words(kind) if words.has(kind) else str(row["fix_what"])
        return words("programme.risk.fix.needs", what=what, n=words.integer(row["fix_amount"]))
    if row["fix"] == "plan":
        name = view.name("plans", row["fix_plan"])
        return words("programme.risk.fix.plan", plan=name, n=words.integer(row["fix_amount"]))
    return words("programme.risk.fix.none")
