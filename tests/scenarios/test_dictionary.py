"""The data dictionary: sound, complete, without two meanings for one head, and the same as schema, guide and spec."""

import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest
from pydantic import ValidationError

from scenarios.dictionary import TABLES, built, shared, table_spec
from scenarios.schema_study import Tables
from scenarios.table_columns import TableSpec
from scenarios.table_specs import SPECS
from scenarios.template_texts import head, label, offered

ROOT = Path(__file__).resolve().parents[2]
NOT_TABLES = {"shared", "template_texts"}
HEADS_OF_THE_FIRST_RELEASE = {
    "units": "单元 村居编号 名称 单元名称 英文名 乡镇 街道 城镇 城乡 片区 吸引力",
    "schools": "school_id 学校 学校代码 学校标识码 名称 学校名称 英文名 起始年级 终止年级 单元 所在单元 x "
    "longitude 经度 y latitude 纬度 招生范围 办学性质 建成年份 标记",
    "sites": "校址 school_id 学校 普通教室 教室数 床位 教学及辅助用房面积 体育运动场馆面积 占地面积",
    "zones": "学段编号 单元 村居编号 school_id 学校 权重",
    "children": "单元 村居编号 类别 年龄 周岁 人数 儿童数",
    "births": "单元 村居编号 年份 年度 出生人数 类别",
    "enrolment": "school_id 学校 学校代码 年级 学年 年份 n 在校生数 学生数 人数 班数 班级数 保密",
    "attendance": "乡镇 街道 学段编号 去向 n 人数",
    "estates": "小区 单元 村居编号 交付年份 套数 户均儿童 入住年数",
}
SMALL = {
    "name": {"zh": "表", "en": "Table"},
    "about": {"zh": "说明", "en": "about"},
    "bureau": "education",
    "use": "checked",
    "key": ["a"],
    "source": {"zh": "来源", "en": "source"},
    "columns": {
        "a": {"kind": "id", "name": {"zh": "甲", "en": "A"}, "about": {"zh": "甲", "en": "a"}, "required": True}
    },
}


@pytest.fixture(params=TABLES)
def spec(request: pytest.FixtureRequest) -> TableSpec:
    return SPECS[request.param]


def test_files_schema_and_specs_name_the_same_tables() -> None:
    files = {file.stem for file in (ROOT / "scenarios" / "dictionary").glob("*.yaml")} - NOT_TABLES
    assert files == set(TABLES) == set(Tables.model_fields) == set(SPECS)
    assert len(SPECS) == len(TABLES)
    assert "teachers" not in SPECS
    with pytest.raises(KeyError):
        table_spec("teachers")


def test_the_guide_has_every_table_and_nothing_else(spec: TableSpec) -> None:
    text = (ROOT / "docs" / "guide" / "tables.md").read_text(encoding="utf-8")
    assert set(re.findall(r"<!-- table (\w+) -->", text)) == set(TABLES)
    part = text.split(f"<!-- table {spec.name} -->", 1)[1].split(f"<!-- end table {spec.name} -->", 1)[0]
    shown = re.findall(r"^\| `(\w+)`", part, re.MULTILINE)
    assert shown == [column.name for column in spec.columns]
    for column in spec.columns:
        for wanted in (column.about_zh, column.about_en, column.source, column.source_en, *column.aliases):
            assert wanted.replace("|", "\\|") in part, (column.name, wanted)


def test_no_head_has_two_meanings_in_a_table(spec: TableSpec) -> None:
    meant: dict[str, str] = {}
    for column in spec.columns:
        templates = [head(column, lang) for lang in ("zh", "en")]
        for said in {text.casefold() for text in (*column.heads, *templates)}:
            assert meant.setdefault(said, column.name) == column.name, said


def test_heads_known_before_are_still_known(spec: TableSpec) -> None:
    known = {said for column in spec.columns for said in column.heads}
    assert set(HEADS_OF_THE_FIRST_RELEASE.get(spec.name, "").split()) <= known


