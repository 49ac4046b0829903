"""The first sentences of an explanation: what the verdict is, and since when."""

from collections.abc import Mapping
from dataclasses import replace

from reports.explain_case import BAD, Subject, number
from reports.explain_model import Figure, Piece, Sentence, Slot, chained, sentence, tell

LATER = 0.05
"""The outlook is told where the chance grows by this much after the decision window."""
ADDED = 0.02
"""Risk is said to add up where the window is riskier than its worst year by this much."""
_YEARLY: Mapping[str, str] = {"size": "roll", "class": "largest_class", "rooms": "rooms"}
_MEASURED: Mapping[str, str] = {
    "resource_indicators_met": "resources_met",
    "resource_indicator_shortfall": "resource_lowest",
}


def what(subject: Subject) -> list[Sentence]:
    """The verdict in words, with the probability and what is allowed; or why there is none."""
    if subject.key.scope != "county" and subject.row["verdict"] == "outlook":
        return [_said(subject, "explain.what.outlook", first=subject.window(0), last=subject.window(1))]
    if subject.row["verdict"] == "not-assessed":
        return [_unknown(subject)]
    if not subject.judged:
        return [_said(subject, f"explain.what.imported.{'fails' if subject.row['verdict'] in BAD else 'holds'}")]
    slots: dict[str, Slot] = {"span": span(subject), "breach": breach(subject)}
    if not subject.many:
        tone = "fails" if subject.row["verdict"] in BAD else "holds"
        return [_said(subject, f"explain.what.one_draw.{tone}", **slots)]
    slots["allowed"] = _need(subject.cell("required", subject.labels.percent, "complement"))
    if subject.row["verdict"] == "undecided":
        slots["draws"] = subject.draws
        if subject.chance == 0.0:
            return [_said(subject, "explain.what.undecided_never", **slots)]
    slots["chance"] = _need(subject.cell("probability", subject.percent, "complement"))
    tone = "undecided" if "draws" in slots else "within" if subject.row["verdict"] == "holds" else "beyond"
    return [_said(subject, f"explain.what.{tone}", **slots)]


def _need(figure: Figure | None) -> Figure:
    if figure is None:
        raise ValueError("the row has no probability")
    return figure


def _said(subject: Subject, key: str, **slots: Slot) -> Sentence:
    """One of the first sentences; every one names plan, future, place, clause and verdict where its label asks."""
    case = {"plan": subject.plan(subject.key.plan), "future": subject.seen.words.future(subject.key.future)}
    names = {
        "place": _whom(subject),
        "clause": subject.clause,
        "verdict": subject.labels(f"verdict.{subject.row['verdict']}"),
    }
    lead = tell(subject.labels, f"explain.lead.{'many' if subject.many or not subject.judged else 'one_draw'}", **case)
    piece = tell(subject.labels, key, **names, **slots)
    return sentence("what", replace(piece, names=(*lead.names, *piece.names)), lead.text)


def _whom(subject: Subject) -> str:
    """Of whom the sentence speaks: a school, the county, one of its schools, or every one where nothing is broken."""
    if not subject.county:
        apart = subject.labels.lang == "zh" and subject.place[-1:].isascii()
        return subject.place + " " * apart  # a year follows
    if not _of_schools(subject):
        return subject.labels("explain.place.county")
    if subject.judged and subject.row["verdict"] != "not-assessed":
        return subject.labels("explain.place.some")
    return subject.labels("explain.place.one" if subject.row["verdict"] in BAD else "explain.place.every")


def _of_schools(subject: Subject) -> bool:
    """Whether a county row speaks of schools: its clause is one that schools keep."""
    return subject.rule is not None and subject.rule.scope != "county" and subject.kind != "balance"


def _unknown(subject: Subject) -> Sentence:
    source = str(subject.row["source"])
    if source == "left-out":
        return _said(subject, "explain.what.left_out")
    if source.startswith("missing "):
        return _said(subject, "explain.what.missing", stock=subject.indicator(source.removeprefix("missing ")))
    return _said(subject, "explain.what.not_assessed")


def span(subject: Subject) -> Piece:
    """The decision window: `at least one year from A to B`, or its only year."""
    first, last = subject.window(0), subject.window(1)
    if first.value == last.value:
        return tell(subject.labels, "explain.span.one", first=first)
    return tell(subject.labels, "explain.span.many", first=first, last=last)


def breach(subject: Subject) -> Piece:
    """What a breach is: more than so many pupils, a class of more than so many, a clause not met."""
    if subject.kind == "all":
        return tell(subject.labels, "explain.breach.all")
    if subject.county:
        key = "some" if _of_schools(subject) else "other"
        return tell(subject.labels, f"explain.breach.{key}", clause=subject.clause)
    bound = subject.bound()
    if subject.kind in ("size", "class") and bound is not None:
        return tell(subject.labels, f"explain.breach.{subject.kind}", bound=bound)
    if subject.kind in ("rooms", "beds"):
        return tell(subject.labels, f"explain.breach.{subject.kind}")
    return tell(subject.labels, "explain.breach.other", clause=subject.clause)


