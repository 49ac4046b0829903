"""Clauses on indicators: breaches by draw and year, whom they are for, verdicts, rows by year."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from scenarios.pack_rules import JUDGED_INDICATORS, named
from sim.bounds import bounds
from sim.clauses import clause_breaches, without_data
from sim.clauses_inputs import When, clause_bounds, clause_inputs, hosted_of
from sim.clauses_verdicts import clause_verdict_rows, indicator_rows, known_rows
from sim.deciding import decided
from sim.details import details_of
from sim.indicators import INDICATORS
from sim.judge import word
from sim.ladders import whole
from sim.reduced import Reduced
from sim.reductions import REDUCTIONS
from sim.summary import Assessment, measured
from tests.sim import studies
from tests.sim.clause_worlds import FIRST, bound, world

AREA = "teaching_area_m2"


def primary(*pupils):
    """Rolls of one draw and year: primary pupils by school."""
    return [[[[0, n, 0, 0] for n in pupils]]]


def one(rolls, area, *bounds, **more):
    return clause_breaches(world(rolls, {AREA: area}, bounds, **more))


def test_a_least_is_broken_below_the_bound_and_kept_at_it():
    found = one(primary(600, 601), [2700.0, 2700.0], bound(4.5, schools=2))[0]
    assert found.value[0, 0].tolist() == pytest.approx([4.5, 2700 / 601])
    assert found.broken[0, 0].tolist() == [False, True]
    assert found.over[0, 0].tolist() == [0, 1]


def test_pupils_over_are_those_beyond_what_the_area_carries():
    """2700 m2 carry 600 pupils at 4.5 m2; a nine-year school's part carries as many of the stage."""
    assert one(primary(700), [2700.0], bound(4.5))[0].over[0, 0, 0] == 100
    rolls = [[[[0, 600, 300, 0]]]]
    found = one(rolls, [4000.0], bound(5.8, stage="junior"))[0]
    part = 4000 * 330 / 930
    assert found.over[0, 0, 0] == int(np.ceil(300 - part / 5.8))


def test_a_tolerance_is_part_of_the_limit_and_a_most_is_broken_above():
    assert not one(primary(610), [2700.0], bound(4.4))[0].broken.any()
    most = one(primary(600, 500), [2700.0, 2700.0], bound(5.0, schools=2, direction="at_most"))[0]
    assert most.broken[0, 0].tolist() == [False, True]
    assert most.over[0, 0, 1] == int(np.ceil(500 - 500 * 5.0 / 5.4 - 1e-6))


def test_nothing_is_broken_where_the_value_is_unknown_or_nobody_is_taught():
    found = one(primary(600, 0, 600), [np.nan, 2700.0, 100.0], bound(4.5, schools=3))[0]
    assert found.broken[0, 0].tolist() == [False, False, True]
    assert found.unknown[0, 0].tolist() == [True, False, False]


def test_conditions_on_pupils_are_judged_by_draw_and_year():
    """A school that falls below 50 pupils is left out in those draws and years only."""
    rolls = [[[[0, 60, 0, 0]], [[0, 49, 0, 0]]], [[[0, 50, 0, 0]], [[0, 80, 0, 0]]]]
    small = When(np.ones(1, dtype=bool), pupils_below=50)
    found = one(rolls, [100.0], bound(4.5, unless=(small,)))[0]
    assert found.broken[:, :, 0].tolist() == [[True, False], [True, True]]
    assert found.applies[:, :, 0].tolist() == [[True, False], [True, True]]
    only = one(rolls, [100.0], bound(4.5, when=small))[0]
    assert only.broken[:, :, 0].tolist() == [[False, True], [False, False]]


def test_conditions_on_the_largest_class_and_on_beds():
    rolls = primary(58, 62)  # classes of at most 40: the largest have 29 and 31
    for when, expected in (
        (When(np.ones(2, dtype=bool), largest_class_below=30), [True, False]),
        (When(np.ones(2, dtype=bool), boarding=True), [False, True]),
        (When(np.ones(2, dtype=bool), boarding=False), [True, False]),
        (When(np.array([False, True])), [False, True]),
    ):
        of = world(rolls, {AREA: [100.0, 100.0], "beds": [0.0, 20.0]}, [bound(4.5, when=when, schools=2)])
        assert clause_breaches(of)[0].applies[0, 0].tolist() == expected


