"""The sizes of the forces that make a future differ from the path, borrowed from published panels or learnt here.

Symbols: h years ahead; sizes are standard deviations of logs, phi in pupils of variance for each pupil expected.

    walk      the sum of h yearly steps of size `step`, any two correlated by `lasting`:
              Var = step^2 (h + h (h - 1) lasting); lasting 0 = a random walk, 1 = a slope that is not known
    forces    year (all schools), district, level (district x cohort), drift (school, all its grades), entry (the cohort
              below the lowest grade, all districts)
    flow      pupils who come and go together (families, a teacher, a bus): a walk whose variance is divided by the
              pupils n of the school; the drift of a school has Var = drift[h] + flow[h] / n
    volatile  how much more than others a school has moved: a factor on the sd of its drift, its root on that of chance
    tails     the steps of the school drift are t with 4 degrees of freedom, scaled to `drift.step`, cut at CUT
    chance    variance of a cell's pupils, for each pupil expected: `here` (this year only) + what the cohort carries:
              `new` (entrants of the lowest grade) or `fed` (entrants of another grade) when it enters, `moved` more at
              every move; a carried deviation keeps `carry` of itself from year to year
    own       the same, in the log and whatever the size: own_here, own_moved
    shock     a declared break (pandemic, policy): off unless given, named when on

Sources of the numbers: `MEASURED`, the same moments on three panels (docs/science/draws.md).
Fit: sim/processes_fit.py.  Use: sim/draws.py.  Tests: tests/sim/test_processes.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np

from sim.arrays import FloatArray

CUT = 4.0  # steps of the school drift beyond this many sizes are events, not drift


@dataclass(frozen=True)
class Walk:
    """A force that grows with the horizon."""

    step: float  # sd of one year's step [log]
    lasting: float = 0.0  # correlation of the steps of two years

    def variance(self, h: FloatArray) -> FloatArray:
        """Variance after h years, by element."""
        return np.asarray(self.step**2 * (h + h * (h - 1.0) * self.lasting))


@dataclass(frozen=True)
class Shock:
    """A break declared by the planner: it comes in a year with some probability, and stays."""

    name: str
    probability: float  # of coming in any one year
    everywhere: float  # sd of what it does to all schools alike [log]
    school: float  # sd of what it does to single schools on top [log]
    years: tuple[int, ...] = ()  # calendar years in which it can come; none = every year


@dataclass(frozen=True)
class Chance:
    """Variance of a cell, for each pupil expected and for the size-free rest."""

    here: float
    moved: float
    new: float
    fed: float
    own_here: float  # sd [log]
    own_moved: float  # sd of a move [log]
    carry: float = 0.95


@dataclass(frozen=True)
class Scales:
    """Corrections of sizes learnt from past standardised errors (`sim/calibration.py`); 1 = none."""

    bounds: tuple[float, ...] = ()  # upper ends of the size bands but the last, pupils of a school
    drift: tuple[float, ...] = (1.0,)  # factor on the school drift by size band
    chance: tuple[float, ...] = (1.0,)  # factor on the sd of chance and own by size band
    shared: float = 1.0  # factor on year, district, level, entry

    def by_school(self, size: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Factors (drift, chance) for schools of the given pupils, [school] each."""
        band = np.searchsorted(np.array(self.bounds), size, side="right")
        return np.array(self.drift)[band], np.array(self.chance)[band]


