"""The cheapest remedy among the plans of a run, what a plan itself changes, and what inverse sizing says is missing.

Only what was simulated is told: a plan mends a verdict if its own row, in the same future, holds.
"""

from collections.abc import Sequence

import pandas as pd

from reports.explain_case import BAD, Row, Subject, number
from reports.explain_model import CARD, Figure, Piece, Place, Sentence, Slot, sentence, tell
from reports.explain_why import amount, need
from reports.problem_list import concerned_by
from reports.study_card import ProjectCard
from reports.table_shapes import SHAPES

CLEARLY = 0.01
"""A plan is said to do better where the chance of a breach is lower by at least this."""
_STEP = ("what", "school", "grades", "units")
"""What tells one step of a plan from another."""


def fix(subject: Subject) -> list[Sentence]:
    """The remedy, or what keeps the clause; empty for what was not assessed."""
    verdict = subject.row["verdict"]
    if verdict in ("not-assessed", "outlook"):
        return []
    piece = _remedy(subject) if verdict in BAD else _credit(subject)
    return [] if piece is None else [sentence("fix", piece)]


def others(subject: Subject) -> pd.DataFrame:
    """Verdict rows of the same future, clause and place under every other plan."""
    key, table = subject.key, subject.seen.run.tables.verdicts
    same = (table["future"] == key.future) & (table["plan"] != key.plan)
    for name in ("rule", "scope", "stage", "entity"):
        same &= table[name] == getattr(key, name)
    return table[same & ~table["verdict"].isin(["not-assessed", "outlook"])]


# --- what does not hold


def _remedy(subject: Subject) -> Piece:
    """The cheapest plan that mends it, else the one that comes nearest, else that none does; and what is missing."""
    if subject.row["verdict"] == "undecided" and subject.chance == 0.0:
        return tell(subject.labels, "explain.fix.draws")
    rest, sizing = others(subject), _missing(subject)
    held = rest[rest["verdict"] == "holds"]
    tried: dict[str, Slot] = {"n": _tried(subject, rest)}
    if not subject.judged and held.empty:
        return tell(subject.labels, "explain.fix.imported", **tried)
    if len(held):
        return _mends(subject, _cheapest(subject, held), sizing)
    if rest.empty:
        return tell(subject.labels, "explain.fix.only_plan", sizing=sizing)
    best = rest.sort_values(["probability", "plan"], ascending=[False, True], kind="stable").iloc[0].to_dict()
    gain = number(best["probability"]) - (1.0 - subject.chance)
    if subject.many and subject.judged and gain >= CLEARLY:
        slots: dict[str, Slot] = {"best": subject.plan(str(best["plan"])), "cost": cost(subject, str(best["plan"]))}
        p = subject.read.of_row("verdicts", best, "probability", subject.percent, "complement")
        if p is not None:
            return tell(subject.labels, "explain.fix.none_but", p=p, sizing=sizing, **slots, **tried)
    return tell(subject.labels, "explain.fix.none", sizing=sizing, **tried)


def _tried(subject: Subject, rest: pd.DataFrame) -> Figure:
    """How many plans of the run have this verdict at all."""
    rows = [subject.row, *rest.to_dict("records")]
    places = tuple(subject.read.place("verdicts", row, "verdict") for row in rows)
    return Figure(float(len(rows)), subject.labels.integer(len(rows)), places, "count")


def _cheapest(subject: Subject, held: pd.DataFrame) -> Row:
    """The row of the plan that costs least in this future, the likelier one among equals."""
    rows = held.to_dict("records")
    costs = {str(row["plan"]): number(cost(subject, str(row["plan"])).value) for row in rows}
    return min(rows, key=lambda row: (costs[str(row["plan"])], -number(row["probability"]), str(row["plan"])))


def _mends(subject: Subject, row: Row, sizing: Piece) -> Piece:
    plan = str(row["plan"])
    p = subject.read.of_row("verdicts", row, "probability", subject.percent, "complement") if subject.many else None
    chance = Piece("") if p is None else tell(subject.labels, "explain.fix.chance", p=p)
    slots: dict[str, Slot] = {"best": subject.plan(plan), "chance": chance}
    if _only_adds(subject, plan):
        return tell(subject.labels, "explain.fix.caused", sizing=sizing, **slots)
    slots["cost"], slots["own"] = cost(subject, plan), _own(subject)
    there = _new(subject, projects(subject, plan))
    if not there:
        return tell(subject.labels, "explain.fix.mends", sizing=sizing, **slots)
    return tell(subject.labels, "explain.fix.mends_by", works=_works(subject, plan, there), sizing=sizing, **slots)


def _only_adds(subject: Subject, plan: str) -> bool:
    """Whether the plan that does not hold only adds to the baseline, which holds: then the breach comes with it.

    A plan without projects may still rezone or run buses; what it does and the other does not is a remedy.
    """
    study, steps = subject.seen.run.study, subject.seen.run.tables.plan_steps
    there, own = study.plan(plan), study.plan(subject.key.plan)
    if plan != subject.seen.baseline or there.projects or there.overrides or not set(there.buses) <= set(own.buses):
        return False
    steps = steps[steps["future"] == subject.key.future]
    taken = {key: set(rows.itertuples(index=False)) for key, rows in steps.groupby("plan")[list(_STEP)]}
    return taken.get(plan, set()) <= taken.get(subject.key.plan, set())


