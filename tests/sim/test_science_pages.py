"""Every test that a page of docs/science names exists, every page of the engine names some, every module has a page."""

import ast
import re

import pytest

from tests.sim.studies import ROOT

PAGES = sorted((ROOT / "docs/science").glob("*.md"))
NAMED = re.compile(r"`(?:(?P<file>(?:tests/\w+/)?test_\w+\.py))?(?:::(?P<test>test_\w+))?`")
ENGINE = ("births-and-entry", "progression", "base-year", "moves", "admission", "classes", "randomness", "verdicts")
WITHOUT_A_PAGE = {
    "__init__",
    "arrays",
    "engine",
    "ensemble",
    "model",
    "state",
    "year",
}  # they compose; the pages are about their parts


def functions_of(name):
    """Names of the test functions of a file under tests/, wherever it lies."""
    found = list((ROOT / "tests").rglob(name.rsplit("/", 1)[-1]))
    assert found, f"no file {name}"
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in found]
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def named_tests(text):
    """(file, test) of every mention; `::test_x` belongs to the file named before it."""
    file = None
    for match in NAMED.finditer(text):
        file = match["file"] or file
        if match["test"]:
            yield file, match["test"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_named_test_exists(page):
    lost = [
        f"{file}::{test}"
        for file, test in named_tests(page.read_text("utf-8"))
        if file is None or test not in functions_of(file)
    ]
    assert not lost, "\n".join(lost)


@pytest.mark.parametrize("name", ENGINE)
def test_every_page_of_the_engine_has_symbols_and_tests(name):
    text = (ROOT / f"docs/science/{name}.md").read_text(encoding="utf-8")
    assert "| symbol | meaning |" in text or name == "randomness"
    assert len(list(named_tests(text))) >= 5
    assert "Code: `sim/" in text


def test_every_module_of_the_engine_has_a_page():
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    modules = {path.stem for path in (ROOT / "sim").glob("*.py")} - WITHOUT_A_PAGE
    assert not [name for name in sorted(modules) if f"`sim/{name}.py`" not in text]


def test_files_named_in_docstrings_of_the_engine_exist():
    named = {
        name
        for path in (ROOT / "sim").glob("*.py")
        for name in re.findall(r"tests/sim/(test_\w+\.py)", path.read_text("utf-8"))
    }
    assert not [name for name in sorted(named) if not (ROOT / "tests/sim" / name).is_file()]
