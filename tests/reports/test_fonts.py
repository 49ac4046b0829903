"""The font comes from an installed package; a machine's own fonts must not be able to hide that it is missing."""

from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure

from reports import fonts
from reports.style import settings, to_png


@pytest.fixture
def bare_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only matplotlib's own fonts are known, whatever the machine or an earlier test registered."""
    manager = font_manager.fontManager
    own = Path(mpl.get_data_path())
    monkeypatch.setattr(manager, "ttflist", [entry for entry in manager.ttflist if own in Path(entry.fname).parents])
    manager._findfont_cached.cache_clear()
    yield
    manager._findfont_cached.cache_clear()


@pytest.mark.usefixtures("bare_fonts")
def test_chinese_is_drawn_without_any_system_font() -> None:
    with settings():
        found = font_manager.findfont(fonts.FAMILY, fallback_to_default=False)
        figure = Figure(figsize=(3, 1))
        figure.text(0.1, 0.5, "麻江县 2028学年 −5 · ≥ ㎡ 龘㙟 ★")
    assert Path(found) == fonts.font_file()
    assert to_png(figure).startswith(b"\x89PNG")  # a missing glyph is a warning, and warnings are errors in tests


@pytest.mark.usefixtures("bare_fonts")
def test_without_registration_chinese_would_be_boxes() -> None:
    figure = Figure(figsize=(3, 1))
    figure.text(0.1, 0.5, "麻江县")
    with pytest.warns(UserWarning, match="Glyph .* missing from font"):
        figure.savefig(Path("/dev/null"), format="png")


def test_the_file_lies_in_the_package() -> None:
    assert fonts.font_file().suffix == ".ttc"
    assert fonts.PACKAGE in fonts.font_file().parts


@pytest.mark.parametrize(
    ("package", "detail"), [("no_such_font_package", "is not installed"), ("json", "no font file")]
)
def test_a_missing_font_says_what_to_install(package: str, detail: str) -> None:
    with pytest.raises(fonts.FontMissingError, match="pip install noto-cjk-sans-otc") as caught:
        fonts.font_file(package)
    assert detail in str(caught.value)
    assert "RPF001" in str(caught.value)
    assert "请执行" in str(caught.value)


def test_a_package_without_the_face_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    monkeypatch.setattr(fonts, "font_file", lambda: other)
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    with pytest.raises(fonts.FontMissingError, match="holds no face of that name"):
        fonts.register()


def test_missing_characters_are_listed_once() -> None:
    assert fonts.missing_characters("麻江县龘㙟 No. 1") == ""
    assert fonts.missing_characters("校😀名😀") == "😀"


def test_text_width_grows_with_text_and_size() -> None:
    assert fonts.text_width("学校", 8) == pytest.approx(16, rel=0.05)
    assert fonts.text_width("学校", 16) == pytest.approx(2 * fonts.text_width("学校", 8), rel=0.05)
    assert fonts.text_width("", 8) == 0
