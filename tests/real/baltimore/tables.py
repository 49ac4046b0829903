"""From the published Baltimore files to the tables of a study; every assumption is in a function of its own."""

import math
from pathlib import Path

import geopandas as gpd
import pandas as pd

ELEMENTARY, MIDDLE = ("K", "1", "2", "3", "4", "5"), ("6", "7", "8")
GRADES = (*ELEMENTARY, *MIDDLE)
PLANNED = {"elementary": 25, "middle": 28}
SPARE = 1.05
CRS_METRES = "EPSG:26985"
RUN_BY_DISTRICT = ("Traditional",)
# Zone schools take pupils from beyond their zone too: the zones of 2021 are younger than the history, and schools with
# grades K-8 enrol up to three times as many sixth graders as they had fifth graders.
REACH = "county"


def read_zones(data: Path) -> gpd.GeoDataFrame:
    """The 96 elementary zones, indexed by unit = program number, in metres."""
    zones = gpd.read_file(data / "es_zones_SY2021_wgs84.geojson").to_crs(CRS_METRES)
    return zones.assign(unit=zones["program_number"].astype(str)).set_index("unit").sort_index()


def read_programs(data: Path) -> gpd.GeoDataFrame:
    """School positions, indexed by program number."""
    programs = gpd.read_file(data / "programs_SY2021_wgs84.geojson")
    programs["lon"], programs["lat"] = programs.geometry.x, programs.geometry.y
    return programs.to_crs(CRS_METRES).set_index(programs["program_number"].astype(str)).sort_index()


def read_enrolment(data: Path, base_year: int) -> pd.DataFrame:
    """Pupils of K-8 up to the base year: school, program, name, grade, year, pupils (NaN: withheld), suppressed."""
    rows = pd.read_csv(data / "enrolment.csv", dtype={"school_id": str, "grade": str})
    rows = rows[rows["grade"].isin(GRADES) & (rows["year"] <= base_year)]
    # The join of the publisher: program number = last four digits of the school's id.
    rows = rows.assign(
        program=rows["school_id"].str[-4:].astype(int).astype(str), suppressed=rows["suppressed"].astype(int)
    )
    return rows.rename(columns={"school_id": "school", "school_name": "name", "n": "pupils"})


def schools_of(
    enrolment: pd.DataFrame, programs: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, base_year: int
) -> pd.DataFrame:
    """Schools with a published K-8 count in the base year and a position, indexed by program number.

    The grade span reaches from the lowest to the highest grade with a published count: a few pupils (withheld) in a
    grade outside it are no offer of that grade.
    """
    now = enrolment[(enrolment["year"] == base_year) & enrolment["pupils"].notna()]
    rank = now["grade"].map(GRADES.index)
    spans = now.assign(rank=rank).groupby("program")["rank"].agg(["min", "max"])
    named = now.groupby("program")[["school", "name"]].first()
    table = named.join(spans).join(
        programs[["lon", "lat", "management_type", "planning_area", "geometry"]], how="inner"
    )
    held = gpd.sjoin(gpd.GeoDataFrame(table, crs=CRS_METRES), zones[["geometry"]], how="left", predicate="intersects")
    table["unit"] = held.groupby(level=0)["unit"].min()
    table["first_grade"] = [GRADES[at] for at in table["min"]]
    table["last_grade"] = [GRADES[at] for at in table["max"]]
    table["reach"] = REACH
    return table.sort_values("school")


