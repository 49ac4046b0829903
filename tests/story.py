"""The shipped example as its readers run it, without drawing: verdicts and rolls of 125 draws."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from schoolplan.prepare import Prepared, calendars, options, prepare
from schoolplan.runs import job_of
from sim import ensemble
from sim.engine import CasePlan

DRAWS = ensemble.BLOCK
APPROVAL = Path(__file__).parents[1] / "scenarios" / "examples" / "majiang" / "approval.yaml"


def tables(scenario: Path, work: Path, wanted: Callable[[CasePlan], bool] | None = None) -> dict[str, pd.DataFrame]:
    """Tables of the cases wanted (default: all); draws are paired, so a case does not depend on which others run."""
    prepared: Prepared = prepare(scenario)
    chosen = options(prepared.bundle, DRAWS)
    parts = work / "parts"
    parts.mkdir(parents=True)
    job = job_of(prepared, chosen, parts, calendars(prepared, chosen))
    job = replace(job, cases=tuple(case for case in job.cases if wanted is None or wanted(case)), pair_years=())
    return ensemble.run(job, 1, lambda what, done, of: None)
