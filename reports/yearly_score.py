"""Yearly report: what last year's forecast and last year's run said of this year, beside the simple methods."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from reports.document import Band, Block, Cell, Column, Heading, Items, Paragraph, Table
from reports.score_words import headline, school_lists, statements
from reports.yearly_data import Scored, Yearly

COVERS = ("cover50", "cover80", "cover90")
FEW = 10
"""Numbers from which the share inside an interval is told."""
LEVELS = ("school-grade", "school", "district", "county")


def chapter(made: Yearly) -> list[Block]:
    """One part for each forecast that was scored."""
    words = made.labels
    blocks: list[Block] = [Heading(1, words("yearly.chapter.score"))]
    if not made.scores:
        return [*blocks, Paragraph(words("yearly.score.none"), "note")]
    for scored in made.scores:
        blocks.append(Heading(2, words(f"yearly.score.{scored.kind}", name=scored.view.title)))
        blocks.append(Paragraph(headline(scored.view), "lead"))
        blocks.append(Items(tuple(statements(scored.view))))
        blocks += [Paragraph(text) for text in school_lists(scored.view)]
        blocks += [skill_table(made, scored), *held_table(made, scored), miss_table(made, scored)]
    return blocks


def skill_table(made: Yearly, scored: Scored) -> Table:
    """`y_score_<kind>`: errors by level beside the simple methods, and how many intervals held."""
    words, rows = made.labels, scored.view.table
    own = rows[(rows["year"] == made.year) & rows["level"].isin(LEVELS)]
    cells = tuple(_skill(made, row) for row in own.to_dict("records"))
    errors, held = words("yearly.errors"), words("yearly.held")
    columns = (
        Column("level", words("score.column.level")),
        Column("n", words("score.column.n"), "count"),
        Column("wape", words("yearly.own"), "share", group=errors),
        Column("wape_naive", words("yearly.naive"), "share", group=errors),
        Column("wape_ratio", words("yearly.ratio"), "share", group=errors),
        Column("bias", words("yearly.bias"), "share", group=errors),
        *(Column(name, words("yearly.interval", n=name[-2:]), "share", group=held) for name in COVERS),
        Column("width80", words("yearly.width"), "count", words("document.unit.people")),
    )
    basis = made.basis("yearly.method.score", f"yearly.source.{scored.kind}")
    remarks = (words("yearly.score_note"),)
    return Table(f"y_score_{scored.kind}", words("yearly.table.score"), columns, cells, basis, remarks)


def held_table(made: Yearly, scored: Scored) -> list[Table]:
    """`y_schools_<kind>`: every school total that was forecast, what came, and whether the 90 % interval held."""
    words, cases = made.labels, scored.cases
    own = cases[cases["level"] == "school"]
    if own.empty:
        return []
    rows = tuple(
        (made.seen.words.school(row["school"]), _band(row), row["actual"], row["actual"] - row["p50"],
         _known(row["naive"]), words("yearly.in" if row["p05"] <= row["actual"] <= row["p95"] else "yearly.out"))
        for row in own.sort_values("school").to_dict("records")
    )  # fmt: skip
    columns = (
        Column("school", words("yearly.school")),
        *_numbers(made),
        Column("held", words("yearly.in_interval")),
    )
    basis = made.basis("yearly.method.score", f"yearly.source.{scored.kind}")
    return [Table(f"y_schools_{scored.kind}", words("yearly.table.schools"), columns, rows, basis)]


def miss_table(made: Yearly, scored: Scored) -> Table:
    """`y_misses_<kind>`: the cells of school and grade that were missed by most pupils."""
    words = made.labels
    cells = scored.cases[scored.cases["level"] == "school-grade"]
    far = (cells["actual"] - cells["p50"]).abs()
    worst = cells.assign(far=far).sort_values(["far", "school", "grade"], ascending=[False, True, True]).head(10)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (made.seen.words.school(row["school"]), words("word.grade", grade=row["grade"]), _band(row), row["actual"],
         row["actual"] - row["p50"], _known(row["naive"]))
        for row in worst.to_dict("records")
    )  # fmt: skip
    columns = (
        Column("school", words("yearly.school")),
        Column("grade", words("yearly.grade")),
        *_numbers(made),
    )
    basis = made.basis("yearly.method.score", f"yearly.source.{scored.kind}")
    return Table(f"y_misses_{scored.kind}", words("yearly.table.misses"), columns, rows, basis)


def _numbers(made: Yearly) -> tuple[Column, ...]:
    """What was forecast, what came, the difference, and what the simplest method would have said."""
    words = made.labels
    group = words("yearly.pupils")
    return (
        Column("said", words("yearly.said"), "count", group=group, banded=True, people=True),
        Column("came", words("yearly.came"), "count", group=group, people=True, sum_of=("said", "difference")),
        Column("difference", words("yearly.difference"), "count", group=group, people=True),
        Column("naive", words("yearly.naive"), "count", group=group, people=True),
    )


def _skill(made: Yearly, row: "dict[Hashable, Any]") -> tuple[Cell, ...]:
    """A row of `skill_table`; shares inside an interval say nothing of a few numbers."""
    shares = [_known(row[name]) for name in ("wape", "wape_naive", "wape_ratio", "bias")]
    held = [_known(row[name]) if row["n"] >= FEW else None for name in COVERS]
    return (made.labels(f"score.level.{row['level']}"), float(row["n"]), *shares, *held, _known(row["width80"]))


def _band(row: "dict[Hashable, Any]") -> Cell:
    if any(pd.isna(row[name]) for name in ("p05", "p50", "p95")):
        return _known(row["mean"])
    return Band(float(row["p50"]), float(row["p05"]), float(row["p95"]))


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
