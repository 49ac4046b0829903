"""The reference world: the reference future without projects, in which every school holds exactly what was forecast.

Symbols: N[s, g, t] pupils of the forecast in one draw (`sim/outlook.py`), P[c, s, g, t] pupils by home and school,
L[c, g, t] children of home c who look for a school of grade g: entrants, and pupils whose school ends below g;
e[c, s, g] share of them who apply at s; q yearly gross flow of pupils who leave a school and are replaced.

    stay      S[c] = P[c, s, g-1, t-1] - Bin(P, q); more than N: an even selection leaves, too
    missing   m = N - sum_c S[c], of whom a part A / (A + q sum_c S), A = sum_c e L, is looked for among L, in
              proportion to e L and by chance; the others join the classes that stay, in proportion to S
    private   entrants apply at the pseudo-schools first, by chance; who is there moves up there

So sum_c P[c, s, g, t] = N[s, g, t] for every school, grade, year and draw: the simulator in the reference future
without projects is the forecast, draw for draw.  How the pupils of a school are spread over homes is not forecast by
anybody: it follows where they lived before and where those who look for a school live.  The gross flow gives small
groups of homes the chance of their own that a share of the school's chance would not.  Capacity is no part of the
forecast: diversion comes with the cases.  Decision record 0032.  Tests: tests/sim/test_reference_world.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import CountArray, FloatArray, IntArray
from sim.kernels import Wishes, fill_applications
from sim.kernels_follow import Ground, Numbers, Pairs, fill_reference
from sim.model import PSEUDO_SCHOOLS, Model
from sim.network import Regime, reference_regime
from sim.people import births_of_year, grow_up, inbound_entrants
from sim.reference_rolls import forecast_rolls
from sim.state import State, start
from sim.streams import draw_steps
from sim.variates import Chance
from sim.world import YearWorld


@dataclass(frozen=True)
class ReferenceYear:
    """What the reference world did in one year, [draw, slot, cell, grade] unless said otherwise."""

    before: CountArray  # pupils a year before
    kept: CountArray  # pupils who stay in their school, and who join them there
    placed: CountArray  # pupils who looked for a school, by the one they found
    entrants: CountArray  # [draw, cell] children who reach school
    ratio: FloatArray  # [draw, grade] pupils after / before; of the first grade after / entrants
    shares: FloatArray  # [cell, grade, slot]


class ReferenceWorld:
    """Walks the reference world through the years of a block of draws."""

    def __init__(self, model: Model, seed: int, draws: IntArray, chance: Chance) -> None:
        self.model, self.draws, self.chance = model, np.asarray(draws, dtype=np.int64), chance
        self.rolls = forecast_rolls(model, seed, self.draws)
        self.regime = reference_regime(model)
        self.pairs = pairs_of(model)
        self.state: State | None = None

    def begin(self, world: YearWorld) -> State:
        """The base year; world: of that year."""
        autumn, _ = births_of_year(self.model, self.model.outlook.births_index, world, self.chance)
        self.state = start(self.model, world, autumn)
        return self.state

    def step(self, world: YearWorld) -> ReferenceYear:
        """One year; raises ValueError before `begin`."""
        if self.state is None:
            raise ValueError("the reference world has not begun")
        model, chance, state = self.model, self.chance, self.state
        autumn, rest = births_of_year(model, model.outlook.births_index, world, chance)
        young = grow_up(model, state.residents, state.waiting, state.autumn + rest, world, chance)
        entrants = young.entrants.copy()
        entrants[:, -1] += inbound_entrants(model, world, chance)
        kept, placed = self._pupils(entrants, world)
        pupils = kept + placed
        pseudo = model.layout.pseudo
        pupils[:, pseudo, :, 1:] = state.pupils[:, pseudo, :, :-1]
        self.state = State(young.residents, young.waiting, autumn, pupils)
        ratio = _ratios(model, state.pupils, kept + placed, entrants)
        return ReferenceYear(state.pupils, kept, placed, entrants, ratio, self.regime.shares)

    def _pupils(self, entrants: CountArray, world: YearWorld) -> tuple[CountArray, CountArray]:
        model, before = self.model, self.state.pupils if self.state else None
        assert before is not None
        kept, placed = np.zeros_like(before), np.zeros_like(before)
        looking = np.zeros((len(before), *before.shape[2:]), dtype=np.int32)
        looking[:, :, 1:] = (before[:, model.layout.real] * ~stays(model)).sum(axis=1, dtype=np.int32)[:, :, :-1]
        private = _outside(model, entrants, self.regime, world, self.chance)
        placed[:, model.layout.pseudo, :, 0] = private
        looking[:, :, 0] = entrants - private.sum(axis=1)
        year = world.year - model.base_year - 1
        fill_reference(
            before,
            looking,
            self.rolls[:, year],
            self.pairs,
            self._ground(),
            self._numbers(world),
            kept,
            placed,
        )
        return kept, placed

    def _ground(self) -> Ground:
        model, pairs = self.model, self.pairs
        public = public_shares(model, self.regime.shares)
        share = np.ascontiguousarray(public[pairs.cell, :, pairs.slot].T)
        gross = 0.0 if model.rounded else model.outlook.gross
        # Of no plan: slots that plans add have neither shares nor pupils.
        ready = share.sum(axis=0) + model.pupils[pairs.cell, pairs.slot].sum(axis=1)
        return Ground(model.hosts, share, ready, gross, model.rounded)

    def _numbers(self, world: YearWorld) -> Numbers:
        pairs = self.pairs
        leave, home = world.choices("reference/leave"), world.choices("reference/home")
        return Numbers(
            np.ascontiguousarray(leave[pairs.cell, :, pairs.slot]),
            np.ascontiguousarray(home[pairs.cell, :, pairs.slot]),
            draw_steps(world.draws),
            world.schools("reference/which"),
        )


def stays(model: Model) -> NDArray[np.bool_]:
    """Whether the school of a slot hosts the next grade, too, [slot, cell, grade]; real slots only."""
    both = np.zeros((len(model.layout.schools) + 1, model.hosts.shape[1]), dtype=bool)
    real = model.hosts[: len(model.layout.schools)]
    both[:-1, :-1] = real[:, :-1] & real[:, 1:]
    if model.gains is not None:  # nobody is in a gained grade here; in a case its pupils stay as others do
        both[:-1, :-1] |= model.gains[:, :-1] & model.gains[:, 1:]
    return np.ascontiguousarray(both[model.layout.slot_school[:, model.layout.real].T])


def public_shares(model: Model, shares: FloatArray) -> FloatArray:
    """Shares [..., cell, grade, slot] among public schools alone; as they are where no public school is left."""
    out = shares.copy()
    out[..., model.layout.pseudo] = 0.0
    total = out.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(out, total, out=shares.copy(), where=total > 0.0))


def pairs_of(model: Model) -> Pairs:
    """Homes that can attend each school, by school, then by home."""
    cell, slot = np.nonzero((model.layout.slot_school >= 0) & (model.layout.slot_school < len(model.layout.schools)))
    school = model.layout.slot_school[cell, slot]
    order = np.lexsort((cell, school))
    start = np.searchsorted(school[order], np.arange(len(model.layout.schools) + 1))
    return Pairs(start.astype(np.int64), cell[order].astype(np.int64), slot[order].astype(np.int64))


def _outside(model: Model, entrants: CountArray, regime: Regime, world: YearWorld, chance: Chance) -> CountArray:
    """Entrants at the pseudo-schools, [draw, pseudo, cell], by the same numbers as `sim.admission.apply`."""
    layout = model.layout
    out = np.zeros((len(entrants), layout.slot_school.shape[1], *entrants.shape[1:], 1), dtype=np.int32)
    shares = regime.shares[None, :, :1].copy()
    # All public schools count as one: which of them is for the forecast to say.
    shares[..., 0] = shares[..., layout.real].sum(axis=-1)
    shares[..., 1 : layout.real.stop] = 0.0
    trait = np.ones((len(entrants), len(layout.schools) + len(PSEUDO_SCHOOLS) + 1))
    keys = np.ascontiguousarray(world.choices("admission/choice")[:, :1])
    index = np.zeros(len(entrants), dtype=np.int64)
    wishes = Wishes(index, shares, trait, layout.slot_school, layout.pseudo.start, keys, draw_steps(world.draws))
    fill_applications(np.ascontiguousarray(entrants[:, :, None]), wishes, chance.rounded, out)
    return np.ascontiguousarray(out[:, layout.pseudo, :, 0])


def _ratios(model: Model, before: CountArray, after: CountArray, entrants: CountArray) -> FloatArray:
    """Pupils of public schools after / before by grade [draw, grade]; of the first grade all places / entrants."""
    real = model.layout.real
    below = before[:, real, :, :-1].sum(axis=(1, 2))
    now = after[:, real, :, 1:].sum(axis=(1, 2))
    ratio = np.ones((len(before), before.shape[3]))
    np.divide(now, below, out=ratio[:, 1:], where=below > 0)
    came, all_of_them = after[..., 0].sum(axis=(1, 2)), entrants.sum(axis=1)
    np.divide(came, all_of_them, out=ratio[:, 0], where=all_of_them > 0)
    return ratio
