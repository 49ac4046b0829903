"""Documents of a run by their names: what `report --document` can make."""

from collections.abc import Callable, Mapping

from reports import briefing, dossier, layout_plan, school_plans
from reports.document import Document
from reports.view import View

DOCUMENTS: Mapping[str, Callable[[View], Document]] = {
    "dossier": dossier.dossier,
    "layout": layout_plan.layout,
    "briefing": briefing.briefing,
    "schools": school_plans.school_plans,
}
"""Every document by its name, in the order of the help; `dossier` is made where none is named."""
