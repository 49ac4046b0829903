"""The comparison behind the page on data quality: one case of a run with and without the spread of estimated counts."""

from dataclasses import replace

import numpy as np
import pandas as pd

from scenarios.schema_base import Names
from scenarios.schema_plan import PlanFile
from schoolplan.prepare import Options, Prepared
from sim.arrays import CountArray, IntArray
from sim.engine import CasePlan, simulate
from sim.ensemble import BLOCK
from sim.futures import future_rates
from sim.model import Model
from sim.network import plan_network
from sim.widths import AHEAD, MOST_DRAWS, in_blocks, nothing_estimated, width_rows

_NOTHING = PlanFile(schema_version=1, id="do-nothing", name=Names(zh="维持现状", en="Do nothing"))


def estimation_rows(prepared: Prepared, chosen: Options) -> pd.DataFrame:
    """Widths by `sim.widths.width_rows`: the reference future without projects, at most 250 draws of the run.

    Without estimated counts nothing is simulated and the table is empty.
    """
    if prepared.model.estimated is None:
        return nothing_estimated()
    made = replace(prepared.model, horizon=min(prepared.model.horizon, prepared.model.base_year + max(AHEAD)))
    draws = min(chosen.draws, MOST_DRAWS)

    def rolls(model: Model) -> CountArray:
        case = _case(prepared, model, draws)
        return in_blocks(lambda block: simulate(model, [case], chosen.seed, block)[0].rolls, draws, BLOCK)

    return width_rows(rolls(replace(made, estimated=None)), rolls(made), made, prepared.bundle.study.id)


def _case(prepared: Prepared, model: Model, draws: int) -> CasePlan:
    bundle = prepared.bundle
    network = plan_network(bundle, _NOTHING, model.layout, model.grades.stages)
    never: IntArray = np.zeros((draws, 0), dtype=np.int64)
    return CasePlan(future_rates(bundle, model, bundle.reference), network, never)
