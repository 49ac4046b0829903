"""The columns of every table of a run folder: one dictionary that writing, reading, tests and documents share.

`conform(frame, shape)` puts a frame into its fixed form: columns in order, types, rows sorted by key, floats rounded,
so that the same results always give the same bytes.
"""

from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from reports.columns import CASE, MEASURED, YEAR
from reports.columns import Column as Column
from reports.columns import Shape as Shape
from reports.shapes_access import ACCESS, ACCESS_UNITS
from reports.shapes_adaptive import PLAN_OPTIONS, REGRET, TRIGGERS
from reports.shapes_alerts import ALERTS
from reports.shapes_balance import COEFFICIENTS
from reports.shapes_boarding import BOARDING, BUSES, OPTIONS
from reports.shapes_classes import CLASSES_TODAY, CLIFFS, PROJECT_SEATS
from reports.shapes_draws import COUNTY_DRAWS
from reports.shapes_facts import BIRTHS, PARCEL_CHECKS, PARCELS, PROJECT_FACTS, SCHOOL_FACTS, SITE_DEMAND, STAGE_FACTS
from reports.shapes_fairness import FAIRNESS
from reports.shapes_flows import FLOWS
from reports.shapes_groups import GROUPS, PLAN_STEPS
from reports.shapes_guards import GUARDS
from reports.shapes_money import MONEY, PLAN_COSTS, UNUSED
from reports.shapes_needs import NEEDS, ROOM_PROGRAMME
from reports.shapes_placements import PLACEMENTS
from reports.shapes_problems import FIRST_BREACH, INPUT_ROWS, MILESTONES, PROBLEMS, RISKS
from reports.shapes_ranking import PLAN_CHANGES, QUOTAS, RANKING
from reports.shapes_today import HISTORY, TODAY
from reports.shapes_works import PROJECT_CAUSES, SEATS_READY, STAGES, WORK_PLAN

VERDICTS = ("holds", "at-risk", "fails", "undecided", "outlook", "not-assessed")
OVERALL = "all"
"""Rule of the county row that joins all rules of a case: P(no breach of any rule anywhere in the window)."""

_DIGITS = MappingProxyType({"probability": 6, "number": 3})


@dataclass(frozen=True)
class RunTables:
    """All tables of a run, one field per shape; any row order, `write_run` puts them into form.

    Fields with a default are empty where a caller has nothing to say: `field(default_factory=SHAPE.empty)`.
    """

    verdicts: pd.DataFrame
    schools: pd.DataFrame
    zones: pd.DataFrame
    county: pd.DataFrame
    projects: pd.DataFrame
    cash: pd.DataFrame
    plan_differences: pd.DataFrame
    today: pd.DataFrame
    history: pd.DataFrame
    school_list: pd.DataFrame
    zone_list: pd.DataFrame
    estimation: pd.DataFrame
    estate_needs: pd.DataFrame
    flows: pd.DataFrame
    drivers: pd.DataFrame
    access: pd.DataFrame
    access_units: pd.DataFrame
    ranking: pd.DataFrame
    plan_changes: pd.DataFrame
    quotas: pd.DataFrame
    risks: pd.DataFrame = field(default_factory=RISKS.empty)
    first_breach: pd.DataFrame = field(default_factory=FIRST_BREACH.empty)
    milestones: pd.DataFrame = field(default_factory=MILESTONES.empty)
    problems: pd.DataFrame = field(default_factory=PROBLEMS.empty)
    input_rows: pd.DataFrame = field(default_factory=INPUT_ROWS.empty)
    alerts: pd.DataFrame = field(default_factory=ALERTS.empty)
    fairness: pd.DataFrame = field(default_factory=FAIRNESS.empty)
    boarding: pd.DataFrame = field(default_factory=BOARDING.empty)
    buses: pd.DataFrame = field(default_factory=BUSES.empty)
    boarding_options: pd.DataFrame = field(default_factory=OPTIONS.empty)
    coefficients: pd.DataFrame = field(default_factory=COEFFICIENTS.empty)
    groups: pd.DataFrame = field(default_factory=GROUPS.empty)
    plan_steps: pd.DataFrame = field(default_factory=PLAN_STEPS.empty)
    needs: pd.DataFrame = field(default_factory=NEEDS.empty)
    room_programme: pd.DataFrame = field(default_factory=ROOM_PROGRAMME.empty)
    placements: pd.DataFrame = field(default_factory=PLACEMENTS.empty)
    cliffs: pd.DataFrame = field(default_factory=CLIFFS.empty)
    project_seats: pd.DataFrame = field(default_factory=PROJECT_SEATS.empty)
    unused: pd.DataFrame = field(default_factory=UNUSED.empty)
    money: pd.DataFrame = field(default_factory=MONEY.empty)
    plan_costs: pd.DataFrame = field(default_factory=PLAN_COSTS.empty)
    triggers: pd.DataFrame = field(default_factory=TRIGGERS.empty)
    regret: pd.DataFrame = field(default_factory=REGRET.empty)
    plan_options: pd.DataFrame = field(default_factory=PLAN_OPTIONS.empty)
    guards: pd.DataFrame = field(default_factory=GUARDS.empty)
    stages: pd.DataFrame = field(default_factory=STAGES.empty)
    project_causes: pd.DataFrame = field(default_factory=PROJECT_CAUSES.empty)
    work_plan: pd.DataFrame = field(default_factory=WORK_PLAN.empty)
    seats_ready: pd.DataFrame = field(default_factory=SEATS_READY.empty)
    county_draws: pd.DataFrame = field(default_factory=COUNTY_DRAWS.empty)
    school_facts: pd.DataFrame = field(default_factory=SCHOOL_FACTS.empty)
    stage_facts: pd.DataFrame = field(default_factory=STAGE_FACTS.empty)
    project_facts: pd.DataFrame = field(default_factory=PROJECT_FACTS.empty)
    registered_births: pd.DataFrame = field(default_factory=BIRTHS.empty)
    parcels: pd.DataFrame = field(default_factory=PARCELS.empty)
    parcel_checks: pd.DataFrame = field(default_factory=PARCEL_CHECKS.empty)
    site_demand: pd.DataFrame = field(default_factory=SITE_DEMAND.empty)
    classes_today: pd.DataFrame = field(default_factory=CLASSES_TODAY.empty)


