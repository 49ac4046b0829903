"""Fairness between groups of children and of schools, by draw: what a child finds, and how far groups lie apart.

Symbols: n[d, t, s, g] pupils, k classes, x[d, t, s] an indicator of a school; groups of schools: by the place of the
school (urban, rural), by its mark (weak, other); groups of children: by home (urban, rural), by registration (local,
migrant); v[d, t, G] a value of group G.

    class_size   sum n (n / k) / sum n over schools and grades of a stage: size of the class in which a pupil sits
    area         sum x n / sum n over schools whose x is known: what a pupil finds
    no_seat      children who found no place in their school and stay as well, sent_on: who were sent to another school
                 (events of admission), by their homes
    moved        pupils whom a closure, or a school that opens for all grades, makes change school; moved_again: at most
                 so many of them not for the first time (`sim/displaced.py`)
    gap          v of the first group - v of the second, in the same draw
    difference   v of the plan - v of the plan it is held against, in the same draw

Groups without pupils have no value in that draw.  Page: docs/science/fairness.md.  Tests: tests/sim/test_fairness.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from scenarios.bundle import Bundle
from sim.arrays import BoolArray, FloatArray
from sim.indicators import INDICATORS
from sim.model import Model
from sim.placements import CELL, CHILDREN, DRAW, GRADE, TO, YEAR

if TYPE_CHECKING:
    from sim.reduced import Reduced


SPLITS: Mapping[str, tuple[str, str]] = {
    "place": ("urban", "rural"), "mark": ("other", "weak"), "home": ("urban", "rural"), "group": ("local", "migrant"),
}  # fmt: skip
"""Ways to divide, with their two groups in the order of the gap."""
EVERY, GAP = "all", "gap"
AREA = "teaching_area_per_pupil"
WEAK = "weak"
COLUMNS = (
    "year", "stage", "split", "group", "indicator", "unit", "mean", "p10", "p50", "p90", "diff_mean", "diff_p10",
    "diff_p90", "paired",
)  # fmt: skip
QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class FairGroups:
    """Schools and homes by group."""

    schools: Mapping[str, tuple[BoolArray, BoolArray]]  # split -> the two groups, [school]; without members left out
    homes: Mapping[str, tuple[BoolArray, BoolArray]]  # the same, [cell]


class Key(NamedTuple):
    """What a row is of."""

    stage: str
    split: str
    group: str
    indicator: str
    unit: str


def fair_groups(bundle: Bundle, model: Model) -> FairGroups:
    """Groups of a checked bundle; a school that a plan opens stands where its unit is and is not weak."""
    layout, units = model.layout, bundle.tables["units"].set_index("unit")["urban"]
    schools = bundle.tables["schools"].set_index("school")
    new = {one.new.school: one.new.unit for plan in bundle.plans.values() for one in plan.projects if one.new}
    at = [schools["unit"].get(school, new.get(school, "")) for school in layout.schools]
    urban = np.array([bool(units.get(unit, False)) for unit in at])
    known = np.array([unit in units.index for unit in at])
    marks = [str(schools["flags"].get(school, "")).split(";") for school in layout.schools]
    weak = np.array([WEAK in (mark.strip() for mark in own) for own in marks])
    inside = layout.unit_of >= 0
    of_schools = {"place": (known & urban, known & ~urban), "mark": (~weak, weak)}
    of_homes = {
        "home": (inside & layout.urban, inside & ~layout.urban),
        "group": (inside & ~layout.migrant, inside & layout.migrant),
    }
    return FairGroups(_both(of_schools), _both(of_homes))


def _both(groups: dict[str, tuple[BoolArray, BoolArray]]) -> dict[str, tuple[BoolArray, BoolArray]]:
    """Only splits both of whose groups have members."""
    return {split: pair for split, pair in groups.items() if pair[0].any() and pair[1].any()}


def fairness_rows(one: "Reduced") -> pd.DataFrame:
    """The table of one case, columns `COLUMNS`."""
    base = None if one.base is None else one.base.fair
    frames = [_rows(key, values, None if base is None else base.get(key), one) for key, values in one.fair.items()]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))


def fair_values(one: "Reduced") -> dict[Key, FloatArray]:
    """All values of a case, [draw, year]."""
    return {**_of_schools(one), **_of_children(one), **_moved(one)}


def _of_schools(one: "Reduced") -> dict[Key, FloatArray]:
    """Class size and area of pupils by groups of schools."""
    result, grades = one.now.result, one.model.grades
    found: dict[Key, FloatArray] = {}
    for stage, name in enumerate(grades.stages):
        chosen = grades.stage_of == stage
        n = result.rolls[..., chosen].astype(float)
        count = np.maximum(result.classes[..., chosen], 1)
        pupils, seats = n.sum(axis=3), (n * n / count).sum(axis=3)
        area = INDICATORS[AREA].value(one, name)
        for split, pair in one.details.fair.schools.items():
            found |= _pair((name, split, "class_size", "pupils"), _ratios(seats, pupils, pair))
            if area is not None:
                known = np.isfinite(area) & (pupils > 0.0)
                x, weight = np.where(known, area, 0.0) * pupils, np.where(known, pupils, 0.0)
                found |= _pair((name, split, "area", "m2_per_pupil"), _ratios(x, weight, pair))
    return found


def _of_children(one: "Reduced") -> dict[Key, FloatArray]:
    """Children without a seat and children sent on, by groups of homes."""
    events, model = one.now.result.events, one.model
    draws, years = one.now.result.rolls.shape[:2]
    stage_of = model.grades.stage_of[events[:, GRADE]]
    found: dict[Key, FloatArray] = {}
    for stage, name in enumerate(model.grades.stages):
        for split, pair in one.details.fair.homes.items():
            for indicator, kept in (("no_seat", events[:, TO] < 0), ("sent_on", events[:, TO] >= 0)):
                values = []
                for where in pair:
                    rows = events[kept & (stage_of == stage) & where[events[:, CELL]]]
                    counts = np.zeros((draws, years))
                    np.add.at(counts, (rows[:, DRAW], rows[:, YEAR]), rows[:, CHILDREN])
                    values.append(counts)
                for group, own in zip(SPLITS[split], values, strict=True):  # groups differ in size: no gap of counts
                    found[Key(name, split, group, indicator, "children")] = own
    return found


def _moved(one: "Reduced") -> dict[Key, FloatArray]:
    """Pupils whom the plan makes change school, and at most so many once more; none where no plan ever does."""
    changed, stages = one.now.result.changed, one.model.grades.stages
    first = len(stages) - changed.shape[2]  # stages before school are not counted
    return {
        Key(stages[first + number], EVERY, EVERY, indicator, "pupils"): changed[:, :, number, at].astype(float)
        for number in range(changed.shape[2])
        for at, indicator in enumerate(("moved", "moved_again"))
    }


def _pair(of: tuple[str, str, str, str], values: list[FloatArray]) -> dict[Key, FloatArray]:
    """Both groups and their gap. of: stage, split, indicator, unit."""
    stage, split, indicator, unit = of
    first, second = SPLITS[split]
    return {
        Key(stage, split, first, indicator, unit): values[0],
        Key(stage, split, second, indicator, unit): values[1],
        Key(stage, split, GAP, indicator, unit): values[0] - values[1],
    }


def _ratios(top: FloatArray, bottom: FloatArray, pair: tuple[BoolArray, BoolArray]) -> list[FloatArray]:
    """Sum over the schools of each group of top / sum of bottom, [draw, year]; nan where there is nothing below."""
    member = np.stack(pair, axis=1).astype(float)
    above, below = top @ member, bottom @ member
    found = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0.0)
    return [found[..., 0], found[..., 1]]


def _rows(key: Key, values: FloatArray, base: FloatArray | None, one: "Reduced") -> pd.DataFrame:
    """Rows of one key by year; years in which no draw has a value are left out."""
    years = np.array(list(one.model.years))
    mean, quantiles = spread(values)
    columns: dict[str, object] = {"year": years, **key._asdict(), "mean": mean}
    columns |= {f"p{q * 100:.0f}": quantiles[i] for i, q in enumerate(QUANTILES)}
    apart = np.full(values.shape, np.nan) if base is None else values - base
    difference, between = spread(apart)
    columns |= {"diff_mean": difference, "diff_p10": between[0], "diff_p90": between[2]}
    frame = pd.DataFrame(columns | {"paired": int(base is not None)})
    return frame[~np.isnan(mean)]


def spread(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and quantiles over the draws that have a value, [year] and [quantile, year]; nan without any."""
    ordered, count = np.sort(values, axis=0), (~np.isnan(values)).sum(axis=0)  # nan comes last
    total = np.where(np.isnan(values), 0.0, values).sum(axis=0)
    mean = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    place = np.array(QUANTILES)[:, None] * np.maximum(count - 1, 0)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    year = np.arange(values.shape[1])
    below, above = ordered[low, year], ordered[high, year]
    return mean, below + (place - low) * (above - below)
