"""Dossier chapter on size: table T4 (建设规模论证) for every project of the headline plan that brings something."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from reports.document import Basis, Block, Cell, Column, Heading, Paragraph, Table
from reports.document_case import of_plan
from reports.dossier_norms import Norm, floor_norms, norm_of, room_norm, school_stages, weighted_size
from reports.dossier_read import MU_M2, adds_up, known, mean_basis, rows_of
from reports.needs_words import KINDS
from reports.study_card import ProjectCard, StageCard
from reports.view import View

SHARE = 0.9
"""Probability that the sizes of special rooms are told for."""
OWN_CHECK = "rooms"
"""The program's own check, which no clause asks for."""
LIKELY = 0.5
"""Share of draws from which on a project counts as open in a year."""
STOCKS = tuple(kind for kind in KINDS if kind not in ("teachers", "pupils"))
"""What buildings and land answer."""
_ROOMY = ("rooms", "beds", "land_m2", "floor_area_m2", "teaching_area_m2", "sports_area_m2")


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


def chapter(seen: View) -> list[Block]:
    """Size of every project of the headline plan: what norms ask, what simulation says, what is planned."""
    title = Heading(1, seen.labels("dossier.chapter.size"))
    plan = seen.run.study.plan(seen.plan)
    if not plan.projects:
        return []
    if seen.run.tables.project_facts.empty:
        return [title, Paragraph(seen.labels("t4.no_facts"), "note")]
    own = built(seen)
    if not own:
        return [title, Paragraph(seen.labels("t4.nothing", plan=seen.words.plan(seen.plan)))]
    more = [floor_table(seen, own), needs_table(seen, own), rooms_table(seen, own)]
    return [
        title,
        Paragraph(_finding(seen, own), "lead"),
        size_table(seen, own),
        *[table for table in more if table is not None],
    ]


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
        if any(known(facts[card.id][name]) for name in _ROOMY):
            today = 0.0 if card.school in opened else before.get(card.school, 0.0)
            others = [one for one in cards if one.school == card.school and one.id != card.id]
            beside = {one.id: known(facts[one.id]["rooms"]) or 0.0 for one in others}
            found.append(Built(card, facts[card.id], stages.get(card.school, []), today, beside))
    return found


def _case(seen: View) -> tuple[str, str]:
    return (seen.run.study.reference_future, seen.plan)


def _basis(seen: View) -> Basis:
    basis = mean_basis(seen, seen.run.study.reference_future, seen.plan)
    return Basis(
        basis.date, basis.source, seen.labels("t4.method", draws=seen.run.study.draws), basis.future, basis.plan
    )


def open_years(seen: View, project: str) -> list[int]:
    """Years of the decision window in which a project is open in half the draws; all where the run does not say.

    In the other years the rows of a new school are mostly of a school that is not there.
    """
    start, end = seen.run.study.window
    rows = of_plan(seen.run.tables.projects, *_case(seen), project=project)
    if rows.empty:
        return list(range(start, end + 1))
    likely = rows[(rows["p_open"] >= LIKELY) & rows["year"].between(start, end)]
    return sorted(map(int, likely["year"]))


def peak(seen: View, one: Built) -> tuple[int, float, float] | None:
    """Year with most pupils (median) at the school of a project while it is open, with p50 and p90."""
    rows = rows_of(seen.run.tables.schools, _case(seen), "roll", ["all"])
    mine = rows[(rows["entity"] == one.card.school) & rows["year"].isin(open_years(seen, one.card.id))]
    if mine.empty:
        return None
    top = mine.sort_values(["p50", "year"], ascending=[False, True]).iloc[0]
    return int(top["year"]), float(top["p50"]), float(top["p90"])


def seats_of(seen: View, project: str) -> tuple[float | None, float | None]:
    """Nominal and safe seats that a project adds in the last year of the window in which it is open in half the draws.

    They are those of the draws in which it is open: of a project that opens in few they would say too much.
    """
    table = of_plan(seen.run.tables.project_seats, *_case(seen), project=project)
    mine = table[(table["year"] <= seen.run.study.window[1]) & (table["p_open"] >= LIKELY)].sort_values("year")
    if mine.empty:
        return None, None
    last = mine.iloc[-1]
    return known(last["nominal"]), known(last["safe"])


