"""`study.yaml`: one place, its stages, its tables and what is not known about it. Units stand in each description."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler

from scenarios.schema_admission import Admission as Admission
from scenarios.schema_alerts import Alerts
from scenarios.schema_balance import StandardTarget
from scenarios.schema_base import (
    FROM_LIST,
    Crs,
    FileModel,
    Id,
    LayerCrs,
    Names,
    Share,
    Sources,
    Text,
    Year,
    YearPathOrNumber,
)
from scenarios.schema_births import Fertility, within
from scenarios.schema_boarding import Boarding
from scenarios.schema_classes import Classes
from scenarios.schema_clause import Override
from scenarios.schema_entry import Entry as Entry
from scenarios.schema_guards import Closures
from scenarios.schema_land import Constraints
from scenarios.schema_migration import Migration
from scenarios.schema_money import Money
from scenarios.schema_projects import Construction as Construction
from scenarios.schema_staff import Staff
from scenarios.schema_travel import Travel

LogSd = Annotated[float, Field(ge=0, le=1)]


class Stage(FileModel):
    """One stage of schooling: a list of grades with its class size and its way in."""

    id: Id
    """Id of the stage, e.g. `primary`; standards packs name stages by this id."""
    name: Names
    """Name on reports."""
    grades: Annotated[tuple[Text, ...], FROM_LIST, Field(min_length=1)]
    """Grades from the lowest to the highest, as they stand in the tables; in quotes: `["1", "2"]`."""
    entry: Literal["residents", "previous_grade"]
    """Who enters the lowest grade: resident children of the entry age, or the pupils of the grade before."""
    entry_age: Annotated[int, Field(ge=0, le=14)] | None = None
    """Completed years of age on 31 August at entry [years]; needed when entry is `residents`."""
    planned_class_size: Annotated[int, Field(ge=1, le=200)]
    """Size that forms classes [pupils/class]; not the class limit, which is a rule of the standards pack."""
    participation: Annotated[YearPathOrNumber, within("scn_share", 0, 1)] | None = None
    """Gross enrolment rate (毛入园率) of a stage before school, pupils per resident child of its ages [0-1], by year;
    needed for such a stage. Level and ages come from the rolls of the base year: only growth from there acts."""
    entry_share: Annotated[YearPathOrNumber, within("scn_share", 0, 1)] | None = None
    """Share of the pupils of the grade before who go on to this stage, e.g. to general senior schools (普职比) [0-1];
    number or by year. The ratios hold its level: only the growth from the base year acts."""
    zoned: bool = True
    """Whether the stage has zones; `false`: every school of the county admits, in the proportions of the base year and
    as its rooms grow or shrink."""


class LearningWindow(FileModel):
    """Which part of the history teaches the forecast."""

    years: Annotated[int, Field(ge=1, le=30)] = 30
    """Length, counted back from the base year; older years are left out, e.g. from before a reform [years]."""
    ratios: Literal["net", "purged"] = "net"
    """What the ratios hold of futures' flows: `net`, what the reference future states; or `purged`, the mean of the
    registered transfers (table `transfers`). Flows act as differences from it."""


class PathOr:
    """JSON Schema of a file reference: a path, or the mapping."""

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(core_schema)]}


class Break(FileModel):
    """A break that the past does not know (an epidemic, a reform), declared by the planner and named in the report."""

    name: Names
    """What it is."""
    probability: Annotated[float, Field(gt=0, le=1)]
    """Probability that it comes in any one year [0-1]."""
    everywhere_sd: LogSd = 0.0
    """What it does to all schools alike, and for good: sd of a factor on their pupils [log]."""
    school_sd: LogSd = 0.0
    """What it does to single schools on top [log]."""
    years: Annotated[tuple[Year, ...], FROM_LIST] = ()
    """School years in which it can come; none: every year."""


class Spread(FileModel):
    """What we do not know: sizes of what varies between draws. Each default is an assumption to be calibrated."""

    births_county_sd: LogSd = 0.04
    """Stationary sd of the county's yearly birth factor [log]. Assumption."""
    births_unit_sd: LogSd = 0.08
    """The same for one unit [log]. Assumption."""
    births_zone_share: Share = 0.25
    """Share of the variance of `births_unit_sd` that units of one cluster have in common [0-1]: 0 means that villages
    of a township go their own ways, 1 that they move together. Assumption; the variance of a unit does not change."""
    births_rho: Annotated[float, Field(ge=0, lt=1)] = 0.8
    """Correlation of these factors from one year to the next [-]. Assumption."""
    school_trait_sd: LogSd = 0.06
    """Yearly step of a school's attractiveness [log]. Assumption: school effects persist."""
    future_pace_sd: LogSd = 0.15
    """Pace of the urbanisation, migration and housing differences of a future [log]. Assumption."""

    children_estimated_sd: LogSd = 0.05
    """Sd of a count of resident children that was estimated, not counted, where the table does not say it [log].
    Assumption; see the difference of the two splits of age bands in `docs/science/people.md`."""
    children_estimated_common: Share = 0.5
    """Share of the variance of such a count that all units have in common at an age [0-1]: 0 means that errors of units
    cancel in the county, 1 that they are the same everywhere. Assumption: one curve divides the bands of all units."""
    structural_break: Break | None = None
    """A declared break; none unless declared."""


