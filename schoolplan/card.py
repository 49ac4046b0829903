"""The study card of a run folder (`study.json`): names, clauses and settings that a reader of results needs."""

from collections.abc import Iterable

from scenarios.balance_words import COUNTED
from scenarios.bundle import Bundle
from scenarios.pack_rules import named
from scenarios.schema_base import Names, Source
from scenarios.schema_clause import Clause
from scenarios.schema_pack import Rule
from scenarios.schema_plan import Addition, PlanFile
from scenarios.schema_quotas import Quota
from scenarios.schema_study import StudyFile
from schoolplan.alerts_card import alerts_card
from schoolplan.balance_card import judged_clauses, target_cards
from schoolplan.births_card import births_sources
from schoolplan.calibration_card import as_document, past_of
from schoolplan.data_quality import quality_card
from schoolplan.guards_card import guard_cards
from schoolplan.overrides_card import overrides_card
from schoolplan.prepare import Options, Prepared
from schoolplan.triggers_card import trigger_cards
from schoolplan.works_card import works_card
from sim.boarding_rows import BEDS_RULE
from sim.bounds import ROOMS_RULE
from sim.clauses_inputs import clause_inputs
from sim.ladders import whole

BEDS_BESIDE = {
    "zh": "每个寄宿生有一张床位（本软件的检查，不计入总判定）",
    "en": "Every boarder has a bed (a check of this program, outside the headline)",
}
BEDS_CLAUSE = {
    "zh": "每个寄宿生有一张床位（本软件的检查）",
    "en": "Every boarder has a bed (a check of this program)",
}
ROOMS_CLAUSE = {
    "zh": "每个有学生的年级至少有一间普通教室（本软件的检查）",
    "en": "Every grade with pupils has a general classroom (a check of this program)",
}


def study_card(prepared: Prepared, chosen: Options) -> dict[str, object]:
    """What was simulated; `reports.study_card.StudyCard` reads it."""
    bundle, study = prepared.bundle, prepared.bundle.study
    past = past_of(prepared)
    return {
        "schema_version": 1,
        "id": study.id,
        "name": _both(study.name),
        "synthetic": study.synthetic,
        "note": _both(study.note),
        "language": study.language,
        "base_year": study.base_year,
        "horizon": study.horizon,
        "window": list(prepared.assessment.window),
        "assessment_year": bundle.scenario.tests.assessment_year,
        "draws": chosen.draws,
        "seed": chosen.seed,
        "crs": study.crs,
        "calibrated": past.calibrated,
        "calibration": as_document(past),
        "p_required": prepared.assessment.required,
        "standards": bundle.pack.id,
        "reference_future": study.reference_future,
        "stages": [
            {"id": s.id, "name": _both(s.name), "grades": list(s.grades), "planned_class_size": s.planned_class_size}
            for s in study.stages
        ],
        "futures": [
            {
                "id": f.id,
                "name": _both(f.name),
                "note": _both(f.note),
                "sources": _sources((*f.sources, *births_sources(bundle, f))),
                "overrides": overrides_card(bundle, f"future:{f.id}"),
            }
            for f in bundle.futures.values()
        ],
        "plans": [
            _plan_card(plan)
            | {"overrides": overrides_card(bundle, f"plan:{plan.id}"), "triggers": trigger_cards(bundle, plan)}
            | guard_cards(bundle, plan)
            for plan in bundle.plans.values()
        ],
        "overrides": overrides_card(bundle, "scenario"),
        "milestones": [
            {"id": one.id, "year": one.year, "name": _both(one.name)} for one in bundle.scenario.tests.milestones
        ],
        "rules": rule_cards(prepared),
        "standard_school": list(() if bundle.pack.standard_school is None else bundle.pack.standard_school.requires),
        "alerts": alerts_card(prepared.bundle),
        "sources": _sources((*study.sources, *_declared(study))),
        "data_quality": quality_card(prepared),
        "works": works_card(bundle),
        **_prices(bundle),
    }


def _prices(bundle: Bundle) -> dict[str, object]:
    """Prices of missing and empty seats, where the study declares them."""
    prices = None if bundle.money is None else bundle.money.prices
    return {} if prices is None else {"prices": prices.model_dump()}


