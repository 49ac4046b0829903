"""Moves that a future adds, in plain Python; see docs/science/moves.md."""

from collections.abc import Callable
from dataclasses import dataclass

from sim.futures import FutureRates
from sim.housing import Estate
from sim.model import Model
from verification.reference_chance import Whole

Table = list[list[int]]
"""Children by home and age index: ages below school, then grades."""


@dataclass(frozen=True)
class Movers:
    """What moving in one year depends on."""

    model: Model
    rates: FutureRates
    i: int  # year - base year
    pace: float
    whole: Whole
    number: Callable[[str, int, int], float]  # uniform number of (name, home, age index)

    @property
    def homes(self) -> range:
        """All homes."""
        return range(len(self.model.layout.cells))

    def inside(self, cell: int) -> bool:
        """Home in the county."""
        return int(self.model.layout.unit_of[cell]) >= 0

    def local(self, cell: int, urban: bool) -> bool:
        """Home of the local group in a town (or in a village)."""
        layout = self.model.layout
        return self.inside(cell) and not layout.migrant[cell] and bool(layout.urban[cell]) == urban


@dataclass
class Going:
    """Who leaves which home and who arrives where; the index is the age before the birthday."""

    gone: Table
    arriving: Table
    moved_in: int = 0
    moved_out: int = 0
    within: int = 0


def move(movers: Movers, stock: Table) -> Going:
    """Moves of one year; children of the last grade graduate and do not move, nor do pupils from outside the county."""
    have = [[*row[:-1], 0] if movers.inside(cell) else [0] * len(row) for cell, row in enumerate(stock)]
    going = Going([[0] * len(row) for row in have], [[0] * len(row) for row in have])
    _urbanise(movers, have, going)
    for estate in movers.rates.estates:
        _from_town(movers, estate, have, going)
    going.within = sum(sum(row) for row in going.gone)
    _across_the_county_line(movers, have, going)
    for estate in movers.rates.estates:
        _from_outside(movers, estate, going)
    return going


def _urbanise(movers: Movers, have: Table, going: Going) -> None:
    """From villages to town (or back): binomial leavers, destinations by attraction and by what estates take."""
    rate = float(movers.rates.urban[movers.i])
    toward = rate >= 0.0
    weights = _destinations(movers, toward)
    if sum(weights) <= 0.0:
        return
    ages = range(len(have[0]))
    for cell in movers.homes:
        for age in ages:
            if movers.local(cell, urban=not toward):
                p = min(abs(rate) * movers.pace, 1.0)
                n = movers.whole.binomial(have[cell][age], p, movers.number("moves/urban", cell, age))
                have[cell][age] -= n
                going.gone[cell][age] += n
    leaving = [sum(row[age] for row in going.gone) for age in ages]
    shares = [weight / sum(weights) for weight in weights]
    for estate in movers.rates.estates:
        wanted = float(estate.children[movers.i]) * movers.pace * estate.rural if rate > 0.0 else 0.0
        part = min(wanted / max(sum(leaving), 1), 1.0)
        shares = [share * (1 - part) for share in shares]
        shares[estate.cell] += part
    for age in ages:
        u = [movers.number("moves/to", cell, age) for cell in movers.homes]
        for cell, n in enumerate(movers.whole.multinomial(leaving[age], shares, u)):
            going.arriving[cell][age] += n


def _destinations(movers: Movers, toward: bool) -> list[float]:
    """Weights of the homes that receive movers: attraction of town homes, or children (and one) of village homes."""
    model = movers.model
    town = [movers.local(cell, urban=True) for cell in movers.homes]
    if toward:
        weights = [float(model.layout.attraction[c]) * town[c] for c in movers.homes]
        return weights if sum(weights) > 0.0 else [float(here) for here in town]
    return [(float(model.residents[c].sum()) + 1.0) * movers.local(c, urban=False) for c in movers.homes]


def _from_town(movers: Movers, estate: Estate, have: Table, going: Going) -> None:
    """The in-town part of an estate: children of other homes of the town, evenly."""
    others = [cell for cell in movers.homes if movers.local(cell, urban=True) and cell != estate.cell]
    wanted = float(estate.children[movers.i]) * estate.in_town * movers.pace
    p = min(max(wanted / max(sum(sum(have[cell]) for cell in others), 1), 0.0), 1.0)
    for cell in others:
        for age, n in enumerate(have[cell]):
            taken = movers.whole.binomial(n, p, movers.number(f"moves/town/{estate.id}", cell, age))
            have[cell][age] -= taken
            going.gone[cell][age] += taken
            going.arriving[estate.cell][age] += taken


def _across_the_county_line(movers: Movers, have: Table, going: Going) -> None:
    """Net external migration by group: binomial out, Poisson in."""
    rates, layout = movers.rates, movers.model.layout
    for cell in movers.homes:
        if not movers.inside(cell):
            continue
        net = float((rates.migrant if layout.migrant[cell] else rates.local)[movers.i]) * movers.pace
        for age, n in enumerate(have[cell][:-1]):
            out = movers.whole.binomial(n, min(max(-net, 0.0), 1.0), movers.number("moves/out", cell, age))
            came = movers.whole.poisson(n * max(net, 0.0), movers.number("moves/in", cell, age))
            going.gone[cell][age] += out
            going.arriving[cell][age] += came
            going.moved_out += out
            going.moved_in += came


def _from_outside(movers: Movers, estate: Estate, going: Going) -> None:
    """The outside part of an estate: arrivals evenly over the ages."""
    ages = len(going.gone[0])
    mean = float(estate.children[movers.i]) * movers.pace * estate.outside / (ages - 1)
    for age in range(ages - 1):
        came = movers.whole.poisson(mean, movers.number(f"moves/estate/{estate.id}", estate.cell, age))
        going.arriving[estate.cell][age] += came
        going.moved_in += came
