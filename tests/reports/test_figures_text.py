"""Words on pictures: every character drawn, nothing covered or cut off, in both languages; empty input says so."""

from functools import cache

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from reports.fonts import missing_characters
from reports.i18n import Lang
from tests.reports.boxes import Words, words_of
from tests.reports.gallery import blank, gallery, narrow

PICTURES = tuple(gallery("zh"))
NARROW = tuple(narrow("zh"))
SMALLEST_PT = 6.0
BLANKS = tuple(blank("zh"))


@cache
def drawn(name: str, lang: Lang) -> Words:
    """A picture, drawn once; a missing glyph would be a warning, and warnings are errors in tests."""
    return words_of(gallery(lang)[name]())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PICTURES)
def test_no_word_covers_another_or_runs_off_the_sheet(name, lang) -> None:
    assert drawn(name, lang).collisions() == []
    assert drawn(name, lang).cut_off() == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_says_that_data_are_synthetic_and_not_calibrated(name, lang) -> None:
    said = " ".join(drawn(name, lang).texts)
    synthetic, calibrated = ("合成数据", "未经本地历史校准") if lang == "zh" else ("Synthetic data", "Not calibrated")
    assert synthetic in said
    assert calibrated in said


@pytest.mark.parametrize("name", PICTURES)
def test_english_pictures_hold_no_chinese_words(name) -> None:
    said = [text.replace("万元", "") for text in drawn(name, "en").texts]
    assert [text for text in said if any("一" <= char <= "鿿" for char in text)] == []


@cache
def on_a_page(name: str, lang: Lang) -> Figure:
    """A chart drawn for a page of text."""
    return narrow(lang)[name]()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NARROW)
def test_charts_fit_a_page_of_text_without_being_scaled_down(name, lang) -> None:
    figure = on_a_page(name, lang)
    found = words_of(figure)
    assert found.collisions() == []
    assert found.cut_off() == []
    assert figure.get_figwidth() * 25.4 <= 156.01
    assert figure.get_figheight() * 25.4 <= 240  # what a page of A4 holds


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NARROW)
def test_letters_are_large_enough_and_none_is_missing(name, lang) -> None:
    texts = [text for text in on_a_page(name, lang).findobj(Text) if text.get_visible() and text.get_text().strip()]
    assert [text.get_text() for text in texts if text.get_size() < SMALLEST_PT] == []
    assert missing_characters("".join(text.get_text().replace("\n", "") for text in texts)) == ""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", BLANKS)
def test_empty_input_says_so(name, lang) -> None:
    found = words_of(blank(lang)[name]())
    assert ("无可绘内容" if lang == "zh" else "Nothing to draw") in " ".join(found.texts)
    assert found.collisions() == []


def test_the_check_itself_finds_a_collision() -> None:
    figure = blank("en")["fan"]()
    figure.axes[0].text(0.5, 0.5, "on top of the message", ha="center", va="center")
    figure.text(0.99, 0.2, "off the sheet")
    found = words_of(figure)
    assert any("on top of the message" in pair for pair in found.collisions())
    assert found.cut_off() == ["off the sheet"]


def test_probabilities_are_never_zero_or_one() -> None:
    said = {text for name in ("heat", "timeline") for text in drawn(name, "zh").texts}
    assert {"<1%", ">99%"} <= said
    assert not {"0%", "100%"} & said
