"""Dossier chapter on risk: table T9 (风险), levels that the run measures, and what the bureau has to judge itself."""

from reports.document import Block, Column, Heading, Paragraph, Table
from reports.document_case import of_plan, put_forward
from reports.document_parts import simulated
from reports.i18n import decimal
from reports.matrix import worst_year
from reports.paper_defaults import paper_defaults
from reports.risk_measures import CHANCES, MONTHS, Risk, closed_pupils, moved_pupils, risks
from reports.study_card import PlanCard
from reports.view import View

ASPECTS = ("legality", "majority", "timing", "knock_on", "incident", "mitigation")
"""What an appraisal of social stability asks (facts section 6, T9)."""


def chapter(seen: View) -> list[Block]:
    """Risks of the plan that is put forward; of the headline plan where none has projects."""
    plan = put_forward(seen) or seen.plan
    found = risks(seen, plan)
    return [
        Heading(1, seen.labels("dossier.chapter.risk")),
        Paragraph(_lead(seen, plan, found)),
        levels(seen, plan, found),
        stability(seen, plan),
    ]


def _lead(seen: View, plan: str, found: list[Risk]) -> str:
    """How many risks of each level, the high ones by name."""
    labels = seen.labels
    high = [labels(f"t9.risk.{one.key}") for one in found if one.level == "high"]
    medium = sum(one.level == "medium" for one in found)
    said = labels("t9.lead", plan=seen.words.plan(plan), high=len(high), medium=medium,
                  unknown=sum(one.level is None for one in found), n=len(found))  # fmt: skip
    return said + (labels("t9.lead_high", names=labels("word.list").join(high)) if high else "")


def levels(seen: View, plan: str, found: list[Risk]) -> Table:
    """T9: what is measured, the number, where it was found, the cut-offs, the level."""
    labels, cuts, cut_heads = seen.labels, paper_defaults().risk_levels, ("medium", "high")
    columns = tuple(
        Column(key, labels(f"t9.level.{key}" if key in cut_heads else f"t9.column.{key}"),
               group=labels("t9.column.from") if key in cut_heads else "")
        for key in ("risk", "measure", "value", *cut_heads, "level", "found")
    )  # fmt: skip
    rows = tuple(
        (
            labels(f"t9.risk.{one.key}"),
            labels(f"t9.measure.{one.key}"),
            _value(seen, one.key, one.measured.value),
            *(_value(seen, one.key, bound, bound=True) for bound in (cuts[one.key].medium, cuts[one.key].high)),
            labels(f"t9.level.{one.level or 'unknown'}"),
            one.measured.found or None,
        )
        for one in found
    )
    reasons = labels("word.clauses").join(
        labels("t9.reason", risk=labels(f"t9.risk.{one.key}"), reason=labels.pick(cuts[one.key].reason),
               grade=cuts[one.key].source_grade)
        for one in found
    )  # fmt: skip
    remarks = (labels("t9.remark"), labels("t9.reasons", reasons=reasons))
    basis = simulated(seen, seen.run.study.reference_future, plan)
    every = labels("t9.all_futures", n=len(seen.run.study.futures))
    basis = type(basis)(basis.date, basis.source, labels("t9.method", draws=seen.run.study.draws), every, basis.plan)
    return Table("t9", labels("t9.title"), columns, rows, basis, remarks, wide=True)


def _value(seen: View, key: str, value: float, *, bound: bool = False) -> str | None:
    """A measure in its unit; chances are never printed as 0 or 100 %, bounds as they are."""
    if value != value:
        return None
    if key in CHANCES and not bound:
        return seen.labels.percent(value)
    if key in MONTHS:
        return seen.labels("t9.months", n=decimal(value, 1))
    return decimal(100.0 * value, 1) + seen.labels("number.percent")


def stability(seen: View, plan: str) -> Table:
    """What the appraisal of social stability asks, the numbers that bear on it, and the judgement left open."""
    labels = seen.labels
    columns = (
        Column("aspect", labels("t9.column.aspect")),
        Column("numbers", labels("t9.column.numbers")),
        Column("judgement", labels("t9.column.judgement")),
    )
    rows = tuple(
        (labels(f"t9.aspect.{aspect}"), _bearing(seen, plan, aspect), labels("t9.to_fill")) for aspect in ASPECTS
    )
    return Table("t9_stability", labels("t9.stability_title"), columns, rows,
                 simulated(seen, seen.run.study.reference_future, plan), (labels("t9.stability_remark"),))  # fmt: skip


def _bearing(seen: View, plan: str, aspect: str) -> str:
    """Numbers of the run that bear on what the bureau has to judge."""
    labels, study = seen.labels, seen.run.study
    card = study.plan(plan)
    if aspect == "legality":
        decide = [rule for rule in study.rules if rule.decides]
        doubtful = [rule.code for rule in decide if not rule.verified]
        codes = labels("word.list").join(doubtful) or labels("t9.none")
        return labels("t9.bears.legality", n=len(decide), doubtful=codes, closures=_count(card, "closure"))
    if aspect == "majority":
        year = worst_year(seen.run, seen.baseline, study.reference_future)
        return labels(
            "t9.bears.majority",
            closed=labels.integer(closed_pupils(seen, plan)),
            zoned=labels.integer(moved_pupils(seen, plan, "rezones")),
            year=labels.school_year(year),
            base=seen.words.plan(seen.baseline),
            over=labels.integer(_over(seen, seen.baseline, year)),
            left=labels.integer(_over(seen, plan, year)),
        )
    if aspect == "timing":
        promised = sum(one.opens is not None for one in card.projects)
        return labels("t9.bears.timing", n=labels.count("project", len(card.projects)), promised=promised)
    if aspect == "knock_on":
        names = [seen.words.school(key) for one in card.projects for key in one.receivers]
        return labels("t9.bears.knock_on", schools=labels("word.list").join(dict.fromkeys(names)) or labels("t9.none"))
    if aspect == "incident":
        steps = seen.run.tables.plan_steps
        own = steps[(steps["plan"] == plan) & (steps["future"] == study.reference_future)]
        units = {unit for text in own.loc[own["what"] == "rezones", "units"].dropna() for unit in str(text).split()}
        return labels("t9.bears.incident", units=len(units), closures=_count(card, "closure"))
    held = [labels("t9.has.guards", n=len(card.guards)), labels("t9.has.triggers", n=len(card.triggers)),
            labels("t9.has.buses", n=len(card.buses))]  # fmt: skip
    return labels("word.list").join(held)


def _count(card: PlanCard, kind: str) -> int:
    return sum(one.kind == kind for one in card.projects)


def _over(seen: View, plan: str, year: int) -> float:
    """Pupils over limits in a year, mean, reference future."""
    own = of_plan(seen.run.tables.county, seen.run.study.reference_future, plan, year=year, indicator="pupils_over")
    own = own[own["stage"] == "all"]
    return float(own["mean"].iloc[0]) if len(own) else float("nan")
