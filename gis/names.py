"""Layers that hold names where ids are wanted: the same names that the tables know, found the same way."""

import geopandas as gpd
import pandas as pd

from scenarios.problems import Problem, note
from scenarios.spelling import folded
from scenarios.words import Words

_EXAMPLES = 3


def ids_of_names(
    frame: gpd.GeoDataFrame, table: pd.DataFrame, kind: str, field: str, places: tuple[str, str]
) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """The layer with ids in the place of names, sorted by id again, and a note about what was matched.

    A value that is an id stays; one that is the name of exactly one row of the table becomes its id; all others stay as
    they are, for the comparison with the table to tell.
    table: columns `kind`, `name_zh`, `name_en`.  kind: `unit` or `school`.  places: layer and table, for messages.
    """
    ids = [str(name) for name in table[kind]]
    columns = [[str(name) for name in table[column]] for column in ("name_zh", "name_en") if column in table]
    known = Words().knowing(kind, ids, *columns)
    found: dict[str, str] = {}
    for value in frame["id"]:
        meant = known.names[kind].get(folded(value), ())
        if value not in known.ids[kind] and len(meant) == 1:
            found[value] = meant[0]
    if not found:
        return frame, []
    renamed = frame.assign(id=[found.get(value, value) for value in frame["id"]])
    renamed = renamed.sort_values("id", kind="stable").reset_index(drop=True)
    examples = tuple(f"{name} = {one}" for name, one in list(found.items())[:_EXAMPLES])
    return renamed, [
        note("GIS056", places[0], field=field, count=len(found), table=places[1], examples=examples),
    ]
