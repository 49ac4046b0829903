"""Words and numbers in two languages: `Labels("zh")("verdict.holds")`, `labels.interval(1830, 1640, 2050)`.

Texts live in `labels*.yaml` beside this file, one flat key per line with `zh` and `en`; nothing is translated in code.
Numbers follow the storyboard: whole pupils, whole percent that never say 0 or 100, 万元 with one decimal.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from ruamel.yaml import YAML

Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, ...] = ("zh", "en")
NBSP = "\u00a0"
NOTHING = "–"


class LabelError(KeyError):
    """A label that nobody wrote, or a language that does not exist."""


def language(text: str) -> Lang:
    """The language as a checked literal; `zh_CN` and `en-GB` are read by their first two letters."""
    short = text.strip().lower()[:2]
    if short not in LANGUAGES:
        raise LabelError(f"language {text!r}: expected one of {', '.join(LANGUAGES)}")
    return short


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All labels of all `labels*.yaml` files: key -> language -> text. A key in two files is an error."""
    texts: dict[str, Mapping[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("labels*.yaml")):
        for key, words in (YAML(typ="safe").load(path.read_text(encoding="utf-8")) or {}).items():
            if key in texts:
                raise LabelError(f"{path.name}: label {key!r} is written twice")
            texts[key] = words
    return texts


@dataclass(frozen=True)
class Labels:
    """The words and number formats of one language."""

    lang: Lang

    def __call__(self, key: str, **values: object) -> str:
        """Text of a label with its `{named}` values filled in."""
        words = catalogue().get(key)
        if words is None:
            raise LabelError(f"no label {key!r} in reports/labels*.yaml")
        return words[self.lang].format(**values) if values else words[self.lang]

    def has(self, key: str) -> bool:
        """Whether somebody wrote this label (for words keyed by data, such as an indicator)."""
        return key in catalogue()

    def pick(self, names: Mapping[str, str] | str) -> str:
        """The name in this language, or the other one where it is missing; text that is one for both as it is."""
        if isinstance(names, str):
            return names
        return names.get(self.lang) or next((names[lang] for lang in LANGUAGES if names.get(lang)), "")

    def count(self, thing: str, number: float) -> str:
        """A number with its noun, `3 schools`, `3 所学校`; labels `count.<thing>.one` and `.many`."""
        form = "one" if round(number) == 1 else "many"
        return self(f"count.{thing}.{form}", n=integer(number))

    def percent(self, probability: float, border: float | None = None) -> str:
        """Whole percent; `<1 %` and `>99 %` at the ends, and never rounded across `border` (the required level)."""
        return percent(probability, border).replace("%", self("number.percent"))

    def money(self, amount: float) -> str:
        """Amount [万元] with one decimal and its unit."""
        return self("number.money", amount=decimal(amount, 1))

    def area(self, square_metres: float) -> str:
        """Area [m2], whole."""
        return f"{integer(square_metres)}{NBSP}m²"

    def grade(self, source_grade: str) -> str:
        """Grade of a source, with a word where it is from memory."""
        key = f"grade.{source_grade}"
        return self(key) if self.has(key) else source_grade

    def interval(self, middle: float, low: float, high: float) -> str:
        """`1 830 (1 640-2 050)`: middle and the two ends, whole numbers."""
        return interval(middle, low, high)

    def change(self, middle: float, low: float, high: float, digits: int = 0) -> str:
        """A difference with its sign and its interval: `−759 (−1 313 to −293)`."""
        if _missing(middle):
            return NOTHING
        if _missing(low) or _missing(high):
            return signed(middle, digits)
        ends = {"low": signed(low, digits), "high": signed(high, digits)}
        return self("number.change", middle=signed(middle, digits), **ends)

    def integer(self, number: float) -> str:
        """Whole number, thousands set apart by a no-break space."""
        return integer(number)

    def school_year(self, year: float) -> str:
        """The school year that starts on 1 September of `year`: `2028学年`, `2028-29`."""
        if _missing(year):
            return NOTHING
        start = int(year)
        return self("number.school_year", start=start, end=f"{(start + 1) % 100:02d}")


def _missing(number: float | None) -> bool:
    return number is None or number != number or math.isinf(number)


def integer(number: float) -> str:
    """Whole number, thousands set apart by a no-break space; a dash where there is none.

    >>> integer(1830.4).replace(NBSP, " ")
    '1 830'
    """
    return NOTHING if _missing(number) else f"{round(number):,}".replace(",", NBSP)


def decimal(number: float, digits: int) -> str:
    """Number with fixed decimals, thousands set apart."""
    if _missing(number):
        return NOTHING
    rounded = round(number, digits) + 0.0  # -0.04 is printed as 0.0
    return f"{rounded:,.{digits}f}".replace(",", NBSP)


def signed(number: float, digits: int = 0) -> str:
    """Number with + or − in front, none before zero.

    >>> signed(-1313.2).replace(NBSP, " "), signed(0.04, 1)
    ('−1 313', '0.0')
    """
    shown = decimal(abs(number), digits)
    if not any(digit in "123456789" for digit in shown):
        return shown
    return ("+" if number > 0 else "−") + shown


def minus(shown: str) -> str:
    """A number with the sign − instead of a hyphen.

    >>> minus("-4.3"), minus("4.3")
    ('−4.3', '4.3')
    """
    return shown.replace("-", "−")


def interval(middle: float, low: float, high: float) -> str:
    """`1 830 (1 640-2 050)`; without a spread only the middle."""
    if _missing(low) or _missing(high) or (round(low) == round(middle) == round(high)):
        return integer(middle)
    return f"{integer(middle)} ({integer(low)}-{integer(high)})"


def percent(probability: float, border: float | None = None) -> str:
    """Whole percent of a simulated probability, with a literal `%`.

    A simulation never knows 0 or 1; and a number that missed a required level is never printed as if it had reached it.

    >>> percent(0.0), percent(1.0), percent(0.897, border=0.9)
    ('<1%', '>99%', '89%')
    """
    if _missing(probability):
        return NOTHING
    if probability < 0.01:
        return "<1%"
    if probability > 0.99:
        return ">99%"
    whole = math.floor(probability * 100 + 0.5 + 1e-9)
    if border is not None and probability < border <= whole / 100:
        whole = math.ceil(round(border * 100, 9)) - 1
    if border is not None and whole / 100 < border <= probability:
        whole = math.ceil(round(border * 100, 9))
    return f"{whole}%"
