"""What the yearly report is made from: this year's run, last year's run, and how last year's forecasts did."""

from dataclasses import dataclass

import pandas as pd

from reports.document import Basis
from reports.i18n import Labels
from reports.run_folder import RunFolder
from reports.score_view import ScoreView
from reports.view import View


@dataclass(frozen=True)
class Scored:
    """Last year's word on this year. cases: as `schoolplan.score_cases`, of this year, with what came."""

    kind: str
    """`snapshot` or `run`."""
    view: ScoreView
    cases: pd.DataFrame


@dataclass(frozen=True)
class Yearly:
    """Two years of one study."""

    seen: View
    """This year's run in the language of the report."""
    last: RunFolder | None
    scores: tuple[Scored, ...]
    before: int
    """The school year that this one is held against."""

    @property
    def run(self) -> RunFolder:
        """Run of the later year."""
        return self.seen.run

    @property
    def labels(self) -> Labels:
        """Words and number formats."""
        return self.seen.labels

    @property
    def year(self) -> int:
        """The later school year: the base year of its run."""
        return self.run.study.base_year

    @property
    def years(self) -> tuple[int, int]:
        """Last year and this one."""
        return self.before, self.year

    def pupils(self) -> pd.DataFrame:
        """school, grade, stage, year, pupils of both years, as this year's run knows them."""
        rows = self.run.tables.history
        rows = rows[rows["year"].isin(self.years)]
        stage = {grade: one.id for one in self.run.study.stages for grade in one.grades}
        return rows.assign(stage=rows["grade"].map(stage).fillna(""))

    def basis(self, method: str, source: str = "") -> Basis:
        """Basis of numbers counted in both years; method and source: labels."""
        words = self.labels
        return Basis(
            date=words("yearly.date", last=self.before, now=self.year),
            source=words(source or "yearly.source.inputs"),
            method=words(method),
        )
