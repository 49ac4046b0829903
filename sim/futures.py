"""A future as differences from the reference future.

Symbols: U[t] official urban share of the future, U0 of its base year, s0 the model's own urban share of children;
s[t] = expit(logit(s0) + logit(U[t]) - logit(U0)); m[t] = (s[t] - s[t-1]) / (1 - s[t-1]) the yearly rate of leaving
villages; d[t] = m_future[t] - m_reference[t], a rate of village children; where it is negative as many come back, which
is the rate d[t] (1 - s[t-1]) / s[t-1] of town children.  The reference future therefore adds exactly nothing.  Tests:
tests/sim/test_futures.py.
"""

from dataclasses import dataclass

import numpy as np

from scenarios.bundle import Bundle
from scenarios.schema_base import path_value
from scenarios.schema_future import FutureFile
from sim.across import NEAR_ZERO, Across, county_stream, flat
from sim.arrays import FloatArray, IntArray
from sim.estate_tables import estates_of
from sim.future_births import births_factor
from sim.future_flows import held, lines, moved_share, stated, urban_path, urban_rates, urban_share
from sim.housing import Estate
from sim.migrants import PublicShare, base_public_share, public_share
from sim.model import Model
from sim.od import Ways, ways


@dataclass(frozen=True)
class FutureRates:
    """Yearly rates of one future; index 0 is the base year, rates act in the year that ends on that 1 September."""

    future: str
    births_index: FloatArray  # [year - base] by calendar year
    urban: FloatArray  # [year - base] extra rate of village children who leave; negative: of town children who return
    local: FloatArray  # [year - base] extra net external migration per child
    migrant: FloatArray  # [year - base] the same for migrant children
    pull: FloatArray  # [year - base] index on attending outside the zone
    estates: tuple[Estate, ...]
    lines: Across | None = None  # across the county line, by kind of home and age; None: `local` and `migrant` alone
    decay_km: float = np.inf  # of moves between villages and town
    to_town: Ways | None = None
    to_villages: Ways | None = None
    stream: Ways | None = None  # arrivals that small migrant homes share
    public: PublicShare | None = None  # schools of migrant pupils; None: as in the reference future
    members: IntArray | None = None  # [draw of the run, year - first, grade] pupils more (or fewer) of other members

    def way(self, model: Model, toward_town: bool) -> Ways | None:
        """Ways of the movers between villages and town; made here where they were not made with the rates."""
        made = self.to_town if toward_town else self.to_villages
        return made if made is not None else ways(model, toward_town, self.decay_km)

    def across(self, model: Model) -> Across:
        """Rates across the county line, made here of the two yearly rates where they were not made by age."""
        ages = model.grades.entry_age + len(model.grades.names)
        return self.lines if self.lines is not None else flat(self.local, self.migrant, ages)

    def private_odds(self, i: int) -> float:
        """Factor on the private odds of migrant children who enter school in year index i."""
        return 1.0 if self.public is None else float(self.public.private_odds[i])

    def moves(self, i: int) -> bool:
        """Whether anybody moves beyond what the ratios hold in year index i."""
        line = bool(self.local[i] or self.migrant[i]) if self.lines is None else self.lines.acts(i)
        return bool(self.urban[i] or line or any(estate.brings(i) for estate in self.estates))


def extra_rates(share: FloatArray, held: FloatArray) -> FloatArray:
    """Town-ward rate beyond the one held, [year - base]: of village children where positive, else of town children.

    share: the model's own urban share on the future's path.  held: rate that the ratios hold already.
    """
    extra = urban_rates(share) - held
    extra = np.where(np.abs(extra) < NEAR_ZERO, 0.0, extra)
    before = np.concatenate([share[:1], share[:-1]])
    return np.where(extra < 0.0, extra * (1.0 - before) / before, extra)


def future_rates(bundle: Bundle, model: Model, future: FutureFile) -> FutureRates:
    """Rates of a future against the reference future of the study."""
    reference = bundle.futures[bundle.study.reference_future]
    years = np.arange(model.base_year, model.horizon + 1)
    own, already = stated(bundle, model, future), held(bundle, model)
    share = urban_path(moved_share(model, future), urban_share(model))
    urban = extra_rates(share, already.urban)
    moving = bundle.study_in_future(future.id).migration
    known = list(reference.estates) if bundle.study.learning_window.ratios == "net" else []

    def path(source: object, default: float) -> FloatArray:
        return np.array([default if source is None else path_value(source, int(y)) for y in years])  # type: ignore[arg-type]

    return FutureRates(
        future=future.id,
        births_index=births_factor(bundle, model, future),
        urban=urban,
        local=own.local.rate - already.local.rate,
        migrant=own.migrant.rate - already.migrant.rate,
        pull=path(future.town_pull, 1.0) / path(reference.town_pull, 1.0),
        estates=estates_of(bundle, model, list(future.estates), known),
        lines=lines(own, already),
        decay_km=moving.decay_km,
        to_town=ways(model, True, moving.decay_km) if (urban > 0.0).any() else None,
        to_villages=ways(model, False, moving.decay_km) if (urban < 0.0).any() else None,
        stream=county_stream(model, moving.county_stream_below),
        public=_public(model, future, reference),
    )


def _public(model: Model, future: FutureFile, reference: FutureFile) -> PublicShare | None:
    """Public schools of migrant pupils, None where the future says nothing or no migrant pupil has a choice yet."""
    given, base, share = future.migrant_children, reference.migrant_children, base_public_share(model)
    if given.public_share is None or share is None:
        return None
    years = range(model.base_year, model.horizon + 1)
    own, closed = (np.array([path_value(p, y) for y in years]) for p in (given.public_share, given.conversion))
    held_share = base.public_share or {model.base_year: own[0], model.horizon: own[0]}
    held_path = np.array([path_value(held_share, y) for y in years])
    return public_share(own, held_path, closed, share, len(model.grades.names))
