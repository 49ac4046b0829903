"""What happens in one draw of construction, event by event, and the names of waits and of ends.

Page: docs/science/construction.md.  Tests: tests/sim/test_construction_money.py, tests/sim/test_construction_terms.py.
"""

from dataclasses import dataclass, field

CREW, RISK, SEASON, APPROVAL, DEPENDENCY, DESK = "crew", "risk", "season", "approval", "dependency", "desk"
LAND = "land"
"""Causes of waits, beside those of money; what was lost to a desk is "desk:<its name>"."""

STOPPED, CANCELLED, MONEY, NOT_STARTED = "stopped", "cancelled", "money", "not_started"
"""How a project ends that is never handed over, beside "dependency", "land", "approval"; by a risk "stopped:<risk>"."""


@dataclass
class Log:
    """What happened in one draw, projects by their place in the plan.

    handover: month of each project, inf if never.  payments: (month, project, yuan, source).
    began, ended: month of each leg, nan if never; of a leg passed again the first begin and the last end.
    waits: months by (project, cause).  waiting: open waits, project -> (cause, since).
    states: why a project ends otherwise than by hand-over.  struck: (project, risk) that came about.
    """

    handover: list[float]
    began: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    payments: list[tuple[float, int, int, int]] = field(default_factory=list)
    waits: dict[tuple[int, str], float] = field(default_factory=dict)
    waiting: dict[int, tuple[str, float]] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    struck: list[tuple[int, str]] = field(default_factory=list)

    def wait(self, project: int, cause: str, now: float) -> None:
        """The project starts to wait."""
        self.waiting[project] = (cause, now)

    def go_on(self, project: int, now: float) -> None:
        """The wait of the project ends."""
        cause, since = self.waiting.pop(project)
        if now > since:
            self.waits[project, cause] = self.waits.get((project, cause), 0.0) + now - since

    def add(self, project: int, cause: str, months: float) -> None:
        """Months lost to a cause."""
        if months > 0:
            self.waits[project, cause] = self.waits.get((project, cause), 0.0) + months
