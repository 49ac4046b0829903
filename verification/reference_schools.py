"""Zones, seats, admission and classes of one draw in plain Python; see docs/science/admission.md and classes.md."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate

from sim.admission_rules import Rules, default_rules
from sim.arrays import IntArray
from sim.kernels_admission import FEEDER, NEAREST
from sim.model import Model
from sim.network import PlanNetwork, PlanProject, ZoneEdit
from verification.reference_chance import Stream, Whole, combine, even_split, key_of
from verification.reference_plans import changed, handed_on, runs
from verification.reference_shared import shared_seats

PSEUDO = ("~private", "~other_county", "~not_enrolled")
Attend = dict[tuple[int, int], list[int]]
"""Pupils by (home, school), a list over grades; schools beyond the real ones are the pseudo-schools."""


class Study:
    """The frozen model as plain Python: indices of homes, schools and grades, and the schools of every home."""

    def __init__(self, model: Model) -> None:
        layout, grades = model.layout, model.grades
        self.model = model
        self.cells, self.schools = len(layout.cells), len(layout.schools)
        self.grades = range(len(grades.names))
        self.stage_of = [int(stage) for stage in grades.stage_of]
        self.planned = [int(size) for size in grades.planned_size]
        self.names = [*layout.schools, *PSEUDO]
        # Slot of every school a home can attend, in the order of the layout.
        self.slot = [
            {int(school): slot for slot, school in enumerate(row) if school >= 0} for row in layout.slot_school
        ]

    def real(self, cell: int) -> list[int]:
        """Real schools of a home."""
        return [school for school in self.slot[cell] if school < self.schools]

    def hosts(self, school: int, grade: int) -> bool:
        """Whether a grade belongs to the span of a school."""
        return bool(self.model.hosts[school, grade])

    def stays(self, school: int, grade: int) -> bool:
        """Whether pupils of a grade stay in the school for the next: both are its own, or gained by some plan."""
        gains = self.model.gains
        own = self.hosts(school, grade) and self.hosts(school, grade + 1)
        return own or (gains is not None and bool(gains[school, grade]) and bool(gains[school, grade + 1]))

    def way(self, cell: int, school: int, grade: int) -> float:
        """Way from home to school, in what the travel limit of the stage measures."""
        return float(self.model.attendance.way[cell, self.slot[cell][school], self.stage_of[grade]])

    def empty(self) -> Attend:
        """Nobody anywhere."""
        return {(cell, school): [0 for _ in self.grades] for cell in range(self.cells) for school in self.slot[cell]}


@dataclass
class Network:
    """What is open in one year: rooms, grades that run, and by home and grade the zone split and the shares."""

    rooms: list[int]
    runs: list[list[bool]]
    planned: list[list[int]]  # [school][grade] planned class sizes of the plan
    factor: float  # on the planned size, at which the bureau diverts
    lists: IntArray  # [cell, stage, rank] slots to which a home may be diverted
    zone: dict[tuple[int, int], dict[int, float]] = field(default_factory=dict)
    shares: dict[tuple[int, int], dict[int, float]] = field(default_factory=dict)
    fed: dict[tuple[int, int], set[int]] = field(default_factory=dict)  # schools that those of the home feed

    def mine(self, cell: int, grade: int, school: int) -> bool:
        """Whether a school is of the zone of a home, or one that its schools feed."""
        return school in self.zone[cell, grade] or school in self.fed[cell, grade]

    def home(self, cell: int, grade: int) -> int | None:
        """The main school of the zone."""
        split = self.zone[cell, grade]
        return max(split, key=lambda school: split[school]) if split else None


def rooms_of_half(project: PlanProject, done: list[PlanProject], year: int, age: int) -> int:
    """Rooms of a building that passes between kindergarten and school: this ladder's part, by grades taught."""
    across = project.across
    assert across is not None
    every = across.rooms
    for one in done:
        if one.school == project.school and year <= one.until:
            every += one.whole_rooms
    rows = across.grades.tolist()
    below, above = rows[age] if age < len(rows) else rows[-1]
    young = (2 * every * below + below + above) // (2 * (below + above))  # rounded half up, in whole numbers
    return int(young if across.lower else every - young)


