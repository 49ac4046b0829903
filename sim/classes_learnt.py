"""Class sizes and stickiness learnt from a record of classes: for each school and grade the size that explains it best.

Symbols: n pupils, k classes on record of a school s and grade g in a year, p classes of the same cohort a year before
(0: none), c a trial size, e[c] = 1 where ceil(n / c) differs from k.

    c[s, g] = argmin_c  sum_(s, g) e[c]  +  sum_(s, g - 1), (s, g + 1) e[c]  +  SHRINK  mean_(all schools, g) e[c]
              the middle of the best where several are as good
    k' = p                     if p > 0 and (p - 1) c low < n <= p c high
         ceil(n / c[s, g])     otherwise

The margins low and high are chosen within the record: learnt up to a year, tried on the later years, for several such
years; rows that come after the record play no part.  Source: our own rule; measured on real classes in
tests/real/test_eau_claire_classes.py.  Tests: tests/sim/test_classes_learnt.py.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from scenarios.classes_record import LEAST_YEARS
from sim.arrays import BoolArray, FloatArray, IntArray

SHRINK = 2.0  # rows that the other schools of the grade count for
STEP = 0.25  # pupils per class, between trial sizes
MARGINS = ((1.0, 1.0), *product((0.9, 0.95, 1.0), (1.0, 1.04, 1.08)))


@dataclass(frozen=True)
class Record:
    """Classes on record, one row for each school, grade and year with pupils."""

    school: IntArray  # [row] index
    grade: IntArray  # [row] index, consecutive grades differ by one
    year: IntArray  # [row]
    pupils: IntArray  # [row]
    classes: IntArray  # [row]

    def part(self, rows: BoolArray) -> "Record":
        """Some of the rows; rows: [row]."""
        return Record(self.school[rows], self.grade[rows], self.year[rows], self.pupils[rows], self.classes[rows])

    def before(self) -> IntArray:
        """Classes of the cohort a year before, in the grade below of the same school, [row]; 0 where not on record."""
        kept = {
            (int(s), int(g) + 1, int(y) + 1): int(k)
            for s, g, y, k in zip(self.school, self.grade, self.year, self.classes, strict=True)
        }
        keys = zip(self.school, self.grade, self.year, strict=True)
        return np.array([kept.get((int(s), int(g), int(y)), 0) for s, g, y in keys], dtype=np.int64)


@dataclass(frozen=True)
class Learnt:
    """What a record teaches."""

    size: FloatArray  # [school, grade] pupils per class; that of the grade where a school has no record
    low: float  # margin on the fewest pupils with which a cohort keeps its classes
    high: float  # margin on the most


def learn(record: Record, schools: int, grades: int) -> Learnt:
    """Sizes and margins of a record. Raises ValueError for a record without rows."""
    if not len(record.year):
        raise ValueError("there are no classes on record")
    first, last = int(record.year.min()), int(record.year.max())
    before, missed = record.before(), np.zeros(len(MARGINS))
    for cut in range(first + LEAST_YEARS, last - LEAST_YEARS + 2):
        early = record.year <= cut
        late = record.part(~early)
        size = _sizes(record.part(early), schools, grades)
        for i, (low, high) in enumerate(MARGINS):
            found = predict(Learnt(size, low, high), late, before[~early])
            missed[i] += (found != late.classes).mean()
    low, high = MARGINS[int(missed.argmin())]  # the first, without margins, where nothing could be tried
    return Learnt(_sizes(record, schools, grades), low, high)


def predict(learnt: Learnt, record: Record, before: IntArray) -> IntArray:
    """Classes of the pupils of a record, [row], its own classes unseen; before: as `Record.before`."""
    size = learnt.size[record.school, record.grade]
    anew = np.ceil(record.pupils / size - 1e-9).astype(np.int64)
    fits = (record.pupils <= before * size * learnt.high) & (record.pupils > (before - 1) * size * learnt.low)
    return np.where((before > 0) & fits, before, anew)


def _sizes(record: Record, schools: int, grades: int) -> FloatArray:
    """Sizes that explain a record best, [school, grade]."""
    mean = record.pupils / record.classes
    trial = np.arange(np.floor(mean.min() * 0.5) + STEP, np.ceil(mean.max()) + STEP, STEP)
    wrong = np.zeros((schools, grades, len(trial)))
    rows = np.zeros((schools, grades))
    errors = np.ceil(record.pupils[:, None] / trial - 1e-9) != record.classes[:, None]
    np.add.at(wrong, (record.school, record.grade), errors)
    np.add.at(rows, (record.school, record.grade), 1.0)
    of_grade = wrong.sum(axis=0) / np.maximum(rows.sum(axis=0), 1.0)[:, None]
    near = wrong.copy()
    near[:, 1:] += wrong[:, :-1]
    near[:, :-1] += wrong[:, 1:]
    loss = np.where(rows[:, :, None] > 0, near, 0.0) + SHRINK * of_grade
    best = np.isclose(loss, loss.min(axis=2, keepdims=True))
    sizes: FloatArray = (best * trial).sum(axis=2) / best.sum(axis=2)
    return sizes