def test_every_table_and_column_says_what_it_is(spec: TableSpec) -> None:
    assert all((spec.zh, spec.en, spec.about_zh, spec.about_en, spec.source, spec.source_en))
    assert re.search(r"[\u4e00-\u9fff]", spec.zh)
    assert not re.search(r"[\u4e00-\u9fff]", spec.en + spec.about_en + spec.source_en)
    for column in spec.columns:
        assert all((column.zh, column.en, column.about_zh, column.about_en)), column.name
        assert not re.search(r"[\u4e00-\u9fff]", column.en + column.about_en + column.source_en), column.name
        assert len(column.en) <= 28, column.name
        assert len(column.zh) <= 12, column.name
        assert bool(column.source) == bool(column.source_en)
        assert not column.required or column.example, f"{spec.name}.{column.name} has no example"


def test_every_choice_has_a_chinese_word_that_leads_back_to_it(spec: TableSpec) -> None:
    for column in spec.columns:
        for value in filter(None, column.choices):
            shown = label(column, value, "zh")
            assert shown != value, f"{spec.name}.{column.name}: {value}"
            assert column.words[shown] == value
        # Excel refuses a longer list.
        assert all(len(",".join(offered(column, lang))) <= 255 for lang in ("zh", "en"))


def test_stage_words_are_the_same_in_every_table() -> None:
    found = [column.words for spec in SPECS.values() for column in spec.columns if column.refers == "stage"]
    assert len(found) >= 4
    assert all(words["小学"] == "primary" and words["初中"] == "junior" for words in found)


def test_every_bureau_supplies_a_table_and_every_unit_in_heads_is_in_use() -> None:
    assert {spec.bureau for spec in SPECS.values()} == set(shared().bureaus)
    used = {column.unit for spec in SPECS.values() for column in spec.columns}
    assert set(shared().units) <= used


def test_indicator_codes_words_and_units_agree() -> None:
    column = SPECS["indicators"].column("indicator")
    assert set(column.words.values()) == set(shared().indicators)
    units = {entry.unit for entry in shared().indicators.values()}
    assert units <= set(SPECS["indicators"].column("value_unit").choices)
    for code, entry in shared().indicators.items():
        assert code in column.words.values()
        assert entry.zh
        assert entry.en


def _changed(**column: object) -> dict:
    data = deepcopy(SMALL)
    data["columns"]["a"] |= column
    return data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (_changed(kind="choice"), "choices belong to the kind choice"),
        (_changed(choices=["x"]), "choices belong to the kind choice"),
        (_changed(kind="whole"), "a number needs its unit"),
        (_changed(hard=[0, 1]), "only numbers have ranges"),
        (_changed(default="x"), "a required column has no default"),
        (_changed(same_as="a"), "only an optional text"),
        (_changed(kind="choice", choices=["x"], words={"甲": "y"}), "words that mean no choice"),
        (_changed(kind="money"), "Input should be"),
        (_changed(colour="red"), "Extra inputs"),
        (_changed(unit=3), "valid string"),
        (SMALL | {"key": ["b"]}, "columns that are not there"),
        (SMALL | {"wide": {"across": ["b"], "values": ["a"]}}, "columns that are not there"),
        (SMALL | {"bureau": "culture"}, "Input should be"),
    ],
)
def test_a_mistake_in_the_dictionary_is_refused(data: dict, words: str) -> None:
    assert built("small", deepcopy(SMALL)).column("a").aliases == ("甲",)
    with pytest.raises(ValidationError, match=words):
        built("small", data)


def test_a_table_is_read_only_when_it_is_asked_for() -> None:
    code = (
        "from scenarios.dictionary import table_spec\n"
        "from scenarios.table_specs import SPECS\n"
        "assert list(SPECS) and len(SPECS) and 'units' in SPECS\n"
        "assert table_spec.cache_info().misses == 0\n"
        "SPECS['units'], SPECS['units']\n"
        "assert table_spec.cache_info().misses == 1\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
