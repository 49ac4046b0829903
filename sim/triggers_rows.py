"""When the triggers of a plan fired, over the draws of a case.  Tests: tests/sim/test_triggers_rows.py."""

import numpy as np
import pandas as pd

from sim.reduced import Reduced
from sim.triggers import ACTS

COLUMNS = ("project", "act", "year", "p", "p_by", "months")


def trigger_rows(one: Reduced) -> pd.DataFrame:
    """Rows of the table `triggers`: share of draws by project, act and 1 September; none of a plan without triggers.

    p: decided in that year (of deferrals, the last one).  p_by: decided by then.  months: put off in all, mean over the
    draws that were put off; nan for other acts.
    """
    course, adaptive = one.now.result.course, one.case.adaptive
    if course is None or adaptive is None:
        return pd.DataFrame(columns=list(COLUMNS))
    rows: list[dict[str, object]] = []
    years = range(one.model.base_year, one.model.horizon + 1)
    for number, project in enumerate(one.case.network.projects):
        acts = {rule.act for rule in adaptive.rules if rule.project == number}
        for act in (name for name in ACTS if name in acts):
            when = getattr(course.fired, act)[:, number]
            put_off = course.fired.deferred[:, number]
            late = float(put_off[put_off > 0].mean()) if act == "defer" and (put_off > 0).any() else np.nan
            rows += [
                {"project": project.id, "act": act, "year": year, "p": float((when == year).mean()),
                 "p_by": float((when <= year).mean()), "months": late}
                for year in years
            ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
