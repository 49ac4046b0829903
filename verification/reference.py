"""The plain reference of the simulation: one draw, loops over homes, grades and schools, written for clarity.

It follows docs/science and the equations in the docstrings of `sim`, not the arrays of the engine, which is held to
it number for number (tests/sim/test_reference.py).  Input: the frozen model, the rates of a future, the network of a
plan and the opening year of each project in this draw.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.futures import FutureRates
from sim.model import Model
from sim.network import PlanNetwork
from sim.reference_rolls import forecast_rolls
from verification.reference_chance import Stream, Whole, combine, even_split, key_of
from verification.reference_estimated import draw_withheld, young_of_draw
from verification.reference_moves import Going, Movers, move
from verification.reference_plans import Changes
from verification.reference_rules import Event, Lots, Round, feed
from verification.reference_schools import (
    Admission,
    Applicants,
    Attend,
    Network,
    Pool,
    Study,
    apply,
    form_classes,
    network_of_year,
    rules_in_force,
)
from verification.reference_world import Guide, World, public
from verification.reference_young import Young


@dataclass
class Outcome:
    """What one draw leaves behind, by year and school (real schools in the order of the layout) and by home."""

    rolls: list[list[list[int]]] = field(default_factory=list)  # [year][school][grade]
    classes: list[list[list[int]]] = field(default_factory=list)
    beyond: list[list[int]] = field(default_factory=list)
    diverted: list[list[int]] = field(default_factory=list)
    events: list[dict[Event, int]] = field(default_factory=list)  # [year] who had no seat, and why
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
class Seekers:
    """Who looks for a school, by home and grade: first graders and pupils who change school, and who moved here."""

    first: dict[tuple[int, int], int]
    moved_here: dict[tuple[int, int], int]


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
        self.trait = [0.0 for _ in layout.schools]
        self.young = Young(model, stream, [float(x) for x in rates.births_index])
        nothing = network_of_year(self.study, PlanNetwork("", (), ()), [], model.base_year, 1.0, 1.0)
        rolls = forecast_rolls(model, stream.seed, np.array([stream.draw]))[0].tolist()
        self.world = World(self.study, stream, nothing, rolls)

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
        self.world.begin(residents, waiting, pupils)
        autumn, _ = self.young.births(model.base_year)
        stock = Stock(residents, waiting, autumn, pupils)
        for year in model.years:
            stock = self.year(stock, year, outcome)
        return outcome

    def number(self, name: str, year: int, cell: int, age: int | None = None) -> float:
        """Uniform number of a home, or of a home and the birth school year of those of an age a year before."""
        key = self.key[cell] if age is None else combine(self.key[cell], year - 2 - age)
        return self.stream.uniform(name, year, key)

    def _cohort(self, year: int) -> Callable[[str, int, int], float]:
        """Uniform number of a home and the cohort that was in a grade a year before."""
        age = self.model.grades.entry_age
        return lambda name, cell, grade: self.number(name, year, cell, age + grade)

    def year(self, stock: Stock, year: int, outcome: Outcome) -> Stock:
        """One simulated year, in the order of the documentation."""
        study, model = self.study, self.model
        flows = dict.fromkeys(
            ("born", "died", "left", "arrived", "inbound", "moved_in", "moved_out", "moved_within", "graduated"), 0
        )
        i = year - model.base_year
        public = self.rates.public
        private = 1.0 if public is None else float(public.private_odds[i])
        network = network_of_year(study, self.plan, self.opening, year, float(self.rates.pull[i]), private)
        guide = self.world.step(year)
        autumn, rest = self.young.births(year)
        newborns = [a + r for a, r in zip(stock.autumn, rest, strict=True)]
        flows["born"] = sum(newborns)
        going = self.moves(stock, year)
        self.take(stock, going, year)
        young = (stock.residents, stock.waiting)
        residents, waiting, entrants, flows["died"] = self.young.grow_up(young, newborns, year)
        first = self.enter(entrants, guide, year, flows)
        staying, changing = self.move_up(stock.pupils, guide, year, flows)
        natural = dict(changing)
        changes = Changes(study, self.plan, self.opening, year, self._cohort(year))
        changes.stay_on(stock.pupils, staying, changing)
        changes.release(staying, changing)
        rules = rules_in_force(study, self.plan)
        cohort = self.by_home("admission/feeder", year)
        fed = feed(study, rules, network.runs, stock.pupils, (natural, changing), cohort)
        self.convert(staying, changing, year)
        newcomers: dict[tuple[int, int], int] = {}
        if going is not None:
            self.settle(going, residents, newcomers)
            flows |= {"moved_in": going.moved_in, "moved_out": going.moved_out, "moved_within": going.within}
        outcome.entrants.append([first[cell] + newcomers.get((cell, 0), 0) for cell in self.homes])
        trait = [self._trait(school, year) for school in range(study.schools)]
        world = Applicants(self.stream, year, study, self.whole, trait)
        stay = [
            [sum(row[g] for (_, where), row in staying.items() if where == s) for g in study.grades]
            for s in range(study.schools)
        ]
        # Nobody is in the first grade before admission: a closure sends nobody of it to look for another school.
        seekers = Seekers(changing | {(cell, 0): n for cell, n in enumerate(first)}, newcomers)
        applying = self.ask(seekers, guide, network, world)
        for pair, row in fed.items():
            applying[pair] = [a + b for a, b in zip(applying[pair], row, strict=True)]
        admission = Admission(study, network, stay, applying, [0] * study.schools)
        luck = Lots(world.lottery(), world.lottery("admission/lots"), self.by_home("admission/class", year))
        one_round = Round(admission, rules, luck)
        self._hold(one_round, network)
        outcome.events.append(one_round.events)
        self._record(outcome, network, admission, stay)
        outcome.flows.append(flows)
        outcome.residents.append([sum(residents[c]) + waiting[c] for c in self.homes])
        together = {
            pair: [a + b for a, b in zip(row, admission.applying[pair], strict=True)] for pair, row in staying.items()
        }
        return Stock(residents, waiting, autumn, together)

    def _hold(self, one_round: Round, network: Network) -> None:
        """The admission round; a bureau that never diverts still counts who is beyond the planned seats."""
        if math.isfinite(network.factor):
            one_round.run()
            one_round.beyond(sends=True)
        else:
            network.factor = 1.0
            one_round.beyond(sends=False)
            network.factor = math.inf

    def _record(self, outcome: Outcome, network: Network, admission: Admission, stay: list[list[int]]) -> None:
        """Rolls, classes and who had no seat, by school."""
        schools = range(self.study.schools)
        rolls = [[n + admission.applied(s, g) for g, n in enumerate(stay[s])] for s in schools]
        outcome.rolls.append(rolls)
        outcome.classes.append([form_classes(rolls[s], network.rooms[s], network.planned[s]) for s in schools])
        outcome.beyond.append([sum(admission.beyond(s)) for s in schools])
        outcome.diverted.append(admission.diverted)

    def by_home(self, name: str, year: int) -> dict[tuple[int, int], float]:
        """Uniform number of every home and cohort, by (home, grade)."""
        age, study = self.model.grades.entry_age, self.study
        return {(c, g): self.number(name, year, c, age + g) for c in self.homes for g in study.grades}

    def _trait(self, school: int, year: int) -> float:
        """Attractiveness: a random walk on the log scale, one step a year."""
        step = self.stream.normal("school/trait", year, key_of(self.model.layout.schools[school]))
        self.trait[school] += self.model.spread.school_trait * step
        return math.exp(self.trait[school])

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

    def enter(self, entrants: list[int], guide: Guide, year: int, flows: dict[str, int]) -> list[int]:
        """First graders of every home, as many of those who reach school as in the reference world."""
        study, first = self.study, []
        flows["inbound"] = self.young.inbound(year)
        reaching = [*entrants[:-1], entrants[-1] + flows["inbound"]]
        for cell, n in enumerate(reaching):
            there = guide.reaching[cell]
            found = sum(guide.placed[cell, school][0] for school in study.slot[cell])
            same = min(n, there)
            kept = found * same / there if there > 0 else float(found)
            first.append(math.floor(kept + (n - same) * guide.ratio[0] + self.number("entry/total", year, cell)))
            flows["left"] += max(n - first[cell], 0)
            flows["arrived"] += max(first[cell] - n, 0)
        return first

    def move_up(
        self, pupils: Attend, guide: Guide, year: int, flows: dict[str, int]
    ) -> tuple[Attend, dict[tuple[int, int], int]]:
        """Everybody moves up a grade: who stays in the school, and public pupils who must change school."""
        study, staying = self.study, self.study.empty()
        changing: dict[tuple[int, int], int] = {}
        for cell in self.homes:
            flows["graduated"] += sum(pupils[cell, school][-1] for school in study.slot[cell])
            for grade in study.grades[:-1]:
                for school in study.slot[cell]:
                    if school >= study.schools:
                        staying[cell, school][grade + 1] = pupils[cell, school][grade]
                stay, pool = self.follow(pupils, guide, cell, grade, year)
                for school, n in stay.items():
                    staying[cell, school][grade + 1] = n
                changing[cell, grade + 1] = pool
                change = sum(stay.values()) + pool - sum(pupils[cell, s][grade] for s in study.real(cell))
                flows["left"] += max(-change, 0)
                flows["arrived"] += max(change, 0)
        return staying, changing

    def follow(self, pupils: Attend, guide: Guide, cell: int, grade: int, year: int) -> tuple[dict[int, int], int]:
        """Pupils of one home and grade a year later: by school that they stay in, and those who look for one."""
        study, schools = self.study, self.study.real(cell)
        now = {s: pupils[cell, s][grade] for s in schools}
        then = {s: guide.before[cell, s][grade] for s in schools}
        kept = {s: guide.kept[cell, s][grade + 1] for s in schools}
        looked = sum(guide.placed[cell, s][grade + 1] for s in schools)
        ratio, have, was = guide.ratio[grade + 1], sum(now.values()), sum(then.values())
        will = sum(kept.values()) + looked
        stays = [s for s in schools if study.stays(s, grade)]
        weights = []
        for s in stays:
            same = min(now[s], then[s])
            weights.append((kept[s] * same / then[s] if then[s] else 0.0) + (now[s] - same) * ratio)
        ends, ended = (sum(of[s] for s in schools if s not in stays) for of in (now, then))
        same = min(ends, ended)
        weights.append((looked * same / ended if ended else float(looked)) + (ends - same) * ratio)
        same, age = min(have, was), self.model.grades.entry_age + grade
        u = self.number("progression/total", year, cell, age)
        total = math.floor((will * same / was if was else float(will)) + (have - same) * ratio + u)
        if sum(weights) <= 0.0:
            return {}, total
        *stay, pool = even_split(total, weights, self.number("progression/which", year, cell, age))
        return dict(zip(stays, stay, strict=True)), pool

    def ask(self, seekers: Seekers, guide: Guide, network: Network, world: Applicants) -> Attend:
        """Applications: as in the reference world as far as the shares are the same, the others by the shares."""
        study, entry_age = self.study, self.model.grades.entry_age
        applying = study.empty()
        newcomers, changing = dict(seekers.moved_here), dict[tuple[int, int], int]()
        for (cell, grade), count in seekers.first.items():
            schools = list(study.slot[cell])
            placed = [guide.placed[cell, s][grade] for s in schools]
            known = min(count, sum(placed))
            rest = newcomers if grade == 0 else changing
            rest[cell, grade] = rest.get((cell, grade), 0) + count - known
            then, now = guide.shares[cell, grade], network.shares[cell, grade]
            if grade > 0:
                then, now = public(study, then), public(study, now)
            u = self.number("admission/which", world.year, cell, entry_age + grade)
            parts = even_split(known, [float(n) for n in placed], u)
            again = 0
            for k, s in enumerate(schools):
                ended = s < study.schools and study.hosts(s, grade) and not network.runs[s][grade]
                if ended and bool(self.model.exists[s]):
                    again, parts[k] = again + parts[k], 0
                elif now[s] < then[s] and parts[k] > 0:
                    number = u if self.model.rounded else world.number("admission/again", cell, grade, study.names[s])
                    keep = self.whole.binomial(parts[k], now[s] / then[s], number)
                    again, parts[k] = again + parts[k] - keep, keep
            gain = [max(now[s] - then[s], 0.0) for s in schools]
            gain = gain if sum(gain) > 0.0 else [now[s] for s in schools]
            moved = even_split(again, gain, u)
            for s, n, more in zip(schools, parts, moved, strict=True):
                applying[cell, s][grade] += n + more
        pools = [Pool("admission/choice", newcomers, False), Pool("admission/change", changing, True)]
        for pair, row in apply(study, network, world, pools).items():
            for grade, n in enumerate(row):
                applying[pair][grade] += n
        return applying

    def convert(self, staying: Attend, changing: dict[tuple[int, int], int], year: int) -> None:
        """Migrant pupils of private schools change to public ones; the key of a pupil is the grade of last year."""
        model, public = self.model, self.rates.public
        private = self.study.names.index("~private")
        for cell in self.homes if public is not None else ():
            if not model.layout.migrant[cell]:
                continue
            for grade in self.study.grades[1:]:
                u = self.number("migrants/convert", year, cell, model.grades.entry_age + grade - 1)
                share = float(public.conversion[year - model.base_year, grade]) if public is not None else 0.0
                count = self.whole.binomial(staying[cell, private][grade], share, u)
                staying[cell, private][grade] -= count
                changing[cell, grade] += count


def simulate_draw(
    model: Model, rates: FutureRates, plan: PlanNetwork, opening: Sequence[int], seed: int, draw: int
) -> Outcome:
    """One draw of one case; opening: opening year of each project of the plan in this draw."""
    return Reference(model, rates, plan, opening, Stream(seed, draw)).run()
