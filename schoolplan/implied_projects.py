"""What a scenario implies of building: stages, money, approvals, risks, breaks, desks of projects, and their sources.

Projects of a plan of which the same holds stand in one row.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scenarios.construction_defaults import load_defaults
from scenarios.construction_kinds import ConstructionDefaults
from scenarios.construction_terms import StageTime, Terms, origin, terms_of
from scenarios.land_supply import land_asked
from scenarios.schema_base import Names
from scenarios.schema_plan import PlanFile, Project
from scenarios.schema_projects import ApprovalTerms, RiskTerms
from schoolplan.cli_texts import say
from schoolplan.prepare import Prepared
from sim.plan_projects import Ground, ground_of

Cells = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Title, heads and rows of a table."""

_HEADS = ("plan", "projects", "what", "in_force", "from")
_SOURCE_HEADS = ("source", "text")
Said = tuple[str, str, str]
"""What it is, its value, where it comes from."""


def building_tables(prepared: Prepared, lang: str = "en") -> list[Cells]:
    """Terms of all projects by plan, and the sources of shipped numbers; nothing where no plan has a project.

    lang: "zh" says stages, risks, sources and desks by their names, "en" by their ids.
    """
    defaults = load_defaults()
    rows: list[tuple[str, ...]] = []
    keys: set[str] = set()
    for name, plan in prepared.bundle.plans.items():
        ground = ground_of(prepared.bundle, name, defaults, prepared.model.base_year)
        together: dict[Said, list[str]] = {}
        for project in plan.projects:
            terms = terms_of(project, ground.study, defaults, ground.observed)
            keys |= _keys(terms) | _shrunk(project, terms, defaults)
            for said in _said(project, plan, terms, _Ground(ground, lang)):
                together.setdefault(said, []).append(project.id)
        rows += [(name, ", ".join(projects), *said) for said, projects in together.items()]
    if not rows:
        return []
    texts = tuple((key, text) for key, text in defaults.sources.items() if key in keys)
    return [("explain.building", _HEADS, tuple(rows)), ("explain.building_sources", _SOURCE_HEADS, texts)]


@dataclass(frozen=True)
class _Ground:
    """What holds for a plan, and the language in which it is told."""

    ground: Ground
    lang: str

    def say(self, key: str, **values: object) -> str:
        return say(f"built.{key}", self.lang, **values)

    def named(self, name: str, names: Names | None) -> str:
        """The id in English, where files are read beside it; the name in Chinese."""
        return name if names is None or self.lang == "en" else names.zh

    def stage(self, name: str) -> str:
        return self.named(name, self.ground.defaults.stages.get(name))

    def join(self, parts: Iterable[str], key: str = "list") -> str:
        return self.say(key).join(parts)


def _said(project: Project, plan: PlanFile, terms: Terms, on: _Ground) -> Iterator[Said]:
    for what, value, source in (*_stages(project, plan, terms, on), *_waiting(project, plan, terms, on)):
        yield on.say(f"what.{what}"), value, source


def _stages(project: Project, plan: PlanFile, terms: Terms, on: _Ground) -> Iterator[Said]:
    """Stages, crews, money, approvals and risks."""
    study, defaults = on.ground.study, on.ground.defaults
    for source, times in _by_source(terms, on).items():
        parts = [on.say("stage", stage=on.stage(name), points=_points(time, on)) for name, time in times.items()]
        yield "stages", on.join(parts), source
    if terms.crew:
        yield "crew", on.say("crew", crews=study.crews), on.say("from.study")
    if project.cost:
        shares = [on.say("share", name=on.stage(name), share=f"{share:.1%}") for name, share in terms.payments.items()]
        keys = " ".join(dict.fromkeys(key for one in defaults.kinds[project.kind].payments for key in one.sources))
        yield "payments", on.join(shares), on.say("from.default_ungraded", keys=keys)
        yield "funds", on.join(_funds(project, plan, on)), on.say("from.plan")
    for approval, ends, begins in terms.approvals:
        values = {"ends": on.stage(ends), "months": f"{approval.months:g}", "until": on.stage(begins)}
        yield "approval", on.say("approval", **values), _from(approval, "study", on)
    for risk, stage, again in terms.risks:
        yield "risk", _risk(risk, stage, again, on), _from(risk, "plan" if risk in project.risks else "study", on)


