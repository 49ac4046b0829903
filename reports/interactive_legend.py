"""Steps, colours, hatching and words of the measures of the interactive map: those of the maps on paper, and one more.

The one more is where pupils live, in pupils per km2: a count belongs to an area only when it is divided by it.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from reports.i18n import Labels
from reports.maps_data import Measure
from sim.arrays import FloatArray

TIMES = 1000
"""Shares and chances are sent in thousandths."""
DENSITY = ("#f7fcf0", "#ccebc5", "#7bccc4", "#4eb3d3", "#2b8cbe")
"""ColorBrewer GnBu, few pupils to many, monotone in grey."""
_NICE = np.array([a * 10.0**b for b in range(-3, 6) for a in (1, 1.5, 2, 3, 4, 5, 7)])
MEASURES = ("utilisation", "size_breach", "class_breach", "homes")


def share(measure: Measure, labels: Labels) -> dict[str, object]:
    """A measure of the maps on paper, with its breaks in thousandths."""
    edges = [f"{labels.integer(100 * value)}{labels('number.percent')}" for value in measure.scale.breaks]
    return {
        "key": measure.key,
        "name": labels(f"interactive.measure.{measure.key}"),
        "drawn": labels(f"map.measure.{measure.key}"),
        "breaks": [round(TIMES * value) for value in measure.scale.breaks],
        "colors": list(measure.scale.colors),
        "hatches": list(measure.hatches),
        "steps": step_names(edges, labels),
    }


def homes(breaks: Sequence[float], labels: Labels) -> dict[str, object]:
    """Pupils per km2 by home."""
    edges = [labels("interactive.density", n=f"{value:g}") for value in breaks]
    step = (len(DENSITY) - 1) / max(len(breaks), 1)
    return {
        "key": "homes",
        "name": labels("interactive.measure.homes"),
        "drawn": labels("interactive.drawn.homes"),
        "breaks": list(breaks),
        "colors": [DENSITY[round(step * at)] for at in range(len(breaks) + 1)],
        "hatches": [""] * (len(breaks) + 1),
        "steps": step_names(edges, labels),
    }


def step_names(edges: Sequence[str], labels: Labels) -> list[str]:
    """Names of the steps between edges: up to the first, between two, above the last."""
    between = [labels("map.between", low=low, high=high) for low, high in pairwise(edges)]
    return [labels("map.below", value=edges[0]), *between, labels("map.above", value=edges[-1])]


def round_breaks(values: FloatArray) -> list[float]:
    """At most four round breaks (`_NICE`) nearest to the quintiles of the positive values; 1 where there is none."""
    known = values[np.isfinite(values) & (values > 0)]
    if not known.size:
        return [1.0]
    quintiles = np.log(np.quantile(known, (0.2, 0.4, 0.6, 0.8)))
    near = np.abs(np.log(_NICE)[:, None] - quintiles[None, :]).argmin(axis=0)
    return [float(_NICE[at]) for at in sorted(set(near.tolist()))]
