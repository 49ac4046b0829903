"""`classes` of a study: how classes are formed; and `measures` of a plan: classrooms that are there for some years."""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema_base import FROM_LIST, FileModel, Id, Names, Sources, Text, Year


class CompositeClasses(FileModel):
    """Composite classes (复式班): neighbouring grades of small schools and teaching points share a class."""

    schools: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Schools that may form them."""
    flags: Annotated[tuple[Text, ...], FROM_LIST] = ()
    """Schools with one of these marks of the schools table may, too (`teaching_point`)."""
    stages: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Stages whose grades may share a class; none: all stages."""
    pupils_below: Annotated[int, Field(ge=1)] | None = None
    """Only in years in which the stage has fewer pupils at the school; without `schools` and `flags`: any school may
    then [pupils]."""
    grades_per_class: int
    """Grades in one class at most, at least 2 [grades]."""
    max_size: int
    """Pupils in a shared class at most [pupils/class]."""


class Classes(FileModel):
    """How classes are formed from the pupils of a school; see the science page on classes."""

    formation: Literal["free", "sticky", "learnt"] = "free"
    """`free`: anew every year. `sticky`: a cohort keeps the number of classes of the year before while it fits.
    `learnt`: as each school has done by the column `sections` of the enrolment table; seats and clauses still go by
    the planned size and the standard."""
    merge_below: Annotated[float, Field(gt=0)] | None = None
    """Mean class size below which a sticky cohort is formed anew; none: only rooms merge classes [pupils/class]."""
    composite: CompositeClasses | None = None
    """Composite classes, where policy allows them."""
    sources: Sources = ()
    """The documents that set these rules."""


class Measure(FileModel):
    """Classrooms that a plan adds for some years: temporary classes, or two shifts (二部制) in the rooms there are."""

    id: Id
    """Id of the measure, unique in the plan."""
    name: Names | None = None
    """Name on reports."""
    kind: Literal["temporary_classes", "shift"]
    """`temporary_classes` (needs `rooms`) or `shift` (needs `rooms` or `factor`)."""
    school: Id
    """School that gets them; a new school of the plan may be named."""
    rooms: int | None = None
    """Classrooms more; for a shift: classes taught in the second shift [rooms]."""
    factor: float | None = None
    """How often the rooms of a shift are used, above 1 and at most 2; counts for the rooms on record, or of the new
    school, rounded down [-]."""
    first: Year = Field(alias="from")
    """First school year [school year]."""
    last: Year = Field(alias="to")
    """Last school year [school year]."""
    cost: Annotated[float, Field(ge=0)] = 0.0
    """Cost of a school year, shown in the cash table in the calendar year of its September; not part of the budget of
    projects [10 000 yuan/year]."""
    note: Names | None = None
    """Anything a reader must know."""
