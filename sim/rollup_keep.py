"""What is kept of a member's case so that it can be added to others: small arrays by draw, packed and read again.

    series   the county's indicators (as `sim.summary.county_rows`), classes, classes over the limit and pupils who
             attend in other counties by stage, what a plan spends and reaches; [draw, year]
    clauses  schools and pupils over, by draw and by draw and year

Packed as compressed npz: equal arrays give equal bytes.  Tests: tests/sim/test_rollup.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from sim.arrays import FloatArray, IntArray
from sim.bounds import stage_label
from sim.breaches import Broken, Deciding, DecidingCounty, county_broken
from sim.classes import taught
from sim.engine import FLOWS
from sim.model import Model
from sim.rollup import Clause, Kept, Key
from sim.summary import Assessment, Measured

ALL = "all"


def kept_of(case: Measured, model: Model, assessment: Assessment) -> Kept:
    """The case of a member as it is added up; model: with all its stages."""
    first, last = (year - model.base_year - 1 for year in assessment.window)
    inside = slice(first, last + 1)
    clauses = {
        bound.code: _clause([breach], stage_label(bound, model.grades), inside)
        for bound, breach in zip(assessment.bounds, case.breaches, strict=True)
    }
    clauses |= _deciding(case, model, inside)
    clauses[ALL] = _with_county(_clause(case.headline, ALL, inside), case.county, inside)
    series = {key: np.asarray(values, dtype=np.int64) for key, values in _series(case, model, assessment).items()}
    return Kept(tuple(model.years), assessment.window, assessment.required, series, clauses)


def _deciding(case: Measured, model: Model, inside: slice) -> dict[str, Clause]:
    """Clauses that decide beside the rules, by code; those of several stages count once."""
    of_code: dict[str, list[Deciding]] = {}
    for breach in case.deciding:
        of_code.setdefault(breach.bound.code, []).append(breach)
    out = {}
    for code, of in of_code.items():
        stages = {stage_label(breach.bound, model.grades) for breach in of}
        out[code] = _clause(of, stages.pop() if len(stages) == 1 else ALL, inside)
    nobody = np.zeros(case.result.open.shape[:2], dtype=np.int64)
    for one in case.county:
        of_nobody = Clause(stage_label(one.bound, model.grades), nobody[:, 0], nobody[:, 0], nobody > 0, nobody)
        out[one.bound.code] = _with_county(of_nobody, [one], inside)
    return out


def _with_county(clause: Clause, of_county: Sequence[DecidingCounty], inside: slice) -> Clause:
    """A clause with what the county as a whole breaks."""
    if not of_county:
        return clause
    broken = county_broken(of_county, *clause.broken.shape)
    number = np.zeros(len(clause.broken), dtype=np.int64)
    for one in of_county:
        number += one.broken[:, inside].any(axis=1)
    return replace(clause, broken=clause.broken | broken, county=number)


def _clause(breaches: Sequence[Broken], stage: str, inside: slice) -> Clause:
    broken = np.logical_or.reduce([breach.broken for breach in breaches])
    over = np.maximum.reduce([breach.over for breach in breaches]).sum(axis=2)
    schools = broken[:, inside].any(axis=1).sum(axis=1)
    return Clause(stage, schools, over[:, inside].max(axis=1), broken.any(axis=2), over)


def _series(case: Measured, model: Model, assessment: Assessment) -> dict[Key, NDArray[np.integer]]:
    result, grades = case.result, model.grades
    rolls = result.rolls.sum(axis=2, dtype=np.int64)
    unused = np.maximum(case.seats - result.rolls.sum(axis=3), 0).sum(axis=2)
    out: dict[Key, NDArray[np.integer]] = {
        Key("schools_over", ALL, "schools"): np.logical_or.reduce([b.broken for b in case.headline]).sum(axis=2),
        Key("pupils_over", ALL, "pupils"): np.maximum.reduce([b.over for b in case.headline]).sum(axis=2),
        Key("unused_seats", ALL, "seats"): unused,
        Key("seats", ALL, "seats"): case.seats.sum(axis=2),
        Key("schools_open", ALL, "schools"): result.open.sum(axis=2),
        Key("beyond_seats", ALL, "pupils"): result.beyond.sum(axis=2),
        Key("diverted_in", ALL, "pupils"): result.diverted_in.sum(axis=2),
        Key("linked", ALL, "pupils"): result.linked.sum(axis=2),
    }
    for i, name in enumerate(FLOWS):
        out[Key({"born": "births"}.get(name, name), ALL, "children")] = result.flows[:, :, i]
    school = slice(len(grades.names) - result.outs.shape[2], None)  # outs are of the school ladder alone
    masks = [(ALL, np.ones(len(grades.names), dtype=bool))]
    masks += [(name, grades.stage_of == stage) for stage, name in enumerate(grades.stages)]
    for name, mask in masks:
        out[Key("roll", name, "pupils")] = rolls[..., mask].sum(axis=2)
        out[Key("classes", name, "classes")] = result.classes[..., mask].sum(axis=(2, 3), dtype=np.int64)
        out[Key("pupils_away", name, "pupils")] = result.outs[..., mask[school]].sum(axis=2)
        out[Key("pupils_away_usual", name, "pupils")] = result.outs_usual[..., mask[school]].sum(axis=2)
    return out | classes_over(case, model, assessment)


def classes_over(case: Measured, model: Model, assessment: Assessment) -> dict[Key, IntArray]:
    """Classes larger than the limit of their stage, [draw, year] by stage."""
    out: dict[Key, IntArray] = {}
    for bound in (one for one in assessment.bounds if one.indicator == "class_size"):
        for stage, name in enumerate(model.grades.stages):
            if name not in bound.stages:
                continue
            large = _larger(case, np.flatnonzero(model.grades.stage_of == stage), bound.limit)
            key = Key("classes_over", name, "classes")
            out[key] = out[key] + large if key in out else large
    return out


def _larger(case: Measured, grades: IntArray, limit: FloatArray) -> IntArray:
    """Classes of some grades beyond the limit by school (nan: none), [draw, year]; classes are even."""
    held = np.flatnonzero(~np.isnan(limit))
    cap = np.floor(limit[held])[:, None]
    count = case.result.classes[:, :, held][..., grades].astype(np.int64)
    pupils = taught(case.result.rolls[:, :, held][..., grades].astype(np.int64), count)
    count = np.maximum(count, 1)
    small = pupils // count
    extra = pupils - small * count
    large: IntArray = np.where(small > cap, count, np.where(small + 1 > cap, extra, 0)).sum(axis=(2, 3))
    return large


def with_series(kept: Kept, more: Mapping[Key, IntArray]) -> Kept:
    """The same with further series, [draw, year]."""
    return replace(kept, series={**kept.series, **more})


def packed_outs(usual: NDArray[np.generic], cases: Mapping[tuple[str, str], NDArray[np.generic]]) -> bytes:
    """Who leaves a member, [draw, year, grade]: usually, and in every case."""
    arrays = {"usual": _small(usual), **{f"{future}|{plan}": _small(outs) for (future, plan), outs in cases.items()}}
    buffer = BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def unpacked_outs(content: bytes) -> tuple[IntArray, dict[tuple[str, str], IntArray]]:
    """What `packed_outs` wrote, [draw, year, grade] each."""
    with np.load(BytesIO(content)) as file:
        arrays = {name: np.asarray(file[name], dtype=np.int64) for name in file.files}
    usual = arrays.pop("usual")
    return usual, {(name.split("|")[0], name.split("|")[1]): outs for name, outs in arrays.items()}


_FIELDS = ("schools", "pupils", "broken", "over")


def packed(cases: Mapping[tuple[str, str], Kept]) -> bytes:
    """All cases of a member, (future, plan) -> kept, as one file."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for (future, plan), kept in cases.items():
        head = f"{future}|{plan}"
        arrays[f"{head}|years"] = np.array(kept.years)
        arrays[f"{head}|window"] = np.array([*kept.window, kept.required])
        for key, values in kept.series.items():
            arrays[f"{head}|series|{key.indicator}|{key.stage}|{key.unit}"] = _small(values)
        for code, clause in kept.clauses.items():
            for name in _FIELDS:
                arrays[f"{head}|clause|{code}|{clause.stage}|{name}"] = _small(getattr(clause, name))
            if clause.county is not None:
                arrays[f"{head}|clause|{code}|{clause.stage}|county"] = _small(clause.county)
    buffer = BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def _small(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """Whole numbers in four bytes where they fit."""
    if values.dtype == np.bool_ or not values.size:
        return values
    return values.astype(np.int32) if np.abs(np.asarray(values, dtype=np.int64)).max() < 2**31 - 1 else values


def unpacked(content: bytes) -> dict[tuple[str, str], Kept]:
    """What `packed` wrote."""
    with np.load(BytesIO(content)) as file:
        arrays = {name: file[name] for name in file.files}
    heads = dict.fromkeys((name.split("|")[0], name.split("|")[1]) for name in arrays)
    return {head: _unpacked(arrays, "|".join(head)) for head in heads}


def _unpacked(arrays: Mapping[str, NDArray[np.generic]], head: str) -> Kept:
    series: dict[Key, IntArray] = {}
    parts: dict[tuple[str, str], dict[str, NDArray[np.generic]]] = {}
    for name, values in arrays.items():
        if not name.startswith(head + "|"):
            continue
        kind, *rest = name[len(head) + 1 :].split("|")
        if kind == "series":
            series[Key(*rest)] = np.asarray(values, dtype=np.int64)
        elif kind == "clause":
            code, stage, field = rest
            parts.setdefault((code, stage), {})[field] = values
    clauses = {
        code: Clause(
            stage,
            np.asarray(one["schools"], dtype=np.int64),
            np.asarray(one["pupils"], dtype=np.int64),
            np.asarray(one["broken"], dtype=bool),
            np.asarray(one["over"], dtype=np.int64),
            np.asarray(one["county"], dtype=np.int64) if "county" in one else None,
        )
        for (code, stage), one in parts.items()
    }
    first, last, required = (float(x) for x in np.asarray(arrays[f"{head}|window"], dtype=float))
    years = tuple(int(year) for year in np.asarray(arrays[f"{head}|years"], dtype=np.int64))
    return Kept(years, (int(first), int(last)), required, series, clauses)
