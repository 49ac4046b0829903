"""What makes a case differ from the reference future without projects: players, coalitions, exact shares.

Symbols: v(S)[d] roll of a school and year in draw d when the players S of a case act and all else is as in the
reference future without projects; f[d] the forecast; T known mean over all draws of the run of (case - forecast).

    players   of the future: births, urbanisation, migration, housing, town pull, pupils of other members of a
              programme; of the plan: zoning (zone changes that wait for no project), construction (projects with
              their zone changes), rules (class sizes and admission that it sets otherwise); only those that act
    shares    phi_i[d] by `sim/shapley.py`; diversion phi_0[d] = v(none)[d] - f[d]; sum phi_i[d] = v(all)[d] - f[d]
    means     p_i = mean phi_i + b_i (T - mean sum phi),  b_i = Cov(phi_i, sum phi) / Var(sum phi),  sum b_i = 1
              (control variate: only few draws are simulated, but their sum is known from all; Cochran 1977, 7.2)
    error     of p_i: sd of phi_i - b_i sum phi, / n^1/2

The same draws are used for every coalition (paired), and coalitions are shared: two futures with the same town pull,
or two plans without projects, meet in one.  Where the sum does not vary though its mean is known to differ (something
rare that no draw used has met), the rest is a driver of its own, `few_draws`.  Tests: tests/sim/test_drivers.py.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial
from multiprocessing import get_context

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.engine import CasePlan, simulate
from sim.futures import FutureRates
from sim.model import Model
from sim.network import PlanNetwork
from sim.shapley import Coalition, Weights, weights_of

BLOCK = 24  # draws simulated at once
WORTH_A_POOL = 1500  # cases x draws from which on new processes pay
OF_FUTURE: Mapping[str, tuple[str, ...]] = {
    "future_births": ("births_index",),
    "urbanisation": ("urban", "decay_km", "to_town", "to_villages"),
    "migration": ("local", "migrant", "lines", "stream", "public"),
    "housing": ("estates",),
    "town_pull": ("pull",),
    "members": ("members",),
}
OF_PLAN = ("zoning", "construction", "rules")
REST = "few_draws"


@dataclass(frozen=True)
class Game:
    """One case: its players and where the worth of each coalition stands."""

    weights: Weights
    at: Mapping[Coalition, int]  # place among the cases of `Games`


@dataclass(frozen=True)
class Games:
    """All coalitions of all cases, each once; the first is the reference future without projects."""

    cases: tuple[CasePlan, ...]
    games: tuple[Game, ...]  # one for each case asked for


def same(a: object, b: object) -> bool:
    """Whether two parts of a future say the same: arrays by value, dataclasses and tuples by their parts."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return a is not None and b is not None and bool(np.array_equal(np.asarray(a), np.asarray(b)))
    if is_dataclass(a) and type(a) is type(b):
        return all(same(getattr(a, one.name), getattr(b, one.name)) for one in fields(a))
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)


def players_of(model: Model, case: CasePlan, reference: FutureRates) -> tuple[str, ...]:
    """Players that act in a case up to the horizon of the model, sorted."""
    found = [player for player in OF_FUTURE if not _alike(model, case.rates, reference, player)]
    if any(edit.project < 0 for edit in case.network.edits):
        found.append("zoning")
    if case.network.projects:
        found.append("construction")
    if case.network.policy is not None:
        found.append("rules")
    return tuple(sorted(found))


def _alike(model: Model, a: FutureRates, b: FutureRates, player: str) -> bool:
    if player == "future_births":
        # Children born in year i reach school `entry_age` years later: later births are in no roll yet.
        until = max(model.horizon - model.base_year - model.grades.entry_age + 1, 0)
        return same(a.births_index[:until], b.births_index[:until])
    return all(same(getattr(a, name), getattr(b, name)) for name in OF_FUTURE[player])


