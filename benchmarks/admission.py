"""Time of admission at the size of a county: 200 units, 40 schools, 1000 draws x 15 years, on 2 processes.

Usage: python -m benchmarks.admission [--draws N] [--years N] [--workers N].  A made-up county on a square with local
and migrant homes; every year anew, children apply at the nearest schools, of which a part is full.  Four rounds: zones,
lots, the nearest school with seats, and zones with four classes of priority.  Beside them the plain reference of the
same round (`verification/reference_rules.py`), of one draw and year, for scale: it is held to the same numbers.
Seconds are those of the processor, divided by the number of processes: what an idle machine with as many cores takes.
"""

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from sim.admission import Admitted, Regimes, admit
from sim.admission_rules import RULES, Rules, default_rules
from sim.classes_formation import Formation
from sim.model import PSEUDO_SCHOOLS, Attendance, Grades, Layout
from sim.policy import of_year
from sim.streams import entities
from verification.reference_rules import Lots, Round
from verification.reference_schools import Admission, Network, Study

UNITS, SCHOOLS, GRADES, REACH, LIMIT, SIZE = 200, 40, 9, 6, 6.0, 45
BLOCK = 125
CASES = ("zone", "lottery", "nearest", "priority")


@dataclass(frozen=True)
class County:
    """What a round reads of a model."""

    grades: Grades
    layout: Layout
    hosts: NDArray[np.bool_]
    attendance: Attendance
    divert_at: float = 1.0
    rules: Rules | None = None
    formation: Formation | None = None


def county() -> County:
    """Homes, schools and lists of a made-up county; every home knows its nearest schools."""
    rng = np.random.default_rng(1)
    cells, schools = 2 * UNITS, SCHOOLS + len(PSEUDO_SCHOOLS)
    home, school = np.repeat(rng.uniform(0, 20, (UNITS, 2)), 2, axis=0), rng.uniform(0, 20, (SCHOOLS, 2))
    km = np.linalg.norm(home[:, None] - school[None], axis=2)
    near = np.argsort(km, axis=1, kind="stable")[:, :REACH]
    slots = np.hstack([near, SCHOOLS + np.tile(np.arange(3), (cells, 1))])
    far = np.hstack([np.take_along_axis(km, near, axis=1), np.zeros((cells, 3))])[:, :, None]
    lists = np.where(far[:, :REACH, 0] <= LIMIT, np.arange(REACH), -1)[:, None, :4]
    names = tuple(f"u{c // 2:03d}|{'local' if c % 2 == 0 else 'migrant'}" for c in range(cells))
    ids = [*(f"s{s:02d}" for s in range(SCHOOLS)), *PSEUDO_SCHOOLS]
    layout = Layout(
        units=tuple(f"u{u:03d}" for u in range(UNITS)), cells=names, unit_of=np.arange(cells) // 2,
        migrant=np.arange(cells) % 2 == 1, urban=np.ones(cells, dtype=bool), cluster_of=np.zeros(cells, dtype=int),
        clusters=("c",), attraction=np.ones(cells), schools=tuple(ids[:SCHOOLS]), slot_school=slots,
        cell_keys=entities(list(names)),
        slot_keys=entities([f"{c}>{ids[s]}" for c, row in zip(names, slots, strict=True) for s in row]).reshape(
            slots.shape
        ),
    )  # fmt: skip
    grades = Grades(tuple(map(str, range(1, 10))), ("primary",), np.zeros(GRADES, dtype=int), np.full(GRADES, SIZE), 6)
    none = np.zeros(far.shape)
    attendance = Attendance(none, none, np.zeros((cells, GRADES, 1), dtype=int), lists, far)
    return County(grades, layout, np.ones((schools, GRADES), dtype=bool), attendance)


def ruled(place: County, case: str) -> County:
    """The county under one of the rules, or with four classes of priority."""
    usual = default_rules(place.layout, 1)
    if case != "priority":
        return replace(place, rules=replace(usual, rule=np.full_like(usual.rule, RULES[case].number)))
    local, migrant = [0.5, 0.8, 1.0, 1.0], [0.0, 0.0, 0.4, 1.0]
    ranks = np.where(place.layout.migrant[:, None], [migrant], [local])
    return replace(place, rules=replace(usual, ranks=ranks))


class Numbers:
    """Random numbers of a block of draws."""

    def __init__(self, draws: int, cells: int) -> None:
        self.rng, self.draws, self.cells = np.random.default_rng(2), draws, cells
        self.made: dict[str, NDArray[np.float64]] = {}

    def schools(self, name: str) -> NDArray[np.float64]:
        """By school and grade."""
        return self.made.setdefault(name, self.rng.random((self.draws, SCHOOLS, GRADES)))

    def grades_of_cells(self, name: str) -> NDArray[np.float64]:
        """By home and grade."""
        return self.made.setdefault(name, self.rng.random((self.draws, self.cells, GRADES)))


