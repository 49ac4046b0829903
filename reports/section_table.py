"""A table of a section of the report, as the macro `section_tables` shows it."""

from dataclasses import dataclass

Rows = list[tuple[str, ...]]


@dataclass(frozen=True)
class Table:
    """A table with its title, a sentence before it and remarks under it."""

    title: str
    heads: list[str]
    rows: Rows
    said: str = ""
    remarks: tuple[str, ...] = ()
    folded: bool = False
    """Folded on the page until the reader opens it."""
