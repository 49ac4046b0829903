"""Which children a verdict is about: grades, how many pupils, and from which villages and communities they come."""

from gis.zones import Moment, zones_at
from reports.explain_case import Pieces, Row, Subject, number
from reports.explain_model import Figure, Piece, Sentence, Slot, chained, tell
from reports.layers_zones import closures
from reports.maps_data import opening_years, stage_schools
from reports.matrix import NEGLIGIBLE

MOST_GRADES, MOST_UNITS = 3, 3


def children(subject: Subject) -> list[Sentence]:
    """The sentence on children of a school's row; empty where no table knows any."""
    if subject.county or not subject.judged:
        return []
    parts = [piece for piece in (_grades(subject), _homes(subject)) if piece is not None]
    if not parts:
        return []
    return [chained(subject.labels, "children", parts)]


# --- grades


def _grades(subject: Subject) -> Piece | None:
    """Grades whose classes are likeliest too large; else all grades of the clause with their pupils."""
    if subject.kind == "class" and subject.many:
        found = _risky_grades(subject)
        if found:
            return tell(subject.labels, "explain.children.classes", parts=found, worst=subject.year(subject.worst))
        near = _nearest(subject)
        if near is not None:
            return near
    return _everyone(subject) if subject.kind == "size" else _pupils(subject)


def _everyone(subject: Subject) -> Piece | None:
    """All grades of a clause on size: their pupils are the roll that the sentence before tells."""
    own = set(_own_grades(subject))
    rows = subject.read.rows("schools", entity=subject.key.entity, year=subject.worst, indicator="roll")
    known = {str(row["stage"]): row for row in rows.to_dict("records")}
    stages = [f"grade:{one}" for one in grades_of(subject) if one in own]
    found = [known[stage] for stage in stages if stage in known]
    if len(found) < 2:
        return None
    first, last = (grade_figure(subject, "schools", row, "stage") for row in (found[0], found[-1]))
    return tell(subject.labels, "explain.children.everyone", first=first, last=last)


def _risky_grades(subject: Subject) -> Pieces:
    wanted = {"entity": subject.key.entity, "year": subject.worst, "indicator": "largest_class"}
    rows = subject.read.rows("schools", **wanted)
    mine = [f"grade:{grade}" for grade in grades_of(subject)]
    rows = rows[rows["stage"].isin(mine) & (rows["p_exceed"] >= NEGLIGIBLE)]
    rows = rows.sort_values("p_exceed", ascending=False, kind="stable").head(MOST_GRADES)
    return [_grade(subject, row) for row in rows.to_dict("records")]


def _grade(subject: Subject, row: Row) -> Piece:
    p = subject.read.of_row("schools", row, "p_exceed", subject.percent)
    slots: dict[str, Slot] = {"grade": grade_figure(subject, "schools", row, "stage")}
    if p is not None:
        slots["p"] = p
    return tell(subject.labels, "explain.children.grade", **slots)


def grade_figure(subject: Subject, table: str, row: Row, column: str) -> Figure:
    """A grade as a number of the sentence: `3`, `K`."""
    key = str(row[column])
    return Figure(key, key.removeprefix("grade:"), (subject.read.place(table, row, column),))


def grades_of(subject: Subject) -> tuple[str, ...]:
    """Grades of the stages that the clause looks at; all of the school where it names none."""
    stages = subject.seen.run.study.stages
    wanted: tuple[str, ...] = (subject.key.stage,) if subject.key.stage != "all" else ()
    if not wanted and subject.rule is not None:
        wanted = subject.rule.stages
    return tuple(grade for stage in stages if not wanted or stage.id in wanted for grade in stage.grades)


def _nearest(subject: Subject) -> Piece | None:
    """The grade in which fewest more children make a class too large."""
    rows = subject.read.rows("cliffs", entity=subject.key.entity, year=subject.worst, trigger="class_size")
    rows = rows[rows["grade"].isin(grades_of(subject)) & (rows["share"] > 0.5) & (rows["p50"] > 0)]
    if rows.empty:
        return None
    row = rows.sort_values(["p50", "grade"], kind="stable").iloc[0].to_dict()
    n = subject.read.of_row("cliffs", row, "p50", subject.labels.integer)
    if n is None or subject.rule is None or number(n.value) > subject.rule.bound:
        return None  # more than a whole class away: nothing that anybody has to watch
    grade, many = grade_figure(subject, "cliffs", row, "grade"), "one" if number(n.value) == 1 else "many"
    return tell(subject.labels, f"explain.children.cliff.{many}", grade=grade, n=n, worst=subject.year(subject.worst))


