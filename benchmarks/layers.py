"""How long the layers of a large run take: 800 schools, 2 400 units, 15 years, two plans under two futures.

Held to plain geopandas, which writes the same frames with `to_file` and nothing else (no styles, no fixed bytes).
Run: python -m benchmarks.layers
"""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from reports.geojson import units_document
from reports.layers_files import write_geojson, write_geoparquet, write_shapefiles
from reports.layers_out import write_layers
from reports.layers_project import write_project
from reports.layers_set import Layer, layer_set
from reports.run_folder import RunFolder
from reports.study_card import StudyCard
from reports.table_shapes import SHAPES, RunTables, conform

SCHOOLS, UNITS, SIDE = 800, 2400, 60
BASE, YEARS = 2023, tuple(range(2024, 2039))
FUTURES, PLANS = ("baseline", "fast"), ("today", "build")
STAGES = {"primary": ("1", "2", "3", "4", "5", "6"), "junior": ("7", "8", "9")}
CRS = "EPSG:4545"


def card() -> dict[str, object]:
    """The study card of a made-up county."""
    named = lambda key: {"id": key, "name": {"zh": key, "en": key}}  # noqa: E731
    return {
        "schema_version": 1, "id": "large", "name": {"zh": "大县", "en": "Large"}, "synthetic": True, "base_year": BASE,
        "horizon": YEARS[-1], "window": [2026, 2029], "draws": 1000, "seed": 1, "crs": CRS, "calibrated": False,
        "p_required": 0.9, "reference_future": FUTURES[0], "headline_plan": PLANS[1],
        "stages": [named(stage) | {"grades": list(grades)} for stage, grades in STAGES.items()],
        "futures": [named(future) for future in FUTURES], "plans": [named(plan) for plan in PLANS], "rules": [],
    }  # fmt: skip


