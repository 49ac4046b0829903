"""Broken inputs: each folder holds the files that differ from `_base`, and `expect.yaml` with what must be said."""

import shutil
from pathlib import Path

import pytest

from scenarios.problems import Problem
from scenarios.yaml_core import parse, plain
from schoolplan.prepare import check

HERE = Path(__file__).resolve().parent


def case_folders() -> list[Path]:
    """Every case, by name."""
    return sorted(file.parent for file in HERE.glob("*/expect.yaml"))


def expectation(case: Path) -> dict:
    """What `expect.yaml` of a case says."""
    data = plain(parse((case / "expect.yaml").read_text(encoding="utf-8")))
    assert isinstance(data, dict)
    return data


@pytest.fixture
def broken(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[dict, list[Problem]]:
    """The expectation of a case and the problems found in the base study with the case's files laid over it."""
    case: Path = request.param
    shutil.copytree(HERE / "_base", tmp_path, dirs_exist_ok=True)
    shutil.copytree(case, tmp_path, dirs_exist_ok=True)
    expect = expectation(case)
    for name in expect.get("without", []):
        (tmp_path / name).unlink()
    return expect, check(tmp_path / expect.get("file", "approval.yaml"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "broken" in metafunc.fixturenames:
        cases = case_folders()
        metafunc.parametrize("broken", cases, ids=[case.name for case in cases], indirect=True)
