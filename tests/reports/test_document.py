"""Documents as data: printed cells, numbers of headings, and what html and pdf make of every block."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from reports import document_pdf
from reports.document import (
    Band,
    Cell,
    Column,
    Document,
    Form,
    Heading,
    Hidden,
    Items,
    Paragraph,
    Signatures,
    Table,
)
from reports.document_forms import basis_line, grouped_heads, head, number_format, numeric, printed
from reports.document_html import html_of, write_html
from reports.document_numbers import chinese, heading_number, numbered
from reports.i18n import LANGUAGES, Labels, Lang
from reports.run_errors import RunError
from tests.reports.documents_kit import BASIS, HOSTILE, every_block, html_tables, pdf_text, plain, texts

CHANCE = '[<0.01]"<1%";[>0.99]">99%";0%'
ZH, EN = Labels("zh"), Labels("en")


@pytest.mark.parametrize(
    ("cell", "form", "zh", "en"),
    [
        (None, "count", "–", "–"),
        (float("nan"), "money", "–", "–"),
        ("第一小学", "text", "第一小学", "第一小学"),
        (1830.4, "count", "1\u00a0830", "1\u00a0830"),
        (1234.56, "money", "1\u00a0234.6", "1\u00a0234.6"),
        (0.345, "hundredth", "0.34", "0.34"),
        (0.0, "chance", "<1%", "<1\u00a0%"),
        (1.0, "chance", ">99%", ">99\u00a0%"),
        (1.0, "share", "100.0%", "100.0\u00a0%"),
        (2028.0, "school_year", "2028学年", "2028-29"),
        (2028.0, "calendar_year", "2028", "2028"),
        (7.0, "text", "7", "7"),
        (Hidden(), "count", "*", "*"),
        (Band(5.0, 5.0, 5.0), "count", "5", "5"),
        (
            Band(1830.0, 1640.0, 2050.0),
            "count",
            "1\u00a0830（1\u00a0640–2\u00a0050）",
            "1\u00a0830 (1\u00a0640–2\u00a0050)",
        ),
    ],
)
def test_a_cell_is_printed_as_its_column_says(cell: Cell, form: Form, zh: str, en: str) -> None:
    column = Column("x", "x", form)
    assert (printed(cell, column, ZH), printed(cell, column, EN)) == (zh, en)


def test_heads_formats_and_basis() -> None:
    column = Column("cost", "Cost", "money", "万元")
    assert (head(column, ZH), head(column, EN), numeric(column)) == ("Cost（万元）", "Cost (万元)", True)
    assert [number_format(form) for form in ("count", "money", "chance", "text")] == [
        "#,##0",
        "#,##0.0",
        CHANCE,
        "General",
    ]
    assert basis_line(BASIS, EN) == (
        "Data date: 2023-09-01; Source: register; Method: counted; Future: baseline; Plan: county plan"
    )
    assert basis_line(replace(BASIS, future="", plan=""), ZH) == "数据日期：2023-09-01；来源：register；方法：counted"
    groups = [
        Column(name, name, group=group) for name, group in (("a", ""), ("b", "G"), ("c", "G"), ("d", ""), ("e", ""))
    ]
    assert grouped_heads(Table("t", "t", tuple(groups), ())) == [("", 1), ("G", 2), ("", 1), ("", 1)]
    assert grouped_heads(Table("t", "t", (groups[0],), ())) is None


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (99, "九十九"),
        (103, "一百零三"),
        (110, "一百一十"),
        (300, "三百"),
    ],
)
def test_chinese_numbers(number: int, said: str) -> None:
    assert chinese(number) == said


@pytest.mark.parametrize("number", [0, 1000])
def test_a_number_without_chinese_digits_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="expected 1 to 999"):
        chinese(number)


def test_headings_lists_tables_and_pictures_are_numbered() -> None:
    levels = [1, 2, 2, 3, 4, 4, 1, 2]
    document = replace(every_block(), blocks=tuple(Heading(level, "x") for level in levels))  # type: ignore[arg-type]
    assert [one.number for one in numbered(document)] == [
        "一、",
        "（一）",
        "（二）",
        "1.",
        "（1）",
        "（2）",
        "二、",
        "（一）",
    ]
    english = [one.number for one in numbered(replace(document, lang="en"))]
    assert english == ["1", "1.1", "1.2", "1.2.1", "(a)", "(b)", "2", "2.1"]
    every = list(numbered(every_block("en")))
    assert [one.number for one in every if isinstance(one.block, Table)] == [f"Table {n}" for n in (1, 2, 3, 4)]
    assert [one.items for one in every if isinstance(one.block, Items)] == [("(1)", "(2)")]
    assert heading_number((3, 2, 1, 4), "zh") == "（4）"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_holds_every_cell_and_no_markup_of_a_name(lang: Lang) -> None:
    document = every_block(lang)
    page = html_of(document)
    assert html_tables(page) == {table.key: texts(table, lang) for table in document.tables}
    assert "<script>alert" not in page
    assert 'alt="一张图 alt text"' in page
    assert "{{" not in page.replace("{{ t }}", "")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_pdf_holds_every_cell_and_is_tagged(lang: Lang) -> None:
    document = every_block(lang)
    done = document_pdf.typeset(document)
    said = pdf_text(done.pdf)
    for table in document.tables:
        for row in texts(table, lang):
            for text in row:
                assert plain(text) in said, text
    for text in (
        document.title,
        document.subtitle,
        "stamp 1",
        "合成 synthetic",
        "备注 remark",
        basis_line(BASIS, Labels(lang)),
    ):
        assert plain(text) in said
    reader = PdfReader(BytesIO(done.pdf))
    assert done.missing == ""
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert str(reader.trailer["/Root"]["/Lang"]).startswith(lang)
    assert reader.metadata is not None
    assert reader.metadata.title == document.title
    sideways = [page.mediabox.width > page.mediabox.height for page in reader.pages]
    assert sum(sideways) == 1
    assert "90" not in done.missing


def test_a_long_table_repeats_its_heads(tmp_path: Path) -> None:
    document = replace(every_block(), blocks=(every_block().tables[3],), cover=())
    pages = PdfReader(BytesIO(document_pdf.typeset(document).pdf)).pages
    assert len(pages) > 1
    assert all(plain("序号 n") in plain(page.extract_text()) for page in pages)


def test_a_document_without_cover_begins_on_its_first_page() -> None:
    blocks = every_block().blocks[:1]
    short = document_pdf.typeset(replace(every_block(), cover=(), blocks=blocks)).pdf
    whole = document_pdf.typeset(replace(every_block(), blocks=blocks)).pdf
    assert len(PdfReader(BytesIO(short)).pages) == 1
    assert len(PdfReader(BytesIO(whole)).pages) == 3


def test_the_same_document_gives_the_same_bytes() -> None:
    assert document_pdf.typeset(every_block()).pdf == document_pdf.typeset(every_block()).pdf


def test_characters_without_a_font_are_told_and_marked() -> None:
    document = replace(every_block(), title="校😀名🏫😀", cover=(), blocks=())
    done = document_pdf.typeset(document)
    assert done.missing == "🏫"  # the other one is in the font behind ours
    assert "名〓😀" in pdf_text(done.pdf)


@settings(max_examples=15, deadline=None)
@given(st.text(min_size=1, max_size=40))
@example("\x00\t\u1680\u200d\u2028\ufeff")
def test_no_name_is_markup(name: str) -> None:
    table = Table("t", name, (Column("a", name),), ((name,),))
    document = Document("x", "zh", name, name, ((name, name),), (Heading(1, name), table), (name,), name)
    assert document_pdf.typeset(document).pdf.startswith(b"%PDF")
    assert html_tables(html_of(document))["t"]


def test_a_fault_of_the_layout_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_pdf, "FAMILY", "No Such Family")
    with pytest.raises(document_pdf.LayoutError, match="unknown font family"):
        document_pdf.typeset(every_block())


@pytest.mark.parametrize("write", [write_html, document_pdf.write_pdf])
def test_a_folder_of_the_files_name_is_told(write: object, tmp_path: Path) -> None:
    (tmp_path / "report.x" / "in").mkdir(parents=True)
    with pytest.raises(RunError, match="RUN013"):
        write(every_block(), tmp_path / "report.x")  # type: ignore[operator]
    assert [path.name for path in tmp_path.iterdir()] == ["report.x"]


def test_hostile_names_are_only_text() -> None:
    assert plain(HOSTILE) in pdf_text(document_pdf.typeset(every_block()).pdf)


def test_what_leads_to_a_wide_table_lies_sideways_with_it() -> None:
    wide = every_block().tables[0]
    lead, small, tail = Paragraph("lead", "lead"), Paragraph("note", "note"), Paragraph("tail")
    blocks = (Heading(1, "one"), lead, wide, small, tail, Signatures(("role",)))
    pages = document_pdf.paged(replace(every_block(), blocks=blocks))
    assert [(sideways, [one.block for one in parts]) for sideways, parts in pages] == [
        (True, [*blocks[:4]]),
        (False, [*blocks[4:]]),
    ]


def test_intervals_that_do_not_fit_go_on_lines_of_their_own() -> None:
    columns = tuple(Column(f"c{n}", f"Column {n}", "count", banded=True) for n in range(9))
    row = tuple(Band(123_456.0, 111_111.0, 222_222.0) for _ in columns)
    document = replace(every_block(), cover=(), blocks=(Table("t", "t", columns, (row,)),))
    done = document_pdf.typeset(document)
    lines = [plain(line) for line in PdfReader(BytesIO(done.pdf)).pages[0].extract_text().split("\n")]
    assert lines.count("123456") == len(columns)  # nothing behind it on its line
    assert "".join(lines).count("（111111–222222）") == len(columns)
