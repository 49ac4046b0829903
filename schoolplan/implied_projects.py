"""What a scenario implies of building: stages, money, approvals, risks, breaks, desks of projects, and their sources.

Projects of a plan of which the same holds stand in one row.
"""

from collections.abc import Iterator

from scenarios.construction_defaults import load_defaults
from scenarios.construction_kinds import ConstructionDefaults
from scenarios.construction_terms import StageTime, Terms, origin, terms_of
from scenarios.land_supply import land_asked
from scenarios.schema_plan import PlanFile, Project
from scenarios.schema_projects import ApprovalTerms, RiskTerms
from schoolplan.prepare import Prepared
from sim.plan_projects import Ground, ground_of

Cells = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Title, heads and rows of a table."""

_HEADS = ("plan", "projects", "what", "in_force", "from")
_SOURCE_HEADS = ("source", "text")
Said = tuple[str, str, str]
"""What it is, its value, where it comes from."""


def building_tables(prepared: Prepared) -> list[Cells]:
    """Terms of all projects by plan, and the sources of shipped numbers; nothing where no plan has a project."""
    defaults = load_defaults()
    rows: list[tuple[str, ...]] = []
    keys: set[str] = set()
    for name, plan in prepared.bundle.plans.items():
        ground = ground_of(prepared.bundle, name, defaults, prepared.model.base_year)
        together: dict[Said, list[str]] = {}
        for project in plan.projects:
            terms = terms_of(project, ground.study, defaults, ground.observed)
            keys |= _keys(terms)
            for said in _said(project, plan, terms, ground):
                together.setdefault(said, []).append(project.id)
        rows += [(name, ", ".join(projects), *said) for said, projects in together.items()]
    if not rows:
        return []
    texts = tuple((key, text) for key, text in defaults.sources.items() if key in keys | _shrunk(rows, defaults))
    return [("explain.building", _HEADS, tuple(rows)), ("explain.building_sources", _SOURCE_HEADS, texts)]


def _said(project: Project, plan: PlanFile, terms: Terms, ground: Ground) -> Iterator[Said]:
    study, defaults = ground.study, ground.defaults
    for source, times in _by_source(terms).items():
        yield "stages", ", ".join(f"{stage} {_points(time, defaults)}" for stage, time in times.items()), source
    if terms.crew:
        yield "crew", f"1 / {study.crews}", "study"
    if project.cost:
        shares = ", ".join(f"{stage} {share:.1%}" for stage, share in terms.payments.items())
        keys = " ".join(dict.fromkeys(key for one in defaults.kinds[project.kind].payments for key in one.sources))
        yield "payments", shares, f"default {keys}"
        funds = project.funding or ({plan.funds[0].id: 1.0} if plan.funds else {"budget": 1.0})
        yield "funds", ", ".join(f"{name} {share:.0%}" for name, share in funds.items()), "plan"
    for approval, ends, begins in terms.approvals:
        yield "approval", f"{ends}: {approval.months:g} months, until {begins}", _from(approval, "study")
    for risk, stage, again in terms.risks:
        yield "risk", _risk(risk, stage, again), _from(risk, "plan" if risk in project.risks else "study")
    for rest, stages in terms.breaks:
        months = " ".join(str(month) for month in rest.months)
        yield "break", f"{rest.id}: {', '.join(stages)} in months {months} at {rest.pace:.0%}", "study"
    for stage, desk in terms.desks.items():
        files = next(one.files for one in study.desks if one.id == desk)
        yield "desk", f"{stage}: {desk} ({files})", "study"
    for other, stage in terms.after:
        yield "after", f"{stage} after {other}", "plan"
    if (land := _land(project, plan, terms, ground)) is not None:
        yield "land", land, "plan"
    for what, value in (("parcel", project.parcel), ("ledger", project.ledger), ("until", project.until)):
        if value is not None:
            yield what, str(value), "plan"


def _land(project: Project, plan: PlanFile, terms: Terms, ground: Ground) -> str | None:
    """What the stage of land waits for; None: nothing."""
    if plan.land is None or terms.land is None:
        return None
    parts, month = [], plan.land.parcels.get(project.parcel or "")
    if month is not None:
        parts.append(f"{terms.land} ends not before {month}")
    asked = None if plan.land.quota is None else land_asked(project, ground.parcels)
    if asked is not None:
        parts.append(f"{asked.mu:.4g} mu of the quota ({asked.said_by})")
    return "; ".join(parts) or None


def _by_source(terms: Terms) -> dict[str, dict[str, StageTime]]:
    """Stages by where their numbers come from, in order."""
    found: dict[str, dict[str, StageTime]] = {}
    for stage, time in terms.times.items():
        found.setdefault(_from(time, time.level), {})[stage] = time
    return found


def _from(term: StageTime | ApprovalTerms | RiskTerms, level: str) -> str:
    keys, grade = origin(term)
    return f"default {' '.join(keys)} ({grade})" if keys else level


def _points(time: StageTime, defaults: ConstructionDefaults) -> str:
    said = "/".join(f"{month:g}" for month in time.months)
    if not time.observed:
        return said
    weight = len(time.observed) / (len(time.observed) + defaults.shrinkage.projects)
    return f"{said} + {len(time.observed)} observed ({weight:.0%})"


def _risk(risk: RiskTerms, stage: str, again: tuple[str, ...]) -> str:
    parts = [f"{risk.id} {risk.probability:.0%} at {stage}"]
    if risk.months[2] > 0:
        parts.append("+" + "/".join(f"{month:g}" for month in risk.months) + " months")
    if risk.cost_share:
        parts.append(f"+{risk.cost_share:.0%} cost")
    if again:
        parts.append(f"again {' '.join(again)}")
    return ", ".join([*parts, *(["stops"] if risk.stops else [])])


def _keys(terms: Terms) -> set[str]:
    """Keys of the sources that the shipped numbers of a project name."""
    named: list[StageTime | ApprovalTerms | RiskTerms] = [*terms.times.values()]
    named += [*(one for one, _, _ in terms.approvals), *(one for one, _, _ in terms.risks)]
    return {key for one in named for key in origin(one)[0]}


def _shrunk(rows: list[tuple[str, ...]], defaults: ConstructionDefaults) -> set[str]:
    """Sources of payments, and of the weights of observed durations where there are any."""
    paid = {key for kind in defaults.kinds.values() for one in kind.payments for key in one.sources}
    used = paid if any(what == "payments" for _, _, what, _, _ in rows) else set()
    return used | (set(defaults.shrinkage.sources) if any("observed (" in value for *_, value, _ in rows) else set())
