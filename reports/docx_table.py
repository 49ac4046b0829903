"""A table of a document as WordprocessingML: heads that repeat, rows that hold together, sums in bold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.document import Signatures, Table
from reports.document_forms import grouped_heads, head, numeric, printed
from reports.docx_styles import TWIPS_MM
from reports.docx_xml import clean, element, paragraph, properties, run, value
from reports.i18n import Labels
from reports.table_widths import Fitted, broken, fitted

LONG = 400
"""Characters of a cell from which its row may break across pages: it could be longer than a page."""
EASY, SMALL = 0.9, 0.8
"""Sizes of type, of that of the style: an upright page is kept for a wide table from the first, for others from the
second."""
_SHADE = "F2F2F2"


@dataclass(frozen=True)
class Sheet:
    """What a table is printed on: ids of styles by role, size of type of cells [points], width [mm]."""

    styles: Mapping[str, str]
    points: float
    width: float
    turned: float
    """Width on a page on its side [mm]."""


@dataclass(frozen=True)
class Printed:
    """A table in words: heads and rows as they are printed."""

    heads: tuple[str, ...]
    groups: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> list[list[str]]:
        """Texts of each column, its head first; an upper head counts where it stands over one column."""
        return [[name, *cells] for name, *cells in zip(self.heads, *self.rows, strict=True)]


def words_of(table: Table, labels: Labels) -> Printed:
    """The table in words."""
    return Printed(
        tuple(head(column, labels) for column in table.columns),
        tuple(grouped_heads(table) or ()),
        tuple(
            tuple(printed(cell, column, labels) for cell, column in zip(row, table.columns, strict=True))
            for row in table.rows
        ),
    )


def layout(table: Table, words: Printed, sheet: Sheet) -> tuple[bool, Fitted]:
    """Whether the table goes on a page on its side, and its widths there."""
    upright = fitted(words.columns, sheet.width, sheet.points)
    easily = upright.fits and upright.factor >= EASY and not any(upright.broken)
    if easily or (upright.fits and upright.factor >= SMALL and not table.wide):
        return False, upright
    return True, fitted(words.columns, sheet.turned, sheet.points)


def table_xml(table: Table, words: Printed, fit: Fitted, sheet: Sheet) -> str:
    """The table itself, without its caption."""
    twips = [round(width * TWIPS_MM) for width in fit.widths]
    look = _Look(sheet, fit, round(2 * sheet.points * fit.factor), sheet.points)
    sums = {place for place, _ in table.sums}
    right = [numeric(column) for column in table.columns]
    rows = [_row(words.rows[place], twips, right, look, place in sums) for place in range(len(words.rows))]
    return element(
        "tbl",
        properties(
            "tblPr",
            tblStyle=value("tblStyle", sheet.styles["table"]),
            tblW=element("tblW", w=sum(twips), type="dxa"),
            jc=value("jc", "center"),
            tblLayout=element("tblLayout", type="fixed"),
            tblLook=element(
                "tblLook", val="0420", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=0, noVBand=1
            ),
            tblCaption=value("tblCaption", clean(table.title)),
        ),
        element("tblGrid", *(element("gridCol", w=width) for width in twips)),
        *_heads(words, twips, look),
        *rows,
    )


@dataclass(frozen=True)
class _Look:
    sheet: Sheet
    fit: Fitted
    half_points: int
    points: float

    def text(self, words: str, role: str, bold: bool = False) -> str:
        small = self.fit.factor < 1.0
        look = properties(
            "rPr",
            b=element("b") if bold else "",
            bCs=element("bCs") if bold else "",
            sz=value("sz", self.half_points) if small else "",
            szCs=value("szCs", self.half_points) if small else "",
        )
        return paragraph(self.sheet.styles[role], run(words, look) if words else "")


def _heads(words: Printed, widths: Sequence[int], look: _Look) -> list[str]:
    """One head row, or two where columns stand under a common head."""

    def cell(text: str, at: int, span: int = 1, down: str = "") -> str:
        return element(
            "tc",
            properties(
                "tcPr",
                tcW=element("tcW", w=sum(widths[at : at + span]), type="dxa"),
                gridSpan=value("gridSpan", span) if span > 1 else "",
                vMerge="" if not down else value("vMerge", "restart") if down == "restart" else element("vMerge"),
                shd=element("shd", val="clear", color="auto", fill=_SHADE),
                vAlign=value("vAlign", "center"),
            ),
            look.text(text, "head"),
        )

    if not words.groups:
        return [_head_row(cell(text, at) for at, text in enumerate(words.heads))]
    upper, lower, at = [], [], 0
    for name, span in words.groups:
        if name:
            upper.append(cell(name, at, span))
            lower += [cell(words.heads[place], place) for place in range(at, at + span)]
        else:
            upper.append(cell(words.heads[at], at, down="restart"))
            lower.append(cell("", at, down="on"))
        at += span
    return [_head_row(upper), _head_row(lower)]


def _head_row(cells: object) -> str:
    look = properties("trPr", cantSplit=element("cantSplit"), tblHeader=element("tblHeader"))
    return element("tr", look, *cells)  # type: ignore[misc]


def _row(texts: Sequence[str], widths: Sequence[int], right: Sequence[bool], look: _Look, bold: bool) -> str:
    whole = max(map(len, texts), default=0) < LONG
    cells = (
        element(
            "tc",
            properties("tcPr", tcW=element("tcW", w=width, type="dxa"), vAlign=value("vAlign", "center")),
            look.text(broken(text) if figure and apart else text, "number" if figure else "cell", bold),
        )
        for text, width, figure, apart in zip(texts, widths, right, look.fit.broken, strict=True)
    )
    return element("tr", properties("trPr", cantSplit=element("cantSplit") if whole else ""), *cells)


def signatures_xml(block: Signatures, sheet: Sheet, labels: Labels) -> str:
    """Lines to sign: role, name and stamp, date."""
    texts = [(role, labels("docx.sign.name"), labels("document.day"), "") for role in block.roles]
    widths = [round(sheet.width * share * TWIPS_MM) for share in (0.2, 0.4, 0.12, 0.28)]
    roles = ("head", "note", "head", "cell")
    rows = (
        element(
            "tr",
            properties("trPr", cantSplit=element("cantSplit"), trHeight=element("trHeight", val=1000, hRule="atLeast")),
            *(
                element(
                    "tc",
                    properties("tcPr", tcW=element("tcW", w=width, type="dxa"), vAlign=value("vAlign", "center")),
                    paragraph(sheet.styles[role], run(text) if text else ""),
                )
                for text, width, role in zip(line, widths, roles, strict=True)
            ),
        )
        for line in texts
    )
    return element(
        "tbl",
        properties(
            "tblPr",
            tblStyle=value("tblStyle", sheet.styles["table"]),
            tblW=element("tblW", w=sum(widths), type="dxa"),
            jc=value("jc", "center"),
            tblLayout=element("tblLayout", type="fixed"),
        ),
        element("tblGrid", *(element("gridCol", w=width) for width in widths)),
        *rows,
    )
