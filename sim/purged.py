"""What registered transfers were on average in the learning window: what net ratios hold of them.

Symbols: N[s, g, y] pupils of school s, grade g, on the day of the count of year y; I, O registered transfers in and out
between the counts of y and y + 1 of pupils who were in grade g at the first (arrivals of the summer: in the grade they
come from); w[y] weight of a transition; r net ratio, q purged ratio, f mean registered rate; m, e rates of a future.

    mean       f[s, g] = sum_y w (I - O) / sum_y w N
    purged     q[s, g] = sum_y w (N[g+1, y+1] - I + O) / sum_y w N           survival, repetition, drop-out; r = q + f
    net        N[g+1, y+1] = r N + (e - e_reference) N                       the reference future stands for the window
    purged     N[g+1, y+1] = r N + (e - f) N                                 the registered mean stands for the window
               = q N + e N                                                   the same with purged ratios, e in full
    never      r N + e N                                                     counts the flows of the window twice

Rates of villages and towns from the same table: external f over all schools; of the villages m = f(all) - f(village
schools), the part of their loss that the towns gain.  Repeaters and drop-outs stay in q; they are no transfers.
The ratios of the model stay net ones: purged ones are learnt in the tests, which show that both ways meet the truth of
a county whose flows are known.  Tests: tests/sim/test_purged.py.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.arrays import BoolArray, FloatArray
from sim.panel import Panel
from sim.path_ratios import faded, transitions


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


def transferred(panel: Panel, registered: Registered) -> tuple[FloatArray, FloatArray]:
    """Pupils before each transition and their net transfers in it, [school, grade - 1, year - 1].

    Zero where an end was not counted or nothing is registered: a transition with unknown transfers teaches nothing.
    """
    before, _ = transitions(np.where(panel.known, panel.pupils, np.nan))
    net = registered.net[:, :-1, :-1]
    used = ~np.isnan(net) & (before > 0.0)
    return np.where(used, before, 0.0), np.where(used, net, 0.0)


@dataclass(frozen=True)
class WindowRates:
    """Mean registered flows of the learning window, per child and year."""

    external: float  # net, from outside the county
    to_town: float  # of village children who went to town beyond that


def window_rates(panel: Panel, registered: Registered, village: BoolArray, memory: float) -> WindowRates:
    """External and town-ward rate of the window; village: schools that stand in villages, [school]."""
    before, net = transferred(panel, registered)

    def rate(chosen: BoolArray) -> float:
        base = float(faded(before[chosen], memory).sum())
        return float(faded(net[chosen], memory).sum()) / base if base > 0.0 else 0.0

    everywhere = rate(np.ones(len(village), dtype=bool))
    return WindowRates(everywhere, everywhere - rate(village) if village.any() else 0.0)
