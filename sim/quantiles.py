"""Mean, quantiles and chance of exceeding of draws, as columns of tidy rows; one frame at the end.

Quantiles are order statistics, linear between draws like `numpy.quantile`.  Whole numbers are sorted in the smallest
type that holds them, which is several times as fast; frames of every indicator would take longer than the draws.
Tests: tests/sim/test_quantiles.py.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import BoolArray, FloatArray

Columns = dict[str, NDArray[np.generic]]

QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
QUANTILE_NAMES = ("p05", "p10", "p25", "p50", "p75", "p90", "p95")


def quantile_rows(
    values: NDArray[np.generic], keys: Mapping[str, str], limit: FloatArray | None, years: range, entities: list[str]
) -> pd.DataFrame:
    """Tidy rows of one indicator from [draw, year, entity]; limit [entity] gives p_exceed, None or nan an empty one."""
    return frame_of([quantile_columns(values, keys, limit, years, entities)])


def quantile_columns(
    values: NDArray[np.generic],
    keys: Mapping[str, str],
    limit: FloatArray | None,
    years: range,
    entities: Sequence[str],
    shown: BoolArray | None = None,
) -> Columns:
    """Columns of `quantile_rows`; shown: rows that are told, [year, entity], None: all."""
    year, entity = np.nonzero(np.ones(values.shape[1:], dtype=bool) if shown is None else shown)
    drawn = values.transpose(1, 2, 0)[year, entity]  # [row, draw]
    whole = values.dtype.kind in "iub"
    # Floats are added in the order of the draws: what is left out must not change the last bit of the rest.
    mean = drawn.sum(axis=1, dtype=np.int64) / len(values) if whole else values.mean(axis=0, dtype=float)[year, entity]
    ordered = narrow(drawn)
    ordered.sort(axis=1)
    exceed = np.full(len(year), np.nan)
    if limit is not None:
        bound = limit[entity]
        exceed = np.where(np.isnan(bound), np.nan, (np.asarray(ordered, dtype=float) > bound[:, None]).mean(axis=1))
    columns: Columns = {"year": np.array(list(years))[year], "entity": np.array(entities, dtype=object)[entity]}
    columns |= {name: np.full(len(year), text, dtype=object) for name, text in keys.items()}
    columns["mean"] = mean
    columns |= dict(zip(QUANTILE_NAMES, at_quantiles(ordered), strict=True))
    return columns | {"p_exceed": exceed}


def frame_of(parts: Sequence[Mapping[str, NDArray[np.generic]]]) -> pd.DataFrame:
    """One frame of columns [row] that have the same names."""
    return pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def narrow(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """A copy of whole numbers [...] in the smallest signed type from 16 bits that holds them; floats as they are."""
    if values.dtype.kind not in "iub" or values.size == 0:
        return values.copy()
    low, high = int(values.min()), int(values.max())
    for kind in (np.int16, np.int32):
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return values.astype(kind)
    return values.copy()


def order_statistics(values: NDArray[np.generic]) -> FloatArray:
    """Quantiles of [draw, n] over draws, [quantile, n], linear between draws like `numpy.quantile`, but much faster."""
    ordered = narrow(np.ascontiguousarray(values.T))
    ordered.sort(axis=1)
    return at_quantiles(ordered)


def at_quantiles(ordered: NDArray[np.generic]) -> FloatArray:
    """Quantiles of rising values [n, draw], [quantile, n]."""
    place = np.array(QUANTILES) * (ordered.shape[1] - 1)
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, ordered.shape[1] - 1)
    below, above = ordered[:, low].astype(float), ordered[:, high].astype(float)
    table: FloatArray = (below + (place - low) * (above - below)).T
    return table
