"""Chance that the members of a programme have in common.

A member has a seed of its own, so that homes and schools that happen to have the same ids in two studies have nothing
to do with each other.  Only county factors are shared, in part:

    z = s^1/2 z[common] + (1 - s)^1/2 z[own],   s the common share

z[common] is the number that an ordinary run with the programme's seed has, z[own] that of the member's own seed.  Both
are standard normal and independent, so z is standard normal whatever s, and of two members corr(z, z') = s.  Where a
uniform number is asked for, it is Phi(z).  Record 0040; page docs/science/rollup.md.  Tests: tests/sim/test_kin.py.
"""

import hashlib
from typing import Self

COMMON = frozenset(
    {
        "births/county",
        "pace",
        *("forecast/year", "forecast/year/lasting", "forecast/entry", "forecast/entry/lasting"),
        *("forecast/shock", "forecast/shock/everywhere"),
    }
)
"""Streams of county factors: births, pace of a future, the year, the entrants and declared breaks of the forecast."""


class MemberSeed(int):
    """The seed of a member: a number like any other, and what the streams of `COMMON` share with other members."""

    common: int
    """Seed of the shared part: that of the programme."""
    share: float
    """Share of the variance that is shared [0-1]."""

    def __new__(cls, own: int, common: int, share: float) -> Self:
        """own: seed of everything else."""
        made = super().__new__(cls, own)
        made.common, made.share = common, share
        return made

    def __reduce__(self) -> tuple[type["MemberSeed"], tuple[int, int, float]]:
        return MemberSeed, (int(self), self.common, self.share)


def member_seed(seed: int, member: str, share: float) -> MemberSeed:
    """Seed of a member of a programme by its id; share: of the variance of county factors [0-1]."""
    own = hashlib.blake2b(f"{seed}/{member}".encode(), digest_size=8).digest()
    return MemberSeed(int.from_bytes(own, "little") >> 1, seed, share)
