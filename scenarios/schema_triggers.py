"""Triggers of projects: what a plan does *when* something is seen, instead of on a date that is fixed today."""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema_base import FROM_LIST, FileModel, Id, Year

SignalName = Literal["entry_pressure", "utilisation", "pupils", "births", "beyond_seats", "large_classes"]
Bound = Annotated[float, Field(ge=0)]


class At(FileModel):
    """Where a trigger looks; without schools and units in the whole county."""

    schools: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Schools, also new ones of the plan once open; `entry_pressure` and `births` look at their whole zones."""
    units: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Units instead of schools: the children who live there, and the schools of the zones they belong to."""
    stage: Id | None = None
    """Stage of school; null: all of them, where the signal and the place need none."""


class When(FileModel):
    """A signal and the bound at which something is decided, on 1 September of every year, in each draw for itself."""

    signal: SignalName
    """`entry_pressure` children who start the stage over planned entry places; `utilisation` pupils over seats;
    `pupils` their number; `births` children born in the school year that ended a year ago; `beyond_seats` pupils for
    whom their school has no seat; `large_classes` part of the classes with more pupils than planned [0-1]."""
    at: At = Field(default_factory=At)
    """Where it looks."""
    above: Bound | None = None
    """Holds while the signal is above this [unit of the signal]."""
    below: Bound | None = None
    """Holds while the signal is below this, in place of `above` [unit of the signal]."""
    years: Annotated[int, Field(ge=1, le=10)] = 1
    """On how many 1 Septembers in a row it must hold [years]."""
    lag_months: Annotated[int, Field(ge=0, le=60)] = 0
    """From that 1 September to the decision [months]."""
    from_year: Year | None = Field(default=None, alias="from")
    """First year on whose 1 September it may be decided; null: the base year [school year]."""
    until: Year | None = None
    """Last year on whose 1 September it may be decided; null: to the end [school year]."""


class Defer(When):
    """A condition on which the start of a project is put off, looked at on the 1 September before it."""

    months: Annotated[int, Field(ge=1, le=120)]
    """By how much the start is put off, every time that it holds [months]."""
