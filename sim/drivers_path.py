"""What changes a school in the reference future: cohorts that follow each other, births, progression, pulls.

Symbols: N[g] pupils of a grade today, B pupils its cohort starts from (`start` of the path: the cohort of today that
moves up into it, or the usual share of today's intake), x[k] pieces of the log path (`sim/path.py`), M = B exp(sum x).

    turnover  B - N                           summed over grades: cohorts to come against those who leave
    piece k   x[k] (M - B) / (log M - log B)  the share along the straight way from B to M in logs (Aumann and Shapley
                                              1974); the logarithmic mean of index decomposition (Ang 2004); exact
    mean_of_draws   mean over draws of the forecast - M: what is uncertain is lopsided, and pupils are whole
    grades the forecast knows nothing of and that fill from below count as turnover

The parts add up to the mean forecast - today, school by school, year by year.  Tests: tests/sim/test_drivers_path.py.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.arrays import FloatArray
from sim.model import Model
from sim.path_stack import TERMS

OF_PIECE: Mapping[str, tuple[str, ...]] = {
    "births": ("births",),
    "catchment": ("zone",),
    "progression": ("everywhere", "district", "school", "grade"),
    "adjustment": ("reconciled", *TERMS),
}
CHANGES = ("turnover", *OF_PIECE, "mean_of_draws")


def pupils_today(model: Model) -> FloatArray:
    """Pupils of the base year, [school, grade]."""
    today = np.zeros((len(model.layout.schools), model.pupils.shape[2]))
    cell, slot = np.nonzero((model.layout.slot_school >= 0) & (model.layout.slot_school < len(today)))
    np.add.at(today, model.layout.slot_school[cell, slot], model.pupils[cell, slot])
    return today


def log_mean(a: FloatArray, b: FloatArray) -> FloatArray:
    """(a - b) / (log a - log b), a where they are equal; both above zero, by element."""
    gap = np.log(a) - np.log(b)
    near = np.abs(gap) < 1e-9
    return np.where(near, a, np.divide(a - b, gap, out=np.ones_like(gap), where=~near))


def path_parts(model: Model, forecast: FloatArray) -> dict[str, FloatArray]:
    """Parts of mean forecast - today by driver, [year, school] each.

    forecast: mean over draws of the rolls of the reference world, [year, school, grade].
    """
    outlook, years = model.outlook, len(model.years)
    path = outlook.path
    row = {school: i for i, school in enumerate(model.layout.schools)}
    own = np.array([row[school] for school in outlook.panel.schools])
    today, shape = pupils_today(model), (years, *forecast.shape[1:])
    offered = np.zeros(shape[1:], dtype=bool)
    offered[own] = ~np.isnan(path.log_pupils).any(axis=2)
    pieces = {name: _placed(piece[:, :, :years], own, shape) for name, piece in path.pieces.items()}
    start = np.exp(pieces["start"])
    middle = np.exp(np.sum(list(pieces.values()), axis=0))
    mean = np.where(offered, log_mean(middle, start), 0.0)
    parts = {"turnover": np.where(offered, start, forecast) - today}
    for driver, names in OF_PIECE.items():
        parts[driver] = mean * np.sum([pieces[name] for name in names], axis=0)
    parts["mean_of_draws"] = np.where(offered, forecast - middle, 0.0)
    return {name: part.sum(axis=2) for name, part in parts.items()}


def _placed(piece: FloatArray, own: NDArray[np.int64], shape: tuple[int, ...]) -> FloatArray:
    """A piece [school of the panel, grade, h] as [year, school, grade], 0 where nothing is offered."""
    out = np.zeros(shape)
    out[:, own] = np.moveaxis(np.nan_to_num(piece), 2, 0)
    return out
