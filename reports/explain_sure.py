"""How sure a verdict is: draws and standard error, calibration, clauses from memory, births, what spreads the draws."""

from reports.explain_case import Pieces, Subject, number, of_card
from reports.explain_model import CARD, HALVES, HOW, Figure, Piece, Place, Sentence, listed, sentence, tell
from reports.matrix import NEGLIGIBLE

LARGEST = 0.4
"""A source of spread is named where it makes up at least this share of the variance."""
_CHILDREN = ("enrolled", "born", "unborn", "arrivals")
KNOWN = 0.01
"""Shares of children below this are not told."""


def sure(subject: Subject) -> list[Sentence]:
    """The last sentence; empty for what was not assessed, or reported and verified."""
    if subject.row["verdict"] in ("not-assessed", "outlook"):
        return []
    parts: Pieces = []
    if subject.judged:
        parts = [_draws(subject), _calibrated(subject), *_births(subject), *_spread(subject), *_temporary(subject)]
    parts += _memory(subject)
    if not parts:
        return []
    joined = listed(subject.labels, parts, HALVES)
    return [sentence("sure", tell(subject.labels, "explain.sure", parts=joined))]


def _draws(subject: Subject) -> Piece:
    """Draws, and between which ends they put the probability (Wilson's 95 % interval, as the verdict does)."""
    if not subject.many:
        return tell(subject.labels, "explain.sure.one_draw")
    cells = [number(subject.row["probability"]), float(subject.seen.run.study.draws)]
    places = (subject.read.place("verdicts", subject.row, "probability"), Place(CARD, (), "draws"))
    ends = {name: HOW[f"Wilson, {name}"](cells) for name in ("least", "most")}
    shown = {name: Figure(end, subject.percent(end), places, f"Wilson, {name}") for name, end in ends.items()}
    if shown["least"].shown == shown["most"].shown:
        return tell(subject.labels, "explain.sure.draws", draws=subject.draws)
    return tell(subject.labels, "explain.sure.interval", draws=subject.draws, **shown)


def _calibrated(subject: Subject) -> Piece:
    """Whether the intervals were held to the study's own history, and how often they held."""
    card = subject.seen.run.study.calibration
    if not subject.seen.run.study.calibrated:
        return tell(subject.labels, "explain.sure.not_calibrated")
    if card is None or card.held80 is None:
        return tell(subject.labels, "explain.sure.calibrated")
    held = of_card(card.held80, subject.labels.percent(card.held80), "held80", ("calibration", ""))
    return tell(subject.labels, "explain.sure.calibrated_held", held=held)


def _births(subject: Subject) -> Pieces:
    """How far the children of the worst year are known: on the register, or not even born."""
    year = subject.worst
    return subject.read.once(("births", year), lambda: _known_children(subject, year))


def _known_children(subject: Subject, year: int) -> Pieces:
    rows = subject.read.rows("county", stage="all", year=year)
    rows = rows[rows["indicator"].isin([f"demand_{name}" for name in _CHILDREN])]
    known = {str(row["indicator"]).removeprefix("demand_"): row for row in rows.to_dict("records")}
    total = float(rows["mean"].sum())
    if len(known) < len(_CHILDREN) or not total:
        return []
    tone = "unborn" if number(known["unborn"]["mean"]) / total >= KNOWN else "enrolled"
    share = number(known[tone]["mean"]) / total
    if share < KNOWN:
        return []
    order = [tone, *(name for name in _CHILDREN if name != tone)]
    places = tuple(subject.read.place("county", known[name], "mean") for name in order)
    p = Figure(share, subject.labels.percent(share), places, "first of the sum")
    worst = Figure(year, subject.labels.school_year(year), (subject.read.place("county", known[tone], "year"),))
    return [tell(subject.labels, f"explain.sure.{tone}", p=p, worst=worst, base=subject.base)]


def _spread(subject: Subject) -> Pieces:
    """What most of the spread between draws comes from, where one source makes up much of it."""
    if subject.county or not subject.many or subject.never or subject.chance > 1.0 - NEGLIGIBLE:
        return []
    rows = subject.read.rows("drivers", school=subject.key.entity, year=subject.worst, part="spread")
    total = float(rows["value"].sum())
    if rows.empty or total <= 0.0:
        return []
    first = rows.sort_values("value", ascending=False, kind="stable").to_dict("records")
    share = number(first[0]["value"]) / total
    if not LARGEST <= share <= 1.0:
        return []
    places = tuple(subject.read.place("drivers", row, "value") for row in first)
    p = Figure(share, subject.labels.percent(share), places, "first of the sum")
    driver = subject.labels(f"drivers.spread.{first[0]['driver']}")
    return [tell(subject.labels, "explain.sure.spread", driver=driver, p=p)]


def _temporary(subject: Subject) -> Pieces:
    """Says that a school's verdict rests on temporary rooms."""
    if subject.county:
        return []
    rows = subject.read.rows("schools", entity=subject.key.entity, indicator="temporary_rooms")
    first, last = subject.seen.run.study.window
    rows = rows[(rows["mean"] > 0) & rows["year"].between(first, last)]
    if rows.empty:
        return []
    row = rows.sort_values("mean", kind="stable").iloc[-1].to_dict()
    n = subject.read.of_row("schools", row, "mean", subject.labels.integer)
    return [] if n is None else [tell(subject.labels, "explain.sure.temporary", n=n)]


def _memory(subject: Subject) -> Pieces:
    """Says that a verdict rests on clauses from memory."""
    codes = str(subject.row["unverified"] or "").split()
    if not codes:
        return []
    if subject.kind == "all":
        places = (subject.read.place("verdicts", subject.row, "unverified"),)
        n = Figure(float(len(codes)), subject.labels.integer(len(codes)), places, "words")
        return [tell(subject.labels, f"explain.sure.memory.{'one' if len(codes) == 1 else 'many'}", n=n)]
    return [tell(subject.labels, "explain.sure.memory")]
