"""Real data lie beside the checkout, not in it: tests that need them are skipped with the reason, and fail under CI."""

from pathlib import Path

import pytest

from tests.real.baltimore.prepare import data_folder, missing

CHINA = (
    "census_2010_selected_counties.csv",
    "census_2020_selected_counties.csv",
    "china_province_panel_2000_2019.csv",
    *(f"{place}_gcj02.geojson" for place in ("county_522635", "city_522600", "city_430200", "city_441700")),
    *(f"{place}_gcj02.geojson" for place in ("county_210903", "county_331122")),
)


@pytest.fixture(scope="session")
def baltimore_data() -> Path:
    """Folder of the published Baltimore files."""
    folder = data_folder()
    absent = missing(folder)
    if absent:
        reason = f"no Baltimore data ({', '.join(absent)}): set SCHOOLPLAN_DATA to the folder that holds `baltimore/`"
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def china_data() -> Path:
    """Folder of census tables, boundaries and births of the five places."""
    folder = data_folder().parent / "china"
    absent = [name for name in CHINA if not (folder / name).is_file()]
    if absent:
        reason = f"no Chinese data ({', '.join(absent)}): set SCHOOLPLAN_DATA to the folder that holds `china/`"
        pytest.skip(reason)
    return folder
