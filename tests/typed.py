"""The command line as a planner types it, called in the process of the test: starting Python anew costs seconds.

`typed_apart` starts a process of its own, for the few tests of what only a process shows.
"""

import io
import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

_SETTINGS = {"SCHOOLPLAN_LANG": "en", "PYTHONUTF8": "1", "COLUMNS": "200"}


def typed(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Exit code and what was printed, as of a process."""
    from schoolplan.cli import app
    from schoolplan.exits import guarded

    arguments = ["schoolplan", *map(str, words)]
    said, told = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, _SETTINGS),
        mock.patch.object(sys, "argv", arguments),
        chdir(cwd or Path.cwd()),
        redirect_stdout(said),
        redirect_stderr(told),
    ):
        code = guarded(app)
    return subprocess.CompletedProcess(arguments, code, said.getvalue(), told.getvalue())


def typed_apart(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "schoolplan", *map(str, words)],
        capture_output=True, text=True, encoding="utf-8", cwd=cwd, env={**os.environ, **_SETTINGS}, check=False,
    )  # fmt: skip
