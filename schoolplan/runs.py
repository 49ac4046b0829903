"""The main job: a scenario file in, a run folder out."""

import json
import os
import shutil
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pandas as pd

from gis.export import units_frame
from reports.geojson import units_document
from reports.html_report import write_report
from reports.layers_out import NAME as PACKAGE
from reports.layers_out import write_layers
from reports.layers_project import NAME as PROJECT
from reports.layers_project import write_project
from reports.layers_set import layer_set
from reports.problem_book import write_problem_book
from reports.problem_list import with_problems
from reports.ranking import with_ranking
from reports.run_errors import RunError
from reports.run_folder import ISOCHRONES, RunFolder, write_run
from reports.shapes_ranking import PLAN_CHANGES, RANKING
from reports.study_card import StudyCard
from reports.table_shapes import RunTables
from reports.whole import MARK
from reports.work_book import write_work_book
from schoolplan import assemble, drivers
from schoolplan.access_rows import access_rows, access_years
from schoolplan.built import built_of
from schoolplan.bus_rows import bus_rows
from schoolplan.card import study_card
from schoolplan.class_rows import class_rows
from schoolplan.estimation import estimation_rows
from schoolplan.fact_rows import fact_rows
from schoolplan.fairness_rows import way_rows
from schoolplan.input_rows import input_rows
from schoolplan.isochrone_rows import isochrone_document
from schoolplan.links import Link
from schoolplan.manifest import manifest, run_hash
from schoolplan.prepare import Options, Prepared, calendars, cases, options, prepare
from schoolplan.progress import Progress, silent
from schoolplan.quota_rows import quota_rows
from schoolplan.site_rows import site_rows
from schoolplan.step_rows import step_rows
from schoolplan.works_rows import causes_table, fund_table, stages_table, work_table
from sim import ensemble
from sim.calendar_result import Calendar
from sim.details import details_of
from sim.ladders import whole

UNFINISHED = ".unfinished"
_MARK_TEXT = "This run was not finished; `run --resume` goes on with it.\n本次推演未完成；可用 run --resume 继续。\n"


@dataclass(frozen=True)
class Ask:
    """What the caller may choose beyond the scenario file."""

    out: Path | None = None
    draws: int | None = None
    seed: int | None = None
    workers: int | None = None
    resume: bool = False
    lang: str | None = None
    drivers: bool = True


def run(path: Path | str, ask: Ask | None = None, progress: Progress | None = None) -> RunFolder:
    """Run a scenario file. Raises ScenarioError (input) or RunError (target folder)."""
    return run_prepared(prepare(path), ask or Ask(), progress or silent)


def simulated_manifest(prepared: Prepared, wanted: Ask, link: Link | None = None) -> tuple[Options, dict[str, object]]:
    """Draws and seed of a run, and what its numbers rest on."""
    chosen = options(prepared.bundle, wanted.draws, wanted.seed)
    if link is not None:
        chosen = replace(chosen, seed=link.seed)
    found = manifest(prepared.bundle, chosen, dict(prepared.space.databases))
    return chosen, found if link is None else {**found, "programme": dict(link.programme)}


def run_prepared(prepared: Prepared, wanted: Ask, tell: Progress, link: Link | None = None) -> RunFolder:
    """Run a prepared scenario; link: what its programme adds. Raises RunError (target folder)."""
    began = time.perf_counter()
    chosen, simulated = simulated_manifest(prepared, wanted, link)
    made = {**simulated, "drivers": wanted.drivers}
    target = wanted.out or Path("runs") / f"{prepared.bundle.scenario.id}-{run_hash(made)}"
    # Parts are the same whether or not drivers are wanted.
    work = _work_folder(target, run_hash(simulated), wanted.resume)
    workers = wanted.workers or default_workers()
    tables, seconds, more = _simulate(prepared, chosen, work, tell, replace(wanted, workers=workers), link)
    card = study_card(prepared, chosen)
    read = StudyCard.model_validate(card)
    tables = with_problems(with_ranking(tables, read), read)
    documents: dict[str, object] = {
        "study.json": card,
        "manifest.json": {**made, "calibration": card["calibration"]},
        "inputs/units.geojson": units_document(units_frame(prepared.bundle)),
        "timings.json": seconds,
        **more,
    }
    areas = isochrone_document(prepared, tables.schools, access_years(prepared))
    documents |= {} if areas is None else {ISOCHRONES: areas}
    lang = wanted.lang or prepared.bundle.study.language

    def finish(folder: RunFolder) -> None:
        layers = layer_set(folder)
        write_layers(folder, folder.path / PACKAGE, lang, layers)
        write_project(folder, folder.path / PROJECT, PACKAGE, lang, layers)
        write_problem_book(folder, lang, folder.path / "problems.xlsx")
        write_work_book(folder, lang, folder.path / "work_plan.xlsx")
        pictures = partial(tell, "report")
        write_report(folder, lang, folder.path / "report.html", workers=workers, progress=pictures)
        seconds["total"] = round(time.perf_counter() - began, 3)
        (folder.path / "timings.json").write_text(json.dumps(seconds, indent=2) + "\n", encoding="utf-8")

    done = write_run(target, tables, documents, finish)
    shutil.rmtree(work, ignore_errors=True)
    return done


