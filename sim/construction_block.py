"""The run of a block of draws by the compiled loop: projects can be started, cancelled and advanced, as in `sim.yard`.

It gives what the SimPy model gives, draw by draw, to the last bit.
Tests: tests/sim/test_construction_properties.py, tests/sim/test_construction_block.py.
Page: docs/science/construction.md, section Speed.
"""

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.construction_arrays import BEGIN, CHANCE, CLOCK, FOR_MONEY, NOTHING, OTHER
from sim.construction_layout import Layout
from sim.construction_log import APPROVAL, CANCELLED, DEPENDENCY, LAND, MONEY, NOT_STARTED
from sim.construction_record import Record, risks_of, states_of
from sim.fates import Fates
from sim.kernels_construction import advance
from sim.kernels_construction_life import EPSILON
from sim.programme import Programme
from sim.projects import CREW_STAGE


class Block:
    """All draws of a block of fates.  `advance` them month by month, or ask for the `record` of the whole time."""

    def __init__(self, programme: Programme, fates: Fates) -> None:
        self._programme, self._fates = programme, fates
        self._layout = Layout(programme, fates.plan)
        self._plan, self._state = self._layout.plan(), self._layout.state(fates)
        self._queue = np.empty(len(programme.jobs), dtype=np.int64)
        self._states = {name: place for place, name in enumerate(states_of(fates.plan))}

    def start(self, draw: int, project: int, month: float) -> None:
        """Decide a project that waits for a trigger.  Raises ValueError if that was done or `month` is past."""
        site, now = self._state.sites[draw, project], float(self._state.clock["now"][draw, 0])
        name = self._programme.ids[project]
        if site["start"] < np.inf or site["state"] >= 0:
            raise ValueError(f"project {name} was started or cancelled before")
        if month < now - EPSILON:
            raise ValueError(f"project {name}: month {month} is past, it is month {now}")
        site["start"] = max(month, now)
        site["until"] = now + (site["start"] - now)
        site["step"], site["waits"] = BEGIN, CLOCK

    def cancel(self, draw: int, project: int) -> bool:
        """Give up a project, now; False if it is too late: its construction has begun, or it has ended.

        Money not yet released stays where it is; what was released is spent.
        """
        job, state = self._programme.jobs[project], self._state
        site, now = state.sites[draw, project], float(state.clock["now"][draw, 0])
        works = [column for leg, column in zip(job.legs, job.columns, strict=True) if CREW_STAGE in leg.stages]
        begun = CREW_STAGE in job.ended or not np.isnan(state.legs["began"][draw, works]).all()
        if begun or site["state"] >= 0 or site["handover"] < np.inf:
            return False
        if site["cause"] >= 0 and now > site["since"]:
            at = draw, project, site["cause"]
            state.waits[at] = state.waits[at] + now - site["since"]
        if site["desk"] >= 0:
            state.free[draw, site["desk"]] += 1
        state.free[draw, -1] += site["crew"]
        site["cause"], site["desk"], site["crew"] = -1, -1, False
        site["state"], site["waits"], site["until"] = self._states[CANCELLED], NOTHING, np.inf
        state.clock["woken"][draw] = True  # the lines are looked at again
        return True

    def announce(self, draw: int, name: str) -> None:
        """What some projects wait for happens now, though it is no hand-over; names: `Leg.after`."""
        event, sites = self._layout.events.index(name), self._state.sites[draw]
        self._state.told[draw, event] = True
        sites["until"][(sites["waits"] == OTHER) & (sites["lacking"] == event)] = self._state.clock["now"][draw]

    def advance(self, month: float, rows: IntArray | None = None) -> None:
        """All that happens up to `month`, that day included, in all draws or in those of `rows`, [row]."""
        left = np.arange(len(self._fates.draws)) if rows is None else rows
        while len(left):
            advance(self._plan, self._state, left, month, self._queue)
            left = left[self._state.clock["paused"][left, 0]]
            self._draw_again(left)

    def handover(self) -> FloatArray:
        """Month of each hand-over so far, inf where there was none, [draw, project]."""
        months: FloatArray = self._state.sites["handover"].copy()
        return months

    def record(self) -> Record:
        """Run to the end of the programme; waits that are open then end there."""
        self.advance(np.inf)
        state, sites = self._state, self._state.sites
        draw, payment, source = np.nonzero((state.parts > 0) & ~np.isnan(state.paid)[:, :, None])
        # Payment i of project p stands i + p places behind those of the legs before it.
        lasts = self._plan.projects["last"] + np.arange(sites.shape[1])
        project = np.searchsorted(lasts, payment)
        struck = np.zeros((*sites.shape, len(risks_of(self._fates.plan))), dtype=bool)
        for (place, risk), column in self._programme.risks.items():
            struck[:, place, risks_of(self._fates.plan).index(risk)] = state.risks["came"][:, column]
        waits = self._waits()
        return Record(
            handover=self.handover(),
            began=state.legs["began"].copy(),
            ended=state.legs["ended"].copy(),
            payments=np.stack([draw, project, source, state.parts[draw, payment, source]], axis=1),
            paid_at=state.paid[draw, payment],
            waits={cause: waits[:, :, place] for place, cause in enumerate(self._layout.causes)},
            struck=struck,
            state=self._ends(),
        )

    def _draw_again(self, rows: IntArray) -> None:
        """Tell projects that pass a stage again how long it takes this time."""
        sites = self._state.sites
        row, project = np.nonzero((sites["waits"][rows] == CHANCE) & np.isnan(sites["months"][rows]))
        row = rows[row]
        slot = sites["slot"][row, project]
        pairs = np.stack([slot, self._state.slots["times"][row, slot]], axis=1)
        for pair in np.unique(pairs, axis=0):
            chosen = (pairs == pair).all(axis=1)
            place, stage = self._layout.slots[pair[0]]
            sites["months"][row[chosen], place] = self._fates.passed_again(row[chosen], place, stage, int(pair[1]))

    def _waits(self) -> FloatArray:
        """Months by cause, those of open waits with them, [draw, project, cause]."""
        waits, sites = self._state.waits.copy(), self._state.sites
        draw, project = np.nonzero((sites["cause"] >= 0) & (sites["since"] < self._programme.end))
        at = draw, project, sites["cause"][draw, project]
        waits[at] = waits[at] + self._programme.end - sites["since"][draw, project]
        return waits

    def _ends(self) -> IntArray:
        """Why a project ends otherwise than by hand-over, -1 where it does not, [draw, project]."""
        sites, end = self._state.sites, self._states
        state: IntArray = sites["state"].copy()
        if self._plan.dependency >= 0:
            state[sites["cause"] == self._plan.dependency] = end[DEPENDENCY]
        if self._plan.land >= 0:
            state[sites["cause"] == self._plan.land] = end[LAND]
        state[sites["waits"] == FOR_MONEY] = end[MONEY]
        state[(state < 0) & sites["lapsing"]] = end[APPROVAL]
        state[(state < 0) & (sites["start"] >= self._programme.end)] = end[NOT_STARTED]
        return state
