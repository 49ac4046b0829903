"""What a study's own history says of its intervals: the calibration statement of a run.

Its panel is forecast from every past year by the code of the forecast, with sizes learnt from what was known then
(`sim/backtest_draws.py`), and held to what came.

    calibrated   the 80 % intervals of school totals held as promised by the rule of `statement`: 77 to 84 % within the
                 interval that origins which rise and fall together allow, none further off than 70 to 90 %; and at no
                 horizon fewer than 70 % or more than 90 %, so that near and far years cannot make up for each other
    off          they did not
    short        fewer than LEAST_ORIGINS origins: the sizes of the forces are borrowed from published panels
    accuracy     WAPE of school totals, the path's and that of *same as last year*, by years ahead

Earlier origins knew nothing of the children counted today (`sim/intake.py`): what is tested is the forecast from rolls
and births.  Tests: tests/sim/test_own_past.py.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.backtest import origins_of
from sim.backtest_draws import FAR, LEAST_ORIGINS, Settings, backtest_draws, held, statement
from sim.panel import Panel
from sim.scores import wape

CALIBRATED, OFF, SHORT, UNTESTED = "calibrated", "off", "short", "untested"
HORIZONS, DRAWS = (1, 3, 5), 100


@dataclass(frozen=True)
class Ahead:
    """How forecasts of school totals so many years ahead turned out; shares."""

    horizon: int
    origins: int
    cases: int
    wape: float
    naive: float
    held80: float


@dataclass(frozen=True)
class OwnPast:
    """The statement: what was found (`calibrated`, `off`, `short`; `untested` where nothing was drawn), and on what."""

    found: str
    origins: int = 0
    first: int = 0
    last: int = 0
    cases: int = 0
    held80: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    least: int = LEAST_ORIGINS
    ahead: tuple[Ahead, ...] = ()

    @property
    def calibrated(self) -> bool:
        """Whether the study's own history supports its intervals."""
        return self.found == CALIBRATED


def own_past(panel: Panel, farthest: int) -> OwnPast:
    """The statement for a panel; farthest: years ahead that decisions look, others are not tested."""
    origins = origins_of(panel)
    most = min(farthest, int(panel.years[-1]) - origins[0]) if origins else 0
    horizons = tuple(h for h in HORIZONS if h <= most)
    if not horizons:
        return OwnPast(SHORT, origins=len(origins))
    rows = backtest_draws(panel, Settings(horizons, DRAWS))
    rows = rows[rows["level"] == "school"].reset_index(drop=True)
    if rows.empty:
        return OwnPast(SHORT)
    said = statement(rows)
    years = sorted({int(year) for year in rows["origin"]})
    found = {"yes": CALIBRATED, "no": OFF, "borrowed": SHORT}[said.calibrated]
    share = said.held80
    by_horizon = tuple(_ahead(panel, part) for _, part in rows.groupby("horizon"))
    if found == CALIBRATED and not all(FAR[0] <= one.held80 <= FAR[1] for one in by_horizon):
        found = OFF
    return OwnPast(
        found, said.origins, years[0], years[-1], said.cases, share.share, share.low, share.high, ahead=by_horizon
    )


def _ahead(panel: Panel, rows: pd.DataFrame) -> Ahead:
    """Accuracy of school totals of one horizon, beside the totals of the year of the forecast."""
    school = pd.Index(panel.schools).get_indexer(pd.Index(rows["school"]))
    at = rows["origin"].to_numpy(dtype=np.int64) - int(panel.years[0])
    then = np.where(panel.known, panel.pupils, 0.0).sum(axis=1)[school, at]
    actual, expected = (rows[name].to_numpy(dtype=float) for name in ("actual", "expected"))
    return Ahead(
        horizon=int(rows["horizon"].iloc[0]),
        origins=int(rows["origin"].nunique()),
        cases=len(rows),
        wape=wape(actual, expected),
        naive=wape(actual, then),
        held80=float(held(rows, "80").mean()),
    )