def size_table(seen: View, own: list[Built]) -> Table:
    """T4: classes, seats, pupils it is for, areas, land and sports of every project."""
    labels = seen.labels
    people, seats, metres = (
        labels(f"{name}") for name in ("document.unit.people", "dossier.unit.seats", "dossier.unit.m2")
    )
    school = labels("t4.school")
    brings, after = labels("t4.brings"), labels("t4.for")
    columns = (
        Column("project", labels("t4.project")),
        Column("school", school),
        Column("stages", labels("dossier.stage")),
        Column("classes", labels("t1.classes"), "count", labels("t1.unit.classes"), brings),
        Column("seats", labels("t4.seats"), "count", seats, brings),
        Column("safe", labels("t4.safe"), "count", seats, brings),
        Column("land_mu", labels("t4.land_mu"), "tenth", labels("dossier.unit.mu"), brings),
        Column("land_m2", labels("t4.land"), "area", metres, brings),
        Column("floor_area_m2", labels("t4.floor_planned"), "area", metres, brings),
        Column("teaching_area_m2", labels("t1.teaching"), "area", metres, brings),
        Column("sports_area_m2", labels("t1.sports"), "area", metres, brings),
        Column("beds", labels("t1.beds"), "count", labels("t1.unit.beds"), brings),
        Column("rooms_after", labels("t4.rooms_after"), "count", labels("t1.unit.rooms"), after),
        Column("year", labels("t4.peak"), "school_year", "", after),
        Column("p50", labels("t4.p50"), "count", people, after, people=True),
        Column("p90", labels("t4.p90"), "count", people, after, people=True),
        Column("use", labels("t4.use"), "share", "", after, hidden_with=("p90",)),
    )  # fmt: skip
    rows = [_size(seen, one) for one in own]
    parts = tuple(range(len(rows)))
    sums: tuple[tuple[int, tuple[int, ...]], ...] = ()
    if len(rows) > 1:
        added = [adds_up(known(row[at]) for row in rows) for at in range(3, 12)]
        rows.append((labels("dossier.total"), None, None, *added, None, None, None, None, None))
        sums = ((len(parts), parts),)
    remarks = tuple(labels(f"t4.remark.{name}") for name in ("classes", "seats", "demand", "sources"))
    return Table("t4", labels("t4.title"), columns, tuple(rows), _basis(seen), remarks, sums, wide=True)


def _size(seen: View, one: Built) -> tuple[Cell, ...]:
    """One row of `size_table`."""
    labels, top = seen.labels, peak(seen, one)
    facts = {name: known(one.facts[name]) for name in _ROOMY}
    land = facts["land_m2"]
    return (
        labels.pick(one.card.name),
        seen.words.school(one.card.school),
        labels("t1.and").join(labels.pick(stage.name) for stage, _ in one.stages) or None,
        facts["rooms"] or 0.0,
        *seats_of(seen, one.card.id),
        None if land is None else land / MU_M2,
        land,
        *(facts[name] for name in ("floor_area_m2", "teaching_area_m2", "sports_area_m2", "beds")),
        one.rooms_after,
        *((None, None, None) if top is None else (float(top[0]), top[1], top[2])),
        use_of(seen, one),
    )


def floor_table(seen: View, own: list[Built]) -> Table | None:
    """Floor area that the building standard asks, by project; None where it knows none of the stages."""
    labels, metres = seen.labels, seen.labels("dossier.unit.m2")
    columns = (
        Column("project", labels("t4.project")),
        Column("stage", labels("dossier.stage")),
        Column("place", labels("t1.place")),
        Column("size", labels("t4.size"), "tenth", labels("t1.unit.classes")),
        Column("seats", labels("t4.seats_added"), "count", labels("dossier.unit.seats")),
        Column("norm", labels("t4.norm"), "hundredth", labels("t4.unit.norm")),
        Column("floor", labels("t4.floor"), "area", metres),
        Column("per_seat", labels("t4.room_norm"), "hundredth", labels("t4.unit.seat")),
        Column("classrooms", labels("t4.classrooms"), "area", metres),
        Column("clauses", labels("t4.clauses")),
    )
    rows: list[tuple[Cell, ...]] = []
    used: dict[str, Norm] = {}
    for one in own:
        for stage, rooms, size in _by_stage(one):
            urban = known(one.facts["urban"])
            found, size = (None, size) if urban is None else _floor_norm(one, stage, size, bool(urban))
            room = room_norm(stage.id)
            if found is None and room is None:
                continue
            seats = rooms * (stage.planned_class_size or 0.0)
            place = None if urban is None else labels("t1.place.urban" if urban else "t1.place.rural")
            norms = [norm for norm in (found and found[0], room) if norm is not None]
            used |= {norm.code + norm.pack + norm.grade: norm for norm in norms}
            per = None if found is None else found[1]
            seat = None if room is None else room.value
            rows.append(
                (labels.pick(one.card.name), labels.pick(stage.name), place, size, seats, per,
                 None if per is None else per * seats, seat, None if seat is None else seat * seats,
                 labels("word.list").join(norm.code for norm in norms))
            )  # fmt: skip
    if not rows:
        return None
    told = ("floor", "stages", "classrooms") if any(len(one.stages) > 1 for one in own) else ("floor", "classrooms")
    remarks = [*(labels(f"t4.remark.{name}") for name in told), *(norm.told(seen) for norm in used.values())]
    basis = Basis(
        _basis(seen).date, labels("t4.source.norms"), labels("t4.method.norm"), "", seen.words.plan(seen.plan)
    )
    return Table("t4_floor", labels("t4.title.floor"), columns, tuple(rows), basis, tuple(remarks), wide=True)


