"""What `explain` shows of habits that were learnt, and of a study without any."""

from pathlib import Path

from scenarios.schema_classes import Classes
from schoolplan.implied_classes import habit_tables
from tests.sim import random_counties as counties


def test_learnt_sizes_are_shown_by_school_and_stage(tmp_path: Path) -> None:
    inputs = counties.Inputs(5, {}, Classes(formation="learnt"), (), ())
    model = counties.made(tmp_path, inputs).model
    ((title, heads, rows),) = habit_tables(model)
    assert title == "explain.habits"
    assert len(heads) == 4
    shown = {(school, stage): sizes for school, stage, sizes, _ in rows}
    assert ("j1", "primary") not in shown
    assert model.formation is not None
    assert model.formation.habits is not None
    learnt = model.formation.habits.stages["primary"].size[model.layout.schools.index("t1")]
    assert shown["t1", "primary"] == f"{learnt[:2].min():.1f}-{learnt[:2].max():.1f}"  # grades 1 and 2 alone
    assert habit_tables(counties.county(tmp_path, 5).model) == []
