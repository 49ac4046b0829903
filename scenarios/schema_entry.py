"""The part `entry` of `study.yaml`: the day that divides cohorts, births by month, survival, who enters when."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from scenarios.schema_base import (
    FROM_LIST,
    FileModel,
    RangedValues,
    Share,
    YearPathOrNumber,
    constant_path,
    number_range,
)

SURVIVAL_PER_YEAR = 0.998
"""Yearly survival below school age. Source: .990-.993 from birth to age 6, from memory."""
AUGUST = 8
_MONTHS = 12


def _share_path(path: dict[int, float]) -> dict[int, float]:
    for year, value in path.items():
        if not 0 <= value <= 1:
            raise PydanticCustomError("scn_share", "shares lie between 0 and 1", {"year": year, "value": value})
    return path


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _survival(value: Any) -> Any:
    """One number, or one for each age."""
    parts = value if isinstance(value, (list, tuple)) else [value]
    if not parts or not all(_is_number(part) and 0 < part <= 1 for part in parts):
        raise PydanticCustomError("scn_survival", "survival above 0 and at most 1")
    return tuple(float(part) for part in value) if isinstance(value, (list, tuple)) else float(value)


def _column(values: tuple[float, ...]) -> tuple[float, ...]:
    """A life-table column l(x): at least three values, none of them zero, never rising."""
    if len(values) < 3 or min(values) <= 0 or any(after > before for before, after in pairwise(values)):
        raise PydanticCustomError("scn_survival", "survivors that never rise")
    return values


def _months(values: tuple[float, ...]) -> tuple[float, ...]:
    if len(values) != _MONTHS or min(values) < 0 or sum(values) <= 0:
        raise PydanticCustomError("scn_distribution", "twelve numbers, none negative, not all zero")
    return values


_POSITIVE = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
_SURVIVAL_JSON = {"anyOf": [_POSITIVE, {"type": "array", "items": _POSITIVE}]}
_MONTHS_JSON = {"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": _MONTHS, "maxItems": _MONTHS}
_COLUMN_JSON = {"type": "array", "items": {"type": "number", "exclusiveMinimum": 0}, "minItems": 3}
_Numbers = tuple[float, ...]


def births_after(by_month: Sequence[float] | None, month: int) -> float:
    """Share of a calendar year's births after the last day of a month; months alike where nothing else is known."""
    births = by_month or [1.0] * _MONTHS
    return sum(births[month:]) / sum(births)


class Entry(FileModel):
    """How children become pupils of the first grade."""

    share_at_entry_age: Annotated[YearPathOrNumber, RangedValues(_share_path, number_range(0, 1))] = constant_path(1.0)
    """Share of the children of entry age who enter in that year, the others one year later [0-1]; number or by year."""
    cut_off_month: Annotated[int, Field(ge=1, le=12)] = AUGUST
    """Ages count on the last day of this month [month]; 8 is 31 August, the rule of China."""
    births_by_month: Annotated[_Numbers, FROM_LIST, AfterValidator(_months), WithJsonSchema(_MONTHS_JSON)] | None = None
    """Births of January to December, counts or shares: they give the share of births after the cut-off."""
    autumn_births_share: Share = 0.3333
    """Births after the cut-off (September to December) / births of the calendar year [0-1]; made from `births_by_month`
    or, with another cut-off, from even months where it is not given. Source: even months, 4 of 12."""
    births_series: Literal["original", "revised"] | None = None
    """Which series of the births table is used where it holds both; the two are never mixed."""
    survival_per_year: Annotated[Any, BeforeValidator(_survival), WithJsonSchema(_SURVIVAL_JSON)] = SURVIVAL_PER_YEAR
    """Yearly survival below school age [0-1]: one number, or a list with one for each age from 0 to the entry age - 1.
    Source: .990-.993 from birth to age 6, from memory."""
    survivors: Annotated[_Numbers, FROM_LIST, AfterValidator(_column), WithJsonSchema(_COLUMN_JSON)] | None = None
    """Instead of `survival_per_year`: survivors l(x) of a life table at the exact ages 0 to entry age + 1."""

    @model_validator(mode="after")
    def _from_data(self) -> Self:
        """The share after the cut-off and the survival follow from the data that are given instead of them."""
        given = self.model_fields_set
        for one, other in (("autumn_births_share", "births_by_month"), ("survival_per_year", "survivors")):
            if one in given and getattr(self, other) is not None:
                raise PydanticCustomError("scn_two_ways", "two ways at once")
        if "autumn_births_share" not in given and (self.births_by_month or self.cut_off_month != AUGUST):
            self.__dict__["autumn_births_share"] = births_after(self.births_by_month, self.cut_off_month)
        if self.survivors is not None:
            lived = [before + after for before, after in pairwise(self.survivors)]  # person-years, twice
            self.__dict__["survival_per_year"] = tuple(after / before for before, after in pairwise(lived))
        return self

    def born_before_census(self) -> tuple[float, float]:
        """Births between the cut-off and 1 November, the census day, and those of the year; months alike by default."""
        births = self.births_by_month or [1.0] * _MONTHS
        return sum(births[self.cut_off_month : 10]), sum(births)