def _floor_norm(one: Built, stage: StageCard, size: float, urban: bool) -> tuple[tuple[Norm, float] | None, float]:
    """Norm of floor area of a stage and the size it is taken at: of the whole school where its kind has a clause."""
    whole = floor_norms(*(own.id for own, _ in one.stages), urban=urban)
    if whole:
        return norm_of(whole, one.rooms_after), one.rooms_after
    return norm_of(floor_norms(stage.id, urban=urban), size), size


def _by_stage(one: Built) -> list[tuple[StageCard, float, float]]:
    """Stage, rooms that the project brings to it, and rooms of it afterwards; divided by the grades of the school."""
    grades = sum(count for _, count in one.stages)
    if not one.rooms or not grades:
        return []
    return [(stage, one.rooms * count / grades, one.rooms_after * count / grades) for stage, count in one.stages]


def use_of(seen: View, one: Built) -> float | None:
    """Pupils of 9 in 10 draws in the fullest year over the seats of the school in that year, with the project."""
    top = peak(seen, one)
    size = weighted_size(one.stages, {stage.id: stage.planned_class_size for stage, _ in one.stages})
    if top is None or not size:
        return None
    there = [rooms for project, rooms in one.beside.items() if top[0] in open_years(seen, project)]
    seats = (one.rooms_before + one.rooms + sum(there)) * size
    return top[2] / seats if seats else None


def needs_table(seen: View, own: list[Built]) -> Table | None:
    """What clauses ask of the schools of the projects, with the projects: needed, there, missing."""
    labels, needs = seen.labels, seen.run.tables.needs
    schools = list(dict.fromkeys(one.card.school for one in own))
    mine = needs[
        (needs["future"] == seen.run.study.reference_future)
        & (needs["plan"] == seen.plan)
        & needs["entity"].isin(schools)
        & needs["kind"].isin(STOCKS)
        & (needs["rule"] != OWN_CHECK)
    ]
    if mine.empty:
        return None
    rules = {rule.code: rule for rule in seen.run.study.rules}
    columns = (
        Column("school", labels("dossier.school")),
        Column("kind", labels("t4.kind")),
        Column("clause", labels("t1.clause")),
        Column("unit", labels("t4.unit")),
        Column("needed_p50", labels("t4.p50_needed"), "count", "", labels("t4.needed")),
        Column("needed_p90", labels("t4.p90_needed"), "count", "", labels("t4.needed")),
        Column("there", labels("t4.there"), "count"),
        Column("missing", labels("t4.missing"), "count"),
    )
    order = {kind: place for place, kind in enumerate(KINDS)}
    rows = []
    for row in mine.sort_values(["entity", "kind", "rule"]).to_dict("records"):
        code, kind = str(row["rule"]), str(row["kind"])
        named = rules.get(code)
        clause = labels.pick(named.clause) if named is not None else _own_clause(seen, code)
        values = [known(row[name]) for name in ("needed_p50", "needed_p90", "there", "missing")]
        cells = (seen.words.school(str(row["entity"])), _kind(seen, kind), clause + seen.words.doubt(code))
        place = (schools.index(str(row["entity"])), order.get(kind, len(order)), code)
        rows.append((place, (*cells, labels(f"lacks.unit.{row['unit']}"), *values)))
    years = seen.run.study.window
    required = labels.percent(seen.run.study.p_required)
    remarks = (
        labels("t4.remark.needs", start=labels.school_year(years[0]), end=labels.school_year(years[1])),
        labels("t4.remark.missing", required=required),
    )
    made = tuple(cells for _, cells in sorted(rows, key=lambda pair: pair[0]))
    return Table("t4_needs", labels("t4.title.needs"), columns, made, _basis(seen), remarks, wide=True)


