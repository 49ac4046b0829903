"""What every picture needs beside its data: words, names, years, marks; and small pure readers of tidy tables.

`Setting` is made once per report (`setting(card, names, labels)`), `Caption` once per picture; `Case` is one future x
one plan.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf

import numpy as np
import pandas as pd

from reports.fonts import drawable
from reports.i18n import Labels
from reports.study_card import StudyCard

ABREAST_IN = 9.0
"""Width [in] of paper that takes three cases side by side."""
KINDS = ("school", "unit", "stage", "future", "plan", "project")


@dataclass(frozen=True)
class Caption:
    """Title = the finding; subtitle = what is drawn (each picture has its own when empty)."""

    title: str
    subtitle: str = ""

    def __post_init__(self) -> None:
        """Signs that no font draws are put as 〓 (`fonts.drawable`)."""
        object.__setattr__(self, "title", drawable(self.title))
        object.__setattr__(self, "subtitle", drawable(self.subtitle))


@dataclass(frozen=True)
class Case:
    """One future x one plan."""

    future: str
    plan: str


@dataclass(frozen=True)
class Bound:
    """A limit of a rule: its value [pupils] and the name printed on its line."""

    value: float
    name: str


@dataclass(frozen=True)
class Setting:
    """Words, names and years of one report in one language."""

    labels: Labels
    base_year: int
    horizon: int
    window: tuple[int, int] | None = None
    stages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Stage id -> its grades, in order."""
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(kind, id) -> display name; kinds as in `KINDS`."""
    synthetic: bool = False
    calibrated: bool = True
    source: str = ""
    """Study, run and version, printed small under every picture."""
    room: float = inf
    """Widest figure [in] that the paper takes."""
    notes: tuple[str, ...] = ()
    """What is left out of a picture, told under it."""

    def wide(self, inches: float) -> float:
        """Width of a figure [in]: as asked, or what the paper takes."""
        return min(inches, self.room)

    @property
    def abreast(self) -> int:
        """Cases side by side in a chart of one school."""
        return 3 if self.room >= ABREAST_IN else 2

    def name(self, kind: str, key: str) -> str:
        """Display name; the id itself where nobody gave a name."""
        return self.names.get((kind, key)) or (self.labels("figure.all_stages") if key == "all" else key)

    def legible(self) -> "Setting":
        """The setting with names as they can be drawn: 〓 for a sign that no font of ours has."""
        names = {key: drawable(name) for key, name in self.names.items()}
        return self if names == self.names else replace(self, names=names)

    def case_name(self, case: Case, cases: Sequence[Case]) -> str:
        """Heading of a panel: the plan, the future, or both, whichever differs between the panels."""
        plan, future = self.name("plan", case.plan), self.name("future", case.future)
        if len({other.future for other in cases}) == 1:
            return plan
        return future if len({other.plan for other in cases}) == 1 else f"{plan} · {future}"

    def caption(self, caption: Caption, drawn: str, cases: Sequence[Case]) -> Caption:
        """The caption with its subtitle filled in: what is drawn, and the future or plan that all panels share."""
        shared = []
        for kind, keys in (("future", {case.future for case in cases}), ("plan", {case.plan for case in cases})):
            if len(keys) == 1:
                shared.append(self.labels(f"figure.{kind}", name=self.name(kind, next(iter(keys)))))
        return Caption(caption.title, " · ".join([caption.subtitle or drawn, *shared]))

    def marks(self) -> list[str]:
        """What must stand under a picture: synthetic data, not calibrated, what is left out."""
        keys = [("figure.synthetic", self.synthetic), ("figure.not_calibrated", not self.calibrated)]
        return [*(self.labels(key) for key, wanted in keys if wanted), *self.notes]


def setting(card: StudyCard, names: Mapping[tuple[str, str], str], labels: Labels, source: str = "") -> Setting:
    """The setting of a run: names of stages, futures, plans and projects from `study.json`, the others from `names`."""
    known = {("stage", stage.id): labels.pick(stage.name) for stage in card.stages}
    known |= {("future", future.id): labels.pick(future.name) for future in card.futures}
    for plan in card.plans:
        known[("plan", plan.id)] = labels.pick(plan.name)
        known |= {("project", project.id): labels.pick(project.name) for project in plan.projects}
    stages = {stage.id: stage.grades for stage in card.stages}
    return Setting(
        labels,
        card.base_year,
        card.horizon,
        card.window,
        stages,
        known | dict(names),
        card.synthetic,
        card.calibrated,
        drawable(source),
    )


def rows(table: pd.DataFrame, **wanted: object) -> pd.DataFrame:
    """Rows whose columns equal the given values, by year; `rows(schools, entity="ps-01", indicator="roll")`."""
    keep = np.ones(len(table), dtype=bool)
    for column, value in wanted.items():
        keep &= (table[column] == value).to_numpy(dtype=bool)
    found = table[keep]
    return found.sort_values("year", kind="stable") if "year" in found.columns else found


def of_case(table: pd.DataFrame, case: Case, **wanted: object) -> pd.DataFrame:
    """Rows of one case, by year."""
    return rows(table, future=case.future, plan=case.plan, **wanted)


def past(history: pd.DataFrame | None, grades: Iterable[str] | None = None, school: str | None = None) -> pd.Series:
    """Pupils by school year on the register, summed over schools and grades asked for; index year, ascending."""
    if history is None or history.empty:
        return pd.Series(dtype="float64")
    found = history if school is None else history[history["school"] == school]
    if grades is not None:
        found = found[found["grade"].isin(list(grades))]
    return found.groupby("year")["pupils"].sum().sort_index().astype("float64")
