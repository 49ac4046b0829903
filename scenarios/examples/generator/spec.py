"""What an example says about its county: frozen descriptions, each default with its source or the word synthetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Point = tuple[float, float]
Span = tuple[float, float]


@dataclass(frozen=True)
class Township:
    """A street, town or township with its units."""

    code: str
    """Short id, the start of the ids of its units."""
    name_zh: str
    """With its suffix: 街基街道."""
    name_en: str
    seat: Point
    """Longitude and latitude [degrees]; inside the outline of the place."""
    villages: int = 0
    communities: int = 0
    estates: tuple[tuple[str, str], ...] = ()
    """Chinese and English name of each housing estate that is a unit of its own."""
    town: Span = (0.0, 0.0)
    """Weight of its communities and estates in the county's children aged 0 and 14."""
    rural: Span = (0.0, 0.0)
    """The same of its villages. The weights of a county are scaled to one."""
    core_km: float = 0.8
    """Distance of communities from the seat [km]; estates stand twice as far."""


@dataclass(frozen=True)
class Place:
    """The land: an outline inside a box, drawn, never a real boundary."""

    box: tuple[float, float, float, float]
    """West, south, east, north [degrees, CGCS2000]."""
    area_km2: float
    townships: tuple[Township, ...]
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Chinese and English name of single units; others have a number."""
    attraction: Mapping[str, float] = field(default_factory=dict)
    """Weight of arrivals of single units; else village 0, community 1, estate 2."""


@dataclass(frozen=True)
class People:
    """Children of the county, anchored on a census."""

    base_year: int
    census_year: int
    """Counted on 1 November."""
    bands: Mapping[tuple[int, int], int]
    """Residents by first and last age of a band, from age 0 upwards without gaps."""
    births: Mapping[int, int] = field(default_factory=dict)
    """Births by calendar year from the census year to the base year; earlier ones follow from the census."""
    kept_per_year: float = 0.998
    """Deaths and net moves per year of age; above 1 where families arrive. Synthetic."""
    older_per_year: float = 1.0
    """Size of each older cohort, beyond the last band, over the one before it. Synthetic."""
    migrant_share: Span = (0.075, 0.010)
    """Children registered elsewhere: in town, in villages. Synthetic."""
    small: tuple[str, ...] = ()
    """Units of half the size."""
    unit_sd: float = 0.22
    """Size of units of one township [log]. Synthetic."""
    unit_age_sd: float = 0.06
    """Age groups inside a unit [log]. Synthetic."""


@dataclass(frozen=True)
class Stage:
    """A stage of schooling; the stages of a spec follow each other without a gap of age."""

    id: str
    grades: tuple[str, ...]
    planned: int
    """Planned class size [pupils]."""
    entry: Literal["residents", "previous_grade"]
    entry_age: int = 0
    """Of the first stage of a spec [years on 31 August]; later ones follow."""
    out: Mapping[str, float] = field(default_factory=dict)
    """Share of resident children who learn elsewhere, by destination: private, other_county, not_enrolled."""
    zoned: bool = True
    """False: every school of the county admits; zones given to its schools make the record and are not written."""
    partly: bool = False
    """A stage that only a share attends (kindergarten, senior): who stays away has no row of attendance."""


KINDERGARTEN = Stage("kindergarten", ("K1", "K2", "K3"), 30, "residents", 3, {"not_enrolled": 0.05}, partly=True)
PRIMARY = Stage("primary", ("1", "2", "3", "4", "5", "6"), 45, "residents", 6, {"other_county": 0.03})
PRIMARY_5 = Stage("primary", ("1", "2", "3", "4", "5"), 45, "residents", 6, {"other_county": 0.03})
JUNIOR = Stage("junior", ("7", "8", "9"), 50, "previous_grade", 12, {"other_county": 0.05})
JUNIOR_4 = Stage("junior", ("6", "7", "8", "9"), 50, "previous_grade", 11, {"other_county": 0.05})
# Vocational schools are not enrolled in the county's own senior schools.
SENIOR = Stage("senior", ("10", "11", "12"), 50, "previous_grade", 15, {"not_enrolled": 0.42}, False, True)


@dataclass(frozen=True)
class Kind:
    """A kind of school."""

    ratio: float
    """Progression from grade to grade before the county adds up. From memory: village .93-.98, town 1.01-1.06."""
    teaching: float = 205
    """Teaching and ancillary area [m2 per room]; L4 and L5 of the 2017 rules hold at 45 / 50 pupils."""
    sports: float = 345
    land: float = 1150


KINDS: Mapping[str, Kind] = {
    "town": Kind(1.022),
    "central": Kind(0.990),
    "village": Kind(0.958),
    "point": Kind(0.950, 150, 300, 900),
    "town_junior": Kind(1.008, 300, 520, 1500),
    "junior": Kind(0.988, 300, 520, 1500),
    "nine_year": Kind(0.985, 245, 410, 1350),
    "kindergarten": Kind(1.0, 110, 120, 450),
    "senior": Kind(0.995, 320, 560, 1600),
    "twelve_year": Kind(1.0, 260, 430, 1400),
}


@dataclass(frozen=True)
class Site:
    """One of several sites of a school; areas in m2."""

    rooms: int
    beds: int
    teaching: int
    sports: int
    land: int


@dataclass(frozen=True)
class Rooms:
    """Like rooms of a school, on its first site; a row of the table of rooms."""

    kind: str
    """A room type of the table of rooms."""
    count: int
    area: float
    """Net area of one room [m2]."""
    screens: int = 0
    """Of these with multimedia."""
    built: int = 0
    """Year, where it is not that of the school; 0: that of the school."""


@dataclass(frozen=True)
class School:
    """A school of the base year."""

    school: str
    name_zh: str
    name_en: str
    first: str
    last: str
    unit: str
    kind: str
    """A key of `KINDS` or of the spec's own `kinds`."""
    rooms: int
    zone: str = ""
    """Zone of the stage of its first grade."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """Zones by stage, for a school of several stages."""
    reach: Literal["zone", "township", "county"] = "zone"
    built: int = 2005
    beds: int = 0
    flags: str = ""
    group: str = ""
    """Education group it belongs to; a study in which no school has one has no such column."""
    ownership: Literal["public", "private"] = "public"
    pull: float = 0.0
    """Weight in drawing children from beyond its zone (see `History.to_town`)."""
    then: str = ""
    """Where pupils go after its last grade, if the stage goes on elsewhere (teaching points)."""
    opened: int = 0
    """First year on record, all grades at once; 0: always there."""
    before: Mapping[str, float] = field(default_factory=dict)
    """Who served its zone before it opened, weights."""
    teaching: float = 1.0
    """Factor on the teaching area of its kind; below 1 where rooms are lacking."""
    sports: float = 1.0
    sites: tuple[Site, ...] = ()
    """Its sites where there are several, or where areas are given; rooms must add up to `rooms`."""
    inventory: tuple[Rooms, ...] = ()
    """Its rooms by type and area; an example where any school has one gets a table of rooms."""


@dataclass(frozen=True)
class History:
    """How the record was made; all synthetic, sizes as measured on real panels of small schools."""

    first_year: int
    to_town: Span = (0.05, 0.075)
    """Village entrants in a school with pull beyond their zone: first year of the record, base year."""
    up_to_town: float = 0.05
    """Village pupils who go over to a school with pull with the next stage."""
    in_town: float = 0.10
    """Town entrants in another school with pull than their own."""
    trait_sd: float = 0.02
    """Yearly step of a school's attractiveness [log]."""
    entry_phi: float = 0.6
    """Variance of new entrants per entrant."""
    progression_phi: float = 0.35
    """Variance of next year's pupils per pupil."""
    grade_sd: float = 0.002
    """County enrolment of a grade against residents [log]."""
    year_sd: float = 0.006
    """Yearly step of the county's retention [log]."""


