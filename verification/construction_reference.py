"""Plain reference of the construction calendar: one heap, loops, no SimPy. Written for clarity, held to equality.

The rules are those of docs/science/construction.md, written a second time: at every instant first all that happens by
itself (a decision, the end of a leg, the budget of a new year), then money in key order, then, when no more money can
be given, crews in key order; and again, until nothing changes any more.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

from sim.programme import Programme

_REFILL = -1


@dataclass
class Outcome:
    """Hand-over month by project (inf if never), payments (month, project, yuan), waits by (project, cause)."""

    handover: list[float]
    payments: list[tuple[float, int, int]] = field(default_factory=list)
    waits: dict[tuple[int, str], float] = field(default_factory=dict)
    events: int = 0


class _World:
    def __init__(self, programme: Programme, months: Sequence[float]) -> None:
        self.programme, self.months = programme, months
        self.cash = programme.purses[0].released
        self.to_come = sum(yuan for _, yuan in programme.purses[0].refills)
        self.crews = programme.crews
        self.position = [-1] * len(programme.jobs)
        self.holds = [False] * len(programme.jobs)
        self.for_money: list[tuple[tuple[int, float, int], int]] = []
        self.for_crew: list[tuple[tuple[int, float, int], int]] = []
        self.heap: list[tuple[float, int, int]] = []
        self.outcome = Outcome([float("inf")] * len(programme.jobs))

    def happen(self, project: int, now: float) -> None:
        """A leg ends (or the project is decided): leave the crew, go to the next leg or hand over."""
        job = self.programme.jobs[project]
        if self.holds[project]:
            self.holds[project] = False
            self.crews += 1
        self.position[project] += 1
        if self.position[project] == len(job.legs):
            self.outcome.handover[project] = now
        elif job.legs[self.position[project]].yuan:
            self.for_money.append(((job.priority, now, job.rank), project))
        else:
            self.equip(project, now)

    def equip(self, project: int, now: float) -> None:
        """Money is there: ask for a crew if the leg needs one, else start the leg."""
        job = self.programme.jobs[project]
        if job.legs[self.position[project]].crew:
            self.for_crew.append(((job.priority, now, job.rank), project))
        else:
            self.start(project, now)

    def start(self, project: int, now: float) -> None:
        """Start the leg: note when it ends."""
        column = self.programme.jobs[project].columns[self.position[project]]
        heapq.heappush(self.heap, (now + self.months[column], 0, project))

    def waited(self, project: int, cause: str, since: float, now: float) -> None:
        """Add to the months waited."""
        if now > since:
            waits = self.outcome.waits
            waits[project, cause] = waits.get((project, cause), 0.0) + now - since

    def grant_money(self, now: float) -> bool:
        """Serve in key order; stop at the first that must wait, unless it could never be served. True if any served."""
        before = len(self.for_money)
        for request in sorted(self.for_money):
            (_, since, _), project = request
            job = self.programme.jobs[project]
            yuan = job.legs[self.position[project]].yuan
            if yuan <= self.cash:
                self.cash -= yuan
                self.for_money.remove(request)
                self.waited(project, "budget", since, now)
                self.outcome.payments.append((now, project, yuan))
                self.equip(project, now)
            elif yuan <= self.cash + self.to_come:
                break
        return len(self.for_money) < before

    def grant_crews(self, now: float) -> bool:
        """Serve in key order while a crew is free. True if any served."""
        before = len(self.for_crew)
        for request in sorted(self.for_crew)[: self.crews]:
            (_, since, _), project = request
            self.for_crew.remove(request)
            self.waited(project, "crew", since, now)
            self.crews -= 1
            self.holds[project] = True
            self.start(project, now)
        return len(self.for_crew) < before

    def drain(self, now: float) -> None:
        """All that happens by itself at this instant."""
        while self.heap and self.heap[0][0] == now:
            _, kind, number = heapq.heappop(self.heap)
            self.outcome.events += 1
            if kind == _REFILL:
                self.cash += number
                self.to_come -= number
            else:
                self.happen(number, now)


def run(programme: Programme, months: Sequence[float]) -> Outcome:
    """One draw; same arguments as `sim.construction.simulate_draw`."""
    world = _World(programme, months)
    world.heap = [(month, _REFILL, yuan) for month, yuan in programme.purses[0].refills]
    world.heap += [(programme.begin + (job.start - programme.begin), 0, i) for i, job in enumerate(programme.jobs)]
    heapq.heapify(world.heap)
    while world.heap and world.heap[0][0] < programme.end:
        now = world.heap[0][0]
        world.drain(now)
        while world.grant_money(now) or world.grant_crews(now):
            world.drain(now)
    for queue, cause in ((world.for_money, "budget"), (world.for_crew, "crew")):
        for (_, since, _), project in queue:
            world.waited(project, cause, since, programme.end)
    return world.outcome
