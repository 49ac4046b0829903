"""Plain reference of the construction calendar: one heap, lists and loops, no SimPy. For clarity, held to equality.

The rules are those of docs/science/construction.md, written a second time. At every instant first all that happens by
itself (a decision, the end of a leg, the money and land of a new year), then land in key order, then money, then, when
no more can be given, desks, then crews in key order; and again, until nothing changes any more. The life of a project
is a script that says what it waits for: ("until", month), ("after", id), ("land", units), ("money", parts) or
("place", name).
"""

import heapq
from collections.abc import Generator, Sequence

from sim.fates import Fate
from sim.legs import Leg
from sim.programme import Job, Programme
from sim.work_calendar import end_of_work
from verification.construction_parts import Outcome, Waiting, shared

CREW = ("crew", "")
Script = Generator[tuple[str, object], None, None]
Order = tuple[float, str, int]
"""(month, "start" or "cancel", project): given after all that happens up to that day."""


class World:
    """One draw."""

    def __init__(self, programme: Programme, fate: Fate) -> None:
        self.programme, self.fate, self.now = programme, fate, programme.begin
        self.level = [purse.released for purse in programme.purses]
        self.to_come = [list(purse.refills) for purse in programme.purses]
        self.free = {CREW: programme.crews} | {("desk", name): n for name, n in programme.desks.items()}
        self.scripts: dict[int, Script] = {}
        self.in_line: list[Waiting] = []
        self.lapsing: set[int] = set()
        self.parcels: dict[int, float] = {}  # who waits for a parcel, and since when
        self.quota = [] if programme.land is None else list(programme.land.refills)
        self.ground = 0 if programme.land is None else programme.land.released
        self.starts: dict[int, float] = {}
        self.held: dict[int, list[tuple[str, str]]] = {}
        self.heap: list[tuple[float, int, int, int]] = []
        legs = sum(len(job.legs) for job in programme.jobs)
        self.outcome = Outcome([float("inf")] * len(programme.jobs), [float("nan")] * legs, [float("nan")] * legs)
        for source, purse in enumerate(programme.purses):
            for month, _ in purse.refills:
                self.push(month, -1, source)
        for month, _ in self.quota:
            self.push(month, -2)
        for index, job in enumerate(programme.jobs):
            if not job.triggered:
                self.decide(index, job.start if job.begun is None else max(job.begun, programme.begin))

    def push(self, month: float, project: int, source: int = 0) -> None:
        """Something will happen at `month`."""
        # What SimPy adds to its clock is a length of time, and so is this: the last bit must agree.
        heapq.heappush(self.heap, (self.now + (month - self.now), len(self.heap), project, source))

    def decide(self, index: int, month: float) -> None:
        """The project begins at `month`."""
        self.scripts[index] = Life(self, index, self.programme.jobs[index]).script()
        self.starts[index] = month
        self.push(month, index)

    def resume(self, index: int) -> None:
        """Let the script go on to what it waits for next."""
        try:
            verb, what = next(self.scripts[index])
        except StopIteration:
            return
        if verb == "until":
            assert isinstance(what, float)
            heapq.heappush(self.heap, (what, len(self.heap), index, 0))
            return
        if verb == "after" and self.handed(str(what)):
            self.resume(index)
            return
        job = self.programme.jobs[index]
        cause = "dependency" if verb == "after" else self.cause(what)
        self.in_line.append(Waiting((job.priority, self.now, job.rank), index, what, cause, self.now))

    def cause(self, what: object) -> str:
        """Name of a wait."""
        if isinstance(what, list):
            name = self.programme.purses[what[0][0]].name
            return "budget" if name == "budget" else f"budget:{name}"
        if isinstance(what, int):
            return "land"
        return "crew" if what == CREW else f"desk:{what[1]}"  # type: ignore[index]

    def handed(self, name: str) -> bool:
        """Whether a project is ready."""
        return self.outcome.handover[self.programme.ids.index(name)] < float("inf")

    def serve(self, one: Waiting) -> None:
        """The wait is over."""
        self.in_line.remove(one)
        self.outcome.waited(one, self.now)
        self.resume(one.project)

    def hand_over(self, index: int, month: float) -> None:
        """The project is ready; those that wait for it go on."""
        self.outcome.handover[index] = month
        for one in [one for one in self.in_line if one.wants == self.programme.ids[index]]:
            self.serve(one)

    def refill(self, source: int) -> None:
        """1 January."""
        _, yuan = self.to_come[source].pop(0)
        kept = self.programme.purses[source].kept
        self.level[source] = (self.level[source] if kept == 1.0 else int(self.level[source] * kept)) + yuan

    def renew_land(self) -> None:
        """1 January: the quota of the year, and what may be kept of the last."""
        assert self.programme.land is not None
        _, units = self.quota.pop(0)
        kept = self.programme.land.kept
        self.ground = (self.ground if kept == 1.0 else int(self.ground * kept)) + units

    def grant_land(self) -> bool:
        """Serve in key order up to the first who must wait; who can never be served is passed over."""
        assert self.programme.land is not None
        kept, served = self.programme.land.kept, []
        for one in sorted((one for one in self.in_line if isinstance(one.wants, int)), key=lambda one: one.key):
            wanted: int = one.wants  # type: ignore[assignment]
            if wanted <= self.ground:
                self.ground -= wanted
                served.append(one)
                continue
            most = level = self.ground
            for _, units in self.quota:
                level = (level if kept == 1.0 else int(level * kept)) + units
                most = max(most, level)
            if wanted <= most:
                break
        for one in served:
            self.serve(one)
        return bool(served)

    def most(self, source: int) -> int:
        """The most a source can hold from now on, if nobody is paid."""
        kept, level = self.programme.purses[source].kept, self.level[source]
        levels = [level]
        for _, yuan in self.to_come[source]:
            level = (level if kept == 1.0 else int(level * kept)) + yuan
            levels.append(level)
        return max(levels)

    def grant_money(self) -> bool:
        """Serve in key order; who must wait blocks its sources, unless it could never be served. True if any served."""
        blocked: set[int] = set()
        served = []
        for one in sorted((one for one in self.in_line if isinstance(one.wants, list)), key=lambda one: one.key):
            parts: list[tuple[int, int]] = one.wants  # type: ignore[assignment]
            never = [source for source, yuan in parts if yuan > self.most(source)]
            short = [source for source, yuan in parts if source in blocked or yuan > self.level[source]]
            if not short:
                for source, yuan in parts:
                    self.level[source] -= yuan
                served.append(one)
                continue
            cause = self.cause([(source, 0) for source in (never or short)])
            # Behind a blocked single source nobody is looked at: the cause cannot be another.
            if cause != one.cause:
                self.outcome.waited(one, self.now)
                one.cause, one.since = cause, self.now
            if not never:
                blocked.update(source for source, _ in parts)
        for one in served:
            self.serve(one)
        return bool(served)

    def grant_places(self, kind: str) -> bool:
        """Serve in key order who finds a free desk, or crew. True if any served."""
        asking = [one for one in self.in_line if isinstance(one.wants, tuple) and one.wants[0] == kind]
        served = []
        for one in sorted(asking, key=lambda one: one.key):
            place: tuple[str, str] = one.wants  # type: ignore[assignment]
            if self.free[place] > 0:
                self.free[place] -= 1
                self.held.setdefault(one.project, []).append(place)
                served.append(one)
        for one in served:
            self.serve(one)
        return bool(served)

    def leave(self, index: int) -> None:
        """Give back desks and crews."""
        for place in self.held.pop(index, []):
            self.free[place] += 1

    def drain(self) -> None:
        """All that happens by itself at this instant."""
        while self.heap and self.heap[0][0] == self.now:
            _, _, project, source = heapq.heappop(self.heap)
            self.outcome.events += 1
            if project == -2:
                self.renew_land()
            elif project < 0:
                self.refill(source)
            elif project not in self.outcome.states:
                self.resume(project)

    def instant(self, month: float) -> None:
        """All that happens at this instant."""
        self.now = month
        self.drain()
        while (
            (self.programme.land is not None and self.grant_land())
            or self.grant_money()
            or self.grant_places("desk")
            or self.grant_places("crew")
        ):
            self.drain()

    def cancel(self, index: int) -> None:
        """Give up a project whose construction has not begun."""
        job, out = self.programme.jobs[index], self.outcome
        works = [c for leg, c in zip(job.legs, job.columns, strict=True) if "construction" in leg.stages]
        begun = "construction" in job.ended or any(out.began[column] == out.began[column] for column in works)
        if begun or index in out.states or out.handover[index] < float("inf"):
            return
        out.states[index] = "cancelled"
        for one in [one for one in self.in_line if one.project == index]:
            self.in_line.remove(one)
            out.waited(one, self.now)
        if index in self.parcels:
            out.add(index, "land", self.now - self.parcels.pop(index))
        self.leave(index)


