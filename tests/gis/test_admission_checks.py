"""Limits of admission that nobody can meet, on squared paper: roads and straight lines, minutes and kilometres."""

import pytest

from gis.space import build_space
from tests.gis.county import codes, told
from tests.gis.road_study import study


def found(root, **admission):
    return build_space(study(root, admission=admission))


@pytest.mark.parametrize(
    ("admission", "least"),
    [({"limit_min": {"primary": 5}}, "8.3"), ({"limit_km": {"primary": 0.4}}, "0.5")],
)
def test_a_limit_below_the_nearest_school_of_everybody_is_told(tmp_path, admission, least) -> None:
    # From the middle of u00 on the road to s1 at its western end: 0.5 km, 8.3 minutes at 3.6 km/h.
    space, problems = found(tmp_path, **admission)
    assert space is not None
    assert codes(problems).count("GIS190") == 1
    assert f"(the nearest: {least})" in told(problems, "GIS190")


@pytest.mark.parametrize("admission", [{"limit_min": {"primary": 9}}, {"limit_km": {"primary": 0.6}}, {}])
def test_a_limit_that_one_unit_meets_is_no_mistake(tmp_path, admission) -> None:
    assert "GIS190" not in codes(found(tmp_path, **admission)[1])


@pytest.mark.parametrize(("of_school", "told_of"), [("2", ["junior"]), ("1", [])])
def test_every_stage_is_held_against_its_own_schools(tmp_path, of_school, told_of) -> None:
    """A school of the other stage meets no limit; a stage without any school is told elsewhere."""
    names = {"zh": "学段", "en": "Stage"}
    stages = [
        {"id": "primary", "name": names, "grades": ["1"], "entry": "residents", "entry_age": 6},
        {"id": "junior", "name": names, "grades": ["2"], "entry": "previous_grade"},
    ]
    limits = {"limit_min": {"primary": 9, "junior": 5}}
    given = study(tmp_path, stages=[stage | {"planned_class_size": 45} for stage in stages], admission=limits)
    given.tables["schools"].loc[0, ["first_grade", "last_grade"]] = of_school
    problems = [problem for problem in build_space(given)[1] if problem.code == "GIS190"]
    assert [problem.params["stage"] for problem in problems] == told_of
