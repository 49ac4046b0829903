"""Checks of the flows of a programme: which member's schools the pupils who leave another member attend."""

from collections import defaultdict
from collections.abc import Iterator

from scenarios.draft import Read
from scenarios.problems import Problem, error, nearest, warning
from scenarios.programme_parts import Member
from scenarios.schema_programme import Flow, ProgrammeFile

TOLERANCE = 1e-9


def flow_problems(read: Read[ProgrammeFile], members: tuple[Member, ...]) -> Iterator[Problem]:
    """Problems of `flows`; stages and years are compared where both members could be read."""
    by_id = {member.id: member for member in members}
    seen: dict[tuple[str, str, str], int] = {}
    shares: dict[tuple[str, str], float] = defaultdict(float)
    for number, flow in enumerate(read.model.flows):
        place = read.place("flows", number)
        for key, end in (("from", flow.origin), ("to", flow.to)):
            if end not in by_id:
                yield error("PRG009", read.place("flows", number, key), end, near=nearest(end, by_id))
        if flow.origin == flow.to:
            yield error("PRG011", place, flow.to)
        key3 = (flow.origin, flow.to, flow.stage)
        if key3 in seen:
            yield error("PRG012", place, f"{flow.origin} -> {flow.to}", stage=flow.stage)
        seen.setdefault(key3, number)
        shares[flow.origin, flow.stage] += flow.share
        if shares[flow.origin, flow.stage] > 1.0 + TOLERANCE:
            found = f"{shares[flow.origin, flow.stage]:.10g}"
            yield error("PRG010", read.place("flows", number, "share"), found, member=flow.origin, stage=flow.stage)
        if flow.origin in by_id and flow.to in by_id and flow.origin != flow.to:
            yield from _between(read, number, flow, by_id)


def _between(read: Read[ProgrammeFile], number: int, flow: Flow, by_id: dict[str, Member]) -> Iterator[Problem]:
    """Stages, years and leavers of the two ends of a flow."""
    ends = {end: bundle.study for end in (flow.origin, flow.to) if (bundle := by_id[end].bundle) is not None}
    grades = {}
    for end, study in ends.items():
        stages = {stage.id: stage.grades for stage in study.stages}
        if flow.stage not in stages:
            near = nearest(flow.stage, stages)
            yield error("PRG013", read.place("flows", number, "stage"), flow.stage, near=near, member=end)
        elif flow.stage in {stage.id for stage in study.early_stages}:
            yield error("PRG025", read.place("flows", number, "stage"), flow.stage, member=end)
        else:
            grades[end] = stages[flow.stage]
    if len(grades) == 2 and len(set(grades.values())) > 1:
        yield error("PRG014", read.place("flows", number, "stage"), flow.stage, origin=flow.origin, to=flow.to)
    if len({(study.base_year, study.horizon) for study in ends.values()}) > 1:
        yield error("PRG018", read.place("flows", number), f"{flow.origin} -> {flow.to}")
    origin = by_id[flow.origin].bundle
    if origin is not None and flow.origin in grades:
        table = origin.tables.get("attendance")
        leaves = (
            table is not None
            and (
                (table["destination"] == "other_county") & (table["stage"] == flow.stage) & (table["pupils"] > 0)
            ).any()
        )
        if not leaves:
            yield warning("PRG023", read.place("flows", number), flow.origin, stage=flow.stage)
