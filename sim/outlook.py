"""The forecast a study stands on: path, forces and draws of its own schools in the reference future.

The panel of the study (enrolment, births) is forecast by the same code as `schoolplan forecast TABLE`, with two things
that a bare table does not say: how the children of each catchment grow (`sim/intake.py`), and which grades a school
offers, whether or not it has pupils in them today.  Where its draws meet the schools of the simulation:
`sim/reference_rolls.py`.  Tests: tests/sim/test_outlook.py.
"""

from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import BoolArray, FloatArray
from sim.panel import Panel
from sim.path import Path
from sim.processes import Processes

MOST_GROSS = 0.2


@dataclass(frozen=True)
class Outlook:
    """What the reference future is forecast from."""

    panel: Panel
    path: Path
    processes: Processes
    births_index: FloatArray  # [year - base] of the reference future

    @property
    def gross(self) -> float:
        """Share of pupils who leave a school in a year and are replaced: half of the yearly chance of a cell."""
        chance = self.processes.chance
        return float(min(0.5 * (chance.moved + chance.here), MOST_GROSS))


def windowed(panel: Panel, years: int) -> Panel:
    """The panel with the last `years` transitions only: older years hold what is over."""
    first = max(len(panel.years) - years - 1, 0)
    return replace(panel, pupils=panel.pupils[:, :, first:], hosts=panel.hosts[:, :, first:], years=panel.years[first:])


def offering(panel: Panel, schools: tuple[str, ...], hosts: BoolArray) -> Panel:
    """The panel in whose last year a school also offers the grades it may teach and that are counted as empty.

    schools, hosts [school, grade]: grade spans of the study.
    """
    row = {school: i for i, school in enumerate(schools)}
    # A series that ended with an event is no school of the study: nobody is there and nobody will be.
    may = np.array([hosts[row[school]] if school in row else np.zeros_like(hosts[0]) for school in panel.schools])
    last, today = panel.hosts.copy(), panel.pupils.copy()
    empty = may & ~last[:, :, -1]
    last[:, :, -1] |= empty
    today[:, :, -1] = np.where(empty, 0.0, today[:, :, -1])
    return replace(panel, hosts=last, pupils=today)
