"""Cliffs against brute force: one child after the other until it happens."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.classes import largest_classes
from sim.classes_formation import Composite, Formation, Ladder, plain_rules, rules_of
from sim.classes_habit import Habit, Habits
from sim.classes_shared import fill_formed
from sim.cliff import CHILDREN, class_limits, size_left, summary
from sim.cliff_kernels import FAR, NO_LIMIT, Year, distances, ratio_of
from sim.judge import Bound

STAGE_OF = np.array([0, 0, 1])
LADDER = Ladder(("primary", "junior"), STAGE_OF, np.array([[46, 30, 30]]), np.array([9]), np.array([45, 45, 50]))
RULES = {
    "free": plain_rules(STAGE_OF, 1),
    "sticky": rules_of(Formation(sticky=True, merge_below=24.0), LADDER),
    "learnt": rules_of(
        Formation(
            habits=Habits(
                {
                    "primary": Habit(np.array([[31.25, 48.0]]), 0.9, 1.08, np.zeros((1, 2), dtype=np.int64)),
                    "junior": Habit(np.array([[0.0]]), 1.0, 1.0, np.zeros((1, 1), dtype=np.int64)),
                }
            )
        ),
        LADDER,
    ),
    "composite": rules_of(Formation(composite=Composite(np.array([True]), ("primary",), 60, 2, 30)), LADDER),
}


def formed(n, rooms, planned, rules, before):
    """Classes of one school year by the kernel that makes those of a run."""
    shape = (1, 1, 1, len(n))
    count, short = np.zeros(shape, dtype=np.int64), np.zeros(shape[:3], dtype=bool)
    mine = rules._replace(first=np.array([before]))
    fill_formed(
        np.array(n).reshape(shape), np.full(shape[:3], rooms), np.array(planned)[None, None], mine, count, short
    )
    return count[0, 0, 0]


def by_child(n, grade, rooms, planned, rules, before, limits):
    """Distances of a grade, one child more at a time."""
    class_limit, size_limit = limits
    found = [FAR] * 4
    start = formed(n, 10**6, planned, rules, before).sum()
    for x in range(FAR):
        more = [m + x * (g == grade) for g, m in enumerate(n)]
        needed = formed(more, 10**6, planned, rules, before).sum()
        classes = formed(more, rooms, planned, rules, before)
        happened = (
            needed > start,
            needed > rooms,
            bool((largest_classes(np.array(more), classes) > class_limit).any()),
            sum(more) > size_limit,
        )
        found = [x if yes and old == FAR else old for yes, old in zip(happened, found, strict=True)]
        if FAR not in found:
            break
    return found


def exact(n, grade, rooms, planned, rules, before, limits):
    class_limit, size_limit = limits
    left = np.array([[[size_limit - sum(n) + 1] * len(n)]])
    year = Year(np.array([[n]]), np.array([[rooms]]), np.array([[before]]), np.array([planned]),
                np.array([class_limit]), left)  # fmt: skip
    out = np.zeros((len(n), 4), dtype=np.int64)
    distances(year, rules, 0, 0, ratio_of(year, 0), out)
    return out[grade].tolist()


@pytest.mark.parametrize("kind", list(RULES))
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 120), min_size=3, max_size=3),
    st.integers(0, 2),
    st.integers(1, 12),
    st.sampled_from([[45, 45, 50], [45, 45, 45], [20, 45, 50]]),
    st.sampled_from([[45, 45, 50], [55, 55, 60], [50, 50, 50], [45, 45, NO_LIMIT], [40, 40, 40], [NO_LIMIT] * 3]),
    st.lists(st.integers(0, 4), min_size=3, max_size=3),
    st.integers(60, 500),
)
def test_equals_brute_force(kind, n, grade, rooms, planned, limit, before, size):
    given_rules = (planned, RULES[kind], before, (limit, size))
    assert exact(n, grade, rooms, *given_rules) == by_child(n, grade, rooms, *given_rules)


def test_worked_by_hand():
    # 40 + 44 + 50 pupils need three classes of 45, 45 and 50; five rooms leave two spare.
    at = ([45, 45, 50], RULES["free"], [0, 0, 0], ([45, 45, 50], 200))
    assert exact([40, 44, 50], 0, 5, *at) == [6, 96, 96, 67]
    assert exact([40, 44, 50], 1, 5, *at) == [2, 92, 92, 67]
    assert exact([40, 44, 50], 2, 3, *at) == [1, 1, 1, 67]


def test_quantiles_and_shares_of_draws():
    counts = np.zeros((1, FAR + 1), dtype=np.int64)
    counts[0, [0, 1, 4, 9, FAR]] = [1, 2, 3, 3, 1]
    found = summary(counts)
    assert found.quantiles[:, 0].tolist() == [0, 4]
    assert dict(zip(CHILDREN, found.reached[:, 0].tolist(), strict=True)) == {1: 0.3, 3: 0.3, 5: 0.6, 10: 0.9}
    beyond = summary(np.eye(FAR + 1, dtype=np.int64)[FAR:])
    assert np.isnan(beyond.quantiles).all()


def test_the_child_that_breaks_the_size_of_a_school_is_the_first_above_it():
    # 60 pupils in two grades: at a limit of 62.9 two more keep it and the third breaks it; 70 are beyond it already.
    grades = SimpleNamespace(names=("1", "2"), stages=("primary",), stage_of=np.array([0, 0]))
    bound = Bound("G4", "school_size", ("primary",), np.array([62.9, 62.0, np.nan]))
    rolls = np.array([[[30, 30]], [[40, 30]], [[30, 30]]])
    assert size_left(rolls, (bound,), grades)[:, 0].tolist() == [[3, 3], [-7, -7], [FAR, FAR]]


def test_of_two_clauses_on_classes_the_lower_limit_holds_and_none_where_neither_is_for_the_school():
    grades = SimpleNamespace(names=("1", "2"), stages=("primary",), stage_of=np.array([0, 0]))
    limits = (np.array([45.9, np.nan, 45.0]), np.array([50.0, np.nan, 40.0]))
    found = class_limits(tuple(Bound("G5", "class_size", ("primary",), limit) for limit in limits), grades, 3)
    assert found.tolist() == [[45, 45], [NO_LIMIT, NO_LIMIT], [40, 40]]
