"""The order of a year, and the worlds: what the draw, the year and the home decide."""

from dataclasses import replace

import numpy as np
import pytest

from sim.world import World
from sim.year import YEARLY_ORDER
from tests.sim import busy, studies


def test_the_order_of_a_year():
    assert YEARLY_ORDER == (
        "projects", "births", "ageing", "moves", "attendance", "progression", "admission", "classes", "tests",
    )  # fmt: skip


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=29))


def test_the_base_year_is_the_same_in_every_draw_but_for_births_to_come(county):
    one = studies.case(county, "baseline", "nothing", 8)
    before, _, _ = next(studies.walk(county, one, np.arange(8)))
    for stock in (before.residents, before.waiting, before.pupils):
        assert (stock == stock[:1]).all()


def test_worlds_are_the_same_for_every_case_and_start_at_zero(county):
    worlds = [list(World(county.model, 4, np.arange(6))) for _ in range(2)]
    for one, other in zip(*worlds, strict=True):
        np.testing.assert_array_equal(one.cells("births"), other.cells("births"))
        np.testing.assert_array_equal(one.trait, other.trait)
    first = worlds[0][0]
    assert first.year == county.model.base_year
    assert (first.trait == 1.0).all()
    assert (first.births_log == 0.0).all()


def test_attractiveness_walks_away_from_one_step_by_step(county):
    model = replace(county.model, spread=replace(county.model.spread, school_trait=0.1))
    worlds = list(World(model, 2, np.arange(3000)))
    for step in (1, 4):
        assert np.log(worlds[step].trait[:, 0]).std() == pytest.approx(0.1 * np.sqrt(step), rel=0.06)


def test_the_pace_of_a_future_has_mean_one(county):
    model = replace(county.model, spread=replace(county.model.spread, pace=0.3))
    world = next(iter(World(model, 2, np.arange(20_000))))
    assert world.pace.mean() == pytest.approx(1.0, abs=0.01)
    assert np.log(world.pace).std() == pytest.approx(0.3, rel=0.03)


def test_a_deterministic_run_knows_no_spread():
    model = studies.study(studies.LOADING, "none").model
    assert model.rounded
    spread = model.spread
    assert [getattr(spread, name) for name in spread.__dataclass_fields__] == [0.0] * 2
    for world in World(model, 1, np.array([0])):
        assert not world.births_log.any()
        assert (world.trait == 1.0).all()
        assert (world.pace == 1.0).all()


def test_projects_open_by_the_first_of_september_of_their_year():
    of = studies.study(studies.TINY)
    one = studies.case(of, "steady", "build", seed=7)
    later = replace(one, opening_year=one.opening_year + 1)
    schools = of.model.layout.schools
    opened = {}
    for name, this in (("as built", one), ("a year later", later)):
        ends = [end for _, _, end in studies.walk(of, this, np.array([0]), 7)]
        opened[name] = [year for year, end in zip(of.model.years, ends, strict=True) if end.open[0, schools.index("c")]]
    assert opened == {"as built": [2025, 2026, 2027], "a year later": [2026, 2027]}
