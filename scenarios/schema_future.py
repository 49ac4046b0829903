"""`futures/<id>.yaml`: one named set of demographic and urbanisation assumptions.

Urbanisation, migration and housing act as differences from the reference future; the reference adds exactly nothing.
"""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from scenarios.schema_base import FROM_LIST, FileModel, Id, Names, Sources, Text, Year, YearPath, constant_path
from scenarios.schema_births import Births
from scenarios.schema_births import within as _within
from scenarios.schema_migration import ExternalMigration, Families, MigrantChildren
from scenarios.schema_overrides import ValueOverrides


def _needs_less_with_a_parent(schema: dict[str, Any]) -> None:
    """A future that extends another one takes births and urban share from there, so an editor must not ask for them."""
    inherited = [key for key in schema["required"] if key in ("births", "urban_share")]
    schema["required"] = [key for key in schema["required"] if key not in inherited]
    schema["anyOf"] = [{"required": ["extends"]}, {"required": inherited}]


class FutureFile(FileModel):
    """One future; the whole of the file."""

    model_config = ConfigDict(json_schema_extra=_needs_less_with_a_parent)

    schema_version: Literal[1]
    """Version of this file form."""
    id: Id
    """Id of the future, used in result tables."""
    name: Names
    """Name on reports."""
    note: Names | None = None
    """What this future assumes, in a sentence or two."""
    extends: Text | None = None
    """Another future that this one changes: its id, or its path relative to this file."""
    births: Births
    """Births after the registered ones."""
    urban_share: Annotated[YearPath, _within("scn_urban_share", 0, 1, open_ends=True)]
    """Official urbanisation rate by year [0-1]; only its difference from the reference future acts."""
    reclassified: dict[Id, Year] = Field(default={})
    """Units that statistics count as urban from a year on, `{v12: 2026}`; the urban share holds them, nobody moves."""
    external_migration: ExternalMigration = ExternalMigration()
    """Net arrivals from outside the county."""
    families: Families = Families()
    """Left-behind and returning children of the villages."""
    migrant_children: MigrantChildren = MigrantChildren()
    """Public schools and length of stay of migrant children."""
    town_pull: Annotated[YearPath, _within("scn_town_pull", 0, 100, open_ends=True)] = constant_path(1.0)
    """Index on the odds of attending school outside the own zone, by year [-]."""
    estates: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Estates that are built in this future: all of them where the study has a table `completions`, else those beyond
    the building pace of the learning window."""
    overrides: ValueOverrides = ()
    """Named changes of values of this future and of the study, in order; see the guide page on overrides."""
    sources: Sources = ()
    """Where the assumptions come from."""

    def paths(self) -> dict[tuple[str, ...], dict[int, float]]:
        """All paths by their place in the file, e.g. `("births", "index")`."""
        return {
            **self.births.paths(),
            ("urban_share",): self.urban_share,
            **self.external_migration.paths(),
            **self.families.paths(),
            **self.migrant_children.paths(),
            ("town_pull",): self.town_pull,
        }

    def profiles(self) -> dict[tuple[str, ...], dict[str, float]]:
        """All age profiles that are given, by their place in the file."""
        return {**self.external_migration.profiles(), **self.families.profiles()}
