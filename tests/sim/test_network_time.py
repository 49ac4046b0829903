"""Plans that take years: what fills up, runs out or follows; held to plain loops, conservation and former bytes."""

import dataclasses

import numpy as np
import pytest

from sim.engine import simulate
from sim.kernels_follow import Choice, fill_choices
from sim.model import NEVER
from sim.network import Leaning, plan_network, regimes
from sim.state import children
from tests.sim import gradual, studies
from tests.sim.test_reference import assert_equal

DRAWS = np.arange(8)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return gradual.county(tmp_path_factory.mktemp("busy"), 5, gradual.plan())


@pytest.mark.parametrize(("future", "spread"), [("fast", "study"), ("baseline", "study"), ("fast", "none")])
def test_plans_that_take_years_equal_the_plain_reference(tmp_path, future, spread):
    of = gradual.county(tmp_path, 5, gradual.plan(), spread=spread)
    assert_equal(of, future, "gradual", [0] if spread == "none" else [0, 1], seed=5)


def regime(of, plan, year, **opening):
    """The regime of a year; projects not named never open."""
    network = plan_network(of.bundle, plan, of.model.layout, of.model.grades.stages)
    years = np.array([[opening.get(project.id.replace("-", "_"), NEVER) for project in plan.projects]])
    found, _ = regimes(of.model, network, years.reshape(1, -1), year, Leaning(), {})
    return found[0]


def at(of, name):
    return of.model.layout.schools.index(name)


def served(of, one, unit, grade):
    """Schools of the zone of a local home in a grade with their parts, as newcomers in the zone are divided."""
    layout = of.model.layout
    cell, g = layout.cells.index(f"{unit}|local"), of.model.grades.names.index(grade)
    slots = np.flatnonzero(one.in_zone[cell, g])
    alone = one.shares[cell, g].copy()
    alone[~one.in_zone[cell, g]] = 0.0
    return {layout.schools[layout.slot_school[cell, s]]: float(alone[s] / alone.sum()) for s in slots}


@pytest.fixture(scope="module")
def zones_only(county):
    """All attend their zone schools, so that shares are zones."""
    away = np.zeros_like(county.model.attendance.away)
    attendance = dataclasses.replace(county.model.attendance, away=away)
    return dataclasses.replace(county, model=dataclasses.replace(county.model, attendance=attendance))


def test_nobody_is_lost_and_pupils_are_taught_where_they_sit(county):
    """In every year and draw stocks change by the flows alone; a grade that a school does not teach has no pupil."""
    model, plan = county.model, county.bundle.plans["gradual"]
    one = studies.case(county, "fast", "gradual", int(DRAWS.max()) + 1, 5)
    for i, (before, after, end) in enumerate(studies.walk(county, one, DRAWS, 5)):
        year = model.base_year + 1 + i
        np.testing.assert_array_equal(children(after) - children(before), end.flows.net)
        assert (after.pupils >= 0).all()
        np.testing.assert_array_equal(
            end.rolls.sum(axis=(1, 2)), after.pupils[:, model.layout.real].sum(axis=(1, 2, 3))
        )
        network = plan_network(county.bundle, plan, model.layout, model.grades.stages)
        found, index = regimes(model, network, one.opening_year[DRAWS], year, Leaning(), {})
        teaches = np.stack([r.teaches for r in found])[index][:, : len(model.layout.schools)]
        assert not end.rolls[~teaches].any()
        assert not end.rolls[~end.open].any()


def rolls(of, plan, draws=DRAWS, future="fast"):
    one = studies.case(of, future, plan, int(draws.max()) + 1, 5)
    return simulate(of.model, [one], 5, draws)[0].rolls, one.opening_year[draws]


def test_a_phase_out_admits_nobody_and_loses_nobody(county):
    """Each cohort of the school only shrinks by what its homes lose; after the years of transition it is empty."""
    found, opening = rolls(county, "gradual")
    school, project = at(county, "p3"), [p.id for p in county.bundle.plans["gradual"].projects].index("out-p3")
    years = np.array(list(county.model.years))
    seen = 0
    for draw, start in enumerate(opening[:, project]):
        for i, year in enumerate(years):
            elapsed = year - start
            if elapsed < 0:
                continue
            here = found[draw, i, school]
            first = min(elapsed + 1, 4)  # grades below it have had no entrant since the start
            assert not here[:first].any()
            assert elapsed < 3 or not here.any()
            seen += int(here.sum())
    assert seen > 0


