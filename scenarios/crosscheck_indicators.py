"""Cross-checks of imported indicators: schools, stages, codes, units that are mixed up, years that are not used."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from scenarios.dictionary import shared
from scenarios.draft import Draft
from scenarios.indicator_units import FACTORS, units_for
from scenarios.pack_balance import target_problems
from scenarios.problems import Problem, error, nearest, note, warning
from scenarios.schema_clause import Clause
from scenarios.table_cells import cell_problems, repeated
from scenarios.table_text import capped
from scenarios.tables import Table

_APART = 1000.0
"""Gap between two values of one indicator of money from which a slip of 10 000 is looked for."""
_SLIP = 10_000.0
_MONEY = ("yuan", "wan_yuan")
_FORMER = {
    "retention_three_years": "junior_retention",
    "disabled_enrolment_rate": "disabled_enrolment_share",
    "migrants_in_public_share": "migrant_public_share",
    "qualified_teachers_share": "certified_teacher_share",
    "satisfaction": "social_recognition",
}
"""Codes that the dictionary had before it took those of the packs."""


def indicator_problems(draft: Draft) -> list[Problem]:
    """Known schools and stages; codes of the dictionary, of the pack or one's own; one unit, that of the code."""
    table = draft.tables.get("indicators")
    if table is None:
        return []
    clauses = {one.indicator: one for one in (() if draft.pack is None else draft.pack.clauses) if one.unit}
    rows: dict[str, list[int]] = {}
    for index, code in enumerate(table.frame["indicator"].tolist()):
        rows.setdefault(code, []).append(index)
    problems = [*_schools(draft, table), *draft.unknown_cells("indicators", "stage", "stage", "SCN324")]
    problems += _stages(draft, table) + _codes(draft, table, rows)
    for code, found in rows.items():
        mixed = _mixed(table, code, found)
        problems += mixed or [*_units(table, code, found, clauses), *_slips(table, code, found)]
        problems += _small_percents(table, code, found)
    return problems + _later(draft, table)


def _schools(draft: Draft, table: Table) -> list[Problem]:
    """Schools of the schools table, or that a plan opens; without a scenario the plans are not known."""
    known = draft.ids.get("school")
    if known is None:
        return []
    planned = {one.new.school for read in draft.plans for one in read.model.projects if one.new is not None}
    schools = table.frame["school"]
    bad = (~schools.isin(known | planned) & (schools != "")).to_numpy()
    near = known | planned | draft.names("school")
    return cell_problems(table.text, "school", bad, "SCN323", "warning" if draft.alone else "error", known=near)


def _stages(draft: Draft, table: Table) -> list[Problem]:
    """Stages that the school of the row has not."""
    if draft.study is None or "schools" not in draft.tables:
        return []
    ladder = {grade: (i, stage.id) for i, stage in enumerate(draft.study.model.stages) for grade in stage.grades}
    order = list(ladder)
    schools = draft.tables["schools"].frame
    spans = {
        str(row["school"]): {ladder[g][1] for g in order[order.index(first) : order.index(last) + 1]}
        for row in schools.to_dict("records")
        if (first := str(row["first_grade"])) in ladder and (last := str(row["last_grade"])) in ladder
    }
    known = {stage.id for stage in draft.study.model.stages}
    problems = []
    for index, (school, stage) in enumerate(zip(table.frame["school"], table.frame["stage"], strict=True)):
        if stage in known and school in spans and stage not in spans[school]:
            problems.append(error("SCN575", table.place(index, "stage"), stage, school=school))
    return capped(problems, "stage")


def _codes(draft: Draft, table: Table, rows: Mapping[str, Sequence[int]]) -> list[Problem]:
    """Codes that neither the dictionary nor the pack has: a slip where one is near, else the planner's own."""
    known = set(shared().indicators)
    if draft.pack is not None:
        known |= {clause.indicator for clause in draft.pack.clauses}
    problems = []
    for code, found in rows.items():
        if code and code not in known:
            near = _FORMER.get(code) or nearest(code, known)
            make = error if near else warning
            problems.append(make("SCN246", table.place(found[0], "indicator"), code, near=near))
    return capped(problems, "indicator")


