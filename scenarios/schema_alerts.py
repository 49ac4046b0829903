"""`alerts:` of `study.yaml`, and the levels of early warning in a run. Opens no file, so that `sim` may import it."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from scenarios.schema_base import FileModel, Text

COLOURS = ("blue", "yellow", "orange", "red")
"""Names that a level may have, from the mildest to the gravest; a pack may leave some out."""


class Alerts(FileModel):
    """Early warning of a shortage of places (学位预警)."""

    pack: Text = "cn-zhejiang-2018-warning"
    """Pack with the levels (`warnings`): a shipped one, e.g. `schoolplan-four-colours`, or the path of your own."""
    under_use: Annotated[float, Field(gt=0, lt=1)] = 0.6
    """Children over planned entry places below which a zone is under-used [1]. Our proposal, not a norm."""


@dataclass(frozen=True)
class StageLevels:
    """The levels that hold for one stage."""

    stage: str
    code: str
    """Clause of the pack."""
    lead_years: int
    """Years after the base year for which the levels are published."""
    levels: tuple[tuple[str, float], ...]
    """Colour and the ratio from which it holds, rising."""


@dataclass(frozen=True)
class AlertRules:
    """What a study is warned by."""

    stages: tuple[StageLevels, ...] = ()
    under_use: float = 0.6
