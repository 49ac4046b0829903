"""What is wrong with an input, said so that a planner can mend it.

Every room uses this one class; the texts live in `messages*.yaml` beside it (both languages, by code), so a problem
carries only its code, its place and its parameters. Impossible input is an error, unusual input a warning; a note says
how something was read (an encoding, a total row set aside, a unit converted), so that nothing is understood in silence.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Literal

from scenarios.catalogue import say, text, word
from scenarios.grid import column_number

Severity = Literal["error", "warning", "note"]
_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Problem:
    """One problem: `place` is `file:line:column` (YAML) or `file:row:column` (tables).

    expected and fix stay empty where the catalogue says them (the usual case); a text given here wins.
    """

    code: str
    severity: Severity
    place: str
    found: str = ""
    expected: str = ""
    fix: str = ""
    params: Mapping[str, object] = field(default_factory=lambda: _NOTHING, hash=False)


class ScenarioError(Exception):
    """All problems of an input at once (errors and warnings); `str()` gives them in English."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(render(problem, "en") for problem in self.problems))


def error(code: str, place: str, found: object = "", near: str = "", **params: object) -> Problem:
    """A problem that stops the run. found: the offending value; near: what the planner may have meant."""
    return _make(code, "error", place, found, near, params)


def warning(code: str, place: str, found: object = "", near: str = "", **params: object) -> Problem:
    """A problem that is told and lets the run go on."""
    return _make(code, "warning", place, found, near, params)


def note(code: str, place: str, found: object = "", near: str = "", **params: object) -> Problem:
    """How something was read; neither wrong nor unusual, but the planner must be able to see it."""
    return _make(code, "note", place, found, near, params)


def _make(code: str, severity: Severity, place: str, found: object, near: str, params: Mapping[str, object]) -> Problem:
    every = dict(params)
    if near:
        every["near"] = near
    if isinstance(found, (tuple, list)):
        every["found"] = tuple(found)  # listed in the language of the reader
    expected = every.pop("expected", "")
    shown = found if isinstance(found, str) else say(found, "en")
    return Problem(code, severity, place, shown, str(expected), "", MappingProxyType(every))


@dataclass(frozen=True)
class Told:
    """A problem in one language: what is wrong, what is expected, how to mend it."""

    what: str
    expected: str
    fix: str


def tell(problem: Problem, lang: str) -> Told:
    """The three texts of a problem in `zh` or `en`."""
    params: dict[str, object] = {"found": problem.found, **problem.params}
    if problem.expected:
        params["expected"] = problem.expected
    what = text(problem.code, "what", lang, params) or problem.found
    if again := problem.params.get("again"):
        every = problem.params.get("times") == len(again) if isinstance(again, tuple) else True
        what += word("in_rows" if every else "first_in_rows", lang, params)
    expected = text(problem.code, "expected", lang, params) or say(problem.expected, lang, params)
    fix = say(problem.fix, lang, params) if problem.fix else text(problem.code, "fix", lang, params)
    if problem.params.get("near"):
        glue = "" if lang == "zh" else " "
        fix = f"{word('did_you_mean', lang, params)}{glue}{fix}".strip()
    return Told(what, expected, fix)


def render(problem: Problem, lang: str, folder: str = "") -> str:
    """A clickable line (place, code, what, expected) and, below it, how to mend it.

    folder: put in front of the place, so that it can be clicked from where the planner stands.
    """
    told = tell(problem, lang)
    place = f"{folder.rstrip('/')}/{problem.place}" if folder not in ("", ".") else problem.place
    parts = [told.what]
    if told.expected:
        parts.append(word("expected", lang, {"expected": told.expected}))
    glue = "" if lang == "zh" else " "
    line = f"{place}: {problem.code} {word(problem.severity, lang)}: {glue.join(parts)}"
    return f"{line}\n    {word('fix', lang)}: {told.fix}" if told.fix else line


def as_record(problem: Problem, lang: str) -> dict[str, str]:
    """The same for `--json` and the web: code, severity, place, found, message, expected, fix."""
    told = tell(problem, lang)
    return {
        "code": problem.code,
        "severity": problem.severity,
        "place": problem.place,
        "found": problem.found,
        "message": told.what,
        "expected": told.expected,
        "fix": told.fix,
    }


def nearest(name: object, known: Iterable[object]) -> str:
    """The known name a misspelt one most likely means, or an empty text."""
    by_lower = {str(item).lower(): str(item) for item in sorted({str(item) for item in known}, reverse=True)}
    cutoff = 0.6 if len(str(name)) > 3 else 0.5
    found = get_close_matches(str(name).lower(), list(by_lower), n=1, cutoff=cutoff)
    return by_lower[found[0]] if found else ""


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sorted by file, then line and column; the same problem said twice is kept once."""
    unique: dict[tuple[str, str, str, str], Problem] = {}
    for problem in problems:
        unique.setdefault((problem.code, problem.place, problem.found, str(dict(problem.params))), problem)
    return sorted(unique.values(), key=lambda problem: (*_place_key(problem.place), problem.code))


def _place_key(place: str) -> tuple[str, int, int, str]:
    """File (and sheet), row, column: `data/b.csv:17:pupils`, `study.yaml:3:5`, `book.xlsx[sheet]!E17`."""
    if cell := re.fullmatch(r"(.*\])!([A-Z]{1,4})([0-9]+)", place, re.DOTALL):
        sheet, letters, row = cell.groups()
        return sheet, int(row), column_number(letters) + 1, ""
    match = re.fullmatch(r"(.*?)(?::(\d+))?(?::([^:]*))?", place)
    file, line, column = match.groups() if match else (place, None, None)
    number = int(column) if column and column.isdigit() else 0
    return file or "", int(line or 0), number, column or ""


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any problem stops the run."""
    return any(problem.severity == "error" for problem in problems)
