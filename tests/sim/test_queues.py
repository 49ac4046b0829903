"""The line for money of several sources, by hand: who is served, who blocks whom, who steps aside."""

import pytest
import simpy

from sim.programme import Purse
from sim.queues import Money, Request, carried


def line(levels, refills=(), kept=1.0):
    """A line over sources with so many yuan; refills: (month, yuan) of every source, in the same order."""
    env, lacking = simpy.Environment(), []
    more = refills or [()] * len(levels)
    purses = [Purse(f"s{i}", level, tuple(more[i]), kept) for i, level in enumerate(levels)]
    return env, Money(env, purses, lambda project, source: lacking.append((project, source))), lacking


def ask(env, money, *wants):
    """Requests in this order; returns which are served at once, by place."""
    requests = [Request(env, (1, float(i), i), want, i) for i, want in enumerate(wants)]
    served = []
    for request in requests:
        request.callbacks.append(lambda event: served.append(event.project))
        money.ask(request)
    env.run(until=0.5)
    return served


def test_whoever_waits_blocks_every_source_that_it_asks() -> None:
    env, money, lacking = line([100, 10], [(), ((4.0, 90),)])
    # The first lacks the second source and will have it; it keeps its place in the line for the first one, too.
    assert ask(env, money, [(0, 50), (1, 60)], [(0, 100)], [(1, 5)]) == []
    assert money.level == [100, 10]
    assert lacking == [(0, 1)]


def test_a_source_that_nobody_ahead_asks_for_is_free() -> None:
    env, money, _ = line([100, 10, 30], [(), ((4.0, 90),), ()])
    assert ask(env, money, [(0, 50), (1, 60)], [(2, 30)]) == [1]
    assert money.level == [100, 10, 0]


def test_a_payment_that_can_never_be_made_blocks_nobody() -> None:
    env, money, lacking = line([100, 10])
    assert ask(env, money, [(0, 50), (1, 60)], [(0, 100), (1, 10)]) == [1]
    assert money.level == [0, 0]
    assert lacking[0] == (0, 1)


def test_the_last_yuan_is_paid() -> None:
    env, money, _ = line([100])
    assert ask(env, money, [(0, 60)], [(0, 40)], [(0, 1)]) == [0, 1]
    assert money.level == [0]


def test_one_source_serves_those_behind_a_payment_beyond_reach_and_no_others() -> None:
    env, money, _ = line([100], [((4.0, 50),)])
    assert ask(env, money, [(0, 151)], [(0, 60)], [(0, 90)], [(0, 10)]) == [1]  # 90 comes with the refill, 151 never
    assert money.level == [40]


@pytest.mark.parametrize(
    ("level", "refills", "kept", "most"),
    [
        (100, (), 1.0, 100),
        (100, ((4.0, 50),), 1.0, 150),
        (100, ((4.0, 50),), 0.0, 50),
        (100, ((4.0, 50),), 0.5, 100),
        (100, ((4.0, 80),), 0.5, 130),
        (100, ((4.0, 10), (16.0, 120)), 0.0, 120),
        (0, ((4.0, 60), (16.0, 60)), 0.5, 90),
    ],
)
def test_what_a_source_can_come_to_hold(level, refills, kept, most) -> None:
    # What is there now is asked of the level itself; with a rest that lapses, only what is there after a refill counts.
    _, money, _ = line([level], [refills], kept)
    assert money.within_reach(0, most)
    assert not money.within_reach(0, most + 1)


def test_a_rest_is_carried_in_whole_yuan_rounded_down() -> None:
    assert [carried(7, kept) for kept in (1.0, 0.5, 0.0)] == [7, 3, 0]
