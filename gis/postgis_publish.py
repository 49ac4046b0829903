"""Layers into a PostGIS database: one schema of ours, one transaction, our own tables alone replaced.

A table of ours is known by how its comment begins. No message, file or exception holds the connection: it may hold a
password.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.handover import Target
from gis.postgis_session import LIMITS, find_postgis, plain, safe_reason
from scenarios.problems import Problem, ScenarioError, error

if TYPE_CHECKING:
    import psycopg

MARK = "schoolplan | "
"""How the comment of every table of ours begins."""
PLACE = "--dsn"
_LONGEST = 63
"""Bytes of a name in PostgreSQL."""
_LOCK_MS = 15_000
"""How long somebody else may keep a table busy [ms]."""
_THERE = """
SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), '') FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind IN ('r', 'v', 'm', 'f', 'p') ORDER BY 1
"""


@dataclass(frozen=True)
class Table:
    """One table: its rows, with shapes or without, and what the comments of table and columns say."""

    name: str
    frame: pd.DataFrame
    comment: str
    columns: Mapping[str, str] = field(default_factory=dict)
    shape: str = ""
    """Type of geometry of a table without rows; empty: areas."""


def schema_name(study: str) -> str:
    """Schema of a study: `schoolplan_majiang`."""
    return plain_name(f"schoolplan_{study}")


def plain_name(name: str) -> str:
    """A name of small letters, digits and underscores, at most 63 bytes: `schools plan-b` -> `schools_plan_b`."""
    return re.sub(r"[^a-z0-9_]", "_", name.lower())[:_LONGEST]


def publish(dsn: str | None, schema: str, tables: Sequence[Table], targets: Sequence[Target]) -> list[str]:
    """Write the tables, each with a geometry column for each target CRS; returns their names. All of them or none.

    Raises ScenarioError: GIS191 without the extra `postgis`, GIS192 without a connection, GIS193-GIS198, GIS202,
    GIS203 for what the database refuses.
    """
    if find_spec("psycopg") is None:
        raise ScenarioError([error("GIS191", PLACE)])
    names = _names(tables)
    with _connected(dsn) as connection:
        home = find_postgis(connection)
        if home is None:
            raise ScenarioError([error("GIS194", PLACE)])
        own, usable = home
        if not usable:
            raise ScenarioError([error("GIS195", PLACE, reason=f"USAGE ON SCHEMA {own}")])
        _know_crs(connection, targets)
        _clear(connection, schema, names)
        for name, table in zip(names, tables, strict=True):
            _fill(connection, (schema, name), table, targets)
    return [f"{schema}.{name}" for name in names]


@contextmanager
def _connected(dsn: str | None) -> "Iterator[psycopg.Connection[Any]]":
    """A connection with one transaction; whatever PostgreSQL says becomes a problem without secrets."""
    import psycopg  # noqa: PLC0415 - an extra, needed by those who publish
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        terms = conninfo_to_dict(plain(dsn or ""))
    except psycopg.Error:
        terms = {}
    if not terms:
        raise ScenarioError([error("GIS192", PLACE)])
    secrets = [terms.get("password"), terms.get("sslpassword")]
    problem: Problem | None = None
    try:
        with psycopg.connect(**{**LIMITS, **terms}) as connection:  # type: ignore[arg-type]
            connection.execute("SELECT set_config('lock_timeout', %s, true)", (str(_LOCK_MS),))
            yield connection
    except psycopg.errors.LockNotAvailable:
        problem = error("GIS203", PLACE, seconds=_LOCK_MS // 1000)
    except psycopg.OperationalError as fault:
        problem = error("GIS193", PLACE, reason=safe_reason(fault, secrets))
    except psycopg.errors.InsufficientPrivilege as fault:
        problem = error("GIS195", PLACE, reason=safe_reason(fault, secrets))
    except psycopg.errors.DependentObjectsStillExist as fault:
        problem = error("GIS197", PLACE, reason=safe_reason(fault, secrets))
    except psycopg.Error as fault:
        problem = error("GIS198", PLACE, reason=safe_reason(fault, secrets))
    if problem is not None:
        # Outside of the except: the exception of the driver must not hang on ours.
        raise ScenarioError([problem])


def _names(tables: Sequence[Table]) -> list[str]:
    """Names of the tables, no two alike."""
    taken: list[str] = []
    for table in tables:
        name, number = plain_name(table.name), 1
        while name in taken:
            number += 1
            tail = f"_{number}"
            name = plain_name(table.name)[: _LONGEST - len(tail)] + tail
        taken.append(name)
    return taken


def _know_crs(connection: "psycopg.Connection[Any]", targets: Sequence[Target]) -> None:
    codes = [target.crs.to_epsg() or 0 for target in targets]
    found = {row[0] for row in connection.execute("SELECT srid FROM spatial_ref_sys WHERE srid = ANY(%s)", (codes,))}
    missing = [target.name for target, code in zip(targets, codes, strict=True) if code not in found]
    if missing:
        raise ScenarioError([error("GIS202", PLACE, names=tuple(missing))])


def _clear(connection: "psycopg.Connection[Any]", schema: str, names: Sequence[str]) -> None:
    """Make the schema if it is not there and drop the tables of ours in it; nobody else's table may be in the way."""
    from psycopg import sql  # noqa: PLC0415

    there = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema,)).fetchone()
    if there is None:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    held = connection.execute(_THERE, (schema,)).fetchall()
    foreign = tuple(name for name, comment in held if not comment.startswith(MARK) and name in names)
    if foreign:
        raise ScenarioError([error("GIS196", PLACE, tables=foreign, schema=schema)])
    for name in [name for name, comment in held if comment.startswith(MARK)]:
        connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(schema, name)))


