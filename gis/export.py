"""The units of a study for its run folder: in the working CRS, with names, sorted by id."""

import geopandas as gpd
import numpy as np

from gis.units import read_units
from scenarios.bundle import Bundle
from scenarios.problems import ScenarioError


def units_frame(bundle: Bundle) -> gpd.GeoDataFrame:
    """Units with unit, name_zh, name_en, township, urban, geometry; working CRS, sorted by unit.

    Raises ScenarioError if the layer has errors (the cover itself is not checked again).
    """
    units, problems = read_units(bundle)
    if units is None:
        raise ScenarioError(problems)
    named = bundle.tables["units"].set_index("unit").loc[list(units.ids), ["name_zh", "name_en", "township", "urban"]]
    frame = gpd.GeoDataFrame(named.reset_index(), geometry=units.frame.geometry.to_numpy(), crs=units.way.target)
    frame["urban"] = frame["urban"].astype(np.int64)
    return frame
