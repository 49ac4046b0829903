"""The network of a plan in a year: what is open, which zone is in force, who takes over, where nobody is lost."""

from dataclasses import replace

import numpy as np
import pytest

from sim.model import NEVER, PSEUDO_SCHOOLS
from sim.network import Leaning, PlanNetwork, plan_network, regimes
from tests.sim import busy, studies

PULL = 1.0


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """All attend their zone schools, so that shares are zones."""
    of = studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=1))
    attendance = replace(of.model.attendance, away=np.zeros_like(of.model.attendance.away))
    return replace(of, model=replace(of.model, attendance=attendance))


@pytest.fixture(scope="module")
def plan(county):
    model = county.model
    return plan_network(county.bundle, county.bundle.plans["everything"], model.layout, model.grades.stages)


ORDER = ("more-new", "new-p4", "new-j3", "close-t1", "close-p2")


def regime(of, plan, year, pull=PULL, **opening):
    """The regime of a year; projects not named never open."""
    years = np.array([[opening.get(name.replace("-", "_"), NEVER) for name in ORDER]])
    found, index = regimes(of.model, plan, years, year, Leaning(pull), {})
    assert index.tolist() == [0]
    return found[0]


def served(of, one, unit, grade, group="local"):
    """Schools of the zone of a home in a grade with their split."""
    layout = of.model.layout
    cell, g = layout.cells.index(f"{unit}|{group}"), of.model.grades.names.index(grade)
    slots = np.flatnonzero(one.in_zone[cell, g])
    shares = one.shares[cell, g, slots] / one.shares[cell, g, slots].sum()
    names = [layout.schools[layout.slot_school[cell, slot]] for slot in slots]
    return {name: round(float(share), 6) for name, share in zip(names, shares, strict=True)}


def school(of, name):
    return of.model.layout.schools.index(name)


def test_zones_of_the_base_year_with_their_weights(county, plan):
    one = regime(county, plan, 2024)
    assert served(county, one, "u1", "1") == {"p1": 1.0}
    assert served(county, one, "u2", "1") == {
        "p1": pytest.approx(2 / 3, abs=1e-6),
        "p2": pytest.approx(1 / 3, abs=1e-6),
    }


def test_a_zone_school_without_the_grade_hands_on_to_the_nearest_school_that_has_it(county, plan):
    one = regime(county, plan, 2024)
    assert served(county, one, "u8", "2") == {"t1": 1.0}
    assert served(county, one, "u8", "3") == {"p3": 1.0}


def test_a_new_school_opens_grade_by_grade_and_takes_over_its_zone_with_them(county, plan):
    for year, running in ((2025, 0), (2026, 1), (2027, 2), (2029, 4), (2034, 4)):
        one = regime(county, plan, year, new_p4=2026)
        assert one.runs[school(county, "p4")].sum() == running
        zones = [served(county, one, "u5", grade) for grade in ("1", "2", "3", "4")]
        assert zones == [{"p4": 1.0}] * running + [{"p2": 1.0}] * (4 - running)


def test_a_new_school_for_all_grades_opens_all(county, plan):
    one = regime(county, plan, 2026, new_j3=2026)
    assert one.runs[school(county, "j3")].tolist() == [False] * 4 + [True] * 2
    assert served(county, one, "u1", "6") == {"j3": 1.0}


@pytest.mark.parametrize(("extension", "opening", "rooms"), [(2025, NEVER, 0), (2025, 2027, 7), (NEVER, 2026, 4)])
def test_an_extension_opens_no_school(county, plan, extension, opening, rooms):
    one = regime(county, plan, 2027, more_new=extension, new_p4=opening)
    assert one.rooms[school(county, "p4")] == rooms
    assert one.runs[school(county, "p4")].any() == (opening != NEVER)


def test_temporary_classrooms_stand_from_their_opening_to_their_last_year(county, plan):
    lent = replace(plan, projects=(replace(plan.projects[0], until=2027), *plan.projects[1:]))
    at, added = plan.projects[0].school, plan.projects[0].rooms
    assert added > 0

    def more(opening, year, book):
        """Rooms beyond those of the new school that the classrooms stand at."""
        years = np.array([[opening, 2024, *[NEVER] * (len(ORDER) - 2)]])
        found, _ = regimes(county.model, lent, years, year, Leaning(PULL), book)
        return int(found[0].rooms[at]) - plan.projects[1].rooms

    together = {}
    for book in (None, together):  # a book of regimes that the years share changes nothing
        rooms = [more(2026, year, {} if book is None else book) for year in range(2025, 2030)]
        assert rooms == [0, added, added, 0, 0]
    assert [more(2029, year, {}) for year in range(2028, 2031)] == [0, 0, 0]


def test_a_closed_school_is_closed_and_its_share_of_the_zone_goes_to_its_receivers(county, plan):
    one = regime(county, plan, 2026, close_p2=2026, new_p4=2025)
    assert one.rooms[school(county, "p2")] == 0
    assert not one.runs[school(county, "p2")].any()
    assert served(county, one, "u3", "1") == {"p1": 0.5, "p4": 0.5}
    # u2 keeps its other school; grade 3 is not yet taught at p4, so p1 takes all.
    assert served(county, one, "u3", "3") == {"p1": 1.0}
    split = served(county, one, "u2", "1")
    assert split == {"p1": pytest.approx(5 / 6, abs=1e-6), "p4": pytest.approx(1 / 6, abs=1e-6)}


