"""Verdicts: breaches of classes and schools, Wilson's interval, the words, safe seats."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.bounds import bounds
from sim.classes import form_classes
from sim.judge import Bound, Forms, crowd_size, measure, safe_seats, wilson, word
from sim.kernels_crowd import bisected
from sim.model import Grades
from sim.summary import Assessment, measured, verdict_rows
from tests.sim import studies

GRADES = Grades(("1", "2", "7"), ("primary", "junior"), np.array([0, 0, 1]), np.array([45, 45, 50]), 6)


def formed(rolls, rooms):
    rolls = np.array(rolls)[None, None, None]
    classes = form_classes(rolls, np.array([[[rooms]]]), GRADES.planned_size)
    return Forms(rolls, classes.count, classes.short)


def broken(indicator, stages, limit, rolls, rooms=99):
    breach = measure(formed(rolls, rooms), Bound("x", indicator, stages, np.array([limit], dtype=float)), GRADES)
    return int(breach.value[0, 0, 0]), int(breach.over[0, 0, 0]), bool(breach.broken[0, 0, 0])


def test_a_school_is_too_large_beyond_its_limit_and_not_at_it():
    assert broken("school_size", ("primary",), 2000, [1000, 1000, 400]) == (2000, 0, False)
    assert broken("school_size", ("primary",), 2000, [1000, 1001, 400]) == (2001, 1, True)
    assert broken("school_size", ("primary", "junior"), 2000, [1000, 700, 400]) == (2100, 100, True)


def test_the_largest_class_counts_and_all_pupils_beyond_in_all_classes():
    # 93 in 2 classes are 46 and 47: one and two pupils over 45.
    assert broken("class_size", ("primary",), 45, [93, 40, 60], rooms=5) == (47, 3, True)
    assert broken("class_size", ("primary",), 45, [90, 40, 60], rooms=5) == (45, 0, False)
    assert broken("class_size", ("junior",), 50, [93, 40, 101], rooms=5) == (51, 1, True)


def test_where_a_clause_does_not_apply_nothing_is_broken():
    assert broken("school_size", ("primary",), np.nan, [900, 0, 0]) == (0, 0, False)
    assert broken("class_size", ("primary",), np.nan, [900, 0, 0], rooms=1) == (0, 0, False)


def test_fewer_rooms_than_grades_breaks_the_rule_on_rooms():
    assert broken("rooms", ("primary", "junior"), 0, [10, 10, 10], rooms=2) == (1, 0, True)
    assert broken("rooms", ("primary", "junior"), 0, [10, 10, 10], rooms=3) == (0, 0, False)


@given(
    st.lists(st.integers(0, 400), min_size=3, max_size=3), st.integers(3, 30), st.integers(20, 60), st.integers(0, 9)
)
def test_at_fixed_rolls_a_wider_limit_never_fails_more(rolls, rooms, limit, wider):
    for indicator, scale in (("class_size", 1), ("school_size", 10)):
        narrow = broken(indicator, ("primary",), limit * scale, rolls, rooms)
        wide = broken(indicator, ("primary",), (limit + wider) * scale, rolls, rooms)
        assert wide[1] <= narrow[1]
        assert wide[2] <= narrow[2]


@pytest.mark.parametrize(
    ("successes", "draws", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_against_published_values(successes, draws, low, high):
    found = wilson(successes, draws)
    assert found[0] == pytest.approx(low, abs=5e-5)
    assert found[1] == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize(
    ("successes", "draws", "required", "expected"),
    [
        (1000, 1000, 0.9, "holds"),
        (925, 1000, 0.9, "holds"),
        (910, 1000, 0.9, "undecided"),
        (890, 1000, 0.9, "undecided"),
        (870, 1000, 0.9, "at-risk"),
        (500, 1000, 0.9, "at-risk"),
        (499, 1000, 0.9, "fails"),
        (0, 1000, 0.9, "fails"),
        (10, 10, 0.9, "undecided"),
        (1, 1, 0.9, "holds"),
        (0, 1, 0.9, "fails"),
        (830, 1000, 0.8, "holds"),
    ],
)
def test_verdict_words(successes, draws, required, expected):
    assert word(successes, draws, required) == expected


@given(st.integers(0, 400), st.integers(1, 100))
def test_more_good_draws_never_make_a_verdict_worse(successes, more):
    order = ["fails", "at-risk", "undecided", "holds"]
    better = min(successes + more, 500)
    assert order.index(word(better, 500, 0.9)) >= order.index(word(successes, 500, 0.9))


def unevenness(rooms, sd, roll, draws, seed=1):
    """Rolls by grade of a six-grade school: cohorts differ by `sd` (log), children come one by one (Poisson)."""
    rng = np.random.default_rng(seed)
    mean = roll / 6 * np.exp(sd * rng.standard_normal((draws, 6)) - sd**2 / 2)
    return rng.poisson(mean)[:, None, None, :]


COHORT_SD = 0.17  # log, between the cohorts of one school


@pytest.mark.parametrize(("rooms", "share"), [(12, 0.67), (36, 0.86)])
def test_rooms_times_the_norm_is_not_capacity(rooms, share):
    """At an expected roll of about .67 (12 rooms) or .86 (36) of the nominal seats 9 of 10 worlds keep the norm.

    That is with cohorts that differ by 17 % (sd of the log) and children who come one by one.
    """
    keeps = []
    for part in (share - 0.03, share + 0.05):
        rolls = unevenness(rooms, COHORT_SD, part * rooms * 45, 3000)
        keeps.append(
            float((form_classes(rolls, np.full((3000, 1, 1), rooms), np.full(6, 45)).largest <= 45).all(axis=3).mean())
        )
    assert keeps[0] > 0.9 > keeps[1]


@pytest.mark.parametrize(("rooms", "share"), [(12, 0.72), (24, 0.85), (36, 0.90)])
def test_safe_seats_of_a_given_roll_are_a_little_more(rooms, share):
    """`safe_seats` asks for a roll that is known: only the mix of its grades is uneven, not its sum."""
    rolls = unevenness(rooms, COHORT_SD, share * rooms * 45, 4000)
    seats = safe_seats(rolls, np.full((4000, 1, 1), rooms), np.full(6, 45), 0.9)
    assert seats[0, 0] / (rooms * 45) == pytest.approx(share, abs=0.02)


def test_safe_seats_are_the_roll_at_which_all_classes_keep_the_norm_with_the_required_probability():
    rooms, planned = np.full((3000, 1, 1), 18), np.full(6, 45)
    rolls = unevenness(18, 0.12, 600, 3000)
    seats = safe_seats(rolls, rooms, planned, 0.9)[0, 0]
    mix = rolls / rolls.sum(axis=3, keepdims=True)
    fits = np.ceil(np.floor(seats) * mix / 45 - 1e-9).sum(axis=3) <= 18
    assert fits.mean() == pytest.approx(0.9, abs=0.01)
    assert (safe_seats(rolls, rooms, planned, 0.95) <= seats).all()


@given(st.lists(st.integers(0, 300), min_size=6, max_size=6), st.integers(6, 40))
def test_crowd_size_is_the_largest_scale_that_fits(rolls, rooms):
    size = crowd_size(np.array([rolls]), np.array([rooms]), np.full(6, 45))[0]
    total = sum(rolls)
    if total == 0:
        assert size == 0
        return
    for roll, fits in ((size, True), (size + 2, False)):
        need = np.ceil(np.array(rolls) * roll / total / 45 - 1e-6).sum()
        assert (need <= rooms) == fits


mixes = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), min_size=1, max_size=12)


@given(mixes, st.integers(0, 90))
def test_crowd_size_is_what_the_bisection_finds_to_the_last_pupil(mix, rooms):
    n, z = (np.array(column, dtype=float) for column in zip(*mix, strict=True))
    size = crowd_size(n.astype(int)[None], np.array([rooms]), z.astype(int))[0]
    total = n.sum()
    if total == 0 or rooms == 0:
        assert size == 0
        return
    factor = bisected(n, z, float(rooms), rooms * z.max() / total + 1e-9)
    assert size == np.floor(factor * total + 1e-6)


@pytest.mark.parametrize("grades", [3, 6, 9])
def test_crowd_size_of_equal_grades_and_full_classes_is_what_the_bisection_finds(grades):
    """Where all grades fill their classes at once, and where factors fall on points of the bisection."""
    z = np.full(grades, 45.0)
    for pupils in (1, 15, 45, 90, 91):
        for rooms in range(1, 6 * grades):
            n = np.full(grades, float(pupils))
            factor = bisected(n, z, float(rooms), rooms * 45.0 / n.sum() + 1e-9)
            found = crowd_size(n.astype(int)[None], np.array([rooms]), z.astype(int))[0]
            assert found == np.floor(factor * n.sum() + 1e-6)


@pytest.fixture(scope="module")
def case():
    of = studies.study(studies.LOADING, "study")
    return of, studies.run(of, "high", "build", 40)


def test_a_school_verdict_is_the_joint_probability_over_the_window(case):
    """Holding in every single year is less likely than holding in any one of them."""
    of, result = case
    rules = tuple(replace(b, limit=np.where(np.isnan(b.limit), np.nan, 36.0)) if b.code == "G5.primary" else b
                  for b in bounds(of.bundle, of.model))  # fmt: skip
    assessment = Assessment(rules, (2025, 2028), 0.9)
    found = measured(result, of.model, assessment)
    rows = verdict_rows(found, of.model, assessment, "x")
    one = rows[(rows["rule"] == "G5.primary") & (rows["entity"] == "a")].iloc[0]
    breach = found.breaches[[b.code for b in rules].index("G5.primary")]
    school = of.model.layout.schools.index("a")
    inside = breach.broken[:, 1:5, school]
    assert one["probability"] == pytest.approx(1 - inside.any(axis=1).mean())
    assert one["probability"] <= 1 - inside.mean(axis=0).max()
    assert one["verdict"] == word(int((~inside.any(axis=1)).sum()), 40, 0.9)


def test_bounds_follow_the_pack(case):
    of, _ = case
    found = {b.code: dict(zip(of.model.layout.schools, b.limit, strict=True)) for b in bounds(of.bundle, of.model)}
    assert found["G5.primary"]["a"] == 45
    assert np.isnan(found["G5.primary"]["b"])
    assert found["G5.junior"]["b"] == 50
    assert found["rooms"]["a"] == 0


@pytest.mark.parametrize(
    ("primary", "junior", "resting"),
    [(35.0, 500.0, ["G5.primary"]), (500.0, 500.0, ["G5.primary"]), (35.0, 5.0, []), (500.0, 5.0, [])],
)
def test_the_county_rests_on_memory_unless_verified_clauses_fail_alone(case, primary, junior, resting):
    """G5.primary is from memory: whatever it truly says, a county whose junior classes break their limit fails."""
    of, result = case
    limits = {"G5.primary": primary, "G5.junior": junior}
    rules = tuple(
        replace(b, limit=np.where(np.isnan(b.limit), np.nan, limits[b.code]), verified=b.code != "G5.primary")
        for b in bounds(of.bundle, of.model)
        if b.code in limits
    )
    rows = verdict_rows(measured(result, of.model, Assessment(rules, (2025, 2028), 0.9)), of.model,
                        Assessment(rules, (2025, 2028), 0.9), "x")  # fmt: skip
    county = rows[rows["scope"] == "county"].set_index("rule")
    assert (county.loc["G5.junior", "verdict"] == "fails") == (junior == 5.0)
    assert county.loc["all", "unverified"].split() == resting
    assert list(county.loc[["G5.primary", "G5.junior"], "unverified"]) == ["G5.primary", ""]
    judged = rows[(rows["scope"] == "school") & (rows["verdict"] != "outlook")]
    assert all((row["unverified"] == row["rule"]) == (row["rule"] == "G5.primary") for row in judged.to_dict("records"))


def test_bounds_from_memory_are_told_apart(case):
    of, _ = case
    rules = tuple(
        r.model_copy(update={"source_grade": "M"}) if r.code == "G5.junior" else r for r in of.bundle.pack.rules
    )
    bundle = replace(of.bundle, pack=of.bundle.pack.model_copy(update={"rules": rules}))
    assert {b.code: b.verified for b in bounds(bundle, of.model) if not b.verified} == {"G5.junior": False}
