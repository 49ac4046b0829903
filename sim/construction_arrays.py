"""A programme and the state of its draws as arrays of records, for the compiled loop of construction.

Money in whole yuan, land in ten-thousandths of a mu, times in months since 1 September of base_year. Where a record
names the first and the last of something, the last is the one behind.  Page: docs/science/construction.md, Speed.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.arrays import FloatArray, IntArray

Records = NDArray[Any]
"""Array of records; the fields are those of the record named."""

NOTHING, CLOCK, CHANCE, OTHER, FOR_LAND, FOR_MONEY, FOR_DESK, FOR_CREW = range(8)
"""What a project waits for: nothing, a month, the duration of a stage passed again, another project, or in a line."""

BEGIN, LEG, RISKS, REPEATS, OTHERS, PAY, VALID, LAPSED, DESK, CREW, HELD, PASSED, PARCEL, QUOTA, END, OVER = range(16)
"""The steps of a project's life, in `sim/kernels_construction_life.py`."""


def _record(ints: str, floats: str = "", bools: str = "") -> np.dtype[np.void]:
    kinds = ((ints, np.int64), (floats, np.float64), (bools, np.bool_))
    return np.dtype([(name, kind) for names, kind in kinds for name in names.split()], align=True)


PROJECT = _record("first last priority rank stopped share_first share_last event", "start begun handed")
LEG_PLAN = _record(
    "yuan desk pace slot units risk_first risk_last after_first after_last approval_first approval_last",
    "parcel",
    "crew land",
)
SLOT_PLAN = _record("desk pace column", bools="crew")
RISK_PLAN = _record("column state yuan repeat_first repeat_last")
APPROVAL_PLAN = _record("slot", "months")
SHARE_PLAN = _record("source", "share")
PURSE_PLAN = _record("first last cause", "kept")
REFILL = _record("units", "month")


class Plan(NamedTuple):
    """A programme.  The last of `purses` is the quota of land, the last of `places` the crews.

    Events are what legs wait for, mostly hand-overs; `event` of a project is its own, -1 if nobody waits for it.
    slots: stages that may be passed again.  dependency .. risk: places of these causes of waits, -1 if a plan has none.
    """

    projects: Records  # PROJECT, [project]
    legs: Records  # LEG_PLAN, [leg]
    slots: Records  # SLOT_PLAN, [slot]
    risks: Records  # RISK_PLAN, [risk of a leg]
    repeats: IntArray  # slots that a risk passes again, [repeat]
    after: IntArray  # events that a leg waits for, [link]
    approvals: Records  # APPROVAL_PLAN, [approval of a leg]
    shares: Records  # SHARE_PLAN, [share]
    purses: Records  # PURSE_PLAN, [source + 1]
    refills: Records  # REFILL, [refill]
    places: IntArray  # cause of the wait for each, [desk + 1]
    paces: FloatArray  # [pace, 12]
    end: float
    dependency: int
    land: int
    season: int
    approval: int
    risk: int


SITE = _record(
    "step waits leg slot why risk repeat link approval owed lacking cause state desk",
    "until asked since start longer months handover",
    "crew lapsing",
)
LEG_STATE = _record("", "months began ended")
SLOT_STATE = _record("times", "ended")
RISK_STATE = _record("", "longer", "strikes came")
PURSE_STATE = _record("level to_come next", bools="blocked")
CLOCK_STATE = _record("", "now", "woken paused")


class State(NamedTuple):
    """What is so in the draws of a block, [draw, ...], or in one draw; changed in place.

    due: approvals that have lapsed and are to be passed again.  paid, parts: payment i of a project is that before its
    leg i, one more before hand-over; `paid` is its month, nan until it is made, `parts` the yuan of each source.
    """

    sites: Records  # SITE, [draw, project]
    legs: Records  # LEG_STATE, [draw, leg]
    slots: Records  # SLOT_STATE, [draw, slot]
    risks: Records  # RISK_STATE, [draw, risk]
    purses: Records  # PURSE_STATE, [draw, source + 1]
    clock: Records  # CLOCK_STATE, [draw, 1]
    told: NDArray[np.bool_]  # whether an event has happened, [draw, event]
    due: NDArray[np.bool_]  # [draw, approval of a leg]
    free: IntArray  # desks and crews, [draw, desk + 1]
    paid: FloatArray  # [draw, leg + project]
    parts: IntArray  # [draw, leg + project, source]
    waits: FloatArray  # [draw, project, cause]
