"""Section `money`: values in force, and what is wrong with it."""

import shutil
from pathlib import Path

from scenarios.loader import read_study_draft
from scenarios.money_defaults import load_money, money_of
from scenarios.problems import render
from scenarios.schema_money import Money

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
