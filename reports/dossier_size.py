"""Dossier chapter on size: table T4 (建设规模论证) for every project of the headline plan that brings something."""

from reports.document import Basis, Block, Cell, Column, Heading, Paragraph, Table
from reports.dossier_built import ROOMY, Built, built, open_years, peak, seats_of, size_basis, use_of
from reports.dossier_norms import Norm, floor_norms, norm_of, room_norm
from reports.dossier_read import adds_up, known
from reports.needs_words import KINDS
from reports.study_card import StageCard
from reports.view import View
from scenarios.land_supply import MU_M2

SHARE = 0.9
"""Probability that the sizes of special rooms are told for."""
OWN_CHECK = "rooms"
"""The program's own check, which no clause asks for."""
STOCKS = tuple(kind for kind in KINDS if kind not in ("teachers", "pupils"))
"""What buildings and land answer."""


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
        use_table(seen, own),
        *[table for table in more if table is not None],
    ]


def size_table(seen: View, own: list[Built]) -> Table:
    """T4: classes, seats, land and areas that every project brings."""
    labels = seen.labels
    seats, metres = labels("dossier.unit.seats"), labels("dossier.unit.m2")
    columns = (
        Column("project", labels("t4.project")),
        Column("school", labels("t4.school")),
        Column("stages", labels("dossier.stage")),
        Column("classes", labels("t1.classes"), "count", labels("t1.unit.classes")),
        Column("seats", labels("t4.seats"), "count", seats),
        Column("safe", labels("t4.safe"), "count", seats),
        Column("land_mu", labels("t4.land_mu"), "tenth", labels("dossier.unit.mu")),
        Column("land_m2", labels("t4.land"), "area", metres),
        Column("floor_area_m2", labels("t4.floor_planned"), "area", metres),
        Column("teaching_area_m2", labels("t1.teaching"), "area", metres),
        Column("sports_area_m2", labels("t1.sports"), "area", metres),
        Column("beds", labels("t1.beds"), "count", labels("t1.unit.beds")),
    )
    rows = [_size(seen, one) for one in own]
    parts = tuple(range(len(rows)))
    sums: tuple[tuple[int, tuple[int, ...]], ...] = ()
    if len(rows) > 1:
        added = [adds_up(known(row[at]) for row in rows) for at in range(3, len(columns))]
        rows.append((labels("dossier.total"), None, None, *added))
        sums = ((len(parts), parts),)
    remarks = tuple(labels(f"t4.remark.{name}") for name in ("classes", "seats", "sources"))
    return Table("t4", labels("t4.title"), columns, tuple(rows), size_basis(seen), remarks, sums, wide=True)


def _size(seen: View, one: Built) -> tuple[Cell, ...]:
    """One row of `size_table`."""
    labels = seen.labels
    facts = {name: known(one.facts[name]) for name in ROOMY}
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
    )


def use_table(seen: View, own: list[Built]) -> Table:
    """T4: the school of every project afterwards, its pupils in the fullest year, how full it is then."""
    labels, people = seen.labels, seen.labels("document.unit.people")
    columns = (
        Column("project", labels("t4.project")),
        Column("school", labels("t4.school")),
        Column("rooms_after", labels("t4.rooms_after"), "count", labels("t1.unit.rooms")),
        Column("year", labels("t4.peak"), "school_year"),
        Column("p50", labels("t4.p50"), "count", people, people=True),
        Column("p90", labels("t4.p90"), "count", people, people=True),
        Column("use", labels("t4.use"), "share", hidden_with=("p90",)),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in own:
        top = peak(seen, one)
        full = (None, None, None) if top is None else (float(top[0]), top[1], top[2])
        names = (labels.pick(one.card.name), seen.words.school(one.card.school))
        rows.append((*names, one.rooms_after, *full, use_of(seen, one)))
    remarks = tuple(labels(f"t4.remark.{name}") for name in ("after", "demand", "never"))
    return Table("t4_use", labels("t4.title.use"), columns, tuple(rows), size_basis(seen), remarks)


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
        size_basis(seen).date, labels("t4.source.norms"), labels("t4.method.norm"), "", seen.words.plan(seen.plan)
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
    return Table("t4_needs", labels("t4.title.needs"), columns, made, size_basis(seen), remarks, wide=True)


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
    return Table("t4_rooms", labels("t4.title.rooms"), columns, tuple(rows), size_basis(seen), remarks)


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
