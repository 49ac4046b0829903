"""Runs one group of damaged inputs in a process of its own, with little memory: `python -m tests.fuzz.runner GROUP N`.

Prints JSON: how often each code was said, what went wrong, the slowest case [s] and the largest [MB]. A library
that asks for more memory than is allowed ends the process, and the caller sees the last case on standard error.
"""

import contextlib
import json
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

from scenarios.problems import Problem, ScenarioError, render, tell

MEMORY = 3_000_000_000
"""Address space that a group may take, its libraries included [bytes]."""


def limit_memory(most: int = MEMORY) -> None:
    """Make every allocation beyond `most` bytes fail, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def forget_peak() -> None:
    """Start measuring anew, where the system can: making an input is not reading it."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_mb() -> float:
    """Most memory this process held since then [MB]; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def everything(folder: Path) -> set[str]:
    """Names of all files in a folder."""
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*")}


def run_group(group: str, count: int, first: int = 0) -> dict[str, object]:
    """Run `count` cases of each kind."""
    from tests.fuzz.bombs import BOMBS, FLOODS
    from tests.fuzz.seeds import CASES

    codes: Counter[str] = Counter()
    wrong: list[str] = []
    slowest = largest = (0.0, "")
    for kind, case in {**CASES, "bombs": BOMBS, "floods": FLOODS}[group].items():
        for seed in range(first, first + count):
            print(kind, seed, file=sys.stderr)
            rng = random.Random(f"{kind}-{seed}")
            with tempfile.TemporaryDirectory() as outer:
                folder = Path(outer) / "a" / "b"
                folder.mkdir(parents=True)
                read = case(rng, folder)
                before, start = everything(Path(outer)), time.perf_counter()
                forget_peak()
                problems = _reading(read, f"{kind} {seed}", wrong)
                largest = max(largest, (peak_mb(), f"{kind} {seed}"))
                slowest = max(slowest, (time.perf_counter() - start, f"{kind} {seed}"))
                if everything(Path(outer)) != before:
                    wrong.append(f"{kind} {seed}: wrote {everything(Path(outer)) ^ before}")
                codes.update({problem.code for problem in problems} or {"nothing"})
    return {"codes": codes, "wrong": wrong, "slowest": slowest, "largest": largest}


def _reading(read, name: str, wrong: list[str]) -> list[Problem]:
    """Problems of one reading; anything raised but ScenarioError is wrong, and so is an error that cannot be told."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            problems = read()
    except ScenarioError as fault:
        problems = list(fault.problems)
    except Exception:
        wrong.append(f"{name}: {traceback.format_exc()}")
        return []
    for one in problems:
        try:
            said = [render(one, lang).encode() for lang in ("zh", "en") if tell(one, lang).what]
        except UnicodeEncodeError:
            said = []
        if len(said) != 2:
            wrong.append(f"{name}: {one.code} cannot be said")
    return problems


if __name__ == "__main__":
    limit_memory()
    json.dump(run_group(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0), sys.stdout)
