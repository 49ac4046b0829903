"""Shapefiles as offices hand them over: Chinese names, no code page, capital letters, missing parts, archives."""

import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from gis import files
from gis.layers import LayerSource, scan_layer
from gis.shapefiles import read_zip
from scenarios.layer_files import layer_parts
from tests.gis.county import METRES, codes, grid, told

NAME = "data/units.shp"
LONG = "学区名称及编号全称"  # 27 bytes in UTF-8, 18 in GBK: a Shapefile keeps 10


def write_shape(folder: Path, ids: list[object], encoding: str = "UTF-8") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    shapes = [shapely.geometry.shape(shape) for _, shape in grid(len(ids), 1)]
    path = folder / "units.shp"
    gpd.GeoDataFrame({"unit": ids}, geometry=shapes, crs=METRES).to_file(path, encoding=encoding)
    return path


def rename_field(path: Path, name: bytes) -> None:
    """Write the name of the first field as other programs do: 10 bytes of it, wherever they end."""
    table = path.with_suffix(".dbf")
    content = table.read_bytes()
    table.write_bytes(content[:32] + name[:10].ljust(11, b"\0") + content[43:])


def scan(path: Path, field: str = "unit", crs: str = METRES, layer: str | None = None):
    return scan_layer(LayerSource(path, NAME, field, crs, layer=layer))


def test_a_plain_shapefile_says_nothing(tmp_path: Path) -> None:
    frame, problems = scan(write_shape(tmp_path, ["b", "a"]))
    assert problems == []
    assert frame is not None
    assert list(frame["id"]) == ["a", "b"]
    assert frame.geometry.area.tolist() == [1e6, 1e6]
    assert frame.crs == METRES


@pytest.mark.parametrize(
    ("encoding", "kept", "read", "why"),
    [
        ("GBK", True, "gb18030", "from the .cpg file"),
        ("UTF-8", True, "utf-8", "from the .cpg file"),
        ("GBK", False, "gb18030", "nothing says which"),
        ("UTF-8", False, "utf-8", "nothing says which"),
    ],
)
def test_chinese_ids_are_read_whatever_the_encoding(
    tmp_path: Path, encoding: str, kept: bool, read: str, why: str
) -> None:
    path = write_shape(tmp_path, ["杏山街道", "谷硐镇", "宣威镇"], encoding=encoding)
    if not kept:
        path.with_suffix(".cpg").unlink()
    frame, problems = scan(path)
    assert frame is not None
    assert sorted(frame["id"]) == sorted(["杏山街道", "谷硐镇", "宣威镇"])
    assert codes(problems) == ["GIS050"]
    assert problems[0].severity == "note"
    message = told(problems, "GIS050")
    assert f"texts were read as {read}" in message
    assert why in message


def test_the_language_driver_of_the_table_tells_the_encoding_too(tmp_path: Path) -> None:
    path = write_shape(tmp_path, ["杏山街道", "谷硐镇"], encoding="GBK")
    path.with_suffix(".cpg").unlink()
    table = path.with_suffix(".dbf")
    content = bytearray(table.read_bytes())
    content[29] = 0x4D
    table.write_bytes(content)
    frame, problems = scan(path)
    assert frame is not None
    assert sorted(frame["id"]) == sorted(["杏山街道", "谷硐镇"])
    assert "from the head of the .dbf file" in told(problems, "GIS050")


@pytest.mark.parametrize("page", [b"65001", b"UTF8", b"\xef\xbb\xbfUTF-8\r\n", b"nonsense", b""])
def test_odd_code_page_files_do_not_stop_the_reading(tmp_path: Path, page: bytes) -> None:
    path = write_shape(tmp_path, ["杏山街道"])
    path.with_suffix(".cpg").write_bytes(page)
    frame, _ = scan(path)
    assert frame is not None
    assert list(frame["id"]) == ["杏山街道"]


