"""Texts of the command line in both languages (`cli_texts.yaml`, and `skeleton_texts.yaml` for a study skeleton)."""

from functools import lru_cache
from pathlib import Path
from typing import cast

from scenarios.yaml_source import read_yaml

_FILES = ("cli_texts.yaml", "skeleton_texts.yaml", "editor_texts.yaml", "standards_texts.yaml", "programme_texts.yaml",
          "building_texts.yaml", "guards_texts.yaml", "pack_texts.yaml")  # fmt: skip


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """All texts by key and language."""
    texts: dict[str, dict[str, str]] = {}
    for name in _FILES:
        source, problems = read_yaml(Path(__file__).with_name(name), name)
        if source is None or problems:
            raise RuntimeError(f"{name} is broken: {problems}")
        texts |= cast("dict[str, dict[str, str]]", source.data)
    return texts


def say(key: str, lang: str, **values: object) -> str:
    """A text; KeyError for a key that does not exist."""
    return catalogue()[key][lang].format(**values)


def word(text: str, lang: str) -> str:
    """The word for a known identifier, anything else as it is (numbers, ids, names)."""
    known = catalogue().get(f"word.{text}")
    return text if known is None else known[lang]
