"""`plans/<id>.yaml`: one list of building projects and zone changes, with the capital to pay for them."""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema_base import FROM_LIST, FileModel, Id, Month, Names, Sources, Text, Year
from scenarios.schema_boarding import Bus
from scenarios.schema_classes import Measure
from scenarios.schema_guards import Guards
from scenarios.schema_land import LandSupply
from scenarios.schema_overrides import ValueOverrides
from scenarios.schema_projects import After, Amounts, Fund, Money, Months3, ProjectKind, ProjectRisk
from scenarios.schema_quotas import Quota
from scenarios.schema_study import TableRef
from scenarios.schema_triggers import Defer, When

Share = Annotated[float, Field(gt=0, le=1)]
Reach = Literal["zone", "township", "county"]


class NewSchool(FileModel):
    """The school that a project of kind `new_school` builds."""

    school: Id
    """Id of the new school; no school of the study may have it."""
    first_grade: Text
    """Lowest grade, as in the stages; in quotes."""
    last_grade: Text
    """Highest grade, as in the stages; in quotes."""
    unit: Id
    """Unit where it stands."""
    lon: float
    """East coordinate in `school_crs` [degrees or m]."""
    lat: float
    """North coordinate in `school_crs` [degrees or m]."""
    rooms: Annotated[int, Field(ge=1, le=500)]
    """General classrooms [rooms]."""
    beds: Annotated[int, Field(ge=0, le=20000)] = 0
    """Boarding beds [beds]."""
    teaching_area_m2: Annotated[float, Field(ge=0)] | None = None
    """Teaching and ancillary rooms without indoor sports [m2]."""
    sports_area_m2: Annotated[float, Field(ge=0)] | None = None
    """Sports grounds and halls [m2]."""
    land_m2: Annotated[float, Field(ge=0)] | None = None
    """Land [m2]."""
    floor_area_m2: Annotated[float, Field(ge=0)] | None = None
    """Gross floor area of all its buildings; for papers and the cost per m2, no test uses it; null: not known [m2]."""
    music_rooms: Annotated[int, Field(ge=0, le=100)] | None = None
    """Music rooms of the area that the standards ask for; null: not known [rooms]."""
    art_rooms: Annotated[int, Field(ge=0, le=100)] | None = None
    """Art rooms of the area that the standards ask for; null: not known [rooms]."""
    multimedia_rooms: Annotated[int, Field(ge=0, le=500)] | None = None
    """Rooms with networked multimedia, classrooms included; null: not known [rooms]."""
    reach: Reach = "zone"
    """Where it draws pupils from beyond its zone."""
    opening: Literal["entry_grades", "all_grades"] = "entry_grades"
    """Which grades open in the first year: the first grade of each stage, or all grades at once."""
    fill: Annotated[tuple[Share, ...], FROM_LIST] = ()
    """Part of the applicants of its zone that it takes in its first, second, ... year, the last one from then on; the
    others apply where they did before. Empty: all of them at once."""
    transfer_share: Share = 1.0
    """Of the pupils of the upper grades of its zone, the part that moves to it in its first year; `all_grades` only."""


class Conversion(FileModel):
    """What a project of kind `conversion` makes of a school: a nine-year school, or one that gives a stage up."""

    first_grade: Text
    """Lowest grade from then on, as in the stages; in quotes."""
    last_grade: Text
    """Highest grade from then on, as in the stages; in quotes."""
    opening: Literal["entry_grades", "all_grades"] = "entry_grades"
    """Which of the grades that it adds open in the first year: the first grade of each stage, or all at once."""


