"""Cross-checks of the scenario file and its futures: years covered, estates known, a reference future, sound tests."""

from scenarios.crosscheck_study import path_problems
from scenarios.draft import Draft, Read
from scenarios.problems import Problem, error, nearest, warning
from scenarios.schema_base import path_value
from scenarios.schema_future import FutureFile
from scenarios.schema_scenario import ScenarioFile
from scenarios.schema_study import StudyFile


def future_problems(draft: Draft) -> list[Problem]:
    """Paths must reach the horizon; estates must exist."""
    problems: list[Problem] = []
    for future in draft.futures:
        if draft.study is not None:
            for place, path in future.model.paths().items():
                problems += path_problems(future, place, path, draft.study)
        problems += _estates(draft, future)
        problems += _without_effect(draft, future)
    return problems


def _without_effect(draft: Draft, future: Read[FutureFile]) -> list[Problem]:
    """Paths of a future that nothing in the study answers to."""
    problems: list[Problem] = []
    units, children = draft.tables.get("units"), draft.tables.get("children")
    reference = draft.reference
    if units is not None and reference is not None and units.frame["urban"].nunique() == 1:
        years = {*future.model.urban_share, *reference.urban_share}
        if any(_at(future.model.urban_share, year) != _at(reference.urban_share, year) for year in years):
            problems.append(warning("SCN405", future.place("urban_share"), future.model.id))
    moves = any(value != 0 for value in future.model.external_migration.migrant.values())
    if moves and children is not None and not (children.frame["group"] == "migrant").any():
        place = future.place("external_migration", "migrant")
        problems.append(warning("SCN406", place, future.model.id))
    return problems


def _at(path: dict[int, float], year: int) -> float | None:
    """Value of a path, None outside of it."""
    return path_value(path, year) if min(path) <= year <= max(path) else None


def _estates(draft: Draft, future: Read[FutureFile]) -> list[Problem]:
    if future.model.estates and draft.study is not None and draft.study.model.tables.estates is None:
        return [error("SCN404", future.place("estates"), future.model.estates)]
    problems: list[Problem] = []
    for number, estate in enumerate(future.model.estates):
        place = future.place("estates", number)
        problems += draft.unknown("estate", estate, place, "SCN403")
        if estate in future.model.estates[:number]:
            problems.append(error("SCN530", place, estate))
    return problems


def scenario_problems(draft: Draft) -> list[Problem]:
    """The reference future is listed, ids are unique, tests lie inside the simulated years."""
    scenario = draft.scenario
    if scenario is None:
        return []
    problems = [*_twice(scenario, draft.futures, "futures"), *_twice(scenario, draft.plans, "plans")]
    if scenario.model.spread == "none" and scenario.model.draws > 1:
        problems.append(error("SCN604", scenario.place("draws"), scenario.model.draws))
    if draft.study is not None:
        problems += _reference(draft, scenario, draft.study)
        problems += _tests(scenario, draft.study.model)
    return problems


def _twice(scenario: Read[ScenarioFile], files: tuple[Read, ...], key: str) -> list[Problem]:  # type: ignore[type-arg]
    """Two files with one id (or one file listed twice)."""
    problems: list[Problem] = []
    first: dict[str, str] = {}
    for read in files:
        name = read.model.id
        if name in first:
            problems.append(error("SCN603", read.place("id"), name, first=first[name], list=key))
        first.setdefault(name, read.source.file)
    return problems


def _reference(draft: Draft, scenario: Read[ScenarioFile], study: Read[StudyFile]) -> list[Problem]:
    name = study.model.reference_future
    ids = tuple(read.model.id for read in draft.futures)
    # A listed future that could not be read may be the reference; its own problem comes first.
    if name in ids or len(ids) < len(scenario.model.futures):
        return []
    place = scenario.place("futures")
    return [error("SCN602", place, name, near=nearest(name, ids), study=study.source.file, futures=ids)]


def _tests(scenario: Read[ScenarioFile], study: StudyFile) -> list[Problem]:
    tests, problems = scenario.model.tests, []
    span = f"{study.base_year + 1}-{study.horizon}"
    inside = range(study.base_year + 1, study.horizon + 1)
    if tests.window is not None:
        shown = f"{tests.window[0]}-{tests.window[1]}"
        if tests.window[0] > tests.window[1]:
            problems.append(error("SCN606", scenario.place("tests", "window"), shown))
        for number, year in enumerate(tests.window):
            if year not in inside:
                problems.append(
                    error("SCN605", scenario.place("tests", "window", number), year, key="window", span=span)
                )
    if tests.assessment_year is not None and tests.assessment_year not in inside:
        place = scenario.place("tests", "assessment_year")
        problems.append(error("SCN605", place, tests.assessment_year, key="assessment_year", span=span))
    ids = [one.id for one in tests.milestones]
    for number, one in enumerate(tests.milestones):
        if one.year not in inside:
            place = scenario.place("tests", "milestones", number, "year")
            problems.append(error("SCN605", place, one.year, key="milestones", span=span))
        if one.id in ids[:number]:
            problems.append(error("SCN607", scenario.place("tests", "milestones", number, "id"), one.id))
    return problems
