"""Housing estates: what the tables say becomes children by year.

Symbols: H dwellings, y children per dwelling, r years to fill; D[t] = H y / r children in each of the r years from the
completion on, and none in other years.  Tests: tests/sim/test_futures.py (estates fill over their ramp).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.bundle import Bundle
from sim.model import Model

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Estate:
    """Children a housing estate brings in a year, and where they come from."""

    id: str
    cell: int
    children: FloatArray  # [year] expected, all ages
    outside: float
    in_town: float
    rural: float


def estates_of(bundle: Bundle, model: Model, names: list[str]) -> tuple[Estate, ...]:
    """Estates by id: their home cell, the children of every year and where these come from."""
    if not names:
        return ()
    rows = bundle.tables["estates"].set_index("estate").to_dict("index")
    out = []
    for name in names:
        row = rows[name]
        years = np.arange(model.base_year, model.horizon + 1)
        ramp = int(row["ramp_years"])
        filling = (years >= int(row["completion"])) & (years < int(row["completion"]) + ramp)
        total = float(row["dwellings"]) * float(row["yield_per_dwelling"])
        out.append(
            Estate(
                id=name,
                cell=model.layout.cells.index(f"{row['unit']}|local"),
                children=np.where(filling, total / ramp, 0.0),
                outside=float(row["outside_share"]),
                in_town=float(row["in_town_share"]),
                rural=float(row["rural_share"]),
            )
        )
    return tuple(out)
