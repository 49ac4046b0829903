"""A finished case in a few arrays, for the tests of indicators and clauses."""

from types import SimpleNamespace

import numpy as np

from sim.clauses_inputs import ClauseBound, ClauseInputs, When
from sim.model import Grades
from sim.reduced import Reduced
from sim.stocks import PlanStocks, Stocks
from sim.summary import Assessment

STAGES = ("kindergarten", "primary", "junior", "senior")
GRADES = Grades(("k1", "1", "7", "10"), STAGES, np.array([0, 1, 2, 3]), np.array([30, 45, 50, 50]), 6)
WEIGHTS = (
    {"primary": 1.0, "junior": 1.1},
    {"junior": 1.0, "senior": 1.2},
    {"primary": 1.0, "junior": 1.1, "senior": 1.32},
)
FIRST = 2024


def world(rolls, stocks, bounds=(), weights=WEIGHTS, window=None, opened=None, classes=None, size=40):
    """rolls: [draw, year, school, stage] pupils of one grade each; stocks: kind -> [school] in every draw and year."""
    rolls = np.array(rolls, dtype=np.int64)
    draws, years, schools, _ = rolls.shape
    classes = -(-rolls // size) if classes is None else np.array(classes)
    opened = np.ones(rolls.shape[:3], dtype=bool) if opened is None else np.array(opened)
    plan = PlanStocks(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool), {kind: np.zeros(0) for kind in stocks})
    base = {kind: np.array(values, dtype=float) for kind, values in stocks.items()}
    model = SimpleNamespace(
        grades=GRADES,
        base_year=FIRST - 1,
        years=range(FIRST, FIRST + years),
        exists=np.ones(schools, dtype=bool),
        layout=SimpleNamespace(schools=tuple(f"s{i}" for i in range(schools))),
    )
    result = SimpleNamespace(rolls=rolls, classes=classes, open=opened)
    details = SimpleNamespace(
        stocks=Stocks(base, {"p": plan}),
        clauses=ClauseInputs(weights, ("primary", "junior"), tuple(bounds)),
        rooms=SimpleNamespace(small_below={}),
        decides=(),
        boarding=None,
    )
    case = SimpleNamespace(network=SimpleNamespace(plan="p"), opening_year=np.zeros((draws, 0), dtype=np.int64))
    now = SimpleNamespace(result=result, open=opened.any(axis=0), breaches=(), deciding=())
    assessment = Assessment((), window or (FIRST, FIRST + years - 1), 0.9)
    return Reduced(now, model, case, assessment, "county", details, None)


def bound(limit, stage="primary", indicator="teaching_area_per_pupil", schools=1, direction="at_least", **more):
    """A clause for all schools, unless `when` says otherwise."""
    when = more.pop("when", When(np.ones(schools, dtype=bool)))
    return ClauseBound(more.pop("code", "L4.x"), indicator, stage, direction, limit, "m2_per_pupil", when, **more)
