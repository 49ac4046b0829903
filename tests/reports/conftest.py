"""The synthetic run, written once per test session."""

import shutil
from pathlib import Path

import pytest

from reports.run_folder import RunFolder
from tests.reports import factory


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return factory.make(tmp_path_factory.mktemp("runs") / "test-run")


@pytest.fixture
def copied(run: RunFolder, tmp_path: Path) -> Path:
    """A copy of the run folder that a test may break."""
    return Path(shutil.copytree(run.path, tmp_path / "copy"))
