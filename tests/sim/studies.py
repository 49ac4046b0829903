"""Studies in memory for the tests of the engine: loaded once, varied without files."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from gis.arrays import Space
from gis.space import build_space
from scenarios.bundle import Bundle
from scenarios.construction_defaults import load_defaults
from scenarios.loader import load
from sim.build import build_model
from sim.construction import opening_years
from sim.engine import CasePlan, CaseResult, simulate
from sim.futures import future_rates
from sim.ladders import early_view
from sim.model import Model
from sim.network import plan_network
from sim.people import births_of_year
from sim.plan_projects import build_plan, ground_of
from sim.policy import policy_of
from sim.reference_world import ReferenceWorld
from sim.state import State, start
from sim.variates import Chance
from sim.world import World
from sim.year import Case, YearEnd, step

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests/tiny/approval.yaml"
LOADING = ROOT / "tests/broken/_base/approval.yaml"
MAJIANG = ROOT / "scenarios/examples/majiang/approval.yaml"


@dataclass(frozen=True)
class Study:
    """A checked study with its model."""

    bundle: Bundle
    space: Space
    model: Model


@lru_cache(maxsize=8)
def _read(path: Path) -> tuple[Bundle, Space]:
    bundle = load(path)
    space, problems = build_space(bundle)
    assert space is not None, problems
    return bundle, space


def made_of(bundle: Bundle, space: Space) -> Study:
    return Study(bundle, space, build_model(bundle, space))


@lru_cache(maxsize=8)
def study(path: Path, spread: str | None = None) -> Study:
    """The study of a scenario file; `spread` replaces the one of the file."""
    bundle, space = _read(path)
    return made_of(with_spread(bundle, spread) if spread else bundle, space)


def with_spread(bundle: Bundle, spread: str) -> Bundle:
    return replace(bundle, scenario=bundle.scenario.model_copy(update={"spread": spread}))


def until(of: Study, year: int) -> Study:
    """The same study with an earlier horizon."""
    return replace(of, model=replace(of.model, horizon=year))


def case(of: Study, future: str, plan: str, draws: int = 1, seed: int = 1) -> CasePlan:
    """One case with its construction calendar."""
    bundle, model = of.bundle, of.model
    rates = future_rates(bundle, model, bundle.futures[future])
    network = plan_network(bundle, bundle.plans[plan], model.layout, model.grades.stages)
    network = replace(network, policy=policy_of(bundle, plan, model))
    projects = build_plan(bundle.plans[plan], ground_of(bundle, plan, load_defaults(), model.base_year))
    crews, spread = bundle.study_in_plan(plan).construction.crews, bundle.scenario.spread
    calendar = opening_years(projects, crews, model.base_year, model.horizon, seed, draws, spread)
    early = early_view(bundle)
    if early is None or model.early is None:
        return CasePlan(rates, network, calendar.opening_year, calendar=calendar)
    young = case(Study(early, of.space, model.early), future, plan, draws, seed)
    return CasePlan(rates, network, calendar.opening_year, young, calendar=calendar)


def run(of: Study, future: str, plan: str, draws: int = 1, seed: int = 1) -> CaseResult:
    """One case, all draws in one block."""
    return simulate(of.model, [case(of, future, plan, draws, seed)], seed, np.arange(draws))[0]


def walk(of: Study, one: CasePlan, draws: np.ndarray, seed: int = 1) -> Iterator[tuple[State, State, YearEnd]]:
    """Year by year: the stocks before, the stocks after, and what the year leaves behind."""
    chance = Chance(rounded=of.model.rounded)
    run_case = Case(of.model, one.rates, one.network, one.opening_year[draws], chance)
    world_of_years = iter(World(of.model, seed, draws))
    base = next(world_of_years)
    reference = ReferenceWorld(of.model, seed, draws, chance)
    reference.begin(base)
    autumn, _ = births_of_year(of.model, one.rates.births_index, base, chance)
    state = start(of.model, base, autumn)
    for world in world_of_years:
        after, end = step(run_case, state, reference.step(world), world)
        yield state, after, end
        state = after


def county(result: CaseResult) -> np.ndarray:
    """Pupils of public schools, [draw, year, grade]."""
    return result.rolls.sum(axis=2)