def without_strays(enrolment: pd.DataFrame, schools: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Rows of the schools that are in, less withheld cells of the base year in grades that a school does not offer."""
    rows = enrolment[enrolment["program"].isin(schools.index)]
    rank = rows["grade"].map(GRADES.index)
    offered = rank.between(rows["program"].map(schools["min"]), rows["program"].map(schools["max"]))
    return rows[offered | (rows["year"] < base_year)]


def hosts(schools: pd.DataFrame, grade: str) -> pd.Series:
    """Whether each school's span holds a grade."""
    at = GRADES.index(grade)
    return (schools["min"] <= at) & (at <= schools["max"])


def zone_rows(schools: pd.DataFrame, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """Zones of both stages: the zone's own school; where it lacks the entry grade, the nearest district school with it.

    Elementary: a zone school that starts above K keeps its zone beside the school that takes K.
    """
    rows = []
    for stage, entry, grades in (("elementary", "K", ELEMENTARY), ("middle", "6", MIDDLE)):
        district = schools["management_type"].isin(RUN_BY_DISTRICT) | schools.index.isin(zones.index)
        open_to = gpd.GeoDataFrame(schools[hosts(schools, entry) & district], crs=CRS_METRES)
        for unit, shape in zones.geometry.items():
            own = schools.loc[unit] if unit in schools.index else None
            if own is not None and any(hosts(schools.loc[[unit]], grade).iloc[0] for grade in grades):
                rows.append((stage, unit, own["school"]))
            if unit not in open_to.index:
                nearest = open_to.geometry.distance(shape.representative_point()).idxmin()
                rows.append((stage, unit, open_to.loc[nearest, "school"]))
    return pd.DataFrame(sorted(set(rows)), columns=["stage", "unit", "school"])


def site_rows(schools: pd.DataFrame, enrolment: pd.DataFrame) -> pd.DataFrame:
    """Rooms by proxy: ceil(1.05 x the past peak of pupils / planned class size), one for each grade at least."""
    per_room = enrolment["grade"].map(lambda grade: PLANNED["elementary" if grade in ELEMENTARY else "middle"])
    need = (enrolment["pupils"].fillna(0) / per_room).groupby([enrolment["program"], enrolment["year"]]).sum()
    peak = need.groupby(level="program").max()
    span = schools["max"] - schools["min"] + 1
    rooms = [max(math.ceil(SPARE * peak[program]), int(span[program])) for program in schools.index]
    return pd.DataFrame({"site": schools["school"], "school": schools["school"], "rooms": rooms})


def calendar_births(data: Path, base_year: int) -> pd.Series:
    """Births of the city by calendar year, half of each of the two July-June years it touches.

    The year to June 2010 was published in part only: the mean of its neighbours stands for it.
    """
    rows = pd.read_csv(data / "births.csv")
    whole = rows[~rows["partial"]].set_index("year_to_june")["births"].astype(float)
    whole = whole.reindex(range(whole.index.min(), whole.index.max() + 1)).interpolate()
    halves = (whole + whole.shift(-1)) / 2
    return halves[halves.index <= base_year].dropna()


def birth_rows(city: pd.Series, zones: pd.DataFrame, enrolment: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Births by unit: the city's, shared out by the K intake of the zone's schools in the base year.

    Births by zone are not published. The intake of more years would say something of where entrants live that the roll
    of the base year, from which the simulation starts, does not: a guess that it would take for a count.
    """
    recent = enrolment[(enrolment["grade"] == "K") & (enrolment["year"] == base_year)]
    intake = recent.groupby("school")["pupils"].sum()
    own = zones[zones["stage"] == "elementary"]
    # A school that serves several zones counts in equal parts.
    part = (
        intake.reindex(own["school"]).fillna(0).to_numpy() / own.groupby("school")["unit"].transform("count").to_numpy()
    )
    weight = pd.Series(part, index=own["unit"].to_numpy()).groupby(level=0).sum()
    rows = [
        (unit, int(year), count)
        for year, births in city.items()
        for unit, count in zip(weight.index, shared_out(round(births), weight.tolist()), strict=True)
    ]
    return pd.DataFrame(rows, columns=["unit", "year", "births"])


def shared_out(total: int, weights: list[float]) -> list[int]:
    """Whole numbers in proportion to the weights that add up to the total (largest remainders, ties by position)."""
    exact = [total * weight / sum(weights) for weight in weights]
    floors = [math.floor(value) for value in exact]
    order = sorted(range(len(exact)), key=lambda at: (floors[at] - exact[at], at))
    extra = set(order[: total - sum(floors)])
    return [value + (at in extra) for at, value in enumerate(floors)]
