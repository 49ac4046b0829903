"""From a scenario file to everything a run needs: bundle, geography, model, cases, construction calendars."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gis.arrays import Space
from gis.land_study import land_problems
from gis.space import build_space, check_study_space
from gis.units import load_units
from scenarios import loader
from scenarios.bundle import Bundle
from scenarios.construction_defaults import load_defaults
from scenarios.problems import Problem, ScenarioError, has_errors, in_order
from schoolplan.clause_notes import clause_notes
from schoolplan.flow_notes import flow_notes
from sim.adaptive import Adaptive
from sim.boarding import Beds, Boards
from sim.boarding_build import Curves, boards_of, curves_of, may_board
from sim.bounds import bounds
from sim.build import build_model
from sim.calendar_result import NEVER, Calendar
from sim.construction import opening_years
from sim.engine import CasePlan
from sim.futures import future_rates
from sim.guards_build import fences_of
from sim.ladders import early_view, whole
from sim.model import Model
from sim.network import plan_network
from sim.plan_projects import build_plan, ground_of
from sim.policy import policy_of
from sim.projects import BuildPlan
from sim.stocks import Stocks, stocks_of
from sim.summary import Assessment
from sim.triggers_build import acts_on_signals, adaptive_of


@dataclass(frozen=True)
class Prepared:
    """A checked scenario, ready to run."""

    bundle: Bundle
    space: Space
    model: Model
    assessment: Assessment
    warnings: tuple[Problem, ...]


@dataclass(frozen=True)
class Options:
    """What the command line may change of a scenario file."""

    draws: int
    seed: int


def check(path: Path | str) -> list[Problem]:
    """All problems of a scenario, or of a study alone: files, tables, references, geography.

    Never raises for bad input. Mistakes in other tables do not hide those of the units layer.
    """
    draft, problems = loader.read_any(Path(path))
    bundle = loader.bundle_of(draft, problems)
    if bundle is None:
        units = loader.units_only(draft, problems)
        found = [] if units is None else load_units(units)[1]
    elif isinstance(bundle, Bundle):
        space, found = build_space(bundle)
        found = [*found, *land_problems(bundle)]
        # Other studies need no model to be checked.
        if space is not None and bundle.study.learning_window.ratios == "purged" and not has_errors(found):
            found += flow_notes(bundle, build_model(bundle, space))
    else:
        found = [*check_study_space(bundle), *land_problems(bundle)]
    return in_order([*problems, *found])


def prepare(path: Path | str) -> Prepared:
    """Load, check and assemble. Raises ScenarioError with all problems at once."""
    return prepared(loader.load(Path(path)))


def prepared(bundle: Bundle, receives: frozenset[str] = frozenset()) -> Prepared:
    """Check the places of a read scenario and assemble. Raises ScenarioError with all problems at once.

    receives: stages to whose schools other members of a programme send pupils.
    """
    space, problems = build_space(bundle)
    problems = [*problems, *land_problems(bundle)]
    if space is None or has_errors(problems):
        raise ScenarioError(problems)
    model = build_model(bundle, space, receives)
    warnings = (*bundle.warnings, *problems, *flow_notes(bundle, model), *clause_notes(bundle))
    return Prepared(bundle, space, model, assessment(bundle, model), warnings)


def assessment(bundle: Bundle, model: Model) -> Assessment:
    """Bounds and decision window of a scenario.

    The window is given by the scenario file, else it is the years whose children are born, at most six ahead.
    """
    tests = bundle.scenario.tests
    known = min(model.base_year + min(6, model.grades.entry_age), model.horizon)
    window = tests.window or (model.base_year + 1, known)
    return Assessment(tuple(bounds(bundle, whole(model))), (window[0], window[1]), tests.p_required)


def options(bundle: Bundle, draws: int | None = None, seed: int | None = None) -> Options:
    """Draws and seed of a run: the command line's, else the scenario file's; one draw without spread."""
    scenario = bundle.scenario
    wanted = scenario.draws if draws is None else draws
    return Options(1 if scenario.spread == "none" else wanted, scenario.seed if seed is None else seed)


def calendars(prepared: Prepared, chosen: Options, workers: int = 1) -> dict[str, Calendar]:
    """Construction calendar of every plan, of one with triggers as if none ever fired: it is made in the run.

    workers: processes that may share the draws; the result does not depend on them.
    """
    bundle, model = prepared.bundle, prepared.model
    spread = bundle.scenario.spread
    return {
        name: opening_years(
            _build_plan(bundle, name, model),
            bundle.study_in_plan(name).construction.crews,
            model.base_year,
            model.horizon,
            chosen.seed,
            chosen.draws,
            spread,
            workers,
        )
        for name in bundle.plans
    }


def _build_plan(bundle: Bundle, plan: str, model: Model) -> BuildPlan:
    return build_plan(bundle.plans[plan], ground_of(bundle, plan, load_defaults(), model.base_year))


def cases(prepared: Prepared, built: dict[str, Calendar]) -> tuple[CasePlan, ...]:
    """Every future with every plan, futures outermost, in the order of the scenario file."""
    model, early = prepared.model, early_view(prepared.bundle)
    found = with_boards(prepared, with_triggers(prepared, _cases(prepared.bundle, model, built)))
    if model.early is None or early is None:
        return found
    young = _cases(early, model.early, built)
    return tuple(replace(case, early=one) for case, one in zip(found, young, strict=True))


def with_triggers(prepared: Prepared, found: tuple[CasePlan, ...]) -> tuple[CasePlan, ...]:
    """Cases whose plans act on what is seen, triggers or guards of closures, with how they do."""
    bundle, model = prepared.bundle, prepared.model
    made: dict[str, Adaptive | None] = {}
    for case in {case.network.plan: case for case in found}.values():
        plan = bundle.plans[case.network.plan]
        fences = fences_of(bundle, case.network, model, prepared.space)
        if fences is not None or acts_on_signals(plan):
            build = _build_plan(bundle, plan.id, model)
            made[plan.id] = adaptive_of(bundle, plan, build, model, fences, case.calendar)
    return tuple(replace(case, adaptive=made.get(case.network.plan)) for case in found)


def with_boards(prepared: Prepared, found: tuple[CasePlan, ...]) -> tuple[CasePlan, ...]:
    """Cases with the chances of pupils to board, where the study has a section `boarding`."""
    bundle, model = prepared.bundle, prepared.model
    if bundle.study.boarding is None:
        return found
    curves, stocks = curves_of(bundle, model, prepared.space), stocks_of(bundle, whole(model))
    boards = {}
    for case in found:
        plan = case.network.plan
        if plan not in boards:
            boards[plan] = _boards(curves, stocks, case, model)
    return tuple(replace(case, boards=boards[case.network.plan]) for case in found)


def _boards(curves: Curves, stocks: Stocks, case: CasePlan, model: Model) -> Boards:
    """Who may board under the plan of a case."""
    plan, opening = case.network.plan, case.opening_year
    if case.adaptive is None:
        return boards_of(curves, model, may_board(curves.observed, stocks.at("beds", plan, opening, model.years)))
    # Nobody knows yet what will be open: wherever there may be beds, with all projects or with none of them.
    ends = np.stack([np.zeros_like(opening[0]), np.full_like(opening[0], NEVER)])
    made = boards_of(curves, model, may_board(curves.observed, stocks.at("beds", plan, ends, model.years)))
    return replace(made, beds=Beds(stocks, plan, np.nansum(curves.observed, axis=1) > 0.0))


def _cases(bundle: Bundle, model: Model, built: dict[str, Calendar]) -> tuple[CasePlan, ...]:
    """The cases of one ladder."""
    stages = model.grades.stages
    networks = {
        name: replace(plan_network(bundle, plan, model.layout, stages), policy=policy_of(bundle, name, model))
        for name, plan in bundle.plans.items()
    }
    return tuple(
        CasePlan(future_rates(bundle, model, future), networks[plan], built[plan].opening_year, calendar=built[plan])
        for future in bundle.futures.values()
        for plan in bundle.plans
    )
