"""Layers from a PostGIS database, read-only. A study names the connection, never its address: `path: postgis:NAME`.

The connection itself comes from the environment variable SCHOOLPLAN_POSTGIS_<NAME>, else from the PostgreSQL service of
that name. No message repeats it, because it may hold a password.
"""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from gis.postgis_session import LIMITS, find_postgis, plain, safe_reason
from gis.raw import RawLayer, from_wkb
from scenarios.problems import Problem, error, nearest

if TYPE_CHECKING:
    import psycopg

VARIABLE = "SCHOOLPLAN_POSTGIS_"
MOST_FEATURES = 200_000
MOST_BYTES = 512_000_000
"""Geometries of one table [bytes]."""
_STATEMENT_MS = 120_000

_TABLES = """
SELECT n.nspname, c.relname, a.attname FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
WHERE t.typname IN ('geometry', 'geography') AND c.relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT a.attisdropped
ORDER BY 1, 2, a.attnum
"""
_COLUMNS = """
SELECT a.attname, t.typname FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
WHERE n.nspname = %s AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


@dataclass(frozen=True)
class _Table:
    """A table as the study asks for it."""

    place: str
    schema: str
    name: str

    @property
    def shown(self) -> str:
        return f"{self.schema}.{self.name}"


class _RefusedError(Exception):
    """A problem that ends the reading."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.code)


def variable(name: str) -> str:
    """Environment variable that holds the connection of that name: `county-db` -> `SCHOOLPLAN_POSTGIS_COUNTY_DB`."""
    return VARIABLE + name.upper().replace("-", "_")


def read_database(name: str, layer: str | None, id_field: str, place: str) -> tuple[RawLayer | None, list[Problem]]:
    """Read one table or view of the database that goes by `name`; layer: `schema.table`, or a table of `public`.

    Needs the extra `postgis`; nothing is ever written, and the connection refuses to.
    """
    if find_spec("psycopg") is None:
        return None, [error("GIS081", place)]
    try:
        with _connect(name, place) as connection:
            return _read(connection, layer, id_field, place), []
    except _RefusedError as refused:
        return None, [refused.problem]


def _connect(name: str, place: str) -> "psycopg.Connection[Any]":
    """A read-only connection."""
    import psycopg  # noqa: PLC0415 - an extra, needed by those who name a database
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415

    stated = os.environ.get(variable(name), "")
    written = plain(stated) or make_conninfo(service=name)
    try:
        terms = conninfo_to_dict(written)
    except psycopg.Error:
        # The reason would repeat a part of the connection.
        raise _RefusedError(error("GIS083", place, variable=variable(name))) from None
    try:
        connection = psycopg.connect(**{**LIMITS, **terms})  # type: ignore[arg-type]
        connection.read_only = True
        connection.execute("SELECT set_config('statement_timeout', %s, false)", (str(_STATEMENT_MS),))
    except psycopg.Error as fault:
        if not stated and "definition of service" in str(fault):
            raise _RefusedError(error("GIS082", place, variable=variable(name), name=name)) from None
        secrets = [terms.get("password"), terms.get("sslpassword")]
        raise _RefusedError(error("GIS084", place, reason=safe_reason(fault, secrets))) from None
    return connection


def _read(connection: "psycopg.Connection[Any]", layer: str | None, id_field: str, place: str) -> RawLayer:
    import psycopg  # noqa: PLC0415

    try:
        _use_postgis(connection, place)
        table, column = _find_table(connection, layer, place)
        fields = [row[0] for row in connection.execute(_COLUMNS, (table.schema, table.name)).fetchall()]
        return _rows(connection, table, column, fields, id_field)
    except psycopg.errors.InsufficientPrivilege:
        raise _RefusedError(error("GIS087", place, table=layer or "")) from None
    except psycopg.Error as fault:
        raise _RefusedError(error("GIS084", place, reason=safe_reason(fault))) from None
    finally:
        with suppress(psycopg.Error):
            connection.rollback()


