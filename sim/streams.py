"""Named random streams: one pure function from (seed, name, year, entity, draw) to a number.

Formula: x = mix(mix(mix(seed ^ H(name)) + year * C1) ^ entity) + draw * C2), mixed once more; mix is the 64-bit
finaliser of splitmix64 (Steele, Lea and Flood 2014, OOPSLA; constants of Stafford's variant 13) and C1, C2 odd
constants. No state, no order, no row numbers: the same key gives the same number in every plan, future, process and
chunk. Test: tests/sim/test_streams.py (uniformity, independence of neighbours, golden values against a plain-integer
version).
"""

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from sim.arrays import FloatArray, IntArray, UInt64Array
from sim.kin import COMMON, MemberSeed

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_YEAR = np.uint64(0xD1B54A32D192ED03)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_U30, _U27, _U31, _U11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


@lru_cache(maxsize=65536)
def _hash64(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest(), "little")


def entity(text: str) -> np.uint64:
    """Stable 64-bit key of a text id (blake2b)."""
    return np.uint64(_hash64(text))


def entities(texts: list[str] | tuple[str, ...]) -> UInt64Array:
    """Stable 64-bit keys of text ids, [entity]."""
    return np.array([_hash64(text) for text in texts], dtype=np.uint64)


def mix(x: UInt64Array) -> UInt64Array:
    """splitmix64 finaliser, element by element (wraps around, as it must)."""
    x = (x ^ (x >> _U30)) * _M1
    x = (x ^ (x >> _U27)) * _M2
    return x ^ (x >> _U31)


def combine(keys: UInt64Array, numbers: NDArray[np.int64] | int) -> UInt64Array:
    """Key of (entity, number), e.g. of a cell and a birth school year; broadcasts."""
    return mix(keys ^ (np.asarray(numbers, dtype=np.int64).astype(np.uint64) * _YEAR))


def _stream_key(seed: int, name: str, year: int) -> UInt64Array:
    start = np.array([seed & 0xFFFFFFFFFFFFFFFF], dtype=np.uint64) ^ entity(name)
    return mix(mix(start) + np.array([year], dtype=np.int64).astype(np.uint64) * _YEAR)


def uniform(seed: int, name: str, year: int, entities: UInt64Array, draws: IntArray) -> FloatArray:
    """Uniform numbers in the open interval (0, 1), [draw, *entities.shape].

    seed: any integer.  name: the decision the numbers serve, e.g. "progression/leavers".  year: school year.
    entities: 64-bit keys of the things that decide (cells, schools, projects).  draws: draw numbers, [draw].
    """
    if isinstance(seed, MemberSeed) and name in COMMON:
        return np.asarray(ndtr(_kindred(seed, name, year, entities, draws)))
    keys, steps = stream_keys(seed, name, year, entities).reshape(-1), draw_steps(draws)
    x = mix(keys[None, :] + steps[:, None])
    values = ((x >> _U11).astype(np.float64) + 0.5) * 2.0**-53
    return values.reshape((len(steps), *np.shape(entities)))


def stream_keys(seed: int, name: str, year: int, entities: UInt64Array) -> UInt64Array:
    """First half of `uniform`: keys of a stream, same shape as entities; mix(key + step) holds the bits of a number."""
    return mix(_stream_key(seed, name, year) ^ np.asarray(entities, dtype=np.uint64))


def draw_steps(draws: IntArray) -> UInt64Array:
    """What a draw adds to a key, [draw]."""
    return np.asarray(draws, dtype=np.int64).astype(np.uint64) * _GOLDEN


def normal(seed: int, name: str, year: int, entities: UInt64Array, draws: IntArray) -> FloatArray:
    """Standard normal numbers by inversion of `uniform`, same arguments and shape."""
    if isinstance(seed, MemberSeed) and name in COMMON:
        return _kindred(seed, name, year, entities, draws)
    values: FloatArray = ndtri(uniform(seed, name, year, entities, draws))
    return values


def _kindred(seed: MemberSeed, name: str, year: int, entities: UInt64Array, draws: IntArray) -> FloatArray:
    """Standard normal numbers of a county factor, in part those of all members of a programme; see `sim/kin.py`."""
    together, own = (normal(one, name, year, entities, draws) for one in (seed.common, int(seed)))
    return np.asarray(np.sqrt(seed.share) * together + np.sqrt(1.0 - seed.share) * own)
