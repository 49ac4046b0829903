"""The tables of the report as rows of text: deciding schools, all verdicts, today's limits, assumptions, manifest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from reports.figures_setting import Case, of_case
from reports.i18n import NOTHING
from reports.matrix import SEVERITY, Breach
from reports.sentences import MARKS, chance_of, doubt_word
from reports.sparkline import scale_of, sparkline
from reports.study_card import OverrideCard
from reports.table_shapes import OVERALL
from reports.view import View


@dataclass(frozen=True)
class VerdictRow:
    """One row of the table of all verdicts; the `sort_` values order it by rank or number."""

    future: str
    plan: str
    place: str
    rule: str
    stage: str
    verdict: str
    word: str
    mark: str
    rank: int
    probability: str
    sort_probability: float
    first: str
    worst: str
    pupils: str
    sort_pupils: float
    doubt: str = ""


def _place(seen: View, scope: str, entity: str) -> str:
    return seen.labels("word.county") if scope == "county" else seen.words.school(entity)


def verdict_rows(seen: View) -> list[VerdictRow]:
    """All verdicts that the headline rests on, the worst first; the others have a section of their own."""
    labels, words = seen.labels, seen.words
    rows = []
    for row in seen.run.study.deciding(seen.run.tables.verdicts).to_dict("records"):
        shown = pd.notna(row["probability"]) and seen.run.study.draws > 1 and row["verdict"] != "not-assessed"
        rows.append(
            VerdictRow(
                words.future(row["future"]),
                words.plan(row["plan"]),
                _place(seen, row["scope"], row["entity"]),
                labels("word.all_rules") if row["rule"] == OVERALL else words.clause(row["rule"]),
                words.stage(row["stage"]) if row["scope"] == "school" else NOTHING,
                row["verdict"],
                labels(f"verdict.{row['verdict']}"),
                MARKS[row["verdict"]],
                SEVERITY.index(row["verdict"]),
                labels.percent(row["probability"], row["required"]) if shown else NOTHING,
                float(row["probability"]) if shown else 2.0,
                _year(seen, row["first_year"]),
                _year(seen, row["worst_year"]),
                labels.integer(row["pupils"]),
                float(row["pupils"]) if pd.notna(row["pupils"]) else -1.0,
                doubt_word(bool(row["unverified"]), labels),
            )
        )
    return sorted(rows, key=lambda r: (r.rank, r.sort_probability, -r.sort_pupils))


def _year(seen: View, value: object) -> str:
    return NOTHING if pd.isna(value) else seen.labels.school_year(float(str(value)))  # type: ignore[call-overload]


@dataclass(frozen=True)
class DecidingRow:
    """A school that decides: what may happen, and its line under the baseline and the headline plan."""

    school: str
    anchor: str
    said: str
    future: str
    sparks: tuple[Markup, ...]
    chances: tuple[str, ...]


_DRAWN = {
    "class_size": "largest_class",
    "school_size": "roll",
    "rooms": "roll",
    "resource_indicators_met": "resources_met",
    "resource_indicator_shortfall": "resource_lowest",
}
"""Indicator of the table of schools by that of a clause, where they have two names."""


def _line(seen: View, breach: Breach, plan: str) -> pd.DataFrame:
    """Year and quantiles of what the rule of a breach speaks of: the roll, the largest class, an indicator."""
    of = seen.run.study.rule(breach.rule).indicator
    indicator = _DRAWN.get(of, of)
    rows = of_case(seen.run.tables.schools, Case(breach.future, plan), entity=breach.school, indicator=indicator)
    wanted = "all" if indicator == "roll" else breach.stage
    found = rows[rows["stage"] == wanted]
    return found if len(found) else rows[rows["stage"] == breach.stage]


def _alt(seen: View, table: pd.DataFrame, plan: str, bound: float) -> str:
    labels = seen.labels
    if table.empty:
        return seen.words.plan(plan)
    first, last = table.iloc[0], table.iloc[-1]
    ends = {"start": labels.integer(first["p50"]), "end": labels.integer(last["p50"]), "bound": f"{bound:g}"}
    years = {"first": labels.school_year(first["year"]), "last": labels.school_year(last["year"])}
    return labels("alt.spark", plan=seen.words.plan(plan), **ends, **years)


def deciding_rows(seen: View) -> list[DecidingRow]:
    """The deciding schools, each with a sparkline under the baseline plan and one under the headline plan."""
    rows, verdicts = [], seen.run.tables.verdicts
    years = (seen.run.study.base_year + 1, seen.run.study.horizon)
    plans = tuple(dict.fromkeys((seen.baseline, seen.plan)))
    for breach in seen.deciding:
        bound = seen.run.study.rule(breach.rule).bound
        tables = [_line(seen, breach, plan) for plan in plans]
        limits = scale_of(tables, bound)
        sparks, chances = [], []
        for plan, table in zip(plans, tables, strict=True):
            sparks.append(Markup(sparkline(table, bound, limits, years, _alt(seen, table, plan, bound))))
            found = of_case(verdicts, Case(breach.future, plan), entity=breach.school, rule=breach.rule)
            held = found["probability"].dropna()
            chances.append(NOTHING if held.empty or seen.run.study.draws == 1 else seen.labels.percent(1 - held.min()))
        said, future = chance_of(breach, seen.words), seen.words.future(breach.future)
        name = seen.words.school(breach.school)
        rows.append(DecidingRow(name, f"school-{breach.school}", said, future, tuple(sparks), tuple(chances)))
    return rows


@dataclass(frozen=True)
class TodayRow:
    """A limit that is broken in the base year: a fact, not a probability."""

    place: str
    rule: str
    value: str
    bound: str
    pupils: str


def today_rows(seen: View) -> list[TodayRow]:
    """Limits broken in the base year, most pupils over first; of clauses that decide nothing one row each."""
    rows = seen.run.tables.today.sort_values(["pupils_over", "entity", "rule"], ascending=[False, True, True])
    aside = {rule.code for rule in seen.run.study.rules if not rule.decides}
    beside, rows = rows[rows["rule"].isin(aside)], rows[~rows["rule"].isin(aside)]
    return [
        TodayRow(
            _place(seen, row["scope"], row["entity"]),
            seen.words.clause(row["rule"]),
            _value(seen, float(row["value"])),
            f"{row['bound']:g}",
            seen.labels.integer(row["pupils_over"]),
        )
        for row in rows.to_dict("records")
    ] + [
        TodayRow(
            seen.labels("today.beside", schools=seen.labels.count("school", len(of))),
            seen.words.clause(str(rule)),
            NOTHING,
            f"{of['bound'].iloc[0]:g}",
            seen.labels.integer(of["pupils_over"].sum()),
        )
        for rule, of in beside.groupby("rule", sort=False)
    ]


def _value(seen: View, value: float) -> str:
    """A value of the base year: whole pupils, or an indicator with its decimals."""
    return seen.labels.integer(value) if value == round(value) else f"{value:.2f}"


def flat(tree: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    """A nested mapping as (dotted key, text) pairs, in its own order."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{key}.")
        elif isinstance(value, (list, tuple)) and any(isinstance(one, Mapping) for one in value):
            yield from flat({str(number): one for number, one in enumerate(value, start=1)}, f"{before}{key}.")
        elif isinstance(value, (list, tuple)):
            yield f"{before}{key}", ", ".join(map(str, value))
        else:
            yield f"{before}{key}", str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class RuleRow:
    """A rule of the standards pack as printed."""

    code: str
    clause: str
    bound: str
    valid_from: str
    source: str


