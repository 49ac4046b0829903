"""Checks across files: ids that must exist, years that must be covered, plans that must be possible.

One list of checks; each takes the draft and returns problems, and says nothing about what could not be read.
"""

from collections.abc import Callable

from scenarios.crosscheck_admission import admission_problems
from scenarios.crosscheck_alerts import alert_problems
from scenarios.crosscheck_births import births_path_problems, survival_problems
from scenarios.crosscheck_boarding import boarding_problems, bus_problems
from scenarios.crosscheck_building import building_problems
from scenarios.crosscheck_classes import class_problems
from scenarios.crosscheck_clauses import clause_problems
from scenarios.crosscheck_events import event_problems
from scenarios.crosscheck_funding import funding_problems
from scenarios.crosscheck_futures import future_problems, scenario_problems
from scenarios.crosscheck_guards import guard_problems
from scenarios.crosscheck_hardly import hardly_problems
from scenarios.crosscheck_history import history_problems
from scenarios.crosscheck_hopeless import hopeless_problems
from scenarios.crosscheck_housing import housing_problems
from scenarios.crosscheck_indicators import county_problems, indicator_problems
from scenarios.crosscheck_land import supply_problems
from scenarios.crosscheck_ledger import parcel_problems, project_problems, road_problems
from scenarios.crosscheck_marks import mark_problems
from scenarios.crosscheck_migration import migration_problems
from scenarios.crosscheck_money import money_problems
from scenarios.crosscheck_needed import needed_problems
from scenarios.crosscheck_people import attendance_problems, birth_problems, children_problems, estate_problems
from scenarios.crosscheck_places import school_problems, zone_problems
from scenarios.crosscheck_plans import plan_problems
from scenarios.crosscheck_progress import progress_problems
from scenarios.crosscheck_record import record_problems
from scenarios.crosscheck_register import population_problems, register_problems, room_problems
from scenarios.crosscheck_roads import network_problems
from scenarios.crosscheck_rooms import area_problems, floor_problems
from scenarios.crosscheck_spans import group_problems, span_problems
from scenarios.crosscheck_stages import participation_problems, unzoned_problems
from scenarios.crosscheck_study import pack_problems, study_problems
from scenarios.crosscheck_triggers import trigger_problems
from scenarios.crosscheck_twice import twice_problems
from scenarios.crosscheck_unlikely import unlikely_problems
from scenarios.crosscheck_zones import zone_change_problems
from scenarios.draft import Draft
from scenarios.problems import Problem
from scenarios.quotas import quota_problems

CHECKS: tuple[Callable[[Draft], list[Problem]], ...] = (
    study_problems,
    needed_problems,
    pack_problems,
    school_problems,
    zone_problems,
    unzoned_problems,
    participation_problems,
    history_problems,
    children_problems,
    birth_problems,
    births_path_problems,
    survival_problems,
    attendance_problems,
    admission_problems,
    estate_problems,
    housing_problems,
    room_problems,
    area_problems,
    floor_problems,
    population_problems,
    register_problems,
    event_problems,
    project_problems,
    parcel_problems,
    indicator_problems,
    county_problems,
    road_problems,
    network_problems,
    future_problems,
    migration_problems,
    scenario_problems,
    plan_problems,
    building_problems,
    funding_problems,
    supply_problems,
    progress_problems,
    zone_change_problems,
    trigger_problems,
    guard_problems,
    span_problems,
    group_problems,
    quota_problems,
    mark_problems,
    boarding_problems,
    bus_problems,
    alert_problems,
    class_problems,
    record_problems,
    money_problems,
    clause_problems,
    twice_problems,
    unlikely_problems,
    hopeless_problems,
    hardly_problems,
)


def cross_problems(draft: Draft) -> list[Problem]:
    """Problems of all cross-checks."""
    return [problem for check in CHECKS for problem in check(draft)]
