"""Early warning of a shortage of places (学位预警) by zone, stage and year.

Symbols: D[d, Z] children of zone Z who start the stage in draw d, P[d, Z] its planned entry places
(`sim/alert_zones.py`), r = D / P; a level l of the pack holds from the ratio a[l], levels rise; v ratio of under-use.

    reached[d, l] = D >= a[l] P, D > 0      under[d] = D < v P
    p[l]     = share of draws in which l is the highest level reached;  p[green] = share that reaches none
    level    = the highest l with mean reached[., l] >= 1/2, else `under` if mean under >= 1/2, else `green`: what the
               rule says of the median ratio
    cautious = the highest l with mean reached[., l] > 1 - p*, else green: what the plan may not risk

Children: of the first stage of school those who reach grade 1 (`entrants`), wherever they will go to school; of a later
stage those who are in its first grade at schools of the county (`starters`), so pupils who left the county's schools
before are not asked for again.  Children from outside the county belong to no zone.  Page: docs/science/alerts.md.
Tests: tests/sim/test_alerts.py.
"""

import numpy as np
import pandas as pd

from scenarios.schema_alerts import COLOURS, StageLevels
from sim.alert_zones import EPS, Zones, entry_places, zones_of
from sim.arrays import BoolArray, FloatArray, IntArray
from sim.fairness import QUANTILES, spread
from sim.model import Model
from sim.reduced import Reduced
from sim.zone_network import ZoneBook, ZoneNetwork, zone_networks

GREEN, UNDER = "green", "under"
SHARES = ("p_green", *(f"p_{colour}" for colour in COLOURS))
COLUMNS = (
    "year", "stage", "zone", "schools", "units", "demand_mean", "demand_p10", "demand_p50", "demand_p90", "places",
    "ratio_mean", "ratio_p10", "ratio_p50", "ratio_p90", *SHARES, "p_under", "level", "cautious", "lead", "published",
    "rule",
)  # fmt: skip


def alert_rows(one: Reduced) -> pd.DataFrame:
    """The table of one case, columns `COLUMNS`; none without levels."""
    rules, ladder = one.details.alerts, one.model if one.ladder is None else one.ladder
    rows: list[dict[str, object]] = []
    book: ZoneBook = {}
    asked = tuple(_entry_grade(ladder, levels.stage) for levels in rules.stages)
    for at, year in enumerate(ladder.years if rules.stages else ()):
        networks, index = zone_networks(ladder, one.case.network, one.case.opening_year, year, asked, book)
        for levels in rules.stages:
            zones = _zones(one, ladder, levels.stage, at, (networks, index))
            rows += _rows(zones, levels, rules.under_use, one, ladder, year)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _entry_grade(ladder: Model, stage: str) -> int:
    return ladder.grades.first_of(ladder.grades.stages.index(stage))


def _zones(one: Reduced, ladder: Model, stage: str, at: int, networks: tuple[list[ZoneNetwork], IntArray]) -> Zones:
    """Zones of a stage in the year of index `at`. networks: those of the year, and which one each draw has."""
    found, index = networks
    result, number = one.now.result, ladder.grades.stages.index(stage)
    grade, schools = _entry_grade(ladder, stage), len(ladder.layout.schools)
    children = result.entrants[:, at] if number == 0 else result.starters[:, at, :, number]
    hosts = one.model.hosts[:schools]
    first = len(one.model.grades.names) - len(ladder.grades.names) + grade
    planned = one.now.planned if one.now.planned.ndim == 1 else one.now.planned[at]
    size = np.broadcast_to(planned[..., first], (schools,))
    takes = np.stack([net.runs[:schools, grade] for net in found])[index]
    places = entry_places(result.rooms[:, at], hosts.sum(axis=1), size, takes)
    return zones_of([net.parts[grade] for net in found], index, children, places)


def _rows(
    zones: Zones, levels: StageLevels, under_use: float, one: Reduced, ladder: Model, year: int
) -> list[dict[str, object]]:
    lead, reached = year - ladder.base_year, reach(zones, levels)
    numbers = _numbers(zones) | {"p_under": (zones.demand < under_use * zones.places - EPS).mean(axis=0)}
    rows = []
    for zone, (units, schools) in enumerate(zip(zones.units, zones.schools, strict=True)):
        if not schools and not zones.demand[:, zone].any():
            continue  # nobody lives there and no school serves it
        chance = reached[:, :, zone].mean(axis=1)
        under = float(numbers["p_under"][zone])
        rows.append(
            {
                "year": year,
                "stage": levels.stage,
                **_named(ladder, units, schools),
                **{name: float(values[zone]) for name, values in numbers.items()},
                **shares(chance, levels),
                "level": level_of(chance, levels, 0.5 - EPS, under),
                "cautious": level_of(chance, levels, 1.0 - one.assessment.required + EPS, under),
                "lead": lead,
                "published": int(lead <= levels.lead_years),
                "rule": levels.code,
            }
        )
    return rows


def _named(ladder: Model, units: tuple[int, ...], schools: tuple[int, ...]) -> dict[str, object]:
    layout = ladder.layout
    names = [layout.schools[school] for school in schools]
    return {
        "zone": "+".join(names) if names else "~none:" + layout.units[units[0]],
        "schools": " ".join(names),
        "units": " ".join(layout.units[unit] for unit in units),
    }


def _numbers(zones: Zones) -> dict[str, FloatArray]:
    """Demand, places and ratios of all zones, [zone] each; a ratio is of the draws in which there are places."""
    demand, quantiles = spread(zones.demand)
    there = zones.places > 0.0
    ratio, ratios = spread(np.divide(zones.demand, zones.places, out=np.full(there.shape, np.nan), where=there))
    found = {"demand_mean": demand, "places": zones.places.mean(axis=0), "ratio_mean": ratio}
    for number, q in enumerate(QUANTILES):
        found |= {f"demand_p{q * 100:.0f}": quantiles[number], f"ratio_p{q * 100:.0f}": ratios[number]}
    return found


def reach(zones: Zones, levels: StageLevels) -> BoolArray:
    """Whether each level is reached, [level, draw, zone]; children without any place reach all of them."""
    held = [zones.demand >= bound * zones.places - EPS for _, bound in levels.levels]
    out: BoolArray = np.stack(held) & (zones.demand > 0.0)
    return out


def shares(chance: FloatArray, levels: StageLevels) -> dict[str, float]:
    """Share of draws in which each colour is the highest; one that is left out has 0.

    chance: share of the draws that reach each level, [level].
    """
    above = [*chance.tolist(), 0.0]
    found = dict.fromkeys(SHARES, 0.0) | {"p_green": 1.0 - above[0]}
    for number, (colour, _) in enumerate(levels.levels):
        found[f"p_{colour}"] = above[number] - above[number + 1]
    return found


def level_of(chance: FloatArray, levels: StageLevels, more_than: float, under: float) -> str:
    """The highest level that more than a share of the draws reach, [level]; else `under` or `green`."""
    for number in range(len(levels.levels) - 1, -1, -1):
        if chance[number] > more_than:
            return levels.levels[number][0]
    return UNDER if under >= 0.5 else GREEN
