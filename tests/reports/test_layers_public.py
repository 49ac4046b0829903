"""Published layers: small counts empty, none alone, nothing that tells them; the run's own layers keep them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reports.layers_public import hidden_values, published_layers
from reports.layers_set import Layer, layer_set
from tests.reports import factory


@pytest.mark.parametrize(
    ("counts", "gone"),
    [
        ([20.0, 30.0], [False, False]),
        ([5.0, 30.0, 20.0], [True, False, True]),
        ([5.0, 6.0, 20.0], [True, True, False]),
        ([0.0, 5.0], [False, True]),
        ([float("nan"), 12.0, 3.0], [False, True, True]),
    ],
)
def test_small_counts_go_and_never_one_alone(counts: list[float], gone: list[bool]) -> None:
    assert hidden_values(pd.Series(counts), 10).tolist() == gone


def test_what_would_tell_a_hidden_count_goes_with_it(tmp_path: Path) -> None:
    whole = layer_set(factory.make(tmp_path / "run"))
    threshold = 900
    made = {layer.name: layer for layer in published_layers(whole, threshold)}
    emptied = set()
    for layer in whole:
        frame, new = layer.frame, made[layer.name].frame
        assert list(new.columns) == list(frame.columns)
        if layer.kind == "schools":
            small = (frame["roll_p50"] > 0) & (frame["roll_p50"] < threshold)
            assert new.loc[small, ["roll_p05", "roll_p50", "roll_p95", "largest_class_p50"]].isna().all(axis=None)
            assert new["seats"].equals(frame["seats"])
        elif layer.kind == "pupils":
            for name in [name for name in frame.columns if name.startswith("y20")]:
                assert new.loc[(frame[name] > 0) & (frame[name] < threshold), name].isna().all()
        elif layer.kind == "catchments":
            schools = next(one.frame for one in whole if one.kind == "schools" and one.plan == layer.plan)
            for _, row in new.iterrows():
                own = schools[(schools["future"] == row["future"]) & schools["school"].isin(row["zone"].split("+"))]
                for year in own.loc[(own["roll_p50"] > 0) & (own["roll_p50"] < threshold), "year"]:
                    assert np.isnan(row[f"use_{year}"])
        if not new.equals(frame):
            emptied.add(layer.kind)
    assert {"schools", "pupils", "catchments"} <= emptied


def test_nothing_small_changes_nothing() -> None:
    alerts = pd.DataFrame(
        {"year": [2026, 2026], "stage": ["p", "p"], "demand_mean": [40.0, 50.0], "ratio_mean": [1.0, 1.1]}
    )
    layer = Layer("alerts a b", alerts, "alerts", "a", "b")
    assert published_layers([layer])[0] is layer
    small = Layer("alerts a b", alerts.assign(demand_mean=[4.0, 50.0]), "alerts", "a", "b")
    gone = published_layers([small])[0].frame
    assert gone[["demand_mean", "ratio_mean"]].isna().all(axis=None)
