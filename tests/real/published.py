"""Where the published panels lie."""

from pathlib import Path

import pytest

from verification.panels import data_folder


def folder_of(name: str) -> Path:
    """The folder of all panels, if this one is in it; else a skip with the reason (under CI a skip is a failure)."""
    folder = data_folder()
    if not (folder / name / "enrolment.csv").is_file():
        pytest.skip(f"no {name} data: set SCHOOLPLAN_DATA to the folder that holds `{name}/`")
    return folder