def test_a_phase_out_moves_no_pupil_who_may_stay(county):
    """In the year it starts, upper grades hold whom they would have held; with all at once they are empty."""
    at_once = gradual.plan([{**gradual.OUT_P3, "transition_years": 0}], name="once")
    slow = gradual.plan([gradual.OUT_P3], name="slow")
    of = with_plans(county, at_once, slow)
    quick, _ = rolls(of, "once")
    phased, opening = rolls(of, "slow")
    nothing, _ = rolls(of, "nothing")
    school, first = at(of, "p3"), int(opening.min()) - of.model.base_year - 1
    assert (opening == opening.min()).all()
    assert not quick[:, first:, school].any()
    stayed, would = phased[:, first, school], nothing[:, first, school]
    np.testing.assert_array_equal(stayed[:, [1, 3]], would[:, [1, 3]])
    assert (stayed[:, 2] < would[:, 2]).any()  # nobody comes from teaching points that end below grade 3
    assert (stayed[:, 2] <= would[:, 2]).all()
    homes = [studies.run(of, "fast", plan, 8, 5).pupils for plan in ("nothing", "once", "slow")]
    np.testing.assert_array_equal(homes[0], homes[1])  # how many children a home has depends on no plan
    np.testing.assert_array_equal(homes[0], homes[2])


def with_plans(of, *plans):
    bundle = dataclasses.replace(of.bundle, plans={**of.bundle.plans, **{one.id: one for one in plans}})
    return studies.made_of(bundle, of.space)


def test_a_new_school_fills_by_its_curve(zones_only):
    plan = zones_only.bundle.plans["gradual"]
    parts = [served(zones_only, regime(zones_only, plan, year, new_p4=2025), "u5", "2") for year in range(2025, 2030)]
    assert [part["p4"] for part in parts] == pytest.approx([0.4, 0.7, 1.0, 1.0, 1.0])
    assert parts[0]["p2"] == pytest.approx(0.6)  # the rest goes where it went before
    assert served(zones_only, regime(zones_only, plan, 2024, new_p4=2025), "u5", "2") == {"p2": 1.0}


def test_a_fuller_curve_never_leaves_a_new_school_with_fewer_children(county):
    slow, fast = (
        {**gradual.NEW_P4, "new": {**gradual.NEW_P4["new"], "fill": fill}} for fill in ([0.3, 0.5], [0.6, 0.9])
    )
    full = {**gradual.NEW_P4, "new": {key: v for key, v in gradual.NEW_P4["new"].items() if key != "fill"}}
    zones = [{"stage": "primary", "units": ["u4", "u5"], "schools": ["p4"], "with": "new-p4"}]
    of = with_plans(
        county, *(gradual.plan([one], zones, name) for one, name in ((slow, "a"), (fast, "b"), (full, "c")))
    )
    mean = [rolls(of, name)[0][:, :, at(of, "p4")].sum(axis=2).mean(axis=0) for name in "abc"]
    assert (mean[0] <= mean[1]).all()
    assert (mean[1] <= mean[2]).all()
    assert mean[0][-1] < mean[2][-1]


def test_siblings_follow_for_their_years_in_the_first_grade_alone(zones_only):
    plan = zones_only.bundle.plans["gradual"]
    when = [served(zones_only, regime(zones_only, plan, year), "u1", "1") for year in range(2024, 2029)]
    assert when[0] == {"p1": 1.0}
    for one in when[1:4]:  # half follow to p1, the others are divided between both schools
        assert one == {"p1": pytest.approx(0.75), "p2": pytest.approx(0.25)}
    assert when[4] == {"p1": 0.5, "p2": 0.5}
    assert served(zones_only, regime(zones_only, plan, 2025), "u1", "2") == {"p1": 0.5, "p2": 0.5}


def test_without_siblings_and_curves_every_byte_is_that_of_a_plan_that_does_not_name_them(county):
    """A curve of 1 and siblings of no effect (years that are over) change nothing."""
    new = {key: value for key, value in gradual.NEW_P4["new"].items() if key not in ("fill", "transfer_share")}
    plain = {**gradual.NEW_P4, "new": new}
    said = {**gradual.NEW_P4, "new": {**new, "fill": [1.0, 1.0], "transfer_share": 1.0}}
    zones = [{"stage": "primary", "units": ["u4"], "schools": ["p4", "p1"], "with": "new-p4"}]
    of = with_plans(county, gradual.plan([plain], zones, "plain"), gradual.plan([said], zones, "said"))
    np.testing.assert_array_equal(rolls(of, "plain")[0], rolls(of, "said")[0])


def test_plans_of_others_do_not_notice_a_conversion(tmp_path, county):
    """A study with a plan that converts schools gives its other plans the same pupils."""
    bare = gradual.county(tmp_path, 5)
    for plan in ("nothing", "everything"):
        np.testing.assert_array_equal(rolls(bare, plan)[0], rolls(county, plan)[0])