def _kind(seen: View, kind: str) -> str:
    key = f"lacks.kind.{kind}"
    return seen.labels(key) if seen.labels.has(key) else kind


def _own_clause(seen: View, code: str) -> str:
    """Words of a norm that is no rule of the study, else its code."""
    key = f"lacks.rule.{code}"
    return seen.labels(key) if seen.labels.has(key) else code


def rooms_table(seen: View, own: list[Built]) -> Table | None:
    """Special rooms of the schools of the projects: needed, there, re-used, to build, and their area."""
    labels, table = seen.labels, seen.run.tables.room_programme
    schools = list(dict.fromkeys(one.card.school for one in own))
    start, end = seen.run.study.window
    mine = table[
        (table["future"] == seen.run.study.reference_future)
        & (table["plan"] == seen.plan)
        & table["entity"].isin(schools)
        & (table["share"].astype(float).sub(SHARE).abs() < 1e-9)
        & table["year"].between(start, end)
    ]
    if mine.empty:
        return None
    rooms, metres = labels("t1.unit.rooms"), labels("dossier.unit.m2")
    columns = (
        Column("school", labels("dossier.school")),
        Column("kind", labels("t4.kind")),
        Column("year", labels("t2.year"), "school_year"),
        Column("needed", labels("t4.needed"), "count", rooms),
        Column("there", labels("t4.there"), "count", rooms),
        Column("reused", labels("t4.reused"), "count", rooms),
        Column("to_build", labels("t4.to_build"), "count", rooms),
        Column("m2", labels("t4.each"), "area", metres),
        Column("area", labels("t4.area"), "area", metres),
    )
    rows: list[tuple[Cell, ...]] = []
    for school in schools:
        for kind in sorted(set(mine["kind"])):
            part = mine[(mine["entity"] == school) & (mine["kind"] == kind)]
            if part.empty:
                continue
            row = part.sort_values(["to_build", "needed", "year"], ascending=[False, False, True]).iloc[0]
            each, number = known(row["m2"]) or None, known(row["to_build"])
            values = [known(row[name]) for name in ("needed", "there", "reused", "to_build")]
            area = None if each is None or number is None else each * number
            rows.append(
                (seen.words.school(school), _kind(seen, f"{kind}_rooms"), float(row["year"]), *values, each, area)
            )
    remarks = (labels("t4.remark.rooms", share=labels.percent(SHARE)),)
    return Table("t4_rooms", labels("t4.title.rooms"), columns, tuple(rows), _basis(seen), remarks)


def _finding(seen: View, own: list[Built]) -> str:
    labels = seen.labels
    rooms = sum(one.rooms for one in own)
    seats = [seats_of(seen, one.card.id)[0] for one in own]
    land = adds_up(known(one.facts["land_m2"]) for one in own)
    told = labels(
        "t4.finding",
        plan=seen.words.plan(seen.plan),
        n=len(own),
        rooms=labels.integer(rooms),
        seats=labels.integer(sum(number or 0.0 for number in seats)),
        land=labels.area(land or 0.0),
    )
    unknown = [one for one in own if known(one.facts["land_m2"]) is None]
    if unknown:
        names = labels("word.list").join(labels.pick(one.card.name) for one in unknown)
        told += labels("t4.finding.unknown", names=names)
    closed = [one for one in own if not open_years(seen, one.card.id)]
    if closed:
        names = labels("word.list").join(labels.pick(one.card.name) for one in closed)
        told += labels("t4.finding.closed", names=names)
    under = None if seen.run.study.alerts is None else seen.run.study.alerts.under_use
    if under is None:
        return told
    empty = [one for one in own if (use := use_of(seen, one)) is not None and use < under]
    names = labels("word.list").join(labels.pick(one.card.name) for one in empty)
    share = labels.percent(under)
    return told + (labels("t4.finding.empty", names=names, share=share) if empty else "")
