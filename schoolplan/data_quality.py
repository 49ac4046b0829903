"""What a run rests on, for `study.json`: tables given or missing, how they were read, what is estimated or at odds.

`reports.quality_card.DataQuality` reads it. Texts of problems are kept in both languages; words of the page are not.
"""

import os
import re
from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.bundle import Bundle
from scenarios.problems import Problem, tell
from scenarios.schema_base import Source
from scenarios.table_specs import SPECS
from schoolplan.prepare import Prepared
from sim.build import estimated_of
from sim.estimated import WITHHELD_SD
from sim.sources import Comparison, comparisons

_FILE = re.compile(r"^(?P<file>.*?\.\w+)(\[(?P<sheet>[^\]]*)\])?([:!].*)?$")
_EVERYTHING = ("all data", "全部数据")


def quality_card(prepared: Prepared) -> dict[str, object]:
    """Tables, comparisons, estimated counts, problems."""
    bundle = prepared.bundle
    names = _tables_by_place(bundle)
    told = [(_table_of(problem, names), problem) for problem in prepared.warnings]
    return {
        "layers": [
            {"name": name, "file": layer.path, "layer": layer.layer or "", "crs": layer.crs}
            for name, layer in (("units", bundle.study.layers.units), ("schools", bundle.study.layers.schools))
            if layer is not None
        ],
        "tables": [_table(bundle, name, [p for table, p in told if table == name]) for name in SPECS],
        "comparisons": [_comparison(row) for row in comparisons(bundle)],
        "estimated": _estimated(prepared),
        "problems": [_problem(problem, table) for table, problem in told],
    }


def _tables_by_place(bundle: Bundle) -> dict[tuple[str, str | None], str]:
    """Table by (file as problems name it, sheet); by (file, None) where one table has the file to itself."""
    files: dict[str, list[str]] = {}
    out: dict[tuple[str, str | None], str] = {}
    for name in SPECS:
        table = getattr(bundle.study.tables, name)
        if table is not None:
            shown = Path(os.path.relpath(bundle.study_root / table.path, bundle.root)).as_posix()
            files.setdefault(shown, []).append(name)
            out[shown, table.sheet] = name
    return out | {(file, None): names[0] for file, names in files.items() if len(names) == 1}


def _table_of(problem: Problem, names: dict[tuple[str, str | None], str]) -> str:
    """The table that a problem is about, or an empty text."""
    match = _FILE.match(problem.place)
    if match is None:
        return ""
    return names.get((match["file"], match["sheet"]), names.get((match["file"], None), ""))


def _table(bundle: Bundle, name: str, problems: list[Problem]) -> dict[str, object]:
    spec, frame, ref = SPECS[name], bundle.tables.get(name), getattr(bundle.study.tables, name)
    given = frame is not None and ref is not None
    return {
        "name": name,
        "label": {"zh": spec.zh, "en": spec.en},
        "bureau": spec.bureau,
        "use": spec.use,
        "given": given,
        "file": ref.path if ref is not None else "",
        "sheet": (ref.sheet or "") if ref is not None else "",
        "rows": 0 if frame is None else len(frame),
        "years": [] if frame is None else _years(frame),
        "as_of": _as_of(bundle, name, frame),
        "source": _source(bundle.study.sources, spec.zh, name, spec.en) if given else {},
        "warnings": sum(problem.severity == "warning" for problem in problems),
        "notes": sum(problem.severity == "note" for problem in problems),
    }


def _years(frame: pd.DataFrame) -> list[int]:
    """First and last year of a table that has years."""
    for column in ("year", "birth_year"):
        if column in frame and len(years := pd.to_numeric(frame[column], errors="coerce").dropna()):
            return [int(years.min()), int(years.max())]
    return []


def _as_of(bundle: Bundle, name: str, frame: pd.DataFrame | None) -> str:
    """Day to which the numbers of a table belong, as far as the study says."""
    if frame is None:
        return ""
    if name == "children":
        return str(bundle.study.children_as_of or "")
    if "as_of" in frame and len(frame):
        return str(frame["as_of"].astype(str).max())[:10]
    return f"{bundle.study.base_year}-09-01" if name in ("enrolment", "schools", "sites", "zones") else ""


def _source(sources: tuple[Source, ...], zh: str, *en: str) -> dict[str, str]:
    """The source that the study names for a table (by its name, or for all data); empty where none is named so."""
    for source in sources:
        item = f"{source.item.zh} {source.item.en}".lower()
        if zh in item or any(word.lower() in item for word in (*en, *_EVERYTHING)):
            return {"zh": source.source.zh, "en": source.source.en}
    return {}


def _comparison(row: Comparison) -> dict[str, object]:
    return {
        "kind": row.kind,
        "about": row.about,
        "first": round(row.first, 1),
        "second": round(row.second, 1),
        "low": row.low,
        "high": row.high,
        "unusual": row.unusual,
        "worst": [
            {"unit": unit, "first": round(first, 1), "second": round(second, 1)} for unit, first, second in row.worst
        ],
    }


def _estimated(prepared: Prepared) -> dict[str, object] | None:
    """Children below school age and rolls whose number was estimated; None where every count was counted."""
    model, estimated = prepared.model, estimated_of(prepared.bundle)
    if estimated is None:
        return None
    count = np.concatenate([model.residents, model.waiting[:, None]], axis=1)
    made = (estimated.children_sd > 0) & (count > 0)
    sds = estimated.children_sd[made]
    return {
        "built_from_births": "children" not in prepared.bundle.tables,
        "children": int(count[made].sum()),
        "children_of": int(count.sum()),
        "cells": int(made.sum()),
        "cells_of": int((count > 0).sum()),
        "sd_low": round(float(sds.min()), 4) if sds.size else 0.0,
        "sd_high": round(float(sds.max()), 4) if sds.size else 0.0,
        "sd_mean": round(float(np.average(sds, weights=count[made])), 4) if sds.size else 0.0,
        "common": estimated.common,
        "rolls": int(estimated.withheld.sum()),
        "rolls_of": int(model.hosts[: len(model.exists)][model.exists].sum()),
        "rolls_sd": round(WITHHELD_SD, 3),
    }


def _problem(problem: Problem, table: str) -> dict[str, object]:
    texts = {lang: tell(problem, lang) for lang in ("zh", "en")}
    return {
        "code": problem.code,
        "severity": problem.severity,
        "table": table,
        "place": problem.place,
        "text": {lang: told.what for lang, told in texts.items()},
        "fix": {lang: told.fix for lang, told in texts.items()},
    }
