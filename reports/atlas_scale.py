"""Classes of the printed maps: fixed steps where a norm gives them, equal counts for amounts, even steps around zero.

Rates, chances and minutes have the steps of the norms, the same for all maps, plans, years and studies. Amounts
(pupils) have no norm: each class holds as many units as the others (quantiles), its limits rounded to two figures.
Differences have even steps on both sides of zero. Every pair of classes differs in lightness or in hatching.
Tests: tests/reports/test_atlas_scale.py, with colour blindness and grey print simulated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from reports.atlas_keys import Key
from reports.figures_cells import Scale
from reports.i18n import Labels, integer, minus
from reports.maps_access import SEATS, STEPS
from reports.maps_data import SIZE_BREACH, UTILISATION
from reports.style import GREY, PAPER

NO_DATA = "--"
AMOUNTS = ("#f7fbff", "#c6dbef", "#8cb9dc", "#4a90c6", "#2171b5")
TIMES = ("#f7fbff", "#cfe1f2", "#a6c8e2", "#6baed6", "#2c7cba", "#08458a")
RISKS = ("#ffffff", "#fddfb5", "#fbb27a", "#e0742f", "#9c3d05")
"""Steps far enough apart for paper; those of the report are for a screen."""
LESS_TO_MORE = ("#542788", "#998ec3", "#d8daeb", "#ffffff", "#fee0b6", "#f1a340", "#b35806")
"""ColorBrewer PuOr: purple = less, orange = more; more is hatched as well, since both print in the same greys."""
LESS_TO_MORE_HATCHES = ("", "", "", "", "...", "///", "xxx")


@dataclass(frozen=True)
class Look:
    """Classes of a quantity: colours with their limits, hatching, and how a limit is written."""

    scale: Scale
    hatches: tuple[str, ...]
    percent: bool = False
    signed: bool = False

    def steps(self, values: "Sequence[float] | np.ndarray | pd.Series") -> np.ndarray:
        """Class of each value, [value]; -1 where there is none."""
        array = np.asarray(values, dtype=float)
        return np.where(np.isnan(array), -1, self.scale.step(np.nan_to_num(array, posinf=np.inf, neginf=-np.inf)))

    def limit(self, labels: Labels, value: float) -> str:
        """A limit as the legend writes it."""
        shown = value * 100 if self.percent else value
        text = integer(abs(shown)) if abs(shown) >= 1000 else f"{abs(round(shown, 6)):g}"
        sign = "" if shown == 0 else minus("-") if shown < 0 else "+" if self.signed else ""
        return f"{sign}{text}{labels('number.percent') if self.percent else ''}"

    def keys(self, labels: Labels, absent: tuple[int, str] = (0, "")) -> tuple[Key, ...]:
        """Legend of the classes; absent: units without a value, and what that means."""
        edges = [self.limit(labels, value) for value in self.scale.breaks]
        if edges:
            names = [labels("map.below", value=edges[0])]
            between = "atlas.between" if self.signed else "map.between"
            names += [labels(between, low=low, high=high) for low, high in pairwise(edges)]
            names.append(labels("map.above", value=edges[-1]))
        else:
            names = [labels("atlas.one_class")]
        keys = [
            Key("area", name, color, hatch)
            for color, hatch, name in zip(self.scale.colors, self.hatches, names, strict=True)
        ]
        if absent[0]:
            said = labels("atlas.absent", what=absent[1], n=integer(absent[0]))
            keys.append(Key("area", said, PAPER, NO_DATA, GREY))
        return tuple(keys)


USED = Look(UTILISATION.scale, UTILISATION.hatches, percent=True)
CHANCE = Look(Scale(SIZE_BREACH.scale.breaks, RISKS), SIZE_BREACH.hatches, percent=True)
MINUTES = Look(Scale(STEPS["minutes"], TIMES), ("", "", "", "", "...", "///"))
REACH = Look(SEATS.scale, USED.hatches[::-1])


def around_zero(steps: tuple[float, float, float], percent: bool = False) -> Look:
    """Three classes on both sides of zero, one between; steps: their limits, ascending."""
    breaks = (*(-one for one in reversed(steps)), *steps)
    return Look(Scale(breaks, LESS_TO_MORE), LESS_TO_MORE_HATCHES, percent, signed=True)


def two_figures(value: float) -> float:
    """A number rounded to two figures.

    >>> two_figures(1874.0), two_figures(0.0), two_figures(3.46)
    (1900.0, 0.0, 3.5)
    """
    if value == 0 or not np.isfinite(value):
        return value
    return float(round(value, 1 - int(np.floor(np.log10(abs(value))))))


def equal_counts(values: Sequence[float] | np.ndarray | pd.Series, classes: int = 5) -> Look:
    """At most five classes that hold equal numbers of units; limits rounded to two figures, doubles taken out."""
    array = np.asarray(values, dtype=float)
    array = array[np.isfinite(array)]
    shares = np.arange(1, classes) / classes
    wanted = np.quantile(array, shares, method="inverted_cdf") if array.size else np.empty(0)
    top = float(array.max()) if array.size else 0.0
    breaks = tuple(sorted({rounded for one in wanted if (rounded := two_figures(float(one))) < top}))
    colors = AMOUNTS[len(AMOUNTS) - len(breaks) - 1 :] if breaks else AMOUNTS[2:3]
    return Look(Scale(breaks, colors), ("",) * len(colors))
