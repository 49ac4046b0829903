"""The words of one study: what its grades and stages are called, and the names of its units and schools."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from pydantic import ValidationError

from scenarios.schema_study import Stage, StudyFile
from scenarios.spelling import folded, numeral_words

_NONE: Mapping[str, str] = MappingProxyType({})
Names = Mapping[str, tuple[str, ...]]
"""Ids by name, as `folded` spells it; several ids if several are called the same."""

_LEVELS = (
    ("kindergarten", ("kindergarten", "preschool", "nursery", "幼儿园", "学前")),
    ("senior", ("senior", "high", "高中", "高级中学")),
    ("junior", ("junior", "middle", "lower_secondary", "初中", "初级中学")),
    ("primary", ("primary", "elementary", "小学")),
    ("nine", ("nine", "compulsory", "九年", "义务教育")),
)
_SHORT = {"primary": ("小", "小学"), "junior": ("初", "初中"), "senior": ("高", "高中")}
_GROUPS = ("小班", "中班", "大班")


@dataclass(frozen=True)
class Words:
    """Words of a study -> its ids. `grades` and `stages` by `folded` spelling; `names`: kind -> name -> ids."""

    grades: Mapping[str, str] = field(default_factory=lambda: _NONE)
    stages: Mapping[str, str] = field(default_factory=lambda: _NONE)
    names: Mapping[str, Names] = field(default_factory=lambda: MappingProxyType({}))
    ids: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))

    def grade(self, text: str) -> str | None:
        """The grade that a word means (一年级, 初一, G7), or None."""
        return self.grades.get(folded(text))

    def knowing(self, kind: str, ids: Iterable[str], *names: Iterable[str]) -> "Words":
        """The same words with the ids of a kind (`unit`, `school`) and, in step with them, their names."""
        listed = list(ids)
        found: dict[str, tuple[str, ...]] = {}
        for column in names:
            for one, name in zip(listed, column, strict=True):
                before = found.get(folded(name), ())
                if name and one and one not in before:
                    found[folded(name)] = (*before, one)
        return replace(
            self,
            names=MappingProxyType({**self.names, kind: MappingProxyType(found)}),
            ids=MappingProxyType({**self.ids, kind: frozenset(listed) - {""}}),
        )


def words_of(study: StudyFile) -> Words:
    """Grade and stage words of a study."""
    return words_of_stages(study.stages)


def words_of_plain(stages: object) -> Words:
    """Grade and stage words of the plain `stages` of a study file that has mistakes elsewhere; none if they have some.

    Otherwise one slip in study.yaml would make every 一年级 of the tables a second, false mistake.
    """
    try:
        listed = stages if isinstance(stages, list) else []
        return words_of_stages(tuple(Stage.model_validate(stage) for stage in listed))
    except ValidationError:
        return Words()


def words_of_stages(study_stages: tuple[Stage, ...]) -> Words:
    """Grade and stage words of stages, the lowest first.

    Counted grades (一年级, 7年级, G7) run on from stage to stage: a whole number as id is its own count, other ids are
    counted from the first grade of the primary stage; without one, the last junior grade is the ninth. 初一 and 高一
    are the first grades of the junior and the senior stage. A word that would mean two grades means none.
    """
    meanings: dict[str, set[str]] = {}
    stages: dict[str, str] = {}
    count = _first_count(study_stages)
    for stage in study_stages:
        level = _level(stage)
        for name in (stage.id, stage.name.zh, stage.name.en):
            stages.setdefault(folded(name), stage.id)
        counted = level != "kindergarten"
        for place, grade in enumerate(stage.grades, start=1):
            for word in _grade_words(level, place, len(stage.grades), _count(grade, count) if counted else 0):
                meanings.setdefault(folded(word), set()).add(grade)
            count += counted
    grades = {word: next(iter(found)) for word, found in meanings.items() if len(found) == 1}
    grades |= {folded(grade): grade for stage in study_stages for grade in stage.grades}
    return Words(MappingProxyType(grades), MappingProxyType(stages))


def _level(stage: Stage) -> str:
    said = (folded(stage.id), folded(stage.name.zh))
    # The id decides where it says anything: 初中 is in 初中部, and 小学 in 九年一贯制（小学部）.
    for text in said:
        for level, marks in _LEVELS:
            if any(folded(mark) in text for mark in marks):
                return level
    return ""


def _count(grade: str, count: int) -> int:
    return int(grade) if grade.isascii() and grade.isdigit() else count


def _first_count(stages: tuple[Stage, ...]) -> int:
    """Count of the first counted grade of the study."""
    levels = [_level(stage) for stage in stages]
    lengths = dict(zip(levels, (len(stage.grades) for stage in stages), strict=True))
    if "primary" in lengths or "nine" in lengths:
        return 1
    if "junior" in lengths:
        return 10 - lengths["junior"]
    return 10 if "senior" in lengths else 1


def _grade_words(level: str, place: int, length: int, count: int) -> list[str]:
    if level == "kindergarten":
        # The last three years of a kindergarten have names of their own.
        position = place - 1 - max(0, length - len(_GROUPS))
        return [_GROUPS[position]] if length >= len(_GROUPS) and position >= 0 else []
    words = [f"{sign}年级" for sign in numeral_words(count)] if 1 <= count <= 99 else []
    words += [f"g{count}", f"grade{count}", f"year{count}"] if count else []
    for short in _SHORT.get(level, ()):
        words += [f"{short}{sign}" for sign in numeral_words(place)]
    if level in _SHORT:
        words += [f"{_SHORT[level][1]}{sign}年级" for sign in numeral_words(place)]
        words += [f"{_SHORT[level][1]}{sign}年级" for sign in numeral_words(count)] if 1 <= count <= 99 else []
    return words
