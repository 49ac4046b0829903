"""From a checked bundle and its geography to the frozen model: base-year fit, ratios, births, layout."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gis.arrays import WALK, Space
from scenarios.bundle import Bundle
from sim import layout as lay
from sim import tables
from sim.admission_build import feeders_of, rules_of_study, with_feeders
from sim.arrays import FloatArray
from sim.base_attendance import Catchments, attendance, base_pupils, fit_base_year, inbound_by_grade, wanted_slots
from sim.base_people import base_births, base_people
from sim.classes_of_study import formation_of
from sim.estimated import WITHHELD_PUPILS, estimated_counts
from sim.future_births import births_factor
from sim.intake import intake_of
from sim.ladders import early_view, participation
from sim.learning import learn
from sim.linked import reached, with_outside
from sim.model import PSEUDO_SCHOOLS, Estimated, Grades, Model, Spread
from sim.outlook import Outlook, offering, windowed
from sim.policy import widest_limits, with_limits
from sim.processes import Shock
from sim.study_panel import panel_of_study


def build_model(bundle: Bundle, space: Space, receives: frozenset[str] = frozenset()) -> Model:
    """Assemble the model of a checked bundle, with its stage before school if it has one.

    space holds the schools of all plans.  receives: stages to whose schools other members of a programme send pupils.
    """
    model, early = _one_ladder(bundle, space, receives), early_view(bundle)
    return model if early is None else replace(model, early=_one_ladder(early, space, frozenset()))


def _one_ladder(bundle: Bundle, space: Space, receives: frozenset[str]) -> Model:
    grades = tables.grades_of(bundle)
    schools = tables.school_table(bundle, grades)
    homes = lay.homes(bundle)
    history, _ = tables.history(bundle, schools.ids, grades)
    children = tables.children(bundle, homes.index, len(homes.cells))
    catchments = _catchments(bundle, space, homes, schools, grades)
    existing = schools.hosts & schools.exists[:, None]
    rolls = np.where(np.isnan(history[:, :, -1]) & existing, WITHHELD_PUPILS, np.nan_to_num(history[:, :, -1]))
    fits = fit_base_year(bundle, homes, grades, catchments, rolls, children)
    wanted = reached(wanted_slots(bundle, homes, grades, catchments, fits), existing, grades, receives)
    wanted = with_feeders(wanted, feeders_of(bundle), schools.ids)
    layout = lay.build_layout(bundle, homes, schools, grades, wanted)
    rows = [space.units.index(unit) for unit in homes.units]
    layout = replace(layout, unit_km=space.unit_distance_km[np.ix_(rows, rows)])
    rounded = bundle.scenario.spread == "none"
    people = base_people(bundle, homes, grades, children, fits)
    attends = attendance(layout, grades, catchments, fits)
    if receives:
        attends = with_outside(attends, layout, existing, schools.rooms, grades)
    model = Model(
        grades=grades,
        layout=layout,
        base_year=bundle.study.base_year,
        horizon=bundle.study.horizon,
        residents=people.residents,
        waiting=people.waiting,
        pupils=base_pupils(layout, fits, rolls),
        hosts=np.vstack([schools.hosts, np.ones((len(PSEUDO_SCHOOLS), len(grades.names)), dtype=bool)]),
        exists=schools.exists,
        rooms=schools.rooms,
        attendance=attends,
        births=base_births(bundle, homes, people, rounded),
        spread=_spread(bundle, rounded),
        entry_share=people.entry_share,
        survival=bundle.study.entry.survival_per_year,
        inbound=inbound_by_grade(fits, len(schools.ids)),
        divert_at=bundle.study.admission.divert_factor,
        rounded=rounded,
        rules=rules_of_study(bundle.study, bundle.tables.get("admission_classes"), layout, grades),
        estimated=None if rounded else estimated_of(bundle),
        participation=participation(bundle, children, rolls),
        formation=formation_of(bundle, schools.ids),
        gains=schools.gains,
    )
    limits = [bundle.study.admission.limit_for(stage) for stage in grades.stages]
    model = with_limits(model, limits, widest_limits(bundle, grades.stages))
    return replace(model, forecast=_outlook(bundle, model))


def _outlook(bundle: Bundle, model: Model) -> Outlook:
    """The forecast of the reference future."""
    study = bundle.study
    index = births_factor(bundle, model, bundle.futures[study.reference_future])
    panel = offering(panel_of_study(bundle), model.layout.schools, model.hosts)
    panel = replace(windowed(panel, study.learning_window.years), intake=intake_of(model, index))
    path, processes = learn(panel, model.horizon - model.base_year)
    declared = study.spread.structural_break
    if declared is not None:
        sizes = (declared.probability, declared.everywhere_sd, declared.school_sd, declared.years)
        processes = processes.with_shock(Shock(declared.name.zh, *sizes))
    return Outlook(panel, path, processes, index)


def estimated_of(bundle: Bundle) -> Estimated | None:
    """Children whose number was estimated (all of them where births stand for them), and withheld rolls.

    Whether the run has a spread or not; None where every count was counted.
    """
    grades, given = tables.grades_of(bundle), bundle.study.spread
    schools, homes = tables.school_table(bundle, grades), lay.homes(bundle)
    history, _ = tables.history(bundle, schools.ids, grades)
    withheld = np.isnan(history[:, :, -1]) & schools.hosts & schools.exists[:, None]
    sd = tables.children_sd(bundle, homes.index, len(homes.cells))
    if sd is None:
        sd = np.full((len(homes.cells), grades.entry_age + 1), given.children_estimated_sd)
    return estimated_counts(sd, withheld, given.children_estimated_common, grades.entry_age)


def _catchments(
    bundle: Bundle, space: Space, homes: lay.Homes, schools: tables.SchoolTable, grades: Grades
) -> Catchments:
    position = {school: i for i, school in enumerate(space.schools)}
    columns = [position[school] for school in schools.ids]
    units = {unit: i for i, unit in enumerate(space.units)}
    rows = [units[unit] for unit in homes.units]
    by_unit = space.distance_km[np.ix_(rows, columns)]
    # Pupils from outside the county get the county's mean distance: they have no home on the map.
    distance = np.vstack([by_unit[homes.unit_of[:-1]], by_unit.mean(axis=0, keepdims=True)])
    way = _ways(bundle, space, distance, (rows, columns, homes.unit_of[:-1]), grades.stages)
    existing = schools.hosts & schools.exists[:, None]
    near = lay.nearest_hosting(distance, existing, np.isin(schools.ids, _closing(bundle)))
    near[-1] = -1  # a home outside the county has a school of its own there
    free = np.array([not bundle.study.stage(stage).zoned for stage in grades.stages])
    near[:, free[grades.stage_of]] = -1  # no zone, no nearest school that stands in for one
    return Catchments(
        zone=lay.zone_weights(bundle.tables["zones"], homes, schools.ids, grades.stages),
        reach=lay.within_reach(bundle, homes, schools),
        near=near,
        divert=lay.diversion_schools(way, schools, grades, widest_limits(bundle, grades.stages)),
        hosts=existing,
        distance_km=distance,
        way=way,
        free=free,
        teaches=schools.hosts,
    )


def _ways(
    bundle: Bundle,
    space: Space,
    distance: FloatArray,
    at: tuple[list[int], list[int], NDArray[np.int64]],
    stages: tuple[str, ...],
) -> FloatArray:
    """What admission measures, [cell, school, stage]: `distance` [km], or minutes on foot where that is the limit.

    at: rows of the units and columns of the schools in `space`, and the unit of each cell inside the county.
    """
    rows, columns, unit_of = at
    way = np.repeat(distance[:, :, None], len(stages), axis=2)
    timed = [i for i, stage in enumerate(stages) if bundle.study.admission.measure_for(stage) == "minutes"]
    if not timed:
        return way
    if space.travel is None:
        raise ValueError("admission.limit_min needs a space with ways; gis.space.build_space makes one")
    minutes = space.travel.minutes[WALK][np.ix_(rows, columns)]
    known = np.isfinite(minutes)
    total = np.where(known, minutes, 0.0).sum(axis=0)
    mean = np.divide(total, known.sum(axis=0), out=np.full(len(columns), np.inf), where=known.any(axis=0))
    way[:, :, timed] = np.vstack([minutes[unit_of], mean])[:, :, None]
    return way


def _closing(bundle: Bundle) -> list[str]:
    """Schools that any plan closes or takes grades away from."""
    projects = (project for plan in bundle.plans.values() for project in plan.projects)
    return [str(project.school) for project in projects if project.kind in ("closure", "conversion")]


def _spread(bundle: Bundle, rounded: bool) -> Spread:
    given = bundle.study.spread
    return Spread(0.0, 0.0) if rounded else Spread(given.school_trait_sd, given.future_pace_sd)
