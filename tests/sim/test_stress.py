"""Thresholds that are known in closed form, and the search that must find them."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from sim.bounds import bounds
from sim.judge import Bound
from sim.stress import Ray, by_reach, pair_rays, search, single_rays
from sim.stress_drivers import DRIVERS, footing
from sim.stress_outcomes import Outcome, Question, outcomes
from sim.summary import Assessment
from tests.sim import studies

BIRTHS, DELAY = DRIVERS[0], DRIVERS[-1]
BY_ID = {driver.id: driver for driver in DRIVERS}
CHILDREN, SHARE, LIMIT = 4000, 0.4, 2000


def outcome(good, roll=0):
    good = np.atleast_1d(np.asarray(good, dtype=bool))
    return Outcome(good, np.zeros(len(good), dtype=np.int64), np.full(len(good), roll), np.zeros((1, 1, 1)))


def roll_of(point):
    return int(np.floor(CHILDREN * SHARE * point.get("births", 1.0) + 1e-9))


def asked(point):
    return outcome(roll_of(point) <= LIMIT, roll_of(point))


def ask(points):
    return [asked(point) for point in points]


def test_the_factor_that_reaches_the_limit_is_exact_up_to_one_pupil():
    """roll = children x share x factor: 1600 pupils pass 2000 at a factor of 2001 / 1600."""
    (found,) = search(ask, [BIRTHS], [Ray({"births": 1.0})], asked({}), 0.5, tolerance=1e-3)
    assert found.fails
    assert found.monotone
    assert roll_of(found.amounts) - LIMIT == 1
    assert found.amounts["births"] == pytest.approx((LIMIT + 1) / (CHILDREN * SHARE), abs=1 / (CHILDREN * SHARE))
    assert found.reach == pytest.approx((found.amounts["births"] - 1.0) / 0.5)


def test_a_direction_in_which_nothing_fails_says_so():
    up, down = search(ask, [BIRTHS], single_rays([BIRTHS]), asked({}), 0.5)
    assert up.fails
    assert not down.fails
    assert np.isnan(down.reach)
    assert down.amounts == {"births": 0.5}
    assert by_reach([down, up]) == [up, down]


def test_whole_amounts_are_tried_one_by_one():
    tried = []

    def by_year(points):
        tried.extend(point["delay"] for point in points)
        return [outcome(point["delay"] < 3) for point in points]

    (found,) = search(by_year, [DELAY], single_rays([DELAY]), outcome(True), 0.5)
    assert found.amounts == {"delay": 3.0}
    assert sorted(tried) == [1.0, 2.0, 3.0, 4.0]


def test_a_response_that_comes_back_is_named_and_scanned_finer():
    def island(points):  # fails between 1.20 and 1.27 only, and again above 1.48
        return [outcome(not (1.2 < p["births"] < 1.27 or p["births"] > 1.48)) for p in points]

    (found,) = search(island, [BIRTHS], [Ray({"births": 1.0})], outcome(True), 0.5)
    assert not found.monotone
    assert found.amounts["births"] == pytest.approx(1.2, abs=0.01)
    assert len([r for r, _ in found.scanned if (16 * r).is_integer()]) == 17


def test_a_response_that_only_gets_better_is_monotone():
    def better(points):
        return [outcome([True, p["births"] > 1.1, p["births"] > 1.3]) for p in points]

    (found,) = search(better, [BIRTHS], [Ray({"births": 1.0})], outcome([True, True, False]), 0.5)
    assert found.monotone
    assert len(found.scanned) == 5


def test_a_plan_that_fails_already_is_refused():
    with pytest.raises(ValueError, match="fails before anything"):
        search(ask, [BIRTHS], single_rays([BIRTHS]), outcome(False), 0.5)


def test_two_drivers_together_need_less_of_each_and_the_distance_is_the_root_of_the_squares():
    pull, births = BY_ID["pull"], BIRTHS

    def both(points):  # fails where z_births + z_pull >= 0.8
        return [outcome((p.get("births", 1.0) - 1) / 0.5 + (p.get("pull", 1.0) - 1) < 0.8) for p in points]

    singles = search(both, [births, pull], single_rays([births, pull]), outcome(True), 0.5)
    rays = pair_rays(singles, [births, pull, DELAY])
    assert [ray.parts.keys() for ray in rays] == [{"births", "pull"}] * 3
    nearest = by_reach(search(both, [births, pull], rays, outcome(True), 0.5))[0]
    assert nearest.reach == pytest.approx(0.8 / np.sqrt(2.0), abs=0.01)
    assert by_reach(singles)[0].reach == pytest.approx(0.8, abs=0.01)


def test_the_order_of_drivers_is_irrelevant():
    def both(points):
        return [outcome(p.get("births", 1.0) < 1.31 and p.get("pull", 1.0) < 1.77) for p in points]

    drivers = [BIRTHS, BY_ID["pull"]]
    one, other = (search(both, some, single_rays(some), outcome(True), 0.5) for some in (drivers, drivers[::-1]))
    amounts = [{tuple(f.ray.parts.items()): (f.reach, *f.amounts.values()) for f in found} for found in (one, other)]
    assert {key: value for key, value in amounts[0].items() if value[0] == value[0]} == {
        key: value for key, value in amounts[1].items() if value[0] == value[0]
    }


# --- on studies -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def later(tmp_path_factory):
    """The tiny study ten years on, so that children who are not born yet fill its schools."""
    folder = tmp_path_factory.mktemp("later") / "tiny"
    shutil.copytree(studies.TINY.parent, folder)
    for name, old, new in (("study.yaml", "horizon: 2027", "horizon: 2033"), ("futures/steady.yaml", "2027", "2033")):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return studies.study(folder / "approval.yaml")


def question_of(of, limit, draws=1, school="a", year=2033):
    schools = of.model.layout.schools
    at = np.where(np.array(schools) == school, float(limit), np.nan)
    bound = Bound("size", "school_size", ("primary", "junior"), at)
    return Question(Assessment((bound,), (year, year), 0.9), schools.index(school), year, 7, draws)


def foot_of(of, future="steady", plan="do-nothing", draws=1):
    return footing(of.model, of.bundle.futures[future], studies.case(of, future, plan, draws, 7))


def test_births_of_the_tiny_study_reach_a_limit_where_arithmetic_says(later):
    """In 2033 all grades of a were born after the base year: its roll is the factor times the roll of now."""
    foot = foot_of(later)
    now = outcomes(foot, question_of(later, 10_000), [{}])[0].roll[0]
    limit = int(now * 1.2)
    asking = question_of(later, limit)
    base = outcomes(foot, asking, [{}])[0]
    rays = [Ray({"births": 1.0})]
    (found,) = search(lambda points: outcomes(foot, asking, points), [BIRTHS], rays, base, 0.5, tolerance=1e-3)
    # Whole children are made of 3 homes x 2 parts of the year x 3 grades: what is found is within a few of them.
    assert found.amounts["births"] * now == pytest.approx(limit + 1, abs=5)
    assert 0 < found.outcome.roll[0] - limit <= 5
    assert found.outcome.broken.shape == (1, 1, len(later.model.layout.schools))
    assert found.outcome.broken.max() == 1.0


def test_the_question_of_a_county_sees_every_school(later):
    foot, of_a = foot_of(later), question_of(later, 1)
    assert not outcomes(foot, of_a, [{}])[0].good.any()
    of_b = replace(of_a, school=later.model.layout.schools.index("b"))
    assert outcomes(foot, of_b, [{}])[0].good.all()
    assert not outcomes(foot, replace(of_a, school=None), [{}])[0].good.any()


def test_years_after_the_last_one_asked_for_are_not_simulated_and_change_nothing(later):
    early, full = question_of(later, 300, year=2027), question_of(later, 300)
    foot = foot_of(later)
    both = replace(full, assessment=replace(full.assessment, window=(2027, 2027)), year=2033)
    assert outcomes(foot, early, [{}])[0].good.tolist() == outcomes(foot, both, [{}])[0].good.tolist()


def test_paired_draws_reduce_noise():
    """The difference between two points has far less spread than two points of their own draws would have."""
    of = studies.study(studies.LOADING)
    future, plan = next(iter(of.bundle.futures)), next(iter(of.bundle.plans))
    foot = foot_of(of, future, plan, 60)
    asking = Question(Assessment(tuple(bounds(of.bundle, of.model)), (2026, 2027), 0.9), None, 2027, 3, 60)
    here, there = outcomes(foot, asking, [{}, {"migration": 5.0}])
    elsewhere = outcomes(foot, replace(asking, seed=4), [{"migration": 5.0}])[0]
    paired, unpaired = (np.var(other.roll - here.roll) for other in (there, elsewhere))
    assert there.roll.mean() > here.roll.mean()
    assert paired < unpaired / 5
