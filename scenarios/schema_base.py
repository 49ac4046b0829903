"""What all file schemas share: a strict frozen base, ids, names, months, paths by year, coordinate systems.

Custom errors carry a type name (`scn_…`) that `scenarios.schema_errors` turns into a Problem with a place and a remedy.
"""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    Strict,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

YEAR_MIN, YEAR_MAX = 1900, 2200


class FileModel(BaseModel):
    """Base of every file: frozen, unknown keys refused, no silent conversion of types."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


def _pattern(kind: str, pattern: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise PydanticCustomError(kind, "malformed text")
        return value

    return AfterValidator(check)


ID_PATTERN = r"[A-Za-z0-9_.-]+"
MONTH_PATTERN = r"(19|20|21)\d\d-(0[1-9]|1[0-2])"
CRS_PATTERN = r"EPSG:\d{4,6}"
LAYER_CRS_PATTERN = r"EPSG:\d{4,6}|CGCS2000|GCJ-02|BD-09"

Id = Annotated[str, _pattern("scn_id", ID_PATTERN), WithJsonSchema({"type": "string", "pattern": f"^{ID_PATTERN}$"})]
"""An id: Latin letters, digits, `_`, `.`, `-`."""

Month = Annotated[
    str, _pattern("scn_month", MONTH_PATTERN), WithJsonSchema({"type": "string", "pattern": f"^{MONTH_PATTERN}$"})
]
"""A month, `YYYY-MM`."""

Crs = Annotated[
    str, _pattern("scn_crs", CRS_PATTERN), WithJsonSchema({"type": "string", "pattern": f"^{CRS_PATTERN}$"})
]
"""A projected or geographic coordinate system by its EPSG code, `EPSG:4545`."""

LayerCrs = Annotated[
    str,
    _pattern("scn_crs", LAYER_CRS_PATTERN),
    WithJsonSchema({"type": "string", "pattern": f"^({LAYER_CRS_PATTERN})$"}),
]
"""The same for a layer as it was delivered. `GCJ-02` and `BD-09` name the two shifted datums; `CGCS2000` lets the
coordinates tell which zone of it they are in (degrees, or eastings with or without the zone number)."""

Year = Annotated[int, Field(ge=YEAR_MIN, le=YEAR_MAX)]
"""A year; school year t starts on 1 September t."""

Text = Annotated[str, Field(min_length=1)]

Share = Annotated[float, Field(ge=0, le=1)]
"""A share between 0 and 1."""

FROM_LIST = Strict(False)
"""Lets a strict tuple be fed from a YAML list: `Annotated[tuple[X, ...], FROM_LIST]`."""


class Names(FileModel):
    """A name or a note in both languages."""

    zh: Text
    """Chinese."""
    en: Text
    """English."""


def _both_languages(value: Any) -> Any:
    return {"zh": value, "en": value} if isinstance(value, str) else value


class _TextOrNames:
    """JSON Schema of a wording: a text, or a text in both languages."""

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(core_schema)]}


Wording = Annotated[Names, BeforeValidator(_both_languages), _TextOrNames()]
"""A text in both languages, or one text that serves for both."""


class Source(FileModel):
    """Where a value comes from."""

    item: Wording
    """What the source is for."""
    source: Wording
    """Document, table, date; or how it was made."""


Sources = Annotated[tuple[Source, ...], FROM_LIST]


def _check_path(value: dict[int, float]) -> dict[int, float]:
    if not value:
        raise PydanticCustomError("scn_path_empty", "a path needs at least one year")
    return dict(sorted(value.items()))


def _number_as_path(value: Any) -> Any:
    """A single number stands for the same number in every year."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {YEAR_MIN: value, YEAR_MAX: value}
    return value


PATH_JSON = {
    "type": "object",
    "patternProperties": {r"^\d{4}$": {"type": "number"}},
    "additionalProperties": False,
    "minProperties": 1,
}

Numbers = dict[Year, float]
YearPath = Annotated[Numbers, AfterValidator(_check_path), WithJsonSchema(PATH_JSON)]
"""Numbers by year, `{2023: 1.0, 2030: 0.88}`; linear between the years given."""

YearPathOrNumber = Annotated[
    Numbers,
    BeforeValidator(_number_as_path),
    AfterValidator(_check_path),
    WithJsonSchema({"anyOf": [{"type": "number"}, PATH_JSON]}),
]
"""A path by year, or one number for every year."""


def number_range(low: float, high: float, open_ends: bool = False) -> tuple[tuple[str, float], ...]:
    """Bounds of a number in the words of JSON Schema."""
    names = ("exclusiveMinimum", "exclusiveMaximum") if open_ends else ("minimum", "maximum")
    return tuple(zip(names, (low, high), strict=True))


@dataclass(frozen=True, slots=True)
class RangedValues(AfterValidator):
    """A validator of every value of a path that says its bounds in the JSON Schema, so that an editor knows them."""

    bounds: tuple[tuple[str, float], ...]
    """As `number_range` gives them; a tuple, because annotations are hashed."""

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The schema of the path with the bounds on its numbers."""
        schema: dict[str, Any] = copy.deepcopy(handler(core_schema))
        for option in (schema, *schema.get("anyOf", ())):
            numbers = option.get("patternProperties", {}).values() if "patternProperties" in option else (option,)
            for number in numbers:
                if number.get("type") == "number":
                    number |= dict(self.bounds)
        return schema


def constant_path(value: float) -> dict[int, float]:
    """A path that holds one value in every year."""
    return {YEAR_MIN: value, YEAR_MAX: value}


def path_value(path: Mapping[int, float], year: float) -> float:
    """Value of a path in a year, linear between the years given.

    Raises ValueError outside the path: a path that stops too early is refused when files are read, never prolonged.
    """
    if year in path:
        return float(path[int(year)])
    years = sorted(path)
    if not years or not years[0] <= year <= years[-1]:
        span = f"{years[0]}-{years[-1]}" if years else "nothing"
        raise ValueError(f"year {year} lies outside the path, which holds {span}")
    left, right = next(pair for pair in pairwise(years) if pair[0] <= year <= pair[1])
    share = (year - left) / (right - left)
    return float(path[left] + share * (path[right] - path[left]))


def months_after(month: str, base_year: int) -> int:
    """Months from 1 September of base_year to the first day of a month `YYYY-MM` (negative before it)."""
    year, number = month.split("-")
    return (int(year) - base_year) * 12 + int(number) - 9