def _waiting(project: Project, plan: PlanFile, terms: Terms, on: _Ground) -> Iterator[Said]:
    """Breaks, desks, other projects, land, the ledger."""
    study, of_study, of_plan = on.ground.study, on.say("from.study"), on.say("from.plan")
    for rest, stages in terms.breaks:
        months = on.join((str(month) for month in rest.months), "months")
        values = {"name": on.named(rest.id, rest.name), "stages": on.join(on.stage(one) for one in stages)}
        yield "break", on.say("break", months=months, pace=f"{rest.pace:.0%}", **values), of_study
    for stage, desk in terms.desks.items():
        own = next(one for one in study.desks if one.id == desk)
        yield "desk", on.say("desk", stage=on.stage(stage), desk=on.named(desk, own.name), files=own.files), of_study
    for other, stage in terms.after:
        yield "after", on.say("after", stage=on.stage(stage), other=other), of_plan
    if (land := _land(project, plan, terms, on)) is not None:
        yield "land", land, of_plan
    for what, value in (("parcel", project.parcel), ("ledger", project.ledger), ("until", project.until)):
        if value is not None:
            yield what, str(value), of_plan


def _funds(project: Project, plan: PlanFile, on: _Ground) -> Iterator[str]:
    """Sources that pay for a project, with their shares."""
    names = {one.id: on.named(one.id, one.name) for one in plan.funds} | {"": on.say("budget")}
    shares = project.funding or {plan.funds[0].id if plan.funds else "": 1.0}
    return (on.say("share", name=names.get(name, name), share=f"{share:.0%}") for name, share in shares.items())


def _land(project: Project, plan: PlanFile, terms: Terms, on: _Ground) -> str | None:
    """What the stage of land waits for; None: nothing."""
    if plan.land is None or terms.land is None:
        return None
    parts, month = [], plan.land.parcels.get(project.parcel or "")
    if month is not None:
        parts.append(on.say("land_month", stage=on.stage(terms.land), month=month))
    asked = None if plan.land.quota is None else land_asked(project, on.ground.parcels)
    if asked is not None:
        parts.append(on.say("land_mu", mu=f"{asked.mu:.4g}", by=asked.said_by))
    return on.join(parts, "land_join") or None


def _by_source(terms: Terms, on: _Ground) -> dict[str, dict[str, StageTime]]:
    """Stages by where their numbers come from, in order."""
    found: dict[str, dict[str, StageTime]] = {}
    for stage, time in terms.times.items():
        found.setdefault(_from(time, time.level, on), {})[stage] = time
    return found


def _from(term: StageTime | ApprovalTerms | RiskTerms, level: str, on: _Ground) -> str:
    keys, grade = origin(term)
    return on.say("from.default", keys=" ".join(keys), grade=grade) if keys else on.say(f"from.{level}")


def _points(time: StageTime, on: _Ground) -> str:
    said = "/".join(f"{month:g}" for month in time.months)
    if not time.observed:
        return said
    weight = len(time.observed) / (len(time.observed) + on.ground.defaults.shrinkage.projects)
    return on.say("points", months=said, n=len(time.observed), weight=f"{weight:.0%}")


def _risk(risk: RiskTerms, stage: str, again: tuple[str, ...], on: _Ground) -> str:
    name = on.named(risk.id, risk.name)
    parts = [on.say("risk", risk=name, chance=f"{risk.probability:.0%}", stage=on.stage(stage))]
    if risk.months[2] > 0:
        parts.append(on.say("risk_months", months="/".join(f"{month:g}" for month in risk.months)))
    if risk.cost_share:
        parts.append(on.say("risk_cost", share=f"{risk.cost_share:.0%}"))
    if again:
        parts.append(on.say("risk_again", stages=on.join((on.stage(one) for one in again), "months")))
    return on.join([*parts, *([on.say("risk_stops")] if risk.stops else [])])


def _keys(terms: Terms) -> set[str]:
    """Keys of the sources that the shipped numbers of a project name."""
    named: list[StageTime | ApprovalTerms | RiskTerms] = [*terms.times.values()]
    named += [*(one for one, _, _ in terms.approvals), *(one for one, _, _ in terms.risks)]
    return {key for one in named for key in origin(one)[0]}


def _shrunk(project: Project, terms: Terms, defaults: ConstructionDefaults) -> set[str]:
    """Sources of payments, and of the weights of observed durations where there are any."""
    paid = {key for kind in defaults.kinds.values() for one in kind.payments for key in one.sources}
    used = paid if project.cost else set()
    return used | (set(defaults.shrinkage.sources) if any(time.observed for time in terms.times.values()) else set())
