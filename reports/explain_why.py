"""Why a verdict is what it is: what moves the roll, what is there against what is needed, which schools decide."""

import pandas as pd

from reports.drivers_view import FOLDED, LEAST_NAMED
from reports.explain_case import BAD, Row, Subject, number
from reports.explain_model import AMOUNTS, Figure, Piece, Place, Sentence, Slot, listed, sentence, tell
from reports.i18n import decimal, signed
from reports.matrix import NEGLIGIBLE
from reports.table_shapes import SHAPES
from scenarios.balance_words import COUNTED
from scenarios.pack_rules import JUDGED_INDICATORS

MOST_SCHOOLS = 3
MOST_CLAUSES = 3
MOST_DRIVERS = 4
"""Drivers named in a sentence; the rest is one number."""
MOSTLY = 0.5
"""A project that does not open in more of the draws has no median opening."""
SMALL_SHARE = 0.1
"""A driver below this share of the largest joins the rest."""


def why(subject: Subject) -> list[Sentence]:
    """The reason in one sentence; empty where no table has one."""
    if subject.row["verdict"] in ("not-assessed", "outlook"):
        return []
    for reason in (_county, _balance, _standard, _stock, _pupils):
        piece = reason(subject)
        if piece is not None:
            return [sentence("why", piece)]
    return []


# --- the county


def _county(subject: Subject) -> Piece | None:
    """Which clauses or schools decide a row of the county."""
    if not subject.county:
        return None
    if subject.kind == "all":
        return _clauses(subject)
    return _schools(subject) if subject.kind != "balance" else None


def _clauses(subject: Subject) -> Piece | None:
    """The clauses that break most often, of those that decide."""
    study = subject.seen.run.study
    codes = [rule.code for rule in study.rules if rule.decides]
    rows = subject.read.rows("verdicts", scope="county")
    rows = rows[rows["rule"].isin(codes) & (rows["probability"] <= 1.0 - NEGLIGIBLE)]
    rows = rows.sort_values("probability", kind="stable").head(MOST_CLAUSES)
    parts = [_clause(subject, row) for row in rows.to_dict("records")]
    return tell(subject.labels, "explain.why.clauses", parts=parts, most=_most(subject)) if parts else None


def _schools(subject: Subject) -> Piece | None:
    """The schools that break a clause most often."""
    rows = subject.read.rows("verdicts", scope="school", rule=subject.key.rule)
    if subject.key.stage != "all":
        rows = rows[rows["stage"] == subject.key.stage]
    if subject.judged:
        rows = rows[(rows["probability"] <= 1.0 - NEGLIGIBLE) & (rows["verdict"] != "not-assessed")]
    else:
        rows = rows[rows["verdict"].isin(BAD)]
    rows = rows.sort_values(["probability", "pupils", "entity"], ascending=[True, False, True], kind="stable")
    parts = [
        tell(
            subject.labels,
            "explain.why.part.chance" if subject.many and subject.judged else "explain.why.part.plain",
            name=subject.seen.words.school(str(row["entity"])),
            **_chance(subject, row),
        )
        for row in rows.head(MOST_SCHOOLS).to_dict("records")
    ]
    if not parts:
        return _measure(subject)
    more = len(rows) > MOST_SCHOOLS
    key = "explain.why.schools_of" if more else f"explain.why.schools.{'one' if len(parts) == 1 else 'many'}"
    slots: dict[str, Slot] = {"parts": parts, "most": _most(subject)}
    if more:
        places = tuple(subject.read.place("verdicts", row, "entity") for row in rows.to_dict("records"))
        slots["n"] = Figure(float(len(rows)), subject.labels.integer(len(rows)), places, "count")
    return tell(subject.labels, key, **slots)


def _clause(subject: Subject, row: Row) -> Piece:
    """A clause in quotes with the probability that it is broken, where there is one."""
    chance, name = _chance(subject, row), subject.seen.words.clause(str(row["rule"]))
    return tell(subject.labels, f"explain.why.clause.{'chance' if chance else 'plain'}", name=name, **chance)