class TableFile(FileModel):
    """A table that needs more than a path to be found."""

    path: Text
    """File, relative to `study.yaml`: .csv, .xlsx, .xls or .ods."""
    sheet: Text | None = None
    """Sheet of a workbook; without it the one visible sheet whose head fits the table."""


def _path_alone(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


TableRef = Annotated[TableFile, BeforeValidator(_path_alone), PathOr()]
"""A table: its path, or a mapping with `path` and `sheet`."""


class Tables(FileModel):
    """Paths of the tables, relative to `study.yaml`; or `{path: book.xlsx, sheet: 学校}`."""

    units: TableRef
    """Units (villages, communities, estates)."""
    schools: TableRef | None = None
    """Schools of the base year; a run needs it."""
    sites: TableRef | None = None
    """Sites of the schools: rooms, beds, areas; a run needs it."""
    zones: TableRef | None = None
    """Zones of the base year; a run needs it."""
    enrolment: TableRef | None = None
    """Enrolment history by school, grade and year; a run needs it."""
    children: TableRef | None = None
    """Resident children by unit, group and age; without it they are built from births and intake (data-poor mode)."""
    births: TableRef | None = None
    """Registered births by unit and calendar year."""
    transfers: TableRef | None = None
    """Registered transfers in and out by school, grade and year; needed for purged ratios."""
    admission_classes: TableRef | None = None
    """Shares of the children of each unit in the classes of `admission.priority`."""
    attendance: TableRef | None = None
    """Resident children at private schools, in other counties, or at none."""
    estates: TableRef | None = None
    """Housing estates under way or planned."""
    estate_phases: TableRef | None = None
    """Phases of the estates, with the risk of coming late or never; without it every estate is completed at once."""
    estate_curves: TableRef | None = None
    """Local curves of occupancy, ages and births of estates, in place of the shipped ones."""
    completions: TableRef | None = None
    """Dwellings completed in past years: what the learning window holds already is not counted a second time."""
    rooms: TableRef | None = None
    """Rooms of the sites by type and area: special rooms, seats by area, re-use of classrooms."""
    population: TableRef | None = None
    """Residents by unit, sex and age band (a census); checked, not yet simulated."""
    preschool: TableRef | None = None
    """Children in kindergartens by unit and age; checked, not yet simulated."""
    immunisation: TableRef | None = None
    """Children on the immunisation register by unit and birth year; checked, not yet simulated."""
    events: TableRef | None = None
    """Register of openings, closures, rezonings and moves of programmes; checked, not yet simulated."""
    projects: TableRef | None = None
    """Ledger of building projects: what stages took, and how far the projects of a plan have come."""
    parcels: TableRef | None = None
    """Land parcels reserved for schools; `schoolplan land` reads them, a run does not."""
    parcel_log: TableRef | None = None
    """Entries and changes of locked parcels, to which rows are only added."""
    indicators: TableRef | None = None
    """Imported indicators of schools and of the county."""
    boarders: TableRef | None = None
    """Boarders by school and stage or grade; the section `boarding` is fitted to those of the base year."""
    roads: TableRef | None = None
    """Road classes with their speeds, beside those that are shipped."""
    road_nodes: TableRef | None = None
    """Junctions of a road network given as tables."""
    road_edges: TableRef | None = None
    """Roads between junctions of a road network given as tables."""
    demand_points: TableRef | None = None
    """Villages, quarters or other places where the children of a unit live."""


class Layer(FileModel):
    """A GIS layer as it was delivered."""

    path: Text
    """File, relative to `study.yaml`: .geojson, .gpkg or .shp; or `postgis:NAME` for the database of that name."""
    layer: Text | None = None
    """Layer of a GeoPackage that holds several, or table (`schema.table`) of a database."""
    id: Text
    """Attribute that holds the id of the table."""
    crs: LayerCrs
    """Its coordinate system: an EPSG code, `CGCS2000`, or `GCJ-02` / `BD-09`."""


class Layers(FileModel):
    """GIS layers of the study."""

    units: Layer
    """Polygons of the units."""
    schools: Layer | None = None
    """Points of the schools; null: the columns lon and lat of the schools table are used."""
    parcels: Layer | None = None
    """Outlines of the parcels; null: a circle of equal area around lon and lat of the parcels table is used."""
    constraints: Constraints = Field(default={})
    """Where a school must not or should not stand, by the code of a clearance of the standards pack: `farmland`, ..."""


class StudyFile(FileModel):
    """One place and its data; the whole of `study.yaml`."""

    schema_version: Literal[1]
    """Version of this file form."""
    id: Id
    """Id of the study, used in file names."""
    name: Names
    """Name on reports."""
    synthetic: bool
    """Whether the data are made up; printed on every report."""
    note: Names | None = None
    """What is real and what is synthetic, and anything a reader must know."""
    language: Literal["zh", "en"] = "zh"
    """Language of reports unless `--lang` says otherwise."""
    base_year: Year
    """Last school year with enrolment on record, counted on 1 September [school year]."""
    horizon: Year
    """Last simulated school year [school year]."""
    crs: Crs
    """Working coordinate system, in metres."""
    reference_future: Id
    """The future from which all others differ."""
    standards: Text = "cn-2017-quality-balance"
    """A standards pack that is shipped, or the path of your own (`.yaml`)."""
    facility_standards: Annotated[tuple[Text, ...], FROM_LIST] = ()
    """Standards packs with facilities that new housing needs: shipped ones, or paths of your own (`.yaml`)."""
    standards_overrides: dict[Id, Override] = Field(default={})
    """Changes to single clauses of these packs, by code, each with its own source."""
    stages: Annotated[tuple[Stage, ...], FROM_LIST, Field(min_length=1)]
    """Stages from the lowest to the highest."""
    entry: Entry = Entry()
    """How children become pupils of the first grade."""
    fertility: Fertility = Fertility()
    """Fertility by age, survival of women and sex ratio at birth, where a future gives a total fertility rate."""
    learning_window: LearningWindow = LearningWindow()
    """Which part of the history teaches the ratios."""
    travel: Travel = Travel()
    """From straight lines to ways."""
    admission: Admission = Admission()
    """Rules of admission, and diversion of entrants from full schools."""
    alerts: Alerts = Alerts()
    """Early warning of a shortage of places."""
    staff: Staff | None = None
    """Posts by pupils and by classes, in place of the shipped ratios."""
    closures: Closures | None = None
    """Guard-rails of closures; null: they hold only for projects with `guards`."""
    money: Money | None = None
    """What schools cost a year, discounting, education budget; null: results know capital alone."""
    standard_targets: Annotated[tuple[StandardTarget, ...], FROM_LIST] | None = None
    """Shares of standard schools to be reached, in place of those of the standards pack."""
    boarding: Boarding | None = None
    """Who boards and who eats at school; null: nobody is said to board."""
    classes: Classes = Classes()
    """How classes are formed."""
    spread: Spread = Spread()
    """What we do not know."""
    migration: Migration = Migration()
    """How movers find a home."""
    construction: Construction = Construction()
    """Shared resources of the building projects, and how long their stages take here."""
    tables: Tables
    """Paths of the tables."""
    layers: Layers
    """GIS layers."""
    school_crs: LayerCrs
    """Coordinate system of the columns lon and lat, in the schools table and in plans."""
    children_base: Literal["resident", "hukou"] = "resident"
    """Whom the local rows of the children table count: residents (常住), or those registered here (户籍), who may live
    elsewhere; migrant rows always count residents."""
    resident_per_hukou: Annotated[float, Field(gt=0, le=3)] | None = None
    """Resident local children per registered one [-]; needed, and only allowed, where children_base is `hukou`."""
    children_as_of: dt.date | None = None
    """Day on which the ages of the children table count: 31 August, or 1 November (a census) of the base year."""
    sources: Sources = ()
    """Where the data come from."""

    @property
    def grades(self) -> tuple[str, ...]:
        """All grades from the lowest to the highest."""
        return tuple(grade for stage in self.stages for grade in stage.grades)

    @property
    def early_stages(self) -> tuple[Stage, ...]:
        """Stages before school (kindergarten), whose pupils do not feed grade 1; usually none."""
        return tuple(stage for stage in self.stages if stage not in self.school_stages)

    @property
    def school_stages(self) -> tuple[Stage, ...]:
        """Stages from the one that the school ladder starts with: the last that residents enter."""
        entries = [number for number, stage in enumerate(self.stages) if stage.entry == "residents"]
        return self.stages[entries[-1] if entries else 0 :]

    @property
    def school_age(self) -> int | None:
        """Completed years at entry to the lowest grade of school [years]; None if it is not given."""
        return self.school_stages[0].entry_age

    def stage(self, stage_id: str) -> Stage:
        """The stage of that id. Raises KeyError."""
        found = {stage.id: stage for stage in self.stages}
        return found[stage_id]

    def stage_of_grade(self, grade: str) -> Stage:
        """The stage that holds a grade. Raises KeyError."""
        found = {name: stage for stage in self.stages for name in stage.grades}
        return found[grade]
