"""Study files made to do harm: aliases, depth, size, paths that lead elsewhere. Told, never raised, nothing written."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.loader import check, load
from scenarios.problems import Problem, render
from scenarios.yaml_source import read_text
from tests.examples import examples
from tests.fuzz.runner import everything
from tests.fuzz.seeds import BASE

Change = Callable[[str], str]


def codes(problems: list[Problem]) -> set[str]:
    """Codes of problems that can all be said."""
    for problem in problems:
        for lang in ("zh", "en"):
            render(problem, lang).encode()
    return {problem.code for problem in problems}


def changed(folder: Path, change: Change, name: str = "study.yaml") -> list[Problem]:
    """Problems of the base study with one file changed."""
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    file = folder / name
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    before = everything(folder.parent)
    problems = check(folder / "approval.yaml")
    assert everything(folder.parent) == before
    return problems


SIGNS = (
    "[",
    "]",
    "{",
    "}",
    ",",
    "#",
    "'",
    '"',
    "\n",
    "  ",
    "\t",
    "\0",
    "\x85",
    "\ufeff",
    "：",
    "，",
    "“",
    "一",
    "a",
    "b: ",
)
MARKS = (
    "- ",
    "? ",
    "&x ",
    "*x",
    "!t ",
    "|\n",
    ">\n",
    "---\n",
    "%YAML 1.2\n",
    "<<: ",
    "0x",
    "1e9",
    ".nan",
    "2023-02-31",
)
YAML_BITS = st.sampled_from(SIGNS + MARKS)


@examples(300)
@given(st.lists(YAML_BITS, max_size=25).map("".join) | st.text(max_size=60))
def test_any_text_is_read_or_told(text: str) -> None:
    source, problems = read_text(text, "x.yaml")
    codes(problems)
    assert source is not None or problems


def laughs() -> str:
    """Nine lines that stand for a billion words."""
    lines = ["a0: &a0 [ha]", *(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]" for n in range(9))]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (laughs(), "SCN016"),
        ("a: &x\n  b: *x\n", "SCN016"),
        ("a: " + "[" * 100_000, "SCN010"),
        ("a:\n  " + "- " * 100_000 + "x\n", "SCN010"),
        ("".join(" " * n + "a:\n" for n in range(1_200)), "SCN010"),
        ("? " * 3_000 + "a\n", "SCN010"),
        ('a: "\\ud800"\n', "SCN019"),
        ("a: " + "9" * 6_000 + "\n", "SCN019"),
        ("a: !!python/object/apply:os.system [ls]\n", "SCN017"),
        ("a: 1\n---\nb: 2\n", "SCN010"),
    ],
)
def test_texts_made_to_do_harm_are_told_at_once(text: str, code: str) -> None:
    start = time.process_time()
    _, problems = read_text(text, "x.yaml")
    assert code in codes(problems)
    assert time.process_time() - start < 5.0


@pytest.mark.parametrize("depth", range(300, 900, 40))
def test_depth_just_below_what_the_library_bears_is_borne_by_us(depth: int) -> None:
    for text in ("a:\n  " + "- " * depth + "x\n", "".join(" " * n + "a:\n" for n in range(depth))):
        codes(read_text(text, "x.yaml")[1])


def test_a_huge_file_is_refused_unparsed(tmp_path: Path) -> None:
    assert codes(changed(tmp_path / "s", lambda text: text + "# x\n" * 300_000)) >= {"SCN005"}


ELSEWHERE = (
    "../../../../etc/hostname",
    "/dev/zero",
    "/proc/self/mem",
    "~/units.csv",
    "//host/share/u.csv",
    "file:///x.csv",
)
NOWHERE = (
    "a" * 5_000,
    "a/" * 3_000,
    "C:\\\\data\\\\units.csv",
    "\\0",
    ".",
    "..",
    "data",
    "data/units.csv/x",
    "con",
    "|ls",
    "$HOME",
)


@pytest.mark.parametrize("path", ELSEWHERE + NOWHERE)
def test_paths_of_tables_that_lead_nowhere_are_told(tmp_path: Path, path: str) -> None:
    problems = changed(tmp_path / "s", lambda text: text.replace("data/units.csv", f'"{path}"'))
    assert codes(problems) & {"SCN002", "SCN006", "SCN213", "SCN101", "SCN104", "SCN204"}


@pytest.mark.parametrize(
    "path", ["/vsicurl/http://localhost:9/u.geojson", "http://localhost:9/u.geojson", "WFS:http://x"]
)
def test_layers_are_never_fetched(tmp_path: Path, path: str) -> None:
    problems = changed(tmp_path / "s", lambda text: text.replace("data/units.geojson", f'"{path}"'))
    assert codes(problems) & {"SCN006", "GIS080"}


def test_a_folder_that_may_not_be_looked_into_has_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refused)
    problems = changed(tmp_path / "s", lambda text: text.replace("data/units.csv", "data/unit.csv"))
    assert "SCN006" in codes(problems)


def test_inputs_may_lie_elsewhere(tmp_path: Path) -> None:
    """A shared folder is named by `..` or an absolute path: only reading leaves the study."""
    shared = tmp_path / "shared"
    shutil.copytree(BASE / "data", shared)
    whole = changed(tmp_path / "a" / "s", lambda text: text)
    up = changed(tmp_path / "b" / "s", lambda text: text.replace("data/", "../../shared/"))
    absolute = changed(tmp_path / "c" / "s", lambda text: text.replace("data/", f"{shared.as_posix()}/"))
    assert codes(up) == codes(absolute) == codes(whole)
    bundle = load(tmp_path / "b" / "s" / "approval.yaml")
    assert shared / "units.csv" in bundle.files