def _chance(subject: Subject, row: Row) -> dict[str, Slot]:
    found = subject.read.of_row("verdicts", row, "probability", subject.percent, "complement")
    return {"p": found} if found is not None and subject.many else {}


def _most(subject: Subject) -> Piece:
    """`In 9 of 10 worlds at most so many schools, so many pupils over`; nothing where that is not told."""
    schools = subject.cell("schools_over_p90", lambda n: subject.labels.count("school", n))
    pupils = subject.cell("pupils_over_p90", lambda n: subject.labels.count("pupil", n))
    if schools is None or not subject.many or not subject.judged or number(schools.value) < 1.0:
        return Piece("")
    share = Figure(0.90, subject.labels.percent(0.90), schools.places, "share in the name of the column")
    if pupils is None or number(pupils.value) < 0.5:
        return tell(subject.labels, "explain.why.most_schools", schools=schools, share=share)
    return tell(subject.labels, "explain.why.most", schools=schools, pupils=pupils, share=share)


def _measure(subject: Subject) -> Piece | None:
    """The value of an indicator of the county in its worst year against the bound."""
    bound = subject.bound()
    if bound is None or subject.rule is None or not subject.judged:
        return None
    wanted = {"indicator": subject.rule.indicator, "stage": subject.key.stage, "year": subject.worst}
    value = subject.read.figure("county", "p50", lambda x: decimal(x, 2), **wanted)
    if value is None:
        return None
    return tell(subject.labels, "explain.why.value", value=value, bound=bound, worst=subject.year(subject.worst))


def _balance(subject: Subject) -> Piece | None:
    """The difference coefficient that is largest against its limit."""
    if subject.kind != "balance":
        return None
    rows = subject.read.rows("coefficients", rule=subject.key.rule)
    rows = rows[(rows["stage"] == subject.key.stage) & rows["bound"].notna() & rows["p50_worst"].notna()]
    if rows.empty:
        return None
    row = rows.assign(_near=rows["p50_worst"] / rows["bound"]).sort_values("_near").iloc[-1].to_dict()
    read, of = subject.read.of_row, str(row["indicator"])
    slots = {
        "value": read("coefficients", row, "p50_worst", lambda x: decimal(x, 2)),
        "bound": read("coefficients", row, "bound", lambda x: f"{x:g}"),
        "worst": read("coefficients", row, "worst_year", subject.labels.school_year),
    }
    known: dict[str, Slot] = {name: slot for name, slot in slots.items() if slot is not None}
    if len(known) < len(slots):
        return None
    return tell(subject.labels, "explain.why.balance", indicator=subject.indicator(of), **known)


# --- indicators of a school


def _standard(subject: Subject) -> Piece | None:
    """Of six out of seven resource indicators: which do not hold."""
    if subject.kind != "standard":
        return None
    others = [rule for rule in subject.seen.run.study.rules if rule.indicator not in COUNTED and rule.scope != "class"]
    rules = {rule.code for rule in others}
    rows = subject.read.rows("verdicts", entity=subject.key.entity)
    rows = rows[rows["rule"].isin(rules) & (rows["stage"] == subject.key.stage) & rows["verdict"].isin(BAD)]
    rows = rows.sort_values("probability", kind="stable", na_position="first")
    parts = [_clause(subject, row) for row in rows.to_dict("records")]
    return tell(subject.labels, "explain.why.resources", parts=parts) if parts else None


def need(subject: Subject) -> Row | None:
    """The row of `needs.csv` of the clause in all years of the window."""
    wanted = {"rule": subject.key.rule, "stage": subject.key.stage, "entity": subject.key.entity}
    rows = subject.read.rows("needs", **wanted)
    return rows.iloc[0].to_dict() if len(rows) == 1 else None


def amount(subject: Subject, row: Row, column: str) -> Piece | None:
    """A number of a row of `needs.csv` with its unit, `1 room`; None where it is empty or the table lacks it."""
    n = subject.read.of_row("needs", row, column, subject.labels.integer) if column in row else None
    if n is None:
        return None
    form = "one" if n.shown == "1" else "many"
    return tell(subject.labels, f"explain.amount.{row['unit']}.{form}", n=n)


