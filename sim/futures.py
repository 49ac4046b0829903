"""A future as differences from the reference future.

Symbols: U[t] official urban share of the future, U0 of its base year, s0 the model's own urban share of children;
s[t] = expit(logit(s0) + logit(U[t]) - logit(U0)); m[t] = (s[t] - s[t-1]) / (1 - s[t-1]) the yearly rate of leaving
villages; d[t] = m_future[t] - m_reference[t], a rate of village children; where it is negative as many come back, which
is the rate d[t] (1 - s[t-1]) / s[t-1] of town children.  The reference future therefore adds exactly nothing.  Tests:
tests/sim/test_futures.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.bundle import Bundle
from scenarios.schema_base import path_value
from scenarios.schema_future import FutureFile
from sim.estate_tables import estates_of
from sim.future_births import births_factor
from sim.housing import Estate
from sim.future_births import births_factor
from sim.model import Model
from sim.od import Ways, ways

FloatArray = NDArray[np.float64]


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
    decay_km: float = np.inf  # of moves between villages and town
    to_town: Ways | None = None
    to_villages: Ways | None = None

    def way(self, model: Model, toward_town: bool) -> Ways | None:
        """Ways of the movers between villages and town; made here where they were not made with the rates."""
        made = self.to_town if toward_town else self.to_villages
        return made if made is not None else ways(model, toward_town, self.decay_km)

    def moves(self, i: int) -> bool:
        """Whether anybody moves beyond the reference in year index i."""
        return bool(
            self.urban[i] or self.local[i] or self.migrant[i] or any(estate.brings(i) for estate in self.estates)
        )


def urban_path(official: FloatArray, model_share: float) -> FloatArray:
    """The model's own urban share of children when it follows the official path on the logit scale, [year - base]."""
    logit = np.log(official / (1.0 - official))
    share: FloatArray = 1.0 / (1.0 + np.exp(-(np.log(model_share / (1.0 - model_share)) + logit - logit[0])))
    return share


def urban_rates(share: FloatArray) -> FloatArray:
    """Yearly rate of leaving villages that moves the urban share along a path, [year - base] each."""
    rates = np.zeros_like(share)
    rates[1:] = np.diff(share) / (1.0 - share[:-1])
    return rates


def extra_rates(share: FloatArray, reference: FloatArray) -> FloatArray:
    """Rate beyond the reference path, [year - base]: of village children where positive, else of town children."""
    extra = urban_rates(share) - urban_rates(reference)
    before = np.concatenate([share[:1], share[:-1]])
    return np.where(extra < 0.0, extra * (1.0 - before) / before, extra)


def future_rates(bundle: Bundle, model: Model, future: FutureFile) -> FutureRates:
    """Rates of a future against the reference future of the study."""
    reference = bundle.futures[bundle.study.reference_future]
    years = np.arange(model.base_year, model.horizon + 1)
    share = _urban_share(model)

    def path(source: object, default: float) -> FloatArray:
        return np.array([default if source is None else path_value(source, int(y)) for y in years])  # type: ignore[arg-type]

    def difference(group: str) -> FloatArray:
        own, base = getattr(future.external_migration, group), getattr(reference.external_migration, group)
        return (path(own, 0.0) - path(base, 0.0)) / 1000.0

    own, base = (urban_path(path(one.urban_share, 0.5), share) for one in (future, reference))
    return FutureRates(
        future=future.id,
        births_index=births_factor(bundle, model, future),
        urban=extra_rates(own, base),
        local=difference("local"),
        migrant=difference("migrant"),
        pull=path(future.town_pull, 1.0) / path(reference.town_pull, 1.0),
        estates=estates_of(bundle, model, list(future.estates), list(reference.estates)),
    )


def _urban_share(model: Model) -> float:
    children = model.residents.sum(axis=1) + model.pupils.sum(axis=(1, 2))
    inside = model.layout.unit_of >= 0
    share = float(children[model.layout.urban].sum() / children[inside].sum())
    return min(max(share, 0.01), 0.99)
