"""Rows of `needs.csv` in words, for the report and the terminal."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

import pandas as pd

from reports.i18n import NOTHING, Labels, integer
from scenarios.staff_words import COUNTY

Row = Mapping[Hashable, object]
KINDS = (
    "teaching_area_m2", "rooms", "music_rooms", "art_rooms", "multimedia_rooms", "sports_area_m2", "land_m2", "beds",
    "teachers", "pupils",
)  # fmt: skip
"""Order in which things stand in the table; others come last."""


@dataclass(frozen=True)
class Naming:
    """How schools and numbers are written."""

    labels: Labels
    school: Callable[[str], str]
    study: str
    """Id of the study, the entity of county rows."""
    clause: Callable[[str], str] = str
    """Words of a clause from its code; the code itself on a terminal."""


def lacking(frame: pd.DataFrame, study: str) -> pd.DataFrame:
    """Rows in which something is missing, the row of all schools behind the schools of its clause."""
    own = frame[frame["missing"].fillna(0.0) > 0.0]
    order = own["kind"].map({kind: i for i, kind in enumerate(KINDS)}).fillna(len(KINDS))
    keys = own.assign(_order=order, _all=own["entity"] == study)
    by = ["_order", "rule", "stage", "_all", "missing", "entity"]
    return keys.sort_values(by, ascending=[True, True, True, True, False, True])


def heads(labels: Labels, share: float) -> list[str]:
    """Heads of the table."""
    first = [labels("column.school"), labels("lacks.what"), labels("lacks.clause")]
    more = [labels("lacks.needed"), labels("lacks.there"), labels("lacks.missing", share=labels.percent(share))]
    return [*first, *more, labels("lacks.range"), labels("lacks.cost")]


def cells(row: Row, naming: Naming, unverified: str) -> tuple[str, ...]:
    """One row in words; unverified: mark of clauses whose bound is from memory."""
    labels, kind = naming.labels, str(row["kind"])
    entity, unit = str(row["entity"]), labels(f"lacks.unit.{row['unit']}")
    p = f"p{round(100 * float(str(row['required'])))}"
    needed = row.get(f"needed_{p}")
    what = f"lacks.kind.{kind}"
    whole = "lacks.county" if row["rule"] == COUNTY else "lacks.together"
    rule = f"lacks.rule.{row['rule']}"
    clause = labels(rule) if labels.has(rule) else naming.clause(str(row["rule"]))
    return (
        labels(whole) if entity == naming.study else naming.school(entity),
        labels(what) if labels.has(what) else kind,
        clause + (unverified if row["unverified"] else ""),
        number(needed),
        number(row["there"]),
        f"{number(row['missing'])} {unit}",
        f"{number(row['missing_p50'])}–{number(row['missing_p95'])}",
        number(row["cost"]),
    )


def number(value: object) -> str:
    """A number without decimals; a dash for what is not known."""
    if value is None or pd.isna(float(str(value))):
        return NOTHING
    return integer(float(str(value)))