def network_of_year(
    study: Study, plan: PlanNetwork, opening: list[int], year: int, pull: float, private: float
) -> Network:
    """Projects that are open, then zones, then shares; pull and private: the future's factors on odds."""
    model, count = study.model, study.schools
    is_open = [bool(model.exists[school]) for school in range(count)]
    rooms = [int(model.rooms[school]) * is_open[school] for school in range(count)]
    done = [(project, start) for project, start in zip(plan.projects, opening, strict=True) if start <= year]
    for project, _ in done:
        if year <= project.until:
            rooms[project.school] += project.rooms
        if project.kind == "new_school":
            is_open[project.school] = True
    both = [[runs(study, done, school, grade, year) for grade in study.grades] for school in range(count)]
    for project, _ in done:
        if project.kind == "closure":
            is_open[project.school] = any(teaches for _, teaches in both[project.school])
    for project, start in done:
        if project.across is not None:
            rooms[project.school] = rooms_of_half(project, [one for one, _ in done], year, year - start)
    for measure in plan.temporary:
        if measure.first <= year <= measure.last:
            rooms[measure.school] += measure.rooms
    network = Network([n if is_open[s] else 0 for s, n in enumerate(rooms)], [], *_rules(study, plan, year))
    network.runs += [[admits for admits, _ in row] for row in both] + [[True for _ in study.grades] for _ in PSEUDO]
    for cell in range(study.cells):
        for grade in study.grades:
            network.zone[cell, grade] = _zone(study, network, plan, opening, (cell, grade, year))
            network.fed[cell, grade] = _fed(study, network, rules_in_force(study, plan), cell, grade)
            network.shares[cell, grade] = _shares(study, network, (cell, grade), pull, private)
    return network


def _rules(study: Study, plan: PlanNetwork, year: int) -> tuple[list[list[int]], float, IntArray]:
    """Class sizes by school and grade, diversion factor and diversion lists: the plan's own, else the study's."""
    policy, model = plan.policy, study.model
    if policy is None or year == model.base_year:
        return [list(study.planned) for _ in range(study.schools)], model.divert_at, model.attendance.divert
    sizes = policy.planned_size[year - model.base_year - 1]
    return [[int(size) for size in row] for row in sizes], policy.divert_at, policy.divert


def _zone(
    study: Study, network: Network, plan: PlanNetwork, opening: list[int], at: tuple[int, int, int]
) -> dict[int, float]:
    """Schools of the zone of a home in a grade, shares that sum to 1; empty where no school can be reached."""
    cell, grade, year = at
    attendance, stage = study.model.attendance, study.stage_of[grade]
    slots = {school: study.slot[cell][school] for school in study.real(cell)}
    split = {school: float(attendance.zone[cell, slot, stage]) for school, slot in slots.items()}
    changes: list[tuple[int, ZoneEdit]] = []
    closures: list[tuple[int, ZoneEdit]] = []
    for edit in plan.edits:
        start = opening[edit.project] if edit.project >= 0 else edit.from_year
        if start <= year and edit.stage == stage and cell in edit.cells:
            (closures if edit.closed >= 0 else changes).append((start, edit))
    for start, edit in sorted(changes, key=lambda change: change[0]):
        now = split
        split = changed(
            study, network, plan, edit, (cell, grade, year - start), split,
            lambda old=now: _usable(study, network, cell, grade, old),  # type: ignore[misc]
        )  # fmt: skip
    for _, edit in sorted(closures, key=lambda change: change[0]):
        split = handed_on(network, edit, grade, split)
    if rules_in_force(study, plan).rule[cell, stage] == NEAREST:
        by_slot = {slot: where for where, slot in study.slot[cell].items()}
        near = [by_slot[int(slot)] for slot in network.lists[cell, stage] if slot >= 0]
        split = next(({school: 1.0} for school in near if network.runs[school][grade]), split)
    return _usable(study, network, cell, grade, split)


def rules_in_force(study: Study, plan: PlanNetwork) -> Rules:
    """Rules of the plan, else of the study, else zones and migrant homes last."""
    own = plan.policy.rules if plan.policy is not None else None
    own = own if own is not None else study.model.rules
    return own if own is not None else default_rules(study.model.layout, len(study.model.grades.stages))


def _fed(study: Study, network: Network, rules: Rules, cell: int, grade: int) -> set[int]:
    """Schools that run the grade and that schools of the home feed, where its rule is that of feeders."""
    if rules.rule[cell, study.stage_of[grade]] != FEEDER:
        return set()
    fed = {int(rules.feeds[school]) for school in study.real(cell)} & set(study.slot[cell])
    return {school for school in fed if school >= 0 and network.runs[school][grade]}


def _usable(study: Study, network: Network, cell: int, grade: int, split: dict[int, float]) -> dict[int, float]:
    """Shares of the schools that admit to the grade, else the nearest; they sum to 1."""
    split = {school: part for school, part in split.items() if part > 0.0 and network.runs[school][grade]}
    if not split:
        split = _nearest(study, network, cell, grade)
    total = sum(split.values())
    return {school: part / total for school, part in split.items()}


