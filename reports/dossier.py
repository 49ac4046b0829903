"""The approval dossier (项目建议书、可研的需求章): chapters in order, each a function of the `View`."""

from collections.abc import Callable

from reports import (
    dossier_demand,
    dossier_gap,
    dossier_ground,
    dossier_money,
    dossier_options,
    dossier_risk,
    dossier_schedule,
    dossier_sites,
    dossier_size,
    dossier_state,
)
from reports.document import Block, Document, PageBreak
from reports.document_parts import document, signatures
from reports.view import View

CHAPTERS: tuple[Callable[[View], list[Block]], ...] = (
    dossier_state.chapter,
    dossier_demand.chapter,
    dossier_gap.chapter,
    dossier_size.chapter,
    dossier_options.chapter,
    dossier_sites.chapter,
    dossier_money.chapter,
    dossier_schedule.chapter,
    dossier_risk.chapter,
    dossier_ground.chapter,
)
"""A chapter with nothing to say returns no block."""


def dossier(seen: View) -> Document:
    """The dossier of a run in the language of the view."""
    blocks = [block for chapter in CHAPTERS for block in chapter(seen)]
    titles = (
        seen.labels("dossier.title", study=seen.labels.pick(seen.run.study.name)),
        seen.labels("dossier.subtitle"),
    )
    return document("dossier", seen, titles, [*blocks, PageBreak(), signatures(seen)])
