"""What every connection to a PostGIS database shares: its terms, where PostGIS lives, reasons without secrets."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

LIMITS = MappingProxyType({"connect_timeout": 10, "application_name": "schoolplan", "client_encoding": "utf8"})
"""Terms of a connection where its own say nothing else; the timeout in seconds."""
_HOME = """
SELECT quote_ident(n.nspname), has_schema_privilege(n.oid, 'USAGE')
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'
"""


def plain(dsn: str) -> str:
    """A connection as PostgreSQL reads it, also where it was written for SQLAlchemy."""
    return dsn.replace("postgresql+psycopg://", "postgresql://", 1).strip()


def find_postgis(connection: "psycopg.Connection[Any]") -> tuple[str, bool] | None:
    """Schema of PostGIS, whatever it is, and whether it may be used; if so it is looked into. None without PostGIS."""
    home = connection.execute(_HOME).fetchone()
    if home is None:
        return None
    schema, usable = str(home[0]), bool(home[1])
    if usable:
        connection.execute("SELECT set_config('search_path', %s, true)", (f"{schema}, pg_catalog",))
    return schema, usable


def safe_reason(fault: Exception, secrets: Iterable[object] = ()) -> str:
    """First line of a reason, without any secret of the connection (one of up to 3 signs could be anything)."""
    text = str(fault).strip().partition("\n")[0]
    for secret in sorted((str(item) for item in secrets if item), key=len, reverse=True):
        if len(secret) > 3:
            text = text.replace(secret, "…")
    return text
