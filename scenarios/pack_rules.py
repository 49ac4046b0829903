"""Which rules of a standards pack hold for a school. Opens no file, so that `sim` may import it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from scenarios.schema_clause import AppliesIf, Clause, SchoolKind
from scenarios.schema_pack import Pack, Rule

HIGHER_STAGES = ("senior",)
"""Stages above the compulsory ones; with both compulsory stages they make a twelve-year school."""

JUDGED_INDICATORS: Mapping[str, str] = MappingProxyType(
    {
        "teaching_area_per_pupil": "teaching_area_m2",
        "sports_area_per_pupil": "sports_area_m2",
        "multimedia_rooms_per100": "multimedia_rooms",
        "music_rooms_per_12_classes": "music_rooms",
        "art_rooms_per_12_classes": "art_rooms",
    }
)
"""Indicators of clauses that a run makes year by year, and the stock each rests on (`sim/indicators.py`)."""


@dataclass(frozen=True)
class Hosted:
    """What decides which rules hold for a school.

    stages: ids of the stages it hosts.  built: year, None if unknown (then no rule for old buildings applies).
    migrant_share: share of migrant children among its pupils [0-1], None if unknown.  year: school year, None: any.
    ordinary: False for special and vocational schools, which no rule or clause is for.
    """

    stages: tuple[str, ...]
    built: int | None = None
    migrant_share: float | None = None
    year: int | None = None
    ordinary: bool = True


def judged(clause: Clause) -> bool:
    """Whether a run gives a verdict on a clause: it has a number and a direction, and its value can be simulated."""
    numbered = clause.direction is not None and (clause.bound is not None or bool(clause.sizes))
    return clause.assessed == "simulated" and numbered and clause.indicator in JUDGED_INDICATORS


def named(code: str, names: Sequence[str]) -> bool:
    """Whether a code is among names, which are codes or families (the part before the first dot)."""
    return code in names or code.split(".", 1)[0] in names


def compulsory_stages(pack: Pack) -> tuple[str, ...]:
    """Stages that the pack has rules for, in the order of the file."""
    return tuple(dict.fromkeys(stage for rule in pack.rules for stage in rule.stages))


def sized_stages(pack: Pack) -> tuple[str, ...]:
    """Stages whose pupils a size rule counts, else all with rules: they alone say what kind a school is.

    A class limit for kindergartens or senior schools makes no nine-year school of two of them.
    """
    sized = dict.fromkeys(stage for rule in pack.rules if rule.indicator == "school_size" for stage in rule.stages)
    return tuple(sized) or compulsory_stages(pack)


def school_kind(pack: Pack, stages: Collection[str]) -> SchoolKind | None:
    """Kind of a school by the stages it hosts; None if it hosts no stage of the pack."""
    compulsory = [stage for stage in sized_stages(pack) if stage in stages]
    if not compulsory:
        return None
    if len(compulsory) == 1:
        return "single_stage"
    return "twelve_year" if any(stage in HIGHER_STAGES for stage in stages) else "nine_year"


def rules_for_school(pack: Pack, hosted: Hosted) -> tuple[Rule, ...]:
    """Rules that hold for a school: at most one on its size, and one on class size for each stage it hosts.

    A rule that is replaced by another one that applies is left out; of two size rules that apply (built early *and*
    many migrant children) the wider bound holds, because either condition alone grants it.
    """
    kind = school_kind(pack, hosted.stages)
    fitting = [rule for rule in pack.rules if _applies(rule, kind, hosted)]
    replaced = {code for rule in fitting for code in rule.replaces}
    fitting = [rule for rule in fitting if rule.code not in replaced]
    sizes = [rule for rule in fitting if rule.indicator == "school_size"]
    widest = max(sizes, key=lambda rule: rule.bound, default=None)
    return tuple(rule for rule in fitting if rule.indicator != "school_size" or rule is widest)


def size_rule(pack: Pack, hosted: Hosted) -> Rule | None:
    """The bound on the size of a school, None if the pack has none for it; pupils of `rule.stages` count."""
    found = [rule for rule in rules_for_school(pack, hosted) if rule.indicator == "school_size"]
    return found[0] if found else None


def _applies(rule: Rule, kind: SchoolKind | None, hosted: Hosted) -> bool:
    if rule.indicator == "school_size" and not set(rule.stages) <= set(hosted.stages):
        return False
    if not set(rule.stages) & set(hosted.stages):
        return False
    return _in_force(rule, hosted.year) and meets(rule.applies_if, kind, hosted)


def meets(condition: AppliesIf, kind: SchoolKind | None, hosted: Hosted) -> bool:
    """Whether an ordinary school of a kind meets the conditions on kind, year built and migrant children."""
    if not hosted.ordinary:
        return False
    if condition.kind is not None and condition.kind != kind:
        return False
    if condition.built_before is not None and (hosted.built is None or hosted.built >= condition.built_before):
        return False
    share = condition.migrant_share_above
    return share is None or (hosted.migrant_share is not None and hosted.migrant_share > share)


def _in_force(rule: Rule, year: int | None) -> bool:
    """Whether a rule is in force on 1 September of a school year."""
    if year is None:
        return True
    day = date(year, 9, 1)
    return rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to)