def _nearest(study: Study, network: Network, cell: int, grade: int) -> dict[int, float]:
    """The nearest school of the base year that has the grade and is still open."""
    by_slot = {slot: school for school, slot in study.slot[cell].items()}
    near = [by_slot[int(slot)] for slot in study.model.attendance.near[cell, grade] if slot >= 0]
    return next(({school: 1.0} for school in near if network.runs[school][grade]), {})


def _shares(study: Study, network: Network, at: tuple[int, int], pull: float, private: float) -> dict[int, float]:
    """Where newcomers of a home apply in a grade."""
    cell, grade = at
    column = study.model.attendance.away[cell, :, study.stage_of[grade]]
    away = {school: float(column[slot]) for school, slot in study.slot[cell].items()}
    if study.model.layout.migrant[cell]:
        away = _other_private_odds(study, away, private)
    free = study.model.attendance.free
    if free is not None and bool(free[study.stage_of[grade]]):
        away = _as_rooms_changed(study, network, away, grade)
    pseudo = {school: part for school, part in away.items() if school >= study.schools}
    public = {school: part for school, part in away.items() if school < study.schools}
    rest, outside = min(max(1.0 - sum(pseudo.values()), 0.0), 1.0), sum(public.values())
    target = outside
    if rest - outside > 1e-12:
        odds = outside / (rest - outside) * pull
        target = rest * odds / (1.0 + odds)
    factor = target / outside if outside > 0.0 else 1.0
    public = {school: part * factor * network.runs[school][grade] for school, part in public.items()}
    inside = min(max(rest - sum(public.values()), 0.0), 1.0)
    for school, part in network.zone[cell, grade].items():
        public[school] += part * inside
    shares = public | pseudo
    total = sum(shares.values())
    if total <= 0.0:
        return {school: float(study.names[school] == "~other_county") for school in shares}
    return {school: part / total for school, part in shares.items()}


def _as_rooms_changed(study: Study, network: Network, away: dict[int, float], grade: int) -> dict[int, float]:
    """Shares of a stage without zones, as rooms change: a new school has the share of its rooms in those of today."""
    then = [int(study.model.rooms[s]) if study.model.exists[s] else 0 for s in range(study.schools)]
    total = sum(rooms for school, rooms in enumerate(then) if study.hosts(school, grade))
    whole, out = sum(away.values()), dict(away)
    for school in (one for one in away if one < study.schools):
        if then[school] > 0:
            out[school] = away[school] * network.rooms[school] / then[school]
        elif study.hosts(school, grade):
            out[school] = away[school] + network.rooms[school] / max(total, 1) * whole
    return out


def _other_private_odds(study: Study, away: dict[int, float], factor: float) -> dict[int, float]:
    """Shares of attending away from the zone when the odds of a private against a public school are other ones."""
    private = study.schools + PSEUDO.index("~private")
    here = 1.0 - sum(part for school, part in away.items() if school >= study.schools and school != private)
    public = here - away[private]
    if factor == 1.0 or away[private] <= 0.0 or public <= 0.0:
        return away
    odds = away[private] / public * factor
    after = here / (1.0 + odds)
    out = {school: part * after / public if school < study.schools else part for school, part in away.items()}
    return out | {private: here - after}


