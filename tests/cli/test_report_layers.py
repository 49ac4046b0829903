"""`report --format` for layers, as it is typed: what is written, what is refused, and that no password gets out."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pyogrio
import pytest

from gis import postgis_publish
from tests.gis.postgis_server import PASSWORD, Server, found_server
from tests.reports import factory
from tests.typed import typed

FILES = "qgis,shp,shp-gbk,geojson,geoparquet"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A run folder that every user may read."""
    home = Path(tempfile.mkdtemp(prefix="schoolplan-layers-"))
    home.chmod(0o755)
    try:
        yield factory.make(home / "run").path
    finally:
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def written(folder: Path) -> Path:
    """Every format, written once; that brings the libraries, too."""
    done = typed("report", folder, "--format", FILES, "--out", folder.parent / "out", "--lang", "en")
    assert done.returncode == 0, done.stderr
    names = ["map.gpkg", "map.qgs", "shp.zip", "shp-gbk.zip", "geojson/layers.csv", "geoparquet/layers.csv"]
    assert [line.rpartition("out/")[2] for line in done.stdout.splitlines()] == names
    return folder.parent / "out"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with found_server() as server:
        yield server


@contextmanager
def nobody() -> Iterator[None]:
    """What is done as a user without rights: an administrator may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_every_format_is_written_and_may_be_written_again(folder: Path, written: Path) -> None:
    assert "County plan" in (written / "map.qgs").read_text(encoding="utf-8")
    assert (written / "shp-gbk" / "EPSG_4490" / "units.cpg").read_text() == "GB18030"
    before = {path: path.read_bytes() for path in written.rglob("*") if path.is_file()}
    assert typed("report", folder, "--format", FILES, "--out", written, "--lang", "en").returncode == 0
    assert before == {path: path.read_bytes() for path in written.rglob("*") if path.is_file()}
    unknown = typed("report", folder, "--format", "dwg")
    assert unknown.returncode == 2
    assert "geoparquet, postgis" in unknown.stderr


@pytest.mark.parametrize("name", ["gpkg", "shp", "geojson"])
def test_a_folder_that_nobody_may_write_to(folder: Path, written: Path, name: str) -> None:
    assert written.is_dir()
    place = folder.parent / f"closed-{name}"
    place.mkdir()
    place.chmod(0o555)
    with nobody():
        done = typed("report", folder, "--format", name, "--out", place)
    assert done.returncode == 2, done.stderr
    assert "RUN013" in done.stderr
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "inside"), [("qgis", ""), ("gpkg", "map.gpkg"), ("shp", "shp"), ("geojson", "geojson")]
)
def test_something_else_in_the_way(folder: Path, tmp_path: Path, name: str, inside: str) -> None:
    place = tmp_path / "out"
    if inside == "map.gpkg":
        (place / inside).mkdir(parents=True)
    else:
        (place / inside).parent.mkdir(exist_ok=True, parents=True)
        (place / inside).write_text("mine", encoding="utf-8")
    done = typed("report", folder, "--format", name, "--out", place)
    assert done.returncode == 2, done.stderr
    assert "RUN013" in done.stderr
    assert inside == "map.gpkg" or (place / inside).read_text(encoding="utf-8") == "mine"


def test_postgis_without_a_connection_or_without_its_extra(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = typed("report", folder, "--format", "postgis", "--out", tmp_path)
    assert done.returncode == 3
    assert "GIS192" in done.stderr
    monkeypatch.setattr(postgis_publish, "find_spec", lambda name: None)
    bare = typed("report", folder, "--format", "postgis", "--dsn", "postgresql://u@h/d", "--out", tmp_path)
    assert bare.returncode == 5
    assert "GIS191" in bare.stderr
    assert "pip install 'schoolplan[postgis]'" in bare.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_published_as_typed_with_a_password_that_gets_nowhere(
    folder: Path, written: Path, tmp_path: Path, server: Server
) -> None:
    server.run(
        "county", "GRANT CREATE ON DATABASE county TO locked", "GRANT USAGE ON SCHEMA gis TO locked",
        "GRANT SELECT ON gis.spatial_ref_sys TO locked",
    )  # fmt: skip
    dsn = server.address("county", "locked", PASSWORD)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = typed("report", folder, "--format", "postgis", "--dsn", dsn, "--out", tmp_path, "--lang", "en")
    assert done.returncode == 0, done.stderr
    wrong = typed("report", folder, "--format", "postgis", "--dsn", dsn.replace("-7391", "-7391-x"), "--out", tmp_path)
    assert wrong.returncode == 3
    assert "GIS193" in wrong.stderr
    plain = typed("report", folder, "--format", "postgis", "--dsn", server.address("plain"), "--out", tmp_path)
    assert plain.returncode == 3
    assert "GIS194" in plain.stderr
    said = "".join(one.stdout + one.stderr for one in (done, wrong, plain))
    kept = "".join(path.read_text(encoding="utf-8", errors="replace") for path in tmp_path.rglob("*") if path.is_file())
    assert PASSWORD not in said + kept
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    listed = (tmp_path / "postgis.csv").read_text(encoding="utf-8-sig").splitlines()
    assert listed[1] == "schoolplan_test_county.units,units,,,20"
    layer = pyogrio.read_dataframe(written / "map.gpkg", layer="schools county-plan")
    with psycopg.connect(dsn) as connection:
        columns = "future, year, school, roll_p50, p_over_class, seats, verdict, name_zh"
        found = connection.execute(f"SELECT {columns} FROM schoolplan_test_county.schools_county_plan ORDER BY fid")
        rows = found.fetchall()
        comment = connection.execute("SELECT obj_description('schoolplan_test_county.units'::regclass)").fetchone()
    expected = layer[columns.split(", ")].astype(object)
    assert rows == [tuple(row) for row in expected.where(expected.notna(), None).itertuples(index=False)]
    assert comment is not None
    assert "合成数据 synthetic data" in comment[0]
    assert "| run " in comment[0]