@given(
    names=st.lists(
        st.text("麻江县杏山街道谷硐宣威龙贤昌坝芒乐坪河学区村社", min_size=2, max_size=8),
        min_size=1,
        max_size=4,
        unique=True,
    )
)
@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_any_names_come_back_without_a_code_page(encoding: str, names: list[str], tmp_path_factory) -> None:
    path = write_shape(tmp_path_factory.mktemp("names"), list(names), encoding=encoding)
    path.with_suffix(".cpg").unlink()
    frame, _ = scan(path)
    assert frame is not None
    assert sorted(frame["id"]) == sorted(names)


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize("kept", [True, False])
def test_a_field_name_that_was_cut_is_found_by_what_is_left(tmp_path: Path, encoding: str, kept: bool) -> None:
    path = write_shape(tmp_path, ["a", "b"], encoding=encoding)
    rename_field(path, LONG.encode(encoding))
    if not kept:
        path.with_suffix(".cpg").unlink()
    frame, problems = scan(path, LONG)
    assert frame is not None
    assert list(frame["id"]) == ["a", "b"]
    message = told(problems, "GIS051")
    assert f"cuts field names at 10 bytes: '{LONG}'" in message
    other, missing = scan(path, "学区编号")
    assert other is None
    assert "no field '学区编号'" in told(missing, "GIS014")


def test_numbers_as_ids_lose_their_decimals(tmp_path: Path) -> None:
    frame, problems = scan(write_shape(tmp_path, [522635001.0, 522635002.0]))
    assert problems == []
    assert frame is not None
    assert list(frame["id"]) == ["522635001", "522635002"]


def test_parts_in_capital_letters_and_a_read_only_folder(tmp_path: Path) -> None:
    path = write_shape(tmp_path / "in", ["杏山街道"], encoding="GBK")
    for part in sorted(path.parent.iterdir()):
        part.rename(part.with_name(f"UNITS{part.suffix.upper()}"))
    found = path.with_name("UNITS.SHP")
    path.parent.chmod(0o555)
    before = sorted(path.parent.iterdir())
    frame, problems = scan(found)
    path.parent.chmod(0o755)
    assert frame is not None
    assert list(frame["id"]) == ["杏山街道"]
    assert codes(problems) == ["GIS050"]
    assert sorted(path.parent.iterdir()) == before
    assert {part.suffix for part in layer_parts(found)} == {".SHP", ".SHX", ".DBF", ".PRJ", ".CPG"}


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_missing_part_is_named(tmp_path: Path, part: str) -> None:
    path = write_shape(tmp_path, ["a"])
    path.with_suffix(part).unlink()
    frame, problems = scan(path)
    assert frame is None
    assert f"the Shapefile 'units' lacks its {part} file" in told(problems, "GIS052")


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
@pytest.mark.parametrize("keep", [0, 20, 60])
def test_a_part_that_ends_too_soon_is_told_and_nothing_breaks(tmp_path: Path, part: str, keep: int) -> None:
    path = write_shape(tmp_path, ["a", "b"])
    file = path.with_suffix(part)
    file.write_bytes(file.read_bytes()[:keep])
    frame, problems = scan(path)
    assert frame is None
    assert set(codes(problems)) <= {"GIS001", "GIS013", "GIS014", "GIS019", "GIS038"}
    assert str(tmp_path) not in "".join(str(dict(problem.params)) for problem in problems)


@pytest.mark.parametrize("code", [4545, 4524, 4490, 4496])
def test_the_projection_file_of_esri_is_recognised(tmp_path: Path, code: int) -> None:
    path = write_shape(tmp_path, ["a"])
    path.with_suffix(".prj").write_text(CRS.from_epsg(code).to_wkt("WKT1_ESRI"), encoding="ascii")
    problems = scan(path)[1]
    if code == 4545:
        assert problems == []
    else:
        assert f"the file itself says EPSG:{code}" in told(problems, "GIS007")


def test_a_local_system_is_no_cgcs2000(tmp_path: Path) -> None:
    path = write_shape(tmp_path, ["a"])
    local = CRS("EPSG:4545").to_wkt("WKT1_ESRI").replace("D_China_2000", "D_Unknown").replace("CGCS2000_3", "Local_3")
    path.with_suffix(".prj").write_text(local, encoding="ascii")
    assert "GIS007" in codes(scan(path)[1])
    path.with_suffix(".prj").write_text("made by hand", encoding="ascii")
    assert scan(path)[1] == []


