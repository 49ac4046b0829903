"""What `study.json` says of building: stages and who is in charge, seasons, desks, risks, sources of capital."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

Names = Mapping[str, str]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class WorkStage(_Part):
    """A stage of projects: heading under which it is drawn, department in charge, how far that can be trusted."""

    name: Names
    group: str
    bureau: str
    source_grade: str = ""


class Season(_Part):
    """Months of each year (1 to 12) in which work on some stages goes slowly (pace < 1) or not at all (0)."""

    name: Names
    stages: tuple[str, ...]
    months: tuple[int, ...]
    pace: float = 0.0


class WorksCard(_Part):
    """Building in a study; desks, risks and sources of capital by plan."""

    stages: Mapping[str, WorkStage]
    groups: Mapping[str, Names]
    bureaus: Mapping[str, Names]
    seasons: tuple[Season, ...] = ()
    desks: Mapping[str, Names] = {}
    crews: int | None = None
    ledger_as_of: str = ""
    funds: Mapping[str, Mapping[str, Names]] = {}
    """Plan -> source of capital -> its name."""
    risks: Mapping[str, Mapping[str, Names]] = {}
    """Plan -> risk -> its name."""
