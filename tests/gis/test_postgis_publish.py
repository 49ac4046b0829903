"""Publishing to a real PostGIS: what comes back, what is replaced, what is refused, and that no password gets out."""

import io
import os
import traceback
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import pytest
import shapely
from pyproj import CRS
from shapely.geometry import MultiPolygon, Point, box

from gis import postgis_publish
from gis.handover import Target, targets
from gis.postgis import read_database
from gis.postgis_publish import Table, plain_name, publish, schema_name
from scenarios.problems import ScenarioError, render
from tests.gis.postgis_server import PASSWORD, Server, found_server
from tests.gis.test_datum import SEATS

pytestmark = pytest.mark.slow
LON, LAT, _ = SEATS["Majiang"]
SCHEMA = "schoolplan_test"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with found_server() as server:
        yield server


@pytest.fixture
def dsn(server: Server) -> str:
    server.run("county", f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    return server.address("county")


def both() -> tuple[Target, ...]:
    return targets(CRS("EPSG:4545"), (460_000.0, 2_930_000.0), "--dsn")[0]


def points(rows: int = 3) -> gpd.GeoDataFrame:
    x, y = both()[0].way.backward(np.array([LON]), np.array([LAT]))
    shapes = [Point(x[0] + 1000 * number, y[0]) for number in range(rows)]
    return gpd.GeoDataFrame(
        {
            "school": [f"s{number}" for number in range(rows)],
            "name_zh": ["麻江县第一中学附属实验小学金竹街道分校区" * 2, "", "x\ty\\z'"][:rows],
            "roll_p50": np.array([1234.567, np.nan, 0.1])[:rows],
            "first_year": pd.array([2029, None, 0], dtype="Int64")[:rows],
            "new": [True, False, True][:rows],
        },
        geometry=shapes,
        crs="EPSG:4545",
    )


def areas() -> gpd.GeoDataFrame:
    shapes = [box(460_000, 2_930_000, 461_000, 2_931_000), MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)])]
    return gpd.GeoDataFrame({"unit": ["u1", "u2"]}, geometry=shapes, crs="EPSG:4545")


def tables(**more: gpd.GeoDataFrame) -> list[Table]:
    made = [
        Table("schools plan-b", points(), "麻江 Majiang | run abc", {"roll_p50": "在校生中位数（人） roll (pupils)"}),
        Table("units", areas(), "units"),
        Table("about", pd.DataFrame({"key": ["seed"], "value": ["7"]}), "about"),
    ]
    return [*made, *(Table(name, frame, name) for name, frame in more.items())]


def refused(dsn: str | None, some: list[Table] | None = None) -> list[str]:
    with pytest.raises(ScenarioError) as fault:
        publish(dsn, SCHEMA, tables() if some is None else some, both())
    shown = "".join(render(problem, lang) for problem in fault.value.problems for lang in ("zh", "en"))
    whole = "".join(traceback.format_exception(fault.value, chain=True)) + repr(fault.value.problems) + shown
    assert PASSWORD not in whole
    assert fault.value.__context__ is None or PASSWORD not in str(fault.value.__context__)
    return [problem.code for problem in fault.value.problems]


def held(server: Server) -> list[str]:
    with psycopg.connect(server.address("county")) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", (SCHEMA,))
        return [row[0] for row in found.fetchall()]


