"""An explanation as data: sentences, and every number in them with the cells of the run folder it comes from.

`read_back` takes a number from those cells again, so that nobody has to trust a paragraph.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from reports.i18n import Labels
from reports.run_folder import RunFolder
from reports.study_card import StudyCard
from reports.table_shapes import SHAPES
from sim.judge import wilson

CARD = "study.json"
Value = float | str
Wanted = tuple[tuple[str, object], ...]


@dataclass(frozen=True)
class Key:
    """Which row of `verdicts.csv` is explained."""

    future: str
    plan: str
    rule: str
    scope: str
    stage: str
    entity: str

    @classmethod
    def of(cls, row: Mapping[str, object]) -> "Key":
        """The key of a row; KeyError where a column is missing."""
        return cls(*(str(row[name]) for name in ("future", "plan", "rule", "scope", "stage", "entity")))


@dataclass(frozen=True)
class Place:
    """One cell: a table of the run folder, what its row is found by, the column.

    Of `study.json` the row names lists with ids, and parts, on the way down: `(("plans", "county"), ("projects",
    "no2"))`, `(("calibration", ""),)`.
    """

    table: str
    row: Wanted
    column: str


@dataclass(frozen=True)
class Figure:
    """A number in a sentence: its value, how it is printed, and which cells it is made of, how (`HOW`)."""

    value: Value
    shown: str
    places: tuple[Place, ...]
    how: str = "value"
    name: str = ""
    """Its name in the sentence."""


@dataclass(frozen=True)
class Piece:
    """A part of a sentence: its text, the names quoted in it (schools, clauses), its numbers."""

    text: str
    names: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Sentence(Piece):
    """A sentence: `kind` is what | when | why | children | fix | sure."""

    kind: str = ""
    lead: str = ""
    """How the text begins where it names plan and future first; a heading may say that instead."""


@dataclass(frozen=True)
class Explanation:
    """Why a verdict is what it is, in one language."""

    key: Key
    lang: str
    title: str
    """Who, and which clause."""
    case: str
    """Plan and future."""
    verdict: str
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The paragraph: three to six sentences, one after the other."""
        return self._joined([one.text for one in self.sentences])

    @property
    def body(self) -> str:
        """The same without plan and future, for a reader who has them in the heading (`case`)."""
        return self._joined([_capital(one.text.removeprefix(one.lead)) for one in self.sentences])

    def _joined(self, texts: Sequence[str]) -> str:
        return ("" if self.lang == "zh" else " ").join(texts)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All numbers of the paragraph, in order."""
        return tuple(figure for one in self.sentences for figure in one.figures)

    def sentence(self, kind: str) -> str:
        """The text of one kind of sentence, empty where there is none."""
        return next((one.text for one in self.sentences if one.kind == kind), "")


Slot = str | Figure | Piece | Sequence[Piece]


def tell(labels: Labels, key: str, **slots: Slot) -> Piece:
    """A label with its slots filled: names as they are, numbers as printed, pieces, lists joined with `and`.

    Braces in a name are text: what is filled in is never read as a format.  Slots that the label does not name are
    left out.  LabelError for an unknown key.
    """
    wanted = labels(key)
    pieces = {name: _piece(labels, name, slot) for name, slot in slots.items() if f"{{{name}}}" in wanted}
    filled = {name: piece.text for name, piece in pieces.items()}
    names = tuple(name for piece in pieces.values() for name in piece.names)
    figures = tuple(figure for piece in pieces.values() for figure in piece.figures)
    return Piece(labels(key, **filled) if filled else wanted, names, figures)


def _piece(labels: Labels, name: str, slot: Slot) -> Piece:
    if isinstance(slot, Piece):
        # A number with its unit, or in brackets, is known by its place in the sentence.
        return replace(slot, figures=(replace(slot.figures[0], name=name),)) if len(slot.figures) == 1 else slot
    if isinstance(slot, Figure):
        return Piece(slot.shown, (), (replace(slot, name=name),))
    if isinstance(slot, str):
        return Piece(slot, (slot,))
    return listed(labels, slot)


NAMES = ("explain.join", "explain.join.last")
HALVES = ("explain.join.halves", "explain.join.halves")
"""Of half sentences, which hold commas of their own."""
AMOUNTS = ("explain.amounts", "explain.amounts.last")


def listed(labels: Labels, parts: Sequence[Piece], joins: tuple[str, str] = NAMES) -> Piece:
    """Pieces as a list: `A, B and C`.  joins: labels between them and before the last one."""
    texts = [part.text for part in parts]
    start, last = labels(joins[0]).join(texts[:-1]), texts[-1] if texts else ""
    text = f"{start}{labels(joins[1])}{last}" if start else last
    return Piece(text, tuple(n for p in parts for n in p.names), tuple(f for p in parts for f in p.figures))


def sentence(kind: str, piece: Piece, lead: str = "") -> Sentence:
    """A piece that stands alone; it begins with a capital.  lead: as `Sentence.lead`, in front of the piece."""
    return Sentence(_capital(lead + piece.text), piece.names, piece.figures, kind, _capital(lead))


def chained(labels: Labels, kind: str, parts: Sequence[Piece]) -> Sentence:
    """Parts of one sentence as half sentences of one, with a full stop."""
    joined = listed(labels, parts, HALVES)
    return sentence(kind, replace(joined, text=joined.text + labels("explain.stop")))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- numbers and where they come from


def _least(values: Sequence[float]) -> float:
    """Lower end of the probability of a breach: (probability of none, draws), see `sim.judge.wilson`."""
    return max(1.0 - float(_ends(values)[1]), 0.0)


def _most(values: Sequence[float]) -> float:
    """Upper end of the same."""
    return min(1.0 - float(_ends(values)[0]), 1.0)


def _ends(values: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    return wilson(np.array(round(values[0] * values[1])), int(values[1]))


HOW: Mapping[str, Callable[[Sequence[float]], float]] = MappingProxyType(
    {
        "value": lambda x: x[0],
        "complement": lambda x: round(1.0 - x[0], 9),  # 1 - .9 is what is allowed, not a little less
        "sum": math.fsum,
        "size of the sum": lambda x: abs(math.fsum(x)),
        "first of the sum": lambda x: x[0] / math.fsum(x),
        "Wilson, least": _least,
        "Wilson, most": _most,
    }
)
"""How a number is made of its cells."""
_OTHERWISE: Mapping[str, Callable[[Sequence[object], Place], Value]] = MappingProxyType(
    {
        "count": lambda cells, place: float(len(cells)),
        "length": lambda cells, place: float(len(cells[0])),  # type: ignore[arg-type]
        "words": lambda cells, place: float(len(str(cells[0]).split())),
        "share in the name of the column": lambda cells, place: float(re.findall(r"\d+", place.column)[-1]) / 100.0,
    }
)
"""The same of cells that are not numbers."""


def read_back(run: RunFolder, figure: Figure) -> Value:
    """The value of a figure, from the cells it names.

    KeyError where a cell does not exist, ValueError where it is not one cell.
    """
    cells = [_cell(run, place) for place in figure.places]
    if figure.how in _OTHERWISE:
        return _OTHERWISE[figure.how](cells, figure.places[0])
    if figure.how == "value" and isinstance(cells[0], str):
        return cells[0]
    return HOW[figure.how]([float(str(cell)) for cell in cells])


def _cell(run: RunFolder, place: Place) -> object:
    if place.table == CARD:
        return _of_card(run.study, place)
    name = next((name for name, shape in SHAPES.items() if shape.file == place.table), "")
    if not name:
        raise KeyError(place.table)
    table: pd.DataFrame = getattr(run.tables, name)
    for column, value in place.row:
        table = table[table[column] == value]
    if len(table) != 1:
        raise ValueError(f"{place}: {len(table)} rows")
    return table.iloc[0][place.column]


def _of_card(card: StudyCard, place: Place) -> object:
    at: object = card
    for name, key in place.row:
        at = getattr(at, name)
        if isinstance(at, tuple):
            at = next(one for one in at if key in (getattr(one, "id", None), getattr(one, "code", None)))
    for part in place.column.split("."):
        at = at[int(part)] if isinstance(at, tuple) else getattr(at, part)
    return at
