"""Pictures of breaches: when a school first breaks its limit, and how large the largest classes are."""

import pandas as pd

from reports.album import Album
from reports.figures_first import Subject, first_breach, first_rows, never
from reports.figures_ridge import Row, class_ridge, largest_classes
from reports.figures_setting import Bound, Caption, Case
from reports.study_card import RuleCard
from reports.view import View

LIKELY = 0.5


def what_breaks(seen: View, rule: RuleCard) -> str:
    """What a school does that breaks a clause, in words: `more than 2000 pupils`."""
    kind = rule.indicator if rule.indicator in ("school_size", "class_size") else "other"
    values = {"bound": f"{rule.bound:g}{seen.words.doubt(rule.code)}", "clause": seen.words.clause(rule.code)}
    return seen.labels(f"finding.{kind}", **values)


def pair(seen: View, future: str) -> list[Case]:
    """Baseline plan and headline plan, side by side."""
    return seen.cases(future, tuple(dict.fromkeys((seen.baseline, seen.plan))))


def first(seen: View, album: Album) -> int | None:
    """First breaches of the schools that decide, baseline plan beside headline plan; None where there is none."""
    table, future = seen.run.tables.first_breach, seen.future
    own = table[table["future"] == future]
    subjects = [(one.school, one.rule) for one in seen.deciding]
    subjects = [key for key in subjects if ((own["entity"] == key[0]) & (own["rule"] == key[1])).any()]
    if not subjects or seen.run.study.draws == 1:
        return None
    told = [(key, what_breaks(seen, seen.run.study.rule(key[1]))) for key in subjects]
    cases = pair(seen, future)
    caption = Caption(_first_finding(seen, own, subjects, cases))
    return album.add(first_breach, caption, own, seen.telling(cases), subjects=told, cases=cases)


def _first_finding(seen: View, own: pd.DataFrame, subjects: list[Subject], cases: list[Case]) -> str:
    """The likeliest breach: which school under which plan, when, how likely at all; and under the other plan."""
    labels = seen.labels
    chances = {(case, key): 1.0 - never(first_rows(own, case, key)) for case in cases for key in subjects}
    case, key = max(chances, key=lambda at: (round(chances[at], 9), -cases.index(at[0]), -subjects.index(at[1])))
    rows = first_rows(own, case, key)
    year = int(rows.sort_values(["p_first", "year"], ascending=[False, True])["year"].iloc[0])
    said = labels(
        "finding.first",
        school=seen.words.school(key[0]), plan=seen.words.plan(case.plan), year=labels.school_year(year),
        chance=labels.percent(chances[(case, key)]), horizon=labels.school_year(seen.run.study.horizon),
    )  # fmt: skip
    others = [
        labels("finding.chance_part", plan=seen.words.plan(other.plan), chance=labels.percent(chances[(other, key)]))
        for other in cases
        if other != case
    ]
    return said + (labels("finding.first_others", parts=labels("word.list").join(others)) if others else "")


def _bounds(seen: View) -> dict[Row, Bound]:
    """Limit of class size of every school and stage that was tested against one."""
    rules = {rule.code: rule for rule in seen.run.study.rules if rule.indicator == "class_size"}
    rows = seen.run.tables.verdicts
    rows = rows[(rows["scope"] == "school") & rows["rule"].isin(list(rules))][["entity", "rule"]].drop_duplicates()
    pairs = zip(rows["entity"].astype(str), rows["rule"].astype(str), strict=True)
    return {(school, stage): seen.bound(rules[code]) for school, code in pairs for stage in rules[code].stages}


def ridge(seen: View, album: Album) -> int | None:
    """Largest classes of all schools in the worst year, baseline plan beside headline plan; None without a limit."""
    cases, year = pair(seen, seen.future), seen.year
    tables = seen.run.tables
    schools = tables.schools
    own = schools[
        (schools["future"] == seen.future) & (schools["year"] == year) & (schools["indicator"] == "largest_class")
    ]
    found = {case: largest_classes(own, case, year) for case in cases}
    found = {case: table[table["p_exceed"].notna()] for case, table in found.items()}
    if all(table.empty for table in found.values()) or seen.run.study.draws == 1:
        return None
    parts = [
        seen.labels(
            "finding.map_part", plan=seen.words.plan(case.plan),
            n=seen.labels.integer(len({school for school, _ in table.index[table["p_exceed"] > LIKELY]})),
        )
        for case, table in found.items()
    ]  # fmt: skip
    said = seen.labels("finding.ridge", year=seen.labels.school_year(year), future=seen.words.future(seen.future),
                       parts=seen.labels("word.list").join(parts))  # fmt: skip
    caption = Caption(said)
    return album.add(class_ridge, caption, own, seen.telling(cases), cases=cases, year=year, bounds=_bounds(seen))
