"""A planner's YAML file as plain data plus the line and column of every value and key.

Everything that is not plain YAML 1.2 data (duplicate keys, anchors, tags, tabs, full-width colons, smart quotes)
becomes a problem with its place and a hint; the caller gets what could be read.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scenarios.data_files import data_problem
from scenarios.problems import Problem, error
from scenarios.yaml_core import NodeView, Plain, Position, Scalar, YamlError, first_alias, is_plain, parse, scalar_value

Key = str | int | float | bool | dt.date | None
KeyPath = tuple[Key, ...]

FULL_WIDTH_COLON = "\uff1a"
_SMART_QUOTES = "\u201c\u201d\u2018\u2019\uff02\uff07\u300c\u300d"
_FULL_WIDTH_MARKS = {"\uff0c": ",", "\uff5b": "{", "\uff5d": "}", "\uff3b": "[", "\uff3d": "]"}
_HALF_SIGN = re.compile("[\ud800-\udfff]")
_MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Origin:
    """Where a value stands that does not stand in the file that is read: another file, and the override that set it."""

    file: str
    override: tuple[str, str] = ("", "")
    """Name of the override (Chinese, English); empty where the value was inherited."""


@dataclass(frozen=True)
class YamlSource:
    """Plain data of one file; `values` and `keys` give 1-based (line, column) by path, e.g. `("stages", 0, "id")`.

    `origins` holds, by path, what was taken from another file; all that lies below such a path lies there, too.
    """

    file: str
    data: dict[str, Plain]
    values: Mapping[KeyPath, Position] = field(repr=False)
    keys: Mapping[KeyPath, Position] = field(repr=False)
    origins: Mapping[KeyPath, Origin] = field(default_factory=dict, repr=False)

    def place(self, *path: Key, key: bool = False) -> str:
        """`file:line:column` of a value (or of its key), or of the nearest parent that is in the file."""
        if key and path in self.keys:
            return _place(self.origin(path).file, *self.keys[path])
        for length in range(len(path), -1, -1):
            if path[:length] in self.values:
                return _place(self.origin(path[:length]).file, *self.values[path[:length]])
        return _place(self.file, 1, 1)

    def origin(self, path: KeyPath) -> Origin:
        """The file in which a value stands, and the override that set it, if any."""
        found = (self.origins[path[:length]] for length in range(len(path), -1, -1) if path[:length] in self.origins)
        return next(found, Origin(self.file))


def read_yaml(path: Path, shown: str) -> tuple[YamlSource | None, list[Problem]]:
    """Read a file. shown: the path as problems name it. None if nothing could be read."""
    if path.is_dir():
        inside = sorted(file.name for file in path.glob("*.yaml"))
        return None, [error("SCN007", shown, shown, inside=tuple(inside) or "@none")]
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None, [error("SCN001", shown, shown)]
    except OSError as fault:
        return None, [error("SCN002", shown, fault.strerror or type(fault).__name__)]
    other = data_problem(path, shown)
    if other is not None:
        return None, [other]
    if len(raw) > _MAX_BYTES:
        return None, [error("SCN005", shown, f"{len(raw) / 1e6:.1f} MB", expected=f"<= {_MAX_BYTES / 1e6:.0f} MB")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        return None, [error("SCN003", f"{shown}:{line}:1", f"0x{raw[fault.start]:02X}")]
    return read_text(text, shown)


def read_text(text: str, shown: str) -> tuple[YamlSource | None, list[Problem]]:
    """The same from text (the web app, tests)."""
    try:
        root = parse(text)
    except YamlError as fault:
        return None, [_syntax_problem(text, shown, fault)]
    alias = first_alias(text)
    if alias is not None:
        name, line, column = alias
        return None, [error("SCN016", _place(shown, line, column), f"*{name}")]
    if root is None:
        return None, [error("SCN004", shown)]
    if root.kind != "map":
        found = root.text() if root.kind == "scalar" else "[…]"
        if FULL_WIDTH_COLON in found:
            return None, [error("SCN011", _place(shown, root.line, root.column), found)]
        return None, [error("SCN015", _place(shown, root.line, root.column), found)]
    reader = _Reader(shown)
    data = reader.mapping(root, ())
    return YamlSource(shown, {str(key): value for key, value in data.items()}, reader.values, reader.keys), reader.found


def _place(file: str, line: int, column: int) -> str:
    return f"{file}:{line}:{column}"


class _Reader:
    """Walks the tree once, collecting positions and problems."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.values: dict[KeyPath, Position] = {}
        self.keys: dict[KeyPath, Position] = {}
        self.found: list[Problem] = []

    def mapping(self, node: NodeView, path: KeyPath) -> dict[Scalar, Plain]:
        self.values[path] = (node.line, node.column)
        result: dict[Scalar, Plain] = {}
        for key_node, value_node in node.pairs():
            key = self.key(key_node)
            here = (*path, key)
            if key in result:
                first = "{}:{}".format(*self.keys[here])
                self.found.append(error("SCN014", self.at(key_node), str(key), first=first))
                continue
            self.keys[here] = (key_node.line, key_node.column)
            result[key] = self.value(value_node, here)
        return result

    def key(self, node: NodeView) -> Scalar:
        if node.kind != "scalar":
            self.found.append(error("SCN018", self.at(node), "[…]"))
            return f"line {node.line}"
        if not node.quoted and FULL_WIDTH_COLON in node.text():
            self.found.append(error("SCN011", self.at(node), node.text()))
        return self.scalar(node)

    def value(self, node: NodeView, path: KeyPath) -> Plain:
        self.values[path] = (node.line, node.column)
        if not is_plain(node):
            self.found.append(error("SCN017", self.at(node), node.tag))
            return None
        if node.kind == "map":
            return self.mapping(node, path)
        if node.kind == "seq":
            return [self.value(item, (*path, number)) for number, item in enumerate(node.items())]
        return self.scalar(node)

    def scalar(self, node: NodeView) -> Scalar:
        text = node.text()
        if _HALF_SIGN.search(text):
            # `"\\ud800"`: no file and no screen can hold it.
            text = text.encode("utf-8", errors="backslashreplace").decode("utf-8")
            self.found.append(error("SCN019", self.at(node), text, reason="@half_sign"))
            return text
        if not node.quoted and text[:1] and text[0] in _SMART_QUOTES and text[-1] in _SMART_QUOTES:
            self.found.append(error("SCN013", self.at(node), text))
        try:
            return scalar_value(node)
        except YamlError as fault:
            self.found.append(error("SCN019", self.at(node), text, reason=fault.reason))
            return text

    def at(self, node: NodeView) -> str:
        return _place(self.file, node.line, node.column)


