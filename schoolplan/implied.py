"""What a scenario implies before any simulation: calendar, capacity, base-year fit, ratios, where values come from."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scenarios.bundle import Bundle
from scenarios.guarded import guarded_projects
from schoolplan.implied_classes import habit_tables
from schoolplan.implied_guards import guard_tables
from schoolplan.implied_housing import housing_tables
from schoolplan.implied_projects import building_tables
from schoolplan.prepare import Options, Prepared, calendars, options
from schoolplan.triggers_card import EXPLAIN_HEADS, explain_rows, waiting_projects
from sim.calendar_result import NEVER
from sim.classes_formation import seat_rules
from sim.expected_flows import expected_flows
from sim.future_births import county_births
from sim.judge import crowd_size
from sim.ladders import base_rolls, whole
from sim.model import Model
from sim.outlook import Outlook
from sim.year import YEARLY_ORDER


@dataclass(frozen=True)
class Table:
    """A titled table of text cells; `title` is a key of the command line's texts."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def explain(prepared: Prepared, lang: str = "en") -> list[Table]:
    """Tables of what is in force, in reading order; lang: of stages, terms of projects, needs of estates."""
    chosen = options(prepared.bundle)
    sample = Options(min(chosen.draws, 200), chosen.seed)
    return [
        _order(),
        _basis(prepared, chosen),
        _fit(prepared, lang),
        _ratios(prepared),
        _capacity(prepared),
        *(Table(*cells) for cells in habit_tables(prepared.model)),
        _calendar(prepared, sample),
        *_triggers(prepared),
        *(Table(*cells) for cells in guard_tables(prepared.bundle, lang)),
        *(Table(*cells) for cells in building_tables(prepared, lang)),
        _futures(prepared),
        _flows(prepared),
        *_births(prepared),
        *(Table(*cells) for cells in housing_tables(prepared, sample, lang)),
        _bounds(prepared),
    ]


def _order() -> Table:
    return Table("explain.order", ("step", "name"), tuple((str(i), n) for i, n in enumerate(YEARLY_ORDER, start=1)))


def _basis(prepared: Prepared, chosen: Options) -> Table:
    bundle, model = prepared.bundle, prepared.model
    first, last = prepared.assessment.window
    given = "scenario_file" if bundle.scenario.tests.window is not None else "born_six"
    rows = (
        ("base_year", str(model.base_year), "study_file"),
        ("horizon", str(model.horizon), "study_file"),
        ("decision_window", f"{first}-{last}", given),
        ("p_required", f"{prepared.assessment.required:.2f}", "scenario_file"),
        ("draws", str(chosen.draws), "scenario_file"),
        ("seed", str(chosen.seed), "scenario_file"),
        ("spread", bundle.scenario.spread, "scenario_file"),
        ("children", "table" if "children" in bundle.tables else "built", "study_file"),
        ("travel", *_travel(prepared)),
        ("divert_at", str(bundle.study.admission.divert_at), "study_file"),
        *_limits(prepared),
        ("ratios", bundle.study.learning_window.ratios, "study_file"),
        ("standards", bundle.pack.id, "study_file"),
    )
    return Table("explain.basis", ("value", "in_force", "from"), rows)


def _travel(prepared: Prepared) -> tuple[str, str]:
    """Whether ways are found on roads or are straight lines x detour, and where that is said."""
    travel = prepared.space.travel
    if travel is None or travel.source == "detour":
        return f"× {prepared.bundle.study.travel.detour:g}", "detour_fallback"
    return "network", travel.roads[0]


def _limits(prepared: Prepared) -> list[tuple[str, str, str]]:
    """Travel limit of admission by stage, in km or minutes, and what the ways rest on."""
    admission, (_, basis) = prepared.bundle.study.admission, _travel(prepared)
    rest = basis if basis == "detour_fallback" else "network"
    rows = []
    for stage in whole(prepared.model).grades.stages:
        limit, unit = admission.limit_for(stage), "min" if admission.measure_for(stage) == "minutes" else "km"
        value = f"{stage} ≤ {limit:g} {unit}" if np.isfinite(limit) else f"{stage} -"
        rows.append(("divert_limit_min" if unit == "min" else "divert_limit_km", value, rest))
    return rows


