"""Joint draws around the path: every school, grade and year of one draw belongs to one world.

Symbols: M[s, g, h] the path (`sim/path.py`), F sum of the shared forces [log], c deviation the cohort carries and
v its variance, in roots of pupils, u, z independent standard numbers.

    centre    mu = M exp(F),  F[s, g, h] = year[h] + district[d, h] + drift[s, h] + shock[s, h] + L[d, g, h]
              + x[s, g, h]
    walk      one step = step (lasting^1/2 z[draw] + (1 - lasting)^1/2 z[draw, year])
    drift     one step = volatile ((lasting part of drift^2 + flow^2 / n)^1/2 z[draw] + (the rest)^1/2 t(4) / 2^1/2),
              n pupils of the school at h = 1
    level     L[d, g, h] = L[d, g-1, h-1] + step; lowest grade: entry + step
    intake    x[s, g, h] = x[s, g-1, h-1] where s offers g - 1, else what is not known of the children behind its
              entrants (`sim/intake.py`), 0 where nobody counts them; F takes it in
    carried   c[s, g, h] = carry c[s, g-1, h-1] q + (moved + own_moved^2 M)^1/2 z,  q = (M[g, h] / M[g-1, h-1])^1/2
              where s offers g - 1; else c = (new or fed + own_moved^2 M)^1/2 z;  v follows the same recursion;
              z is t(4) / 2^1/2, but normal for entrants of the lowest grade
    here      x = c + w^1/2 z',  v' = v + w,  w = here + own_here^2 M - 1 / 12 M: rounding adds 1 / 12 (Sheppard)
    pupils    N = round(max(0, (mu^1/2 + x / 2)^2 - v' / 4)), one inversion: N rises with z'

The square makes Var N = v' mu + v'^2 / 8 and E N = mu for normal x: for v' = 1 this is Poisson but for its last digits
(Anscombe 1948, Biometrika 35:246).  The forces have median 0 and chance has mean 0: the path is the median of what is
shared and the mean of what is not.  Forces shared by all grades of a school, all schools of a district and all
districts are drawn once, so that a total is the sum of its parts in every draw, and its spread follows.
Keys: text ids, cohort (calendar year - place of the grade) and calendar year; a school's draws depend on no row.
Tests: tests/sim/test_draws.py.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from sim.arrays import BoolArray, CountArray, FloatArray, IntArray, UInt64Array
from sim.baselines import moved_within, seen_pupils
from sim.panel import BELOW_FIRST, Panel
from sim.path import Path
from sim.processes import CUT, Processes, Shock, Walk
from sim.streams import combine, entities, entity, normal, uniform

ENTRY_LASTING = 0.7  # correlation of the errors of two cohorts of entrants
UNCUT = 1.0454  # what makes the variance 1 again that cutting at CUT has lowered
ROUNDING = 1.0 / 12.0  # variance that rounding to whole pupils adds
MOST = 1_000_000.0  # pupils of a cell beyond any count


@dataclass(frozen=True)
class Cells:
    """The cells a path is drawn for, in a row, and where each comes from."""

    school: IntArray  # [cell]
    grade: IntArray  # [cell]
    below: IntArray  # [cell] the same school's cell one grade lower; -1 = none: it enters
    unknown: BoolArray  # [cell] offered at the origin but not counted
    centre: FloatArray  # [cell, h + 1] the path; the first column is the count of the origin


@dataclass(frozen=True)
class Keys:
    """What the cells are called, for the random streams."""

    schools: UInt64Array  # [school]
    districts: UInt64Array  # [district]
    place: IntArray  # [grade] K = 0, 1 = 1, ..
    district_of: IntArray  # [school]


@dataclass(frozen=True)
class World:
    """What all years of one set of draws share."""

    processes: Processes
    keys: Keys
    cells: Cells
    seed: int
    draws: IntArray  # [draw] their numbers
    origin: int
    size: FloatArray  # [school] pupils in the first year of the path
    drift: FloatArray  # [school] factor on the sd of the drift
    chance: FloatArray  # [school] factor on the sd of chance

    def normal(self, name: str, year: int, ids: UInt64Array) -> FloatArray:
        """Standard normal numbers of the stream forecast/name, [draw, *ids.shape]."""
        return normal(self.seed, f"forecast/{name}", year, ids, self.draws)


def grade_places(grades: tuple[str, ...]) -> IntArray:
    """Place of each grade in the order K, 1, 2, ..., else its place in the table, [grade]."""
    if all(grade in BELOW_FIRST or grade.isdecimal() for grade in grades):
        return np.array([BELOW_FIRST[grade] if grade in BELOW_FIRST else int(grade) for grade in grades])
    return np.arange(len(grades))


def cells_of(path: Path, known: Panel) -> Cells:
    """The cells of a path; known: the panel as it was at the path's origin."""
    offered = ~np.isnan(path.log_pupils).any(axis=2)
    school, grade = np.nonzero(offered)
    number = np.full(offered.shape, -1)
    number[school, grade] = np.arange(school.size)
    below = np.full(school.size, -1)
    moves = moved_within(known)[school, grade]
    below[moves] = number[school[moves], grade[moves] - 1]
    now = seen_pupils(known)[:, :, -1][school, grade]
    ahead = np.exp(path.log_pupils[school, grade])
    start = np.where(np.isnan(now), ahead[:, 0], np.maximum(now, 0.5))
    return Cells(school, grade, below, np.isnan(now), np.concatenate([start[:, None], ahead], axis=1))


