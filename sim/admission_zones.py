"""Where rules of admission meet the network: the zones of a year, and who is said to attend a school of its zone."""

import numpy as np

from sim.admission_rules import fed_slots, zones_by_rule
from sim.arrays import BoolArray, FloatArray
from sim.model import Model
from sim.policy import Policy, rules_of


def ruled_zones(model: Model, policy: Policy | None, zone: FloatArray, runs: BoolArray) -> FloatArray:
    """Zones [cell, grade, slot] as the rules of the homes have them; runs: [school + pseudo, grade]."""
    if model.rules is None and (policy is None or policy.rules is None):
        return zone
    rules, lists = rules_of(model, policy), model.attendance.divert if policy is None else policy.divert
    out = zone.copy()
    for g, stage in enumerate(model.grades.stage_of):
        usable = np.append(runs[:, g], False)[model.layout.slot_school]
        out[:, g] = zones_by_rule(zone[:, g], rules, int(stage), lists[:, stage], usable)
    return out


def with_fed(model: Model, policy: Policy | None, in_zone: BoolArray, runs: BoolArray) -> BoolArray:
    """Zone schools [cell, grade, slot] with those that the schools of a home feed; runs: [school + pseudo, grade]."""
    if model.rules is None and (policy is None or policy.rules is None):
        return in_zone
    rules, out = rules_of(model, policy), in_zone.copy()
    for g, stage in enumerate(model.grades.stage_of):
        usable = np.append(runs[:, g], False)[model.layout.slot_school]
        out[:, g] |= fed_slots(rules, model.layout, int(stage)) & usable
    return out
