"""Synthetic rolls for the report tests: a town that fills up, villages that empty, two new schools.

A small seeded ensemble of its own (200 draws), reduced to the tidy shapes; it imitates the shape of a run only.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

BASE, HORIZON, DRAWS = 2023, 2038, 200
WINDOW = (2024, 2029)
YEARS = tuple(range(BASE + 1, HORIZON + 1))
STAGES = {"primary": ("1", "2", "3", "4", "5", "6"), "junior": ("7", "8", "9")}
SIZE = {"primary": 45, "junior": 50}
FUTURES = ("baseline", "fast")
PLANS = ("do-nothing", "county-plan", "compact")
NEVER = 9999


@dataclass(frozen=True)
class School:
    """One school of the factory: base roll, yearly drift, rooms, and the project that opens it."""

    key: str
    names: tuple[str, str]
    stages: tuple[str, ...]
    roll: int
    drift: float
    rooms: int
    town: bool
    opened_by: str = ""


SCHOOLS = (
    School("js-01", ("县第一中学", "County No. 1 Junior"), ("junior",), 1640, 0.026, 42, True),
    School("js-02", ("县第二中学", "County No. 2 Junior"), ("junior",), 980, 0.012, 24, True),
    School("js-03", ("县第三中学", "County No. 3 Junior"), ("junior",), 0, 0.0, 24, True, "no3-junior"),
    School("ny-01", ("谷硐九年制学校", "Gudong Nine-Year School"), ("primary", "junior"), 1050, -0.020, 30, False),
    School("ps-01", ("县第一小学", "County No. 1 Primary"), ("primary",), 1790, 0.017, 48, True),
    School("ps-02", ("县第二小学", "County No. 2 Primary"), ("primary",), 1400, 0.026, 39, True),
    School("ps-03", ("宣威小学", "Xuanwei Primary"), ("primary",), 620, -0.030, 18, False),
    School("ps-04", ("县第四小学", "County No. 4 Primary"), ("primary",), 0, 0.0, 36, True, "no4-primary"),
    School("ps-05", ("龙山小学", "Longshan Primary"), ("primary",), 480, -0.045, 14, False),
    School("ps-06", ("贤昌小学", "Xianchang Primary"), ("primary",), 350, -0.040, 12, False),
    School("ps-07", ("坝芒教学点", "Bamang Teaching Point"), ("primary",), 85, -0.070, 6, False),
    School("ps-08", ("碧波小学", "Bibo Primary"), ("primary",), 410, -0.035, 12, False),
)
KEYS = tuple(school.key for school in SCHOOLS)
OPENS = {"county-plan": {"no4-primary": (2026, 0.75), "no3-junior": (2027, 0.6), "no2-extension": (2025, 0.9)},
         "compact": {"no2-extension": (2025, 0.9)}, "do-nothing": {}}  # fmt: skip
SHARE = {"no4-primary": {"ps-01": 0.24, "ps-02": 0.22}, "no3-junior": {"js-01": 0.26, "js-02": 0.12}}
SHIFT = {"no2-extension": ("ps-01", "ps-02", 0.07)}
EXTRA_ROOMS = {"no2-extension": ("ps-02", 12)}


def grades(school: School) -> tuple[str, ...]:
    return tuple(g for stage in school.stages for g in STAGES[stage])


def stage_of(grade: str) -> str:
    return next(stage for stage, all_grades in STAGES.items() if grade in all_grades)


def opening(plan: str, project: str) -> np.ndarray:
    """Opening year by draw: on time with the given chance, else one year later, one draw in 40 never."""
    year, on_time = OPENS[plan][project]
    luck = np.random.default_rng(len(project) * 7 + year).uniform(size=DRAWS)
    return np.where(luck < on_time, year, np.where(luck < 0.975, year + 1, NEVER))


def paths(future: str) -> np.ndarray:
    """Rolls without any project, [draw, year, school]."""
    rng = np.random.default_rng(41)
    t = np.arange(1, len(YEARS) + 1)
    pace = 0.022 if future == "fast" else 0.0
    births = -0.0022 * np.maximum(t - 3, 0) ** 1.5
    walk = np.cumsum(rng.normal(0, 0.014, (DRAWS, len(YEARS), len(SCHOOLS))), axis=1)
    county = np.cumsum(rng.normal(0, 0.008, (DRAWS, len(YEARS), 1)), axis=1)
    drift = np.array([s.drift + (pace if s.town else -pace / 2) for s in SCHOOLS])
    log = drift[None, None, :] * np.minimum(t, 7)[None, :, None] + births[None, :, None] + walk + county
    return np.array([s.roll for s in SCHOOLS])[None, None, :] * np.exp(log)


def with_plan(rolls: np.ndarray, plan: str) -> tuple[np.ndarray, np.ndarray]:
    """Rolls and rooms under a plan, both [draw, year, school]."""
    rolls = rolls.copy()
    rooms = np.broadcast_to(np.array([s.rooms if not s.opened_by else 0 for s in SCHOOLS]), rolls.shape).copy()
    for project in OPENS[plan]:
        open_now = np.array(YEARS)[None, :] >= opening(plan, project)[:, None]
        for giver, share in SHARE.get(project, {}).items():
            taker = next(i for i, s in enumerate(SCHOOLS) if s.opened_by == project)
            moved = rolls[:, :, KEYS.index(giver)] * share * open_now
            rolls[:, :, KEYS.index(giver)] -= moved
            rolls[:, :, taker] += moved
            rooms[:, :, taker] = SCHOOLS[taker].rooms * open_now
        if project in SHIFT:
            giver, receiver, share = SHIFT[project]
            moved = rolls[:, :, KEYS.index(giver)] * share * open_now
            rolls[:, :, KEYS.index(giver)] -= moved
            rolls[:, :, KEYS.index(receiver)] += moved
            rooms[:, :, KEYS.index(EXTRA_ROOMS[project][0])] += EXTRA_ROOMS[project][1] * open_now
    return np.round(rolls), rooms


@dataclass(frozen=True)
class Case:
    """Draws of one case: grade rolls [draw, year, grade] by school, rooms [draw, year, school]."""

    future: str
    plan: str
    by_grade: dict[str, np.ndarray]
    rooms: np.ndarray


def case(future: str, plan: str) -> Case:
    rolls, rooms = with_plan(paths(future), plan)
    by_grade = {}
    for i, school in enumerate(SCHOOLS):
        names = grades(school)
        share = np.random.default_rng(i).dirichlet([140.0] * len(names), size=DRAWS)[:, None, :]
        by_grade[school.key] = np.round(rolls[:, :, i, None] * share).astype(int)
    return Case(future, plan, by_grade, rooms)


class Tidy:
    """Collects [draw, year] arrays with their keys and reduces them all at once."""

    def __init__(self) -> None:
        self.keys: list[tuple[str, ...]] = []
        self.draws: list[np.ndarray] = []
        self.exceed: list[np.ndarray] = []

    def add(self, keys: tuple[str, ...], draws: np.ndarray, exceed: np.ndarray | None = None) -> None:
        """keys: future, plan, entity, stage, indicator, unit."""
        self.keys.append(keys)
        self.draws.append(np.broadcast_to(draws, (DRAWS, len(YEARS))))
        self.exceed.append(np.full(len(YEARS), np.nan) if exceed is None else exceed.mean(axis=0))

    def frame(self) -> pd.DataFrame:
        """The tidy table."""
        stack = np.sort(np.stack(self.draws).astype(np.float32), axis=1)
        names = ("future", "plan", "entity", "stage", "indicator", "unit")
        frame = pd.DataFrame(np.repeat(np.array(self.keys, dtype=object), len(YEARS), axis=0), columns=names)
        frame["year"] = np.tile(YEARS, len(self.keys))
        frame["mean"] = stack.mean(axis=1, dtype=float).ravel()
        for q in (5, 10, 25, 50, 75, 90, 95):
            frame[f"p{q:02d}"] = stack[:, round((DRAWS - 1) * q / 100)].astype(float).ravel()
        frame["p_exceed"] = np.stack(self.exceed).ravel()
        return frame


def size_bound(school: School) -> tuple[str, int]:
    if len(school.stages) == 2:
        return "G4.nine_year", 2500
    return f"G4.{school.stages[0]}", 2000
