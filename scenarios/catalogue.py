"""Texts of all problems, by code and language, from every `messages*.yaml` beside this file.

An entry holds `what`, `expected` and `fix`, each in zh and en, with `{named}` parameters. A parameter value that starts
with `@` names an entry of `words` (so that "a whole number" is translated too); a tuple is listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from scenarios.yaml_entries import Entries, blocks

LANGUAGES = ("zh", "en")
PARTS = ("what", "expected", "fix")


@dataclass(frozen=True)
class Catalogue:
    """Templates: `texts[code][part][lang]` and `words[name][lang]`."""

    texts: Mapping[str, Mapping[str, Mapping[str, str]]]
    words: Mapping[str, Mapping[str, str]]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """All message files of this package, merged; a code or a word said twice is a mistake of ours."""
    texts: dict[str, str] = {}
    words: dict[str, str] = {}
    files = (item for item in resources.files("scenarios").iterdir() if item.name.startswith("messages"))
    for file in sorted((item for item in files if item.name.endswith(".yaml")), key=lambda item: item.name):
        for section, entries in blocks(file.read_text(encoding="utf-8"), 2).items():
            target = {"words": words, "problems": texts}[section]
            for name, entry in entries.items():
                if name in target:
                    raise ValueError(f"{file.name}: {name} is said twice")
                target[name] = entry
    return Catalogue(Entries(texts), Entries(words))


def word(name: str, lang: str, params: Mapping[str, object] | None = None) -> str:
    """A word or short phrase of the catalogue, with its parameters."""
    entry = catalogue().words.get(name)
    if entry is None:
        return name
    return _fill(entry[lang], params or {}, lang)


def text(code: str, part: str, lang: str, params: Mapping[str, object]) -> str:
    """One part of a message; empty where the catalogue has none."""
    entry = catalogue().texts.get(code)
    if entry is None or part not in entry:
        return ""
    return _fill(entry[part][lang], params, lang)


def say(value: object, lang: str, params: Mapping[str, object] | None = None) -> str:
    """A parameter as text: words translated, lists joined, long values cut."""
    if isinstance(value, Named):
        return value.said(lang)
    if isinstance(value, str) and value.startswith("@"):
        return word(value[1:], lang, params)
    if isinstance(value, (tuple, list)):
        parts = [say(item, lang, params) for item in value[:8]]
        more = "" if len(value) <= 8 else word("and_more", lang, {"n": len(value) - 8})
        return ("、" if lang == "zh" else ", ").join(parts) + more
    if isinstance(value, float):
        return f"{value:.10g}"
    shown = str(value)
    return shown if len(shown) <= 200 else shown[:197] + "…"


class Named(str):
    """An id of the data dictionary that has a Chinese name: `reach` in English, 学区外招生范围（reach） in Chinese."""

    zh: str

    def __new__(cls, name: str, zh: str) -> "Named":
        """The id itself, as everything but a message sees it; zh: its Chinese name, empty if it has none."""
        made = super().__new__(cls, name)
        made.zh = zh
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # a text hands out itself alone
        return str(self), self.zh

    def said(self, lang: str) -> str:
        """As a message says it."""
        return f"{self.zh}（{self}）" if lang == "zh" and self.zh and self.zh != self else str(self)


class Both(Named):
    """A text that is told in two wordings: itself in English, `zh` in Chinese."""

    def said(self, lang: str) -> str:
        """As a message says it."""
        return self.zh if lang == "zh" else str(self)


class _Sayer(dict[str, str]):
    """Parameters for `format_map`; a name that was not given is shown, never an exception inside an error."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _fill(template: str, params: Mapping[str, object], lang: str) -> str:
    # Words may hold parameters of the same problem; they are said without nesting deeper than one level.
    flat = {key: value for key, value in params.items() if not _holds_word(value)}
    said = {key: say(value, lang, flat) for key, value in params.items()}
    filled = template.format_map(_Sayer(said))
    for key, value in params.items():
        # Spaces set an id apart from Chinese words; a Chinese name needs none.
        if lang == "zh" and _is_named(value):
            filled = filled.replace(f"{said[key]} ", said[key]).replace(f" {said[key]}", said[key])
    return filled


def _is_named(value: object) -> bool:
    return any(isinstance(part, Named) for part in (value if isinstance(value, (tuple, list)) else (value,)))


def _holds_word(value: object) -> bool:
    parts = value if isinstance(value, (tuple, list)) else (value,)
    return any(isinstance(part, str) and part.startswith("@") for part in parts)