def _key(name: str, says: str, kind: str = "text") -> Column:
    return Column(name, kind, says, key=True)


_TIDY = (
    *CASE,
    YEAR,
    _key("entity", "school, unit or study id"),
    _key("stage", "stage id, `all`, or `grade:<g>`"),
    _key("indicator", "what is measured"),
    *MEASURED,
    Column("p_exceed", "probability", "probability of exceeding the bound that year; empty where there is none"),
)

_SHAPES = (
    CLIFFS,
    PROJECT_SEATS,
    Shape(
        "verdicts",
        "verdicts.csv",
        (
            *CASE,
            _key("rule", "rule code; `all` = every rule together (county rows)"),
            _key("scope", "school | county"),
            _key("stage", "stage id or `all`"),
            _key("entity", "school id; study id in county rows"),
            Column("verdict", "text", " | ".join(VERDICTS)),
            Column("probability", "probability", "joint probability of no breach in the decision window"),
            Column("required", "probability", "probability asked for (p*)"),
            Column("first_year", "maybe_whole", "first school year of breach"),
            Column("worst_year", "maybe_whole", "school year most likely in breach"),
            Column("pupils", "number", "pupils over in the worst year, mean over draws"),
            Column("source", "text", "simulated | imported; not assessed: missing and what, or left-out"),
            Column("schools_over_p90", "number", "in 9 of 10 worlds at most so many schools breach (county rows)"),
            Column("pupils_over_p90", "number", "in 9 of 10 worlds at most so many pupils over (county rows)"),
            Column("unverified", "text", "codes of clauses from memory (grade M) on which the verdict rests"),
        ),
    ),
    Shape("schools", "schools.parquet", _TIDY),
    Shape("zones", "zones.parquet", _TIDY),
    Shape("county", "county.parquet", _TIDY),
    Shape(
        "projects",
        "projects.parquet",
        (
            *CASE,
            _key("project", "project id"),
            Column("kind", "text", "kind of the project, as in the plan"),
            Column("school", "text", "school it opens, extends or closes"),
            _key("year", "school year", "whole"),
            Column(
                "p_open",
                "probability",
                "probability of being open by 1 September of the year; 0 once temporary classrooms are gone",
            ),
            Column("p10", "number", "opening year, 10 % quantile; empty if never"),
            Column("p50", "number", "opening year, median; empty if never"),
            Column("p90", "number", "opening year, 90 % quantile; empty if never"),
            Column("p_never", "probability", "probability of not opening by the horizon"),
            Column(
                "waits_for", "text", "longest: budget, crew, desk, dependency, land, season, approval, risk, nothing"
            ),
        ),
    ),
    Shape(
        "cash",
        "cash.parquet",
        (
            *CASE,
            _key("year", "calendar year", "whole"),
            _key("source", "project id, or `all` projects; measure id; of `fund_…` rows the source of capital"),
            _key(
                "kind",
                "spend | budget | measure (temporary classes and shifts, outside the budget); by source of capital: "
                "fund_spend | fund_budget | fund_at_hand (with what was carried over)",
            ),
            Column("mean", "number", "mean over draws"),
            *(Column(f"p{q}", "number", f"{q} % quantile over draws") for q in (10, 50, 90)),
            Column("unit", "text", "万元"),
        ),
    ),
    Shape(
        "plan_differences",
        "plan_differences.parquet",
        (
            _key("future", "future id"),
            _key("plan_a", "plan id"),
            _key("plan_b", "plan id; the difference is b - a in the same draw"),
            _key("year", "school year", "whole"),
            _key("entity", "school or study id"),
            _key("stage", "stage id or `all`"),
            _key("indicator", "what is measured"),
            Column("unit", "text", "unit of the values"),
            *(Column(name, "number", "over paired draws") for name in ("mean", "p05", "p50", "p95")),
        ),
    ),
    TODAY,
    HISTORY,
    Shape(
        "school_list",
        "inputs/schools.csv",
        (
            _key("school", "school id"),
            Column("name_zh", "text", "Chinese name"),
            Column("name_en", "text", "English name"),
            Column("x", "number", "east [m], working CRS"),
            Column("y", "number", "north [m], working CRS"),
            Column("first_grade", "text", "lowest grade"),
            Column("last_grade", "text", "highest grade"),
            Column("opened_by", "text", "project that opens it; empty for a school of today"),
        ),
    ),
    Shape(
        "zone_list",
        "inputs/zones.csv",
        (
            _key("plan", "plan id"),
            _key("order", "place in the plan: among changes of one year the later counts", "whole"),
            _key("stage", "stage id"),
            _key("unit", "unit id"),
            _key("school", "school that serves the unit"),
            _key("from_year", "first school year of this zone", "whole"),
            _key("with_project", "project whose opening brings it; empty = from_year alone"),
        ),
    ),
    Shape(
        "estimation",
        "estimation.csv",
        (
            _key("year", "school year; 1, 3 and 5 years after the base year", "whole"),
            _key("entity", "study id, or the school whose interval widens most that year"),
            _key("stage", "`grade:<g>` (the entry grade) or `all`"),
            Column("indicator", "text", "what is measured: roll"),
            Column("unit", "text", "unit of the values"),
            Column("p10_counted", "number", "10 % quantile if every count had been counted"),
            Column("p90_counted", "number", "90 % quantile if every count had been counted"),
            Column("p10", "number", "10 % quantile with the spread of estimated counts"),
            Column("p90", "number", "90 % quantile with the spread of estimated counts"),
            Column("ratio", "number", "(p90 - p10) / (p90_counted - p10_counted), the same draws"),
            Column("ratio_error", "number", "standard error of the ratio; empty below 20 draws"),
            Column("draws", "whole", "draws compared"),
        ),
    ),
    Shape(
        "estate_needs",
        "estate_needs.csv",
        (
            *CASE,
            _key("estate", "estate id"),
            _key("phase", "phase id; `all` for an estate without phases"),
            _key("clause", "code of the clause in its standards pack"),
            Column("year", "whole", "1 September on which the phase counts, as dated in the table"),
            Column("facility", "text", "stage of the facility"),
            Column("measured", "number", "planned residents of the estate up to this phase"),
            Column(
                "required", "number", "classes or seats needed with the phase; empty where the clause names no size"
            ),
            Column("unit", "text", "classes | seats"),
            Column("schools", "number", "schools needed with this phase; 0 for clauses per thousand"),
            Column("provided", "number", "classes or seats that projects of the plan give to it"),
            Column("status", "text", "in_time | late | part | none | not_in_study | unknown (a measure is not given)"),
            Column("by", "text", "projects that give it"),
            Column("opens", "number", "median opening of the last of them, school year"),
            Column("unknown", "text", "measures of the clause that the tables do not give"),
            Column("clause_zh", "text", "text of the clause, Chinese"),
            Column("clause_en", "text", "text of the clause, English"),
            Column("source_zh", "text", "document and place, Chinese"),
            Column("source_en", "text", "document and place, English"),
            Column("source_grade", "text", "A official, B official in a copy, C weak copy, M from memory"),
        ),
    ),
    FLOWS,
    ACCESS,
    ACCESS_UNITS,
    RANKING,
    PLAN_CHANGES,
    QUOTAS,
    COEFFICIENTS,
    BOARDING,
    BUSES,
    OPTIONS,
    RISKS,
    FIRST_BREACH,
    MILESTONES,
    PROBLEMS,
    INPUT_ROWS,
    ALERTS,
    FAIRNESS,
    NEEDS,
    ROOM_PROGRAMME,
    PLACEMENTS,
    Shape(
        "drivers",
        "drivers.parquet",
        (
            *CASE,
            _key("school", "school id"),
            _key("year", "school year of the decision window", "whole"),
            _key("part", "change = mean roll less pupils today; spread = variance of the roll over draws"),
            _key("driver", "what it comes from; the drivers of a part add up to it"),
            Column("value", "number", "pupils, or pupils squared"),
            Column("error", "number", "standard error where few draws were simulated, else 0"),
            Column("unit", "text", "pupils | pupils^2"),
        ),
    ),
    GROUPS,
    PLAN_STEPS,
    UNUSED,
    MONEY,
    PLAN_COSTS,
    TRIGGERS,
    GUARDS,
    REGRET,
    PLAN_OPTIONS,
    STAGES,
    PROJECT_CAUSES,
    WORK_PLAN,
    SEATS_READY,
    COUNTY_DRAWS,
    CLASSES_TODAY,
    SCHOOL_FACTS,
    STAGE_FACTS,
    PROJECT_FACTS,
    BIRTHS,
    PARCELS,
    PARCEL_CHECKS,
    SITE_DEMAND,
)
SHAPES = MappingProxyType({shape.name: shape for shape in _SHAPES})


