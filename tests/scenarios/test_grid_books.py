"""Workbooks of every kind: the same cells read the same way, everything left aside is told, nothing read in silence."""

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook

from scenarios.grid import Grid, column_letters, column_number
from scenarios.grid_read import read_grids
from scenarios.grid_text import number_text
from scenarios.problems import Problem, tell
from scenarios.table_specs import SPECS
from scenarios.tables import read_table
from tests.scenarios import books
from tests.scenarios.books import Error, Formula


def read(folder: Path, raw: bytes, name: str, sheet: str | None = None) -> tuple[tuple[Grid, ...], list[Problem]]:
    file = folder / name
    file.write_bytes(raw)
    return read_grids(file, name, sheet)


def told(problems: list[Problem]) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.severity, problem.place) for problem in problems]


@pytest.mark.parametrize("kind", books.KINDS)
def test_every_kind_of_workbook_gives_the_same_cells(tmp_path: Path, kind: str) -> None:
    rows = [*books.TABLE, [], ["c", True, Error("#REF!")], [None, Formula("=A1+1", 7.0), " 中 文\n二行 "]]
    raw = books.KINDS[kind]({"学校": rows, "第二": books.TABLE, "藏": [["x"]], "空": []}, hidden=["藏"])
    grids, problems = read(tmp_path, raw, f"b.{kind}")
    found = [*books.TEXT, ["", "", ""], ["c", "1", "#REF!"], ["", "7", " 中 文\n二行 "]]
    assert [(grid.file, grid.sheet, grid.rows) for grid in grids] == [
        (f"b.{kind}", "学校", found),
        (f"b.{kind}", "第二", books.TEXT),
    ]
    assert told(problems) == [
        ("SCN272", "note", f"b.{kind}[学校]"),
        ("SCN275", "note", f"b.{kind}"),
        ("SCN276", "note", f"b.{kind}"),
    ]
    texts = [tell(problem, lang).what for problem in problems for lang in ("zh", "en")]
    assert "保存的结果" in texts[0]
    assert "last saved results" in texts[1]
    assert texts[2:] == [
        "隐藏的工作表没有读取：藏",
        "hidden sheets were not read: 藏",
        "没有数据的工作表（空表、图表）没有读取：空",
        "sheets without cells (empty ones, charts) were not read: 空",
    ]


@pytest.mark.parametrize("kind", books.KINDS)
def test_a_named_sheet_is_read_alone_even_if_hidden(tmp_path: Path, kind: str) -> None:
    raw = books.KINDS[kind]({"a": books.TABLE, "b": [["x"]], "c": []}, hidden=["b"])
    grids, problems = read(tmp_path, raw, f"b.{kind}", "b")
    assert [(grid.sheet, grid.rows) for grid in grids] == [("b", [["x"]])]
    assert problems == []
    assert read(tmp_path, raw, f"b.{kind}", "no such")[0] == ()


