"""The section on indicators of schools: clauses on areas and rooms by school, the worst schools, year by year."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import pandas as pd

from reports.i18n import NOTHING, decimal, integer
from reports.matrix import NEGLIGIBLE
from reports.sentences import MARKS
from reports.study_card import RuleCard
from reports.view import View
from scenarios.pack_rules import JUDGED_INDICATORS

Rows = list[tuple[str, ...]]
Row = Mapping[Hashable, object]
MOST = 3
"""Schools of each clause in the table of the schools worst off."""
LIKELY = 0.5
LEFT_OUT = "left-out"
"""`source` of a school that the pack leaves out (`sim/clauses_verdicts.py`)."""
_DIGITS = 2


@dataclass(frozen=True)
class IndicatorsPage:
    """What the section shows; empty tables are left out."""

    said: str
    notes: tuple[str, ...]
    clause_heads: list[str]
    clauses: Rows
    worst_heads: list[str]
    worst: Rows
    rest: str
    year_heads: list[str]
    years: Rows


def rules_on_indicators(seen: View) -> list[RuleCard]:
    """Clauses on indicators of schools that the run judged."""
    return [rule for rule in seen.run.study.rules if rule.indicator in JUDGED_INDICATORS]


def page(seen: View) -> IndicatorsPage | None:
    """The section; None where no clause on an indicator has data."""
    rows = verdicts_of(seen, seen.plan)
    schools = rows[rows["scope"] == "school"]
    if schools.empty:
        return None
    worst, more = worst_rows(seen, schools)
    return IndicatorsPage(
        said=_lead(seen, schools),
        notes=tuple(_notes(seen, rows)),
        clause_heads=clause_heads(seen),
        clauses=clause_rows(seen),
        worst_heads=[seen.labels(f"column.{key}") for key in _WORST],
        worst=worst,
        rest=seen.labels("indicators.worst_rest", n=more) if more > 0 else "",
        year_heads=[seen.labels("column.clause"), *(seen.labels.school_year(year) for year in _years(seen))],
        years=year_rows(seen),
    )


_WORST = ("school", "clause", "verdict", "p_below", "from", "in_worst", "pupils_beyond")


def verdicts_of(seen: View, plan: str) -> pd.DataFrame:
    """Verdicts on indicators of a plan in the future that speaks against the headline plan."""
    table = seen.run.tables.verdicts
    codes = [rule.code for rule in rules_on_indicators(seen)]
    return table[(table["future"] == seen.future) & (table["plan"] == plan) & table["rule"].isin(codes)]


def _lead(seen: View, schools: pd.DataFrame) -> str:
    labels = seen.labels
    fails = set(schools.loc[schools["verdict"] == "fails", "entity"])
    risky = set(schools.loc[schools["verdict"].isin(["at-risk", "undecided"]), "entity"]) - fails
    assessed = schools["verdict"].isin(["holds", "fails", "at-risk", "undecided"]).any()
    said = {"fails": fails, "risky": risky}
    parts = {
        key: labels(f"indicators.{key}", schools=labels.count("school", len(found))) if found else ""
        for key, found in said.items()
    }
    fine = labels("indicators.fine") if assessed else labels("indicators.nothing")
    first, last = (labels.school_year(year) for year in seen.run.study.window)
    names = {"plan": seen.words.plan(seen.plan), "future": seen.words.future(seen.future)}
    return labels("indicators.lead", **names, **parts, rest="" if fails | risky else fine, first=first, last=last)


def _notes(seen: View, rows: pd.DataFrame) -> list[str]:
    """Whether the headline rests on them, what is missing, who is left out."""
    labels = seen.labels
    decides = [rule.code for rule in rules_on_indicators(seen) if rule.decides]
    joined = labels("word.list")
    notes = [labels("indicators.deciding", codes=joined.join(decides)) if decides else labels("indicators.beside")]
    silent = rows[(rows["scope"] == "county") & rows["probability"].isna()]
    told = [
        labels("indicators.missing_one", code=row["rule"], stock=_stock(seen, str(row["source"])))
        for row in silent.to_dict("records")
    ]
    if told:
        notes.append(labels("indicators.missing", clauses=joined.join(told)))
    left = sorted(set(rows.loc[rows["source"] == LEFT_OUT, "entity"]))
    if left:
        notes.append(labels("indicators.left_out", schools=joined.join(seen.words.school(one) for one in left)))
    return notes


def _stock(seen: View, source: str) -> str:
    """What is missing, in words where there are any."""
    key = source.removeprefix("missing ")
    return seen.labels(f"indicators.stock.{key}") if seen.labels.has(f"indicators.stock.{key}") else key


def clause_heads(seen: View) -> list[str]:
    """Heads of the table by clause."""
    labels = seen.labels
    base = [labels("column.failed_base", plan=seen.words.plan(seen.baseline))] if seen.baseline != seen.plan else []
    first = [labels(f"column.{key}") for key in ("clause", "held", "risk", "failed")]
    return [*first, *base, *(labels(f"column.{key}") for key in ("unknown", "exempt", "all_hold", "from"))]


def clause_rows(seen: View) -> Rows:
    """A row for every clause and stage: how many schools hold, are at risk, fail, are not assessed."""
    labels, own, base = seen.labels, verdicts_of(seen, seen.plan), verdicts_of(seen, seen.baseline)
    rows: Rows = []
    for rule, stage in _clauses(seen, own):
        mine = own[(own["rule"] == rule.code) & (own["stage"] == stage)]
        schools, county = mine[mine["scope"] == "school"], mine[mine["scope"] == "county"].iloc[0]
        count = schools["verdict"].value_counts()
        left = int((schools["source"] == LEFT_OUT).sum())
        before = base[(base["rule"] == rule.code) & (base["stage"] == stage) & (base["scope"] == "school")]
        failed = [integer(int((before["verdict"] == "fails").sum()))] if seen.baseline != seen.plan else []
        numbers = (count.get("holds", 0), count.get("at-risk", 0) + count.get("undecided", 0), count.get("fails", 0))
        said = f"{MARKS[str(county['verdict'])]} {labels('verdict.' + str(county['verdict']))}"
        chance = _chance(seen, county["probability"])
        rows.append(
            (
                seen.words.clause(rule.code),
                *(integer(number) for number in numbers),
                *failed,
                integer(count.get("not-assessed", 0) - left),
                integer(left),
                said if chance == NOTHING else f"{said} {chance}",
                _year(seen, county["first_year"]),
            )
        )
    return rows


def _clauses(seen: View, own: pd.DataFrame) -> list[tuple[RuleCard, str]]:
    """Clauses and stages of which the study has data, in the order of the pack."""
    there = own[own["scope"] == "school"]
    return [
        (rule, stage)
        for rule in rules_on_indicators(seen)
        for stage in dict.fromkeys(there.loc[there["rule"] == rule.code, "stage"])
    ]


def _chance(seen: View, probability: object) -> str:
    """A probability in percent; a run of one draw has none."""
    if probability is None or pd.isna(probability) or seen.run.study.draws == 1:  # type: ignore[call-overload]
        return NOTHING
    return seen.labels.percent(float(str(probability)), seen.run.study.p_required)


def _year(seen: View, year: object) -> str:
    return NOTHING if year is None or pd.isna(year) else seen.labels.school_year(float(str(year)))  # type: ignore[call-overload]


def worst_rows(seen: View, schools: pd.DataFrame) -> tuple[Rows, int]:
    """Schools that may fall below a standard in the window, by clause, likeliest first; and how many are not shown."""
    found = schools[(1.0 - schools["probability"] >= NEGLIGIBLE) & (schools["verdict"] != "not-assessed")]
    order = found.sort_values(["probability", "pupils", "entity", "rule"], ascending=[True, False, True, True])
    shown = order.groupby("rule", sort=False).head(MOST)
    place = {rule.code: number for number, rule in enumerate(rules_on_indicators(seen))}
    shown = shown.sort_values("rule", key=lambda codes: codes.map(place), kind="stable")
    return [_worst_row(seen, row) for row in shown.to_dict("records")], len(order) - len(shown)


def _worst_row(seen: View, row: Row) -> tuple[str, ...]:
    labels, rule = seen.labels, seen.run.study.rule(str(row["rule"]))
    below = 1.0 - float(str(row["probability"]))
    many = seen.run.study.draws > 1
    return (
        seen.words.school(str(row["entity"])),
        seen.words.clause(rule.code),
        f"{MARKS[str(row['verdict'])]} {labels('verdict.' + str(row['verdict']))}",
        labels.percent(below, 1.0 - seen.run.study.p_required) if many else NOTHING,
        _year(seen, row["first_year"] if pd.notna(row["first_year"]) else row["worst_year"]),  # type: ignore[call-overload]
        _median(seen, rule, row),
        integer(float(str(row["pupils"]))),
    )


def _median(seen: View, rule: RuleCard, row: Row) -> str:
    """Median of the indicator in the worst year beside the standard."""
    table = seen.run.tables.schools
    of = (table["future"] == row["future"]) & (table["plan"] == row["plan"]) & (table["entity"] == row["entity"])
    of &= (table["indicator"] == rule.indicator) & (table["stage"] == row["stage"])
    found = table[of & (table["year"] == row["worst_year"])]
    if found.empty:
        return NOTHING
    value = decimal(float(found.iloc[0]["p50"]), _DIGITS)
    return seen.labels("indicators.value", value=value, bound=f"{rule.bound:g}")


def _years(seen: View) -> range:
    return range(seen.run.study.base_year + 1, seen.run.study.horizon + 1)


def year_rows(seen: View) -> Rows:
    """For every clause and stage the number of schools that are more likely than not below it, year by year."""
    table = seen.run.tables.schools
    own = table[(table["future"] == seen.future) & (table["plan"] == seen.plan)]
    rows: Rows = []
    for rule, stage in _clauses(seen, verdicts_of(seen, seen.plan)):
        mine = own[(own["indicator"] == rule.indicator) & (own["stage"] == stage)]
        if mine["p_exceed"].isna().all():
            continue  # not assessed: the notes say what is missing
        likely = mine[mine["p_exceed"] > LIKELY].groupby("year").size()
        rows.append((seen.words.clause(rule.code), *(integer(int(likely.get(year, 0))) for year in _years(seen))))
    return rows
