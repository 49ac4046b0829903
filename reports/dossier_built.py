"""Projects of the headline plan that bring something, and what a run knows of their schools while they are open."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from reports.document import Basis
from reports.document_case import of_plan
from reports.dossier_norms import school_stages, weighted_size
from reports.dossier_read import known, mean_basis, rows_of
from reports.study_card import ProjectCard, StageCard
from reports.view import View

LIKELY = 0.5
"""Share of draws from which on a project counts as open in a year."""
ROOMY = ("rooms", "beds", "land_m2", "floor_area_m2", "teaching_area_m2", "sports_area_m2")


@dataclass(frozen=True)
class Built:
    """A project that brings rooms, beds, areas or land, with what the run knows of its school."""

    card: ProjectCard
    facts: Mapping[Hashable, Any]
    stages: list[tuple[StageCard, int]]
    rooms_before: float
    """General classrooms of today; none of a school that the plan opens."""
    beside: Mapping[str, float]
    """Rooms of the other projects of the plan at the school."""

    @property
    def rooms(self) -> float:
        """General classrooms that the project brings."""
        return known(self.facts["rooms"]) or 0.0

    @property
    def rooms_after(self) -> float:
        """General classrooms of the school with all projects of the plan: its pupils are those of the plan, too."""
        return self.rooms_before + self.rooms + sum(self.beside.values())


def built(seen: View) -> list[Built]:
    """Projects of the headline plan that bring something, in the order of the plan."""
    tables, stages = seen.run.tables, school_stages(seen)
    facts = {
        str(row["project"]): row
        for row in tables.project_facts[tables.project_facts["plan"] == seen.plan].to_dict("records")
    }
    before = {
        str(s): known(n) or 0.0
        for s, n in zip(tables.school_facts["school"], tables.school_facts["rooms"], strict=True)
    }
    cards = [card for card in seen.run.study.plan(seen.plan).projects if card.id in facts]
    opened = {card.school for card in cards if card.kind == "new_school"}
    found = []
    for card in cards:
        if any(known(facts[card.id][name]) for name in ROOMY):
            today = 0.0 if card.school in opened else before.get(card.school, 0.0)
            others = [one for one in cards if one.school == card.school and one.id != card.id]
            beside = {one.id: known(facts[one.id]["rooms"]) or 0.0 for one in others}
            found.append(Built(card, facts[card.id], stages.get(card.school, []), today, beside))
    return found


def headline_case(seen: View) -> tuple[str, str]:
    """Reference future and headline plan."""
    return (seen.run.study.reference_future, seen.plan)


def size_basis(seen: View) -> Basis:
    """Basis of tables that hold what the plan says beside what is simulated."""
    basis = mean_basis(seen, seen.run.study.reference_future, seen.plan)
    return Basis(
        basis.date, basis.source, seen.labels("t4.method", draws=seen.run.study.draws), basis.future, basis.plan
    )


def open_years(seen: View, project: str) -> list[int]:
    """Years of the decision window in which a project is open in half the draws; all where the run does not say.

    In the other years the rows of a new school are mostly of a school that is not there.
    """
    start, end = seen.run.study.window
    rows = of_plan(seen.run.tables.projects, *headline_case(seen), project=project)
    if rows.empty:
        return list(range(start, end + 1))
    likely = rows[(rows["p_open"] >= LIKELY) & rows["year"].between(start, end)]
    return sorted(map(int, likely["year"]))


def peak(seen: View, one: Built) -> tuple[int, float, float] | None:
    """Year with most pupils (median) at the school of a project while it is open, with p50 and p90."""
    rows = rows_of(seen.run.tables.schools, headline_case(seen), "roll", ["all"])
    mine = rows[(rows["entity"] == one.card.school) & rows["year"].isin(open_years(seen, one.card.id))]
    if mine.empty:
        return None
    top = mine.sort_values(["p50", "year"], ascending=[False, True]).iloc[0]
    return int(top["year"]), float(top["p50"]), float(top["p90"])


def seats_of(seen: View, project: str) -> tuple[float | None, float | None]:
    """Nominal and safe seats that a project adds in the last year of the window in which it is open in half the draws.

    They are those of the draws in which it is open: of a project that opens in few they would say too much.
    """
    table = of_plan(seen.run.tables.project_seats, *headline_case(seen), project=project)
    mine = table[(table["year"] <= seen.run.study.window[1]) & (table["p_open"] >= LIKELY)].sort_values("year")
    if mine.empty:
        return None, None
    last = mine.iloc[-1]
    return known(last["nominal"]), known(last["safe"])


def use_of(seen: View, one: Built) -> float | None:
    """Pupils of 9 in 10 draws in the fullest year over the seats of the school in that year, with the project."""
    top = peak(seen, one)
    size = weighted_size(one.stages, {stage.id: stage.planned_class_size for stage, _ in one.stages})
    if top is None or not size:
        return None
    there = [rooms for project, rooms in one.beside.items() if top[0] in open_years(seen, project)]
    seats = (one.rooms_before + one.rooms + sum(there)) * size
    return top[2] / seats if seats else None
