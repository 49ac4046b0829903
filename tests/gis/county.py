"""A county on squared paper: units are squares of 1 km in EPSG:4545, so that areas and distances have closed forms."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pandas as pd
from pyproj import Transformer

from scenarios.bundle import Bundle
from scenarios.problems import Problem, render
from scenarios.schema_plan import PlanFile
from scenarios.schema_scenario import ScenarioFile
from scenarios.schema_study import StudyFile

EAST, NORTH, SIDE = 450_000.0, 2_930_000.0, 1_000.0
METRES, DEGREES = "EPSG:4545", "EPSG:4490"
TO_DEGREES = Transformer.from_crs(METRES, DEGREES, always_xy=True)
Feature = tuple[Any, Any]
Ring = list[list[float]]


def square(column: float, row: float, width: float = 1.0, height: float = 1.0) -> dict[str, Any]:
    """A rectangle of the grid; column, row, width and height in km."""
    west, south = EAST + column * SIDE, NORTH + row * SIDE
    east, north = west + width * SIDE, south + height * SIDE
    return polygon([[west, south], [east, south], [east, north], [west, north], [west, south]])


def polygon(ring: Ring) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def grid(columns: int, rows: int) -> list[Feature]:
    """Units u00, u01 … from south-west, row by row."""
    cells = [(column, row) for row in range(rows) for column in range(columns)]
    return [(f"u{at:02d}", square(*cell)) for at, cell in enumerate(cells)]


def in_degrees(geometry: dict[str, Any]) -> dict[str, Any]:
    """The same polygon in EPSG:4490."""
    rings = [[list(TO_DEGREES.transform(*point)) for point in ring] for ring in geometry["coordinates"]]
    return {"type": "Polygon", "coordinates": rings}


def lonlat(column: float, row: float) -> tuple[float, float]:
    """Longitude and latitude of a point of the grid [km]."""
    lon, lat = TO_DEGREES.transform(EAST + column * SIDE, NORTH + row * SIDE)
    return float(lon), float(lat)


def write_layer(path: Path, features: Sequence[Feature], crs: str | None = METRES, field: str = "unit") -> Path:
    """GeoJSON of (id, geometry) pairs; crs None leaves the file without one."""
    body: dict[str, Any] = {"type": "FeatureCollection"}
    if crs is not None:
        body["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{crs.replace(':', '::')}"}}
    body["features"] = [
        {"type": "Feature", "properties": {field: name}, "geometry": geometry} for name, geometry in features
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def study(**changes: Any) -> StudyFile:
    """A study of one stage; changes replace keys of the file."""
    names = {"zh": "方格县", "en": "Squared County"}
    stage = {"id": "primary", "name": names, "grades": ["1"], "entry": "residents", "planned_class_size": 45}
    tables = {name: f"data/{name}.csv" for name in ("units", "schools", "sites", "zones", "enrolment")}
    content = {
        "schema_version": 1,
        "id": "squared",
        "name": names,
        "synthetic": True,
        "base_year": 2023,
        "horizon": 2030,
        "crs": METRES,
        "reference_future": "baseline",
        "stages": [stage | {"entry_age": 6}],
        "travel": {"detour": 1.5},
        "tables": tables,
        "layers": {"units": {"path": "data/units.geojson", "id": "unit", "crs": METRES}},
        "school_crs": DEGREES,
    }
    return StudyFile.model_validate(content | changes)


def units_table(names: Sequence[str]) -> pd.DataFrame:
    texts = {"name_zh": [f"{name}村" for name in names], "name_en": [f"Village {name}" for name in names]}
    rows = {"unit": list(names)} | texts
    return pd.DataFrame(rows).assign(township="t1", urban=0)


def schools_table(rows: Sequence[tuple[str, str, float, float]]) -> pd.DataFrame:
    """Rows (school, unit, column, row): position on the grid [km]."""
    places = [lonlat(column, row) for _, _, column, row in rows]
    names = [row[0] for row in rows]
    table = {"school": names, "name_zh": [f"{name}小学" for name in names], "unit": [row[1] for row in rows]}
    table |= {"first_grade": "1", "last_grade": "1"}
    return pd.DataFrame(table | {"lon": [place[0] for place in places], "lat": [place[1] for place in places]})


def new_school(plan: str, school: str, unit: str, column: float, row: float) -> PlanFile:
    """A plan with one new school."""
    names = {"zh": "方案", "en": "Plan"}
    lon, lat = lonlat(column, row)
    new = {"school": school, "unit": unit, "lon": lon, "lat": lat, "rooms": 6, "first_grade": "1", "last_grade": "1"}
    project = {"id": f"build-{school}", "name": names, "kind": "new_school", "start": "2024-03", "new": new}
    return PlanFile.model_validate({"schema_version": 1, "id": plan, "name": names, "projects": [project]})


def bundle(
    root: Path,
    schools: Sequence[tuple[str, str, float, float]],
    units: Sequence[str],
    plans: Sequence[PlanFile] = (),
    **changes: Any,
) -> Bundle:
    """A bundle as the loader hands it out, as far as geography reads it."""
    files = [f"plans/{plan.id}.yaml" for plan in plans] or ["plans/none.yaml"]
    every = plans or [PlanFile.model_validate({"schema_version": 1, "id": "none", "name": {"zh": "无", "en": "None"}})]
    names = {"schema_version": 1, "id": "squared", "study": "study.yaml", "seed": 1}
    scenario = ScenarioFile.model_validate(names | {"futures": ["futures/baseline.yaml"], "plans": files})
    return Bundle(
        root=root,
        scenario=scenario,
        study=study(**changes),
        study_file="study.yaml",
        study_root=root,
        futures={},
        plans={plan.id: plan for plan in every},
        pack=cast(Any, None),
        tables={"units": units_table(sorted(units)), "schools": schools_table(sorted(schools))},
        files=(),
        warnings=(),
    )


def codes(problems: Sequence[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def told(problems: Sequence[Problem], code: str) -> str:
    """The one problem of that code as told in English; both languages must have filled every parameter."""
    found = [problem for problem in problems if problem.code == code]
    assert len(found) == 1, [render(problem, "en") for problem in problems]
    english, chinese = render(found[0], "en"), render(found[0], "zh")
    assert "{" not in english + chinese
    assert code in chinese
    return english
