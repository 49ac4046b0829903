"""Small counts in what is published: hidden, not to be told from sums, and nothing more hidden than that takes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.document import Band, Column, Document, Heading, Hidden, Items, Paragraph, Picture, Table
from reports.i18n import LANGUAGES, Labels, Lang
from reports.privacy import THRESHOLD, given_away, published, published_table, published_text
from tests.reports.documents_kit import every_block

GRADES = ("g1", "g2", "g3")


def table(rows: list[tuple[float, ...]], total_row: bool = True) -> Table:
    """Schools by grades with the sum of each school, and a sum of all schools."""
    columns = (
        Column("school", "School"),
        *(Column(key, key, "count", people=True) for key in GRADES),
        Column("all", "All", "count", people=True, sum_of=GRADES),
        Column("classes", "Classes", "count"),
    )
    filled = [("s", *row, float(sum(row)), 1.0) for row in rows]
    sums: tuple[tuple[int, tuple[int, ...]], ...] = ()
    if total_row:
        whole = np.sum(np.array(rows), axis=0)
        filled.append(("sum", *map(float, whole), float(whole.sum()), float(len(rows))))
        sums = ((len(rows), tuple(range(len(rows)))),)
    return Table("t1", "T1", columns, tuple(filled), sums=sums)


def hidden(made: Table) -> set[tuple[int, int]]:
    return {(r, c) for r, row in enumerate(made.rows) for c, cell in enumerate(row) if isinstance(cell, Hidden)}


def test_a_small_count_takes_another_of_its_row_and_two_of_another_row() -> None:
    made = published_table(table([(8.0, 30.0, 40.0), (50.0, 60.0, 70.0), (80.0, 90.0, 100.0)]))
    assert hidden(made) == {(0, 1), (0, 2), (1, 1), (1, 2)}
    assert made.rows[0][1] == Hidden("small")
    assert made.rows[0][2] == Hidden("beside")
    assert made.rows[3][1] == 138.0


def test_without_sums_only_the_small_one_is_hidden() -> None:
    plain = table([(8.0, 30.0, 40.0), (9.0, 60.0, 70.0)], total_row=False)
    plain = replace(plain, columns=tuple(replace(column, sum_of=()) for column in plain.columns))
    assert hidden(published_table(plain)) == {(0, 1), (1, 1)}


@pytest.mark.parametrize(("count", "is_hidden"), [(0.0, False), (1.0, True), (9.0, True), (10.0, False)])
def test_nobody_and_the_threshold_itself_are_shown(count: float, is_hidden: bool) -> None:
    one = Table("t", "t", (Column("n", "n", "count", people=True),), ((count,),))
    assert (hidden(published_table(one)) == {(0, 0)}) is is_hidden


def test_bands_texts_and_other_columns() -> None:
    columns = (Column("n", "n", "count", people=True, banded=True), Column("m", "m", "count"))
    one = Table("t", "t", columns, ((Band(9.0, 1.0, 20.0), 3.0), (None, 3.0), ("-", 3.0), (Band(30.0, 5.0, 40.0), 3.0)))
    assert hidden(published_table(one)) == {(0, 0)}


def test_a_table_without_small_counts_is_the_same() -> None:
    whole = table([(18.0, 30.0, 40.0)])
    assert published_table(whole) is whole


def test_a_count_that_nothing_can_cover_stays_hidden_alone() -> None:
    made = published_table(table([(8.0, 0.0, 0.0)], total_row=False), threshold=10)
    assert hidden(made) == {(0, 1), (0, 4)}  # its sum is the same small count


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_document_says_that_it_is_the_published_one(lang: Lang) -> None:
    made = published(every_block(lang))
    assert made.marks[-1] == Labels(lang)("document.public", threshold=THRESHOLD)
    assert str(THRESHOLD) in made.marks[-1]
    assert isinstance(made, Document)


@pytest.mark.parametrize(
    ("text", "lang", "said"),
    [
        ("在校 8 人，另有 12 人", "zh", "在校 * 人，另有 12 人"),
        ("2023学年在校1\u00a0974\u00a0人", "zh", "2023学年在校1\u00a0974\u00a0人"),
        ("寄宿 55人，0 人", "zh", "寄宿 *人，0 人"),
        ("8 pupils in 2023-24, 8 rooms, 0.8 pupils, 1\u00a0008 pupils", "en",
         "* pupils in 2023-24, 8 rooms, 0.8 pupils, 1\u00a0008 pupils"),
        ("one of 9 children", "en", "one of * children"),
    ],
)  # fmt: skip
def test_sentences_hide_small_counts_and_those_that_a_table_hides(text: str, lang: Lang, said: str) -> None:
    assert published_text(text, THRESHOLD, frozenset({55}), lang) == said


def test_texts_of_a_document_hide_what_its_tables_hide() -> None:
    counted = table([(8.0, 30.0, 40.0), (50.0, 60.0, 70.0)])
    texts = (Paragraph("8 pupils and 30 pupils"), Items(("60 pupils", "70 pupils")), Heading(1, "8 pupils"))
    picture = Picture("p", "8 pupils", "30 pupils", b"")
    made = published(replace(every_block("en"), blocks=(*texts, counted, picture)))
    assert made.blocks[0] == Paragraph("* pupils and * pupils")
    assert made.blocks[1] == Items(("* pupils", "70 pupils"))
    assert made.blocks[4] == Picture("p", "* pupils", "* pupils", b"")


counts = st.lists(st.tuples(*[st.integers(0, 60)] * 3), min_size=1, max_size=6)


@given(counts)
def test_no_small_count_follows_from_the_sums(rows: list[tuple[int, int, int]]) -> None:
    """Held against linear algebra of its own: the hidden counts can be moved without changing anything visible."""
    whole = table([tuple(map(float, row)) for row in rows])
    made = published_table(whole)
    gone = sorted(hidden(made))
    small = {
        (r, c)
        for r, row in enumerate(whole.rows)
        for c in range(1, 5)
        if 0.0 < float(row[c]) < THRESHOLD  # type: ignore[arg-type]
    }
    assert small <= set(gone)
    if not gone:
        return
    order = {place: n for n, place in enumerate(gone)}
    lines = [[(r, c) for c in (1, 2, 3, 4)] for r in range(len(rows) + 1)]
    lines += [[(r, c) for r in range(len(rows) + 1)] for c in (1, 2, 3, 4)]
    matrix = np.zeros((len(lines), len(gone)))
    for n, line in enumerate(lines):
        for r, c in line:
            if (r, c) in order:
                ends_sum = c == 4 if n <= len(rows) else r == len(rows)
                matrix[n, order[r, c]] = -1.0 if ends_sum else 1.0
    rank = np.linalg.matrix_rank(matrix)
    for place in small:
        unit = np.zeros(len(gone))
        unit[order[place]] = 1.0
        follows = np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank
        if follows:  # only where nothing else above 0 was left to hide in its row and column
            r, c = place
            beside = [(r, k) for k in (1, 2, 3, 4)] + [(k, c) for k in range(len(rows) + 1)]
            assert all(float(whole.rows[i][k]) == 0.0 or (i, k) in order for i, k in beside)  # type: ignore[arg-type]


def test_given_away_looks_through_several_sums() -> None:
    sums = [{(0, 0): 1.0, (0, 1): 1.0}, {(0, 0): 1.0, (0, 1): -1.0}]
    assert given_away(sums, {(0, 0), (0, 1)}) == {(0, 0), (0, 1)}
    assert given_away(sums[:1], {(0, 0), (0, 1)}) == set()
