"""Cross-checks of plans and money that can be read and hardly be meant: yuan for 万元, sources that pay for nothing,
conditions that always or never hold, hearings that come too late.
"""

from itertools import pairwise

from scenarios.construction_defaults import load_defaults
from scenarios.crosscheck_building import sound_terms
from scenarios.crosscheck_hopeless import earliest_openings
from scenarios.crosscheck_plans import PlanView, views
from scenarios.draft import Draft, Read
from scenarios.guarded import guarded
from scenarios.problems import Problem, note, warning
from scenarios.schema_plan import Project
from scenarios.schema_projects import RiskTerms
from scenarios.schema_study import StudyFile
from scenarios.schema_triggers import When
from scenarios.school_marks import school_flags

COUNTS = ("pupils", "births", "beyond_seats")
"""Signals that count people."""
RATIO_MEANT = 2.0
"""A bound of a count of people up to this, with decimals, is taken for a ratio that was meant."""
YUAN = 10_000.0
"""Yuan in 万元, the unit of amounts."""
PROJECT_MOST = 100_000.0
"""Cost of one project above which yuan were probably meant [万元]: a thousand million yuan."""
YEARLY_MOST = {"school": 10_000.0, "class": 200.0, "post": 200.0, "boarder": 10.0, "pupil": 10.0}
"""Running costs a year above which yuan were probably meant [万元]."""
JUMP = 10.0
"""Factor between the budgets of two years above which units were probably mixed."""


def hardly_problems(draft: Draft) -> list[Problem]:
    """Problems of all checks of this module."""
    problems = (
        [] if draft.study is None else _yearly(draft.study) + _marks(draft, draft.study) + _study_risks(draft.study)
    )
    for view in views(draft):
        opens = earliest_openings(view)
        problems += _unused_sources(view) + _money_late(view)
        for number, project in enumerate(view.plan.model.projects):
            problems += _project(view, project, number) + _conditions(view, project, number)
            problems += _hearing(view, project, number, opens.get(project.id))
    return problems


def _yearly(read: Read[StudyFile]) -> list[Problem]:
    """Running costs and budgets in yuan instead of 万元."""
    money = read.model.money
    if money is None:
        return []
    own = money.operating
    given: list[tuple[str, float | None, tuple[str, ...]]] = [
        ("school", own.school, ("school",)),
        ("class", own.class_, ("class",)),
        ("post", own.post, ("post",)),
        ("boarder", own.boarder, ("boarder",)),
        *(("pupil", amount, ("pupil", stage)) for stage, amount in own.pupil.items()),
    ]
    problems = [
        warning(
            "SCN829",
            read.place("money", "operating", *path),
            f"{amount:.12g}",
            key=".".join(path),
            meant=f"{amount / YUAN:g}",
        )
        for name, amount, path in given
        if amount is not None and amount > YEARLY_MOST[name]
    ]
    years = money.education_budget
    for before, year in pairwise(sorted(years)):
        if not years[before] / JUMP <= years[year] <= years[before] * JUMP:
            place = read.place("money", "education_budget", year)
            problems.append(
                warning("SCN830", place, f"{years[year]:.12g}", year=year, before=f"{years[before]:.12g}", last=before)
            )
    return problems


def _marks(draft: Draft, read: Read[StudyFile]) -> list[Problem]:
    """Marks that are to protect schools, and that no school has."""
    section, table = read.model.closures, draft.tables.get("schools")
    if section is None or not section.protected or table is None or "flags" not in table.frame:
        return []
    flags = school_flags(dict(zip(table.frame["school"], table.frame["flags"], strict=True)))
    known = frozenset[str]().union(*flags.values())
    return [
        note("SCN821", read.place("closures", "protected", n), mark, known=tuple(sorted(known)) or "@none")
        for n, mark in enumerate(section.protected)
        if mark not in known
    ]


def _study_risks(read: Read[StudyFile]) -> list[Problem]:
    """Risks of the study without effect, or of kinds that never pass their stage."""
    problems: list[Problem] = []
    defaults = load_defaults()
    for n, risk in enumerate(read.model.construction.risks):
        at = ("construction", "risks", n)
        if _no_effect(risk):
            problems.append(warning("SCN812", read.place(*at), risk.id))
        passed = [
            kind
            for kind in risk.kinds
            if risk.stage in (item := defaults.kinds[kind]).steps or risk.stage in defaults.durations_of(item)
        ]
        if risk.kinds and not passed and risk.stage in defaults.stages:
            problems.append(warning("SCN813", read.place(*at, "kinds"), risk.kinds, risk=risk.id, stage=risk.stage))
    return problems


def _no_effect(risk: RiskTerms) -> bool:
    """Whether nothing follows from it; probability 0 takes a shipped risk away and needs no effect."""
    return risk.probability > 0 and not (any(risk.months) or risk.cost_share or risk.repeats or risk.stops)


