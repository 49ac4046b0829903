"""Tables in: by the spec alone, with the row and column of every bad cell; typed, complete and sorted out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.problems import Problem, tell
from scenarios.table_specs import SPECS, TableSpec
from scenarios.tables import Table, read_table, typed

ENROLMENT = SPECS["enrolment"]


def read(folder: Path, text: str, spec: TableSpec = ENROLMENT) -> tuple[Table | None, list[Problem]]:
    file = folder / "t.csv"
    file.write_text(text, encoding="utf-8")
    return read_table(file, "t.csv", spec)


def sound(folder: Path, text: str, spec: TableSpec = ENROLMENT) -> pd.DataFrame:
    table, problems = read(folder, text, spec)
    assert [problem.place for problem in problems] == []
    assert table is not None
    return typed(table)


def told(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in problems]


@pytest.mark.parametrize("spec", SPECS.values(), ids=list(SPECS))
def test_specs_are_sound(spec: TableSpec) -> None:
    names = [column.name for column in spec.columns]
    words = [word.casefold() for column in spec.columns for word in {column.name, *column.aliases}]
    assert len(set(words)) == len(words), "one word for two columns"
    assert set(spec.key) <= set(names)
    for column in spec.columns:
        assert column.zh
        assert column.en
        assert not (column.required and column.default is not None), column.name
        assert (column.kind == "choice") == bool(column.choices), column.name
        if column.kind in ("whole", "number"):
            assert column.unit, column.name
        if column.usual is not None:
            assert column.low is None or column.low <= column.usual[0]
            assert column.high is None or column.usual[1] <= column.high


def test_the_columns_are_those_of_the_guide() -> None:
    used = {name: spec for name, spec in SPECS.items() if spec.use == "engine"}
    required = {name: [column.name for column in spec.columns if column.required] for name, spec in used.items()}
    assert required == {
        "units": ["unit", "name_zh", "township", "urban"],
        "schools": ["school", "name_zh", "first_grade", "last_grade", "unit", "lon", "lat", "reach"],
        "sites": ["site", "school", "rooms"],
        "zones": ["stage", "unit", "school"],
        "children": ["unit", "group", "age", "children"],
        "births": ["unit", "year", "births"],
        "enrolment": ["school", "grade", "year", "pupils"],
        "attendance": ["township", "stage", "destination", "pupils"],
        "admission_classes": ["unit", "group", "class", "share"],
        "estates": ["estate", "unit", "completion", "dwellings", "yield_per_dwelling", "outside_share",
                    "in_town_share", "rural_share"],
        "estate_phases": ["estate", "phase", "completion", "dwellings", "status"],
        "estate_curves": ["dwelling_type", "curve", "step", "value"],
        "projects": ["project", "name", "kind", "stage_reached"],
        "completions": ["year", "dwellings"],
        "indicators": ["year", "indicator", "value", "value_unit"],
        "rooms": ["site", "room_type", "count"],
        "boarders": ["school", "stage", "year", "boarders"],
        "transfers": ["school", "grade", "year", "in", "out"],
        "roads": ["road_class"],
        "road_nodes": ["node", "x", "y"],
        "road_edges": ["from_node", "to_node", "road_class"],
        "demand_points": ["point", "unit", "lon", "lat"],
    }  # fmt: skip


def test_rows_are_sorted_by_key_and_typed(tmp_path: Path) -> None:
    frame = sound(tmp_path, "school,grade,year,pupils\nb,1,2023,40\na,2,2023,30\na,1,2023,0\na,1,2022,31\n")
    assert frame.index.tolist() == [0, 1, 2, 3]
    assert frame["school"].tolist() == ["a", "a", "a", "b"]
    assert frame["year"].tolist() == [2022, 2023, 2023, 2023]
    assert frame["year"].dtype == np.int64
    assert frame["pupils"].dtype == np.float64
    assert frame["suppressed"].dtype == bool
    assert list(frame.columns) == [column.name for column in ENROLMENT.columns]
    assert frame["sections"].isna().all()


def test_published_and_chinese_heads_are_known(tmp_path: Path) -> None:
    frame = sound(tmp_path, "School_ID,Grade,YEAR,n\na,K,2018,12\n")
    assert frame.loc[0, ["school", "grade", "pupils"]].tolist() == ["a", "K", 12.0]
    frame = sound(tmp_path, "\ufeff学校,年级,学年,在校生数,班数\na,1,2018,12,1\n")
    assert frame.loc[0, "sections"] == 1.0


def test_suppressed_cells_stay_unknown(tmp_path: Path) -> None:
    frame = sound(tmp_path, "school,grade,year,pupils,suppressed\na,1,2018,,1\na,2,2018,12,0\na,3,2018,13,\n")
    assert frame["suppressed"].tolist() == [True, False, False]
    assert np.isnan(frame.loc[0, "pupils"])


def test_defaults_of_units(tmp_path: Path) -> None:
    text = "unit,name_zh,name_en,township,urban,cluster,attraction\nu1,甲,A,T,1,,\nu2,乙,B,T,0,C,2.5\n"
    frame = sound(tmp_path, text, SPECS["units"])
    assert frame["cluster"].tolist() == ["T", "C"]
    assert frame["attraction"].tolist() == [1.0, 2.5]
    without = sound(tmp_path, "unit,name_zh,name_en,township,urban\nu2,乙,B,T,0\n", SPECS["units"])
    assert without.loc[0, ["cluster", "attraction", "urban"]].tolist() == ["T", 0.0, False]


def test_a_chinese_name_stands_in_for_an_english_one_and_one_note_says_so(tmp_path: Path) -> None:
    heads = {"t.csv": "unit,name_zh,township,urban\nu1,甲,A,1\nu2,乙,B,0\n"}
    heads["t.csv:3:name_en"] = "unit,name_zh,name_en,township,urban\nu1,甲,One,A,1\nu2,乙,,B,0\nu3,丙,,B,0\n"
    for place, text in heads.items():
        table, problems = read(tmp_path, text, SPECS["units"])
        assert table is not None
        assert [(one.code, one.place, one.severity) for one in problems] == [("SCN299", place, "note")]
        frame = typed(table)
        assert frame["name_en"].tolist() == (["甲", "乙"] if place == "t.csv" else ["One", "乙", "丙"])
    assert "2 of 3 rows have no name_en; name_zh stands in" in tell(problems[0], "en").what
    assert SPECS["schools"].column("name_en").same_as == "name_zh"


def test_defaults_of_the_other_tables(tmp_path: Path) -> None:
    text = "school,name_zh,name_en,first_grade,last_grade,unit,lon,lat,reach\na,甲,A,1,6,u1,107.5,26.4,zone\n"
    schools = sound(tmp_path, text, SPECS["schools"])
    assert schools.loc[0, ["ownership", "flags"]].tolist() == ["public", ""]
    assert np.isnan(schools.loc[0, "built"])
    sites = sound(tmp_path, "site,school,rooms\ns,a,12\n", SPECS["sites"])
    assert sites.loc[0, ["rooms", "beds"]].tolist() == [12, 0]
    assert sites["rooms"].dtype == sites["beds"].dtype == np.int64
    zones = sound(tmp_path, "stage,unit,school\nprimary,u1,a\n", SPECS["zones"])
    assert zones.loc[0, "weight"] == 1.0
    births = sound(tmp_path, "unit,year,births\nu1,2020,5\n", SPECS["births"])
    assert births.loc[0, "group"] == ""
    estates = sound(
        tmp_path,
        "estate,unit,completion,dwellings,yield_per_dwelling,outside_share,in_town_share,rural_share\n"
        "e,u1,2026,100,0.4,1,0,0\n",
        SPECS["estates"],
    )
    assert estates.loc[0, "dwelling_type"] == "commercial"
    assert np.isnan(estates.loc[0, ["ramp_years", "vacancy", "residents_per_dwelling"]].astype(float)).all()


def test_a_file_without_optional_rows_is_empty_and_typed(tmp_path: Path) -> None:
    frame = sound(tmp_path, "township,stage,destination,pupils\n", SPECS["attendance"])
    assert len(frame) == 0
    assert frame["pupils"].dtype == np.int64


def test_blank_rows_are_no_data_and_do_not_move_the_row_numbers(tmp_path: Path) -> None:
    table, problems = read(tmp_path, "\nschool,grade,year,pupils\n\n , ,,\na,1,2023,x\n,,,\n")
    assert table is not None
    assert len(table.frame) == 1
    assert told(problems) == [("SCN207", "t.csv:5:pupils")]


def test_quoted_cells_may_hold_commas_quotes_and_lines(tmp_path: Path) -> None:
    text = 'unit,name_zh,name_en,township,urban\nu1,"甲,""一""\n村",A,T,1\nu2,乙,B,T,2\n'
    table, problems = read(tmp_path, text, SPECS["units"])
    assert table is not None
    assert table.frame.loc[0, "name_zh"] == '甲,"一"\n村'
    assert told(problems) == [("SCN215", "t.csv:3:urban")]


@pytest.mark.parametrize(
    "cell", ["12,00", "12字", "１２字", "nan", "inf", "1e400", "1_000", "0x10", "true", "-+", "12 3", "1.2.3"]
)
def test_what_is_no_number_is_refused(tmp_path: Path, cell: str) -> None:
    _, problems = read(tmp_path, f'school,grade,year,pupils\na,1,2023,"{cell}"\n')
    assert told(problems) == [("SCN207", "t.csv:2:pupils")]


@pytest.mark.parametrize("cell", ["45", " 45 ", "45.0", "4.5e1", "+45"])
def test_whole_numbers_in_other_clothes(tmp_path: Path, cell: str) -> None:
    assert sound(tmp_path, f"school,grade,year,pupils\na,1,2023,{cell}\n").loc[0, "pupils"] == 45.0


def test_all_bad_cells_are_told_at_once_in_the_names_of_the_file(tmp_path: Path) -> None:
    text = "学校,年级,学年,人数,sections\n,1,2023,30,1\na b,1,2023,-4,1\na,,20,30.5,1.5\na,2,2023,,\na,3,2023,9999,1\n"
    _, problems = read(tmp_path, text)
    assert sorted(told(problems)) == [
        ("SCN206", "t.csv:2:学校"),
        ("SCN206", "t.csv:4:年级"),
        ("SCN208", "t.csv:3:学校"),
        ("SCN216", "t.csv:4:学年"),
        ("SCN217", "t.csv:4:sections"),
        ("SCN217", "t.csv:4:人数"),
        ("SCN218", "t.csv:6:人数"),
        ("SCN221", "t.csv:5:人数"),
        ("SCN224", "t.csv:3:人数"),
    ]


def test_repeated_keys_name_the_first_row_also_without_the_optional_group(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "unit,year,births\nu1,2020,5\nu1,2021,5\nu1,2020,6\n", SPECS["births"])
    assert told(problems) == [("SCN225", "t.csv:4:unit")]
    assert problems[0].params["first"] == 2
    groups = "unit,year,births,group\nu1,2020,5,local\nu1,2020,5,migrant\n"
    assert len(sound(tmp_path, groups, SPECS["births"])) == 2


def test_the_rest_of_many_bad_cells_is_counted(tmp_path: Path) -> None:
    rows = "".join(f"s{n},1,2023,-1\n" for n in range(50))
    _, problems = read(tmp_path, "school,grade,year,pupils\n" + rows)
    assert [problem.code for problem in problems] == ["SCN224"] * 20 + ["SCN250"]
    assert problems[-1].found == "30"


def test_ragged_rows_are_told_and_counted(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "school,grade,year,pupils\n" + "a,1,2023\n" * 30)
    assert [problem.code for problem in problems] == ["SCN205"] * 20 + ["SCN250"]
    assert problems[0].place == "t.csv:2:1"


def test_a_missing_column_is_told_once_with_the_word_that_was_meant(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "school,grade,year,pupis\na,1,2023,30\n")
    assert told(problems) == [("SCN213", "t.csv:1:1"), ("SCN210", "t.csv:1:pupis")][::-1]
    assert {problem.params["near"] for problem in problems} == {"pupils", "pupis"}


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    assert told(read_table(tmp_path / "no.csv", "no.csv", ENROLMENT)[1]) == [("SCN006", "no.csv")]
    assert told(read_table(tmp_path, "folder", ENROLMENT)[1]) == [("SCN002", "folder")]


def test_a_table_in_another_encoding_is_told_with_its_row_and_the_way_out(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(
        "school,grade,year,pupils\n麻江县第一小学校本部校区,一年级,2023,3\n".encode() + b"a,\xff\xfe,2023,3\n"
    )
    table, problems = read_table(file, "t.csv", ENROLMENT)
    assert table is None
    assert told(problems) == [("SCN003", "t.csv:3:1")]
    assert "CSV UTF-8" in tell(problems[0], "zh").fix
    assert "CSV UTF-8" in tell(problems[0], "en").fix


@pytest.mark.slow
def test_two_hundred_thousand_rows_are_read_in_seconds(tmp_path: Path) -> None:
    import time

    rows = (f"s{s:04d},{g},{y},{s % 90},2,0\n" for s in range(1500) for g in range(1, 10) for y in range(2008, 2023))
    start = time.process_time()
    frame = sound(tmp_path, "school,grade,year,pupils,sections,suppressed\n" + "".join(rows))
    assert len(frame) == 202_500
    assert time.process_time() - start < 10.0