def _fill(
    connection: "psycopg.Connection[Any]", name: tuple[str, str], table: Table, targets: Sequence[Target]
) -> None:
    from psycopg import sql  # noqa: PLC0415

    frame, where = table.frame, sql.Identifier(*name)
    shaped = isinstance(frame, gpd.GeoDataFrame)
    fields = [str(column) for column in frame.columns if not (shaped and column == frame.geometry.name)]
    parts: list[sql.Composable] = [sql.SQL("fid integer PRIMARY KEY")]
    parts += [sql.SQL("{} {}").format(sql.Identifier(one), sql.SQL(_kind(frame[one]))) for one in fields]
    shapes: dict[str, list[str | None]] = {}
    if shaped:
        kind = _shape_kind(frame, table.shape)
        for target in targets:
            column = f"geom_{target.crs.to_epsg()}"
            shapes[column] = _hex(target.moved(frame), kind)
            made = sql.SQL(f"geometry({kind}, {int(target.crs.to_epsg() or 0)})")
            parts.append(sql.SQL("{} {}").format(sql.Identifier(column), made))
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(where, sql.SQL(", ").join(parts)))
    listed = sql.SQL(", ").join(sql.Identifier(column) for column in ("fid", *fields, *shapes))
    columns = [range(1, len(frame) + 1), *(_plain(frame[one]) for one in fields), *shapes.values()]
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(where, listed)) as copied,
    ):
        for row in zip(*columns, strict=True):
            copied.write_row(row)
    for column in shapes:
        connection.execute(sql.SQL("CREATE INDEX ON {} USING gist ({})").format(where, sql.Identifier(column)))
    said = sql.SQL("COMMENT ON TABLE {} IS {}").format(where, sql.Literal(MARK + table.comment))
    connection.execute(said)
    for column, text in table.columns.items():
        place = sql.Identifier(*name, column)
        connection.execute(sql.SQL("COMMENT ON COLUMN {} IS {}").format(place, sql.Literal(text)))
    for target in targets if shaped else ():
        place = sql.Identifier(*name, f"geom_{target.crs.to_epsg()}")
        said = sql.SQL("COMMENT ON COLUMN {} IS {}").format(place, sql.Literal(f"图形 shape, {target.crs.name}"))
        connection.execute(said)


def _kind(values: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(values):
        return "boolean"
    if pd.api.types.is_integer_dtype(values):
        return "bigint"
    return "double precision" if pd.api.types.is_float_dtype(values) else "text"


def _plain(values: pd.Series) -> list[object]:
    """Values as Python's own; missing ones as None."""
    return [None if pd.isna(value) else value for value in values.astype(object)]


def _shape_kind(frame: gpd.GeoDataFrame, otherwise: str) -> str:
    drawn = {0: "Point", 1: "MultiLineString", 2: "MultiPolygon"}
    dimension = max((int(kind) for kind in shapely.get_dimensions(frame.geometry.array)), default=-1)
    return drawn.get(dimension, otherwise or drawn[2])


def _hex(frame: gpd.GeoDataFrame, kind: str) -> list[str | None]:
    """Shapes as PostGIS reads them, all of one kind."""
    shapes = np.asarray(frame.geometry.array, dtype=object)
    if kind == "MultiLineString":
        shapes = np.array([one and shapely.multilinestrings(shapely.get_parts(one)) for one in shapes], dtype=object)
    if kind == "MultiPolygon":
        shapes = np.array([one and shapely.multipolygons(shapely.get_parts(one)) for one in shapes], dtype=object)
    marked = shapely.set_srid(shapes, int(frame.crs.to_epsg()))
    return list(shapely.to_wkb(marked, hex=True, include_srid=True))