def rule_cards(prepared: Prepared) -> list[dict[str, object]]:
    """Rules that apply to a school of the study, our own check on rooms, and clauses on indicators that are judged."""
    applied = {bound.code for bound in prepared.assessment.bounds}
    own: dict[str, object] = {
        "code": ROOMS_RULE,
        "clause": ROOMS_CLAUSE,
        "indicator": "rooms",
        "stages": [stage.id for stage in prepared.bundle.study.stages],
        "scope": "school",
        "bound": 0,
        "unit": "grades",
        "source": "schoolplan",
        "source_grade": "",
    }
    rules = [_rule_card(rule) for rule in prepared.bundle.pack.rules if rule.code in applied]
    boards = prepared.bundle.study.boarding is not None
    decides = prepared.bundle.scenario.tests.decides
    text = BEDS_CLAUSE if (joins := named(BEDS_RULE, decides)) else BEDS_BESIDE
    beds = own | {"code": BEDS_RULE, "clause": text, "indicator": "beds", "unit": "pupils", "decides": joins}
    county = [
        _rule_card(clause)
        | {"direction": clause.direction, "decides": clause.indicator in COUNTED and named(clause.code, decides)}
        for clause in judged_clauses(prepared)
    ]
    return [*rules, own, *([beds] if boards else []), *_clauses(prepared), *county, *target_cards(prepared)]


def _clauses(prepared: Prepared) -> list[dict[str, object]]:
    """Clauses on indicators of schools that a run judges, in the order of the pack."""
    bundle = prepared.bundle
    bounds = clause_inputs(bundle, whole(prepared.model)).bounds
    decides = {bound.code: bound.decides for bound in bounds}
    stages = {code: [bound.stage for bound in bounds if bound.code == code and bound.stages] for code in decides}
    return [
        _rule_card(clause)
        | {"stages": stages[clause.code], "direction": clause.direction, "decides": decides[clause.code]}
        for clause in bundle.pack.clauses
        if clause.code in decides
    ]


def bound_of(rule: Rule | Clause) -> float | None:
    """The bound of a rule, of a clause by sizes the strictest one."""
    if rule.bound is not None or isinstance(rule, Rule) or not rule.sizes:
        return rule.bound
    values = [one.bound for one in rule.sizes]
    return max(values) if rule.direction == "at_least" else min(values)


def _rule_card(rule: Rule | Clause) -> dict[str, object]:
    return {
        "code": rule.code,
        "clause": _both(rule.clause),
        "indicator": rule.indicator,
        "stages": list(rule.stages),
        "scope": rule.scope,
        "bound": bound_of(rule),
        "unit": rule.unit,
        "valid_from": str(rule.valid_from),
        "source": _both(rule.source),
        "source_grade": rule.source_grade,
    }


def _plan_card(plan: PlanFile) -> dict[str, object]:
    projects = [
        {
            "id": project.id,
            "name": _both(project.name),
            "kind": project.kind,
            "cost": project.cost,
            "start": project.start,
            "receivers": list(project.receivers),
            "priority": project.priority,
            "tags": list(project.tags),
            "school": (project.new.school if project.new is not None else project.school) or "",
            "opens": project.opens,
            "owner": _both(project.owner),
            "funding": dict(project.funding),
            "ledger": project.ledger or "",
            "adds": [kind for kind in Addition.model_fields if getattr(project.new or project.adds, kind, None)],
        }
        for project in plan.projects
    ]
    return {
        "id": plan.id,
        "name": _both(plan.name),
        "note": _both(plan.note),
        "budget": plan.capital,
        "projects": projects,
        "quotas": [quota_card(quota) for quota in plan.quotas],
        "buses": {bus.id: _both(bus.name) for bus in plan.buses},
        "owner": _both(plan.owner),
    }


def quota_card(quota: Quota) -> dict[str, object]:
    """A quota with what it counts; `reports.study_card.QuotaCard` reads it."""
    tag, flag = quota.counts.projects_with_tag, quota.counts.schools_with_flag
    said = f"flag:{flag}" if tag is None else f"tag:{tag}"
    return {"id": quota.id, "name": _both(quota.name), "counts": said, "note": _both(quota.note)}


def _declared(study: StudyFile) -> list[Source]:
    """A declared break, as a source of the spread."""
    declared = study.spread.structural_break
    if declared is None:
        return []
    years = "、".join(str(year) for year in declared.years) or "每年"
    sizes = f"全县 ±{declared.everywhere_sd:.0%}、单校 ±{declared.school_sd:.0%}（标准差）"
    said = f"申报：{years}发生的概率{declared.probability:.0%}，{sizes}"
    english = (
        f"declared: probability {declared.probability:.0%} in {', '.join(map(str, declared.years)) or 'any year'}, sd"
        f" {declared.everywhere_sd:.0%} for all schools, {declared.school_sd:.0%} for single ones"
    )
    item = {"zh": f"突变：{declared.name.zh}", "en": f"Break: {declared.name.en}"}
    return [Source.model_validate({"item": item, "source": {"zh": said, "en": english}})]


def _both(names: Names | None) -> dict[str, str]:
    return {} if names is None else {"zh": names.zh, "en": names.en}


def _sources(sources: Iterable[Source]) -> list[dict[str, dict[str, str]]]:
    return [{"item": _both(source.item), "source": _both(source.source)} for source in sources]
