"""What plans do to schools over time, school by school and grade by grade; see docs/science/zones-over-time.md."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.network import PlanNetwork, PlanProject, ZoneEdit
from verification.reference_chance import even_split

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.reference_schools import Attend, Network, Study

Done = list[tuple[PlanProject, int]]


def below(ends: list[bool], grade: int) -> int:
    """Ending grades right below an ending grade."""
    count = 0
    while grade - count > 0 and ends[grade - count - 1]:
        count += 1
    return count


def ended(project: PlanProject, grade: int, elapsed: int) -> bool:
    """Whether a grade of the school has ended for good, so many years after the project opened."""
    if project.ends is None or not project.ends[grade] or elapsed < 0:
        return False
    return not (below([bool(x) for x in project.ends], grade) > elapsed and elapsed < project.stay_years)


def gained(study: Study, project: PlanProject, grade: int, elapsed: int) -> bool:
    """Whether a converted school runs a grade that it gained."""
    if project.gains is None or not project.gains[grade] or elapsed < 0:
        return False
    first = next(g for g in study.grades if project.gains[g] and study.stage_of[g] == study.stage_of[grade])
    return project.all_grades or grade - first <= elapsed


def runs(study: Study, done: Done, school: int, grade: int, year: int) -> tuple[bool, bool]:
    """Whether a school admits to a grade, and whether it teaches it."""
    mine = [(project, year - start) for project, start in done if project.school == school]
    built = any(project.kind == "new_school" for project, _ in mine)
    admits = study.hosts(school, grade) and (bool(study.model.exists[school]) or built)
    for project, elapsed in mine:
        if project.kind == "new_school" and not project.all_grades and admits:
            same = [g for g in study.grades if study.stage_of[g] == study.stage_of[grade] and study.hosts(school, g)]
            admits = grade - same[0] <= elapsed
        admits = admits or gained(study, project, grade, elapsed)
    teaches = admits
    for project, elapsed in mine:
        if project.ends is not None and project.ends[grade]:
            admits, teaches = False, teaches and not ended(project, grade, elapsed)
    return admits, teaches


def changed(
    study: Study, network: Network, plan: PlanNetwork, edit: ZoneEdit, at: tuple[int, int, int],
    split: dict[int, float], before: Callable[[], dict[int, float]],
) -> dict[int, float]:  # fmt: skip
    """The zone of a home after a change; at: home, grade, years since the change; before: where they went."""
    cell, grade, elapsed = at
    takers = [int(school) for school in edit.schools if network.runs[school][grade]]
    if not takers:
        return split
    project = plan.projects[edit.project] if edit.project >= 0 else None
    first = next(g for g in study.grades if study.stage_of[g] == edit.stage)
    follow = edit.siblings if grade == first and elapsed < edit.siblings_years else 0.0
    part = {}
    for school in takers:
        full = 1.0
        if project is not None and project.fill and school == project.school:
            full = project.fill[min(elapsed, len(project.fill) - 1)]
        part[school] = full * (1.0 - follow)
    rest = before() if any(taken < 1.0 for taken in part.values()) else {}
    kept = 1.0 - sum(part.values()) / len(takers)
    return {school: rest.get(school, 0.0) * kept + part.get(school, 0.0) / len(takers) for school in study.real(cell)}


def handed_on(network: Network, edit: ZoneEdit, grade: int, split: dict[int, float]) -> dict[int, float]:
    """The zone of a home after the part of a closed school has gone to its receivers."""
    takers = [(k, int(school)) for k, school in enumerate(edit.schools) if network.runs[school][grade]]
    if not takers or split.get(edit.closed, 0.0) <= 0.0 or network.runs[edit.closed][grade]:
        return split
    out = dict(split)
    handed, out[edit.closed] = out[edit.closed], 0.0
    weights = [1.0 if edit.parts is None else float(edit.parts[k]) for k, _ in takers]
    for weight, (_, school) in zip(weights, takers, strict=True):
        out[school] += handed * (weight / sum(weights)) if edit.parts is not None else handed / len(takers)
    return out


Pool = dict[tuple[int, int], int]


class Changes:
    """Pupils whose school changes under them in a year."""

    def __init__(
        self, study: Study, plan: PlanNetwork, opening: list[int], year: int, number: Callable[[str, int, int], float]
    ) -> None:
        self.study, self.plan, self.opening, self.year, self.number = study, plan, opening, year, number

    def stay_on(self, before: Attend, staying: Attend, changing: Pool) -> None:
        """Pupils of converted schools who go on to a grade it has gained, or from a gained one to one it had."""
        study, others = self.study, {}
        for number, project in enumerate(self.plan.projects):
            elapsed, school = self.year - self.opening[number], project.school
            if project.gains is None or elapsed < 0:
                continue
            for grade in study.grades[:-1]:
                span = [study.hosts(school, g) or bool(project.gains[g]) for g in (grade, grade + 1)]
                if not all(span) or bool(project.gains[grade]) == bool(project.gains[grade + 1]):
                    continue
                there = (
                    gained(study, project, grade + 1, elapsed)
                    if project.gains[grade + 1]
                    else not ended(project, grade + 1, elapsed)
                )
                for cell in [c for c in range(study.cells) if there and school in study.slot[c]]:
                    if (cell, grade) not in others:
                        others[cell, grade] = sum(
                            before[cell, s][grade] for s in study.real(cell) if not study.stays(s, grade)
                        )
                    own = before[cell, school][grade]
                    others[cell, grade] -= own
                    u = self.number("progression/stay-on", cell, grade)
                    part = even_split(changing[cell, grade + 1], [float(own), float(others[cell, grade])], u)[0]
                    staying[cell, school][grade + 1] += part
                    changing[cell, grade + 1] -= part

    def release(self, staying: Attend, changing: Pool) -> None:
        """Pupils of ended grades, and of the zone of a school that opens for all grades, look for a school."""
        for number, project in enumerate(self.plan.projects):
            elapsed = self.year - self.opening[number]
            if project.ends is not None and (elapsed == 0 or project.stay_years > 0):
                for (cell, school), row in staying.items():
                    for grade in self.study.grades:
                        if school == project.school and ended(project, grade, elapsed):
                            changing[cell, grade] = changing.get((cell, grade), 0) + row[grade]
                            row[grade] = 0
            elif project.kind == "new_school" and project.all_grades and elapsed == 0:
                self._move_zone(number, project, staying, changing)

    def _move_zone(self, number: int, project: PlanProject, staying: Attend, changing: Pool) -> None:
        study = self.study
        for edit in (one for one in self.plan.edits if one.project == number):
            for cell in edit.cells.tolist():
                schools = study.real(cell)
                for grade in (g for g in study.grades if study.stage_of[g] == edit.stage and g > 0):
                    if not study.hosts(project.school, grade):
                        continue
                    have = [staying[cell, s][grade] for s in schools]
                    gone = have
                    if project.transfer < 1.0:
                        u = self.number("zones/transfer", cell, grade - 1)
                        gone = even_split(math.floor(project.transfer * sum(have) + u), [float(n) for n in have], u)
                    for school, out in zip(schools, gone, strict=True):
                        staying[cell, school][grade] -= out
                    changing[cell, grade] = changing.get((cell, grade), 0) + sum(gone)
