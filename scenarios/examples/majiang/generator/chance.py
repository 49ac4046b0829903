"""Repeatable chance of the Majiang-like county; another salt is another county."""

from __future__ import annotations

from scenarios.examples.generator.chance import Chance
from scenarios.examples.generator.chance import apportion as apportion

_CHANCE = Chance("majiang-1")


def uniform(*key: object) -> float:
    """A number in the open interval (0, 1) that depends on the key alone."""
    return _CHANCE.uniform(*key)


def normal(*key: object) -> float:
    """A standard normal number that depends on the key alone, held within three standard deviations."""
    return _CHANCE.normal(*key)
