"""Quantities that colour units on printed maps: how they are read, their classes, what a title tells of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reports import atlas_data as data
from reports import atlas_pieces as pieces
from reports.atlas_data import Scene
from reports.atlas_scale import CHANCE, MINUTES, REACH, USED, Look, equal_counts
from reports.view import View


@dataclass(frozen=True)
class Measure:
    """A quantity that colours units: how it is read, its classes, those of its difference, from where it is told."""

    key: str
    read: Callable[[View, Scene], pd.Series]
    look: Callable[[Sequence[float] | np.ndarray | pd.Series], Look]
    zoned: bool
    alarm: float | None = None
    """The title counts zones or units above it."""
    below: bool = False
    """The title counts those below it instead."""
    steps: tuple[float, float, float] | None = None
    """Limits of the classes of a difference."""


def _zone(key: str, look: Look, alarm: float, steps: tuple[float, float, float]) -> Measure:
    return Measure(key, lambda seen, scene: data.by_zone(seen, scene, key), lambda _: look, True, alarm, steps=steps)


def _unit(key: str, look: Look, alarm: float, steps: tuple[float, float, float], below: bool = False) -> Measure:
    return Measure(
        key, lambda seen, scene: data.by_unit(seen, scene, key), lambda _: look, False, alarm, below, steps=steps
    )


MEASURES: Mapping[str, Measure] = {
    one.key: one
    for one in (
        _zone("utilisation", USED, 1.0, (0.05, 0.15, 0.30)),
        _zone("class_breach", CHANCE, 0.5, (0.05, 0.25, 0.50)),
        _zone("size_breach", CHANCE, 0.5, (0.05, 0.25, 0.50)),
        Measure("pupils", lambda seen, scene: data.by_unit(seen, scene, "pupils"), equal_counts, False),
        _unit("minutes", MINUTES, 30.0, (1.0, 5.0, 15.0)),
        _unit("nearest", MINUTES, 30.0, (1.0, 5.0, 15.0)),
        _unit("access", REACH, 1.0, (0.05, 0.2, 0.5), below=True),
    )
}


def absent_of(seen: View, values: pd.Series, measure: Measure) -> tuple[int, str]:
    """Units without a value, and what that means."""
    said = "map.unknown" if measure.zoned or measure.key == "pupils" else "atlas.no_pupils_or_way"
    return int(values.isna().sum()), seen.labels(said)


def notes_of(seen: View, measure: Measure) -> tuple[str, ...]:
    """How the classes were made."""
    if measure.key == "pupils":
        return (seen.labels("atlas.note.equal_counts"),)
    return (seen.labels("atlas.note.fixed"),)


def reason_of(seen: View, schools: pd.DataFrame, values: pd.Series | None = None) -> str:
    """Why there is nothing to draw; empty where there is something."""
    if schools.empty:
        return seen.labels("atlas.reason.no_schools")
    if values is not None and not values.notna().any():
        return seen.labels("atlas.reason.no_values")
    return ""


def finding_of(seen: View, scene: Scene, measure: Measure, values: pd.Series) -> str:
    """How many zones or units are beyond the limit that matters; of an amount its sum."""
    labels, told = seen.labels, pieces.where(seen, scene)
    if measure.alarm is None:
        return labels(f"atlas.finding.{measure.key}", **told, n=labels.integer(float(values.sum())))
    if measure.zoned:
        zones = data.served(seen, scene)
        values = pd.Series({zones[unit]: value for unit, value in values.items() if unit in zones}, dtype=float)
    known = values.dropna()
    beyond = known < measure.alarm if measure.below else known > measure.alarm
    return labels(f"atlas.finding.{measure.key}", **told, n=int(beyond.sum()), all=len(known))
