"""Dossier chapters on grounds: method in words, assumptions with sources, calibration, data quality, norms."""

from reports import quality
from reports.document import Basis, Block, Cell, Column, Heading, Items, Paragraph, Table
from reports.i18n import NOTHING
from reports.sentences import UNVERIFIED
from reports.study_card import OverrideCard
from reports.view import View

MOST_PROBLEMS = 40
"""Warnings and notes printed; `schoolplan check` tells all."""
ALWAYS = ("births", "cohorts", "draws", "futures", "classes", "verdict")
SOMETIMES = {
    "zones": "zone_list",
    "travel": "access",
    "building": "stages",
    "sizing": "needs",
    "boarding": "boarding",
    "money": "money",
    "guards": "guards",
    "drivers": "drivers",
}
"""Step of the method -> table of the run that has rows where it was taken."""
ORDER = ("births", "cohorts", "draws", "futures", "zones", "travel", "classes", "building", "guards", "boarding",
         "money", "verdict", "sizing", "drivers", "accuracy")  # fmt: skip
PAGES = {
    "births": "births-and-entry", "cohorts": "forecast", "draws": "draws", "futures": "moves", "zones": "catchments",
    "travel": "access", "classes": "classes", "building": "construction", "guards": "guards", "boarding": "boarding",
    "money": "money", "verdict": "verdicts", "sizing": "sizing", "drivers": "drivers", "accuracy": "backtests",
}  # fmt: skip
"""Step of the method -> its page in docs/science."""


def chapter(seen: View) -> list[Block]:
    """All grounds, in one chapter at the end of a dossier."""
    return [Heading(1, seen.labels("dossier.chapter.ground")), *method(seen), *assumptions(seen), *past(seen),
            *data(seen), *norms(seen)]  # fmt: skip


def _basis(seen: View, source: str) -> Basis:
    return Basis(
        date=seen.labels("document.date", year=seen.run.study.base_year),
        source=seen.labels(f"ground.source.{source}"),
        method=seen.labels("ground.as_given"),
    )


def steps(seen: View) -> tuple[str, ...]:
    """Steps of the method that this run took; the test of accuracy where past forecasts were held against what came."""
    taken = {step for step, table in SOMETIMES.items() if len(getattr(seen.run.tables, table))}
    card = seen.run.study.calibration
    taken |= {"accuracy"} if card is not None and card.ahead else set()
    return tuple(step for step in ORDER if step in ALWAYS or step in taken)


def method(seen: View) -> list[Block]:
    """The method in words, each step with the page that has its formulas and tests."""
    labels, study = seen.labels, seen.run.study
    said = {"draws": study.draws, "share": labels.percent(study.p_required)}
    keys = {"draws": f"draws.{_sizes(seen)}"}
    texts = tuple(
        labels("ground.step", text=labels(f"ground.method.{keys.get(step, step)}", **said),
               page=f"docs/science/{PAGES[step]}.md")
        for step in steps(seen)
    )  # fmt: skip
    return [Heading(2, labels("ground.method")), Items(texts)]


def _sizes(seen: View) -> str:
    """Where the sizes of errors are from: own | borrowed | none (one path) | unknown (folders of earlier versions)."""
    card = seen.run.study.calibration
    if card is None:
        return "unknown"
    return {"short": "borrowed", "untested": "none"}.get(card.found, "own")


def assumptions(seen: View) -> list[Block]:
    """Sources of the study and its futures, what futures say, and values that were set by name."""
    labels, study = seen.labels, seen.run.study
    sources = [(labels("ground.study"), one) for one in study.sources]
    sources += [(labels.pick(future.name), one) for future in study.futures for one in future.sources]
    heads: tuple[str, ...] = ("scope", "item", "source")
    rows = tuple((scope, labels.pick(one.item), labels.pick(one.source)) for scope, one in sources)
    futures = tuple((labels.pick(future.name), labels.pick(future.note) or None) for future in study.futures)
    blocks: list[Block] = [Heading(2, labels("ground.assumptions"))]
    blocks.append(_table(seen, "ground_futures", ("future", "note"), futures, "scenario"))
    if rows:
        blocks.append(_table(seen, "ground_sources", heads, rows, "scenario"))
    else:
        blocks.append(Paragraph(labels("ground.no_sources"), "warning"))
    changed = _overrides(seen)
    if changed:
        heads = ("scope", "item", "set", "holds", "source", "place")
        blocks.append(_table(seen, "ground_overrides", heads, changed, "scenario"))
    return blocks


