"""The sections on oversized schools and quotas: rows of `ranking.csv`, `plan_changes.csv`, `quotas.csv` in words."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.by_future import by_future
from reports.i18n import NOTHING, decimal, integer
from reports.matrix import NEGLIGIBLE
from reports.ranking import overshoots
from reports.view import View, rules_of

Rows = list[tuple[str, ...]]
Row = Mapping[Hashable, object]


@dataclass(frozen=True)
class Part:
    """A table in words: a sentence before it, its rows, and one behind it."""

    said: str
    rows: Rows
    rest: str = ""
    title: str = ""


def oversized(seen: View) -> Part:
    """Schools that may pass their size limit in the future of the headline: today, without a plan, with the plan."""
    labels, run = seen.labels, seen.run
    over = overshoots(run.study, run.tables.verdicts)
    plans = tuple(dict.fromkeys((seen.baseline, seen.plan)))
    base = run.tables.history
    roll = base[base["year"] == run.study.base_year].groupby("school")["pupils"].sum()
    found = {s: [over.get((seen.future, plan, s)) for plan in plans] for f, _, s in over if f == seen.future}
    # A school that only a plan opens is not judged without it; one that neither plan has is not shown.
    shown = {s: pair for s, pair in found.items() if max((o.chance for o in pair if o), default=0.0) >= NEGLIGIBLE}
    if not shown:
        return Part(labels("oversize.none"), [])
    order = sorted(shown, key=lambda s: (-max(o.pupils for o in shown[s] if o), s))
    rows = [
        (
            seen.words.school(school),
            integer(float(roll[school])) if school in roll.index else NOTHING,
            integer(_limit(seen, school)),
            *(NOTHING if one is None else _percent(seen, one.chance) for one in shown[school]),
            *(NOTHING if one is None else integer(one.pupils) for one in shown[school]),
        )
        for school in order
    ]
    return Part(labels("oversize.lead", future=seen.words.future(seen.future)), rows)


def _percent(seen: View, chance: float) -> str:
    """A chance in percent; one draw has none."""
    return NOTHING if seen.run.study.draws == 1 else seen.labels.percent(chance)


def _limit(seen: View, school: str) -> float:
    return next(rule.bound for rule in rules_of(seen, school) if rule.indicator == "school_size")


def oversized_heads(seen: View) -> list[str]:
    """Heads of the table of oversized schools; one pair of columns for each plan shown."""
    plans = [seen.words.plan(plan) for plan in dict.fromkeys((seen.baseline, seen.plan))]
    first = [seen.labels(f"column.{key}") for key in ("school", "today", "limit")]
    return [*first, *(seen.labels(f"oversize.{key}", plan=plan) for key in ("p", "pupils") for plan in plans)]


def ranking(seen: View) -> list[Part]:
    """Projects of every plan that have to do with oversized schools, by their new rank, in the reference future."""
    labels, table = seen.labels, seen.run.tables.ranking
    own = table[table["future"] == seen.run.study.reference_future]
    parts = []
    for plan in seen.built:
        every = own[own["plan"] == plan].sort_values("rank")
        named = {one.id: labels.pick(one.name) for one in seen.run.study.plan(plan).projects}
        concerned = every[every["effect"] != "none"]
        name = seen.words.plan(plan)
        if concerned.empty:
            parts.append(Part(labels("ranking.none", plan=name), [], title=name))
            continue
        rest = len(every) - len(concerned)
        parts.append(
            Part(
                labels("ranking.lead", plan=name),
                [_ranked(seen, row, named) for row in concerned.to_dict("records")],
                labels("ranking.rest", n=rest) if rest else "",
                name,
            )
        )
    return parts


def _ranked(seen: View, row: Row, named: Mapping[str, str]) -> tuple[str, ...]:
    labels = seen.labels
    schools = [seen.words.school(school) for school in str(row["schools"]).split()]
    per = float(str(row["per_million"]))
    moved = int(str(row["moves"]))
    arrow = "" if not moved else f" ({'↑' if moved > 0 else '↓'}{abs(moved)})"
    return (
        f"{row['rank']}{arrow}",
        str(row["rank_listed"]),
        named.get(str(row["project"]), str(row["project"])),
        labels(f"ranking.effect.{row['effect']}"),
        labels("word.list").join(schools),
        _percent(seen, float(str(row["p_before"]))),
        _percent(seen, float(str(row["p_after"]))),
        integer(float(str(row["over_before"]))),
        integer(float(str(row["over_after"]))),
        integer(float(str(row["cost"]))),
        NOTHING if pd.isna(per) or row["effect"] != "relieves" else decimal(per, 1),
    )


RANKING_HEADS = (
    "rank_size", "rank_listed", "project", "effect", "schools_concerned", "p_without", "p_with", "over_without",
    "over_with", "cost_wan", "per_million",
)  # fmt: skip


def changes(seen: View) -> list[Part]:
    """What changed from each list to the next, projects that stayed as they were left out."""
    labels, table = seen.labels, seen.run.tables.plan_changes
    parts = []
    known = [plan.id for plan in seen.run.study.plans]
    table = table[table["plan_a"].isin(known) & table["plan_b"].isin(known)]
    for (a, b), rows in table.groupby(["plan_a", "plan_b"], sort=False):
        cards = [*seen.run.study.plan(str(b)).projects, *seen.run.study.plan(str(a)).projects]
        named = {one.id: labels.pick(one.name) for one in reversed(cards)}
        said = rows[rows["change"] != "same"].sort_values(["listed_b", "listed_a"])
        title = labels("changes.title", a=seen.words.plan(str(a)), b=seen.words.plan(str(b)))
        shown = [_change(seen, row, named) for row in said.to_dict("records")]
        parts.append(Part("" if shown else labels("changes.none"), shown, title=title))
    return parts


def _change(seen: View, row: Row, named: Mapping[str, str]) -> tuple[str, ...]:
    labels = seen.labels
    places = [NOTHING if pd.isna(row[key]) else str(row[key]) for key in ("listed_a", "listed_b")]  # type: ignore[call-overload]
    edited = [labels(f"changes.key.{key}") for key in str(row["edited"]).split()]
    return (
        named.get(str(row["project"]), str(row["project"])),
        labels(f"changes.word.{row['change']}"),
        " → ".join(places),
        labels("word.list").join(edited) or NOTHING,
        labels(f"ranking.effect.{row['effect']}"),
    )


CHANGE_HEADS = ("project", "change_kind", "rank_listed", "edited", "effect")


def reordered_rows(seen: View, table: pd.DataFrame) -> Rows:
    """Projects whose place by oversized schools differs between two runs, or that only one has (`run_changes`)."""
    labels = seen.labels
    rows: Rows = []
    table = table[(table["rank_a"] != table["rank_b"]) | table["change"].isin(["added", "dropped"])]
    for row in table.sort_values(["plan", "rank_b", "rank_a"]).to_dict("records"):
        plan = seen.run.study.plan(row["plan"])
        named = {one.id: labels.pick(one.name) for one in plan.projects}
        rows.append(
            (
                labels.pick(plan.name),
                named.get(row["project"], row["project"]),
                labels(f"changes.word.{row['change']}"),
                *(" → ".join(_whole(row[f"{key}_{end}"]) for end in "ab") for key in ("rank", "over", "cost")),
            )
        )
    return rows


def _whole(number: float) -> str:
    return NOTHING if pd.isna(number) else integer(number)


def quotas(seen: View) -> Rows:
    """Every target of every plan: what is reached by then, and the chance that the target is met."""
    labels = seen.labels
    rows: Rows = []
    table = seen.run.tables.quotas
    known = [plan.id for plan in seen.run.study.plans]
    table = table[table["target"].notna() & table["plan"].isin(known)]
    for (of, quota, year), own in table.groupby(["plan", "quota", "year"]):
        plan, first = seen.run.study.plan(str(of)), own.iloc[0]
        name = next((labels.pick(one.name) for one in plan.quotas if one.id == quota), str(quota))
        reached, met = by_future(seen, own, _reached), by_future(seen, own, lambda row: _percent(seen, row["p_met"]))
        when, target = labels.school_year(int(str(year))), str(int(first["target"]))
        rows.append((name, labels.pick(plan.name), when, target, reached, str(first["most"]), met))
    return rows


def _reached(row: Mapping[Hashable, Any]) -> str:
    return f"{decimal(row['mean'], 1)} ({integer(row['p10'])}-{integer(row['p90'])})"


QUOTA_HEADS = ("quota", "plan", "year", "target", "reached", "most", "p_met")


def page(seen: View) -> dict[str, object]:
    """What the template of the sections names."""

    def heads(keys: tuple[str, ...]) -> list[str]:
        return [seen.labels(f"column.{key}") for key in keys]

    return {
        "oversized": oversized(seen),
        "oversized_heads": oversized_heads(seen),
        "ranking": ranking(seen),
        "ranking_heads": heads(RANKING_HEADS),
        "changes": changes(seen),
        "change_heads": heads(CHANGE_HEADS),
        "quotas": quotas(seen),
        "quota_heads": heads(QUOTA_HEADS),
    }
