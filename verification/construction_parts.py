"""What the plain reference of the construction calendar keeps of a draw, who waits, and how a payment is shared."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """What `sim.construction_log.Log` holds, and the number of events."""

    handover: list[float]
    began: list[float]
    ended: list[float]
    payments: list[tuple[float, int, int, int]] = field(default_factory=list)
    waits: dict[tuple[int, str], float] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    struck: list[tuple[int, str]] = field(default_factory=list)
    events: int = 0

    def add(self, project: int, cause: str, months: float) -> None:
        """Months lost to a cause."""
        if months > 0:
            self.waits[project, cause] = self.waits.get((project, cause), 0.0) + months

    def waited(self, one: "Waiting", now: float) -> None:
        """A wait, or a part of one, is over."""
        if now > one.since:
            self.waits[one.project, one.cause] = self.waits.get((one.project, one.cause), 0.0) + now - one.since


@dataclass
class Waiting:
    """A project in line: key, what it asks for, the cause of its wait and since when."""

    key: tuple[int, float, int]
    project: int
    wants: object
    cause: str
    since: float


def shared(shares: Sequence[tuple[int, float]], yuan: int) -> list[tuple[int, int]]:
    """Whole yuan by source, by rounding the sums; the last source takes the rest."""
    sums = [min(yuan, round(yuan * sum(share for _, share in shares[: i + 1]))) for i in range(len(shares) - 1)] + [
        yuan
    ]
    return [
        (source, upto - before)
        for (source, _), upto, before in zip(shares, sums, [0, *sums[:-1]], strict=True)
        if upto > before
    ]
