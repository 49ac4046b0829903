"""Births after the registered ones, as a future writes them, and what turns a total fertility rate into births.

One of three ways: an index on the mean of the last three registered years, a count of the county, or a total fertility
rate that is multiplied with the women of the study's population table.  Policy shocks multiply whichever is given.
"""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from scenarios.schema_base import (
    FROM_LIST,
    FileModel,
    Id,
    Names,
    RangedValues,
    Sources,
    Year,
    YearPath,
    number_range,
)

WAYS = ("index", "count", "tfr")
LAST_FERTILE_AGE = 49
_ONLY_WITH_TFR = ("schedule", "women_migration")


def within(kind: str, low: float, high: float, open_ends: bool = False) -> AfterValidator:
    """A validator for all values of a path; its range stands in the JSON Schema too."""

    def check(path: dict[int, float]) -> dict[int, float]:
        for year, value in path.items():
            inside = low < value < high if open_ends else low <= value <= high
            if not inside:
                raise PydanticCustomError(kind, "value outside its range", {"year": year, "value": value})
        return path

    return RangedValues(check, number_range(low, high, open_ends))


def _sound_rates(rates: dict[int, float]) -> dict[int, float]:
    for age, rate in rates.items():
        if not 10 <= age <= LAST_FERTILE_AGE or rate < 0:
            raise PydanticCustomError("scn_distribution", "rates by age, none negative", {"year": age, "value": rate})
    if sum(rates.values()) <= 0:
        raise PydanticCustomError("scn_distribution", "rates by age, not all zero")
    return dict(sorted(rates.items()))


def _sound_survival(shares: dict[int, float]) -> dict[int, float]:
    if not shares or min(shares) != 0 or not all(0 < value <= 1 for value in shares.values()):
        raise PydanticCustomError("scn_survival", "survival by age from 0 on, above 0 and at most 1")
    return dict(sorted(shares.items()))


def _by_age(**bounds: float) -> dict[str, Any]:
    value = {"type": "number", **bounds}
    shape = {"type": "object", "patternProperties": {r"^\d{1,2}$": value}, "additionalProperties": False}
    return {**shape, "minProperties": 1}


Schedule = Annotated[dict[int, float], AfterValidator(_sound_rates), WithJsonSchema(_by_age(minimum=0))]
"""Births per 1000 women by the first age of a band, `{15: 6.1, 20: 55.2, …}`; a band ends where the next begins, the
last one at 49. Only its shape counts: the rates of all ages are scaled to add up to 1."""
SurvivalByAge = Annotated[
    dict[int, float], AfterValidator(_sound_survival), WithJsonSchema(_by_age(exclusiveMinimum=0, maximum=1))
]
"""Yearly survival by the first age of a band, from 0 on; a band ends where the next begins."""
SexRatio = Annotated[float, Field(ge=95, le=140)]
"""Boys born per 100 girls born."""


class BirthShock(FileModel):
    """A dated effect on births, such as a policy: a factor beside the path of the future."""

    id: Id
    """Id of the shock."""
    name: Names
    """Name on reports."""
    from_year: Year = Field(alias="from")
    """First calendar year in which it acts; it must lie after the registered births, which hold all earlier effects."""
    effect: Annotated[tuple[Annotated[float, Field(ge=0.2, le=5)], ...], FROM_LIST, Field(min_length=1, max_length=40)]
    """Factor on births in the first year, the second year and so on [-], e.g. `[1.02, 1.05]`."""
    fade_years: Annotated[float, Field(gt=0, le=50)] | None = None
    """Years in which what is left of the effect halves, after the last factor given [years]; null: it stays."""
    sources: Sources = ()
    """Where the effect comes from."""


class Births(FileModel):
    """Births after the registered ones: one of `index`, `count` and `tfr`."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [way], "properties": {way: {"type": "object"}}} for way in WAYS]}
    )

    index: Annotated[YearPath, within("scn_birth_index", 0, 10)] | None = None
    """Factor on the mean of the last three registered years, by calendar year [-]."""
    count: Annotated[YearPath, within("scn_birth_count", 0, 2_000_000)] | None = None
    """Births of the county by calendar year, on the same base as the registered ones [children a year]."""
    tfr: Annotated[YearPath, within("scn_tfr", 0.3, 8)] | None = None
    """Total fertility rate by calendar year [children per woman]; multiplied with the women of the population table."""
    schedule: Schedule | None = None
    """With `tfr`: births per 1000 women by first age of a band, of this future; else that of the study."""
    women_migration: Annotated[YearPath, within("scn_women_migration", -100, 100)] | None = None
    """With `tfr`: net arrivals of women aged 15-49 in a calendar year [per 1000 women]; none if it is left out."""
    shocks: Annotated[tuple[BirthShock, ...], FROM_LIST] = ()
    """Policies and other dated effects, each a factor on births; all of them multiply."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = [way for way in WAYS if getattr(self, way) is not None]
        idle = [key for key in _ONLY_WITH_TFR if self.tfr is None and getattr(self, key) is not None]
        if len(given) != 1 or idle:
            raise PydanticCustomError("scn_births_ways", "one of index, count and tfr")
        return self

    @property
    def way(self) -> str:
        """`index`, `count` or `tfr`."""
        return next(way for way in WAYS if getattr(self, way) is not None)

    @property
    def path(self) -> dict[int, float]:
        """The path of the way that is given, by calendar year."""
        path: dict[int, float] = getattr(self, self.way)
        return path

    def paths(self) -> dict[tuple[str, ...], dict[int, float]]:
        """All paths by their place in the file of the future."""
        found: dict[tuple[str, ...], dict[int, float]] = {("births", self.way): self.path}
        if self.women_migration is not None:
            found["births", "women_migration"] = self.women_migration
        return found


class Fertility(FileModel):
    """What turns a total fertility rate into births; each value replaces the shipped one."""

    schedule: Schedule | None = None
    """Births per 1000 women by first age of a band; only its shape counts. Shipped: census of 2020."""
    women_survival: SurvivalByAge | None = None
    """Yearly survival of women by first age of a band [0-1]. Shipped: from memory."""
    sex_ratio_at_birth: SexRatio | None = None
    """Boys born per 100 girls born: women who will be born, for horizons beyond fifteen years. Shipped: 111.3."""


class FertilityTable(FileModel):
    """The shipped table (`packs/fertility-defaults.yaml`): every value with its source and its grade."""

    schema_version: int
    """Version of this file form."""
    id: Id
    """Id of the file."""
    name: Names
    """Its name."""
    note: Names
    """What it is and what it is not."""
    schedule: Schedule
    """Births per 1000 women by first age of a band."""
    women_survival: SurvivalByAge
    """Yearly survival of women by first age of a band."""
    sex_ratio_at_birth: SexRatio
    """Boys born per 100 girls born."""
    sources: dict[str, dict[str, Any]]
    """Source and grade (A official text, B in a copy, C weak, M from memory) by key."""
