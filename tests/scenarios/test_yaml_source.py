"""YAML in: plain data by the rules of YAML 1.2, with the line and column of every key and value."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.problems import tell
from scenarios.yaml_source import read_text, read_yaml

TEXT = """\
a: 1
stages:
  - {id: primary, grades: ["1", "2"]}
  - id: junior
    size: 50
名称: 麻江
"""


def test_positions_of_values_and_keys_are_those_an_editor_shows() -> None:
    source, problems = read_text(TEXT, "s.yaml")
    assert problems == []
    assert source is not None
    assert source.data["stages"] == [{"id": "primary", "grades": ["1", "2"]}, {"id": "junior", "size": 50}]
    assert source.values[("stages", 0, "id")] == (3, 10)
    assert source.values[("stages", 0, "grades", 1)] == (3, 33)
    assert source.keys[("stages", 1, "size")] == (5, 5)
    assert source.values[("stages", 1, "size")] == (5, 11)
    assert source.place("名称") == "s.yaml:6:5"


def test_the_place_of_something_absent_is_that_of_its_nearest_parent() -> None:
    source, _ = read_text(TEXT, "s.yaml")
    assert source is not None
    assert source.place("stages", 1, "name", "zh") == "s.yaml:4:5"
    assert source.place("nothing") == "s.yaml:1:1"
    assert source.place("stages", 1, "name", key=True) == "s.yaml:4:5"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("true", True),
        ("012", 12),
        ('"012"', "012"),
        ("12:30", "12:30"),
        ("2023-10", "2023-10"),
        ("2023-08-31", dt.date(2023, 8, 31)),
        ("2023-08-31 10:00:00", "2023-08-31 10:00:00"),
        ("1e3", 1000.0),
        ("null", None),
        ("~", None),
        ("", None),
        ("'a：b'", "a：b"),
        ("a*b & c", "a*b & c"),
        ("|\n  two\n  lines", "two\nlines\n"),
    ],
)
def test_values_follow_yaml_1_2(written: str, value: object) -> None:
    source, problems = read_text(f"key: {written}\n", "s.yaml")
    assert problems == []
    assert source is not None
    assert source.data == {"key": value}


def test_full_width_colons_and_quotes_in_notes_are_text() -> None:
    text = "note: {zh: 数据：人口普查，“七普”, en: data}\nmore: >\n  说明：见附件\n"
    source, problems = read_text(text, "s.yaml")
    assert problems == []
    assert source is not None
    assert source.data["note"] == {"zh": "数据：人口普查，“七普”", "en": "data"}


def test_merge_keys_are_ordinary_keys() -> None:
    source, problems = read_text("<<: 1\n", "s.yaml")
    assert problems == []
    assert source is not None
    assert source.data == {"<<": 1}


def test_every_duplicate_key_is_told() -> None:
    _, problems = read_text("a: 1\nb: {c: 1, c: 2}\na: 3\na: 4\n", "s.yaml")
    assert [(problem.code, problem.place) for problem in problems] == [
        ("SCN014", "s.yaml:2:11"),
        ("SCN014", "s.yaml:3:1"),
        ("SCN014", "s.yaml:4:1"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("[" * 3000, "SCN010", "s.yaml:1:1"),
        ("a: 1\nb: \x07\n", "SCN010", "s.yaml:2:4"),
        ("a: 1\n---\nb: 2\n", "SCN010", "s.yaml:2:1"),
        ("just text", "SCN015", "s.yaml:1:1"),
        ("名称：麻江", "SCN011", "s.yaml:1:1"),
        ("a: [1，2\n", "SCN020", "s.yaml:1:6"),
        ("a: &x 1\nb: *x\n", "SCN016", "s.yaml:2:4"),
        ("# nothing but a comment\n", "SCN004", "s.yaml"),
    ],
)
def test_what_is_no_plain_yaml_is_told_with_its_place(text: str, code: str, place: str) -> None:
    source, problems = read_text(text, "s.yaml")
    assert source is None
    assert [(problem.code, problem.place) for problem in problems] == [(code, place)]


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    source, problems = read_text("\n".join(lines), "s.yaml")
    assert source is None
    assert [problem.code for problem in problems] == ["SCN016"]


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfid: a\n")
    source, problems = read_yaml(file, "a.yaml")
    assert problems == []
    assert source is not None
    assert source.data == {"id": "a"}


def test_a_file_of_a_megabyte_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"# " + b"x" * 1_000_001)
    source, problems = read_yaml(file, "a.yaml")
    assert source is None
    assert [problem.code for problem in problems] == ["SCN005"]
    assert problems[0].found == "1.0 MB"


@given(st.text(alphabet="ab:：-[]{},\"'“”|>&*!#%@` \n\t1.？", max_size=40))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    source, problems = read_text(text, "s.yaml")
    assert source is not None or problems


def test_text_in_another_encoding_is_told_with_its_line_and_byte(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes("id: a\nname: 基准\n".encode("gbk"))
    source, problems = read_yaml(file, "a.yaml")
    assert source is None
    assert [(problem.code, problem.place, problem.found) for problem in problems] == [("SCN003", "a.yaml:2:1", "0xBB")]


@pytest.mark.parametrize(("name", "zh", "en"), [("a.csv", "数据表", "a table"), ("u.GeoJSON", "图层", "a layer")])
def test_a_data_file_is_no_scenario_and_the_study_nearby_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, zh: str, en: str
) -> None:
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / name
    file.write_text("school,grade\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    source, (alone,) = read_yaml(file, name)
    assert source is None
    assert (alone.code, alone.place, alone.found) == ("SCN022", name, name)
    assert f"{name} 是{zh}" in tell(alone, "zh").what
    assert f"{name} is {en}" in tell(alone, "en").what
    (tmp_path / "study.yaml").write_text("schema_version: 1\n", encoding="utf-8")
    (told,) = read_yaml(file, name)[1]
    assert "是不是“study.yaml”" in tell(told, "zh").fix
    assert "Did you mean 'study.yaml'" in tell(told, "en").fix
