"""How much of the yearly quota of construction land a project asks for.

1 mu (亩) is 10 000 / 15 m2.  Tests: tests/scenarios/test_land_supply.py.  Page: docs/science/construction.md.
"""

from dataclasses import dataclass

import pandas as pd

from scenarios.schema_plan import Project

MU_M2 = 10_000 / 15


@dataclass(frozen=True)
class LandAsked:
    """mu: land asked of the quota.  said_by: the key or column that says so."""

    mu: float
    said_by: str


def land_asked(project: Project, parcels: pd.DataFrame | None) -> LandAsked | None:
    """Land of a project: what it says itself, else the land that it builds on, else its parcel; None: not known."""
    if project.land_mu is not None:
        return LandAsked(project.land_mu, "land_mu")
    if project.new is not None and project.new.land_m2 is not None:
        return LandAsked(project.new.land_m2 / MU_M2, "new.land_m2")
    if project.adds is not None and project.adds.land_m2 > 0:
        return LandAsked(project.adds.land_m2 / MU_M2, "adds.land_m2")
    if parcels is not None and project.parcel is not None and "area_m2" in parcels:
        area = parcels.loc[parcels["parcel"] == project.parcel, "area_m2"].dropna()
        if len(area):
            return LandAsked(float(area.iloc[0]) / MU_M2, "parcels.area_m2")
    return None
