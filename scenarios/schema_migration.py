"""Parts of a future about who crosses the county line: net migration, families who go away to work, migrant children.

All of them act as differences from the reference future (page docs/science/moves.md).
"""

from typing import Annotated

from pydantic import Field

from scenarios.schema_base import FileModel, Share, Text, YearPath, YearPathOrNumber, constant_path
from scenarios.schema_births import within

Profile = Annotated[dict[Text, Share], Field(min_length=1)]
"""Shares by band of ages (`"0-5"`, `"6"`) or id of a stage."""

Path = dict[int, float]
Place = tuple[str, ...]


class Migration(FileModel):
    """How movers between villages and town, and migrant children, find a home; part of `study.yaml`."""

    decay_km: Annotated[float, Field(ge=1, le=1000)] = 15.0
    """Straight line over which the pull of a town falls by the factor e [km]; 1000 is nearly no decay. Assumption: a
    township's way to the county town; fit it to your own register of moves."""
    county_stream_below: Annotated[int, Field(ge=0, le=100000)] = 30
    """Migrant homes with fewer children share one stream of arrivals [children]; 0: each has its own. Assumption: below
    it an age has two or three children, and an empty one could never be joined."""


class ExternalMigration(FileModel):
    """Net arrivals from outside the county, by group; used as a difference from the reference future."""

    local: Annotated[YearPath, within("scn_migration", -500, 500)] = constant_path(0.0)
    """Local children, net arrivals [per 1000 children a year]."""
    migrant: Annotated[YearPath, within("scn_migration", -500, 500)] = constant_path(0.0)
    """Migrant children, net arrivals [per 1000 children a year]."""
    local_profile: Profile | None = None
    """Share of the local arrivals (or leavers) by band of ages or stage, adding up to 1; without it all ages alike."""
    migrant_profile: Profile | None = None
    """The same for migrant children."""

    def paths(self) -> dict[Place, Path]:
        """Paths by their place in the future."""
        at = "external_migration"
        return {(at, "local"): self.local, (at, "migrant"): self.migrant}

    def profiles(self) -> dict[Place, dict[str, float]]:
        """Profiles that are given, by their place in the future."""
        return _given("external_migration", local_profile=self.local_profile, migrant_profile=self.migrant_profile)


class Families(FileModel):
    """Local families of the villages who go away to work and come back; used as differences from the reference."""

    parents_leaving: Annotated[YearPath, within("scn_family_rate", 0, 500)] = constant_path(0.0)
    """Children whose parents leave the county for work [per 1000 local children of villages a year]."""
    left_behind_share: Annotated[YearPathOrNumber, within("scn_share", 0, 1)] = constant_path(0.0)
    """Of these the share who stay behind (留守) [0-1]; the others leave with their parents."""
    leaving_profile: Profile | None = None
    """Share of those who leave by band of ages or stage, adding up to 1; without it all ages alike."""
    returning: Annotated[YearPath, within("scn_family_rate", 0, 500)] = constant_path(0.0)
    """Children who come back with their parents (返乡) [per 1000 local children of villages a year]."""
    returning_profile: Profile | None = None
    """Share of those who come back by band of ages or stage, adding up to 1; without it all ages alike."""

    def paths(self) -> dict[Place, Path]:
        """Paths by their place in the future."""
        names = ("parents_leaving", "left_behind_share", "returning")
        return {("families", name): getattr(self, name) for name in names}

    def profiles(self) -> dict[Place, dict[str, float]]:
        """Profiles that are given, by their place in the future."""
        return _given("families", leaving_profile=self.leaving_profile, returning_profile=self.returning_profile)


class MigrantChildren(FileModel):
    """Migrant children (随迁子女) as a stream of their own; used as differences from the reference future."""

    public_share: Annotated[YearPathOrNumber, within("scn_public_share", 0, 1, open_ends=True)] | None = None
    """Share of migrant pupils who attend public schools, seats bought in private ones not counted [0-1]."""
    conversion: Annotated[YearPathOrNumber, within("scn_share", 0, 1)] = constant_path(0.0)
    """Part of the gap to that share that pupils of private schools close each year by changing over [0-1 a year]."""
    leaving: Annotated[YearPath, within("scn_family_rate", 0, 500)] = constant_path(0.0)
    """Migrant children who leave the county again [per 1000 a year]; 1000 / length of stay in years."""

    def paths(self) -> dict[Place, Path]:
        """Paths by their place in the future."""
        at = "migrant_children"
        found: dict[Place, Path] = {(at, "conversion"): self.conversion, (at, "leaving"): self.leaving}
        if self.public_share is not None:
            found[at, "public_share"] = self.public_share
        return found


def _given(at: str, **profiles: dict[str, float] | None) -> dict[Place, dict[str, float]]:
    return {(at, name): profile for name, profile in profiles.items() if profile is not None}
