"""Levels of early warning as `study.json` keeps them; `reports.study_card.AlertsCard` reads it."""

from scenarios.bundle import Bundle


def alerts_card(bundle: Bundle) -> dict[str, object] | None:
    """Pack, clauses and levels that hold for the stages of a study; None without any."""
    pack, held = bundle.alert_pack, {one.code for one in bundle.alerts.stages}
    if pack is None or not held:
        return None
    return {
        "pack": pack.id,
        "name": {"zh": pack.name.zh, "en": pack.name.en},
        "under_use": bundle.alerts.under_use,
        "rules": [
            {
                "code": one.code,
                "clause": {"zh": one.clause.zh, "en": one.clause.en},
                "stages": [stage.stage for stage in bundle.alerts.stages if stage.code == one.code],
                "lead_years": one.lead_years,
                "levels": [{"level": level.level, "at_least": level.at_least} for level in one.levels],
                "source": {"zh": one.source.zh, "en": one.source.en},
                "source_grade": one.source_grade,
            }
            for one in pack.warnings
            if one.code in held
        ],
    }
