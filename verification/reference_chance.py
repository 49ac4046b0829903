"""Chance in plain Python: the stream hash with whole numbers modulo 2**64, quantiles by summing probabilities.

Written from docs/science/randomness.md, one number at a time; `reference.py` stands on it.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

WORD = 2**64
GOLDEN, YEAR = 0x9E3779B97F4A7C15, 0xD1B54A32D192ED03
M1, M2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
NORMAL_FROM = 400.0  # expected counts beyond it use the normal quantile


def key_of(text: str) -> int:
    """Key of a text id."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8"), digest_size=8).digest(), "little")


def mix(x: int) -> int:
    """The finaliser of splitmix64."""
    x = ((x ^ (x >> 30)) * M1) % WORD
    x = ((x ^ (x >> 27)) * M2) % WORD
    return x ^ (x >> 31)


def combine(key: int, number: int) -> int:
    """Key of a thing and a number, e.g. a home and a birth school year."""
    return mix(key ^ (number * YEAR) % WORD)


@dataclass(frozen=True)
class Stream:
    """All uniform numbers of one draw."""

    seed: int
    draw: int

    def uniform(self, name: str, year: int, key: int) -> float:
        """The number of a decision (name, year, who decides), in the open interval (0, 1)."""
        stream = mix((mix(self.seed % WORD ^ key_of(name)) + year * YEAR) % WORD)
        x = mix((mix(stream ^ key) + self.draw * GOLDEN) % WORD)
        return ((x >> 11) + 0.5) / 2**53

    def normal(self, name: str, year: int, key: int) -> float:
        """The standard normal number of a decision."""
        return NormalDist().inv_cdf(self.uniform(name, year, key))


def binomial_quantile(n: int, p: float, u: float) -> int:
    """Smallest k with P(Bin(n, p) <= k) >= u."""
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    if p > 0.5:
        return n - binomial_quantile(n, 1.0 - p, 1.0 - u)
    if n * p > NORMAL_FROM:
        return min(max(round(n * p + math.sqrt(n * p * (1.0 - p)) * NormalDist().inv_cdf(u)), 0), n)
    below = 0.0
    for k in range(n + 1):
        ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        below += math.exp(ways + k * math.log(p) + (n - k) * math.log1p(-p))
        if below >= u:
            return k
    return n


def poisson_quantile(mean: float, u: float) -> int:
    """Smallest k with P(Poisson(mean) <= k) >= u."""
    if mean <= 0.0:
        return 0
    if mean > NORMAL_FROM:
        return max(round(mean + math.sqrt(mean) * NormalDist().inv_cdf(u)), 0)
    below, k = 0.0, 0
    while True:
        probability = math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))
        below += probability
        if below >= u or (k > mean and probability == 0.0):
            return k
        k += 1


def even_split(total: int, weights: Sequence[float], u: float) -> list[int]:
    """Systematic selection: part j gets floor(c_j + u) - floor(c_(j-1) + u), c_j = total x cumulated weight share."""
    whole = sum(weights)
    if whole <= 0.0:
        return [0] * len(weights)
    parts, before, cumulated = [], 0, 0.0
    for weight in weights:
        cumulated += weight
        # At the end of the weights stands the total itself.
        edge = total if cumulated >= whole else min(math.floor(total * (cumulated / whole) + u), total)
        parts.append(edge - before)
        before = edge
    return parts


@dataclass(frozen=True)
class Whole:
    """How expectations become whole numbers: by chance, or (the deterministic run) rounded with the same number u."""

    rounded: bool

    def binomial(self, n: int, p: float, u: float) -> int:
        """Successes among n."""
        return min(math.floor(n * min(max(p, 0.0), 1.0) + u), n) if self.rounded else binomial_quantile(n, p, u)

    def poisson(self, mean: float, u: float) -> int:
        """Arrivals."""
        return math.floor(mean + u) if self.rounded else poisson_quantile(mean, u)

    def multinomial(self, total: int, shares: Sequence[float], u: Sequence[float]) -> list[int]:
        """A total divided by shares, one conditional binomial after the other."""
        if self.rounded:
            return even_split(total, shares, u[0])
        out = []
        for j, share in enumerate(shares):
            later = sum(reversed(shares[j + 1 :]))
            probability = 1.0 if later <= 0.0 else min(share / (later + share), 1.0)
            taken = self.binomial(total, probability if share > 0.0 else 0.0, u[j])
            out.append(taken)
            total -= taken
        return out
