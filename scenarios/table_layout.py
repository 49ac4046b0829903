"""How a table may stand other than in the long form: some of its columns as heads across the page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WideLayout:
    """Columns of the long table that may be read from the heads, and the columns whose numbers stand below them.

    Enrolment by grade: `across=("grade", "year")`, `values=("pupils", "sections")`; a head such as 一年级 / 人数 or
    2021年一年级 gives the grade (and the year), the cell below it the pupils. At least one of `across` must stand in
    the heads; the others are ordinary columns, or (a year) are said once in a title line.
    """

    across: tuple[str, ...]
    """Columns that heads may give, of kind grade, year, whole (an age) or choice."""
    values: tuple[str, ...]
    """Columns of the numbers; the first is meant where a head names none."""
