"""Norms of rooms and costs of building as a bundle holds them. Opens no file, so that `sim` may import it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Priced:
    """A unit cost."""

    yuan: float
    """Cost of a square metre [yuan/m2]."""
    source: str
    """`study`, or the shipped file it stands in."""
    grade: str
    """Grade of the source; empty: the planner's own figure."""


@dataclass(frozen=True)
class RoomNorms:
    """What rooms must hold and what building them costs; see `scenarios.room_norms`."""

    seat_m2: Mapping[str, float]
    """Net area of a classroom for each seat, by stage; a stage without a norm is absent [m2]."""
    seat_clauses: tuple[str, ...]
    """Codes of the clauses that say so."""
    net_share: float
    """Usable area over gross floor area."""
    prices: Mapping[str, Priced]
    """`building` (gross floor area), `sports`, `land`; what is not known is absent."""