def _use_postgis(connection: "psycopg.Connection[Any]", place: str) -> None:
    """Find PostGIS in whatever schema it is installed."""
    home = find_postgis(connection)
    if home is None:
        raise _RefusedError(error("GIS085", place))
    schema, usable = home
    if not usable:
        raise _RefusedError(error("GIS087", place, table=schema))


def _find_table(connection: "psycopg.Connection[Any]", layer: str | None, place: str) -> tuple[_Table, str]:
    """The table that the study names, and its geometry column."""
    known: dict[tuple[str, str], list[str]] = {}
    for schema, name, column in connection.execute(_TABLES).fetchall():
        known.setdefault((schema, name), []).append(column)
    names = tuple(".".join(key) for key in known)
    if layer is None and len(known) != 1:
        raise _RefusedError(error("GIS086", place, table="-", names=names))
    parts = tuple((layer or names[0]).split("."))
    schema, name, *wanted = parts if len(parts) > 1 else ("public", *parts)
    columns = known.get((schema, name), [])
    if not columns or (wanted and wanted[0] not in columns):
        raise _RefusedError(error("GIS086", place, table=layer, names=names, near=nearest(layer, names)))
    if len(columns) > 1 and not wanted:
        raise _RefusedError(error("GIS088", place, table=layer or names[0], columns=tuple(columns)))
    return _Table(place, schema, name), (wanted or columns)[0]


def _rows(
    connection: "psycopg.Connection[Any]", table: _Table, column: str, fields: list[str], id_field: str
) -> RawLayer:
    from psycopg import sql  # noqa: PLC0415

    # A geography is a geometry in degrees; the cast is free for a geometry.
    shape = sql.SQL("{}::geometry").format(sql.Identifier(column))
    source = sql.Identifier(table.schema, table.name)
    sums = sql.SQL("SELECT count(*), coalesce(sum(ST_MemSize({shape})), 0) FROM {source}")
    found = connection.execute(sums.format(shape=shape, source=source)).fetchone() or (0, 0)
    if found[0] > MOST_FEATURES or found[1] > MOST_BYTES:
        size = {"megabytes": f"{found[1] / 1e6:.0f}", "most": f"{MOST_BYTES / 1e6:.0f}"}
        raise _RefusedError(error("GIS054", table.place, **size, way="@save_less"))
    has_id = id_field in fields and id_field != column
    name = sql.Identifier(id_field) if has_id else sql.SQL("NULL")
    query = sql.SQL("SELECT {name}, ST_AsBinary({shape}), ST_SRID({shape}) FROM {source}")
    rows = connection.execute(query.format(name=name, shape=shape, source=source)).fetchall()
    # A database keeps no order; the same rows must come out the same.
    rows.sort(key=lambda row: (str(row[0]), row[1] or b""))
    shapes, broken = from_wkb([row[1] for row in rows])
    own = _own_crs(connection, {row[2] for row in rows if row[2] is not None}, table)
    values = tuple(row[0] for row in rows) if has_id else None
    others = tuple(field for field in fields if field != column)
    return RawLayer(others, values, shapes, broken, own, _content(rows, own))


def _own_crs(connection: "psycopg.Connection[Any]", srids: set[int], table: _Table) -> str | None:
    """The CRS of the geometries, None if they have none (SRID 0)."""
    if len(srids) > 1:
        raise _RefusedError(error("GIS089", table.place, table=table.shown, srids=tuple(sorted(srids))))
    srid = next(iter(srids), 0)
    if srid == 0:
        return None
    query = "SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = %s"
    row = connection.execute(query, (srid,)).fetchone()
    if row is None:
        return f"SRID {srid}"
    return f"{row[0]}:{row[1]}" if row[0] and row[1] else str(row[2])


def _content(rows: list[Any], own: str | None) -> str:
    """Hash of ids, geometries and CRS, in the order of the ids."""
    digest = hashlib.sha256(str(own).encode("utf-8"))
    for name, wkb, _ in rows:
        for part in (str(name).encode("utf-8"), wkb or b""):
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)
    return digest.hexdigest()
