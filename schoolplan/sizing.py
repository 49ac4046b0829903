"""`schoolplan size FILE`: the smallest additions with which clauses hold in a year, or in the whole decision window."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from reports.run_folder import csv_bytes
from reports.shapes_needs import NEEDS
from reports.table_shapes import conform
from reports.whole import check_free, whole_folder
from scenarios.problems import Problem, ScenarioError, error, has_errors, in_order, nearest, note
from scenarios.staff_words import COUNTY, RATIOS
from schoolplan.answers import Answer
from schoolplan.manifest import manifest, run_hash
from schoolplan.prepare import Options, Prepared, calendars, options, prepare
from schoolplan.progress import Progress, silent
from schoolplan.runs import default_workers, job_of
from sim import ensemble
from sim.boarding_rows import BEDS_RULE
from sim.indicators import INDICATORS
from sim.sizing_rows import sizing_rows


@dataclass(frozen=True)
class Ask:
    """What the caller wants to know."""

    out: Path | None = None
    clauses: tuple[str, ...] = ()
    """Codes or families (the part before the first dot); default: all."""
    year: int | None = None
    """One school year; default: every year of the decision window."""
    probability: float | None = None
    """Default: that of the scenario file."""
    future: str | None = None
    """Default: all futures."""
    plan: str | None = None
    """Default: all plans."""
    draws: int | None = None
    seed: int | None = None
    workers: int | None = None


@dataclass(frozen=True)
class SizeFolder(Answer):
    """`needs.csv`: a row for each clause that does not hold and what is missing; `needs.json`."""

    prepared: Prepared


def size(path: Path | str, ask: Ask | None = None, progress: Progress | None = None) -> SizeFolder:
    """Work out what is missing; write a folder. Raises ScenarioError or RunError."""
    ask, place = ask or Ask(), str(path)
    prepared = prepare(path)
    problems = _problems(prepared, ask, place)
    if has_errors(problems):
        raise ScenarioError(in_order(problems))
    chosen = options(prepared.bundle, ask.draws, ask.seed)
    target = ask.out or Path("sizing") / prepared.bundle.scenario.id
    check_free(target)
    table = _table(prepared, chosen, ask, progress or silent)
    schools = (table["entity"] != prepared.bundle.study.id) | (table["rule"] == COUNTY)
    known = table[schools & (table["unknown"] == 0)]["rule"]
    problems += [note("RUN089", place, name) for name in ask.clauses if not _about(known, name).any()]
    return _written(target, prepared, chosen, ask, (table, problems))


def _codes(prepared: Prepared) -> tuple[str, ...]:
    """Codes of all clauses that can be turned round."""
    bundle = prepared.bundle
    rules = [bound.code for bound in prepared.assessment.bounds]
    clauses = [
        c.code
        for c in bundle.pack.clauses
        if c.direction == "at_least" and c.indicator in INDICATORS and (c.bound or c.sizes)
    ]
    people = [
        *(RATIOS if bundle.staff is not None else ()),
        *((BEDS_RULE,) if bundle.study.boarding is not None else ()),
    ]
    return tuple(dict.fromkeys([*rules, *clauses, *(area.code for area in bundle.pack.site_areas), *people]))


def _about(codes: "pd.Series[str]", name: str) -> "pd.Series[bool]":
    return (codes == name) | codes.str.startswith(name + ".")


def _problems(prepared: Prepared, ask: Ask, place: str) -> list[Problem]:
    """Everything that is asked and cannot be."""
    bundle, model = prepared.bundle, prepared.model
    codes, found = pd.Series(_codes(prepared)), []
    for name in ask.clauses:
        if not _about(codes, name).any():
            known = tuple(codes)
            found.append(error("RUN086", place, name, near=nearest(name, known), clauses=known))
    if ask.year is not None and not model.base_year < ask.year <= model.horizon:
        found.append(error("RUN087", place, str(ask.year), first=model.base_year + 1, last=model.horizon))
    if ask.probability is not None and not 0.0 < ask.probability <= 1.0:
        found.append(error("RUN088", place, f"{ask.probability:g}"))
    futures, plans = tuple(bundle.futures), tuple(bundle.plans)
    if ask.future is not None and ask.future not in futures:
        found.append(error("RUN071", place, ask.future, near=nearest(ask.future, futures), futures=futures))
    if ask.plan is not None and ask.plan not in plans:
        found.append(error("RUN072", place, ask.plan, near=nearest(ask.plan, plans), plans=plans))
    return found


def _table(prepared: Prepared, chosen: Options, ask: Ask, tell: Progress) -> pd.DataFrame:
    """`needs.csv` of the futures, plans and clauses asked for, simulated anew."""
    assessment = prepared.assessment
    window = assessment.window if ask.year is None else (ask.year, ask.year)
    required = assessment.required if ask.probability is None else ask.probability
    frames = []
    with TemporaryDirectory(prefix="schoolplan-size-") as parts:
        job = job_of(prepared, chosen, Path(parts), calendars(prepared, chosen))
        wanted = tuple(
            case
            for case in job.cases
            if ask.future in (None, case.rates.future) and ask.plan in (None, case.network.plan)
        )
        job = replace(job, cases=wanted, pair_years=())
        ensemble.simulate_only(job, ask.workers or default_workers(), tell)
        for number, case in enumerate(wanted):
            rows = sizing_rows(ensemble.finished(job, number), window, required)
            frames.append(_chosen(rows, ask.clauses).assign(future=case.rates.future, plan=case.network.plan))
    return conform(pd.concat(frames, ignore_index=True), NEEDS)


def _chosen(rows: pd.DataFrame, clauses: Iterable[str]) -> pd.DataFrame:
    """Rows of some clauses; all where none is named."""
    masks = [_about(rows["rule"], name) for name in clauses]
    if not masks:
        return rows
    return rows[pd.concat(masks, axis=1).any(axis=1)]


def _written(
    target: Path, prepared: Prepared, chosen: Options, ask: Ask, found: tuple[pd.DataFrame, list[Problem]]
) -> SizeFolder:
    table, problems = found
    made = manifest(prepared.bundle, chosen, dict(prepared.space.databases))
    window = prepared.assessment.window if ask.year is None else (ask.year, ask.year)
    document: dict[str, object] = {
        "study": prepared.bundle.study.id, "clauses": list(ask.clauses), "years": list(window),
        "probability": prepared.assessment.required if ask.probability is None else ask.probability,
        "draws": chosen.draws, "seed": chosen.seed, "inputs": run_hash(made),
        "rows": json.loads(table.to_json(orient="records")),
    }  # fmt: skip
    with whole_folder(target) as folder:
        (folder / "needs.csv").write_bytes(csv_bytes(table))
        text = json.dumps({**document, "manifest": made}, ensure_ascii=False, indent=2)
        (folder / "needs.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    return SizeFolder(target, table, document, tuple(in_order(problems)), prepared)