def test_a_converted_school_keeps_its_cohorts(county):
    """Pupils of the last primary grade stay on; the grades above open one by one, those given up run out."""
    found, opening = rolls(county, "gradual")
    ids = [p.id for p in county.bundle.plans["gradual"].projects]
    p2, n1, first = at(county, "p2"), at(county, "n1"), county.model.base_year + 1
    more, less = opening[:, ids.index("nine-p2")], opening[:, ids.index("six-n1")]
    for draw in range(len(found)):
        start = int(more[draw]) - first
        assert not found[draw, :start, p2, 4:].any()
        assert found[draw, start, p2, 4] > 0
        assert found[draw, start, p2, 5] == 0
        before, after = found[draw, start - 1, p2, 3], found[draw, start, p2, 4]
        assert after >= 0.5 * before > 0
        kept = found[draw, start + 1, p2, 5] / found[draw, start, p2, 4]
        assert 0.6 < kept < 1.6  # as the county's pupils move up: of its own and who joins them
        stop = int(less[draw]) - first
        assert not found[draw, stop, n1, 4]
        assert not found[draw, stop + 1 :, n1, 4:].any()


def test_a_conversion_for_all_grades_opens_all(county):
    plan = county.bundle.plans["gradual"]
    assert regime(county, plan, 2026, nine_j2=2026).runs[at(county, "j2")].tolist() == [True] * 6
    grows = [int(regime(county, plan, year, nine_p2=2026).runs[at(county, "p2")].sum()) for year in range(2025, 2030)]
    assert grows == [4, 5, 6, 6, 6]


def test_a_leak_takes_its_part_of_a_closed_school(zones_only):
    plan = zones_only.bundle.plans["gradual"]
    one = served(zones_only, regime(zones_only, plan, 2026, out_p3=2025), "u7", "1")
    assert one == {"n1": pytest.approx(0.7), "p1": pytest.approx(0.3)}


def test_a_closed_school_without_receivers_hands_over_to_the_nearest(zones_only):
    plan = zones_only.bundle.plans["gradual"]
    found = served(zones_only, regime(zones_only, plan, 2026, close_t2=2026), "u9", "1")
    space, open_then = zones_only.space, ("p1", "p2", "p3", "t1", "n1")
    row = dict(zip(space.schools, space.distance_km[space.units.index("u9")], strict=True))
    assert list(found) == [min(open_then, key=row.__getitem__)]


@pytest.mark.parametrize(("part", "least", "most"), [(0.25, 0.15, 0.35), (0.75, 0.65, 0.85)])
def test_a_part_of_the_upper_grades_moves_to_a_school_that_opens_for_all(county, part, least, most):
    new = {**gradual.NEW_P4["new"], "rooms": 40}  # so that nobody is diverted
    del new["fill"]
    zones = [{"stage": "primary", "units": ["u4", "u5"], "schools": ["p4"], "with": "new-p4"}]
    plans = [
        gradual.plan([{**gradual.NEW_P4, "new": {**new, "transfer_share": share}}], zones, f"of-{share}")
        for share in (1e-9, part, 1.0)
    ]
    of, upper = with_plans(county, *plans), []
    for plan in plans:
        found, opening = rolls(of, plan.id)
        years = opening[:, 0] - of.model.base_year - 1
        draws = np.flatnonzero(years < found.shape[1])
        upper.append(int(found[draws, years[draws], at(of, "p4"), 1:4].sum()))
    none, some, whole = upper  # some come from teaching points that end below, whatever the part
    assert least < (some - none) / (whole - none) < most


@pytest.mark.parametrize("rounded", [True, False])
def test_nobody_applies_again_to_a_school_that_has_ended_whatever_shares_the_home_had(rounded):
    """Four found a place at the first school where their home has no share; it ended, so they go to the second."""
    shape = (1, 1, 1, 2)  # regime, home, grade, school
    now, then = np.array([-1.0, 1.0]).reshape(shape), np.array([[[0.0, 1.0]]])
    keys, steps = np.zeros(shape[1:], dtype=np.uint64), np.zeros(1, dtype=np.uint64)
    same, which = np.zeros((1, 1, 1), dtype=bool), np.full((1, 1, 1), 0.5)
    choice = Choice(np.zeros(1, dtype=np.int64), now, then, same, keys, steps, which, rounded)
    placed = np.array([4, 3], dtype=np.int32).reshape(1, 2, 1, 1)
    out = np.zeros_like(placed)
    fill_choices(np.full((1, 1, 1), 7, dtype=np.int32), placed, choice, out)
    assert out[0, :, 0, 0].tolist() == [0, 7]
