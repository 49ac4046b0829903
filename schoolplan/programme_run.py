"""A programme: its members one after the other, each a run folder of its own, then the roll-up of those that finished.

Members that only send pupils come first; what those that also receive send is simulated beforehand on its own (who
leaves does not depend on who comes).  A member that cannot run is listed with its problems and stops nobody.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from reports.programme_folder import ProgrammeFolder
from reports.run_errors import RunError
from reports.run_folder import RunFolder
from reports.whole import MARK
from scenarios.problems import Problem, ScenarioError, error, has_errors, in_order, warning
from scenarios.programme import Programme, load_programme, told_from
from scenarios.programme_parts import Member
from schoolplan.links import OUTS, ROLLUP, Link, outs_of
from schoolplan.manifest import run_hash, sha256, stamp
from schoolplan.prepare import Prepared, calendars, prepared
from schoolplan.programme_links import Exchange, Outs, coming, exchange, seed_of
from schoolplan.programme_out import Outcome, write_programme
from schoolplan.progress import Progress, silent
from schoolplan.runs import Ask, default_workers, job_of, run_prepared, simulated_manifest
from sim import ensemble
from sim.rollup import Key
from sim.rollup_keep import unpacked, unpacked_outs

UNFINISHED = ".unfinished"
LEAST_TOLD = 0.5
"""Pupils on average from which it is told that they could not be taken off."""
_MARK_TEXT = (
    "This programme was not finished; `run --resume` goes on with it.\n本次汇总推演未完成；可用 run --resume 继续。\n"
)


@dataclass
class Progressed:
    """What has become of the members so far."""

    done: dict[str, RunFolder] = field(default_factory=dict)
    broken: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    outs: dict[str, Outs] = field(default_factory=dict)
    told: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Session:
    """One run of a programme."""

    programme: Programme
    ask: Ask
    work: Path
    seed: int
    tell: Progress
    now: Progressed


def run_programme(path: Path | str, ask: Ask | None = None, progress: Progress | None = None) -> ProgrammeFolder:
    """Run a programme file. Raises ScenarioError if the programme itself or every member is broken, and RunError.

    The folder says in `broken` which members could not run; the others are rolled up.
    """
    programme, wanted, tell = load_programme(Path(path)), ask or Ask(), progress or silent
    file = programme.file
    wanted = replace(wanted, draws=wanted.draws or file.draws, workers=wanted.workers or default_workers())
    seed = file.seed if wanted.seed is None else wanted.seed
    key = _key(programme, wanted, seed)
    target = wanted.out or Path("runs") / f"{file.id}-{key}"
    work = _work_folder(target, key, wanted.resume)
    now = Progressed(broken={m.id: m.problems for m in programme.members if m.bundle is None})
    if len(now.broken) == len(programme.members):
        shutil.rmtree(work)
        raise ScenarioError([*programme.problems, error("PRG035", programme.path.name, file.id)])
    session = Session(programme, wanted, work, seed, tell, now)
    _members(session)
    if not now.done:
        shutil.rmtree(work)
        told = [problem for problems in now.broken.values() for problem in problems]
        raise ScenarioError(in_order([*told, error("PRG035", programme.path.name, file.id)]))
    said = (*now.told, *_lost(programme, set(now.broken)))
    write_programme(work, programme, seed, Outcome(now.done, now.broken, said), wanted.lang)
    for left in [*work.glob("*.outs"), *work.glob(f"*{UNFINISHED}"), work / "inputs.txt", work / MARK]:
        shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    if target.exists():
        target.rmdir()
    work.rename(target)
    return ProgrammeFolder.read(target)


def _members(session: Session) -> None:
    """Run all members that can run, in an order in which those who send are known."""
    programme, now = session.programme, session.now
    ready = {member.id: made for member in programme.sound if (made := _prepared(session, member)) is not None}
    links = exchange(programme, set(now.broken))
    able = [member for member in programme.sound if member.id in ready]
    receiving = [member for member in able if links.stages_into(member.id)]
    for member in receiving:
        if member.id in links.senders():
            now.outs[member.id] = _outs_alone(session, member, ready[member.id])
    order = [*(member for member in able if member not in receiving), *receiving]
    for count, member in enumerate(order):
        session.tell("members", count, len(order))
        _member(session, member, ready.pop(member.id), exchange(programme, set(now.broken)))
    session.tell("members", len(order), len(order))


def _prepared(session: Session, member: Member) -> Prepared | None:
    """A member ready to run; None if its places are broken, which is kept."""
    if member.bundle is None:
        return None
    try:
        return prepared(member.bundle, exchange(session.programme, set()).stages_into(member.id))
    except ScenarioError as fault:
        session.now.broken[member.id] = _from_member(session.programme, member, fault.problems)
        return None


def _from_member(programme: Programme, member: Member, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(told_from(problem, member.path.parent, programme.path.parent) for problem in problems)


def _link(session: Session, member: Member, links: Exchange) -> Link:
    programme, file = session.programme, session.programme.file
    members = coming(programme, links, member, session.now.outs, session.seed)
    digest = hashlib.sha256()
    for ids, change in sorted(members.items()):
        digest.update(repr(ids).encode() + change.tobytes())
    about = {
        "id": file.id,
        "member": member.id,
        "seed": session.seed,
        "common_share": file.common_share if len(programme.members) > 1 else None,
        "pupils_of_others": digest.hexdigest() if members else None,
        "quotas": [quota.id for quota in file.quotas],
    }
    return Link(about, seed_of(programme, member.id, session.seed), members, member.id in links.senders(), file.quotas)


def _member(session: Session, member: Member, made: Prepared, links: Exchange) -> None:
    """Run one member, or take the folder of an interrupted run; what goes wrong is kept."""
    now, target = session.now, session.work / member.id
    link = _link(session, member, links)
    ask = replace(session.ask, out=target, resume=False)
    try:
        now.done[member.id] = _finished(target, made, ask, link) or _run(session, member, made, link)
    except ScenarioError as fault:
        now.broken[member.id] = tuple(fault.problems)
        return
    except Exception as fault:  # a fault of the program in one member must not cost the others their night
        now.broken[member.id] = (error("PRG031", member.id, f"{type(fault).__name__}: {fault}"),)
        return
    now.told += _not_taken(member, target, link)
    if link.sends:
        now.outs[member.id] = Outs(*unpacked_outs((target / OUTS).read_bytes()))


def _not_taken(member: Member, target: Path, link: Link) -> list[Problem]:
    """PRG034: pupils who should no longer come and whom the member does not have, on average, in the worst case."""
    if not link.members:
        return []
    kept, found = unpacked((target / ROLLUP).read_bytes()), []
    for (future, plan), asked in link.members.items():
        short = kept[future, plan].series[Key("linked", "all", "pupils")] - asked.sum(axis=2)
        mean = short.mean(axis=0)
        worst = int(mean.argmax())
        if mean[worst] >= LEAST_TOLD:
            found.append((float(mean[worst]), future, plan, kept[future, plan].years[worst]))
    if not found:
        return []
    pupils, future, plan, year = max(found)
    values = {"future": future, "plan": plan, "year": year, "pupils": round(pupils, 1)}
    return [warning("PRG034", member.entry.scenario, member.id, **values)]  # type: ignore[arg-type]


def _run(session: Session, member: Member, made: Prepared, link: Link) -> RunFolder:
    """Run one member, from where it was left if that was with the same inputs."""
    target, begun = session.work / member.id, session.work / f"{member.id}{UNFINISHED}"
    ask = replace(session.ask, out=target, resume=begun.exists())
    try:
        return run_prepared(made, ask, session.tell, link)
    except RunError as fault:
        if fault.code != "RUN020":
            raise
    shutil.rmtree(begun)  # its neighbours are others than when it was begun
    return run_prepared(made, replace(ask, resume=False), session.tell, link)


def _finished(target: Path, made: Prepared, ask: Ask, link: Link) -> RunFolder | None:
    """The run folder of a member that was finished before; one of other inputs is thrown away."""
    if not target.is_dir():
        return None
    found = RunFolder.read(target)
    _, wanted = simulated_manifest(made, ask, link)
    same = {**wanted, "drivers": ask.drivers}
    kept = {key: value for key, value in found.manifest.items() if key in same}
    if run_hash(json.loads(json.dumps(same))) == run_hash(kept):
        return found
    shutil.rmtree(target)
    return None


def _outs_alone(session: Session, member: Member, made: Prepared) -> Outs:
    """Who leaves a member that also receives, simulated without those who come."""
    folder = session.work / f"{member.id}.outs"
    folder.mkdir(exist_ok=True)
    link = _link(session, member, Exchange((), ()))
    chosen, _ = simulated_manifest(made, session.ask, link)
    job = job_of(made, chosen, folder, calendars(made, chosen), link)
    ensemble.simulate_only(job, session.ask.workers or 1, session.tell)
    return Outs(*unpacked_outs(outs_of(job)))


def _lost(programme: Programme, broken: set[str]) -> list[Problem]:
    """PRG033: flows whose change is not known because the member where they start is broken."""
    place = programme.path.name
    return [
        warning("PRG033", place, flow.origin, to=flow.to, stage=flow.stage) for flow in exchange(programme, broken).lost
    ]


def _key(programme: Programme, ask: Ask, seed: int) -> str:
    """Eight characters that tell runs of different inputs, draws, seeds or versions apart."""
    files = sorted({path for member in programme.sound if member.bundle for path in member.bundle.files})
    inputs = {str(path): sha256(path) for path in files if path.is_file()}
    made = {
        **stamp(),
        "programme": sha256(programme.path),
        "draws": ask.draws,
        "seed": seed,
        "inputs": sorted(inputs.values()),
    }
    return run_hash({**made, "broken": sorted(m.id for m in programme.members if m.bundle is None)})


def _work_folder(target: Path, key: str, resume: bool) -> Path:
    """The folder in which the run grows; see `schoolplan.runs` for what `resume` does."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise RunError("RUN005", target)
    work = target.parent / (target.name + UNFINISHED)
    stamped = work / "inputs.txt"
    same = stamped.exists() and stamped.read_text(encoding="utf-8") == key
    if work.exists() and resume and not same:
        raise RunError("RUN020", work)
    if work.exists() and same and not resume:
        raise RunError("RUN022", work)
    if resume and not work.exists():
        raise RunError("RUN021", work)
    if work.exists() and not resume:
        shutil.rmtree(work)
    work.mkdir(parents=True, exist_ok=True)
    stamped.write_text(key, encoding="utf-8")
    (work / MARK).write_text(_MARK_TEXT, encoding="utf-8")
    return work


def check_programme(path: Path | str) -> list[Problem]:
    """All problems of a programme and its members, geography too; never raises for bad input."""
    from scenarios.programme import read_programme
    from schoolplan.prepare import check

    programme, problems = read_programme(Path(path))
    if programme is None:
        return problems
    found: list[Problem] = []
    for member in programme.sound:
        own = _from_member(programme, member, check(member.path))
        found += own
        if has_errors(own) and not has_errors(member.problems):
            number = sum(problem.severity == "error" for problem in own)
            found.append(error("PRG003", programme.path.name, member.id, number=number))
    return in_order([*problems, *found])
