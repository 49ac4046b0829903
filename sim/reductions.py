"""The tables that one finished case is reduced to: one function and one row of `REDUCTIONS` each.

A reduction reads draws and writes tidy rows without the columns `future` and `plan`, which are added for it.  A new
table is a new file with its function, a row here, and a shape in `reports/`.
"""

from collections.abc import Callable
from types import MappingProxyType

import pandas as pd

from sim.boarding_rows import bed_verdict_rows, boarding_rows
from sim.clauses_verdicts import clause_verdict_rows, indicator_rows
from sim.alerts import alert_rows
from sim.milestones import milestone_rows
from sim.reduced import Reduced as Reduced
from sim.risks import first_breach_rows, risk_rows
from sim.summary import county_rows, school_rows, verdict_rows, zone_rows

Reduction = Callable[[Reduced], pd.DataFrame]


def _both(rules: pd.DataFrame, clauses: pd.DataFrame) -> pd.DataFrame:
    """Rows of rules and of clauses on indicators in one table."""
    return pd.concat([rules, clauses], ignore_index=True) if len(clauses) else rules


REDUCTIONS: MappingProxyType[str, Reduction] = MappingProxyType(
    {
        "schools": lambda one: _both(school_rows(one.now, one.model, one.assessment), indicator_rows(one)),
        "zones": lambda one: zone_rows(one.now, one.model),
        "county": lambda one: county_rows(one.now, one.model, one.study, one.reference),
        "verdicts": lambda one: _both(
            _both(verdict_rows(one.now, one.model, one.assessment, one.study), clause_verdict_rows(one)),
            bed_verdict_rows(one),
        ),
        "risks": risk_rows,
        "first_breach": first_breach_rows,
        "milestones": milestone_rows,
        "alerts": alert_rows,
        "boarding": boarding_rows,
    }
)
