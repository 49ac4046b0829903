"""What holds for every table of T1 to T6 in every run: sums, sources, both languages, printed without holes."""

import math

import pytest

from reports.document import Band, Heading, Paragraph, Table
from reports.document_forms import basis_line, head, printed
from reports.i18n import LANGUAGES
from reports.view import View, view
from tests.reports.dossier_kit import CHAPTERS, VARIANTS, number, tables_of

NOT_SUMMED = {"largest", "mean", "use", "level"}
"""Columns whose cell in a row of sums is no sum: the largest class, a mean."""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], View]:
    """Variant and language -> its view; every run is written once."""
    found = {}
    for name, make in VARIANTS.items():
        run = make(tmp_path_factory.mktemp("dossier") / name)
        found.update({(name, lang): view(run, lang) for lang in LANGUAGES})
    return found


@pytest.fixture(params=sorted(VARIANTS), scope="module")
def tables(request: pytest.FixtureRequest, seen: dict[tuple[str, str], View]) -> dict[str, dict[str, Table]]:
    """Language -> tables by key, of one variant."""
    return {lang: tables_of(seen[request.param, lang]) for lang in LANGUAGES}


def test_sums_are_sums_of_their_rows(tables: dict[str, dict[str, Table]]) -> None:
    for table in tables["en"].values():
        for place, parts in table.sums:
            assert parts, table.key
            for at, column in enumerate(table.columns):
                cell = table.rows[place][at]
                if column.form == "text" or isinstance(cell, str) or column.key in NOT_SUMMED or cell is None:
                    continue
                if column.form in ("school_year", "calendar_year"):
                    assert {table.rows[part][at] for part in parts} == {cell}
                    continue
                added = [n for part in parts if (n := number(table.rows[part][at])) is not None]
                assert math.isclose(sum(added), number(cell) or 0.0, abs_tol=1e-6), (table.key, place, column.key)


def test_columns_that_add_up_do(tables: dict[str, dict[str, Table]]) -> None:
    for table in tables["zh"].values():
        keys = [column.key for column in table.columns]
        for at, column in enumerate(table.columns):
            assert set(column.sum_of) <= set(keys), (table.key, column.key)
            for row in table.rows if column.sum_of else ():
                parts = [number(row[keys.index(part)]) or 0.0 for part in column.sum_of]
                assert math.isclose(sum(parts), number(row[at]) or 0.0, abs_tol=1e-6), (table.key, column.key)


def test_both_languages_hold_the_same_numbers(tables: dict[str, dict[str, Table]]) -> None:
    assert set(tables["zh"]) == set(tables["en"])
    for key, table in tables["zh"].items():
        other = tables["en"][key]
        assert [column.key for column in table.columns] == [column.key for column in other.columns]
        numbers = [[number(cell) for cell in row] for row in (*table.rows, *other.rows)]
        assert numbers[: len(table.rows)] == numbers[len(table.rows) :], key
        assert (table.sums, table.wide) == (other.sums, other.wide)


def test_every_table_says_where_its_numbers_come_from(tables: dict[str, dict[str, Table]]) -> None:
    for lang, found in tables.items():
        for table in found.values():
            assert table.title, table.key
            assert table.basis is not None, table.key
            assert all((table.basis.date, table.basis.source, table.basis.method)), table.key
            simulated = any(isinstance(cell, Band) for row in table.rows for cell in row)
            assert table.basis.future or not simulated, table.key
            assert all(len(row) == len(table.columns) for row in table.rows), table.key
            text = [*table.remarks, table.title, *(column.head for column in table.columns)]
            assert not any("{" in one or "nan" in one.split() for one in text), (lang, table.key)


@pytest.mark.parametrize("name", sorted(VARIANTS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_chapter_is_printed_in_every_run(name: str, lang: str, seen: dict[tuple[str, str], View]) -> None:
    mine = seen[name, lang]
    for chapter in CHAPTERS.values():
        blocks = chapter(mine)
        assert not blocks or isinstance(blocks[0], Heading)
        texts = [block.text for block in blocks if isinstance(block, Paragraph)]
        for table in (block for block in blocks if isinstance(block, Table)):
            assert all(head(column, mine.labels) for column in table.columns)
            assert table.basis is not None
            texts.append(basis_line(table.basis, mine.labels))
            cells = [pair for row in table.rows for pair in zip(row, table.columns, strict=True)]
            texts += [printed(cell, column, mine.labels) for cell, column in cells]
        assert all(text is not None and "{" not in text for text in texts)
        assert not {"nan", "None", "inf"} & {word for text in texts for word in text.split()}


def test_which_tables_a_run_has(seen: dict[tuple[str, str], View]) -> None:
    keys = {name: set(tables_of(seen[name, "zh"])) for name in VARIANTS}
    whole = {"t1", "t1_land", "t1_gaps", "t2", "t2_grades", "t2_known", "t2_futures", "t3", "t3_county", "t3_township",
             "t4", "t4_use", "t4_floor", "t5", "t5_verdicts", "t5_travel", "t6", "t6_checks"}  # fmt: skip
    assert whole <= keys["facts"]
    assert keys["facts"] - keys["earlier"] == {"t1_land", "t2_births", "t4", "t4_use", "t4_floor", "t6", "t6_checks"}
    assert keys["facts"] - keys["one_plan"] == {"t4", "t4_use", "t4_floor"}
    assert keys["facts"] - keys["without_zones"] == {"t5_travel"}