def units() -> gpd.GeoDataFrame:
    """Units on a grid with borders of 40 corners each."""
    number = np.arange(UNITS)
    west, south = 430_000.0 + 900.0 * (number % SIDE), 2_900_000.0 + 900.0 * (number // SIDE)
    shapes = shapely.segmentize(shapely.box(west, south, west + 900.0, south + 900.0), 90.0)
    table = {"unit": [f"u{n:04d}" for n in number], "name_zh": [f"第{n}村" for n in number]}
    table |= {"name_en": [f"Village {n}" for n in number], "township": "t", "urban": 0}
    return gpd.GeoDataFrame(table, geometry=shapes, crs=CRS)


def _cases() -> pd.DataFrame:
    return pd.DataFrame([(future, plan) for future in FUTURES for plan in PLANS], columns=["future", "plan"])


def _rows(entities: list[str], shape: str, kinds: list[tuple[str, str]], rng: np.random.Generator) -> pd.DataFrame:
    """Rows of a tidy table for every case, year, entity and (indicator, stage)."""
    frame = _cases().merge(pd.DataFrame({"year": YEARS}), how="cross")
    frame = frame.merge(pd.DataFrame({"entity": entities}), how="cross")
    frame = frame.merge(pd.DataFrame(kinds, columns=["indicator", "stage"]), how="cross")
    middle = rng.gamma(8.0, 100.0, len(frame)).round(3)
    numbers = dict.fromkeys(("mean", "p05", "p10", "p25", "p50", "p75", "p90", "p95"), middle)
    frame = frame.assign(unit="pupils", p_exceed=rng.uniform(0, 1, len(frame)).round(6), **numbers)
    return frame[list(SHAPES[shape].names)]


def tables(frame: gpd.GeoDataFrame) -> RunTables:
    """Tables of the run: what layers read is full, the rest is empty."""
    rng, keys = np.random.default_rng(1), [f"s{n:03d}" for n in range(SCHOOLS)]
    xy = shapely.get_coordinates(shapely.centroid(frame.geometry.to_numpy()))[:: UNITS // SCHOOLS][:SCHOOLS]
    stage = np.where(np.arange(SCHOOLS) % 4 == 0, "junior", "primary")
    grades = pd.DataFrame([(STAGES[one][0], STAGES[one][-1]) for one in stage], columns=["first_grade", "last_grade"])
    schools = pd.DataFrame({"school": keys, "name_zh": keys, "name_en": keys, "x": xy[:, 0], "y": xy[:, 1]})
    schools = schools.join(grades).assign(opened_by="")
    points, served = shapely.get_coordinates(shapely.centroid(frame.geometry.to_numpy())), []
    for one in STAGES:
        own = schools[stage == one]
        near = np.hypot(*(points[:, None, :] - own[["x", "y"]].to_numpy()).transpose(2, 0, 1)).argmin(axis=1)
        zones = pd.DataFrame({"unit": frame["unit"], "school": own["school"].to_numpy()[near], "stage": one})
        served.append(zones.merge(pd.DataFrame({"plan": PLANS}), how="cross"))
    listed = pd.concat(served, ignore_index=True).assign(from_year=0, with_project="")
    kinds = [(name, "all") for name in ("roll", "seats", "safe_seats", "rooms", "classes", "largest_class")]
    kinds += [(name, stage) for name in ("roll", "largest_class") for stage in STAGES]
    verdicts = _cases().merge(pd.DataFrame({"entity": [*keys, "large"]}), how="cross")
    verdicts = verdicts.assign(rule="all", scope=np.where(verdicts["entity"] == "large", "county", "school"))
    blank = {name: np.nan for name in SHAPES["verdicts"].names if name not in verdicts}
    words = {"stage": "all", "verdict": "holds", "source": "simulated", "unverified": ""}
    full = {
        "schools": _rows(keys, "schools", kinds, rng),
        "zones": _rows(list(frame["unit"]), "zones", [("pupils", "all")], rng),
        "school_list": schools, "zone_list": listed.assign(order=listed.groupby("plan").cumcount()),
        "verdicts": verdicts.assign(**(blank | words)),
    }  # fmt: skip
    made = {name: shape.empty() for name, shape in SHAPES.items()} | full
    return RunTables(**{name: conform(table, SHAPES[name]) for name, table in made.items()})


def large_run(folder: Path) -> RunFolder:
    """The run; its units lie in `folder`."""
    frame = units()
    (folder / "inputs").mkdir()
    (folder / "inputs" / "units.geojson").write_text(json.dumps(units_document(frame)), encoding="utf-8")
    return RunFolder(folder, StudyCard.model_validate(card()), MappingProxyType({}), tables(frame))


def timed(work: Callable[[], object]) -> float:
    """Seconds of the processor that one call takes: other programs on the machine do not count."""
    began = time.process_time()
    work()
    return time.process_time() - began


def plain(layers: list[Layer], path: Path) -> None:
    """What geopandas does alone."""
    for layer in layers:
        if isinstance(layer.frame, gpd.GeoDataFrame):
            layer.frame.to_file(path, layer=layer.name, driver="GPKG")


def main() -> None:
    """Print processor seconds of every format, the wall seconds of the layer set, and the ratio to plain geopandas."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = large_run(folder)
        layers: list[Layer] = []
        began = time.perf_counter()
        making = timed(lambda: layers.extend(layer_set(run)))
        package = timed(lambda: write_layers(run, folder / "map.gpkg", "zh", layers))
        project = timed(lambda: write_project(run, folder / "map.qgs", "map.gpkg", "zh", layers))
        wall = time.perf_counter() - began
        alone = timed(lambda: plain(layers, folder / "plain.gpkg"))
        rows, megabytes = sum(len(layer.frame) for layer in layers), (folder / "map.gpkg").stat().st_size / 1e6
        print(f"{len(layers)} layers, {rows} rows, {megabytes:.0f} MB; layers made in {making:.2f} s")
        print(f"map.gpkg with styles {package:6.2f} s   plain to_file {alone:6.2f} s ({package / alone:.2f} x)")
        print(f"map.qgs              {project:6.2f} s")
        print(f"layer set in all     {making + package + project:6.2f} s, by the clock {wall:.2f} s (bound 10 s)")
        for kind, write in (
            ("shp, two CRSs, zip", lambda: write_shapefiles(run, layers, folder / "shp", "utf-8")),
            ("geojson", lambda: write_geojson(run, layers, folder / "geojson")),
            ("geoparquet", lambda: write_geoparquet(run, layers, folder / "geoparquet")),
        ):
            print(f"{kind:20} {timed(write):6.2f} s")  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
