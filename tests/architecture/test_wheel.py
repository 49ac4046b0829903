"""The wheel as a user gets it: what is inside, and the commands run from it in an environment of its own."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from schoolplan import guard

pytestmark = pytest.mark.slow


def run(*command: object, cwd: Path) -> str:
    """Run a command without the variables that lead Python back to the working copy; returns what it printed."""
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    result = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the working copy."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder, cwd=repository)
    return next(folder.glob("schoolplan-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scripts folder of a new environment that holds the wheel; the libraries are lent by this environment."""
    home = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    site = run(scripts / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip()
    Path(site, "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = (sys.executable, "-m", "pip", "--python", scripts / "python", "--disable-pip-version-check", "--quiet")
    run(*pip, "install", "--no-deps", "--no-index", wheel, cwd=home)
    return scripts


def test_the_wheel_holds_every_file_of_the_rooms_and_nothing_else(wheel: Path, tracked: tuple[str, ...]) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    inside = {name for name in names if ".dist-info/" not in name}
    assert inside == {name for name in tracked if name.partition("/")[0] in guard.PACKAGES}
    assert {"scenarios/examples/majiang/study.yaml", "scenarios/packs/cn-2017-quality-balance.yaml"} <= names
    assert {"scenarios/messages.yaml", *(f"{room}/py.typed" for room in guard.PACKAGES)} <= names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_packages_come_from_the_wheel_and_the_guard_agrees(installed: Path, tmp_path: Path) -> None:
    code = "import sim; from schoolplan import guard; guard.stop_if_shadowed(); print(sim.__file__)"
    assert Path(run(installed / "python", "-c", code, cwd=tmp_path).strip()).is_relative_to(installed.parent)


def test_help_and_the_shipped_example_work_away_from_the_repository(installed: Path, tmp_path: Path) -> None:
    shown = run(installed / "schoolplan", "--help", cwd=tmp_path)
    assert all(verb in shown for verb in ("new", "check", "explain", "run", "compare"))
    run(installed / "schoolplan", "new", tmp_path / "county", "--example", "majiang", cwd=tmp_path)
    run(installed / "schoolplan", "check", tmp_path / "county" / "approval.yaml", cwd=tmp_path)
