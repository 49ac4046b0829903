"""What the page of a comparison tells beside matrix and maps, in words: conditions, who is affected, clauses, files."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from reports import compare_pairs as pairs
from reports.compare_conditions import EXISTING
from reports.compare_flips import ABSENT
from reports.i18n import NOTHING, Labels, signed
from reports.matrix import worst_year
from reports.section_table import Rows, Table
from reports.sentences import MARKS
from reports.view import View

_DECIMALS = {"way_km": 1, "way_p90_km": 1, "schools_over": 1, "classes_over": 1, "capital": 0, "operating": 0}
_CHANGE = {"schools_over": 1, "classes_over": 1}
_PAIR = ["run_a", "plan_a", "run_b", "plan_b"]
Record = Mapping[Hashable, object]


@dataclass(frozen=True)
class Panel:
    """A position of a switch with tables."""

    label: str
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Flips:
    """Clauses that change their verdict: how many by pair and future, and those that decide one by one."""

    sums: Rows
    tables: list[Table]


def _number(labels: Labels, row: Record) -> str:
    """A figure with its 5 and 95 % quantiles."""
    digits = _DECIMALS.get(str(row["indicator"]), 0)
    value, low, high = (float(str(row[name])) for name in ("value", "p05", "p95"))
    if low != low and value == round(value):
        return labels.integer(value)
    if digits:
        ends = f" ({low:.{digits}f}-{high:.{digits}f})" if low == low and round(low, 1) != round(high, 1) else ""
        return f"{value:.{digits}f}{ends}"
    return labels.interval(value, low, high)


def condition_panels(seen: View, frame: pd.DataFrame) -> list[Panel]:
    """Existing, no-action and with-plan, one panel per future: one table per year, plans across."""
    labels, study = seen.labels, seen.run.study
    own = frame[frame["run"] == seen.run.name]
    panels = []
    for future in dict.fromkeys((study.reference_future, *(one.id for one in study.futures))):
        rows = own[own["future"] == future]
        existing = rows[rows["when"] == EXISTING]
        tables = []
        for when in dict.fromkeys(rows.loc[rows["when"] != EXISTING, "when"]):
            later = rows[rows["when"] == when]
            year = labels.school_year(int(later["year"].iloc[0]))
            heads = [
                labels("compare.measure"),
                labels("compare.existing", year=labels.school_year(study.base_year)),
                *(_plan_head(seen, plan) for plan in seen.plans),
            ]
            tables.append(Table(labels(f"compare.when.{when}", year=year), heads, _lines(seen, existing, later)))
        panels.append(Panel(seen.words.future(future), tuple(tables)))
    return panels


def _plan_head(seen: View, plan: str) -> str:
    """A plan by its name; that without projects, which others are held against, says that nothing is built."""
    idle = plan == seen.baseline and not seen.run.study.plan(plan).projects
    return seen.labels("compare.no_action" if idle else "compare.with_plan", plan=seen.words.plan(plan))


def _lines(seen: View, existing: pd.DataFrame, later: pd.DataFrame) -> Rows:
    labels, lines = seen.labels, []
    for key in dict.fromkeys(zip(later["stage"], later["indicator"], strict=True)):
        cells = []
        for frame, plan in ((existing, ""), *((later, plan) for plan in seen.plans)):
            found = frame[(frame["stage"] == key[0]) & (frame["indicator"] == key[1]) & (frame["plan"] == plan)]
            cells.append(_number(labels, found.iloc[0].to_dict()) if len(found) else NOTHING)
        name = labels(f"compare.figure.{key[1]}")
        if key[0] != "all":
            name = labels("compare.of_stage", name=name, stage=seen.words.stage(key[0]))
        lines.append((name, *cells))
    return lines


def affected_tables(seen: View, totals: pd.DataFrame, units: pd.DataFrame) -> list[Table]:
    """Who is affected: totals by plan and stage in the reference future, and the homes that change school."""
    labels, words, study = seen.labels, seen.words, seen.run.study
    own = totals[(totals["run"] == seen.run.name) & (totals["future"] == study.reference_future)]
    if own.empty:
        return []
    heads = [labels(f"compare.affected.{key}") for key in
             ("plan", "stage", "rezoned", "longer", "shorter", "moved", "moved_again")]  # fmt: skip
    rows = [
        (words.plan(row["plan"]), words.stage(row["stage"]),
         *(labels("compare.homes", n=row[f"{key}_units"], pupils=labels.integer(row[f"{key}_pupils"]))
           for key in ("rezoned", "longer", "shorter")),
         labels.integer(row["moved"]), labels.integer(row["moved_again"]))
        for row in own.to_dict("records")
    ]  # fmt: skip
    said = labels("compare.affected.said", future=words.future(study.reference_future),
                  year=labels.school_year(study.window[1]), base=words.plan(seen.baseline))  # fmt: skip
    return [Table(labels("compare.affected.title"), heads, rows, said), *_home_tables(seen, units)]


def _home_tables(seen: View, units: pd.DataFrame) -> list[Table]:
    labels, words = seen.labels, seen.words
    own = units[(units["run"] == seen.run.name) & (units["future"] == seen.run.study.reference_future)]
    own = own[own["schools_before"] != own["schools_after"]]
    heads = [labels(f"compare.affected.{key}") for key in
             ("stage", "home", "pupils", "from", "to", "minutes_before", "minutes_after")]  # fmt: skip
    tables = []
    for plan in seen.plans:
        rows: Rows = [
            (words.stage(row["stage"]), seen.setting.name("unit", row["unit"]), labels.integer(row["pupils"]),
             _schools(seen, row["schools_before"]), _schools(seen, row["schools_after"]),
             labels.integer(row["minutes_before"]), labels.integer(row["minutes_after"]))
            for row in own[own["plan"] == plan].to_dict("records")
        ]  # fmt: skip
        if rows:
            title = labels("compare.affected.homes_of", plan=words.plan(plan), n=len(rows))
            tables.append(Table(title, heads, rows, folded=True))
    return tables


def _schools(seen: View, ids: str) -> str:
    return seen.labels("word.list").join(seen.words.school(one) for one in ids.split()) or NOTHING


def flip_tables(views: Sequence[View], frame: pd.DataFrame) -> Flips:
    """Clauses that change their verdict, pair by pair; rows of clauses that decide, all the others in the file."""
    named, found = {seen.run.name: seen for seen in views}, Flips([], [])
    for pair_of, rows in frame.groupby(_PAIR, sort=False):
        key = _names(pair_of)
        first, second = named[key[0]], named[key[2]]
        labels = second.labels
        pair = labels("compare.pair", a=_case(named, key[0], key[1]), b=_case(named, key[2], key[3]))
        for future, part in rows.groupby("future", sort=False):
            own = part[part["decides"] == 1]["change"].value_counts()
            counts = [str(int(own.get(kind, 0))) for kind in ("better", "worse", "other")]
            beside = str(int((part["decides"] == 0).sum()))
            found.sums.append((pair, second.words.future(str(future)), *counts, beside))
        heads = [labels(f"compare.flip.{name}") for name in ("future", "who", "clause", "before", "after", "change")]
        lines = [_flip(first, second, row) for row in rows[rows["decides"] == 1].to_dict("records")]
        if lines:
            found.tables.append(Table(labels("compare.flip.rows", pair=pair, n=len(lines)), heads, lines, folded=True))
    return found


def _names(key: object) -> tuple[str, ...]:
    """The columns `_PAIR` of a group."""
    assert isinstance(key, tuple)
    return tuple(map(str, key))


def _case(named: Mapping[str, View], run: str, plan: str) -> str:
    name = named[run].words.plan(plan)
    return name if len(named) == 1 else f"{name} · {run}"


def _flip(first: View, second: View, row: Record) -> tuple[str, ...]:
    labels, words = second.labels, second.words
    entity = str(row["entity"])
    who = labels("word.whole_county") if row["scope"] == "county" else second.words.schools.get(entity)
    clause = labels("word.all_rules") if row["rule"] == "all" else words.clause(str(row["rule"]))
    if str(row["stage"]) not in ("all", ""):
        clause = labels("compare.of_stage", name=clause, stage=words.stage(str(row["stage"])))
    said = [_verdict(labels, str(row[side]), row[f"probability_{side}"]) for side in ("before", "after")]
    change = labels(f"compare.change.{row['change']}")
    return (words.future(str(row["future"])), who or first.words.school(entity), clause, *said, change)


def _verdict(labels: Labels, verdict: str, probability: object) -> str:
    if verdict == ABSENT:
        return labels("compare.absent")
    number = float(str(probability))
    chance = "" if number != number or verdict == "not-assessed" else f" {labels.percent(number)}"
    return f"{MARKS[verdict]} {labels(f'verdict.{verdict}')}{chance}"


def difference_tables(views: Sequence[View], frame: pd.DataFrame) -> tuple[list[Table], list[str]]:
    """Differences pair by pair: the period where draws are kept, else the worst year under the first case.

    Pairs that are alike in every figure and world are named apart.
    """
    named = {seen.run.name: seen for seen in views}
    labels = views[0].labels
    heads = [labels(f"compare.column.{key}") for key in ("future", "figure", "period", "change", "interval", "less")]
    tables: list[Table] = []
    alike: list[str] = []
    for found, own in frame.groupby(_PAIR, sort=False):
        key = _names(found)
        title = labels("compare.pair", a=_case(named, key[0], key[1]), b=_case(named, key[2], key[3]))
        if (own["pairing"] == pairs.PAIRED).all() and not own[["mean", "p05", "p95", "p_less", "p_more"]].any(
            axis=None
        ):
            alike.append(title)
            continue
        shown = _shown(named[key[0]], own)
        rows = [_difference(named[key[2]], row) for row in shown.to_dict("records")]
        said = labels(f"compare.pairing.{shown['pairing'].iloc[0]}") if len(shown) else ""
        tables.append(Table(labels("compare.how", pair=title, how=said), heads, rows, folded=bool(tables)))
    return tables, alike


def _shown(first: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a pair that the page shows."""
    whole = rows[rows["period"] == pairs.WINDOW]
    if len(whole):
        return whole
    worst = {future: worst_year(first.run, str(rows["plan_a"].iloc[0]), str(future)) for future in set(rows["future"])}
    return rows[rows["period"] == rows["future"].map(worst).astype(str)]


