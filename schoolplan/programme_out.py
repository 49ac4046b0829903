"""What a programme writes: tables of the members added up within each draw, the card, the report."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from reports.programme_folder import CARD, PROGRAMME_SCHEMA
from reports.programme_html import write_programme_page
from reports.programme_risks import risk_rows
from reports.ranking import places
from reports.run_folder import RunFolder, csv_bytes, document_bytes, parquet_bytes
from reports.shapes_programme import PROGRAMME_SHAPES
from reports.table_shapes import conform
from scenarios.problems import Problem, as_record
from scenarios.programme import Programme
from scenarios.programme_parts import Member
from scenarios.quotas import counted
from scenarios.schema_base import Names
from scenarios.schema_quotas import Quota
from schoolplan.links import ROLLUP
from schoolplan.manifest import hashes, libraries, run_hash, stamp
from schoolplan.quota_rows import flags_of, tracked_rows
from sim.rollup import Kept, Key, added, clause_rows, series_rows
from sim.rollup_gaps import gap_rows
from sim.rollup_keep import unpacked

WHOLE, GROUP, MEMBER = "whole", "group", "member"


@dataclass(frozen=True)
class Level:
    """One thing that is added up: the whole, a group, or a member."""

    id: str
    level: str
    scope: str  # of its verdicts
    members: tuple[str, ...]  # those that finished
    missing: int


@dataclass(frozen=True)
class Results:
    """What the members that finished have."""

    programme: Programme
    done: Mapping[str, RunFolder]
    kept: Mapping[str, Mapping[tuple[str, str], Kept]]

    def case(self, member: str, future: str, plan: str) -> Kept:
        """A case of a member by the ids of the roll-up."""
        own = self.programme.futures[future][member], self.programme.plans[plan][member]
        return self.kept[member][own]

    @property
    def cases(self) -> list[tuple[str, str]]:
        """All (future, plan) of the roll-up."""
        return [(future, plan) for future in self.programme.futures for plan in self.programme.plans]


@dataclass(frozen=True)
class Outcome:
    """What became of the members."""

    done: Mapping[str, RunFolder]
    broken: Mapping[str, tuple[Problem, ...]]
    told: tuple[Problem, ...] = ()
    """Warnings of the programme itself."""


def write_programme(folder: Path, programme: Programme, seed: int, outcome: Outcome, lang: str | None) -> None:
    """Write tables, card and report of a programme beside the folders of its members."""
    done = {member.id: outcome.done[member.id] for member in programme.members if member.id in outcome.done}
    kept = {name: unpacked((run.path / ROLLUP).read_bytes()) for name, run in done.items()}
    results = Results(programme, done, kept)
    tables = tables_of(results, outcome.broken)
    card = {**card_of(results, seed, outcome.broken), "told": [_in_both(problem) for problem in outcome.told]}
    tables["risks"] = risk_rows(card, done, tables["verdicts"])
    for name, shape in PROGRAMME_SHAPES.items():
        tables[name] = conform(tables[name], shape)
        is_csv = shape.file.endswith(".csv")
        (folder / shape.file).write_bytes(csv_bytes(tables[name]) if is_csv else parquet_bytes(tables[name], shape))
    (folder / CARD).write_bytes(document_bytes(card))
    write_programme_page(card, tables, lang or programme.file.language, folder / "report.html")


def _in_both(problem: Problem) -> dict[str, object]:
    return {lang: as_record(problem, lang) for lang in ("zh", "en")}


def levels_of(results: Results) -> list[Level]:
    """The whole, groups, members, in the order in which they are told."""
    programme = results.programme
    done, every = tuple(results.done), programme.members
    levels = [Level(programme.file.id, WHOLE, "programme", done, len(every) - len(done))]
    for group in programme.groups:
        inside = [member.id for member in every if member.group == group]
        there = tuple(name for name in inside if name in results.done)
        if there:
            levels.append(Level(group, GROUP, GROUP, there, len(inside) - len(there)))
    return levels + [Level(name, MEMBER, "county", (name,), 0) for name in done]


def tables_of(results: Results, broken: Mapping[str, Iterable[Problem]]) -> dict[str, pd.DataFrame]:
    """All tables of a programme, not yet in their fixed form."""
    county: list[pd.DataFrame] = []
    verdicts: list[pd.DataFrame] = []
    for future, plan in results.cases:
        for level in levels_of(results):
            kept = added([results.case(name, future, plan) for name in level.members])
            rows = series_rows(kept, level.id).assign(level=level.level)
            judged = clause_rows(kept, level.id, level.scope).assign(source="simulated", unverified="")
            for found, frame in ((county, rows), (verdicts, judged)):
                counted_in = frame.assign(members=len(level.members), missing=level.missing)
                found.append(counted_in.assign(future=future, plan=plan))
    return {
        "county": pd.concat(county, ignore_index=True),
        "verdicts": _with_unverified(pd.concat(verdicts, ignore_index=True), results),
        "oversized": oversized(results),
        "projects": projects(results),
        "gaps": gaps(results),
        "quotas": quotas(results),
        "members": members(results, broken),
    }


def _with_unverified(verdicts: pd.DataFrame, results: Results) -> pd.DataFrame:
    """Clauses from memory on which a verdict of any member rests, named at the roll-up of that rule, too."""
    known: dict[str, set[str]] = {}
    for run in results.done.values():
        rows = run.tables.verdicts
        for rule, codes in rows.loc[rows["scope"] == "county", ["rule", "unverified"]].itertuples(index=False):
            known.setdefault(str(rule), set()).update(str(codes).split())
    return verdicts.assign(unverified=[" ".join(sorted(known.get(rule, ()))) for rule in verdicts["rule"]])


def _own(results: Results, frame_of: str) -> Iterable[tuple[str, str, str, pd.DataFrame]]:
    """Rows of a table of every member by the ids of the roll-up: member, future, plan, rows."""
    for member, run in results.done.items():
        frame = getattr(run.tables, frame_of)
        for future, plan in results.cases:
            own = results.programme.futures[future][member], results.programme.plans[plan][member]
            rows = frame[(frame["future"] == own[0]) & (frame["plan"] == own[1])]
            if len(rows):
                yield member, future, plan, rows


def oversized(results: Results) -> pd.DataFrame:
    """Schools that may be over the limit of their size, ranked over all members in every case."""
    frames = [pd.DataFrame(columns=list(PROGRAMME_SHAPES["oversized"].names))]
    for member, future, plan, rows in _own(results, "verdicts"):
        run = results.done[member]
        codes = [rule.code for rule in run.study.rules if rule.indicator == "school_size"]
        found = rows[(rows["scope"] == "school") & rows["rule"].isin(codes) & rows["probability"].notna()]
        one = found.assign(
            probability=1.0 - found["probability"],
            future=future,
            plan=plan,
            member=member,
            school=found["entity"],
            name_zh=found["entity"].map(run.school_names("zh")).fillna(""),
            name_en=found["entity"].map(run.school_names("en")).fillna(""),
        )
        frames.append(one[one["probability"] > 0.0].reindex(columns=list(frames[0].columns)))
    table = _joined(frames)
    ordered = table.sort_values(
        ["future", "plan", "probability", "pupils", "member", "school", "rule"],
        ascending=[True, True, False, False, True, True, True],
    )
    return ordered.assign(rank=ordered.groupby(["future", "plan"]).cumcount() + 1)


def projects(results: Results) -> pd.DataFrame:
    """Projects of all members ranked together by the oversized schools they relieve."""
    names = list(PROGRAMME_SHAPES["projects"].names)
    frames = [pd.DataFrame(columns=names)]
    for member, future, plan, rows in _own(results, "ranking"):
        one = rows.assign(member=member, future=future, plan=plan, rank_member=rows["rank"])
        listed = results.done[member].study.plan(str(rows["plan"].iloc[0])).projects
        for lang in ("zh", "en"):
            called = {project.id: project.name.get(lang, "") for project in listed}
            one[f"name_{lang}"] = one["project"].map(called).fillna("")
        frames.append(one.sort_values("rank").reindex(columns=names))
    table = _joined(frames)
    ranked = [rows.assign(rank=places(rows)) for _, rows in table.groupby(["future", "plan"], sort=False)]
    return pd.concat(ranked, ignore_index=True) if ranked else table


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]


def gaps(results: Results) -> pd.DataFrame:
    """How far apart members are, in the years of the decision window that all simulate."""
    frames = []
    for future, plan in results.cases:
        parts = {name: results.case(name, future, plan) for name in results.done}
        whole = added(list(parts.values()))
        years = [year for year in whole.years if whole.window[0] <= year <= whole.window[1]]
        frames.append(gap_rows(parts, years).assign(future=future, plan=plan))
    return pd.concat(frames, ignore_index=True)


def quotas(results: Results) -> pd.DataFrame:
    """Quotas of the programme by future, counted over all members within each draw."""
    frames = [pd.DataFrame(columns=list(PROGRAMME_SHAPES["quotas"].names))]
    for future, plan in results.cases:
        own = results.programme.plans[plan]
        whole = added([results.case(name, future, plan) for name in results.done])
        for quota in results.programme.file.quotas:
            years = [year for year in whole.years if year <= max(quota.targets)]
            count = whole.series[Key(f"quota:{quota.id}", "all", "projects")][:, : len(years)]
            most = sum(_most(member, own, quota) for member in results.programme.sound if member.id in results.done)
            if years:
                frames.append(tracked_rows(count, years, quota, most).assign(future=future, plan=plan))
    return _joined(frames)


def _most(member: Member, own: Mapping[str, str], quota: Quota) -> int:
    """What the plan of a member can count at all."""
    if member.bundle is None:
        return 0
    return len(counted(quota, member.bundle.plans[own[member.id]], flags_of(member.bundle)))


def members(results: Results, broken: Mapping[str, Iterable[Problem]]) -> pd.DataFrame:
    """Every member and what became of it."""
    rows = []
    for member in results.programme.members:
        errors = [problem for problem in broken.get(member.id, ()) if problem.severity == "error"]
        rows.append(
            {
                "member": member.id,
                "name_zh": member.name.zh,
                "name_en": member.name.en,
                "group": member.group or "",
                "status": "done" if member.id in results.done else "broken",
                "errors": len(errors),
                "codes": " ".join(sorted({problem.code for problem in errors})),
            }
        )
    return pd.DataFrame(rows)


def card_of(results: Results, seed: int, broken: Mapping[str, Iterable[Problem]]) -> dict[str, object]:
    """`programme.json`: what was run, what is missing, where each part comes from."""
    programme, file = results.programme, results.programme.file
    future, plan = results.cases[0]
    whole = added([results.case(name, future, plan) for name in results.done])
    draws = len(next(iter(whole.series.values())))
    return {
        **stamp(),
        "schema_version": PROGRAMME_SCHEMA,
        "id": file.id,
        "name": file.name.model_dump(),
        "synthetic": file.synthetic,
        "note": file.note.model_dump() if file.note else None,
        "language": file.language,
        "levels": file.levels.model_dump(),
        "groups": {name: names.model_dump() for name, names in programme.groups.items()},
        "draws": draws,
        "seed": seed,
        "common_share": file.common_share if len(programme.members) > 1 else None,
        "years": list(whole.years),
        "window": list(whole.window),
        "p_required": whole.required,
        "complete": len(results.done) == len(programme.members),
        "missing": [member.id for member in programme.members if member.id not in results.done],
        "futures": _names(results, "futures", programme.futures),
        "plans": _names(results, "plans", programme.plans),
        "members": [_member_card(results, member, broken) for member in programme.members],
        "flows": _flow_cards(results),
        "quotas": [{"id": quota.id, "name": quota.name.model_dump()} for quota in file.quotas],
        "clauses": _clauses(results),
        "sources": [source.model_dump() for source in file.sources],
        "inputs": hashes([programme.path]),
        "libraries": libraries(),
    }


def _clauses(results: Results) -> dict[str, dict[str, str]]:
    """Texts of the clauses that the members are judged by, by code; the first member that has one words it."""
    found: dict[str, dict[str, str]] = {}
    for run in results.done.values():
        for rule in run.study.rules:
            found.setdefault(rule.code, dict(rule.clause))
    return found


def _names(results: Results, kind: str, cases: Mapping[str, Mapping[str, str]]) -> list[dict[str, object]]:
    """Names of futures or plans, as the first member that has run calls them."""
    first = next(iter(results.done))
    cards = {card.id: card for card in getattr(results.done[first].study, kind)}
    return [{"id": name, "name": dict(cards[own[first]].name), "members": dict(own)} for name, own in cases.items()]


def _member_card(results: Results, member: Member, broken: Mapping[str, Iterable[Problem]]) -> dict[str, object]:
    run = results.done.get(member.id)
    names: Names = member.name
    return {
        "id": member.id,
        "name": names.model_dump(),
        "group": member.group,
        "scenario": member.entry.scenario,
        "status": "broken" if run is None else "done",
        "run": None if run is None else run_hash(dict(run.manifest)),
        "calibrated": None if run is None else run.study.calibrated,
        "synthetic": None if run is None else run.study.synthetic,
        "problems": [_in_both(problem) for problem in broken.get(member.id, ()) if problem.severity == "error"],
    }


def _flow_cards(results: Results) -> list[dict[str, object]]:
    """Every flow, and whether it could act; pupils more or fewer that really came to each member by case and year."""
    rows: list[dict[str, object]] = []
    for flow in results.programme.file.flows:
        acts = flow.origin in results.done and flow.to in results.done
        rows.append({"from": flow.origin, "to": flow.to, "stage": flow.stage, "share": flow.share, "acts": acts})
    return rows
