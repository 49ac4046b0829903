"""Speeds of road classes: the shipped ones (`packs/road-classes.yaml`), and those of the study's table `roads`.

A row of the table replaces the shipped class of the same id; its attribute values are taken from whichever class had
them. Speeds are in km/h; NaN means that this means of travel may not use the class.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from scenarios.problems import ScenarioError
from scenarios.schema_base import FROM_LIST, FileModel, Names, Text
from scenarios.yaml_source import read_yaml

CLASSES_FILE = Path(__file__).parent / "packs" / "road-classes.yaml"
MODES = ("walk", "bus", "car")
"""Means of travel, in the order of every array."""
_SEPARATORS = re.compile(r"[;；,，、]")
_Speed = Annotated[float, Field(gt=0, le=150)]


class ClassEntry(FileModel):
    """One class as it stands in the file."""

    values: Annotated[tuple[Text, ...], FROM_LIST]
    """Attribute values that mean the class, beside its id."""
    walk: Annotated[float, Field(gt=0, le=1)] | None
    """Share of the study's walking speed [0-1]; null: not on foot."""
    bus: _Speed | None
    """Speed of a school bus [km/h]; null: no bus."""
    car: _Speed | None
    """Speed of a car [km/h]; null: no cars."""
    crossable: bool
    """Whether primary pupils may cross it on foot."""
    source_grade: Literal["A", "B", "C", "M"]
    """How good the source is."""


class SlopeEntry(FileModel):
    """Vehicles on a slope."""

    source_grade: Literal["A", "B", "C", "M"]
    """How good the source is."""
    steps: Annotated[tuple[Annotated[tuple[float, float], FROM_LIST], ...], FROM_LIST, Field(min_length=1)]
    """(slope up to which [-], share of the speed on the flat [-]), rising."""


class ClassesFile(FileModel):
    """The whole of `road-classes.yaml`."""

    schema_version: Literal[1]
    """Version of the form."""
    note: Names
    """Where the speeds come from."""
    classes: dict[Text, ClassEntry]
    """Classes by id."""
    not_roads: Annotated[tuple[Text, ...], FROM_LIST]
    """Attribute values of what is no road."""
    vehicle_slope: SlopeEntry
    """Vehicles on a slope."""


@dataclass(frozen=True)
class RoadClass:
    """One class in force."""

    name: str
    values: tuple[str, ...]
    """Attribute values that mean it, its id among them."""
    km_per_h: tuple[float, float, float]
    """Speed on the flat by means of travel (`MODES`) [km/h]; NaN where it may not be used."""
    crossable: bool


@lru_cache(maxsize=1)
def shipped_classes() -> ClassesFile:
    """The shipped file, checked; read once."""
    source, problems = read_yaml(CLASSES_FILE, CLASSES_FILE.name)
    if source is None or problems:
        raise ScenarioError(problems)
    return ClassesFile.model_validate(source.data)


def road_classes(walk_km_per_h: float, table: pd.DataFrame | None = None) -> tuple[RoadClass, ...]:
    """Classes in force: those of the table first, then the shipped ones that it does not replace.

    walk_km_per_h: walking speed of the study on the flat.  table: `roads`, checked (one value means one class).
    """
    own = () if table is None else tuple(_of_row(row) for row in table.to_dict("records"))
    taken = {value for one in own for value in one.values}
    names = {one.name for one in own}
    shipped = [
        RoadClass(name, (name, *entry.values), _speeds(entry, walk_km_per_h), entry.crossable)
        for name, entry in shipped_classes().classes.items()
        if name not in names
    ]
    left = (replace(one, values=tuple(value for value in one.values if value not in taken)) for one in shipped)
    return (*own, *left)


def class_of_value(classes: Iterable[RoadClass]) -> dict[str, int]:
    """Number of the class by attribute value, in lower case."""
    return {value.casefold(): at for at, one in enumerate(classes) for value in one.values}


def split_values(written: str) -> tuple[str, ...]:
    """Attribute values of a cell: `county;secondary`."""
    return tuple(value.strip() for value in _SEPARATORS.split(written) if value.strip())


def _of_row(row: Mapping[object, object]) -> RoadClass:
    name = str(row["road_class"])
    walk, bus, car = (_number(row[f"{mode}_km_per_h"]) for mode in MODES)
    values = split_values(str(row["values"])) or (name,)
    return RoadClass(name, tuple(dict.fromkeys((name, *values))), (walk, bus, car), bool(row["crossable"]))


def _speeds(entry: ClassEntry, walk_km_per_h: float) -> tuple[float, float, float]:
    walk = float("nan") if entry.walk is None else entry.walk * walk_km_per_h
    return walk, _number(entry.bus), _number(entry.car)


def _number(value: object) -> float:
    return float("nan") if value is None else float(str(value))
