"""What a future says about moves, in rates per child and year, and what the ratios hold of it already.

Symbols: U[t] official urban share, w[u] share of a unit's children in the county, T[u] year from which statistics count
it as urban; V[t] = U[t] - sum_{u: T[u] <= t} w[u] the share that moving alone explains; s[t] the model's own share on
the path of V (logit scale), m[t] = (s[t] - s[t-1]) / (1 - s[t-1]) the rate of leaving villages for town.

    net       the ratios hold what the reference future states: every rate acts as a difference from it
    purged    they hold the registered mean of the learning window (sim/purged.py): every rate acts as a difference from
              that, which is the same in expectation as ratios freed of the transfers and flows in full

A reclassified unit raises U by w and V by nothing: nobody moves.  Tests: tests/sim/test_future_flows.py.
"""

from dataclasses import dataclass, fields

import numpy as np

from scenarios.bundle import Bundle
from scenarios.schema_base import path_value
from scenarios.schema_future import FutureFile
from sim.across import MIGRANT, TOWN, VILLAGE, Across, across, age_factors
from sim.arrays import FloatArray
from sim.model import Model
from sim.path_ratios import MEMORY
from sim.purged import WindowRates, registered_from_rows, window_rates
from sim.study_panel import panel_of_study

_LOCAL = (TOWN, VILLAGE)


@dataclass(frozen=True)
class Stream:
    """One stream across the county line."""

    rate: FloatArray  # [year - base] per child
    factor: FloatArray  # [age index]

    @property
    def by_age(self) -> FloatArray:
        """Rate of each age, [year - base, age index]."""
        return self.rate[:, None] * self.factor


@dataclass(frozen=True)
class Flows:
    """Yearly rates per child of the homes each stream is about; index 0 is the base year."""

    urban: FloatArray  # [year - base] of village children who leave for town
    local: Stream  # net, local children
    migrant: Stream  # net, migrant children
    going: Stream  # village children who leave with their parents
    returning: Stream  # village children who come back
    ending: Stream  # migrant children who leave again
    staying: FloatArray  # [year - base] village children whose parents leave without them


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


def urban_share(model: Model) -> float:
    """Share of the county's children who live in urban units, in the base year."""
    children = model.residents.sum(axis=1) + model.pupils.sum(axis=(1, 2))
    inside = model.layout.unit_of >= 0
    share = float(children[model.layout.urban].sum() / children[inside].sum())
    return min(max(share, 0.01), 0.99)


def moved_share(model: Model, future: FutureFile) -> FloatArray:
    """The official urban share less what was only reclassified, [year - base].

    Raises ValueError where nothing, or everything, would be left.
    """
    years = np.arange(model.base_year, model.horizon + 1)
    official = np.array([path_value(future.urban_share, int(year)) for year in years])
    children = model.residents.sum(axis=1) + model.pupils.sum(axis=(1, 2))
    inside = model.layout.unit_of >= 0
    for unit, since in future.reclassified.items():
        cells = inside & (model.layout.unit_of == model.layout.units.index(unit))
        official = official - np.where(years >= since, children[cells].sum() / children[inside].sum(), 0.0)
    if (official <= 0.0).any() or (official >= 1.0).any():
        raise ValueError(f"future {future.id}: without the reclassified units the urban share leaves 0 to 1")
    return official


def stated(bundle: Bundle, model: Model, future: FutureFile) -> Flows:
    """What a future says."""
    years = range(model.base_year, model.horizon + 1)
    outside, families, children = future.external_migration, future.families, future.migrant_children

    def path(values: dict[int, float]) -> FloatArray:
        return np.array([path_value(values, year) for year in years])

    def stream(rate: FloatArray, profile: dict[str, float] | None, kinds: tuple[int, ...]) -> Stream:
        return Stream(rate, age_factors(profile, bundle.study, model, kinds))

    parents, behind = path(families.parents_leaving) / 1000.0, path(families.left_behind_share)
    return Flows(
        urban=urban_rates(urban_path(moved_share(model, future), urban_share(model))),
        local=stream(path(outside.local) / 1000.0, outside.local_profile, _LOCAL),
        migrant=stream(path(outside.migrant) / 1000.0, outside.migrant_profile, (MIGRANT,)),
        going=stream(parents * (1.0 - behind), families.leaving_profile, (VILLAGE,)),
        returning=stream(path(families.returning) / 1000.0, families.returning_profile, (VILLAGE,)),
        ending=stream(path(children.leaving) / 1000.0, None, (MIGRANT,)),
        staying=parents * behind,
    )


def held(bundle: Bundle, model: Model) -> Flows:
    """What the ratios of a model hold already."""
    if bundle.study.learning_window.ratios == "net":
        return stated(bundle, model, bundle.futures[bundle.study.reference_future])
    return _constant(model, registered_window(bundle))


def registered_window(bundle: Bundle) -> WindowRates:
    """Mean registered flows of the learning window; weights fade as those of the ratios do."""
    panel = panel_of_study(bundle)
    urban = dict(zip(bundle.tables["units"]["unit"], bundle.tables["units"]["urban"], strict=True))
    home = dict(zip(bundle.tables["schools"]["school"], bundle.tables["schools"]["unit"], strict=True))
    village = np.array([not urban.get(home.get(school, ""), True) for school in panel.schools])
    registered = registered_from_rows(bundle.tables["transfers"], panel)
    window = bundle.study.learning_window
    first = int(panel.years[-1]) - window.years
    kept = np.where(panel.years >= first, 1.0, np.nan)
    inside = type(registered)(registered.came * kept, registered.left * kept)
    return window_rates(panel, inside, village, MEMORY)


def _constant(model: Model, window: WindowRates) -> Flows:
    years = model.horizon - model.base_year + 1
    ones = np.ones(model.grades.entry_age + len(model.grades.names))
    external, nothing = Stream(np.full(years, window.external), ones), Stream(np.zeros(years), ones)
    urban = np.where(np.arange(years) > 0, window.to_town, 0.0)
    return Flows(urban, external, external, nothing, nothing, nothing, np.zeros(years))


def lines(own: Flows, already: Flows) -> Across:
    """Rates across the county line beyond what the ratios hold."""
    extra = {
        field.name: getattr(own, field.name).by_age - getattr(already, field.name).by_age
        for field in fields(Flows)
        if isinstance(getattr(own, field.name), Stream)
    }
    return across([
        (_LOCAL, extra["local"]),
        ((MIGRANT,), extra["migrant"]),
        ((VILLAGE,), extra["returning"]),
        ((VILLAGE,), -extra["going"]),
        ((MIGRANT,), -extra["ending"]),
    ])  # fmt: skip
