"""`schoolplan land`: parcels of a study as tables, layers and a map; and the log of locked parcels."""

import csv
import io
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gis.land_export import write_land
from gis.land_log import COLUMNS, new_entries
from gis.land_study import Land, read_land
from reports.i18n import Labels, language
from reports.land_book import write_land_book
from reports.land_map import finding, land_sheets
from reports.land_view import LandView
from reports.style import to_png
from reports.whole import whole_folder
from scenarios import loader
from scenarios.bundle import StudyBundle
from scenarios.dictionary import table_spec
from scenarios.problems import Problem, ScenarioError, error, has_errors, in_order
from schoolplan.problem_files import write_csv

TABLE, BOOK, LAYERS, MAP = "parcels.csv", "parcels.xlsx", "parcels.gpkg", "parcels"


@dataclass(frozen=True)
class LandFolder:
    """What was written."""

    path: Path
    files: tuple[str, ...]
    table: pd.DataFrame
    said: str
    """How many parcels there are, and what they are fit for."""
    problems: tuple[Problem, ...]
    """Warnings and notes."""


def land(study: Path, out: Path | None = None, lang: str | None = None) -> LandFolder:
    """Write the parcels of a study to a new or empty folder (default: STUDY-land beside study.yaml).

    Raises ScenarioError with every problem, RunError for a folder that holds something.
    """
    bundle, found, problems = _read(study)
    chosen = language(lang or bundle.study.language)
    view = _view(bundle, found, chosen)
    target = out if out is not None else study.parent / f"{bundle.study.id}-land"
    files = [TABLE, BOOK]
    with whole_folder(target) as folder:
        rows = view.land.result.astype(object).where(view.land.result.notna(), "")
        write_csv(folder / TABLE, list(rows.columns), (_plain(row) for row in rows.to_dict("records")))
        write_land_book(view, folder / BOOK)
        if write_land(found, folder / LAYERS, view.names, view.fits):
            files.append(LAYERS)
        for number, figure in enumerate(land_sheets(view), start=1):
            files.append(f"{MAP}.png" if number == 1 else f"{MAP}-{number}.png")
            (folder / files[-1]).write_bytes(to_png(figure))
    return LandFolder(target, tuple(files), view.land.result, finding(view), tuple(problems))


def record(study: Path, by: str, reason: str, day: str) -> pd.DataFrame:
    """Add what changed of locked parcels to the log of the study; returns the rows that were added.

    by, reason: who enters it and why.  day: YYYY-MM-DD.  Changes without an entry are what is entered, so they do not
    stop this; every other error does. Raises ScenarioError.
    """
    bundle, found, _ = _read(study, forgiven=("GIS166",))
    table = bundle.study.tables.parcel_log
    path = None if table is None else bundle.study_root / table.path
    if path is None or path.suffix.lower() != ".csv" or "parcel_log" not in bundle.tables:
        raise ScenarioError([error("GIS176", f"{bundle.study_file}:tables.parcel_log")])
    rows = new_entries(found.state, bundle.tables["parcel_log"], day, by, reason)
    if len(rows):
        _append(path, rows, bundle)
    return rows


def _append(path: Path, rows: pd.DataFrame, bundle: StudyBundle) -> None:
    """Add rows below those of the file, in its order of columns, encoding and line ends."""
    content = path.read_bytes()
    encoding = "utf-8" if _is_utf8(content) else "gb18030"
    head = next(csv.reader(content.decode(encoding).removeprefix("\ufeff").splitlines()[:1]), [])
    named = {alias: column.name for column in table_spec("parcel_log").columns for alias in column.heads}
    columns = [named.get(cell.strip(), "") for cell in head]
    if not set(COLUMNS) <= set(columns):
        raise ScenarioError([error("GIS176", f"{bundle.study_file}:tables.parcel_log")])
    end = "\r\n" if b"\r\n" in content else "\n"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end)
    writer.writerows([row.get(column, "") for column in columns] for row in rows.to_dict("records"))
    glue = "" if content.endswith(b"\n") else end
    building = path.with_name(f".{path.name}.unfinished")
    building.write_bytes(content + (glue + text.getvalue()).encode(encoding))
    building.replace(path)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _read(study: Path, forgiven: tuple[str, ...] = ()) -> tuple[StudyBundle, Land, list[Problem]]:
    """Study and land without errors, but for those forgiven. Raises ScenarioError."""
    bundle = loader.load_study(study)
    found, problems = read_land(bundle)
    told = in_order([*bundle.warnings, *problems])
    stopping = [problem for problem in told if problem.code not in forgiven]
    if found is None or has_errors(stopping):
        raise ScenarioError(told)
    return bundle, found, told


def _view(bundle: StudyBundle, found: Land, lang: str) -> LandView:
    labels, units = Labels(language(lang)), bundle.tables["units"]
    names = units[f"name_{lang}"].where(units[f"name_{lang}"] != "", units["name_zh"])
    study = labels.pick(bundle.study.name.model_dump())
    return LandView(
        found, bundle.pack, labels, study, dict(zip(units["unit"], names, strict=True)), bundle.study.synthetic
    )


def _plain(row: Mapping[Hashable, Any]) -> dict[str, object]:
    """Yes and no as 1 and 0, as in the tables of a study; whole numbers without a decimal point."""
    made: dict[str, object] = {}
    for name, value in row.items():
        whole = isinstance(value, bool) or (isinstance(value, float) and value.is_integer())
        made[str(name)] = int(value) if whole else value
    return made
