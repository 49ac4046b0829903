"""The one compiled loop of boarding."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True, error_model="numpy")
def add_weighted(
    pupils: NDArray[np.int32],
    entry: NDArray[np.int64],
    column: NDArray[np.int64],
    weight: NDArray[np.float64],
    total: NDArray[np.float64],
    weighted: NDArray[np.float64],
) -> None:  # pragma: no cover - compiled
    """Add pupils[d, entry] to total[d, column], and times their weight to weighted[d, column]; entries in order."""
    for draw in range(pupils.shape[0]):
        for i in range(entry.size):
            count = pupils[draw, entry[i]]
            if count > 0:
                total[draw, column[i]] += count
                weighted[draw, column[i]] += count * weight[i]
