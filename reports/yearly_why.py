"""Why a verdict on a school is another than last year, as far as both run folders say it.

The mean roll m of a year y in this year's run and in last year's differ by
    m1(y) - m0(y) = [c - m0(b)] + [(m1(y) - c) - (m0(y) - m0(b))]
c what was counted in this base year b: what came otherwise than forecast, and what is expected otherwise from here on.
Test: tests/reports/test_yearly.py.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import isnan, sqrt

import pandas as pd

from reports.i18n import Labels, signed
from reports.run_folder import RunFolder
from reports.study_card import RuleCard
from reports.yearly_data import Yearly

Z = 1.96
"""Half width of a 95 % interval, in standard errors."""
_FEW = 2.0
"""Mean pupils from which a driver is named."""
_MOST_DRIVERS = 3


@dataclass(frozen=True)
class Rolls:
    """Mean roll of a school in a year, last year's word and this year's [pupils]; came, later: as in the module."""

    year: int
    last: float
    now: float
    came: float
    later: float


def rolls_of(made: Yearly, row: Mapping[Hashable, object], rule: RuleCard) -> Rolls | None:
    """The rolls behind a change of verdict; None where one of the runs has no such year or school."""
    if made.last is None:
        return None
    stage = rule.stages[0] if len(rule.stages) == 1 else "all"
    pair = [_means(run, row, stage) for run in (made.last, made.run)]
    year = _year(row, set(pair[0].index) & set(pair[1].index))
    counted = _counted(made, str(row["entity"]), stage)
    if year is None or counted is None or made.year not in pair[0].index:
        return None
    last, now, expected = float(pair[0][year]), float(pair[1][year]), float(pair[0][made.year])
    return Rolls(year, last, now, counted - expected, (now - counted) - (last - expected))


def causes(made: Yearly, row: Mapping[Hashable, object], rolls: Rolls | None) -> list[str]:
    """What differs between the runs that bears on this verdict, the surest first; empty where nothing was found."""
    if made.last is None:
        return []
    words, found = made.labels, list[str]()
    found += _rules(made, row, words)
    if rolls is not None:
        found += _pupils(rolls, words)
        found += _drivers(made, row, rolls.year)
    if row["scope"] == "school":
        found += _seats(made, row, rolls) + _openings(made, row)
    by_chance = within_chance(made, row)
    return [*found, *([words("yearly.why.chance")] if by_chance else [])]


def _means(run: RunFolder, row: Mapping[Hashable, object], stage: str, indicator: str = "roll") -> pd.Series:
    rows = run.tables.schools
    at = (rows["future"] == row["future"]) & (rows["plan"] == row["plan"]) & (rows["entity"] == row["entity"])
    own = rows[at & (rows["stage"] == stage) & (rows["indicator"] == indicator)]
    return own.set_index("year")["mean"]


def _year(row: Mapping[Hashable, object], known: set[int]) -> int | None:
    """The year to compare: the worst one of this year's run, else of last year's."""
    for name in ("worst_year_after", "worst_year_before"):
        value = float(row[name])  # type: ignore[arg-type]
        if not isnan(value) and int(value) in known:
            return int(value)
    return min(known) if known else None


def _counted(made: Yearly, school: str, stage: str) -> float | None:
    rows = made.pupils()
    own = rows[(rows["school"] == school) & (rows["year"] == made.year)]
    own = own if stage == "all" else own[own["stage"] == stage]
    return float(own["pupils"].sum()) if len(own) else None


def _pupils(rolls: Rolls, words: Labels) -> list[str]:
    year = words.school_year(rolls.year)
    told = {"came": rolls.came, "later": rolls.later}
    return [
        words(f"yearly.why.{key}.{'more' if n > 0 else 'fewer'}", n=words.integer(abs(n)), year=year)
        for key, n in told.items()
        if round(abs(n)) >= 1
    ]


def _drivers(made: Yearly, row: Mapping[Hashable, object], year: int) -> list[str]:
    """Drivers of the school that differ most; cohorts that move up differ by the year that has passed, and are left."""
    if made.last is None:
        return []
    sums = [_driver_sums(run, row, year) for run in (made.last, made.run)]
    if any(one.empty for one in sums):
        return []
    change = sums[1].sub(sums[0], fill_value=0.0).drop("turnover", errors="ignore")
    change = change[change.abs() >= _FEW]
    largest = change.reindex(change.abs().sort_values(ascending=False, kind="stable").index).head(_MOST_DRIVERS)
    words = made.labels
    named = [
        words("drivers.said.part", driver=words(f"drivers.{name}"), n=signed(float(value)))
        for name, value in largest.items()
        if words.has(f"drivers.{name}")
    ]
    return [words("yearly.why.drivers", parts=words("word.list").join(named))] if named else []


def _driver_sums(run: RunFolder, row: Mapping[Hashable, object], year: int) -> pd.Series:
    rows = run.tables.drivers
    at = (rows["future"] == row["future"]) & (rows["plan"] == row["plan"]) & (rows["school"] == row["entity"])
    own = rows[at & (rows["year"] == year) & (rows["part"] == "change")]
    return own.groupby("driver")["value"].sum()


def _seats(made: Yearly, row: Mapping[Hashable, object], rolls: Rolls | None) -> list[str]:
    if made.last is None or rolls is None:
        return []
    last, now = (_means(run, row, "all", "seats").get(rolls.year) for run in (made.last, made.run))
    if last is None or now is None or abs(float(now) - float(last)) < 0.5:
        return []
    words = made.labels
    values = {"last": words.integer(float(last)), "now": words.integer(float(now))}
    return [words("yearly.why.seats", year=words.school_year(rolls.year), **values)]


def _openings(made: Yearly, row: Mapping[Hashable, object]) -> list[str]:
    """Projects at the school that open at another time than last year's run said."""
    if made.last is None:
        return []
    then, now = (_opened(run, row) for run in (made.last, made.run))
    words, found = made.labels, list[str]()
    for project in sorted(set(then) | set(now)):
        pair = [_shown(one.get(project), project in one, words) for one in (then, now)]
        if pair[0] != pair[1]:
            name = _project(made, str(row["plan"]), project)
            found.append(words("yearly.why.project", project=name, last=pair[0], now=pair[1]))
    return found


