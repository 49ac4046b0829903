"""What the papers of a zoning say, in one language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from gis.zonings_compare import Pair
from gis.zonings_study import ZoningStudy
from reports.figures_setting import Setting
from reports.i18n import Labels, language
from scenarios.problems import Problem, tell


@dataclass(frozen=True)
class ZoningView:
    """A zoning beside that of the study."""

    setting: Setting
    pairs: tuple[Pair, ...]
    """The two zonings of each stage."""
    tables: Mapping[str, pd.DataFrame]
    """`zones`, `changes`, `summary`."""
    told: tuple[tuple[str, str, str], ...]
    """Severity, place, what is told."""
    year: int
    title: str
    compared: bool
    """Whether the study has zones to compare with."""

    @classmethod
    def of(
        cls,
        study: ZoningStudy,
        pairs: Sequence[Pair],
        tables: Mapping[str, pd.DataFrame],
        problems: Sequence[Problem],
        year: int,
        lang: str,
        compared: bool = True,
    ) -> "ZoningView":
        """The view of zonings in a language."""
        labels, file = Labels(language(lang)), study.bundle.study
        title = labels.pick({"zh": file.name.zh, "en": file.name.en})
        stages = {stage.id: stage.grades for stage in file.stages}
        setting = Setting(
            labels, file.base_year, file.horizon, None, stages, names_of(study, lang), file.synthetic, True,
            labels("zoning.source", study=title),
        )  # fmt: skip
        told = tuple((one.severity, one.place, tell(one, lang).what) for one in problems)
        return cls(setting, tuple(pairs), tables, told, year, title, compared)

    @property
    def labels(self) -> Labels:
        """Words of the language."""
        return self.setting.labels

    def schools(self, keys: str) -> str:
        """Names of the schools of a zone, `a+b`; a dash for none."""
        names = [self.setting.name("school", key) for key in keys.split("+") if key]
        return " + ".join(names) or self.labels("zoning.none")

    def value(self, stage: str, measure: str, column: str = "after") -> float:
        """A measure of the summary table."""
        rows = self.tables["summary"]
        found = rows[(rows["stage"] == stage) & (rows["measure"] == measure)][column]
        return float(found.iloc[0])

    @property
    def changed(self) -> bool:
        """Whether any unit changes its school."""
        return self.compared and not self.tables["changes"].empty


def names_of(study: ZoningStudy, lang: str) -> dict[tuple[str, str], str]:
    """(kind, id) -> display name, of schools (new ones too), units and stages."""
    found = {("stage", stage.id): getattr(stage.name, lang) for stage in study.bundle.study.stages}
    for kind, name in (("school", "schools"), ("unit", "units")):
        table = study.bundle.tables[name]
        column = table[f"name_{lang}"] if f"name_{lang}" in table.columns else table["name_zh"]
        found |= {(kind, str(key)): str(text) for key, text in zip(table[kind], column, strict=True) if text}
    for project in study.new_projects:
        if project.new is not None:
            found.setdefault(("school", project.new.school), getattr(project.name, lang))
    return found