@dataclass
class Admission:
    """One admission round of one draw."""

    study: Study
    network: Network
    stay: list[list[int]]  # [school][grade]
    applying: Attend
    diverted: list[int]  # [school]

    def __post_init__(self) -> None:
        self.rows: dict[int, list[list[int]]] = {}
        for (_, school), row in self.applying.items():
            self.rows.setdefault(school, []).append(row)

    def applied(self, school: int, grade: int) -> int:
        """Newcomers who apply to a school."""
        return sum(row[grade] for row in self.rows.get(school, []))

    def free(self, school: int) -> list[float]:
        """Seats for newcomers by grade: room in the classes of those who stay, then rooms left, lowest grade first.

        A grade that nobody stays in gets at least its fair share of the rooms.
        """
        study, factor = self.study, self.network.factor
        if factor == float("inf"):
            return [float("inf") for _ in study.grades]
        size = [int(planned * factor + 1e-9) for planned in self.network.planned[school]]
        model, asking = study.model, [self.applied(school, grade) for grade in study.grades]
        composite = None if model.formation is None else model.formation.composite
        if composite is not None and composite.schools[school]:
            rooms = int(self.network.rooms[school])
            return list(map(float, shared_seats(model, school, self.stay[school], asking, rooms, size, factor)))
        classes = [-(-n // s) for n, s in zip(self.stay[school], size, strict=True)]
        slack = [k * s - n for n, k, s in zip(self.stay[school], classes, size, strict=True)]
        left = max(self.network.rooms[school] - sum(classes), 0)
        want = asking
        taught = sum(stay + new > 0 for stay, new in zip(self.stay[school], want, strict=True))
        fair = self.network.rooms[school] // max(taught, 1)
        given, granted = [], left
        for grade in study.grades:
            need = -(-max(want[grade] - slack[grade], 0) // size[grade])
            at_least = min(need, fair) if self.stay[school][grade] == 0 else 0
            given.append(max(min(need, max(granted, 0)), at_least))
            granted -= need
        left = max(left - sum(given), 0)
        return [slack[g] + (given[g] + left) * size[g] for g in study.grades]

    def beyond(self, school: int) -> list[int]:
        """Newcomers without a planned seat by grade."""
        free = self.free(school)
        return [int(max(self.applied(school, g) - free[g], 0)) for g in self.study.grades]

    def return_to_zone(self, lottery: dict[tuple[int, int], float]) -> None:
        """Applicants from other zones beyond the seats return to the school of their own zone, all schools at once."""
        excess = [self.beyond(school) for school in range(self.study.schools)]
        before = {pair: list(row) for pair, row in self.applying.items()}
        for (school, grade), u in lottery.items():
            foreign = []
            for cell in range(self.study.cells):
                home = self.network.home(cell, grade) if (cell, school) in before else None
                if home is not None and not self.network.mine(cell, grade, school):
                    foreign.append((cell, home, before[cell, school][grade]))
            refused = min(excess[school][grade], sum(n for _, _, n in foreign))
            parts = even_split(refused, [float(n) for _, _, n in foreign], u)
            for (cell, home, _), part in zip(foreign, parts, strict=True):
                self.applying[cell, school][grade] -= part
                self.applying[cell, home][grade] += part


def apply(study: Study, network: Network, world: "Applicants", pools: Iterable["Pool"]) -> Attend:
    """Applications of all pools: first to the pseudo-schools, then to real ones by their attractiveness."""
    applying = study.empty()
    for pool in pools:
        for (cell, grade), count in pool.count.items():
            shares = network.shares[cell, grade]
            if pool.public_only:
                public = {school: part if school < study.schools else 0.0 for school, part in shares.items()}
                if sum(public.values()) <= 0.0:
                    public = {school: float(network.mine(cell, grade, school)) for school in public}
                shares = public if sum(public.values()) > 0.0 else shares
            pseudo = [school for school in shares if school >= study.schools]
            real = [school for school in shares if school < study.schools]
            weight = {school: shares[school] * world.trait[school] for school in real}
            whole, open_to = sum(weight.values()), sum(shares[school] for school in real)
            where = [*pseudo, *real]
            parts = [shares[s] for s in pseudo] + [weight[s] * open_to / whole if whole > 0.0 else 0.0 for s in real]
            parts = [part / sum(parts) for part in parts]
            u = [world.number(pool.stream, cell, grade, study.names[school]) for school in where]
            for school, n in zip(where, world.whole.multinomial(count, parts, u), strict=True):
                applying[cell, school][grade] += n
    return applying


@dataclass(frozen=True)
class Pool:
    """Children who apply: newcomers to all schools of their home, pupils who change school to public ones."""

    stream: str
    count: dict[tuple[int, int], int]
    public_only: bool


@dataclass(frozen=True)
class Applicants:
    """What chance decides in an admission round."""

    stream: Stream
    year: int
    study: Study
    whole: Whole
    trait: list[float]

    def number(self, name: str, cell: int, grade: int, school: str) -> float:
        """Uniform number of (home, entry year of the cohort, school)."""
        key = key_of(f"{self.study.model.layout.cells[cell]}>{school}")
        return self.stream.uniform(name, self.year, combine(key, self.year - grade))

    def lottery(self, name: str = "admission/lottery") -> dict[tuple[int, int], float]:
        """Uniform number of (school, grade): by default for those who return to their zone."""
        names = self.study.model.layout.schools
        return {
            (s, g): self.stream.uniform(name, self.year, combine(key_of(school), g))
            for s, school in enumerate(names)
            for g in self.study.grades
        }


def form_classes(rolls: list[int], rooms: int, planned: list[int]) -> list[int]:
    """Classes by grade: planned sizes if the rooms allow, else the smallest common crowding factor that does.

    All factors at which the number of classes can change are tried, as exact fractions.
    """
    if sum(n > 0 for n in rolls) > rooms:
        return [int(n > 0) for n in rolls]
    fills = {Fraction(n, k * p) for n, p in zip(rolls, planned, strict=True) if n for k in range(1, rooms + 1)}
    for factor in sorted({Fraction(1)} | {fill for fill in fills if fill > 1}):
        classes = [-(-n // (p * factor)) for n, p in zip(rolls, planned, strict=True)]
        if list(accumulate(classes))[-1] <= rooms:
            return [int(k) for k in classes]
    raise AssertionError("one class for each grade fits")
