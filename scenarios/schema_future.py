"""`futures/<id>.yaml`: one named set of demographic and urbanisation assumptions.

Urbanisation, migration and housing act as differences from the reference future; the reference adds exactly nothing.
"""

from typing import Annotated, Literal

from scenarios.schema_base import FROM_LIST, FileModel, Id, Names, Sources, YearPath, constant_path
from scenarios.schema_births import Births
from scenarios.schema_births import within as _within


class ExternalMigration(FileModel):
    """Net arrivals from outside the county, by group; used as a difference from the reference future."""

    local: Annotated[YearPath, _within("scn_migration", -500, 500)] = constant_path(0.0)
    """Local children, net arrivals [per 1000 children a year]."""
    migrant: Annotated[YearPath, _within("scn_migration", -500, 500)] = constant_path(0.0)
    """Migrant children, net arrivals [per 1000 children a year]."""


class FutureFile(FileModel):
    """One future; the whole of the file."""

    schema_version: Literal[1]
    """Version of this file form."""
    id: Id
    """Id of the future, used in result tables."""
    name: Names
    """Name on reports."""
    note: Names | None = None
    """What this future assumes, in a sentence or two."""
    births: Births
    """Births after the registered ones."""
    urban_share: Annotated[YearPath, _within("scn_urban_share", 0, 1, open_ends=True)]
    """Official urbanisation rate by year [0-1]; only its difference from the reference future acts."""
    external_migration: ExternalMigration = ExternalMigration()
    """Net arrivals from outside the county."""
    town_pull: Annotated[YearPath, _within("scn_town_pull", 0, 100, open_ends=True)] = constant_path(1.0)
    """Index on the odds of attending school outside the own zone, by year [-]."""
    estates: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Estates that are built in this future, beyond the building pace of the learning window."""
    sources: Sources = ()
    """Where the assumptions come from."""

    def paths(self) -> dict[tuple[str, ...], dict[int, float]]:
        """All paths by their place in the file, e.g. `("births", "index")`."""
        return {
            **self.births.paths(),
            ("urban_share",): self.urban_share,
            ("external_migration", "local"): self.external_migration.local,
            ("external_migration", "migrant"): self.external_migration.migrant,
            ("town_pull",): self.town_pull,
        }
