"""The engine against the study simulated by hand: docs/science/tiny-study.md holds the numbers, worked out on paper."""

import re

import numpy as np
import pytest

from sim.bounds import bounds
from sim.classes import form_classes
from sim.engine import FLOWS
from sim.judge import today_facts
from sim.summary import Assessment, measured, verdict_rows
from tests.sim import studies

PAGE = studies.ROOT / "docs/science/tiny-study.md"
PLANS = {"do-nothing": "without a plan", "build": "with the plan"}


def table(heading):
    """Columns of the first table under a heading, as whole numbers by column name."""
    section = PAGE.read_text(encoding="utf-8").split(f"### {heading}\n")[1].split("\n#")[0]
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in section.split("\n") if line[:1] == "|"]
    head, numbers = rows[0], [row for row in rows[2:] if all(re.fullmatch(r"\d+", cell) for cell in row)]
    return {name: np.array([int(row[i]) for row in numbers]) for i, name in enumerate(head)}


@pytest.fixture(scope="module")
def tiny():
    return studies.study(studies.TINY)


@pytest.fixture(scope="module")
def results(tiny):
    return {plan: studies.run(tiny, "steady", plan, seed=7) for plan in PLANS}


def by_school_grade(tiny, values, name):
    """Column `a 1` of the page: school a, grade 1, over the years."""
    school, grade = name.split()
    return values[0, :, tiny.model.layout.schools.index(school), tiny.model.grades.names.index(grade)]


def test_the_base_year_is_the_record(tiny):
    children = {row[0]: row[1] for row in _rows("Children on 31 August 2023")}
    cells = [cell.split("|")[0] for cell in tiny.model.layout.cells[:-1]]
    for unit, residents, pupils in zip(cells, tiny.model.residents, tiny.model.pupils.sum(axis=1), strict=False):
        assert [*residents, residents.sum(), *pupils, pupils.sum()] == children[unit]
    assert tiny.model.pupils.sum() == children["all"][-1]
    assert (tiny.model.births.level == [52, 48, 12, 0]).all()


def _rows(heading):
    section = PAGE.read_text(encoding="utf-8").split(f"### {heading}\n")[1].split("\n#")[0]
    lines = [line.strip("|").split("|") for line in section.split("\n") if line[:1] == "|"][2:]
    return [(cells[0].strip(), [int(cell) for cell in cells[1:]]) for cells in lines]


@pytest.mark.parametrize("plan", PLANS)
def test_rolls(tiny, results, plan):
    hand = table(f"Rolls {PLANS[plan]}")
    assert hand["year"].tolist() == list(tiny.model.years)
    columns = [name for name in hand if name != "year"]
    for name in columns:
        assert by_school_grade(tiny, results[plan].rolls, name).tolist() == hand[name].tolist(), name
    # No column is missing on the page.
    assert results[plan].rolls.sum() == sum(hand[name].sum() for name in columns)


@pytest.mark.parametrize("plan", PLANS)
def test_classes(tiny, results, plan):
    hand, result = table(f"Classes {PLANS[plan]}"), results[plan]
    largest = form_classes(result.rolls, result.rooms, tiny.model.grades.planned_size).largest.max(axis=3)[0]
    for name, numbers in hand.items():
        if name.startswith("largest of"):
            assert largest[:, tiny.model.layout.schools.index(name[-1])].tolist() == numbers.tolist(), name
        elif name != "year":
            assert by_school_grade(tiny, result.classes, name).tolist() == numbers.tolist(), name
    assert not result.short.any()


def test_children_beyond_the_planned_seats(tiny, results):
    hand = table("Beyond without a plan")
    assert results["do-nothing"].beyond[0].tolist() == np.stack([hand["a"], hand["b"], 0 * hand["a"]], axis=1).tolist()
    assert results["build"].beyond[0].tolist() == [[14, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert not any(result.diverted_in.any() for result in results.values())


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize(
    ("heading", "field"),
    [("Entrants", "entrants"), ("Children below school age", "residents"), ("Pupils by home", "pupils")],
)
def test_homes(tiny, results, plan, heading, field):
    hand = table(heading)
    expected = np.stack([hand[unit] for unit in tiny.model.layout.units], axis=1)
    assert getattr(results[plan], field)[0].tolist() == expected.tolist()


@pytest.mark.parametrize("plan", PLANS)
def test_flows(results, plan):
    hand, result = table("Flows"), results[plan]
    flows = dict(zip(FLOWS, result.flows[0].T, strict=True))
    for name in ("born", "graduated"):
        assert flows.pop(name).tolist() == hand[name].tolist()
    assert not any(flow.any() for flow in flows.values())
    everybody = (result.residents + result.pupils).sum(axis=2)[0]
    assert everybody.tolist() == hand["all children"].tolist()


def test_the_projects_open_when_the_page_says(tiny):
    assert studies.case(tiny, "steady", "build", seed=7).opening_year.tolist() == [[2025, 2026]]


def test_verdicts(tiny, results):
    bundle, model = tiny.bundle, tiny.model
    assessment = Assessment(tuple(bounds(bundle, model)), (2025, 2027), 0.9)
    words = {}
    for plan, result in results.items():
        rows = verdict_rows(measured(result, model, assessment), model, assessment, bundle.study.id)
        county = rows[rows["scope"] == "county"]
        words[plan] = dict(zip(county["rule"], county["verdict"], strict=True))
    assert words["do-nothing"] == {
        "G4.primary": "holds", "G4.primary.old": "holds", "G4.junior": "holds",
        "G5.primary": "fails", "G5.junior": "fails", "rooms": "holds", "all": "fails",
    }  # fmt: skip
    assert set(words["build"].values()) == {"holds"}
    today = [
        (bound.code, model.layout.schools[school], value)
        for bound, _, _, school, value, _, _ in today_facts(model, assessment.bounds)
    ]
    assert today == [("G5.primary", "a", 46)]