def test_numbers_dates_and_times_become_what_the_planner_sees(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.get_worksheet_by_name("s")
        formats = ("yyyy-mm-dd", "yyyy/m/d h:mm", "h:mm", "[h]:mm", "0%", "#,##0", '0.0"万元"')
        values = (
            dt.datetime(2023, 8, 31),
            dt.datetime(2023, 8, 31, 8, 30),
            0.354166666666667,
            1.5,
            0.45,
            1234567,
            12.5,
        )
        for column, (shown, value) in enumerate(zip(formats, values, strict=True)):
            sheet.write(1, column, value, book.add_format({"num_format": shown}))

    numbers = [2152000123.0, 0.1 + 0.2, 1e-7, -0.0, 1 / 3, 999999999999999.0, 107.53000000000002]
    (grid,), problems = read(tmp_path, books.xlsx({"s": [numbers]}, change=fill), "n.xlsx")
    assert grid.rows[0] == ["2152000123", "0.3", "1e-07", "0", "0.333333333333333", "999999999999999", "107.53"]
    assert grid.rows[1] == ["2023-08-31", "2023-08-31 08:30:00", "08:30:00", "36:00:00", "0.45", "1234567", "12.5"]
    assert problems == []


@pytest.mark.parametrize(("number", "text"), [(45.0, "45"), (-3.0, "-3"), (float("inf"), "inf"), (float("nan"), "nan")])
def test_text_of_a_number(number: float, text: str) -> None:
    assert number_text(number) == text


@pytest.mark.parametrize("kind", books.KINDS)
def test_numbers_with_more_digits_than_excel_keeps_are_errors(tmp_path: Path, kind: str) -> None:
    rows = [["学籍号"], *[[110101199001011234.0]] * 10]
    (grid,), problems = read(tmp_path, books.KINDS[kind]({"生": rows}), f"b.{kind}")
    assert len(grid.rows) == 11
    assert told(problems)[0] == ("SCN277", "error", f"b.{kind}[生]!A2")
    assert [problem.code for problem in problems] == ["SCN277"] * 8 + ["SCN250"]
    assert problems[-1].found == "2"
    assert "超过 15 位" in tell(problems[0], "zh").what
    assert "as text" in tell(problems[0], "en").fix
    _, problems = read(tmp_path, books.KINDS[kind]({"生": [["110101199001011234"]]}), f"b.{kind}")
    assert problems == []


def test_merged_blocks_are_handed_on(tmp_path: Path) -> None:
    def merge(book: xlsxwriter.Workbook) -> None:
        book.get_worksheet_by_name("s").merge_range(0, 1, 1, 2, "2023")

    (grid,), _ = read(tmp_path, books.xlsx({"s": [["x"], [], ["y"]]}, change=merge), "m.xlsx")
    assert grid.merged == ((0, 1, 1, 2),)
    assert grid.rows[0] == ["x", "2023"]
    raw = books.ods_of(
        '<table:table table:name="s"><table:table-row><table:table-cell office:value-type="string"'
        ' table:number-columns-spanned="2" table:number-rows-spanned="3"><text:p>2023</text:p></table:table-cell>'
        "<table:covered-table-cell/></table:table-row></table:table>"
    )
    (grid,), _ = read(tmp_path, raw, "m.ods")
    assert grid.merged == ((0, 0, 2, 1),)


def test_formulas_never_calculated_are_errors_by_cell(tmp_path: Path) -> None:
    book = Workbook()  # openpyxl saves formulas without results
    sheet = book.active
    sheet.title = "s"
    for row in range(1, 12):
        sheet.cell(row, 1, row)
        sheet.cell(row, 2, f"=A{row}*2")
    book.save(tmp_path / "f.xlsx")
    grids, problems = read_grids(tmp_path / "f.xlsx", "f.xlsx")
    assert len(grids) == 1
    assert told(problems)[0] == ("SCN271", "error", "f.xlsx[s]!B1")
    assert [problem.code for problem in problems] == ["SCN271"] * 8 + ["SCN250"]
    assert "没有计算结果" in tell(problems[0], "zh").what
    assert "F9" in tell(problems[0], "en").fix


def test_a_formula_whose_result_is_an_empty_text_is_calculated(tmp_path: Path) -> None:
    body = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><f>""</f><v></v></c><c r="C1"><f>A1</f><v>1</v></c></row>'
    )
    _, problems = read(tmp_path, books.xlsx_of(body), "f.xlsx")
    assert told(problems) == [("SCN272", "note", "f.xlsx[s]")]
    assert problems[0].found == "2"


