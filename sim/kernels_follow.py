"""Inner loops of the reference world and of the cases that follow it, compiled by numba; see `sim/kernels.py`.

`fill_reference` moves pupils of one draw-year so that every school and grade holds exactly the pupils of the forecast;
`fill_followed` lets the pupils of a case share the fate of their homes; `fill_choices` sends those who look for a
school where the reference sent them, as far as the plan leaves them that school.  Equations: `sim/reference_world.py`
and `sim/progression.py`.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from sim.arrays import BoolArray, CountArray, FloatArray, IntArray, UInt64Array
from sim.kernels import _binomial, _edge, _uniform


class Pairs(NamedTuple):
    """Homes that can attend each school: pairs start[s] .. start[s + 1] - 1 belong to school s."""

    start: IntArray  # [school + 1]
    cell: IntArray  # [pair]
    slot: IntArray  # [pair]


class Ground(NamedTuple):
    """What stays the same in every draw of a year."""

    hosts: BoolArray  # [school, grade]
    share: FloatArray  # [grade, pair] of those of the home who look for a school, how many apply here
    ready: FloatArray  # [pair] what stands in where nobody looks and nobody is there: > 0
    gross: float  # share of pupils who leave a school in a year and are replaced
    rounded: bool


class Numbers(NamedTuple):
    """Random numbers of a year."""

    leave: UInt64Array  # [pair, grade before] keys
    home: UInt64Array  # [pair, grade] keys
    steps: UInt64Array  # [draw]
    which: FloatArray  # [draw, school, grade] uniform


@njit(cache=True, nogil=True, error_model="numpy")
def _spread_over(
    n: float, weight: FloatArray, keys: UInt64Array, step: int, u: float, rounded: bool, out: FloatArray
) -> None:  # pragma: no cover - compiled
    """Divide n children over parts in proportion to weights: by chance, or evenly where rounded; out [part] is set."""
    whole = 0.0
    for k in range(weight.size):
        whole += weight[k]
    left, seen, before = n, 0.0, 0.0
    for k in range(weight.size):
        out[k] = 0.0
        if weight[k] <= 0.0:
            continue
        if rounded:
            seen += weight[k]
            edge = _edge(seen, whole, n, u)
            out[k] = edge - before
            before = edge
        else:
            behind = whole - seen
            seen += weight[k]
            last = seen >= whole * (1.0 - 1e-12)
            taken = left if last else _binomial(left, weight[k] / behind, _uniform(keys[k], step))
            out[k] = taken
            left -= taken


@njit(cache=True, nogil=True, error_model="numpy")
def _evenly(n: float, weight: FloatArray, u: float, out: FloatArray) -> None:  # pragma: no cover - compiled
    """Systematic selection of n over parts by weights, added to out [part]."""
    whole, seen, before = 0.0, 0.0, 0.0
    for k in range(weight.size):
        whole += weight[k]
    if whole <= 0.0:
        return
    for k in range(weight.size):
        seen += weight[k]
        edge = _edge(seen, whole, n, u)
        out[k] += edge - before
        before = edge


@njit(cache=True, nogil=True, error_model="numpy")
def _who_stays(
    pupils: CountArray, pairs: Pairs, ground: Ground, numbers: Numbers, at: tuple[int, int, int], stay: FloatArray
) -> float:  # pragma: no cover - compiled
    """Pupils of a (draw, school, grade) who were in the school a year before and have not left it; stay [pair]."""
    d, s, g = at
    first, here = pairs.start[s], 0.0
    for k in range(stay.size):
        have = float(pupils[d, pairs.slot[first + k], pairs.cell[first + k], g - 1])
        if have > 0.0 and not ground.rounded and ground.gross > 0.0:
            have -= _binomial(have, ground.gross, _uniform(numbers.leave[first + k, g - 1], numbers.steps[d]))
        stay[k] = have
        here += have
    return here


@njit(cache=True, nogil=True, error_model="numpy")
def _among(missing: float, asked: float, here: float, ground: Ground, u: float) -> float:  # pragma: no cover - compiled
    """How many of those who are missing are found among children who look for a school; the others join classes."""
    usual = 0.0 if ground.rounded else ground.gross * here
    if asked + usual > 0.0:
        return float(np.floor(missing * asked / (asked + usual) + u))
    return missing if here <= 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _adjust(stay: FloatArray, change: float, u: float, part: FloatArray) -> None:  # pragma: no cover - compiled
    """Add to (or take from) those who stay [pair], in proportion; part [pair] is used up."""
    part[:] = 0.0
    _evenly(abs(change), stay, u, part)
    for k in range(stay.size):
        stay[k] += part[k] if change > 0.0 else -part[k]
    part[:] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def fill_reference(
    pupils: CountArray,
    looking: CountArray,
    wanted: CountArray,
    pairs: Pairs,
    ground: Ground,
    numbers: Numbers,
    kept: CountArray,
    placed: CountArray,
) -> None:  # pragma: no cover - compiled
    """One year of the reference world: every school and grade holds `wanted` pupils afterwards.

    pupils: [draw, slot, cell, grade] before.  looking: [draw, cell, grade] who look for a school of that grade.
    wanted: [draw, school, grade].  kept, placed: [draw, slot, cell, grade] after: in the school all along (or new to
    it among those), and new to it among those who looked for one.
    """
    for d in range(wanted.shape[0]):
        for s in range(wanted.shape[1]):
            first, last = pairs.start[s], pairs.start[s + 1]
            stay, came, weight = np.zeros(last - first), np.zeros(last - first), np.zeros(last - first)
            for g in range(wanted.shape[2]):
                n, u = float(wanted[d, s, g]), numbers.which[d, s, g]
                inside = g > 0 and ground.hosts[s, g] and ground.hosts[s, g - 1]
                stay[:] = 0.0
                here = _who_stays(pupils, pairs, ground, numbers, (d, s, g), stay) if inside else 0.0
                asked = 0.0
                for k in range(weight.size):
                    weight[k] = ground.share[g, first + k] * float(looking[d, pairs.cell[first + k], g])
                    asked += weight[k]
                if here > n:
                    _adjust(stay, n - here, u, came)
                    here = n
                among = _among(n - here, asked, here, ground, u) if inside else n
                if n - here > among:
                    _adjust(stay, n - here - among, u, came)
                came[:] = 0.0
                if among > 0.0:
                    if asked <= 0.0:
                        weight[:] = ground.ready[first:last]
                    _spread_over(among, weight, numbers.home[first:last, g], numbers.steps[d], u, ground.rounded, came)
                for k in range(stay.size):
                    kept[d, pairs.slot[first + k], pairs.cell[first + k], g] = int(stay[k])
                    placed[d, pairs.slot[first + k], pairs.cell[first + k], g] = int(came[k])


class Guide(NamedTuple):
    """The same year of the reference world, [draw, slot, cell, grade] each, real slots only."""

    before: CountArray  # pupils a year before
    kept: CountArray
    placed: CountArray
    ratio: FloatArray  # [draw, grade] pupils of the county after / before; the first grade: of entrants


class Luck(NamedTuple):
    """Uniform numbers of homes and cohorts, [draw, cell, grade] each."""

    total: FloatArray
    which: FloatArray


@njit(cache=True, nogil=True, error_model="numpy")
def fill_followed(
    pupils: CountArray,
    guide: Guide,
    stays: BoolArray,
    span: IntArray,
    luck: Luck,
    staying: CountArray,
    pool: CountArray,
    flow: IntArray,
) -> None:  # pragma: no cover - compiled
    """Pupils [draw, slot, cell, grade] a year later; each home changes as in the reference world.

    stays: [slot, cell, grade] the school hosts the next grade.  span: [grade, 2] first slot and last + 1 that hold
    anybody of a grade or the next.  staying: as pupils.  pool: [draw, cell, grade] who look for a school.  flow: left
    and arrived, [draw, 2].
    """
    draws, slots, cells, grades = pupils.shape
    weight, part = np.empty(slots + 1), np.empty(slots + 1)
    for d in range(draws):
        for c in range(cells):
            for g in range(grades - 1):
                have, was, will, ends, ended, looked, whole = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
                ratio = guide.ratio[d, g + 1]
                first, last = span[g, 0], span[g, 1]
                for j in range(first, last):
                    n, m = float(pupils[d, j, c, g]), float(guide.before[d, j, c, g])
                    have += n
                    was += m
                    looked += float(guide.placed[d, j, c, g + 1])
                    will += float(guide.kept[d, j, c, g + 1]) + float(guide.placed[d, j, c, g + 1])
                    if stays[j, c, g]:
                        same = min(n, m)
                        kept = float(guide.kept[d, j, c, g + 1])
                        weight[j] = (kept * same / m if m > 0.0 else 0.0) + (n - same) * ratio
                    else:
                        weight[j] = 0.0
                        ends += n
                        ended += m
                if have <= 0.0 and will <= 0.0:
                    continue
                same = min(ends, ended)
                weight[last] = (looked * same / ended if ended > 0.0 else looked) + (ends - same) * ratio
                same = min(have, was)
                total = np.floor(
                    (will * same / was if was > 0.0 else will) + (have - same) * ratio + luck.total[d, c, g]
                )
                for j in range(first, last + 1):
                    whole += weight[j]
                    part[j] = 0.0
                if whole > 0.0:
                    _evenly(total, weight[first : last + 1], luck.which[d, c, g], part[first : last + 1])
                else:
                    part[last] = total
                for j in range(first, last):
                    staying[d, j, c, g + 1] = int(part[j])
                pool[d, c, g + 1] = int(part[last])
                if total < have:
                    flow[d, 0] += int(have - total)
                else:
                    flow[d, 1] += int(total - have)


class Choice(NamedTuple):
    """Where the plan sends those who look for a school, against where the reference world did."""

    regime: IntArray  # [draw]
    shares: FloatArray  # [regime, cell, grade, slot]; below 0: the school admits nobody to the grade any more
    reference: FloatArray  # [cell, grade, slot]
    same: BoolArray  # [regime, cell, grade] the two rows are equal
    keys: UInt64Array  # [cell, grade, slot] of those who must choose again
    steps: UInt64Array  # [draw]
    which: FloatArray  # [draw, cell, grade]
    rounded: bool


@njit(cache=True, nogil=True, error_model="numpy")
def _choose_again(
    choice: Choice, at: tuple[int, int, int], part: FloatArray, gain: FloatArray
) -> None:  # pragma: no cover - compiled
    """Of a school whose share falls to a part, that part of its applicants [slot] stays; the others go elsewhere."""
    d, c, g = at
    r, u, again, rising = choice.regime[d], choice.which[d, c, g], 0.0, 0.0
    for j in range(part.size):
        now, then = choice.shares[r, c, g, j], choice.reference[c, g, j]
        gain[j] = max(now - then, 0.0)
        rising += gain[j]
        if now < 0.0:
            again += part[j]
            part[j] = 0.0
        elif now < then and part[j] > 0.0:
            if choice.rounded:
                keep = min(np.floor(part[j] * (now / then) + u), part[j])
            else:
                keep = _binomial(part[j], now / then, _uniform(choice.keys[c, g, j], choice.steps[d]))
            again += part[j] - keep
            part[j] = keep
    if again > 0.0:
        if rising <= 0.0:
            gain[:] = np.maximum(choice.shares[r, c, g], 0.0)
        _evenly(again, gain, u, part)


@njit(cache=True, nogil=True, error_model="numpy")
def fill_choices(
    count: CountArray, placed: CountArray, choice: Choice, out: CountArray
) -> None:  # pragma: no cover - compiled
    """Applications of `count` children [draw, cell, grade], at most as many as `placed` [draw, slot, cell, grade] has.

    As many as can go where the reference sent them, if the plan leaves them that school.  out: [draw, slot, cell,
    grade], added to.
    """
    draws, cells, grades = count.shape
    slots = placed.shape[1]
    weight, part, gain = np.empty(slots), np.empty(slots), np.empty(slots)
    for d in range(draws):
        for c in range(cells):
            for g in range(grades):
                n = float(count[d, c, g])
                if n <= 0.0:
                    continue
                for j in range(slots):
                    weight[j] = float(placed[d, j, c, g])
                    part[j] = 0.0
                _evenly(n, weight, choice.which[d, c, g], part)
                if not choice.same[choice.regime[d], c, g]:
                    _choose_again(choice, (d, c, g), part, gain)
                for j in range(slots):
                    out[d, j, c, g] += int(part[j])
