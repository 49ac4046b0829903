"""A PostGIS server for the tests: a cluster of its own in a temporary folder, reached by a socket, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

PASSWORD = "geheim-7391"


@dataclass(frozen=True)
class Server:
    """A running server."""

    folder: Path

    def address(self, database: str, user: str = "postgres", password: str = "") -> str:
        """Connection as a planner's administrator hands it out."""
        secret = f":{password}" if password else ""
        return f"postgresql://{user}{secret}@/{database}?host={self.folder}"

    def run(self, database: str, *statements: str) -> None:
        """Execute statements as the administrator."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@contextmanager
def found_server() -> Iterator[Server]:
    """A running server; the test is skipped, and says why, where there is none to start."""
    folder = programs()
    if folder is None:
        pytest.skip("no PostgreSQL with PostGIS found: run `make system` as root, or install postgresql-postgis")
    with running(folder) as server:
        yield server


def programs() -> Path | None:
    """Folder of the programs of the newest PostgreSQL that has PostGIS; None without one."""
    found = [file.parent for file in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    found += [Path(on_path).resolve().parent] if on_path else []
    usable = [folder for folder in found if _has_postgis(folder)]
    return max(usable, key=lambda folder: [int(part) for part in folder.parts if part.isdigit()], default=None)


def _has_postgis(folder: Path) -> bool:
    share = Path("/usr/share/postgresql") / folder.parent.name / "extension" / "postgis.control"
    beside = list((folder.parent / "share").glob("**/extension/postgis.control"))
    return share.is_file() or bool(beside)


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Start a server with the databases `county` (with PostGIS) and `plain` (without)."""
    home = Path(tempfile.mkdtemp(prefix="schoolplan-pg-"))
    # PostgreSQL refuses to run as root; then the user of its package runs it.
    user = "postgres" if os.geteuid() == 0 else None
    try:
        if user is not None:
            shutil.chown(home, user)
        data = home / "data"
        _call(user, folder / "initdb", "-D", data, "-E", "UTF8", "--locale=C", "-A", "trust", "-U", "postgres")
        rules = data / "pg_hba.conf"
        rules.write_text("local all locked scram-sha-256\nlocal all all trust\n", encoding="ascii")
        options = f"-k {home} -c listen_addresses='' -c fsync=off"
        control = (folder / "pg_ctl", "-D", data, "-w", "-l", home / "log")
        _call(user, *control, "-o", options, "start")
        try:
            server = Server(home)
            server.run("postgres", "CREATE DATABASE county", "CREATE DATABASE plain")
            server.run("postgres", "CREATE ROLE stranger LOGIN", f"CREATE ROLE locked LOGIN PASSWORD '{PASSWORD}'")
            server.run("county", "CREATE SCHEMA gis", "CREATE EXTENSION postgis SCHEMA gis")
            yield server
        finally:
            _call(user, *control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _call(user: str | None, *command: object) -> None:
    words = [str(word) for word in command]
    subprocess.run(words, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
