"""Moves that a future adds, in plain Python; see docs/science/moves.md."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy.stats import beta

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
    lot: Callable[[str], float] = lambda estate: _certain(estate)  # uniform number of an estate

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
    """From villages to town (or back): binomial leavers, each to a home by attraction, distance and estates."""
    rate = float(movers.rates.urban[movers.i])
    toward = rate >= 0.0
    weights = _destinations(movers, toward)
    origins = [cell for cell in movers.homes if movers.local(cell, urban=not toward)]
    if rate == 0.0 or sum(weights) <= 0.0 or not origins:
        return
    shares = _shares(movers, origins, weights)
    ages = range(len(have[0]))
    for cell in movers.homes:
        for age in ages:
            if movers.local(cell, urban=not toward):
                p = min(abs(rate) * movers.pace, 1.0)
                n = movers.whole.binomial(have[cell][age], p, movers.number("moves/urban", cell, age))
                have[cell][age] -= n
                going.gone[cell][age] += n
    for age in ages:
        taking = _taking(movers, age, sum(row[age] for row in going.gone)) if rate > 0.0 else []
        rest = 1.0 - sum(share for _, share in taking)
        for cell in origins:
            towards = taking + [(home, rest * share) for home, share in shares[cell]]
            count = going.gone[cell][age]
            for k in range(count):
                if movers.model.rounded:
                    point = (k + 1 - movers.number("moves/to/0", cell, age)) / count
                else:
                    point = movers.number(f"moves/to/{k}", cell, age)
                going.arriving[_home_at(point, towards)][age] += 1


def _taking(movers: Movers, age: int, flow: int) -> list[tuple[int, float]]:
    """Shares of the movers of an age whom estates take: what they want of villages, in proportion if it is too much."""
    estates = movers.rates.estates
    wanted = [(estate.cell, _expected(movers, estate)[age] * estate.rural / max(flow, 1)) for estate in estates]
    most = max(sum(part for _, part in wanted), 1.0)
    return [(cell, part / most) for cell, part in wanted]


def _expected(movers: Movers, estate: Estate) -> list[float]:
    """Children an estate expects this year by age index; one number of its own decides how late its phases are."""
    risky = any(0 < lot.p_never < 1 or lot.delay[0] < lot.delay[2] for lot in estate.lots)
    u = movers.lot(estate.id) if risky else 0.5
    total = [0.0] * estate.lots[0].arrivals.shape[1]
    for lot in estate.lots:
        if u < lot.p_never:
            continue
        low, likely, high = lot.delay
        months = low
        if high > low:
            a, b = 1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low)
            months += (high - low) * float(beta.ppf((u - lot.p_never) / (1 - lot.p_never), a, b))
        after = movers.i - math.ceil((lot.due + months) / 12 - 1e-9)
        if 0 <= after < len(lot.arrivals):
            total = [n + float(more) * movers.pace for n, more in zip(total, lot.arrivals[after], strict=True)]
    return total


def _certain(estate: str) -> float:
    raise ValueError(f"{estate}: the reference was not given the numbers that decide how late an estate is")


def _home_at(point: float, towards: list[tuple[int, float]]) -> int:
    """The home that a number between 0 and 1 falls on when their shares are laid end to end."""
    for home, share in towards:
        if point < share:
            return home
        point -= share
    return [home for home, share in towards if share > 0.0][-1]


def _shares(movers: Movers, origins: list[int], weights: list[float]) -> dict[int, list[tuple[int, float]]]:
    """Homes and shares of each origin's movers: doubly constrained gravity, balanced in turn (sim/od.py says how)."""
    model, layout = movers.model, movers.model.layout
    targets = [cell for cell in movers.homes if movers.local(cell, bool(layout.urban[origins[0]]) is False)]
    leaving = {c: int(model.residents[c].sum()) + int(model.pupils[c, :, :-1].sum()) for c in origins}
    near: dict[tuple[int, int], float] = {}
    for i in origins:
        for j in targets:
            km = 0.0 if layout.unit_km is None else float(layout.unit_km[layout.unit_of[i], layout.unit_of[j]])
            near[i, j] = math.exp(-km / movers.rates.decay_km)
    whole, drawn = sum(leaving.values()), sum(weights)
    balance = {j: weights[j] / drawn for j in targets}
    for _ in range(3000 if whole else 0):
        row = {i: leaving[i] / whole / sum(balance[j] * near[i, j] for j in targets) for i in origins}
        for j in targets:
            received = balance[j] * sum(row[i] * near[i, j] for i in origins)
            balance[j] *= weights[j] / drawn / received if received > 0.0 else 0.0
    out = {}
    for i in origins:
        total = sum(balance[j] * near[i, j] for j in targets)
        out[i] = [(j, balance[j] * near[i, j] / total) for j in targets]
    return out


