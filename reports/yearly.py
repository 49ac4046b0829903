"""The yearly analysis report (年度优质均衡发展分析报告): this year against last, the forecast scored, what changed."""

from collections.abc import Callable

from reports import yearly_changes, yearly_classes, yearly_inputs, yearly_pupils, yearly_score
from reports.document import Block, Document, PageBreak, Paragraph
from reports.document_parts import document, signatures
from reports.yearly_data import Yearly

CHAPTERS: tuple[Callable[[Yearly], list[Block]], ...] = (
    yearly_pupils.chapter,
    yearly_classes.chapter,
    yearly_score.chapter,
    yearly_changes.chapter,
    yearly_inputs.chapter,
)


def yearly(made: Yearly) -> Document:
    """The report in the language of the view."""
    words = made.labels
    blocks = [block for chapter in CHAPTERS for block in chapter(made)]
    gap = made.year - made.before
    told = [Paragraph(words("yearly.gap", n=gap), "warning")] if gap != 1 else []
    titles = (
        words("yearly.title", study=words.pick(made.run.study.name), year=made.year),
        words("yearly.subtitle", last=words.school_year(made.before), now=words.school_year(made.year)),
    )
    return document("yearly", made.seen, titles, [*told, *blocks, PageBreak(), signatures(made.seen)])