def _overrides(seen: View) -> tuple[tuple[Cell, ...], ...]:
    labels, study = seen.labels, seen.run.study
    named: list[tuple[str, OverrideCard]] = [(labels("ground.study"), one) for one in study.overrides]
    named += [(labels.pick(future.name), one) for future in study.futures for one in future.overrides]
    named += [(labels.pick(plan.name), one) for plan in study.plans for one in plan.overrides]
    found = []
    for scope, one in named:
        values = labels("word.clauses").join(f"{path} = {value}" for path, value in one.set.items())
        since = labels("ground.since", year=one.from_year) if one.from_year else ""
        holds = labels("word.list").join(part for part in (since, *one.where) if part)
        found.append((scope, labels.pick(one.name), values, holds or labels("ground.everywhere"),
                      labels.pick(one.source) or labels("ground.no_source"), one.place or None))  # fmt: skip
    return tuple(found)


def past(seen: View) -> list[Block]:
    """What the study's own history says of the intervals."""
    labels, card = seen.labels, seen.run.study.calibration
    blocks: list[Block] = [Heading(2, labels("ground.calibration"))]
    blocks.append(Paragraph(seen.words.calibration, "body" if seen.run.study.calibrated else "warning"))
    ahead = card.ahead if card is not None else ()
    if not ahead:
        return blocks
    columns = (
        Column("ahead", labels("ground.column.ahead"), "count", labels("ground.unit.years")),
        Column("origins", labels("ground.column.origins"), "count"),
        Column("cases", labels("ground.column.cases"), "count"),
        Column("wape", labels("ground.column.wape"), "share"),
        Column("naive", labels("ground.column.naive"), "share"),
        Column("held80", labels("ground.column.held80"), "share"),
    )
    rows = tuple(
        (float(one.horizon), float(one.origins), float(one.cases), one.wape, one.naive, one.held80) for one in ahead
    )
    basis = Basis(
        date=labels("document.date", year=seen.run.study.base_year),
        source=labels("ground.source.history"),
        method=labels("ground.backtest"),
    )
    return [*blocks, Table("ground_calibration", labels("ground.title.ground_calibration"), columns, rows, basis)]


def data(seen: View) -> list[Block]:
    """What was given and what was not, what is estimated, what two sources say, what the check told."""
    labels, page = seen.labels, quality.page(seen)
    blocks: list[Block] = [Heading(2, labels("ground.data"))]
    if not page.known:
        return [*blocks, Paragraph(labels("ground.data_unknown"), "warning")]
    blocks += [Paragraph(" ".join(page.summary) if labels.lang == "en" else "".join(page.summary))]
    given = tuple((r.name, r.file, r.rows, r.years, r.as_of, r.source, r.read) for r in page.given)
    heads: tuple[str, ...] = ("table", "file", "rows", "years", "as_of", "source", "read")
    blocks.append(_table(seen, "ground_given", heads, given, "inputs", wide=True))
    if page.missing:
        blocks.append(_table(seen, "ground_missing", ("table", "bureau", "without"), tuple(page.missing), "inputs"))
    blocks += [Paragraph(text) for text in page.estimated]
    if page.compared:
        heads = ("who", "first", "second", "ratio", "usual", "unusual", "far")
        rows = tuple(
            (r.who, r.first, r.second, r.ratio, r.usual, labels(f"word.{'yes' if r.unusual else 'no'}"), r.far)
            for r in page.compared
        )
        blocks.append(_table(seen, "ground_compared", heads, rows, "inputs"))
    if page.problems:
        shown, left = tuple(page.problems[:MOST_PROBLEMS]), len(page.problems) - MOST_PROBLEMS
        remarks = (labels("ground.more", n=left),) if left > 0 else ()
        blocks.append(_table(seen, "ground_problems", ("severity", "place", "text"), shown, "inputs", remarks))
    return blocks


def norms(seen: View) -> list[Block]:
    """Every clause with its source and grade; those from memory are marked."""
    labels, rules = seen.labels, seen.run.study.rules
    if not rules:
        return []
    rows = tuple(
        (
            rule.code,
            labels.pick(rule.clause) + ("" if rule.verified else UNVERIFIED),
            labels("ground.decides" if rule.decides else "ground.beside"),
            str(rule.valid_from) if rule.valid_from else None,
            labels.pick(rule.source) or NOTHING,
            labels.grade(rule.source_grade) or NOTHING,
        )
        for rule in rules
    )
    heads = ("code", "clause", "weight", "valid_from", "source", "grade")
    remarks: tuple[str, ...] = (labels("ground.grades"),)
    if any(not rule.verified for rule in rules):
        remarks += (labels("ground.memory", mark=UNVERIFIED),)
    return [Heading(2, labels("ground.norms")), _table(seen, "ground_norms", heads, rows, "pack", remarks)]


def _table(
    seen: View, key: str, heads: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...], source: str,
    remarks: tuple[str, ...] = (), *, wide: bool = False,
) -> Table:  # fmt: skip
    columns = tuple(Column(head, seen.labels(f"ground.column.{head}")) for head in heads)
    return Table(key, seen.labels(f"ground.title.{key}"), columns, rows, _basis(seen, source), remarks, wide=wide)
