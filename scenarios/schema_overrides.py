"""`overrides:` of a scenario, a future or a plan: an ordered list of named changes of single values."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from scenarios.schema_base import FROM_LIST, FileModel, Id, Names, Text, Wording, Year


def _text_alone(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_TEXTS_JSON = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_SET_JSON = {"type": "object", "minProperties": 1, "propertyNames": {"pattern": r"^[^.\s]\S*$"}}
Replaced = Annotated[
    tuple[Text, ...], FROM_LIST, BeforeValidator(_text_alone), WithJsonSchema({**_TEXTS_JSON, "default": []})
]


class ValueOverride(FileModel):
    """One named change: what is set, and where the new value comes from."""

    name: Names
    """What the change is; reports list it, and a later override that takes its place names it."""
    set: Annotated[dict[Text, Any], Field(min_length=1), WithJsonSchema(_SET_JSON)]
    """New values by their path, e.g. `stages.primary.planned_class_size: 35`; see the guide page on overrides."""
    from_year: Year | None = Field(default=None, alias="from")
    """School year from which it holds, where the value may change by year: planned class sizes [school year]."""
    townships: Annotated[tuple[Text, ...], FROM_LIST] = ()
    """Only schools that stand in these townships; planned class sizes alone."""
    schools: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Only these schools; planned class sizes alone."""
    replaces: Replaced = ()
    """Name (Chinese or English) of the earlier override of the same value whose place this one takes; or several."""
    source: Wording | None = None
    """Document and place that the new value comes from."""
    note: Names | None = None
    """Anything a reader must know."""


ValueOverrides = Annotated[tuple[ValueOverride, ...], FROM_LIST]