def _destinations(movers: Movers, toward: bool) -> list[float]:
    """Weights of the homes that receive movers: attraction of town homes, or children (and one) of village homes."""
    model = movers.model
    town = [movers.local(cell, urban=True) for cell in movers.homes]
    if toward:
        weights = [float(model.layout.attraction[c]) * town[c] for c in movers.homes]
        return weights if sum(weights) > 0.0 else [float(here) for here in town]
    return [(float(model.residents[c].sum()) + 1.0) * movers.local(c, urban=False) for c in movers.homes]


def _from_town(movers: Movers, estate: Estate, have: Table, going: Going) -> None:
    """The in-town part of an estate: children of other homes of the town, each age evenly."""
    others = [cell for cell in movers.homes if movers.local(cell, urban=True) and cell != estate.cell]
    stock = [sum(have[cell][age] for cell in others) for age in range(len(have[0]))]
    wanted = _expected(movers, estate)
    for cell in others:
        for age, n in enumerate(have[cell]):
            p = min(wanted[age] * estate.in_town / max(stock[age], 1), 1.0)
            taken = movers.whole.binomial(n, p, movers.number(f"moves/town/{estate.id}", cell, age))
            have[cell][age] -= taken
            going.gone[cell][age] += taken
            going.arriving[estate.cell][age] += taken


def _across_the_county_line(movers: Movers, have: Table, going: Going) -> None:
    """Out binomial, in Poisson, by kind of home and age; small migrant homes are joined in one stream."""
    layout, line = movers.model.layout, movers.rates.across(movers.model)
    stream = movers.rates.stream
    small = [] if stream is None else [int(cell) for cell in stream.target]
    ages = range(len(have[0]) - 1)
    together = [0.0 for _ in ages]
    for cell in movers.homes:
        if not movers.inside(cell):
            continue
        kind = 2 if layout.migrant[cell] else 0 if layout.urban[cell] else 1
        for age in ages:
            n = have[cell][age]
            p = min(float(line.leaving[movers.i, kind, age]) * movers.pace, 1.0)
            out = movers.whole.binomial(n, p, movers.number("moves/out", cell, age))
            going.gone[cell][age] += out
            going.moved_out += out
            mean = n * (float(line.coming[movers.i, kind, age]) * movers.pace)
            if cell in small:
                together[age] += mean
            else:
                _join(going, cell, age, movers.whole.poisson(mean, movers.number("moves/in", cell, age)))
    if stream is not None:
        towards = list(zip(small, (float(share) for share in stream.shares[0]), strict=True))
        _stream(movers, towards, together, going)


def _stream(movers: Movers, towards: list[tuple[int, float]], together: list[float], going: Going) -> None:
    """Arrivals of all small migrant homes; keys are those of the home outside the county."""
    outside = movers.homes[-1]
    for age, mean in enumerate(together):
        count = movers.whole.poisson(mean, movers.number("moves/in/county", outside, age))
        for k in range(count):
            if movers.model.rounded:
                point = (k + 1 - movers.number("moves/to/0", outside, age)) / count
            else:
                point = movers.number(f"moves/to/{k}", outside, age)
            _join(going, _home_at(point, towards), age, 1)


def _join(going: Going, cell: int, age: int, count: int) -> None:
    going.arriving[cell][age] += count
    going.moved_in += count


def _from_outside(movers: Movers, estate: Estate, going: Going) -> None:
    """The outside part of an estate, by age."""
    for age, mean in enumerate(_expected(movers, estate)):
        came = movers.whole.poisson(mean * estate.outside, movers.number(f"moves/estate/{estate.id}", estate.cell, age))
        going.arriving[estate.cell][age] += came
        going.moved_in += came
