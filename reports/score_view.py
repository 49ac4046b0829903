"""What the papers of a score say, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from reports.i18n import Labels


@dataclass(frozen=True)
class ScoreView:
    """One forecast held to a register.

    table: rows of score.csv.  misses: the largest, as `sim.register_scores.largest_misses`.  verdicts: those that the
    register settles (empty without a run).  vanished, appeared: school, year, pupils.  names: of schools that have one.
    """

    title: str
    register: str
    origin: int
    table: pd.DataFrame
    misses: pd.DataFrame
    verdicts: pd.DataFrame
    vanished: pd.DataFrame
    appeared: pd.DataFrame
    names: Mapping[str, str]
    labels: Labels
    locked: bool = False
    run: bool = False
    told: tuple[tuple[str, str, str], ...] = ()

    def name(self, school: str) -> str:
        """Display name of a school; its id where it has none."""
        return self.names.get(school) or school

    @property
    def first(self) -> pd.DataFrame:
        """Scores of the nearest year."""
        nearest: pd.DataFrame = self.table[self.table["horizon"] == self.table["horizon"].min()]
        return nearest

    def row(self, level: str) -> pd.Series | None:
        """Scores of a level in the nearest year, None where nothing was scored."""
        rows = self.first[self.first["level"] == level]
        return None if rows.empty else rows.iloc[0]

    @property
    def main(self) -> pd.Series:
        """The scores the first sentence speaks of: school totals, else cells."""
        found = self.row("school")
        return self.first.iloc[0] if found is None else found
