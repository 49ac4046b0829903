"""The reference world of one draw in plain Python: school by school, so that each holds what was forecast.

Written from the equations of docs/science/reference-world.md; the forecast itself (pupils by school, grade and year of
the draw) is an input.
"""

import math
from dataclasses import dataclass, field

from verification.reference_chance import Stream, Whole, combine, even_split, key_of
from verification.reference_schools import Attend, Network, Study
from verification.reference_young import Young


@dataclass
class Guide:
    """One year of the reference world."""

    before: Attend
    kept: Attend
    placed: Attend
    reaching: list[int]  # [home] children who reach school
    ratio: list[float]  # [grade]
    shares: dict[tuple[int, int], dict[int, float]] = field(default_factory=dict)


def public(study: Study, shares: dict[int, float]) -> dict[int, float]:
    """Shares among public schools alone; as they are where none is left."""
    total = sum(part for school, part in shares.items() if school < study.schools)
    if total <= 0.0:
        return shares
    return {school: part / total if school < study.schools else 0.0 for school, part in shares.items()}


class World:
    """Walks the reference world."""

    def __init__(self, study: Study, stream: Stream, network: Network, rolls: list[list[list[int]]]) -> None:
        model = study.model
        self.study, self.stream, self.network, self.rolls = study, stream, network, rolls
        self.whole = Whole(model.rounded)
        self.young = Young(model, stream, [float(x) for x in model.outlook.births_index])
        self.gross = 0.0 if model.rounded else model.outlook.gross

    def begin(self, residents: list[list[int]], waiting: list[int], pupils: Attend) -> None:
        """The base year."""
        self.stock = ([list(row) for row in residents], list(waiting))
        self.pupils = {pair: list(row) for pair, row in pupils.items()}
        self.autumn, _ = self.young.births(self.study.model.base_year)

    def step(self, year: int) -> Guide:
        """One year on."""
        study = self.study
        autumn, rest = self.young.births(year)
        newborns = [a + r for a, r in zip(self.autumn, rest, strict=True)]
        residents, waiting, reaching, _ = self.young.grow_up(self.stock, newborns, year)
        reaching[-1] += self.young.inbound(year)
        kept, placed = study.empty(), study.empty()
        looking = self._looking(reaching, placed, year)
        for school in range(study.schools):
            homes = [cell for cell in range(study.cells) if school in study.slot[cell]]
            for grade in study.grades:
                wanted = self.rolls[year - study.model.base_year - 1][school][grade]
                stay, came = self._fill(school, grade, homes, looking, wanted, year)
                for cell, a, b in zip(homes, stay, came, strict=True):
                    kept[cell, school][grade], placed[cell, school][grade] = a, b
        guide = Guide(self.pupils, kept, placed, reaching, [], self.network.shares)
        guide.ratio = self._ratios(guide)
        after = study.empty()
        for (cell, school), row in after.items():
            for grade in study.grades:
                row[grade] = kept[cell, school][grade] + placed[cell, school][grade]
                if school >= study.schools and grade > 0:
                    row[grade] = self.pupils[cell, school][grade - 1]
        self.pupils, self.stock, self.autumn = after, (residents, waiting), autumn
        return guide

    def _looking(self, reaching: list[int], placed: Attend, year: int) -> dict[tuple[int, int], int]:
        """Who looks for a public school; entrants at the pseudo-schools are placed at once."""
        study, looking = self.study, {}
        for cell in range(study.cells):
            shares = self.network.shares[cell, 0]
            outside = [school for school in shares if school >= study.schools]
            inside = sum(part for school, part in shares.items() if school < study.schools)
            names = [*(study.names[school] for school in outside)]
            cohort = year
            u = [self._number("admission/choice", year, cell, name, cohort) for name in names]
            # The public schools are chosen together, after the others: no number of their own is needed.
            parts = self.whole.multinomial(reaching[cell], [*(shares[s] for s in outside), inside], [*u, 0.5])
            for school, n in zip(outside, parts, strict=False):
                placed[cell, school][0] = n
            looking[cell, 0] = parts[-1]
            for grade in study.grades[1:]:
                looking[cell, grade] = sum(
                    self.pupils[cell, school][grade - 1]
                    for school in study.real(cell)
                    if not (study.hosts(school, grade) and study.hosts(school, grade - 1))
                )
        return looking

    def _number(self, name: str, year: int, cell: int, school: str, cohort: int) -> float:
        key = key_of(f"{self.study.model.layout.cells[cell]}>{school}")
        return self.stream.uniform(name, year, combine(key, cohort))

    def _fill(
        self, school: int, grade: int, homes: list[int], looking: dict[tuple[int, int], int], wanted: int, year: int
    ) -> tuple[list[int], list[int]]:
        """Pupils of a school and grade by home: who stays (and joins them), who looked for a school and found it."""
        study, name = self.study, self.study.names[school]
        inside = grade > 0 and study.hosts(school, grade) and study.hosts(school, grade - 1)
        stay = [0 for _ in homes]
        if inside:
            for k, cell in enumerate(homes):
                stay[k] = self.pupils[cell, school][grade - 1]
                if not self.whole.rounded and self.gross > 0.0:
                    u = self._number("reference/leave", year, cell, name, year - (grade - 1))
                    stay[k] -= self.whole.binomial(stay[k], self.gross, u)
        weight = [public(study, self.network.shares[c, grade])[school] * looking[c, grade] for c in homes]
        u = self.stream.uniform("reference/which", year, combine(key_of(name), grade))
        if sum(stay) > wanted:
            gone = even_split(sum(stay) - wanted, [float(n) for n in stay], u)
            stay = [n - out for n, out in zip(stay, gone, strict=True)]
        here, asked = sum(stay), sum(weight)
        missing = among = wanted - here
        usual = self.gross * here if inside and not self.whole.rounded else 0.0
        if inside and asked + usual > 0.0:
            among = math.floor(missing * asked / (asked + usual) + u)
        elif inside and here > 0:
            among = 0
        joined = even_split(missing - among, [float(n) for n in stay], u)
        stay = [n + new for n, new in zip(stay, joined, strict=True)]
        if asked <= 0.0:
            weight = [self._ready(cell, school) for cell in homes]
        if self.whole.rounded:
            return stay, even_split(among, weight, u)
        numbers = [self._number("reference/home", year, cell, name, year - grade) for cell in homes]
        return stay, self.whole.multinomial(among, weight, numbers)

    def _ready(self, cell: int, school: int) -> float:
        """What stands in where nobody looks for a school: shares over the grades, and the pupils of the base year."""
        study = self.study
        shares = sum(public(study, self.network.shares[cell, grade])[school] for grade in study.grades)
        return shares + sum(int(n) for n in study.model.pupils[cell, study.slot[cell][school]])

    def _ratios(self, guide: Guide) -> list[float]:
        """Pupils of the county after / before by grade; first graders / children who reach school."""
        study, out = self.study, []
        for grade in study.grades:
            found = 0
            before = sum(guide.reaching) if grade == 0 else 0
            for cell, school in guide.before:
                if grade == 0 or school < study.schools:
                    found += guide.kept[cell, school][grade] + guide.placed[cell, school][grade]
                if grade > 0 and school < study.schools:
                    before += guide.before[cell, school][grade - 1]
            out.append(found / before if before > 0 else 1.0)
        return out
