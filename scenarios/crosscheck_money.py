"""Cross-checks of the section `money`: a grant for every stage, an education budget that is whole and does not fall."""

from itertools import pairwise

from scenarios.draft import Draft
from scenarios.money_defaults import load_money
from scenarios.problems import Problem, error, warning


def money_problems(draft: Draft) -> list[Problem]:
    """Problems of the section."""
    study = draft.study
    section = None if study is None else study.model.money
    if study is None or section is None:
        return []
    shipped, stages = load_money().pupil.value, [stage.id for stage in study.model.stages]
    own = section.operating.pupil
    problems: list[Problem] = []
    for stage in own:
        place = study.place("money", "operating", "pupil", stage, key=True)
        problems += draft.unknown("stage", stage, place, "SCN324")
    for stage in stages:
        if stage not in own and stage not in shipped:
            problems.append(error("SCN760", study.place("money"), stage, known=tuple(shipped)))
    years = section.education_budget
    missing = tuple(year for year in range(min(years, default=0), max(years, default=0)) if year not in years)
    if missing:
        problems.append(warning("SCN762", study.place("money", "education_budget"), missing))
    for before, year in pairwise(sorted(years)):
        if years[year] < years[before] and year == before + 1:
            place = study.place("money", "education_budget", year)
            problems.append(warning("SCN761", place, years[year], year=year, before=years[before]))
    return problems
