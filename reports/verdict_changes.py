"""Which verdicts differ between two runs of one study: by plan and future, the county's and those of single schools."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import pandas as pd

from reports.run_folder import RunFolder
from reports.sentences import Words, doubt_word
from reports.terminal import words_of

_SAID = ("verdict", "probability", "unverified")
_KEYS = ["plan", "future", "scope", "rule", "stage", "entity"]


@dataclass(frozen=True)
class ChangeRow:
    """One verdict that changed, in words."""

    plan: str
    future: str
    what: str  # the county, or school and clause
    before: str
    after: str


def verdict_changes(first: RunFolder, second: RunFolder) -> pd.DataFrame:
    """Verdicts of both runs that differ, of clauses that decide: keys, verdict and probability before and after."""
    earlier, later = (run.study.deciding(run.tables.verdicts) for run in (first, second))
    both = earlier.merge(later, on=_KEYS, suffixes=("_before", "_after"))
    # Rules of the county are the sum of its schools: only its whole verdict is news.
    told = (both["scope"] == "school") | (both["rule"] == "all")
    changed = both[told & (both["verdict_before"] != both["verdict_after"])]
    columns = [*_KEYS, *(f"{name}_{when}" for when in ("before", "after") for name in _SAID)]
    return changed[columns].sort_values(["plan", "future", "scope", "entity", "rule"], ignore_index=True)


def change_rows(first: RunFolder, second: RunFolder, lang: str) -> list[ChangeRow]:
    """`verdict_changes` in words."""
    words = words_of(second, lang)
    return [
        ChangeRow(
            words.plan(row["plan"]),
            words.future(row["future"]),
            _what(row, words),
            *(
                _said(row[f"verdict_{when}"], row[f"probability_{when}"], row[f"unverified_{when}"], words)
                for when in ("before", "after")
            ),
        )
        for row in verdict_changes(first, second).to_dict("records")
    ]


def _what(row: Mapping[Hashable, object], words: Words) -> str:
    if row["scope"] == "county":
        return words.labels("word.whole_county")
    return f"{words.school(str(row['entity']))} · {words.clause(str(row['rule']))}"


def _said(verdict: str, probability: float, unverified: str, words: Words) -> str:
    word = words.labels(f"verdict.{verdict}") + doubt_word(bool(unverified), words.labels)
    return word if pd.isna(probability) else f"{word} {words.labels.percent(probability)}"
