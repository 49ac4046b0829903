"""Joint draws: one world in every draw, sums that add up, chance of the right size, nothing later than the origin."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from sim.draws import UNCUT, cells_of, grade_places, joint_draws, student_4
from sim.path import forecasts
from sim.processes import Chance, Processes, Shock, Walk, borrowed
from tests.sim.panels import corrupted_after, noisy, panel_of, rows_of, steady

ORIGIN, HORIZON = 2008, 5
NOTHING = Chance(here=0.0, moved=0.0, new=0.0, fed=0.0, own_here=0.0, own_moved=0.0, carry=1.0)
STILL = Processes(Walk(0.0), Walk(0.0), Walk(0.0), Walk(0.0), Walk(0.0), 0.0, NOTHING)


@pytest.fixture(scope="module")
def world():
    panel = noisy()
    return panel, forecasts(panel, [ORIGIN], HORIZON)[ORIGIN]


def logs(draws, path):
    """Log of draws over the path where it is offered, [draw, cell, h]."""
    offered = ~np.isnan(path.log_pupils).any(axis=2)
    return np.log(np.maximum(draws[:, offered], 0.5)) - path.log_pupils[offered]


def test_without_forces_every_draw_is_the_rounded_path(world) -> None:
    panel, path = world
    draws = joint_draws(path, panel, STILL, 1, 3)
    assert draws.dtype == np.int32
    assert (draws == np.rint(np.nan_to_num(path.pupils)).astype(int)).all()


def test_nothing_is_negative_and_what_is_not_offered_is_empty(world) -> None:
    panel, path = world
    wild = replace(borrowed(), drift=Walk(0.5), chance=replace(borrowed().chance, fed=20.0, new=20.0))
    draws = joint_draws(path, panel, wild, 1, 200)
    assert draws.min() == 0
    assert (draws[:, np.isnan(path.log_pupils)] == 0).all()
    assert np.isnan(path.log_pupils).any()


def test_chance_has_the_mean_of_the_path_and_phi_times_it_as_variance(world) -> None:
    panel, path = world
    phi = replace(STILL, chance=replace(NOTHING, here=0.3, new=0.9))
    draws = joint_draws(path, panel, phi, 3, 4000)[..., 0].astype(float)
    for grade, want in ((0, 1.2), (1, 0.3)):
        cells = ~np.isnan(path.log_pupils[:, grade, 0])
        mean = path.pupils[:, grade, 0][cells]
        assert draws[:, cells, grade].mean(axis=0) == pytest.approx(mean, rel=0.02)
        variance = draws[:, cells, grade].var(axis=0)
        assert (variance / mean).mean() == pytest.approx(want, rel=0.06)


def test_at_phi_one_the_draws_are_nearly_poisson() -> None:
    panel = panel_of({"a": [[7.0] * 8] * 4})
    path = forecasts(panel, [2008], 1)[2008]
    draws = joint_draws(path, panel, replace(STILL, chance=replace(NOTHING, new=1.0)), 1, 20000)[:, 0, 0, 0]
    count = np.arange(20)
    found = (draws[:, None] <= count).mean(axis=0)
    assert np.abs(found - stats.poisson.cdf(count, path.pupils[0, 0, 0])).max() < 0.015


def test_a_cohort_carries_its_chance_up_the_grades(world) -> None:
    panel, path = world
    draws = joint_draws(path, panel, replace(STILL, chance=replace(NOTHING, new=1.0)), 5, 2000).astype(float)
    school = 5
    entered, later, others = draws[:, school, 0, 0], draws[:, school, 2, 2], draws[:, school, 1, 2]
    assert np.corrcoef(entered, later)[0, 1] > 0.95
    assert abs(np.corrcoef(entered, others)[0, 1]) < 0.08
    faded = replace(STILL, chance=replace(NOTHING, new=1.0, carry=0.5))
    spread = joint_draws(path, panel, faded, 5, 2000)[:, school, 2, 2].std()
    assert spread == pytest.approx(later.std() / 4.0, rel=0.1)


@pytest.mark.parametrize(("lasting", "factor"), [(0.0, 5.0), (0.3, 11.0), (1.0, 25.0)])
def test_a_walk_grows_with_the_horizon_as_it_says(lasting, factor) -> None:
    panel = panel_of({"a": [[90000.0] * 8] * 4})
    path = forecasts(panel, [2008], 5)[2008]
    walk = Walk(0.01, lasting)
    draws = logs(joint_draws(path, panel, replace(STILL, year=walk), 1, 8000), path)[:, 0]
    assert draws[..., 4].var() == pytest.approx(factor * 1e-4, rel=0.06)
    assert walk.variance(np.array([1.0, 5.0])) == pytest.approx([1e-4, factor * 1e-4])
    assert abs(np.median(draws[..., 4])) < 0.001


def test_who_shares_which_force() -> None:
    big = {name: [[90000.0] * 8] * 4 for name in "abc"}
    panel = panel_of(big, district={"a": "north", "b": "north", "c": "south"})
    path = forecasts(panel, [2008], 3)[2008]

    def correlation(force, one, other):
        draws = logs(joint_draws(path, panel, replace(STILL, **force), 2, 1500), path)[..., 2]
        cells = cells_of(path, panel.cut(2008))
        place = {(s, g): i for i, (s, g) in enumerate(zip(cells.school, cells.grade, strict=True))}
        return np.corrcoef(draws[:, place[one]], draws[:, place[other]])[0, 1]

    year, district, level, drift = ({name: Walk(0.02)} for name in ("year", "district", "level", "drift"))
    assert correlation(year, (0, 0), (2, 3)) > 0.99
    assert correlation(district, (0, 0), (1, 3)) > 0.99
    assert abs(correlation(district, (0, 0), (2, 0))) < 0.1
    assert correlation(level, (0, 1), (1, 1)) > 0.99
    assert abs(correlation(level, (0, 0), (0, 3))) < 0.1
    assert correlation(drift, (0, 0), (0, 3)) > 0.99
    assert abs(correlation(drift, (0, 0), (1, 0))) < 0.1
    assert correlation({"entry": 0.05}, (0, 0), (2, 0)) > 0.99


def test_totals_add_up_in_every_draw(world) -> None:
    """Totals of schools, stages and districts are sums of the same whole numbers, whatever the order of adding."""
    panel, path = world
    draws = joint_draws(path, panel, borrowed(), 1, 20).astype(np.int64)
    by_school, by_grade = draws.sum(axis=2), draws.sum(axis=1)
    districts = sum(by_school[:, panel.district_of == d].sum(axis=1) for d in range(len(panel.districts)))
    assert (districts == by_grade.sum(axis=1)).all()
    stages = by_grade[:, :2].sum(axis=1) + by_grade[:, 2:].sum(axis=1)
    assert (stages == districts).all()


def test_the_total_of_a_school_spreads_more_than_independent_cells_would(world) -> None:
    panel, path = world
    draws = joint_draws(path, panel, borrowed(), 1, 1500).astype(float)[..., 4]
    together = draws.sum(axis=2).var(axis=0)
    apart = draws.var(axis=0).sum(axis=1)
    some = apart > 0
    assert (together[some] > 1.5 * apart[some]).all()


def test_draws_do_not_depend_on_rows_blocks_or_other_schools() -> None:
    panel = steady()
    path = forecasts(panel, [2008], 3)[2008]
    draws = joint_draws(path, panel, borrowed(), 9, 6)
    assert (joint_draws(path, panel, borrowed(), 9, np.array([4, 2])) == draws[[4, 2]]).all()
    keep = np.array([2, 0])
    shuffled = replace(
        panel, pupils=panel.pupils[keep], hosts=panel.hosts[keep], district_of=panel.district_of[keep],
        schools=tuple(panel.schools[i] for i in keep),
    )  # fmt: skip
    same = replace(path, log_pupils=path.log_pupils[keep])
    assert (joint_draws(same, shuffled, borrowed(), 9, 6) == draws[:, keep]).all()
    assert (joint_draws(path, panel, borrowed(), 10, 6) != draws).any()


def test_nothing_after_the_origin_moves_a_bit_of_the_draws(world) -> None:
    panel, path = world
    dirty = corrupted_after(panel, ORIGIN)
    again = joint_draws(forecasts(dirty, [ORIGIN], HORIZON)[ORIGIN], dirty, borrowed(), 1, 30)
    assert again.tobytes() == joint_draws(path, panel, borrowed(), 1, 30).tobytes()


def test_a_shock_widens_only_when_declared_and_in_its_years(world) -> None:
    panel, path = world
    calm = joint_draws(path, panel, borrowed(), 1, 300)
    shock = Shock("pandemic", 1.0, everywhere=0.05, school=0.0, years=(ORIGIN + 2,))
    hit = joint_draws(path, panel, borrowed().with_shock(shock), 1, 300)
    assert (hit[..., 0] == calm[..., 0]).all()
    totals = [one.sum(axis=(1, 2))[:, 1].std() for one in (calm, hit)]
    assert totals[1] > 1.2 * totals[0]
    never = replace(shock, probability=0.0)
    assert (joint_draws(path, panel, borrowed().with_shock(never), 1, 300) == calm).all()


def test_a_count_withheld_at_the_origin_spreads_like_an_entry() -> None:
    rows = rows_of({"a": [[50.0] * 8] * 4})
    rows["suppressed"] = (rows["grade"] == "1") & (rows["year"] == 2008)
    from sim.panel import panel_from_rows

    panel = panel_from_rows(rows)
    path = forecasts(panel, [2008], 2)[2008]
    fed = replace(STILL, chance=replace(NOTHING, fed=1.0))
    draws = joint_draws(path, panel, fed, 1, 500)
    assert draws[:, 0, 2, 0].std() > 3.0
    assert draws[:, 0, 3, 0].std() == 0.0
    assert draws[:, 0, 3, 1].std() > 3.0


def test_heavy_tails_have_unit_variance_and_events() -> None:
    u = (np.arange(200000) + 0.5) / 200000
    z = student_4(u)
    inner = np.abs(z) < 3.5
    assert z[inner] == pytest.approx(UNCUT * stats.t(4).ppf(u[inner]) / np.sqrt(2.0), abs=1e-9)
    assert z.max() == 4.0 * UNCUT
    assert z.var() == pytest.approx(1.0, abs=0.001)
    robust = stats.iqr(z) / 1.349
    assert 0.02 < (np.abs(z) > 3 * robust).mean() < 0.05


def test_grades_have_a_place_by_name_or_by_order() -> None:
    assert grade_places(("PK", "K", "1", "10")).tolist() == [-1, 0, 1, 10]
    assert grade_places(("one", "two")).tolist() == [0, 1]
