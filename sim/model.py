"""The frozen inputs of the simulation: who lives where, who attends what, what history taught.

Shapes: C cells (unit x group, the last cell is `~outside`, pupils whose home is not in the county), J slots (the
schools a cell can reach, padded; the last three are the pseudo-schools), G grades, S schools (existing and new ones of
every plan).
"""

from dataclasses import dataclass

import numpy as np

from sim.admission_rules import Rules
from sim.arrays import BoolArray, CountArray, FloatArray, IntArray, UInt64Array
from sim.classes_formation import Formation
from sim.outlook import Outlook

PSEUDO_SCHOOLS = ("~private", "~other_county", "~not_enrolled")
OUTSIDE = "~outside"
NEVER = 9999


@dataclass(frozen=True)
class Grades:
    """The ladder of grades over all stages, lowest first."""

    names: tuple[str, ...]  # [grade]
    stages: tuple[str, ...]  # [stage]
    stage_of: IntArray  # [grade]
    planned_size: IntArray  # [grade] pupils per class when classes are formed
    entry_age: int  # completed years on 31 August of the first grade
    ladder_start: IntArray | None = None  # [grade] first grade of its ladder; None: there is one ladder
    ladder_age: IntArray | None = None  # [grade] entry age of its ladder; None: there is one ladder

    @property
    def starts(self) -> IntArray:
        """First grade of the ladder that each grade belongs to, [grade]."""
        return np.zeros(len(self.names), dtype=np.int64) if self.ladder_start is None else self.ladder_start

    @property
    def entry_ages(self) -> IntArray:
        """Entry age of the ladder that each grade belongs to, [grade]."""
        return np.full(len(self.names), self.entry_age) if self.ladder_age is None else self.ladder_age

    def first_of(self, stage: int) -> int:
        """Index of the lowest grade of a stage."""
        return int(np.flatnonzero(self.stage_of == stage)[0])


@dataclass(frozen=True)
class Layout:
    """Which cells, schools and slots the arrays stand for, with their stable random keys."""

    units: tuple[str, ...]
    cells: tuple[str, ...]  # "unit|group", sorted; last "~outside|local"
    unit_of: IntArray  # [cell] index of the unit, -1 for outside
    migrant: BoolArray  # [cell]
    urban: BoolArray  # [cell]
    cluster_of: IntArray  # [cell]
    clusters: tuple[str, ...]
    attraction: FloatArray  # [cell] weight of arrivals from the villages
    schools: tuple[str, ...]  # real schools, sorted
    slot_school: IntArray  # [cell, slot] index of the school; S.. for pseudo-schools; -1 padding
    cell_keys: UInt64Array  # [cell]
    slot_keys: UInt64Array  # [cell, slot] key of (cell, school)
    unit_km: FloatArray | None = None  # [unit, unit] between units; None: no map, moves know no distance

    @property
    def pseudo(self) -> slice:
        """The slots of the pseudo-schools."""
        return slice(self.slot_school.shape[1] - len(PSEUDO_SCHOOLS), self.slot_school.shape[1])

    @property
    def real(self) -> slice:
        """The slots of real schools (and padding)."""
        return slice(0, self.slot_school.shape[1] - len(PSEUDO_SCHOOLS))


@dataclass(frozen=True)
class Attendance:
    """Where the children of a cell go: inside the zone, away from it, outside the public system."""

    zone: FloatArray  # [cell, slot, stage] split inside the zone of the base year, rows sum to 1 or 0
    away: FloatArray  # [cell, slot, stage] share of all children of the cell, outside its zone and in pseudo-schools
    near: IntArray  # [cell, grade, rank] slots of the nearest existing schools that host the grade, -1 where none
    divert: IntArray  # [cell, stage, rank] slots of the nearest schools within the travel limit, -1 where none
    way: FloatArray  # [cell, slot, stage] km, or minutes where that is the travel limit; 0: pseudo-schools, padding
    divert_wide: IntArray | None = None  # `divert` for the widest limits of all plans; None: the same
    free: BoolArray | None = None  # [stage] without zones: every school of the county admits; None: all have zones


@dataclass(frozen=True)
class Births:
    """Births by cell and calendar year, on the base of resident children."""

    known: FloatArray  # [cell, year - base] registered births turned into resident newborns; NaN once unknown
    level: FloatArray  # [cell] mean of the last three registered years, the index of a future multiplies it
    autumn_share: float  # September-December births of a calendar year
    county_sd: float  # log
    zone_sd: float  # log, of a home cluster
    unit_sd: float  # log, of a home beyond its cluster
    rho: float  # AR(1)


@dataclass(frozen=True)
class Spread:
    """How uncertain the slow forces are, all on the log scale; zero in the deterministic run."""

    school_trait: float  # yearly step of a school's attractiveness
    pace: float  # pace of the differences a future makes


@dataclass(frozen=True)
class Estimated:
    """Counts of the base year that were estimated; a model without any has None instead."""

    children_sd: FloatArray  # [cell, age] log sd, 0 = counted; the last age, the entry age, is of those who wait
    common: float  # share of the variance that all homes have in common in a birth year
    withheld: BoolArray  # [school, grade] rolls of the base year that are withheld


@dataclass(frozen=True)
class Model:
    """Everything a case needs that neither the future nor the plan can change."""

    grades: Grades
    layout: Layout
    base_year: int
    horizon: int
    residents: CountArray  # [cell, age] below the entry age, 1 September of the base year
    waiting: CountArray  # [cell] of entry age, entering a year late
    pupils: CountArray  # [cell, slot, grade] 1 September of the base year
    hosts: BoolArray  # [school + pseudo, grade] grade span
    exists: BoolArray  # [school] in the base year
    rooms: IntArray  # [school] general classrooms in the base year
    attendance: Attendance
    births: Births
    spread: Spread
    entry_share: FloatArray  # [year - base] share of children who enter at the entry age
    survival: float | tuple[float, ...]  # yearly below school; by age where there are several numbers
    inbound: FloatArray  # [grade] entrants a year whose home is outside the county (first grade only is used)
    divert_at: float  # factor on the planned class size at which the bureau diverts; inf = never
    rounded: bool  # the deterministic run
    estimated: Estimated | None = None  # None: every count of the base year was counted, or there is no spread
    forecast: Outlook | None = None  # of the reference future; None only while a model is being built
    participation: FloatArray | None = None  # [year - base] of those who reach the entry age who enter; None: all do
    rules: Rules | None = None  # of admission; None: zones everywhere, migrant homes last
    early: "Model | None" = None  # the stage before school, a ladder of its own (`sim/ladders.py`)
    gains: BoolArray | None = None  # [school, grade] grades that conversions of any plan add; None: there are none
    formation: Formation | None = None  # how classes are formed; None: freely, every grade for itself

    @property
    def may_host(self) -> BoolArray:
        """Grades that schools have today or gain in some plan, [school + pseudo, grade]."""
        if self.gains is None:
            return self.hosts
        none = np.zeros((len(PSEUDO_SCHOOLS), self.gains.shape[1]), dtype=bool)
        out: BoolArray = self.hosts | np.vstack([self.gains, none])
        return out

    @property
    def outlook(self) -> Outlook:
        """The forecast of the reference future; raises ValueError before it is made."""
        if self.forecast is None:
            raise ValueError("the model has no forecast yet")
        return self.forecast

    @property
    def years(self) -> range:
        """Simulated school years."""
        return range(self.base_year + 1, self.horizon + 1)
