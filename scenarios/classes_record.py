"""Classes on record in the enrolment table: which rows teach how classes are formed."""

from collections.abc import Mapping

import pandas as pd

LEAST_YEARS = 5
"""School years before and after a cut that margins are learnt from and tried on (`sim/classes_learnt.py`)."""
LARGEST = 2.0
"""Times the planned size from which a mean class on record is told as unusual."""


def usable(rows: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Rows with pupils and classes, none after the base year."""
    return rows[(rows["year"] <= base_year) & (rows["pupils"] > 0) & (rows["sections"] > 0)]


def crowded_schools(rows: pd.DataFrame, planned: Mapping[str, int]) -> list[str]:
    """Schools whose mean class of some grade is above its planned size in most years on record.

    rows: usable ones; planned: by grade [pupils/class].
    """
    size = rows["pupils"] / rows["sections"]
    above = (size > rows["grade"].map(planned)).groupby([rows["school"], rows["grade"]]).mean()
    return sorted({str(school) for school, _ in above[above > 0.5].index})
