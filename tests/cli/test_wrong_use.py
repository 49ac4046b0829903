"""What a wrong command line is told, in both languages; the complaints are those that typer makes today."""

from pathlib import Path

import pytest

from schoolplan.exits import GOOD, WRONG_USE
from schoolplan.wrong_use import language_asked, told
from tests.typed import typed

EVERY = [
    (("check",), "缺少 file。", "'file' is missing."),
    (("score", "{file}"), "a.csv”是文件，这里要写文件夹。", "a.csv' is a file; a folder is wanted."),
    (("score", "{folder}"), "缺少 --actual。", "'--actual' is missing."),
    (("check", "no.yaml"), "file 的值不对：“no.yaml”不存在。", "'file': 'no.yaml' does not exist."),
    (("check", "{folder}"), "{folder}”是文件夹，这里要写文件。", "{folder}' is a folder; a file is wanted."),
    (("check", "{file}", "b"), "多写了：b。", "Too many words: b."),
    (("check", "{file}", "--zzz"), "这条命令没有选项 --zzz。", "No such option: --zzz"),
    (("forecast", "{file}", "--yers", "3"), "没有选项 --yers。是不是", "No such option: --yers (did you mean"),
    (("forecast", "{file}", "--years", "abc"), "--years 的值不对：应为整数。", "'--years': a whole number is wanted."),
    (("forecast", "{file}", "--years", "99"), "--years 的值不对：应不大于 15。", "'--years': 15 or less is wanted."),
    (("forecast", "{file}", "--years", "0"), "--years 的值不对：应不小于 1。", "'--years': 1 or more is wanted."),
    (("check", "{file}", "--fix=3"), "选项 --fix 后面不写值。", "Option '--fix' takes no value."),
    (("new", "x", "--template", "doc"), "“doc”不在可选之列：'xlsx'。", "'doc' is none of 'xlsx'."),
    (("new", "x", "--place", "3"), "--place 的值不对：只与 --census", "'--place': only together with --census"),
    (("chek", "x"), "没有命令“chek”。可用的命令：new、check、", "No such command 'chek'. There are: new, check, "),
    (("--zzz", "check"), "选项 --zzz 要写在命令后面。", "Option --zzz belongs behind a command."),
]


@pytest.mark.parametrize(("words", "zh", "en"), EVERY, ids=[" ".join(words) for words, _, _ in EVERY])
def test_a_complaint_is_told_in_the_language_asked_for(
    tmp_path: Path, words: tuple[str, ...], zh: str, en: str
) -> None:
    (tmp_path / "a.csv").write_text("school,grade,year,pupils\n", encoding="utf-8")
    places = {"file": (tmp_path / "a.csv").as_posix(), "folder": tmp_path.as_posix()}
    for lang, wanted in (("zh", zh), ("en", en)):
        done = typed(*(word.format(**places) for word in words), "--lang", lang, cwd=tmp_path)
        assert done.returncode == WRONG_USE, done.stderr
        assert wanted.format(**places) in done.stderr
        assert ("命令有误" in done.stderr) == (lang == "zh")
        assert ("Error" in done.stderr) == (lang == "en")
        assert not done.stdout


def test_an_option_without_its_value(tmp_path: Path) -> None:
    assert "命令有误：选项 --out 后面要写一个值。" in typed("check", "--lang=zh", "x.yaml", "--out").stderr
    assert "Option '--out' needs a value." in typed("check", "x.yaml", "--out").stderr


def test_usage_and_where_help_is_stand_above(tmp_path: Path) -> None:
    told = typed("check", "--lang", "zh").stderr.splitlines()
    assert told[0].startswith("用法：")
    assert told[0].endswith(" check [OPTIONS] {file}")
    assert told[1].startswith("详细说明：")
    assert told[1].endswith(" check --help")
    assert told[2:] == ["", "命令有误：缺少 file。"]
    assert typed("check", "--help").returncode == GOOD


def test_the_language_is_found_in_a_line_that_is_wrong() -> None:
    assert language_asked(["check", "--lang=zh", "--zzz"]) == "zh"
    assert language_asked(["check", "--zzz", "--lang", "en"]) == "en"
    assert language_asked(["check", "--lang"]) is None
    assert language_asked(["check", "--lang", "fr"]) is None


def test_a_complaint_that_is_not_known_is_shown_as_it_came() -> None:
    assert told("Something else.", "zh") == "Something else."
    assert told("Invalid value for 'x': odd", "zh") == "x 的值不对：odd"
