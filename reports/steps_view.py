"""The sections on what plans change when, and on school groups: rows of `plan_steps` and `groups` in words."""

import pandas as pd

from reports.by_future import by_future, usual
from reports.i18n import NOTHING, decimal, integer
from reports.ranking_view import Part, Row
from reports.view import View

Rows = list[tuple[str, ...]]

STEP_HEADS = ("when", "what", "school", "grades", "children", "how")
GROUP_HEADS = ("year", "roll", "classes", "seats", "beyond", "over")
SHARED_HEADS = ("year", "roll", "classes", "apart", "together", "saved")
_GROUP = ("roll", "classes", "seats", "beyond_seats", "schools_over")
_SHARED = ("roll", "classes", "teachers_apart", "teachers_together", "teachers_saved")


def steps(seen: View) -> list[Part]:
    """Steps of every plan that has any, by the year in which they take effect."""
    table, parts = seen.run.tables.plan_steps, []
    for plan in seen.plans:
        own = table[table["plan"] == plan]
        rows = [
            _step(seen, row, own[own["order"] == row["order"]])
            for row in usual(seen, own).sort_values(["p50", "order"], na_position="last").to_dict("records")
        ]
        if rows:
            parts.append(Part("", rows, title=seen.words.plan(plan)))
    return parts


def _step(seen: View, row: Row, everywhere: pd.DataFrame) -> tuple[str, ...]:
    """A step in words; everywhere: the same in every future, in some of which it may come at another time."""
    labels, join = seen.labels, seen.labels("word.list")
    schools = join.join(seen.words.school(school) for school in str(row["school"]).split())
    units = str(row["units"]).split()
    pupils = int(str(row["pupils"]))
    who = [labels("steps.units", n=len(units))] if units else []
    who += [labels("steps.pupils", n=integer(pupils))] if pupils else []
    return (
        by_future(seen, everywhere, lambda one: _when(seen, one)),
        labels(f"steps.what.{row['what']}"),
        schools,
        _grades(seen, row),
        join.join(who) or NOTHING,
        labels("word.clauses").join(_how(seen, row)) or NOTHING,
    )


def _when(seen: View, row: Row) -> str:
    """The median year, with the range over draws where there is one."""
    labels, years = seen.labels, [row["p10"], row["p50"], row["p90"]]
    if years[1] is None or pd.isna(years[1]):  # type: ignore[call-overload]
        return labels("steps.never", year=seen.run.study.horizon)
    first, middle = (NOTHING if pd.isna(y) else str(int(y)) for y in years[:2])  # type: ignore[call-overload]
    last = "…" if pd.isna(years[2]) else str(int(str(years[2])))  # type: ignore[call-overload]
    return middle if first == last else f"{middle} ({first}-{last})"


def _grades(seen: View, row: Row) -> str:
    ends, gains = _span(str(row["grades"])), _span(str(row["gains"]))
    if row["what"] != "converts":
        return ends
    said = [(key, span) for key, span in (("steps.gains", gains), ("steps.ends", ends)) if span]
    return seen.labels("word.list").join(seen.labels(key, grades=span) for key, span in said)


def _span(grades: str) -> str:
    names = grades.split()
    return "" if not names else names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"


def _how(seen: View, row: Row) -> list[str]:
    """What happens by and by."""
    labels, years, parts = seen.labels, int(str(row["years"])), str(row["parts"]).split()
    what, moves, said = row["what"], float(str(row["moves"])), list[str]()
    if what == "opens" and parts:
        said.append(labels("steps.fill", parts=" → ".join(_part(float(part)) for part in parts)))
    if what == "opens":
        key = "steps.entry" if moves == 0.0 else "steps.all" if moves == 1.0 else "steps.part"
        said.append(labels(key, part=_part(moves)))
    if what == "rezones" and parts:
        said.append(labels("steps.siblings", years=years, part=_part(float(parts[0]))))
    if what == "rezones" and not parts:
        said.append(labels("steps.entrants"))
    if what in ("closes", "phases_out", "converts") and row["grades"]:
        said.append(labels("steps.at_once") if moves == 1.0 else labels("steps.stay", years=years))
    if what == "converts" and row["gains"]:
        said.append(labels("steps.grows", years=years) if years else labels("steps.grows_at_once"))
    return said + _to(seen, str(row["to"]))


def _to(seen: View, heirs: str) -> list[str]:
    labels, named, leaks = seen.labels, list[str](), list[str]()
    for heir in heirs.split():
        school, _, part = heir.partition(":")
        if school == "~nearest":
            return [labels("steps.nearest")]
        if part:
            leaks.append(labels("steps.leak", school=seen.words.school(school), part=_part(float(part))))
        else:
            named.append(seen.words.school(school))
    return ([labels("steps.to", schools=labels("word.list").join(named))] if named else []) + leaks


def groups(seen: View, kind: str) -> list[Part]:
    """Groups, or schools that share teachers, under the headline plan in the reference future."""
    table, labels = seen.run.tables.groups, seen.labels
    plans = (seen.plan,) if kind == "group" else seen.plans
    own = table[(table["future"] == seen.run.study.reference_future) & (table["kind"] == kind)]
    own = own[(own["stage"] == "all") & own["plan"].isin(plans)]
    parts = []
    for (plan, entity), rows in own.groupby(["plan", "entity"], sort=False):
        wide = rows.pivot_table(index="year", columns="indicator", values="mean")
        names = [seen.words.school(school) for school in str(rows["members"].iloc[0]).split()]
        joined = labels("word.list").join(names)
        title = str(entity) if kind == "group" else joined
        shown = _GROUP if kind == "group" else _SHARED
        lines = [
            (labels.school_year(int(str(year))), *(_number(float(line[name])) for name in shown))
            for year, line in wide.iterrows()
        ]
        parts.append(
            Part(labels(f"groups.{kind}", schools=joined, plan=seen.words.plan(str(plan))), lines, title=title)
        )
    return parts


def _part(part: float) -> str:
    """A part that the planner states: no probability, so one is 100 %."""
    return f"{100 * part:g}%"


def _number(value: float) -> str:
    return integer(value) if value >= 100 or value == round(value) else decimal(value, 1)


def page(seen: View) -> dict[str, object]:
    """What the template of the sections names."""

    def heads(keys: tuple[str, ...]) -> list[str]:
        return [seen.labels(f"steps.column.{key}") for key in keys]

    return {
        "steps": steps(seen),
        "step_heads": heads(STEP_HEADS),
        "groups": groups(seen, "group"),
        "group_heads": heads(GROUP_HEADS),
        "shared": groups(seen, "shared"),
        "shared_heads": heads(SHARED_HEADS),
    }