areas = st.floats(0, 20000, allow_nan=False)
rolls_of = hnp.arrays(np.int64, (3, 2, 3, 4), elements=st.integers(0, 900))


@settings(max_examples=60)
@given(rolls_of, st.lists(areas, min_size=3, max_size=3), st.floats(0.5, 12), st.floats(0, 5))
def test_at_fixed_rolls_a_looser_bound_never_fails_more(rolls, area, limit, looser):
    tight = one(rolls, area, bound(limit + looser, schools=3))[0]
    loose = one(rolls, area, bound(limit, schools=3))[0]
    assert not (loose.broken & ~tight.broken).any()
    assert (loose.over <= tight.over).all()


@settings(max_examples=60)
@given(rolls_of, st.lists(areas, min_size=3, max_size=3), st.floats(0, 5000), st.floats(0.5, 12))
def test_more_area_never_fails_more(rolls, area, more, limit):
    before = one(rolls, area, bound(limit, schools=3))[0]
    after = one(rolls, [a + more for a in area], bound(limit, schools=3))[0]
    assert not (after.broken & ~before.broken).any()
    assert (after.over <= before.over).all()


@settings(max_examples=40)
@given(rolls_of, st.lists(areas, min_size=3, max_size=3), st.lists(areas, min_size=2, max_size=2), st.integers(0, 900))
def test_a_school_does_not_depend_on_others_and_order_is_irrelevant(rolls, area, others, pupils):
    both = (bound(4.5, schools=3), bound(5.8, stage="junior", schools=3, code="L4.junior"))
    plain = one(rolls, area, *both)
    changed = np.array(rolls)
    changed[:, :, 1:, 1] = pupils
    moved = one(changed, [area[0], *others], *both)
    order = [2, 0, 1]
    turned = one(rolls[:, :, order], [area[i] for i in order], *both)
    for first, second, third in zip(plain, moved, turned, strict=True):
        assert np.array_equal(first.value[:, :, 0], second.value[:, :, 0], equal_nan=True)
        assert np.array_equal(first.broken[:, :, 0], second.broken[:, :, 0])
        assert np.array_equal(first.value[:, :, order], third.value, equal_nan=True)
        assert np.array_equal(first.over[:, :, order], third.over)


@pytest.fixture(scope="module")
def case():
    of = studies.study(studies.LOADING, "study")
    return of, studies.run(of, "high", "build", 40)


def reduced(of, result, area_of_a=700.0, decides=(), **clauses):
    """The finished case of the small study, with a known area of school a and clauses changed."""
    model = whole(of.model)
    scenario = of.bundle.scenario
    tests = scenario.tests.model_copy(update={"decides": decides})
    bundle = replace(of.bundle, scenario=scenario.model_copy(update={"tests": tests}))
    details = details_of(bundle, model)
    base = dict(details.stocks.base)
    base[AREA] = np.where(np.array(model.layout.schools) == "a", area_of_a, base[AREA])
    details = replace(details, stocks=replace(details.stocks, base=base), clauses=replace(details.clauses, **clauses))
    assessment = Assessment(tuple(bounds(of.bundle, model)), (2025, 2028), 0.9)
    case = studies.case(of, "high", "build", 40)
    now = measured(result, model, assessment)
    return Reduced(now, model, case, assessment, "x", details, None)


def test_a_verdict_is_the_joint_probability_over_the_window(case):
    of, result = case
    school = of.model.layout.schools.index("a")
    most = result.rolls[:, 1:5, school].sum(axis=2).max(axis=1)
    found = reduced(of, result, 4.5 * float(np.quantile(most, 0.4)))
    breach = next(b for b in found.clauses if b.bound.code == "L4.primary")
    inside = breach.broken[:, 1:5, school]
    rows = clause_verdict_rows(found)
    row = rows[(rows["rule"] == "L4.primary") & (rows["entity"] == "a")].iloc[0]
    good = int((~inside.any(axis=1)).sum())
    assert 0 < good < 40
    assert row["probability"] == pytest.approx(good / 40)
    assert row["verdict"] == word(good, 40, 0.9)
    worst = int(inside.mean(axis=0).argmax())
    assert row["worst_year"] == 2025 + worst
    assert row["pupils"] == pytest.approx(breach.over[:, 1 + worst, school].mean())


