"""Slots: who can reach which school; diversion lists; extra slots never change a result."""

from dataclasses import replace

import numpy as np
import pytest

from sim.base_attendance import wanted_slots
from sim.build import build_model
from sim.engine import CaseResult, simulate
from sim.layout import DIVERT_CHOICES, slot_lookup
from sim.model import OUTSIDE, PSEUDO_SCHOOLS
from sim.pairs import pair_sums
from tests.sim import busy, studies
from tests.sim.test_pairing import assert_same


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=6))


def reached(layout, unit, group="local"):
    row = layout.slot_school[layout.cells.index(f"{unit}|{group}")]
    return [layout.schools[s] for s in row if 0 <= s < len(layout.schools)]


def test_cells_are_homes_with_children_and_the_outside_comes_last(county):
    cells = county.model.layout.cells
    assert cells[-1] == f"{OUTSIDE}|local"
    assert [cell for cell in cells if cell.endswith("migrant")] == ["u1|migrant", "u2|migrant"]
    assert len(set(cells)) == len(cells)


def test_every_home_reaches_its_zone_new_schools_of_plans_receivers_and_the_neighbours(county):
    layout = county.model.layout
    assert {"p4", "p1", "p2"} <= set(reached(layout, "u4"))
    assert {"t1", "p3"} <= set(reached(layout, "u8"))
    assert {"p1", "p4"} <= set(reached(layout, "u3"))  # receivers of p2
    for cell in range(len(layout.cells)):
        row = layout.slot_school[cell]
        assert (row[layout.pseudo] == len(layout.schools) + np.arange(len(PSEUDO_SCHOOLS))).all()
        real = row[layout.real][row[layout.real] >= 0]
        assert len(set(real.tolist())) == len(real)


def test_lookup_is_the_inverse_of_the_slots(county):
    layout = county.model.layout
    lookup = slot_lookup(layout)
    for cell, slot in np.argwhere(layout.slot_school >= 0):
        assert lookup[cell, layout.slot_school[cell, slot]] == slot
    assert (lookup >= 0).sum() == (layout.slot_school >= 0).sum()


def test_diversion_lists_are_near_first_within_the_limit_and_hold_every_new_school(county):
    model = county.model
    layout, divert = model.layout, model.attendance.divert
    for cell, stage in np.ndindex(divert.shape[:2]):
        slots = [slot for slot in divert[cell, stage] if slot >= 0]
        km = [model.attendance.way[cell, slot, stage] for slot in slots]
        limit = county.bundle.study.admission.limit_for(model.grades.stages[stage])
        assert km == sorted(km)
        assert max(km, default=0.0) <= limit
        schools = layout.slot_school[cell, slots]
        assert (model.exists[schools]).sum() <= DIVERT_CHOICES
    new = county.space.schools.index("p4")
    near = [u for u in county.space.units if county.space.distance_km[county.space.units.index(u), new] <= 4.0]
    for unit in near:
        cell = layout.cells.index(f"{unit}|local")
        listed = [layout.schools[layout.slot_school[cell, slot]] for slot in divert[cell, 0] if slot >= 0]
        assert "p4" in listed


@pytest.mark.parametrize("spread", ["study", "none"])
def test_extra_slots_never_change_a_result(tmp_path, monkeypatch, spread):
    """Every home gets a slot of every school: the same rolls, to the last pupil."""
    plain = studies.study(busy.write(tmp_path, seed=6), spread)

    def everything(bundle, homes, grades, catchments, fits):
        wanted = wanted_slots(bundle, homes, grades, catchments, fits)
        return [chosen | set(range(catchments.zone.shape[1])) for chosen in wanted[:-1]] + wanted[-1:]

    monkeypatch.setattr("sim.build.wanted_slots", everything)
    wide = studies.made_of(plain.bundle, plain.space)
    assert (wide.model.layout.slot_school >= 0).sum() > (plain.model.layout.slot_school >= 0).sum()
    draws = 6 if spread == "study" else 1
    for future, plan in (("fast", "everything"), ("baseline", "nothing")):
        one, other = (studies.run(of, future, plan, draws) for of in (plain, wide))
        assert isinstance(one, CaseResult)
        assert_same(one, other)


def test_a_study_without_zone_rows_for_a_cell_still_places_everybody(county):
    """Homes without a zone school go to the nearest that hosts the grade (here: the zone of u1 is empty)."""
    zone = county.model.attendance.zone.copy()
    cell = county.model.layout.cells.index("u1|local")
    zone[cell] = 0.0
    model = replace(county.model, attendance=replace(county.model.attendance, zone=zone))
    result = simulate(model, [studies.case(county, "baseline", "nothing", 3)], 1, np.arange(3))[0]
    usual = studies.run(county, "baseline", "nothing", 3)
    np.testing.assert_array_equal(result.pupils, usual.pupils)


def test_minutes_order_and_bound_the_lists_where_the_limit_is_in_minutes(county):
    """Ways to every second school are four times as slow: lists, priority, limit follow minutes; the fit kilometres."""
    admission = county.bundle.study.admission.model_copy(update={"limit_km": {}, "limit_min": {"primary": 200.0}})
    bundle = replace(county.bundle, study=county.bundle.study.model_copy(update={"admission": admission}))
    travel = county.space.travel
    slow = np.where(np.arange(travel.minutes.shape[2]) % 2, 4.0, 1.0)[None, None, :]
    minutes = np.where(np.arange(travel.minutes.shape[1])[:, None] == 0, np.inf, travel.minutes * slow)
    space = replace(county.space, travel=replace(travel, minutes=minutes))
    timed = build_model(bundle, space)
    fits = [pair_sums(of.pupils.transpose(1, 0, 2)[None], of.layout) for of in (timed, county.model)]
    assert np.array_equal(*fits)  # the base-year fit; slots differ with the lists
    layout, way = timed.layout, timed.attendance.way
    unlike = 0
    for cell in range(len(layout.cells)):
        unit = layout.unit_of[cell]
        listed = [slot for slot in timed.attendance.divert[cell, 0] if slot >= 0]
        if unit == 0:
            assert not listed  # no way within any number of minutes
        elif unit > 0:
            at = [space.schools.index(layout.schools[layout.slot_school[cell, slot]]) for slot in listed]
            own = [float(minutes[0, space.units.index(layout.units[unit]), school]) for school in at]
            assert own == sorted(own)
            assert max(own, default=0.0) <= 200.0
            assert [float(way[cell, slot, 0]) for slot in listed] == own
            km = [float(space.distance_km[space.units.index(layout.units[unit]), school]) for school in at]
            unlike += km != sorted(km)
    assert unlike > 0
