"""What results need of a study beyond the engine: one frozen object that a run hands to every reduction.

The engine never reads it: nothing here changes a pupil.
"""

from dataclasses import dataclass, field

from scenarios.bundle import Bundle
from scenarios.schema_alerts import AlertRules
from sim.admission_inputs import AdmissionInputs, admission_inputs
from sim.balance_inputs import BalanceInputs, balance_inputs
from sim.boarding_needs import BoardingNeeds, needs_of
from sim.clauses_inputs import ClauseInputs, clause_inputs
from sim.fairness import FairGroups, fair_groups
from sim.imported import Imported, imported_of
from sim.milestone_dates import Milestone, milestones_of
from sim.model import Model
from sim.money_inputs import MoneyInputs, money_inputs
from sim.room_rules import RoomRules, room_rules
from sim.school_groups import SchoolGroups, school_groups
from sim.staff import StaffInputs, staff_inputs
from sim.stocks import Stocks, stocks_of


@dataclass(frozen=True)
class Details:
    """Inputs of indicators and other results, as plain arrays."""

    stocks: Stocks
    clauses: ClauseInputs
    rooms: RoomRules
    milestones: tuple[Milestone, ...] = ()
    alerts: AlertRules = field(default_factory=AlertRules)
    fair: FairGroups = field(default_factory=lambda: FairGroups({}, {}))
    boarding: BoardingNeeds | None = None
    imported: Imported = field(default_factory=Imported)
    balance: BalanceInputs = field(default_factory=BalanceInputs)
    staff: StaffInputs = field(default_factory=StaffInputs)
    money: MoneyInputs | None = None
    admission: AdmissionInputs = field(default_factory=AdmissionInputs)
    groups: SchoolGroups = field(default_factory=SchoolGroups)
    decides: tuple[str, ...] = ()
    """Codes and families that decide beside the rules of the pack (`sim/deciding.py`)."""


def details_of(bundle: Bundle, model: Model) -> Details:
    """Details of a checked bundle; model: with all its stages (`sim.ladders.whole`)."""
    return Details(
        stocks=stocks_of(bundle, model),
        clauses=clause_inputs(bundle, model),
        rooms=room_rules(bundle, model),
        milestones=milestones_of(bundle),
        alerts=bundle.alerts,
        fair=fair_groups(bundle, model),
        boarding=needs_of(bundle),
        imported=imported_of(bundle, model),
        balance=balance_inputs(bundle, model),
        staff=staff_inputs(bundle),
        money=money_inputs(bundle, model),
        admission=admission_inputs(bundle, model),
        groups=school_groups(bundle, model),
        decides=tuple(bundle.scenario.tests.decides),
    )
