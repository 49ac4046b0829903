"""Repairs proposed for every broken input: no crash, nothing written elsewhere, never more problems than before."""

import shutil
from pathlib import Path

import pytest

import schoolplan
from scenarios.problems import Problem
from tests.broken.conftest import HERE, case_folders, expectation


def counts(problems: tuple[Problem, ...]) -> tuple[int, int]:
    """Errors and warnings."""
    errors, warnings = (sum(one.severity == kind for one in problems) for kind in ("error", "warning"))
    return errors, warnings


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("case", case_folders(), ids=lambda case: case.name)
def test_repairs_stay_in_their_folder_and_make_nothing_worse(case: Path, tmp_path: Path) -> None:
    home = tmp_path / "county"
    shutil.copytree(HERE / "_base", home)
    shutil.copytree(case, home, dirs_exist_ok=True)
    expect = expectation(case)
    for name in expect.get("without", []):
        (home / name).unlink()
    before = files(tmp_path)
    repairs = schoolplan.fix(home / expect.get("file", "approval.yaml"))
    after = files(tmp_path)
    assert {path: after[path] for path in before} == before
    assert all(tmp_path / "county-repairs" in path.parents for path in after.keys() - before.keys())
    assert (repairs.folder is None) == (repairs.changes == ())
    assert all(left <= had for left, had in zip(counts(repairs.after), counts(repairs.before), strict=True))
