"""How a long job says where it is."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""What is being done, how many parts are done, of how many."""


def silent(what: str, done: int, of: int) -> None:
    """No progress shown."""
