"""Indicators of schools by draw, year and stage: what a pack's clauses put a bound on.

Symbols: R[d, t, s] a stock of a school (area, rooms), N[d, t, s, k] its pupils of stage k, K its classes, w[k] weights
of the pack.

    of one stage          x = R w[k] / sum_j w[j] N[j]       per pupil; x 100 per hundred pupils
    a single stage        x = R / N
    rooms for 12 classes  x = R / ceil(K / 12)               1 and more: enough

Nothing is filled in: a stock that is not known, stages without weights, or no pupils give nan.
Source of the formulas: education inspection [2017] No. 6 and the ministry's explanation of its indicators, in copies
(sources of the pack); page docs/science/indicators.md.  Tests: tests/sim/test_indicators.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np

from sim.arrays import FloatArray
from sim.room_valid import with_small

if TYPE_CHECKING:
    from sim.reduced import Reduced


EVERY = "all"
"""Stage label of an indicator of the school as a whole."""
CLASSES = 12
"""Classes for which a special room is: part of the names of the indicators."""


@dataclass(frozen=True)
class Indicator:
    """One indicator of a school."""

    name: str
    unit: str
    direction: Literal["at_least", "at_most"]
    value: "Callable[[Reduced, str], FloatArray | None]"
    """Stage id, or `all` -> [draw, year, school]; nan: unknown, or no pupils of the stage; None: no data of it."""
    stock: str = ""
    """Kind of stock it rests on, to say what is missing."""


def stock(one: "Reduced", kind: str) -> FloatArray | None:
    """A stock of schools, [draw, year, school]; None where the study has no figure of it for any school."""
    stocks, plan = one.details.stocks, one.case.network.plan
    if kind not in stocks.base:
        return None
    known = [stocks.base[kind][one.model.exists], stocks.plans[plan].added[kind]]
    if all(np.isnan(values).all() for values in known if len(values)):
        return None
    return with_small(one, kind, stocks.at(kind, plan, one.case.opening_year, one.model.years))


def per_pupil(kind: str, scale: float = 1.0) -> "Callable[[Reduced, str], FloatArray | None]":
    """Indicator of a stock per `scale` pupils, split by the weights of the pack; its value: [draw, year, school]."""

    def value(one: "Reduced", stage: str) -> FloatArray | None:
        owned = stock(one, kind)
        share = one.shares.get(stage)
        return None if owned is None or share is None else owned * share * scale

    return value


def per_classes(kind: str) -> "Callable[[Reduced, str], FloatArray | None]":
    """Rooms over the rooms that all classes of the school ask for, the same for its stages; [draw, year, school]."""

    def value(one: "Reduced", stage: str) -> FloatArray | None:
        owned = stock(one, kind)
        share = one.shares.get(stage)
        if owned is None or share is None:
            return None
        chosen = np.isin(one.model.grades.stage_of, [one.model.grades.stages.index(k) for k in one.sharing])
        classes = one.now.result.classes[..., chosen].sum(axis=3)
        needed = -(-classes // CLASSES)
        return np.where(np.isnan(share), np.nan, owned / np.maximum(needed, 1))

    return value


_LISTED = (
    Indicator("teaching_area_per_pupil", "m2_per_pupil", "at_least", per_pupil("teaching_area_m2"), "teaching_area_m2"),
    Indicator("sports_area_per_pupil", "m2_per_pupil", "at_least", per_pupil("sports_area_m2"), "sports_area_m2"),
    Indicator(
        "multimedia_rooms_per100",
        "per_100_pupils",
        "at_least",
        per_pupil("multimedia_rooms", 100.0),
        "multimedia_rooms",
    ),
    Indicator(
        "music_rooms_per_12_classes", "rooms_per_12_classes", "at_least", per_classes("music_rooms"), "music_rooms"
    ),
    Indicator("art_rooms_per_12_classes", "rooms_per_12_classes", "at_least", per_classes("art_rooms"), "art_rooms"),
)
INDICATORS: Mapping[str, Indicator] = MappingProxyType({one.name: one for one in _LISTED})
"""By the names that clauses of packs use."""
