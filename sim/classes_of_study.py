"""From a checked study to its rules of class formation."""

import numpy as np

from scenarios.bundle import Bundle
from scenarios.school_marks import school_flags
from sim.classes_formation import Composite, Formation
from sim.classes_habit import Habits, habits_from


def formation_of(bundle: Bundle, schools: tuple[str, ...]) -> Formation | None:
    """Rules of a study, schools in the order of the model; None: free, every grade for itself."""
    rules = bundle.study.classes
    sticky = rules.formation == "sticky"
    if not sticky and rules.composite is None and rules.formation != "learnt":
        return None
    return Formation(sticky, float(rules.merge_below or 0.0), _composite(bundle, schools), _habits(bundle, schools))


def _habits(bundle: Bundle, schools: tuple[str, ...]) -> Habits | None:
    """What the classes on record teach, of the stages of the ladder; None: the study does not ask for it."""
    if bundle.study.classes.formation != "learnt":
        return None
    grades = {stage.id: stage.grades for stage in bundle.study.stages}
    return habits_from(bundle.tables["enrolment"], schools, grades, bundle.study.base_year)


def _composite(bundle: Bundle, schools: tuple[str, ...]) -> Composite | None:
    rule = bundle.study.classes.composite
    if rule is None:
        return None
    table = bundle.tables["schools"]
    marks = school_flags(dict(zip(table["school"], table["flags"], strict=True)))
    named = set(rule.schools) | {school for school, own in marks.items() if own & set(rule.flags)}
    any_school = not rule.schools and not rule.flags
    return Composite(
        schools=np.array([any_school or school in named for school in schools], dtype=bool),
        stages=rule.stages,
        below=float("inf") if rule.pupils_below is None else float(rule.pupils_below),
        together=rule.grades_per_class,
        cap=rule.max_size,
    )
