"""Writes the Baltimore study into a folder: CSV tables from the published files, and the YAML files beside this one.

The zones layer is named where it lies and never copied; nothing published is kept in the repository.
"""

import os
import re
from pathlib import Path

import pandas as pd

from tests.real.baltimore import tables

HERE = Path(__file__).resolve().parent
FILES = ("approval.yaml", "standards.yaml", "futures/baseline.yaml", "plans/do-nothing.yaml", "plans/roland-park.yaml")
ZONES = "es_zones_SY2021_wgs84.geojson"
YEARS_AHEAD = 10
NEEDED = (ZONES, "programs_SY2021_wgs84.geojson", "enrolment.csv", "births.csv")


def data_folder() -> Path:
    """Where the published files lie: `baltimore` in $SCHOOLPLAN_DATA, or in ../shared/data beside the checkout."""
    root = os.environ.get("SCHOOLPLAN_DATA")
    return (Path(root) if root else HERE.parents[3] / "shared" / "data") / "baltimore"


def missing(data_dir: Path) -> list[str]:
    """Names of the published files that are not there."""
    return [name for name in NEEDED if not (data_dir / name).is_file()]


def prepare(data_dir: Path, target: Path, base_year: int = 2017) -> Path:
    """Write the study into `target` and return the path of its scenario file.

    data_dir: folder with the published files.  base_year: 2017 leaves 2018 for a backtest, 2018 is a planner's run
    (2014 to 2018 work; in earlier years single schools lack a grade).
    """
    for name in FILES:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes((HERE / name).read_bytes())
    layer = Path(os.path.relpath(data_dir / ZONES, target)).as_posix()
    (target / "study.yaml").write_text(_study(layer, base_year), encoding="utf-8")
    (target / "data").mkdir(exist_ok=True)
    for name, table in build(data_dir, base_year).items():
        table.to_csv(target / "data" / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")
    return target / "approval.yaml"


def build(data_dir: Path, base_year: int) -> dict[str, pd.DataFrame]:
    """The tables of the study by name."""
    zones, programs = tables.read_zones(data_dir), tables.read_programs(data_dir)
    history = tables.read_enrolment(data_dir, base_year)
    schools = tables.schools_of(history, programs, zones, base_year)
    kept = tables.without_strays(history, schools, base_year)
    served = tables.zone_rows(schools, zones)
    city = tables.calendar_births(data_dir, base_year)
    units = zones.join(programs["planning_area"])
    return {
        "units": pd.DataFrame(
            {
                "unit": units.index,
                "name_zh": units["zone_name"],
                "name_en": units["zone_name"],
                "township": units["planning_area"],
                "urban": 1,
            }
        ),
        "schools": schools.assign(name_zh=schools["name"], name_en=schools["name"])[
            ["school", "name_zh", "name_en", "first_grade", "last_grade", "unit", "lon", "lat", "reach"]
        ],
        "sites": tables.site_rows(schools, kept),
        "zones": served,
        "births": tables.birth_rows(city, served, kept, base_year),
        "enrolment": kept.assign(pupils=kept["pupils"].astype("Int64"))[
            ["school", "grade", "year", "pupils", "suppressed"]
        ].sort_values(["school", "year", "grade"]),
    }


def _study(layer: str, base_year: int) -> str:
    """The text of study.yaml with its marked lines set."""
    text = (HERE / "study.yaml").read_text(encoding="utf-8")
    lines = {"base_year": str(base_year), "horizon": str(base_year + YEARS_AHEAD)}
    for key, value in lines.items():
        text, count = re.subn(rf"^{key}: \d+  # \(set\)$", f"{key}: {value}", text, flags=re.MULTILINE)
        assert count == 1, key
    text, count = re.subn(rf"path: {re.escape(ZONES)}(.*)  # \(set\)", rf"path: {layer}\1", text)
    assert count == 1, "layer"
    return text