def games_of(model: Model, cases: Sequence[CasePlan], reference: FutureRates, seed: int) -> Games:
    """The coalitions of all cases; model: with the horizon to which drivers are wanted."""
    nothing = PlanNetwork("~none", (), ())
    draws = len(cases[0].opening_year)
    first = CasePlan(reference, nothing, np.zeros((draws, 0), dtype=np.int64))
    place: dict[tuple[tuple[str, str], ...], int] = {(): 0}
    made, games = [first], []
    for case in cases:
        weights = weights_of(players_of(model, case, reference), seed)
        at: dict[Coalition, int] = {}
        for some in weights.coalitions:
            key = tuple((player, _label(model, cases, case, player)) for player in sorted(some))
            if key not in place:
                place[key] = len(made)
                made.append(_with(case, some, reference))
            at[some] = place[key]
        games.append(Game(weights, at))
    return Games(tuple(made), tuple(games))


def _label(model: Model, cases: Sequence[CasePlan], case: CasePlan, player: str) -> str:
    """The first case whose future says the same about this player, or the plan."""
    if player in OF_PLAN:
        # With triggers a plan builds otherwise in every future.
        return case.network.plan if case.adaptive is None else f"{case.network.plan} {case.rates.future}"
    return str(next(i for i, one in enumerate(cases) if _alike(model, one.rates, case.rates, player)))


def _with(case: CasePlan, some: Coalition, reference: FutureRates) -> CasePlan:
    """A case with these players only."""
    taken = [name for player, names in OF_FUTURE.items() if player in some for name in names]
    rates = replace(reference, **{name: getattr(case.rates, name) for name in taken})
    network = case.network
    built = "construction" in some
    edits = tuple(e for e in network.edits if (built if e.project >= 0 else "zoning" in some))
    # Regimes are kept by the name of the plan, so every part of a plan has its own.
    name = "~".join([network.plan, *sorted(some & set(OF_PLAN))]) if some & set(OF_PLAN) else "~none"
    policy = network.policy if "rules" in some else None
    part = PlanNetwork(name, network.projects if built else (), edits, policy)
    return CasePlan(rates, part, case.opening_year if built else case.opening_year[:, :0])


def rolls_of(model: Model, cases: Sequence[CasePlan], seed: int, draws: IntArray, workers: int) -> IntArray:
    """Rolls of all coalitions, [coalition, draw, year, school], the same for any number of processes."""
    blocks = [draws[i : i + BLOCK] for i in range(0, len(draws), BLOCK)]
    task = partial(_block, model, list(cases), seed)
    if workers > 1 and len(blocks) > 1 and len(cases) * len(draws) >= WORTH_A_POOL:
        with ProcessPoolExecutor(min(workers, len(blocks)), get_context("spawn")) as pool:
            found = list(pool.map(task, blocks))
    else:
        found = [task(block) for block in blocks]
    return np.concatenate(found, axis=1)


def _block(model: Model, cases: list[CasePlan], seed: int, draws: IntArray) -> IntArray:
    return np.stack([result.rolls.sum(axis=3, dtype=np.int64) for result in simulate(model, cases, seed, draws)])


def shares(game: Game, worth: IntArray, forecast: FloatArray) -> dict[str, FloatArray]:
    """Shares of diversion and of the players in every draw, [draw, year, school] each; they add to case - forecast.

    worth: [coalition, draw, year, school].  forecast: [draw, year, school].
    """
    none = worth[game.at[frozenset()]]
    found = {"diversion": none - forecast}
    return found | game.weights.shares({some: worth[at] for some, at in game.at.items()})


def means(parts: Mapping[str, FloatArray], known: FloatArray) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Means of parts [draw, ...] corrected so that they add to the known sum [...], and their standard errors.

    One draw, or a sum that does not vary: nothing is known of its noise, what is missing is `few_draws`.
    """
    whole = np.sum(list(parts.values()), axis=0)
    n, middle = len(whole), whole.mean(axis=0)
    apart = whole - middle
    variance = (apart**2).mean(axis=0)
    varies = variance > 1e-12
    rest = known - middle
    found, errors = {}, {}
    for name, part in parts.items():
        own = part - part.mean(axis=0)
        slope = np.divide((own * apart).mean(axis=0), variance, out=np.zeros_like(variance), where=varies)
        found[name] = part.mean(axis=0) + slope * rest
        errors[name] = np.sqrt(((own - slope * apart) ** 2).sum(axis=0) / max(n - 1, 1) / n)
    found[REST] = known - np.sum(list(found.values()), axis=0)
    errors[REST] = np.zeros_like(found[REST])
    return found, errors
