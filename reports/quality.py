"""The section on data quality: given, missing, estimated, wider, compared, told; all words chosen, nothing computed."""

from dataclasses import dataclass, field
from math import isnan

from reports.i18n import NOTHING, Labels, decimal
from reports.quality_card import ComparisonCard, DataQuality, EstimatedCard, TableCard
from reports.view import View

FEW_DRAWS = 100
"""Draws below which the page calls the ratios rough."""


@dataclass(frozen=True)
class GivenRow:
    """A table or layer that was given."""

    name: str
    file: str
    rows: str
    years: str
    as_of: str
    source: str
    read: str


@dataclass(frozen=True)
class WidthRow:
    """One interval with and without the errors of the estimates."""

    year: str
    what: str
    counted: str
    made: str
    ratio: str


@dataclass(frozen=True)
class CompareRow:
    """The same children in two sources."""

    who: str
    first: str
    second: str
    ratio: str
    usual: str
    unusual: bool
    far: str


@dataclass(frozen=True)
class Page:
    """Everything the template names; `known` is False for a folder of an earlier version."""

    known: bool
    summary: list[str] = field(default_factory=list)
    given: list[GivenRow] = field(default_factory=list)
    missing: list[tuple[str, str, str]] = field(default_factory=list)
    estimated: list[str] = field(default_factory=list)
    widths: list[WidthRow] = field(default_factory=list)
    widths_said: list[str] = field(default_factory=list)
    widths_note: str = ""
    compared: list[CompareRow] = field(default_factory=list)
    problems: list[tuple[str, str, str]] = field(default_factory=list)


def page(seen: View) -> Page:
    """The section for one run in one language."""
    card, labels = seen.run.study.data_quality, seen.labels
    if card is None:
        return Page(known=False)
    said, note = _widths_said(seen, card)
    stated = bool(seen.run.study.sources)
    return Page(
        known=True,
        summary=_summary(card, labels),
        given=[_given(table, card, labels, stated) for table in card.tables if table.given] + _layers(card, labels),
        missing=[
            (labels.pick(table.label), labels(f"bureau.{table.bureau}"), labels(f"quality.without.{table.name}"))
            for table in card.tables
            if not table.given
        ],
        estimated=_estimated(card.estimated, labels),
        widths=_widths(seen),
        widths_said=said,
        widths_note=note,
        compared=[_compared(row, seen) for row in card.comparisons],
        problems=[(labels(f"quality.severity.{p.severity}"), p.place, labels.pick(p.text)) for p in card.problems],
    )


def _summary(card: DataQuality, labels: Labels) -> list[str]:
    engine = [table for table in card.tables if table.use == "engine"]
    missing = [labels.pick(table.label) for table in engine if not table.given]
    checked = sum(table.given and table.use == "checked" for table in card.tables)
    unusual = sum(row.unusual for row in card.comparisons)
    kinds = [problem.severity for problem in card.problems]
    names = labels("word.list").join(missing)
    key = "quality.sum.missing" if missing else "quality.sum.whole"
    tables = [labels(key, engine=len(engine), n=len(missing), names=names)]
    tables += [labels("quality.sum.checked", n=checked)] if checked else []
    counts = {f"{kind}s": labels.count(kind, kinds.count(kind)) for kind in ("warning", "note")}
    told = labels("quality.sum.problems", **counts) if kinds else labels("quality.sum.clean")
    key = "unusual" if unusual else "agree" if card.comparisons else "alone"
    return [*tables, told, labels(f"quality.sum.{key}", n=unusual or len(card.comparisons))]


def _read(table: TableCard, card: EstimatedCard | None, labels: Labels) -> str:
    """How a table was read: what of it is estimated, its warnings and notes."""
    said = [labels.count(kind, n) for kind, n in (("warning", table.warnings), ("note", table.notes)) if n]
    if card is not None and table.name == "children" and card.children:
        said.insert(0, labels("quality.read.estimated", share=_share(card.children / card.children_of, labels)))
    if card is not None and table.name == "enrolment" and card.rolls:
        said.insert(0, labels("quality.read.withheld", n=card.rolls))
    return labels("word.list").join(said) or labels("quality.as_written")


def _given(table: TableCard, card: DataQuality, labels: Labels, stated: bool) -> GivenRow:
    """stated: whether the study names any source at all."""
    sheet = labels("quality.sheet", sheet=table.sheet) if table.sheet else ""
    years = sorted(set(table.years))
    return GivenRow(
        labels.pick(table.label) + (labels("quality.checked_only") if table.use == "checked" else ""),
        table.file + sheet,
        labels.integer(table.rows),
        "-".join(map(str, years)) if years else NOTHING,
        table.as_of or NOTHING,
        labels.pick(table.source) or labels("quality.see_sources" if stated else "quality.no_source"),
        _read(table, card.estimated, labels),
    )


