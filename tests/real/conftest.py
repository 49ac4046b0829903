"""Real data lie beside the checkout, not in it: tests that need them are skipped with the reason, and fail under CI."""

import os
from pathlib import Path

import pytest

from tests.real.baltimore.prepare import data_folder, missing


@pytest.fixture(scope="session")
def baltimore_data() -> Path:
    """Folder of the published Baltimore files."""
    folder = data_folder()
    absent = missing(folder)
    if absent:
        reason = f"no Baltimore data ({', '.join(absent)}): set SCHOOLPLAN_DATA to the folder that holds `baltimore/`"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return folder
