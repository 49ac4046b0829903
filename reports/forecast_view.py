"""What the papers of a forecast say, in one language: rows, past, names, and how far the numbers can be trusted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from reports.i18n import Labels


@dataclass(frozen=True)
class Trust:
    """How forecasts made in the same way did on this table's own past; shares, not percent.

    wape and naive: at school totals, by years ahead.  cover80: share of actual school totals inside the 80 % interval,
    by years ahead; empty where intervals were not tested.  origins: past years from which was forecast.
    """

    origins: tuple[int, ...] = ()
    wape: Mapping[int, float] = field(default_factory=dict)
    naive: Mapping[int, float] = field(default_factory=dict)
    cover80: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class ForecastView:
    """One forecast.

    rows: as `sim.forecast_rows.forecast_rows`.  history: school, grade, year, pupils, district.  pieces: as
    `sim.forecast_pieces.piece_rows`.  name: display name of a school or district.  told: warnings and notes, each a
    severity, a place and a text.
    """

    title: str
    rows: pd.DataFrame
    history: pd.DataFrame
    pieces: pd.DataFrame
    name: Callable[[str], str]
    labels: Labels
    origin: int
    draws: int
    seed: int
    births: bool
    trust: Trust = field(default_factory=Trust)
    told: tuple[tuple[str, str, str], ...] = ()
    stages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Names of stages, where there are rows of them."""
    synthetic: bool = False
    """Whether the data are declared to be made up."""

    @property
    def intervals(self) -> bool:
        """Whether the rows have quantiles."""
        return bool(self.rows["p50"].notna().any())

    @property
    def middle(self) -> str:
        """Column of the number that is said: the median, or the path where there are no quantiles."""
        return "p50" if self.intervals else "mean"

    @property
    def last(self) -> int:
        """Last year of the forecast."""
        return int(self.rows["year"].max())

    def level(self, name: str) -> pd.DataFrame:
        """Rows of one level, by entity and year."""
        return self.rows[self.rows["level"] == name]

    def districts(self) -> list[str]:
        """Districts with rows of their own, the largest first; none where the table is one county."""
        rows = self.level("district")
        ends = rows[rows["year"] == self.last].sort_values("mean", ascending=False, kind="stable")
        return [str(key) for key in ends["district"]]


@dataclass(frozen=True)
class Change:
    """A school total now and at the end of the forecast [pupils]; low and high are NaN without intervals."""

    school: str
    now: float
    end: float
    low: float
    high: float

    @property
    def change(self) -> float:
        """Pupils gained (or lost) on the way."""
        return self.end - self.now


def past_totals(view: ForecastView, **wanted: str) -> pd.Series:
    """Pupils by year of all schools of the table, or of one `school` or `district`.

    Years in which a school between its first and its last year is missing are left out: their sum would be no sum.
    Withheld counts are in no sum.
    """
    rows = view.history
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    seen = rows.groupby("school")["year"].agg(["min", "max"])
    there = rows.groupby("year")["school"].nunique().sort_index()
    wanted_then = pd.Series({year: int(((seen["min"] <= year) & (year <= seen["max"])).sum()) for year in there.index})
    known = rows.groupby("year")["pupils"].sum(min_count=1)
    return known[(there == wanted_then) & known.notna()].astype(float).sort_index()


def changes(view: ForecastView) -> list[Change]:
    """Every school with a count at the origin and a forecast at the end, that grows most first."""
    rows = view.level("school")
    ends = rows[rows["year"] == view.last].set_index("school")
    at = view.history[view.history["year"] == view.origin]
    now = at.groupby("school")["pupils"].sum(min_count=1).to_dict()
    columns = (ends[name].tolist() for name in (view.middle, "p05", "p95"))
    found = [
        Change(str(school), float(now[school]), *numbers)
        for school, *numbers in zip(ends.index, *columns, strict=True)
        if now.get(school, 0.0) > 0.0
    ]
    return sorted(found, key=lambda one: (-round(one.change, 6), one.school))


def growing_and_shrinking(view: ForecastView, count: int) -> tuple[list[Change], list[Change]]:
    """The schools that grow most and those that shrink most, at most `count` each and none in both."""
    every = changes(view)
    up = [one for one in every if one.change >= 0.5][:count]
    down = [one for one in reversed(every) if one.change <= -0.5][:count]
    return up, down
