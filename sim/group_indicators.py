"""Resource indicators of school groups: all members together, as if they were one school.

Symbols: x[s] value of member s for a stage, p[s] its pupils of the stage.

    x = sum_s p[s] x[s] / sum_s p[s]        over the members with pupils: the group's resources over its pupils

Unknown where a member with pupils is unknown.  Page: docs/science/coefficients.md.
Tests: tests/sim/test_group_indicators.py.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import FloatArray
from sim.balance import value_of
from sim.clauses_verdicts import known_rows
from sim.reduced import Reduced


def of_members(value: FloatArray, pupils: NDArray[np.integer]) -> FloatArray:
    """Value of all members together, [draw, year] from [draw, year, member]; nan unknown, or no pupils."""
    there = pupils > 0
    total = pupils.sum(axis=-1)
    stock = np.where(there, value * pupils, 0.0).sum(axis=-1)
    out: FloatArray = np.divide(stock, total, out=np.full(stock.shape, np.nan), where=total > 0)
    return out


def group_indicator_rows(one: Reduced) -> pd.DataFrame:
    """Rows of the table of groups, by group, stage and resource indicator of the pack."""
    frames: list[pd.DataFrame] = []
    for name, schools in one.details.groups.groups.items():
        members = " ".join(one.model.layout.schools[school] for school in schools)
        for stage in one.sharing:
            for indicator in one.details.balance.resources:
                known = value_of(one, indicator, stage)
                if known is None or not one.pupils[stage][:, :, schools].any():
                    continue
                value = of_members(known.value[:, :, schools], one.pupils[stage][:, :, schools])[:, :, None]
                bound = one.details.balance.thresholds.get((indicator, stage))
                keys = {"stage": stage, "indicator": indicator, "unit": "" if bound is None else bound.unit}
                nothing = np.full(value.shape[1:], np.nan)
                rows = known_rows(value, nothing, keys, one.model.years, (name,)).drop(columns="p_exceed")
                frames.append(rows.assign(kind="group", members=members))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