def _syntax_problem(text: str, shown: str, fault: YamlError) -> Problem:
    """A syntax error, with the usual causes looked for on the line of the error and just above it."""
    lines = text.splitlines()
    for number in range(min(fault.line, len(lines)), max(fault.line - 3, 0), -1):
        hint = _hint(lines[number - 1])
        if hint is not None:
            code, column, found = hint
            return error(code, _place(shown, number, column), found)
    return error("SCN010", _place(shown, fault.line, fault.column), fault.reason)


def _hint(line: str) -> tuple[str, int, str] | None:
    """Code, column and text of a usual slip on one line."""
    code_part = line.split(" #", 1)[0]
    tab = code_part.find("\t")
    if tab >= 0:
        return "SCN012", tab + 1, "\\t"
    match = re.search(rf"[\w.-]+\s*{FULL_WIDTH_COLON}", code_part)
    if match:
        return "SCN011", match.end(), match.group()
    quote = next((i for i, sign in enumerate(code_part) if sign in _SMART_QUOTES), -1)
    if quote >= 0:
        return "SCN013", quote + 1, code_part[quote]
    mark = next((i for i, sign in enumerate(code_part) if sign in _FULL_WIDTH_MARKS), -1)
    if mark >= 0:
        return "SCN020", mark + 1, code_part[mark]
    match = re.match(r"\s*(?:- )?([A-Za-z_][\w-]*):(?=[^\s/\\])", code_part)
    if match:
        return "SCN021", match.end(), match.group(1) + ":"
    return None
