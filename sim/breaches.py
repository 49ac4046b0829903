"""What verdicts ask of a clause and of its breaches, whatever kind of clause it is.

Rules (`sim/judge.py`: school and class size, rooms) and clauses on indicators (`sim/clauses.py`) both answer it.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


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
