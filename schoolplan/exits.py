"""Exit codes of the command line (DESIGN section 9) and the one place that turns errors into them."""

import errno
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any

GOOD, FAILED_RULE, WRONG_USE, INVALID_INPUT, INFEASIBLE, MISSING_PART, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 4, 5, 70, 130
_EXTRA_CODES = {"CEN040", "GIS081", "GIS191"}  # an extra is not installed
_TARGET_CODES = {"RUN005", "RUN020", "RUN021", "RUN022", "RUN129", "RUN146", "EXA001", "EXA002", "SCO002", "SCN480"}
# What the planner's disk refuses; any other OSError is a fault of the program.
_REFUSED = {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.ENOTDIR,
    errno.EEXIST,
    errno.EISDIR,
    errno.ENAMETOOLONG,
}


def guarded(app: Callable[..., object]) -> int:
    """Call a typer app and return the exit code; bad input is printed with place and remedy, never a traceback."""
    from typer import Abort, BadParameter, Exit

    from scenarios.problems import ScenarioError

    try:
        value = app(standalone_mode=False)
    except Exit as stop:
        return int(stop.exit_code)
    except _wrong_use(BadParameter) as wrong:
        _tell_wrong_use(wrong)
        return int(wrong.exit_code)
    except ScenarioError as invalid:
        return _invalid(invalid)
    except (Abort, KeyboardInterrupt):
        print(_say("interrupted"), file=sys.stderr)
        return INTERRUPTED
    except Exception as fault:
        if isinstance(fault, OSError) and fault.errno in _REFUSED and fault.filename is not None:
            return _refused(fault)
        print(_say("internal"), file=sys.stderr)
        traceback.print_exc()
        return INTERNAL
    code = int(value) if isinstance(value, int) else GOOD
    if code == INTERRUPTED:  # typer turns Ctrl-C into this number and says nothing
        print(_say("interrupted"), file=sys.stderr)
    return code


def _wrong_use(bad_parameter: type[Exception]) -> type[Any]:
    """Base of all complaints about the command line; typer carries its own click, so reached from a public one."""
    return next(kind for kind in reversed(bad_parameter.__mro__) if hasattr(kind, "exit_code"))


def _tell_wrong_use(wrong: Any) -> None:
    from schoolplan.show import choose_language
    from schoolplan.wrong_use import language_asked, lines

    print(*lines(wrong, choose_language(language_asked(sys.argv[1:]))), sep="\n", file=sys.stderr)


def _invalid(invalid: Exception) -> int:
    from schoolplan.show import print_problems

    problems = list(getattr(invalid, "problems", []))
    print_problems(problems)
    if problems and all(problem.code in _TARGET_CODES for problem in problems):
        return WRONG_USE
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors and all(problem.code in _EXTRA_CODES for problem in errors):
        return MISSING_PART
    return INVALID_INPUT


def _refused(fault: OSError) -> int:
    from scenarios.problems import error
    from schoolplan.show import print_problems

    print_problems([error("RUN013", os.fsdecode(fault.filename), os.strerror(fault.errno or 0))])
    return WRONG_USE


def _say(key: str) -> str:
    from schoolplan.cli_texts import say
    from schoolplan.show import language

    return say(key, language())
