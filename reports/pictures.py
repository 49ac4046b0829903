"""All pictures of a report: which cases each shows, and the rows it is drawn from.

The number of pictures does not grow with the study: the schools that decide, the futures and years that matter.
Functions put pictures into an `Album` and return their numbers; drawing comes later.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from reports import findings
from reports.album import Album
from reports.drivers_view import why_pictures
from reports.figures_classes import class_sizes
from reports.figures_demand import demand_stack
from reports.figures_heat import breach_heat
from reports.figures_projects import cash_flow, opening_order, timeline
from reports.figures_school import roll_fan
from reports.figures_seats import seats_against_demand
from reports.figures_setting import Case, Setting
from reports.maps import catchment_maps
from reports.maps_data import UTILISATION, MapLayers
from reports.maps_draw import MapPanel
from reports.matrix import Breach
from reports.study_card import StudyCard
from reports.view import MOST_PLANS, View, class_bounds, rules_of, size_rule

MOST_PROJECTS = 20
"""Projects on a sheet: what a page holds."""


@dataclass(frozen=True)
class Choice:
    """One position of a switch: its label and the numbers of its pictures."""

    label: str
    pictures: tuple[int, ...]


@dataclass(frozen=True)
class Switch:
    """Pictures of which one is shown at a time; all are shown on paper and without JavaScript."""

    key: str
    legend: str
    choices: tuple[Choice, ...]


def _some(table: pd.DataFrame, **wanted: str | int) -> pd.DataFrame:
    """Only the rows a picture needs: less to filter while drawing, less to hand to another process."""
    keep = pd.Series(True, index=table.index)
    for column, value in wanted.items():
        keep &= table[column] == value
    return table[keep]


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    return table[~table["stage"].str.startswith("grade:")]


def _map(seen: View, album: Album, plans: Sequence[str], year: int, stage: str) -> int:
    run = seen.run
    panels = [MapPanel(case, year) for case in seen.cases(seen.future, plans)]
    tables = run.tables
    layers = MapLayers(seen.units, tables.school_list, tables.zone_list, tables.projects, closures(run.study))
    return album.add(
        catchment_maps,
        findings.map_finding(seen, year, plans),
        layers,
        _whole(_some(run.tables.schools, future=seen.future, year=year)),
        seen.setting,
        panels=panels,
        stage=stage,
        measure=UTILISATION,
        columns=min(len(panels), MOST_PLANS),
    )


def closures(study: StudyCard) -> dict[str, dict[str, tuple[str, tuple[str, ...]]]]:
    """Plan -> closed school -> (project, schools that receive its zones)."""
    return {
        plan.id: {p.school: (p.id, p.receivers) for p in plan.projects if p.kind == "closure" and p.receivers}
        for plan in study.plans
    }


def stages_by_need(seen: View) -> list[str]:
    """Stages, the one of the likeliest breach first."""
    order = [stage.id for stage in seen.run.study.stages]
    first = next((breach.stage for breach in seen.deciding if breach.stage in order), order[0])
    return [first, *(stage for stage in order if stage != first)]


def worst_year_maps(seen: View, album: Album, plans: Sequence[str]) -> Switch:
    """The worst year of the decision window under the plans given, one position per stage."""
    stages = stages_by_need(seen)
    choices = [Choice(seen.words.stage(stage), (_map(seen, album, plans, seen.year, stage),)) for stage in stages]
    return Switch("worst-map", seen.labels("switch.stage"), tuple(choices))


def minute_maps(seen: View, album: Album) -> Switch:
    """The worst year of the decision window: baseline plan beside headline plan."""
    return worst_year_maps(seen, album, tuple(dict.fromkeys((seen.baseline, seen.plan))))


def map_years(seen: View) -> list[int]:
    """School years of the maps: the first, the worst, the last of the window, and the horizon."""
    study = seen.run.study
    return sorted({study.base_year + 1, seen.year, study.window[1], study.horizon})


def year_maps(seen: View, album: Album) -> Switch:
    """Catchments by year and stage, all plans side by side."""
    choices = [
        Choice(
            f"{seen.words.stage(stage)} {seen.labels.school_year(year)}",
            (_map(seen, album, seen.plans, year, stage),),
        )
        for stage in stages_by_need(seen)
        for year in map_years(seen)
    ]
    return Switch("year-map", seen.labels("switch.stage_year"), tuple(choices))


def demand(seen: View, album: Album) -> int:
    """The county's demand in every future, under the headline plan."""
    tables = seen.run.tables
    cases = [Case(future.id, seen.plan) for future in seen.run.study.futures]
    county = _some(tables.county, plan=seen.plan)
    return album.add(demand_stack, findings.demand_finding(seen), county, tables.history, seen.setting, cases=cases)


