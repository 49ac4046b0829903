"""Scores, ranks and the weights at which the order changes: exact, and untouched by what else is compared."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.compare_weights import UNIT, WEIGHTS, Score, crossing, crossings, ranks

SCORES = st.builds(Score, st.integers(0, UNIT), st.integers(0, UNIT))
CASES = st.lists(SCORES, min_size=1, max_size=7)
TINY = Fraction(1, 10**9)
CLOSE = st.builds(Score, st.integers(0, 6), st.integers(0, 6))  # ties and parallel lines are common


def test_by_hand() -> None:
    near, dense = Score(8000, 2000), Score(5000, 6000)
    assert near.at(0) == Fraction(8, 10)
    assert near.at(25) == Fraction(65, 100)
    assert dense.at(100) == Fraction(6, 10)
    assert crossing(near, dense) == Fraction(300, 7)
    assert ranks([near, dense], 42) == [1, 2]
    assert ranks([near, dense], Fraction(300, 7)) == [1, 1]
    assert ranks([near, dense], 43) == [2, 1]
    assert crossings([near, dense]) == [(Fraction(300, 7), 0, 1)]
    assert crossings([dense, near]) == [(Fraction(300, 7), 1, 0)]


def test_equal_scores_share_the_better_rank_and_the_next_is_left_out() -> None:
    assert ranks([Score(5, 5), Score(5, 5), Score(1, 1)], 50) == [1, 1, 3]


def test_cases_that_are_level_at_an_end_never_change_places() -> None:
    assert crossing(Score(5000, 4000), Score(5000, 6000)) is None
    assert crossing(Score(4000, 5000), Score(6000, 5000)) is None
    assert crossing(Score(4000, 4000), Score(4000, 4000)) is None


@settings(deadline=None)
@given(st.one_of(st.tuples(SCORES, SCORES), st.tuples(CLOSE, CLOSE)))
def test_places_change_at_the_crossing_and_nowhere_else(both: tuple[Score, Score]) -> None:
    one, other = both
    weight = crossing(one, other)
    if weight is None:
        signs = {(one.at(w) > other.at(w)) - (one.at(w) < other.at(w)) for w in range(101)}
        assert not {-1, 1} <= signs
        return
    assert 0 < weight < 100
    assert one.at(weight) == other.at(weight)
    before, after = (one.at(weight + step) > other.at(weight + step) for step in (-TINY, TINY))
    assert before != after
    assert before == (one.near > other.near)


@settings(deadline=None)
@given(CASES)
def test_crossings_turn_the_order_at_nothing_into_that_at_everything(cases: list[Score]) -> None:
    places = sorted(range(len(cases)), key=lambda i: (-cases[i].near, -cases[i].dense))
    for _, before, after in crossings(cases):
        assert cases[before].near > cases[after].near
        assert cases[before].dense < cases[after].dense
    swaps = {(i, j) for _, i, j in crossings(cases)}
    turned = {(i, j) for at, i in enumerate(places) for j in places[at + 1 :] if cases[i].dense < cases[j].dense
              and cases[i].near > cases[j].near}  # fmt: skip
    assert swaps == turned


@settings(deadline=None)
@given(CASES, SCORES, st.integers(0, 100))
def test_another_case_changes_no_order_and_lifts_nobody(cases: list[Score], more: Score, weight: int) -> None:
    alone, together = ranks(cases, weight), ranks([*cases, more], weight)[:-1]
    assert all(later >= earlier for earlier, later in zip(alone, together, strict=True))
    order = [(a > b) - (a < b) for a in alone for b in alone]
    assert order == [(a > b) - (a < b) for a in together for b in together]
    kept = crossings([*cases, more])
    assert crossings(cases) == [found for found in kept if len(cases) not in found[1:]]


@settings(deadline=None)
@given(CASES)
def test_integers_of_the_page_rank_as_fractions_do(cases: list[Score]) -> None:
    """compare.js ranks by (100 - w) N + w C in whole numbers."""
    for weight in WEIGHTS:
        values = [(100 - weight) * one.near + weight * one.dense for one in cases]
        assert [1 + sum(other > value for other in values) for value in values] == ranks(cases, weight)
