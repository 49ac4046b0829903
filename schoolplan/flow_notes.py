"""What a planner must know about the flows of the reference future: with purged ratios it adds to the forecast."""

import numpy as np

from gis.units import study_place
from scenarios.bundle import Bundle
from scenarios.problems import Problem, note
from sim.expected_flows import expected_flows
from sim.future_flows import registered_window
from sim.model import Model

OUT = ("leaving_with_parents", "migrants_leaving")
STAYS = ("left_behind",)
TELL_FROM = 0.05
"""Children a year from which a difference is told."""


def flow_notes(bundle: Bundle, model: Model) -> list[Problem]:
    """SCN429: by how many children a year the reference future of a purged study goes beyond the forecast."""
    if bundle.study.learning_window.ratios != "purged":
        return []
    reference = bundle.study.reference_future
    acting = {row.stream: row.acting for row in expected_flows(bundle, model) if row.future == reference}
    town = acting.pop("to_town", np.zeros(len(model.years)))
    signed = [-rows if stream in OUT else rows for stream, rows in acting.items() if stream not in STAYS]
    line = np.sum(signed, axis=0) if signed else np.zeros(len(model.years))
    moved = max(float(np.abs(rows).max()) for rows in (town, *signed, line))
    if moved < TELL_FROM:
        return []
    window = registered_window(bundle)
    return [
        note(
            "SCN429",
            study_place(bundle, "learning_window.ratios"),
            reference,
            town=f"{town.mean():+.1f}",
            line=f"{line.mean():+.1f}",
            to_town=f"{100.0 * window.to_town:.2f}",
            external=f"{1000.0 * window.external:.2f}",
        )
    ]
