"""Cross-checks of `study.yaml` in itself: years, the ladder of stages, what the tables need it to say."""

import datetime as dt
from calendar import monthrange

from scenarios.crosscheck_stages import stage_problems
from scenarios.draft import Draft, Model, Read
from scenarios.pack_rules import compulsory_stages
from scenarios.problems import Problem, error, nearest, warning
from scenarios.schema_study import StudyFile

LONGEST_HORIZON = 40
"""School years after the base year beyond which a horizon is a slip of the pen."""


def study_problems(draft: Draft) -> list[Problem]:
    """Problems of the study in itself."""
    study = draft.study
    if study is None:
        return []
    problems = []
    base, horizon = study.model.base_year, study.model.horizon
    if not base < horizon <= base + LONGEST_HORIZON:
        latest = base + LONGEST_HORIZON
        problems.append(error("SCN301", study.place("horizon"), horizon, base_year=base, latest=latest))
    return [*problems, *stage_problems(study), *_limits(study), *_entry_share(study), *_children_date(draft, study)]


def _limits(study: Read[StudyFile]) -> list[Problem]:
    admission = study.model.admission
    # The default names the usual stages; only what the planner wrote is held against the stages.
    given = [key for key in ("limit_km", "limit_min") if key in admission.model_fields_set]
    known = [stage.id for stage in study.model.stages]
    problems = [
        error("SCN324", study.place("admission", key, name, key=True), name, near=nearest(name, known))
        for key in given
        for name in getattr(admission, key)
        if name not in known
    ]
    if len(given) < 2:
        return problems
    both = [name for name in admission.limit_min if name in admission.limit_km]
    return problems + [
        error("SCN312", study.place("admission", "limit_min", name, key=True), name, km=f"{admission.limit_km[name]:g}",
              minutes=f"{admission.limit_min[name]:g}")
        for name in both
    ]  # fmt: skip


def _entry_share(study: Read[StudyFile]) -> list[Problem]:
    return path_problems(study, ("entry", "share_at_entry_age"), study.model.entry.share_at_entry_age, study)


def path_problems(
    file: Read[Model], place: tuple[str, ...], path: dict[int, float], study: Read[StudyFile]
) -> list[Problem]:
    """A path must hold every year from the base year to the horizon."""
    problems: list[Problem] = []
    first, last = min(path), max(path)
    key = ".".join(place)
    if last < study.model.horizon:
        problems.append(error("SCN401", file.place(*place), last, key=key, horizon=study.model.horizon))
    if first > study.model.base_year:
        problems.append(error("SCN402", file.place(*place), first, key=key, base_year=study.model.base_year))
    return problems


def _children_date(draft: Draft, study: Read[StudyFile]) -> list[Problem]:
    day, base = study.model.children_as_of, study.model.base_year
    if study.model.tables.children is None:
        if study.model.tables.births is None:
            make = warning if draft.alone else error
            return [make("SCN310", study.place("tables", key=True))]
        return [] if day is None else [warning("SCN309", study.place("children_as_of"), str(day))]
    if day is None:
        return [error("SCN308", study.place("tables", "children"), base_year=base)]
    month = study.model.entry.cut_off_month
    cut_off = dt.date(base, month, monthrange(base, month)[1])
    census = (dt.date(base, 11, 1),) if month < 11 else ()
    if day not in (cut_off, *census):
        days = tuple(str(one) for one in (cut_off, *census))
        return [error("SCN311", study.place("children_as_of"), str(day), base_year=base, days=days)]
    return []


def pack_problems(draft: Draft) -> list[Problem]:
    """Stages that no rule of the standards pack is about: no verdict would be given on them."""
    if draft.study is None or draft.pack is None:
        return []
    ruled = compulsory_stages(draft.pack)
    return [
        warning("SCN706", draft.study.place("stages", number, "id"), stage.id, pack=draft.pack.id, stages=ruled)
        for number, stage in enumerate(draft.study.model.stages)
        if ruled and stage.id not in ruled  # SCN472 says it of a pack without any rule
    ]
