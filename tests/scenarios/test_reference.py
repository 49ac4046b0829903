"""The guide: its reference parts are up to date, and every example in it is a file that the reader takes."""

import re
from pathlib import Path

import pytest

from scenarios.packs import shipped_packs
from scenarios.reference import blocks, refreshed
from scenarios.schema_errors import validate
from scenarios.schemas import SCHEMAS
from scenarios.yaml_source import read_text

PAGES = ("docs/guide/files.md", "docs/guide/tables.md")
FORMS = {"study": "study", "futures": "future", "plans": "plan", "approval": "scenario", "programme": "programme"}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    root = Path(__file__).resolve().parents[2]
    return {page: (root / page).read_text(encoding="utf-8") for page in PAGES}


def test_the_reference_parts_are_up_to_date(pages: dict[str, str]) -> None:
    stale = [page for page, text in pages.items() if refreshed(text) != text]
    assert stale == [], f"run: python -m scenarios.reference {' '.join(PAGES)}"


def test_every_form_and_table_has_its_part(pages: dict[str, str]) -> None:
    text = "".join(pages.values())
    assert [name for name in blocks() if f"<!-- {name} -->" not in text or f"<!-- end {name} -->" not in text] == []


def test_every_example_of_the_guide_fits_its_form(pages: dict[str, str]) -> None:
    examples = re.findall(r"```yaml\n(# (\w+)\S*\n.*?)```", pages["docs/guide/files.md"], re.DOTALL)
    assert sorted(name for _, name in examples) == sorted(FORMS)
    for text, name in examples:
        source, problems = read_text(text, name)
        assert problems == [], name
        assert source is not None
        assert validate(SCHEMAS[FORMS[name]], source)[1] == [], name


def test_the_study_of_the_guide_shows_every_key(pages: dict[str, str]) -> None:
    text = pages["docs/guide/files.md"].split("<!-- form study -->")[0]
    missing = [key for key in SCHEMAS["study"].model_fields if not re.search(rf"^{key}:", text, re.MULTILINE)]
    assert missing == ["language"]


def test_the_shipped_pack_is_the_one_the_guide_names(pages: dict[str, str]) -> None:
    assert all(name in pages["docs/guide/files.md"] for name in shipped_packs())
