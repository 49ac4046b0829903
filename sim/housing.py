"""Housing estates: children by age and year after completion, and when a phase is completed.

Of a phase with H dwellings, y children per occupied dwelling, occupancy O[k] on the k-th 1 September after completion,
ages g[a] at moving in (sum 1) and b[j] children born in the j-th year after it per child who moved in:

    u[j]    = sum_{a + j <= 14} g[a] + sum_{1 <= i <= j, j - i <= 14} b[i]      children of a dwelling after j years
    scale   = y / max_j u[j]                                                    y is what a dwelling has at most
    f[k]    = O[k] - O[k-1]
    A[k, a] = scale H (f[k] g[a] + [a = 0] sum_{i >= 1} f[k-i] b[i])            newly at home there, age on 1 September

Children of age a >= 1 join the stocks by their age a year before; those of age 0 are moved a year later, at age 1,
because births belong to the home that the births table gives them.  Ever come: scale H O[end] (1 + sum b) children.
A phase due in month m is completed by 1 September ceil((m + delay) / 12), the delay being PERT (`sim.durations`), or
never; one uniform number of the estate decides the delays of all its phases, in every future and plan alike.
Source of the curves: `scenarios/packs/housing-defaults.yaml`.  Page: docs/science/housing.md.
Tests: tests/sim/test_housing.py.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np

from scenarios.schema_housing import OLDEST, TypeCurves
from sim.arrays import FloatArray, IntArray
from sim.durations import pert_quantile
from sim.streams import entities, uniform

NEVER = 9999
"""Year index of a phase that is never completed."""
_JUNE = 6
"""Month that stands for a completion of which only the year is known."""


@dataclass(frozen=True)
class Lot:
    """A phase: when it is due, how late it may be, and the children that come after its completion."""

    id: str
    dwellings: float
    counted: float  # of these, beyond the pace that the ratios hold already
    due: float  # months from 1 September of the base year
    delay: tuple[float, float, float]  # months: shortest, likely, longest
    p_never: float
    arrivals: FloatArray  # [year after completion, age index at the start of that year] expected

    def completed(self, u: FloatArray) -> IntArray:
        """First 1 September, as year - base year, by which it is completed; NEVER where it never is, [draw].

        u: uniform numbers of the estate, [draw].
        """
        never = u < self.p_never
        # Among the draws in which the phase comes, what is left of the number is uniform again.
        rest = np.clip((u - self.p_never) / max(1.0 - self.p_never, 1e-12), 1e-12, 1.0 - 1e-12)
        low, likely, high = (np.asarray(months) for months in self.delay)
        months = pert_quantile(rest, low, likely, high)
        return np.where(never, NEVER, np.ceil((self.due + months) / 12.0 - 1e-9)).astype(np.int64)


@dataclass(frozen=True)
class Estate:
    """Children a housing estate brings, and where they come from."""

    id: str
    cell: int
    lots: tuple[Lot, ...]
    outside: float
    in_town: float
    rural: float

    def brings(self, i: int) -> bool:
        """Whether children may come in year index i in some draw."""
        for lot in self.lots:
            first = ceil((lot.due + min(lot.delay)) / 12.0 - 1e-9)
            last = ceil((lot.due + max(lot.delay)) / 12.0 - 1e-9) + len(lot.arrivals) - 1
            if first <= i <= last and lot.arrivals.any():
                return True
        return False

    def expected(self, i: int, seed: int, draws: IntArray) -> FloatArray:
        """Children expected in year index i by age index at its start, [draw, age index].

        One uniform number of the estate's own decides the delays of all its phases: they are late together.
        """
        u = uniform(seed, "housing/delivery", 0, entities([self.id]), draws)[:, 0]
        out = np.zeros((len(u), self.lots[0].arrivals.shape[1]))
        for lot in self.lots:
            after = i - lot.completed(u)
            here = (after >= 0) & (after < len(lot.arrivals))
            out[here] += lot.arrivals[after[here]]
        return out


def children_after(curves: TypeCurves, years: int) -> FloatArray:
    """Children aged 0-14 of an occupied dwelling per child who moved in, [year after moving in]."""
    ages, born = np.array(curves.ages.values), np.array((0.0, *curves.born.values))
    out = np.zeros(years)
    for j in range(years):
        here = ages[: max(OLDEST + 1 - j, 0)].sum()
        out[j] = here + born[max(j - OLDEST, 1) : j + 1].sum()
    return out


def scale_of(curves: TypeCurves, most: float) -> float:
    """Children who move in per dwelling when `most` is what an occupied dwelling has at its fullest age."""
    return most / float(children_after(curves, len(curves.born.values) + OLDEST + 2).max())


def fill(curves: TypeCurves, ramp_years: float, vacancy: float) -> FloatArray:
    """Share of the dwellings newly occupied, [1 September after completion].

    ramp_years: years of a straight line, NaN: the curve of the type.  vacancy: share empty for good, NaN: the type's.
    """
    curve = np.array(curves.occupancy.values)
    share = curve[-1] if np.isnan(vacancy) else 1.0 - vacancy
    shape = curve / curve[-1]
    if not np.isnan(ramp_years):
        shape = np.minimum(np.arange(1, max(ceil(ramp_years), 1) + 1) / max(ramp_years, 1.0), 1.0)
    new: FloatArray = np.diff(share * shape, prepend=0.0)
    return new


def newly_home(curves: TypeCurves, new: FloatArray) -> FloatArray:
    """Children newly at home per dwelling and child who moves in, [year after completion, age 0-14 on 1 September]."""
    born = np.array((0.0, *curves.born.values))
    ages = np.zeros(OLDEST + 1)
    ages[: len(curves.ages.values)] = curves.ages.values
    out = np.zeros((len(new) + len(born) - 1, OLDEST + 1))
    out[: len(new)] = new[:, None] * ages
    out[:, 0] += np.convolve(new, born)
    return out


def by_start_age(home: FloatArray, indices: int) -> FloatArray:
    """The same by age index a year before, [year after completion, age index]; age 0 comes a year later, as age 1.

    indices: age indices of the model; its last one graduates and takes nobody.  Children older than the highest grade
    are left out: the model has no place for them.
    """
    out = np.zeros((len(home) + 1, indices))
    reach = min(indices - 1, OLDEST)
    out[:-1, :reach] = home[:, 1 : reach + 1]
    out[1:, 0] += home[:, 0]
    return out


def due_month(year: float, month: float, base_year: int) -> float:
    """Months from 1 September of the base year to the end of the month of completion (June where it is not known)."""
    return (year - base_year) * 12.0 + ((_JUNE if np.isnan(month) else month) - 8.0)
