"""Dossier chapter on the present state: table T1 (现状表) by school, with buildings and land, and what falls short."""

from collections.abc import Sequence

import pandas as pd

from reports.document import Block, Cell, Column, Heading, Paragraph, Table
from reports.document_parts import observed
from reports.dossier_norms import school_stages
from reports.dossier_read import adds_up, known
from reports.study_card import StageCard
from reports.view import View
from scenarios.land_supply import MU_M2

SUMMED = ("rooms", "seats", "beds", "land_mu", "land_m2", "floor_area_m2", "teaching_area_m2", "sports_area_m2")


def chapter(seen: View) -> list[Block]:
    """Schools, classes and pupils of the base year, rooms and land, and clauses that are broken today."""
    pupils = state_table(seen)
    if not pupils.rows:
        return []
    land, gaps = land_table(seen), gap_table(seen)
    title: list[Block] = [Heading(1, seen.labels("dossier.chapter.state")), Paragraph(_finding(seen, pupils), "lead")]
    beside: list[Block] = [Paragraph(seen.labels("t1.no_facts"), "note")] if land is None else [land]
    return [*title, pupils, *beside, *([] if gaps is None else [gaps])]


def _pupils(seen: View) -> dict[tuple[str, str], float]:
    """(school, grade) -> pupils of the base year."""
    history = seen.run.tables.history
    today = history[history["year"] == seen.run.study.base_year]
    cells = today[["school", "grade", "pupils"]].itertuples(index=False, name=None)
    return {(str(school), str(grade)): float(pupils) for school, grade, pupils in cells}


def _classes(seen: View) -> dict[tuple[str, str], tuple[float, float]]:
    """(school, grade) -> classes, and pupils taught in them; grades that share a class stand with the lowest."""
    table = seen.run.tables.classes_today
    cells = table[["school", "grade", "classes", "pupils"]].itertuples(index=False, name=None)
    return {(str(s), str(g)): (float(classes), float(pupils)) for s, g, classes, pupils in cells}


def _boarders(seen: View) -> dict[tuple[str, str], float]:
    facts = seen.run.tables.stage_facts
    cells = facts[["school", "stage", "boarders"]].itertuples(index=False, name=None)
    return {(str(s), str(g)): float(n) for s, g, n in cells if known(n) is not None}


def state_table(seen: View) -> Table:
    """T1: schools and their stages as rows; pupils by grade, classes, class sizes and boarders as columns."""
    labels, study = seen.labels, seen.run.study
    people, size = labels("document.unit.people"), labels("t1.class_size")
    grades = study.grade_order()
    keys = tuple(f"grade_{grade}" for grade in grades)
    columns = (
        Column("school", labels("dossier.school")),
        Column("stage", labels("dossier.stage")),
        *(
            Column(key, labels("dossier.grade", grade=grade), "count", people, labels("t1.by_grade"), people=True)
            for key, grade in zip(keys, grades, strict=True)
        ),
        Column("pupils", labels("t1.pupils"), "count", people, people=True, sum_of=keys),
        Column("classes", labels("t1.classes"), "count", labels("t1.unit.classes")),
        Column("largest", labels("t1.largest"), "count", people, size, people=True, hidden_with=(*keys, "pupils")),
        Column("mean", labels("t1.mean"), "tenth", people, size, hidden_with=("pupils",)),
        Column("boarders", labels("t1.boarders"), "count", people, people=True),
    )
    rows: list[tuple[Cell, ...]] = []
    sums: list[tuple[int, tuple[int, ...]]] = []
    of_stage: list[int] = []
    for stage in study.stages:
        own = _stage_rows(seen, stage)
        if not own:
            continue
        parts = tuple(range(len(rows), len(rows) + len(own)))
        rows += own
        sums.append((len(rows), parts))
        of_stage.append(len(rows))
        name = labels.pick(stage.name)
        rows.append(_sum_row(rows, parts, labels("t1.sum", kind=name, n=len(own)), name))
    if len(of_stage) > 1:
        sums.append((len(rows), tuple(of_stage)))
        rows.append(_sum_row(rows, of_stage, labels("dossier.total"), ""))
    remarks = [labels("t1.remark.classes"), labels("t1.remark.boarders")]
    if seen.run.tables.classes_today.empty:
        remarks[0] = labels("t1.remark.no_classes")
    return Table("t1", labels("t1.title"), columns, tuple(rows), observed(seen), tuple(remarks), tuple(sums), wide=True)


