"""The programme file (`programme.yaml`): a city or a province as a list of scenario files and level names."""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema_base import FROM_LIST, FileModel, Id, Names, Share, Sources, Text
from scenarios.schema_quotas import Quota

COMMON_SHARE = 0.5
"""Share of the variance of county factors that the members have in common, where the file says nothing: an assumption.

Counties of one city share its province and the nation, too.  Two known figures lie around it: birth rates of 29
provinces moved together by 0.29 (mean correlation of yearly changes of their logs, 2000-2019, National Bureau of
Statistics), and of the yearly step of school rolls of districts of one state 0.68 was the state's (Vermont, the sizes
`year` and `district` of `sim/processes.py`).
"""


class Levels(FileModel):
    """What the levels are called on reports."""

    whole: Names = Names(zh="市", en="city")
    """The level of the programme."""
    group: Names = Names(zh="片区", en="area")
    """The level of the groups between the programme and its members, where there are any."""
    member: Names = Names(zh="县市区", en="county-level unit")
    """The level of the members."""


class Member(FileModel):
    """One study of a programme, by its scenario file."""

    id: Id
    """Id of the member, name of its folder in the run."""
    scenario: Text
    """Path of its scenario file, relative to this file."""
    name: Names | None = None
    """Name on reports; default: that of its study."""
    group: Id | None = None
    """Group that it belongs to, a key of `groups`."""


OwnIds = dict[Id, Id]


class Cases(FileModel):
    """Which futures and plans are added up, and what a member calls them where it has an id of its own."""

    futures: Annotated[dict[Id, OwnIds], Field(min_length=1)] | None = None
    """By the id on the roll-up: `{low: {youxian: low-births}}`; a member that is not named has the same id. Default:
    the futures of the first member, with the same ids in all."""
    plans: Annotated[dict[Id, OwnIds], Field(min_length=1)] | None = None
    """The same for plans."""


class Flow(FileModel):
    """Pupils of one member at schools of another."""

    origin: Id = Field(alias="from")
    """Member where they live."""
    to: Id
    """Member whose schools they attend."""
    stage: Id
    """Stage, with the same grades in both members."""
    share: Annotated[float, Field(gt=0, le=1)]
    """Share [0-1] of those of `from` who attend in other counties (`other_county` of its table `attendance`); what the
    shares leave goes out of the programme."""


class ProgrammeFile(FileModel):
    """One programme; the whole of the file."""

    schema_version: Literal[1]
    """Version of this file form."""
    id: Id
    """Id of the programme, used in result tables and in the name of the run folder."""
    name: Names
    """Name on reports."""
    synthetic: bool
    """Whether data of any member are made up; printed on every report."""
    note: Names | None = None
    """What a reader should know: what is real and what is made up."""
    language: Literal["zh", "en"] = "zh"
    """Language of the report; `--lang` overrides."""
    levels: Levels = Levels()
    """What the levels are called."""
    groups: dict[Id, Names] = Field(default={})
    """Names of groups of members, by id; each group is rolled up, too."""
    members: Annotated[tuple[Member, ...], FROM_LIST, Field(min_length=1)]
    """The studies."""
    draws: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    """Random realisations of each case, in every member, instead of those of its scenario file [draws]."""
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    """Seed of all random streams; every member has streams of its own from it, and the common ones."""
    common_share: Share = COMMON_SHARE
    """Share of the variance of county factors (births, yearly forces of the forecast, pace of a future) that all
    members have in common [0-1]; an assumption, unless a source says otherwise."""
    cases: Cases = Cases()
    """How futures and plans of the members are matched."""
    flows: Annotated[tuple[Flow, ...], FROM_LIST] = ()
    """Which member's schools the pupils who leave another member attend."""
    quotas: Annotated[tuple[Quota, ...], FROM_LIST] = ()
    """How many schools or projects the plans of all members together must reach, added within each draw."""
    sources: Sources = ()
    """Where the shares come from."""
