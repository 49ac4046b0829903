"""The event loop of plain plans, compiled by numba: stages, one source of capital that is carried over, crews.

The same rules, to the last bit, as the SimPy model of `sim/yard.py`, which runs every plan that says more; see
docs/science/construction.md, section Speed, and docs/decisions/0056.
Tests: tests/sim/test_construction_properties.py (both programs and the plain reference agree).
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.streams import FloatArray, IntArray

BoolArray = NDArray[np.bool_]

BUSY, FOR_MONEY, FOR_CREW, READY = range(4)
"""What a project does."""


class Plain(NamedTuple):
    """A plain programme; money in yuan, times in months."""

    first: IntArray  # [project + 1] first leg of each project
    start: FloatArray  # [project]
    priority: IntArray  # [project]
    rank: IntArray  # [project]
    yuan: IntArray  # [leg]
    crew: BoolArray  # [leg]
    refill_month: FloatArray  # [refill]
    refill_yuan: IntArray  # [refill]
    released: int
    crews: int
    end: float


class Site(NamedTuple):
    """The projects of one draw; changed in place."""

    doing: IntArray  # [project]
    leg: IntArray  # [project]
    until: FloatArray  # [project] when what it does ends; inf while it waits
    asked: FloatArray  # [project] since when it waits
    holds: BoolArray  # [project] a crew


class Dates(NamedTuple):
    """What happens in one draw; filled in place."""

    handover: FloatArray  # [project]
    began: FloatArray  # [leg]
    ended: FloatArray  # [leg]
    paid: FloatArray  # [leg] month of the payment, nan if none
    waits: FloatArray  # [cause, project] money, crew


@njit(cache=True, nogil=True, error_model="numpy")
def _next_in_line(
    plain: Plain, site: Site, kind: int, last: tuple[int, float, int]
) -> int:  # pragma: no cover - compiled
    """The first project that waits for this behind the key `last` (priority, time of asking, rank), or -1."""
    best, key = -1, last
    for p in range(len(site.doing)):
        if site.doing[p] == kind:
            own = (plain.priority[p], site.asked[p], plain.rank[p])
            if own > last and (best < 0 or own < key):
                best, key = p, own
    return best


@njit(cache=True, nogil=True, error_model="numpy")
def _equip(
    plain: Plain, site: Site, dates: Dates, months: FloatArray, at: tuple[int, float]
) -> None:  # pragma: no cover - compiled
    """Money is there: ask for a crew if the leg needs one, else begin.  at: (project, month)."""
    p, now = at
    if plain.crew[site.leg[p]]:
        site.doing[p], site.asked[p], site.until[p] = FOR_CREW, now, np.inf
    else:
        _begin(site, dates, months, at)


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(site: Site, dates: Dates, months: FloatArray, at: tuple[int, float]) -> None:  # pragma: no cover - compiled
    p, now = at
    leg = site.leg[p]
    dates.began[leg] = now
    site.doing[p], site.until[p] = BUSY, now + months[leg]


@njit(cache=True, nogil=True, error_model="numpy")
def _happen(
    plain: Plain, site: Site, dates: Dates, months: FloatArray, at: tuple[int, float]
) -> int:  # pragma: no cover - compiled
    """A leg ends, or the project is decided: go to the next leg or hand over; crews that come free."""
    p, now = at
    free = 1 if site.holds[p] else 0
    site.holds[p] = False
    if site.leg[p] >= plain.first[p]:
        dates.ended[site.leg[p]] = now
    site.leg[p] += 1
    if site.leg[p] == plain.first[p + 1]:
        dates.handover[p] = now
        site.doing[p], site.until[p] = READY, np.inf
    elif plain.yuan[site.leg[p]] > 0:
        site.doing[p], site.asked[p], site.until[p] = FOR_MONEY, now, np.inf
    else:
        _equip(plain, site, dates, months, at)
    return free


@njit(cache=True, nogil=True, error_model="numpy")
def _grant_money(
    plain: Plain, site: Site, dates: Dates, months: FloatArray, purse: IntArray, now: float
) -> bool:  # pragma: no cover - compiled
    """Serve in key order; stop at the first that must wait, unless it could never be served.  purse: left, to come."""
    served = False
    last = (-(2**62), -np.inf, -1)
    while True:
        p = _next_in_line(plain, site, FOR_MONEY, last)
        if p < 0:
            return served
        last = (plain.priority[p], site.asked[p], plain.rank[p])
        leg = site.leg[p]
        if plain.yuan[leg] <= purse[0]:
            purse[0] -= plain.yuan[leg]
            served = True
            if now > site.asked[p]:
                dates.waits[0, p] = dates.waits[0, p] + now - site.asked[p]
            dates.paid[leg] = now
            _equip(plain, site, dates, months, (p, now))
        elif plain.yuan[leg] <= purse[0] + purse[1]:
            return served


@njit(cache=True, nogil=True, error_model="numpy")
def _grant_crews(
    plain: Plain, site: Site, dates: Dates, months: FloatArray, free: int, now: float
) -> int:  # pragma: no cover - compiled
    """Serve in key order while a crew is free; how many were served."""
    served = 0
    last = (-(2**62), -np.inf, -1)
    while served < free:
        p = _next_in_line(plain, site, FOR_CREW, last)
        if p < 0:
            return served
        last = (plain.priority[p], site.asked[p], plain.rank[p])
        if now > site.asked[p]:
            dates.waits[1, p] = dates.waits[1, p] + now - site.asked[p]
        site.holds[p] = True
        served += 1
        _begin(site, dates, months, (p, now))
    return served


@njit(cache=True, nogil=True, error_model="numpy")
def _draw(plain: Plain, site: Site, dates: Dates, months: FloatArray) -> None:  # pragma: no cover - compiled
    """One draw from the beginning to the end.  months: [leg]."""
    projects, refill, crews = len(site.doing), 0, plain.crews
    purse = np.array([plain.released, plain.refill_yuan.sum()])
    while True:
        now = site.until.min() if projects else np.inf
        if refill < len(plain.refill_month):
            now = min(now, plain.refill_month[refill])
        if not now < plain.end:
            break
        changed = True
        while changed:  # until nothing more happens in this instant
            happened = True
            while happened:
                happened = False
                while refill < len(plain.refill_month) and plain.refill_month[refill] == now:
                    purse[0] += plain.refill_yuan[refill]
                    purse[1] -= plain.refill_yuan[refill]
                    refill += 1
                for p in range(projects):
                    if site.until[p] == now:
                        crews += _happen(plain, site, dates, months, (p, now))
                        happened = True
            changed = _grant_money(plain, site, dates, months, purse, now)
            if not changed:
                taken = _grant_crews(plain, site, dates, months, crews, now)
                crews -= taken
                changed = taken > 0
    for p in range(projects):
        waits = site.doing[p] - FOR_MONEY
        if 0 <= waits <= 1 and plain.end > site.asked[p]:
            dates.waits[waits, p] = dates.waits[waits, p] + plain.end - site.asked[p]


@njit(cache=True, nogil=True, error_model="numpy")
def run_plain(plain: Plain, months: FloatArray, dates: Dates, doing: IntArray) -> None:  # pragma: no cover - compiled
    """Every draw of a block, dates filled in place.

    months: [draw, leg].  dates: as `Dates` with one more axis in front, [draw, ...].  doing: what every project does at
    the end, [draw, project].
    """
    projects = len(plain.start)
    for draw in range(len(months)):
        site = Site(
            doing[draw],
            plain.first[:-1] - 1,
            plain.start.copy(),
            np.zeros(projects),
            np.zeros(projects, dtype=np.bool_),
        )
        one = Dates(dates.handover[draw], dates.began[draw], dates.ended[draw], dates.paid[draw], dates.waits[draw])
        _draw(plain, site, one, months[draw])
