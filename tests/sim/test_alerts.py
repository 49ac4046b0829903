"""Early warnings: ratios by hand on the tiny study, levels at their bounds, and what must hold of any zones."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scenarios.schema_alerts import AlertRules, StageLevels
from sim.alert_zones import Zones, entry_places, parts_of, zones_of
from sim.alerts import COLUMNS, SHARES, alert_rows, level_of, reach, shares
from sim.bounds import bounds
from sim.details import details_of
from sim.engine import simulate
from sim.reduced import Reduced
from sim.summary import Assessment, measured
from tests.sim import busy as busy_study
from tests.sim import studies

TWO = StageLevels("primary", "W", 3, (("yellow", 0.9), ("red", 1.0)))
FOUR = StageLevels("primary", "F", 3, (("yellow", 0.9), ("orange", 1.0), ("red", 1.1)))
ORDER = ("under", "green", "yellow", "orange", "red")


def reduced(of: studies.Study, future: str, plan: str, draws: int = 1) -> Reduced:
    case = studies.case(of, future, plan, draws)
    result = simulate(of.model, [case], 1, np.arange(draws))[0]
    judged = Assessment(tuple(bounds(of.bundle, of.model)), (2024, 2026), 0.8)
    details = details_of(of.bundle, of.model)
    return Reduced(measured(result, of.model, judged), of.model, case, judged, "study", details, None)


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    return studies.study(busy_study.write(tmp_path_factory.mktemp("busy"), 5))


@pytest.fixture(scope="module")
def many(busy):
    return reduced(busy, "baseline", "everything", 12)


def test_the_tiny_study_by_hand():
    """docs/science/alerts.md works the same numbers out by hand."""
    tiny = studies.study(studies.TINY)
    rows = alert_rows(reduced(tiny, "steady", "build"))
    found = [
        tuple(row) for row in rows[["year", "zone", "units", "demand_mean", "places", "level"]].itertuples(index=False)
    ]
    assert found == [
        (2024, "a", "u1 u2 u3", 104, 90, "red"),
        (2024, "b", "u1 u2 u3", 92, 100, "yellow"),
        (2025, "a", "u1 u3", 72, 90, "green"),
        (2025, "c", "u2", 36, 90, "under"),
        (2025, "b", "u1 u2 u3", 96, 100, "yellow"),
        (2026, "a", "u1 u3", 72, 90, "green"),
        (2026, "c", "u2", 40, 90, "under"),
        (2026, "b", "u1 u2 u3", 100, 150, "green"),
        (2027, "a", "u1 u3", 74, 90, "green"),
        (2027, "c", "u2", 43, 90, "under"),
        (2027, "b", "u1 u2 u3", 104, 150, "green"),
    ]
    assert rows["ratio_mean"].tolist() == pytest.approx((rows["demand_mean"] / rows["places"]).tolist())
    junior = rows[rows["stage"] == "junior"]
    assert junior["published"].tolist() == [1, 0, 0, 0]
    assert rows[rows["zone"] == "a"]["published"].tolist() == [1, 1, 1, 0]


def test_without_the_plan_the_junior_school_reaches_red_at_exactly_its_places():
    rows = alert_rows(reduced(studies.study(studies.TINY), "steady", "do-nothing"))
    junior = rows[rows["stage"] == "junior"].set_index("year")
    assert (junior.loc[2026, "demand_mean"], junior.loc[2026, "places"]) == (100, 100)
    assert junior["level"].tolist() == ["yellow", "yellow", "red", "red"]


def test_a_study_without_levels_has_no_rows(many):
    empty = replace(many, details=replace(many.details, alerts=AlertRules()))
    rows = alert_rows(empty)
    assert len(rows) == 0
    assert tuple(rows.columns) == COLUMNS


@pytest.mark.parametrize(
    ("children", "places", "two", "four"),
    [(0, 0, "green", "green"), (5, 0, "red", "red"), (0, 100, "under", "under"), (59, 100, "under", "under"),
     (60, 100, "green", "green"), (89, 100, "green", "green"), (90, 100, "yellow", "yellow"),
     (99, 100, "yellow", "yellow"), (100, 100, "red", "orange"), (109, 100, "red", "orange"),
     (110, 100, "red", "red"), (27, 30, "yellow", "yellow"), (11, 10, "red", "red"), (63, 70, "yellow", "yellow")],
)  # fmt: skip
def test_levels_at_their_bounds(children, places, two, four):
    zones = Zones(((0,),), ((0,),), np.array([[float(children)]]), np.array([[float(places)]]))
    under = float(children < 0.6 * places)
    assert level_of(reach(zones, TWO)[:, :, 0].mean(axis=1), TWO, 0.5, under) == two
    assert level_of(reach(zones, FOUR)[:, :, 0].mean(axis=1), FOUR, 0.5, under) == four


def test_places_are_whole_classes_or_a_part_of_a_composite_class():
    rooms = np.array([[12, 17, 18, 5, 0, 12]])
    grades, size = np.array([6, 6, 6, 6, 6, 6]), np.array([45, 45, 45, 45, 45, 45])
    takes = np.array([[True, True, True, True, True, False]])
    # 5 rooms for 6 grades: 45 x 5 / 6 = 37.5, the entry grade's part of five classes
    assert entry_places(rooms, grades, size, takes).tolist() == [[90, 90, 135, 37, 0, 0]]


@given(st.integers(1, 12), st.integers(1, 60), st.integers(0, 60))
def test_a_room_more_never_takes_a_place_away(grades, size, rooms):
    both = np.array([[rooms, rooms + 1]])
    found = entry_places(both, np.array([grades] * 2), np.array([size] * 2), np.ones((1, 2), dtype=bool))[0]
    assert found[0] <= found[1]
    assert found[1] <= size * (rooms + 1) / grades


@st.composite
def counties(draw, draws):
    """Networks of 4 units and 3 schools, that of each draw, children [draw, unit], places [draw, school]."""
    links = draw(st.lists(arrays(bool, (4, 3)), min_size=1, max_size=3))
    index = np.array(draw(st.lists(st.integers(0, len(links) - 1), min_size=draws, max_size=draws)))
    children = draw(arrays(float, (draws, 4), elements=st.integers(0, 50)))
    return links, index, children, draw(arrays(float, (draws, 3), elements=st.integers(0, 90)))


@settings(max_examples=60)
@given(counties(5))
def test_zones_part_units_and_schools_and_lose_nobody(county):
    links, index, children, places = county
    found = zones_of([parts_of(one) for one in links], index, children, places)
    assert sorted(unit for zone in found.units for unit in zone) == [0, 1, 2, 3]
    schools = [school for zone in found.schools for school in zone]
    assert len(schools) == len(set(schools))
    assert found.demand.sum(axis=1) == pytest.approx(children.sum(axis=1))
    for draw in range(len(index)):
        served = links[index[draw]].any(axis=0)
        assert found.places[draw].sum() == pytest.approx((places[draw] * served).sum())


@settings(max_examples=60)
@given(counties(4), arrays(float, (4, 3), elements=st.integers(0, 40)))
def test_more_places_never_raise_a_level(county, added):
    links, index, children, places = county
    more = places + added
    before, after = (zones_of([parts_of(one) for one in links], index, children, each) for each in (places, more))
    for zone in range(len(before.units)):
        levels = []
        for one in (before, after):
            under = float((one.demand[:, zone] < 0.6 * one.places[:, zone] - 1e-9).mean())
            levels.append(ORDER.index(level_of(reach(one, FOUR)[:, :, zone].mean(axis=1), FOUR, 0.5, under)))
        assert levels[1] <= levels[0]


def test_zones_that_share_nothing_do_not_touch_each_other():
    links = [np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1]], dtype=bool)]
    index, rng = np.zeros(6, dtype=np.int64), np.random.default_rng(1)
    children, places = rng.integers(0, 50, (6, 4)).astype(float), rng.integers(0, 90, (6, 3)).astype(float)
    found = zones_of([parts_of(one) for one in links], index, children, places)
    assert found.units == ((0, 1), (2, 3))
    assert found.schools == ((0, 1), (2,))
    other = zones_of([parts_of(one) for one in links], index, children * [1, 1, 9, 9], places * [1, 1, 5])
    assert (other.demand[:, 0] == found.demand[:, 0]).all()
    assert (other.places[:, 0] == found.places[:, 0]).all()
    assert not (other.demand[:, 1] == found.demand[:, 1]).all()


def test_where_a_new_school_is_late_its_zone_shares_the_places_of_the_old_one():
    before, after = np.array([[1, 0], [1, 0]], dtype=bool), np.array([[1, 0], [0, 1]], dtype=bool)
    index = np.array([1, 1, 0])  # late in the last draw
    found = zones_of(
        [parts_of(before), parts_of(after)],
        index,
        np.array([[60.0, 30.0]] * 3),
        np.array([[90.0, 45.0], [90, 45], [90, 0]]),
    )
    assert found.units == ((0,), (1,))
    assert found.places.tolist() == [[90, 45], [90, 45], [60, 30]]
    ratio = found.demand / found.places
    assert ratio.tolist() == [[60 / 90, 30 / 45]] * 2 + [[1, 1]]


def test_units_that_no_school_serves_stand_alone_and_are_red():
    links = np.array([[True], [False]])
    assert parts_of(links).school.tolist() == [0]
    found = zones_of([parts_of(links)], np.zeros(1, dtype=np.int64), np.array([[10.0, 5.0]]), np.array([[45.0]]))
    assert found.schools == ((0,), ())
    assert level_of(reach(found, TWO)[:, :, 1].mean(axis=1), TWO, 0.5, 0.0) == "red"


@given(arrays(float, (20, 1), elements=st.integers(0, 80)), st.sampled_from([TWO, FOUR]))
def test_shares_of_colours_add_up_to_one(demand, levels):
    zones = Zones(((0,),), ((0,),), demand, np.full(demand.shape, 45.0))
    found = shares(reach(zones, levels)[:, :, 0].mean(axis=1), levels)
    assert tuple(found) == SHARES
    assert sum(found.values()) == pytest.approx(1.0)
    assert min(found.values()) >= 0.0
    for colour, bound in levels.levels:
        above = SHARES[SHARES.index(f"p_{colour}") :]
        assert sum(found[name] for name in above) == pytest.approx((demand >= bound * 45.0).mean())


def test_the_level_is_that_of_half_the_draws_and_the_cautious_one_what_a_plan_may_not_risk():
    demand = np.array([[30.0], [36], [41], [46], [46]])  # of 45 places: green, green, yellow, red, red
    reached = reach(Zones(((0,),), ((0,),), demand, np.full((5, 1), 45.0)), TWO)[:, :, 0].mean(axis=1)
    assert level_of(reached, TWO, 0.5, 0.0) == "yellow"
    assert level_of(reached, TWO, 0.2, 0.0) == "red"


def test_in_many_draws_every_child_belongs_to_one_zone_and_every_place_to_one(many):
    rows, layout = alert_rows(many), many.model.layout
    result = many.now.result
    for at, year in enumerate(many.model.years):
        own = rows[(rows["year"] == year) & (rows["stage"] == many.model.grades.stages[0])]
        assert sorted(" ".join(own["units"]).split()) == sorted(layout.units)
        assert own["demand_mean"].sum() == pytest.approx(result.entrants[:, at].sum(axis=1).mean())
    assert rows[list(SHARES)].sum(axis=1).to_numpy() == pytest.approx(np.ones(len(rows)))
    assert (rows["p_under"] <= rows["p_green"] + 1e-12).all()
    assert set(rows["level"]) <= set(ORDER)


def test_starters_of_the_first_stage_are_the_entrants_who_stay_in_the_schools_of_the_county(many):
    result = many.now.result
    assert (result.starters[..., 0] <= result.entrants).all()
    for stage in range(len(many.model.grades.stages)):
        first = many.model.grades.first_of(stage)
        # pupils whose home lies outside the county are on the rolls and in no unit
        assert (result.starters[..., stage].sum(axis=2) <= result.rolls[..., first].sum(axis=2)).all()
    assert result.starters[..., 1].any()


def test_half_of_the_draws_make_under_use_and_fewer_do_not():
    none = np.zeros(len(TWO.levels))
    assert [level_of(none, TWO, 0.5, share) for share in (0.5, 0.4999)] == ["under", "green"]