def pack(target: Path, *folders: Path, names: dict[str, str] | None = None) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in folders:
            for part in sorted(folder.iterdir()):
                name = (names or {}).get(part.stem, f"{folder.name}/{part.stem}")
                archive.write(part, f"{name}{part.suffix}")
    return target


def test_a_zipped_shapefile(tmp_path: Path) -> None:
    folder = write_shape(tmp_path / "units", ["杏山街道", "谷硐镇"], encoding="GBK").parent
    frame, problems = scan(pack(tmp_path / "units.zip", folder))
    assert frame is not None
    assert sorted(frame["id"]) == sorted(["杏山街道", "谷硐镇"])
    assert codes(problems) == ["GIS050"]


def test_an_archive_of_several_is_asked_about(tmp_path: Path) -> None:
    folders = [write_shape(tmp_path / name, ["a"]).parent for name in ("old", "new")]
    for folder in folders:
        for part in sorted(folder.iterdir()):
            part.rename(part.with_stem(f"units_{folder.name}"))
    path = pack(tmp_path / "units.zip", *folders)
    assert "2 layers: units_new, units_old" in told(scan(path)[1], "GIS022")
    assert scan(path, layer="units_new")[0] is not None
    missing = scan(path, layer="units_nev")[1]
    assert "no layer 'units_nev'" in told(missing, "GIS057")
    assert missing[0].params["near"] == "units_new"


def test_archives_that_cannot_be_used(tmp_path: Path) -> None:
    folder = write_shape(tmp_path / "units", ["a"]).parent
    whole = pack(tmp_path / "units.zip", folder).read_bytes()
    cut = tmp_path / "cut.zip"
    for size in (0, 10, len(whole) // 2, len(whole) - 5):
        cut.write_bytes(whole[:size])
        assert codes(scan(cut)[1]) == ["GIS001"]
    with zipfile.ZipFile(tmp_path / "text.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    assert "no .shp file in the archive" in told(scan(tmp_path / "text.zip")[1], "GIS001")
    (folder / "units.dbf").unlink()
    assert "lacks its .dbf file" in told(scan(pack(tmp_path / "part.zip", folder))[1], "GIS052")


def test_an_archive_never_writes_outside_and_never_unpacks_more_than_is_allowed(tmp_path: Path) -> None:
    folder = write_shape(tmp_path / "units", ["a"]).parent
    path = pack(tmp_path / "evil.zip", folder, names={"units": "../../../evil"})
    frame, problems = scan(path)
    assert frame is not None
    assert problems == []
    assert not list(tmp_path.parent.glob("evil*"))
    with (folder / "units.dbf").open("ab") as table:
        table.write(bytes(3_000_000))
    bomb = pack(tmp_path / "bomb.zip", folder)
    assert bomb.stat().st_size < 20_000
    raw, problems = read_zip(bomb, "unit", NAME, None, 1_000_000)
    assert raw is None
    assert "too large: > 1 MB - expected at most 1 MB" in told(problems, "GIS054")


@settings(max_examples=25)
@given(content=st.binary(max_size=200))
@pytest.mark.parametrize("suffix", [".shp", ".zip", ".gpkg", ".geojson"])
def test_any_bytes_give_a_clear_error(suffix: str, content: bytes, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    path = folder / f"units{suffix}"
    path.write_bytes(content)
    if suffix == ".shp":
        for part in (".shx", ".dbf"):
            path.with_suffix(part).write_bytes(content)
    frame, problems = scan(path)
    assert frame is None
    assert problems
    assert {problem.severity for problem in problems} & {"error"}
    assert sorted(folder.iterdir()) == sorted({path, *layer_parts(path)})


def test_a_layer_that_is_too_large_is_refused_before_it_is_opened(tmp_path: Path, monkeypatch) -> None:
    path = write_shape(tmp_path, ["a"])
    monkeypatch.setattr(files, "MOST_BYTES", 100)
    frame, problems = scan(path)
    assert frame is None
    assert "the layer is too large" in told(problems, "GIS054")
    text = tmp_path / "units.geojson"
    shutil.copy(path, text)
    monkeypatch.setattr(files, "MOST_TEXT_BYTES", 100)
    assert "Save it as GeoPackage" in told(scan(text)[1], "GIS054")
