"""What a run cannot do without: an error in a scenario; in a study alone, which may still be growing, a warning."""

from scenarios.draft import Draft
from scenarios.problems import Problem, error, warning

NEEDED: tuple[tuple[str, str], ...] = (
    ("schools", "@bureau_education"),
    ("sites", "@bureau_education"),
    ("zones", "@bureau_education"),
    ("enrolment", "@bureau_education"),
)
"""Tables without which nothing can be simulated, with the bureau that keeps them."""


def needed_problems(draft: Draft) -> list[Problem]:
    """Tables that a run needs and the study does not name."""
    if draft.study is None:
        return []
    make = warning if draft.alone else error
    place = draft.study.place("tables", key=True)
    return [
        make("SCN361", place, name, table=f"@table_{name}", bureau=bureau)
        for name, bureau in NEEDED
        if getattr(draft.study.model.tables, name) is None
    ]
