"""Projects, budgets and shorthands shared by the tests of the construction calendar."""

import dataclasses

import numpy as np

from sim.calendar_result import Calendar
from sim.construction import opening_years
from sim.projects import BuildPlan, ProjectSpec

STAGES = {
    "initiation": (0.5, 1.0, 2.0),
    "feasibility": (1.0, 2.0, 4.0),
    "land": (1.5, 3.0, 6.0),
    "design": (2.5, 3.0, 5.0),
    "tender": (1.5, 2.0, 3.0),
    "construction": (11.0, 12.0, 20.0),
    "acceptance": (1.0, 2.0, 3.0),
}
SHARES = {"design": 0.123, "construction": 0.786, "acceptance": 0.091}
RICH = {2022: 1e6}
LIKELY = 25.0


def spec(name="a", start=0, cost=1000.0, priority=1, durations=None, crew=True, payments=None, **terms):
    stages = STAGES if durations is None else durations
    shares = SHARES if payments is None else payments
    return ProjectSpec(name, "new_school", start, cost, priority, stages, crew, shares if cost else {}, **terms)


def works(name, months=12.0, **changes):
    """A project that is construction and nothing else, paid at its start."""
    stages = {"construction": (months, months, months)}
    return spec(name, durations=stages, payments={"construction": 1.0}, **changes)


def calendar(projects, budget, crews=9, draws=1, spread="none", seed=5, horizon=2038):
    return opening_years(BuildPlan(tuple(projects), budget), crews, 2023, horizon, seed, draws, spread)


def equal(left, right):
    for field in dataclasses.fields(Calendar):
        one, other = getattr(left, field.name), getattr(right, field.name)
        if isinstance(one, dict):
            assert one.keys() == other.keys()
            for key in one:
                np.testing.assert_array_equal(one[key], other[key])
        else:
            np.testing.assert_array_equal(one, other)


MANY = [spec(name, start=i % 5, cost=1234.5678 + 77.7 * i, priority=1 + i % 3) for i, name in enumerate("abcdefgh")]
BUDGET = {2023: 1500.5, 2024: 2000.25, 2025: 0.0, 2026: 3333.3333, 2028: 5000.0}
