"""Section `money` of `study.yaml`, and its shipped defaults: running costs, discounting, the floor of the budget."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema_base import FileModel, Id, Names, Sources, Text, Year
from scenarios.schema_boarding import Sourced

Amount = Annotated[float, Field(ge=0)]
Rate = Annotated[float, Field(ge=0, le=0.3)]
Life = Annotated[int, Field(ge=1, le=150)]


class BusPrice(FileModel):
    """What a kilometre of a school bus costs, for buses that name no price of their own."""

    value: Annotated[float, Field(gt=0, le=1000)]
    """Vehicle, fuel, driver and attendant; empty return trips count too [yuan/km]."""
    source: Text
    """Contract, accounts, or that it is an assumption."""
    source_grade: Literal["A", "B", "C", "M"]
    """A official text, B official text in a copy, C weak copy or own arithmetic, M from memory."""


class Operating(FileModel):
    """What schools cost a year; a value that is not given takes the shipped default."""

    school: Amount | None = None
    """Cost of an open school, whatever its size: guards, upkeep, management [10 000 yuan/year]."""
    class_: Amount | None = Field(default=None, alias="class")
    """Cost of a class beyond its teachers [10 000 yuan/year]."""
    post: Amount | None = None
    """Cost of a teaching post [10 000 yuan/year]; posts as the ratios of `staff` ask."""
    pupil: dict[Id, Amount] = Field(default={})
    """Operating grant for a pupil (生均公用经费) by stage [10 000 yuan/year]."""
    boarder: Amount | None = None
    """Grant for a boarder on top [10 000 yuan/year]."""
    bus_km: BusPrice | None = None
    """Price of a kilometre; with it buses priced by the kilometre cost money by their timetable, else they do not."""


class Prices(FileModel):
    """What the planner counts a missing and an empty seat as, beside what schools cost; nothing is shipped for it."""

    missing_place: Amount
    """A pupil without a seat for a year [10 000 yuan/pupil-year]."""
    empty_seat: Amount
    """A seat that stands empty for a year, beyond what building and running it costs [10 000 yuan/seat-year]."""
    source: Text
    """Who sets the prices, or what they rest on."""


class Money(FileModel):
    """What schools cost, how later money is discounted, and the education budget; amounts in prices of one year."""

    operating: Operating = Operating()
    """What schools cost a year."""
    discount_rate: Rate | None = None
    """Real rate at which later money counts less; null: the shipped default [1/year]."""
    life_years: Life | None = None
    """Years over which the cost of a building is spread; null: the shipped default [years]."""
    education_budget: dict[Year, Annotated[float, Field(gt=0)]] = Field(default={})
    """General public budget spent on education by calendar year, of years past and planned [10 000 yuan]; checked
    against the floor of 两个只增不减: neither the sum nor the sum per pupil may fall."""
    prices: Prices | None = None
    """Prices of missing and of empty seats, for one weighed figure in the table of regret; null: none is made."""
    sources: Sources = ()
    """Where the amounts come from."""


class MoneyDefaults(FileModel):
    """The shipped defaults of running costs and discounting; the whole of the file."""

    schema_version: Literal[1]
    """Version of this file form."""
    id: Text
    """Id of the file."""
    name: Names
    """Its name."""
    school: Sourced[Amount]
    """Cost of an open school [10 000 yuan/year]."""
    class_: Sourced[Amount] = Field(alias="class")
    """Cost of a class beyond its teachers [10 000 yuan/year]."""
    post: Sourced[Amount]
    """Cost of a teaching post [10 000 yuan/year]."""
    pupil: Sourced[dict[Id, Amount]]
    """Operating grant for a pupil by stage [10 000 yuan/year]."""
    boarder: Sourced[Amount]
    """Grant for a boarder on top [10 000 yuan/year]."""
    small_school: Sourced[Annotated[int, Field(ge=0)]]
    """Pupils for whom a smaller school is given the grant all the same [pupils]."""
    discount_rate: Sourced[Rate]
    """Real discount rate [1/year]."""
    life_years: Sourced[Life]
    """Years over which the cost of a building is spread [years]."""


@dataclass(frozen=True)
class MoneyValues:
    """Running costs in force [10 000 yuan/year], discounting, education budget [10 000 yuan by calendar year]."""

    school: float
    class_: float
    post: float
    pupil: dict[str, float]
    boarder: float
    small_school: int
    discount_rate: float
    life_years: int
    budget: dict[int, float]
    prices: Prices | None = None
    bus_km: float | None = None
    """Cost of a vehicle-kilometre [yuan/km]; None: buses priced by the kilometre are left out."""
