"""What stands in terminal and report on the study's own history: calibrated on what, or not and why."""

import re
from dataclasses import replace
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Literal

import pytest
from rich.console import Console

from reports.calibration_card import AheadCard, CalibrationCard, past_rows, said
from reports.figures_setting import Caption
from reports.html_report import write_report
from reports.i18n import NBSP, Labels
from reports.run_folder import RunFolder
from reports.terminal import print_summary

Lang = Literal["zh", "en"]
AHEAD = (
    AheadCard(horizon=1, origins=10, cases=373, wape=0.0334, naive=0.0441, held80=0.869),
    AheadCard(horizon=5, origins=6, cases=222, wape=0.107, naive=0.112),
)
GOOD = CalibrationCard(
    found="calibrated", origins=10, first=2013, last=2022, least=4, cases=595, held80=0.795, low=0.751, high=0.836,
    ahead=AHEAD,
)  # fmt: skip
OFF = GOOD.model_copy(update={"found": "off", "held80": 0.61})
SHORT = CalibrationCard(found="short", origins=3, first=2020, last=2022, least=4, ahead=AHEAD[:1])
CARDS = {"calibrated": GOOD, "off": OFF, "short": SHORT}


def plain(text: str) -> str:
    return unescape(text).replace(NBSP, " ")


def with_card(run: RunFolder, card: CalibrationCard | None) -> RunFolder:
    good = card is not None and card.found == "calibrated"
    return replace(run, study=run.study.model_copy(update={"calibration": card, "calibrated": good}))


@pytest.mark.parametrize(
    ("found", "lang", "words"),
    [
        ("calibrated", "en", ("Calibrated on 10 origins", "2013-14 to 2022-23", "held 80 %", "75 % to 84 %")),
        ("calibrated", "zh", ("已用本研究区自己的历史校准", "10 个起点", "命中 80%")),
        ("off", "en", ("Not calibrated: over 10 origins", "held 61 %")),
        ("off", "zh", ("未校准", "命中 61%")),
        ("short", "en", ("Not calibrated", "has 3 origins to test, 4 are needed", "borrowed from three published")),
        ("short", "zh", ("未校准", "只有 3 个起点", "至少 4 个", "借自三份公开数据")),
    ],
)
def test_the_statement_in_words(found: str, lang: Lang, words: tuple[str, ...]) -> None:
    text = plain(said(CARDS[found], Labels(lang)))
    for word in words:
        assert word in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_a_test_nothing_is_claimed(lang: Lang) -> None:
    words = Labels(lang)
    for card in (None, CalibrationCard(found="untested")):
        assert said(card, words) == words("mark.not_calibrated")
        assert past_rows(card, words) == []


def test_accuracy_by_years_ahead() -> None:
    first, last = past_rows(GOOD, Labels("en"))
    numbers = (first.origins, first.cases, plain(first.own), plain(first.naive), plain(first.held))
    assert numbers == ("10", "373", "3.3 %", "4.4 %", "87 %")
    assert last.held == "–" or not any(sign.isdigit() for sign in last.held)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("found", ["calibrated", "off", "short"])
def test_the_terminal_says_it(run: RunFolder, found: str, lang: Lang) -> None:
    page = StringIO()
    print_summary(with_card(run, CARDS[found]), lang, Console(file=page, width=400))
    sentence = plain(said(CARDS[found], Labels(lang)))
    assert sentence in page.getvalue()
    assert (f"! {sentence}" in page.getvalue()) == (found != "calibrated")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_says_it_beside_the_headline_and_shows_own_past_forecasts(
    run: RunFolder, lang: Lang, tmp_path: Path, dots: list[Caption]
) -> None:
    words = Labels(lang)
    for found, card in CARDS.items():
        page = plain(write_report(with_card(run, card), lang, tmp_path / f"{found}.html").read_text(encoding="utf-8"))
        top = page[page.index('<p class="headline">') - 2000 : page.index('<p class="headline">') + 1500]
        assert plain(said(card, words)) in top
        marked = re.findall(r"<li>([^<]*)</li>", page[page.index('class="marks"') :][:1500]) if "marks" in page else []
        assert any(plain(said(card, words)) == mark for mark in marked) == (found != "calibrated")
        assert plain(words("calibration.past")) in page
        assert ("3.3%" if lang == "zh" else "3.3 %") in page
        assert ("未校准" in page if lang == "zh" else "Not calibrated" in page) == (found != "calibrated")
