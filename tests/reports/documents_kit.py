"""A document with every kind of block and hostile names, and readers of what writers made of a document."""

from html.parser import HTMLParser
from io import BytesIO

import numpy as np
from PIL import Image
from pypdf import PdfReader

from reports.document import (
    Band,
    Basis,
    Block,
    Column,
    Document,
    Heading,
    Hidden,
    Items,
    PageBreak,
    Paragraph,
    Picture,
    Signatures,
    Table,
)
from reports.document_forms import head, printed
from reports.i18n import NBSP, Labels, Lang

HOSTILE = '#import("x") $a$ *第一* </td><script>alert(1)</script> {{ t }} [链接](x) \\ @名'
BASIS = Basis("2023-09-01", "register", "counted", "baseline", "county plan")
COLUMNS = (
    Column("school", "学校 & school"),
    Column("year", "Year", "school_year"),
    Column("pupils", "Pupils", "count", "人", "Roll", people=True),
    Column("range", "Range", "count", "人", "Roll", banded=True),
    Column("cost", "Cost", "money", "万元"),
    Column("chance", "Chance", "chance"),
    Column("share", "Share", "share"),
)
ROWS = (
    (HOSTILE, 2028.0, 1830.0, Band(1830.0, 1640.0, 2050.0), 1234.56, 0.0, 0.123),
    ("=SUM(A1:A9)", 2029.0, Hidden(), Band(5.0, 5.0, 5.0), None, 1.0, 1.0),
    ("Σ", 2030.0, 1830.0, None, -12.0, 0.5, 0.0),
)


def png(colour: tuple[int, int, int] = (0, 114, 178)) -> bytes:
    """A small picture of one colour."""
    buffer = BytesIO()
    Image.fromarray(np.full((30, 60, 3), colour, dtype=np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def every_block(lang: Lang = "zh") -> Document:
    """Every kind of block; tables narrow, wide, all of numbers, empty and long."""
    numbers = Table("t2", "数字 numbers", COLUMNS[1:4], tuple(row[1:4] for row in ROWS))
    long = Table(
        "t3",
        "长表 long",
        (Column("n", "序号 n", "count"), Column("name", "名 name")),
        tuple((float(n), f"行 {n}") for n in range(90)),
    )
    blocks: tuple[Block, ...] = (
        Heading(1, "现状 today"),
        Heading(2, f"概况 {HOSTILE}"),
        Heading(3, "其一 first"),
        Heading(4, "细目 detail"),
        Paragraph("正文 body text " * 30),
        Paragraph("要点 finding", "lead"),
        Paragraph("注意 look out", "warning"),
        Paragraph("注 note", "note"),
        Items(("第一项 one", HOSTILE)),
        Table("t1", f"表 {HOSTILE}", COLUMNS, ROWS, BASIS, ("备注 remark",), sums=((2, (0, 1)),), wide=True),
        numbers,
        Table("empty", "空表 nothing", COLUMNS[:2], ()),
        long,
        Heading(1, "图 pictures"),
        Picture("map", "图 a picture", "一张图 alt text", png(), 60.0, BASIS),
        PageBreak(),
        Signatures(("编制 made", "审核 seen", "审定 approved")),
    )
    return Document(
        "dossier",
        lang,
        f"文件 {HOSTILE}",
        "副题 subtitle",
        (("基年 year", "2023"), ("名 name", HOSTILE)),
        blocks,
        ("合成 synthetic",),
        "stamp 1",
    )


def texts(table: Table, lang: Lang) -> list[list[str]]:
    """Heads and cells of a table as they must be printed."""
    labels = Labels(lang)
    rows = [
        [printed(cell, column, labels) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows
    ]
    return [[head(column, labels) for column in table.columns], *rows]


class _Tables(HTMLParser):
    """Tables of a page by `data-table`: rows of cell texts, upper heads left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._open: list[list[str]] | None = None
        self._cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table" and "data-table" in given:
            self._open = self.found.setdefault(str(given["data-table"]), [])
        elif self._open is not None and tag == "tr":
            self._open.append([])
        elif self._open is not None and tag in {"td", "th"}:
            self._cell = given.get("scope") != "colgroup"
            if self._cell:
                self._open[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag not in {"td", "th"}
        if tag == "table":
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None and self._cell:
            self._open[-1][-1] += data


def html_tables(page: str) -> dict[str, list[list[str]]]:
    """Tables of a page by their keys, as rows of texts with the heads first."""
    reader = _Tables()
    reader.feed(page)
    return {key: [row for row in rows if row] for key, rows in reader.found.items()}


def plain(text: str) -> str:
    """Text without any white space, as one reads it from a page that was laid out."""
    return "".join(text.replace(NBSP, "").split())


def pdf_text(pdf: bytes) -> str:
    """All text of a PDF without white space."""
    return plain("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))
