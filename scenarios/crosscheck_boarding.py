"""Cross-checks of boarding: boarders that fit the rolls and the norm, buses that lead somewhere and cost something."""

from typing import Any

import numpy as np

from scenarios.boarding_defaults import load_boarding
from scenarios.draft import Draft, Read
from scenarios.problems import Problem, error, nearest, note, warning
from scenarios.schema_boarding import Bus
from scenarios.schema_money import Operating
from scenarios.schema_plan import PlanFile
from scenarios.table_cells import cell_problems
from scenarios.table_text import capped
from scenarios.tables import Table
from scenarios.yaml_source import Key


def boarding_problems(draft: Draft) -> list[Problem]:
    """Problems of the section `boarding` and of the table of boarders."""
    problems = [
        *_section(draft),
        *draft.unknown_cells("boarders", "school", "school", "SCN323"),
        *draft.unknown_cells("boarders", "stage", "stage", "SCN324"),
        *draft.unknown_cells("boarders", "grade", "grade", "SCN320"),
    ]
    table, study = draft.tables.get("boarders"), draft.study
    if table is None or study is None or table.frame.empty:
        return problems
    base = study.model.base_year
    known = sorted(int(year) for year in table.frame["year"].dropna().unique())
    if study.model.boarding is None or base not in known:
        problems.append(warning("SCN648", table.file, tuple(known), base_year=base))
    home = set(load_boarding().home_grades.value)
    young = (table.frame["grade"].isin(home) & (table.frame["boarders"] > 0)).to_numpy()
    norm = load_boarding().home_grades
    problems += cell_problems(table.text, "boarders", young, "SCN641", "warning", norm=norm.source)
    return problems + _above_rolls(draft, table)


def _section(draft: Draft) -> list[Problem]:
    """Grades and stages that the section names."""
    study = draft.study
    section = None if study is None else study.model.boarding
    if study is None or section is None:
        return []
    problems: list[Problem] = []
    norm, grades = load_boarding().home_grades, study.model.grades
    stages = tuple(stage.id for stage in study.model.stages)
    for number, grade in enumerate(section.grades):
        place = study.place("boarding", "grades", number)
        if grade not in grades:
            problems.append(error("SCN647", place, grade, near=nearest(grade, grades), known=grades))
        elif grade in norm.value:
            problems.append(warning("SCN641", place, grade, norm=norm.source))
    for stage in section.half:
        if stage not in stages:
            place = study.place("boarding", "half", stage, key=True)
            problems.append(error("SCN647", place, stage, near=nearest(stage, stages), known=stages))
    return problems


def _above_rolls(draft: Draft, table: Table) -> list[Problem]:
    """More boarders than pupils on the books: of the grade, or of the stage (grades that may board together)."""
    enrolment, study = draft.tables.get("enrolment"), draft.study
    if enrolment is None or study is None:
        return []
    may = study.model.boarding.grades if study.model.boarding is not None else ()
    home = () if may else load_boarding().home_grades.value
    rolls = enrolment.frame.groupby(["school", "grade", "year"])["pupils"].sum(min_count=1).to_dict()
    problems: list[Problem] = []
    frame = table.frame
    for (school, stage, year), rows in frame.groupby(["school", "stage", "year"], sort=False):
        grades = next((one.grades for one in study.model.stages if one.id == stage), ())
        for index, grade, count in zip(rows.index, rows["grade"], rows["boarders"], strict=True):
            of = (grade,) if grade else tuple(g for g in grades if g not in home and (not may or g in may))
            counted = [rolls.get((school, one, year), np.nan) for one in of]
            pupils = float(np.nansum(counted))
            # Rolls that are withheld or of another year cannot be held against anything.
            if not np.isnan(counted).all() and not np.isnan(count) and count > pupils:
                place = table.place(int(index), "boarders")
                problems.append(error("SCN640", place, count, pupils=pupils, grades=of, school=school, year=year))
    return capped(problems, "boarders")


def bus_problems(draft: Draft) -> list[Problem]:
    """Problems of the buses of all plans."""
    problems: list[Problem] = []
    for plan in draft.plans:
        schools = draft.ids.get("school")
        if schools is not None:
            schools |= {project.new.school for project in plan.model.projects if project.new is not None}
        seen: set[str] = set()
        for number, bus in enumerate(plan.model.buses):
            at: tuple[Key, ...] = ("buses", number)
            if bus.id in seen:
                problems.append(error("SCN644", plan.place(*at, "id"), bus.id))
            seen.add(bus.id)
            problems += _ends(draft, plan, bus, at, schools)
            problems += _terms(draft, plan, bus, at)
    return problems


def _by_timetable(plan: Read[PlanFile], bus: Bus, at: tuple[Key, ...], operating: Operating) -> list[Problem]:
    """What a bus priced by the kilometre costs in the section `money`, or why it costs nothing there."""
    price = operating.bus_km
    if price is None:
        return [note("SCN765", plan.place(*at), bus.id)]
    if bus.km is None:
        return [error("SCN764", plan.place(*at), bus.id)]
    trips, vehicles, yuan = load_boarding().trips(bus.kind), bus.vehicles or 1, bus.cost_per_km or price.value
    numbers: dict[str, Any] = {"km": f"{bus.km:g}", "vehicles": vehicles, "trips": f"{trips:g}", "price": f"{yuan:g}"}
    cost = vehicles * 4 * bus.km * trips * yuan / 1e4
    return [note("SCN763", plan.place(*at), f"{cost:.4g}", bus=bus.id, **numbers)]


def _ends(
    draft: Draft, plan: Read[PlanFile], bus: Bus, at: tuple[Key, ...], schools: frozenset[str] | None
) -> list[Problem]:
    """Schools and units that exist."""
    problems: list[Problem] = []
    for code, key, named, known in (
        ("SCN642", "schools", bus.schools, schools),
        ("SCN643", "units", bus.units, draft.ids.get("unit")),
    ):
        for i, name in enumerate(named):
            if known is not None and name not in known:
                problems.append(error(code, plan.place(*at, key, i), name, near=nearest(name, known), bus=bus.id))
    return problems


def _terms(draft: Draft, plan: Read[PlanFile], bus: Bus, at: tuple[Key, ...]) -> list[Problem]:
    """One cost, years in order, and boarders for a bus that carries boarders."""
    problems: list[Problem] = []
    money = None if draft.study is None else draft.study.model.money
    by_km = money is not None and money.operating.bus_km is not None
    given = (bus.cost_per_km is not None) + (bus.cost_per_year is not None)
    if given > 1 or (given == 0 and not by_km):
        problems.append(error("SCN645", plan.place(*at), bus.id))
    elif bus.cost_per_year is None and money is not None:
        problems += _by_timetable(plan, bus, at, money.operating)
    elif bus.cost_per_year is not None and bus.vehicles is not None:
        problems.append(note("SCN767", plan.place(*at, "vehicles"), bus.vehicles, bus=bus.id))
    if bus.to_year is not None and bus.to_year < bus.from_year:
        problems.append(error("SCN646", plan.place(*at, "to"), bus.to_year, bus=bus.id, first=bus.from_year))
    if bus.kind == "weekly" and draft.study is not None and draft.study.model.boarding is None:
        problems.append(error("SCN649", plan.place(*at, "kind"), bus.id))
    return problems
