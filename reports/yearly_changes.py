"""Yearly report: verdicts that are others than in last year's run, how many, which ones, and why."""

from collections.abc import Hashable, Mapping

import pandas as pd

from reports.document import Block, Cell, Column, Heading, Paragraph, Table
from reports.matrix import baseline_plan
from reports.run_folder import RunFolder
from reports.sentences import doubt_word
from reports.study_card import RuleCard
from reports.table_shapes import VERDICTS
from reports.yearly_data import Yearly
from reports.yearly_why import causes, rolls_of, within_chance

_KEYS = ["plan", "future", "scope", "rule", "stage", "entity"]
_SAID = ["verdict", "probability", "required", "worst_year", "unverified"]
MOST = 60
"""Rows of the table in front; the workbook of the runs holds all."""


def chapter(made: Yearly) -> list[Block]:
    """Counts, the county, and single schools in the case in front."""
    words = made.labels
    blocks: list[Block] = [Heading(1, words("yearly.chapter.changes"))]
    if made.last is None:
        return [*blocks, Paragraph(words("yearly.changes.no_run"), "note")]
    both = paired(made.last, made.run)
    if both.empty:
        return [*blocks, Paragraph(words("yearly.changes.none_shared"), "warning")]
    changed = both[both["verdict_before"] != both["verdict_after"]]
    by_chance = sum(within_chance(made, row) for row in changed.to_dict("records"))
    numbers = {"n": words.integer(len(changed)), "of": words.integer(len(both)), "chance": words.integer(by_chance)}
    years = {"last": words.school_year(made.before), "now": words.school_year(made.year)}
    blocks.append(Paragraph(words("yearly.changes.lead", **numbers, **years), "lead"))
    blocks += [turn_table(made, both), county_table(made, both)]
    own = _in_front(made, changed)
    if own.empty:
        return [*blocks, Paragraph(words("yearly.changes.no_school", **_case(made)))]
    how = Paragraph(words("yearly.changes.how", **_case(made)), "note")
    return [*blocks, how, school_table(made, own), why_table(made, own)]


def paired(last: RunFolder, now: RunFolder) -> pd.DataFrame:
    """Verdicts of clauses that decide, of schools and of the whole county, that both runs have: keys, then and now."""
    frames = [run.study.deciding(run.tables.verdicts)[[*_KEYS, *_SAID]] for run in (last, now)]
    both = frames[0].merge(frames[1], on=[*_KEYS[:-1], "entity"], suffixes=("_before", "_after"))
    told = (both["scope"] == "school") | (both["rule"] == "all")
    return both[told].sort_values(_KEYS, ignore_index=True)


def turn_table(made: Yearly, both: pd.DataFrame) -> Table:
    """`y_turns`: how many verdicts on schools went from what to what, over all cases that both runs have."""
    words = made.labels
    schools = both[both["scope"] == "school"]
    counts = schools.groupby(["verdict_before", "verdict_after"]).size()
    kinds = [one for one in VERDICTS if one in set(schools["verdict_before"]) | set(schools["verdict_after"])]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (words(f"verdict.{before}"), *(float(counts.get((before, after), 0)) for after in kinds)) for before in kinds
    )
    group = words("yearly.turns_now", year=words.school_year(made.year))
    columns = (
        Column("before", words("yearly.turns_last", year=words.school_year(made.before))),
        *(Column(one, words(f"verdict.{one}"), "count", group=group) for one in kinds),
    )
    remarks = (words("yearly.turns_note"),)
    return Table("y_turns", words("yearly.table.turns"), columns, rows, made.basis("yearly.method.both"), remarks)


def county_table(made: Yearly, both: pd.DataFrame) -> Table:
    """`y_county`: the verdict on the county in every case that both runs have."""
    words, seen = made.labels, made.seen.words
    rows: list[tuple[Cell, ...]] = []
    for row in both[both["scope"] == "county"].to_dict("records"):
        pair = [_word(row, when, made) for when in ("before", "after")]
        chances = [_chance(row, when) for when in ("before", "after")]
        rows.append((seen.plan(row["plan"]), seen.future(row["future"]), pair[0], chances[0], pair[1], chances[1]))
    return Table(
        "y_county",
        words("yearly.table.county"),
        (Column("plan", words("yearly.plan")), Column("future", words("yearly.future")), *_verdicts(made)),
        tuple(rows),
        made.basis("yearly.method.both"),
    )