def _stock(subject: Subject) -> Piece | None:
    """What is there against what is needed, of clauses on areas, rooms and beds."""
    row = need(subject) if subject.kind in ("stock", "beds") else None
    if row is None:
        return None
    labels, kind = subject.labels, str(row["kind"])
    column = f"needed_p{round(100 * number(row['required']))}"
    share = subject.read.of_row("needs", row, "required", labels.percent)
    there, needed = (amount(subject, row, name) for name in ("there", column))
    if share is None or there is None or needed is None:
        return None
    slots: dict[str, Slot] = {"there": there, "needed": needed, "share": share, "value": _value(subject)}
    return tell(labels, "explain.why.stock", what=labels(f"lacks.kind.{kind}"), **slots)


def _value(subject: Subject) -> Piece:
    """The median of the indicator in the worst year, where the tables of schools have it."""
    bound = subject.bound()
    if subject.rule is None or bound is None or subject.rule.indicator not in JUDGED_INDICATORS or not subject.many:
        return Piece("")
    wanted = {"entity": subject.key.entity, "indicator": subject.rule.indicator, "stage": subject.key.stage}
    value = subject.read.figure("schools", "p50", lambda x: decimal(x, 2), year=subject.worst, **wanted)
    if value is None:
        return Piece("")
    return tell(subject.labels, "explain.why.median", value=value, bound=bound, worst=subject.year(subject.worst))


# --- pupils


def _pupils(subject: Subject) -> Piece | None:
    """What moves the roll to the worst year; without drivers how it moves; and classes against rooms."""
    if subject.county or not subject.judged or subject.kind not in ("size", "class", "rooms", "beds", "stock"):
        return None
    labels, year = subject.labels, subject.year(subject.worst)
    wanted = {"entity": subject.key.entity, "indicator": "roll", "stage": "all", "year": subject.worst}
    after = subject.read.figure("schools", "mean", labels.integer, **wanted)
    if after is None:
        return None
    rooms = _rooms(subject)
    opened = _opened(subject)
    if opened is not None:
        return tell(labels, "explain.why.opened", opened=opened, after=after, worst=year, rooms=rooms)
    changes = subject.read.rows("drivers", school=subject.key.entity, year=subject.worst, part="change")
    if changes.empty:
        return _without_drivers(subject, after, rooms)
    total, parts = _change(subject, changes), drivers(subject, changes)
    if not parts or round(number(total.value)) == 0:
        return tell(labels, "explain.why.same", after=after, worst=year, base=subject.base, rooms=rooms)
    tone = "more" if float(changes["value"].sum()) > 0 else "fewer"
    slots: dict[str, Slot] = {"after": after, "worst": year, "base": subject.base, "n": total, "rooms": rooms}
    return tell(labels, f"explain.why.{tone}", parts=listed(labels, parts, AMOUNTS), **slots)


def _change(subject: Subject, changes: pd.DataFrame) -> Figure:
    """The change of the roll: the sum of its drivers, printed without its sign."""
    places = tuple(subject.read.place("drivers", row, "value") for row in changes.to_dict("records"))
    total = abs(float(changes["value"].sum()))
    return Figure(total, subject.labels.integer(total), places, "size of the sum")


def drivers(subject: Subject, changes: pd.DataFrame) -> list[Piece]:
    """The largest drivers, largest first, then all others as one number; they add up to the change as printed."""
    rows: list[Row] = sorted(changes.to_dict("records"), key=lambda row: -abs(number(row["value"])))
    named = _largest(rows)
    parts = [
        tell(
            subject.labels,
            "explain.why.driver",
            driver=subject.labels(f"drivers.{row['driver']}"),
            n=Figure(number(row["value"]), signed(number(row["value"])), (_driver(subject, row),)),
        )
        for row in named
    ]
    others = [row for row in rows if row not in named]
    left = sum(number(row["value"]) for row in others)
    # Rounded parts must add up to the rounded whole; the rest takes up what rounding leaves.
    shown = round(number(changes["value"].sum())) - sum(round(number(row["value"])) for row in named)
    if others and shown and named:
        figure = Figure(left, signed(shown), tuple(_driver(subject, row) for row in others), "sum")
        parts.append(tell(subject.labels, "explain.why.rest", n=figure))
    return parts


