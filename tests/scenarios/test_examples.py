"""Every shipped example: made by its own program, clean, synthetic, complete in its README, and it runs.

An example joins by being a folder of `scenarios/examples` with a `study.yaml` or a `programme.yaml`.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.loader import load
from scenarios.shipped import FOLDER, copy_example, list_examples
from schoolplan.prepare import check
from tests.story import tables

EXAMPLES = list_examples()
SEEDS = {"majiang": "S0", "zhuzhou": "S1", "yangjiang": "S2", "xinqiu": "S3", "jinyun": "S4"}
ROWS = {"S0": 37, "S1": 13, "S2": 17, "S3": 13, "S4": 16}
"""Rows of the requirements that each government plan makes, by the seed they come from."""
LARGEST = 1_000_000  # bytes of one study


def scenario_files(name: str) -> list[Path]:
    """The scenario files of an example, its own first; a programme has one for each member."""
    return sorted((FOLDER / name).rglob("approval.yaml"), key=lambda path: (len(path.parts), path))


def readme(name: str) -> str:
    return (FOLDER / name / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_program_writes_every_file_again_byte_for_byte(name: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, str(FOLDER / name / "make.py"), str(tmp_path)], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(FOLDER.parents[1])},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    made = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    here = FOLDER / name
    kept = {p.relative_to(here).as_posix() for p in here.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")}
    assert kept == set(made)
    assert [file for file, data in made.items() if (here / file).read_bytes() != data] == []


@pytest.mark.parametrize("path", [path for name in EXAMPLES for path in scenario_files(name)], ids=str)
def test_it_is_clean_but_for_warnings_that_its_readme_explains(path: Path) -> None:
    name = path.relative_to(FOLDER).parts[0]
    found = {problem.code: problem.severity for problem in check(path)}
    assert "error" not in found.values()
    assert [code for code, severity in found.items() if severity == "warning" and code not in readme(name)] == []
    bundle = load(path)
    assert bundle.study.synthetic
    assert bundle.study.note is not None
    assert "合成" in bundle.study.note.zh
    assert "ynthetic" in bundle.study.note.en
    assert bundle.study.sources


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_small_and_its_tables_open_in_spreadsheets(name: str) -> None:
    for path in (FOLDER / name).rglob("data"):
        files = [file for file in path.rglob("*") if file.is_file()]
        assert sum(file.stat().st_size for file in files) < LARGEST, path
        for file in files:
            if file.suffix == ".csv":
                assert file.read_bytes().startswith(b"\xef\xbb\xbf"), file.name
                assert b"\r" not in file.read_bytes(), file.name


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_readme_answers_every_sentence_of_the_plan(name: str) -> None:
    seed = SEEDS[name]
    # Cells of the table that maps the plan's rows: `S3-1 S3-2` or one id.
    cells = " ".join(line.split("|")[1] for line in readme(name).splitlines() if line.startswith(f"| {seed}-"))
    assert {f"{seed}-{number}" for number in range(1, ROWS[seed] + 1)} - set(re.findall(r"S\d-\d+", cells)) == set()


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_planner_can_start_from_it(name: str, tmp_path: Path) -> None:
    folder = copy_example(name, tmp_path / "mine")
    assert not list(folder.rglob("*.py"))
    for path in folder.rglob("approval.yaml"):
        assert not [problem for problem in check(path) if problem.severity == "error"]


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_it_runs_and_gives_a_verdict_on_every_case(name: str, tmp_path: Path) -> None:
    path = scenario_files(name)[0]
    bundle = load(path)
    county = tables(path, tmp_path)["verdicts"].query("scope == 'county' and rule == 'all'")
    cases = {(future, plan) for future in bundle.futures for plan in bundle.plans}
    assert set(zip(county["future"], county["plan"], strict=True)) == cases
    assert set(county["verdict"]) <= {"holds", "at-risk", "fails", "undecided"}
