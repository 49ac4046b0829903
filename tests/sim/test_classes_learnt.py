"""Sizes and margins learnt from a record that follows a rule are those of the rule."""

import numpy as np
import pytest

from sim.classes_learnt import Learnt, Record, learn, predict


def record_of(size, kept, seed=0, years=16, schools=6):
    """A record of cohorts that shrink and grow a little; kept: whether a cohort keeps its classes within 10 %."""
    rng = np.random.default_rng(seed)
    rows, had = [], {}
    for year in range(years):
        for school in range(schools):
            for grade in range(4):
                old = had.get((school, grade - 1, year - 1))
                n = int(rng.integers(30, 110)) if old is None else max(int(old[0] * rng.normal(1, 0.08)), 5)
                k = -(-n // size[grade])
                if kept and old is not None and (old[1] - 1) * size[grade] * 0.9 < n <= old[1] * size[grade] * 1.08:
                    k = old[1]
                had[school, grade, year] = (n, k)
                rows.append((school, grade, year, n, k))
    return Record(*np.array(rows).T)


def test_sizes_of_grades_are_found_again():
    found = learn(record_of([25, 25, 30, 30], kept=False), 6, 4)
    assert np.abs(found.size[:, 0] - 25).max() < 1.0
    assert np.abs(found.size[:, 3] - 30).max() < 1.0
    assert (found.low, found.high) == (1.0, 1.0)


def test_cohorts_that_keep_their_classes_are_seen():
    record = record_of([28] * 4, kept=True)
    found = learn(record, 6, 4)
    assert found.low < 1.0 < found.high
    right = (predict(found, record, record.before()) == record.classes).mean()
    free = (predict(Learnt(found.size, 1.0, 1.0), record, 0 * record.before()) == record.classes).mean()
    assert right > 0.95 > free


def test_a_school_without_a_record_has_the_size_of_the_grade():
    record = record_of([25] * 4, kept=False)
    assert learn(record, 7, 4).size[6] == pytest.approx(25, abs=0.5)


def test_rows_after_the_record_play_no_part():
    record = record_of([25] * 4, kept=True)
    early = record.part(record.year < 12)
    spoilt = Record(
        record.school, record.grade, record.year, record.pupils, np.where(record.year < 12, record.classes, 9)
    )
    a, b = learn(early, 6, 4), learn(spoilt.part(spoilt.year < 12), 6, 4)
    assert (a.size == b.size).all()
    assert (a.low, a.high) == (b.low, b.high)


def test_an_empty_record_is_refused():
    nothing = np.zeros(0, dtype=np.int64)
    with pytest.raises(ValueError, match="on record"):
        learn(Record(nothing, nothing, nothing, nothing, nothing), 1, 1)
