"""What an explanation reads: the rows of one future and plan, by school, and the verdict it is about."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

import numpy as np
import pandas as pd

from reports.explain_model import CARD, HOW, Figure, Key, Piece, Place
from reports.figures_setting import Case
from reports.i18n import Labels
from reports.matrix import NEGLIGIBLE
from reports.problems_view import Row as Row
from reports.study_card import RuleCard
from reports.table_shapes import OVERALL, SHAPES
from reports.view import View
from scenarios.dictionary import shared
from scenarios.pack_rules import JUDGED_INDICATORS

Format = Callable[[float], str]
Kept = TypeVar("Kept")
BAD = ("fails", "at-risk", "undecided")
"""Verdicts that ask for a remedy."""
_OWNERS = ("entity", "school", "project", "source")


@dataclass(frozen=True)
class Reader:
    """Tables of a run for one future and plan; every table is cut once and then read by school."""

    seen: View
    case: Case
    _cut: dict[str, pd.DataFrame] = field(default_factory=dict, compare=False, repr=False)
    _by: dict[str, Mapping[Hashable, np.ndarray]] = field(default_factory=dict, compare=False, repr=False)
    _kept: dict[Hashable, object] = field(default_factory=dict, compare=False, repr=False)

    def table(self, name: str) -> pd.DataFrame:
        """The rows of a table that belong to the case."""
        if name not in self._cut:
            frame: pd.DataFrame = getattr(self.seen.run.tables, name)
            own = pd.Series(True, index=frame.index)
            for column, value in (("future", self.case.future), ("plan", self.case.plan)):
                if column in frame.columns:
                    own &= frame[column] == value
            self._cut[name] = frame[own].reset_index(drop=True)
        return self._cut[name]

    def rows(self, name: str, **wanted: object) -> pd.DataFrame:
        """Rows of a table whose columns equal the given values; the school is looked up in an index."""
        owner = next((one for one in _OWNERS if one in wanted), "")
        frame = self._of(name, owner, str(wanted[owner])) if owner else self.table(name)
        fits = np.ones(len(frame), dtype=bool)
        for column, value in wanted.items():
            if column != owner:
                fits &= (frame[column] == value).to_numpy(dtype=bool)
        return frame[fits]

    def _of(self, name: str, owner: str, key: str) -> pd.DataFrame:
        """Rows of one school, kept: most questions are about the same few."""

        def cut() -> pd.DataFrame:
            frame = self.table(name)
            if f"{name}.{owner}" not in self._by:
                groups = frame.groupby(owner, sort=False).indices
                self._by[f"{name}.{owner}"] = {key: np.asarray(rows) for key, rows in groups.items()}
            return frame.iloc[self._by[f"{name}.{owner}"].get(key, np.array([], dtype=int))]

        return self.once((name, owner, key), cut)

    def once(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """What is made of a case only once, such as the zones of a year."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]  # type: ignore[return-value]

    def place(self, name: str, row: Row, column: str) -> Place:
        """The cell of a row, found again by the key of its table."""
        shape = SHAPES[name]
        return Place(shape.file, tuple((key, _plain(row[key])) for key in shape.keys), column)

    def figure(self, name: str, column: str, shown: Format, **wanted: object) -> Figure | None:
        """A number of the one row that fits; None where there is none, or it is empty."""
        found = self.rows(name, **wanted)
        return self.of_row(name, found.iloc[0].to_dict(), column, shown) if len(found) == 1 else None

    def of_row(self, name: str, row: Row, column: str, shown: Format, how: str = "value") -> Figure | None:
        """A number of a row: as it is, or its complement; None where it is empty."""
        value = number(row[column])
        if value != value:
            return None
        value = HOW[how]([value])
        return Figure(value, shown(value), (self.place(name, row, column),), how)


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def number(value: object) -> float:
    """A cell as a number; NaN where it is empty."""
    return float("nan") if value is None or pd.isna(value) else float(str(value))  # type: ignore[call-overload]


def of_card(value: float, shown: str, column: str, *row: tuple[str, object]) -> Figure:
    """A number of `study.json`."""
    return Figure(value, shown, (Place(CARD, row, column),))


KINDS: Mapping[str, str] = MappingProxyType(
    {
        "school_size": "size",
        "class_size": "class",
        "rooms": "rooms",
        "beds": "beds",
        "resource_indicators_met": "standard",
        "resource_indicator_shortfall": "standard",
        "difference_coefficient": "balance",
    }
)