class ShapeError(ValueError):
    """A frame that does not fit its shape: which table, what was found, what is expected."""

    def __init__(self, table: str, found: str, expected: str) -> None:
        super().__init__(f"{table}: {found}; expected {expected}")
        self.table, self.found, self.expected = table, found, expected


def _check_columns(frame: pd.DataFrame, shape: Shape) -> None:
    missing = [name for name in shape.names if name not in frame.columns]
    unknown = [str(name) for name in frame.columns if name not in shape.names]
    if missing or unknown:
        found = "; ".join(
            text
            for text in (
                f"missing columns {', '.join(missing)}" if missing else "",
                f"unknown columns {', '.join(unknown)}" if unknown else "",
            )
            if text
        )
        raise ShapeError(shape.name, found, ", ".join(shape.names))


def _typed(column: pd.Series, kind: str) -> pd.Series:
    if kind == "text":
        return column.astype("string").fillna("").astype("str")
    if kind == "whole":
        return column.astype("int64")
    numbers = pd.to_numeric(column).astype("float64")
    if kind == "maybe_whole":
        return numbers.round().astype("Int64")
    return numbers.round(_DIGITS[kind]) + 0.0  # -0.0 and 0.0 must be the same bytes


def conform(frame: pd.DataFrame, shape: Shape) -> pd.DataFrame:
    """The frame in its fixed form; `ShapeError` where columns, types, words or keys do not fit."""
    _check_columns(frame, shape)
    try:
        typed = pd.DataFrame({c.name: _typed(frame[c.name], c.kind) for c in shape.columns}, columns=list(shape.names))
    except (ValueError, TypeError) as error:
        raise ShapeError(shape.name, str(error), "values of the declared kind in every column") from error
    if shape.name == "verdicts" and not typed["verdict"].isin(VERDICTS).all():
        words = sorted(set(typed["verdict"]) - set(VERDICTS))
        raise ShapeError(shape.name, f"verdict {', '.join(words)}", " | ".join(VERDICTS))
    keys = list(shape.keys)
    doubled = typed[typed.duplicated(keys)]
    if len(doubled):
        first = ", ".join(f"{key}={doubled.iloc[0][key]}" for key in keys)
        raise ShapeError(shape.name, f"two rows with {first}", "one row per key")
    return typed.sort_values(keys, kind="stable", ignore_index=True)
