"""What every explanation must keep: each number is read back from the run folder, nothing else has a digit."""

import re

import pytest

from reports.explain_model import Explanation, Figure, read_back
from reports.i18n import NBSP
from reports.run_folder import RunFolder

NUMBER = re.compile(r"\d[\d\u00a0]*(?:\.\d+)?")
OWN = ("80% 区间", f"80{NBSP}% intervals", "80 % intervals", "95% 区间", f"95{NBSP}% interval")
"""The only numbers that stand in labels: which intervals a calibration and the draws speak of."""


def keeps(run: RunFolder, told: Explanation) -> None:
    """Raises AssertionError with the paragraph where a number, a name or the form is wrong."""
    assert 1 <= len(told.sentences) <= 6, told.text
    kinds = [one.kind for one in told.sentences]
    assert kinds == sorted(set(kinds), key=("what", "when", "why", "children", "fix", "sure").index), told.text
    for figure in told.figures:
        same(run, figure)
    for one in told.sentences:
        assert one.text[0] == one.text[0].upper(), one.text
        assert one.text.endswith("。" if told.lang == "zh" else "."), one.text
        assert all(name in one.text for name in one.names), one
        assert digits_left(one.text, (*one.names, *OWN), one.figures) == "", one.text
    assert not re.search(r"(?<!\d)(?:0|100)\u00a0?%", told.text.replace("100% ", "")), told.text


def same(run: RunFolder, figure: Figure) -> None:
    """The value comes out of its cells again, and what is printed is that value."""
    again = read_back(run, figure)
    if isinstance(figure.value, str):
        assert again == figure.value
        assert figure.shown == str(figure.value).removeprefix("grade:")
        return
    assert float(again) == pytest.approx(figure.value, abs=1e-6), figure
    printed = NUMBER.findall(figure.shown)
    if printed:
        first = float(printed[0].replace(NBSP, ""))
        near = (abs(figure.value), 100.0 * abs(figure.value))
        # A percent is never rounded across what is allowed, and the rest of the drivers takes up rounding.
        slack = 1.51 if "%" in figure.shown or figure.name == "rest" else 0.51
        assert any(abs(first - value) <= slack for value in near), figure


def digits_left(text: str, names: tuple[str, ...], figures: tuple[Figure, ...]) -> str:
    """Digits of a text that neither a name nor a figure accounts for."""
    for name in sorted(set(names), key=len, reverse=True):
        text = text.replace(name, "")
    for shown in sorted((figure.shown for figure in figures), key=len, reverse=True):
        text = text.replace(shown, "", 1)
    return "".join(re.findall(r"\d", text))