@dataclass(frozen=True)
class Subject:
    """The verdict that is explained, with its reader."""

    read: Reader
    key: Key
    row: Row

    @property
    def seen(self) -> View:
        """The run in one language."""
        return self.read.seen

    @property
    def labels(self) -> Labels:
        """Words and number formats."""
        return self.seen.labels

    @cached_property
    def rule(self) -> RuleCard | None:
        """The clause; None for all of them together, or one that the study does not describe."""
        return next((one for one in self.seen.run.study.rules if one.code == self.key.rule), None)

    @property
    def kind(self) -> str:
        """What the clause looks at: size | class | rooms | beds | standard | balance | stock | all | other."""
        if self.key.rule == OVERALL:
            return "all"
        indicator = "" if self.rule is None else self.rule.indicator
        return KINDS.get(indicator) or ("stock" if indicator in JUDGED_INDICATORS else "other")

    @property
    def county(self) -> bool:
        """Whether the row speaks of the county as a whole."""
        return self.key.scope == "county"

    @property
    def many(self) -> bool:
        """Whether there are draws enough to speak of a probability at all."""
        return self.seen.run.study.draws > 1

    @property
    def judged(self) -> bool:
        """Whether the simulation judged it (imported facts, and what is not known, have no probability)."""
        return number(self.row["probability"]) == number(self.row["probability"])

    @property
    def chance(self) -> float:
        """Probability of a breach anywhere in the window; NaN where nothing was simulated."""
        return round(1.0 - number(self.row["probability"]), 9)

    @property
    def never(self) -> bool:
        """Whether a breach is so rare that nobody has to act on it."""
        return self.chance < NEGLIGIBLE

    @property
    def place(self) -> str:
        """Name of the school, or the county."""
        return self.labels("explain.place.title") if self.county else self.seen.words.school(self.key.entity)

    @property
    def clause(self) -> str:
        """Text of the clause, with the sign of one from memory."""
        return self.labels("word.all_rules") if self.kind == "all" else self.seen.words.clause(self.key.rule)

    @property
    def worst(self) -> int:
        """The year most likely in breach; without one the last of the window."""
        year = number(self.row["worst_year"])
        return self.seen.run.study.window[1] if year != year else int(year)

    @property
    def allowed(self) -> float:
        """Probability of a breach that the scenario puts up with."""
        return round(1.0 - number(self.row["required"]), 9)

    # --- numbers of the verdict itself

    def cell(self, column: str, shown: Format, how: str = "value") -> Figure | None:
        """A number of the row that is explained."""
        return self.read.of_row("verdicts", self.row, column, shown, how)

    def percent(self, share: float) -> str:
        """A probability of a breach as printed, never rounded across what is allowed."""
        return self.labels.percent(share, self.allowed)

    def year(self, year: int, column: str = "worst_year") -> Figure:
        """A school year: of the verdict, else an end of the decision window."""
        told = number(self.row[column]) if column in self.row else float("nan")
        if told == year:
            return Figure(year, self.labels.school_year(year), (self.read.place("verdicts", self.row, column),))
        return self.window(int(year == self.seen.run.study.window[1]))

    def window(self, end: int) -> Figure:
        """First (0) or last (1) school year of the decision window."""
        year = self.seen.run.study.window[end]
        return of_card(year, self.labels.school_year(year), f"window.{end}")

    @property
    def base(self) -> Figure:
        """The school year from which the study starts."""
        year = self.seen.run.study.base_year
        return of_card(year, self.labels.school_year(year), "base_year")

    @property
    def draws(self) -> Figure:
        """How many draws were simulated."""
        return of_card(self.seen.run.study.draws, self.labels.integer(self.seen.run.study.draws), "draws")

    def bound(self) -> Figure | None:
        """The limit of the clause, with the sign of one from memory."""
        if self.rule is None:
            return None
        shown = f"{self.rule.bound:g}{self.seen.words.doubt(self.rule.code)}"
        return of_card(self.rule.bound, shown, "bound", ("rules", self.rule.code))

    def plan(self, key: str) -> str:
        """Name of a plan."""
        return self.seen.words.plan(key)

    def indicator(self, key: str) -> str:
        """An indicator or a stock by its name; its id where nobody gave one."""
        entry, words = shared().indicators.get(key), f"indicators.stock.{key}"
        if entry is None:
            return self.labels(words) if self.labels.has(words) else key
        return entry.zh if self.labels.lang == "zh" else entry.en


Pieces = list[Piece]
