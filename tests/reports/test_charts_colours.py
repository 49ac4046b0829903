"""Series of every chart are told apart by the colour-blind and in grey print: by colour, dash, mark or hatching."""

from itertools import combinations, pairwise

import pytest

from reports.figures_classes import GAP
from reports.figures_demand import SOURCES
from reports.figures_first import OUTLOOK
from reports.figures_gantt import FILLS
from reports.figures_heat import CHANCE
from reports.figures_projects import KIND_MARK, OPEN
from reports.figures_ridge import TERRACES
from reports.figures_school import SEATS
from reports.figures_seats import SPARE
from reports.style import BLUE, HATCH_SHORT, HATCH_SPARE, INK, LINES, ORANGE, PAPER, VERMILLION
from tests.reports.gallery import gallery
from tests.reports.test_atlas_scale import DEUTAN, GREY, PROTAN, SEEN_APART, apart

TRITAN = [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
"""Machado, Oliveira, Fernandes 2009, severity 1.0, as the others."""
EYES = {"deuteranopia": DEUTAN, "protanopia": PROTAN, "tritanopia": TRITAN, "grey": GREY}
MARKED = {
    "lines": LINES,
    "seats": [(color, str(dash)) for _, color, dash in SEATS],
    "fan": [(BLUE, "line"), (VERMILLION, "dashed"), (INK, "dots")],
    "demand": [(color, str(hatch)) for _, color, hatch in SOURCES],
    "gantt": FILLS,
    "gaps of seats": [(VERMILLION, HATCH_SHORT), (SPARE, HATCH_SPARE)],
    "first breach": [(ORANGE, HATCH_SHORT), (ORANGE, f"alpha {OUTLOOK}")],
}
"""Series with the second thing that tells them apart."""
STEPS = {
    "chance": CHANCE.colors,
    "open": OPEN.colors,
    "class size": GAP.colors,
    "terraces": tuple(color for _, _, _, color in TERRACES),
}


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", MARKED)
def test_series_are_told_apart(name: str, eye: str) -> None:
    for one, other in combinations(MARKED[name], 2):
        assert one[1] != other[1] or apart(one[0], other[0], EYES[eye]) > SEEN_APART, (one, other)


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", STEPS)
def test_neighbouring_steps_are_told_apart(name: str, eye: str) -> None:
    for one, other in pairwise(STEPS[name]):
        assert apart(one, other, EYES[eye]) > SEEN_APART / 2, (one, other)


@pytest.mark.parametrize("eye", EYES)
def test_a_limit_is_told_from_every_line_and_from_paper(eye: str) -> None:
    assert apart(VERMILLION, PAPER, EYES[eye]) > 20
    if eye != "grey":
        assert all(apart(VERMILLION, color, EYES[eye]) > SEEN_APART for color, _ in LINES)


def test_in_grey_a_limit_is_told_from_dashed_lines_by_their_dots_and_by_its_name() -> None:
    panels = [axes for axes in gallery("en")["classes_two_stages"]().axes if axes.lines]
    lines = {str(line.get_gid()): line for line in panels[0].lines}
    assert {str(line.get_marker()) for gid, line in lines.items() if gid.startswith("median:")} == {"o"}
    assert lines["bound"].get_marker() == "None"
    assert any("limit" in text.get_text() for axes in panels for text in axes.texts)


def test_projects_and_plans_have_marks_of_their_own() -> None:
    assert len(set(KIND_MARK.values())) == len(KIND_MARK)


def test_the_check_can_fail() -> None:
    assert apart("#d7191c", "#1a9641", DEUTAN) < apart("#d7191c", "#1a9641", TRITAN)
    assert apart("#56B4E9", "#57b5e9", GREY) < SEEN_APART
