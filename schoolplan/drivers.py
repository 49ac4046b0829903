"""Drivers of a run: for every school and year of the decision window, where change and spread come from.

One row for each part that is not zero: `change` parts add up to mean roll - pupils today, `spread` parts to the
variance of the roll over draws.  How: `sim/drivers.py`, `sim/drivers_path.py`, `sim/drivers_spread.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from schoolplan.prepare import Prepared
from sim import drivers, drivers_path, drivers_spread
from sim.arrays import FloatArray
from sim.engine import CasePlan
from sim.ensemble import Job
from sim.futures import future_rates
from sim.model import Model
from sim.reference_rolls import forecast_rolls

COLUMNS = ("future", "plan", "school", "year", "part", "driver", "value", "error", "unit")
PAIRED_DRAWS = 48  # of every coalition
SPREAD_DRAWS = 250  # of every set of forces
BLOCK = 125
LEAST = 1e-6


@dataclass(frozen=True)
class _Known:
    """What all cases share."""

    model: Model  # up to the last year of the decision window
    first: int  # index of the first year wanted
    path: Mapping[str, FloatArray]  # [year, school] each
    forecast: FloatArray  # [draw, year, school] of every draw of the run
    forces: Mapping[str, FloatArray]  # [draw, year, school] each; empty in the deterministic run
    pace: FloatArray  # [draw]


def empty() -> pd.DataFrame:
    """The table without rows, for a run that was not asked for drivers."""
    return pd.DataFrame(columns=list(COLUMNS))


def driver_rows(prepared: Prepared, job: Job, workers: int) -> pd.DataFrame:
    """Drivers of all cases of a run; the part files of the job must still be there."""
    known = _known(prepared, job)
    bundle, model = prepared.bundle, known.model
    reference = future_rates(bundle, prepared.model, bundle.futures[bundle.study.reference_future])
    games = drivers.games_of(model, job.cases, reference, job.seed)
    draws = np.arange(min(PAIRED_DRAWS, job.draws))
    worth = drivers.rolls_of(model, games.cases, job.seed, draws, workers)
    frames = [empty()]
    for number, (case, game) in enumerate(zip(job.cases, games.games, strict=True)):
        rolls = _rolls(job, number, len(model.years))
        own = replace(known, pace=known.pace if case.rates.future != job.reference else np.ones(job.draws))
        found = [_change(own, game, worth, rolls)]
        if known.forces:
            found.append(_spread(own, case, rolls))
        frames += [frame.assign(future=case.rates.future, plan=case.network.plan) for frame in found]
    return pd.concat([frame for frame in frames if len(frame)] or frames, ignore_index=True)[list(COLUMNS)]


def _known(prepared: Prepared, job: Job) -> _Known:
    first, last = prepared.assessment.window
    model = replace(prepared.model, horizon=last)
    draws = np.arange(job.draws)
    blocks = [forecast_rolls(model, job.seed, draws[i : i + BLOCK]) for i in range(0, job.draws, BLOCK)]
    mean = np.sum([block.sum(axis=0, dtype=np.int64) for block in blocks], axis=0) / job.draws
    forecast = np.concatenate([block.sum(axis=3, dtype=np.int64) for block in blocks]).astype(float)
    uncertain = not model.rounded and job.draws > 1
    used = draws[:SPREAD_DRAWS]
    return _Known(
        model=model,
        first=first - model.base_year - 1,
        path=drivers_path.path_parts(model, mean),
        forecast=forecast,
        forces=drivers_spread.forces_of(model, job.seed, used) if uncertain else {},
        pace=drivers_spread.pace_of(model, job.seed, draws),
    )


def _rolls(job: Job, case: int, years: int) -> FloatArray:
    """Rolls of a case as the run has them, [draw, year, school]."""
    found = []
    for block in range(job.blocks):
        with np.load(job.part(block, case)) as part:
            rolls = part["rolls"][:, :years, :, -len(job.model.grades.names) :]  # of the school ladder
            found.append(rolls.sum(axis=3, dtype=np.int64))
    return np.concatenate(found).astype(float)


def _change(known: _Known, game: drivers.Game, worth: NDArray[np.int64], rolls: FloatArray) -> pd.DataFrame:
    n = worth.shape[1]
    parts = drivers.shares(game, worth, known.forecast[:n])
    values, errors = drivers.means(parts, rolls.mean(axis=0) - known.forecast.mean(axis=0))
    return _rows(known, "change", {**known.path, **values}, errors, "pupils")


def _spread(known: _Known, case: CasePlan, rolls: FloatArray) -> pd.DataFrame:
    n, projects = min(SPREAD_DRAWS, len(rolls)), case.network.projects
    gradual = np.array([p.kind == "new_school" and not p.all_grades for p in projects], dtype=bool)
    alike = drivers_spread.alike_of(known.model)
    causes = drivers_spread.Causes(known.forces, known.pace[:n], case.opening_year[:n], gradual, alike)
    years = list(enumerate(known.model.years))[known.first :]
    parts = drivers_spread.case_parts(rolls[:n] - known.forecast[:n], causes, years)
    both = {name: part + known.forces.get(name, 0.0) for name, part in parts.items()}
    return _rows(known, "spread", drivers_spread.variance_parts(both, rolls[:n], rolls.var(axis=0)), {}, "pupils^2")


def _rows(
    known: _Known, part: str, values: Mapping[str, FloatArray], errors: Mapping[str, FloatArray], unit: str
) -> pd.DataFrame:
    """Tidy rows of [year, school] values from the first year wanted, zeros left out."""
    schools, years = np.array(known.model.layout.schools, dtype=object), np.array(list(known.model.years))
    frames = []
    for driver, value in values.items():
        error = errors.get(driver, np.zeros_like(value))
        year, school = np.nonzero((np.abs(value) > LEAST) | (error > LEAST))
        kept = year >= known.first
        year, school = year[kept], school[kept]
        columns = {"school": schools[school], "year": years[year], "value": value[year, school]}
        frames.append(pd.DataFrame({**columns, "error": error[year, school], "driver": driver}))
    return pd.concat(frames, ignore_index=True).assign(part=part, unit=unit)
