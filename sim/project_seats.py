"""Seats that a project adds, nominally and safely: the seats of its school with its rooms less those without them.

Symbols: n[d, g] pupils, N = sum_g n[g], C(n, K) largest roll of this mix of grades whose classes keep the planned size
in K rooms (`sim.judge.crowd_size`), K rooms with the project, r its rooms, z mean planned size, q = 1 - p*.

    nominal        floor(K z) - floor((K - r) z)
    safe           Q_q[C(n, K)] - Q_q[C(n, K - r)]                          the mix of grades is that of the year
    safe expected  mean(N) (Q_q[C(n, K) / N] - Q_q[C(n, K - r) / N])        only the expected roll is known

over the draws in which the project is open, by year; each Q rounded down.  Tests: tests/sim/test_project_seats.py.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.classes_formation import of_school, seat_rules
from sim.classes_shared import Rules
from sim.judge import safe_seats_both
from sim.reduced import Reduced

COLUMNS = ("project", "year", "school", "p_open", "nominal", "safe", "safe_expected")


class Seats(NamedTuple):
    """Seats of one school and year."""

    safe: float
    expected: float


def safe_pair(
    rolls: NDArray[np.integer], rooms: NDArray[np.integer], planned: NDArray[np.integer], required: float,
    rules: Rules | None = None,
) -> Seats:  # fmt: skip
    """Safe seats for a known mix of grades and for an expected roll.

    rolls: [draw, grade]; rooms: [draw]; planned: [grade].  An empty school has none.
    rules: of the school, which grades may share a class; None: none may.
    """
    known, expected = safe_seats_both(rolls[:, None, None], rooms[:, None, None], planned, required, rules)
    return Seats(float(known[0, 0]), float(expected[0, 0]))


def project_seat_rows(one: Reduced) -> pd.DataFrame:
    """Rows of the table `project_seats` of a case: every project that adds rooms, every year it may be open."""
    model, result, case = one.model, one.now.result, one.case
    schools, grades = model.layout.schools, model.grades
    planned = np.broadcast_to(one.now.planned, (len(model.years), len(schools), len(grades.names)))
    forms = seat_rules(model.formation, grades.stages, grades.stage_of, len(schools))
    rows: list[dict[str, object]] = []
    for number, project in enumerate(case.network.projects):
        young = 0 if case.early is None else case.early.network.projects[number].rooms
        added, school = project.rooms + young, project.school
        if added <= 0:
            continue
        hosted = model.may_host[school]
        here = of_school(forms, school)
        for t, year in enumerate(model.years):
            there = (case.opening_year[:, number] <= year) & result.open[:, t, school] & (year <= project.until)
            if not there.any():
                continue
            sizes = planned[t, school]
            rolls, rooms = result.rolls[there, t, school], result.rooms[there, t, school].astype(np.int64)
            with_it, without = (
                safe_pair(rolls, k, sizes, one.assessment.required, here) for k in (rooms, rooms - added)
            )
            mean = float(sizes[hosted].mean())
            nominal = np.floor(rooms * mean + 1e-9) - np.floor((rooms - added) * mean + 1e-9)
            rows.append(
                {
                    "project": project.id,
                    "year": year,
                    "school": schools[school],
                    "p_open": float(there.mean()),
                    "nominal": float(nominal.mean()),
                    "safe": with_it.safe - without.safe,
                    "safe_expected": with_it.expected - without.expected,
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))