def _pupils(subject: Subject) -> Piece | None:
    """All grades of the clause and how many pupils they have in the worst year."""
    own = set(_own_grades(subject))
    grades = [grade for grade in grades_of(subject) if grade in own]
    wanted = {"entity": subject.key.entity, "year": subject.worst, "indicator": "roll"}
    rows = subject.read.rows("schools", **wanted)
    rows = rows[rows["stage"].isin([f"grade:{grade}" for grade in grades])]
    if rows.empty or rows["mean"].sum() < 1.0:
        return None
    places = tuple(subject.read.place("schools", row, "mean") for row in rows.to_dict("records"))
    total = float(rows["mean"].sum())
    n = Figure(total, subject.labels.count("pupil", total), places, "sum")
    ends = {name: f"grade:{grade}" for name, grade in (("first", grades[0]), ("last", grades[-1]))}
    found = {name: rows[rows["stage"] == stage].head(1).to_dict("records") for name, stage in ends.items()}
    year = subject.year(subject.worst)
    if len(grades) == 1 or not all(found.values()):
        stage = subject.seen.words.stage(subject.key.stage)
        return tell(subject.labels, "explain.children.all", stage=stage, n=n, worst=year)
    first, last = (grade_figure(subject, "schools", found[name][0], "stage") for name in ("first", "last"))
    return tell(subject.labels, "explain.children.grades", first=first, last=last, n=n, worst=year)


def _own_grades(subject: Subject) -> tuple[str, ...]:
    """Grades from the lowest to the highest of the school; all where the list of schools does not say."""
    order = subject.seen.run.study.grade_order()
    schools = subject.seen.run.tables.school_list
    row = schools[schools["school"] == subject.key.entity]
    ends = [str(row.iloc[0][name]) for name in ("first_grade", "last_grade")] if len(row) else []
    if len(ends) < 2 or not set(ends) <= set(order):
        return order
    return order[order.index(ends[0]) : order.index(ends[1]) + 1]


# --- homes


def _homes(subject: Subject) -> Piece | None:
    """The units that the school serves in the worst year, those with most pupils by name; None without zones."""
    stage = _stage(subject)
    units = served_units(subject, stage) if stage else ()
    if not units:
        return None
    rows = subject.read.rows("access_units", year=subject.worst, stage=stage)
    rows = rows[rows["unit"].isin(units)].drop_duplicates("unit")
    rows = rows.sort_values(["pupils", "unit"], ascending=[False, True], kind="stable")
    names = {one: subject.seen.setting.name("unit", one) for one in units}
    labels = subject.labels
    if rows.empty:
        parts = [tell(labels, "explain.children.unit_bare", name=names[one]) for one in units[:MOST_UNITS]]
    else:
        parts = [
            tell(labels, "explain.children.unit", name=names[str(row["unit"])], n=n)
            for row in rows.head(MOST_UNITS).to_dict("records")
            for n in [subject.read.of_row("access_units", row, "pupils", labels.integer)]
            if n is not None
        ]
    more = len(units) > MOST_UNITS
    slots: dict[str, Slot] = {"parts": parts}
    if more:
        slots["k"] = _counted(subject, stage, units)
    tone = ("more" if more else "few") + ("" if len(rows) else "_bare")
    if len(rows):
        slots["stage"] = subject.seen.words.stage(stage)
    return tell(labels, f"explain.children.homes.{tone}", **slots)


def _stage(subject: Subject) -> str:
    """The stage whose zone is told: that of the clause, else the lowest of the school."""
    if subject.key.stage != "all":
        return subject.key.stage
    own = set(_own_grades(subject))
    return next((one.id for one in subject.seen.run.study.stages if own & set(one.grades)), "")


def served_units(subject: Subject, stage: str) -> tuple[str, ...]:
    """Units whose zone is the school's in the worst year, each project open from the year in which that is likely."""
    year = subject.worst
    served = subject.read.once(("zones", stage, year), lambda: _served(subject, stage, year))
    return served.get(subject.key.entity, ())


def _served(subject: Subject, stage: str, year: int) -> dict[str, tuple[str, ...]]:
    """School -> its units in a school year."""
    run, case = subject.seen.run, subject.read.case
    stages = {one.id: one.grades for one in run.study.stages}
    if stage not in stages:
        return {}
    hosting = set(stage_schools(run.tables.school_list, stage, stages)["school"])
    opening = opening_years(subject.read.table("projects"), case)
    rows = zones_at(subject.read.table("zone_list"), stage, Moment(year, opening, closures(run, case.plan)), hosting)
    return {str(school): tuple(map(str, own)) for school, own in rows.groupby("school")["unit"]}


def _counted(subject: Subject, stage: str, units: tuple[str, ...]) -> Figure:
    """How many units the school serves: a row of `inputs/zones.csv` for each (of a closed school, too)."""
    rows = subject.read.rows("zone_list", stage=stage)
    rows = rows[rows["unit"].isin(units)].drop_duplicates("unit", keep="last")
    places = tuple(subject.read.place("zone_list", row, "unit") for row in rows.to_dict("records"))
    return Figure(float(len(units)), subject.labels.integer(len(units)), places, "count")