def fan(seen: View, album: Album, school: str, future: str) -> int:
    """Roll of one school in one future, plans side by side."""
    rule, tables = size_rule(seen, school), seen.run.tables
    cases = seen.cases(future, most=seen.abreast)
    return album.add(
        roll_fan,
        findings.chance_finding(seen, school, rule, future),
        _some(tables.schools, entity=school, future=future),
        _some(tables.history, school=school),
        seen.telling(cases),
        school=school,
        cases=cases,
        bound=None if rule is None else seen.bound(rule),
    )


def classes(seen: View, album: Album, school: str, future: str) -> int:
    """Largest classes of one school in one future, plans side by side."""
    rule = next((rule for rule in rules_of(seen, school) if rule.indicator == "class_size"), None)
    cases = seen.cases(future, most=seen.abreast)
    return album.add(
        class_sizes,
        findings.chance_finding(seen, school, rule, future),
        _some(seen.run.tables.schools, entity=school, future=future),
        seen.telling(cases),
        school=school,
        cases=cases,
        bounds=class_bounds(seen, school),
    )


def school_pictures(seen: View, album: Album, breach: Breach) -> Switch:
    """Roll and classes of one school in the future of its likeliest breach, what breaches first; the roll in the
    reference future, too.
    """
    school, first = breach.school, breach.future
    drawers = (fan, classes)
    if seen.run.study.rule(breach.rule).indicator == "class_size":
        drawers = (classes, fan)
    both = (*(draw(seen, album, school, first) for draw in drawers), *why_pictures(seen, album, breach))
    choices = [Choice(seen.words.future(first), both)]
    reference = seen.run.study.reference_future
    if reference != first:
        choices.append(Choice(seen.words.future(reference), (fan(seen, album, school, reference),)))
    return Switch(f"school-{school}", seen.labels("switch.future"), tuple(choices))


def _heat(seen: View, album: Album, case: Case) -> int:
    table = _whole(_some(seen.run.tables.schools, future=case.future, plan=case.plan))
    return album.add(breach_heat, findings.heat_finding(seen, case), table, seen.setting, case=case)


def heat(seen: View, album: Album) -> Switch:
    """Chance of a breach, school by year: headline plan and baseline plan, the worst future and the reference."""
    cases = [
        Case(future, plan) for future in reversed(seen.futures) for plan in dict.fromkeys((seen.plan, seen.baseline))
    ]
    choices = [
        Choice(f"{seen.words.plan(case.plan)} · {seen.words.future(case.future)}", (_heat(seen, album, case),))
        for case in cases
    ]
    return Switch("heat", seen.labels("switch.case"), tuple(choices))


def sheets_of_projects(seen: View, plan: str, order: Sequence[str]) -> list[tuple[list[str], Setting]]:
    """Projects of a plan, so many on a sheet as a page holds; the setting of each sheet says which it is."""
    parts = [list(order[at : at + MOST_PROJECTS]) for at in range(0, len(order), MOST_PROJECTS)] or [[]]
    own = seen.of_plan(plan)
    if len(parts) == 1:
        return [(parts[0], own)]
    notes = [seen.labels("figure.sheet_of", n=n, all=len(parts), projects=len(order)) for n in range(1, len(parts) + 1)]
    return [(part, replace(own, notes=(*own.notes, note))) for part, note in zip(parts, notes, strict=True)]


def _timeline(seen: View, album: Album, plan: str) -> tuple[int, ...]:
    case = Case(seen.run.study.reference_future, plan)
    caption, projects = findings.timeline_finding(seen, case), seen.run.tables.projects
    return tuple(
        album.add(timeline, caption, projects[projects["project"].isin(part)], own, case=case)
        for part, own in sheets_of_projects(seen, plan, opening_order(projects, case))
    )


def timelines(seen: View, album: Album) -> Switch | None:
    """What opens when, one position per plan with projects, the headline plan first."""
    if not seen.built:
        return None
    plans = sorted(seen.built, key=lambda plan: plan != seen.plan)
    choices = tuple(Choice(seen.words.plan(plan), _timeline(seen, album, plan)) for plan in plans)
    return Switch("timeline", seen.labels("switch.plan"), choices)


def cash(seen: View, album: Album) -> int | None:
    """Spending by year against the budget, plans with projects side by side, in the reference future."""
    if not seen.built:
        return None
    cases = seen.cases(seen.run.study.reference_future, seen.built, seen.abreast)
    return album.add(cash_flow, findings.cash_finding(seen), seen.run.tables.cash, seen.setting, cases=cases)


def seats(seen: View, album: Album) -> int:
    """Seats against demand to the horizon in the reference future."""
    tables, future = seen.run.tables, seen.run.study.reference_future
    cases = seen.cases(future, most=seen.abreast)
    return album.add(
        seats_against_demand,
        findings.seats_finding(seen),
        _whole(_some(tables.schools, future=future)),
        _some(tables.county, future=future),
        seen.telling(cases),
        cases=cases,
    )
