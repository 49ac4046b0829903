"""Files that would take all memory, or that are not what they say: refused before the library sees them."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from scenarios import grid_excel, grid_zip
from scenarios.grid import Grid
from scenarios.grid_ole import Container, OleError
from scenarios.grid_read import read_grids
from scenarios.problems import Problem, tell
from tests.scenarios import books


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Reads bytes as a file; `refused` does the same where the library must not be reached."""

    def one(raw: bytes, name: str = "b.xlsx") -> tuple[tuple[Grid, ...], list[Problem]]:
        (tmp_path / name).write_bytes(raw)
        return read_grids(tmp_path / name, name)

    return one


@pytest.fixture
def refused(read, monkeypatch: pytest.MonkeyPatch):
    class NoLibrary:
        def __getattr__(self, name: str) -> object:
            raise AssertionError("the library was reached")

    def one(raw: bytes, name: str = "b.xlsx") -> Problem:
        monkeypatch.setattr(grid_excel, "CalamineWorkbook", NoLibrary())
        grids, problems = read(raw, name)
        assert grids == ()
        (problem,) = problems
        assert problem.severity == "error"
        return problem

    return one


FAR = [
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>',
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c><v>2</v></c></row>',
    "<row><c r='A1'><v>1</v></c></row><row><c r = 'XFD1'><v>2</v></c></row>",
    "<row>" + "<c/>" * 3_000 + "<c><v>2</v></c></row>",
    '<row r="1"><c r="A1"><v>1</v></c><x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'r="XFD1048576"><x:v>2</x:v></x:c></row>',
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="500001"><c r="&#65;500001"><v>2</v></c></row>',
    '<row r="1"><c r="CWW1"><v>1</v></c></row><row r="400000"><c r="A400000"><v>2</v></c></row>',
]


@pytest.mark.parametrize("body", FAR, ids=range(len(FAR)))
def test_a_cell_far_away_refuses_the_sheet_and_leaves_the_others(read, body: str) -> None:
    raw = books.xlsx({"远": [["x"]], "近": books.TABLE})
    grids, problems = read(books.with_part(raw, "xl/worksheets/sheet1.xml", books.sheet_xml(body)))
    assert [(grid.sheet, grid.rows) for grid in grids] == [("近", books.TEXT)]
    assert [(problem.code, problem.severity, problem.place) for problem in problems] == [
        ("SCN269", "error", "b.xlsx[远]")
    ]
    assert "表太大" in tell(problems[0], "zh").what
    assert "delete the rows and columns outside the data" in tell(problems[0], "en").fix


def test_formats_far_away_are_no_cells(read) -> None:
    body = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    (grid,), problems = read(books.xlsx_of(body))
    assert grid.rows == [["1"]]
    assert problems == []


@pytest.mark.parametrize(
    "body",
    [
        '<row r="1"><c r="ZZZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="A4294967297"><v>1</v></c></row>',  # the library would take it for A1
        '<row r="1"><c r="A1" t="s"r="XFD1048576"><v>0</v></c></row>',  # no XML, yet the library reads it
        '<row r="4294967297"><c><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="1"><c r="A1"><v>&bomb;</v></c></row>',
    ],
)
def test_places_and_text_of_no_spreadsheet_are_damage(refused, body: str) -> None:
    problem = refused(books.xlsx_of(body))
    assert problem.code == "SCN267"
    assert "已损坏" in tell(problem, "zh").what
    assert "damaged" in tell(problem, "en").what


