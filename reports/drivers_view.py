"""Why the schools that decide change: rows of the table of drivers, one plain sentence, which pictures to draw."""

from collections.abc import Mapping

import pandas as pd

from reports.album import Album
from reports.figures_drivers import why
from reports.figures_setting import Caption, Case, of_case
from reports.i18n import Labels, signed
from reports.matrix import Breach
from reports.view import View

FOLDED = ("adjustment", "mean_of_draws", "few_draws")
"""Drivers that are how the forecast is made, not what happens in the county: shown together as `other`."""
SMALL = 0.02
"""Drivers below this share of the largest (and below one pupil) join `other`."""
LEAST_NAMED, MOST_NAMED = 2, 5
ORDER = (
    *("turnover", "births", "catchment", "progression", "diversion"),
    *("future_births", "urbanisation", "migration", "housing", "town_pull", "members", "construction", "zoning"),
    "rules",
)


def shown(values: Mapping[str, float]) -> dict[str, float]:
    """Drivers in their order with the small ones folded into `other`, which is last; the sum stays the same.

    >>> shown({"births": -40.0, "turnover": 10.0, "few_draws": 0.5, "housing": 0.2})
    {'turnover': 10.0, 'births': -40.0, 'other': 0.7}
    """
    least = max(1.0, SMALL * max((abs(value) for value in values.values()), default=0.0))
    kept = {name: values[name] for name in ORDER if abs(values.get(name, 0.0)) >= least and name not in FOLDED}
    other = sum(value for name, value in values.items() if name not in kept)
    return {**kept, "other": other} if abs(other) > 1e-3 else kept


def sentence(values: Mapping[str, float], names: Mapping[str, str], labels: Labels) -> str:
    """Who has how many more pupils, and through what: the largest drivers, then the rest.

    values: as `shown` gives them.  names: school, year and today as printed.
    """
    total = sum(values.values())
    largest = sorted((name for name in values if name != "other"), key=lambda name: -abs(values[name]))
    named: list[str] = []
    for name in (one for one in largest if round(values[one]) != 0):
        rest = total - sum(values[one] for one in named)
        # Who reads only the sentence must not miss more than what it names last.
        if len(named) == MOST_NAMED or (len(named) >= LEAST_NAMED and abs(rest) < abs(values[named[-1]])):
            break
        named.append(name)
    parts = [labels("drivers.said.part", driver=labels(f"drivers.{name}"), n=signed(values[name])) for name in named]
    rest = round(total) - sum(round(values[name]) for name in named)
    if rest:
        parts.append(labels("drivers.said.rest", n=signed(rest)))
    if not parts:
        return labels("drivers.said.only", **names)
    said = "more" if round(total) > 0 else "fewer" if round(total) < 0 else "same"
    number = labels.integer(abs(total))
    return labels(f"drivers.said.{said}", **names, n=number, parts=labels("word.list").join(parts))


def worst_year(seen: View, breach: Breach) -> int:
    """The year of the window most likely in breach, else the one with most pupils."""
    if breach.worst_year is not None:
        return breach.worst_year
    first, last = seen.run.study.window
    case = Case(breach.future, breach.plan)
    rolls = of_case(seen.run.tables.schools, case, entity=breach.school, indicator="roll", stage="all")
    rolls = rolls[rolls["year"].between(first, last)]
    return int(rolls.sort_values("mean", kind="stable")["year"].iloc[-1]) if len(rolls) else last


def why_pictures(seen: View, album: Album, breach: Breach) -> tuple[int, ...]:
    """The waterfall of a school to its worst year in the case of its likeliest breach; none without drivers."""
    case, year = Case(breach.future, breach.plan), worst_year(seen, breach)
    rows = of_case(seen.run.tables.drivers, case, school=breach.school, year=year)
    if rows.empty:
        return ()
    labels = seen.labels
    after = _mean_roll(seen, case, breach.school, year)
    names = {
        "school": seen.words.school(breach.school),
        "year": labels.school_year(year),
        "today": labels.school_year(seen.run.study.base_year),
    }
    change = shown(_values(rows, "change"))
    number = album.add(
        why,
        Caption(sentence(change, names, labels), labels("drivers.drawn", **names)),
        change,
        _values(rows, "spread"),
        seen.setting,
        case=case,
        after=after,
    )
    return (number,)


def _values(rows: pd.DataFrame, part: str) -> dict[str, float]:
    own = rows[rows["part"] == part]
    return dict(zip(own["driver"].astype(str), own["value"].astype(float), strict=True))


def _mean_roll(seen: View, case: Case, school: str, year: int) -> float:
    rows = of_case(seen.run.tables.schools, case, entity=school, indicator="roll", stage="all", year=year)
    return float(rows["mean"].sum())
