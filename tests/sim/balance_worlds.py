"""Finished cases with imported indicators and county-level parts of a pack, for tests of coefficients and staff."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from sim.balance_inputs import BalanceInputs
from sim.imported import Imported
from sim.reduced import Reduced
from sim.staff import StaffInputs
from tests.sim.clause_worlds import STAGES, bound, world

AREA = "teaching_area_per_pupil"
BOOKS = "books_per_pupil"


def county(rolls, stocks=None, values=None, balance=None, staff=None, figures=None, **more) -> Reduced:
    """values: (indicator, stage) -> [school] imported; figures: of the county; rolls as `clause_worlds.world`."""
    one = world(rolls, stocks or {}, **more)
    imported = Imported(
        {key: np.array(found, dtype=float) for key, found in (values or {}).items()},
        figures or {},
        there=bool(values or figures),
    )
    extra = {"imported": imported, "balance": balance or BalanceInputs(), "staff": staff or StaffInputs()}
    details = SimpleNamespace(**{**vars(one.details), **extra})
    model = SimpleNamespace(**vars(one.model), hosts=np.ones((np.array(rolls).shape[2], len(STAGES)), dtype=bool))
    return replace(one, details=details, model=model)


def limit(value, stage="primary", schools=2, **more):
    """A clause on coefficients of a stage."""
    return bound(value, stage, "difference_coefficient", schools, "at_most", code="CV.x", **more)


def primary(*pupils, draws=1):
    """Rolls of one year: primary pupils by school, the same in every draw."""
    return [[[[0, n, 0, 0] for n in pupils]]] * draws
