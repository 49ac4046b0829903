"""Checks across files: ids that must exist, years that must be covered, plans that must be possible.

One list of checks; each takes the draft and returns problems, and says nothing about what could not be read.
"""

from collections.abc import Callable

from scenarios.draft import Draft
from scenarios.problems import Problem

CHECKS: tuple[Callable[[Draft], list[Problem]], ...] = ()


def cross_problems(draft: Draft) -> list[Problem]:
    """Problems of all cross-checks."""
    return [problem for check in CHECKS for problem in check(draft)]
