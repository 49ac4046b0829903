"""Who boards: the curve meets the record, rises with the way, spares grades 1 to 3, and counts whole pupils."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import binom

from gis.arrays import WALK
from sim.boarding import Beds, fitted_half
from sim.boarding_build import boards_of, curves_of
from sim.engine import simulate
from sim.streams import combine, entities, uniform
from tests.sim import boarding_study, studies


@pytest.fixture(scope="module")
def of():
    return boarding_study.boarding()


@pytest.fixture(scope="module")
def case(of):
    one = studies.case(of, "baseline", "build", 60)
    return replace(one, boards=boarding_study.boards(of, one)[0])


@settings(max_examples=60, deadline=None)
@given(
    points=st.lists(st.tuples(st.floats(0.1, 40), st.floats(1, 300)), min_size=1, max_size=20),
    share=st.floats(0.01, 0.99),
    slope=st.floats(0.2, 10),
)
def test_the_fitted_curve_meets_what_was_observed(points, share, slope) -> None:
    way, pupils = np.array(points).T
    observed = share * pupils.sum()
    half = fitted_half(way, pupils, observed, slope)
    assert float(pupils @ expit((way - half) / slope)) == pytest.approx(observed, rel=1e-9)


def test_all_nobody_and_too_many_boarders() -> None:
    way, pupils = np.array([1.0, 5.0]), np.array([10.0, 20.0])
    assert fitted_half(way, pupils, 30.0, 1.0) == -np.inf
    assert fitted_half(way, pupils, 0.0, 1.0) == np.inf
    with pytest.raises(ValueError, match="boarders of"):
        fitted_half(way, pupils, 31.0, 1.0)


def test_the_base_year_is_reproduced_school_by_school(of, case) -> None:
    found = boarding_study.expected_base(of, case.boards)
    assert found["a", "primary"] == pytest.approx(120, abs=1e-8)
    assert found["b", "junior"] == pytest.approx(150, abs=1e-8)


def test_rows_of_grades_one_to_three_are_facts_and_not_fitted() -> None:
    of = boarding_study.boarding((("a", "primary", "2", 9), ("a", "primary", "4", 30), ("a", "primary", "6", 31)))
    one = studies.case(of, "baseline", "build")
    found = boarding_study.expected_base(of, boarding_study.boards(of, one)[0])
    assert found["a", "primary"] == pytest.approx(61, abs=1e-8)


def test_grades_one_to_three_never_board(of, case) -> None:
    names = of.model.grades.names
    assert {names[grade] for grade in case.boards.grade} == {"4", "5", "6", "7", "8", "9"}


def test_named_grades_board_alone() -> None:
    of = boarding_study.boarding((("a", "primary", "", 60), ("b", "junior", "", 50)), grades=("6", "9"))
    boards, curves = boarding_study.boards(of, studies.case(of, "baseline", "build"))
    assert {of.model.grades.names[g] for g in np.flatnonzero(curves.grades)} == {"6", "9"}
    assert set(boards.grade) == set(np.flatnonzero(curves.grades))


@pytest.mark.parametrize("measure", ["km", "minutes"])
def test_who_lives_farther_boards_more(measure) -> None:
    of = boarding_study.boarding((), measure=measure, half={"primary": 3.0, "junior": 3.0})
    curves, travel = curves_of(of.bundle, of.model, of.space), of.space.travel
    way = travel.point_km if measure == "km" else travel.point_minutes[WALK]
    for school, name in enumerate(of.model.layout.schools):
        at = of.space.schools.index(name)
        mean = np.bincount(travel.point_unit, way[:, at] * travel.point_weight)
        for stage in range(len(of.model.grades.stages)):
            if np.isnan(curves.half[school, stage]):
                continue
            chance = np.array([curves.chance[of.model.layout.unit_of == u, school, stage][0]
                               for u in range(len(of.model.layout.units))])  # fmt: skip
            order = [of.model.layout.units.index(unit) for unit in of.space.units]
            nearest, farthest = np.argmin(mean), np.argmax(mean)
            assert chance[order[farthest]] > chance[order[nearest]]


def test_without_a_record_the_chance_is_that_of_the_curve_point_by_point() -> None:
    of = boarding_study.boarding((), half={"primary": 2.0}, slope=0.7)
    curves, travel, layout = curves_of(of.bundle, of.model, of.space), of.space.travel, of.model.layout
    school, at = layout.schools.index("a"), of.space.schools.index("a")
    for cell, unit in enumerate(layout.unit_of[:-1]):
        place = of.space.units.index(layout.units[unit])
        expected = 0.0
        for point in np.flatnonzero(travel.point_unit == place):
            expected += travel.point_weight[point] / (1 + np.exp(-(travel.point_km[point, at] - 2.0) / 0.7))
        assert curves.chance[cell, school, 0] == pytest.approx(expected, rel=1e-12)


def test_pupils_from_outside_board_like_the_others_of_their_school(of) -> None:
    curves, model = curves_of(of.bundle, of.model, of.space), of.model
    school = model.layout.schools.index("b")
    rolls = sum(model.pupils[:, slot, 6:].sum(axis=1) * (model.layout.slot_school[:, slot] == school)
                for slot in range(model.layout.slot_school.shape[1]))  # fmt: skip
    inside = model.layout.unit_of >= 0
    mean = float((curves.chance[inside, school, 1] * rolls[inside]).sum() / rolls[inside].sum())
    assert curves.chance[~inside, school, 1] == pytest.approx(mean)


def test_boarders_of_the_engine_are_those_of_a_plain_loop(of, case) -> None:
    """Draw, year, school and grade by themselves: sums over homes, then the binomial quantile of the cohort."""
    model, seed, draws = of.model, 3, np.array([2, 7])
    seen: list[np.ndarray] = []
    result = simulate_keeping(of, case, seed, draws, seen)
    boards = case.boards
    keys = entities([f"boards|{name}" for name in model.layout.schools])
    for t, year in enumerate(model.years):
        pupils = seen[t]
        for d, draw in enumerate(draws):
            expected = np.zeros(result.boarders.shape[2:], dtype=int)
            for column, (school, grade) in enumerate(zip(boards.school, boards.grade, strict=True)):
                n = mean = 0.0
                for place in np.flatnonzero(boards.column == column):
                    slot, cell, g = np.unravel_index(boards.entry[place], pupils.shape[1:])
                    assert model.layout.slot_school[cell, slot] == school
                    assert g == grade
                    n += pupils[d, slot, cell, g]
                    mean += pupils[d, slot, cell, g] * boards.chance[place]
                u = uniform(seed, "boarding/cohort", 0, combine(keys[[school]], year - grade), np.array([draw]))[0, 0]
                if n and boards.may[draw, t, school]:
                    expected[school, boards.stage[column]] += int(binom.ppf(u, int(n), mean / n))
            np.testing.assert_array_equal(result.boarders[d, t], expected)
    assert result.boarders.sum() > 0


def simulate_keeping(of, case, seed, draws, seen):
    """The engine, with the pupils of every year [draw, slot, cell, grade] put into `seen`."""
    import sim.engine as engine

    own = engine.boarders

    def keeping(boards, pupils, world, chance, opening=None):
        seen.append(pupils.copy())
        return own(boards, pupils, world, chance, opening)

    patch = pytest.MonkeyPatch()
    patch.setattr(engine, "boarders", keeping)
    try:
        return simulate(of.model, [case], seed, draws)[0]
    finally:
        patch.undo()


def test_boarders_are_never_more_than_pupils_of_the_grades_that_board(of, case) -> None:
    result = simulate(of.model, [case], 1, np.arange(60))[0]
    upper, junior = result.rolls[..., 3:6].sum(axis=3), result.rolls[..., 6:].sum(axis=3)
    assert (result.boarders[..., 0] <= upper).all()
    assert (result.boarders[..., 1] <= junior).all()
    assert (result.boarders >= 0).all()


def test_boarding_changes_no_roll_and_is_left_out_without_the_section(of, case) -> None:
    draws = np.arange(5)
    plain = simulate(of.model, [replace(case, boards=None)], 1, draws)[0]
    found = simulate(of.model, [case], 1, draws)[0]
    assert plain.boarders.shape == (5, len(of.model.years), 0, 0)
    np.testing.assert_array_equal(plain.rolls, found.rolls)
    np.testing.assert_array_equal(plain.flows, found.flows)


def test_blocks_of_draws_give_the_same_boarders(of, case) -> None:
    whole = simulate(of.model, [case], 1, np.arange(40))[0].boarders
    parts = [simulate(of.model, [case], 1, np.arange(a, b))[0].boarders for a, b in ((0, 11), (11, 40))]
    np.testing.assert_array_equal(whole, np.concatenate(parts))


def test_schools_without_beds_and_without_boarders_do_not_board() -> None:
    of = boarding_study.boarding((("b", "junior", "", 150),), beds=(("a", 0), ("b", 0)))
    one = studies.case(of, "baseline", "build", 20)
    boards, _ = boarding_study.boards(of, one)
    result = simulate(of.model, [replace(one, boards=boards)], 1, np.arange(20))[0]
    a, b = (of.model.layout.schools.index(name) for name in ("a", "b"))
    assert result.boarders[:, :, a].sum() == 0
    assert (
        result.boarders[:, :, b].sum() > 0
    )  # boarders on record, though no beds: a breach, not a school of day pupils


def test_a_school_boards_from_the_year_its_beds_are_there(of) -> None:
    one = studies.case(of, "baseline", "build", 4)
    curves = curves_of(of.bundle, of.model, of.space)
    may = np.ones((4, len(of.model.years), len(of.model.layout.schools)), dtype=bool)
    a = of.model.layout.schools.index("a")
    may[1, :3, a] = False
    result = simulate(of.model, [replace(one, boards=boards_of(curves, of.model, may))], 1, np.arange(4))[0]
    assert (result.boarders[1, :3, a] == 0).all()
    assert (result.boarders[1, 3, a] > 0).any()
    assert (result.boarders[0, 0, a] > 0).any()


def test_the_mean_over_draws_is_the_expectation(of, case) -> None:
    """Cohorts enter with a number of their own, so that school-years average out: 4 standard errors at most."""
    seen: list[np.ndarray] = []
    result = simulate_keeping(of, case, 1, np.arange(60), seen)
    boards, b = case.boards, of.model.layout.schools.index("b")
    columns = np.flatnonzero(boards.school == b)
    first = seen[0].reshape(60, -1)
    mean = variance = 0.0
    for column in columns:
        places = boards.column == column
        n = first[:, boards.entry[places]]
        p = (n @ boards.chance[places]) / np.maximum(n.sum(axis=1), 1)
        mean += float((n.sum(axis=1) * p).mean())
        variance += float((n.sum(axis=1) * p * (1 - p)).mean())
    assert abs(result.boarders[:, 0, b].sum(axis=1).mean() - mean) < 4 * np.sqrt(variance / 60)


def test_children_board_where_there_are_beds_or_boarders_on_record_or_nobody_knows():
    # Beds: none, none but boarders on record, not known, ten.
    stocks = SimpleNamespace(at=lambda *_: np.array([[[0.0, 0.0, np.nan, 10.0]]]))
    beds = Beds(stocks, "plan", np.array([False, True, False, False]))
    assert beds.may(np.zeros((1, 0), dtype=np.int64), 2024).tolist() == [[False, True, True, True]]
