"""Tables of `forecast` and `backtest`, which need no study: the history of schools, and births by district.

They stand in `dictionary/forecast/`, apart from the tables of a study; a register of events is that of a study.
"""

from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from scenarios.dictionary import built, table_spec
from scenarios.schema_base import Names
from scenarios.schema_study import Stage
from scenarios.spelling import folded
from scenarios.table_columns import TableSpec
from scenarios.words import Words, words_of_stages
from scenarios.yaml_core import parse, plain

FORECAST_TABLES = ("history", "births")
PRE_GRADE = "PK"
"""Attendance of this grade follows no cohort: it is read and left out."""
GRADES = ("K", *(str(number) for number in range(1, 13)))
"""Grades that can be forecast, the lowest first."""

AGE_IN_K = 5
"""Years from the year of birth to kindergarten; each grade above it is a year later."""

_STAGES = (
    ("kindergarten", "学前", "Kindergarten", (PRE_GRADE, "K")),
    ("primary", "小学", "Primary", GRADES[1:7]),
    ("junior", "初中", "Lower secondary", GRADES[7:10]),
    ("senior", "高中", "Upper secondary", GRADES[10:]),
)
_ALSO = {"kg": "K", "kindergarten": "K", "gradek": "K", "学前班": "K", "prek": "PK", "pre-k": "PK", "p": "PK"}


def entry_age(grades: Collection[str]) -> int:
    """Years from the year of birth to the lowest of the grades."""
    return AGE_IN_K + min(GRADES.index(grade) for grade in grades)


def stages_of(grades: Collection[str]) -> tuple[str, ...]:
    """The stage of each of the grades, by the words of a table without a study."""
    stage = {grade: key for key, _, _, members in _STAGES for grade in members}
    return tuple(stage[grade] for grade in grades)


@lru_cache(maxsize=len(FORECAST_TABLES) + 1)
def forecast_spec(name: str) -> TableSpec:
    """The spec of `history`, `births` or `events`. Raises KeyError."""
    if name == "events":
        return table_spec(name)
    if name not in FORECAST_TABLES:
        raise KeyError(name)
    file = resources.files("scenarios").joinpath("dictionary", "forecast", f"{name}.yaml")
    return built(name, plain(parse(file.read_text(encoding="utf-8"))))


@lru_cache(maxsize=1)
def forecast_words() -> Words:
    """Words of grades where no study says its stages: 初一 is grade 7 (6+3), 高一 grade 10.

    Ids of schools and districts are whatever the table holds.
    """
    stages = tuple(
        Stage(id=key, name=Names(zh=zh, en=en), grades=grades, entry="previous_grade", planned_class_size=45)
        for key, zh, en, grades in _STAGES
    )
    words = words_of_stages(stages)
    grades = {**words.grades, **{folded(f"{int(grade):02d}"): grade for grade in GRADES[1:10]}, **_ALSO}
    nothing: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    free = {"school": nothing, "unit": nothing}
    return Words(grades=MappingProxyType(grades), stages=words.stages, names=MappingProxyType(free))