class Leak(FileModel):
    """Children of a closed school who go elsewhere than to its receivers, to the county town mostly."""

    share: Annotated[float, Field(gt=0, lt=1)]
    """Part of its children."""
    schools: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Schools they go to."""


class Siblings(FileModel):
    """Younger brothers and sisters who follow to the old school after a zone change."""

    years: Annotated[int, Field(ge=1, le=12)]
    """Number of school years after the change in which they may [years]."""
    share: Annotated[float, Field(gt=0, le=1)]
    """Part of the first graders of the units who have an older brother or sister at the old school."""


class SharedTeachers(FileModel):
    """Two or more schools that share teachers without one of them closing."""

    schools: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=2)]
    """Schools that share."""
    teachers: Annotated[float, Field(gt=0, le=1000)]
    """Teachers who teach at more than one of them [people]."""
    pupils_per_teacher: Annotated[float, Field(ge=1, le=100)] | None = None
    """Pupils for one teacher by the staffing rule; without it teachers are counted by classes alone."""
    classes_per_teacher: Annotated[float, Field(ge=0.1, le=100)]
    """Classes that one teacher of these subjects can teach [classes]."""
    note: Names | None = None
    """What is shared, and on what ground."""


class Addition(FileModel):
    """What an extension adds to a school."""

    rooms: Annotated[int, Field(ge=0, le=500)] = 0
    """General classrooms [rooms]."""
    beds: Annotated[int, Field(ge=0, le=20000)] = 0
    """Boarding beds [beds]."""
    teaching_area_m2: Annotated[float, Field(ge=0)] = 0.0
    """Teaching and ancillary rooms without indoor sports [m2]."""
    sports_area_m2: Annotated[float, Field(ge=0)] = 0.0
    """Sports grounds and halls [m2]."""
    land_m2: Annotated[float, Field(ge=0)] = 0.0
    """Land [m2]."""
    floor_area_m2: Annotated[float, Field(ge=0)] | None = None
    """Gross floor area that it adds; for papers and the cost per m2, no test uses it; null: not known [m2]."""
    music_rooms: Annotated[int, Field(ge=0, le=100)] = 0
    """Music rooms of the area that the standards ask for [rooms]."""
    art_rooms: Annotated[int, Field(ge=0, le=100)] = 0
    """Art rooms of the area that the standards ask for [rooms]."""
    multimedia_rooms: Annotated[int, Field(ge=0, le=500)] = 0
    """Rooms with networked multimedia, classrooms included [rooms]."""


class Project(FileModel):
    """One project; `kind` decides which of `new`, `school`, `adds`, `becomes` and `receivers` it needs."""

    id: Id
    """Id of the project, unique in the plan."""
    name: Names
    """Name on reports."""
    kind: ProjectKind
    """`new_school` (needs `new`), `extension` (needs `school`, `adds`), `closure` (needs `school`, `receivers`),
    `conversion` of the grades of a school (needs `school`, `becomes`; `receivers` where it gives grades up). As an
    extension, in their own time: `renovation`, `temporary` (modular classrooms, with `until`), `boarding_centre`."""
    start: Month
    """Decision, from which all durations run [YYYY-MM]."""
    opens: Year | None = None
    """Promised opening, for the report only: the simulated opening is computed [school year]."""
    cost: Money = 0.0
    """Capital cost [10 000 yuan]."""
    priority: Annotated[int, Field(ge=1, le=1000)] = 1
    """Order in which projects get money and crews; 1 first."""
    durations: dict[Id, Months3] = Field(default={})
    """Low, likely and high duration of a stage, where it differs from the default of the kind [months]."""
    after: Annotated[tuple[After, ...], FROM_LIST] = ()
    """Projects that must have been handed over before this one, or a stage of it, begins."""
    funding: dict[Id, Share] = Field(default={})
    """Parts of the cost by source of `funds`, which add up to 1; none: all from the first source [0-1]."""
    risks: Annotated[tuple[ProjectRisk, ...], FROM_LIST] = ()
    """Risks of this project; one of the same id takes the place of that of the study."""
    parcel: Text | None = None
    """Parcel of the table `parcels` that it is built on; one project for each parcel."""
    land_mu: Annotated[float, Field(ge=0, le=10000)] | None = None
    """Land that it takes of the quota; null: `land_m2` of what it builds, else the area of its parcel [mu]."""
    ledger: Text | None = None
    """Row of the table `projects` with its actual progress, which the simulation starts from."""
    until: Year | None = None
    """Last school year in which temporary classrooms stand; `temporary` only [school year]."""
    when: When | None = None
    """Trigger: it is not begun before this is seen, and not before `start`; never, where it is never seen."""
    phase_of: Id | None = None
    """The project whose second phase it is: `when` is looked at only from the opening of that one on."""
    cancel_when: When | None = None
    """It is given up when this is seen, unless its construction has begun."""
    defer_when: Defer | None = None
    """Its start is put off while this is seen."""
    new: NewSchool | None = None
    """The school that is built."""
    school: Id | None = None
    """The school that is extended, closed or converted."""
    adds: Addition | None = None
    """What an extension adds."""
    becomes: Conversion | None = None
    """Grades of a school that is converted."""
    receivers: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Schools that take over pupils and zones of a closed school, or of the grades that a conversion gives up."""
    to_nearest: bool = False
    """Whether pupils and zones go to the nearest open school with their grade, instead of to `receivers`."""
    transition_years: Annotated[int, Field(ge=0, le=15)] = 0
    """Phase-out: for so many years at most, pupils stay until they leave and nobody is admitted; 0: all change school
    at once [years]."""
    leak: Leak | None = None
    """Part of the children of a closed school that goes to other schools than its receivers."""
    guards: Guards | None = None
    """What is on record about a closure, or a conversion that gives grades up; with it the guard-rails hold."""
    tags: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Marks of the planner's own, such as `boarding`, that quotas count by."""
    owner: Names | None = None
    """Who answers for it, an office rather than a person; printed on the problem list."""
    note: Names | None = None
    """Anything a reader must know."""
    replaces: bool = False
    """Whether it takes the place of the project of the same id in the plan that `extends` names."""

    @property
    def start_year(self) -> int:
        """Calendar year of the decision."""
        return int(self.start[:4])

    @property
    def start_school_year(self) -> int:
        """School year in which the decision falls (it starts on 1 September)."""
        return self.start_year - (int(self.start[5:]) < 9)


