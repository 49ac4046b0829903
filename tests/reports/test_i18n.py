"""Every label in both languages, every label used exists, and the number formats of the storyboard."""

import ast
import re
import string
from pathlib import Path

import pytest

from reports import i18n
from reports.i18n import LANGUAGES, NBSP, LabelError, Labels, catalogue, integer, interval, language, percent

ROOM = Path(i18n.__file__).parent
KEY = re.compile(r"^[a-z][a-z0-9_]*(\.[A-Za-z0-9_:-]+)+$")


def spaced(text: str) -> str:
    return text.replace(NBSP, " ")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_label_has_both_languages_and_the_same_values(key: str) -> None:
    words = catalogue()[key]
    assert KEY.match(key)
    assert set(words) == set(LANGUAGES)
    assert all(isinstance(text, str) and text for text in words.values())
    assert fields(words["zh"]) == fields(words["en"]) or key == "number.school_year"
    assert not re.search(r"[一-鿿]", words["en"].replace("万元", "").replace("学位", "")), "Chinese in an English text"


def _texts_in_code() -> set[str]:
    """Every text constant of the room that looks like a key; texts of settings of other libraries left out."""
    return {
        node.value
        for path in ROOM.glob("*.py")
        if path.name != "style.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.match(node.value)
    }


def _keys_in_templates() -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in (ROOM / "templates").rglob("*") if path.is_file()]
    found = {key for text in texts for key in re.findall(r"""\bt\(\s*["']([^"']+)["']""", text)}
    return {key for key in found if not key.endswith(".")}


FILES = (".csv", ".json", ".parquet", ".html", ".j2", ".py", ".css", ".js", ".typ", ".gpkg", ".qgs", "_")


def test_every_key_used_exists() -> None:
    known = set(catalogue())
    heads = {key.split(".")[0] for key in known}
    used = {key for key in _texts_in_code() if key.split(".")[0] in heads and not key.endswith(FILES)}
    assert used - known == set()
    assert _keys_in_templates() - known == set()


def test_every_key_is_used() -> None:
    """A label nobody asks for is a leftover; keys made from data are asked for by their beginning."""
    code = "\n".join(p.read_text(encoding="utf-8") for p in ROOM.rglob("*") if p.suffix in {".py", ".j2"})
    begun = tuple(
        re.findall(r"""f["']([a-z][a-z0-9_]*\.[a-z_.]*){""", code)
        + re.findall(r"""["']([a-z][a-z0-9_]*\.[a-z_.]*)["'] ~""", code)
    )
    assert {
        k for k in catalogue() if f'"{k}"' not in code and f"'{k}'" not in code and not k.startswith(begun)
    } == set()


def test_unknown_label_and_language() -> None:
    with pytest.raises(LabelError, match=r"no label 'verdict\.perhaps'"):
        Labels("zh")("verdict.perhaps")
    with pytest.raises(LabelError, match="language 'fr': expected one of zh, en"):
        language("fr")
    assert language("zh_CN") == "zh"
    assert language("EN-gb") == "en"


def test_words_of_the_storyboard() -> None:
    zh = Labels("zh")
    words = [zh(f"verdict.{v}") for v in ("holds", "at-risk", "fails", "undecided", "outlook")]
    assert words == ["达标", "有风险", "不达标", "未定", "展望"]


def test_integers_and_intervals() -> None:
    assert spaced(integer(1830.4)) == "1 830"
    assert spaced(integer(-1200)) == "-1 200"
    assert integer(float("nan")) == "–"
    assert spaced(interval(1830, 1640.2, 2049.9)) == "1 830 (1 640-2 050)"
    assert interval(36, 36, 36) == "36"
    assert interval(36, float("nan"), 40) == "36"


@pytest.mark.parametrize(
    ("probability", "zh", "en"),
    [
        (0.0, "<1%", "<1 %"),
        (0.004, "<1%", "<1 %"),
        (0.62, "62%", "62 %"),
        (0.995, ">99%", ">99 %"),
        (1.0, ">99%", ">99 %"),
    ],
)
def test_percent_never_says_0_or_100(probability: float, zh: str, en: str) -> None:
    assert Labels("zh").percent(probability) == zh
    assert spaced(Labels("en").percent(probability)) == en


def test_percent_is_not_rounded_across_the_required_level() -> None:
    assert percent(0.897, border=0.9) == "89%"
    assert percent(0.9, border=0.9) == "90%"
    assert percent(0.9004, border=0.905) == "90%"
    assert percent(0.9049, border=0.9049) == "91%"


def test_money_area_and_years() -> None:
    zh, en = Labels("zh"), Labels("en")
    assert spaced(zh.money(10650)) == "10 650.0 万元"
    assert spaced(en.money(-0.04)) == "0.0 万元"
    assert spaced(zh.area(11020.4)) == "11 020 m²"
    assert zh.school_year(2028) == "2028学年"
    assert en.school_year(2028) == "2028-29"
    assert en.school_year(2099) == "2099-00"
    assert en.school_year(float("nan")) == "–"


def test_counts_know_one_from_many() -> None:
    en = Labels("en")
    assert spaced(en.count("school", 1)) == "1 school"
    assert spaced(en.count("pupil", 2)) == "2 pupils"
    assert spaced(Labels("zh").count("school", 3)) == "3 所学校"


def test_names_fall_back_to_the_other_language() -> None:
    assert Labels("en").pick({"zh": "麻江县", "en": ""}) == "麻江县"
    assert Labels("en").pick({}) == ""
