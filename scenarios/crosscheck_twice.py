"""Cross-checks of what is written twice or to no effect: names in lists, buses, boarders, composite classes."""

from collections.abc import Callable, Iterator, Sequence

from scenarios.draft import Draft
from scenarios.problems import Problem, error
from scenarios.table_text import capped
from scenarios.yaml_source import Key

_COMPOSITE = ("classes", "composite")


def twice_problems(draft: Draft) -> list[Problem]:
    """Names twice in a list, buses that never run, boarders and composite classes of grades that are not there."""
    problems = [error("SCN685", place, name, key=key) for place, key, name in _repeated(draft)]
    return [*problems, *_buses(draft), *_boarders(draft), *_composite(draft)]


def _repeated(draft: Draft) -> Iterator[tuple[str, str, str]]:
    """Place, key and name of every entry that has come before in its list."""
    if draft.study is not None:
        model = draft.study.model
        composite, boarding = model.classes.composite, model.boarding
        if composite is not None:
            for key, names in (
                ("schools", composite.schools),
                ("flags", composite.flags),
                ("stages", composite.stages),
            ):
                yield from _again(draft.study.place, (*_COMPOSITE, key), names)
        if boarding is not None:
            yield from _again(draft.study.place, ("boarding", "grades"), boarding.grades)
    if draft.scenario is not None:
        yield from _again(draft.scenario.place, ("tests", "decides"), draft.scenario.model.tests.decides)
    for plan in draft.plans:
        for number, bus in enumerate(plan.model.buses):
            yield from _again(plan.place, ("buses", number, "schools"), bus.schools)
            yield from _again(plan.place, ("buses", number, "units"), bus.units)
        for number, project in enumerate(plan.model.projects):
            at = ("projects", number)
            yield from _again(plan.place, (*at, "receivers"), project.receivers)
            for name in ("when", "cancel_when", "defer_when"):
                one = getattr(project, name)
                for key in ("schools", "units") if one is not None else ():
                    yield from _again(plan.place, (*at, name, "at", key), getattr(one.at, key))


def _again(place: Callable[..., str], path: tuple[Key, ...], names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for number, name in enumerate(names):
        if name in names[:number]:
            yield place(*path, number), ".".join(key for key in path if isinstance(key, str)), name


def _buses(draft: Draft) -> list[Problem]:
    """Buses whose years all lie outside the simulation."""
    if draft.study is None:
        return []
    first, last = draft.study.model.base_year + 1, draft.study.model.horizon
    problems = []
    for plan in draft.plans:
        for number, bus in enumerate(plan.model.buses):
            ends = max(last, bus.from_year) if bus.to_year is None else bus.to_year
            # A bus that ends before it starts is told of elsewhere.
            if bus.from_year <= ends and (ends < first or bus.from_year > last):
                place = plan.place("buses", number, "from")
                problems.append(error("SCN686", place, bus.from_year, bus=bus.id, first=first, last=last))
    return problems


def _boarders(draft: Draft) -> list[Problem]:
    """Boarders of a stage or grade that their school has not had and will not have."""
    table, study, schools = draft.tables.get("boarders"), draft.study, draft.tables.get("schools")
    if table is None or study is None or schools is None:
        return []
    order = list(study.model.grades)
    spans: dict[str, set[str]] = {}
    for row in schools.frame.to_dict("records"):
        first, last = str(row["first_grade"]), str(row["last_grade"])
        if first in order and last in order:
            spans[str(row["school"])] = set(order[order.index(first) : order.index(last) + 1])
    stages = {stage.id: set(stage.grades) for stage in study.model.stages}
    problems = []
    columns = (table.frame[name] for name in ("school", "stage", "grade", "boarders"))
    for index, (school, stage, grade, count) in enumerate(zip(*columns, strict=True)):
        wanted = {grade} if grade else stages.get(stage, set())
        known = school in spans and stage in stages and (not grade or grade in order)
        if known and count > 0 and not wanted & spans[school] & stages[stage]:
            problems.append(error("SCN687", table.place(index, "boarders"), int(count), school=school, stage=stage,
                                  grade=grade or "@all"))  # fmt: skip
    return capped(problems, "boarders")


def _composite(draft: Draft) -> list[Problem]:
    """Composite classes of more grades than any of their stages has."""
    rule = None if draft.study is None else draft.study.model.classes.composite
    if draft.study is None or rule is None:
        return []
    stages = [stage for stage in draft.study.model.stages if not rule.stages or stage.id in rule.stages]
    most = max((len(stage.grades) for stage in stages), default=0)
    if not most or rule.grades_per_class <= most:
        return []
    return [error("SCN688", draft.study.place(*_COMPOSITE, "grades_per_class"), rule.grades_per_class, most=most)]
