"""Ratios freed of registered transfers, and what those transfers were on average.

Symbols: N[s, g, y] pupils of school s, grade g, on the day of the count of year y; I, O registered transfers in and out
between the counts of y and y + 1 of pupils who were in grade g at the first (arrivals of the summer: in the grade they
come from); w[y] weight of a transition; r net ratio, q purged ratio, f mean registered rate; m, e rates of a future.

    freed      A[s, g, y] = N[s, g+1, y+1] - I[s, g, y] + O[s, g, y]
    purged     q[s, g] = sum_y w A / sum_y w N                              what is left: survival, repetition, drop-out
    mean       f[s, g] = sum_y w (I - O) / sum_y w N,   r = q + f           exactly, before any shrinkage
    net        N[g+1, y+1] = r N + (e - e_reference) N                       the reference future stands for the window
    purged     N[g+1, y+1] = q N + e N                                       e in full
               = r N + (e - f) N                                             the same on ratios that were not freed
    never      r N + e N                                                     counts the flows of the window twice

Rates of villages and towns from the same table: external f over all schools; of the villages m = f(all) - f(village
schools), the part of their loss that the towns gain.  Repeaters and drop-outs stay in q; they are no transfers.
Tests: tests/sim/test_purged.py (a county whose true flows are known).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.panel import Panel, quotient
from sim.path_ratios import MEMORY, LearntRatios, faded, learn_from, transitions

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Registered:
    """Transfers between the count of a year and the next, by the grade at the first; NaN: nothing is registered."""

    came: FloatArray  # [school, grade, year]
    left: FloatArray  # [school, grade, year]

    @property
    def net(self) -> FloatArray:
        """Came less left, [school, grade, year]."""
        return self.came - self.left


def registered_from_rows(rows: pd.DataFrame, panel: Panel) -> Registered:
    """Transfers of a table with columns school, grade, year, in, out, on the axes of a panel.

    A school and year with any row is registered, a grade without a row had none; without any row nothing is known.
    Rows of other schools, grades and years are left out.  Raises ValueError where transfers contradict the pupils.
    """
    place = (
        pd.Index(panel.schools).get_indexer(pd.Index(rows["school"].astype(str))),
        pd.Index(panel.grades).get_indexer(pd.Index(rows["grade"].astype(str))),
        rows["year"].to_numpy(dtype=np.int64) - int(panel.years[0]),
    )
    inside = (place[0] >= 0) & (place[1] >= 0) & (place[2] >= 0) & (place[2] < len(panel.years))
    at = tuple(axis[inside] for axis in place)
    known = np.zeros((len(panel.schools), len(panel.years)), dtype=bool)
    known[at[0], at[2]] = True
    values = []
    for name in ("in", "out"):
        total = np.zeros(panel.pupils.shape)
        np.add.at(total, at, rows[name].to_numpy(dtype=np.float64)[inside])
        values.append(np.where(known[:, None, :], total, np.nan))
    registered = Registered(*values)
    impossible = contradictions(panel, registered)
    if impossible.any():
        s, g, y = (int(axis[0]) for axis in np.nonzero(impossible))
        where = f"school {panel.schools[s]}, grade {panel.grades[g]}, year {panel.years[y]}"
        raise ValueError(f"{where}: the transfers contradict the pupils")
    return registered


def contradictions(panel: Panel, registered: Registered) -> BoolArray:
    """Where more left than were there or came, or more came than are there a year later, [school, grade, year]."""
    pupils = np.where(panel.known, panel.pupils, np.nan)
    more: BoolArray = registered.left > pupils + registered.came
    more[:, :-1, :-1] |= registered.came[:, :-1, :-1] > pupils[:, 1:, 1:] + registered.left[:, :-1, :-1]
    return more


def freed(panel: Panel, registered: Registered) -> tuple[FloatArray, FloatArray]:
    """Pupils before and after each transition as if nobody had been transferred, [school, grade - 1, year - 1].

    Zero where an end was not counted or nothing is registered: a transition with unknown transfers teaches nothing.
    """
    pupils = np.where(panel.known, panel.pupils, np.nan)
    before, after = transitions(pupils)
    net = registered.net[:, :-1, :-1]
    used = ~np.isnan(net) & (before > 0.0)
    return np.where(used, before, 0.0), np.where(used, after - np.where(used, net, 0.0), 0.0)


def mean_rates(
    panel: Panel, registered: Registered, schools: BoolArray | None = None, memory: float = MEMORY
) -> FloatArray:
    """Mean registered net transfers per pupil of the schools together, [grade - 1]; 0 where none was there.

    schools: which, [school]; None: all.  memory: weight of a year against the one after it.
    """
    chosen = np.ones(len(panel.schools), dtype=bool) if schools is None else schools
    before, _ = freed(panel, registered)
    net = np.where(before > 0.0, np.nan_to_num(registered.net[:, :-1, :-1]), 0.0)
    rates = quotient(faded(net[chosen], memory).sum(axis=0), faded(before[chosen], memory).sum(axis=0))
    return np.nan_to_num(rates)


def learn_purged(panel: Panel, registered: Registered) -> LearntRatios:
    """Grade ratios freed of the registered transfers, shrunk like the net ones."""
    return learn_from(panel, *freed(panel, registered))


@dataclass(frozen=True)
class WindowRates:
    """Mean registered flows of the learning window, per child and year."""

    external: float  # net, from outside the county
    to_town: float  # of village children who went to town beyond that


def window_rates(panel: Panel, registered: Registered, village: BoolArray, memory: float) -> WindowRates:
    """External and town-ward rate of the window; village: schools that stand in villages, [school]."""
    before, _ = freed(panel, registered)
    net = np.where(before > 0.0, np.nan_to_num(registered.net[:, :-1, :-1]), 0.0)

    def rate(chosen: BoolArray) -> float:
        base = float(faded(before[chosen], memory).sum())
        return float(faded(net[chosen], memory).sum()) / base if base > 0.0 else 0.0

    everywhere = rate(np.ones(len(village), dtype=bool))
    return WindowRates(everywhere, everywhere - rate(village) if village.any() else 0.0)
