"""Triggers of a plan for the study card, and as rows of `explain`."""

from scenarios.bundle import Bundle
from scenarios.schema_plan import PlanFile
from scenarios.schema_triggers import When


def trigger_cards(bundle: Bundle, plan: PlanFile) -> list[dict[str, object]]:
    """Every trigger of a plan, in file order; `reports.study_card.TriggerCard` reads it."""
    names = _unit_names(bundle)
    return [
        {
            "project": project.id,
            "act": act,
            "signal": when.signal,
            "schools": list(when.at.schools),
            "units": [names[unit] for unit in when.at.units],
            "stage": when.at.stage or "",
            "above": when.above,
            "below": when.below,
            "years": when.years,
            "lag_months": when.lag_months,
            "from": when.from_year,
            "until": when.until,
            "months": months,
            "phase_of": (project.phase_of or "") if act == "start" else "",
        }
        for project in plan.projects
        for act, when, months in (
            ("start", project.when, 0),
            ("defer", project.defer_when, 0 if project.defer_when is None else project.defer_when.months),
            ("cancel", project.cancel_when, 0),
        )
        if when is not None
    ]


def _unit_names(bundle: Bundle) -> dict[str, dict[str, str]]:
    table = bundle.tables["units"]
    return {
        str(unit): {"zh": str(zh), "en": str(en)}
        for unit, zh, en in zip(table["unit"], table["name_zh"], table["name_en"], strict=True)
    }


EXPLAIN_HEADS = (
    "plan",
    "project",
    "act",
    "signal",
    "seen_at",
    "seen_bound",
    "years_in_a_row",
    "lag_months",
    "between",
    "phase_of",
)


def explain_rows(bundle: Bundle) -> tuple[tuple[str, ...], ...]:
    """Triggers of all plans as text, for `explain`; none without triggers."""
    rows = []
    for name, plan in bundle.plans.items():
        for project in plan.projects:
            for act, when in (
                ("start", project.when), ("defer", project.defer_when), ("cancel", project.cancel_when),
            ):  # fmt: skip
                if when is not None:
                    after = project.phase_of if act == "start" else None
                    rows.append((name, project.id, f"act_{act}", *_seen(when), *_terms(when), after or "-"))
    return tuple(rows)


def waiting_projects(plan: PlanFile) -> frozenset[str]:
    """Projects that nobody can date before a run: begun when something is seen, or after one that is."""
    waiting = {project.id for project in plan.projects if project.when is not None}
    while True:
        more = {p.id for p in plan.projects if p.id not in waiting and waiting.intersection(a.project for a in p.after)}
        if not more:
            return frozenset(waiting)
        waiting |= more


def _seen(when: When) -> tuple[str, str, str]:
    """Signal, place and bound."""
    at = when.at
    where = " ".join([*at.schools, *at.units, *([f"({at.stage})"] if at.stage else [])]) or "whole_county"
    bound = f"> {when.above:g}" if when.above is not None else f"< {when.below:g}"
    return f"signal_{when.signal}", where, bound


def _terms(when: When) -> tuple[str, ...]:
    ends = ["" if year is None else str(year) for year in (when.from_year, when.until)]
    return (str(when.years), str(when.lag_months), "-".join(ends))