def _mixed(table: Table, code: str, found: Sequence[int]) -> list[Problem]:
    """Rows of one indicator in several units: those in the rarer one are named."""
    units = [str(table.frame["value_unit"].iloc[index]) for index in found]
    counted = Counter(unit for unit in units if unit)
    if len(counted) < 2:
        return []
    usual = counted.most_common(1)[0][0]
    problems = []
    for unit in counted:
        if unit != usual:
            rows = [index for index, given in zip(found, units, strict=True) if given == unit]
            place = table.place(rows[0], "value_unit")
            named = repeated(table.text, rows)
            problems.append(error("SCN570", place, unit, indicator=code, rows=named, unit=usual))
    return problems


def _units(table: Table, code: str, found: Sequence[int], clauses: Mapping[str, Clause]) -> list[Problem]:
    """Rows in another unit than that of their code: of the dictionary, or one that the clause can be judged in."""
    known, clause = shared().indicators.get(code), clauses.get(code)
    problems = []
    for index in found:
        unit = str(table.frame["value_unit"].iloc[index])
        place = table.place(index, "value_unit")
        if known is not None and unit and unit != known.unit:
            problems.append(error("SCN247", place, unit, indicator=code, unit=known.unit))
        elif clause is not None and unit and (unit, clause.unit or "") not in FACTORS:
            fitting = units_for(clause.unit or "") or "@nothing"
            problems.append(
                error("SCN574", place, unit, indicator=code, clause=clause.code, unit=clause.unit, units=fitting)
            )
    return capped(problems, "value_unit")


def _slips(table: Table, code: str, found: Sequence[int]) -> list[Problem]:
    """Values of money that lie ten thousand times apart: some rows are in 10 000 yuan."""
    rows = [i for i in found if str(table.frame["value_unit"].iloc[i]) in _MONEY and table.frame["value"].iloc[i] > 0]
    if len(rows) < 2:
        return []
    values = table.frame["value"].iloc[rows].to_numpy(dtype=float)
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    gap = int(np.argmax(ordered[1:] / ordered[:-1])) + 1
    low, high = ordered[:gap], ordered[gap:]
    lifted = float(np.median(low)) * _SLIP / float(np.median(high))
    if high[0] / low[-1] < _APART or not 0.1 <= lifted <= 10.0:
        return []
    bad = sorted(rows[i] for i in order[:gap])
    place = table.place(bad[0], "value")
    shown = {"low": f"{float(np.median(low)):g}", "high": f"{float(np.median(high)):g}"}
    return [error("SCN571", place, float(low[0]), indicator=code, rows=repeated(table.text, bad), **shown)]


def _small_percents(table: Table, code: str, found: Sequence[int]) -> list[Problem]:
    """Percents of at most 1, which are probably shares."""
    entry = shared().indicators.get(code)
    if entry is None or entry.unit != "percent" or code == "survey_share":  # one in a thousand is asked
        return []
    values, units = table.frame["value"], table.frame["value_unit"]
    return capped(
        [
            warning("SCN572", table.place(index, "value"), f"{values.iloc[index]:g}", indicator=code)
            for index in found
            if units.iloc[index] == "percent" and 0.0 < values.iloc[index] <= 1.0
        ],
        "value",
    )


def _later(draft: Draft, table: Table) -> list[Problem]:
    """Rows after the base year, which are used for schools that a plan opens and for no others."""
    known = draft.ids.get("school")
    if draft.study is None or known is None:
        return []
    base = draft.study.model.base_year
    frame = table.frame
    late = ((frame["year"] > base) & (frame["school"].isin(known) | (frame["school"] == ""))).to_numpy()
    rows = np.flatnonzero(late).tolist()
    return [note("SCN573", table.place(rows[0], "year"), len(rows), base_year=base)] if rows else []


def county_problems(draft: Draft) -> list[Problem]:
    """Targets of standard schools that contradict each other; staff ratios of stages that are not there."""
    if draft.study is None:
        return []
    study, source = draft.study.model, draft.study.source
    problems = target_problems(study.standard_targets or (), source, "standard_targets")
    for stage in () if study.staff is None else study.staff.stages:
        problems += draft.unknown("stage", stage, source.place("staff", "stages", stage, key=True), "SCN324")
    return problems
