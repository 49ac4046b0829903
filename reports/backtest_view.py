"""What the papers of a backtest say, in one language."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from reports.i18n import Labels

OWN, NAIVE, RATIO = "schoolplan", "naive", "ratio-3"
SHOWN = (OWN, RATIO, NAIVE)
LEVELS = ("school-grade", "school-stage", "school", "county-grade", "county")


@dataclass(frozen=True)
class Skill:
    """Change of the error against the better of naive and 3-year ratio at the same level, as a share, and its interval.

    rival: the method it is held against; negative = fewer errors.
    """

    level: str
    horizon: int
    rival: str
    change: float
    low: float
    high: float


@dataclass(frozen=True)
class BacktestView:
    """One backtest.

    table: rows of backtest.csv.  predictions: rows of predictions.parquet.  foreseen: chance said, share that came,
    cases, of schools over their capacity; empty where there were no draws.  decisions: what follows from it.
    """

    title: str
    table: pd.DataFrame
    predictions: pd.DataFrame
    skills: tuple[Skill, ...]
    labels: Labels
    horizons: tuple[int, ...]
    origins: tuple[int, ...]
    masked: tuple[int, ...]
    schools: int
    draws: int
    births: bool
    events: bool
    foreseen: pd.DataFrame = field(default_factory=pd.DataFrame)
    decisions: dict[str, float] = field(default_factory=dict)
    seats: bool = False
    """Whether capacities are planned seats of a study, not made up."""
    synthetic: bool = False
    """Whether the data are declared to be made up."""
    told: tuple[tuple[str, str, str], ...] = ()

    @property
    def intervals(self) -> bool:
        """Whether intervals were tested."""
        return bool(self.table["cover80"].notna().any())

    def row(self, level: str, horizon: int, method: str = OWN) -> pd.Series | None:
        """The scores of one method, or None where nothing was scored."""
        rows = self.table[(self.table["level"] == level) & (self.table["horizon"] == horizon)]
        rows = rows[(rows["method"] == method) & (rows["n"] > 0)]
        return None if rows.empty else rows.iloc[0]

    def levels(self) -> list[str]:
        """Levels with scores."""
        scored = set(self.table.loc[self.table["n"] > 0, "level"])
        return [level for level in LEVELS if level in scored]

    def wape(self, level: str, method: str) -> pd.Series:
        """Percent by horizon."""
        rows = self.table[(self.table["level"] == level) & (self.table["method"] == method) & (self.table["n"] > 0)]
        return (100.0 * rows.set_index("horizon")["wape"]).sort_index()

    def skill(self, level: str, horizon: int) -> Skill | None:
        """Against the better rival, at one level and horizon."""
        return next((one for one in self.skills if (one.level, one.horizon) == (level, horizon)), None)

    def middle(self, wanted: Sequence[int] = (3, 2, 4, 1, 5)) -> int:
        """The horizon that sentences speak of: three years where it was tested."""
        return next((h for h in wanted if h in self.horizons), self.horizons[0])
