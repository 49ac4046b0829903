"""A column and a table of a run folder."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Column:
    """One column: its kind (text, whole, maybe_whole, number, probability) and what it says."""

    name: str
    kind: str
    says: str
    key: bool = False
    optional: bool = False
    """Folders of earlier versions are read without it, as if every cell were empty; new ones have it."""


@dataclass(frozen=True)
class Shape:
    """One table: file name in the run folder and its columns in order."""

    name: str
    file: str
    columns: tuple[Column, ...]
    optional: bool = False
    """Folders of earlier versions are read without it, as if it were empty; what needs it says so."""

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in their fixed order."""
        return tuple(column.name for column in self.columns)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that make a row unique and order the rows."""
        return tuple(column.name for column in self.columns if column.key)

    def empty(self) -> pd.DataFrame:
        """The table without rows."""
        return pd.DataFrame(columns=list(self.names))


CASE = (Column("future", "text", "future id", key=True), Column("plan", "text", "plan id", key=True))
"""Keys of a table that has a part for every future under every plan."""
YEAR = Column("year", "whole", "school year, starts 1 September", key=True)
MEASURED = (
    Column("unit", "text", "unit of the values"),
    Column("mean", "number", "mean over draws"),
    *(Column(f"p{q:02d}", "number", f"{q} % quantile over draws") for q in (5, 10, 25, 50, 75, 90, 95)),
)
"""What a table says of an indicator: unit, mean and quantiles."""