class ZoneChange(FileModel):
    """A redrawn zone: from then on children of these units belong to these schools."""

    stage: Id
    """Stage it holds for."""
    units: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Units whose zone changes."""
    schools: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Schools of the zone from then on; several = multi-school zone with lottery."""
    with_project: Id | None = Field(default=None, alias="with")
    """The project with whose opening it takes effect, draw by draw."""
    from_year: Year | None = Field(default=None, alias="from")
    """The school year from which it holds [school year]."""
    siblings: Siblings | None = None
    """First graders who still apply to the old school, because a brother or sister is there."""


class PlanFile(FileModel):
    """One plan; the whole of the file."""

    schema_version: Literal[1]
    """Version of this file form."""
    id: Id
    """Id of the plan, used in result tables."""
    name: Names
    """Name on reports."""
    note: Names | None = None
    """What this plan tries, in a sentence or two."""
    owner: Names | None = None
    """Who answers for what no project of the plan mends, and for projects that name nobody."""
    extends: Text | None = None
    """Another plan that this one changes: its id, or its path relative to this file."""
    drop_projects: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Projects of that plan that are left out, with the zone changes that wait for them."""
    drop_zones: bool = False
    """Whether all zone changes of that plan are left out."""
    budget: Amounts = Field(default={})
    """Capital by calendar year; what is not spent is carried over [10 000 yuan]."""
    funds: Annotated[tuple[Fund, ...], FROM_LIST] = ()
    """Capital by source, each with its own years and rule of carrying over, in place of `budget`."""
    land: LandSupply | None = None
    """When parcels are there, and how much new construction land schools may use in a year."""
    projects: Annotated[tuple[Project, ...], FROM_LIST] = ()
    """Building projects."""
    zones: Annotated[tuple[ZoneChange, ...], FROM_LIST] = ()
    """Zone changes."""
    shares: Annotated[tuple[SharedTeachers, ...], FROM_LIST] = ()
    """Schools that share teachers; reported, they change no pupil."""
    rezoning: TableRef | None = None
    """Table of further zone changes, its path relative to `study.yaml`; see the guide page on zonings."""
    buses: Annotated[tuple[Bus, ...], FROM_LIST] = ()
    """School buses: whom they carry, how long it takes and what a year costs; they change no school's roll."""
    measures: Annotated[tuple[Measure, ...], FROM_LIST] = ()
    """Classrooms for some years only: temporary classes, second shifts."""
    quotas: Annotated[tuple[Quota, ...], FROM_LIST] = ()
    """How many schools or projects are promised by when; tracked within each draw."""
    overrides: ValueOverrides = ()
    """Named changes of values of this plan and of the study, in order; see the guide page on overrides."""
    sources: Sources = ()
    """Where costs and dates come from."""

    @property
    def capital(self) -> dict[int, float]:
        """Capital of all sources by calendar year [10 000 yuan]."""
        total = dict(self.budget)
        for fund in self.funds:
            for year, amount in fund.by_year.items():
                total[year] = total.get(year, 0.0) + amount
        return dict(sorted(total.items())) if self.funds else total

    def project(self, project_id: str) -> Project:
        """The project of that id. Raises KeyError."""
        return {project.id: project for project in self.projects}[project_id]