@dataclass(frozen=True)
class Phase:
    """A phase of an estate."""

    completion: int
    month: int
    dwellings: int
    status: str


@dataclass(frozen=True)
class Estate:
    """A housing estate; columns of the table `estates`."""

    estate: str
    unit: str
    completion: int
    dwellings: int
    children: float = 0.55
    """Children aged 0-14 a dwelling; .20-.35 primary and .10-.17 junior pupils are usual, from memory."""
    shares: tuple[float, float, float] = (0.15, 0.45, 0.40)
    """Families from outside the county, from the same town, from villages."""
    ramp_years: int = 4
    dwelling_type: str = "commercial"
    phases: tuple[Phase, ...] = ()


@dataclass(frozen=True)
class Spec:
    """Everything the generator knows about a county."""

    salt: str
    place: Place
    people: People
    stages: tuple[Stage, ...]
    schools: tuple[School, ...]
    history: History
    estates: tuple[Estate, ...] = ()
    kinds: Mapping[str, Kind] = field(default_factory=dict)

    @property
    def grades(self) -> tuple[str, ...]:
        """All grades from the lowest to the highest."""
        return tuple(grade for stage in self.stages for grade in stage.grades)

    def stage_of(self, grade: str) -> Stage:
        """The stage of a grade. Raises KeyError."""
        return {grade: stage for stage in self.stages for grade in stage.grades}[grade]

    def age(self, grade: str) -> int:
        """Age of the pupils of a grade on 31 August [years]."""
        return self.stages[0].entry_age + self.grades.index(grade)

    def span(self, school: School) -> tuple[str, ...]:
        """The grades of a school."""
        return self.grades[self.grades.index(school.first) : self.grades.index(school.last) + 1]

    def kind(self, school: School) -> Kind:
        """The kind of a school. Raises KeyError."""
        return {**KINDS, **self.kinds}[school.kind]
