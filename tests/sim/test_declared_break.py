"""A declared break widens the forecast of a study in its years, and the report names it."""

from dataclasses import replace

import numpy as np

from scenarios.schema_study import Break
from schoolplan.card import study_card
from schoolplan.prepare import Options, Prepared, assessment
from sim.reference_rolls import forecast_rolls
from tests.sim import studies

DECLARED = {"name": {"zh": "疫情", "en": "epidemic"}, "probability": 1.0, "everywhere_sd": 0.2, "years": [2026]}


def with_break(of):
    spread = of.bundle.study.spread.model_copy(update={"structural_break": Break.model_validate(DECLARED)})
    study = of.bundle.study.model_copy(update={"spread": spread})
    return studies.made_of(replace(of.bundle, study=study), of.space)


def test_a_declared_break_widens_from_its_year_on_and_is_named():
    calm = studies.study(studies.TINY, "study")
    hit = with_break(calm)
    draws = np.arange(300)
    one, other = (forecast_rolls(of.model, 2, draws).sum(axis=(2, 3)) for of in (calm, hit))
    before = 2026 - calm.model.base_year - 1
    np.testing.assert_array_equal(one[:, :before], other[:, :before])
    spread = [np.log(rolls[:, before] / rolls[:, before].mean()).std() for rolls in (one, other)]
    assert spread[1] > 0.18 > 2 * spread[0]
    prepared = Prepared(hit.bundle, hit.space, hit.model, assessment(hit.bundle, hit.model), ())
    card = study_card(prepared, Options(10, 1))
    assert "突变：疫情" in [source["item"]["zh"] for source in card["sources"]]
