"""The shipped example as its readers run it, without drawing: verdicts and rolls of 125 draws."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from schoolplan.prepare import Prepared, calendars, cases, options, prepare
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
    job = ensemble.Job(
        model=prepared.model,
        cases=tuple(case for case in cases(prepared, calendars(prepared, chosen)) if wanted is None or wanted(case)),
        assessment=prepared.assessment,
        study=prepared.bundle.study.id,
        reference=prepared.bundle.study.reference_future,
        seed=chosen.seed,
        draws=chosen.draws,
        parts=parts,
    )
    return ensemble.run(job, 1, lambda what, done, of: None)
