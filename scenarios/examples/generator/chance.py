"""Repeatable chance: a number from the text of a key, the same on every machine and version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from statistics import NormalDist

_STANDARD = NormalDist()


@dataclass(frozen=True)
class Chance:
    """The chance of one county; another salt is another county."""

    salt: str

    def uniform(self, *key: object) -> float:
        """A number in the open interval (0, 1) that depends on the salt and the key alone."""
        text = "|".join([self.salt, *(str(part) for part in key)])
        whole = int.from_bytes(blake2b(text.encode(), digest_size=6).digest(), "big")
        return (whole + 0.5) / 2**48

    def normal(self, *key: object) -> float:
        """A standard normal number that depends on the key alone, held within three standard deviations."""
        return max(-3.0, min(3.0, _STANDARD.inv_cdf(self.uniform(*key))))


def apportion(total: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Split a whole number by weights (largest remainders), so that the parts add up to it.

    >>> apportion(10, {"a": 1.0, "b": 1.0, "c": 1.0})
    {'a': 4, 'b': 3, 'c': 3}
    """
    whole = sum(weights.values())
    if whole <= 0.0:
        raise ValueError("weights must have a positive sum")
    exact = {name: total * weight / whole for name, weight in weights.items()}
    parts = {name: int(value) for name, value in exact.items()}
    # Rounded remainders: a tie must not be decided by the last bit of a float.
    order = sorted(exact, key=lambda name: (-round(exact[name] - parts[name], 9), name))
    for name in order[: total - sum(parts.values())]:
        parts[name] += 1
    return parts
