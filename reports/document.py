"""A document as data: what it says, before it is written as docx, pdf, html or xlsx.

Documents are made once from a `View` and are frozen; every writer prints the same cells in the same words, and tests
read the numbers of every writer back. Numbers stay numbers until a writer prints them (`document_forms.printed`).
"""

from dataclasses import dataclass
from typing import Literal

from reports.i18n import Lang

Form = Literal[
    "text", "count", "tenth", "hundredth", "money", "area", "chance", "share", "calendar_year", "school_year"
]
"""How the numbers of a column are printed: whole things; one or two decimals; money [万元]; area [m²]; a simulated
probability (0 to 1, never printed as 0 % or 100 %); a share (0 to 1); a calendar year; a school year."""


@dataclass(frozen=True)
class Band:
    """A simulated number: its middle and the ends of its interval."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class Hidden:
    """A count that is not published: too small itself, or the one by which a small one could be told."""

    why: Literal["small", "beside"] = "small"


Cell = str | float | Band | Hidden | None
"""None: there is no such thing (a dash)."""


@dataclass(frozen=True)
class Column:
    """A column of a table: `key` is its English name, the same in every language and file."""

    key: str
    head: str
    form: Form = "text"
    unit: str = ""
    """As printed after the head: 人, 万元, m²."""
    group: str = ""
    """Head above neighbours that share it."""
    banded: bool = False
    """Whether cells may be a `Band`; a workbook gives its ends columns of their own."""
    people: bool = False
    """Whether it counts persons at a place: small counts are hidden in what is published."""
    sum_of: tuple[str, ...] = ()
    """Keys of columns of the same table that add up to this one."""
    hidden_with: tuple[str, ...] = ()
    """Keys of columns that this one would tell (a mean, a shortage): it is hidden in rows where one of them is. Its
    rows of sums are taken for no sums of its own."""


@dataclass(frozen=True)
class Basis:
    """Where the numbers of a table or picture come from; printed under it."""

    date: str
    """Data date: what year the observed numbers are of."""
    source: str
    method: str
    future: str = ""
    """Future that the simulated numbers are of; empty where none is simulated."""
    plan: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its title; rows hold one cell for each column."""

    key: str
    """English name, unique in the document, such as `t2`; names the sheet's anchor and the tests' place."""
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    basis: Basis | None = None
    remarks: tuple[str, ...] = ()
    sums: tuple[tuple[int, tuple[int, ...]], ...] = ()
    """Rows that are sums, each with the rows they add up; printed bold."""
    wide: bool = False
    """Whether it needs a page on its side."""

    def column(self, key: str) -> list[Cell]:
        """Cells of a column, in the order of the rows."""
        at = next(place for place, column in enumerate(self.columns) if column.key == key)
        return [row[at] for row in self.rows]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a chapter. Its number is given by `document_numbers`."""

    level: Literal[1, 2, 3, 4]
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `note` is small print, `warning` what must not be overlooked (not calibrated, synthetic)."""

    text: str
    style: Literal["body", "lead", "note", "warning"] = "body"


@dataclass(frozen=True)
class Items:
    """A numbered list inside a text."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """A drawn picture: PNG bytes, the width it is made for, and its text for those who cannot see it."""

    key: str
    title: str
    alt: str
    png: bytes
    width_mm: float = 156.0
    basis: Basis | None = None


@dataclass(frozen=True)
class PageBreak:
    """The next block begins a page."""


@dataclass(frozen=True)
class Signatures:
    """A block to sign: one line for each role (编制, 审核, 审定) with name, date and stamp left open."""

    roles: tuple[str, ...]


Block = Heading | Paragraph | Items | Table | Picture | PageBreak | Signatures


@dataclass(frozen=True)
class Document:
    """A whole document in one language."""

    key: str
    """English name: `dossier`, `layout`, ...; stem of the file, but for the dossier (`report`)."""
    lang: Lang
    title: str
    subtitle: str
    cover: tuple[tuple[str, str], ...]
    """What the cover says: label and value (unit, date, study, draws, standards); none: no cover and no contents."""
    blocks: tuple[Block, ...]
    marks: tuple[str, ...] = ()
    """What holds for every page while it is true: synthetic data, not calibrated, internal."""
    stamp: str = ""
    """Study, version and first signs of the manifest: printed small on every page."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables, in their order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures, in their order."""
        return tuple(block for block in self.blocks if isinstance(block, Picture))