def _own(subject: Subject) -> Piece:
    """What the plan that does not hold costs itself, to compare; nothing for a plan that builds nothing."""
    if not subject.seen.run.study.plan(subject.key.plan).projects:
        return Piece("")
    return tell(subject.labels, "explain.fix.own", cost=cost(subject, subject.key.plan))


def _new(subject: Subject, there: Sequence[ProjectCard]) -> list[ProjectCard]:
    """Projects that the plan which does not hold lacks, or has in another size."""
    own = {(one.id, one.cost, one.start) for one in subject.seen.run.study.plan(subject.key.plan).projects}
    return [one for one in there if (one.id, one.cost, one.start) not in own]


def projects(subject: Subject, plan: str) -> list[ProjectCard]:
    """Projects of a plan at the school that serve the clause, or that take zones off it."""
    if subject.county:
        return []
    study, zones = subject.seen.run.study, subject.seen.run.tables.zone_list
    return concerned_by(study, study.plan(plan), subject.key.entity, subject.key.rule, zones)


def _works(subject: Subject, plan: str, there: Sequence[ProjectCard]) -> Piece:
    """Projects by name, with what they cost together."""
    labels, many = subject.labels, "one" if len(there) == 1 else "many"
    parts = [tell(labels, "explain.fix.project", name=labels.pick(one.name) or one.id) for one in there]
    return tell(labels, f"explain.fix.works.{many}", parts=parts, paid=_paid(subject, plan, there))


def _paid(subject: Subject, plan: str, there: Sequence[ProjectCard]) -> Figure:
    """Planned cost of projects together [10 000 yuan]."""
    places = tuple(Place(CARD, (("plans", plan), ("projects", one.id)), "cost") for one in there)
    total = float(sum(one.cost for one in there))
    return Figure(total, subject.labels.money(total), places, "sum")


def cost(subject: Subject, plan: str) -> Figure:
    """Capital of a whole plan in the future of the verdict, as the verdict matrix counts it (`matrix.plan_cost`)."""
    cash, future = subject.seen.run.tables.cash, subject.key.future
    rows = cash[(cash["plan"] == plan) & (cash["future"] == future) & (cash["kind"] == "spend")]
    if rows.empty:
        there = subject.seen.run.study.plan(plan).projects
        return _paid(subject, plan, there) if there else _nothing(subject, plan)
    whole = rows[rows["source"] == "all"]
    rows = whole if len(whole) else rows
    shape = SHAPES["cash"]
    places = tuple(
        Place(shape.file, tuple((key, row[key]) for key in shape.keys), "mean") for row in rows.to_dict("records")
    )
    total = float(rows["mean"].sum())
    return Figure(total, subject.labels.money(total), places, "sum")


def _nothing(subject: Subject, plan: str) -> Figure:
    """A plan without projects costs nothing: the empty sum of its list."""
    return Figure(0.0, subject.labels.money(0.0), (Place(CARD, (("plans", plan),), "projects"),), "length")


def _missing(subject: Subject) -> Piece:
    """What inverse sizing says is missing, with its cost where a unit cost is known; nothing where it says nothing."""
    row = need(subject)
    if row is None or not number(row["missing"]) > 0.0:
        return Piece("")
    labels, read = subject.labels, subject.read.of_row
    n, share = amount(subject, row, "missing"), read("needs", row, "required", labels.percent)
    if n is None or share is None:
        return Piece("")
    price = read("needs", row, "cost", labels.money)
    paid = Piece("") if price is None else tell(labels, "explain.fix.price", cost=price)
    if row["kind"] == "pupils":
        return tell(labels, "explain.fix.elsewhere", n=n, share=share)
    return tell(labels, "explain.fix.missing", n=n, share=share, paid=paid, what=labels(f"lacks.kind.{row['kind']}"))


# --- what holds


def _credit(subject: Subject) -> Piece | None:
    """What the plan changes: the verdict of the plan without projects in the same future."""
    base = subject.seen.baseline
    if subject.key.plan == base or not subject.judged:
        return None
    rest = others(subject)
    rows = rest[rest["plan"] == base]
    if rows.empty:
        return None
    row = rows.iloc[0].to_dict()
    p = subject.read.of_row("verdicts", row, "probability", subject.percent, "complement") if subject.many else None
    slots: dict[str, Slot] = {
        "base": subject.plan(base),
        "verdict": subject.labels(f"verdict.{row['verdict']}"),
        "chance": Piece("") if p is None else tell(subject.labels, "explain.fix.chance", p=p),
    }
    if row["verdict"] == "holds":
        return tell(subject.labels, "explain.fix.anyway", **slots)
    there = projects(subject, subject.key.plan)
    if not there:
        return tell(subject.labels, "explain.fix.thanks", **slots)
    return tell(subject.labels, "explain.fix.thanks_to", works=_works(subject, subject.key.plan, there), **slots)
