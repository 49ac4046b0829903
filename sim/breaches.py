"""What verdicts ask of a clause and of its breaches, whatever kind of clause it is.

Rules (`sim/judge.py`: school and class size, rooms) and clauses on indicators (`sim/clauses.py`) both answer it.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from sim.arrays import BoolArray, IntArray


class Named(Protocol):
    """What a verdict says of its clause."""

    @property
    def code(self) -> str:
        """Code of the clause."""

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages it is about; several, or none: the school as a whole."""

    @property
    def verified(self) -> bool:
        """False: the bound is from memory (grade M)."""


class Broken(Protocol):
    """Breaches of a clause, as verdicts read them."""

    @property
    def broken(self) -> BoolArray:
        """Whether a school breaks it, [draw, year, school]."""

    @property
    def over(self) -> IntArray:
        """Pupils beyond what the limit allows, [draw, year, school]."""


class Deciding(Broken, Protocol):
    """Breaches of a clause that a scenario lets decide beside the rules, with the clause."""

    @property
    def bound(self) -> Named:
        """The clause."""


class DecidingCounty(Protocol):
    """Breaches of a clause on the county as a whole that a scenario lets decide: no school breaks it."""

    @property
    def bound(self) -> Named:
        """The clause."""

    @property
    def broken(self) -> BoolArray:
        """Whether the county breaks it, [draw, year]."""


def county_broken(of_county: Sequence[DecidingCounty], draws: int, years: int) -> BoolArray:
    """Whether any clause on the county is broken, [draw, year]."""
    broken = np.zeros((draws, years), dtype=bool)
    for one in of_county:
        broken |= one.broken
    return broken
