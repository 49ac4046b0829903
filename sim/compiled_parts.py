"""How the loop of construction is compiled by numba: many small parts become one function.

Tests: tests/sim/test_construction_block.py.  Page: docs/science/construction.md, section Speed.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

# Nothing is allocated in the loop, so no references are counted: counting took half of the time.
_OPTIONS: dict[str, Any] = {"_nrt": False, "nogil": True, "error_model": "numpy"}
_INSIDE: dict[str, Any] = {"forceinline": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def part(function: Function) -> Function:
    """A part that is compiled into what calls it, so that no call passes thirty arrays on."""
    made: Function = njit(**_OPTIONS, **_INSIDE)(function)
    return made


def whole(function: Function) -> Function:
    """What is called from Python; kept on disk with all its parts, whose changes numba does not notice."""
    made: Function = njit(cache=True, **_OPTIONS)(function)
    return made