def joint_draws(
    path: Path,
    panel: Panel,
    processes: Processes,
    seed: int,
    draws: int | IntArray,
    intake: FloatArray | None = None,
) -> CountArray:
    """Pupils of every draw, int32 [draw, school, grade, h]; 0 where the path has none (its log is NaN).

    panel: only what was known at the path's origin is used.  draws: how many, or the numbers of the draws [draw]; a
    draw is the same whatever else is drawn.  intake: log factor on the children behind the
    entrants of each school and grade, [draw, school, grade, h].
    """
    world = world_of(path, panel, processes, seed, draws)
    cells, district = world.cells, world.keys.district_of[world.cells.school]
    result = np.zeros((world.draws.size, *path.log_pupils.shape), dtype=np.int32)
    forces, chance = _Forces(world), _Carried(world)
    carried = np.zeros((world.draws.size, cells.school.size))  # of the intake: those of the origin are counted
    for h in range(1, path.log_pupils.shape[2] + 1):
        forces.step(path.origin + h)
        log_force = forces.of_schools()[:, cells.school] + forces.level[:, district, cells.grade]
        if intake is not None:
            entered = intake[:, cells.school, cells.grade, h - 1]
            carried = np.where(cells.below >= 0, carried[:, cells.below], entered)
            log_force = log_force + carried
        result[:, cells.school, cells.grade, h - 1] = chance.step(h, path.origin + h, log_force)
    return result


def world_of(path: Path, panel: Panel, processes: Processes, seed: int, draws: int | IntArray) -> World:
    """What `joint_draws` starts from; draws: how many, or their numbers [draw]."""
    known = panel.cut(path.origin)
    cells = cells_of(path, known)
    size = np.bincount(cells.school, cells.centre[:, 1], minlength=len(known.schools)).astype(float)
    drift, chance = processes.school_factors(known.schools, size)
    return World(
        processes=processes,
        keys=Keys(entities(known.schools), entities(known.districts), grade_places(known.grades), known.district_of),
        cells=cells,
        seed=seed,
        draws=np.arange(draws) if isinstance(draws, int) else np.asarray(draws, dtype=np.int64),
        origin=path.origin,
        size=size,
        drift=drift,
        chance=chance,
    )


def student_4(u: FloatArray) -> FloatArray:
    """Quantiles of t with 4 degrees of freedom, cut at CUT of its sd and scaled to variance 1 after that, by element.

    Closed form: Shaw (2006), Journal of Computational Finance 9:37.
    """
    root = np.sqrt(4.0 * u * (1.0 - u))
    tail = np.cos(np.arccos(np.minimum(root, 1.0)) / 3.0) / root
    value = np.sign(u - 0.5) * np.sqrt(2.0 * np.maximum(tail - 1.0, 0.0))
    return np.asarray(UNCUT * np.clip(value, -CUT, CUT))