def test_clauses_of_the_pack_become_bounds_of_the_schools_that_teach_the_stage(case):
    of, _ = case
    found = {(b.code, b.stage): b for b in clause_inputs(of.bundle, whole(of.model)).bounds}
    schools = of.model.layout.schools
    assert found["L4.primary", "primary"].limit == 4.5
    assert dict(zip(schools, found["L4.primary", "primary"].when.schools, strict=True))["a"]
    assert not dict(zip(schools, found["L4.junior", "junior"].when.schools, strict=True))["a"]
    assert ("G3.music", "all") in found
    assert [one.pupils_below for one in found["L4.primary", "primary"].unless] == [50]
    assert not found["G3.music", "all"].unless
    assert not any(b.decides for b in found.values())


def changed(of, code, **update):
    clauses = tuple(c.model_copy(update=update) if c.code == code else c for c in of.bundle.pack.clauses)
    return replace(of.bundle, pack=of.bundle.pack.model_copy(update={"clauses": clauses}))


def test_bounds_follow_dates_tolerance_grade_and_condition(case):
    of, _ = case
    model = whole(of.model)

    def bounds_of(bundle):
        found = clause_bounds(bundle, model, hosted_of(bundle, model))
        return {b.code: b for b in found}

    day = of.bundle.pack.clauses[0].valid_from
    assert "L4.primary" not in bounds_of(changed(of, "L4.primary", valid_to=day))
    loose = bounds_of(changed(of, "L4.primary", tolerance=0.5, source_grade="M"))["L4.primary"]
    assert (loose.limit, loose.verified) == (4.0, False)
    condition = type(of.bundle.pack.clauses[0].applies_if)
    for place in ("urban", "rural"):
        found = bounds_of(changed(of, "L4.primary", applies_if=condition(place=place))).get("L4.primary")
        units = of.bundle.tables["units"].set_index("unit")["urban"] == 1
        at = of.bundle.tables["schools"].set_index("school")["unit"].map(units)
        expected = {s for s in at.index[at == (place == "urban")] if bounds_of(of.bundle)["L4.primary"].when.schools[
            model.layout.schools.index(s)]}  # fmt: skip
        new = set(model.layout.schools) - set(at.index)
        there = set() if found is None else {
            s for s, holds in zip(model.layout.schools, found.when.schools, strict=True) if holds}  # fmt: skip
        assert there - new == expected
    assert "L4.primary" not in bounds_of(changed(of, "L4.primary", assessed="imported"))
    assert "L4.primary" not in bounds_of(changed(of, "L4.primary", applies_if=condition(built_before=1900)))


def test_a_clause_that_replaces_another_takes_its_place(case):
    of, result = case
    clauses = of.bundle.pack.clauses
    first = next(c for c in clauses if c.code == "L4.primary")
    small = first.applies_if.model_copy(update={"pupils_below": 10_000})
    update = {"code": "L4.small", "bound": 1.0, "replaces": ("L4.primary",), "applies_if": small}
    own = first.model_copy(update=update)
    bundle = replace(of.bundle, pack=of.bundle.pack.model_copy(update={"clauses": (*clauses, own)}))
    changed_bounds = clause_inputs(bundle, whole(of.model)).bounds
    found = {b.bound.code: b for b in reduced(of, result, 700.0, bounds=changed_bounds).clauses}
    school = of.model.layout.schools.index("a")
    assert found["L4.small"].applies[:, :, school].all()
    assert not found["L4.primary"].applies[:, :, school].any()


def test_what_is_not_known_is_not_assessed_and_says_what_is_missing():
    rolls = [[[[0, 600, 0, 0], [0, 30, 0, 0], [0, 600, 0, 0]]]] * 60
    small = When(np.ones(3, dtype=bool), pupils_below=50)
    of = world(rolls, {AREA: [6000.0, 6000.0, np.nan]}, [
        bound(4.5, schools=3, unless=(small,)), bound(2.3, indicator="multimedia_rooms_per100", code="L7.x", schools=3),
    ])  # fmt: skip
    rows = clause_verdict_rows(of).set_index(["rule", "scope", "entity"])
    said = {key: (row["verdict"], row["source"]) for key, row in rows.iterrows()}
    assert said == {
        ("L4.x", "school", "s0"): ("holds", "simulated"),
        ("L4.x", "school", "s1"): ("not-assessed", "left-out"),
        ("L4.x", "school", "s2"): ("not-assessed", "missing teaching_area_m2"),
        ("L4.x", "county", "county"): ("not-assessed", "missing teaching_area_m2"),
        ("L7.x", "county", "county"): ("not-assessed", "missing multimedia_rooms"),
    }
    assert [b.code for b in without_data(of)] == ["L7.x"]


