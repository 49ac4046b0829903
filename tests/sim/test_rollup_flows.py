"""Who leaves one member comes to others: whole children, nobody lost, nothing added in the reference future."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.rollup_flows import arrivals, cohort_numbers, divided
from verification import rollup_reference as loops

DRAWS, YEARS, GRADES = 30, 5, 4


def numbers(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pupils away, usually and in a case, and the numbers of the cohorts."""
    random = np.random.default_rng(seed)
    usual = random.integers(0, 40, (DRAWS, YEARS, GRADES))
    case = np.maximum(usual + random.integers(-9, 10, usual.shape), 0)
    return case, usual, cohort_numbers(seed, "a", range(2024, 2024 + YEARS), GRADES, np.arange(DRAWS))


SHARES = np.array([[0.5, 0.5, 0.3, 0.3], [0.2, 0.2, 0.7, 0.0]])


def test_whole_children_add_up_to_all_of_them_near_their_shares() -> None:
    case, _, u = numbers(1)
    found = divided(case, SHARES, u)
    rest = case - found.sum(axis=0)
    assert (found >= 0).all()
    assert (rest >= 0).all()
    assert (np.abs(found - SHARES[:, None, None, :] * case) < 1.0).all()
    # Grade 2 has shares that add up to 1: nobody goes elsewhere.
    assert (rest[:, :, 2] == 0).all()


def test_the_reference_future_adds_nothing_in_any_draw() -> None:
    _, usual, u = numbers(2)
    assert not arrivals(usual, usual, SHARES, u).any()


def test_arrivals_of_a_cohort_add_up_to_the_change_of_its_pupils_there() -> None:
    case, usual, u = numbers(3)
    came = arrivals(case, usual, SHARES, u)
    for t in range(YEARS):
        for g in range(GRADES):
            back = range(min(t, g) + 1)
            total = sum(came[:, :, t - i, g - i] for i in back)
            at_k = divided(case[:, t : t + 1, g : g + 1], SHARES[:, g : g + 1], u[:, t : t + 1, g : g + 1])
            then = divided(usual[:, t : t + 1, g : g + 1], SHARES[:, g : g + 1], u[:, t : t + 1, g : g + 1])
            np.testing.assert_array_equal(total, (at_k - then)[:, :, 0, 0])


def test_all_of_the_change_arrives_where_shares_are_whole() -> None:
    case, usual, u = numbers(4)
    came = arrivals(case, usual, np.ones((1, GRADES)), u)
    change = case - usual
    np.testing.assert_array_equal(came[0, :, :, 0], change[:, :, 0])
    np.testing.assert_array_equal(came[0, :, 1:, 1:], change[:, 1:, 1:] - change[:, :-1, :-1])


def test_plain_loops_say_the_same() -> None:
    case, usual, u = numbers(5)
    found = arrivals(case, usual, SHARES, u)
    for d in range(DRAWS):
        plain = loops.arrivals(case[d].tolist(), usual[d].tolist(), SHARES.tolist(), u[d].tolist())
        np.testing.assert_array_equal(found[:, d], plain)


def test_cohorts_keep_their_number_and_members_have_their_own() -> None:
    one = cohort_numbers(7, "a", range(2024, 2030), 6, np.arange(DRAWS))
    np.testing.assert_array_equal(one[:, 1:, 1:], one[:, :-1, :-1])
    assert not np.array_equal(one, cohort_numbers(7, "b", range(2024, 2030), 6, np.arange(DRAWS)))


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=6),
    st.lists(st.floats(0.01, 1.0), min_size=1, max_size=5),
    st.floats(0.001, 0.999),
)
def test_nobody_is_made_or_lost_whatever_the_shares(count: list[int], weights: list[float], u: float) -> None:
    shares = np.array(weights)[:, None] / max(sum(weights), 1.0)
    pupils = np.array(count)[:, None, None]
    found = divided(pupils, shares, np.full(pupils.shape, u))
    assert (found >= 0).all()
    assert (found.sum(axis=0) <= pupils).all()
