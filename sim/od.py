"""From which home to which home: a doubly constrained gravity model, and whole children placed by it.

Symbols: O[i] movers that leave origin i, W[j] attraction of destination j, D[j] = sum(O) W[j] / sum(W) movers that j
receives, d[i, j] distance [km], L decay length [km], x[i, j] expected movers from i to j.

    x[i, j] = a[i] O[i] b[j] D[j] exp(-d[i, j] / L)
    a[i] = 1 / sum_j b[j] D[j] exp(-d / L),   b[j] = 1 / sum_i a[i] O[i] exp(-d / L)       balanced in turn
    share[i, j] = x[i, j] / O[i]

Rows are exact at every step, columns to TOLERANCE.  Near homes are preferred, and yet a town that draws a tenth of all
movers draws a tenth of them.  Source: Wilson (1967), Transportation Research 1:253; balancing in turn is iterative
proportional fitting, Deming and Stephan (1940).  An origin without movers gets the row that its first mover would meet.

Every mover is placed by a number of its own (home, birth cohort, number within them), by inversion of its origin's row:
each goes somewhere, and nobody's destination depends on who else moves.  Tests: tests/sim/test_od.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import CountArray, FloatArray, IntArray
from sim.model import Model
from sim.streams import combine, draw_steps, mix, stream_keys
from sim.variates import Chance
from sim.world import YearWorld

TOLERANCE = 1e-9  # largest relative error of a column total
MOST_ROUNDS = 20_000  # a county of 200 km with a decay of 1 km needs about 1 500
SHORTEST_KM = 1.0  # a shorter decay would send everybody to the nearest home, whatever the totals say


def od_shares(origins: FloatArray, attraction: FloatArray, distance_km: FloatArray, decay_km: float) -> FloatArray:
    """Share of each origin's movers that each destination receives, rows sum to 1, [origin, destination].

    origins: expected movers, [origin].  attraction: weights, not all zero, [destination].  distance_km: [origin,
    destination].  decay_km: at least `SHORTEST_KM`; infinite: distance plays no part.  Raises ValueError for negative
    or non-finite input, no attraction at all, a decay that is too short, or totals that do not settle.
    """
    _check(origins, attraction, distance_km, decay_km)
    # Only differences within a row matter: the nearest destination of each origin stands at zero.
    near = distance_km - distance_km.min(axis=1, keepdims=True)
    kernel = np.exp(-near / decay_km)
    weight = attraction / attraction.sum()
    balance = _balanced(origins, weight, kernel) if origins.sum() > 0.0 else np.ones(len(weight))
    rows = kernel * (balance * weight)
    shares: FloatArray = rows / rows.sum(axis=1, keepdims=True)
    return shares


def _check(origins: FloatArray, attraction: FloatArray, distance_km: FloatArray, decay_km: float) -> None:
    if distance_km.shape != (len(origins), len(attraction)):
        raise ValueError(f"distances of shape {distance_km.shape} for {len(origins)} origins, {len(attraction)} homes")
    for name, values in (("origins", origins), ("attraction", attraction), ("distance_km", distance_km)):
        if not np.isfinite(values).all() or (values < 0.0).any():
            raise ValueError(f"{name}: numbers from zero up are needed")
    if attraction.sum() <= 0.0:
        raise ValueError("no destination attracts anybody")
    if not decay_km >= SHORTEST_KM:
        raise ValueError(f"decay length {decay_km} km, at least {SHORTEST_KM} is needed")


def _balanced(origins: FloatArray, weight: FloatArray, kernel: FloatArray) -> FloatArray:
    """The factors b, [destination]; 0 where a destination attracts nobody.  Raises ValueError."""
    leaving = origins / origins.sum()
    balance = np.ones(len(weight))
    drawn = weight > 0.0
    for _ in range(MOST_ROUNDS):
        row = leaving / (kernel @ (balance * weight))
        received = balance * (kernel.T @ row)
        if np.abs(received[drawn] - 1.0).max() <= TOLERANCE:
            return balance
        balance = np.where(drawn, balance / np.where(drawn, received, 1.0), 0.0)
    raise ValueError(f"origins and destinations did not balance in {MOST_ROUNDS} rounds")


@dataclass(frozen=True)
class Ways:
    """Homes that movers leave and reach."""

    origin: IntArray  # [origin] cells
    target: IntArray  # [destination] cells
    shares: FloatArray  # [origin, destination] rows sum to 1

    def of_cells(self, cells: int) -> FloatArray:
        """The same over all cells, [cell, cell]; rows of cells that nobody leaves are zero."""
        out = np.zeros((cells, cells))
        out[np.ix_(self.origin, self.target)] = self.shares
        return out


def ways(model: Model, toward_town: bool, decay_km: float) -> Ways | None:
    """Ways from villages to town, or back; None where there is no home to leave or to go to.

    Towns draw by `attraction`, villages by their resident children (and one); origins weigh as their children of the
    base year.  A model without distances between its units knows no decay.
    """
    layout = model.layout
    local = (layout.unit_of >= 0) & ~layout.migrant
    town, village = np.flatnonzero(local & layout.urban), np.flatnonzero(local & ~layout.urban)
    origin, target = (village, town) if toward_town else (town, village)
    if not origin.size or not target.size:
        return None
    draw = layout.attraction[target] if toward_town else model.residents[target].sum(axis=1) + 1.0
    if draw.sum() <= 0.0:
        draw = np.ones(len(target))
    units = layout.unit_of[origin], layout.unit_of[target]
    distance = np.zeros((len(origin), len(target))) if layout.unit_km is None else layout.unit_km[np.ix_(*units)]
    return Ways(origin, target, od_shares(movable(model)[origin].sum(axis=1), draw, distance, decay_km))


def movable(model: Model) -> FloatArray:
    """Children of the base year who may move, [cell, age index]: all but the last grade, which graduates."""
    have = np.concatenate([model.residents, model.pupils.sum(axis=1)], axis=1).astype(np.float64)
    have[:, -1] = 0.0
    have[model.layout.unit_of < 0] = 0.0
    return have


@dataclass(frozen=True)
class Taken:
    """What goes before the ways: parts of the whole flow that single homes take, e.g. housing estates."""

    cells: Sequence[int]  # [part]
    parts: FloatArray  # [draw, age index, part] shares of all movers of an age, together at most 1


def place(movers: CountArray, way: Ways, taken: Taken, world: YearWorld, chance: Chance) -> CountArray:
    """Movers [draw, cell, age index] at their new homes, [draw, cell, age index]; all of them, each age by itself."""
    arriving = np.zeros_like(movers)
    found = np.stack(np.nonzero(movers)).astype(np.int64)
    count = movers[tuple(found)]
    row = np.full(movers.shape[1], -1)
    row[way.origin] = np.arange(len(way.origin))
    first = np.minimum(np.cumsum(taken.parts, axis=2), 1.0)
    ladder = np.cumsum(way.shares, axis=1)
    homes = np.array([*taken.cells, *way.target], dtype=np.int64)
    for k in range(int(count.max(initial=0))):
        (d, c, a), n = found[:, count > k], count[count > k]
        point = (k + 1.0 - _number(world, 0, d, c, a)) / n if chance.rounded else _number(world, k, d, c, a)
        to = homes[_chosen(point, first[d, a], ladder, row[c])]
        np.add.at(arriving, (d, to, a), 1)
    return arriving


def _chosen(point: FloatArray, first: FloatArray, ladder: FloatArray, row: IntArray) -> IntArray:
    """Index among the taking homes and then the destinations, [mover]; first: cumulated parts, [mover, part]."""
    parts = first.shape[1]
    whole = first[:, -1] if parts else np.zeros(len(point))
    rest = np.clip((point - whole) / np.maximum(1.0 - whole, 1e-300), 0.0, 1.0)
    last = (ladder < ladder[:, -1:]).sum(axis=1)
    # Rows are laid end to end, each from 2 r to 2 r + 1, so that one search serves all.
    steps = (ladder + 2.0 * np.arange(len(ladder))[:, None]).reshape(-1)
    found = np.searchsorted(steps, rest + 2.0 * row, side="right") - row * ladder.shape[1]
    # A sum of shares may end just below one: the last home that receives anybody takes the rest.
    to = parts + np.minimum(found, last[row])
    early = (point[:, None] >= first).sum(axis=1)
    chosen: IntArray = np.where(point < whole, np.minimum(early, max(parts - 1, 0)), to)
    return chosen


def _number(world: YearWorld, k: int, draw: IntArray, cell: IntArray, age: IntArray) -> FloatArray:
    """Uniform number of the k-th mover of a home and birth cohort in a draw, [mover]."""
    cohort = combine(world.keys.cell[cell], world.year - 2 - age)
    young = age < world.entry_age
    keys = np.where(
        young,
        stream_keys(world.seed, f"moves/to/{k}", world.year, cohort),
        stream_keys(world.seed, f"moves/to/{k}/pupils", world.year, cohort),
    )
    bits = mix(keys + draw_steps(world.draws[draw]))
    values: FloatArray = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    return values
