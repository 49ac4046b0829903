"""What each field of a layer is called and counted in: one dictionary for QGIS, Shapefiles and databases."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML


@dataclass(frozen=True)
class Field:
    """One field of a layer in words."""

    name: str
    zh: str
    en: str
    unit_zh: str = ""
    unit_en: str = ""
    short: str = ""
    """Name in a Shapefile; empty: the name itself."""

    @property
    def said(self) -> str:
        """Both languages with their units, as QGIS shows it instead of the name."""
        zh = f"{self.zh}（{self.unit_zh}）" if self.unit_zh else self.zh
        return f"{zh} {self.en} ({self.unit_en})" if self.unit_en else f"{zh} {self.en}"


@lru_cache(maxsize=1)
def _dictionary() -> Mapping[str, Mapping[str, str]]:
    file = Path(__file__).with_name("layer_fields.yaml")
    read: Mapping[str, Mapping[str, str]] = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    return read


def field_of(name: str) -> Field:
    """The field of that name. Raises KeyError for one that no layer has."""
    words = _dictionary()
    if name in words:
        return Field(name, **words[name])
    year = re.search(r"\d{4}$", name)
    if year is None:
        raise KeyError(name)
    found = words[f"{name[: year.start()]}{{year}}"]
    return Field(name, **{key: text.format(year=year[0]) for key, text in found.items()})
