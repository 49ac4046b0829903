"""Cross-checks of roads given as tables and of demand points: nodes, classes and units that exist."""

import numpy as np
import pandas as pd

from scenarios.draft import Draft
from scenarios.problems import Problem, error
from scenarios.road_classes import class_of_value, road_classes
from scenarios.schema_travel import Network
from scenarios.table_cells import cell_problems
from scenarios.tables import Table

LENGTHS = (0.2, 5.0)
"""Stated length / straight line, median of all roads, beyond which the lengths are not in metres [-]."""


def network_problems(draft: Draft) -> list[Problem]:
    """Tables that the study's network needs; nodes and classes of every road; units of demand points."""
    problems = draft.unknown_cells("demand_points", "unit", "unit", "SCN322")
    study = draft.study
    network = None if study is None else study.model.travel.network
    if study is not None and network is not None and network.path is None:
        wanted = ("road_nodes", "road_edges")
        named = study.source.data.get("tables")
        missing = tuple(name for name in wanted if not isinstance(named, dict) or named.get(name) is None)
        if missing:
            problems.append(error("GIS090", study.place("travel", "network"), missing))
    edges, nodes = draft.tables.get("road_edges"), draft.tables.get("road_nodes")
    if edges is None:
        return problems
    if nodes is not None:
        known = frozenset(nodes.frame["node"].tolist())
        for column in ("from_node", "to_node"):
            bad = (~edges.frame[column].isin(known) & (edges.frame[column] != "")).to_numpy()
            problems += cell_problems(edges.text, column, bad, "GIS091", known=known)
    return [*problems, *_classes(draft, edges)]


def _classes(draft: Draft, edges: Table) -> list[Problem]:
    table = draft.tables.get("roads")
    known = frozenset(class_of_value(road_classes(1.0, None if table is None else table.frame)))
    bad = (~edges.frame["road_class"].str.casefold().isin(known) & (edges.frame["road_class"] != "")).to_numpy()
    return cell_problems(edges.text, "road_class", bad, "GIS092", known=known)


def uses_tables(network: Network | None, tables: dict[str, pd.DataFrame]) -> bool:
    """Whether the roads of a study come from its tables."""
    return network is not None and network.path is None and {"road_nodes", "road_edges"} <= set(tables)


def lengths_are_metres(stated: np.ndarray, straight: np.ndarray) -> bool:
    """Whether stated lengths can be metres: the median of stated / straight [road] lies within `LENGTHS`."""
    both = np.isfinite(stated) & (straight > 0)
    if not both.any():
        return True
    ratio = float(np.median(stated[both] / straight[both]))
    return LENGTHS[0] <= ratio <= LENGTHS[1]