def rule_rows(seen: View) -> list[RuleRow]:
    """All rules with clause, bound and source; the grade of the source in brackets."""
    return [
        RuleRow(
            rule.code,
            seen.labels.pick(rule.clause),
            f"{rule.bound:g}",
            str(rule.valid_from or NOTHING),
            f"{source} ({seen.labels.grade(rule.source_grade)})" if rule.source_grade else source,
        )
        for rule in seen.run.study.rules
        for source in [seen.labels.pick(rule.source)]
    ]


def override_rows(seen: View) -> list[tuple[str, str, str, str, str]]:
    """Named changes of values: (what it belongs to, name, values, source, where it is written)."""
    study, pick = seen.run.study, seen.labels.pick
    every = [(pick(study.name), study.overrides)]
    every += [(seen.words.future(future.id), future.overrides) for future in study.futures]
    every += [(seen.words.plan(plan.id), plan.overrides) for plan in study.plans]
    return [
        (belongs, pick(one.name), _set(seen, one), pick(one.source), one.place)
        for belongs, overrides in every
        for one in overrides
    ]


def _set(seen: View, one: OverrideCard) -> str:
    said = "; ".join(f"{path} = {value}" for path, value in one.set.items())
    said += seen.labels("assumptions.from", year=one.from_year) if one.from_year is not None else ""
    return said + (seen.labels("assumptions.where", where=", ".join(one.where)) if one.where else "")


def source_rows(seen: View) -> list[tuple[str, str, str]]:
    """Where values come from: (what it belongs to, item, source)."""
    study = seen.run.study
    pick = seen.labels.pick
    own = [(pick(study.name), pick(source.item), pick(source.source)) for source in study.sources]
    return own + [
        (seen.words.future(future.id), pick(source.item), pick(source.source))
        for future in study.futures
        for source in future.sources
    ]