class Life:
    """What a project goes through, leg by leg."""

    def __init__(self, world: World, index: int, job: Job) -> None:
        self.world, self.index, self.job, self.out = world, index, job, world.outcome
        self.owed, self.ended, self.times = job.final, dict(job.ended), dict.fromkeys(job.again, 0)

    def script(self) -> Script:
        """From the decision to the hand-over."""
        job, out, index = self.job, self.out, self.index
        if job.stopped:
            out.states[index] = "stopped"
            return
        for leg, column in zip(job.legs, job.columns, strict=True):
            months = self.world.fate.months[column]
            if job.begun is not None and column == job.columns[0]:
                yield self.carry_on(job.begun, leg, column, months)
            else:
                months += yield from self.strike(leg)
                if index in out.states:
                    return
                for other in leg.after:
                    yield "after", other
                if leg.yuan:
                    yield from self.pay(leg.yuan)
                yield from self.equip(leg)
                out.began[column] = self.world.now
                yield self.work(leg, months)
            if leg.land is not None:
                yield from self.settle_land(*leg.land)
            out.ended[column] = self.ended[leg.stages[-1]] = self.world.now
            self.world.leave(index)
        if self.owed:
            yield from self.pay(0)
        self.world.hand_over(index, self.world.now if job.handed is None else job.handed)

    def settle_land(self, month: float, units: int) -> Script:
        """The parcel, then the quota; the desk is given back before."""
        world, index = self.world, self.index
        world.leave(index)
        if month > world.now:
            world.parcels[index] = world.now
            yield "until", world.now + (month - world.now)
            self.out.add(index, "land", world.now - world.parcels.pop(index))
        if units:
            yield "land", units

    def hold(self, leg: Leg) -> Script:
        """First the desk, then the crew."""
        if leg.desk is not None:
            yield "place", ("desk", leg.desk)
        if leg.crew:
            yield "place", CREW

    def work(self, leg: Leg, months: float) -> tuple[str, object]:
        """Until when the work lasts that begins now."""
        now = self.world.now
        length = months if leg.pace is None else end_of_work(now, months, leg.pace) - now
        self.out.add(self.index, "season", 0.0 if leg.pace is None else length - months)
        return "until", now + length

    def carry_on(self, begun: float, leg: Leg, column: int, months: float) -> tuple[str, object]:
        """A stage that began before the simulation holds what it holds."""
        self.out.began[column] = begun
        for place in ([("desk", leg.desk)] if leg.desk else []) + [CREW] * leg.crew:
            self.world.free[place] -= 1
            self.world.held.setdefault(self.index, []).append(place)
        end = max(end_of_work(begun, months, leg.pace), self.job.start)
        self.out.add(self.index, "season", end - begun - months if leg.pace else 0.0)
        return "until", self.world.now + max(0.0, end - self.world.now)

    def strike(self, leg: Leg) -> Generator[tuple[str, object], None, float]:
        """What the risks of a stage bring that falls due; months longer."""
        longer = 0.0
        for risk in leg.risks:
            more = self.world.fate.struck.get(self.world.programme.risks[self.index, risk.id])
            if more is None:
                continue
            self.out.struck.append((self.index, risk.id))
            if risk.stops:
                self.out.states[self.index] = f"stopped:{risk.id}"
                return longer
            self.owed += round(risk.cost_share * self.job.cost * 10_000)
            self.out.add(self.index, "risk", more)
            for stage in [stage for stage in self.job.again if stage in risk.repeats]:
                yield from self.repeat(stage, "risk")
            longer += more
        return longer

    def repeat(self, stage: str, cause: str) -> Script:
        """Pass a stage once more."""
        leg, column = self.job.again[stage]
        self.times[stage] += 1
        months = self.world.fate.again(self.index, stage, self.times[stage])
        yield from self.hold(leg)
        self.out.add(self.index, cause, months)
        yield self.work(leg, months)
        self.ended[stage] = self.world.now
        if column >= 0:
            self.out.ended[column] = self.world.now
        self.world.leave(self.index)

    def lapsed(self, leg: Leg) -> list[str]:
        """Stages whose approval is too old now."""
        return [stage for stage, months in leg.approvals if self.world.now - self.ended[stage] > months + 1e-9]

    def equip(self, leg: Leg) -> Script:
        """A desk, a crew and valid approvals at the same moment."""
        while True:
            for stage in self.lapsed(leg):
                self.world.lapsing.add(self.index)
                yield from self.repeat(stage, "approval")
            if self.lapsed(leg):
                continue
            yield from self.hold(leg)
            if not self.lapsed(leg):
                break
            self.world.leave(self.index)
        self.world.lapsing.discard(self.index)

    def pay(self, yuan: int) -> Script:
        """A payment with all that is owed."""
        parts = shared(self.job.shares, yuan + self.owed)
        self.owed = 0
        yield "money", parts
        self.out.payments.extend((self.world.now, self.index, part, source) for source, part in parts)


def run(programme: Programme, fate: Fate, orders: Sequence[Order] = ()) -> Outcome:
    """One draw.  orders: starts and cancellations, sorted by month."""
    world = World(programme, fate)
    given = list(orders)
    while (world.heap and world.heap[0][0] < programme.end) or given:
        if given and (not world.heap or world.heap[0][0] > given[0][0]):
            world.now = month = given[0][0]
            while given and given[0][0] == month:
                _, what, project = given.pop(0)
                if what == "start":
                    world.decide(project, month)
                else:
                    world.cancel(project)
            world.instant(month)
        else:
            world.instant(world.heap[0][0])
    out = world.outcome
    for one in world.in_line:
        ends = {list: "money", str: "dependency", int: "land"}
        if type(one.wants) in ends:
            out.states[one.project] = ends[type(one.wants)]
        out.waited(one, programme.end)
    for index, since in world.parcels.items():
        out.states[index] = "land"
        out.add(index, "land", programme.end - since)
    for index in range(len(programme.jobs)):
        if index in world.lapsing:
            out.states.setdefault(index, "approval")
        if index not in world.scripts or world.starts[index] >= programme.end:
            out.states.setdefault(index, "not_started")
    return out