def test_an_extension_does_not_reopen_a_closed_school(county):
    plans = county.bundle.plans
    some = plans["everything"].projects
    more = some[0].model_copy(update={"id": "more-t1", "school": "t1"})
    both = plans["everything"].model_copy(update={"projects": (some[3], more), "zones": ()})
    layout = county.model.layout
    network = plan_network(county.bundle, both, layout, county.model.grades.stages)
    found, _ = regimes(county.model, network, np.array([[2025, 2026]]), 2026, Leaning(PULL), {})
    assert found[0].rooms[school(county, "t1")] == 0
    assert not found[0].runs[school(county, "t1")].any()


@pytest.mark.parametrize(
    ("opening", "zone"), [(2024, {"p1": 0.5, "p2": 0.5}), (2026, {"p4": 1.0}), (2025, {"p1": 0.5, "p2": 0.5})]
)
def test_the_change_that_took_effect_last_wins_and_in_one_year_the_later_in_the_file(county, plan, opening, zone):
    """u4: p4 when new-p4 opens; p1 and p2 from 2025 on, which stands later in the file."""
    assert served(county, regime(county, plan, 2028, new_p4=opening), "u4", "1") == zone


def test_dated_zone_changes(county, plan):
    before, after = (regime(county, plan, year, new_j3=2026) for year in (2027, 2028))
    assert served(county, before, "u3", "5") == {"j3": 1.0}
    assert served(county, after, "u3", "5") == {"j1": 1.0}


def test_draws_with_the_same_projects_share_a_regime_and_the_year_of_opening_counts_only_where_it_matters(county, plan):
    timed = np.array(
        [[2024, 2025, NEVER, 2024, NEVER], [2025, 2025, NEVER, 2025, NEVER], [2024, 2026, NEVER, 2024, NEVER]]
    )
    found, index = regimes(county.model, plan, timed, 2026, Leaning(PULL), {})
    assert len(found) == 2
    assert index[0] == index[1] != index[2]


def test_a_book_of_regimes_changes_nothing(county, plan):
    book = {}
    years = np.array([[2024, 2025, 2026, 2024, 2027], [2025, 2027, 2028, NEVER, 2026]])
    for year in range(2024, 2036):
        kept, _ = regimes(county.model, plan, years, year, Leaning(PULL), book)
        fresh, _ = regimes(county.model, plan, years, year, Leaning(PULL), {})
        for one, other in zip(kept, fresh, strict=True):
            for name in ("runs", "rooms", "shares", "home", "in_zone"):
                np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize("pull", [0.4, 1.0, 3.0])
def test_shares_sum_to_one_and_pull_multiplies_the_odds_of_attending_outside_the_zone(plan, county, pull):
    county = studies.made_of(county.bundle, county.space)
    model = county.model
    for year, opening in ((2024, {}), (2029, {"new_p4": 2025, "close_p2": 2027, "close_t1": 2025, "new_j3": 2026})):
        one = regime(county, plan, year, pull, **opening)
        np.testing.assert_allclose(one.shares.sum(axis=2), 1.0)
        assert (one.shares >= 0).all()
    base, pulled = regime(county, plan, 2024), regime(county, plan, 2024, pull)
    real = model.layout.real
    np.testing.assert_allclose(pulled.shares[..., real.stop :], base.shares[..., real.stop :])
    for cell in range(len(model.layout.cells) - 1):
        for grade in range(len(model.grades.names)):
            odds = []
            for one in (base, pulled):
                inside = (one.shares * one.in_zone)[cell, grade].sum()
                odds.append((one.shares * ~one.in_zone)[cell, grade, real].sum() / max(inside, 1e-300))
            if odds[0] > 1e9:  # all attend outside: there is no odds to multiply
                continue
            assert odds[1] == pytest.approx(odds[0] * pull, rel=1e-9, abs=1e-12)


def test_where_no_school_is_left_children_go_to_another_county_and_none_is_lost(county):
    model = county.model
    closed = replace(model, exists=np.zeros_like(model.exists))
    found, _ = regimes(closed, PlanNetwork("none", (), ()), np.zeros((1, 0), dtype=int), 2024, Leaning(PULL), {})
    np.testing.assert_allclose(found[0].shares.sum(axis=2), 1.0)
    assert not found[0].runs[: len(model.layout.schools)].any()
    other = model.layout.real.stop + PSEUDO_SCHOOLS.index("~other_county")
    assert (found[0].shares[0, 0, other] > 0).all()


def test_a_home_whose_nearest_school_has_closed_goes_to_the_nearest_that_is_open(county, plan):
    model, space = county.model, county.space
    for cell, grade in np.ndindex(*model.attendance.near.shape[:2]):
        slots = [slot for slot in model.attendance.near[cell, grade] if slot >= 0]
        schools = [model.layout.schools[model.layout.slot_school[cell, slot]] for slot in slots]
        # The list ends with the first school that no plan closes.
        assert [name in ("p2", "t1") for name in schools] == [True] * (len(schools) - 1) + [False] * (len(schools) > 0)
    zone = np.zeros_like(model.attendance.zone)
    nowhere = replace(model, attendance=replace(model.attendance, zone=zone))
    opening = np.array([[NEVER, NEVER, NEVER, 2025, 2026]])
    one = regimes(nowhere, replace(plan, edits=()), opening, 2026, Leaning(PULL), {})[0][0]
    for cell, home in enumerate(model.layout.cells[:-1]):
        unit = space.units.index(home.split("|")[0])
        for grade in range(len(model.grades.names)):
            can = [s for s in range(len(space.schools)) if model.exists[s] and one.runs[s, grade]]
            nearest = min(can, key=lambda s, unit=unit: space.distance_km[unit, s])
            assert model.layout.slot_school[cell, one.home[cell, grade]] == nearest
