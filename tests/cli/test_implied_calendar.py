"""`explain` on openings: what a run alone can know is not told as known."""

import shutil
from pathlib import Path

from schoolplan.implied import explain
from schoolplan.prepare import prepare

BASE = Path(__file__).resolve().parents[1] / "broken" / "_base"
CLOSURE = """  - {id: merge, name: {zh: 并, en: Merger}, kind: closure, start: 2024-03, school: a, receivers: [c],
     transition_years: 0%s}
"""


def _rows(folder: Path, guards: str) -> dict[str, list[str]]:
    shutil.copytree(BASE, folder)
    plan = folder / "plans" / "build.yaml"
    text = plan.read_text("utf-8")
    plan.write_text(text.replace("    adds: {rooms: 6}\n", "    adds: {rooms: 6}\n" + CLOSURE % guards), "utf-8")
    (table,) = (one for one in explain(prepare(folder / "approval.yaml")) if one.title == "explain.calendar")
    return {project: rest for plan_, project, *rest in table.rows if plan_ == "build"}


def test_whether_a_guarded_closure_opens_is_left_to_the_run(tmp_path: Path) -> None:
    free, held = _rows(tmp_path / "free", ""), _rows(tmp_path / "held", ", guards: {canteen: true}")
    assert free["merge"][-1].endswith("%")
    assert held["merge"] == [*free["merge"][:-1], "guards_decide"]
    assert held["new-c"] == free["new-c"]
