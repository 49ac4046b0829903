"""The one place that touches the YAML library: text in, nodes with positions out.

YAML 1.2 core rules (`no` stays text, `2023-10` stays text). Positions are 1-based lines and columns in characters.
Wrapped so that the library can be changed in one file (research: one maintainer).
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.error import YAMLError as LibraryError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Scalar = str | int | float | bool | dt.date | None
Plain = Scalar | list["Plain"] | dict["Scalar", "Plain"]
Position = tuple[int, int]

_MAX_DEPTH = 100
_PREFIX = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset({"str", "int", "float", "bool", "null", "timestamp", "map", "seq"})


class YamlError(Exception):
    """Text that is not YAML: what the parser said and where (1-based)."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.column = column


@dataclass(frozen=True)
class NodeView:
    """One node of the tree: kind `map`, `seq` or `scalar`; `tag` is the resolved type, `quoted` tells quoted text."""

    kind: str
    tag: str
    line: int
    column: int
    quoted: bool
    node: Node

    def pairs(self) -> Iterator[tuple["NodeView", "NodeView"]]:
        """Key and value of a mapping, in file order, duplicates included."""
        for key, value in self.node.value:
            yield view(key), view(value)

    def items(self) -> Iterator["NodeView"]:
        """Entries of a sequence."""
        for item in self.node.value:
            yield view(item)

    def text(self) -> str:
        """The scalar as it was written (without quotes)."""
        return str(self.node.value)


def view(node: Node) -> NodeView:
    """Wrap a library node."""
    tag = str(node.tag or "").removeprefix(_PREFIX)
    if isinstance(node, MappingNode):
        kind = "map"
    elif isinstance(node, SequenceNode):
        kind = "seq"
    else:
        kind = "scalar"
        # `<<` is a merge key in YAML 1.1 only; here it is text, and then an unknown key.
        tag = "str" if tag == "merge" else tag
    quoted = isinstance(node, ScalarNode) and node.style is not None
    return NodeView(kind, tag, node.start_mark.line + 1, node.start_mark.column + 1, quoted, node)


def is_plain(node: NodeView) -> bool:
    """Whether the tag is one of the types that a planner's file may hold."""
    return node.tag in _PLAIN_TAGS


@lru_cache(maxsize=1)
def _constructor() -> SafeConstructor:
    """The library's rules for scalars; it keeps no state between them."""
    constructor: SafeConstructor = YAML(typ="safe", pure=True).constructor
    return constructor


def scalar_value(node: NodeView) -> Scalar:
    """Python value of a scalar node. Raises YamlError for a value its own tag cannot hold, e.g. `2023-02-31`."""
    if node.tag == "str":
        return node.text()
    try:
        value = _constructor().construct_object(node.node, deep=True)
    except (ValueError, LibraryError) as fault:
        raise YamlError(str(fault).splitlines()[0], node.line, node.column) from None
    if isinstance(value, dt.datetime):
        return node.text()
    if value is None or isinstance(value, (str, int, float, bool, dt.date)):
        return value
    return node.text()


def _deepest(text: str) -> int:
    """Deepest nesting of brackets; brackets inside quotes count too, which is near enough for a guard."""
    depth = deepest = 0
    for sign in re.findall(r"[\[{\]}]", text):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def parse(text: str) -> NodeView | None:
    """Tree of one document, None if the text holds nothing. Raises YamlError."""
    if _deepest(text) > _MAX_DEPTH:
        raise YamlError("too many nested brackets", 1, 1)
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlError(str(fault.problem or fault.context or "not YAML"), line, column) from None
    except RecursionError:
        raise YamlError("too many nested brackets", 1, 1) from None
    except LibraryError as fault:
        line, column = _reader_position(text, fault)
        raise YamlError(str(fault).splitlines()[0], line, column) from None
    return None if node is None else view(node)


def _reader_position(text: str, fault: LibraryError) -> Position:
    """Line and column of a character that no YAML file may hold."""
    offset = getattr(fault, "position", 0)
    before = text[: offset if isinstance(offset, int) else 0]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def first_alias(text: str) -> tuple[str, int, int] | None:
    """Name, line and column of the first `*alias`, None without one (or if the text does not parse)."""
    if "*" not in text:
        return None
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if isinstance(event, AliasEvent):
                return str(event.anchor), event.start_mark.line + 1, event.start_mark.column + 1
    except (LibraryError, RecursionError):
        return None
    return None


def plain(node: NodeView | None) -> Plain:
    """Plain Python data of a trusted file (ours); a planner's file goes through `scenarios.yaml_source`."""
    if node is None:
        return None
    if node.kind == "map":
        return {scalar_value(key): plain(value) for key, value in node.pairs()}
    if node.kind == "seq":
        return [plain(item) for item in node.items()]
    return scalar_value(node)
