"""The plain reference of the simulation: one draw, loops over homes, grades and schools, written for clarity.

It follows docs/science and the equations in the docstrings of `sim`, not the arrays of the engine, which is held to
it number for number (tests/sim/test_reference.py).  Input: the frozen model, the rates of a future, the network of a
plan and the opening year of each project in this draw.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from sim.futures import FutureRates
from sim.model import Model
from sim.network import PlanNetwork
from verification.reference_chance import Stream, Whole, combine, even_split, key_of
from verification.reference_estimated import draw_withheld, young_of_draw
from verification.reference_moves import Going, Movers, move
from verification.reference_schools import (
    Admission,
    Applicants,
    Attend,
    Pool,
    Study,
    apply,
    form_classes,
    network_of_year,
)


@dataclass
class Outcome:
    """What one draw leaves behind, by year and school (real schools in the order of the layout) and by home."""

    rolls: list[list[list[int]]] = field(default_factory=list)  # [year][school][grade]
    classes: list[list[list[int]]] = field(default_factory=list)
    beyond: list[list[int]] = field(default_factory=list)
    diverted: list[list[int]] = field(default_factory=list)
    flows: list[dict[str, int]] = field(default_factory=list)
    residents: list[list[int]] = field(default_factory=list)  # [year][home] below school age
    entrants: list[list[int]] = field(default_factory=list)


@dataclass
class Stock:
    """Children on 1 September."""

    residents: list[list[int]]  # [home][age]
    waiting: list[int]  # [home]
    autumn: list[int]  # [home] born since 1 September of the last year
    pupils: Attend


@dataclass
class Forces:
    """The slow random forces of one draw, walked year by year."""

    county: float = 0.0
    zone: list[float] = field(default_factory=list)
    unit: list[float] = field(default_factory=list)
    trait: list[float] = field(default_factory=list)


def leaving_share(ratio: float, phi: float) -> float:
    """Share q of leavers so that N - Bin(N, q) + Poisson((ratio - 1 + q) N) has mean ratio N and variance phi N."""
    return max(1 - math.sqrt(min(max(ratio - phi, 0.0), 1.0)), 1 - ratio, 0.0)


class Reference:
    """One draw of one case."""

    def __init__(
        self, model: Model, rates: FutureRates, plan: PlanNetwork, opening: Sequence[int], stream: Stream
    ) -> None:
        self.model, self.rates, self.plan, self.stream = model, rates, plan, stream
        self.opening = [int(year) for year in opening]
        self.study, self.whole = Study(model), Whole(model.rounded)
        layout = model.layout
        self.names, self.homes = list(layout.cells), range(len(layout.cells))
        self.key = [key_of(name) for name in self.names]
        spread = model.spread
        z = stream.normal("pace", 0, key_of("county"))
        self.pace = math.exp(spread.pace * z - spread.pace**2 / 2)
        self.lasting = [
            spread.unit_lasting * stream.normal("progression/unit", 0, key_of(name.split("|")[0]))
            for name in self.names
        ]
        self.forces = Forces(zone=[0.0 for _ in layout.clusters], unit=[0.0 for _ in self.homes], trait=[0.0 for _ in layout.schools])

    def run(self) -> Outcome:
        """All years."""
        model, outcome = self.model, Outcome()
        pupils = self.study.empty()
        for (cell, school), row in pupils.items():
            row[:] = [int(n) for n in model.pupils[cell, self.study.slot[cell][school]]]
        residents = [[int(n) for n in row] for row in model.residents]
        waiting = [int(n) for n in model.waiting]
        if model.estimated is not None:
            residents, waiting = young_of_draw(model, self.stream)
            draw_withheld(model, self.stream, pupils)
        autumn, _ = self.births(model.base_year)
        stock = Stock(residents, waiting, autumn, pupils)
        for year in model.years:
            stock = self.year(stock, year, outcome)
        return outcome

    def number(self, name: str, year: int, cell: int, age: int | None = None) -> float:
        """Uniform number of a home, or of a home and the birth school year of those of an age a year before."""
        key = self.key[cell] if age is None else combine(self.key[cell], year - 2 - age)
        return self.stream.uniform(name, year, key)

    def births(self, year: int) -> tuple[list[int], list[int]]:
        """Births of a calendar year by home: September-December, January-August."""
        births, forces, i = self.model.births, self.forces, year - self.model.base_year
        if i > 0:
            forces.county = self._ar1(forces.county, births.county_sd, "births/county", year, key_of("county"))
            forces.zone = [
                self._ar1(value, births.zone_sd, "births/zone", year, key_of(name))
                for name, value in zip(self.model.layout.clusters, forces.zone, strict=True)
            ]
            forces.unit = [
                self._ar1(forces.unit[c], births.unit_sd, "births/unit", year, self.key[c]) for c in self.homes
            ]
        variance = births.county_sd**2 + births.zone_sd**2 + births.unit_sd**2
        autumn, rest = [], []
        for cell in self.homes:
            u, known = self.number("births", year, cell), float(births.known[cell, i])
            if math.isnan(known):
                zone = forces.zone[self.model.layout.cluster_of[cell]]
                log = forces.county + zone + forces.unit[cell] - variance / 2
                expected = float(births.level[cell]) * float(self.rates.births_index[i]) * math.exp(log)
                born = self.whole.poisson(expected, u)
            else:
                born = math.floor(known + u)
            autumn.append(self.whole.binomial(born, births.autumn_share, self.number("births/autumn", year, cell)))
            rest.append(born - autumn[-1])
        return autumn, rest

    def _ar1(self, state: float, sd: float, name: str, year: int, key: int) -> float:
        rho = self.model.births.rho
        return rho * state + sd * math.sqrt(1 - rho**2) * self.stream.normal(name, year, key)

    def level(self, year: int) -> list[float]:
        """Factor on the progression ratios of every home: county, cluster and lasting unit shocks."""
        spread, layout = self.model.spread, self.model.layout
        county = spread.county_year * self.stream.normal("progression/county", year, key_of("county"))
        cluster = [
            spread.cluster_year * self.stream.normal("progression/cluster", year, key_of(c)) for c in layout.clusters
        ]
        half = (spread.county_year**2 + spread.cluster_year**2 + spread.unit_lasting**2) / 2
        return [math.exp(county + cluster[layout.cluster_of[c]] + self.lasting[c] - half) for c in self.homes]

    def year(self, stock: Stock, year: int, outcome: Outcome) -> Stock:
        """One simulated year, in the order of the documentation."""
        study, model = self.study, self.model
        flows = dict.fromkeys(
            ("born", "died", "left", "arrived", "inbound", "moved_in", "moved_out", "moved_within", "graduated"), 0
        )
        pull = float(self.rates.pull[year - model.base_year])
        network = network_of_year(study, self.plan, self.opening, year, pull)
        autumn, rest = self.births(year)
        newborns = [a + r for a, r in zip(stock.autumn, rest, strict=True)]
        flows["born"] = sum(newborns)
        going = self.moves(stock, year)
        self.take(stock, going, year)
        residents, waiting, entrants = self.grow_up(stock, newborns, year, flows)
        first = self.enter(entrants, year, flows)
        staying, changing = self.move_up(stock.pupils, year, flows)
        self.release(staying, changing, year)
        newcomers = {(cell, 0): n for cell, n in enumerate(first)}
        if going is not None:
            self.settle(going, residents, newcomers)
            flows |= {"moved_in": going.moved_in, "moved_out": going.moved_out, "moved_within": going.within}
            outcome_first = [newcomers[cell, 0] for cell in self.homes]
        else:
            outcome_first = first
        pools = [Pool("admission/choice", newcomers, False), Pool("admission/change", changing, True)]
        trait = [self._trait(school, year) for school in range(study.schools)]
        world = Applicants(self.stream, year, study, self.whole, trait)
        stay = [
            [sum(row[g] for (_, where), row in staying.items() if where == s) for g in study.grades]
            for s in range(study.schools)
        ]
        admission = Admission(study, network, stay, apply(study, network, world, pools), [0] * study.schools)
        if math.isfinite(model.divert_at):
            admission.return_to_zone(world.lottery())
            admission.divert()
        rolls = [[n + admission.applied(s, g) for g, n in enumerate(stay[s])] for s in range(study.schools)]
        outcome.rolls.append(rolls)
        outcome.classes.append([form_classes(rolls[s], network.rooms[s], study.planned) for s in range(study.schools)])
        outcome.beyond.append([sum(admission.beyond(s)) for s in range(study.schools)])
        outcome.diverted.append(admission.diverted)
        outcome.flows.append(flows)
        outcome.residents.append([sum(residents[c]) + waiting[c] for c in self.homes])
        outcome.entrants.append(outcome_first)
        together = {
            pair: [a + b for a, b in zip(row, admission.applying[pair], strict=True)] for pair, row in staying.items()
        }
        return Stock(residents, waiting, autumn, together)

    def _trait(self, school: int, year: int) -> float:
        """Attractiveness: a random walk on the log scale, one step a year."""
        step = self.stream.normal("school/trait", year, key_of(self.model.layout.schools[school]))
        self.forces.trait[school] += self.model.spread.school_trait * step
        return math.exp(self.forces.trait[school])

    def moves(self, stock: Stock, year: int) -> Going | None:
        """Moves beyond the reference future, none if the future adds none."""
        i, ages = year - self.model.base_year, self.model.grades.entry_age
        if not self.rates.moves(i):
            return None
        have = [
            [
                *stock.residents[cell],
                *(sum(stock.pupils[cell, s][g] for s in self.study.slot[cell]) for g in self.study.grades),
            ]
            for cell in self.homes
        ]

        def number(name: str, cell: int, age: int) -> float:
            return self.number(name if age < ages else name + "/pupils", year, cell, age)

        def lot(estate: str) -> float:
            return self.stream.uniform("housing/delivery", 0, key_of(estate))

        return move(Movers(self.model, self.rates, i, self.pace, self.whole, number, lot), have)

    def take(self, stock: Stock, going: Going | None, year: int) -> None:
        """Those who move away leave the stocks, pupils evenly from the schools of the home."""
        ages = self.model.grades.entry_age
        if going is None:
            return
        for cell in self.homes:
            stock.residents[cell] = [n - going.gone[cell][a] for a, n in enumerate(stock.residents[cell])]
            schools = list(self.study.slot[cell])
            for grade in self.study.grades:
                have = [stock.pupils[cell, s][grade] for s in schools]
                u = self.number("moves/which", year, cell, ages + grade)
                parts = even_split(going.gone[cell][ages + grade], [float(n) for n in have], u)
                for school, n, part in zip(schools, have, parts, strict=True):
                    stock.pupils[cell, school][grade] = n - part

    def settle(self, going: Going, residents: list[list[int]], newcomers: dict[tuple[int, int], int]) -> None:
        """Those who arrive are a year older now: below school age residents, else newcomers to schools."""
        ages = self.model.grades.entry_age
        for cell in self.homes:
            for age, n in enumerate(going.arriving[cell][:-1]):
                if age + 1 < ages:
                    residents[cell][age + 1] += n
                else:
                    at = (cell, age + 1 - ages)
                    newcomers[at] = newcomers.get(at, 0) + n

    def grow_up(
        self, stock: Stock, newborns: list[int], year: int, flows: dict[str, int]
    ) -> tuple[list[list[int]], list[int], list[int]]:
        """Ageing and survival: residents a year older, those who wait a year, entrants."""
        model, ages = self.model, range(self.model.grades.entry_age)
        survival = model.survival if isinstance(model.survival, tuple) else [model.survival for _ in ages]
        loss = [1.0 - survival[age] for age in ages]
        hold = 1.0 - float(model.entry_share[year - model.base_year])
        residents, waiting, entrants = [], [], []
        for cell in self.homes:
            alive = []
            for age, n in enumerate(stock.residents[cell]):
                alive.append(n - self.whole.binomial(n, loss[age], self.number("survival", year, cell, age)))
            late = stock.waiting[cell]
            late -= self.whole.binomial(late, loss[-1], self.number("survival/late", year, cell))
            flows["died"] += sum(stock.residents[cell]) + stock.waiting[cell] - sum(alive) - late
            waiting.append(self.whole.binomial(alive[-1], hold, self.number("entry/late", year, cell)))
            entrants.append(alive[-1] - waiting[cell] + late)
            residents.append([newborns[cell], *alive[:-1]])
        return residents, waiting, entrants

    def enter(self, entrants: list[int], year: int, flows: dict[str, int]) -> list[int]:
        """First graders of every home: gross flow around the entrants, and entrants from outside the county."""
        share, first = leaving_share(1.0, self.model.spread.entry_phi), []
        for cell, n in enumerate(entrants):
            left = came = 0
            if share > 0.0:
                left = self.whole.binomial(n, share, self.number("entry/leavers", year, cell))
                came = self.whole.poisson(share * n, self.number("entry/arrivals", year, cell))
            flows["left"] += left
            flows["arrived"] += came
            first.append(n - left + came)
        outside = self.homes[-1]
        flows["inbound"] = self.whole.poisson(float(self.model.inbound[0]), self.number("entry/inbound", year, outside))
        first[outside] += flows["inbound"]
        return first

    def home_ratio(self, cell: int, grade: int) -> float:
        """Mean ratio of the schools that the pupils of a home attend in the base year, else the county's."""
        model = self.model
        now = {s: int(model.pupils[cell, self.study.slot[cell][s], grade]) for s in self.study.real(cell)}
        if sum(now.values()) == 0:
            return float(model.ratios.county[grade])
        return sum(n * float(model.ratios.school[s, grade]) for s, n in now.items()) / sum(now.values())

    def move_up(self, pupils: Attend, year: int, flows: dict[str, int]) -> tuple[Attend, dict[tuple[int, int], int]]:
        """Everybody moves up a grade: who stays in the school, and public pupils who must change school."""
        study, ratios, level = self.study, self.model.ratios, self.level(year)
        staying, changing = study.empty(), {}
        for cell in self.homes:
            schools, entry_age = study.real(cell), self.model.grades.entry_age
            flows["graduated"] += sum(pupils[cell, school][-1] for school in study.slot[cell])
            for grade in study.grades[:-1]:
                for school in study.slot[cell]:
                    if school >= study.schools:
                        staying[cell, school][grade + 1] = pupils[cell, school][grade]
                now = [pupils[cell, school][grade] for school in schools]
                count = sum(now)
                if count == 0:
                    continue
                own = [float(ratios.school[school, grade]) for school in schools]
                ratio = self.home_ratio(cell, grade) * level[cell]
                phi = 0.0 if self.model.rounded else float(ratios.phi[grade])
                leave = leaving_share(ratio, phi)
                age = entry_age + grade
                left = self.whole.binomial(count, leave, self.number("progression/leavers", year, cell, age))
                mean = (ratio - 1 + leave) * count
                came = self.whole.poisson(mean, self.number("progression/arrivals", year, cell, age))
                u = self.number("progression/which", year, cell, age)
                pull = [n * max(r * level[cell] - 1 + leave, 0.0) for n, r in zip(now, own, strict=True)]
                gone, joined = even_split(left, [float(n) for n in now], u), even_split(came, pull, u)
                flows["left"] += left
                flows["arrived"] += came
                # Arrivals whom no school of the home draws look for a school like those who must change.
                changing[cell, grade + 1] = came - sum(joined)
                for school, n, minus, plus in zip(schools, now, gone, joined, strict=True):
                    if study.hosts(school, grade) and study.hosts(school, grade + 1):
                        staying[cell, school][grade + 1] = n - minus + plus
                    else:
                        changing[cell, grade + 1] += n - minus + plus
        return staying, changing

    def release(self, staying: Attend, changing: dict[tuple[int, int], int], year: int) -> None:
        """Pupils of a school that closes, and of the zone of one that opens for all grades, look for a school anew."""
        study = self.study
        for number, project in enumerate(self.plan.projects):
            if self.opening[number] != year:
                continue
            for cell, school in staying:
                for grade in study.grades:
                    closes = project.kind == "closure" and school == project.school
                    if not closes and not self._reopened(
                        project.all_grades, number, project.school, (cell, school, grade)
                    ):
                        continue
                    count, staying[cell, school][grade] = staying[cell, school][grade], 0
                    changing[cell, grade] = changing.get((cell, grade), 0) + count

    def _reopened(self, all_grades: bool, number: int, new: int, at: tuple[int, int, int]) -> bool:
        cell, school, grade = at
        stage = self.study.stage_of[grade]
        zones = [edit for edit in self.plan.edits if edit.project == number and edit.stage == stage]
        mine = any(cell in edit.cells for edit in zones)
        return all_grades and mine and school < self.study.schools and self.study.hosts(new, grade)


def simulate_draw(
    model: Model, rates: FutureRates, plan: PlanNetwork, opening: Sequence[int], seed: int, draw: int
) -> Outcome:
    """One draw of one case; opening: opening year of each project of the plan in this draw."""
    return Reference(model, rates, plan, opening, Stream(seed, draw)).run()
