"""The synthetic run, written once per test session."""

import shutil
from pathlib import Path

import pytest

from reports import album
from reports.album import Picture, Task
from reports.figures_setting import Caption
from reports.run_folder import RunFolder
from tests.reports import factory


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return factory.make(tmp_path_factory.mktemp("runs") / "test-run")


@pytest.fixture
def copied(run: RunFolder, tmp_path: Path) -> Path:
    """A copy of the run folder that a test may break."""
    return Path(shutil.copytree(run.path, tmp_path / "copy"))


@pytest.fixture
def dots(monkeypatch: pytest.MonkeyPatch) -> list[Caption]:
    """No drawing: every picture is a dot with its title as text; gives the captions asked for."""
    asked: list[Caption] = []

    def dot(task: Task) -> Picture:
        asked.append(task.caption)
        return Picture("data:image/png;base64,iVBORw0KGgo=", task.caption.title, 10, 10)

    monkeypatch.setattr(album, "paint", dot)
    return asked
