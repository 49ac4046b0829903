"""Controlled rounding: whole numbers that keep every total of an array.

Each number goes to one of its two whole neighbours (Cox 1987), the nearer ones first. With two families of totals this
is a transport problem: rows are rounded by largest remainder (with a price on columns that come out too full), then
whole people change places inside a row, by the cheapest chain of columns, until the columns are right too (successive
shortest paths: the result is the nearest one).
Page: docs/science/people.md. Test: tests/sim/test_raking.py.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from sim.ages import largest_remainder
from sim.arrays import FloatArray, IntArray
from sim.raking import Fault, Margin, RakingError, spread_out, sums

_PRICE_ROUNDS, _PRICE_STEP = 60, 0.5
_NEAR = 1e-7  # a number this near to a whole one is that whole number


class _StuckError(Exception):
    """No whole numbers keep these totals."""


def rounded(values: FloatArray, margins: Sequence[Margin]) -> IntArray:
    """Whole numbers, each the floor or the ceiling of its value, with every margin kept exactly.

    values: array of any shape that keeps the margins; totals whole.  With at most two margins (others implied by them
    do not count) a solution always exists; with more it may not.  Raises RakingError (CEN053) where there is none.
    """
    near = np.rint(values)
    exact = np.where(np.abs(values - near) < _NEAR, near, values)
    kept = [m for m in margins if not any(_implied(m, other) for other in margins)]
    try:
        if len(kept) > 2 or any(np.isnan(margin.totals).any() for margin in kept):
            return _by_solver(exact, kept)
        whole = Margin("", (), np.rint(exact.sum()))
        first, second = (*kept, whole, whole)[:2]
        return _by_chains(exact, first, second if len(kept) == 2 else first)
    except _StuckError:
        names = tuple(margin.name for margin in kept)
        raise RakingError([Fault("CEN053", names[0] if names else "", "", {"margins": names})]) from None


def _implied(margin: Margin, other: Margin) -> bool:
    """Whether keeping `other` (finer, all known) keeps this margin too."""
    finer = set(margin.axes) < set(other.axes)
    return finer and not np.isnan(other.totals).any()


def _by_chains(values: FloatArray, first: Margin, second: Margin) -> IntArray:
    """Two margins: for each place on the axes they share a table of rows and columns; the rest is divided inside."""
    shared = [axis for axis in first.axes if axis in second.axes]
    own = [[axis for axis in margin.axes if axis not in shared] for margin in (first, second)]
    rest = [axis for axis in range(values.ndim) if axis not in {*shared, *own[0], *own[1]}]
    order = [*shared, *own[0], *own[1], *rest]
    sizes = [int(np.prod([values.shape[axis] for axis in axes])) for axes in (shared, *own, rest)]
    table = values.transpose(order).reshape(sizes)
    rows, columns = (
        _totals(margin, [*shared, *axes], sizes[0]) for margin, axes in zip((first, second), own, strict=True)
    )
    out = np.zeros(table.shape, dtype=np.int64)
    for at in range(sizes[0]):
        flat = table[at].sum(axis=2)
        turned = flat.shape[0] < flat.shape[1]  # chains run over the shorter side
        sums_of = (columns[at], rows[at]) if turned else (rows[at], columns[at])
        cells = _round_table(flat.T if turned else flat, *sums_of)
        whole = (cells.T if turned else cells).reshape(-1)
        out[at] = _inside(table[at].reshape(len(whole), sizes[3]), whole).reshape(table[at].shape)
    back = out.reshape([values.shape[axis] for axis in order])
    return back.transpose(np.argsort(order))


def _totals(margin: Margin, axes: Sequence[int], shared: int) -> IntArray:
    """Totals of a margin [shared place, own place], whole."""
    turned = np.rint(margin.totals).astype(np.int64).transpose([margin.axes.index(axis) for axis in axes])
    out: IntArray = turned.reshape(shared, -1)
    return out


def _inside(values: FloatArray, totals: IntArray) -> IntArray:
    """Largest remainder of each row [row, part], refused where a row would need more than its fractions."""
    low, high = np.floor(values).sum(axis=1), np.ceil(values).sum(axis=1)
    if ((totals < low) | (totals > high)).any():
        raise _StuckError
    return largest_remainder(values, totals)


def _round_table(values: FloatArray, rows: IntArray, columns: IntArray) -> IntArray:
    """One table [row, column] rounded to whole row and column totals; at least as many rows as columns."""
    values = np.where(np.abs(values - np.rint(values)) < _NEAR, np.rint(values), values)
    down = np.floor(values)
    fraction = values - down
    more, wanted = rows - down.sum(axis=1).astype(np.int64), columns - down.sum(axis=0).astype(np.int64)
    if (more < 0).any() or (more > (fraction > 0.0).sum(axis=1)).any() or more.sum() != wanted.sum():
        raise _StuckError
    up = _priced_start(fraction, more, wanted)
    surplus = up.sum(axis=0) - wanted
    give, take = _offers(fraction, up)
    cost, through = _moves(give, take)
    while surplus.any():
        chain = _cheapest_chain(cost, surplus > 0, surplus < 0)
        steps = [(int(through[start, end]), start, end) for start, end in pairwise(chain)]
        for row, start, end in steps:
            up[row, start], up[row, end] = False, True
        surplus[chain[0]] -= 1
        surplus[chain[-1]] += 1
        for row in {row for row, _, _ in steps}:
            give[row], take[row] = _offers(fraction[row], up[row])
            _row_changed(row, give, take, cost, through)
    out: IntArray = down.astype(np.int64) + up
    return out


def _priced_start(fraction: FloatArray, more: IntArray, wanted: IntArray) -> NDArray[np.bool_]:
    """Which fractions [row, column] go up: `more` of each row [row], columns about as `wanted` [column].

    Each row takes its largest fractions after a price of the column is added; prices rise where a column has too few.
    Whatever the prices, no exchange inside the result would come nearer, so chains that start here end at the nearest.
    """
    price = np.zeros(len(wanted))
    best, least = None, np.inf
    for _ in range(_PRICE_ROUNDS):
        worth = np.where(fraction > 0.0, fraction + price, -np.inf)
        rank = np.argsort(np.argsort(-worth, axis=1, kind="stable"), axis=1, kind="stable")
        up = rank < more[:, None]
        off = up.sum(axis=0) - wanted
        if np.abs(off).sum() < least:
            best, least = up, float(np.abs(off).sum())
        if best is None or not off.any():
            break
        price = price - _PRICE_STEP * off / len(fraction)
    return up if best is None else best


def _offers(fraction: FloatArray, up: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """Cost of giving a person (where rounded up) and of taking one (where rounded down), inf elsewhere; any shape."""
    return np.where(up, fraction, np.inf), np.where(~up & (fraction > 0.0), -fraction, np.inf)


def _moves(give: FloatArray, take: FloatArray) -> tuple[FloatArray, IntArray]:
    """Cost of the cheapest move of one person from column to column inside one row, and that row, [column, column]."""
    size = give.shape[1]
    cost, row = np.empty((size, size)), np.empty((size, size), dtype=np.int64)
    for column in range(size):
        both = give[:, column, None] + take
        row[column] = both.argmin(axis=0)
        cost[column] = both[row[column], np.arange(size)]
    return cost, row


def _row_changed(row: int, give: FloatArray, take: FloatArray, cost: FloatArray, through: IntArray) -> None:
    """Bring the cheapest moves up to date after one row has changed: its own compared, those it held sought anew."""
    held = np.argwhere(through == row)
    own = give[row][:, None] + take[row][None, :]
    better = own < cost
    cost[better], through[better] = own[better], row
    for start, end in held.tolist():
        both = give[:, start] + take[:, end]
        through[start, end] = both.argmin()
        cost[start, end] = both[through[start, end]]


def _cheapest_chain(cost: FloatArray, start: NDArray[np.bool_], end: NDArray[np.bool_]) -> list[int]:
    """Columns of the cheapest chain of moves from a column with too many to one with too few (Bellman and Ford)."""
    reach = np.where(start, 0.0, np.inf)
    before = np.full(len(reach), -1)
    for _ in range(len(reach)):
        through = reach[:, None] + cost
        best = through.argmin(axis=0)
        better = through[best, np.arange(len(reach))] < reach - 1e-12
        if not better.any():
            break
        before[better] = best[better]
        reach = np.where(better, through.min(axis=0), reach)
    goal = int(np.where(end, reach, np.inf).argmin())
    if not np.isfinite(reach[goal]) or not end[goal]:
        raise _StuckError
    chain = [goal]
    while before[chain[0]] >= 0:
        chain.insert(0, int(before[chain[0]]))
    return chain


def _by_solver(values: FloatArray, margins: Sequence[Margin]) -> IntArray:
    """Three margins and more, or totals that are not all known: a whole-number programme (HiGHS)."""
    down = np.floor(values)
    fraction = (values - down).ravel()
    free = np.flatnonzero(fraction > 0.0)
    blocks, missing = [], []
    for margin in margins:
        index = np.arange(margin.totals.size).reshape(margin.totals.shape)
        row = np.broadcast_to(spread_out(index, margin, values.ndim), values.shape).ravel()[free]
        entries = (np.ones(free.size), (row, np.arange(free.size)))
        known = np.flatnonzero(~np.isnan(margin.totals.ravel()))
        blocks.append(sparse.csr_array(entries, shape=(margin.totals.size, free.size))[known])
        missing.append((np.rint(margin.totals) - sums(down, margin)).ravel()[known])
    wanted = np.concatenate(missing)
    out = down.astype(np.int64)
    if not free.size:
        if wanted.any():
            raise _StuckError
        return out
    limits = LinearConstraint(sparse.csr_array(sparse.vstack(blocks)), wanted, wanted)
    whole = np.ones(free.size, dtype=np.int64)
    found = milp(-fraction[free], constraints=limits, bounds=Bounds(0, 1), integrality=whole)
    if found.x is None:
        raise _StuckError
    out.flat[free] += np.rint(found.x).astype(np.int64)
    return out
