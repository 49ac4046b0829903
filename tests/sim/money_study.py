"""The loading study with a section `money`, its plan with projects held against the one without."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from scenarios.money_defaults import money_of
from scenarios.schema_money import Money
from sim.bounds import bounds
from sim.details import details_of
from sim.engine import simulate
from sim.ladders import whole
from sim.reduced import Reduced
from sim.summary import Assessment, measured, nominal_seats
from tests.sim import studies

DRAWS = 40
SECTION = {
    "operating": {"school": 20.0, "class": 1.5, "post": 10.0, "pupil": {"primary": 0.08, "junior": 0.1}},
    "discount_rate": 0.05,
    "life_years": 40,
    "education_budget": {2023: 9000.0, 2024: 9100.0, 2025: 9050.0, 2027: 9300.0},
}


@lru_cache(maxsize=2)
def pair(section: bool = True) -> tuple[Reduced, Reduced]:
    """The plan with projects and the one it is held against."""
    of = studies.study(studies.LOADING)
    bundle = replace(of.bundle, money=money_of(Money.model_validate(SECTION)) if section else None)
    of = replace(of, bundle=bundle)
    model = whole(of.model)
    assessment = Assessment(tuple(bounds(bundle, model)), (2025, 2028), 0.9)
    details = details_of(bundle, model)
    found = []
    for name in ("do-nothing", "build"):
        case = studies.case(of, "baseline", name, DRAWS)
        result = simulate(of.model, [case], 1, np.arange(DRAWS))[0]
        found.append(Reduced(measured(result, model, assessment), model, case, assessment, "tiny", details, None))
    base, one = found
    return replace(one, base=base), base


def for_some_years(one: Reduced, number: int, until: int) -> Reduced:
    """The same case with one project whose rooms stand until a school year only; pupils stay where they are."""
    project, years = one.case.network.projects[number], np.array(list(one.model.years))
    projects = list(one.case.network.projects)
    projects[number] = replace(project, until=until)
    case = replace(one.case, network=replace(one.case.network, projects=tuple(projects)))
    gone = (one.case.opening_year[:, number, None] <= years) & (years > until)
    rooms = one.now.result.rooms.copy()
    rooms[:, :, project.school] -= (project.rooms * gone).astype(rooms.dtype)
    result = replace(one.now.result, rooms=rooms)
    now = replace(one.now, result=result, seats=nominal_seats(result, one.model, one.now.planned))
    return replace(one, case=case, now=now)
