"""Early warnings of a study: the levels that hold for its stages, and what is odd about them."""

from scenarios.draft import Draft
from scenarios.problems import Problem, error, warning
from scenarios.schema_alerts import AlertRules, StageLevels
from scenarios.schema_pack import Pack
from scenarios.schema_study import StudyFile


def alert_rules(study: StudyFile, pack: Pack | None) -> AlertRules:
    """Levels by stage, in the order of the study; stages without levels or without zones are left out."""
    found = []
    for stage in study.school_stages:
        own = [one for one in (pack.warnings if pack else ()) if stage.id in one.stages]
        if own and stage.zoned:
            levels = tuple((level.level, level.at_least) for level in own[0].levels)
            found.append(StageLevels(stage.id, own[0].code, own[0].lead_years, levels))
    return AlertRules(tuple(found), study.alerts.under_use)


def alert_problems(draft: Draft) -> list[Problem]:
    """A stage with two warnings; levels for no stage of the study; years ahead that the run does not reach."""
    if draft.study is None or draft.alert_pack is None:
        return []
    study, pack = draft.study.model, draft.alert_pack
    place = draft.study.place("alerts", "pack") if study.alerts.model_fields_set else draft.study.place()
    problems = []
    for stage in study.school_stages:
        codes = tuple(one.code for one in pack.warnings if stage.id in one.stages)
        if len(codes) > 1:
            problems.append(error("SCN654", place, stage.id, codes=codes, pack=pack.id))
    rules = alert_rules(study, pack).stages
    if not rules and study.alerts.model_fields_set:
        problems.append(warning("SCN655", place, pack.id, stages=tuple(stage.id for stage in study.stages)))
    ahead = study.horizon - study.base_year
    problems += [
        warning("SCN653", place, one.lead_years, stage=one.stage, clause=one.code, years=ahead, horizon=study.horizon)
        for one in rules
        if one.lead_years > ahead > 0
    ]
    return problems
