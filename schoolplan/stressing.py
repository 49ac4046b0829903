"""`schoolplan stress FILE`: how far each driver can go before a plan fails, and which of them matter together."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from reports.figures_setting import Setting
from reports.forecast_html import write_charts
from reports.i18n import Labels, language
from reports.run_folder import csv_bytes
from reports.stress_figures import charts
from reports.stress_html import write_stress_page
from reports.stress_view import Asked, Range, StressView, source_line
from reports.whole import check_free, whole_folder
from scenarios.deciding_words import BEDS
from scenarios.pack_rules import named
from scenarios.problems import Problem, ScenarioError, error, has_errors, in_order, note, tell, warning
from schoolplan.answers import Answer
from schoolplan.assemble import school_list
from schoolplan.card import rule_cards
from schoolplan.manifest import manifest, run_hash
from schoolplan.prepare import Options, Prepared, calendars, options, prepare, with_boards, with_triggers
from schoolplan.progress import Progress, silent
from schoolplan.stress_ask import DRAWS, Ask, Chosen, choose
from schoolplan.stress_tables import cause_of, clause_of, limit_of, table_of
from sim.arrays import FloatArray
from sim.details import details_of
from sim.engine import CasePlan
from sim.futures import future_rates
from sim.ladders import whole
from sim.network import plan_network
from sim.policy import policy_of
from sim.sensitivity import Morris, Sobol, morris, sobol
from sim.stress import Found, by_reach, pair_rays, search, single_rays
from sim.stress_drivers import Driver, Footing, footing, inert
from sim.stress_outcomes import Amounts, Outcome, Question, outcomes

OUTPUTS = ("probability", "pupils_over", "roll")
POINTS = {"morris": 8, "sobol": 16}


@dataclass(frozen=True)
class StressFolder(Answer):
    """`stress.csv`: a row for each driver and direction (and pair), those that take least first; `stress.json`."""

    effects: pd.DataFrame
    """`sensitivity.csv`; empty without a global analysis."""
    view: StressView


@dataclass
class _Work:
    """A question put to the simulator, with its progress."""

    foot: Footing
    question: Question
    tell: Progress
    done: int = 0
    open: int = 0

    def ask(self, points: Sequence[Amounts]) -> list[Outcome]:
        self.open += len(points)
        found: list[Outcome] = []
        for first in range(0, len(points), 12):
            found += outcomes(self.foot, self.question, points[first : first + 12])
            self.done += len(points[first : first + 12])
            self.tell("stress", self.done, self.open)
        return found


def stress(path: Path | str, ask: Ask | None = None, progress: Progress | None = None) -> StressFolder:
    """Look for the smallest changes that make a plan fail; write a folder. Raises ScenarioError or RunError."""
    ask, place = ask or Ask(), str(path)
    prepared = prepare(path)
    chosen, problems = choose(prepared, ask, place)
    if has_errors(problems):
        raise ScenarioError(in_order(problems))
    settled = options(prepared.bundle, ask.draws or DRAWS, ask.seed)
    target = ask.out or Path("stress") / f"{prepared.bundle.scenario.id}-{chosen.plan}-{chosen.future}"
    check_free(target)
    foot = _footing(prepared, chosen, settled)
    idle = inert(foot)
    problems += [note("RUN077", place, driver.id) for driver in chosen.drivers if driver.id in idle]
    drivers = tuple(driver for driver in chosen.drivers if driver.id not in idle)
    if not drivers:
        raise ScenarioError(in_order([*problems, error("RUN083", place)]))
    work = _Work(foot, _question(prepared, chosen, settled), progress or silent)
    base = work.ask([{}])[0]
    if base.probability < ask.below:
        raise ScenarioError(in_order([*problems, _fails_already(prepared, chosen, base, ask, place)]))
    found = search(work.ask, drivers, single_rays(drivers), base, ask.below)
    if ask.pairs:
        found += search(work.ask, drivers, pair_rays(found, drivers), base, ask.below)
    found = by_reach(found)
    problems += [warning("RUN078", place, " + ".join(one.ray.parts)) for one in found if not one.monotone]
    effects, said = _effects(work, drivers, ask, settled.seed, place)
    problems = in_order([*problems, *said])
    return _written(target, prepared, (chosen, settled, ask), (drivers, base, found, effects), problems)


def _footing(prepared: Prepared, chosen: Chosen, settled: Options) -> Footing:
    bundle, model = prepared.bundle, prepared.model
    future, plan = bundle.futures[chosen.future], bundle.plans[chosen.plan]
    calendar = calendars(prepared, settled)[chosen.plan]
    network = plan_network(bundle, plan, model.layout, model.grades.stages)
    network = replace(network, policy=policy_of(bundle, plan.id, model))
    case = CasePlan(future_rates(bundle, model, future), network, calendar.opening_year)
    (case,) = with_triggers(prepared, (case,))
    if named(BEDS, bundle.scenario.tests.decides):  # who boards matters to nothing else
        (case,) = with_boards(prepared, (case,))
    return footing(model, future, case)


def _question(prepared: Prepared, chosen: Chosen, settled: Options) -> Question:
    assessment = replace(prepared.assessment, window=chosen.window)
    school = None if chosen.school is None else prepared.model.layout.schools.index(chosen.school)
    details = details_of(prepared.bundle, whole(prepared.model)) if prepared.bundle.scenario.tests.decides else None
    return Question(assessment, school, chosen.window[1], settled.seed, settled.draws, details)


def _fails_already(prepared: Prepared, chosen: Chosen, base: Outcome, ask: Ask, place: str) -> Problem:
    cause = cause_of(prepared, chosen.window, base)
    assert cause is not None, "a plan fails by a limit that is broken"
    said = {"held": f"{100 * base.probability:.0f}", "below": f"{100 * ask.below:.0f}", "future": chosen.future}
    return error("RUN075", place, plan=chosen.plan, rule=cause.rule, school=cause.school, year=cause.year, **said)


def _effects(
    work: _Work, drivers: Sequence[Driver], ask: Ask, seed: int, place: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """`sensitivity.csv`: a row for each output and driver, and notes on outputs that do not vary."""
    columns = ["method", "output", "driver", "effect", "second", "low", "high", "direction", "runs"]
    if ask.globally is None:
        return pd.DataFrame(columns=columns), []

    def function(u: FloatArray) -> FloatArray:
        amounts = np.stack([driver.at(u[:, i]) for i, driver in enumerate(drivers)], axis=1)
        found = work.ask([dict(zip((d.id for d in drivers), map(float, row), strict=True)) for row in amounts])
        return np.array([[one.probability, one.over.mean(), one.roll.mean()] for one in found])

    wanted = ask.points or POINTS[ask.globally]
    n = 1 << max(wanted - 1, 1).bit_length()
    made = (morris if ask.globally == "morris" else sobol)(function, n, len(drivers), seed)
    rows = [
        [ask.globally, output, driver.id, *_numbers(made, k, i), made.runs]
        for k, output in enumerate(OUTPUTS)
        for i, driver in enumerate(drivers)
    ]
    frame = pd.DataFrame(rows, columns=columns)
    flat = [o for o in OUTPUTS if not (frame[frame["output"] == o]["effect"].fillna(0.0) > 0.0).any()]
    return frame, [note("RUN081", place, output) for output in flat]


def _numbers(made: Morris | Sobol, k: int, i: int) -> list[float]:
    """Effect, second number, low, high, direction of an output and a driver."""
    if isinstance(made, Morris):
        return [float(made.mu_star[k, i]), float(made.sigma[k, i]), np.nan, np.nan, float(np.sign(made.mu[k, i]))]
    return [float(made.total[k, i]), float(made.first[k, i]), float(made.low[k, i]), float(made.high[k, i]), np.nan]


def _written(
    target: Path,
    prepared: Prepared,
    given: tuple[Chosen, Options, Ask],
    results: tuple[Sequence[Driver], Outcome, Sequence[Found], pd.DataFrame],
    problems: Sequence[Problem],
) -> StressFolder:
    (chosen, settled, ask), (drivers, base, found, effects) = given, results
    table = table_of(prepared, chosen.window, drivers, found)
    made = manifest(prepared.bundle, settled, dict(prepared.space.databases))
    document: dict[str, object] = {
        "study": prepared.bundle.study.id, "future": chosen.future, "plan": chosen.plan, "school": chosen.school,
        "window": list(chosen.window), "draws": settled.draws, "seed": settled.seed, "below": ask.below,
        "inputs": run_hash(made), "probability": base.probability,
        "drivers": {d.id: {"unit": d.unit, "neutral": d.neutral, "low": d.low, "high": d.high} for d in drivers},
        "rows": json.loads(table.to_json(orient="records")),
        "scanned": [
            {"parts": dict(one.ray.parts), "points": [{"reach": r, "probability": h} for r, h in one.scanned]}
            for one in found
        ],
        "sensitivity": json.loads(effects.to_json(orient="records")),
    }  # fmt: skip
    view = _view(prepared, given, (drivers, base, table, effects), problems)
    with whole_folder(target) as folder:
        (folder / "stress.csv").write_bytes(csv_bytes(table))
        if len(effects):
            (folder / "sensitivity.csv").write_bytes(csv_bytes(effects))
        text = json.dumps({**document, "manifest": made}, ensure_ascii=False, indent=2)
        (folder / "stress.json").write_text(text + "\n", encoding="utf-8", newline="\n")
        write_stress_page(view, write_charts(charts(view), folder), folder / "stress.html")
    return StressFolder(target, table, document, tuple(problems), effects, view)


def _view(
    prepared: Prepared,
    given: tuple[Chosen, Options, Ask],
    results: tuple[Sequence[Driver], Outcome, pd.DataFrame, pd.DataFrame],
    problems: Sequence[Problem],
) -> StressView:
    """What the papers say, in the language asked for (else that of the study)."""
    (chosen, settled, ask), (drivers, base, table, effects) = given, results
    bundle = prepared.bundle
    labels = Labels(language(ask.lang or bundle.study.language))
    names = {("school", str(row["school"])): str(row[f"name_{labels.lang}"] or row["name_zh"])
             for row in school_list(prepared).to_dict("records")}  # fmt: skip
    names |= {("future", chosen.future): getattr(bundle.futures[chosen.future].name, labels.lang)}
    names |= {("plan", chosen.plan): getattr(bundle.plans[chosen.plan].name, labels.lang)}
    title = getattr(bundle.study.name, labels.lang)
    setting = Setting(
        labels, bundle.study.base_year, bundle.study.horizon, chosen.window, {}, names, bundle.study.synthetic, True,
        source_line(labels, title, settled.draws, settled.seed),
    )  # fmt: skip
    ranges = {d.id: Range(d.unit, d.neutral, d.low, d.high) for d in drivers}
    every = (*prepared.assessment.bounds, *base.beside)
    limits = {
        (bound.code, school): (clause_of(bound), limit_of(bound, i))
        for bound in every
        for i, school in enumerate(prepared.model.layout.schools)
    }
    limits |= {(bound.code, ""): (clause_of(bound), limit_of(bound, 0)) for bound in base.county}
    doubtful = tuple(dict.fromkeys(bound.code for bound in (*every, *base.county) if not bound.verified))
    told = tuple((one.severity, one.place, tell(one, labels.lang).what) for one in problems)
    at = Asked(title, chosen.future, chosen.plan, chosen.school, chosen.window, settled.draws, ask.below)
    clauses = {
        str(card["code"]): str(card["clause"][labels.lang])  # type: ignore[index]
        for card in (rule_cards(prepared) if bundle.scenario.tests.decides else ())
    }
    return StressView(setting, at, base.probability, ranges, limits, doubtful, table, effects, told, clauses)