def laughs() -> str:
    """A document type whose entities stand for a billion words."""
    lines = [
        '<!ENTITY a "ha">',
        *(f'<!ENTITY {b} "{("&" + a + ";") * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    ]
    return f"<!DOCTYPE worksheet [{''.join(lines)}]>"


@pytest.mark.parametrize(
    ("part", "data", "found"),
    [
        ("xl/worksheets/sheet1.xml", books.sheet_xml('<row r="1"><c r="A1"><v>&i;</v></c></row>', laughs()), "DOCTYPE"),
        ("xl/sharedStrings.xml", laughs() + "<sst/>", "DOCTYPE"),
        ("xl/workbook.xml", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><workbook/>', "DOCTYPE"),
        ("xl/worksheets/sheet1.xml", books.sheet_xml('<row r="1"><c r="A1"><v><![CDATA[7]]></v></c></row>'), "CDATA"),
        ("xl/worksheets/sheet1.xml", books.sheet_xml("").encode("utf-16"), "UTF-16"),
        ("xl/worksheets/sheet1.xml", books.sheet_xml("").replace('"1.0"', '"1.0" encoding="GBK"', 1), "GBK"),
    ],
)
def test_xml_that_could_mean_more_than_it_says_is_refused(refused, part: str, data: str | bytes, found: str) -> None:
    problem = refused(books.with_part(books.xlsx({"s": books.TABLE}), part, data))
    assert (problem.code, problem.found, problem.params["part"]) == ("SCN278", found, part)
    assert "拒绝读取" in tell(problem, "zh").what
    assert "refused" in tell(problem, "en").what


def test_a_zip_bomb_is_refused_by_what_it_declares(refused) -> None:
    problem = refused(books.with_part(books.xlsx({"s": books.TABLE}), "xl/worksheets/sheet1.xml", b" " * 210_000_000))
    assert problem.code == "SCN268"
    assert "解压后的大小" in tell(problem, "zh").what
    assert "210 MB" in tell(problem, "en").what


def lying(raw: bytes, size: int) -> bytes:
    """A zip file whose first part unpacks to more than it declares; the declared beginning has the right checksum."""
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        data = file.read(file.infolist()[0])
    central = raw.index(b"PK\x01\x02")
    changed = bytearray(raw)
    for place in (14, central + 16):
        struct.pack_into("<I", changed, place, zlib.crc32(data[:size]))
    for place in (22, central + 24):
        struct.pack_into("<I", changed, place, size)
    return bytes(changed)


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_part_that_unpacks_to_more_than_it_declares_is_damage(packing: int) -> None:
    sound = books.zipped({"a": b"x" * 5_000, "b": b""}, packing)
    assert grid_zip.Parts(sound, "z").read("a") == b"x" * 5_000
    with pytest.raises(grid_zip.UnreadableError) as fault:
        grid_zip.Parts(lying(sound, 100), "z").read("a")
    assert fault.value.problem.code == "SCN267"


def test_parts_named_twice_packed_oddly_or_cut_are_damage(refused) -> None:
    raw = books.xlsx({"s": books.TABLE})
    parts = books.parts_of(raw)
    assert refused(books.zipped({**parts, "XL\\Workbook.XML": b"<workbook/>"})).code == "SCN267"
    assert refused(books.zipped(parts, zipfile.ZIP_BZIP2)).code == "SCN267"
    assert refused(raw[:-100]).code == "SCN267"
    wrong = bytearray(raw)
    wrong[raw.index(b"xl/workbook.xml") + 40] ^= 0xFF
    assert refused(bytes(wrong)).code == "SCN267"


def test_foreign_parts_are_never_written_nor_opened(read, tmp_path: Path) -> None:
    inner = books.zipped({"x": b"y"})
    raw = books.with_part(books.xlsx({"s": books.TABLE}), "../../out.txt", b"z")
    (grid,), problems = read(books.with_part(raw, "xl/embeddings/book.xlsx", inner))
    assert grid.rows == books.TEXT
    assert problems == []
    assert [file.name for file in tmp_path.iterdir()] == ["b.xlsx"]
    assert not (tmp_path.parent.parent / "out.txt").exists()


def test_too_many_sheets_are_refused(read) -> None:
    _, problems = read(books.xlsx({f"s{n}": [["x"]] for n in range(202)}))
    assert {problem.code for problem in problems} <= {"SCN270", "SCN267"}
    grids, problems = read(books.xlsx({f"s{n}": [["x"]] for n in range(201)}))
    assert grids == ()
    assert [(problem.code, problem.found) for problem in problems] == [("SCN270", "201")]
    assert "太多" in tell(problems[0], "zh").what
    assert "at most 200" in tell(problems[0], "en").expected


SIZE = struct.pack("<IIHHH", 0, 2, 0, 3, 0)
RECORDS = {
    "dimensions": (books.biff(0x200, struct.pack("<IIHHH", 9, 2, 0, 3, 0)), "SCN267"),
    "many-columns": (books.biff(0x203, struct.pack("<HHHd", 0, 60_000, 0, 1.0)), "SCN267"),
    "beyond": (struct.pack("<HH", 0x203, 60_000), "SCN267"),
}


@pytest.mark.parametrize("name", RECORDS)
def test_records_of_xls_that_claim_too_much_are_damage(refused, name: str) -> None:
    record, code = RECORDS[name]
    assert refused(books.xls({"s": books.TABLE}, extra=record), "b.xls").code == code


def test_xls_texts_that_claim_too_much_and_loops_are_damage(refused) -> None:
    texts = books.biff(0xFC, struct.pack("<II", 1, 2_000_000_000))
    assert refused(books.xls({"s": books.TABLE}, globals_extra=texts), "b.xls").code == "SCN267"
    raw = bytearray(books.xls({"s": books.TABLE}))
    struct.pack_into("<I", raw, 512 + 4 * 3, 2)  # the third sector of the workbook points back at its first
    assert refused(bytes(raw), "b.xls").code == "SCN267"
    raw = bytearray(books.xls({"s": books.TABLE}))
    struct.pack_into("<I", raw, 44, 4_000_000_000)
    with pytest.raises(OleError):
        Container(bytes(raw))


@pytest.mark.parametrize(("first_row", "code"), [(600_000, "SCN269"), (5_000_000, "SCN267")])
def test_rows_of_xlsb_far_away(read, first_row: int, code: str) -> None:
    raw = books.xlsb({"s": books.TABLE})
    grids, problems = read(
        books.with_part(raw, "xl/worksheets/sheet1.bin", books.xlsb_sheet([["x"]], b"", first_row)), "b.xlsb"
    )
    assert grids == ()
    assert code in {problem.code for problem in problems}


ODS_BOMBS = {
    "rows": '<table:table-row table:number-rows-repeated="900000"><table:table-cell office:value-type="float" '
    'office:value="1"/></table:table-row>',
    "columns": '<table:table-row><table:table-cell table:number-columns-repeated="900000" office:value-type="float" '
    'office:value="1"/></table:table-row>',
    "gap": '<table:table-row table:number-rows-repeated="900000"><table:table-cell/></table:table-row>'
    '<table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row>',
}


@pytest.mark.parametrize("name", ODS_BOMBS)
def test_repeats_of_ods_are_counted(refused, name: str) -> None:
    problem = refused(books.ods_of(f'<table:table table:name="s">{ODS_BOMBS[name]}</table:table>'), "b.ods")
    assert (problem.code, problem.place) == ("SCN269", "b.ods[s]")


@pytest.mark.parametrize(
    "row",
    [
        '<table:table-row table:number-rows-repeated="99999999999"><table:table-cell/></table:table-row>',
        '<table:table-row><table:table-cell><text:s text:c="900000000"/></table:table-cell></table:table-row>',
        '<table:table-row><table:table-cell><table:table table:name="i"/></table:table-cell></table:table-row>',
    ],
)
def test_counts_of_no_spreadsheet_are_damage_in_ods(refused, row: str) -> None:
    assert refused(books.ods_of(f'<table:table table:name="s">{row}</table:table>'), "b.ods").code == "SCN267"


def test_encrypted_workbooks_are_told_as_such(refused) -> None:
    raws = {
        "b.xlsx": books.ole({"EncryptionInfo": b"x", "EncryptedPackage": b"y" * 5_000}),
        "b.xls": books.xls({"s": books.TABLE}, globals_extra=books.biff(0x2F, b"\0" * 6)),
        "b.ods": books.ods_of("", **{"META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"}),
    }
    for name, raw in raws.items():
        problem = refused(raw, name)
        assert (problem.code, problem.place) == ("SCN266", name)
    assert "密码" in tell(problem, "zh").what
    assert "password" in tell(problem, "en").what


OTHERS = [
    ("t.pdf", b"%PDF-1.7\n", "PDF", "PDF"),
    ("t.xlsx", b"%PDF-1.7\n", "PDF", "PDF"),
    ("t.docx", books.zipped({"word/document.xml": "<w/>"}), "文字文档", "text document"),
    ("t.pptx", books.zipped({"ppt/presentation.xml": "<w/>"}), "演示文稿", "slide show"),
    ("t.numbers", books.zipped({"Index/Document.iwa": b"x"}), "Numbers", "Numbers"),
    ("t.zip", books.zipped({"schools.csv": "a,b\n"}), "压缩包", "archive"),
    ("t.rar", b"Rar!\x1a\x07\x00", "压缩包", "archive"),
    ("t.wps", books.ole({"WordDocument": b"x"}), "文字文档", "text document"),
    ("t.et", books.ole({"Other": b"x"}), "不含工作簿", "without a workbook"),
    ("t.xls", b"<html><table><tr><td>1</td></tr></table></html>", "网页", "web page"),
    ("t.xls", b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "网页", "web page"),
    ("t.xls", b"\x09\x08\x08\x00\x00\x05", "Excel 95", "Excel 95"),
    ("t.jpg", b"\xff\xd8\xff\xe0", "图片", "picture"),
    ("t.gpkg", b"SQLite format 3\0", "GeoPackage", "GeoPackage"),
]


@pytest.mark.parametrize(("name", "raw", "zh", "en"), OTHERS, ids=[f"{n}-{one[0]}" for n, one in enumerate(OTHERS)])
def test_what_is_no_table_is_called_by_its_kind(refused, name: str, raw: bytes, zh: str, en: str) -> None:
    problem = refused(raw, name)
    assert problem.code == "SCN265"
    assert zh in tell(problem, "zh").what
    assert en in tell(problem, "en").what
    assert "另存为 xlsx" in tell(problem, "zh").fix


class _Panic(BaseException):
    pass


_Panic.__name__ = "PanicException"


@pytest.mark.parametrize(("fault", "words"), [(_Panic("x"), "cannot make sense"), (ValueError("odd"), "odd")])
def test_whatever_the_library_raises_is_a_problem(read, monkeypatch, capfd, fault: BaseException, words: str) -> None:
    class Library:
        @staticmethod
        def from_filelike(_: object) -> None:
            import os

            os.write(2, b"thread panicked at src/xls.rs")
            raise fault

    monkeypatch.setattr(grid_excel, "CalamineWorkbook", Library)
    grids, problems = read(books.xlsx({"s": books.TABLE}))
    assert grids == ()
    assert [problem.code for problem in problems] == ["SCN267"]
    assert words in tell(problems[0], "en").what
    assert capfd.readouterr().err == ""


def test_an_interrupt_is_not_swallowed(read, monkeypatch: pytest.MonkeyPatch) -> None:
    class Library:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(grid_excel, "CalamineWorkbook", Library)
    with pytest.raises(KeyboardInterrupt):
        read(books.xlsx({"s": books.TABLE}))
