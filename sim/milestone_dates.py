"""Dates at which a county wants to be ready: reviews, targets (里程碑)."""

from dataclasses import dataclass

from scenarios.bundle import Bundle


@dataclass(frozen=True)
class Milestone:
    """A review or target date."""

    id: str
    year: int  # school year; counted on its 1 September


def milestones_of(bundle: Bundle) -> tuple[Milestone, ...]:
    """Milestones of a scenario; without any, the assessment year where there is one."""
    tests = bundle.scenario.tests
    if not tests.milestones and tests.assessment_year is not None:
        return (Milestone("assessment", tests.assessment_year),)
    return tuple(Milestone(one.id, one.year) for one in tests.milestones)