# --- since when


def when(subject: Subject) -> list[Sentence]:
    """Since when: broken today, first and worst year with their chances, what comes after the window; or the room left.

    Empty where nothing was simulated and nothing is known of today.
    """
    parts = [piece for piece in (_today(subject), *_ahead(subject)) if piece is not None]
    if not parts:
        return []
    return [chained(subject.labels, "when", parts)]


def _today(subject: Subject) -> Piece | None:
    """A limit that is broken in the base year already: a fact of `today.csv`."""
    if subject.county or subject.kind == "other":
        return None
    wanted = {"rule": subject.key.rule, "stage": subject.key.stage, "entity": subject.key.entity}
    shown = subject.labels.integer if subject.kind in ("size", "class", "beds") else _plain_number
    value = subject.read.figure("today", "value", shown, **wanted)
    if value is None:
        return None
    kind = subject.kind if subject.kind in ("size", "class") else "other"
    return tell(subject.labels, f"explain.today.{kind}", base=subject.base, value=value)


def _plain_number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _ahead(subject: Subject) -> list[Piece | None]:
    if not subject.judged or not subject.many:
        return []
    if subject.never:
        return [_room(subject)]
    return [_years(subject), _later(subject)]


def _years(subject: Subject) -> Piece | None:
    """First year of risk and the likeliest year of a breach."""
    first, worst = number(subject.row["first_year"]), number(subject.row["worst_year"])
    if worst != worst:
        return None
    p, over = yearly(subject), _over(subject)
    slots: dict[str, Slot] = {"worst": subject.year(int(worst))}
    tone = "same" if first == worst else "from" if first == first else "single"
    if tone == "from":
        slots["first"] = subject.year(int(first), "first_year")
    if p is None:
        return tell(subject.labels, f"explain.when.{tone}.bare", over=over, **slots)
    if tone == "single" and (subject.row["verdict"] not in ("fails", "at-risk") or not _adds_up(subject, p)):
        tone = "calm"
    return tell(subject.labels, f"explain.when.{tone}", p=p, over=over, **slots)


def _adds_up(subject: Subject, p: Figure) -> bool:
    """Whether the window is clearly riskier than its worst year."""
    return subject.chance - number(p.value) >= ADDED


def yearly(subject: Subject) -> Figure | None:
    """Probability of a breach in the worst year alone; None where no table has it."""
    if subject.county or subject.rule is None:
        return None
    of = subject.rule.indicator
    indicator = _YEARLY.get(subject.kind) or _MEASURED.get(of, of)
    for stage in dict.fromkeys((subject.key.stage, "all")):
        wanted = {"entity": subject.key.entity, "indicator": indicator, "stage": stage, "year": subject.worst}
        found = subject.read.figure("schools", "p_exceed", subject.percent, **wanted)
        if found is not None and 0.0 < number(found.value) <= subject.chance + 5e-4:
            # A whole school and its stage have one bound or two: what is likelier than the window is another clause's.
            return found
    return None


def _over(subject: Subject) -> Piece:
    """Pupils over in the worst year; nothing where it is less than one pupil, or not counted."""
    kind = "class" if subject.kind == "all" else subject.kind
    if kind not in ("size", "class", "beds", "stock") or not number(subject.row["pupils"]) >= 0.5:
        return Piece("")
    n = subject.cell("pupils", subject.labels.integer)
    one = "one" if round(number(subject.row["pupils"])) == 1 else "many"
    return Piece("") if n is None else tell(subject.labels, f"explain.over.{kind}.{one}", n=n)


def _later(subject: Subject) -> Piece | None:
    """How likely a first breach has come by the horizon, where that is clearly more: an outlook, no verdict."""
    horizon = subject.seen.run.study.horizon
    wanted = {"rule": subject.key.rule, "stage": subject.key.stage, "entity": subject.key.entity, "year": horizon}
    by = subject.read.figure("first_breach", "p_by", subject.labels.percent, **wanted)
    if by is None or subject.county or number(by.value) - subject.chance < LATER:
        return None
    year = replace(by, value=float(horizon), shown=subject.labels.school_year(horizon))
    year = replace(year, places=(replace(by.places[0], column="year"),))
    return tell(subject.labels, "explain.when.later", year=year, p=by)


def _room(subject: Subject) -> Piece | None:
    """Room that is left in all years of the window, with 95 % certainty."""
    wanted = {"rule": subject.key.rule, "stage": subject.key.stage, "entity": subject.key.entity}
    left = subject.read.figure("risks", "headroom_95", subject.labels.integer, **wanted)
    if left is None or number(left.value) < 1.0 or subject.county:
        return None
    share = Figure(0.95, subject.labels.percent(0.95), left.places, "share in the name of the column")
    return tell(subject.labels, f"explain.when.room.{subject.kind}", n=left, share=share)