def _stage_rows(seen: View, stage: StageCard) -> list[tuple[Cell, ...]]:
    """One row for each school with pupils in the stage."""
    pupils, classes, boarders = _pupils(seen), _classes(seen), _boarders(seen)
    name = seen.labels.pick(stage.name)
    rows: list[tuple[Cell, ...]] = []
    for school in seen.run.tables.school_list["school"].astype(str):
        own = {grade: pupils[school, grade] for grade in stage.grades if (school, grade) in pupils}
        whole = sum(own.values())
        if not whole:
            continue
        formed = [classes[school, grade] for grade in stage.grades if (school, grade) in classes]
        count = sum(number for number, _ in formed) if formed else None
        largest = max((-(-taught // number) for number, taught in formed if number > 0), default=None)
        by_grade = [own.get(grade) for grade in seen.run.study.grade_order()]
        mean = whole / count if count else None
        rows.append(
            (seen.words.school(school), name, *by_grade, whole, count, largest, mean, boarders.get((school, stage.id)))
        )
    return rows


def _sum_row(rows: Sequence[tuple[Cell, ...]], parts: Sequence[int], head: str, stage: str) -> tuple[Cell, ...]:
    """Sums of a stage or of the county: counts added, the largest class of all, the mean over all classes."""
    columns = list(zip(*(rows[part][2:] for part in parts), strict=True))
    added = [adds_up(known(cell) for cell in column) for column in columns]
    pupils, classes = added[-5], added[-4]
    largest = [value for value in map(known, columns[-3]) if value is not None]
    added[-3] = max(largest) if largest else None
    added[-2] = pupils / classes if pupils is not None and classes else None
    return (head, stage, *added)


def land_table(seen: View) -> Table | None:
    """Rooms, seats, beds, land and areas by school, schools of the same stages together; None without such facts."""
    labels, facts = seen.labels, seen.run.tables.school_facts
    if facts.empty:
        return None
    metres, seats = labels("dossier.unit.m2"), labels("dossier.unit.seats")
    columns = (
        Column("school", labels("dossier.school")),
        Column("township", labels("t3.township")),
        Column("place", labels("t1.place")),
        Column("built", labels("t1.built"), "calendar_year"),
        Column("rooms", labels("t1.rooms"), "count", labels("t1.unit.rooms")),
        Column("seats", labels("t1.seats"), "count", seats),
        Column("beds", labels("t1.beds"), "count", labels("t1.unit.beds")),
        Column("land_mu", labels("t1.mu"), "tenth", labels("dossier.unit.mu"), labels("t1.land")),
        Column("land_m2", labels("t1.m2"), "area", metres, labels("t1.land")),
        Column("floor_area_m2", labels("t1.floor"), "area", metres),
        Column("teaching_area_m2", labels("t1.teaching"), "area", metres),
        Column("sports_area_m2", labels("t1.sports"), "area", metres),
        Column("clauses", labels("t1.clauses"), "count", labels("t1.unit.clauses")),
    )
    rows: list[tuple[Cell, ...]] = []
    sums: list[tuple[int, tuple[int, ...]]] = []
    kinds: list[int] = []
    for kind, own in _by_kind(seen).items():
        parts = tuple(range(len(rows), len(rows) + len(own)))
        rows += own
        sums.append((len(rows), parts))
        kinds.append(len(rows))
        rows.append(_land_sum(rows, parts, labels("t1.sum", kind=kind, n=len(own))))
    if len(kinds) > 1:
        sums.append((len(rows), tuple(kinds)))
        rows.append(_land_sum(rows, kinds, labels("dossier.total")))
    remarks = (labels("t1.remark.unknown"), labels("t1.remark.seats"))
    title = labels("t1.title.land")
    return Table("t1_land", title, columns, tuple(rows), observed(seen), remarks, tuple(sums), wide=True)


def _by_kind(seen: View) -> dict[str, list[tuple[Cell, ...]]]:
    """Stages of a school -> rows of the schools that have them."""
    labels, stages, broken = seen.labels, school_stages(seen), _broken(seen)
    found: dict[str, list[tuple[Cell, ...]]] = {}
    for row in seen.run.tables.school_facts.to_dict("records"):
        school = str(row["school"])
        urban = known(row["urban"])
        kind = labels("t1.and").join(labels.pick(stage.name) for stage, _ in stages.get(school, []))
        land = known(row["land_m2"])
        found.setdefault(kind or labels("t1.other"), []).append(
            (
                seen.words.school(school),
                str(row["township"]) or None,
                None if urban is None else labels("t1.place.urban" if urban else "t1.place.rural"),
                known(row["built"]),
                known(row["rooms"]),
                known(row["seats"]),
                known(row["beds"]),
                None if land is None else land / MU_M2,
                land,
                known(row["floor_area_m2"]),
                known(row["teaching_area_m2"]),
                known(row["sports_area_m2"]),
                float(broken.get(school, 0)),
            )
        )
    return found


def _land_sum(rows: Sequence[tuple[Cell, ...]], parts: Sequence[int], head: str) -> tuple[Cell, ...]:
    columns = list(zip(*(rows[part][4:] for part in parts), strict=True))
    return (head, None, None, None, *(adds_up(known(cell) for cell in column) for column in columns))


def _gaps(seen: View) -> pd.DataFrame:
    """Limits that a school breaks today; classes of a school beside it."""
    today = seen.run.tables.today
    return today[today["scope"].isin(["school", "class"])]


def _broken(seen: View) -> dict[str, int]:
    """School -> clauses that it breaks today."""
    gaps = _gaps(seen)
    pairs = {(_school_of(entity), str(rule)) for entity, rule in zip(gaps["entity"], gaps["rule"], strict=True)}
    found: dict[str, int] = {}
    for school, _ in pairs:
        found[school] = found.get(school, 0) + 1
    return found


def _school_of(entity: object) -> str:
    """Id of the school of a row: class rows may carry a grade behind it."""
    return str(entity).split(" ")[0].split(":")[0]


def gap_table(seen: View) -> Table | None:
    """Clauses broken in the base year: value, bound, what is missing, pupils concerned; None where none is."""
    labels, gaps = seen.labels, _gaps(seen)
    if gaps.empty:
        return None
    rules = {rule.code: rule for rule in seen.run.study.rules}
    stage_names = {stage.id: labels.pick(stage.name) for stage in seen.run.study.stages}
    columns = (
        Column("school", labels("dossier.school")),
        Column("stage", labels("dossier.stage")),
        Column("clause", labels("t1.clause")),
        # Of a limit of size both are pupils, or pupils over it.
        Column("value", labels("t1.value"), "hundredth", hidden_with=("pupils",)),
        Column("bound", labels("t1.bound"), "hundredth"),
        Column("missing", labels("t1.missing"), "hundredth", hidden_with=("pupils",)),
        Column("pupils", labels("t1.over"), "count", labels("document.unit.people"), people=True),
    )
    rows = []
    told: dict[str, str] = {}
    for row in gaps.to_dict("records"):
        rule = rules.get(str(row["rule"]))
        value, bound = float(row["value"]), float(row["bound"])
        clause = str(row["rule"]) if rule is None else labels.pick(rule.clause)
        if rule is not None:
            told[rule.code] = labels("t1.remark.source", clause=clause, source=labels.pick(rule.source), code=rule.code)
        rows.append(
            (
                seen.words.school(_school_of(row["entity"])),
                stage_names.get(str(row["stage"]), labels("word.all_stages")),
                clause + seen.words.doubt(str(row["rule"])),
                value,
                bound,
                abs(value - bound),
                known(row["pupils_over"]),
            )
        )
    rows.sort(key=lambda cells: (str(cells[0]), str(cells[2])))
    remarks = (labels("t1.remark.gaps"), *(told[code] for code in sorted(told)))
    return Table("t1_gaps", labels("t1.title.gaps"), columns, tuple(rows), observed(seen), remarks)


def _finding(seen: View, table: Table) -> str:
    """Schools, pupils, classes, sizes, boarders, seats, and how many schools break something."""
    labels = seen.labels
    last = dict(zip((column.key for column in table.columns), table.rows[-1], strict=True))
    # By id: two schools may have the same name.
    listed, grades = set(seen.run.tables.school_list["school"].astype(str)), seen.run.study.grade_order()
    schools = {school for (school, grade), n in _pupils(seen).items() if n and grade in grades and school in listed}
    numbers = {name: labels.integer(known(last[name]) or 0.0) for name in ("pupils", "classes", "largest", "boarders")}
    text = labels("t1.finding", year=seen.run.study.base_year, n=len(schools), pupils=numbers["pupils"])
    mean = known(last["mean"])
    if mean is not None:
        text += labels("t1.finding.classes", mean=f"{mean:.1f}", **{k: numbers[k] for k in ("classes", "largest")})
    if known(last["boarders"]) is not None:
        text += labels("t1.finding.boarders", boarders=numbers["boarders"])
    facts = seen.run.tables.school_facts
    if not facts.empty:
        text += labels("t1.finding.seats", seats=labels.integer(float(facts["seats"].sum())))
    return text + labels("t1.finding.gaps", n=len(_broken(seen)))
