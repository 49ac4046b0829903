"""Layers from a real PostGIS: round trips, what a database may do wrong, and that no message holds a password."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import shapely

from gis import postgis
from gis.layers import LayerSource, scan_layer
from gis.postgis import read_database
from gis.space import build_space
from scenarios.problems import Problem, render
from tests.gis.county import DEGREES, METRES, bundle, codes, grid, in_degrees, lonlat, told
from tests.gis.postgis_server import PASSWORD, Server, found_server

pytestmark = pytest.mark.slow
UNITS = grid(2, 2)
SHAPES = {"villages": (METRES, 4545, UNITS), "村界": (DEGREES, 4490, [(name, in_degrees(s)) for name, s in UNITS])}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with found_server() as server:
        fill(server)
        yield server


def fill(server: Server) -> None:
    """The squared county in metres and in degrees, and tables with something odd each."""
    for table, (_, srid, features) in SHAPES.items():
        make(server, table, f"gis.geometry(Polygon, {srid})", features, srid)
    server.run(
        "county",
        'CREATE TABLE public.numbered AS SELECT right(unit, 1)::numeric(8, 2) AS "编号", shape FROM villages',
        "CREATE VIEW public.seen AS SELECT unit, shape FROM villages WHERE unit < 'u02'",
        'CREATE TABLE public.globe AS SELECT unit, shape::gis.geography AS shape FROM "村界"',
        "CREATE TABLE public.twice AS SELECT unit, shape AS border, gis.ST_Centroid(shape) AS middle FROM villages",
        "CREATE TABLE public.mixed AS SELECT unit, shape::gis.geometry AS shape FROM villages",
        "UPDATE public.mixed SET shape = gis.ST_Transform(shape, 4490) WHERE unit = 'u00'",
        "CREATE TABLE public.loose AS SELECT unit, gis.ST_SetSRID(shape, 0) AS shape FROM villages",
        "CREATE TABLE public.high AS SELECT unit, gis.ST_Force3D(shape) AS shape FROM villages",
        "CREATE TABLE public.gaps AS SELECT unit, shape FROM villages",
        "UPDATE public.gaps SET shape = NULL WHERE unit = 'u00'",
        'CREATE TABLE public."Big Table" AS SELECT unit, shape FROM villages',
    )


def make(server: Server, table: str, kind: str, features: list, srid: int) -> None:
    server.run("county", f'CREATE TABLE public."{table}" (unit text, shape {kind})')
    for name, shape in reversed(features):
        wkt = shapely.geometry.shape(shape).wkt
        server.run("county", f"INSERT INTO public.\"{table}\" VALUES ('{name}', gis.ST_GeomFromText('{wkt}', {srid}))")


@pytest.fixture
def county(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("SCHOOLPLAN_POSTGIS_COUNTY", server.address("county"))
    return server


def scan(layer: str | None, field: str = "unit", crs: str = METRES, name: str = "COUNTY", **more):
    return scan_layer(LayerSource(Path("nowhere"), f"postgis:{name}", field, crs, layer=layer, **more))


def shown(problems: list[Problem]) -> str:
    return "\n".join(render(problem, lang) for problem in problems for lang in ("zh", "en"))


@pytest.mark.parametrize("table", SHAPES)
def test_polygons_come_back_as_they_were(county: Server, table: str) -> None:
    crs, _, features = SHAPES[table]
    frame, problems = scan(f"public.{table}", crs=crs)
    assert problems == []
    assert frame is not None
    assert frame.crs == crs
    assert list(frame["id"]) == [name for name, _ in features]
    exact = [shapely.geometry.shape(shape) for _, shape in features]
    assert [shapely.equals_exact(a, b, 0.0) for a, b in zip(frame.geometry, exact, strict=True)] == [True] * 4


def test_the_srid_is_held_against_the_declaration(county: Server) -> None:
    assert "the file itself says EPSG:4545" in told(scan("villages", crs="EPSG:4547")[1], "GIS007")
    crs, problems = scan("public.villages", crs="CGCS2000")
    assert crs is not None
    assert codes(problems) == ["GIS041"]
    assert codes(scan("村界", crs="GCJ-02")[1]) == ["GIS044", "GIS042"]
    loose, problems = scan("loose")
    assert problems == []
    assert loose is not None
    assert loose.crs == METRES


def test_views_numbers_geographies_and_odd_names(county: Server) -> None:
    assert list(scan("seen")[0]["id"]) == ["u00", "u01"]
    assert list(scan("numbered", "编号")[0]["id"]) == ["0", "1", "2", "3"]
    assert scan("globe", crs=DEGREES)[0].crs == DEGREES
    assert scan("public.Big Table")[0] is not None
    high, problems = scan("high")
    assert codes(problems) == ["GIS055"]
    assert not high.geometry.has_z.any()


def test_mistakes_inside_a_table(county: Server) -> None:
    assert "has several geometry columns: border, middle" in told(scan("twice")[1], "GIS088")
    assert scan("public.twice.border")[0] is not None
    assert "the geometry is a Point" in shown(scan("public.twice.middle")[1])
    assert "different CRSs: SRID 4490, 4545" in told(scan("mixed")[1], "GIS089")
    assert "feature 1 (u00): GIS019" in told(scan("gaps")[1], "GIS019")
    assert "no field 'unitt'; it has: unit" in told(scan("villages", "unitt")[1], "GIS014")


def test_a_table_that_is_not_there(county: Server) -> None:
    problems = scan("public.vilages")[1]
    assert "no table 'public.vilages' with geometries; it has: public.Big Table" in told(problems, "GIS086")
    assert problems[0].params["near"] == "public.villages"
    assert "no table '-' with geometries" in told(scan(None)[1], "GIS086")
    assert codes(scan("public.twice.nothing")[1]) == ["GIS086"]
    assert codes(scan("public.villages'; DROP TABLE villages; --")[1]) == ["GIS086"]
    assert scan("villages")[0] is not None


def test_a_database_without_postgis(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOOLPLAN_POSTGIS_PLAIN", server.address("plain"))
    assert "no PostGIS extension" in told(scan("villages", name="plain")[1], "GIS085")


def test_permissions_are_asked_for_by_name(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOOLPLAN_POSTGIS_COUNTY", server.address("county", "stranger"))
    assert "no permission to read 'gis'" in told(scan("public.villages")[1], "GIS087")
    server.run("county", "GRANT USAGE ON SCHEMA gis TO stranger")
    assert "no permission to read 'public.villages'" in told(scan("public.villages")[1], "GIS087")
    server.run("county", "GRANT SELECT ON public.villages TO stranger")
    assert scan("public.villages")[0] is not None
    assert codes(scan("public.seen")[1]) == ["GIS087"]


def test_the_connection_refuses_to_write(county: Server) -> None:
    with postgis._connect("COUNTY", "x") as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("DELETE FROM public.villages")


def test_a_wrong_password_is_told_without_it(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOOLPLAN_POSTGIS_COUNTY", server.address("county", "locked", "wrong-" + PASSWORD))
    problems = scan("public.villages")[1]
    assert "password authentication failed" in told(problems, "GIS084")
    assert PASSWORD not in shown(problems) + repr(problems)
    monkeypatch.setenv("SCHOOLPLAN_POSTGIS_COUNTY", server.address("county", "locked", PASSWORD))
    assert codes(scan("public.villages")[1]) == ["GIS087"]
    missing = server.address("nowhere")
    monkeypatch.setenv("SCHOOLPLAN_POSTGIS_COUNTY", missing)
    assert 'database "nowhere" does not exist' in told(scan("public.villages")[1], "GIS084")


def test_a_service_of_that_name_serves_too(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCHOOLPLAN_POSTGIS_COUNTY", raising=False)
    services = tmp_path / "pg_service.conf"
    services.write_text("[other]\ndbname=x\n", encoding="ascii")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    message = told(scan("public.villages")[1], "GIS082")
    assert "SCHOOLPLAN_POSTGIS_COUNTY is not set, and there is no PostgreSQL service of that name" in message
    services.write_text(f"[COUNTY]\ndbname=county\nuser=postgres\nhost={server.folder}\n", encoding="ascii")
    assert scan("public.villages")[0] is not None


def test_a_table_that_is_too_large_is_not_fetched(county: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgis, "MOST_FEATURES", 3)
    assert "the layer is too large" in told(scan("villages")[1], "GIS054")


def test_what_was_read_is_part_of_the_run(county: Server, tmp_path: Path) -> None:
    places = [(f"s{at}", name, at % 2 + 0.5, at // 2 + 0.5) for at, (name, _) in enumerate(UNITS)]
    layers = {
        "units": {"path": "postgis:COUNTY", "layer": "public.moving", "id": "unit", "crs": METRES},
        "schools": {"path": "postgis:COUNTY", "layer": "public.points", "id": "school", "crs": DEGREES},
    }
    county.run("county", "CREATE TABLE moving AS SELECT unit, shape FROM villages ORDER BY unit DESC")
    county.run("county", "CREATE TABLE points (school text, shape gis.geometry(Point, 4490))")
    for school, _, column, row in places:
        lon, lat = lonlat(column, row)
        county.run(
            "county", f"INSERT INTO points VALUES ('{school}', gis.ST_SetSRID(gis.ST_Point({lon!r}, {lat!r}), 4490))"
        )
    source = bundle(tmp_path, places, [name for name, _ in UNITS], layers=layers)

    def read() -> dict[str, str]:
        space, problems = build_space(source)
        assert problems == []
        assert space is not None
        return dict(space.databases)

    first = read()
    assert sorted(first) == ["layers.schools", "layers.units"]
    county.run("county", "CREATE TABLE other AS SELECT * FROM moving ORDER BY unit", "DROP TABLE moving")
    county.run("county", "ALTER TABLE other RENAME TO moving")
    assert read() == first
    county.run("county", "UPDATE moving SET shape = gis.ST_Reverse(shape) WHERE unit = 'u00'")
    second = read()
    assert second["layers.units"] != first["layers.units"]
    assert second["layers.schools"] == first["layers.schools"]


def test_rows_are_ordered_by_id_not_by_storage(county: Server) -> None:
    raw, problems = read_database("COUNTY", "public.villages", "unit", "postgis:COUNTY")
    assert problems == []
    assert raw is not None
    assert raw.values == ("u00", "u01", "u02", "u03")
    assert len(raw.content) == 64
