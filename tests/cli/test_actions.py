"""Every snippet of docs/guide/actions.md loads without an error and is simulated."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from schoolplan.prepare import calendars, cases, options, prepare
from sim.engine import simulate

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/guide/actions.md").read_text(encoding="utf-8")
BASE = ROOT / "tests/broken/_base"
HEAD = "schema_version: 1\nid: build\nname: {zh: 示例, en: Example}\nbudget: {2023: 9000, 2024: 9000}\n"
IDLE = ("Bus line", "School group")
"""Actions that change no school."""


def sections() -> dict[str, list[str]]:
    """Title of each section -> its YAML blocks."""
    found = {}
    for part in PAGE.split("\n## ")[1:]:
        title = part.split("\n", 1)[0]
        found[title] = re.findall(r"```yaml\n(.*?)```", part, flags=re.DOTALL)
    return found


@pytest.mark.parametrize(("title", "blocks"), sections().items(), ids=[title.split()[0] for title in sections()])
def test_the_lines_of_every_action_load_and_act(title, blocks, tmp_path):
    assert blocks
    folder = tmp_path / "study"
    shutil.copytree(BASE, folder)
    for block in blocks:
        if block.startswith("# study.yaml"):
            study = folder / "study.yaml"
            study.write_text(study.read_text(encoding="utf-8") + block, encoding="utf-8")
        else:
            (folder / "plans/build.yaml").write_text(HEAD + block, encoding="utf-8")
    prepared = prepare(folder / "approval.yaml")  # raises where there is an error
    chosen = options(prepared.bundle, draws=2)
    made = [case for case in cases(prepared, calendars(prepared, chosen)) if case.rates.future == "baseline"]
    results = simulate(prepared.model, made, 1, np.arange(2))
    acting, idle = (results[[case.network.plan for case in made].index(plan)] for plan in ("build", "do-nothing"))
    same = all(np.array_equal(getattr(acting, name), getattr(idle, name)) for name in ("rolls", "rooms", "open"))
    assert same == title.startswith(IDLE)
