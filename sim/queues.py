"""What projects wait for, on SimPy's clock: money of several sources, review desks and contractor crews.

All grant at the end of an instant, after every arrival, release and refill of that instant, and in the order of a key
(priority, time of asking, project id): first money, then desks, then crews. SimPy's own resources grant at once, so
that two requests made in the same instant would be served in the order in which events happen to be scheduled: the
order of rows would matter.
Tests: tests/sim/test_queues.py, tests/sim/test_construction_money.py, tests/sim/test_construction_terms.py.
"""

from bisect import insort
from collections.abc import Callable, Mapping, Sequence

from simpy import Environment, Event
from simpy.events import EventPriority

from sim.programme import Purse

Key = tuple[int, float, int]
"""(priority, month of asking, rank of the project id); smaller is served first."""

# SimPy runs events of one instant by priority: 0 urgent, 1 normal. These are settled after the rest, in this order.
LAND_SETTLES, MONEY_SETTLES, DESKS_SETTLE, CREWS_SETTLE = (EventPriority(place) for place in (2, 3, 4, 5))


class Request(Event):
    """A place in a line; the event fires when it is served.

    wants: what is asked for: (source, yuan) of every source, or the name of one desk.  project: its place in the plan.
    lacking: of a request for money, the source it waits for.
    """

    def __init__(self, env: Environment, key: Key, wants: "Sequence[tuple[int, int]] | str", project: int) -> None:
        super().__init__(env)
        self.key, self.wants, self.project = key, wants, project
        self.lacking = wants[0][0]

    def __lt__(self, other: "Request") -> bool:
        return self.key < other.key


class Line:
    """Requests in the order of their keys, served once at the end of an instant in which something changed."""

    def __init__(self, env: Environment, order: EventPriority) -> None:
        self._env, self._order, self._due = env, order, False
        self._settling = Event(env)
        self._settling._ok, self._settling._value = True, None  # what Event.succeed does; the order is our own
        self.waiting: list[Request] = []

    def ask(self, request: Request) -> Request:
        """Join the line; returns the request, to wait for."""
        insort(self.waiting, request)
        self.wake()
        return request

    def withdraw(self, request: Request) -> None:
        """Leave the line."""
        self.waiting.remove(request)
        self.wake()

    def wake(self) -> None:
        """Look at the line again at the end of this instant."""
        if self.waiting and not self._due:
            self._due = True
            self._settling.callbacks = [self._settle]
            self._env.schedule(self._settling, priority=self._order)

    def _settle(self, _: Event) -> None:
        self._due = False
        for request in self.serve():
            # What Environment.step does with an event. Nothing else is left in this instant that comes before it.
            request._ok, request._value = True, None
            callbacks, request.callbacks = request.callbacks, None  # type: ignore[assignment]
            for callback in callbacks:
                callback(request)

    def serve(self) -> list[Request]:
        """Take whom there is enough for out of the line."""
        raise NotImplementedError


class Places(Line):
    """Crews, or the desks of all kinds; nobody who has one is sent away."""

    def __init__(self, env: Environment, free: Mapping[str, int], order: EventPriority) -> None:
        super().__init__(env, order)
        self._free = dict(free)

    def seize(self, name: str) -> None:
        """Taken by somebody who began before the simulation, even where none is free."""
        self._free[name] -= 1

    def release(self, name: str) -> None:
        """Give back one place."""
        self._free[name] += 1
        self.wake()

    def serve(self) -> list[Request]:
        """Serve in key order whoever finds a free place."""
        served, kept = [], []
        for request in self.waiting:
            name = str(request.wants)
            if self._free[name] > 0:
                self._free[name] -= 1
                served.append(request)
            else:
                kept.append(request)
        self.waiting = kept
        return served


class Money(Line):
    """Capital of every source, in whole yuan, served strictly in key order.

    Whoever waits at the head blocks all behind who want the same source. One exception: a request larger than a source
    can ever hold again is never served and steps aside.
    lacking: called with a project and the source for which it waits, when that changes.  The quota of land is a line of
    the same kind with one source, settled before (`order`).
    """

    def __init__(
        self,
        env: Environment,
        purses: Sequence[Purse],
        lacking: Callable[[int, int], None],
        order: EventPriority = MONEY_SETTLES,
    ) -> None:
        super().__init__(env, order)
        self.level = [purse.released for purse in purses]
        self._purses, self._next = purses, [0] * len(purses)
        self._to_come = [sum(yuan for _, yuan in purse.refills) for purse in purses]
        self._largest = [_largest_to_come(purse) for purse in purses]
        self._lacking = lacking

    def refill(self, source: int) -> None:
        """1 January: keep what may be kept of the rest and add the money of the year."""
        purse = self._purses[source]
        _, yuan = purse.refills[self._next[source]]
        self._next[source] += 1
        self._to_come[source] -= yuan
        self.level[source] = carried(self.level[source], purse.kept) + yuan
        self.wake()

    def within_reach(self, source: int, yuan: int) -> bool:
        """Whether a source can ever hold so much from now on, if nobody else is paid."""
        purse, level, at = self._purses[source], self.level[source], self._next[source]
        if yuan > level + self._to_come[source]:
            return False
        if purse.kept == 1.0 or yuan <= self._largest[source][at]:
            return True
        for _, more in purse.refills[at:]:
            level = carried(level, purse.kept) + more
            if level >= yuan:
                return True
        return False

    def serve(self) -> list[Request]:
        """Serve in key order; stop at the first that must wait, unless it could never be served."""
        if len(self.level) == 1:
            return self._serve_one()
        served: list[Request] = []
        blocked: set[int] = set()
        for request in self.waiting:
            wants: Sequence[tuple[int, int]] = request.wants  # type: ignore[assignment]
            short = never = -1
            for source, yuan in wants:
                if yuan > self.level[source]:
                    short = source if short < 0 else short
                    if never < 0 and not self.within_reach(source, yuan):
                        never = source
                elif source in blocked and short < 0:
                    short = source
            if short < 0:
                for source, yuan in wants:
                    self.level[source] -= yuan
                served.append(request)
                continue
            self._note(request, never if never >= 0 else short)
            if never < 0:
                blocked.update([source for source, _ in wants])
        if served:
            taken = set(map(id, served))
            self.waiting = [request for request in self.waiting if id(request) not in taken]
            self.wake()  # who stepped aside may now lack another source
        return served

    def _note(self, request: Request, source: int) -> None:
        # A wait begins as one for the first source that is asked.
        if request.lacking != source:
            request.lacking = source
            self._lacking(request.project, source)

    def _serve_one(self) -> list[Request]:
        # The same for a single source, where nobody behind the first who must wait can be served.
        served: list[Request] = []
        aside: list[Request] = []
        left = self.level[0]
        for request in self.waiting:
            yuan: int = request.wants[0][1]  # type: ignore[assignment]
            if yuan <= left:
                left -= yuan
                served.append(request)
            else:
                self.level[0] = left
                if self.within_reach(0, yuan):
                    break
                aside.append(request)
        self.level[0] = left
        if served:
            self.waiting = [*aside, *self.waiting[len(served) + len(aside) :]]
        return served


def _largest_to_come(purse: Purse) -> list[int]:
    # The largest refill from each on; 0 after the last.
    largest = [0]
    for _, yuan in reversed(purse.refills):
        largest.append(max(largest[-1], yuan))
    return largest[::-1]


def carried(level: int, kept: float) -> int:
    """Whole yuan of a rest that stay on 1 January, rounded down."""
    return level if kept == 1.0 else int(level * kept)
