"""The section on cliffs: how near schools are to one more class or room, what projects add, what rests on measures."""

import pandas as pd

from reports.i18n import NOTHING, integer
from reports.view import View

Rows = list[tuple[str, ...]]

MOST = 15
"""Grades of schools that are listed, the nearest to a scarce room or a breach first."""
NEAR = "p_5"
SCARCE = ("room", "class_size", "school_size")
"""Triggers that cost something; one more class in a spare room does not."""

HEADS = ("school", "cliff_grade", "cliff_class", "cliff_room", "cliff_breach", "p_class_5", "p_room_5", "p_breach_5")
SEAT_HEADS = ("project", "year", "seats_nominal", "seats_safe", "seats_expected")
MEASURE_HEADS = ("plan", "school", "cliff_years", "temporary_rooms")


def page(seen: View) -> dict[str, object]:
    """What the template names; empty without anything to say."""
    found = {"cliffs": cliffs(seen), "seats": seats(seen), "measures": measures(seen)}
    if not any(found.values()):
        return {}
    columns = {"cliff_heads": HEADS, "seat_heads": SEAT_HEADS, "measure_heads": MEASURE_HEADS}
    heads = {name: [seen.labels(f"column.{key}") for key in keys] for name, keys in columns.items()}
    year = seen.labels.school_year(seen.run.study.window[0])
    words = {"future": seen.words.future(seen.future), "plan": seen.words.plan(seen.plan), "year": year}
    return {**found, **heads, "lead": seen.labels("cliffs.lead", n=MOST, **words)}


def _headline(seen: View, table: pd.DataFrame) -> pd.DataFrame:
    return table[(table["future"] == seen.future) & (table["plan"] == seen.plan)]


def cliffs(seen: View) -> Rows:
    """Grades that a few more children bring to a scarce room or a breach, in the first year of the decision window."""
    own = _headline(seen, seen.run.tables.cliffs)
    own = own[(own["year"] == seen.run.study.window[0]) & (own["share"] > 0.5)]
    if own.empty:
        return []
    by = own.set_index(["entity", "grade"])
    chance, middle = (
        pd.DataFrame({name: by.loc[by["trigger"] == name, values] for name in ("class", *SCARCE)})
        for values in (NEAR, "p50")
    )
    worst = chance[list(SCARCE)].max(axis=1)
    order = worst[worst > 0.0].sort_values(ascending=False, kind="stable").index[:MOST]
    rows: Rows = []
    for school, grade in order:
        at = (school, grade)
        far, near = middle.loc[at], chance.loc[at]
        breach, p_breach = far[list(SCARCE[1:])].min(), near[list(SCARCE[1:])].max()
        rows.append(
            (
                seen.words.school(str(school)),
                str(grade),
                *(_children(seen, x) for x in (far["class"], far["room"])),
                NOTHING if pd.isna(p_breach) else _children(seen, breach),
                *(_percent(seen, x) for x in (near["class"], near["room"], p_breach)),
            )
        )
    return rows


def _children(seen: View, x: float) -> str:
    """Children until it happens, in words where it has happened or is far away."""
    if pd.isna(x):
        return seen.labels("cliffs.far")
    return seen.labels("cliffs.now") if x == 0 else integer(x)


def _percent(seen: View, x: float) -> str:
    return NOTHING if pd.isna(x) else seen.labels.percent(float(x))


def seats(seen: View) -> Rows:
    """Seats that projects of the headline plan add in the last year of the decision window."""
    own = _headline(seen, seen.run.tables.project_seats)
    if own.empty:
        return []
    own = own[own["year"] == own["year"].where(own["year"] <= seen.run.study.window[1]).max()]
    named = {one.id: seen.labels.pick(one.name) for one in seen.run.study.plan(seen.plan).projects}
    return [
        (
            named.get(row["project"], row["project"]),
            seen.labels.school_year(row["year"]),
            *(integer(row[key]) for key in ("nominal", "safe", "safe_expected")),
        )
        for row in own.to_dict("records")
    ]


def measures(seen: View) -> Rows:
    """Temporary rooms by plan and school: the years in which its verdicts rest on them."""
    table = seen.run.tables.schools
    own = table[(table["indicator"] == "temporary_rooms") & (table["mean"] > 0) & (table["future"] == seen.future)]
    rows: Rows = []
    for (plan, school), part in own.groupby(["plan", "entity"], sort=False):
        first, last = (seen.labels.school_year(year) for year in (part["year"].min(), part["year"].max()))
        rooms = integer(float(part["mean"].max()))
        rows.append((seen.words.plan(str(plan)), seen.words.school(str(school)), f"{first} – {last}", rooms))
    return rows