def _difference(seen: View, row: Record) -> tuple[str, ...]:
    labels, digits = seen.labels, _CHANGE.get(str(row["indicator"]), 0)
    period = labels("compare.window") if row["period"] == pairs.WINDOW else labels.school_year(int(str(row["period"])))
    mean, low, high, p05, p95, less = (
        float(str(row[name])) for name in ("mean", "low", "high", "p05", "p95", "p_less")
    )
    interval = NOTHING if low != low else labels("compare.ends", low=signed(low, digits), high=signed(high, digits))
    return (
        seen.words.future(str(row["future"])), labels(f"compare.figure.{row['indicator']}"), period,
        labels.change(mean, p05, p95, digits), interval, NOTHING if less != less else labels.percent(less),
    )  # fmt: skip


def change_rows(views: Sequence[View], frame: pd.DataFrame) -> Rows:
    """Changes of files in words: which versions, part, item, field, before, after."""
    labels = views[0].labels
    rows: Rows = []
    for row in frame.to_dict("records"):
        pair = row["run_a"] if row["run_a"] == row["run_b"] else labels("compare.pair", a=row["run_a"], b=row["run_b"])
        rows.append(
            (pair, labels(f"compare.part.{row['part']}"), row["item"], row["field"],
             labels(f"compare.change.{row['change']}"), row["before"] or NOTHING, row["after"] or NOTHING)
        )  # fmt: skip
    return rows
