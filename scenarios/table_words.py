"""Words of grades, choices, flags and texts -> what they mean, by the words of the study and of the dictionary."""

from collections.abc import Callable, Mapping

from scenarios.spelling import folded
from scenarios.table_columns import Column
from scenarios.table_values import Reading, identifier, unquoted
from scenarios.words import Words

_SEPARATORS = str.maketrans(dict.fromkeys("；、，,", ";"))
_WORD = ("read_word",)


def word_reader(column: Column, words: Words) -> Callable[[str], Reading]:
    """A function that reads one cell of a column of words."""
    known = {folded(word): meaning for word, meaning in column.words.items()}
    if column.kind == "grade":
        return lambda cell: _grade(cell, known, words)
    if column.kind == "text":
        return (lambda cell: _marks(cell, known)) if known else _free
    ids = {folded(choice): choice for choice in column.choices if choice}
    return lambda cell: _choice(cell, {**known, **ids}, column.kind == "flag")


def _grade(cell: str, known: Mapping[str, str], words: Words) -> Reading:
    """A grade of the study; without a study, the grade that the dictionary gives for the word."""
    start = unquoted(cell)
    if not start.text:
        return start
    grade = words.grade(start.text) if words.grades else known.get(folded(start.text))
    if grade is None and words.grades:
        grade = words.grade(identifier(start.text).text)
    return Reading(cell) if grade is None else Reading(grade, () if grade == cell else _WORD)


def _choice(cell: str, known: Mapping[str, str], flag: bool) -> Reading:
    if flag and cell in ("0", "1"):
        return Reading(cell)
    meaning = known.get(folded(cell))
    if meaning is not None:
        return Reading(meaning, () if meaning == cell else _WORD)
    start = unquoted(cell)
    return start if not start.text else Reading(cell)


def _free(cell: str) -> Reading:
    """A name or a remark stays as it is, unless it says that it is empty."""
    return unquoted(cell)


def _marks(cell: str, known: Mapping[str, str]) -> Reading:
    """Marks separated by semicolons or their like, each of which may be a word."""
    start = unquoted(cell)
    if not start.text:
        return start
    marks = [mark.strip() for mark in start.text.translate(_SEPARATORS).split(";")]
    read = ";".join(known.get(folded(mark), mark) for mark in marks)
    return start if read == start.text else Reading(read, (*start.ways, *_WORD))
