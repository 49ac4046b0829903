"""What a head means: a column of the table, or a value that stands across the page (一年级 / 人数, 2021年, 0岁).

A head is a path of texts from the top head row down: one text in a plain table, several under merged group heads.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from scenarios import table_values
from scenarios.measures import is_unit
from scenarios.spelling import folded, head_key, narrow, numeral, total_kind, unmarked
from scenarios.table_columns import Column, TableSpec
from scenarios.words import Words

_IN_BRACKETS = re.compile(r"(.*?)[(\[{<](?:单位[:：]?|unit:?)?([^()\[\]{}<>]*)[)\]}>]", re.S | re.I)
_AFTER_SIGN = re.compile(r"(.+)[/,、:]([^/,、:]+)", re.S)
_HARMLESS = frozenset(("必填", "选填", "可选", "可不填", "必填项", "10位", "10位代码", "required", "optional", ""))
_AGE = re.compile(r"(?:age)?(.{1,3}?)(?:周?岁组?|years?|yrs?)(?:儿童|人口)?|age(.{1,2})")
_INFANTS = frozenset(
    ("不满1岁", "未满1岁", "不满一岁", "未满一岁", "不满1周岁", "未满1周岁", "不满一周岁", "未满一周岁")
)
_BARE_AGE = re.compile(r"[0-9]{1,2}")
_JOINTS = "-/·.,:;()[]、和"
_LONGEST = 40
_PLAIN_SUM = 2
"""Length of 合计 and 小计."""

TOTAL = "*"
"""Value of an across column where the head names a sum."""


@dataclass(frozen=True)
class Meaning:
    """What one head says. column: an ordinary column; else `across` and `value` say where its numbers belong.

    rank: place of the words among the heads of the column, 0 first.  total: `total`, `subtotal` or empty.
    """

    column: str = ""
    rank: int = 0
    unit: str = ""
    across: tuple[tuple[str, str], ...] = ()
    value: str = ""
    total: str = ""
    bare: bool = False
    """The value across was a bare number, which alone says little."""
    unit_level: bool = False
    """Its unit has a level of the path for itself."""
    loose: bool = False
    """Only the lowest level was understood."""


@dataclass(frozen=True)
class _Part:
    column: str
    value: str
    bare: bool = False


@dataclass
class Meanings:
    """Reads heads for one table, each path once."""

    spec: TableSpec
    words: Words
    known: dict[tuple[str, ...], Meaning | None] = field(default_factory=dict)
    tokens: dict[str, tuple[_Part, ...] | None] = field(default_factory=dict)

    def of(self, path: tuple[str, ...]) -> Meaning | None:
        """The meaning of a path of heads, or None."""
        if path not in self.known:
            self.known[path] = self._read(path)
        return self.known[path]

    @cached_property
    def ordinary(self) -> dict[str, tuple[str, int]]:
        """Column and rank by the key of each of its heads."""
        found: dict[str, tuple[str, int]] = {}
        for column in self.spec.columns:
            for rank, head in enumerate(column.heads):
                found.setdefault(head_key(head), (column.name, rank))
        return found

    @cached_property
    def across(self) -> tuple[Column, ...]:
        """Columns that may stand across the page."""
        return tuple(self.spec.column(name) for name in self.spec.wide.across) if self.spec.wide else ()

    @cached_property
    def values(self) -> tuple[str, ...]:
        """Columns whose numbers may stand below them."""
        return self.spec.wide.values if self.spec.wide else ()

    def _read(self, path: tuple[str, ...]) -> Meaning | None:
        path = tuple(unmarked(text) for text in path)
        levels = [text for text in path if text and not self._only_a_unit(text)]
        units = [_unbracketed(text) for text in path if self._only_a_unit(text)]
        if not levels:
            return None
        pairs = [self._split(text) for text in levels]
        unit = next((unit for unit in (*units, *(unit for _, unit in reversed(pairs))) if unit), "")
        keys = [head_key(text) for text, _ in pairs]
        found = self._ordinary(keys, unit) or self._across(keys, unit)
        return replace(found, unit_level=True) if found is not None and units else found

    def _only_a_unit(self, text: str) -> bool:
        """Whether a level of a head is nothing but a unit: （人）; `rooms` is a column as well, and then it is that."""
        return is_unit(_unbracketed(text)) and head_key(text) not in self.ordinary

    def _ordinary(self, keys: list[str], unit: str) -> Meaning | None:
        found = self.ordinary.get("".join(keys))
        loose = found is None and len(keys) > 1
        if loose:
            found = self.ordinary.get(keys[-1])
            # 寄宿生 / 人数 are not the pupils: a plain word for a count needs a group head that is known as well.
            if found is not None and found[0] in self.values:
                found = None
        return None if found is None else Meaning(column=found[0], rank=found[1], unit=unit, loose=loose)

    def _split(self, text: str) -> tuple[str, str]:
        """A head without its unit, and the unit: 面积（亩）, 投资/万元."""
        plain = narrow(text)
        for pattern in (_IN_BRACKETS, _AFTER_SIGN):
            found = pattern.fullmatch(plain)
            if found is not None and found[1].strip():
                if is_unit(found[2]):
                    return found[1], folded(found[2])
                if pattern is _IN_BRACKETS and folded(found[2]) in _HARMLESS:
                    return found[1], ""
        return plain, ""

    def _across(self, keys: list[str], unit: str) -> Meaning | None:
        """Parts of all levels together, each said once."""
        if not self.across:
            return None
        said: dict[str, _Part] = {}
        named = {self.ordinary[key][0] for key in keys if self._names_across(key)}
        for key in keys:
            if self._names_across(key):
                continue
            parts = self._parts(key, whole=True)
            if parts is None:
                return None
            for part in parts:
                if said.setdefault(part.column, part).value != part.value:
                    return None
        total = said.pop(TOTAL).value if TOTAL in said else ""
        value = said.pop("").value if "" in said else ""
        if (not said and not total) or (not total and not named <= set(said)):
            return None
        across = tuple((name, said[name].value) for name in sorted(said))
        bare = bool(said) and all(part.bare and part.column not in named for part in said.values())
        return Meaning(unit=unit, across=across, value=value, total=total, bare=bare)

    def _names_across(self, key: str) -> bool:
        """Whether a level only names the column whose values stand below it: 年龄 above 0岁, 1岁, ..."""
        found = self.ordinary.get(key)
        return found is not None and any(column.name == found[0] for column in self.across)

    def _parts(self, token: str, whole: bool = False) -> tuple[_Part, ...] | None:
        """The parts that make up a text, or None: `2021年一年级人数` is a year, a grade and a count."""
        if len(token) > _LONGEST:
            return None
        if token not in self.tokens:
            self.tokens[token] = self._cut(token)
        parts = self.tokens[token]
        return self._bare(token) if parts is None and whole else parts

    def _cut(self, token: str) -> tuple[_Part, ...] | None:
        """The whole token, or its parts; a sum with other words (小学合计) only where nothing else fits."""
        alone = next(self._elements(token), None)
        if alone is not None:
            return (alone,)
        for loose in (False, True):
            for end in range(len(token) - 1, 0, -1):
                first = next(self._elements(token[:end], loose), None)
                rest = self._parts(token[end:].lstrip(_JOINTS)) if first is not None else None
                if first is not None and rest is not None:
                    return (first, *rest)
        last = next(self._elements(token, loose=True), None)
        return None if last is None else (last,)

    def _elements(self, token: str, loose: bool = False) -> Iterator[_Part]:
        token = token.strip(_JOINTS)
        if not token:
            return
        for column in self.across:
            value = self._value(column, token)
            if value is not None:
                yield _Part(column.name, value)
        found = self.ordinary.get(token)
        if found is not None and found[0] in self.values:
            yield _Part("", found[0])
        if (loose or len(token) <= _PLAIN_SUM) and (kind := total_kind(token)):
            yield _Part(TOTAL, kind)

    def _value(self, column: Column, token: str) -> str | None:
        """The value of an across column that a word of a head means."""
        if column.kind == "grade":
            return None if token.isdigit() else self.words.grade(token)
        if column.kind == "year":
            reading = table_values.year(token, column.unit == "school year")
            return reading.text if re.fullmatch("[0-9]{4}", reading.text) else None
        for word, value in column.words.items():
            if folded(word) == token:
                return value
        if column.kind == "whole":
            found = _AGE.fullmatch(token)
            age = 0 if token in _INFANTS else numeral(found[1] or found[2]) if found else None
            return None if age is None else str(age)
        return next((choice for choice in column.choices if choice and folded(choice) == token), None)

    def _bare(self, token: str) -> tuple[_Part, ...] | None:
        """A head that is nothing but a number: the id of a grade, or an age."""
        for column in self.across:
            if column.kind == "grade" and (grade := self.words.grade(token)):
                return (_Part(column.name, grade, bare=True),)
            if column.kind == "whole" and _BARE_AGE.fullmatch(token):
                return (_Part(column.name, str(int(token)), bare=True),)
        return None


def _unbracketed(text: str) -> str:
    """`（人）` as `人`."""
    plain = narrow(text)
    return plain[1:-1] if len(plain) > 2 and plain[0] in "([" and plain[-1] in ")]" else plain
