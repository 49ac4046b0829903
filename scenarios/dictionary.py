"""The data dictionary: one YAML file per table in `dictionary/`, read strictly into a `TableSpec`.

These files are ours, so a mistake in one is an exception that names the file and the place, never a problem for a
planner. What all tables share (bureaus, units of measure, words of yes and no) stands in `dictionary/shared.yaml`.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scenarios.schema_base import FROM_LIST, FileModel, Names, Text, Wording
from scenarios.table_columns import Bureau, Column, Kind, Refers, TableSpec
from scenarios.table_layout import WideLayout
from scenarios.yaml_core import Plain, parse, plain

TABLES = (
    "units", "schools", "sites", "zones", "children", "births", "enrolment", "transfers", "attendance",
    "admission_classes", "estates", "estate_phases", "estate_curves", "completions",
    "rooms", "population", "preschool", "immunisation", "events", "projects", "parcels", "parcel_log", "indicators",
    "boarders", "roads", "road_nodes", "road_edges", "demand_points",
)  # fmt: skip
"""All tables, in the order in which they are read; each has a file of that name."""

Texts = Annotated[tuple[str, ...], FROM_LIST]
Range = Annotated[tuple[float | None, float | None], FROM_LIST]
_NUMBERS = ("whole", "number", "year")


class ColumnEntry(FileModel):
    """One column as it stands in a file."""

    kind: Kind
    """Type of the cells."""
    name: Names
    """Short names, the heads of the templates."""
    about: Names
    """What the column means."""
    example: Wording | None = None
    """A cell of the example row in the templates, as the planner would write it; of a choice or flag its value."""
    required: bool = False
    """Whether column and cells must be given."""
    unit: str = ""
    """Canonical unit of a number; `-` is a pure number."""
    hard: Range = (None, None)
    """Lowest and highest possible value; outside is an error."""
    usual: Annotated[tuple[float, float], FROM_LIST] | None = None
    """Lowest and highest usual value; outside is a warning."""
    choices: Texts = ()
    """Values of a choice; an empty one may be left out by the planner."""
    words: dict[Text, str] = Field(default={})
    """Words that planners write -> canonical value."""
    default: str | float | None = None
    """Value of an empty cell or absent column."""
    same_as: str = ""
    """Column whose value stands in for an empty cell."""
    aliases: Texts = ()
    """Other heads."""
    missing: Annotated[str, Field(pattern=r"SCN\d{3}")] = "SCN206"
    """Code of the problem when a required cell is empty."""
    refers: Refers = ""
    """What an id points to."""
    source: Names | None = None
    """Where the convention comes from."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("choices belong to the kind choice, and it needs them")
        if self.kind in _NUMBERS and not self.unit:
            raise ValueError("a number needs its unit")
        if self.kind not in _NUMBERS and (self.hard != (None, None) or self.usual is not None):
            raise ValueError("only numbers have ranges")
        if self.required and self.default is not None:
            raise ValueError("a required column has no default")
        if self.same_as and (self.kind != "text" or self.required or self.default is not None):
            raise ValueError("only an optional text without a default is the same as another column")
        if self.kind == "choice" and not set(self.words.values()) <= set(self.choices):
            raise ValueError(f"words that mean no choice: {set(self.words.values()) - set(self.choices)}")
        return self


class WideEntry(FileModel):
    """Columns that may stand across the page."""

    across: Annotated[tuple[Text, ...], FROM_LIST, Field(min_length=1)]
    """Columns that heads may give."""
    values: Annotated[tuple[Text, ...], FROM_LIST, Field(min_length=1)]
    """Columns of the numbers below those heads."""