def _opened(run: RunFolder, row: Mapping[Hashable, object]) -> dict[str, float]:
    rows = run.tables.projects
    at = (rows["future"] == row["future"]) & (rows["plan"] == row["plan"]) & (rows["school"] == row["entity"])
    own = rows[at].drop_duplicates("project")
    return dict(zip(own["project"], own["p50"].astype(float).mask(own["p_never"] > 0.5), strict=True))


def _shown(year: float | None, there: bool, words: Labels) -> str:
    if not there or year is None:
        return words("yearly.why.no_project")
    return words("yearly.why.never") if isnan(year) else words.school_year(round(year))


def _project(made: Yearly, plan: str, project: str) -> str:
    cards = [run.study.plan(plan) for run in (made.run, made.last) if run is not None and _has(run, plan)]
    named = (one for card in cards for one in card.projects if one.id == project)
    return next((made.labels.pick(one.name) for one in named), project)


def _has(run: RunFolder, plan: str) -> bool:
    return any(one.id == plan for one in run.study.plans)


def _rules(made: Yearly, row: Mapping[Hashable, object], words: Labels) -> list[str]:
    """A limit, or the probability that is asked for, that is another."""
    if made.last is None:
        return []
    found = []
    bounds = [[one.bound for one in run.study.rules if one.code == row["rule"]] for run in (made.last, made.run)]
    if all(bounds) and bounds[0][0] != bounds[1][0]:
        found.append(words("yearly.why.bound", last=f"{bounds[0][0]:g}", now=f"{bounds[1][0]:g}"))
    asked = [float(row[f"required_{when}"]) for when in ("before", "after")]  # type: ignore[arg-type]
    if not any(isnan(one) for one in asked) and asked[0] != asked[1]:
        found.append(words("yearly.why.required", last=words.percent(asked[0]), now=words.percent(asked[1])))
    return found


def within_chance(made: Yearly, row: Mapping[Hashable, object]) -> bool:
    """Whether the two probabilities differ by no more than the numbers of draws leave open (two shares, 95 %)."""
    if made.last is None:
        return False
    before, after = (float(row[f"probability_{when}"]) for when in ("before", "after"))  # type: ignore[arg-type]
    draws = [run.study.draws for run in (made.last, made.run)]
    if isnan(before) or isnan(after) or min(draws) == 1:
        return False
    share = (before * draws[0] + after * draws[1]) / sum(draws)
    error = sqrt(share * (1.0 - share) * (1.0 / draws[0] + 1.0 / draws[1]))
    return abs(after - before) <= Z * error
