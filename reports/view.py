"""What a report is about, chosen once: the headline plan, the future and year that speak against it, the schools.

Every section reads from the same `View`, so that map, charts and sentence tell of the same case.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd

from reports.figures_setting import Bound, Case, Setting, setting
from reports.i18n import Labels, language
from reports.matrix import Breach, Matrix, baseline_plan, deciding_schools, matrix, worst_future, worst_year
from reports.run_folder import RunFolder
from reports.sentences import Words
from reports.study_card import RuleCard

MOST_PLANS = 3
"""Plans side by side in a chart of one school."""


@dataclass(frozen=True)
class View:
    """One run in one language, with the cases its report tells of."""

    run: RunFolder
    words: Words
    setting: Setting
    table: Matrix
    plan: str
    """The headline plan."""
    baseline: str
    """The plan it is held against."""
    future: str
    """The future that speaks against the headline plan most."""
    year: int
    """The year of the decision window with most pupils over under the baseline plan in that future."""
    deciding: tuple[Breach, ...]
    units: gpd.GeoDataFrame
    """Unit polygons in the working CRS [m]."""

    @property
    def labels(self) -> Labels:
        """Words and number formats."""
        return self.words.labels

    @property
    def plans(self) -> tuple[str, ...]:
        """All plans, the baseline first, then the headline plan, then the others in the order of the scenario file."""
        rest = [plan.id for plan in self.run.study.plans if plan.id not in (self.baseline, self.plan)]
        return tuple(dict.fromkeys((self.baseline, self.plan, *rest)))

    @property
    def futures(self) -> tuple[str, ...]:
        """The reference future and, where another one, the future of the headline."""
        return tuple(dict.fromkeys((self.run.study.reference_future, self.future)))

    @property
    def built(self) -> tuple[str, ...]:
        """Plans with projects."""
        return tuple(plan for plan in self.plans if self.run.study.plan(plan).projects)

    @property
    def abreast(self) -> int:
        """Plans side by side in a chart: as many as the paper has room for."""
        return min(MOST_PLANS, self.setting.abreast)

    def telling(self, cases: Sequence[Case]) -> Setting:
        """The setting of a picture of some cases: plans that it does not draw are told under it."""
        drawn = {case.plan for case in cases}
        left = [self.words.plan(plan) for plan in self.plans if plan not in drawn]
        if not left:
            return self.setting
        note = self.labels("figure.plans_left_out", plans=self.labels("word.list").join(left))
        return replace(self.setting, notes=(*self.setting.notes, note))

    def cases(self, future: str, plans: Sequence[str] | None = None, most: int | None = None) -> list[Case]:
        """Cases of one future, in the order of `plans`."""
        return [Case(future, plan) for plan in (plans or self.plans)[:most]]

    def of_plan(self, plan: str) -> Setting:
        """The setting with the project names of one plan (two plans may name the same project id differently)."""
        own = {("project", p.id): self.labels.pick(p.name) for p in self.run.study.plan(plan).projects}
        return replace(self.setting, names={**self.setting.names, **own})

    def bound(self, rule: RuleCard) -> Bound:
        """A limit as charts print it, `2000 人`."""
        return Bound(rule.bound, self.labels("word.bound", bound=f"{rule.bound:g}{self.words.doubt(rule.code)}"))


def view(run: RunFolder, lang: str) -> View:
    """Choose what the report of a run shows."""
    labels = Labels(language(lang))
    words = Words(run.study, run.school_names(lang), labels)
    table = matrix(run)
    baseline, future = baseline_plan(run.study).id, worst_future(table.row(table.headline)).future
    names = {("school", key): name for key, name in words.schools.items()}
    units = run.units()
    column = f"name_{labels.lang}"
    if column in units.columns:
        names |= {("unit", key): name for key, name in zip(units["unit"], units[column], strict=True) if name}
    source = labels("source.figure", study=labels.pick(run.study.name), seed=run.study.seed, draws=run.study.draws)
    return View(
        run=run,
        words=words,
        setting=setting(run.study, names, labels, source),
        table=table,
        plan=table.headline,
        baseline=baseline,
        future=future,
        year=worst_year(run, baseline, future),
        deciding=tuple(deciding_schools(run, table.headline)),
        units=units,
    )


def size_rule(seen: View, school: str) -> RuleCard | None:
    """The rule of school size that a school was tested against (it depends on its stages and when it was built)."""
    return next((rule for rule in rules_of(seen, school) if rule.indicator == "school_size"), None)


def class_bounds(seen: View, school: str) -> dict[str, Bound]:
    """Stage -> limit of class size of a school."""
    return {
        stage: seen.bound(rule)
        for rule in rules_of(seen, school)
        if rule.indicator == "class_size"
        for stage in rule.stages
    }


def rules_of(seen: View, school: str) -> list[RuleCard]:
    """Rules that a school was tested against in any case."""
    rows = seen.run.tables.verdicts
    codes = set(rows.loc[(rows["scope"] == "school") & (rows["entity"] == school), "rule"])
    return [rule for rule in seen.run.study.rules if rule.code in codes]
