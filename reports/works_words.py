"""What a project waits for, what strikes it and how it ends, in words; names of sources, desks and seasons."""

from collections.abc import Mapping

from reports.i18n import Labels
from reports.works_card import WorksCard


def source_name(labels: Labels, card: WorksCard, plan: str, source: str) -> str:
    """Name of a source of capital; a plan with one budget calls it `budget`."""
    names = card.funds.get(plan, {}).get(source)
    if names is not None:
        return labels.pick(names)
    return labels("works.fund.budget") if source == "budget" else source


def wait_words(labels: Labels, card: WorksCard, plan: str, cause: str) -> str:
    """A cause of `project_causes` of kind wait."""
    kind, _, what = cause.partition(":")
    if kind == "budget":
        source = source_name(labels, card, plan, what) if what else ""
        return labels("works.wait.fund", source=source) if what else labels("works.wait.budget")
    if kind == "desk":
        return labels("works.wait.desk", desk=labels.pick(card.desks.get(what, what)))
    if kind == "season" and card.seasons:
        names = labels("word.list").join(labels.pick(one.name) for one in card.seasons)
        return labels("works.wait.season_named", seasons=names)
    return labels(f"works.wait.{kind}")


def risk_words(labels: Labels, card: WorksCard, plan: str, risk: str) -> str:
    """Name of a risk; its id where nobody gave one."""
    names: Mapping[str, str] | None = card.risks.get(plan, {}).get(risk)
    return risk if names is None else labels.pick(names)


def end_words(labels: Labels, card: WorksCard, plan: str, cause: str) -> str:
    """How a project ends that never opens, a cause of kind end."""
    kind, _, risk = cause.partition(":")
    if risk:
        return labels("works.end.stopped_by", risk=risk_words(labels, card, plan, risk))
    return labels(f"works.end.{kind}")
