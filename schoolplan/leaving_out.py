"""`schoolplan necessity FILE`: for each project of a plan, what happens without it, and a bridge instead of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from reports.i18n import Labels, language
from reports.necessity_html import write_necessity_page
from reports.necessity_view import NecessityView, ProjectFacts
from reports.run_folder import csv_bytes
from reports.shapes_necessity import NECESSITY, NECESSITY_YEARS
from reports.table_shapes import conform
from reports.whole import check_free, whole_folder
from scenarios.problems import Problem, ScenarioError, error, has_errors, in_order, nearest, note, tell
from scenarios.schema_plan import PlanFile
from schoolplan.access_rows import access_rows, access_years
from schoolplan.answers import Answer
from schoolplan.assemble import school_list
from schoolplan.leaving_out_seen import Seen, seen_of, watched
from schoolplan.manifest import manifest, run_hash
from schoolplan.prepare import Options, Prepared, calendars, options, prepare
from schoolplan.progress import Progress, silent
from schoolplan.runs import default_workers, job_of
from schoolplan.without import Without, bridged, name_of, with_plans, without
from sim import ensemble
from sim.arrays import FloatArray
from sim.calendar_result import NEVER
from sim.necessity import Side, Span, batches, bridge_rooms, holds, kept_use, ranks, side_of, span_of
from sim.reduced import Reduced
from sim.unused import added, figures, rooms_of_project

DRAWS = 200


@dataclass(frozen=True)
class Ask:
    """What the caller wants to know."""

    out: Path | None = None
    plan: str | None = None
    """Default: the first plan with projects."""
    future: str | None = None
    """Default: the reference future."""
    room_price: float | None = None
    """Cost of a temporary classroom in a year [10 000 yuan]; without it a bridge has no cost."""
    draws: int | None = None
    seed: int | None = None
    workers: int | None = None
    lang: str | None = None


@dataclass(frozen=True)
class NecessityFolder(Answer):
    """`necessity.csv`: a row for each project, by effect a yuan; `necessity.json`."""

    years: pd.DataFrame
    """`necessity_years.csv`."""
    view: NecessityView


@dataclass(frozen=True)
class _Case:
    """A plan, simulated."""

    side: Side
    reduced: Reduced
    minutes: float  # mean way on foot in the peak years of the window, nan: not known
    beyond: float  # pupils beyond the limit of the way, mean over the years of the window


def necessity(path: Path | str, ask: Ask | None = None, progress: Progress | None = None) -> NecessityFolder:
    """Leave out each project in turn; write a folder. Raises ScenarioError or RunError."""
    ask, place = ask or Ask(), str(path)
    prepared = prepare(path)
    problems, plan, future = _chosen(prepared, ask, place)
    if plan is None or future is None or has_errors(problems):
        raise ScenarioError(in_order(problems))
    chosen = options(prepared.bundle, ask.draws or DRAWS, ask.seed)
    target = ask.out or Path("necessity") / f"{prepared.bundle.scenario.id}-{plan.id}-{future}"
    check_free(target)
    parts = {project.id: without(plan, project.id) for project in plan.projects}
    told = progress or silent
    found = _simulated(prepared, plan.id, (plan, *(one.plan for one in parts.values())), (chosen, future, ask), told)
    whole = found[plan.id]
    watch = watched(plan)
    seen = {name: seen_of(whole.reduced, i) for i, name in enumerate(parts) if name in watch}
    spans = {name: _span(whole, found[name_of(plan.id, name)], i, seen.get(name)) for i, name in enumerate(parts)}
    bridges = {name: _bridge(prepared, whole, found[name_of(plan.id, name)], spans[name]) for name in parts}
    tried = _tried(prepared, plan.id, (parts, bridges, spans), (chosen, future, ask), told)
    rows = []
    for i, name in enumerate(parts):
        sides, bridge = (whole, found[name_of(plan.id, name)], spans[name]), (bridges[name], tried.get(name))
        row = _row(prepared, plan, i, sides, bridge, ask) | {"dropped": " ".join(parts[name].dropped)}
        opens = whole.reduced.case.opening_year[:, i] != NEVER
        rows.append(row | _of_seen(seen.get(name), bool(opens.any())))
    table = conform(_ranked(pd.DataFrame(rows), plan), NECESSITY)
    years = conform(pd.DataFrame(_years(prepared, found, plan, spans)), NECESSITY_YEARS)
    return _written(target, prepared, (plan, future, chosen, ask), (table, years), problems)


def _of_seen(seen: Seen | None, opens: bool) -> dict[str, object]:
    """Columns of a project that is begun or given up when something is seen; empty for others.

    opens: whether it opens in any draw; nothing can be said of one that never does, whatever holds it up.
    """
    if seen is None:
        return {"p_open": np.nan if opens else 0.0, "spent": np.nan}
    return {"p_open": float(seen.opens.mean()), "spent": seen.spent, "months": seen.months}


def _chosen(prepared: Prepared, ask: Ask, place: str) -> tuple[list[Problem], PlanFile | None, str | None]:
    """Plan and future, and everything that is asked and cannot be."""
    bundle = prepared.bundle
    futures, built = tuple(bundle.futures), tuple(name for name, plan in bundle.plans.items() if plan.projects)
    problems: list[Problem] = []
    future = ask.future or bundle.study.reference_future
    if future not in futures:
        problems.append(error("RUN071", place, future, near=nearest(future, futures), futures=futures))
    name = ask.plan or next(iter(built), "")
    if name not in bundle.plans and name:
        problems.append(error("RUN072", place, name, near=nearest(name, bundle.plans), plans=tuple(bundle.plans)))
    elif name not in built:
        problems.append(error("RUN093", place, name or "@nothing", plans=built))
    if ask.room_price is not None and ask.room_price < 0:
        problems.append(error("RUN094", place, f"{ask.room_price:g}"))
    if ask.room_price is None:
        problems.append(note("RUN095", place))
    return problems, bundle.plans.get(name), future


def _simulated(
    prepared: Prepared, of: str, plans: tuple[PlanFile, ...], how: tuple[Options, str, Ask], told: Progress
) -> dict[str, _Case]:
    """Every plan in the chosen future, in the same draws."""
    chosen, future, ask = how
    bundle = with_plans(prepared.bundle, of, plans)
    # Every future is made from the reference one.
    wanted = dict.fromkeys((future, bundle.study.reference_future))
    bundle = replace(bundle, futures={name: bundle.futures[name] for name in wanted})
    own = replace(prepared, bundle=bundle)
    with TemporaryDirectory(prefix="schoolplan-necessity-") as folder:
        job = job_of(own, chosen, Path(folder), calendars(own, chosen))
        of_future = tuple(case for case in job.cases if case.rates.future == future)
        job = replace(job, cases=of_future, pair_years=access_years(own))
        ensemble.simulate_only(job, ask.workers or default_workers(), told)
        ways = access_rows(own, job)[0]
        cases = [ensemble.finished(job, number) for number in range(len(job.cases))]
    return {one.case.network.plan: _Case(side_of(one), one, *_way(own, ways, one.case.network.plan)) for one in cases}


def _way(prepared: Prepared, ways: pd.DataFrame, plan: str) -> tuple[float, float]:
    """Mean minutes on foot and pupils beyond the limit in the decision window, over all stages."""
    first, last = prepared.assessment.window
    own = ways[(ways["plan"] == plan) & (ways["measure"] == "minutes") & ways["year"].between(first, last)]
    own = own[~own["stage"].str.startswith("grade:")]
    known = own[own["mean"].notna()]
    minutes = float(np.average(known["mean"], weights=known["pupils"])) if known["pupils"].sum() > 0 else np.nan
    years = max(own["year"].nunique(), 1)
    return minutes, float(own["beyond"].sum(min_count=1)) / years


def _used(whole: _Case, number: int) -> FloatArray:
    """Pupils in the seats that a project adds, [draw, year]."""
    if rooms_of_project(whole.reduced, number) <= 0:
        return np.zeros(whole.side.unused.shape)
    return added(whole.reduced, number).used.astype(float)


def _span(whole: _Case, alone: _Case, number: int, seen: Seen | None) -> Span:
    return span_of(whole.side, alone.side, _used(whole, number), None if seen is None else seen.opens)


def _bridge(prepared: Prepared, whole: _Case, alone: _Case, span: Span) -> dict[str, int]:
    """Temporary rooms by school instead of a project."""
    model, planned = whole.reduced.model, whole.reduced.now.planned
    hosts = model.may_host[: len(model.layout.schools)]
    sizes = planned if planned.ndim == 1 else planned.mean(axis=0)
    mean = (hosts * sizes).sum(axis=1) / np.maximum(hosts.sum(axis=1), 1)
    rooms = bridge_rooms(whole.side, alone.side, span, np.maximum(mean, 1.0), prepared.assessment.required)
    return {model.layout.schools[i]: int(rooms[i]) for i in np.flatnonzero(rooms)}


def _tried(
    prepared: Prepared,
    of: str,
    given: tuple[dict[str, Without], dict[str, dict[str, int]], dict[str, Span]],
    how: tuple[Options, str, Ask],
    told: Progress,
) -> dict[str, Side]:
    """The plan with each bridge instead of its project, simulated."""
    (parts, bridges, spans), years = given, np.array(list(prepared.model.years))
    plans = {
        name: bridged(parts[name], rooms, int(years[spans[name].years][0]), int(years[spans[name].years][-1]), 0.0)
        for name, rooms in bridges.items()
        if rooms
    }
    if not plans:
        return {}
    found = _simulated(prepared, of, tuple(plans.values()), how, told)
    return {name: found[plan.id].side for name, plan in plans.items()}


def _row(
    prepared: Prepared,
    plan: PlanFile,
    number: int,
    sides: tuple[_Case, _Case, Span],
    bridge: tuple[dict[str, int], Side | None],
    ask: Ask,
) -> dict[str, object]:
    (whole, alone, span), (rooms, tried), project = sides, bridge, plan.projects[number]
    years, (first, last) = np.array(list(prepared.model.years)), prepared.assessment.window
    window = slice(first - prepared.model.base_year - 1, last - prepared.model.base_year)
    used = _used(whole, number)
    needed = years[span.years]
    short = figures((alone.side.short.sum(axis=2) - whole.side.short.sum(axis=2)).sum(axis=1))
    broken = figures((alone.side.broken - whole.side.broken).sum(axis=1))
    opening = whole.reduced.case.opening_year[:, number]
    opens = float(np.quantile(opening, 0.5, method="nearest"))
    money = {
        name: (whole.side.costs[key] - alone.side.costs[key]).mean() if whole.side.costs else np.nan
        for name, key in (("operating", "operating"), ("net_present", "net_present"))
    }
    lasting = int(needed[-1] - needed[0] + 1) if len(needed) else 0
    price = np.nan if ask.room_price is None else ask.room_price * sum(rooms.values()) * lasting
    months = np.nan if opens == NEVER else (opens - project.start_year) * 12 + 9 - int(project.start[5:])
    return {
        "project": project.id,
        "kind": project.kind,
        "cost": project.cost,
        "opens": np.nan if opens == NEVER else opens,
        "months": months,
        **{f"short_{k}": v for k, v in short.items()},
        **{f"breaches_{k}": v for k, v in broken.items()},
        "holds_with": holds(whole.side, window),
        "holds_without": holds(alone.side, window),
        "minutes_with": whole.minutes,
        "minutes_without": alone.minutes,
        "beyond_with": whole.beyond,
        "beyond_without": alone.beyond,
        "unused_added": float((whole.side.unused - alone.side.unused).sum(axis=1).mean()),
        **money,
        "first_needed": needed[0] if len(needed) else np.nan,
        "last_needed": needed[-1] if len(needed) else np.nan,
        "years_needed": len(needed),
        "peak_year": years[span.peak] if span.peak >= 0 else np.nan,
        "use_after_peak": kept_use(used),
        "bridge_rooms": sum(rooms.values()),
        "bridge_schools": " ".join(f"{school}:{count}" for school, count in sorted(rooms.items())),
        "bridge_years": lasting if rooms else 0,
        "bridge_cost": price if rooms else np.nan,
        "bridge_holds": np.nan if tried is None else holds(tried, window),
        "bridge_short": np.nan if tried is None else float(tried.short.sum(axis=(1, 2)).mean()),
        "whole_short": float(whole.side.short.sum(axis=(1, 2)).mean()),
    }  # fmt: skip


def _ranked(table: pd.DataFrame, plan: PlanFile) -> pd.DataFrame:
    """The table with the places of its projects and the year in whose budget each fits, by effect a yuan."""
    cost = table["cost"].to_numpy(dtype=float)
    paid = table["spent"].fillna(table["cost"]).to_numpy(dtype=float)
    places = ranks(
        table["short_mean"].to_numpy(dtype=float), paid, table["first_needed"].to_numpy(dtype=float),
        table["months"].to_numpy(dtype=float),
    )  # fmt: skip
    table = table.assign(**{f"rank_{name}": values for name, values in places.items()})
    table["batch"] = batches(places["effect"], cost, plan.capital)
    return table


def _years(
    prepared: Prepared, found: dict[str, _Case], plan: PlanFile, spans: dict[str, Span]
) -> Iterator[dict[str, object]]:
    whole = found[plan.id]
    for number, (name, span) in enumerate(spans.items()):
        alone, used = found[name_of(plan.id, name)].side, _used(whole, number)
        short = alone.short.sum(axis=2) - whole.side.short.sum(axis=2)
        for t, year in enumerate(prepared.model.years):
            yield {
                "project": name,
                "year": year,
                "p_needed": float(span.p_needed[t]),
                "short_avoided": float(short[:, t].mean()),
                "breaches_avoided": float((alone.broken - whole.side.broken)[:, t].mean()),
                "used": float(used[:, t].mean()),
            }


def _written(
    target: Path,
    prepared: Prepared,
    how: tuple[PlanFile, str, Options, Ask],
    tables: tuple[pd.DataFrame, pd.DataFrame],
    problems: list[Problem],
) -> NecessityFolder:
    (plan, future, chosen, ask), (table, years), bundle = how, tables, prepared.bundle
    made = manifest(bundle, chosen, dict(prepared.space.databases))
    document: dict[str, object] = {
        "study": bundle.study.id, "plan": plan.id, "future": future, "draws": chosen.draws, "seed": chosen.seed,
        "room_price": ask.room_price, "inputs": run_hash(made), "window": list(prepared.assessment.window),
        "rows": json.loads(table.to_json(orient="records")),
    }  # fmt: skip
    labels = Labels(language(ask.lang or bundle.study.language))
    view = NecessityView(
        labels=labels,
        study=getattr(bundle.study.name, labels.lang),
        synthetic=bundle.study.synthetic,
        plan=getattr(plan.name, labels.lang),
        future=getattr(bundle.futures[future].name, labels.lang),
        draws=chosen.draws,
        seed=chosen.seed,
        schools={
            str(row["school"]): str(row[f"name_{labels.lang}"] or row["name_zh"])
            for row in school_list(prepared).to_dict("records")
        },
        projects={p.id: ProjectFacts(getattr(p.name, labels.lang), p.start) for p in plan.projects},
        table=table,
        years=years,
        told=tuple((one.severity, one.place, tell(one, labels.lang).what) for one in problems),
    )
    with whole_folder(target) as folder:
        (folder / "necessity.csv").write_bytes(csv_bytes(table))
        (folder / "necessity_years.csv").write_bytes(csv_bytes(years))
        text = json.dumps({**document, "manifest": made}, ensure_ascii=False, indent=2)
        (folder / "necessity.json").write_text(text + "\n", encoding="utf-8", newline="\n")
        write_necessity_page(view, folder / "necessity.html")
    return NecessityFolder(target, table, document, tuple(in_order(problems)), years, view)
