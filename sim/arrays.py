"""Types of the arrays that the simulation works on; axes stand with each field and argument, as [draw, year, ...]."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
CountArray = NDArray[np.int32]
"""Pupils and other counts that are kept for every draw."""
UInt64Array = NDArray[np.uint64]
"""Bits of the random streams."""