def school_table(made: Yearly, changed: pd.DataFrame) -> Table:
    """`y_changes`: single schools whose verdict changed, with the roll behind it and the causes."""
    words, seen = made.labels, made.seen.words
    rows: list[tuple[Cell, ...]] = []
    for row in changed.head(MOST).to_dict("records"):
        rule = _rule(made, str(row["rule"]))
        rolls = None if rule is None else rolls_of(made, row, rule)
        said = (_word(row, "before", made), _chance(row, "before"), _word(row, "after", made), _chance(row, "after"))
        numbers: tuple[Cell, ...] = (None, None, None)
        if rolls is not None:
            numbers = (float(rolls.year), rolls.last, rolls.now)
        rows.append((seen.school(str(row["entity"])), seen.clause(str(row["rule"])), *said, *numbers))
    unit, group = words("document.unit.people"), words("yearly.expected")
    columns = (
        Column("school", words("yearly.school")),
        Column("clause", words("yearly.clause")),
        *_verdicts(made),
        Column("year", words("yearly.in_year"), "school_year", group=group),
        Column("roll_last", words("yearly.said_last"), "count", unit, group=group, people=True),
        Column("roll_now", words("yearly.said_now"), "count", unit, group=group, people=True),
    )
    left = len(changed) - MOST
    remarks = (words("yearly.changes.more", n=words.integer(left)),) if left > 0 else ()
    table = words("yearly.table.changes")
    return Table(
        "y_changes",
        table,
        columns,
        tuple(rows),
        made.basis("yearly.method.both"),
        remarks,
        wide=True,
    )


def why_table(made: Yearly, changed: pd.DataFrame) -> Table:
    """`y_why`: the same schools, and what differs between the runs that bears on their verdicts."""
    words, seen = made.labels, made.seen.words
    rows: list[tuple[Cell, ...]] = []
    for row in changed.head(MOST).to_dict("records"):
        rule = _rule(made, str(row["rule"]))
        found = causes(made, row, None if rule is None else rolls_of(made, row, rule))
        why = words("yearly.glue").join(found) or words("yearly.why.unknown")
        rows.append((seen.school(str(row["entity"])), seen.clause(str(row["rule"])), why))
    heads = ("school", "clause", "why")
    columns = tuple(Column(name, words(f"yearly.{name}")) for name in heads)
    return Table("y_why", words("yearly.table.why"), columns, tuple(rows), made.basis("yearly.method.both"))


def _verdicts(made: Yearly) -> tuple[Column, ...]:
    words = made.labels
    groups = [words("yearly.verdict_of", year=words.school_year(year)) for year in made.years]
    return tuple(
        column
        for when, group in zip(("last", "now"), groups, strict=True)
        for column in (
            Column(f"verdict_{when}", words("yearly.verdict"), group=group),
            Column(f"chance_{when}", words("yearly.chance"), "chance", group=group),
        )
    )


def _case(made: Yearly) -> dict[str, str]:
    seen = made.seen.words
    return {
        "future": seen.future(made.run.study.reference_future),
        "plan": seen.plan(baseline_plan(made.run.study).id),
    }


def _in_front(made: Yearly, changed: pd.DataFrame) -> pd.DataFrame:
    """Schools of the plan without projects in the reference future; those that became worse first."""
    study = made.run.study
    at = (changed["future"] == study.reference_future) & (changed["plan"] == baseline_plan(study).id)
    own = changed[at & (changed["scope"] == "school")]
    step = own["probability_after"] - own["probability_before"]
    return own.assign(step=step).sort_values(["step", "entity", "rule"], kind="stable")


def _rule(made: Yearly, code: str) -> RuleCard | None:
    return next((rule for rule in made.run.study.rules if rule.code == code), None)


def _word(row: Mapping[Hashable, object], when: str, made: Yearly) -> str:
    doubt = doubt_word(bool(row[f"unverified_{when}"]), made.labels)
    return made.labels(f"verdict.{row[f'verdict_{when}']}") + doubt


def _chance(row: Mapping[Hashable, object], when: str) -> float | None:
    value = float(row[f"probability_{when}"])  # type: ignore[arg-type]
    return None if value != value else value