@dataclass(frozen=True)
class Processes:
    """All forces, and how far they were learnt here."""

    year: Walk
    district: Walk
    level: Walk
    drift: Walk
    flow: Walk  # its step^2 is in pupils of variance for each pupil
    entry: float
    chance: Chance
    scales: Scales = field(default_factory=Scales)
    volatile: Mapping[str, float] = field(default_factory=dict)  # by school id; none = 1
    shock: Shock | None = None
    origins: int = 0  # past origins the sizes were learnt from

    def __post_init__(self) -> None:
        numbers = [self.entry, *(getattr(self.chance, one.name) for one in fields(self.chance))]
        numbers += [size for walk in self.walks.values() for size in (walk.step, walk.lasting)]
        if min(numbers) < 0.0 or self.chance.carry > 1.0:
            raise ValueError("processes: a size below zero or a carry above 1")

    @property
    def walks(self) -> dict[str, Walk]:
        """The forces that grow with the horizon, by name."""
        return {
            "year": self.year,
            "district": self.district,
            "level": self.level,
            "drift": self.drift,
            "flow": self.flow,
        }

    def drift_variance(self, h: FloatArray, size: FloatArray) -> FloatArray:
        """Variance of the log of a usual school of `size` pupils after h years, by element."""
        return self.drift.variance(h) + self.flow.variance(h) / np.maximum(size, 1.0)

    def drift_parts(self, size: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Variances of one step of usual schools of `size` [school]: what lasts, what is new each year, [school]."""
        walks = ((self.drift, np.ones_like(size)), (self.flow, np.maximum(size, 1.0)))
        held = [walk.step**2 * walk.lasting / n for walk, n in walks]
        fresh = [walk.step**2 * (1.0 - walk.lasting) / n for walk, n in walks]
        return held[0] + held[1], fresh[0] + fresh[1]

    def school_factors(self, schools: tuple[str, ...], size: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Factors on the sd of the drift and of the chance of schools of `size` [school], [school] each."""
        drift, chance = self.scales.by_school(size)
        volatile = self.volatility(schools)
        return drift * volatile, chance * np.sqrt(volatile)

    def volatility(self, schools: tuple[str, ...]) -> FloatArray:
        """Factor on the sd of the drift, [school]."""
        return np.array([self.volatile.get(school, 1.0) for school in schools])

    def with_shock(self, shock: Shock) -> "Processes":
        """The same with a declared break."""
        return replace(self, shock=shock)


MEASURED: Mapping[str, Processes] = {
    "vermont": Processes(
        year=Walk(0.0070, 0.9),
        district=Walk(0.0048, 0.55),
        level=Walk(0.0011),
        drift=Walk(0.0),
        flow=Walk(0.43, 0.3),
        entry=0.027,
        chance=Chance(here=0.12, moved=0.10, new=0.92, fed=0.86, own_here=0.012, own_moved=0.012),
    ),
    "baltimore": Processes(
        year=Walk(0.0090),
        district=Walk(0.0),
        level=Walk(0.018, 0.35),
        drift=Walk(0.030, 0.8),
        flow=Walk(1.6),
        entry=0.052,
        chance=Chance(here=0.17, moved=0.01, new=0.52, fed=5.0, own_here=0.016, own_moved=0.063),
    ),
    "eau_claire": Processes(
        year=Walk(0.0077, 1.0),
        district=Walk(0.0),
        level=Walk(0.012),
        drift=Walk(0.0),
        flow=Walk(0.92),
        entry=0.014,
        chance=Chance(here=0.16, moved=0.07, new=0.86, fed=0.86, own_here=0.0, own_moved=0.0),
    ),
}


def borrowed(without: str = "") -> Processes:
    """Sizes of the published panels, averaged as variances; without: a panel left out, for tests on that panel."""
    panels = [one for name, one in MEASURED.items() if name != without]

    def walk(name: str) -> Walk:
        steps = np.array([one.walks[name].step for one in panels])
        lasting = np.array([one.walks[name].lasting for one in panels])
        weight = steps**2 / max(float((steps**2).sum()), 1e-12)
        return Walk(float(np.sqrt((steps**2).mean())), float((weight * lasting).sum()))

    def rms(values: list[float]) -> float:
        return float(np.sqrt(np.mean(np.square(values))))

    chances = [one.chance for one in panels]
    mean = {name: float(np.mean([getattr(one, name) for one in chances])) for name in ("here", "moved", "new", "fed")}
    own = {name: rms([getattr(one, name) for one in chances]) for name in ("own_here", "own_moved")}
    return Processes(
        year=walk("year"),
        district=walk("district"),
        level=walk("level"),
        drift=walk("drift"),
        flow=walk("flow"),
        entry=rms([one.entry for one in panels]),
        chance=Chance(**mean, **own),
    )
