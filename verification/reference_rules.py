"""Rules of admission of one draw in plain Python: lots, nearest schools child by child, feeders, classes of priority.

Deferred acceptance is written as Gale and Shapley tell it, one child after the other, not in groups as the engine does.
"""

from dataclasses import dataclass, field

from sim.admission_rules import Rules
from sim.kernels_admission import FEEDER, LOTTERY, NEAREST
from verification.reference_chance import even_split, key_of
from verification.reference_schools import Admission, Attend, Study

Event = tuple[int, int, int, int, str]
"""Home, grade, school without a seat, school joined (-1: none), reason."""


@dataclass(frozen=True)
class Lots:
    """What chance decides."""

    back: dict[tuple[int, int], float]  # (school, grade)
    lots: dict[tuple[int, int], float]  # (school, grade)
    ranks: dict[tuple[int, int], float]  # (home, grade)


@dataclass
class Round:
    """One admission round by rules."""

    admission: Admission
    rules: Rules
    luck: Lots
    events: dict[Event, int] = field(default_factory=dict)
    left: dict[tuple[int, int], int] = field(default_factory=dict)  # (home, grade) at the school of the home

    def run(self) -> None:
        """All steps."""
        self.admission.return_to_zone(self.luck.back)
        for school in range(self.study.schools):
            for grade in self.study.grades:
                self.draw_lots(school, grade)
        for grade in self.study.grades:
            self.nearest(grade)
        self.divert()

    @property
    def study(self) -> Study:
        """The study."""
        return self.admission.study

    def rule(self, cell: int, grade: int) -> int:
        """Rule of a home."""
        return int(self.rules.rule[cell, self.study.stage_of[grade]])

    def classes(self, cell: int, grade: int, count: int) -> list[int]:
        """Children of a home by class of priority: an even selection."""
        ends = [float(end) for end in self.rules.ranks[cell]]
        u = self.luck.ranks.get((cell, grade), 0.0)
        edges = [count if end >= 1.0 else int(min(end * count + u, count)) for end in ends]
        return [b - a for a, b in zip([0, *edges], edges, strict=False)]

    def room(self, school: int, grade: int) -> int:
        """Free seats less applicants."""
        return int(self.admission.free(school)[grade]) - self.admission.applied(school, grade)

    def move(self, at: tuple[int, int], way: tuple[int, int], count: int, reason: str) -> None:
        """Children of a (home, grade) from one school to another."""
        (cell, grade), (here, there) = at, way
        self.admission.applying[cell, here][grade] -= count
        self.admission.applying[cell, there][grade] += count
        self.note((cell, grade, here, there, reason), count)

    def note(self, event: Event, count: int) -> None:
        """Add children to an event."""
        if count:
            self.events[event] = self.events.get(event, 0) + count

    def draw_lots(self, school: int, grade: int) -> None:
        """Who loses goes to the other schools of the zone with free seats, in the order of schools."""
        study, network, applying = self.study, self.admission.network, self.admission.applying
        drawn = [
            cell
            for cell in range(study.cells)
            if school in study.slot[cell] and self.rule(cell, grade) == LOTTERY and network.mine(cell, grade, school)
        ]
        over = min(-self.room(school, grade), sum(applying[cell, school][grade] for cell in drawn))
        if over <= 0:
            return
        u = self.luck.lots[school, grade]
        lost = even_split(over, [float(applying[cell, school][grade]) for cell in drawn], u)
        for other in range(study.schools):
            if other == school or not network.runs[other][grade]:
                continue
            want = [
                n if other in study.slot[cell] and network.mine(cell, grade, other) else 0
                for cell, n in zip(drawn, lost, strict=True)
            ]
            part = even_split(min(max(self.room(other, grade), 0), sum(want)), [float(n) for n in want], u)
            for at, (cell, n) in enumerate(zip(drawn, part, strict=True)):
                if n:
                    self.move((cell, grade), (school, other), n, "lottery")
                    lost[at] -= n

    def listed(self, cell: int, grade: int) -> list[int]:
        """Schools of the list of a home that run the grade, near first."""
        by_slot = {slot: where for where, slot in self.study.slot[cell].items()}
        network = self.admission.network
        schools = [by_slot[int(slot)] for slot in network.lists[cell, self.study.stage_of[grade]] if slot >= 0]
        return [school for school in schools if network.runs[school][grade]]

    def order(self, cell: int, school: int, grade: int) -> tuple[float, int]:
        """Place of a home among those of one class: who goes first has the lowest."""
        layout = self.study.model.layout
        key = key_of(f"{layout.cells[cell]}>{layout.schools[school]}")
        return (-self.study.way(cell, school, grade), key)

    def nearest(self, grade: int) -> None:
        """Deferred acceptance, child by child: a child asks, the school keeps the best it has seats for."""
        study, admission = self.study, self.admission
        asking: list[tuple[int, int, int]] = []  # (home, class, place in the list)
        first = [0] * study.schools
        for cell in range(study.cells):
            home = admission.network.home(cell, grade)
            listed = self.listed(cell, grade)
            if self.rule(cell, grade) != NEAREST or home not in listed:
                continue
            count = admission.applying[cell, home][grade]
            first[home] += count
            for rank, n in enumerate(self.classes(cell, grade, count)):
                asking += [(cell, rank, listed.index(home))] * n
        seats = [max(self.room(s, grade) + first[s], 0) if first[s] or asking else 0 for s in range(study.schools)]
        kept: list[list[tuple[int, int, int]]] = [[] for _ in range(study.schools)]
        nowhere: list[int] = []
        while asking:
            child = asking.pop()
            cell, rank, place = child
            listed = self.listed(cell, grade)
            if place >= len(listed):
                nowhere.append(cell)
                continue
            school = listed[place]
            kept[school].append(child)
            if len(kept[school]) > seats[school]:
                out = min(kept[school], key=lambda one, at=school: (-one[1], self.order(one[0], at, grade)))  # type: ignore[misc]
                kept[school].remove(out)
                asking.append((out[0], out[1], out[2] + 1))
        for school, children in enumerate(kept):
            for cell, _, _ in children:
                home = admission.network.home(cell, grade)
                if home is not None and school != home:
                    self.move((cell, grade), (home, school), 1, "diverted")
                    admission.diverted[school] += 1
        for cell in nowhere:
            self.left[cell, grade] = self.left.get((cell, grade), 0) + 1

    def divert(self) -> None:
        """Those beyond the seats, last in priority first, go to the nearest free seats of their list."""
        study = self.study
        excess = [self.admission.beyond(school) for school in range(study.schools)]
        for school, beyond in enumerate(excess):
            for grade, over in enumerate(beyond):
                stay = sum(self.staying(cell, school, grade) for cell in range(study.cells))
                if over > stay:
                    self._divert(school, grade, over - stay)

    def staying(self, cell: int, school: int, grade: int) -> int:
        """Children whom the nearest schools could not take, at the school of their home."""
        return self.left.get((cell, grade), 0) if self.admission.network.home(cell, grade) == school else 0

    def last_first(self, school: int, grade: int) -> list[int]:
        """Homes of a school, far first."""
        homes = [cell for cell in range(self.study.cells) if school in self.study.slot[cell]]
        return sorted(homes, key=lambda cell: self.order(cell, school, grade))

    def _divert(self, school: int, grade: int, must_go: int) -> None:
        applying, homes = self.admission.applying, self.last_first(school, grade)
        homes = [cell for cell in homes if self.rule(cell, grade) != NEAREST]
        children = {cell: self.classes(cell, grade, applying[cell, school][grade]) for cell in homes}
        for rank in reversed(range(self.rules.ranks.shape[1])):
            for cell in homes:
                here = min(children[cell][rank], must_go)
                for other in self.listed(cell, grade):
                    take = min(here, max(self.room(other, grade), 0)) if other != school else 0
                    if take:
                        self.move((cell, grade), (school, other), take, "diverted")
                        self.admission.diverted[other] += take
                        here, must_go = here - take, must_go - take

    def beyond(self, sends: bool) -> None:
        """Note who has no seat and why; where nobody is sent on, seats are those of the planned size."""
        for school in range(self.study.schools):
            for grade, over in enumerate(self.admission.beyond(school)):
                homes, groups = self.last_first(school, grade), []
                applied = {cell: self.admission.applying[cell, school][grade] for cell in homes}
                first = {cell: self.staying(cell, school, grade) for cell in homes}
                groups += [(cell, first[cell]) for cell in homes]
                rest = {cell: self.classes(cell, grade, max(applied[cell] - first[cell], 0)) for cell in homes}
                for rank in reversed(range(self.rules.ranks.shape[1])):
                    groups += [(cell, rest[cell][rank]) for cell in homes]
                for cell, n in groups:
                    here = min(n, over)
                    others = [other for other in self.listed(cell, grade) if other != school]
                    why = ("no_seat" if others else "no_school") if sends else "off"
                    self.note((cell, grade, school, -1, why), here)
                    over -= here


def feed(
    study: Study,
    rules: Rules,
    runs: list[list[bool]],
    pupils: Attend,
    pools: tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]],
    number: dict[tuple[int, int], float],
) -> Attend:
    """Leavers apply at the school that theirs feeds; pools: looking for a school by (home, grade), before and after
    schools close; the second gets less.
    """
    natural, changing = pools
    fed = study.empty()
    for (cell, grade), count in natural.items():
        n = min(count, changing.get((cell, grade), 0))
        if grade == 0 or n == 0 or rules.rule[cell, study.stage_of[grade]] != FEEDER:
            continue
        by_slot = sorted(study.real(cell), key=lambda school: study.slot[cell][school])
        ends = [s for s in by_slot if study.model.hosts[s, grade - 1] and not study.model.hosts[s, grade]]
        parts = even_split(n, [float(pupils[cell, s][grade - 1]) for s in ends], number[cell, grade])
        for school, part in zip(ends, parts, strict=True):
            target = int(rules.feeds[school])
            if target >= 0 and runs[target][grade] and target in study.slot[cell]:
                fed[cell, target][grade] += part
                changing[cell, grade] -= part
    return fed