class _Forces:
    """The shared forces of one set of draws, year after year."""

    def __init__(self, world: World) -> None:
        self.world, draws, keys = world, world.draws.size, world.keys
        self.everyone = np.array([entity("everywhere")])
        self.year, self.district = np.zeros((draws, 1)), np.zeros((draws, keys.districts.size))
        self.drift = np.zeros((draws, keys.schools.size))
        self.level = np.zeros((draws, keys.districts.size, keys.place.size))  # [draw, district, grade]
        self.held, self.fresh = (np.sqrt(part) for part in world.processes.drift_parts(world.size))

    def of_schools(self) -> FloatArray:
        """Sum of the forces shared by all grades of a school, [draw, school]."""
        return self.year + self.district[:, self.world.keys.district_of] + self.drift

    def step(self, year: int) -> None:
        """One more year."""
        sizes, keys = self.world.processes, self.world.keys
        self.year = self.year + self._step("year", sizes.year, year, self.everyone)
        self.district = self.district + self._step("district", sizes.district, year, keys.districts)
        self.drift = self.drift + self.world.drift * self._drift(year)
        self._levels(year)
        if sizes.shock is not None and (not sizes.shock.years or year in sizes.shock.years):
            self._shock(sizes.shock, year)

    def _step(self, name: str, walk: Walk, year: int, ids: UInt64Array) -> FloatArray:
        """One year's step of a walk, [draw, *ids.shape]."""
        if walk.step == 0.0:
            return np.zeros((self.world.draws.size, *ids.shape))
        news = self.world.normal(name, year, ids)
        if walk.lasting > 0.0:
            lasting = self.world.normal(f"{name}/lasting", self.world.origin, ids)
            news = np.sqrt(walk.lasting) * lasting + np.sqrt(1.0 - walk.lasting) * news
        return np.asarray(self.world.processes.scales.shared * walk.step * news)

    def _drift(self, year: int) -> FloatArray:
        """One year's step of usual schools of their sizes, [draw, school]."""
        world, ids = self.world, self.world.keys.schools
        news = student_4(uniform(world.seed, "forecast/school", year, ids, world.draws))
        return self.held * world.normal("school/lasting", world.origin, ids) + self.fresh * news

    def _levels(self, year: int) -> None:
        """Cohorts of a district move up one grade; a new one enters."""
        cohort = year - self.world.keys.place
        up = np.zeros(self.level.shape)
        up[:, :, 1:] = self.level[:, :, :-1]
        up[:, :, 0] = self._entry(int(cohort[0]))
        ids = combine(self.world.keys.districts[:, None], cohort[None, :])
        self.level = up + self._step("level", self.world.processes.level, year, ids)

    def _entry(self, cohort: int) -> FloatArray:
        """Error of the entrants common to all districts, [draw, 1]."""
        world = self.world
        common = world.normal("entry/lasting", world.origin, self.everyone)
        own = world.normal("entry", cohort, self.everyone)
        size = world.processes.scales.shared * world.processes.entry
        return np.asarray(size * (np.sqrt(ENTRY_LASTING) * common + np.sqrt(1.0 - ENTRY_LASTING) * own))

    def _shock(self, shock: Shock, year: int) -> None:
        """What a declared break does in the draws in which it comes this year."""
        world = self.world
        comes = uniform(world.seed, "forecast/shock", year, self.everyone, world.draws) < shock.probability
        self.year = self.year + comes * shock.everywhere * world.normal("shock/everywhere", year, self.everyone)
        self.drift = self.drift + comes * shock.school * world.normal("shock/school", year, world.keys.schools)


class _Carried:
    """Chance of the cells of one set of draws, carried by their cohorts."""

    def __init__(self, world: World) -> None:
        self.world, cells, chance = world, world.cells, world.processes.chance
        self.scale = world.chance[cells.school] ** 2  # of variances, [cell]
        self.owner, self.place = world.keys.schools[cells.school], world.keys.place[cells.grade]
        enters = np.where(cells.grade == 0, chance.new, chance.fed)
        self.enters = np.where(cells.below >= 0, chance.moved, enters)
        self.even = (cells.below < 0) & (cells.grade == 0)  # entrants of the lowest grade have no heavy tails
        self.variance = self.scale * np.where(cells.unknown, chance.fed, 0.0)
        self.carried = np.zeros((world.draws.size, cells.school.size))
        if cells.unknown.any():
            self.carried = np.sqrt(self.variance) * self._normal("start", world.origin)

    def _normal(self, name: str, year: int) -> FloatArray:
        return self.world.normal(name, year, combine(self.owner, year - self.place))

    def _news(self, name: str, year: int) -> FloatArray:
        """News of the cohorts, [draw, cell]: t(4) of variance 1 for moves and for entry in the middle, else normal."""
        world, ids = self.world, combine(self.owner, year - self.place)
        u = uniform(world.seed, f"forecast/{name}", year, ids, world.draws)
        news = student_4(u)
        news[:, self.even] = ndtri(u[:, self.even])
        return news

    def step(self, h: int, year: int, log_force: FloatArray) -> CountArray:
        """Pupils of horizon h under forces [draw, cell], [draw, cell]; the page above says how."""
        chance, cells = self.world.processes.chance, self.world.cells
        expected, moves = cells.centre[:, h], cells.below >= 0
        kept = np.where(moves, chance.carry * np.sqrt(expected / cells.centre[cells.below, h - 1]), 0.0)
        news = self.scale * (self.enters + chance.own_moved**2 * expected)
        self.variance = kept**2 * self.variance[cells.below] + news
        self.carried = kept * self.carried[:, cells.below] + np.sqrt(news) * self._news("moved", year)
        here = self.scale * (chance.here + chance.own_here**2 * expected)
        here = np.maximum(here - ROUNDING / np.maximum(expected, 0.5), 0.25 * here)
        x = self.carried + np.sqrt(here) * self._news("here", year)
        centre = np.sqrt(expected) * np.exp(0.5 * log_force)
        pupils = np.maximum(centre + 0.5 * x, 0.0) ** 2 - 0.25 * (self.variance + here)
        return np.rint(np.clip(pupils, 0.0, MOST)).astype(np.int32)