def _largest(rows: list[Row]) -> list[Row]:
    """The drivers to name: at least two where there are two, until the rest is less than the last one named."""
    named: list[Row] = []
    total = sum(number(row["value"]) for row in rows)
    for row in rows:
        value = abs(number(row["value"]))
        if row["driver"] in FOLDED or round(value) == 0:
            continue
        rest = total - sum(number(one["value"]) for one in named)
        enough = len(named) >= LEAST_NAMED and abs(rest) < abs(number(named[-1]["value"]))
        small = bool(named) and value < SMALL_SHARE * abs(number(named[0]["value"]))
        if enough or small or len(named) == MOST_DRIVERS:
            break
        named.append(row)
    return named


def _driver(subject: Subject, row: Row) -> Place:
    return subject.read.place("drivers", row, "value")


def _without_drivers(subject: Subject, after: Figure, rooms: Piece) -> Piece:
    """The roll of the worst year against the register, where nothing says what moves it."""
    history, base = subject.seen.run.tables.history, subject.seen.run.study.base_year
    own = history[(history["school"] == subject.key.entity) & (history["year"] == base)]
    slots: dict[str, Slot] = {"after": after, "worst": subject.year(subject.worst), "rooms": rooms}
    if own.empty:
        return tell(subject.labels, "explain.why.only", **slots)
    keys = SHAPES["history"].keys
    places = tuple(
        Place(SHAPES["history"].file, tuple((key, row[key]) for key in keys), "pupils")
        for row in own.to_dict("records")
    )
    before = float(own["pupils"].sum())
    slots["before"] = Figure(before, subject.labels.integer(before), places, "sum")
    return tell(subject.labels, "explain.why.bare", base=subject.base, **slots)


def _rooms(subject: Subject) -> Piece:
    """Classes that are formed against classrooms, where the clause is about classes."""
    if subject.kind not in ("class", "rooms"):
        return Piece("")
    wanted = {"entity": subject.key.entity, "year": subject.worst}
    found = subject.read.rows("schools", indicator="classes", **wanted)
    found = found[~found["stage"].str.startswith("grade:") & (found["stage"] != "all")]
    rooms = subject.read.figure("schools", "mean", subject.labels.integer, indicator="rooms", stage="all", **wanted)
    if found.empty or rooms is None:
        return Piece("")
    places = tuple(subject.read.place("schools", row, "mean") for row in found.to_dict("records"))
    total = float(found["mean"].sum())
    classes = Figure(total, subject.labels.integer(total), places, "sum")
    return tell(subject.labels, "explain.why.rooms", classes=classes, rooms=rooms)


def _opened(subject: Subject) -> Piece | None:
    """The project that opens the school, and when; None for a school of today."""
    schools = subject.seen.run.tables.school_list
    by = schools.loc[schools["school"] == subject.key.entity, "opened_by"]
    project = str(by.iloc[0]) if len(by) else ""
    known = {one.id: one for one in subject.seen.run.study.plan(subject.key.plan).projects}
    if project not in known:
        return None
    name = subject.labels.pick(known[project].name) or project
    wanted = {"project": project, "year": subject.worst}
    when = subject.read.figure("projects", "p50", subject.labels.school_year, **wanted)
    never = subject.read.figure("projects", "p_never", subject.labels.percent, **wanted)
    return _opening(subject, name, when, never)


def _opening(subject: Subject, name: str, when: Figure | None, never: Figure | None) -> Piece:
    """When a project opens: the quantiles of the table are those of the draws in which it does."""
    labels, chance = subject.labels, 0.0 if never is None else number(never.value)
    if when is None or (chance > MOSTLY and not subject.many):
        return tell(labels, "explain.why.opened_never", project=name)
    if not subject.many:
        return tell(labels, "explain.why.opened_in", project=name, year=when)
    if never is None or chance < NEGLIGIBLE:
        return tell(labels, "explain.why.opened_by", project=name, year=when)
    return tell(labels, f"explain.why.opened_{'rarely' if chance > MOSTLY else 'if'}", project=name, year=when, p=never)
