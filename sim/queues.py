"""The two things projects wait for, as SimPy resources: the capital budget and the contractor crews.

Both grant at the end of an instant, after every arrival, release and refill of that instant, and in the order of a key
(priority, time of asking, project id). SimPy's own resources grant at once, so that two requests made in the same
instant would be served in the order in which events happen to be scheduled: the order of rows would matter.
Tests: tests/sim/test_construction.py (priorities, ties, order of projects).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simpy import Container, Environment, Event, PriorityResource
from simpy.core import BoundClass
from simpy.events import EventPriority
from simpy.resources.container import ContainerGet
from simpy.resources.resource import Request, SortedQueue

Key = tuple[int, float, int]
"""(priority, month of asking, rank of the project id); smaller is served first."""

# SimPy runs events of one instant by priority: 0 urgent, 1 normal. Money is settled before crews, both after the rest.
_BUDGET_SETTLES = EventPriority(2)
_CREWS_SETTLE = EventPriority(3)


def _at_end_of_instant(env: Environment, action: Callable[[Event], None], order: EventPriority) -> None:
    event = Event(env)
    event._ok, event._value = True, None  # what Event.succeed does, but with a priority of our own
    event.callbacks.append(action)
    env.schedule(event, priority=order)


class BudgetRequest(ContainerGet):
    """Request for whole yuan, queued by its key."""

    def __init__(self, budget: "Budget", amount: int, key: Key) -> None:
        self.key = key
        super().__init__(budget, amount)


class Budget(Container):
    """Capital in whole yuan, served strictly in key order: whoever waits at the head blocks all behind it.

    One exception: a request larger than all money left and still to come can never be served and steps aside.
    """

    GetQueue = SortedQueue
    if TYPE_CHECKING:

        def get(self, amount: int, key: Key) -> BudgetRequest:  # type: ignore[override]
            """Ask for `amount` yuan; the event fires when the money is set aside."""
    else:
        get = BoundClass(BudgetRequest)

    def __init__(self, env: Environment, level: int, to_come: int) -> None:
        super().__init__(env, init=level)
        self._to_come = to_come
        self._due = False

    def refill(self, amount: int) -> None:
        """Release `amount` yuan of the money to come."""
        self._to_come -= amount
        self.put(amount)

    def _do_get(self, event: ContainerGet) -> bool:
        if super()._do_get(event):
            return True
        return bool(event.amount > self._level + self._to_come)

    def _trigger_get(self, put_event: Any) -> None:
        if self.get_queue and not self._due:
            self._due = True
            _at_end_of_instant(self._env, self._settle, _BUDGET_SETTLES)

    def _settle(self, _: Event) -> None:
        self._due = False
        super()._trigger_get(None)


class CrewRequest(Request):
    """Request for one crew, queued by its key."""

    def __init__(self, crews: "Crews", key: Key) -> None:
        self.key = key
        super().__init__(crews)


class Crews(PriorityResource):
    """Contractor crews; nobody who has one is sent away."""

    if TYPE_CHECKING:

        def request(self, key: Key) -> CrewRequest:  # type: ignore[override]
            """Ask for one crew; the event fires when it starts."""
    else:
        request = BoundClass(CrewRequest)

    def __init__(self, env: Environment, number: int) -> None:
        super().__init__(env, capacity=number)
        self._due = False

    def _trigger_put(self, get_event: Any) -> None:
        if self.put_queue and not self._due:
            self._due = True
            _at_end_of_instant(self._env, self._settle, _CREWS_SETTLE)

    def _settle(self, _: Event) -> None:
        self._due = False
        while self.put_queue and self.count < self.capacity:  # SimPy serves one request a call
            super()._trigger_put(None)