def test_values_positions_comments_keys_and_indexes(server: Server, dsn: str) -> None:
    names = publish(dsn, SCHEMA, tables(), both())
    assert names == [f"{SCHEMA}.schools_plan_b", f"{SCHEMA}.units", f"{SCHEMA}.about"]
    with psycopg.connect(dsn) as connection:
        columns = "fid, school, name_zh, roll_p50, first_year, new"
        found = connection.execute(f"SELECT {columns} FROM {names[0]} ORDER BY fid").fetchall()
        assert found[0] == (1, "s0", "麻江县第一中学附属实验小学金竹街道分校区" * 2, 1234.567, 2029, True)
        assert found[1] == (2, "s1", "", None, None, False)
        assert found[2] == (3, "s2", "x\ty\\z'", 0.1, 0, True)
        connection.execute("SET search_path = gis, public")
        at = connection.execute(
            f"SELECT ST_X(geom_4490), ST_Y(geom_4490), ST_SRID(geom_4490), ST_SRID(geom_4545), ST_X(geom_4545) "
            f"FROM {names[0]} WHERE fid = 1"
        ).fetchone()
        assert at is not None
        assert at[:2] == pytest.approx((LON, LAT), abs=1e-9)  # the golden seat
        assert at[2:4] == (4490, 4545)
        assert at[4] == points().geometry.x[0]
        # PostGIS's own way between the two says the same, to a tenth of a millimetre.
        far = connection.execute(f"SELECT max(ST_Distance(ST_Transform(geom_4490, 4545), geom_4545)) FROM {names[0]}")
        assert (far.fetchone() or (1,))[0] < 1e-4
        kinds = dict(
            connection.execute("SELECT f_geometry_column, type FROM geometry_columns WHERE f_table_name='units'")
        )
        assert kinds == {"geom_4490": "MULTIPOLYGON", "geom_4545": "MULTIPOLYGON"}
        said = connection.execute(
            "SELECT obj_description(%s::regclass, 'pg_class'), col_description(%s::regclass, 4),"
            " col_description(%s::regclass, 7)",
            (names[0],) * 3,
        ).fetchone()
        assert said is not None
        assert said[:2] == ("schoolplan | 麻江 Majiang | run abc", "在校生中位数（人） roll (pupils)")
        assert "China Geodetic Coordinate System 2000" in said[2]
        built = [
            row[0] for row in connection.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = %s", (SCHEMA,))
        ]
        assert sum("USING gist" in one for one in built) == 4
        assert sum("UNIQUE INDEX" in one for one in built) == 3


