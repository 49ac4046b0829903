"""Teachers and beds that are missing: against exhaustive search over additions, and by the judge of beds itself."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from scenarios.staff_words import BY_CLASSES, BY_PUPILS, COUNTY, NEEDED
from sim.boarding_rows import ALL, BEDS_RULE, bed_breach
from sim.details import Details
from sim.sizing import gap_of
from sim.sizing_people import bed_needs, teacher_needs
from sim.sizing_rows import sizing_rows
from sim.staff import StaffInputs
from tests.sim import boarding_study
from tests.sim.balance_worlds import county
from tests.sim.test_boarding_rows import reduced

RATIOS = StaffInputs({"primary": (19.0, 2.37), "junior": (13.5, 3.7)}, small=100)
REQUIRED = 0.8


def staffed(draws=40, years=3, values=None, figures=None, staff=RATIOS):
    """Two schools whose pupils vary: a small primary school, a primary school with a junior part."""
    rng = np.random.default_rng(5)
    rolls = np.zeros((draws, years, 2, 4), dtype=np.int64)
    rolls[:, :, 0, 1] = rng.integers(60, 130, (draws, years))
    rolls[:, :, 1, 1] = rng.integers(300, 500, (draws, years))
    rolls[:, :, 1, 2] = rng.integers(100, 300, (draws, years))
    values = {("teachers", "primary"): [6.0, 18.0]} if values is None else values
    one = county(rolls, values=values, figures=figures, staff=staff, window=(2025, 2026))
    rooms = SimpleNamespace(small_below={}, norms=None, land=(), special={})
    given = vars(one.details)
    return replace(
        one, details=Details(given["stocks"], given["clauses"], rooms, imported=given["imported"], staff=staff)
    )


def smallest(held, most=200):
    """The first whole number that holds, by trying them one after the other."""
    return next(more for more in range(most) if held(more))


@pytest.mark.parametrize(("rule", "count"), [(NEEDED, "needed"), (BY_PUPILS, "by_pupils"), (BY_CLASSES, "by_classes")])
def test_posts_found_are_the_smallest_of_all_that_keep_the_ratio(rule, count):
    one = staffed()
    rows = sizing_rows(one, one.assessment.window, REQUIRED).set_index(["rule", "stage", "entity"]).sort_index()
    wanted, there = getattr(one.staff["primary"], count)[:, 1:], np.array([6.0, 18.0])
    for school, name in enumerate(one.model.layout.schools):

        def share(more, school=school):
            return (wanted[:, :, school] <= there[school] + more).all(axis=1).mean()

        found = rows.loc[rule, "primary", name]
        assert found["missing"] == smallest(lambda more: share(more) >= REQUIRED) > 0
        assert found["p_holds"] == share(0)
        assert (found["kind"], found["unit"]) == ("teachers", "teachers")
        assert np.isnan(found["cost"])
    together = rows.loc[rule, "primary", one.study]
    assert together["missing"] >= rows.loc[rule, "primary"].drop(one.study)["missing"].sum()
    added = np.array([rows.loc[rule, "primary", name]["missing_p95"] for name in one.model.layout.schools])
    assert ((wanted <= there + added).all(axis=1)).mean(axis=0).min() >= 0.95


def test_posts_of_the_county_are_of_its_pupils_together():
    one = staffed(values={}, figures={("teachers", "primary"): 20.0, ("teachers", ""): 30.0})
    rows = sizing_rows(one, one.assessment.window, REQUIRED)
    assert set(rows["rule"]) == {COUNTY}
    assert set(rows["entity"]) == {one.study}
    pupils = one.pupils["primary"].sum(axis=2)[:, 1:]
    found = rows[rows["stage"] == "primary"].iloc[0]
    assert found["missing"] == smallest(lambda more: (-(-pupils // 19) <= 20 + more).all(axis=1).mean() >= REQUIRED)
    assert (found["there"], found["unknown"]) == (20.0, 0)
    assert found["needed_p80"] == 20 + found["missing_p80"]
    both = rows[rows["stage"] == ALL].iloc[0]
    junior = np.ceil(one.pupils["junior"].sum(axis=2)[:, 1:] / 13.5)
    every = -(-pupils // 19) + junior
    assert both["missing"] == smallest(lambda more: (every <= 30 + more).all(axis=1).mean() >= REQUIRED)


def test_teachers_of_the_whole_school_stand_against_the_sum_of_its_stages():
    one = staffed(values={("teachers", ""): [5.0, 40.0]})
    needs = [need for need in teacher_needs(one, slice(1, 3)) if need.rule == BY_PUPILS]
    (need,) = needs
    assert need.stage == ALL
    assert need.needed[0, 0, 1] == -(-one.pupils["primary"][0, 1, 1] // 19) + np.ceil(
        one.pupils["junior"][0, 1, 1] / 13.5
    )


def test_a_school_whose_teachers_are_not_known_has_no_number_and_one_without_pupils_needs_none():
    one = staffed(values={("teachers", "junior"): [3.0, np.nan]})
    rows = sizing_rows(one, one.assessment.window, REQUIRED)
    assert set(rows["entity"]) == {"s1", one.study}  # s0 has no junior pupils
    own = rows[(rows["rule"] == NEEDED) & (rows["entity"] == "s1")].iloc[0]
    assert np.isnan(own["missing"])
    assert own["unknown"] == 1
    assert np.isnan(rows[(rows["rule"] == NEEDED) & (rows["entity"] == one.study)].iloc[0]["missing"])


def test_without_any_figure_of_teachers_there_are_no_rows():
    one = staffed(values={})
    assert len(sizing_rows(one, one.assessment.window, REQUIRED)) == 0


def test_ratios_by_classes_from_memory_say_so_and_those_by_pupils_do_not():
    one = staffed(staff=replace(RATIOS, from_memory=True))
    rows = sizing_rows(one, one.assessment.window, REQUIRED)
    assert set(rows[rows["unverified"] != ""]["rule"]) == {NEEDED, BY_CLASSES}


@pytest.fixture(scope="module")
def boarding():
    return reduced(boarding_study.boarding())


def test_beds_found_are_the_smallest_with_which_the_judge_finds_a_bed_for_every_boarder(boarding):
    one, (first, last) = boarding, boarding.assessment.window
    inside = slice(first - one.model.base_year - 1, last - one.model.base_year)
    rows = sizing_rows(one, one.assessment.window, REQUIRED)
    found = rows[rows["rule"] == BEDS_RULE].set_index("entity")["missing"]
    short = 0
    for name in ("a", "b"):
        school = one.model.layout.schools.index(name)

        def share(more, school=school):
            base = one.details.stocks.base["beds"].copy()
            base[school] += more
            stocks = replace(one.details.stocks, base={**one.details.stocks.base, "beds": base})
            judged = bed_breach(replace(one, details=replace(one.details, stocks=stocks)))
            return (~judged.broken[:, inside, school].any(axis=1)).mean()

        assert found[name] == smallest(lambda more: share(more) >= REQUIRED)
        short += found[name]
    assert short > 0


def test_a_study_without_a_section_on_boarding_asks_for_no_beds(boarding):
    none = replace(boarding, details=replace(boarding.details, boarding=None))
    assert list(bed_needs(none, slice(None))) == []


def test_a_school_whose_beds_are_not_known_has_no_number():
    one = reduced(boarding_study.boarding(beds=(("a", np.nan), ("b", 160))))
    (need,) = bed_needs(one, slice(None))
    gap = gap_of(need, slice(None))
    schools = one.model.layout.schools
    assert np.isnan(gap.missing[:, schools.index("a")]).all()
    assert not np.isnan(gap.missing[:, schools.index("b")]).any()
