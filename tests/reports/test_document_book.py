"""The workbook: every number read back, texts that are no formulas, frozen heads, what long tables keep."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from reports import book_tables
from reports.book_tables import STEPS, Sheet, run_sheets
from reports.book_words import column_word, sheet_name, sheet_names, table_word, value_word, words
from reports.document import Band, Hidden
from reports.document_book import book_of, flat, write_book
from reports.documents import DOCUMENTS
from reports.i18n import LANGUAGES, Labels, Lang
from reports.run_errors import RunError
from reports.table_shapes import SHAPES
from reports.view import View, view
from tests.reports import factory
from tests.reports.documents_kit import HOSTILE, every_block


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> View:
    return view(factory.make(tmp_path_factory.mktemp("book") / "run"), "en")


def opened(content: bytes) -> dict[str, Worksheet]:
    book = openpyxl.load_workbook(BytesIO(content))
    return {name: book[name] for name in book.sheetnames}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_cell_of_a_document_stands_in_its_sheet(lang: Lang) -> None:
    document, labels = every_block(lang), Labels(lang)
    sheets = list(opened(book_of([document], [])).values())[1:]
    assert len(sheets) == len(document.tables)
    for sheet, table in zip(sheets, document.tables, strict=True):
        heads, columns = flat(table, labels)
        assert [cell.value for cell in sheet[3]][: len(heads)] == heads
        assert sheet.cell(1, 1).value == table.title
        assert sheet.freeze_panes == ("B4" if len(heads) > 1 else "A4")
        assert (sheet.auto_filter.ref is not None) is bool(table.rows)
        for number, row in enumerate(table.rows, start=4):
            found = [sheet.cell(number, place + 1).value for place in range(len(columns))]
            wanted: list[object] = []
            for cell, column in zip(row, table.columns, strict=True):
                ends = [cell.low, cell.high] if isinstance(cell, Band) else [None, None]
                middle = cell.middle if isinstance(cell, Band) else "*" if isinstance(cell, Hidden) else cell
                wanted += [middle, *(ends if column.banded else [])]
            assert found == wanted


def test_texts_of_the_input_are_texts() -> None:
    sheet = list(opened(book_of([every_block()], [])).values())[1]
    for number, text in ((4, HOSTILE), (5, "=SUM(A1:A9)")):
        assert (sheet.cell(number, 1).value, sheet.cell(number, 1).data_type) == (text, "s")
    every = [cell for one in opened(book_of([every_block()], [])).values() for row in one.iter_rows() for cell in row]
    assert not [cell for cell in every if cell.data_type == "f"]


def test_numbers_have_their_formats() -> None:
    sheet = list(opened(book_of([every_block()], [])).values())[1]
    formats = [sheet.cell(4, place).number_format for place in range(1, 10)]
    chance = '[<0.01]"<1%";[>0.99]">99%";0%'
    assert formats == ["General", "0", "#,##0", "#,##0", "#,##0", "#,##0", "#,##0.0", chance, "0.0%"]
    assert sheet.cell(6, 2).font.bold  # a sum
    assert not sheet.cell(5, 2).font.bold


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_table_and_column_of_a_run_has_words(lang: Lang) -> None:
    for shape in SHAPES.values():
        assert table_word(shape.name, lang)
        for column in shape.columns:
            assert column_word(column.name, lang), (shape.name, column.name)
    columns = {column.name for shape in SHAPES.values() for column in shape.columns} | {"id"}
    assert set(words()["columns"]) == columns
    assert set(words()["tables"]) == set(SHAPES)
    assert all(set(texts) == set(LANGUAGES) for part in words().values() for texts in part.values())
    assert all(
        texts["en"].isascii() or set(texts["en"]) <= set(map(chr, range(128))) | set("万元²")
        for part in words().values()
        for texts in part.values()
    )


def test_the_tables_of_the_run_are_there_whole(seen: View) -> None:
    sheets = {one.table.key: one for one in run_sheets(seen)}
    assert set(sheets) == {name for name in SHAPES if len(getattr(seen.run.tables, name))}
    book = opened(book_of([DOCUMENTS["dossier"](seen)], list(sheets.values())))
    verdicts = seen.run.tables.verdicts
    sheet = book["Verdicts"]
    assert sheet.max_row == len(verdicts) + 1
    heads = [cell.value for cell in sheet[1]]
    chances = [sheet.cell(row, heads.index("Probability") + 1).value for row in range(2, sheet.max_row + 1)]
    assert chances == pytest.approx([None if pd.isna(p) else p for p in verdicts["probability"]])
    names = [sheet.cell(row, heads.index("Entity") + 1).value for row in range(2, sheet.max_row + 1)]
    known = seen.run.school_names("en") | {seen.run.study.id: seen.labels.pick(seen.run.study.name)}
    assert names == [known[key] for key in verdicts["entity"]]
    ids = [sheet.cell(row, heads.index("Id") + 1).value for row in range(2, sheet.max_row + 1)]
    assert ids == list(verdicts["entity"])


def test_tidy_tables_have_a_column_for_each_indicator(seen: View) -> None:
    table = next(one.table for one in run_sheets(seen) if one.table.key == "schools")
    tidy = seen.run.tables.schools
    tidy = tidy[~tidy["stage"].str.startswith("grade:")]
    keys = ["future", "plan", "year", "entity", "stage"]
    assert len(table.rows) == tidy.groupby(keys).ngroups
    at = {column.key: place for place, column in enumerate(table.columns)}
    order = tidy[keys].drop_duplicates().sort_values(keys).itertuples(index=False, name=None)
    found = dict(zip(order, table.rows, strict=True))
    for row in tidy.to_dict("records"):
        cells = found[tuple(row[key] for key in keys)]  # type: ignore[index]
        assert cells[at[row["indicator"]]] == pytest.approx(row["p50"])
        if row["indicator"] == "roll":
            assert [cells[at["roll_p05"]], cells[at["roll_p95"]]] == pytest.approx([row["p05"], row["p95"]])


def test_long_tables_are_cut_in_steps_and_say_so(seen: View, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [run_sheets(seen, most) for most in (10**9, 20_000, 2_000, 200, 20)]
    kept = [{one.table.key: one for one in sheets} for sheets in sizes]
    assert {one.step for one in kept[0].values()} == {"all"}
    steps = {one.step for sheets in sizes for one in sheets}
    assert steps == {*STEPS, "file"}
    for sheets, most in zip(sizes[1:], (20_000, 2_000, 200, 20), strict=True):
        for one in sheets:
            assert one.rows == len(getattr(seen.run.tables, one.table.key))
            assert len(one.table.rows) * len(SHAPES[one.table.key].columns) <= 2 * most
    page = opened(book_of([DOCUMENTS["dossier"](seen)], sizes[3]))["Read me"]
    lines = {row[1].value: row for row in page.iter_rows() if row[1].value}
    for one in sizes[3]:
        line = lines[one.table.title]
        assert [line[2].value, line[3].value] == [len(one.table.rows), one.rows]
        assert line[4].value == seen.labels(f"book.kept.{one.step}", file=one.file)
        assert (line[0].value is None) is (one.step == "file")


def test_plans_and_futures_of_a_cut_are_those_of_the_report(seen: View) -> None:
    frame = seen.run.tables.verdicts
    cases = book_tables._kept(seen, frame, "cases")
    assert set(cases["plan"]) == {seen.baseline, seen.plan}
    assert set(cases["future"]) == set(seen.futures)
    assert len(book_tables._kept(seen, seen.run.tables.history, "plan")) == len(seen.run.tables.history)


def test_names_of_sheets() -> None:
    assert sheet_name("a/b:c") == "a b c"
    assert sheet_name("a/b" + "x" * 40, 2) == "2 a b" + "x" * 26
    assert sheet_name("History") == "History _"
    assert sheet_name("x" * 40, 2) == "2 " + "x" * 29
    assert sheet_names(["表", "表", "表", "", "'"]) == ["表", "2 表", "3 表", "2", "3"]
    assert value_word("roll", "en") == "Roll"
    assert value_word("something_else", "zh") == "something_else"


def test_the_same_content_gives_the_same_bytes_and_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    assert book_of([every_block()], []) == book_of([every_block()], [])
    assert write_book([every_block()], [], tmp_path / "a.xlsx").is_file()
    (tmp_path / "b.xlsx" / "in").mkdir(parents=True)
    with pytest.raises(RunError, match="RUN013"):
        write_book([every_block()], [], tmp_path / "b.xlsx")


def test_a_sheet_of_the_run_that_is_too_long_has_a_line_but_no_sheet(seen: View) -> None:
    one = run_sheets(seen)[0]
    gone = Sheet(one.table, one.file, "file", 7)
    book = opened(book_of([every_block("en")], [gone]))
    assert len(book) == 1 + len(every_block().tables)
