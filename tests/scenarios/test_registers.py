"""Tables that are checked and not simulated: sound ones say nothing, and each mistake is found where it stands."""

import shutil
from pathlib import Path

import pytest

from scenarios.loader import check, load
from scenarios.problems import Problem

BASE = Path(__file__).resolve().parents[1] / "broken" / "_base"
SOUND = {
    "rooms": "site,room_type,room,count,net_area_m2,multimedia\na-1,general,east,8,67,8\na-1,general,west,4,61.5,0\n"
    "a-1,music,,1,96,1\nb-1,dormitory,,30,24,\n",
    "population": "unit,as_of,sex,group,age_from,age_to,people,households,dwellings\n"
    "u1,2020-11-01,male,,0,0,12,400,\nu1,2020-11-01,male,,1,4,50,,\nu1,2020-11-01,male,,5,,500,400,430\n"
    "u1,2020-11-01,female,,0,,560,,\nu2,2020-11-01,,,0,14,130,,\nu2,2010-11-01,,,0,14,150,210,\n",
    "preschool": "unit,year,age,kindergarten,children\nu1,2023,3,,20\nu1,2023,4,county,8\n",
    "immunisation": "unit,birth_year,as_of,group,children\nu1,2023,2023-12-31,local,26\nu1,2023,2023-12-31,migrant,4\n",
    "events": "event,year,kind,school,to_school,unit,pupils,note,source\ne1,2020,rezoning,,a,u2,,,\n"
    "e2,2015,boundary,,,u3,,,\ne3,2012,opening,b,,,,,\ne4,2019,programme_move,a,b,,20,,\n",
    "projects": "project,name,school,kind,stage_reached,approved,started,finished,classes,seats,area_m2,"
    "investment_yuan,funds_spent_yuan\n"
    "p1,扩建,a,extension,in_use,2019-03-01,2019-05-01,2020-06-30,6,270,2400,9000000,9000000\n"
    "p2,新建,n1,new_school,planned,,,,36,1620,16000,70000000,\np3,停工,a,dormitory,stopped,,2021-05-01,,,,,,\n",
    "parcels": "parcel,unit,area_m2,status,planned_use,stage,locked,lon,lat\n"
    "p1,u1,20000,reserved,primary,primary,1,107.57,26.45\np2,u2,9000,planned,kindergarten,,,,\n",
    "indicators": "school,year,indicator,value,value_unit\na,2023,sports_area_per_pupil,7.6,m2\n"
    ",2023,social_recognition,91,percent\n",
    "roads": "road_class,values,walk_km_per_h,bus_km_per_h,car_km_per_h,crossable\n"
    "county,secondary;tertiary,3.6,35,45,1\nmotorway,,,80,100,0\n",
}


def study(folder: Path, **tables: str) -> Path:
    """The base study with more tables."""
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    last = "  estates: data/estates.csv\n"
    named = "".join(f"  {name}: data/{name}.csv\n" for name in tables)
    (folder / "study.yaml").write_text(text.replace(last, last + named), encoding="utf-8")
    for name, rows in tables.items():
        (folder / "data" / f"{name}.csv").write_text(rows, encoding="utf-8")
    return folder / "approval.yaml"


def told(path: Path) -> list[Problem]:
    return [problem for problem in check(path) if problem.severity != "note"]


def test_sound_registers_are_read_and_say_nothing(tmp_path: Path) -> None:
    file = study(tmp_path, **SOUND)
    assert told(file) == []
    tables = load(file).tables
    assert set(SOUND) <= set(tables)
    assert tables["population"]["as_of"].tolist()[0] == "2010-11-01" or "2020-11-01" in set(
        tables["population"]["as_of"]
    )
    assert tables["projects"].loc[0, ["started", "finished"]].tolist() == ["2019-05-01", "2020-06-30"]
    assert tables["parcels"]["locked"].tolist() == [True, False]
    assert tables["roads"]["crossable"].tolist() == [True, False]
    assert tables["events"]["kind"].tolist() == ["rezoning", "boundary", "opening", "programme_move"]


