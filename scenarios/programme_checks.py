"""What must hold between the members of a programme: ids, groups, cases, years, spread."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from scenarios.bundle import Bundle
from scenarios.draft import Read
from scenarios.problems import Problem, error, nearest, note, warning
from scenarios.programme_flows import flow_problems
from scenarios.programme_parts import KINDS, Kind, Member, added, ids_of, matched
from scenarios.schema_programme import ProgrammeFile
from scenarios.yaml_source import read_yaml


def programme_problems(read: Read[ProgrammeFile], members: tuple[Member, ...]) -> list[Problem]:
    """Problems of the programme itself; members that could not be read are left out of what needs them."""
    sound = [member for member in members if member.bundle is not None]
    parts = (
        _members(read, members),
        _groups(read),
        *(_cases(read, kind, sound) for kind in KINDS),
        _references(read, sound),
        _years(read, sound),
        _spread(read, sound),
        _rules(read, sound),
        flow_problems(read, members),
    )
    return list(chain.from_iterable(parts))


def bundle_of(member: Member) -> Bundle:
    """The scenario of a sound member."""
    if member.bundle is None:
        raise AssertionError("only sound members are compared")
    return member.bundle


def _members(read: Read[ProgrammeFile], members: tuple[Member, ...]) -> Iterator[Problem]:
    ids: dict[str, int] = {}
    files: dict[Path, str] = {}
    for member in members:
        place = read.place("members", member.number, "id")
        if member.id in ids:
            yield error("PRG001", place, member.id)
        ids.setdefault(member.id, member.number)
        place = read.place("members", member.number, "scenario")
        if member.path in files:
            yield error("PRG002", place, member.entry.scenario, first=files[member.path])
        files.setdefault(member.path, member.id)
        if _is_programme(member.path):
            yield error("PRG004", place, member.entry.scenario)


def _is_programme(path: Path) -> bool:
    source, _ = read_yaml(path, path.name)
    return source is not None and "members" in source.data and "study" not in source.data


def _groups(read: Read[ProgrammeFile]) -> Iterator[Problem]:
    known = read.model.groups
    for number, member in enumerate(read.model.members):
        if member.group is not None and member.group not in known:
            place = read.place("members", number, "group")
            yield error("PRG005", place, member.group, near=nearest(member.group, known))
    used = {member.group for member in read.model.members}
    for name in known:
        if name not in used:
            yield warning("PRG006", read.place("groups", name, key=True), name)


def _cases(read: Read[ProgrammeFile], kind: Kind, sound: list[Member]) -> Iterator[Problem]:
    ids = {member.id for member in read.model.members}
    given = read.model.cases.futures if kind == "futures" else read.model.cases.plans
    for name, own in (given or {}).items():
        for one in own:
            if one not in ids:
                yield error("PRG008", read.place("cases", kind, name, one, key=True), one, nearest(one, ids))
    for name, own in added(read.model, kind, sound).items():
        for member in sound:
            wanted, there = own.get(member.id, name), ids_of(bundle_of(member), kind)
            if wanted not in there:
                place = _case_place(read, kind, name, member)
                params = {"member": member.id, "kind": f"@{kind}_of_it", "known": tuple(there)}
                yield error("PRG007", place, wanted, near=nearest(wanted, there), **params)
    for member in sound:
        yield from _twice(read, kind, member, sound)
        used = {own[member.id] for own in matched(read.model, kind, sound).values()}
        left = [name for name in ids_of(bundle_of(member), kind) if name not in used]
        if left:
            yield note("PRG020", read.place("members", member.number), left, member=member.id, kind=f"@{kind}_of_it")


def _twice(read: Read[ProgrammeFile], kind: Kind, member: Member, sound: list[Member]) -> Iterator[Problem]:
    """Futures or plans of a member that stand for two on the roll-up: its neighbours would differ, it would not."""
    stands: dict[str, list[str]] = {}
    for name, own in matched(read.model, kind, sound).items():
        stands.setdefault(own[member.id], []).append(name)
    for own_id, names in stands.items():
        if len(names) > 1:
            place = _case_place(read, kind, names[-1], member)
            yield error("PRG024", place, own_id, member=member.id, kind=f"@{kind}_of_it", names=tuple(names))


def _case_place(read: Read[ProgrammeFile], kind: Kind, name: str, member: Member) -> str:
    """Where the id of a member is written, else its case, else the member."""
    given = read.model.cases.futures if kind == "futures" else read.model.cases.plans
    if given is None:
        return read.place("members", member.number)
    return read.place("cases", kind, name, member.id) if member.id in given[name] else read.place("cases", kind, name)


def _references(read: Read[ProgrammeFile], sound: list[Member]) -> Iterator[Problem]:
    """A case may be the reference future of all members or of none: flows and arrivals are differences from it."""
    for name, own in matched(read.model, "futures", sound).items():
        is_one = {member.id: own[member.id] == bundle_of(member).study.reference_future for member in sound}
        if len(set(is_one.values())) > 1:
            given = read.model.cases.futures
            place = read.place("cases", "futures", name, key=True) if given else read.place("members")
            others = tuple(member for member, there in is_one.items() if not there)
            yield error("PRG015", place, name, members=others)


def _years(read: Read[ProgrammeFile], sound: list[Member]) -> Iterator[Problem]:
    spans = {(bundle_of(member).study.base_year, bundle_of(member).study.horizon) for member in sound}
    if len(spans) < 2:
        return
    first, last = max(base for base, _ in spans) + 1, min(horizon for _, horizon in spans)
    said = tuple(
        f"{member.id} {bundle_of(member).study.base_year}-{bundle_of(member).study.horizon}" for member in sound
    )
    if first > last:
        yield error("PRG016", read.place("members"), said)
    else:
        yield warning("PRG017", read.place("members"), said, first=first, last=last)


def _spread(read: Read[ProgrammeFile], sound: list[Member]) -> Iterator[Problem]:
    spreads = {member.id: bundle_of(member).scenario.spread for member in sound}
    if len(set(spreads.values())) > 1:
        certain = tuple(member for member, spread in spreads.items() if spread == "none")
        yield error("PRG019", read.place("members"), certain)


def _rules(read: Read[ProgrammeFile], sound: list[Member]) -> Iterator[Problem]:
    """Clauses that some members are judged by and others are not."""
    codes = {member.id: [rule.code for rule in bundle_of(member).pack.rules] for member in sound}
    count = Counter(chain.from_iterable(set(own) for own in codes.values()))
    some = sorted(code for code, number in count.items() if number < len(sound))
    if some:
        yield note("PRG021", read.place("members"), some)
    sets = {member.id: tuple(sorted(bundle_of(member).scenario.tests.decides)) for member in sound}
    if len(set(sets.values())) > 1:
        named = tuple(f"{member}: {', '.join(names) or '-'}" for member, names in sets.items())
        yield warning("SCN665", read.place("members"), read.model.id, sets=named)
