"""The scenario file (`approval.yaml`): which study, futures and plans, how many draws, and the tests on a plan."""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema_base import FROM_LIST, FileModel, Id, Names, Text, Year
from scenarios.schema_overrides import ValueOverrides


class Milestone(FileModel):
    """A review or target date at which the county wants to be ready."""

    id: Id
    """Id of the milestone, unique in the scenario."""
    year: Year
    """School year that is looked at, counted on its 1 September [school year]."""
    name: Names
    """Name on reports."""


class Tests(FileModel):
    """What a verdict is given on."""

    # pytest collects classes called Test*; this one is ours.
    __test__ = False

    window: Annotated[tuple[Year, Year], FROM_LIST] | None = None
    """First and last school year of the decision window; default: the years whose entrants are born."""
    assessment_year: Year | None = None
    """School year of the named assessment, added to the window."""
    p_required: Annotated[float, Field(gt=0.5, lt=1)] = 0.9
    """Probability of no breach that a plan must reach [0-1]."""
    decides: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Clauses of the pack, by code or family (`L4`), that count in the headline beside its rules."""
    milestones: Annotated[tuple[Milestone, ...], FROM_LIST] = ()
    """Dates at which the county wants to be ready; default: the assessment year, else the end of the window."""


class ScenarioFile(FileModel):
    """One scenario; the whole of the file. One case = one future x one plan."""

    schema_version: Literal[1]
    """Version of this file form."""
    id: Id
    """Id of the scenario, used in the name of the run folder."""
    name: Names | None = None
    """Name on reports; default: that of the study."""
    study: Text
    """Path of `study.yaml`, relative to this file."""
    futures: Annotated[tuple[Text, ...], FROM_LIST, Field(min_length=1)]
    """Paths of the futures, relative to this file; must hold the reference future."""
    plans: Annotated[tuple[Text, ...], FROM_LIST, Field(min_length=1)]
    """Paths of the plans, relative to this file."""
    draws: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    """Random realisations of each case [draws]."""
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    """Seed of all random streams; the same seed gives the same worlds in every case."""
    spread: Literal["study", "none"] = "study"
    """`study`: what the study does not know varies between draws; `none`: the deterministic run, draws must be 1."""
    overrides: ValueOverrides = ()
    """Named changes of values of the study for all cases, in order; see the guide page on overrides."""
    tests: Tests = Tests()
    """What a verdict is given on."""