def test_our_own_reader_reads_what_was_published(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(dsn, SCHEMA, tables(), both())
    monkeypatch.setenv("SCHOOLPLAN_POSTGIS_COUNTY", dsn)
    for column, crs in (("geom_4545", "EPSG:4545"), ("geom_4490", "EPSG:4490")):
        raw, problems = read_database("COUNTY", f"{SCHEMA}.units.{column}", "unit", "study")
        assert problems == []
        assert raw is not None
        assert raw.own_crs == crs
        assert raw.values == ("u1", "u2")
        expected = areas().to_crs(crs).geometry if crs == "EPSG:4545" else both()[0].moved(areas()).geometry
        assert [shape.area for shape in raw.shapes] == pytest.approx([shape.area for shape in expected], rel=1e-9)


def test_publishing_again_replaces_our_tables_and_nobody_elses(server: Server, dsn: str) -> None:
    publish(dsn, SCHEMA, tables(old=areas()), both())
    server.run("county", f"CREATE TABLE {SCHEMA}.mine (a int)", f"INSERT INTO {SCHEMA}.mine VALUES (7)")
    publish(dsn, SCHEMA, tables()[:2], both())
    assert held(server) == ["mine", "schools_plan_b", "units"]
    with psycopg.connect(dsn) as connection:
        assert (connection.execute(f"SELECT a FROM {SCHEMA}.mine").fetchone() or ())[0] == 7


def test_somebody_elses_table_of_that_name_stops_everything(server: Server, dsn: str) -> None:
    server.run("county", f"CREATE SCHEMA {SCHEMA}", f"CREATE TABLE {SCHEMA}.units (a int)")
    assert refused(dsn) == ["GIS196"]
    assert held(server) == ["units"]


def test_a_view_on_our_table_stops_everything(server: Server, dsn: str) -> None:
    publish(dsn, SCHEMA, tables(), both())
    server.run("county", f"CREATE VIEW {SCHEMA}.seen AS SELECT unit FROM {SCHEMA}.units")
    assert refused(dsn, tables(more=areas())) == ["GIS197"]
    assert held(server) == ["about", "schools_plan_b", "units"]


def test_a_table_in_use_is_waited_for_and_then_told(server: Server, dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(dsn, SCHEMA, tables(), both())
    monkeypatch.setattr(postgis_publish, "_LOCK_MS", 100)
    with psycopg.connect(dsn) as busy:
        busy.execute(f"SELECT count(*) FROM {SCHEMA}.units")  # in a transaction that is still open
        assert refused(dsn) == ["GIS203"]
    assert held(server) == ["about", "schools_plan_b", "units"]
    assert len(publish(dsn, SCHEMA, tables(), both())) == 3


def test_one_table_that_fails_leaves_all_as_they_were(
    server: Server, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(dsn, SCHEMA, tables()[:1], both())
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(postgis_publish, "_kind", lambda values: "no_such_type")
        assert refused(dsn) == ["GIS198"]
    assert held(server) == ["schools_plan_b"]


def test_an_empty_layer_and_one_of_three_thousand_zones(server: Server, dsn: str) -> None:
    squares = shapely.box(*(np.arange(3000) % 60 * 100.0 + shift for shift in (460_000, 0)), *(
        np.arange(3000) % 60 * 100.0 + shift for shift in (460_090, 90)
    ))  # fmt: skip
    many = gpd.GeoDataFrame({"unit": [f"u{n}" for n in range(3000)]}, geometry=squares, crs="EPSG:4545")
    publish(dsn, SCHEMA, [Table("none", areas()[:0], "none", shape="Point"), Table("many", many, "many")], both())
    with psycopg.connect(dsn) as connection:
        assert connection.execute(f"SELECT count(*) FROM {SCHEMA}.none").fetchone() == (0,)
        kind = "SELECT DISTINCT type FROM gis.geometry_columns WHERE f_table_name = 'none'"
        assert connection.execute(kind).fetchall() == [("POINT",)]
        assert connection.execute(f"SELECT count(*), count(DISTINCT unit) FROM {SCHEMA}.many").fetchone() == (
            3000,
            3000,
        )


def test_a_database_without_postgis_no_rights_and_an_unknown_crs(server: Server, dsn: str) -> None:
    assert refused(server.address("plain")) == ["GIS194"]
    assert refused(server.address("county", "stranger")) == ["GIS195"]
    assert held(server) == []
    server.run("county", "GRANT USAGE ON SCHEMA gis TO stranger")
    assert refused(server.address("county", "stranger")) == ["GIS195"]  # who may not make a schema
    assert held(server) == []
    odd = Target("odd", odd_way(CRS.from_proj4("+proj=tmerc +lon_0=107.5 +ellps=GRS80 +units=m")))
    with pytest.raises(ScenarioError) as fault:
        publish(dsn, SCHEMA, tables(), (both()[0], odd))
    assert [(problem.code, problem.params["names"]) for problem in fault.value.problems] == [("GIS202", ("odd",))]


def odd_way(target: CRS):
    from gis.crs import Way

    way = both()[1].way
    return Way(way.source, target, way.forward, way.backward)


@pytest.mark.parametrize(
    "wrong", [None, "", "not a connection", f"postgresql://u:{PASSWORD}@[broken", f"u:{PASSWORD}@h/d"]
)
def test_no_connection_or_one_that_nobody_understands(wrong: str | None) -> None:
    assert refused(wrong) == ["GIS192"]


def test_a_password_gets_nowhere(server: Server, dsn: str, capfd: pytest.CaptureFixture[str]) -> None:
    said, told = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(told):
        assert refused(server.address("county", "locked", "wrong-" + PASSWORD)) == ["GIS193"]
        assert refused(server.address(f"{PASSWORD}", "locked", PASSWORD)) == ["GIS193"]  # the server repeats the name
        assert refused(server.address("county", "locked", PASSWORD)) == ["GIS195"]
        assert refused(f"postgresql://locked:{PASSWORD}@localhost:1/county") == ["GIS193"]
    assert PASSWORD not in said.getvalue() + told.getvalue() + "".join(capfd.readouterr())
    assert not any(PASSWORD in value for value in os.environ.values())


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgis_publish, "find_spec", lambda name: None)
    assert refused("postgresql://u@h/d") == ["GIS191"]


def test_names_of_schemas_and_tables() -> None:
    assert schema_name("Majiang-2024") == "schoolplan_majiang_2024"
    assert plain_name("schools Plan.B") == "schools_plan_b"
    assert len(plain_name("x" * 99)) == 63
    assert postgis_publish._names([Table(name, areas(), "") for name in ("A b", "a-b", "a_b")]) == [
        "a_b",
        "a_b_2",
        "a_b_3",
    ]
