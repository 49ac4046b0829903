"""The part of `study.json` on building; `reports.works_card.WorksCard` reads it."""

from scenarios.bundle import Bundle
from scenarios.construction_defaults import load_defaults
from scenarios.schema_base import Names


def works_card(bundle: Bundle) -> dict[str, object]:
    """Stages with departments, seasons, desks, risks and sources of capital."""
    defaults, building = load_defaults(), bundle.study.construction
    charge = {one.stage: one for one in defaults.charge}
    shipped = {one.id: one.name for one in defaults.risks} if building.default_risks else {}
    known = shipped | {one.id: one.name for one in building.risks}
    day = building.ledger_as_of
    return {
        "stages": {
            stage: {"name": _both(name), "group": charge[stage].group, "bureau": charge[stage].bureau,
                    "source_grade": charge[stage].source_grade}
            for stage, name in defaults.stages.items()
        },
        "groups": {key: _both(name) for key, name in defaults.groups.items()},
        "bureaus": {key: _both(name) for key, name in defaults.bureaus.items()},
        "seasons": [
            {"name": _both(one.name), "stages": list(one.stages), "months": list(one.months), "pace": one.pace}
            for one in building.breaks
        ],
        "desks": {one.id: _both(one.name) for one in building.desks},
        "crews": building.crews,
        "ledger_as_of": "" if day is None else day.isoformat(),
        "funds": {
            name: {fund.id: _both(fund.name) for fund in plan.funds} for name, plan in bundle.plans.items()
        },
        "risks": {
            name: {
                key: _both(names)
                for key, names in (known | {one.id: one.name for p in plan.projects for one in p.risks}).items()
            }
            for name, plan in bundle.plans.items()
        },
    }  # fmt: skip


def _both(names: Names) -> dict[str, str]:
    return {"zh": names.zh, "en": names.en}
