"""Layer files whose content would make GDAL read other files, or never end."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest

from gis.layers import LayerSource, scan_layer
from scenarios.problems import Problem, tell
from tests.gis.county import METRES, grid, write_layer


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A layer that nobody named in the study."""
    return write_layer(tmp_path / "elsewhere" / "secret.geojson", grid(2, 2))


def refused(path: Path) -> Problem:
    frame, (problem,) = scan_layer(LayerSource(path, path.name, "unit", METRES))
    assert frame is None
    assert problem.code == "GIS001"
    return problem


def virtual(secret: Path) -> str:
    source = f"<SrcDataSource>{secret}</SrcDataSource><SrcLayer>secret</SrcLayer>"
    return f"<OGRVRTDataSource><OGRVRTLayer name='u'>{source}</OGRVRTLayer></OGRVRTDataSource>"


def command(secret: Path) -> dict[str, str]:
    words = f"gdal vector pipeline ! read {secret} ! write --format stream streamed_dataset"
    return {"type": "gdal_streamed_alg", "command_line": words}


def test_a_text_that_gdal_would_carry_out_is_refused(tmp_path: Path, secret: Path) -> None:
    file = tmp_path / "units.geojson"
    empty = {"type": "FeatureCollection", "features": []}
    for content in (virtual(secret), {**empty, "x": virtual(secret)}, command(secret), {**empty, "x": command(secret)}):
        file.write_text(json.dumps(content), encoding="utf-8")
        problem = refused(file)
        assert "命令" in tell(problem, "zh").what
        assert "other files" in tell(problem, "en").what


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_a_package_or_shapefile_of_another_content_is_refused(tmp_path: Path, secret: Path, suffix: str) -> None:
    gpd.read_file(secret).to_file(tmp_path / f"units{suffix}")
    file = tmp_path / f"units{suffix}"
    for content in (virtual(secret), json.dumps(command(secret)), secret.read_text(encoding="utf-8"), ""):
        file.write_text(content, encoding="utf-8")
        problem = refused(file)
        assert "扩展名不符" in tell(problem, "zh").what
        assert "not what its name says" in tell(problem, "en").what


@pytest.mark.parametrize("name", ["units", "gpkg_contents"])
def test_a_view_in_a_package_is_refused_because_it_may_never_end(tmp_path: Path, secret: Path, name: str) -> None:
    file = tmp_path / "units.gpkg"
    gpd.read_file(secret).to_file(file, layer="units")
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select old.* from n, old"
    with closing(sqlite3.connect(file)) as database:
        database.execute("pragma legacy_alter_table = on")
        for (trigger,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            database.execute(f'drop trigger "{trigger}"')
        database.execute(f'alter table "{name}" rename to old')
        database.execute(f'create view "{name}" as {endless}')
        database.commit()
    problem = refused(file)
    assert "视图" in tell(problem, "zh").what
    assert "view" in tell(problem, "en").what


def test_other_views_do_no_harm(tmp_path: Path, secret: Path) -> None:
    file = tmp_path / "units.gpkg"
    gpd.read_file(secret).to_file(file, layer="units")
    with closing(sqlite3.connect(file)) as database:
        database.execute("create view names as select unit from units")
        database.commit()
    frame, _ = scan_layer(LayerSource(file, "units.gpkg", "unit", METRES))
    assert frame is not None
    assert len(frame) == 4


def test_a_crs_in_the_file_that_makes_no_sense_is_told(tmp_path: Path, secret: Path) -> None:
    gpd.read_file(secret).to_file(tmp_path / "units.shp")
    file = tmp_path / "units.prj"
    file.write_bytes(file.read_bytes().replace(b"_GK_CM_", b"_GK_CM\xdf").replace(b"Latitude", b"La\xfftitude"))
    problem = refused(tmp_path / "units.shp")
    assert "坐标系" in tell(problem, "zh").what
    assert "makes no sense" in tell(problem, "en").what
