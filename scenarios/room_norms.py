"""What rooms must hold and what building them costs: area per seat, usable share, unit costs, each with its source.

Area per seat: clauses with the indicator `classroom_area_per_seat` of the study's pack, else of the shipped pack
`cn-gb50099-2011-rooms`.  Costs: `construction` of the study, else `packs/construction-defaults.yaml`.
"""

from pathlib import Path

from scenarios.bundle_rooms import Priced, RoomNorms
from scenarios.construction_defaults import load_defaults
from scenarios.packs import read_shipped, shipped_packs
from scenarios.schema_clause import Clause
from scenarios.schema_pack import Pack
from scenarios.schema_study import StudyFile

SEAT = "classroom_area_per_seat"
ROOMS_PACK = "cn-gb50099-2011-rooms"


def rooms_pack_file() -> Path:
    """The shipped pack with areas per seat."""
    return shipped_packs()[ROOMS_PACK]


def room_norms(study: StudyFile, pack: Pack) -> RoomNorms:
    """Norms and costs in force in a study."""
    clauses = _seats(pack)
    if not clauses:
        shipped, _ = read_shipped(ROOMS_PACK)
        clauses = () if shipped is None else _seats(shipped)
    seat = {
        stage.id: max((float(c.bound or 0.0) for c in clauses if not c.stages or stage.id in c.stages), default=0.0)
        for stage in study.stages
    }
    defaults, own = load_defaults(), study.construction
    grade = defaults.building_cost.source_grade
    shipped_price = Priced(defaults.building_cost.yuan_per_m2[1], "construction-defaults", grade)
    given = {
        "building": own.building_yuan_per_m2,
        "sports": own.sports_yuan_per_m2,
        "land": own.land_yuan_per_m2,
    }
    prices = {name: Priced(value, "study", "") for name, value in given.items() if value is not None}
    return RoomNorms(
        seat_m2={stage: area for stage, area in seat.items() if area > 0.0},
        seat_clauses=tuple(clause.code for clause in clauses),
        net_share=defaults.net_share.share,
        prices={"building": shipped_price} | prices,
    )


def _seats(pack: Pack) -> tuple[Clause, ...]:
    return tuple(c for c in pack.clauses if c.indicator == SEAT and c.direction == "at_least" and c.bound is not None)
