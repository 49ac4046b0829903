"""Real classes of Eau Claire: sizes and stickiness learnt on 1998-2011 predict the sections of 2012-2024.

2020 counts heads in person only and is left out, as the note beside the data asks.  Pupils of the year and the sections
of the year before are known, the sections of the year are not.  Run with -s to see the figures.
"""

import numpy as np
import pandas as pd
import pytest

from sim.classes_learnt import Learnt, Record, learn, predict
from tests.real.published import folder_of

GRADES = ("K", "1", "2", "3", "4", "5")
LAST_LEARNT = 2011
IN_PERSON_ONLY = 2020


@pytest.fixture(scope="module")
def record() -> Record:
    table = pd.read_csv(folder_of("eau_claire") / "eau_claire" / "enrolment.csv", dtype={"grade": str})
    school = table["school"].astype("category").cat.codes
    grade = table["grade"].map({name: i for i, name in enumerate(GRADES)})
    columns = (school, grade, table["year"], table["n"], table["sections"])
    return Record(*(np.asarray(column, dtype=np.int64) for column in columns))


@pytest.fixture(scope="module")
def learnt(record) -> Learnt:
    return learn(record.part(record.year <= LAST_LEARNT), record.school.max() + 1, len(GRADES))


def right(record: Record, found: np.ndarray, later: np.ndarray) -> float:
    return float((found[later] == record.classes[later]).mean())


def test_sections_of_2012_to_2024(record, learnt, capsys) -> None:
    before = record.before()
    later = (record.year > LAST_LEARNT) & (record.year != IN_PERSON_ONLY)
    sticky = right(record, predict(learnt, record, before), later)
    plain = right(record, predict(learnt, record, 0 * before), later)
    same = {
        (s, g, y + 1): k for s, g, y, k in zip(record.school, record.grade, record.year, record.classes, strict=True)
    }
    last = np.array([same.get(key, 0) for key in zip(record.school, record.grade, record.year, strict=True)])
    with capsys.disabled():
        print(
            f"\nEau Claire, {later.sum()} rows: sticky {sticky:.3f}, learnt sizes alone {plain:.3f}, "
            f"last year's count {right(record, last, later):.3f}; margins {learnt.low}, {learnt.high}"
        )
    assert sticky >= 0.83
    assert plain >= 0.80
    assert right(record, last, later) < plain < sticky


def test_what_comes_after_the_record_teaches_nothing(record, learnt) -> None:
    """Other sections after 2011 leave what was learnt on 1998-2011 as it is."""
    late = record.year > LAST_LEARNT
    spoilt = Record(record.school, record.grade, record.year, record.pupils, np.where(late, 9, record.classes))
    again = learn(spoilt.part(~late), record.school.max() + 1, len(GRADES))
    assert (again.size == learnt.size).all()
    assert (again.low, again.high) == (learnt.low, learnt.high)