def inputs(place: County, draws: int, seed: int) -> tuple[NDArray[np.int32], NDArray[np.int32], Regimes]:
    """Pupils who stay, applications and the network of a year; seats are short in a part of the schools."""
    rng = np.random.default_rng(seed)
    cells, width = place.layout.slot_school.shape
    staying, applying = (np.zeros((draws, width, cells, GRADES), dtype=np.int32) for _ in range(2))
    staying[:, 0, :, 1:] = rng.poisson(9.0, (draws, cells, GRADES - 1))
    applying[:, 0, :, 0] = rng.poisson(8.0, (draws, cells))
    applying[:, 1, :, 0] = rng.poisson(2.0, (draws, cells))
    applying[:, 0, :, 1:] = rng.poisson(0.2, (draws, cells, GRADES - 1))
    mean = np.zeros(SCHOOLS)
    np.add.at(mean, place.layout.slot_school[:, 0], 9.0 * (GRADES - 1) + 10.0)
    rooms = np.ceil(mean / SIZE * rng.uniform(0.9, 1.4, SCHOOLS)).astype(np.int64) + 2
    in_zone = np.zeros((1, cells, GRADES, width), dtype=bool)
    in_zone[..., :2] = True
    home, runs = np.zeros((1, cells, GRADES), dtype=np.int64), place.hosts[None]
    index = np.zeros(draws, dtype=np.int64)
    return staying, applying, Regimes(index, in_zone.astype(float), home, in_zone, runs, runs, rooms[None])


def block(case: str, draws: int, years: int) -> tuple[float, int]:
    """Seconds that admission of a block takes, and children who had no seat; inputs and compilation are not counted."""
    place = ruled(county(), case)
    policy = of_year(place, None, 2024)  # type: ignore[arg-type]
    numbers, seconds, moved = Numbers(draws, len(place.layout.cells)), 0.0, 0
    staying, applying, regimes = inputs(place, draws, 3)
    one = inputs(place, 1, 3)
    admit(place, one[0], one[1].copy(), one[2], Numbers(1, 2 * UNITS), policy)  # type: ignore[arg-type]
    for _ in range(years):
        asking = applying.copy()
        begun = time.process_time()
        done = admit(place, staying, asking, regimes, numbers, policy)  # type: ignore[arg-type]
        seconds += time.process_time() - begun
        moved += int(done.events[:, -1].sum())
    return seconds, moved


def plain(case: str) -> float:
    """Seconds of the plain reference for one draw and year; raises AssertionError if the engine's numbers differ."""
    place = ruled(county(), case)
    policy = of_year(place, None, 2024)  # type: ignore[arg-type]
    staying, applying, regimes = inputs(place, 1, 3)
    numbers = Numbers(1, len(place.layout.cells))
    done = admit(place, staying, applying.copy(), regimes, numbers, policy)  # type: ignore[arg-type]
    begun = time.process_time()
    found = _plain_round(place, policy.rules, (staying, applying, regimes), numbers)
    seconds = time.process_time() - begun
    _same(done, found)
    return seconds


def _plain_round(
    place: County, rules: Rules, given: tuple[NDArray[np.int32], NDArray[np.int32], Regimes], numbers: Numbers
) -> Round:
    staying, applying, regimes = given
    study = Study(place)  # type: ignore[arg-type]
    stay = np.zeros((SCHOOLS, GRADES), dtype=int)
    asking = {(c, s): applying[0, j, c].tolist() for c in range(study.cells) for s, j in study.slot[c].items()}
    for c in range(study.cells):
        for s, j in study.slot[c].items():
            if s < SCHOOLS:
                stay[s] += staying[0, j, c]
    network = Network(regimes.rooms[0].tolist(), place.hosts.tolist(), [[SIZE] * GRADES] * SCHOOLS, 1.0,
                      place.attendance.divert)  # fmt: skip
    for c in range(study.cells):
        first, second = (int(place.layout.slot_school[c, j]) for j in range(2))
        for g in range(GRADES):
            network.zone[c, g], network.fed[c, g] = {first: 1.0, second: 1.0}, set()
    pairs = [(s, g) for s in range(SCHOOLS) for g in range(GRADES)]
    back, lots = (
        {at: float(numbers.schools(name)[0][at]) for at in pairs} for name in ("admission/lottery", "admission/lots")
    )
    ranks = numbers.grades_of_cells("admission/class")[0]
    luck = Lots(back, lots, {(c, g): float(ranks[c, g]) for c in range(study.cells) for g in range(GRADES)})
    one = Round(Admission(study, network, stay.tolist(), asking, [0] * SCHOOLS), rules, luck)
    one.run()
    one.beyond(sends=True)
    return one


def _same(done: Admitted, found: Round) -> None:
    beyond = [sum(found.admission.beyond(s)) for s in range(SCHOOLS)]
    if done.beyond[0].tolist() != beyond or done.diverted_in[0].tolist() != found.admission.diverted:
        raise AssertionError("the engine and the plain reference differ")


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--years", type=int, default=15)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    blocks = [min(BLOCK, asked.draws - first) for first in range(0, asked.draws, BLOCK)]
    print(f"{UNITS} units x 2 groups, {SCHOOLS} schools, {GRADES} grades, {asked.draws} draws x {asked.years} years")
    print(
        f"{'rule':10} {'seconds':>8} {'on cores':>8} {'without a seat':>16} {'plain, one draw-year':>22} {'times':>8}"
    )
    with ProcessPoolExecutor(asked.workers, get_context("spawn")) as pool:
        for case in CASES:
            parts = [pool.submit(block, case, draws, asked.years) for draws in blocks]
            seconds, moved = (sum(column) for column in zip(*(part.result() for part in parts), strict=True))
            slow = plain(case)
            number = asked.draws * asked.years
            shown = f"{case:10} {seconds / asked.workers:8.2f} {asked.workers:8d} {moved / number:16.1f}"
            print(f"{shown} {slow:20.2f} s {slow * number / seconds:8.0f}", flush=True)


if __name__ == "__main__":
    main()
