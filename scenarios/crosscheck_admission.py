"""Cross-checks of the rules of admission: of the study and of every plan that changes them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.draft import Draft, Read
from scenarios.problems import Problem, error, nearest, warning
from scenarios.schema_admission import Admission
from scenarios.schema_study import StudyFile
from scenarios.table_text import capped
from scenarios.tables import Table

EVERY = "*"
"""Unit of the rows that hold for all units without rows of their own."""
GROUPS = ("local", "migrant")
_ROUNDING = 0.005  # shares with two digits


def admission_problems(draft: Draft) -> list[Problem]:
    """Problems of rules, feeders, limits and priority."""
    problems: list[Problem] = []
    for view in _views(draft):
        problems += _places(view) + _nearest(view) + _lotteries(view) + _feeders(view) + _priority(view)
    problems += _table(draft)
    # What a plan leaves as the study has it stands at the same place, and is told once.
    return list(dict.fromkeys(problems))


@dataclass(frozen=True)
class _View:
    """The study, or the study as a plan changes it."""

    draft: Draft
    study: Read[StudyFile]
    grades: dict[str, tuple[str, ...]]
    """Grades of the schools, those of the plan as well."""

    @property
    def admission(self) -> Admission:
        return self.study.model.admission

    def place(self, *path: str | int, key: bool = False) -> str:
        return self.study.place("admission", *path, key=key)

    def uses(self, stage: str, rule: str) -> bool:
        """Whether any unit has a rule in a stage."""
        of_units = self.admission.unit_rules.get(stage, {}).values()
        return self.admission.rules.get(stage, "zone") == rule or rule in of_units


def _views(draft: Draft) -> Iterator[_View]:
    if draft.study is None:
        return
    table, order = draft.tables.get("schools"), list(draft.study.model.grades)
    spans: dict[str, tuple[str, ...]] = {}
    if table is not None:
        rows = table.frame[["school", "first_grade", "last_grade"]].itertuples(index=False)
        spans = {str(school): _span(order, str(first), str(last)) for school, first, last in rows}
    new = [p.new for plan in draft.plans for p in plan.model.projects if p.new is not None]
    spans = {one.school: _span(order, one.first_grade, one.last_grade) for one in new} | spans
    yield _View(draft, draft.study, spans)
    for plan in draft.plans:
        key = f"plan:{plan.model.id}"
        study, source = draft.in_force.plans.get(plan.model.id), draft.in_force.sources.get(f"study+{key}")
        if study is not None and source is not None:
            yield _View(draft, Read(study, source), spans)


def _span(order: list[str], first: str, last: str) -> tuple[str, ...]:
    if first not in order or last not in order:
        return ()
    return tuple(order[order.index(first) : order.index(last) + 1])


def _places(view: _View) -> list[Problem]:
    """Stages, units and schools that rules name."""
    draft, problems = view.draft, []
    for stage in view.admission.rules:
        problems += draft.unknown("stage", stage, view.place("rules", stage, key=True), "SCN324")
    for stage, units in view.admission.unit_rules.items():
        problems += draft.unknown("stage", stage, view.place("unit_rules", stage, key=True), "SCN324")
        for unit in units:
            problems += draft.unknown("unit", unit, view.place("unit_rules", stage, unit, key=True), "SCN322")
    for school, target in view.admission.feeders.items():
        for name, is_key in ((school, True), (target, False)):
            if view.grades and name not in view.grades:
                near = nearest(name, view.grades)
                problems.append(error("SCN323", view.place("feeders", school, key=is_key), name, near=near))
    unzoned = {stage.id for stage in view.study.model.stages if not stage.zoned}
    for key, stages in (("rules", view.admission.rules), ("unit_rules", view.admission.unit_rules)):
        problems += [error("SCN590", view.place(key, stage, key=True), stage) for stage in stages if stage in unzoned]
    return problems


def _nearest(view: _View) -> list[Problem]:
    """The nearest school needs a limit: beyond it nobody is sent, and without one a child may cross the county."""
    known = {stage.id for stage in view.study.model.stages}
    return [
        error("SCN595", view.place("rules" if stage in view.admission.rules else "unit_rules", stage), stage)
        for stage in sorted(known & {*view.admission.rules, *view.admission.unit_rules})
        if view.uses(stage, "nearest") and view.admission.limit_for(stage) == float("inf")
    ]


def _lotteries(view: _View) -> list[Problem]:
    """A rule for a unit without a zone; lots where no unit ever has two schools to draw for."""
    zones, problems = view.draft.tables.get("zones"), []
    if zones is None:
        return []
    rows = zones.frame[["stage", "unit", "school"]].drop_duplicates().itertuples(index=False)
    count = Counter((str(stage), str(unit)) for stage, unit, _ in rows)
    changes = [one for plan in view.draft.plans for one in plan.model.zones]
    for change in changes:
        for unit in change.units:
            count[change.stage, unit] = max(count.get((change.stage, unit), 0), len(change.schools))
    for stage, units in view.admission.unit_rules.items():
        for unit, rule in units.items():
            there, place = count.get((stage, unit), 0), view.place("unit_rules", stage, unit)
            known = unit in view.draft.ids.get("unit", ())
            if known and not there and rule != "nearest":
                problems.append(error("SCN591", place, unit, stage=stage))
            elif known and there == 1 and rule == "lottery":
                problems.append(warning("SCN599", place, unit, stage=stage, why="@one_school"))
    zoned = {stage.id for stage in view.study.model.stages if stage.zoned}
    drawn = [stage for stage, rule in view.admission.rules.items() if rule == "lottery" and stage in zoned]
    several = {stage for (stage, _), schools in count.items() if schools > 1}
    return problems + [
        warning("SCN599", view.place("rules", stage), "lottery", stage=stage, why="@one_school")
        for stage in drawn
        if stage not in several
    ]


def _feeders(view: _View) -> list[Problem]:
    """Feeders run upwards from a last grade to a school with the next one; a feeder rule has feeders."""
    order, feeders = list(view.study.model.grades), view.admission.feeders
    loops = _loops(feeders)
    problems = [error("SCN593", view.place("feeders", loop[0]), loop[0], loop=loop) for loop in loops]
    fed: set[str] = set()
    for school, target in feeders.items():
        if any(school in loop for loop in loops):
            continue
        here, there = view.grades.get(school, ()), view.grades.get(target, ())
        if not here or not there:
            continue
        after = order[order.index(here[-1]) + 1 : order.index(here[-1]) + 2]
        if not after or after[0] not in there:
            problems.append(
                error("SCN592", view.place("feeders", school), target, school=school, last=here[-1],
                      span=f"{there[0]}-{there[-1]}")
            )  # fmt: skip
        else:
            fed.add(view.study.model.stage_of_grade(after[0]).id)
    ruled = [stage.id for stage in view.study.model.stages if view.uses(stage.id, "feeder")]
    for stage in ruled:
        if stage not in fed and not problems and {*feeders, *feeders.values()} <= set(view.grades):
            key = "rules" if stage in view.admission.rules else "unit_rules"
            problems.append(warning("SCN599", view.place(key, stage), "feeder", stage=stage, why="@no_feeders"))
    if feeders and not ruled:
        why = "@no_feeder_rule"
        problems.append(warning("SCN599", view.place("feeders", key=True), "feeders", stage="@any_stage", why=why))
    return problems


def _loops(feeders: dict[str, str]) -> list[tuple[str, ...]]:
    """Chains of feeders that come back to where they began, each once."""
    loops: dict[frozenset[str], tuple[str, ...]] = {}
    for first in feeders:
        chain = [first]
        while (after := feeders.get(chain[-1])) is not None and after not in chain:
            chain.append(after)
        if after == first:
            loops.setdefault(frozenset(chain), (*chain, first))
    return list(loops.values())


def _priority(view: _View) -> list[Problem]:
    """Classes that somebody has, and that every child has one of."""
    priority, table = view.admission.priority, view.draft.tables.get("admission_classes")
    if not priority:
        return []
    given = {} if table is None else {group: _classes(table, group) for group in GROUPS}
    held = {name for group in GROUPS for name in given.get(group, ())}
    if not given.get("migrant"):
        held.add("migrant")
    problems = [
        error("SCN594", view.place("priority", number), one)
        for number, one in enumerate(priority)
        if (one not in held and table is not None) or one in priority[:number]
    ]
    bare = [] if given.get("local") else ["local"]
    bare += ["migrant"] if not given.get("migrant") and "migrant" not in priority else []
    return problems + [error("SCN598", view.place("priority", key=True), "@every_unit", group=one) for one in bare]


def _classes(table: Table, group: str) -> set[str]:
    """Classes that some children of a group are of."""
    frame = table.frame
    return set(frame["class"][(frame["group"] == group) & (frame["share"] > 0)])


def _table(draft: Draft) -> list[Problem]:
    """Shares that sum to 1, units that exist, classes that `priority` names."""
    table, study = draft.tables.get("admission_classes"), draft.study
    if table is None or study is None:
        return []
    frame, units = table.frame, draft.ids.get("unit")
    priority = {name for view in _views(draft) for name in view.admission.priority}
    problems: list[Problem] = []
    for index, (unit, name) in enumerate(zip(frame["unit"], frame["class"], strict=True)):
        if units is not None and unit not in (*units, EVERY):
            problems.append(error("SCN322", table.place(index, "unit"), unit, near=nearest(unit, units)))
        if name not in priority:
            near = nearest(name, priority)
            problems.append(
                error("SCN597", table.place(index, "class"), name, near=near, classes=tuple(sorted(priority)))
            )
    for (unit, group), rows in frame.groupby(["unit", "group"], sort=False):
        total = rows["share"].sum()
        if abs(total - 1.0) > _ROUNDING and not rows["share"].isna().any():
            place = table.place(int(rows.index[0]), "share")
            problems.append(error("SCN596", place, float(round(total, 6)), unit=unit, group=group))
    for group in GROUPS:
        mine = set(frame["unit"][frame["group"] == group])
        if mine and EVERY not in mine and units is not None:
            missing = tuple(sorted(units - mine))
            if missing and study.model.admission.priority:
                problems.append(error("SCN598", table.file, missing, group=group))
    return capped(problems, "class")
