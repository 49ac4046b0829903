"""Rows of the table of schools on rooms that are there for some years only."""

import pandas as pd

from sim.measures import temporary_rooms
from sim.quantiles import quantile_rows
from sim.reduced import Reduced


def temporary_rows(one: Reduced) -> pd.DataFrame:
    """`temporary_rooms` of schools with a measure of the plan; no rows without one."""
    networks = [case.network for case in (one.case, one.case.early) if case is not None]
    measures = [measure for network in networks for measure in network.temporary]
    if not measures:
        return pd.DataFrame()
    at = sorted({measure.school for measure in measures})
    rooms = temporary_rooms(measures, one.model.years, one.now.result.open)[:, :, at]
    names = [one.model.layout.schools[school] for school in at]
    keys = {"stage": "all", "indicator": "temporary_rooms", "unit": "rooms"}
    frame = quantile_rows(rooms, keys, None, one.model.years, names)
    return frame[one.now.open[:, at].reshape(-1)]