def test_codes_may_be_written_in_the_words_of_the_dictionary(tmp_path: Path) -> None:
    rows = "学校,学年,指标名称,指标值,计量单位\na,2023,生均体育运动场馆面积,7.6,㎡\n"
    rows += "甲小学,2023,每百名学生拥有体育、艺术专任教师数,0.9,每百人\n"
    roads = "道路等级,属性值,步行速度（公里/小时）,能否穿越\n县道,secondary,3.6,能\n高速公路,motorway,,不能\n"
    file = study(tmp_path, indicators=rows, roads=roads)
    assert told(file) == []
    tables = load(file).tables
    assert set(tables["indicators"]["indicator"]) == {"sports_area_per_pupil", "pe_art_teachers_per100"}
    assert set(tables["indicators"]["school"]) == {"a"}
    assert tables["roads"][["road_class", "crossable"]].to_numpy().tolist() == [["county", True], ["motorway", False]]


EVENTS = "event,year,kind,school,to_school,unit\n"


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        # Closed and opened again: pupils after the second opening are right.
        ("e1,2010,closure,a,,\ne2,2015,opening,a,,\n", []),
        # Opened, closed, and still pupils on the roll from 2020 on.
        ("e1,2010,opening,a,,\ne2,2015,closure,a,,\n", ["SCN234"]),
        # Closed twice without an opening between.
        ("e1,2010,closure,a,,\ne2,2012,closure,a,,\ne3,2015,opening,a,,\n", ["SCN235"]),
        # Pupils are passed on in the year of the closure itself.
        ("e1,2010,merger,a,b,\ne2,2010,programme_move,a,b,\ne3,2015,opening,a,,\n", []),
        # A merger into a school that opens later.
        ("e1,2010,merger,a,b,\ne2,2011,opening,b,,\ne3,2015,opening,a,,\n", ["SCN235"]),
        # A renamed school lives on under the new id only.
        ("e1,2022,renaming,a,b,\n", ["SCN234", "SCN234"]),
        ("e1,2010,renaming,a,b,\ne2,2012,opening,a,,\n", []),
    ],
)
def test_the_life_of_a_school(tmp_path: Path, rows: str, codes: list[str]) -> None:
    problems = told(study(tmp_path, events=EVENTS + rows))
    assert [problem.code for problem in problems] == codes


def test_works_before_their_approval_are_unusual_and_an_end_before_it_is_wrong(tmp_path: Path) -> None:
    head = "project,name,school,kind,stage_reached,approved,started,finished\n"
    rows = (
        "p1,甲,a,extension,construction,2021-05-01,2021-03-01,\n"
        "p2,乙,a,extension,in_use,2021-05-01,2020-01-01,2021-02-01\n"
    )
    problems = told(study(tmp_path, projects=head + rows))
    assert [(problem.code, problem.severity, problem.place.split(":", 1)[1]) for problem in problems] == [
        ("SCN237", "warning", "2:started"),
        ("SCN237", "error", "3:finished"),
        ("SCN237", "warning", "3:started"),
    ]


@pytest.mark.parametrize(
    ("bands", "codes"),
    [
        ("0,4;5,9;10,", []),
        ("5,9;0,4;10,14", []),
        ("5,9;10,14", ["SCN241"]),
        ("0,;5,9", ["SCN240"]),
        ("0,14;5,9;20,", ["SCN240", "SCN241"]),
    ],
)
def test_bands_follow_each_other_from_birth(tmp_path: Path, bands: str, codes: list[str]) -> None:
    rows = "".join(f"u1,2020-11-01,{band},30\n" for band in bands.split(";"))
    problems = told(study(tmp_path, population="unit,as_of,age_from,age_to,people\n" + rows))
    assert sorted(problem.code for problem in problems) == codes


def test_many_gaps_are_counted(tmp_path: Path) -> None:
    head = "unit,as_of,age_from,age_to,people\n"
    rows = "".join(f"u1,2020-11-01,{age},{age},3\n" for age in range(0, 100, 2))
    problems = told(study(tmp_path, population=head + rows))
    assert [problem.code for problem in problems].count("SCN241") == 20
    rest = next(problem for problem in problems if problem.code == "SCN250")
    assert (rest.found, rest.severity) == ("29", "warning")


def test_gt6_retention_above_100_percent_is_imported(tmp_path: Path) -> None:
    """Pupils who came in from elsewhere make more graduates than entrants: 100.17 % in a county's own plan."""
    rows = "school,year,indicator,stage,value,value_unit\n,2023,初中三年巩固率,初中,100.17,%\n"
    file = study(tmp_path, indicators=rows)
    assert told(file) == []
    found = load(file).tables["indicators"].iloc[0]
    assert (found["indicator"], found["stage"], found["value"], found["value_unit"]) == (
        "junior_retention", "junior", 100.17, "percent",
    )  # fmt: skip
