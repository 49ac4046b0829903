"""From draws to tidy rows: quantiles, probabilities, verdicts; never one giant array, one case at a time.

Quantiles are order statistics: `sim/quantiles.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.bounds import stage_label
from sim.breaches import Broken, Deciding, DecidingCounty, Named, county_broken
from sim.classes import largest_classes
from sim.classes_formation import seat_rules
from sim.engine import FLOWS, CaseResult
from sim.judge import Bound, Breach, measure, safe_seats_both, word
from sim.model import Model
from sim.quantiles import Columns, frame_of, quantile_columns


@dataclass(frozen=True)
class Assessment:
    """How a plan is judged: bounds, decision window, probability asked for."""

    bounds: tuple[Bound, ...]
    window: tuple[int, int]
    required: float


@dataclass(frozen=True)
class Measured:
    """A case with the breaches of every bound and the seats of its schools."""

    result: CaseResult
    breaches: tuple[Breach, ...]
    seats: IntArray  # [draw, year, school] nominal seats
    open: BoolArray  # [year, school] open in any draw
    planned: IntArray  # planned class sizes, [grade] or [year, school, grade]
    deciding: tuple[Deciding, ...] = ()  # clauses on schools that decide beside the rules
    county: tuple[DecidingCounty, ...] = ()  # clauses on the county that do
    silent: tuple[str, ...] = ()  # codes of deciding clauses of which something in the window is not known

    @property
    def headline(self) -> tuple[Broken, ...]:
        """Breaches by schools of everything that the headline rests on; `county` comes on top."""
        return (*self.breaches, *self.deciding)


def measured(result: CaseResult, model: Model, assessment: Assessment, planned: IntArray | None = None) -> Measured:
    """Measure every bound once.

    planned: class sizes of the case, [grade] or [year, school, grade], as `sim.engine.case_sizes`; None: of the study.
    """
    sizes = model.grades.planned_size if planned is None else planned
    breaches = tuple(measure(result, bound, model.grades) for bound in assessment.bounds)
    return Measured(result, breaches, nominal_seats(result, model, sizes), np.asarray(result.open.any(axis=0)), sizes)


def nominal_seats(result: CaseResult, model: Model, planned: IntArray) -> IntArray:
    """Rooms x planned class size, [draw, year, school]; stages that share rooms are weighted by their grades.

    planned: [grade] or [year, school, grade].
    """
    hosts = model.hosts[: len(model.layout.schools)]
    size = (hosts * planned).sum(axis=-1) / np.maximum(hosts.sum(axis=1), 1)
    if model.gains is not None:
        size = _of_grades_taught(size, result, model, planned)
    seats: IntArray = np.floor(result.rooms * size + 1e-9).astype(np.int64)
    return seats


def _of_grades_taught(size: FloatArray, result: CaseResult, model: Model, planned: IntArray) -> FloatArray:
    """Mean planned class size [draw, year, school], of converted schools over the grades that have pupils."""
    out = np.broadcast_to(size, result.rooms.shape).copy()
    assert model.gains is not None
    for school in np.flatnonzero(model.gains.any(axis=1)):
        taught = result.rolls[:, :, school] > 0  # [draw, year, grade]
        sizes = planned if planned.ndim == 1 else planned[:, school]
        mean = (taught * sizes).sum(axis=-1) / np.maximum(taught.sum(axis=-1), 1)
        out[:, :, school] = np.where(taught.any(axis=-1), mean, out[:, :, school])
    return out


def school_rows(case: Measured, model: Model, assessment: Assessment) -> pd.DataFrame:
    """Indicators of every school and year it is open in any draw."""
    result, grades, years = case.result, model.grades, model.years
    schools = list(model.layout.schools)
    hosts = model.may_host[: len(schools)]
    rolls = result.rolls
    largest = largest_classes(rolls, result.classes)
    parts: list[Columns] = []

    def add(
        values: NDArray[np.generic], indicator: str, stage: str, unit: str, at: IntArray, limit: FloatArray | None
    ) -> None:
        keys = {"stage": stage, "indicator": indicator, "unit": unit}
        chosen = None if limit is None else limit[at]
        names = [schools[i] for i in at]
        parts.append(quantile_columns(values[:, :, at], keys, chosen, years, names, case.open[:, at]))

    every = np.arange(len(schools))
    add(rolls.sum(axis=3), "roll", "all", "pupils", every, _limit(assessment, "school_size", None, len(schools)))
    add(result.rooms, "rooms", "all", "rooms", every, None)
    add(case.seats, "seats", "all", "seats", every, None)
    for name, seats in _safe(case, model, assessment).items():
        add(seats, name, "all", "seats", every, None)
    add(result.beyond, "beyond_seats", "all", "pupils", every, None)
    add(result.diverted_in, "diverted_in", "all", "pupils", every, None)
    for stage, name in enumerate(grades.stages):
        chosen = grades.stage_of == stage
        at = np.flatnonzero(hosts[:, chosen].any(axis=1))
        limit = _limit(assessment, "class_size", name, len(schools))
        count = result.classes[..., chosen].sum(axis=3)
        pupils = rolls[..., chosen].sum(axis=3)
        add(pupils, "roll", name, "pupils", at, None)
        add(count, "classes", name, "classes", at, None)
        add(largest[..., chosen].max(axis=3), "largest_class", name, "pupils", at, limit)
        add(pupils / np.maximum(count, 1), "mean_class", name, "pupils", at, None)
        for grade in np.flatnonzero(chosen):
            host = np.flatnonzero(hosts[:, grade])
            label = f"grade:{grades.names[grade]}"
            add(rolls[..., grade], "roll", label, "pupils", host, None)
            add(largest[..., grade], "largest_class", label, "pupils", host, limit)
    return frame_of(parts)


def _limit(assessment: Assessment, indicator: str, stage: str | None, schools: int) -> FloatArray:
    """The limit of an indicator by school, over all rules about it (each school has at most one)."""
    out = np.full(schools, np.nan)
    for bound in assessment.bounds:
        if bound.indicator == indicator and (stage is None or stage in bound.stages):
            out = np.where(np.isnan(bound.limit), out, bound.limit)
    return out


def _safe(case: Measured, model: Model, assessment: Assessment) -> dict[str, FloatArray]:
    """Safe seats for a known mix of grades and for an expected roll, [1, year, school]: they have no spread."""
    grades = model.grades
    rules = seat_rules(model.formation, grades.stages, grades.stage_of, len(model.layout.schools))
    both = safe_seats_both(case.result.rolls, case.result.rooms, case.planned, assessment.required, rules)
    return {name: seats[None] for name, seats in zip(("safe_seats", "safe_seats_expected"), both, strict=True)}


def zone_rows(case: Measured, model: Model) -> pd.DataFrame:
    """Children, pupils by home and entrants of every unit."""
    result, units = case.result, list(model.layout.units)
    named = (("children", result.residents), ("pupils", result.pupils), ("entrants", result.entrants))
    return frame_of(
        [
            quantile_columns(values, {"stage": "all", "indicator": name, "unit": "children"}, None, model.years, units)
            for name, values in named
        ]
    )


def verdict_rows(case: Measured, model: Model, assessment: Assessment, study: str) -> pd.DataFrame:
    """Joint verdicts of every school and clause, and of the county."""
    inside = window_of(model, assessment)
    first = inside.start
    rows: list[dict[str, object]] = []
    for bound, breach in zip(assessment.bounds, case.breaches, strict=True):
        judged = np.flatnonzero(~np.isnan(bound.limit) & case.open[first:].any(axis=0))
        rows.extend(school_verdict(case, bound, breach, int(i), model, assessment) for i in judged)
        rows.append(county_verdict([breach], bound.code, stage_label(bound, model.grades), assessment, inside)
                    | {"unverified": "" if bound.verified else bound.code})  # fmt: skip
    whole = county_verdict(case.headline, "all", "all", assessment, inside, case.county)
    if case.silent and whole["verdict"] != "fails":
        whole["source"] = f"missing {' '.join(case.silent)}"
    rows.append(whole | {"unverified": " ".join(_resting_on(case, assessment, inside))})
    frame = pd.DataFrame(rows)
    frame.loc[frame["scope"] == "county", "entity"] = study
    return frame


def _resting_on(case: Measured, assessment: Assessment, inside: slice) -> list[str]:
    """Clauses from memory on which the county's verdict over all clauses rests.

    None where the verified clauses fail by themselves: whatever the others truly say, the county then fails.
    """
    rules: list[tuple[Named, Broken]] = list(zip(assessment.bounds, case.breaches, strict=True))
    named = [*rules, *((one.bound, one) for one in case.deciding)]
    every = [*(bound for bound, _ in named), *(one.bound for one in case.county)]
    doubtful = list(dict.fromkeys(bound.code for bound in every if not bound.verified))
    if not doubtful:
        return []
    sure = [one for one in case.county if one.bound.verified]
    broken: BoolArray = np.asarray(county_broken(sure, *case.result.rolls.shape[:2])[:, inside].any(axis=1))
    for bound, breach in named:
        if bound.verified:
            broken |= breach.broken[:, inside].any(axis=(1, 2))
    fails = word(int((~broken).sum()), len(broken), assessment.required) == "fails"
    return [] if fails else doubtful


def window_of(model: Model, assessment: Assessment) -> slice:
    """Years of the decision window among the simulated ones."""
    first, last = (year - model.base_year - 1 for year in assessment.window)
    return slice(first, last + 1)


def school_verdict(
    case: Measured, bound: Named, breach: Broken, school: int, model: Model, assessment: Assessment
) -> dict[str, object]:
    """The row of one school and clause: joint probability of no breach in the window."""
    inside = window_of(model, assessment)
    broken = breach.broken[:, inside, school]
    draws = len(broken)
    good = int((~broken.any(axis=1)).sum())
    marginal = broken.mean(axis=0)
    worst = int(marginal.argmax())
    judged = case.open[inside, school].any()
    over = float(breach.over[:, inside, school][:, worst].mean()) if judged else 0.0
    return {
        "rule": bound.code,
        "scope": "school",
        "stage": stage_label(bound, model.grades),
        "entity": model.layout.schools[school],
        "verdict": word(good, draws, assessment.required) if judged else "outlook",
        "probability": good / draws if judged else np.nan,
        "required": assessment.required,
        "first_year": _first_year(marginal, assessment) if judged else np.nan,
        "worst_year": assessment.window[0] + worst if marginal.max() > 0.0 else np.nan,
        "pupils": over,
        "source": "simulated",
        "schools_over_p90": np.nan,
        "pupils_over_p90": np.nan,
        "unverified": "" if bound.verified or not judged else bound.code,
    }


def _first_year(marginal: FloatArray, assessment: Assessment) -> float:
    """First year of the window in which a breach is likelier than the plan may risk; nan when there is none."""
    risky = np.flatnonzero(marginal > 1.0 - assessment.required)
    return float(assessment.window[0] + risky[0]) if risky.size else np.nan


def county_verdict(
    breaches: Sequence[Broken],
    code: str,
    stage: str,
    assessment: Assessment,
    inside: slice,
    of_county: Sequence[DecidingCounty] = (),
) -> dict[str, object]:
    """The row of the county: no school breaks any of the clauses anywhere in the window, nor the county its own."""
    broken = np.logical_or.reduce([b.broken[:, inside] for b in breaches])
    over = np.maximum.reduce([b.over[:, inside] for b in breaches])
    any_ = broken.any(axis=2)
    for one in of_county:
        any_ |= one.broken[:, inside]
    good = int((~any_.any(axis=1)).sum())
    marginal = any_.mean(axis=0)
    schools = broken.any(axis=1).sum(axis=1)
    pupils = over.sum(axis=2).max(axis=1)
    worst = int(marginal.argmax())
    return {
        "rule": code,
        "scope": "county",
        "stage": stage,
        "entity": "",
        "verdict": word(good, len(broken), assessment.required),
        "probability": good / len(broken),
        "required": assessment.required,
        "first_year": _first_year(marginal, assessment),
        "worst_year": assessment.window[0] + worst if marginal.max() > 0.0 else np.nan,
        "pupils": float(over.sum(axis=2)[:, worst].mean()),
        "source": "simulated",
        "schools_over_p90": float(np.quantile(schools, 0.9, method="higher")),
        "pupils_over_p90": float(np.quantile(pupils, 0.9, method="higher")),
    }


def county_rows(case: Measured, model: Model, study: str, reference: NDArray[np.integer] | None) -> pd.DataFrame:
    """County totals; reference: public rolls [draw, year, grade] of the reference future under the same plan."""
    result, grades, years = case.result, model.grades, model.years
    rolls = result.rolls.sum(axis=2, dtype=np.int64)
    broken = np.logical_or.reduce([b.broken for b in case.headline])
    over = np.maximum.reduce([b.over for b in case.headline])
    unused = np.maximum(case.seats - result.rolls.sum(axis=3), 0).sum(axis=2)
    parts: list[Columns] = []

    def add(values: NDArray[np.generic], indicator: str, stage: str, unit: str) -> None:
        keys = {"stage": stage, "indicator": indicator, "unit": unit}
        parts.append(quantile_columns(values[:, :, None], keys, None, years, [study]))

    add(broken.sum(axis=2), "schools_over", "all", "schools")
    add(over.sum(axis=2), "pupils_over", "all", "pupils")
    add(unused, "unused_seats", "all", "seats")
    add(case.seats.sum(axis=2), "seats", "all", "seats")
    add(result.beyond.sum(axis=2), "beyond_seats", "all", "pupils")
    add(result.diverted_in.sum(axis=2), "diverted_in", "all", "pupils")
    for i, name in enumerate(FLOWS):
        add(result.flows[:, :, i], {"born": "births"}.get(name, name), "all", "children")
    masks = [("all", np.ones(len(grades.names), dtype=bool))]
    masks += [(name, grades.stage_of == stage) for stage, name in enumerate(grades.stages)]
    for label, mask in masks:
        add(rolls[..., mask].sum(axis=2), "roll", label, "pupils")
        for kind, values in demand(rolls, reference, model).items():
            add(values[..., mask].sum(axis=2), f"demand_{kind}", label, "pupils")
    return frame_of(parts)


def demand(
    rolls: NDArray[np.integer], reference: NDArray[np.integer] | None, model: Model
) -> dict[str, NDArray[np.integer]]:
    """Rolls [draw, year, grade] split by what is known of the children: enrolled, born here, unborn, assumed arrivals.

    A cohort is enrolled if it entered school by the base year and born if it was born by 31 August of the base year.
    Assumed arrivals are what the future adds to known cohorts against the reference future in the same draw; the parts
    add to the roll.
    """
    grades = model.grades
    entry = np.array(list(model.years))[:, None] - (np.arange(len(grades.names)) - grades.starts)[None, :]
    enrolled = entry <= model.base_year
    born = ~enrolled & (entry <= model.base_year + grades.entry_ages)
    extra = np.zeros_like(rolls) if reference is None else (rolls - reference) * (enrolled | born)
    known = rolls - extra
    return {
        "enrolled": known * enrolled,
        "born": known * born,
        "unborn": rolls * ~(enrolled | born),
        "arrivals": extra,
    }


def difference_rows(a: Measured, b: Measured, model: Model, study: str) -> pd.DataFrame:
    """Paired differences b - a between two plans in the same draws."""
    schools, years = list(model.layout.schools), model.years
    rolls = b.result.rolls.sum(axis=3, dtype=np.int64) - a.result.rolls.sum(axis=3, dtype=np.int64)
    either = a.open | b.open
    keys = {"stage": "all", "indicator": "roll", "unit": "pupils"}
    parts = [quantile_columns(rolls, keys, None, years, schools, either)]

    def county(pick: str, values: NDArray[np.generic], unit: str) -> None:
        keys = {"stage": "all", "indicator": pick, "unit": unit}
        parts.append(quantile_columns(values[:, :, None], keys, None, years, [study]))

    def broken(case: Measured) -> IntArray:
        return np.asarray(np.logical_or.reduce([x.broken for x in case.headline]).sum(axis=2))

    def over(case: Measured) -> IntArray:
        return np.asarray(np.maximum.reduce([x.over for x in case.headline]).sum(axis=2))

    def unused(case: Measured) -> IntArray:
        return np.asarray(np.maximum(case.seats - case.result.rolls.sum(axis=3), 0).sum(axis=2))

    county("schools_over", broken(b) - broken(a), "schools")
    county("pupils_over", over(b) - over(a), "pupils")
    county("unused_seats", unused(b) - unused(a), "seats")
    return frame_of(parts)[["year", "entity", "stage", "indicator", "unit", "mean", "p05", "p50", "p95"]]
