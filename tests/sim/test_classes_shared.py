"""Composite classes against an exhaustive search over all partitions of consecutive grades."""

from fractions import Fraction
from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.classes import largest_classes, taught
from sim.classes_formation import Composite, Formation, Ladder, base_classes, formed


def rule(together=2, cap=25, below=np.inf, stages=(), schools=(True,)):
    return Formation(composite=Composite(np.array(schools), stages, below, together, cap))


def shared(rolls, rooms, formation, planned=30, stage_of=None):
    of = np.zeros(len(rolls), dtype=int) if stage_of is None else np.array(stage_of)
    at = Ladder(("primary", "junior"), of, np.array([rolls]), np.array([rooms]), np.full(len(rolls), planned))
    found = formed(formation, at, np.array([[[rolls]]]), np.array([[[rooms]]]), at.planned)
    again = base_classes(formation, at)
    assert (again.count[0] == found.count[0, 0, 0]).all()
    return found.count[0, 0, 0].tolist(), found.largest[0, 0, 0].tolist(), bool(found.short[0, 0, 0])


def partitions(n, together, cap, planned, factor=Fraction(1)):
    """(classes, largest) of every partition of the grades with pupils into runs that the rule allows."""
    at = [x for x in n if x]
    found = []
    for cuts in product([False, True], repeat=max(len(at) - 1, 0)):
        runs, run = [], at[:1]
        for x, cut in zip(at[1:], cuts, strict=True):
            runs, run = ([*runs, run], [x]) if cut else (runs, [*run, x])
        runs = [one for one in [*runs, run] if one]
        if all(len(r) == 1 or (len(r) <= together and sum(r) <= cap * factor) for r in runs):
            sizes = [(-(-r[0] // (planned * factor)), r[0]) if len(r) == 1 else (1, sum(r)) for r in runs]
            found.append((int(sum(k for k, _ in sizes)), max((-(-x // int(k)) for k, x in sizes), default=0)))
    return found


GRADES = st.lists(st.integers(0, 40), min_size=1, max_size=6)


@given(GRADES, st.integers(2, 4), st.integers(1, 45))
def test_fewest_classes_of_all_partitions_and_among_them_the_smallest_largest_class(n, together, cap):
    count, largest, short = shared(n, 99, rule(together, cap))
    best = min(partitions(n, together, cap, 30))
    assert (sum(count), max(largest)) == best
    assert not short
    assert sum(taught(np.array(n), np.array(count))) == sum(n)


@given(GRADES, st.integers(2, 3), st.integers(5, 30), st.integers(0, 6))
def test_short_rooms_crowd_by_the_smallest_factor_that_fits(n, together, cap, rooms):
    count, _, short = shared(n, rooms, rule(together, cap))
    fills = {Fraction(x, k * 30) for x in n if x for k in range(1, 3)}
    fills |= {Fraction(sum(n[i:j]), cap) for i in range(len(n)) for j in range(i + 1, len(n) + 1) if sum(n[i:j])}
    for factor in sorted({Fraction(1)} | {f for f in fills if f > 1}):
        best = min(partitions(n, together, cap, 30, factor))
        if best[0] <= rooms:
            assert (sum(count), short) == (best[0], False)
            return
    assert short
    assert sum(count) == -(-sum(x > 0 for x in n) // together)


def test_worked_by_hand():
    # 9 + 8 and 10 + 11 share, 26 stays alone: three classes where six grades would need five.
    assert shared([9, 8, 0, 10, 11, 26], 9, rule(2, 25)) == ([1, 0, 0, 1, 0, 1], [17, 17, 0, 21, 21, 26], False)


def test_stages_never_share_and_only_stages_that_are_named_do():
    assert shared([10, 10, 10], 9, rule(3, 60), stage_of=[0, 0, 1])[0] == [1, 0, 1]
    assert shared([10, 10, 10, 10], 9, rule(3, 60, stages=("junior",)), stage_of=[0, 0, 1, 1])[0] == [1, 1, 1, 0]


def test_only_while_the_stage_is_small_and_only_in_schools_of_the_rule():
    assert shared([10, 10], 9, rule(2, 60, below=20))[0] == [1, 1]
    assert shared([10, 9], 9, rule(2, 60, below=20))[0] == [1, 0]
    assert shared([10, 9], 9, rule(2, 60, schools=(False,)))[0] == [1, 1]


def test_a_sticky_cohort_beside_a_composite_stage():
    both = Formation(True, 0.0, rule(2, 25, stages=("primary",)).composite)
    at = Ladder(
        ("primary", "junior"), np.array([0, 0, 1, 1]), np.array([[9, 9, 46, 30]]), np.array([9]), np.full(4, 45)
    )
    rolls = np.array([[[[8, 9, 30, 44]], [[30, 8, 30, 30]]]])
    found = formed(both, at, rolls, np.full((1, 2, 1), 9), at.planned)
    assert found.count[0, :, 0].tolist() == [[1, 0, 1, 2], [1, 1, 1, 1]]


def test_largest_class_of_a_grade_is_the_one_its_children_sit_in():
    rolls, classes = np.array([[50, 0, 7, 8], [0, 5, 0, 6]]), np.array([[2, 0, 1, 0], [0, 1, 0, 0]])
    assert largest_classes(rolls, classes).tolist() == [[25, 0, 15, 15], [0, 11, 0, 11]]
    assert taught(rolls, classes).tolist() == [[50, 0, 15, 0], [0, 11, 0, 0]]
