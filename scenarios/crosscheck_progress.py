"""Cross-checks of what the ledger of projects says of the projects of plans, and of durations learnt from it."""

from collections.abc import Sequence
from math import isnan

from scenarios.catalogue import Both, Named
from scenarios.construction_defaults import load_defaults
from scenarios.crosscheck_building import At, sound_terms, study_of
from scenarios.crosscheck_plans import PlanView, views
from scenarios.draft import Draft
from scenarios.problems import Problem, error, nearest, note, warning
from scenarios.project_ledger import ENDS, KINDS, actual_progress, month_of, past_times
from scenarios.schema_plan import Project
from scenarios.table_specs import SPECS
from scenarios.tables import Table

FAR = 5.0
"""Factor between the investment of a row and the cost of its project above which they can hardly be the same."""
OLDEST = 15
"""Years before the base year beyond which a day of a current project can hardly be meant."""
YUAN = 10_000.0
"""Yuan in 万元."""
_DAYS = ("decided", "approved", "started", *ENDS.values())


def progress_problems(draft: Draft) -> list[Problem]:
    """Problems of rows that projects name, notes on what they lack, and what the finished projects teach."""
    problems = _learnt(draft)
    for view in views(draft):
        seen: dict[str, str] = {}
        for number, project in enumerate(view.plan.model.projects):
            if project.ledger is None:
                continue
            at: At = ("projects", number, "ledger")
            if (other := seen.setdefault(project.ledger, project.id)) != project.id:
                place = view.plan.place(*at)
                problems.append(error("SCN730", place, project.ledger, project=project.id, other=other))
            problems += _row(view, project, at)
    return problems


def _learnt(draft: Draft) -> list[Problem]:
    """What durations rest on, where a study takes them from its ledger."""
    if draft.study is None or not draft.study.model.construction.from_ledger:
        return []
    place, table = draft.study.place("construction", "from_ledger", key=True), draft.tables.get("projects")
    if table is None:
        told = draft.study.model.tables.projects is not None
        return [] if told else [error("SCN723", place, "from_ledger")]
    past = past_times(table.frame, load_defaults())
    if not past:
        return [warning("SCN732", place, "from_ledger", kinds=tuple(KINDS))]
    weight = load_defaults().shrinkage.projects
    built = {project.kind for read in draft.plans for project in read.model.projects}
    problems = []
    for kind, stages in past.items():
        if draft.plans and kind not in built:
            continue
        said = tuple(
            _lasted(stage, months, weight)
            for stage, months in stages.items()
            if not (draft.study.model.construction.split_stages and stage in load_defaults().kinds[kind].steps)
        )
        problems.append(note("SCN731", place, Named(kind, _kind_zh(kind)), stages=said))
    return problems


def _lasted(stage: str, months: Sequence[float], weight: float) -> Both:
    """What a stage took in past projects: number, range, part that they have in the duration."""
    low, high = f"{min(months):.1f}", f"{max(months):.1f}"
    took, n, share = low if low == high else f"{low}-{high}", len(months), f"{len(months) / (len(months) + weight):.0%}"
    return Both(f"{stage} {n} x {took} ({share})", f"{load_defaults().stages[stage].zh} {n} x {took}（{share}）")


def _kind_zh(kind: str) -> str:
    """How a ledger writes a kind of project, by the first of its words in the dictionary."""
    words = SPECS["projects"].column("kind").words
    return next((word for word, code in words.items() if KINDS.get(code) == kind), "")


def _row(view: PlanView, project: Project, at: At) -> list[Problem]:
    study, draft, place = study_of(view), view.draft, view.plan.place(*at)
    if study is None or draft.study is None:
        return []
    table = draft.tables.get("projects")
    if table is None:
        told = draft.study.model.tables.projects is not None
        return [] if told else [error("SCN723", place, str(project.ledger))]
    names = table.frame["project"].tolist()
    if project.ledger not in names:
        return [error("SCN722", place, str(project.ledger), near=nearest(project.ledger, names))]
    if study.ledger_as_of is None:
        return [error("SCN724", place, str(project.ledger), project=project.id)]
    if study.ledger_as_of.year > draft.study.model.horizon:
        as_of, at_study = study.ledger_as_of.isoformat(), draft.study.place("construction", "ledger_as_of")
        return [error("SCN834", at_study, as_of, horizon=draft.study.model.horizon)]
    index = names.index(project.ledger)
    late = [
        error("SCN725", table.place(index, column), str(day), day=study.ledger_as_of.isoformat())
        for column in _DAYS
        if (day := table.frame[column].iloc[index]) > study.ledger_as_of.isoformat()
    ]
    return [*_unlike(view, project, table, index), *(late or _progress(view, project, table, index, place))]


def _unlike(view: PlanView, project: Project, table: Table, index: int) -> list[Problem]:
    """A row that can hardly be that of the project: another school, another sum, days of another age."""
    row, told, problems = table.frame.iloc[index], {"project": project.id, "row": str(project.ledger)}, []
    if project.school is not None and row["school"] not in ("", project.school):
        problems.append(warning("SCN832", table.place(index, "school"), row["school"], school=project.school, **told))
    investment = float(row["investment_yuan"]) / YUAN
    if project.cost > 0 and investment > 0 and not project.cost / FAR <= investment <= project.cost * FAR:
        place, params = table.place(index, "investment_yuan"), {**told, "cost": f"{project.cost:.12g}"}
        problems.append(warning("SCN831", place, f"{investment:.12g}", **params))
    base = 0 if view.draft.study is None else view.draft.study.model.base_year
    return problems + [
        warning("SCN833", table.place(index, column), day, years=OLDEST, **told)
        for column in _DAYS
        if (day := str(row[column])) and int(day[:4]) < base - OLDEST
    ]


def _progress(view: PlanView, project: Project, table: Table, index: int, place: str) -> list[Problem]:
    study, terms = study_of(view), sound_terms(view, project)
    if study is None or terms is None or study.ledger_as_of is None or view.draft.study is None:
        return []
    row = {str(key): value for key, value in table.frame.iloc[index].to_dict().items()}
    base = view.draft.study.model.base_year
    item = load_defaults().kinds[project.kind]
    whole = {step.stage: stage for stage, steps in item.steps.items() for step in steps}
    actual = actual_progress(row, tuple(terms.times), whole, base, month_of(study.ledger_as_of.isoformat(), base))
    told = {"project": project.id}
    problems: list[Problem] = []
    kind = KINDS.get(str(row["kind"]), "")
    if kind != project.kind:
        found = str(row["kind"])
        problems.append(warning("SCN727", table.place(index, "kind"), found, kind=project.kind, **told))
    if actual.stopped:
        problems.append(warning("SCN733", table.place(index, "stage_reached"), str(project.ledger), **told))
    begun = bool(actual.done) or actual.under_way is not None
    if len(actual.done) == len(terms.times) and max(actual.done.values()) <= 0:
        problems.append(error("SCN726", place, str(project.ledger), base_year=base, **told))
    if actual.under_way is not None and isnan(actual.begun):
        day = study.ledger_as_of.isoformat()
        at = table.place(index, "stage_reached")
        problems.append(note("SCN728", at, actual.under_way, day=day, **told))
    if begun and project.cost > 0 and isnan(actual.paid):
        problems.append(note("SCN729", table.place(index, "funds_spent_yuan"), "@nothing", **told))
    return problems
