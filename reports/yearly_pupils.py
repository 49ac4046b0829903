"""Yearly report: pupils of this year against last year, by stage, by grade and by school."""

import pandas as pd

from reports.document import Block, Cell, Column, Form, Heading, Paragraph, Table
from reports.i18n import decimal
from reports.yearly_data import Yearly


def chapter(made: Yearly) -> list[Block]:
    """Pupils on the books in both years."""
    words = made.labels
    rows = made.pupils()
    blocks: list[Block] = [Heading(1, words("yearly.chapter.pupils")), _sentence(made, rows)]
    blocks += [by_stage(made, rows), by_grade(made, rows), by_school(made, rows)]
    changed = revisions(made)
    return [*blocks, changed] if changed is not None else blocks


def compared(made: Yearly, people: bool = False) -> tuple[Column, ...]:
    """Columns of last year, this year, difference and its share."""
    words, unit = made.labels, made.labels("document.unit.people")
    parts = ("last", "change") if people else ()
    return (
        Column("last", words.school_year(made.before), "count", unit, people=people),
        Column("now", words.school_year(made.year), "count", unit, people=people, sum_of=parts),
        Column("change", words("yearly.change"), "count", unit, people=people),
        Column("share", words("yearly.share"), "share"),
    )


def difference(last: float | None, now: float | None) -> tuple[Cell, Cell, Cell, Cell]:
    """Cells of `compared`; a dash where one of the years has nothing."""
    if last is None or now is None:
        return last, now, None, None
    return last, now, now - last, (now - last) / last if last else None


def by_stage(made: Yearly, rows: pd.DataFrame) -> Table:
    """`y_stage`: pupils by stage, and all of them."""
    words, sums = made.labels, _sums(rows, "stage")
    stages = [one for one in made.run.study.stages if one.id in sums.index]
    cells = [(words.pick(one.name), *difference(*_pair(sums, one.id, made))) for one in stages]
    whole = (words("yearly.all"), *difference(*_total(sums, made)))
    last = len(cells)
    return Table(
        "y_stage",
        words("yearly.table.stage"),
        (Column("stage", words("yearly.stage")), *compared(made)),
        (*cells, whole),
        made.basis("document.method.observed"),
        sums=((last, tuple(range(last))),),
    )


def by_grade(made: Yearly, rows: pd.DataFrame) -> Table:
    """`y_grade`: pupils by grade, and last year's grade below: how many of a cohort are still there."""
    words, sums = made.labels, _sums(rows, "grade")
    grades = [grade for grade in made.run.study.grade_order() if grade in sums.index]
    below = dict(zip(grades[1:], grades, strict=False))
    cells: list[tuple[Cell, ...]] = []
    for grade in grades:
        was, now = _pair(sums, grade, made)
        cohort = _pair(sums, below[grade], made)[0] if grade in below and made.year - made.before == 1 else None
        kept = now / cohort if cohort and now is not None else None
        cells.append((words("word.grade", grade=grade), *difference(was, now), cohort, kept))
    columns = (
        Column("grade", words("yearly.grade")),
        *compared(made),
        Column("cohort", words("yearly.cohort"), "count"),
        Column("kept", words("yearly.kept"), "share"),
    )
    remark = words("yearly.cohort_note")
    return Table(
        "y_grade", words("yearly.table.grade"), columns, tuple(cells), made.basis("document.method.observed"), (remark,)
    )


def by_school(made: Yearly, rows: pd.DataFrame) -> Table:
    """`y_school`: every school, the largest change first; schools of one year only have a dash in the other."""
    words, sums = made.labels, _sums(rows, "school")
    order = sums.assign(size=(_column(sums, made.year).fillna(0) - _column(sums, made.before).fillna(0)).abs())
    schools = order.sort_values("size", ascending=False, kind="stable").index
    cells = tuple((made.seen.words.school(str(key)), *difference(*_pair(sums, str(key), made))[:3]) for key in schools)
    columns = (Column("school", words("yearly.school")), *compared(made, people=True)[:3])
    return Table("y_school", words("yearly.table.school"), columns, cells, made.basis("document.method.observed"))


def revisions(made: Yearly) -> Table | None:
    """`y_revised`: numbers that last year's run had otherwise; None where there are none."""
    if made.last is None:
        return None
    words = made.labels
    both = made.last.tables.history.merge(
        made.run.tables.history, on=["school", "grade", "year"], suffixes=("_a", "_b")
    )
    changed = both[both["pupils_a"] != both["pupils_b"]]
    if changed.empty:
        return None
    rows = tuple(
        (made.seen.words.school(row["school"]), row["grade"], float(row["year"]), row["pupils_a"], row["pupils_b"],
         row["pupils_b"] - row["pupils_a"])
        for row in changed.sort_values(["year", "school", "grade"]).to_dict("records")
    )  # fmt: skip
    unit = words("document.unit.people")
    form: Form = "count"
    columns = (
        Column("school", words("yearly.school")),
        Column("grade", words("yearly.grade")),
        Column("year", words("yearly.year"), "school_year"),
        Column("then", words("yearly.then"), form, unit, people=True),
        Column("today", words("yearly.today"), form, unit, people=True, sum_of=("then", "change")),
        Column("change", words("yearly.change"), form, unit, people=True),
    )
    return Table("y_revised", words("yearly.table.revised"), columns, rows, made.basis("document.method.observed"))


def _sentence(made: Yearly, rows: pd.DataFrame) -> Paragraph:
    words = made.labels
    last, now = _total(_sums(rows, "stage"), made)
    if last is None or now is None:
        return Paragraph(words("yearly.no_year", year=words.school_year(made.before)), "warning")
    key = "yearly.more" if now > last else "yearly.fewer" if now < last else "yearly.same"
    values = {"now": words.integer(now), "n": words.integer(abs(now - last))}
    values |= {"p": decimal(100.0 * abs(now - last) / last, 1) if last else "–"}
    years = {"year": words.school_year(made.year), "last": words.school_year(made.before)}
    return Paragraph(words(key, **values, **years), "lead")


def _sums(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Pupils by a column and year; nothing where a year has no row."""
    return rows.pivot_table(index=by, columns="year", values="pupils", aggfunc="sum")


def _column(sums: pd.DataFrame, year: int) -> pd.Series:
    return sums[year] if year in sums.columns else pd.Series(float("nan"), index=sums.index)


def _pair(sums: pd.DataFrame, key: str, made: Yearly) -> tuple[float | None, float | None]:
    values = [float(_column(sums, year).get(key, float("nan"))) for year in made.years]
    last, now = (None if value != value else value for value in values)
    return last, now


def _total(sums: pd.DataFrame, made: Yearly) -> tuple[float | None, float | None]:
    last, now = (float(_column(sums, year).sum()) if year in sums.columns else None for year in made.years)
    return last, now
