"""How much wider intervals are because counts were estimated: the same draws once with that spread, once without.

    ratio = (q90 - q10 of the made counts) / (q90 - q10 of the counts taken as if counted)      same seed, same draws
    error = sqrt((G - 1) / G sum_g (ratio_g - mean ratio)^2), ratio_g without the draws of group g = draw mod G, G = 10

Page: docs/science/estimated.md.  Test: tests/sim/test_widths.py.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import CountArray, FloatArray
from sim.model import Model

AHEAD = (1, 3, 5)
"""School years after the base year that are looked at."""
MOST_DRAWS = 250
"""Draws of the run that are enough for the comparison."""
GROUPS = 10
COLUMNS = ("year", "entity", "stage", "indicator", "unit", "p10_counted", "p90_counted", "p10", "p90", "ratio",
           "ratio_error", "draws")  # fmt: skip


def width_rows(counted: CountArray, made: CountArray, model: Model, study: str) -> pd.DataFrame:
    """Intervals of the first grade, of the county and of the school that widens most, by year.

    counted, made: rolls [draw, year, school, grade] of equal draws, without and with the spread of estimated counts.
    """
    rows: list[tuple[object, ...]] = []
    first = f"grade:{model.grades.names[0]}"
    for ahead in (a for a in AHEAD if a <= counted.shape[1]):
        pair = counted[:, ahead - 1], made[:, ahead - 1]
        entry = [rolls[:, :, 0].sum(axis=1, dtype=float) for rolls in pair]
        whole = [rolls.sum(axis=(1, 2), dtype=float) for rolls in pair]
        schools = [rolls.sum(axis=2, dtype=float) for rolls in pair]
        widest = int(np.argmax(width(schools[1]) - width(schools[0])))
        named = (
            (study, first, entry),
            (study, "all", whole),
            (model.layout.schools[widest], "all", [rolls[:, widest] for rolls in schools]),
        )
        for entity, stage, (a, b) in named:
            ends = (*np.quantile(a, (0.1, 0.9)), *np.quantile(b, (0.1, 0.9)))
            ratio, error = ratio_of_widths(a, b)
            rows.append((model.base_year + ahead, entity, stage, "roll", "pupils", *ends, ratio, error, len(a)))
    return pd.DataFrame(rows, columns=COLUMNS)


def nothing_estimated() -> pd.DataFrame:
    """The table of a run in which every count was counted."""
    return pd.DataFrame(columns=COLUMNS)


def width(values: FloatArray) -> FloatArray:
    """Width of the 80 % interval over draws, [draw, ...] -> [...]."""
    low, high = np.quantile(values, (0.1, 0.9), axis=0)
    return np.asarray(high - low)


def ratio_of_widths(counted: FloatArray, made: FloatArray) -> tuple[float, float]:
    """Ratio of the widths and its error by the delete-a-group jackknife; nan where the narrower one has no width.

    counted, made: [draw], paired.
    """

    def ratio(chosen: NDArray[np.bool_]) -> float:
        narrow = float(width(counted[chosen]))
        return float(width(made[chosen])) / narrow if narrow > 0.0 else float("nan")

    every = np.ones(len(counted), dtype=bool)
    if len(counted) < 2 * GROUPS:
        return ratio(every), float("nan")
    parts = np.array([ratio(kept) for kept in _without_one(len(counted))])
    return ratio(every), float(np.sqrt((GROUPS - 1) / GROUPS * ((parts - parts.mean()) ** 2).sum()))


def _without_one(draws: int) -> Iterator[NDArray[np.bool_]]:
    group = np.arange(draws) % GROUPS
    return (group != left_out for left_out in range(GROUPS))


def in_blocks(simulated: Callable[[NDArray[np.int64]], CountArray], draws: int, block: int) -> CountArray:
    """Rolls of all draws, [draw, year, school, grade], made block by block so that memory stays small."""
    starts = range(0, draws, block)
    return np.concatenate([simulated(np.arange(start, min(start + block, draws))) for start in starts])