def default_workers() -> int:
    """One process per processor this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _work_folder(target: Path, key: str, resume: bool) -> Path:
    """The folder of parts beside the target; parts of other inputs are thrown away, parts of these need `resume`."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise RunError("RUN005", target)
    work = target.parent / (target.name + UNFINISHED)
    stamp = work / "inputs.txt"
    if work.exists():
        same = stamp.exists() and stamp.read_text(encoding="utf-8") == key
        if resume and not same:
            raise RunError("RUN020", work)
        if same and not resume:
            raise RunError("RUN022", work)
        if not resume:
            shutil.rmtree(work)
    elif resume:
        raise RunError("RUN021", work)
    (work / "parts").mkdir(parents=True, exist_ok=True)
    stamp.write_text(key, encoding="utf-8")
    (work / MARK).write_text(_MARK_TEXT, encoding="utf-8")
    return work


def _drivers(prepared: Prepared, job: ensemble.Job, workers: int, work: Path) -> pd.DataFrame:
    """The table of drivers; that of an unfinished run of the same inputs is used again."""
    kept = work / "drivers.parquet"
    if not kept.exists():
        beside = kept.with_suffix(".tmp")  # moved in whole, so that a killed run leaves no half table
        drivers.driver_rows(prepared, job, workers).to_parquet(beside, index=False)
        beside.replace(kept)
    return pd.read_parquet(kept)


def job_of(
    prepared: Prepared, chosen: Options, parts: Path, built: dict[str, Calendar], link: Link | None = None
) -> ensemble.Job:
    """What is to be simulated; parts: folder of the part files."""
    made = cases(prepared, built)
    return ensemble.Job(
        model=prepared.model,
        cases=made if link is None else link.cases(made),
        assessment=prepared.assessment,
        details=details_of(prepared.bundle, whole(prepared.model)),
        study=prepared.bundle.study.id,
        reference=prepared.bundle.study.reference_future,
        seed=chosen.seed,
        draws=chosen.draws,
        parts=parts,
        pair_years=access_years(prepared),
    )


def _simulate(
    prepared: Prepared, chosen: Options, work: Path, tell: Progress, ask: Ask, link: Link | None
) -> tuple[RunTables, dict[str, float], dict[str, bytes]]:
    clock = [time.perf_counter()]
    tell("construction", 0, 1)
    workers = ask.workers or default_workers()
    known = calendars(prepared, chosen, workers)
    tell("construction", 1, 1)
    clock.append(time.perf_counter())
    job = job_of(prepared, chosen, work / "parts", known, link)
    found: dict[str, pd.DataFrame] = ensemble.run(job, workers, tell)
    job = ensemble.built(job)
    built = built_of(job.cases, job.reference)
    clock.append(time.perf_counter())
    tell("widths", 0, 1)
    estimation = estimation_rows(prepared, chosen)
    tell("widths", 1, 1)
    clock.append(time.perf_counter())
    tell("drivers", 0, 1)
    why = _drivers(prepared, job, workers, work) if ask.drivers else drivers.empty()
    tell("drivers", 1, 1)
    clock.append(time.perf_counter())
    tell("access", 0, 1)
    access, access_units = access_rows(prepared, job)
    ways = way_rows(prepared, job, access_units, found["schools"])
    found["fairness"] = pd.concat([found["fairness"], ways], ignore_index=True)
    buses, options_ = bus_rows(prepared, job)
    tell("access", 1, 1)
    clock.append(time.perf_counter())
    tables = RunTables(
        **found,
        projects=built.by_future(assemble.project_rows, prepared),
        cash=pd.concat([built.by_future(rows, prepared) for rows in (assemble.cash_rows, fund_table)]),
        stages=built.by_future(stages_table, prepared),
        project_causes=built.by_future(causes_table, prepared),
        work_plan=built.by_future(work_table, prepared),
        today=assemble.today_rows(prepared, job.details),
        history=assemble.history_rows(prepared),
        school_list=assemble.school_list(prepared),
        zone_list=assemble.zone_list(prepared.bundle),
        estimation=estimation,
        estate_needs=built.each_future(assemble.need_rows, prepared),
        flows=assemble.flow_rows(prepared),
        drivers=why,
        access=access,
        access_units=access_units,
        ranking=pd.DataFrame(columns=list(RANKING.names)),
        plan_changes=pd.DataFrame(columns=list(PLAN_CHANGES.names)),
        quotas=built.each_future(quota_rows, prepared),
        buses=buses,
        boarding_options=options_,
        plan_steps=built.each_future(step_rows, prepared),
        classes_today=class_rows(prepared),
        input_rows=input_rows(prepared.bundle, prepared.model.layout.schools),
        **fact_rows(prepared, job.details),
        **site_rows(prepared),
    )
    names = ("construction", "simulation", "widths", "drivers", "access")
    seconds = {name: round(b - a, 3) for name, a, b in zip(names, clock, clock[1:], strict=False)}
    return tables, seconds, {} if link is None else link.documents(prepared, job, built)
