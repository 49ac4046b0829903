"""Reads `paper_defaults.yaml`: what documents print beside the results of a run, each value with its source."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from ruamel.yaml import YAML

FILE = Path(__file__).with_name("paper_defaults.yaml")
Grade = Literal["A", "B", "C", "M"]
Level = Literal["low", "medium", "high"]
Money = Annotated[float, Field(gt=0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Split(_Part):
    """What one real project cost by kind of cost [10 000 yuan]: an example for others."""

    works: Money
    other: Money
    contingency: Money
    kinds: tuple[str, ...]
    source: Mapping[str, str]
    source_grade: Grade

    @property
    def shares(self) -> tuple[float, float, float]:
        """Shares of works, other costs and contingency; they add up to 1."""
        total = self.works + self.other + self.contingency
        return self.works / total, self.other / total, self.contingency / total


class CutOffs(_Part):
    """From which value on a risk is medium, and from which it is high."""

    medium: float
    high: float
    reason: Mapping[str, str]
    source_grade: Grade

    @model_validator(mode="after")
    def _in_order(self) -> "CutOffs":
        if not 0 < self.medium < self.high:
            raise ValueError("expected 0 < medium < high")
        return self

    def level(self, value: float) -> Level | None:
        """Level of a value; None where it is not known.

        >>> CutOffs(medium=0.1, high=0.5, reason={}, source_grade="M").level(0.1)
        'medium'
        """
        if value != value:
            return None
        return "high" if value >= self.high else "medium" if value >= self.medium else "low"


class PaperDefaults(_Part):
    """The whole of the file."""

    schema_version: Literal[1]
    id: str
    investment_split: Split
    risk_levels: Mapping[str, CutOffs]
    schools_with_charts: Annotated[int, Field(ge=0)]


@lru_cache(maxsize=1)
def paper_defaults() -> PaperDefaults:
    """The shipped values, checked; read once. Raises pydantic's ValidationError."""
    with FILE.open(encoding="utf-8") as text:
        return PaperDefaults.model_validate(YAML(typ="safe").load(text))
