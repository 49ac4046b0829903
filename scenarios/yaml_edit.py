"""Replacing values in a YAML file without touching anything else: comments, order and layout stay."""

import json
import re
from collections.abc import Mapping

from scenarios.yaml_core import NodeView, parse

Path = tuple[str, ...]
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")


def with_values(text: str, changes: Mapping[Path, str]) -> str:
    """The text of a YAML file with the values at some paths replaced by texts.

    changes: e.g. {("tables", "units"): "data/units.csv"}; a mapping that stood there goes as a whole. Raises KeyError
    for a path that the file does not hold.
    """
    root = parse(text)
    spans = sorted(((*_span(root, path), value) for path, value in changes.items()), reverse=True)
    for start, end, value in spans:
        text = text[:start] + _written(value) + text[end:]
    return text


def _span(root: NodeView | None, path: Path) -> tuple[int, int]:
    """Where the value at a path stands in the text."""
    node = root
    for key in path:
        pairs = {} if node is None or node.kind != "map" else {name.text(): value for name, value in node.pairs()}
        if key not in pairs:
            raise KeyError(".".join(path))
        node = pairs[key]
    if node is None:
        raise KeyError("")
    return int(node.node.start_mark.index), _end(node)


def _end(node: NodeView) -> int:
    """End of a value; a block ends with its last entry, not with the comments below it."""
    flow = bool(getattr(node.node, "flow_style", False))
    if node.kind == "map" and not flow and (pairs := list(node.pairs())):
        return _end(pairs[-1][1])
    if node.kind == "seq" and not flow and (items := list(node.items())):
        return _end(items[-1])
    return int(node.node.end_mark.index)


def _written(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
