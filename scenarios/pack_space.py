"""What a standards pack says of a place: limits on the way to school, land of a school. Opens no file."""

import datetime as dt
import math
from collections.abc import Sequence

from scenarios.problems import Problem, error
from scenarios.schema_pack import Pack
from scenarios.schema_space import Clearance, ServiceLimit, SiteArea
from scenarios.yaml_source import YamlSource


def service_limit(
    pack: Pack, use: str, measure: str, home: tuple[str, str, bool], year: int | None = None
) -> ServiceLimit | None:
    """The tightest clause on the way to school, None without any.

    use: `radius` or `limit`.  measure: `km` or `minutes`.  home: stage, grade ("" for all of the stage: clauses on
    single grades do not count then) and whether the home is urban.  year: school year, None: any.
    """
    stage, grade, urban = home
    fitting = [
        clause
        for clause in pack.service
        if clause.use == use
        and clause.measure == measure
        and stage in clause.stages
        and (not clause.grades or grade in clause.grades)
        and clause.place in ("any", "urban" if urban else "rural")
        and _in_force(clause, year)
    ]
    return min(fitting, key=lambda clause: clause.bound, default=None)


def bound_of(clause: ServiceLimit | None) -> float:
    """Bound of a clause, infinite without one."""
    return math.inf if clause is None else clause.bound


def _in_force(clause: ServiceLimit, year: int | None) -> bool:
    if year is None:
        return True
    day = dt.date(year, 9, 1)
    return clause.valid_from <= day and (clause.valid_to is None or day <= clause.valid_to)


def site_area(pack: Pack, stages: Sequence[str], urban: bool, boarding: bool = False) -> SiteArea | None:
    """The table of site areas for a school of exactly these stages, None where the pack has none."""
    fitting = [
        table
        for table in pack.site_areas
        if set(table.stages) == set(stages)
        and table.boarding == boarding
        and table.place in ("any", "urban" if urban else "rural")
    ]
    return fitting[0] if fitting else None


def clearances(pack: Pack) -> dict[str, Clearance]:
    """Clearances by code, in the order of the file."""
    return {clearance.code: clearance for clearance in pack.clearances}


def space_problems(pack: Pack, source: YamlSource) -> list[Problem]:
    """Codes used twice, and tables of site areas that do not rise with the size of the school."""
    problems: list[Problem] = []
    for section in ("service", "clearances", "site_areas"):
        codes = [entry.code for entry in getattr(pack, section)]
        problems += [
            error("GIS150", source.place(section, number, "code"), code, section=section)
            for number, code in enumerate(codes)
            if code in codes[:number]
        ]
    for number, table in enumerate(pack.site_areas):
        for row in range(1, len(table.sizes)):
            before, here = table.sizes[row - 1], table.sizes[row]
            for key in ("classes", "pupils", "site_m2"):
                low, high = float(getattr(before, key)), float(getattr(here, key))
                if high <= low:
                    place = source.place("site_areas", number, "sizes", row, key)
                    problems.append(error("GIS151", place, high, key=key, before=low))
    return problems
