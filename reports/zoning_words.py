"""Sentences and table rows of a zoning, for page and terminal."""

from collections.abc import Hashable, Mapping

import pandas as pd

from reports.i18n import decimal, signed
from reports.zoning_view import ZoningView

ZONE_HEADS = (
    "stage", "school", "units", "children", "parts", "holes", "school_inside", "compactness", "km_mean", "km_p90",
    "km_max", "nearest_share",
)  # fmt: skip
CHANGE_HEADS = (
    "stage", "unit", "school_before", "school_after", "moved_children", "moved_entrants", "km_before", "km_after",
)  # fmt: skip
SUMMARY_HEADS = ("stage", "measure", "before", "after")
MOST = 60
"""Changed units on the page; the table holds all."""
_SIGNED = ("moved_change_p10", "moved_change_p50", "moved_change_p90")


def title(view: ZoningView) -> str:
    """Title of the page."""
    return view.labels("zoning.title", study=view.title)


def facts(view: ZoningView) -> str:
    """Which zonings are held against each other, and how ways were measured."""
    words, study = view.labels, view.pairs[0].study
    way = words("zoning.way.network")
    if study.network is None:
        way = words("zoning.way.detour", detour=f"{study.bundle.study.travel.detour:g}")
    base, year = (words.school_year(one) for one in (view.setting.base_year, view.year))
    return words("zoning.facts" if view.changed else "zoning.facts.alone", base=base, year=year, way=way)


def headline(view: ZoningView) -> str:
    """The finding in one sentence."""
    words = view.labels
    if not view.changed:
        return words("zoning.headline.same")
    total = {name: sum(view.value(pair.stage, name) for pair in view.pairs) for name in _TOTALS}
    children = sum(float(pair.children.sum()) for pair in view.pairs)
    share = decimal(100 * total["children_moved"] / children, 1) if children else "–"
    counts = {"units": words.integer(total["units_changed"]), "moved": words.integer(total["children_moved"])}
    return words("zoning.headline.changed", **counts, share=share, entrants=words.integer(total["entrants_moved"]))


_TOTALS = ("units_changed", "children_moved", "entrants_moved")


def statements(view: ZoningView) -> list[str]:
    """One line for each stage, and how to read the numbers."""
    lines = [_line(view, pair.stage) for pair in view.pairs]
    notes = ["zoning.grandfather", "zoning.nearest.note"] if view.changed else ["zoning.nearest.note"]
    return [*view.setting.marks(), *lines, *(view.labels(name) for name in notes)]


def _line(view: ZoningView, stage: str) -> str:
    words = view.labels
    said = {"stage": view.setting.name("stage", stage)}
    for side in ("before", "after"):
        said[side] = decimal(view.value(stage, "km_mean", side), 1)
        said[f"near_{side}"] = _share(view, view.value(stage, "nearest_share_urban", side))
    if not view.changed:
        zones, most = words.integer(view.value(stage, "zones")), decimal(view.value(stage, "km_max"), 1)
        return words("zoning.line.alone", zones=zones, most=most, **said)
    units, moved = (words.integer(view.value(stage, name)) for name in ("units_changed", "children_moved"))
    farther = words.integer(view.value(stage, "moved_farther"))
    return words("zoning.line", units=units, moved=moved, farther=farther, **said)


def _share(view: ZoningView, share: float) -> str:
    return "–" if pd.isna(share) else f"{decimal(100 * share, 1)}{view.labels('number.percent')}"


def zone_rows(view: ZoningView) -> list[list[str]]:
    """Zones by school: the redrawn ones."""
    table = view.tables["zones"]
    return [_zone_row(view, row) for row in table[table["zoning"] == "after"].to_dict("records")]


def _zone_row(view: ZoningView, row: Mapping[Hashable, object]) -> list[str]:
    words = view.labels
    numbers = {name: float(str(row[name])) for name in ZONE_HEADS if name not in ("stage", "school", "school_inside")}
    return [
        view.setting.name("stage", str(row["stage"])),
        view.setting.name("school", str(row["school"])),
        *(words.integer(numbers[name]) for name in ("units", "children", "parts", "holes")),
        words("zoning.yes" if row["school_inside"] else "zoning.no"),
        decimal(numbers["compactness"], 2),
        *(decimal(numbers[name], 1) for name in ("km_mean", "km_p90", "km_max")),
        _share(view, numbers["nearest_share"]),
    ]


def change_rows(view: ZoningView, most: int = MOST) -> list[list[str]]:
    """Units whose school changes, those with most children first."""
    words, rows = view.labels, []
    for row in view.tables["changes"].head(most).to_dict("records"):
        moved = [words.integer(float(row[name])) for name in ("moved_children", "moved_entrants")]
        ways = [decimal(float(row[name]), 1) for name in ("km_before", "km_after")]
        names = [view.setting.name("stage", str(row["stage"])), view.setting.name("unit", str(row["unit"]))]
        rows.append(
            [*names, *(view.schools(str(row[f"school_{side}"])) for side in ("before", "after")), *moved, *ways]
        )
    return rows


def summary_rows(view: ZoningView) -> list[list[str]]:
    """Measures before and after; those of the change only where something changes."""
    rows = []
    for row in view.tables["summary"].to_dict("records"):
        name, unit = str(row["measure"]), str(row["unit"])
        if name in _OF_CHANGE and not view.changed:
            continue
        cells = [_number(view, name, unit, float(row[side])) for side in ("before", "after")]
        rows.append([view.setting.name("stage", str(row["stage"])), view.labels(f"zoning.measure.{name}"), *cells])
    return rows


_OF_CHANGE = (*_TOTALS, "children_moved_share", "moved_farther", *_SIGNED)


def _number(view: ZoningView, name: str, unit: str, value: float) -> str:
    if pd.isna(value):
        return ""
    if unit == "-":
        return _share(view, value)
    if unit == "km":
        return signed(value, 1) if name in _SIGNED else decimal(value, 1)
    return view.labels.integer(value)
