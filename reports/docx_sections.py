"""Sections of a Word document: which holds a paragraph, how much room it has, and its pages turned on their side."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from reports.docx_styles import TWIPS_MM
from reports.docx_xml import NAMESPACES

_W = f"{{{NAMESPACES['w']}}}"
_EDGES = {"top": "left", "right": "top", "bottom": "right", "left": "bottom"}
"""Each edge of a page turned on its side, by the edge of the upright page that it was."""
_A4 = {"w": 210.0, "h": 297.0}
_LEAST_MM = 8.0
"""Room kept between a header or footer and the text of a turned page."""


@dataclass(frozen=True)
class Room:
    """Room for text on the pages of a section [mm], upright and turned."""

    width: float
    height: float
    turned: float


def governing(paragraph: Any) -> Any:
    """The `w:sectPr` of the section that holds a paragraph of the body; None where the document has none."""
    for sibling in (paragraph, *paragraph.itersiblings()):
        if sibling.tag == f"{_W}sectPr":
            return sibling
        found = sibling.find(f"{_W}pPr/{_W}sectPr")
        if found is not None:
            return found
    return None


def room(section: Any) -> Room:
    """Room for text; A4 with the margins of Word's own new document where a section says nothing."""
    size, edges = _size(section), _edges(section)
    across = size["w"] - edges["left"] - edges["right"]
    down = size["h"] - edges["top"] - edges["bottom"]
    return Room(across, down, down if size["w"] < size["h"] else across)


def _size(section: Any) -> dict[str, float]:
    given = None if section is None else section.find(f"{_W}pgSz")
    return {key: _mm(given, key, standard) for key, standard in _A4.items()}


def _edges(section: Any) -> dict[str, float]:
    given = None if section is None else section.find(f"{_W}pgMar")
    return {edge: abs(_mm(given, edge, 25.4)) for edge in _EDGES}


def _mm(given: Any, key: str, standard: float) -> float:
    text = None if given is None else given.get(f"{_W}{key}")
    return standard if text is None else float(text) / TWIPS_MM


def later(section: Any) -> Any:
    """A copy for pages that go on: no first page of its own, page numbers that go on, a new page to begin with."""
    own = deepcopy(section)
    for name in ("type", "titlePg"):
        for one in own.findall(f"{_W}{name}"):
            own.remove(one)
    for one in own.findall(f"{_W}pgNumType"):
        one.attrib.pop(f"{_W}start", None)
    return own


def turned(section: Any) -> Any:
    """A copy of a section of upright pages with its pages on their side; one that is on its side stays so."""
    own = later(section)
    size, edges = own.find(f"{_W}pgSz"), own.find(f"{_W}pgMar")
    if size is None or _size(section)["w"] >= _size(section)["h"]:
        return own
    width, height = size.get(f"{_W}w"), size.get(f"{_W}h")
    size.set(f"{_W}w", height)
    size.set(f"{_W}h", width)
    size.set(f"{_W}orient", "landscape")
    if edges is not None:
        before = dict(edges.attrib)
        for edge, source in _EDGES.items():
            if f"{_W}{source}" in before:
                edges.set(f"{_W}{edge}", before[f"{_W}{source}"])
        for part, edge in (("header", "top"), ("footer", "bottom")):
            _keep_clear(edges, part, edge)
    return own


def _keep_clear(edges: Any, part: str, edge: str) -> None:
    """Header or footer as far out that it does not push the text inwards."""
    if edges.get(f"{_W}{part}") is not None and edges.get(f"{_W}{edge}") is not None:
        most = max(0, abs(int(edges.get(f"{_W}{edge}"))) - round(_LEAST_MM * TWIPS_MM))
        edges.set(f"{_W}{part}", str(min(int(edges.get(f"{_W}{part}")), most)))