def _ladders(prepared: Prepared) -> list[Model]:
    """The stage before school, if there is one, and school."""
    model = prepared.model
    return [model] if model.early is None else [model.early, model]


def _fit(prepared: Prepared, lang: str) -> Table:
    """What catchments explain of the base year, and what they do not."""
    names = {one.id: one.id if lang == "en" else one.name.zh for one in prepared.bundle.study.stages}
    found = [row for model in _ladders(prepared) for row in _fit_rows(model)]
    rows = [(names.get(stage, stage), *rest) for stage, *rest in found]
    heads = ("stage", "pupils", "in_zone", "from_outside", "private", "other_county", "not_enrolled")
    return Table("explain.fit", heads, tuple(rows))


def _fit_rows(model: Model) -> list[tuple[str, ...]]:
    grades, rows, real = model.grades, [], model.layout.real
    for stage, name in enumerate(grades.stages):
        chosen = grades.stage_of == stage
        taken = model.pupils[:, :, chosen].sum(axis=2)
        in_zone = taken[:-1][model.attendance.zone[:-1, :, stage] > 0.0].sum()
        public = taken[:, real].sum()
        pseudo = taken[:, model.layout.pseudo].sum(axis=0)
        rows.append((name, str(int(public)), f"{in_zone / max(public, 1):.0%}", str(int(taken[-1].sum())),
                     *(str(int(n)) for n in pseudo)))  # fmt: skip
    return rows


def _ratios(prepared: Prepared) -> Table:
    """County ratio and the spread of the schools' own, shrunk ratios."""
    rows = [row for model in _ladders(prepared) for row in _ratio_rows(model.outlook)]
    return Table("explain.ratios", ("grades", "county_ratio", "low", "high"), tuple(rows))


def _ratio_rows(outlook: Outlook) -> list[tuple[str, ...]]:
    county = np.exp(outlook.path.district.log_ratio[0])
    own = np.exp(outlook.path.ratios.total(outlook.panel.district_of))
    both = outlook.panel.hosts[:, :-1, -1] & outlook.panel.hosts[:, 1:, -1]
    rows: list[tuple[str, ...]] = []
    for i, (a, b) in enumerate(pairwise(outlook.panel.grades)):
        low, high = np.quantile(own[both[:, i], i], [0.1, 0.9]) if both[:, i].any() else (np.nan, np.nan)
        rows.append((f"{a}-{b}", f"{county[i]:.3f}", f"{low:.3f}", f"{high:.3f}"))
    return rows


def _capacity(prepared: Prepared) -> Table:
    """Rooms, nominal seats, and the roll today's grade mix allows at the planned class size."""
    rolls, model = base_rolls(prepared.model).astype(np.int64), whole(prepared.model)
    hosts = model.hosts[: len(model.layout.schools)]
    size = (hosts * model.grades.planned_size).sum(axis=1) / np.maximum(hosts.sum(axis=1), 1)
    forms = seat_rules(model.formation, model.grades.stages, model.grades.stage_of, len(rolls))
    holds = crowd_size(rolls, model.rooms, model.grades.planned_size, forms)
    rows = tuple(
        (model.layout.schools[i], str(int(rolls[i].sum())), str(int(model.rooms[i])),
         str(int(model.rooms[i] * size[i])), str(int(holds[i])))
        for i in np.flatnonzero(model.exists)
    )  # fmt: skip
    return Table("explain.capacity", ("school", "roll", "rooms", "seats", "roll_the_classes_hold"), rows)


def _calendar(prepared: Prepared, sample: Options) -> Table:
    rows: list[tuple[str, ...]] = []
    for plan, calendar in calendars(prepared, sample).items():
        waiting = waiting_projects(prepared.bundle.plans[plan])
        held = guarded_projects(prepared.bundle.study_in_plan(plan).closures, prepared.bundle.plans[plan])
        for i, project in enumerate(calendar.projects):
            if project in waiting:
                rows.append((plan, project, *("when_seen",) * 3, "-"))
                continue
            opens = calendar.opening_year[:, i]
            done = opens[opens != NEVER]
            early, middle, late = (
                (str(int(q)) for q in np.quantile(done, [0.1, 0.5, 0.9], method="nearest")) if done.size else "---"
            )
            # Guards look at the pupils of a run; until then only the earliest years of a closure are known.
            never = "guards_decide" if i in held else f"{(opens == NEVER).mean():.0%}"
            rows.append((plan, project, early, middle, late, never))
    return Table("explain.calendar", ("plan", "project", "p10", "median", "p90", "never"), tuple(rows))