class TableEntry(FileModel):
    """One table as it stands in a file."""

    name: Names
    """Short names, the sheets of the templates."""
    about: Names
    """What a row of the table is."""
    bureau: Bureau
    """Who supplies it."""
    use: Literal["engine", "checked"]
    """Whether the simulation uses it, or it is read and checked only."""
    key: Annotated[tuple[Text, ...], FROM_LIST, Field(min_length=1)]
    """Columns that identify a row."""
    source: Names
    """Where the table comes from."""
    may_be_empty: bool = False
    """Whether a head without rows is fine."""
    wide: WideEntry | None = None
    """Columns that may stand across the page."""
    columns: Annotated[dict[Text, ColumnEntry], Field(min_length=1)]
    """The columns, in order."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        across = () if self.wide is None else (*self.wide.across, *self.wide.values)
        same = tuple(column.same_as for column in self.columns.values() if column.same_as)
        absent = [name for name in (*self.key, *across, *same) if name not in self.columns]
        if absent:
            raise ValueError(f"columns that are not there: {absent}")
        return self


class IndicatorEntry(Names):
    """One indicator that is known: its names and the unit it is given in."""

    unit: Text
    """A choice of the column `value_unit` of the table `indicators`."""
    most: float | None = None
    """Largest value that can be meant, in that unit; above it stands a total, or a figure in another unit."""


class BureauEntry(Names):
    """One bureau: its names, and the names of its workbook."""

    file: Names
    """Workbook of the templates, without its suffix."""


class UnitEntry(FileModel):
    """How a unit of measure stands in a head; empty where it goes without saying."""

    zh: Text
    """Chinese."""
    en: str = ""
    """English."""


class Shared(FileModel):
    """What all tables share."""

    bureaus: dict[Bureau, BureauEntry]
    """The bureaus that supply tables."""
    units: dict[Text, UnitEntry]
    """Canonical unit of measure -> how it stands in a head."""
    flag: dict[Text, Literal["0", "1"]]
    """Words of every flag column."""
    grade: dict[Text, Text]
    """Words of every grade column."""
    indicators: dict[Text, IndicatorEntry]
    """Indicator codes that are known."""


def _file(name: str) -> Plain:
    return plain(parse(resources.files("scenarios").joinpath("dictionary", f"{name}.yaml").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def shared() -> Shared:
    """Bureaus, units of measure and common words; read once."""
    return Shared.model_validate(_file("shared"))


@lru_cache(maxsize=len(TABLES))
def table_spec(name: str) -> TableSpec:
    """One table of the dictionary; its file is read once, when it is asked for. Raises KeyError."""
    if name not in TABLES:
        raise KeyError(name)
    return built(name, _file(name))


def built(name: str, data: Plain) -> TableSpec:
    """A table from the data of its file. Raises pydantic's ValidationError."""
    entry = TableEntry.model_validate(data)
    return TableSpec(
        name=name,
        zh=entry.name.zh,
        en=entry.name.en,
        key=entry.key,
        columns=tuple(_column(key, value) for key, value in entry.columns.items()),
        bureau=entry.bureau,
        about_zh=entry.about.zh,
        about_en=entry.about.en,
        source=entry.source.zh,
        source_en=entry.source.en,
        use=entry.use,
        may_be_empty=entry.may_be_empty,
        wide=None if entry.wide is None else WideLayout(entry.wide.across, entry.wide.values),
    )


def _column(name: str, entry: ColumnEntry) -> Column:
    heads = (entry.name.zh, entry.name.en, *entry.aliases)
    aliases = {head.casefold(): head for head in reversed(heads) if head.casefold() != name.casefold()}
    return Column(
        name=name,
        kind=entry.kind,
        zh=entry.name.zh,
        en=entry.name.en,
        about_zh=entry.about.zh,
        about_en=entry.about.en,
        required=entry.required,
        unit=entry.unit,
        low=entry.hard[0],
        high=entry.hard[1],
        usual=entry.usual,
        choices=entry.choices,
        words=MappingProxyType(_common_words(entry.kind) | entry.words),
        default=entry.default,
        aliases=tuple(reversed(aliases.values())),
        same_as=entry.same_as,
        missing=entry.missing,
        refers=entry.refers,
        example=entry.example.zh if entry.example else "",
        example_en=entry.example.en if entry.example else "",
        source=entry.source.zh if entry.source else "",
        source_en=entry.source.en if entry.source else "",
    )


def _common_words(kind: Kind) -> dict[str, str]:
    words: dict[Kind, Mapping[str, str]] = {"flag": shared().flag, "grade": shared().grade}
    return dict(words.get(kind, {}))
