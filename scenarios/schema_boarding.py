"""Sections `boarding` of `study.yaml` and `buses` of a plan: who boards, who eats at school, who is driven."""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import ConfigDict, Field

from scenarios.schema_base import FROM_LIST, FileModel, Id, Names, Share, Sources, Text, Year

Way = Annotated[float, Field(gt=0, le=600)]
Positive = Annotated[float, Field(gt=0)]
Value = TypeVar("Value")
OTHER_STAGE = "junior"
"""Stage whose defaults a stage takes that the shipped file does not name (stages have ids of the study's own)."""


class Boarding(FileModel):
    """Who boards: a logistic curve in the way to school, shifted for every school to its boarders on record."""

    grades: Annotated[tuple[Text, ...], FROM_LIST] = ()
    """Grades whose pupils may board, in quotes; without them all grades of school but those that the norm keeps at home
    (1 to 3). Source: 国办发〔2018〕27号."""
    measure: Literal["km", "minutes"] = "km"
    """What a way is measured in: length, or minutes on foot."""
    half: dict[Id, Way] = Field(default={})
    """Way at which half of the pupils board, by stage, where a school has no boarders on record [`measure`]; a stage
    that is not named takes the shipped default. Assumption."""
    slope: Way = 1.5
    """How fast the share rises around that way: from 27 % to 73 % over twice this way [`measure`]. Assumption."""
    day_meals: Share = 1.0
    """Share of day pupils who eat at school [0-1]; boarders always do. Assumption: school meals for all."""
    per_life_teacher: Annotated[float, Field(ge=1, le=1000)] | None = None
    """Boarders for whom one life teacher (生活指导教师) is planned; without it no posts are counted [boarders/post]."""
    bus_cost_per_km: Annotated[float, Field(gt=0, le=1000)] | None = None
    """Cost of a bus in the comparison with beds; without it the shipped default [yuan/km]."""


class Bus(FileModel):
    """A school bus of a plan."""

    id: Id
    """Id of the bus, unique in the plan."""
    name: Names | None = None
    """Name on reports."""
    schools: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Schools it drives to."""
    units: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Units it fetches children from."""
    kind: Literal["daily", "weekly"]
    """`daily`: day pupils beyond the limit on foot, both ways every school day; `weekly`: boarders, home and back."""
    seats: Annotated[int, Field(ge=1, le=100)]
    """Seats of one vehicle [seats]; who finds none waits for the next trip."""
    km: Annotated[float, Field(gt=0, le=500)] | None = None
    """Length of a trip one way [km]; without it the longest way by road from the units to the school."""
    cost_per_km: Annotated[float, Field(gt=0, le=1000)] | None = None
    """Cost of a kilometre with a driver [yuan/km]; empty return trips count too."""
    vehicles: Annotated[int, Field(ge=1, le=200)] | None = None
    """Vehicles that the timetable sends each time, or trips of one vehicle; counts in the section `money` alone, one
    where it is not said [vehicles]."""
    cost_per_year: Annotated[float, Field(gt=0)] | None = None
    """Cost of a year in all [10 000 yuan], instead of `cost_per_km`."""
    from_year: Year = Field(alias="from")
    """First school year it runs."""
    to_year: Year | None = Field(default=None, alias="to")
    """Last school year it runs; without it to the horizon."""
    note: Names | None = None
    """Anything a reader must know."""
    sources: Sources = ()
    """Where seats and cost come from."""

    def runs_in(self, year: int) -> bool:
        """Whether it runs in a school year."""
        return self.from_year <= year and (self.to_year is None or year <= self.to_year)


class Sourced(FileModel, Generic[Value]):
    """A default and where it comes from."""

    # A form made of a generic one does not take its description along.
    model_config = ConfigDict(json_schema_extra={"description": "A default and where it comes from."})

    value: Value
    """The value; its unit stands beside it in the file."""
    source: str
    """Document and place, or that it is an assumption."""
    source_grade: Literal["A", "B", "C", "M"]
    """A official text, B official text in a copy, C weak copy or our arithmetic, M from memory."""


class BoardingDefaults(FileModel):
    """The shipped defaults of boarding and school buses; the whole of the file."""

    schema_version: Literal[1]
    """Version of this file form."""
    id: Id
    """Id of the file."""
    name: Names
    """Name on reports."""
    home_grades: Sourced[Annotated[tuple[str, ...], FROM_LIST]]
    """Grades that do not board."""
    trip_minutes: Sourced[Positive]
    """Longest trip one way [min]."""
    half_km: Sourced[dict[str, Positive]]
    """Way at which half of the pupils board, by stage [km]."""
    half_minutes: Sourced[dict[str, Positive]]
    """The same on foot, by stage [min]."""
    dormitory_land_m2: Sourced[Positive]
    """Land for each boarder [m2]."""
    canteen_land_m2: Sourced[Positive]
    """Land for each diner [m2]."""
    floor_per_boarder_m2: Sourced[dict[str, Positive]]
    """Floor area that a boarder adds to a school, by stage [m2]."""
    building_cost_per_m2: Sourced[Positive]
    """Cost of building, all in [yuan/m2]."""
    bus_cost_per_km: Sourced[Positive]
    """Cost of a school bus [yuan/km]."""
    bus_seats: Sourced[Annotated[int, Field(ge=1)]]
    """Seats of a bus where bus and beds are compared [seats]."""
    school_weeks: Sourced[Positive]
    """Weeks of a school year [weeks]."""
    school_days: Sourced[Positive]
    """School days of a week [days]."""

    def trips(self, kind: str) -> float:
        """How often a bus drives in a school year: on every school day, or `weekly` [times/year]."""
        weeks = self.school_weeks.value
        return weeks if kind == "weekly" else weeks * self.school_days.value

    def half(self, stage: str, measure: str) -> float:
        """Way at which half of the pupils of a stage board, in km or minutes."""
        table = (self.half_km if measure == "km" else self.half_minutes).value
        return table.get(stage, table[OTHER_STAGE])

    def bed_cost(self, stage: str) -> float:
        """Capital cost of a bed with its share of canteen and washrooms [10 000 yuan]."""
        floor = self.floor_per_boarder_m2.value
        return floor.get(stage, floor[OTHER_STAGE]) * self.building_cost_per_m2.value / 1e4
