"""Who had no seat in the school of its zone, where it went, why and how far: what admission did to single children.

An event is a row of `CaseResult.events`: draw, year (index), cell, grade, school that had no seat, school joined (-1:
none, the child stays), reason, children.  Only events are kept, so a county with seats for all keeps nothing.
Tests: tests/sim/test_placements.py.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.arrays import CountArray, FloatArray, IntArray
from sim.kernels_admission import EVENT
from sim.layout import slot_lookup
from sim.model import OUTSIDE

if TYPE_CHECKING:
    from sim.reduced import Reduced


DRAW, YEAR, CELL, GRADE, FROM, TO, REASON, CHILDREN = range(8)
"""Columns of the events of a case."""


def events_of_years(years: list[CountArray], draws: IntArray) -> CountArray:
    """Events of a block of draws, by draw, then by year; years: [event, 7] of each year with draws of the block."""
    rows = np.concatenate([np.zeros((0, EVENT), np.int32), *years])
    year = np.repeat(np.arange(len(years), dtype=np.int32), [len(one) for one in years])
    out = np.concatenate([draws[rows[:, :1]].astype(np.int32), year[:, None], rows[:, 1:]], axis=1)
    return out[np.argsort(out[:, DRAW], kind="stable")]


def joined_events(early: CountArray, school: CountArray, grades: int) -> CountArray:
    """Events of both ladders, [event, what]; grades: of the stage before school, whose grades come first."""
    later = school.copy()
    later[:, GRADE] += grades
    both = np.concatenate([early, later])
    return both[np.argsort(both[:, DRAW], kind="stable")]


COLUMNS = (
    "year", "scope", "entity", "stage", "reason", "mean", "p50", "p90", "way", "way_p90", "extra", "measure",
)  # fmt: skip
REASONS = ("diverted", "lottery", "no_seat", "no_school", "off")
"""Names of the reasons: sent on, lost the lot and sent on; stay: no free seat, no school within the limit, no
diversion."""
_SENT = 2  # reasons before this one move the child


def placement_rows(one: "Reduced") -> pd.DataFrame:
    """Children without a seat by county, home unit and school that had none, stage, reason and year.

    mean, p50, p90: children over all draws, those without any as well.  way, way_p90, extra: of children who were sent
    on, over all of them in all draws: the way to the school they attend, and how much longer it is [km or minutes].
    """
    events = one.now.result.events
    if not len(events):
        return pd.DataFrame(columns=list(COLUMNS))
    model = one.model
    stage = model.grades.stage_of[events[:, GRADE]]
    units = np.append(model.layout.unit_of, -1)[events[:, CELL]]
    homes = (*model.layout.units, OUTSIDE)
    ways = _ways(one, events, stage)
    scopes = (
        ("county", np.zeros(len(events), dtype=np.int64), (one.study,)),
        ("unit", np.where(units < 0, len(homes) - 1, units), homes),
        ("school", events[:, FROM].astype(np.int64), model.layout.schools),
    )
    frames = [_of_scope(one, events, stage, ways, scope) for scope in scopes]
    return pd.concat(frames, ignore_index=True)


def _ways(one: "Reduced", events: CountArray, stage: IntArray) -> FloatArray:
    """Way to the school that had no seat and to the one joined, [event, 2]; nan for those who stay."""
    ladder = one.ladder or one.model
    parts = [ladder] if ladder.early is None else [ladder.early, ladder]
    tables = [_by_school(part.attendance.way, slot_lookup(part.layout)) for part in parts]
    way = np.concatenate(tables, axis=2)  # [cell, school, stage]
    cell, here, there = events[:, CELL], events[:, FROM], events[:, TO]
    first = way[cell, here, stage]
    then = np.where(there < 0, np.nan, way[cell, np.maximum(there, 0), stage])
    return np.stack([np.where(there < 0, np.nan, first), then], axis=1)


def _by_school(way: FloatArray, lookup: IntArray) -> FloatArray:
    """Ways by slot [cell, slot, stage] as ways by school [cell, school + pseudo, stage]; nan where there is no slot."""
    found = np.take_along_axis(way, np.maximum(lookup, 0)[:, :, None], axis=1)
    return np.where(lookup[:, :, None] >= 0, found, np.nan)


def _of_scope(
    one: "Reduced", events: CountArray, stage: IntArray, ways: FloatArray, scope: tuple[str, IntArray, tuple[str, ...]]
) -> pd.DataFrame:
    name, entity, names = scope
    draws, years = len(one.now.result.rolls), np.array(list(one.model.years))
    shape = (len(years), len(names), len(one.model.grades.stages), len(REASONS))
    key = np.ravel_multi_index((events[:, YEAR], entity, stage, events[:, REASON]), shape)
    found, mean, middle, high = spread_of(key, events[:, DRAW].astype(np.int64), events[:, CHILDREN], draws)
    at = np.unravel_index(found, shape)
    way, way_high, extra = _mean_ways(key, events[:, CHILDREN], ways, found)
    return pd.DataFrame(
        {
            "year": years[at[0]],
            "scope": name,
            "entity": np.array(names, dtype=object)[at[1]],
            "stage": np.array(one.model.grades.stages, dtype=object)[at[2]],
            "reason": np.array(REASONS, dtype=object)[at[3]],
            "mean": mean,
            "p50": middle,
            "p90": high,
            "way": way,
            "way_p90": way_high,
            "extra": extra,
            "measure": np.where(at[3] < _SENT, np.array(one.details.admission.measures, dtype=object)[at[2]], ""),
        }
    )


def spread_of(
    key: IntArray, draw: IntArray, children: CountArray, draws: int
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Keys that occur, rising, with mean, median and 0.9 quantile of their children over all draws.

    key, draw, children: [event].  A draw without an event of a key has no children there; quantiles are linear between
    draws, as everywhere.
    """
    code, where = np.unique(key * np.int64(draws) + draw, return_inverse=True)
    total = np.bincount(where, weights=children)
    found, owner = np.unique(code // draws, return_inverse=True)
    order = np.lexsort((total, owner))
    total, start = total[order], np.searchsorted(owner[order], np.arange(len(found) + 1))
    count = np.diff(start)
    mean = np.add.reduceat(total, start[:-1]) / draws

    def quantile(q: float) -> FloatArray:
        place = q * (draws - 1)
        low = int(np.floor(place))
        high = min(low + 1, draws - 1)
        ends = []
        for rank in (low, high):
            at = rank - (draws - count)
            ends.append(np.where(at >= 0, total[np.minimum(start[:-1] + np.maximum(at, 0), len(total) - 1)], 0.0))
        return np.asarray(ends[0] + (place - low) * (ends[1] - ends[0]))

    return found, mean, quantile(0.5), quantile(0.9)


def _mean_ways(
    key: IntArray, children: CountArray, ways: FloatArray, found: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean and 0.9 quantile of the way of those sent on, and how much longer it is, for every key of `found`."""
    sent = np.flatnonzero(~np.isnan(ways[:, 1]))
    owner, n = np.searchsorted(found, key[sent]), children[sent].astype(float)
    whole = np.bincount(owner, weights=n, minlength=len(found))

    def mean(values: FloatArray) -> FloatArray:
        total = np.bincount(owner, weights=n * values, minlength=len(found))
        return np.asarray(np.divide(total, whole, out=np.full(len(found), np.nan), where=whole > 0))

    order = np.lexsort((ways[sent, 1], owner))
    seen = np.cumsum(n[order])
    before = np.concatenate([[0.0], np.cumsum(whole)])[:-1]
    # The shortest way that at least nine in ten of the children do not exceed.
    at = np.searchsorted(seen, before + 0.9 * whole - 1e-9)
    high = np.full(len(found), np.nan)
    high[whole > 0] = ways[sent, 1][order][np.minimum(at, len(order) - 1)][whole > 0] if len(order) else np.nan
    return mean(ways[sent, 1]), high, mean(ways[sent, 1] - ways[sent, 0])