def test_a_formula_without_a_result_is_not_told_again_as_an_empty_cell(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (["校址编号", "学校编号", "普通教室", "寄宿床位"], ["s1", "a", "=6*3", 0], ["s2", "a", None, 0]):
        sheet.append(row)
    book.save(tmp_path / "f.xlsx")
    _, problems = read_table(tmp_path / "f.xlsx", "f.xlsx", SPECS["sites"])
    errors = [(problem.code, problem.place) for problem in problems if problem.severity == "error"]
    assert errors == [("SCN271", "f.xlsx[Sheet]!C2"), ("SCN206", "f.xlsx[Sheet]!C3")]


def test_ods_formulas_without_results(tmp_path: Path) -> None:
    raw = books.ods_of(
        '<table:table table:name="s"><table:table-row><table:table-cell office:value-type="float" office:value="2"/>'
        '<table:table-cell table:formula="of:=[.A1]"/></table:table-row></table:table>'
    )
    _, problems = read(tmp_path, raw, "f.ods")
    assert told(problems) == [("SCN271", "error", "f.ods[s]!B1")]


def test_cells_written_as_other_programs_write_them(tmp_path: Path) -> None:
    body = "<row><c><v>1</v></c><c t = 'inlineStr'><is><t>一小</t></is></c></row>\n"
    body += "<row r='3'><c r='C3' ><v>2</v></c></row>"
    (grid,), problems = read(tmp_path, books.xlsx_of(body), "o.xlsx")
    assert grid.rows == [["1", "一小", ""], ["", "", ""], ["", "", "2"]]
    assert problems == []
    prefixed = (
        '<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<x:sheetData><x:row r="1"><x:c r="A1"><x:v>5</x:v></x:c><x:c r="B1" t="e"><x:f>1/0</x:f><x:v>#N/A</x:v></x:c>'
        '<x:c r="C1"><x:f>A1</x:f></x:c></x:row></x:sheetData></x:worksheet>'
    )
    raw = books.with_part(books.xlsx_of(""), "xl/worksheets/sheet1.xml", prefixed)
    (grid,), problems = read(tmp_path, raw, "o.xlsx")
    assert grid.rows == [["5", "#N/A"]]
    assert told(problems) == [("SCN271", "error", "o.xlsx[s]!C1"), ("SCN272", "note", "o.xlsx[s]")]


def test_links_and_macros_are_told(tmp_path: Path) -> None:
    raw = books.xlsx({"s": books.TABLE})
    raw = books.with_part(raw, "xl/externalLinks/externalLink1.xml", "<externalLink/>")
    raw = books.with_part(raw, "xl/vbaProject.bin", b"macro")
    (grid,), problems = read(tmp_path, raw, "b.xlsm")
    assert grid.rows == books.TEXT
    assert told(problems) == [("SCN273", "warning", "b.xlsm"), ("SCN274", "note", "b.xlsm")]
    assert "外部工作簿" in tell(problems[0], "zh").what
    assert "Break Link" in tell(problems[0], "en").fix
    assert "宏" in tell(problems[1], "zh").what
    assert "not run" in tell(problems[1], "en").what


def test_links_and_macros_of_other_kinds(tmp_path: Path) -> None:
    link = books.biff(0x1AE, b"\x01\x00\x08\x00\x00book.xls")
    own = books.biff(0x1AE, b"\x01\x00\x01\x04")
    raw = books.ole({"Workbook": books.xls_stream({"s": books.TABLE}, globals_extra=own + link)})
    assert told(read(tmp_path, raw, "b.xls")[1]) == [("SCN273", "warning", "b.xls")]
    raw = books.ods_of(
        '<table:table table:name="s"><table:table-row><table:table-cell office:value-type="float" office:value="2"'
        " table:formula=\"of:=['file:///d/x.ods'#$A.A1]\"/></table:table-row></table:table>",
        **{"Basic/Standard/Module1.xml": "<m/>"},
    )
    assert told(read(tmp_path, raw, "b.ods")[1]) == [
        ("SCN273", "warning", "b.ods"),
        ("SCN274", "note", "b.ods"),
        ("SCN272", "note", "b.ods[s]"),
    ]


def test_the_content_decides_and_a_wrong_name_is_told(tmp_path: Path) -> None:
    for name, raw in (
        ("t.csv", books.xlsx({"s": books.TABLE})),
        ("t.xlsx", "学校,年级,人数\na,1,45\nb,2,38.5\n".encode()),
        ("t.xlsx", books.xls({"s": books.TABLE})),
        ("t.xls", books.ods({"s": books.TABLE})),
    ):
        (grid,), problems = read(tmp_path, raw, name)
        assert grid.rows == books.TEXT
        assert told(problems) == [("SCN264", "note", name)]
        assert f"扩展名是 {name[1:]}" in tell(problems[0], "zh").what
        assert f"named {name[1:]}" in tell(problems[0], "en").what
    for name in ("t.et", "t.ET", "table", "t.dat"):
        assert read(tmp_path, books.xls({"s": books.TABLE}), name)[1] == []


def test_sheets_that_cannot_be_read_leave_nothing(tmp_path: Path) -> None:
    def chart(book: xlsxwriter.Workbook) -> None:
        drawn = book.add_chart({"type": "bar"})
        drawn.add_series({"values": "=空!$A$1:$A$2"})
        book.add_chartsheet("图").set_chart(drawn)

    grids, problems = read(tmp_path, books.xlsx({"空": [], "藏": [["x"]]}, hidden=["藏"], change=chart), "b.xlsx")
    assert grids == ()
    assert [problem.code for problem in problems] == ["SCN275", "SCN276", "SCN279"]
    assert problems[1].params["found"] == ("空", "图")
    assert "空、藏、图" in tell(problems[2], "zh").what
    assert "no sheet that can be read" in tell(problems[2], "en").what


@pytest.mark.parametrize(
    ("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_letters_of_columns(column: int, letters: str) -> None:
    assert column_letters(column) == letters
    assert column_number(letters) == column
    assert column_number(letters.lower()) == column


def test_characters_lost_on_the_way_are_told(tmp_path: Path) -> None:
    (grid,), problems = read(tmp_path, books.xlsx({"s": [["学校"], ["麻\ufffd一小"]]}), "b.xlsx")
    assert grid.rows == [["学校"], ["麻\ufffd一小"]]
    assert told(problems) == [("SCN261", "warning", "b.xlsx[s]!A2")]
    _, problems = read(tmp_path, "学校\n麻\ufffd一小\n".encode(), "b.csv")
    assert told(problems) == [("SCN261", "warning", "b.csv")]


def test_faulty_cells_of_a_sheet_that_is_not_used_do_not_stop_the_table(tmp_path: Path) -> None:
    good = [["school", "grade", "year", "pupils"], ["a", "1", 2023.0, 40.0]]
    notes = [["身份证号"], [110101199001011234.0], [Formula("=A1", 5.0)]]
    file = tmp_path / "b.xlsx"
    file.write_bytes(books.xlsx({"备注": notes, "在校生": good}))
    table, problems = read_table(file, "b.xlsx", SPECS["enrolment"])
    assert table is not None
    assert not {"SCN271", "SCN272", "SCN277"} & {problem.code for problem in problems}
    file.write_bytes(books.xlsx({"在校生": [*good, ["b", "1", 2023.0, 110101199001011234.0]]}))
    _, problems = read_table(file, "b.xlsx", SPECS["enrolment"])
    assert "SCN277" in {problem.code for problem in problems}
