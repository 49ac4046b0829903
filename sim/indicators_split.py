"""How stages of one school share what it owns: weights of the pack per pupil.

    share of stage k per pupil = w[k] / sum_j w[j] N[j]

A school with pupils of one stage gives it everything; a stage that no weight names (kindergarten) has no part and
takes none.  Stages together without weights in the pack: nan.  Tests: tests/sim/test_indicators.py (GT3).
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.arrays import FloatArray, IntArray

Weights = tuple[Mapping[str, float], ...]


def pupils_by_stage(
    rolls: NDArray[np.integer], stages: tuple[str, ...], stage_of: NDArray[np.integer]
) -> dict[str, IntArray]:
    """Pupils of every stage, [draw, year, school], from rolls [draw, year, school, grade]."""
    return {name: rolls[..., stage_of == i].sum(axis=3, dtype=np.int64) for i, name in enumerate(stages)}


def sharing_stages(weights: Weights, compulsory: tuple[str, ...], stages: tuple[str, ...]) -> tuple[str, ...]:
    """Stages of a study that own a part of a school's stocks: those with weights, and the compulsory ones."""
    named = {*compulsory, *(stage for entry in weights for stage in entry)}
    return tuple(stage for stage in stages if stage in named)


def shares(pupils: Mapping[str, IntArray], weights: Weights, sharing: tuple[str, ...]) -> dict[str, FloatArray]:
    """Part of a stock that one pupil of a stage has, by stage and for `all`, [draw, year, school].

    nan: no pupils of the stage, or pupils of several stages for which the pack has no weights.
    """
    if not sharing:
        return {}
    there = {stage: pupils[stage] > 0 for stage in sharing}
    count = np.sum([there[stage] for stage in sharing], axis=0)
    found = {stage: np.where(there[stage] & (count == 1), _inverse(pupils[stage]), np.nan) for stage in sharing}
    for entry in weights:
        if len(entry) < 2 or any(stage not in there for stage in entry):
            continue
        fits = np.logical_and.reduce([there[stage] for stage in entry]) & (count == len(entry))
        if not fits.any():
            continue
        whole = _inverse(np.sum([weight * pupils[stage] for stage, weight in entry.items()], axis=0))
        for stage, weight in entry.items():
            found[stage] = np.where(fits, weight * whole, found[stage])
    total = np.sum([pupils[stage] for stage in sharing], axis=0)
    found["all"] = np.where(count > 0, _inverse(total), np.nan)
    return found


def _inverse(values: NDArray[np.generic]) -> FloatArray:
    """1 / value, nan for 0."""
    known = np.asarray(values, dtype=float)
    out: FloatArray = np.divide(1.0, known, out=np.full(known.shape, np.nan), where=known > 0.0)
    return out