def test_a_county_fails_by_the_schools_that_are_known():
    rolls = [[[[0, 600, 0, 0], [0, 600, 0, 0]]]] * 20
    of = world(rolls, {AREA: [1000.0, np.nan]}, [bound(4.5, schools=2, verified=False)])
    rows = clause_verdict_rows(of).set_index("scope")
    assert rows.loc["county", "verdict"] == "fails"
    assert rows.loc["county", "schools_over_p90"] == 1
    assert rows.loc["county", "unverified"] == "L4.x"
    assert rows[rows["entity"] == "s1"]["unverified"].tolist() == [""]


def test_schools_that_only_open_after_the_window_are_an_outlook():
    rolls = [[[[0, 0, 0, 0]], [[0, 600, 0, 0]]]] * 20
    of = world(rolls, {AREA: [1000.0]}, [bound(4.5)], window=(FIRST, FIRST), opened=np.array([[[False], [True]]] * 20))
    assert clause_verdict_rows(of).set_index("scope").loc["school", "verdict"] == "outlook"


def test_rows_by_year_hold_known_draws_and_the_probability_of_the_wrong_side():
    rolls = [[[[0, n, 0, 0]], [[0, 0, 0, 0]]] for n in (300, 400, 500, 0)]
    of = world(rolls, {AREA: [1800.0]}, [bound(4.5)])
    rows = indicator_rows(of)
    row = rows[(rows["stage"] == "primary") & (rows["indicator"] == "teaching_area_per_pupil")]
    assert row["year"].tolist() == [FIRST]
    assert row.iloc[0]["mean"] == pytest.approx(np.mean([6.0, 4.5, 3.6]))
    assert row.iloc[0]["p50"] == pytest.approx(4.5)
    assert row.iloc[0]["p_exceed"] == 0.25


@given(hnp.arrays(float, (7, 2, 2), elements=st.floats(0, 100) | st.just(np.nan)))
def test_quantiles_are_those_of_numpy_over_the_known_draws(values):
    rows = known_rows(values, np.zeros((2, 2)), {}, range(2024, 2026), ("a", "b"))
    found = {(row["year"], row["entity"]): row for row in rows.to_dict("records")}
    for t in range(2):
        for s, name in enumerate("ab"):
            known = values[:, t, s][~np.isnan(values[:, t, s])]
            assert ((2024 + t, name) in found) == bool(len(known))
            if len(known):
                row = found[2024 + t, name]
                assert row["p10"] == pytest.approx(np.quantile(known, 0.1), abs=1e-9)
                assert row["mean"] == pytest.approx(known.mean(), abs=1e-9)


def test_clauses_decide_where_the_scenario_says_so(case):
    """A code or a family joins the headline; without it the headline is that of the rules, byte for byte."""
    of, result = case
    plain = reduced(of, result, 100.0)
    assert decided(plain) is plain
    for names in (("L4",), ("L4.primary", "L7")):
        joined = decided(reduced(of, result, 100.0, decides=names))
        before, after = (REDUCTIONS["verdicts"](found).query("rule == 'all'").iloc[0] for found in (plain, joined))
        broken = next(b for b in plain.clauses if b.bound.code == "L4.primary").broken[:, 1:5].any(axis=(1, 2))
        assert broken.all()
        assert after["probability"] == 0.0 < before["probability"]
        county = REDUCTIONS["county"](joined).query("indicator == 'schools_over'")["mean"]
        assert (county.to_numpy() > REDUCTIONS["county"](plain).query("indicator == 'schools_over'")["mean"]).all()


def test_codes_and_families_are_names_of_clauses():
    assert named("L4.primary", ("L4",))
    assert named("L4.primary", ("L4.primary",))
    assert not named("L4.primary", ("L4.junior", "L"))


def test_what_a_run_judges_is_known_to_the_checks_of_inputs():
    assert dict(JUDGED_INDICATORS) == {name: one.stock for name, one in INDICATORS.items()}
