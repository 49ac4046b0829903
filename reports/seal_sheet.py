"""The sheet with which an evidence pack is signed (证据包签章页): its seal on paper, room for names and a stamp."""

from dataclasses import dataclass

from reports.document import Block, Column, Document, Paragraph, Table
from reports.document_parts import document, signatures
from reports.view import View

_GROUP = 8


@dataclass(frozen=True)
class Sealed:
    """A pack as its sheet tells of it."""

    file: str
    seal: str
    files: int
    papers: int
    copied: int
    inputs: int


def seal_sheet(seen: View, made: Sealed) -> Document:
    """The sheet in the language of the view."""
    labels = seen.labels
    facts = {
        "file": made.file,
        "seal": grouped(made.seal),
        "files": labels.integer(made.files),
        "papers": labels.integer(made.papers),
        "inputs": labels("seal.inputs_value", copied=made.copied, all=made.inputs),
    }
    columns = (Column("item", labels("seal.item")), Column("value", labels("seal.value")))
    rows = tuple((labels(f"seal.{name}"), value) for name, value in facts.items())
    blocks: list[Block] = [
        Paragraph(labels("seal.lead"), "lead"),
        Table("seal", labels("seal.table"), columns, rows),
        Paragraph(labels("seal.proves", file=made.file)),
        signatures(seen),
    ]
    titles = (labels("seal.title", study=labels.pick(seen.run.study.name)), labels("seal.subtitle"))
    return document("evidence-seal", seen, titles, blocks)


def grouped(seal: str) -> str:
    """A seal in groups that an eye can compare.

    >>> grouped("0123456789abcdef")
    '01234567 89abcdef'
    """
    return " ".join(seal[at : at + _GROUP] for at in range(0, len(seal), _GROUP))
