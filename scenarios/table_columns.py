"""What the data dictionary says of a table and of a column: plain frozen records, no file is opened here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from scenarios.table_layout import WideLayout

Kind = Literal["id", "text", "grade", "choice", "whole", "number", "year", "flag", "date"]
Bureau = Literal["education", "health", "police", "housing", "land", "finance"]
Refers = Literal["", "unit", "school", "site", "stage", "estate"]

_NO_WORDS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Column:
    """One column. low/high: hard range (outside is impossible, an error); usual: outside is unusual (a warning).

    default: value of a missing column or empty cell; None keeps an empty number as NaN and an empty text as an empty
    text. missing: code of the problem when a required cell is empty (`SCN206` in general).
    """

    name: str
    kind: Kind
    zh: str
    """Short name, a head of the zh template."""
    en: str
    """Short name, a head of the en template."""
    about_zh: str = ""
    about_en: str = ""
    required: bool = False
    unit: str = ""
    """Canonical unit of a number: `pupils`, `m2`, `yuan`, ...; `-` is a pure number."""
    low: float | None = None
    high: float | None = None
    usual: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=lambda: _NO_WORDS, hash=False)
    """Words that planners write -> the choice, flag, grade or stage that they mean, e.g. 公办 -> public."""
    default: str | float | None = None
    aliases: tuple[str, ...] = ()
    """Every head that means this column beside its name: the short names first, then those that bureaus use."""
    same_as: str = ""
    """Column whose value stands in for an empty cell of this one; told by one note for the table."""
    missing: str = "SCN206"
    refers: Refers = ""
    """What an id points to; empty for the id that the table itself defines."""
    source: str = ""
    """Where the convention comes from (zh)."""
    source_en: str = ""
    example: str = ""
    """A cell of the example row in the zh template; of a choice or flag its canonical value."""
    example_en: str = ""

    @property
    def heads(self) -> tuple[str, ...]:
        """Every head that means this column, its name first."""
        return (self.name, *self.aliases)


@dataclass(frozen=True)
class TableSpec:
    """One table; `key` columns identify a row and give the order of rows in memory."""

    name: str
    zh: str
    """Short name, the sheet of the zh template."""
    en: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    bureau: Bureau = "education"
    """Who supplies it."""
    about_zh: str = ""
    about_en: str = ""
    source: str = ""
    """Where the table comes from (zh)."""
    source_en: str = ""
    use: Literal["engine", "checked"] = "engine"
    """`engine`: the simulation uses it; `checked`: read and checked, for later use and for the report."""
    may_be_empty: bool = False
    """Whether a head without rows is fine."""
    wide: WideLayout | None = None
    """Columns that may stand across the page."""

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        return {column.name: column for column in self.columns}[name]
