"""The hook of tests/conftest.py, tried on a small suite of its own in a separate process."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = {
    "test_marked.py": "import pytest\n@pytest.mark.skip(reason='no browser here')\ndef test_a(): pass\n",
    "test_module.py": "import pytest\npytest.skip('no data here', allow_module_level=True)\n",
    "test_expected.py": "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_b(): assert False\n",
}


@pytest.fixture
def suite(tmp_path: Path, repository: Path) -> Path:
    shutil.copy(repository / "tests" / "conftest.py", tmp_path / "conftest.py")
    for name, text in SUITE.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run_pytest(folder: Path, *names: str, ci: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "CI": ci}
    env = {name: value for name, value in env.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", *names]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_without_ci_skips_pass_with_their_reason(suite: Path) -> None:
    result = run_pytest(suite, "-rs", ci="")
    assert result.returncode == 0, result.stdout
    assert "no browser here" in result.stdout
    assert "no data here" in result.stdout


SKIPS = [("test_marked.py", "no browser here"), ("test_module.py", "no data here")]


@pytest.mark.parametrize(("name", "reason"), SKIPS)
def test_under_ci_a_skip_is_a_failure_that_says_why(suite: Path, name: str, reason: str) -> None:
    result = run_pytest(suite, name, ci="1")
    assert result.returncode != 0
    assert "under CI a skip is a failure" in result.stdout
    assert reason in result.stdout


def test_under_ci_an_expected_failure_is_left_alone(suite: Path) -> None:
    result = run_pytest(suite, "test_expected.py", ci="1")
    assert result.returncode == 0, result.stdout
