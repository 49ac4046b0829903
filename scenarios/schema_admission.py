"""`admission:` of study.yaml: rules by stage and unit, priority, and when a full school sends children on."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from scenarios.schema_attendance import BeyondZone
from scenarios.schema_base import FROM_LIST, FileModel, Id, Share

RuleName = Literal["zone", "lottery", "nearest", "feeder"]


def _divert_at(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise PydanticCustomError("scn_divert_at", "norm, never or a factor")
    if isinstance(value, str) and value not in ("norm", "never"):
        raise PydanticCustomError("scn_divert_at", "norm, never or a factor")
    if not isinstance(value, str) and not 1 <= value <= 5:
        raise PydanticCustomError("scn_divert_at", "norm, never or a factor")
    return value


_DIVERT_JSON = {"anyOf": [{"enum": ["norm", "never"]}, {"type": "number", "minimum": 1, "maximum": 5}]}


class Admission(FileModel):
    """Who is admitted where, and when a full school passes its last entrants on (diversion, 统筹)."""

    divert_at: Annotated[Any, BeforeValidator(_divert_at), WithJsonSchema(_DIVERT_JSON)] = "norm"
    """`norm` (classes full at the planned size), a factor on it such as 1.1, or `never`."""
    limit_km: dict[Id, Annotated[float, Field(gt=0)]] = Field(default={"primary": 4.0, "junior": 15.0})
    """Farthest way to another school, by stage [km]; a stage that is named nowhere has no limit."""
    limit_min: dict[Id, Annotated[float, Field(gt=0, le=600)]] = Field(default={})
    """Longest way to another school on foot, by stage [min], instead of `limit_km`: on the roads of `travel.network`,
    else straight line x detour at the walking speed. It also says who lives far and who near."""
    rules: dict[Id, RuleName] = Field(default={})
    """How children are admitted, by stage: `zone` (the default), `lottery` (zones of several schools; those beyond the
    seats of one are drawn by lot), `nearest` (the nearest school up to its seats) or `feeder` (对口直升)."""
    unit_rules: dict[Id, dict[Id, RuleName]] = Field(default={})
    """The same for single units, by stage and unit, where they differ from `rules`."""
    priority: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Classes of priority, first one first, e.g. `[house_and_hukou, hukou, points, migrant]`; the table
    `admission_classes` says how many children are of each. None: migrant children last."""
    feeders: dict[Id, Id] = Field(default={})
    """Where the leavers of a school go under the rule `feeder`: school -> school of the next stage."""
    purchased_share: Share = 0.0
    """Share of the migrant pupils of private schools whose places the government buys (政府购买学位) [0-1]."""
    beyond_zone: BeyondZone | None = None
    """Share of a home's children at schools beyond their zone whose `reach` covers it, where one is as near as the own
    school; the rolls of the base year move it. null: the shipped share [0-1]."""

    @property
    def divert_factor(self) -> float:
        """The factor as a number: 1 for `norm`, infinite for `never`."""
        named = {"norm": 1.0, "never": float("inf")}
        return named[self.divert_at] if isinstance(self.divert_at, str) else float(self.divert_at)

    def measure_for(self, stage: str) -> Literal["km", "minutes"]:
        """What the travel limit of a stage measures."""
        return "minutes" if stage in self.limit_min else "km"

    def limit_for(self, stage: str) -> float:
        """Limit of a stage, in minutes if it is given so, else in km; infinite if the stage has none."""
        return self.limit_min.get(stage, self.limit_km.get(stage, float("inf")))

    def rule_for(self, stage: str, unit: str) -> RuleName:
        """The rule of a unit in a stage."""
        return self.unit_rules.get(stage, {}).get(unit, self.rules.get(stage, "zone"))

    @property
    def has_rules(self) -> bool:
        """Whether anything is said of rules or priority."""
        return bool(self.rules or self.unit_rules or self.priority)
