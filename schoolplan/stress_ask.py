"""What `stress` is asked, read against a checked scenario: every mistake named, with what was meant."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from scenarios.problems import Problem, error, nearest, note
from schoolplan.prepare import Prepared
from sim.stress_drivers import DRIVERS, Driver

DRAWS = 60
Global = Literal["morris", "sobol"]
_BY_ID = {driver.id: driver for driver in DRIVERS}


@dataclass(frozen=True)
class Ask:
    """What the caller wants to know."""

    out: Path | None = None
    future: str | None = None
    """Default: the reference future."""
    plan: str | None = None
    """Default: the first plan with projects."""
    school: str | None = None
    """A school instead of the county."""
    drivers: tuple[str, ...] = ()
    """Default: all."""
    ranges: tuple[str, ...] = ()
    """`births=0.8:1.3` instead of the default range."""
    until: int | None = None
    """Last school year that is judged, instead of the end of the decision window."""
    below: float = 0.5
    """A plan fails where fewer draws than this share keep every limit."""
    pairs: bool = False
    """Two drivers at once, too."""
    globally: Global | None = None
    points: int | None = None
    """Points of the global analysis, rounded up to a power of two; default 8 (morris) or 16 (sobol)."""
    draws: int | None = None
    seed: int | None = None
    lang: str | None = None


@dataclass(frozen=True)
class Chosen:
    """The same, settled."""

    future: str
    plan: str
    school: str | None
    drivers: tuple[Driver, ...]
    window: tuple[int, int]


def choose(prepared: Prepared, ask: Ask, place: str) -> tuple[Chosen, list[Problem]]:
    """What is asked, settled, and all problems of it.

    place: the scenario file, for messages.
    """
    bundle, model = prepared.bundle, prepared.model
    problems: list[Problem] = []
    future, plan, school = ask.future or bundle.study.reference_future, ask.plan, ask.school
    if future not in bundle.futures:
        ids = tuple(bundle.futures)
        problems.append(error("RUN071", place, future, near=nearest(future, ids), futures=ids))
    if plan is None:
        plan = next((name for name, one in bundle.plans.items() if one.projects), next(iter(bundle.plans)))
        if len(bundle.plans) > 1:
            problems.append(note("RUN076", place, plan))
    elif plan not in bundle.plans:
        ids = tuple(bundle.plans)
        problems.append(error("RUN072", place, plan, near=nearest(plan, ids), plans=ids))
    schools = model.layout.schools
    if school is not None and school not in schools:
        problems.append(error("RUN073", place, school, near=nearest(school, schools), some=schools[:3]))
    drivers, found = chosen_drivers(ask.drivers, ask.ranges, place)
    window = prepared.assessment.window
    if ask.until is not None and not window[0] <= ask.until <= model.horizon:
        found.append(error("RUN080", place, str(ask.until), first=window[0], last=model.horizon))
    window = (window[0], window[1] if ask.until is None else ask.until)
    if bundle.scenario.spread == "none":
        found.append(note("RUN079", place))
    return Chosen(future, plan, school, drivers, window), [*problems, *found]


def chosen_drivers(names: Sequence[str], ranges: Sequence[str], place: str) -> tuple[tuple[Driver, ...], list[Problem]]:
    """Drivers in the order of `DRIVERS`, with their ranges, whatever the order they are named in."""
    problems: list[Problem] = []
    ids = tuple(_BY_ID)
    for name in dict.fromkeys(names):
        if name not in _BY_ID:
            problems.append(error("RUN070", place, name, near=nearest(name, ids), drivers=ids))
        if list(names).count(name) > 1:
            problems.append(error("RUN084", place, name))
    wanted = {name for name in names if name in _BY_ID} if names else set(ids)
    given: dict[str, Driver] = {}
    for text in ranges:
        name, low, high = _parts(text)
        if low is None or high is None:
            problems.append(error("RUN074", place, text))
        elif name not in _BY_ID:
            problems.append(error("RUN070", place, name, near=nearest(name, ids), drivers=ids))
        elif name not in wanted:
            problems.append(error("RUN085", place, name, drivers=tuple(sorted(wanted))))
        elif name in given:
            problems.append(error("RUN084", place, name))
        else:
            given[name] = replace(_BY_ID[name], low=low, high=high)
            if not _usable(given[name]):
                driver = given[name]
                ends = {"neutral": f"{driver.neutral:g}", "least": f"{driver.least:g}", "most": f"{driver.most:g}"}
                problems.append(error("RUN082", place, f"{low:g}:{high:g}", driver=name, **ends))
    return tuple(given.get(driver.id, driver) for driver in DRIVERS if driver.id in wanted), problems


def _parts(text: str) -> tuple[str, float | None, float | None]:
    """Name, low, high of `name=low:high`; None where a number is missing."""
    name, _, ends = text.partition("=")
    low, _, high = ends.partition(":")
    try:
        numbers = float(low), float(high)
    except ValueError:
        return name.strip(), None, None
    if not all(math.isfinite(number) for number in numbers):
        return name.strip(), None, None
    return name.strip(), *numbers


def _usable(driver: Driver) -> bool:
    inside = driver.least <= driver.low <= driver.neutral <= driver.high <= driver.most
    whole = not driver.whole or (driver.low.is_integer() and driver.high.is_integer())
    return inside and driver.low < driver.high and whole
