"""Section `money`: values in force, and what is wrong with it."""

import shutil
from pathlib import Path

import pytest

from scenarios.loader import read_study_draft
from scenarios.money_defaults import load_money, money_of
from scenarios.problems import render
from scenarios.schema_money import Money
from schoolplan.prepare import check

BASE = Path(__file__).parents[1] / "broken" / "_base"


def test_values_of_a_study_stand_over_the_shipped_ones() -> None:
    own = Money.model_validate({"operating": {"class": 1.5, "pupil": {"junior": 0.2}}, "discount_rate": 0.0})
    values, shipped = money_of(own), load_money()
    assert values is not None
    assert (values.class_, values.discount_rate) == (1.5, 0.0)
    assert values.pupil == {**shipped.pupil.value, "junior": 0.2}
    assert (values.post, values.boarder, values.life_years) == (
        shipped.post.value, shipped.boarder.value, shipped.life_years.value,
    )  # fmt: skip
    assert money_of(None) is None


def test_every_stage_needs_a_grant(tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(BASE, study)
    for file in (*study.rglob("*.yaml"), *study.rglob("*.csv")):
        file.write_text(file.read_text(encoding="utf-8").replace("junior", "middle"), encoding="utf-8")
    with (study / "study.yaml").open("a", encoding="utf-8") as out:
        out.write("money: {operating: {post: 10}}\n")
    _, problems = read_study_draft(study / "study.yaml")
    [found] = [problem for problem in problems if problem.code == "SCN760"]
    assert (found.severity, found.found) == ("error", "middle")
    assert "primary, junior" in render(found, "en")
    assert "随程序提供的只有" in render(found, "zh")


PRICE = "{value: 5, source: x, source_grade: M}"
BUSES = [
    ("SCN763", "km: 6, vehicles: 2, cost_per_km: 7", PRICE, "6.552 a year"),
    (
        "SCN763",
        "km: 6",
        PRICE,
        "1 vehicles x 4 x 6 km x 195 times a year x 5 yuan/km",
    ),
    ("SCN764", "cost_per_km: 7", PRICE, "its length is not known"),
    ("SCN765", "km: 6, cost_per_km: 7", "null", "there is no money.operating.bus_km"),
    ("SCN645", "km: 6", "null", "not at all"),
    ("SCN767", "km: 6, vehicles: 3, cost_per_year: 9", "null", "vehicles (3) change nothing"),
]


@pytest.mark.parametrize(("code", "bus", "price", "words"), BUSES)
def test_what_a_bus_costs_in_the_money_is_told(tmp_path, code, bus, price, words) -> None:
    study = tmp_path / "study"
    shutil.copytree(BASE, study)
    with (study / "study.yaml").open("a", encoding="utf-8") as out:
        out.write(f"money: {{operating: {{post: 10, bus_km: {price}}}}}\n")
    with (study / "plans/build.yaml").open("a", encoding="utf-8") as out:
        out.write(f"buses:\n  - {{id: b1, kind: daily, schools: [a], units: [u3], seats: 30, {bus}, from: 2025}}\n")
    found = [problem for problem in check(study / "approval.yaml") if problem.code == code]
    assert len(found) == 1
    assert found[0].place.startswith("plans/build.yaml:25")
    assert words in render(found[0], "en")
    assert render(found[0], "zh") != render(found[0], "en")
    assert {p.code for p in check(study / "approval.yaml")} & {one[0] for one in BUSES} == {code}
