"""Placeholders of a Word template: `{{标题}}` or `{{title}}`; where they stand, and texts put in their place.

Word cuts a text into runs as it likes, so a placeholder is looked for in the text of the whole paragraph.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reports.docx_xml import NAMESPACES, clean
from reports.i18n import LANGUAGES, Labels, catalogue

BLOCKS = ("body", "contents", "cover", "signatures")
"""Placeholders that whole blocks take the place of: alone in their paragraph, each once."""
TEXTS = ("title", "subtitle", "marks", "stamp", "date")
FACTS = "document.cover."
"""Labels of what the cover says; each is a placeholder, too."""
_PATTERN = re.compile(r"[{｛]{2}\s*([^{}｛｝]*?)\s*[}｝]{2}")
_BRACES = re.compile(r"[{｛]{2}[^{}｛｝]*|[^{}｛｝]*[}｝]{2}")
_W = f"{{{NAMESPACES['w']}}}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


@dataclass(frozen=True)
class Found:
    """A placeholder in a template; `key` is empty where nobody knows it."""

    key: str
    text: str
    paragraph: Any
    part: str
    alone: bool
    """Whether nothing else stands in its paragraph."""
    copy: bool
    """Whether it is the copy of a text box that old programs read."""


@lru_cache(maxsize=1)
def known() -> Mapping[str, str]:
    """Key of every placeholder by each of its names: the key itself, Chinese, English; in small letters."""
    facts = [key.removeprefix(FACTS) for key in catalogue() if key.startswith(FACTS) and not key.endswith("_value")]
    labels = {key: f"docx.placeholder.{key}" for key in (*BLOCKS, *TEXTS)} | {key: FACTS + key for key in facts}
    names = {key: key for key in labels}
    for lang in LANGUAGES:
        names |= {Labels(lang)(label).casefold(): key for key, label in labels.items()}
    return names


def paragraphs(root: Any) -> Iterator[Any]:
    """Every paragraph of a part, those in tables and text boxes, too."""
    yield from root.iter(f"{_W}p")


def texts(paragraph: Any) -> list[Any]:
    """The text elements of a paragraph, without those of a text box that hangs in it."""
    return [one for one in paragraph.iter(f"{_W}t") if next(one.iterancestors(f"{_W}p")) is paragraph]


def text_of(paragraph: Any) -> str:
    """Text of a paragraph."""
    return "".join(one.text or "" for one in texts(paragraph))


def find(root: Any, part: str) -> Iterator[Found]:
    """Placeholders of a part, and braces that open or close none."""
    for paragraph in paragraphs(root):
        text = text_of(paragraph)
        if "{{" not in text and "}}" not in text and "｛｛" not in text and "｝｝" not in text:
            continue
        copy = any(True for _ in paragraph.iterancestors(_FALLBACK))
        for match in _PATTERN.finditer(text):
            key = known().get(match[1].casefold(), "")
            yield Found(key, match[0], paragraph, part, text.strip() == match[0], copy)
        for match in _BRACES.finditer(_PATTERN.sub("\n", text)):
            yield Found("", match[0].strip(), paragraph, part, False, copy)


def fill(paragraph: Any, values: Mapping[str, str]) -> None:
    """Put texts in the place of placeholders, in the type of the run where each begins."""
    elements = texts(paragraph)
    starts = [0]
    for one in elements:
        starts.append(starts[-1] + len(one.text or ""))
    whole = "".join(one.text or "" for one in elements)
    for match in reversed(list(_PATTERN.finditer(whole))):
        key = known().get(match[1].casefold(), "")
        if key not in values:
            continue
        said = " ".join(clean(values[key]).split("\n"))
        for at, one in enumerate(elements):
            first, last = max(match.start(), starts[at]), min(match.end(), starts[at + 1])
            if first >= last:
                continue
            text = one.text or ""
            one.text = text[: first - starts[at]] + said + text[last - starts[at] :]
            one.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            said = ""