def _layers(card: DataQuality, labels: Labels) -> list[GivenRow]:
    return [
        GivenRow(labels(f"quality.layer.{layer.name}"), layer.file, NOTHING, NOTHING, NOTHING, NOTHING, layer.crs)
        for layer in card.layers
    ]


def _estimated(card: EstimatedCard | None, labels: Labels) -> list[str]:
    if card is None:
        return [labels("quality.estimated.none")]
    said = []
    if card.built_from_births:
        said.append(labels("quality.estimated.births"))
    if card.children:
        said.append(
            labels(
                "quality.estimated.all" if card.children == card.children_of else "quality.estimated.children",
                n=labels.integer(card.children),
                of=labels.integer(card.children_of),
                share=_share(card.children / card.children_of, labels),
                size=_size(card, labels),
                common=_share(card.common, labels),
            )
        )
    if card.rolls:
        said.append(labels("quality.estimated.rolls", n=card.rolls, of=card.rolls_of))
    return said


def _size(card: EstimatedCard, labels: Labels) -> str:
    """The error of an estimated count: the mean and, where they differ, the least and the largest."""
    mean, low, high = (_share(value, labels) for value in (card.sd_mean, card.sd_low, card.sd_high))
    return mean if low == high else labels("quality.estimated.size", mean=mean, low=low, high=high)


def _share(value: float, labels: Labels) -> str:
    """A share as whole percent; not a probability, so 0 and 100 may be said, but a little is never none."""
    shown = f"{round(value * 100)}" if value == 0.0 or value >= 0.095 else f"{value * 100:.1f}"
    return f"{shown}{labels('number.percent')}"


def _what(entity: str, stage: str, seen: View) -> str:
    if entity != seen.run.study.id:
        return seen.labels("quality.what.school", school=seen.words.school(entity))
    return seen.labels("quality.what.county" if stage == "all" else "quality.what.entry")


def _widths(seen: View) -> list[WidthRow]:
    """Rows of `estimation.csv`: by year, the entry grade first, then the county, then the school."""
    labels, study = seen.labels, seen.run.study
    table = seen.run.tables.estimation
    order = table.assign(rank=2 * (table["entity"] != study.id) + (table["stage"] == "all"))
    return [
        WidthRow(
            labels.school_year(row["year"]),
            _what(row["entity"], row["stage"], seen),
            f"{labels.integer(row['p10_counted'])}-{labels.integer(row['p90_counted'])}",
            f"{labels.integer(row['p10'])}-{labels.integer(row['p90'])}",
            _ratio(row["ratio"], row["ratio_error"]),
        )
        for row in order.sort_values(["year", "rank"]).to_dict("records")
    ]


def _ratio(ratio: float, error: float) -> str:
    if isnan(ratio):
        return NOTHING
    return decimal(ratio, 2) if isnan(error) else f"{decimal(ratio, 2)} ± {decimal(error, 2)}"


def _widths_said(seen: View, card: DataQuality) -> tuple[list[str], str]:
    """The sentences above the table of widths, and the note below it."""
    labels, table = seen.labels, seen.run.tables.estimation
    if card.estimated is None:
        return [], ""
    if table.empty:
        return [labels("quality.widths.one")], ""
    middle = sorted(set(table["year"]))[len(set(table["year"])) // 2]
    mine = table[(table["year"] == middle) & (table["entity"] == seen.run.study.id) & table["ratio"].notna()]
    said = [
        labels(
            "quality.widths.same" if abs(row["ratio"] - 1) <= 2 * row["ratio_error"] else "quality.widths.said",
            year=labels.school_year(middle),
            what=_what(row["entity"], row["stage"], seen),
            ratio=decimal(row["ratio"], 2),
        )
        for row in mine.sort_values("stage", ascending=False).to_dict("records")
    ]
    draws = int(table["draws"].min())
    if draws < FEW_DRAWS:
        said.append(labels("quality.widths.few", draws=draws))
    return said, labels("quality.widths.note", draws=draws)


def _compared(row: ComparisonCard, seen: View) -> CompareRow:
    labels = seen.labels
    values: dict[str, object] = {"about": row.about}
    if row.kind == "births":
        values |= {"year": row.about, "next": int(row.about) + 1}
    if row.kind == "stage":
        values["stage"] = seen.words.stage(row.about)
    far = [
        f"{seen.setting.names.get(('unit', unit.unit), unit.unit)} {labels.integer(unit.first)} → "
        f"{labels.integer(unit.second)}"
        for unit in row.worst
    ]
    return CompareRow(
        labels(f"quality.who.{row.kind}", **values),
        f"{labels(f'quality.first.{row.kind}')} {labels.integer(row.first)}",
        f"{labels(f'quality.second.{row.kind}')} {labels.integer(row.second)}",
        decimal(row.second / row.first, 2) if row.first else NOTHING,
        f"{row.low:.2f}-{row.high:.2f}",
        row.unusual,
        labels("word.list").join(far) or NOTHING,
    )
