"""Which schools new housing needs by the clauses of standards packs, when, and whether a plan builds them.

A phase of H dwellings with r residents each brings r H residents; M is what a clause counts (residents, dwellings or
floor area) over the phases due so far.  With a threshold m and the most that one facility serves, s:

    n(M) = 0 below m;  max(1, ceil(M / s)) where s is given;  floor(M / m) where it is not
    needed with phase p:  n(M[p]) - n(M[p-1]) facilities of the size of the clause          (per facility)
                          amount (M[p] - M[p-1]) / 1000, all of M once M >= m               (per thousand)

Of several measures the one that asks for most holds.  All dwellings count, whether occupied or not, at the date of the
table and not of a draw: the clause speaks of the plan.  A project serves an estate if it stands in its unit, extends a
school of the unit's zone, or the plan gives the unit's zone to it; its classes are used up by needs in order of year,
estate and phase.  It is in time if its median opening is not after the 1 September on which the phase counts.
Page: docs/science/housing.md.  Tests: tests/sim/test_estate_needs.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil, floor
from typing import Any

import numpy as np
import pandas as pd

from scenarios.bundle import Bundle
from scenarios.schema_pack import Demand, Facility
from scenarios.schema_plan import NewSchool, PlanFile, Project
from scenarios.schema_study import StudyFile
from sim.estate_tables import housing_in_force, phase_rows

Row = Mapping[str, Any]
NEED_COLUMNS = (
    *("plan", "estate", "phase", "clause", "year", "facility", "measured", "required", "unit", "schools"),
    *("provided", "status", "by", "opens", "unknown", "clause_zh", "clause_en", "source_zh", "source_en"),
    "source_grade",
)
"""Columns of the table of needs."""


@dataclass
class _Supply:
    """What is left of a project for one stage."""

    project: str
    classes: float
    opens: float  # median year, NaN: never in most draws
    units: frozenset[str]


def facilities_needed(when: Demand, size: float) -> int:
    """Facilities that housing of a size (in the measure of `when`) needs."""
    if size < when.at_least:
        return 0
    return max(1, ceil(size / when.up_to)) if when.up_to is not None else floor(size / when.at_least)


def needed(clause: Facility, sizes: Mapping[str, float]) -> tuple[float, float, str]:
    """Amount (classes or seats; NaN where the text names no size), facilities, and the measures that are not known."""
    unknown = [one.measure for one in clause.when if np.isnan(sizes[one.measure])]
    known = [one for one in clause.when if one.measure not in unknown]
    if clause.per == "thousand":
        amount = max((sizes[one.measure] / 1000.0 for one in known if sizes[one.measure] >= one.at_least), default=0.0)
        return amount * float(clause.amount or 0.0), 0.0, " ".join(unknown)
    count = max((facilities_needed(one, sizes[one.measure]) for one in known), default=0)
    return (np.nan if clause.amount is None else clause.amount * count), float(count), " ".join(unknown)


def estate_needs(bundle: Bundle, opening: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """What every phase after the base year needs by every clause, in every plan; columns `NEED_COLUMNS`.

    opening: median opening year by plan and project, NaN where most draws never open it.  Estates that no future builds
    are listed too: the clause speaks of the land that is sold, not of a future.
    """
    if not bundle.facility_packs or "estates" not in bundle.tables:
        return pd.DataFrame(columns=list(NEED_COLUMNS))
    wanted = _wanted(bundle)
    rows = []
    for name, plan in bundle.plans.items():
        # Each clause has a view of the plan of its own: one school may meet several clauses.
        left: dict[str, list[_Supply]] = {}
        for need in wanted:
            if need["clause"] not in left:
                left[need["clause"]] = _supplies(bundle, plan, need["facility"], opening.get(name, {}))
            rows.append({"plan": name, **need, **_provided(bundle.study_in_plan(name), left[need["clause"]], need)})
    frame = pd.DataFrame(rows, columns=[*NEED_COLUMNS, "home"]).drop(columns="home")
    return frame.sort_values(["plan", "year", "estate", "phase", "clause"], ignore_index=True)


def _wanted(bundle: Bundle) -> list[dict[str, Any]]:
    """Needs of all phases, in order of year, estate and phase."""
    facts: Mapping[str, Row] = bundle.tables["estates"].set_index("estate").to_dict("index")  # type: ignore[assignment]
    phases = phase_rows(bundle).sort_values(["estate", "due", "phase"], kind="stable")
    out: list[dict[str, Any]] = []
    for estate, mine in phases.groupby("estate", sort=True):
        sizes = _sizes(bundle, facts[str(estate)], mine)
        for clause in (one for pack in bundle.facility_packs for one in pack.facilities):
            before = (0.0, 0.0)
            for at, phase in enumerate(_records(mine)):
                if not _in_force(clause, int(phase["year"])):
                    continue
                amount, count, unknown = needed(clause, sizes[at])
                more, schools = amount - before[0] if amount == amount else amount, count - before[1]
                before = (amount if amount == amount else 0.0, count)
                if float(phase["due"]) > 0.0 and (schools > 0.0 or more > 0.0 or unknown):
                    out.append(
                        _need(clause, phase, str(facts[str(estate)]["unit"]), (more, schools, unknown), sizes[at])
                    )
    return sorted(out, key=lambda need: (need["year"], need["estate"], need["phase"], need["clause"]))


def _need(
    clause: Facility, phase: Row, home: str, amount: tuple[float, float, str], sizes: Mapping[str, float]
) -> dict[str, Any]:
    more, schools, unknown = amount
    asked = schools > 0.0 or more > 0.0
    return {
        "estate": phase["estate"], "phase": phase["phase"], "clause": clause.code, "year": int(phase["year"]),
        "facility": clause.facility, "measured": sizes["residents"], "required": more if asked else np.nan,
        "unit": clause.unit, "schools": schools, "unknown": unknown, "home": home,
        "clause_zh": clause.clause.zh, "clause_en": clause.clause.en, "source_zh": clause.source.zh,
        "source_en": clause.source.en, "source_grade": clause.source_grade,
    }  # fmt: skip


def _sizes(bundle: Bundle, facts: Row, phases: pd.DataFrame) -> list[dict[str, float]]:
    """Dwellings, residents and floor area over the phases so far, one entry a phase."""
    types = housing_in_force(bundle).types
    own, whole = float(facts["residents_per_dwelling"]), float(facts["dwellings"])
    out, dwellings, residents = [], 0.0, 0.0
    for phase in _records(phases):
        each = types[phase["dwelling_type"]].residents_per_dwelling if np.isnan(own) else own
        dwellings += float(phase["dwellings"])
        residents += float(phase["dwellings"]) * each
        area = float(facts["floor_area_m2"]) * (dwellings / whole if whole > 0.0 else np.nan)
        out.append({"dwellings": dwellings, "residents": residents, "floor_area_m2": area})
    return out


def _in_force(clause: Facility, year: int) -> bool:
    day = date(year, 9, 1)
    return clause.valid_from <= day and (clause.valid_to is None or day <= clause.valid_to)


def _provided(study: StudyFile, left: list[_Supply], need: Row) -> dict[str, Any]:
    """What projects of a plan give to a need, taken from what is left of them."""
    if need["facility"] not in {stage.id for stage in study.stages}:
        return {"provided": np.nan, "status": "not_in_study", "by": "", "opens": np.nan}
    if not (need["schools"] > 0.0 or need["required"] > 0.0):
        return {"provided": np.nan, "status": "unknown", "by": "", "opens": np.nan}
    size = study.stage(need["facility"]).planned_class_size
    # A clause that names no size is met by a school of any size.
    asked = float(need["required"]) / (size if need["unit"] == "seats" else 1.0)
    got = 0.0
    used: list[_Supply] = []
    for one in left:
        if need["home"] in one.units and one.classes > 0.0 and (not used or got < asked - 1e-9):
            take = one.classes if np.isnan(asked) else min(one.classes, asked - got)
            one.classes -= take
            got += take
            used.append(one)
    status = "none" if not used else "part" if got < asked - 1e-9 else "in_time"
    opens = max((one.opens for one in used), default=np.nan)
    return {
        "provided": got * (size if need["unit"] == "seats" else 1.0),
        "status": "late" if status == "in_time" and opens > need["year"] else status,
        "by": " ".join(one.project for one in used),
        "opens": opens,
    }


def _supplies(bundle: Bundle, plan: PlanFile, stage: str, opening: Mapping[str, float]) -> list[_Supply]:
    """New classes of a plan for a stage with the units that they serve, by opening; none of what never opens."""
    out: list[_Supply] = []
    if stage not in {one.id for one in bundle.study.stages}:
        return out
    for project in plan.projects:
        classes, opens = _classes(bundle, project, stage), float(opening.get(project.id, np.nan))
        if classes > 0.0 and not np.isnan(opens):
            out.append(_Supply(project.id, classes, opens, _served(bundle, plan, project, stage)))
    return sorted(out, key=lambda one: (one.opens, one.project))


def _classes(bundle: Bundle, project: Project, stage: str) -> float:
    """Rooms that a project adds to a stage, by its part of the grades that the school hosts."""
    if project.new is not None:
        first, last, rooms = project.new.first_grade, project.new.last_grade, project.new.rooms
    elif project.adds is not None and project.until is None:  # what stands for some years only is no school
        spans = _spans(bundle) | {new.school: (new.first_grade, new.last_grade) for new in _new(bundle)}
        (first, last), rooms = spans[str(project.school)], project.adds.rooms
    else:
        return 0.0
    grades = bundle.study.grades
    hosted = grades[grades.index(first) : grades.index(last) + 1]
    here = [grade for grade in hosted if grade in bundle.study.stage(stage).grades]
    return rooms * len(here) / len(hosted)


def _spans(bundle: Bundle) -> dict[str, tuple[str, str]]:
    schools = bundle.tables["schools"]
    spans = zip(schools["first_grade"], schools["last_grade"], strict=True)
    return dict(zip(schools["school"], spans, strict=True))


def _new(bundle: Bundle) -> list[NewSchool]:
    """Schools that plans open; a plan may extend what it has opened."""
    return [project.new for plan in bundle.plans.values() for project in plan.projects if project.new is not None]


def _served(bundle: Bundle, plan: PlanFile, project: Project, stage: str) -> frozenset[str]:
    school = project.school if project.new is None else project.new.school
    zones = bundle.tables["zones"]
    units = set(zones.loc[(zones["stage"] == stage) & (zones["school"] == school), "unit"])
    if project.new is not None:
        units.add(project.new.unit)
    changes = (change for change in plan.zones if change.stage == stage and school in change.schools)
    return frozenset(units.union(*(change.units for change in changes)))


def _records(rows: pd.DataFrame) -> list[Row]:
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]