def _unused_sources(view: PlanView) -> list[Problem]:
    """Sources that pay for no project; what is not funded by name is paid from the first source."""
    funds, projects = view.plan.model.funds, [one for one in view.plan.model.projects if one.cost > 0]
    named = {name for one in projects for name in one.funding}
    if view.plan.model.budget or named - {fund.id for fund in funds}:  # told as SCN529 and SCN708
        return []
    first = funds[0].id if funds else ""
    paid = named | ({first} if any(not one.funding for one in projects) else set())
    return [
        warning("SCN818", view.plan.place("funds", n), fund.id, money=f"{sum(fund.by_year.values()):g}", first=first)
        for n, fund in enumerate(funds)
        if projects and fund.id not in paid and sum(fund.by_year.values()) > 0
    ]


def _money_late(view: PlanView) -> list[Problem]:
    """Money of years after the horizon."""
    study, plan = view.draft.study, view.plan.model
    if study is None:
        return []
    horizon = study.model.horizon
    sources: list[tuple[tuple[str | int, ...], dict[int, float]]] = [(("budget",), plan.budget)]
    sources += [(("funds", n, "by_year"), fund.by_year) for n, fund in enumerate(plan.funds)]
    problems: list[Problem] = []
    for path, years in sources:
        late = [year for year, amount in years.items() if year > horizon and amount > 0]
        if late:
            money = f"{sum(years[year] for year in late):g}"
            place = view.plan.place(*path, late[0], key=True)
            problems.append(warning("SCN816", place, ", ".join(map(str, late)), money=money, horizon=horizon))
    return problems


def _project(view: PlanView, project: Project, number: int) -> list[Problem]:
    plan, problems, told = view.plan, [], {"project": project.id}
    at = ("projects", number)
    if project.cost > PROJECT_MOST:
        params = {**told, "meant": f"{project.cost / YUAN:g}"}
        problems.append(warning("SCN817", plan.place(*at, "cost"), f"{project.cost:.12g}", **params))
    if (
        project.kind == "boarding_centre"
        and project.adds is not None
        and project.adds.beds == 0
        and any(project.adds.model_dump().values())
    ):
        problems.append(warning("SCN822", plan.place(*at, "adds"), "0", **told))
    closes = next((one for one in plan.model.projects if one.kind == "closure" and one.school == project.school), None)
    if project.adds is not None and project.school is not None and closes is not None and project.kind != "temporary":
        place = plan.place(*at, "school")
        problems.append(warning("SCN823", place, project.school, closure=closes.id, **told))
    for n, risk in enumerate(project.risks):
        if _no_effect(risk):
            problems.append(warning("SCN812", plan.place(*at, "risks", n), risk.id))
    return problems


def _conditions(view: PlanView, project: Project, number: int) -> list[Problem]:
    """Bounds that never hold or mean a share, and a project that is given up whenever it is begun."""
    problems: list[Problem] = []
    for name in ("when", "cancel_when", "defer_when"):
        one: When | None = getattr(project, name)
        if one is None or (one.above is None) == (one.below is None):
            continue
        key = "above" if one.below is None else "below"
        bound = float(getattr(one, key))
        place = view.plan.place("projects", number, name, key)
        told = {"project": project.id, "trigger": name, "signal": one.signal}
        if one.below == 0:
            problems.append(warning("SCN825", place, "below: 0", **told))
        elif one.signal in COUNTS and bound <= RATIO_MEANT and bound != int(bound):
            problems.append(warning("SCN824", place, f"{bound:g}", **told))
    begun, ended = project.when, project.cancel_when
    if begun is not None and ended is not None and _whenever(begun, ended):
        place = view.plan.place("projects", number, "cancel_when", key=True)
        problems.append(warning("SCN827", place, ended.signal, project=project.id))
    return problems


def _whenever(begun: When, ended: When) -> bool:
    """Whether the second holds on every 1 September on which the first does."""
    if begun.signal != ended.signal or begun.at != ended.at or ended.years > begun.years:
        return False
    if ended.from_year is not None and (begun.from_year is None or ended.from_year > begun.from_year):
        return False
    if ended.until is not None and (begun.until is None or ended.until < begun.until):
        return False
    if begun.above is not None and ended.above is not None:
        return ended.above <= begun.above
    return begun.below is not None and ended.below is not None and ended.below >= begun.below


def _hearing(view: PlanView, project: Project, number: int, opens: int | None) -> list[Problem]:
    """Hearings that come too late: planned after the horizon, or held after the closure is due."""
    study, guards = view.draft.study, project.guards
    if study is None or guards is None or guards.hearing is None or not guarded(study.model.closures, project):
        return []
    held, planned = guards.hearing.held, guards.hearing.planned
    at = ("projects", number, "guards", "hearing")
    told = {"project": project.id}
    if planned is not None and planned >= f"{study.model.horizon}-09":
        return [warning("SCN820", view.plan.place(*at, "planned"), planned, horizon=study.model.horizon, **told)]
    if held is not None and opens is not None and held >= f"{opens}-09" and sound_terms(view, project) is not None:
        return [warning("SCN819", view.plan.place(*at, "held"), held, opens=opens, **told)]
    return []
