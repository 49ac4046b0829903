"""The one font of every figure: Noto Sans CJK SC, taken from an installed package and never from the system.

Regular only, so figures use size and tone, not bold, for weight. DejaVu Sans (part of matplotlib) stands behind it
for the few signs that a CJK font lacks. Test: tests/reports/test_fonts.py takes the system's fonts away first.
"""

from functools import lru_cache
from importlib import import_module
from pathlib import Path

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import text_to_path

FAMILY = "Noto Sans CJK SC"
FALLBACK = "DejaVu Sans"
PACKAGE = "noto_cjk_sans_otc"
GETA = "〓"
"""Printed for a character that no font of ours has: Chinese printers' sign for a missing type."""


class FontMissingError(RuntimeError):
    """The CJK font package is not installed or holds no font file."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            f"RPF001 font {FAMILY} not found ({detail}); without it Chinese names would print as empty boxes. "
            f"To mend: pip install noto-cjk-sans-otc / 缺少中文字体，请执行 pip install noto-cjk-sans-otc"
        )


def font_file(package: str = PACKAGE) -> Path:
    """The .ttc (or .otf, .ttf) file inside the installed font package; FontMissingError if there is none."""
    try:
        module = import_module(package)
    except ImportError as error:
        raise FontMissingError(f"package {package} is not installed") from error
    folder = Path(str(module.__file__)).parent
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".ttc", ".otf", ".ttf"})
    if not found:
        raise FontMissingError(f"no font file in package {package}")
    return found[0]


def register() -> str:
    """Make the font known to matplotlib; returns the family name. Cheap when it is known already."""
    known = font_manager.fontManager.ttflist
    path = str(font_file())
    if not any(entry.name == FAMILY and entry.fname == path for entry in known):
        font_manager.fontManager.addfont(path)
    if not any(entry.name == FAMILY for entry in font_manager.fontManager.ttflist):
        raise FontMissingError(f"{Path(path).name} holds no face of that name")
    return FAMILY


@lru_cache(maxsize=1)
def _known_characters() -> frozenset[int]:
    return frozenset(FT2Font(str(font_file())).get_charmap())


def missing_characters(text: str) -> str:
    """Characters of `text` that the font cannot draw, in order, each once; empty when all is well."""
    known = _known_characters()
    return "".join(dict.fromkeys(char for char in text if not char.isspace() and ord(char) not in known))


def font_has(char: str) -> bool:
    """Whether our font draws a character."""
    return ord(char) in _known_characters()


def fallback_has(char: str) -> bool:
    """Whether the font behind ours draws a character."""
    return ord(char) in _fallback_characters()


def drawable(text: str) -> str:
    """The text with `GETA` for what no font of ours draws (with a blank for white space that none has)."""
    unknown = {char for char in set(text) if char != "\n" and not (font_has(char) or fallback_has(char))}
    return text.translate({ord(char): " " if char.isspace() else GETA for char in unknown}) if unknown else text


@lru_cache(maxsize=1)
def _fallback_characters() -> frozenset[int]:
    return frozenset(FT2Font(font_manager.findfont(FALLBACK)).get_charmap())


@lru_cache(maxsize=8192)
def text_width(text: str, size: float) -> float:
    """Width of one line of text [pt] at a font size [pt]."""
    if not text:
        return 0.0
    properties = FontProperties(family=[register(), FALLBACK], size=size)
    width, _, _ = text_to_path.get_text_width_height_descent(drawable(text), properties, ismath=False)
    return float(width)
