"""The end of a run in the terminal: matrix, sentence, files and time, in both languages and in narrow windows."""

from io import StringIO

import pytest
from rich.console import Console

from reports.i18n import NBSP
from reports.run_folder import RunFolder
from reports.terminal import print_summary


def shown(run: RunFolder, lang: str, width: int = 120, **more: object) -> str:
    console = Console(file=StringIO(), width=width, no_color=True)
    print_summary(run, lang, console, **more)  # type: ignore[arg-type]
    return console.file.getvalue().replace(NBSP, " ")  # type: ignore[attr-defined]


def test_says_marks_matrix_sentence_files_and_time(run: RunFolder) -> None:
    text = shown(run, "zh", written=["runs/a/report.html"], seconds=12.34)
    for words in ("! 未校准", "! 合成数据", "√ 达标", "× 不达标", "△ 有风险", "≤0 / ≤0", "10 650.0",
                  "县方案在 2 个情景中的 1 个达标", "结果：runs/a/report.html", "用时 12.3 秒"):  # fmt: skip
        assert words in text
    text = shown(run, "en", 160, written=["runs/a/report.html"], seconds=12.34)
    for words in ("! Not calibrated", "√ holds", "× fails", "Worst regret", "County plan holds in 1 of 2 futures",
                  "written: runs/a/report.html", "took 12.3 s", "at most, in 9 of 10"):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 72, 80, 100, 140])
def test_no_number_is_cut_or_folded(run: RunFolder, lang: str, width: int) -> None:
    text = shown(run, lang, width)
    assert "…" not in text
    for number in ("10 650.0", "≤1 / ≤4", "2 427", ">99"):
        assert number in text
    assert max(len(line) for line in text.splitlines()) <= width


def test_a_path_is_never_broken(run: RunFolder) -> None:
    path = "runs/" + "x" * 90 + "/report.html"
    assert path in shown(run, "en", 80, written=[path])