def _triggers(prepared: Prepared) -> list[Table]:
    """What plans wait for; their projects have no dates before a run."""
    rows = explain_rows(prepared.bundle)
    return [Table("explain.triggers", EXPLAIN_HEADS, rows)] if rows else []


def _futures(prepared: Prepared) -> Table:
    bundle = prepared.bundle
    rows = []
    for name, future in bundle.futures.items():
        births, urban = future.births, future.urban_share
        path = f"{births.way} {_ends(births.path, '{:.0f}' if births.way == 'count' else '{:.2f}')}"
        rows.append((name, path, _ends(urban, "{:.1%}"), ", ".join(future.estates) or "-"))
    return Table("explain.futures", ("future", "births_path", "urban_share", "estates"), tuple(rows))


_PAST = 6  # registered years that are shown, the level of the futures rests on the last three


def _births(prepared: Prepared) -> list[Table]:
    """Births of the county by calendar year: registered once for all futures, then what each of them expects."""
    bundle, model = prepared.bundle, prepared.model
    rows: dict[tuple[str, ...], None] = {}
    for name, future in bundle.futures.items():
        path = county_births(bundle, model, future)
        for i, year in enumerate(path.years):
            known = not np.isnan(path.registered[i])
            rate = "-" if path.tfr is None else f"{path.tfr[i]:.2f}"
            if year > model.base_year - _PAST or not known:
                who, state = (
                    ("-", "registered") if known and rate == "-" else (name, "registered" if known else "expected")
                )
                rows[who, str(year), f"{path.births[i]:.0f}", state, rate] = None
    return [
        Table("explain.births", ("future", "calendar_year", "births", "state", "tfr"), tuple(rows)),
        *_shocks(bundle),
    ]


def _shocks(bundle: Bundle) -> list[Table]:
    """Policies and other dated effects on births that futures declare."""
    rows = tuple(
        (name, shock.id, str(shock.from_year), " ".join(f"{value:g}" for value in shock.effect),
         "-" if shock.fade_years is None else f"{shock.fade_years:g}")
        for name, future in bundle.futures.items()
        for shock in future.births.shocks
    )  # fmt: skip
    return [Table("explain.shocks", ("future", "shock", "from_year", "effect", "fade_years"), rows)] if rows else []


def _flows(prepared: Prepared) -> Table:
    """Children a year of every stream of every future, on the children of the base year, and what of it acts."""
    rows = []
    for flow in expected_flows(prepared.bundle, prepared.model):
        middle = len(flow.stated) // 2
        shown = [f"{flow.stated[i]:.0f} ({flow.acting[i]:+.0f})" for i in (0, middle, -1)]
        rows.append((flow.future, f"flow_{flow.stream}", *shown))
    return Table("explain.flows", ("future", "stream", "flow_first", "flow_middle", "flow_last"), tuple(rows))


def _ends(path: dict[int, float], form: str) -> str:
    years = sorted(path)
    return f"{years[0]}: {form.format(path[years[0]])} → {years[-1]}: {form.format(path[years[-1]])}"


def _bounds(prepared: Prepared) -> Table:
    rules = {rule.code: rule for rule in prepared.bundle.pack.rules}
    rows = []
    for bound in prepared.assessment.bounds:
        rule = rules.get(bound.code)
        count = int((~np.isnan(bound.limit)).sum())
        value = f"{rule.bound:g}" if rule is not None else "0"
        grade = "-" if rule is None else "M 未核实 unverified" if rule.source_grade == "M" else rule.source_grade
        rows.append((bound.code, bound.indicator, value, str(count), grade))
    return Table("explain.bounds", ("rule", "indicator", "bound", "schools", "source_grade"), tuple(rows))
