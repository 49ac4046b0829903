"""Every broken input is told with its code, its place and the words that help, in both languages, and nothing else."""

import re

from scenarios.problems import Problem, render, tell


def test_the_mistake_is_told(broken: tuple[dict, list[Problem]]) -> None:
    expect, problems = broken
    told = "\n".join(render(problem, "en") for problem in problems) or "nothing"
    found = [problem for problem in problems if problem.code == expect["code"]]
    assert found, f"expected {expect['code']}, found:\n{told}"
    assert {problem.severity for problem in found} == {expect.get("severity", "error")}
    if "place" in expect:
        assert expect["place"] in [problem.place for problem in found], told
    for lang, words in expect["words"].items():
        text = "\n".join(render(problem, lang) for problem in found)
        missing = [word for word in words if str(word).lower() not in text.lower()]
        assert not missing, text
    allowed = {expect["code"], *expect.get("also", [])}
    assert {problem.code for problem in problems} <= allowed, told
    for problem in problems:
        _every_part_is_said(problem)


def _every_part_is_said(problem: Problem) -> None:
    for lang in ("zh", "en"):
        parts = tell(problem, lang)
        assert parts.what, problem
        assert parts.expected, problem
        assert parts.fix, problem
        # A parameter that the problem did not give would stand there in braces.
        assert not re.search(r"\{[a-z_]+\}", f"{parts.what} {parts.expected} {parts.fix}"), parts
