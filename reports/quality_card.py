"""`data_quality` of `study.json`, typed: what was given, how it was read, what is missing, estimated or at odds."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Names = Mapping[str, str]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TableCard(_Part):
    """One table of the data dictionary in this study."""

    name: str
    label: Names
    bureau: str
    """Who supplies it."""
    use: Literal["engine", "checked"]
    """`checked`: read and checked, not simulated."""
    given: bool
    file: str = ""
    sheet: str = ""
    rows: int = 0
    years: tuple[int, ...] = ()
    """First and last year, where the table has years."""
    as_of: str = ""
    source: Names = Field(default_factory=dict)
    """Empty where the study names none."""
    warnings: int = 0
    notes: int = 0


class LayerCard(_Part):
    """A map layer of the study with the coordinate system that was declared."""

    name: Literal["units", "schools"]
    file: str
    layer: str = ""
    crs: str


class FarUnit(_Part):
    """A unit whose two counts differ far more than those of the county."""

    unit: str
    first: float
    second: float


class ComparisonCard(_Part):
    """The same children counted by two sources; `second / first` is expected between low and high."""

    kind: str
    about: str
    first: float
    second: float
    low: float
    high: float
    unusual: bool
    worst: tuple[FarUnit, ...] = ()


class EstimatedCard(_Part):
    """Counts of the base year that were estimated: children by home and age, rolls by school and grade."""

    built_from_births: bool
    children: int
    children_of: int
    cells: int
    cells_of: int
    sd_low: float
    sd_high: float
    sd_mean: float
    """Weighted by children [log]."""
    common: float
    """Share of the variance that all homes have in common at an age."""
    rolls: int
    rolls_of: int
    rolls_sd: float
    """[pupils]."""


class ProblemCard(_Part):
    """A warning or a note of the check before the run."""

    code: str
    severity: Literal["warning", "note"]
    table: str = ""
    """Empty where it is about another file."""
    place: str
    text: Names
    fix: Names = Field(default_factory=dict)


class DataQuality(_Part):
    """The whole of `data_quality`."""

    tables: tuple[TableCard, ...]
    layers: tuple[LayerCard, ...] = ()
    comparisons: tuple[ComparisonCard, ...] = ()
    estimated: EstimatedCard | None = None
    """None: every count was counted."""
    problems: tuple[ProblemCard, ...] = ()
