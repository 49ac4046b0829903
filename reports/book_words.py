"""Words of the workbook in two languages: sheets, heads and values of the tables of a run folder."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

from reports.i18n import Lang

_FILE = Path(__file__).parent / "book_words.yaml"
_LONGEST = 31
"""Characters of a sheet's name that Excel allows."""
_RESERVED = "history"


@lru_cache(maxsize=1)
def words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """tables, columns and values: name -> language -> text."""
    loaded: Mapping[str, Mapping[str, Mapping[str, str]]] = YAML(typ="safe").load(_FILE.read_text(encoding="utf-8"))
    return loaded


def table_word(name: str, lang: Lang) -> str:
    """Name of a table. KeyError for one that nobody named."""
    return words()["tables"][name][lang]


def column_word(name: str, lang: Lang) -> str:
    """Head of a column. KeyError for one that nobody named."""
    return words()["columns"][name][lang]


def value_word(value: str, lang: Lang) -> str:
    """A value of a column in words; the value itself where there are none."""
    found = words()["values"].get(value)
    return value if found is None else found[lang]


def sheet_name(text: str, number: int | None = None) -> str:
    """Excel allows 31 characters and not every sign, and keeps a name for itself; a number keeps names apart."""
    plain = "".join(" " if sign in "[]:*?/\\'" or ord(sign) < 32 else sign for sign in text).strip()
    name = f"{number} {plain}" if number is not None else plain
    return f"{name} _" if name.lower() == _RESERVED else name[:_LONGEST].strip()


def sheet_names(texts: Sequence[str]) -> list[str]:
    """Names of the sheets of a book, no two alike: later ones get a number."""
    taken: set[str] = set()
    names = []
    for text in texts:
        name, number = sheet_name(text), 1
        while not name or name.lower() in taken:
            number += 1
            name = sheet_name(text, number)
        taken.add(name.lower())
        names.append(name)
    return names
