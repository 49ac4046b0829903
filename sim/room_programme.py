"""Special rooms: how many are needed, which are there, which spare classrooms can become one, what is left to build.

Symbols, per kind, draw d, year t, school s: K classes of compulsory stages, c rooms for twelve classes, R rooms there
that meet the area clause, M general classrooms, F those of them large enough for the kind.

    needed    N = ceil(c K / 12)                      one programme for all stages of a school: they share its rooms
    apart     sum over stages of ceil(c K[stage] / 12)    what it would be if every stage had rooms of its own
    short     max(N - R, 0)
    spare     S(p) = the most classrooms that are empty with probability p in year t and in every later year of the
              decision window: nobody turns a classroom into a music room that is a classroom again in three years
    re-used   min(short, F, what is left of S(p)), kinds with fewer fitting rooms first: F is nested, so this is best
    to build  short - re-used, of which the smallest number that suffices with probability p is told

Classrooms that projects add are of unknown size and none is re-used.  Source: education inspection [2017] No. 6,
government item 3, by the pack; re-use before building: district plans such as that of Xinqiu (2021).
Page: docs/science/rooms.md.  Tests: tests/sim/test_room_programme.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import FloatArray, IntArray
from sim.indicators import CLASSES, stock
from sim.reduced import Reduced
from sim.room_rules import SpecialRooms
from sim.room_valid import sharing_grades, small_classes
from sim.sizing import LEVELS, rank_of

COLUMNS = (
    "year", "entity", "kind", "share", "needed", "apart", "there", "short", "spare", "reused", "to_build", "m2", "cost",
)  # fmt: skip


@dataclass(frozen=True)
class Programme:
    """One kind of special rooms, [draw, year, school] each."""

    needed: FloatArray
    apart: FloatArray
    there: FloatArray  # nan: not known
    fits: FloatArray  # general classrooms large enough; nan: no list of rooms

    @property
    def short(self) -> FloatArray:
        """Rooms missing before anything is re-used, [draw, year, school]."""
        return np.maximum(self.needed - self.there, 0.0)


def programmes(one: Reduced) -> dict[str, Programme]:
    """Programmes by kind, kinds whose clause asks for the largest room first."""
    found = {}
    special = {kind: rules for kind, rules in one.details.rooms.special.items() if rules.per_12 > 0.0}
    for kind, rules in sorted(special.items(), key=lambda item: -float(item[1].area.max(initial=0.0))):
        there = stock(one, f"{kind}_rooms")
        if there is not None:
            found[kind] = Programme(*_needed(one, rules.per_12), there, _fits(one, rules))
    return found


def rooms_for(classes: NDArray[np.integer], per_12: float) -> FloatArray:
    """Special rooms that classes ask for, element by element."""
    return np.ceil(classes * per_12 / CLASSES - 1e-9)


def _needed(one: Reduced, per_12: float) -> tuple[FloatArray, FloatArray]:
    """Rooms needed with all stages of a school together, and with each for itself."""
    grades, classes = one.model.grades, one.now.result.classes
    shared = sharing_grades(one)
    every = rooms_for(classes[..., shared].sum(axis=3), per_12)
    stages = [shared[grades.stage_of[shared] == grades.stages.index(name)] for name in one.sharing]
    apart: FloatArray = np.sum([rooms_for(classes[..., own].sum(axis=3), per_12) for own in stages], axis=0)
    return every, apart


def _fits(one: Reduced, rules: SpecialRooms) -> FloatArray:
    """General classrooms large enough for a kind, [draw, year, school]."""
    out = np.broadcast_to(rules.fits, one.now.result.rooms.shape).copy()
    at = np.flatnonzero((rules.small_below > 0.0) & (rules.fits_small > rules.fits))
    if len(at):
        small = small_classes(one, at, rules.small_below[at])
        out[:, :, at] = np.where(small, rules.fits_small[at], rules.fits[at])
    return out


def spare_rooms(rooms: NDArray[np.integer], classes: NDArray[np.integer], last: int, share: float) -> FloatArray:
    """Classrooms empty with probability `share` from a year to the end of the window, [year, school].

    rooms [draw, year, school], classes [draw, year, school, grade].  last: index of the last year of the window; years
    after it stand for themselves.
    """
    return _spare(_empty(rooms, classes, last), share)


def _empty(rooms: NDArray[np.integer], classes: NDArray[np.integer], last: int) -> IntArray:
    """Classrooms empty from a year to the end of the window, rising over the draws, [year, school, draw]."""
    empty = rooms - classes.sum(axis=3, dtype=np.int64)
    inside = empty[:, : last + 1]
    empty[:, : last + 1] = np.minimum.accumulate(inside[:, ::-1], axis=1)[:, ::-1]
    return np.sort(empty.transpose(1, 2, 0), axis=2)


def _spare(empty: IntArray, share: float) -> FloatArray:
    """The most classrooms that a share of the draws has, [year, school]; empty: as of `_empty`."""
    draws = empty.shape[2]
    return np.maximum(empty[..., draws - rank_of(share, draws)], 0).astype(float)


def reuse(programme: Mapping[str, Programme], spare: FloatArray) -> dict[str, FloatArray]:
    """Classrooms that become special rooms by kind, [draw, year, school]; spare: [year, school]."""
    out: dict[str, FloatArray] = {}
    used = np.zeros_like(next(iter(programme.values())).needed) if programme else np.zeros(0)
    for kind in sorted(programme, key=lambda name: float(np.nansum(programme[name].fits))):
        one = programme[kind]
        left = np.minimum(one.fits - used, spare - used)
        out[kind] = np.clip(np.minimum(one.short, left), 0.0, None)
        used = used + np.nan_to_num(out[kind])
    return out


def programme_rows(one: Reduced) -> pd.DataFrame:
    """The table of special rooms: schools with a known stock, by year, kind and probability."""
    found, parts = programmes(one), []
    if not found:
        return pd.DataFrame(columns=list(COLUMNS))
    last = one.assessment.window[1] - one.model.base_year - 1
    norms = one.details.rooms.norms
    price = None if norms is None else norms.prices.get("building")
    empty = _empty(one.now.result.rooms, one.now.result.classes, last)
    settled = {kind: _settled(one, programme) for kind, programme in found.items()}
    for share in LEVELS:
        spare = _spare(empty, share)
        used = reuse(found, spare)
        for kind, programme in found.items():
            area = one.details.rooms.special[kind].area
            gross = area / norms.net_share if norms is not None else np.full(len(area), np.nan)
            parts.append(_part(one, kind, settled[kind], programme.short - used[kind], (spare, share)))
            parts[-1]["m2"] = area[parts[-1]["school"]]
            yuan = gross[parts[-1]["school"]] * (np.nan if price is None else price.yuan) / 1e4
            to_build = parts[-1]["to_build"]
            parts[-1]["cost"] = np.where(to_build == 0.0, 0.0, to_build * yuan)
    columns = {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}
    return pd.DataFrame(columns)


@dataclass(frozen=True)
class _Settled:
    """What does not depend on the probability, sorted over draws once, [draw, row]."""

    year: IntArray  # [row] index of the year
    school: IntArray  # [row]
    needed: NDArray[np.int16]
    apart: NDArray[np.int16]
    lacking: NDArray[np.int16]  # minus the rooms there: fewest first
    short: NDArray[np.int16]


def _settled(one: Reduced, programme: Programme) -> _Settled:
    unknown = np.isnan(programme.there).any(axis=0) | np.isnan(programme.fits).any(axis=0)
    year, school = np.nonzero(one.now.open & ~unknown)
    values = (programme.needed, programme.apart, -programme.there, programme.short)
    return _Settled(year, school, *(np.sort(_whole(array, year, school), axis=0) for array in values))


def _whole(values: FloatArray, year: IntArray, school: IntArray) -> NDArray[np.int16]:
    """Rooms of some years and schools, [draw, row]; small whole numbers sort several times as fast."""
    return values[:, year, school].astype(np.int16)


def _part(
    one: Reduced, kind: str, settled: _Settled, left: FloatArray, at: tuple[FloatArray, float]
) -> dict[str, NDArray[np.generic]]:
    """Columns of one kind and probability; `school` is the index of the school. left: rooms to build by draw."""
    (spare, share), year, school = at, settled.year, settled.school
    rank = rank_of(share, len(left)) - 1
    short = settled.short[rank].astype(float)
    to_build = np.sort(_whole(left, year, school), axis=0)[rank].astype(float)
    names = np.array(one.model.layout.schools, dtype=object)
    return {
        "school": school,
        "year": np.array(list(one.model.years))[year],
        "entity": names[school],
        "kind": np.full(len(year), kind, dtype=object),
        "share": np.full(len(year), share),
        "needed": settled.needed[rank].astype(float),
        "apart": settled.apart[rank].astype(float),
        "there": -settled.lacking[rank].astype(float),
        "short": short,
        "spare": spare[year, school],
        "reused": short - to_build,
        "to_build": to_build,
    }
