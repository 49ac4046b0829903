"""The doors between the rooms: import contracts, what an import loads, what it leaves behind."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from schoolplan import guard

SIM_NEVER_LOADS = ("geopandas", "shapely", "pyproj", "pyogrio", "ruamel", "yaml", "typer", "click", "matplotlib")
NOT_FOR_TESTS_OR_ROOMS = "matplotlib.pyplot"  # one figure list for the whole process; rooms draw on their own Figure

LOADED = """
import importlib, json, sys
banned, blamed, seen = set(sys.argv[1].split(",")), {}, set()
for module in sys.argv[2:]:
    importlib.import_module(module)
    new = banned & ({name.partition(".")[0] for name in sys.modules} | set(sys.modules)) - seen
    if new:
        blamed[module] = sorted(new)
        seen |= new
print(json.dumps(blamed))
"""

STATE = """
import hashlib, importlib, logging, sys
import numpy as np
def state():
    generator = hashlib.sha256(np.random.get_state()[1].tobytes()).hexdigest()
    return generator, list(logging.root.handlers), logging.root.level
before = state()
for module in sys.argv[1:]:
    importlib.import_module(module)
assert state() == before, "importing changed the global random state or the root logger"
"""


def run_python(code: str, *arguments: str, repository: Path, home: Path) -> str:
    """Run code in a fresh process whose home, cache and working folder are empty ones; returns what it printed."""
    for name in ("home", "here", "libraries"):
        (home / name).mkdir()
    env = {**os.environ, "PYTHONPATH": str(repository), "HOME": str(home / "home"), "PYTHONDONTWRITEBYTECODE": "1"}
    env |= {"XDG_CACHE_HOME": str(home / "home"), "XDG_CONFIG_HOME": str(home / "home")}
    env |= {"MPLCONFIGDIR": str(home / "libraries")}  # matplotlib keeps a list of fonts there; that is its own affair
    command = [sys.executable, "-c", code, *arguments]
    result = subprocess.run(command, cwd=home / "here", env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def importable(sources: tuple, *rooms: str) -> list[str]:
    """Modules of the rooms that may be imported without running a command."""
    names = [source.module for source in sources if not source.path.endswith("__main__.py")]
    return [name for name in names if name.partition(".")[0] in rooms]


def test_the_import_contracts_of_pyproject_are_kept(repository: Path) -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    env = {**os.environ, "PYTHONPATH": str(repository)}
    result = subprocess.run(command, cwd=repository, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_module_of_sim_loads_geometry_yaml_terminal_or_drawing(room_sources, repository, tmp_path) -> None:
    modules = importable(room_sources, "sim")
    assert "sim.streams" in modules
    printed = run_python(LOADED, ",".join(SIM_NEVER_LOADS), *modules, repository=repository, home=tmp_path)
    assert json.loads(printed) == {}


def test_no_room_loads_the_global_figure_list_of_pyplot(room_sources, repository, tmp_path) -> None:
    modules = importable(room_sources, *guard.PACKAGES)
    assert json.loads(run_python(LOADED, NOT_FOR_TESTS_OR_ROOMS, *modules, repository=repository, home=tmp_path)) == {}


def test_the_front_door_opens_without_the_heavy_libraries(repository, tmp_path) -> None:
    heavy = "geopandas,pandas,scipy,matplotlib,simpy,pyarrow"
    printed = run_python(LOADED, heavy, *guard.PACKAGES, repository=repository, home=tmp_path)
    assert json.loads(printed) == {}


@pytest.mark.parametrize("room", ["scenarios", "gis", "sim", "reports"])
def test_an_init_says_what_the_room_is_and_imports_nothing(room: str, repository: Path) -> None:
    tree = ast.parse((repository / room / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))] == []


def test_importing_the_rooms_leaves_no_file_and_no_global_state_behind(room_sources, repository, tmp_path) -> None:
    def files() -> set[str]:
        every = (path for room in guard.PACKAGES for path in (repository / room).rglob("*"))
        return {str(path) for path in every if "__pycache__" not in path.parts}

    before = files()
    run_python(STATE, *importable(room_sources, *guard.PACKAGES), repository=repository, home=tmp_path)
    assert files() == before
    assert list((tmp_path / "here").rglob("*")) == []
    assert list((tmp_path / "home").rglob("*")) == []
