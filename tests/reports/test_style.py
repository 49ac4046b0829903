"""Bytes are the same on every run, matplotlib's own settings survive, text wraps and spreads as it should."""

import itertools

import matplotlib as mpl
import pytest
from matplotlib.colors import to_rgb

from reports import figures_base, style
from reports.figures_cells import Scale, ink_on
from reports.figures_setting import Case, setting
from reports.fonts import text_width
from reports.i18n import Labels
from reports.study_card import StudyCard
from tests.reports.factory_study import study
from tests.reports.gallery import gallery
from tests.reports.sample import cases, words


@pytest.mark.parametrize("name", ["fan", "timeline", "map_pair"])
def test_two_drawings_give_the_same_bytes(name) -> None:
    assert style.to_png(gallery("zh")[name]()) == style.to_png(gallery("zh")[name]())


def test_pictures_hold_no_version() -> None:
    assert mpl.__version__.encode() not in style.to_png(gallery("en")["cash"]())


def test_own_settings_come_back() -> None:
    before = dict(mpl.rcParams)
    style.to_png(gallery("zh")["fan_one"]())
    assert dict(mpl.rcParams) == before


def test_a_setting_of_the_user_changes_nothing() -> None:
    plain = style.to_png(gallery("zh")["fan_one"]())
    with mpl.rc_context({"lines.linewidth": 9, "axes.facecolor": "red", "font.size": 30}):
        assert style.to_png(gallery("zh")["fan_one"]()) == plain


def test_lines_differ_in_colour_and_dash_and_leave_the_limit_its_own() -> None:
    assert len(set(style.LINES)) == len(style.LINES)
    assert len({color for color, _ in style.LINES}) == len(style.LINES)
    assert style.VERMILLION not in {color for color, _ in style.LINES}


def test_risk_gets_darker_step_by_step() -> None:
    grey = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in map(to_rgb, style.RISK)]
    assert grey == sorted(grey, reverse=True)
    assert min(a - b for a, b in itertools.pairwise(grey)) > 0.05


def test_ink_is_readable_on_every_step() -> None:
    for color in (*style.RISK, *style.SPARE_TO_SHORT):
        assert _contrast(color, ink_on(color)) > 4.5


def _contrast(one: str, other: str) -> float:
    def light(color: str) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = max(light(one), light(other)), min(light(one), light(other))
    return (high + 0.05) / (low + 0.05)


def test_a_value_at_a_break_belongs_to_the_lower_step() -> None:
    scale = Scale((1.0, 2.0), ("a", "b", "c"))
    assert [scale.color(v) for v in (0.5, 1.0, 1.5, 2.0, 2.5)] == ["a", "a", "b", "b", "c"]
    assert scale.color(float("nan")) == style.PAPER


def test_wrap_keeps_every_character_and_the_width() -> None:
    text = "维持现状时第一小学2028学年起多半超过2000人；县方案（含第四小学）使其回到限内。The rest is English."
    lines = figures_base.wrap(text, 10, 160)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line, 10) <= 161 for line in lines)
    assert not any(line[0] in "，。；：、）】」％%" for line in lines)


@pytest.mark.parametrize("width", [40, 52, 72, 92])
def test_wrap_leaves_quotes_with_what_they_hold(width) -> None:
    text = "“不建设”缺九百人，“分两期”缺八百人，“我的方案”缺七百人"
    lines = figures_base.wrap(text, 10, width)
    assert "".join(lines) == text
    assert all(line[0] not in "”，" and not line.endswith("“") for line in lines)


def test_wrap_leaves_no_separator_at_an_end() -> None:
    assert figures_base.wrap("aaaa · bbbb", 10, text_width("aaaa ·", 10) + 1) == ["aaaa", "bbbb"]
    short = text_width("方案：维持现状", 10) + 1
    assert figures_base.wrap("first · 方案：维持现状", 10, short) == ["first", "方案：维持现状"]
    assert figures_base.wrap("", 10, 100) == []


def test_fit_ends_with_an_ellipsis_only_when_it_must() -> None:
    assert figures_base.fit("short", 8, 100) == "short"
    cut = figures_base.fit("a very long name of a school", 8, 50)
    assert cut.endswith("…")
    assert text_width(cut, 8) <= 50


def test_spread_keeps_order_and_distance() -> None:
    placed = figures_base.spread([5.0, 5.1, 5.2, 9.0], 1.0)
    assert placed == sorted(placed)
    assert min(b - a for a, b in itertools.pairwise(placed)) >= 1.0 - 1e-9
    assert placed[3] == 9.0
    assert figures_base.spread([], 1.0) == []


def test_value_range_starts_at_zero_when_values_come_near_it() -> None:
    assert figures_base.value_range([100, 1000])[0] == 0
    low, high = figures_base.value_range([1500, 2000])
    assert 1400 < low < 1500
    assert high > 2000
    assert figures_base.value_range([]) == (0, 1)
    assert figures_base.value_range([float("nan"), 3.0])[1] > 3


def test_panels_are_headed_by_what_differs() -> None:
    w = words("en")
    assert w.case_name(cases()[1], cases()) == "County plan"
    futures = [Case("baseline", "county-plan"), Case("fast-urban", "county-plan")]
    assert w.case_name(futures[1], futures) == "Fast urbanisation"
    both = [cases()[0], futures[1]]
    assert w.case_name(both[1], both) == "County plan · Fast urbanisation"


def test_setting_reads_the_names_of_a_study() -> None:
    card = StudyCard.model_validate(study())
    made = setting(card, {("school", "ps-01"): "One"}, Labels("en"), "source")
    assert made.name("school", "ps-01") == "One"
    assert made.name("school", "unknown") == "unknown"
    assert made.name("plan", card.plans[0].id) == card.plans[0].name["en"]
    assert made.name("stage", "all") == "All stages"
    assert made.window == tuple(card.window)
    assert "Synthetic data" in made.marks()
