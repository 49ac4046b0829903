"""Flows of a future as a table: what it says in children a year, and what acts beyond the ratios.

children[t] = rate[t] sum_a f[a] N[a], N the children of the base year who may move: a first order, for people to judge
the numbers by; the simulation applies the rates to those who are there.  Left-behind children (留守) stay where they
are: they are in no other flow.  Tests: tests/sim/test_expected_flows.py.
"""

from dataclasses import dataclass

import numpy as np

from scenarios.bundle import Bundle
from sim.across import MIGRANT, TOWN, VILLAGE, kind_of
from sim.arrays import FloatArray
from sim.future_flows import Flows, Stream, held, stated
from sim.model import Model
from sim.od import movable

STREAMS = (
    "to_town",
    "external_local",
    "external_migrant",
    "leaving_with_parents",
    "left_behind",
    "returning",
    "migrants_leaving",
)
"""Streams in the order of the table; external ones are net, all others count one direction."""


@dataclass(frozen=True)
class ExpectedFlow:
    """One stream of one future."""

    future: str
    stream: str
    stated: FloatArray  # [year] children a year, as the future says, first simulated year first
    acting: FloatArray  # [year] of these beyond what the ratios hold; negative: fewer than they hold


def expected_flows(bundle: Bundle, model: Model) -> list[ExpectedFlow]:
    """All streams of all futures, in their order; streams that no future mentions are left out."""
    already = _children(held(bundle, model), model)
    futures = {name: _children(stated(bundle, model, future), model) for name, future in bundle.futures.items()}
    used = [s for s in STREAMS if already[s].any() or any(flows[s].any() for flows in futures.values())]
    return [ExpectedFlow(name, s, flows[s], flows[s] - already[s]) for name, flows in futures.items() for s in used]


def _children(flows: Flows, model: Model) -> dict[str, FloatArray]:
    """Children a year of each stream, [year]."""
    have, kind = movable(model), kind_of(model)

    def of(stream: Stream, *kinds: int) -> FloatArray:
        children: FloatArray = (stream.by_age @ have[np.isin(kind, kinds)].sum(axis=0))[1:]
        return children

    villages = have[kind == VILLAGE].sum()
    return {
        "to_town": flows.urban[1:] * villages,
        "external_local": of(flows.local, TOWN, VILLAGE),
        "external_migrant": of(flows.migrant, MIGRANT),
        "leaving_with_parents": of(flows.going, VILLAGE),
        "left_behind": flows.staying[1:] * villages,
        "returning": of(flows.returning, VILLAGE),
        "migrants_leaving": of(flows.ending, MIGRANT),
    }
