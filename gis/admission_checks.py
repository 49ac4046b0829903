"""Travel limits of admission that nobody can meet: then no full school could send a child on.

A limit of a stage is met where at least one unit has a school of the stage within it, of today or of any plan.
Test: tests/gis/test_admission_checks.py.
"""

import numpy as np

from gis.arrays import WALK, BoolArray, FloatArray, Space
from gis.units import study_place
from scenarios.bundle import Bundle
from scenarios.problems import Problem, warning


def limit_problems(bundle: Bundle, space: Space) -> list[Problem]:
    """One warning for every stage whose limit no unit meets; stages without a school are told elsewhere."""
    problems: list[Problem] = []
    admission = bundle.study.admission
    for stage in bundle.study.stages:
        measure, limit = admission.measure_for(stage.id), admission.limit_for(stage.id)
        ways = _ways(space, measure)[:, _teaching(bundle, space, stage.grades[0])]
        if not ways.size or (ways <= limit).any():
            continue
        least = float(ways.min())
        key = f"admission.limit_{'min' if measure == 'minutes' else 'km'}.{stage.id}"
        nearest = f"{least:.1f}" if np.isfinite(least) else "@no_way"
        problems.append(
            warning(
                "GIS190", study_place(bundle, key), f"{limit:g}", stage=stage.id, unit=f"@way_{measure}", least=nearest
            )
        )
    return problems


def _ways(space: Space, measure: str) -> FloatArray:
    """Ways to school in the measure of a limit, [unit, school]; minutes on foot."""
    if measure == "km":
        return space.distance_km
    if space.travel is None:
        raise ValueError("a limit in minutes needs a space with ways; gis.space.build_space makes one")
    minutes: FloatArray = space.travel.minutes[WALK]
    return minutes


def _teaching(bundle: Bundle, space: Space, grade: str) -> BoolArray:
    """Schools of today or of any plan whose span holds a grade, [school]."""
    order = {name: number for number, name in enumerate(bundle.study.grades)}
    spans = [
        (str(row.school), str(row.first_grade), str(row.last_grade)) for row in bundle.tables["schools"].itertuples()
    ]
    for plan in bundle.plans.values():
        news = [project.new for project in plan.projects if project.new is not None]
        spans += [(new.school, new.first_grade, new.last_grade) for new in news]
    found = {school for school, first, last in spans if order[first] <= order[grade] <= order[last]}
    return np.isin(np.array(space.schools), sorted(found))
