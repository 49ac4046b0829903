"""Layers without small counts of persons, for what is published; the run folder keeps the whole layers.

Fields that count persons (unit 人 in `layer_fields.yaml`) are emptied where they are above 0 and below the threshold; a
lone empty value of a field is joined by the next smallest, for county sums are published elsewhere. What would tell a
hidden count is emptied with it: the use of the seats of a school, the ratio of a zone.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from reports.layers_set import Layer
from reports.privacy import THRESHOLD

_ROLL = ("roll_p05", "roll_p50", "roll_p95", "largest_class_p50")


def published_layers(layers: Sequence[Layer], threshold: int = THRESHOLD) -> list[Layer]:
    """The layers with small counts empty; schools first decide which seats in use are told."""
    small = {layer.plan: _small_schools(layer.frame, threshold) for layer in layers if layer.kind == "schools"}
    return [_published(layer, small.get(layer.plan, set()), threshold) for layer in layers]


def _published(layer: Layer, small: set[tuple[str, int, str]], threshold: int) -> Layer:
    frame = layer.frame
    if layer.kind == "schools":
        keys = zip(frame["future"], frame["year"], frame["school"], strict=True)
        frame = _emptied(frame, np.array([key in small for key in keys], dtype=bool), _ROLL)
    elif layer.kind == "catchments":
        for year in [int(name[4:]) for name in frame.columns if name.startswith("use_")]:
            told = [
                any((future, year, school) in small for school in zone.split("+"))
                for future, zone in zip(frame["future"], frame["zone"], strict=True)
            ]
            frame = _emptied(frame, np.array(told, dtype=bool), (f"use_{year}",))
    elif layer.kind == "pupils":
        for name in [name for name in frame.columns if name[:1] == "y" and name[1:].isdigit()]:
            frame = _emptied(frame, hidden_values(frame[name], threshold), (name,))
    elif layer.kind == "alerts":
        gone = np.zeros(len(frame), dtype=bool)
        for _, rows in frame.groupby(["year", "stage"]):
            at = frame.index.get_indexer(rows.index)
            gone[at] = hidden_values(rows["demand_mean"], threshold)
        frame = _emptied(frame, gone, ("demand_mean", "ratio_mean"))
    return layer if frame is layer.frame else replace(layer, frame=frame)


def _small_schools(frame: pd.DataFrame, threshold: int) -> set[tuple[str, int, str]]:
    """(future, year, school) whose pupils are hidden."""
    found: set[tuple[str, int, str]] = set()
    for (future, year), rows in frame.groupby(["future", "year"]):
        gone = hidden_values(rows["roll_p50"], threshold)
        found |= {(str(future), int(year), str(school)) for school in rows["school"][gone]}  # type: ignore[call-overload]
    return found


def hidden_values(values: pd.Series, threshold: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """[row] what is hidden of counts that are published with their sum: small ones, and never one alone."""
    counts = values.to_numpy(dtype=float)
    gone = (counts > 0.0) & (counts < threshold)
    if gone.sum() == 1:
        rest = np.where(gone | ~(counts > 0.0), np.inf, counts)
        if np.isfinite(rest).any():
            gone[int(rest.argmin())] = True
    return gone


def _emptied(
    frame: pd.DataFrame, gone: np.ndarray[tuple[int], np.dtype[np.bool_]], names: Sequence[str]
) -> pd.DataFrame:
    """The frame with fields of some rows empty; the same object where there is none."""
    if not gone.any():
        return frame
    out = frame.copy()
    for name in names:
        out[name] = out[name].astype("float64").mask(gone)
    return out
