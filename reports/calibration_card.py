"""`calibration` of `study.json`, typed, and its words: what the study's own history says of the intervals."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from reports.i18n import NOTHING, Labels, decimal


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class AheadCard(_Part):
    """Forecasts of school totals from past years, so many years ahead; shares."""

    horizon: int
    origins: int
    cases: int
    wape: float | None = None
    naive: float | None = None
    held80: float | None = None


class CalibrationCard(_Part):
    """What was found: `calibrated`; `off`: intervals did not hold; `short`: too few origins; `untested`: no draws."""

    found: Literal["calibrated", "off", "short", "untested"]
    origins: int = 0
    first: int | None = None
    last: int | None = None
    least: int = 0
    """Origins from which a statement is possible."""
    cases: int = 0
    held80: float | None = None
    """Share of school totals within their 80 % interval; low and high: when origins are resampled."""
    low: float | None = None
    high: float | None = None
    ahead: tuple[AheadCard, ...] = ()


def said(card: CalibrationCard | None, labels: Labels) -> str:
    """The statement in one sentence; what older folders and runs of one path say where nothing was tested."""
    if card is None or card.found == "untested":
        return labels("mark.not_calibrated")
    return labels(
        f"calibration.{card.found}",
        origins=card.origins,
        least=card.least,
        first=labels.school_year(card.first) if card.first else NOTHING,
        last=labels.school_year(card.last) if card.last else NOTHING,
        held=_percent(card.held80, labels),
        low=_percent(card.low, labels),
        high=_percent(card.high, labels),
    )


@dataclass(frozen=True)
class PastRow:
    """One row of the card of accuracy, in words."""

    ahead: str
    origins: str
    cases: str
    own: str
    naive: str
    held: str


def past_rows(card: CalibrationCard | None, labels: Labels) -> list[PastRow]:
    """Own past forecasts against what came, beside *same as last year*, by years ahead."""
    return [
        PastRow(
            labels(f"backtest.ahead.{'one' if one.horizon == 1 else 'many'}", h=one.horizon),
            labels.integer(one.origins),
            labels.integer(one.cases),
            _percent(one.wape, labels, 1),
            _percent(one.naive, labels, 1),
            _percent(one.held80, labels),
        )
        for one in (card.ahead if card is not None else ())
    ]


def _percent(share: float | None, labels: Labels, digits: int = 0) -> str:
    return NOTHING if share is None else decimal(100 * share, digits) + labels("number.percent")
