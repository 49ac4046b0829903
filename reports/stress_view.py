"""What the papers of a stress test say, in one language."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from reports.figures_setting import Setting
from reports.i18n import Labels

Row = Mapping[Hashable, object]


@dataclass(frozen=True)
class Range:
    """How far a driver is turned."""

    unit: str
    neutral: float
    low: float
    high: float


@dataclass(frozen=True)
class Asked:
    """What was asked."""

    title: str
    future: str
    plan: str
    school: str | None
    window: tuple[int, int]
    draws: int
    below: float


def source_line(labels: Labels, study: str, draws: int, seed: int) -> str:
    """What stands small under every chart."""
    return labels("stress.source", study=study, draws=draws, seed=seed)


@dataclass(frozen=True)
class StressView:
    """A stress test to be told."""

    setting: Setting
    asked: Asked
    probability: float
    """Share of draws that keep every limit before anything is changed."""
    ranges: Mapping[str, Range]
    limits: Mapping[tuple[str, str], tuple[str, float]]
    """(rule, school) -> indicator, limit."""
    doubtful: tuple[str, ...]
    """Rules whose bound is from memory."""
    table: pd.DataFrame
    """`stress.csv`, those that take least first."""
    effects: pd.DataFrame
    """`sensitivity.csv`, may be empty."""
    told: tuple[tuple[str, str, str], ...]
    """Severity, place, what is told."""
    clauses: Mapping[str, str] = field(default_factory=dict)
    """Texts of clauses that decide beside the rules, by code."""

    @property
    def labels(self) -> Labels:
        """Words of the language."""
        return self.setting.labels

    @property
    def singles(self) -> list[Row]:
        """Rows of one driver."""
        return list(self.table[self.table["second"] == ""].to_dict("records"))

    @property
    def pairs(self) -> list[Row]:
        """Rows of two drivers, the nearest failing point of each pair first."""
        return list(self.table[self.table["second"] != ""].to_dict("records"))
