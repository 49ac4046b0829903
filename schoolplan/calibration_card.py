"""What the study's own history says of the intervals of a run, for `study.json` and the manifest.

`reports.calibration_card.CalibrationCard` reads it.
"""

import math

from schoolplan.prepare import Prepared
from sim.outlook import windowed
from sim.own_past import UNTESTED, OwnPast, own_past
from sim.study_panel import panel_of_study


def past_of(prepared: Prepared) -> OwnPast:
    """The study's panel, as far as its learning window reaches, held to its own past; a run of one path has none."""
    model, study = prepared.model, prepared.bundle.study
    if model.rounded:
        return OwnPast(UNTESTED)
    panel = windowed(panel_of_study(prepared.bundle), study.learning_window.years)
    return own_past(panel, prepared.assessment.window[1] - model.base_year)


def as_document(past: OwnPast) -> dict[str, object]:
    """Plain numbers; None where there is none."""
    return {
        "found": past.found,
        "origins": past.origins,
        "first": past.first or None,
        "last": past.last or None,
        "least": past.least,
        "cases": past.cases,
        "held80": _number(past.held80),
        "low": _number(past.low),
        "high": _number(past.high),
        "ahead": [
            {
                "horizon": one.horizon,
                "origins": one.origins,
                "cases": one.cases,
                "wape": _number(one.wape),
                "naive": _number(one.naive),
                "held80": _number(one.held80),
            }
            for one in past.ahead
        ],
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)
