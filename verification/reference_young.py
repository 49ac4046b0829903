"""Children below school age in plain Python: births, survival, ageing and late entry of one draw.

Written from docs/science/people.md and births-and-entry.md.
"""

import math

from sim.model import Model
from verification.reference_chance import Stream, Whole, combine, key_of


class Young:
    """Births and ageing of one draw in one future; walks the years in order."""

    def __init__(self, model: Model, stream: Stream, births_index: list[float]) -> None:
        self.model, self.stream, self.index, self.whole = model, stream, births_index, Whole(model.rounded)
        self.homes = range(len(model.layout.cells))
        self.key = [key_of(name) for name in model.layout.cells]
        self.county, self.unit = 0.0, [0.0 for _ in self.homes]
        self.zone = [0.0 for _ in model.layout.clusters]

    def number(self, name: str, year: int, cell: int, age: int | None = None) -> float:
        """Uniform number of a home, or of a home and the birth school year of those of an age a year before."""
        key = self.key[cell] if age is None else combine(self.key[cell], year - 2 - age)
        return self.stream.uniform(name, year, key)

    def births(self, year: int) -> tuple[list[int], list[int]]:
        """Births of a calendar year by home: September-December, January-August."""
        births, i = self.model.births, year - self.model.base_year
        if i > 0:
            self.county = self._ar1(self.county, births.county_sd, "births/county", year, key_of("county"))
            self.zone = [
                self._ar1(value, births.zone_sd, "births/zone", year, key_of(name))
                for name, value in zip(self.model.layout.clusters, self.zone, strict=True)
            ]
            self.unit = [self._ar1(self.unit[c], births.unit_sd, "births/unit", year, self.key[c]) for c in self.homes]
        variance = births.county_sd**2 + births.zone_sd**2 + births.unit_sd**2
        autumn, rest = [], []
        for cell in self.homes:
            u, known = self.number("births", year, cell), float(births.known[cell, i])
            if math.isnan(known):
                zone = self.zone[self.model.layout.cluster_of[cell]]
                log = self.county + zone + self.unit[cell] - variance / 2
                expected = float(births.level[cell]) * self.index[i] * math.exp(log)
                born = self.whole.poisson(expected, u)
            else:
                born = math.floor(known + u)
            autumn.append(self.whole.binomial(born, births.autumn_share, self.number("births/autumn", year, cell)))
            rest.append(born - autumn[-1])
        return autumn, rest

    def _ar1(self, state: float, sd: float, name: str, year: int, key: int) -> float:
        rho = self.model.births.rho
        return rho * state + sd * math.sqrt(1 - rho**2) * self.stream.normal(name, year, key)

    def grow_up(
        self, stock: tuple[list[list[int]], list[int]], newborns: list[int], year: int
    ) -> tuple[list[list[int]], list[int], list[int], int]:
        """Residents [home][age] and those who wait, a year older; who reaches school, by home; how many died."""
        model, died = self.model, 0
        survival = model.survival if isinstance(model.survival, tuple) else [model.survival for _ in stock[0][0]]
        loss = [1.0 - survival[age] for age in range(model.grades.entry_age)]
        hold = 1.0 - float(model.entry_share[year - model.base_year])
        residents, waiting, entrants = [], [], []
        for cell in self.homes:
            alive = []
            for age, n in enumerate(stock[0][cell]):
                alive.append(n - self.whole.binomial(n, loss[age], self.number("survival", year, cell, age)))
            late = stock[1][cell]
            late -= self.whole.binomial(late, loss[-1], self.number("survival/late", year, cell))
            died += sum(stock[0][cell]) + stock[1][cell] - sum(alive) - late
            waiting.append(self.whole.binomial(alive[-1], hold, self.number("entry/late", year, cell)))
            reaching = alive[-1] - waiting[cell] + late
            if model.participation is not None:
                rate = float(model.participation[year - model.base_year])
                reaching = math.floor(reaching * rate + self.number("entry/attends", year, cell))
            entrants.append(reaching)
            residents.append([newborns[cell], *alive[:-1]])
        return residents, waiting, entrants, died

    def inbound(self, year: int) -> int:
        """Entrants whose home is outside the county."""
        u = self.number("entry/inbound", year, self.homes[-1])
        return self.whole.poisson(float(self.model.inbound[0]), u)
