"""How long class formation takes: 10^6 school years of six grades, free and sticky, against the plain version.

Run: python -m benchmarks.classes
"""

import time
from collections.abc import Callable

import numpy as np

from sim.classes import Classes, form_classes
from sim.classes_formation import Composite, Formation, Ladder, formed
from verification.reference_schools import form_classes as plain_classes

DRAWS, YEARS, SCHOOLS, GRADES = 1000, 20, 50, 6
PLAIN = 2000  # school years that the plain version is given


def timed(work: Callable[[], Classes]) -> tuple[float, Classes]:
    """Seconds of the second call: the first compiles."""
    work()
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def main() -> None:
    """Print seconds for a million school years and the ratio to plain Python."""
    rng = np.random.default_rng(1)
    shape = (DRAWS, YEARS, SCHOOLS, GRADES)
    rolls = rng.poisson(rng.uniform(5, 150, (DRAWS, YEARS, SCHOOLS, 1)), shape)
    rooms, planned = rng.integers(4, 24, shape[:3]), np.full(GRADES, 45)
    ladder = Ladder(("primary",), np.zeros(GRADES, dtype=np.int64), rolls[0, 0], rooms[0, 0], planned)
    composite = Composite(np.ones(SCHOOLS, dtype=bool), (), 200.0, 2, 35)
    free, found = timed(lambda: form_classes(rolls, rooms, planned))
    n, k = rolls.reshape(-1, GRADES)[:PLAIN].tolist(), rooms.reshape(-1)[:PLAIN].tolist()
    began = time.perf_counter()
    plain = [plain_classes(a, b, [45] * GRADES) for a, b in zip(n, k, strict=True)]
    slow = (time.perf_counter() - began) / PLAIN
    assert found.count.reshape(-1, GRADES)[:PLAIN].tolist() == plain
    million = DRAWS * YEARS * SCHOOLS
    tight = float((found.count.sum(axis=3) >= rooms).mean())
    print(f"{million} school years, {tight:.0%} with no spare room")
    print(f"free       {free:6.2f} s   plain Python {slow * million:8.0f} s ({slow * million / free:.0f} x)")
    for name, rule in (("sticky", Formation(sticky=True)), ("composite", Formation(composite=composite))):
        seconds, _ = timed(lambda rule=rule: formed(rule, ladder, rolls, rooms, planned))  # type: ignore[misc]
        print(f"{name:10} {seconds:6.2f} s")


if __name__ == "__main__":
    main()
